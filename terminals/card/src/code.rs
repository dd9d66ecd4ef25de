//! The presence code or PIN, and the delay after wrong ones.
//!
//! A card has no clock: it cannot refuse "for a minute". It can refuse until it has worked for a minute, so a delay
//! is counted in ticks of about one second, each worked off by one WAIT command, and is kept in the memory: taking
//! the card out of the field saves nothing. The first three wrong codes cost nothing, each one from the third on
//! begins a delay, which doubles up to an hour. Guessing six digits takes decades of holding the card, in which it
//! can be seen; and whoever knows the code always gets in after at most an hour.

use core::fmt;
use thiserror::Error;

/// The fewest digits.
pub const MIN_DIGITS: usize = 4;

/// The most digits.
pub const MAX_DIGITS: usize = 12;

/// The digits of a code that is printed on a card.
pub const PRINTED_DIGITS: usize = 6;

/// How many wrong codes there are before the first delay.
pub const FREE_TRIES: u8 = 3;

/// The first delay in ticks.
pub const FIRST_DELAY: u16 = 15;

/// The longest delay in ticks: an hour.
pub const MAX_DELAY: u16 = 3600;

/// The ticks that are worked off between two writes of the memory, which wears out. Every delay is a multiple.
pub const TICKS_PER_WRITE: u16 = 15;

/// Why digits are not a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CodeError {
    /// Too few or too many.
    #[error("a code has {MIN_DIGITS} to {MAX_DIGITS} digits, a printed one {PRINTED_DIGITS}; this has {len}")]
    Length {
        /// How many there are.
        len: usize,
    },
    /// Something else than ASCII digits.
    #[error("a code has digits only")]
    NotDigits,
}

/// Who chooses the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    /// Printed on the card in the factory: goes from hand to hand with it and can never be changed.
    Printed,
    /// A PIN: the holder changes it.
    Pin,
}

impl CodeKind {
    /// The byte that stands for it: 1 printed, 2 PIN.
    pub const fn tag(self) -> u8 {
        match self {
            Self::Printed => 1,
            Self::Pin => 2,
        }
    }

    /// The kind of a byte; `None`: there is none.
    pub const fn from_tag(tag: u8) -> Option<Self> {
        match tag {
            1 => Some(Self::Printed),
            2 => Some(Self::Pin),
            _ => None,
        }
    }
}

/// A code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code {
    digits: [u8; MAX_DIGITS],
    len: u8,
}

impl Code {
    /// A code of ASCII digits.
    pub fn new(digits: &[u8]) -> Result<Self, CodeError> {
        let len = digits.len();
        if !(MIN_DIGITS..=MAX_DIGITS).contains(&len) {
            return Err(CodeError::Length { len });
        }
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(CodeError::NotDigits);
        }
        let mut padded = [0; MAX_DIGITS];
        for (place, digit) in padded.iter_mut().zip(digits) {
            *place = *digit;
        }
        Ok(Self { digits: padded, len: u8::try_from(len).map_err(|_| CodeError::Length { len })? })
    }

    /// The digits.
    pub fn as_bytes(&self) -> &[u8] {
        self.digits.get(..self.len.into()).unwrap_or(&[])
    }

    /// Whether both are the same, in a time that does not depend on where they differ.
    pub fn matches(&self, other: &Self) -> bool {
        let differences = self.digits.iter().zip(&other.digits).fold(0, |all, (one, two)| all | (one ^ two));
        (differences | (self.len ^ other.len)) == 0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// The wrong codes since the last right one, and what is left of their delay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    /// Wrong codes in a row; stays at 255.
    pub failures: u8,
    /// Ticks left before the next try.
    pub delay_ticks: u16,
}

impl Attempts {
    /// After one more wrong code.
    #[must_use]
    pub const fn failed(self) -> Self {
        let failures = self.failures.saturating_add(1);
        Self { failures, delay_ticks: delay_after(failures) }
    }

    /// How many wrong codes until the next delay begins.
    pub const fn tries_left(self) -> u8 {
        match (FREE_TRIES.checked_sub(self.failures), self.delay_ticks) {
            (Some(left), _) if left > 0 => left,
            (_, 0) => 1,
            _ => 0,
        }
    }
}

/// The delay in ticks that begins with the `failures`th wrong code in a row.
pub const fn delay_after(failures: u8) -> u16 {
    match failures.checked_sub(FREE_TRIES) {
        None => 0,
        Some(doublings @ 0..=7) => FIRST_DELAY << doublings,
        Some(_) => MAX_DELAY,
    }
}
