//! Grants as bits, 256 to a word, so that giving a thousand writes four or five entries.

use crate::*;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::ops::RangeInclusive;
use frame_support::{ensure, traits::Get};
use scale_info::TypeInfo;
use sp_runtime::DispatchResult;
use specie_primitives::acts::{Actor, Cause};

/// 256 grants: bit `i % 8` of byte `i / 8`, set while the grant is open.
pub type Word = [u8; 32];

/// The number of a word, in the byte order in which the storage sorts.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct WordNumber([u8; 4]);

impl From<u32> for WordNumber {
    fn from(number: u32) -> Self {
        Self(number.to_be_bytes())
    }
}

impl From<WordNumber> for u32 {
    fn from(number: WordNumber) -> Self {
        Self::from_be_bytes(number.0)
    }
}

/// How many grants a word holds.
const WORD_BITS: u32 = 256;

/// A word without open grants.
const EMPTY: Word = [0; 32];

/// Where grant `index` is: its word, the byte in it and the bit in that.
const fn place(index: u32) -> (u32, usize, u8) {
    let bit = index % WORD_BITS;
    (index / WORD_BITS, (bit / 8) as usize, 1 << (bit % 8))
}

/// The indices of the grants in the word with this number.
fn indices(number: u32) -> RangeInclusive<u32> {
    let start = number.saturating_mul(WORD_BITS);
    start..=start.saturating_add(WORD_BITS - 1)
}

/// Whether `index` is open in its `word`.
fn is_set(word: &Word, index: u32) -> bool {
    let (_, byte, mask) = place(index);
    word.get(byte).is_some_and(|byte| byte & mask != 0)
}

/// Opens or closes `index` in its `word`; returns whether that changed it.
fn set(word: &mut Word, index: u32, open: bool) -> bool {
    let (_, byte, mask) = place(index);
    let Some(byte) = word.get_mut(byte) else { return false };
    let before = *byte;
    *byte = if open { before | mask } else { before & !mask };
    *byte != before
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_give_grants(machine: &T::AccountId, count: u32, by: Actor<T::AccountId>) -> DispatchResult {
        ensure!(count > 0 && count <= T::MaxGrantsPerCall::get(), Error::<T>::BadGrantCount);
        let from = Self::change(machine, |known| {
            let open = known.open_grants.checked_add(count).ok_or(Error::<T>::Overflow)?;
            ensure!(open <= T::MaxOpenGrants::get(), Error::<T>::TooManyOpenGrants);
            let from = known.next_grant;
            known.next_grant = from.checked_add(count).ok_or(Error::<T>::Overflow)?;
            known.open_grants = open;
            Ok(from)
        })?;
        Self::write(machine, from, count, true);
        Self::deposit_event(Event::GrantsGiven { machine: machine.clone(), from, count, by });
        Ok(())
    }

    pub(crate) fn do_revoke_grants(
        machine: &T::AccountId,
        from: u32,
        count: u32,
        by: Actor<T::AccountId>,
        cause: Cause,
    ) -> DispatchResult {
        ensure!(count > 0 && count <= T::MaxGrantsPerCall::get(), Error::<T>::BadGrantCount);
        ensure!(Machines::<T>::contains_key(machine), Error::<T>::UnknownMachine);
        let revoked = Self::write(machine, from, count, false);
        Self::change(machine, |known| {
            known.open_grants = known.open_grants.saturating_sub(revoked);
            Ok(())
        })?;
        Self::deposit_event(Event::GrantsRevoked { machine: machine.clone(), from, count, revoked, by, cause });
        Ok(())
    }

    pub(crate) fn do_use_grant(machine: &T::AccountId, index: u32) -> DispatchResult {
        ensure!(Self::is_open(machine, index), Error::<T>::GrantNotOpen);
        Self::write(machine, index, 1, false);
        Self::change(machine, |known| {
            known.open_grants = known.open_grants.saturating_sub(1);
            Ok(())
        })?;
        Self::deposit_event(Event::GrantUsed { machine: machine.clone(), index });
        Ok(())
    }

    pub(crate) fn is_open(machine: &T::AccountId, index: u32) -> bool {
        let (word, ..) = place(index);
        Grants::<T>::get(machine, WordNumber::from(word)).is_some_and(|word| is_set(&word, index))
    }

    /// At most `limit` open grants of `machine`, from index `from`.
    ///
    /// Reads the stored words from there on until the page is full, and no others: every stored word holds an open grant,
    /// so a page of n grants reads n + 1 words at most, however many the machine has or has used.
    pub fn open_grants_page(machine: &T::AccountId, from: u32, limit: u32) -> Vec<u32> {
        let (first, ..) = place(from);
        let words = match first.checked_sub(1) {
            None => Grants::<T>::iter_prefix(machine),
            Some(before) => {
                let start = Grants::<T>::hashed_key_for(machine, WordNumber::from(before));
                Grants::<T>::iter_prefix_from(machine, start)
            }
        };
        words
            .flat_map(|(number, word)| indices(number.into()).filter(move |index| is_set(&word, *index)))
            .filter(|index| *index >= from)
            .take(limit as usize)
            .collect()
    }

    /// Opens or closes `count` grants from `from`; returns how many that changed. An empty word is removed.
    fn write(machine: &T::AccountId, from: u32, count: u32, open: bool) -> u32 {
        let end = from.saturating_add(count);
        let mut changed = 0u32;
        let mut index = from;
        while index < end {
            let (number, ..) = place(index);
            let word_end = number.saturating_add(1).saturating_mul(WORD_BITS).min(end);
            Grants::<T>::mutate_exists(machine, WordNumber::from(number), |stored| {
                let mut word = stored.unwrap_or(EMPTY);
                for index in index..word_end {
                    changed = changed.saturating_add(set(&mut word, index, open).into());
                }
                *stored = (word != EMPTY).then_some(word);
            });
            index = word_end;
        }
        changed
    }
}

/// How many of `word`'s grants are open.
pub(crate) fn count_open(word: &Word) -> u32 {
    word.iter().map(|byte| byte.count_ones()).sum()
}

/// The highest open index of the word with this number, if any.
pub(crate) fn highest_open(number: u32, word: &Word) -> Option<u32> {
    indices(number).rev().find(|index| is_set(word, *index))
}
