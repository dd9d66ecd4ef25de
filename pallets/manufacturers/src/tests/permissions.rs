//! Who may make which call.

use super::*;
use crate::Call;
use frame_support::{assert_noop, traits::UnfilteredDispatchable};
use sp_runtime::DispatchError::BadOrigin;

/// Every call that is the issuer's alone.
fn issuer_calls() -> [Call<Test>; 9] {
    [
        Call::register { account: STRANGER, name: name("Other"), quota: 1 },
        Call::change_account { manufacturer: ManufacturerId(0), account: STRANGER, cause: CAUSE },
        Call::reactivate_batch { batch: BATCH, cause: CAUSE },
        Call::revoke_batch { batch: BATCH, cause: CAUSE },
        Call::block_orders { batch: BATCH, blocked: true, cause: CAUSE },
        Call::add_foreign_batch {
            manufacturer: ManufacturerId(0),
            batch: BatchId(8),
            key: BatchKey::Keycard(SECP256K1),
            capacity: 1,
            expires: FAR,
        },
        Call::suspend_manufacturer { manufacturer: ManufacturerId(0), cause: CAUSE },
        Call::resume_manufacturer { manufacturer: ManufacturerId(0), cause: CAUSE },
        Call::change_quota { manufacturer: ManufacturerId(0), quota: 1 },
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
            assert_noop!(
                Manufacturers::add_batch(origin, BATCH, KEY, 1, FAR, possession(ManufacturerId(0), BATCH, &KEY)),
                BadOrigin
            );
        }
    });
}

#[test]
fn fails_suspending_a_batch_without_an_origin() {
    build_and_execute(|| {
        acme_with_batch();
        assert_noop!(Manufacturers::suspend_batch(RuntimeOrigin::none(), BATCH, CAUSE), BadOrigin);
    });
}
