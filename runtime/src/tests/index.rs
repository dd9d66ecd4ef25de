//! What a block tells the index.

use super::{first_block, signed_by_alice, transfer};
use crate::{index, Executive, System};

#[test]
fn f11_block_without_payments_is_quiet() {
    first_block().execute_with(|| {
        System::deposit_event(frame_system::Event::ExtrinsicSuccess {
            dispatch_info: frame_system::DispatchEventInfo::default(),
        });
        let changes = index::changes();
        assert!(changes.complete && changes.quiet, "{changes:?}");
    });
}

/// Neither of the two is a carrier now; in another block with the same events one may be.
#[test]
fn f11_block_with_a_payment_between_strangers_is_not_quiet() {
    first_block().execute_with(|| {
        assert_eq!(Executive::apply_extrinsic(signed_by_alice(transfer(), 0)), Ok(Ok(())));
        let changes = index::changes();
        assert!(changes.complete && !changes.quiet && changes.carriers.is_empty(), "{changes:?}");
    });
}
