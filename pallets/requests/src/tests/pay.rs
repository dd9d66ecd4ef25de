//! Paying at once.

use super::*;

#[test]
fn f108_a_payment_settles_the_request() {
    execute(|| {
        let reference = open(terms());
        assert_ok!(execute_order(&payment(reference, false)).unwrap());
        let carrier = CarrierId(CARD.into());
        assert_last(Event::RequestPaid { reference, carrier, amount: 100 });
        assert_eq!(state(reference), RequestState::Settled { carrier, amount: 100, at: 1 });
        assert_eq!((free(&CARD), free(&PAYEE), on_hold()), (START - 100, START + 100, 0));
    });
}

/// Whoever comes second pays nothing.
#[test]
fn pays_once() {
    for first_holds in [false, true] {
        execute(|| {
            let reference = open(terms());
            assert_ok!(execute_order(&payment(reference, first_holds)).unwrap());
            for hold in [false, true] {
                let rival = Payment { carrier: CarrierId(OTHER_CARD.into()), ..payment(reference, hold) };
                assert_eq!(execute_order(&rival), Err(RequestRefusal::Closed));
                assert_noop!(<Requests as RequestLedger>::book(&rival), Error::WrongState);
            }
        });
    }
}

#[test]
fn fails_what_was_not_asked_for() {
    execute(|| {
        let reference = open(terms());
        let right = payment(reference, false);
        for (wrong, refusal) in [
            (Payment { reference: Reference([7; 32]), ..right }, RequestRefusal::NotOpen),
            (Payment { payee: STRANGER.into(), ..right }, RequestRefusal::OtherPayee),
            (Payment { amount: 99, ..right }, RequestRefusal::OtherAmount),
            (Payment { amount: 101, ..right }, RequestRefusal::OtherAmount),
            (Payment { epoch: 1, ..right }, RequestRefusal::OtherEpoch),
        ] {
            assert_eq!(<Requests as RequestLedger>::check(&wrong), Err(refusal));
        }
        assert_eq!(<Requests as RequestLedger>::check(&right), Ok(()));
    });
}

#[test]
fn boundary_at_most() {
    execute(|| {
        let reference = open(Terms { amount: Asked::Between { least: 1, most: 100 }, ..terms() });
        let check = |amount| <Requests as RequestLedger>::check(&Payment { amount, ..payment(reference, false) });
        assert_eq!([check(1), check(100), check(101)], [Ok(()), Ok(()), Err(RequestRefusal::OtherAmount)]);
    });
}

#[test]
fn boundary_expiry() {
    execute(|| {
        let reference = open(terms());
        System::set_block_number(11);
        assert_eq!(<Requests as RequestLedger>::check(&payment(reference, false)), Ok(()));
        assert_noop!(Requests::expire(signed(STRANGER), reference), Error::TooEarly);
        System::set_block_number(12);
        assert_eq!(execute_order(&payment(reference, false)), Err(RequestRefusal::Closed));
        assert_ok!(Requests::expire(signed(STRANGER), reference));
        assert_last(Event::RequestExpired { reference });
        assert_eq!(state(reference), RequestState::Expired { at: 12 });
        assert_ok!(Requests::expire(signed(STRANGER), reference));
        assert_noop!(Requests::release(signed(MACHINE), reference, CAUSE), Error::WrongState);
    });
}

#[test]
fn a_pools_request_wants_the_epoch_of_its_pool() {
    execute(|| {
        let reference = open(Terms { pool: Some((PoolId(1), 3)), ..terms() });
        let check = |epoch| <Requests as RequestLedger>::check(&Payment { epoch, ..payment(reference, false) });
        assert_eq!([check(0), check(2), check(4)], [Err(RequestRefusal::OtherEpoch); 3]);
        assert_eq!(check(3), Ok(()));
    });
}

#[test]
fn the_opener_takes_an_open_request_back() {
    execute(|| {
        let reference = open(terms());
        for account in [PAYEE, STRANGER] {
            assert_noop!(Requests::release(signed(account), reference, CAUSE), Error::NotPermitted);
        }
        assert_ok!(Requests::release(signed(MACHINE), reference, CAUSE));
        let by = Actor::Account(MACHINE);
        assert_last(Event::RequestReleased { reference, freed: None, by, cause: CAUSE });
        assert_eq!(execute_order(&payment(reference, false)), Err(RequestRefusal::Closed));
    });
}
