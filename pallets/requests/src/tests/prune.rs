//! Removing records.

use super::*;

#[test]
fn boundary_a_resolved_request_is_kept_for_its_retention() {
    execute(|| {
        let reference = open(terms());
        assert_noop!(Requests::prune(signed(STRANGER), reference), Error::WrongState);
        assert_ok!(execute_order(&payment(reference, false)).unwrap());
        System::set_block_number(1 + RETENTION);
        assert_noop!(Requests::prune(signed(STRANGER), reference), Error::TooEarly);
        System::set_block_number(2 + RETENTION);
        assert_ok!(Requests::prune(signed(STRANGER), reference));
        assert_last(Event::RequestPruned { reference });
        assert_eq!((deposited(), free(&MACHINE)), (0, START));
        // Its reference is never used again.
        assert_noop!(Requests::open(signed(MACHINE), 0, terms()), Error::NumberUsed);
        assert_eq!(execute_order(&payment(reference, false)), Err(RequestRefusal::NotOpen));
        assert_ne!(open(terms()), reference);
    });
}

#[test]
fn money_on_hold_keeps_its_record() {
    execute(|| {
        let reference = held();
        System::set_block_number(10_000);
        assert_noop!(Requests::prune(signed(STRANGER), reference), Error::WrongState);
        assert_ok!(Requests::doubt(signed(STRANGER), reference, CAUSE));
        assert_noop!(Requests::prune(signed(STRANGER), reference), Error::WrongState);
    });
}
