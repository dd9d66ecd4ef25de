//! Requests in another currency than the chain's own, and requests that name their payer.

use super::*;
const OF_EURO: CurrencyId = CurrencyId::Asset(EURO);

fn euros(account: &AccountId32) -> Balance {
    Assets::balance(EURO, account)
}

fn euros_on_hold() -> Balance {
    <Requests as RequestLedger>::held(&CarrierId(CARD.into()), OF_EURO)
}

/// A request in the euro for which the card holds 100.
fn held() -> Reference {
    let reference = open(Terms { currency: OF_EURO, ..terms() });
    let order = Payment { currency: OF_EURO, ..payment(reference, true) };
    assert_ok!(execute_order(&order).unwrap());
    reference
}

#[test]
fn f61_f62_money_of_a_currency_is_held_and_settled() {
    execute(|| {
        let reference = held();
        assert_eq!((euros(&CARD), euros_on_hold(), on_hold()), (START - 100, 100, 0));
        check_state();
        assert_ok!(Requests::settle(signed(MACHINE), reference, 70));
        assert_eq!((euros(&CARD), euros(&PAYEE), euros_on_hold()), (START - 70, 70, 0));
        assert_eq!((free(&CARD), free(&PAYEE)), (START, START));
        // The same call again changes nothing.
        assert_ok!(Requests::settle(signed(MACHINE), reference, 70));
        assert_eq!(euros(&PAYEE), 70);
    });
}

#[test]
fn f61_f62_money_of_a_currency_is_released() {
    execute(|| {
        let reference = held();
        assert_ok!(Requests::doubt(signed(PAYEE), reference, CAUSE));
        assert_ok!(Requests::resolve(RuntimeOrigin::root(), reference, None, CAUSE));
        assert_eq!((euros(&CARD), euros_on_hold()), (START, 0));
    });
}

/// What is held in one currency says nothing of the other.
#[test]
fn each_currency_is_counted_by_itself() {
    execute(|| {
        let of_euro = held();
        let native = super::held();
        assert_eq!((euros_on_hold(), on_hold()), (100, 100));
        check_state();
        assert_ok!(Requests::release(signed(MACHINE), of_euro, CAUSE));
        assert_eq!((euros_on_hold(), on_hold()), (0, 100));
        assert_ok!(Requests::settle(signed(MACHINE), native, 100));
    });
}

#[test]
fn fails_in_a_currency_that_there_is_not() {
    execute(|| {
        let terms = Terms { currency: CurrencyId::Asset(EURO + 1), ..terms() };
        assert_noop!(Requests::open(signed(MACHINE), 0, terms), Error::UnknownCurrency);
    });
}

/// So little of the euro may be asked for as an account may hold of it.
#[test]
fn the_least_amount_is_the_currencys() {
    execute(|| {
        let of = |amount| Terms { currency: OF_EURO, amount: Asked::Exactly(amount), ..terms() };
        assert_noop!(Requests::open(signed(MACHINE), 0, of(CENT - 1)), Error::AmountTooSmall);
        open(of(CENT));
    });
}

#[test]
fn f61_f62_a_payee_who_cannot_take_so_little_is_told() {
    execute(|| {
        let nobody = AccountId32::new([0x77; 32]);
        let reference = open(Terms { currency: OF_EURO, payee: nobody.clone(), ..terms() });
        let order = Payment { currency: OF_EURO, payee: nobody.into(), ..payment(reference, true) };
        assert_ok!(execute_order(&order).unwrap());
        assert_noop!(Requests::settle(signed(MACHINE), reference, CENT - 1), Error::PayeeCannotReceive);
        assert_ok!(Requests::settle(signed(MACHINE), reference, CENT));
    });
}

/// A stranger's card cannot take the place of the one that is meant.
#[test]
fn f61_f62_only_the_payer_that_is_named_pays() {
    execute(|| {
        let named = Some(CarrierId(CARD.into()));
        let reference = open(Terms { payer: named, ..terms() });
        for hold in [true, false] {
            let stranger = Payment { carrier: CarrierId(OTHER_CARD.into()), ..payment(reference, hold) };
            assert_eq!(execute_order(&stranger), Err(RequestRefusal::OtherPayer));
        }
        assert_ok!(execute_order(&payment(reference, false)).unwrap());
    });
}

/// Nor can it end a request with a grain of dust.
#[test]
fn f61_f62_less_than_the_least_is_refused() {
    execute(|| {
        let reference = open(Terms { amount: Asked::Between { least: 40, most: 100 }, ..terms() });
        assert_eq!(<Requests as RequestLedger>::most(&reference), Some(100));
        for amount in [ED, 39, 101] {
            let order = Payment { amount, ..payment(reference, false) };
            assert_eq!(execute_order(&order), Err(RequestRefusal::OtherAmount), "{amount}");
        }
        let order = Payment { amount: 40, ..payment(reference, false) };
        assert_ok!(execute_order(&order).unwrap());
        // From the largest to the smallest there is nothing in between.
        let empty = Terms { amount: Asked::Between { least: 101, most: 100 }, ..terms() };
        assert_noop!(Requests::open(signed(MACHINE), 1, empty), Error::AmountTooSmall);
    });
}
