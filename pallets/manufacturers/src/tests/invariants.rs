//! `try_state` notices storage that no call could have left behind.

use super::*;
use crate::{mock::new_test_ext, Batches, BatchesOf, Manufacturer, ManufacturerCount, ManufacturerOf};
use sp_runtime::DispatchError;

const ACME_ID: ManufacturerId = ManufacturerId(0);

/// Asserts that `try_state` says `complaint` after `corrupt` has changed the storage of [`acme_with_batch`].
fn assert_noticed(complaint: &'static str, corrupt: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        acme_with_batch();
        assert_ok!(Manufacturers::do_try_state());
        corrupt();
        assert_eq!(Manufacturers::do_try_state(), Err(DispatchError::Other(complaint)));
    });
}

fn change_acme(change: impl FnOnce(&mut Manufacturer<Test>)) {
    crate::Manufacturers::<Test>::mutate(ACME_ID, |known| change(known.as_mut().unwrap()));
}

fn change_batch(change: impl FnOnce(&mut Batch)) {
    Batches::<Test>::mutate(BATCH, |known| change(known.as_mut().unwrap()));
}

#[test]
fn manufacturers_are_counted() {
    assert_noticed("manufacturers are not counted", || ManufacturerCount::<Test>::put(2));
}

#[test]
fn accounts_are_counted() {
    assert_noticed("accounts are not counted", || ManufacturerOf::<Test>::insert(BOLT, ACME_ID));
}

#[test]
fn numbers_have_no_gaps() {
    assert_noticed("a manufacturer's number is missing", || {
        crate::Manufacturers::<Test>::swap(ACME_ID, ManufacturerId(5));
    });
}

#[test]
fn accounts_point_back() {
    assert_noticed("a manufacturer's account does not point back", || change_acme(|acme| acme.account = BOLT));
}

#[test]
fn manufacturers_are_within_their_limit() {
    assert_noticed("a manufacturer has too many batches", || change_acme(|acme| acme.batches = 4));
}

#[test]
fn lists_have_owners() {
    assert_noticed("a list of batches has no owner", || {
        BatchesOf::<Test>::insert(ManufacturerId(5), 0, BATCH);
    });
}

#[test]
fn lists_are_as_long_as_counted() {
    assert_noticed("a batch is listed beyond the count", || change_acme(|acme| acme.batches = 0));
    assert_noticed("batches are not counted", || change_acme(|acme| acme.batches = 2));
}

#[test]
fn listed_batches_exist() {
    assert_noticed("a listed batch is missing", || Batches::<Test>::remove(BATCH));
}

#[test]
fn batches_are_in_the_list_of_their_own_manufacturer() {
    assert_noticed("a batch is in another manufacturer's list", || {
        change_batch(|batch| batch.manufacturer = ManufacturerId(5));
    });
}

#[test]
fn batches_are_listed_once() {
    assert_noticed("a batch is listed twice", || {
        add_batch(ACME, BatchId(8), 1);
        BatchesOf::<Test>::insert(ACME_ID, 1, BATCH);
    });
}

#[test]
fn every_batch_is_listed() {
    assert_noticed("a batch is in no list", || Batches::<Test>::insert(BatchId(8), record(BATCH)));
}

#[test]
fn batches_are_within_their_capacity() {
    assert_noticed("a batch is over its capacity", || change_batch(|batch| batch.registered = batch.capacity + 1));
}

#[test]
fn batch_keys_are_on_their_curve() {
    assert_noticed("a batch key is not on its curve", || {
        change_batch(|batch| batch.key = BatchKey::Keycard([0; 33]));
    });
}
