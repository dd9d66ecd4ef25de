//! Two boxes around the same cards.

use super::*;

#[docify::export]
#[test]
fn a_unit_that_hangs_pays_nothing_beside_the_one_that_took_over() {
    execute(|| {
        let pool = create();
        assert_ok!(join(UNIT, pool, card(1)));
        assert_ok!(Safes::take_lead(signed(UNIT), pool, 0));
        // An order that the first unit had signed in its epoch.
        let order_of_the_first = || gate(card(1), Some(pool), 1);
        assert_ok!(order_of_the_first());

        // It hangs. The other one waits until the lease is over.
        assert_noop!(Safes::take_lead(signed(OTHER_UNIT), pool, 1), Error::Led);
        System::set_block_number(1 + POLICY.lease + 1);
        assert_ok!(Safes::take_lead(signed(OTHER_UNIT), pool, 1));

        // It comes back, and sends what it had signed.
        assert_eq!(order_of_the_first(), Err(PoolRefusal::OtherEpoch));
        assert_noop!(Safes::renew(signed(UNIT), pool, 1), Error::OtherEpoch);
        assert_ok!(gate(card(1), Some(pool), 2));
    });
}
