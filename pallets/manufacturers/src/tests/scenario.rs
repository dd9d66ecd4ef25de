//! The example of the crate's documentation.

use super::*;
use frame_support::assert_noop;

#[docify::export]
#[test]
fn a_manufacturers_batch() {
    build_and_execute(|| {
        // The issuer registers a manufacturer, with room for 1,000 cards. Ids from 2³² times its number on are its own.
        assert_ok!(Manufacturers::register(issuer(), ACME, name("Acme"), 1_000));
        let acme = Manufacturers::manufacturer_of(ACME).unwrap();
        assert_eq!(acme, ManufacturerId(0));

        // The manufacturer adds a batch of 100 cards. It signs the batch with the batch's own key.
        let batch = BatchId(7);
        let proof = possession(acme, batch, &KEY);
        assert_ok!(Manufacturers::add_batch(signed(ACME), batch, KEY, 100, FAR, proof));
        assert_ok!(<Manufacturers as BatchKeys>::count_carrier(batch));
        assert_eq!(record(batch).registered, 1);

        // Doubts: no card of it can be registered any more. Cards that are out pay until the issuer says otherwise.
        assert_ok!(Manufacturers::suspend_batch(signed(ACME), batch, CAUSE));
        assert_noop!(<Manufacturers as BatchKeys>::count_carrier(batch), Error::BatchNotActive);
        assert!(!record(batch).blocks_orders);
        assert_noop!(
            Manufacturers::reactivate_batch(signed(ACME), batch, CAUSE),
            sp_runtime::DispatchError::BadOrigin
        );
        assert_ok!(Manufacturers::reactivate_batch(issuer(), batch, CAUSE));
    });
}
