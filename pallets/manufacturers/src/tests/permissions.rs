//! Who may make which call.

use super::*;
use crate::Call;
use frame_support::{assert_noop, traits::UnfilteredDispatchable};
use sp_runtime::DispatchError::BadOrigin;

/// Every call that is the issuer's alone.
fn issuer_calls() -> [Call<Test>; 5] {
    [
        Call::register { account: STRANGER, name: name("Other") },
        Call::change_account { manufacturer: ManufacturerId(0), account: STRANGER },
        Call::reactivate_batch { batch: BATCH },
        Call::revoke_batch { batch: BATCH },
        Call::block_orders { batch: BATCH, blocked: true },
    ]
}

#[test]
fn fails_issuer_calls_by_anybody_else() {
    build_and_execute(|| {
        acme_with_batch();
        for call in issuer_calls() {
            for origin in [signed(ACME), signed(STRANGER), RuntimeOrigin::none()] {
                assert_noop!(call.clone().dispatch_bypass_filter(origin), BadOrigin);
            }
        }
    });
}

#[test]
fn fails_adding_a_batch_without_an_account() {
    build_and_execute(|| {
        register(ACME);
        for origin in [issuer(), RuntimeOrigin::none()] {
            assert_noop!(Manufacturers::add_batch(origin, BATCH, KEY, 1, FAR), BadOrigin);
        }
    });
}

#[test]
fn fails_suspending_a_batch_without_an_origin() {
    build_and_execute(|| {
        acme_with_batch();
        assert_noop!(Manufacturers::suspend_batch(RuntimeOrigin::none(), BATCH), BadOrigin);
    });
}
