//! `try_state` notices storage that no call could have left behind.

use super::*;
use crate::grants::WordNumber;
use crate::{mock::new_test_ext, Grants};

/// Asserts that `try_state` complains after `corrupt` has changed the storage of a machine with three grants.
fn assert_noticed(complaint: impl Into<DispatchError>, corrupt: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        register(ATM);
        give(ATM, 3);
        assert_ok!(Machines::do_try_state());
        corrupt();
        assert_eq!(Machines::do_try_state(), Err(complaint.into()));
    });
}

fn change(change: impl FnOnce(&mut Machine)) {
    crate::Machines::<Test>::mutate(ATM, |known| change(known.as_mut().unwrap()));
}

/// A word in which grants 0 to 7 are what `bits` says.
fn word(bits: u8) -> [u8; 32] {
    let mut word = [0; 32];
    word[0] = bits;
    word
}

#[test]
fn fees_are_within_their_ceiling() {
    assert_noticed("a fee is above its ceiling", || change(|machine| machine.fee = policy(51, 0)));
    assert_noticed("a fee is above its ceiling", || change(|machine| machine.fee = policy(0, 20_001)));
}

#[test]
fn ceilings_are_within_the_whole_amount() {
    assert_noticed(Error::FeeTooHigh, || change(|machine| machine.fee_ceiling = policy(0, 1_000_001)));
}

#[test]
fn machines_are_within_their_limit() {
    assert_noticed("a machine holds too many grants", || change(|machine| machine.open_grants = 701));
}

#[test]
fn open_grants_are_counted() {
    assert_noticed("open grants are not counted", || change(|machine| machine.open_grants = 2));
    assert_noticed("open grants are not counted", || Grants::<Test>::insert(ATM, WordNumber::from(0), word(0b011)));
    assert_noticed("open grants are not counted", || Grants::<Test>::insert(ATM, WordNumber::from(9), word(0b001)));
}

#[test]
fn open_grants_were_given() {
    assert_noticed("a grant is open that was never given", || {
        Grants::<Test>::insert(ATM, WordNumber::from(0), word(0b1011))
    });
    assert_noticed("a grant is open that was never given", || change(|machine| machine.next_grant = 2));
}

#[test]
fn grants_have_a_machine() {
    assert_noticed("grants of no machine", || Grants::<Test>::insert(SAFE, WordNumber::from(0), word(1)));
}

#[test]
fn empty_words_are_not_stored() {
    assert_noticed("an empty word of grants is stored", || {
        Grants::<Test>::insert(ATM, WordNumber::from(1), word(0))
    });
}
