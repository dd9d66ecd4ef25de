//! Counting carriers against their batch (F16): what the carriers' pallet asks when it registers one.

use super::*;
use frame_support::assert_noop;
use specie_primitives::records::BatchState;

/// Counts one carrier, as the carriers' pallet does.
fn count(batch: BatchId) -> sp_runtime::DispatchResult {
    <Manufacturers as BatchKeys>::count_carrier(batch)
}

#[test]
fn f16_counts_a_carrier_of_an_active_batch() {
    build_and_execute(|| {
        acme_with_batch();
        assert_ok!(count(BATCH));
        assert_ok!(count(BATCH));
        assert_eq!(record(BATCH).registered, 2);
    });
}

#[test]
fn f16_fails_unknown_batch() {
    build_and_execute(|| {
        acme_with_batch();
        assert_eq!(<Manufacturers as BatchKeys>::batch(BatchId(8)), None);
        assert_noop!(count(BatchId(8)), Error::UnknownBatch);
    });
}

#[test]
fn f16_fails_suspended_batch() {
    build_and_execute(|| {
        acme_with_batch();
        assert_ok!(count(BATCH));
        assert_ok!(Manufacturers::suspend_batch(signed(ACME), BATCH, CAUSE));
        assert_eq!(record(BATCH).state, BatchState::Suspended);
        assert_noop!(count(BATCH), Error::BatchNotActive);

        assert_ok!(Manufacturers::reactivate_batch(issuer(), BATCH, CAUSE));
        assert_ok!(count(BATCH));
        assert_eq!(record(BATCH).registered, 2);
    });
}

#[test]
fn f16_fails_revoked_batch() {
    build_and_execute(|| {
        acme_with_batch();
        assert_ok!(count(BATCH));
        assert_ok!(Manufacturers::revoke_batch(issuer(), BATCH, CAUSE));
        // The record stays, for the verdicts on the carriers that it has.
        assert_eq!((record(BATCH).state, record(BATCH).registered), (BatchState::Revoked, 1));
        assert_noop!(count(BATCH), Error::BatchNotActive);
    });
}

#[test]
fn f16_boundary_expiry() {
    build_and_execute(|| {
        register(ACME);
        assert_ok!(add(ACME, BATCH, KEY, 10, 50));
        System::set_block_number(50);
        assert_ok!(count(BATCH));
        System::set_block_number(51);
        assert_noop!(count(BATCH), Error::BatchExpired);
        assert_eq!(record(BATCH).registered, 1);
    });
}

#[test]
fn f16_boundary_capacity() {
    build_and_execute(|| {
        register(ACME);
        add_batch(ACME, BATCH, 3);
        for registered in 1..=3 {
            assert_ok!(count(BATCH));
            assert_eq!(record(BATCH).registered, registered);
        }
        assert_noop!(count(BATCH), Error::BatchFull);
        assert_eq!(record(BATCH).registered, 3);
    });
}

#[test]
fn boundary_largest_capacity() {
    build_and_execute(|| {
        register(ACME);
        add_batch(ACME, BATCH, u32::MAX);
        let nearly_full = Batch { registered: u32::MAX - 1, ..record(BATCH) };
        crate::Batches::<Test>::insert(BATCH, nearly_full);
        assert_ok!(count(BATCH));
        assert_noop!(count(BATCH), Error::BatchFull);
    });
}

#[test]
fn one_batch_is_not_counted_against_another() {
    build_and_execute(|| {
        register(ACME);
        add_batch(ACME, BATCH, 1);
        add_batch(ACME, BatchId(8), 1);
        assert_ok!(count(BATCH));
        assert_eq!(record(BatchId(8)).registered, 0);
        assert_ok!(count(BatchId(8)));
    });
}
