//! Suspending, reactivating and revoking batches, and blocking their orders.

use super::*;
use frame_support::assert_noop;
use sp_runtime::DispatchResult;
use specie_primitives::records::BatchState::{self, Active, Revoked, Suspended};

const STATES: [BatchState; 3] = [Active, Suspended, Revoked];

/// The issuer's call that brings a batch into a state.
fn bring(to: BatchState) -> DispatchResult {
    match to {
        Active => Manufacturers::reactivate_batch(issuer(), BATCH, CAUSE),
        Suspended => Manufacturers::suspend_batch(issuer(), BATCH, CAUSE),
        Revoked => Manufacturers::revoke_batch(issuer(), BATCH, CAUSE),
    }
}

/// The event of a batch that has come into a state.
fn brought(to: BatchState) -> Event {
    match to {
        Active => Event::BatchReactivated { batch: BATCH, by: Actor::Root, cause: CAUSE },
        Suspended => Event::BatchSuspended { batch: BATCH, by: Actor::Root, cause: CAUSE },
        Revoked => Event::BatchRevoked { batch: BATCH, by: Actor::Root, cause: CAUSE },
    }
}

#[test]
fn f16_every_change_of_state() {
    for (from, allowed) in
        [(Active, [false, true, true]), (Suspended, [true, false, true]), (Revoked, [false, false, false])]
    {
        for (to, allowed) in STATES.into_iter().zip(allowed) {
            build_and_execute(|| {
                acme_with_batch();
                if from != Active {
                    assert_ok!(bring(from));
                }
                if allowed {
                    assert_ok!(bring(to));
                    assert_event(brought(to));
                    assert_eq!(record(BATCH).state, to);
                } else {
                    assert_noop!(bring(to), Error::WrongBatchState);
                }
            });
        }
    }
}

#[test]
fn a_change_of_state_changes_nothing_else() {
    build_and_execute(|| {
        acme_with_batch();
        assert_ok!(<Manufacturers as BatchKeys>::count_carrier(BATCH));
        assert_ok!(Manufacturers::block_orders(issuer(), BATCH, true, CAUSE));
        let before = record(BATCH);
        for state in [Suspended, Active, Revoked] {
            assert_ok!(bring(state));
            assert_eq!(record(BATCH), Batch { state, ..before });
        }
    });
}

#[test]
fn the_manufacturer_suspends_its_own_batch() {
    build_and_execute(|| {
        acme_with_batch();
        assert_ok!(Manufacturers::suspend_batch(signed(ACME), BATCH, CAUSE));
        assert_event(Event::BatchSuspended { batch: BATCH, by: by(ACME), cause: CAUSE });
        assert_eq!(record(BATCH).state, Suspended);
        assert_noop!(Manufacturers::suspend_batch(signed(ACME), BATCH, CAUSE), Error::WrongBatchState);
    });
}

#[test]
fn suspending_one_batch_leaves_the_others() {
    build_and_execute(|| {
        acme_with_batch();
        add_batch(ACME, BatchId(8), 1);
        assert_ok!(Manufacturers::suspend_batch(signed(ACME), BATCH, CAUSE));
        assert_eq!(record(BatchId(8)).state, Active);
    });
}

#[test]
fn f16_fails_unknown_batch() {
    build_and_execute(|| {
        register(ACME);
        for origin in [issuer(), signed(ACME), signed(STRANGER)] {
            assert_noop!(Manufacturers::suspend_batch(origin, BATCH, CAUSE), Error::UnknownBatch);
        }
        assert_noop!(Manufacturers::reactivate_batch(issuer(), BATCH, CAUSE), Error::UnknownBatch);
        assert_noop!(Manufacturers::revoke_batch(issuer(), BATCH, CAUSE), Error::UnknownBatch);
        assert_noop!(Manufacturers::block_orders(issuer(), BATCH, true, CAUSE), Error::UnknownBatch);
    });
}

#[test]
fn fails_not_manufacturer() {
    build_and_execute(|| {
        acme_with_batch();
        assert_noop!(Manufacturers::suspend_batch(signed(STRANGER), BATCH, CAUSE), Error::NotManufacturer);
    });
}

#[test]
fn fails_not_batch_owner() {
    build_and_execute(|| {
        acme_with_batch();
        register(BOLT);
        assert_noop!(Manufacturers::suspend_batch(signed(BOLT), BATCH, CAUSE), Error::NotBatchOwner);
    });
}

mod block_orders {
    use super::*;

    #[test]
    fn the_issuer_decides_in_every_state() {
        for state in STATES {
            build_and_execute(|| {
                acme_with_batch();
                if state != Active {
                    assert_ok!(bring(state));
                }
                assert!(!record(BATCH).blocks_orders);
                // Saying it twice is no error: the issuer states what shall be.
                for blocked in [true, true, false, false] {
                    assert_ok!(Manufacturers::block_orders(issuer(), BATCH, blocked, CAUSE));
                    assert_event(Event::BatchOrdersBlocked {
                        batch: BATCH,
                        blocked,
                        by: Actor::Root,
                        cause: CAUSE,
                    });
                    assert_eq!(record(BATCH).blocks_orders, blocked);
                    assert_eq!(record(BATCH).state, state);
                }
            });
        }
    }
}
