//! What the issuer does to a carrier.

use crate::{mock::*, Carriers as Records, Error, Event, OrderLifetime};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, DispatchResult};
use specie_primitives::{
    acts::Actor,
    crypto::Scheme,
    ids::{CarrierId, CurrencyId},
    order::Order,
    records::{CarrierState, Fraud},
};

fn freeze(id: CarrierId) -> DispatchResult {
    Carriers::freeze(RuntimeOrigin::root(), id, CAUSE)
}

fn unfreeze(id: CarrierId) -> DispatchResult {
    Carriers::unfreeze(RuntimeOrigin::root(), id, CAUSE)
}

fn retire(id: CarrierId) -> DispatchResult {
    Carriers::retire(RuntimeOrigin::root(), id, CAUSE)
}

fn repair(id: CarrierId) -> DispatchResult {
    Carriers::repair(RuntimeOrigin::root(), id, None, None, CAUSE)
}

fn unmark(id: CarrierId) -> DispatchResult {
    Carriers::unmark(RuntimeOrigin::root(), id, CAUSE)
}

fn settle(id: CarrierId) -> DispatchResult {
    Carriers::settle(RuntimeOrigin::root(), id, BOB, CurrencyId::Native, CAUSE)
}

/// One carrier in each state, with 300 at its address, and the state.
fn in_every_state() -> Vec<(CarrierId, CarrierState)> {
    let states = [
        CarrierState::Active,
        CarrierState::Frozen,
        CarrierState::Marked(Fraud::ConflictingOrders),
        CarrierState::Superseded,
        CarrierState::Retired,
    ];
    let mut carriers = Vec::new();
    for (number, state) in (1..).zip(states) {
        let card = card(Scheme::Ed25519, number);
        let id = initialise(&card);
        match state {
            CarrierState::Active => (),
            CarrierState::Frozen => {
                assert_ok!(freeze(id));
            }
            CarrierState::Marked(_) => {
                let (one, two) = (order(&card), Order { amount: 1, ..order(&card) });
                assert_ok!(Carriers::report_orders(signed(BOB), one, card.sign(&one), two, card.sign(&two)));
            }
            CarrierState::Superseded => {
                assert_ok!(Carriers::rotate(signed(MACHINE), registration(&card.reset(), open_grant())));
            }
            CarrierState::Retired => {
                assert_ok!(retire(id));
            }
        }
        assert_eq!(record(&card).state, state);
        assert_ok!(Balances::transfer_allow_death(signed(ALICE), id.0.into(), 300));
        carriers.push((id, state));
    }
    carriers
}

/// Runs `call` on a carrier in each state: it must succeed in those that `allowed` names, and only in them.
fn only_in(call: impl Fn(CarrierId) -> DispatchResult, allowed: impl Fn(CarrierState) -> bool) {
    execute(|| {
        for (id, state) in in_every_state() {
            if allowed(state) {
                assert_ok!(call(id));
            } else {
                assert_noop!(call(id), Error::<Test>::WrongState);
            }
        }
        let unknown = card(Scheme::P256, 99).id();
        assert_noop!(call(unknown), Error::<Test>::UnknownCarrier);
    });
}

#[test]
fn f20_only_the_issuer_does_these() {
    execute(|| {
        let card = funded(Scheme::P256, 100);
        let id = card.id();
        for account in [ALICE, OPERATOR, MACHINE, MANUFACTURER, address(&card)] {
            let origin = || signed(account.clone());
            assert_noop!(Carriers::freeze(origin(), id, CAUSE), DispatchError::BadOrigin);
            assert_noop!(Carriers::unfreeze(origin(), id, CAUSE), DispatchError::BadOrigin);
            assert_noop!(Carriers::repair(origin(), id, Some(500), None, CAUSE), DispatchError::BadOrigin);
            assert_noop!(Carriers::retire(origin(), id, CAUSE), DispatchError::BadOrigin);
            assert_noop!(
                Carriers::settle(origin(), id, account.clone(), CurrencyId::Native, CAUSE),
                DispatchError::BadOrigin
            );
            assert_noop!(Carriers::change_order_lifetime(origin(), 5), DispatchError::BadOrigin);
            assert_noop!(Carriers::unmark(origin(), id, CAUSE), DispatchError::BadOrigin);
        }
    });
}

#[test]
fn f20_freezes() {
    execute(|| {
        let card = card(Scheme::P256, 1);
        let id = initialise(&card);
        assert_ok!(freeze(id));
        assert_last(Event::CarrierFrozen { carrier: id, by: Actor::Root, cause: CAUSE });
        assert_eq!(record(&card).state, CarrierState::Frozen);
        assert_ok!(unfreeze(id));
        assert_last(Event::CarrierUnfrozen { carrier: id, by: Actor::Root, cause: CAUSE });
        assert_eq!(record(&card).state, CarrierState::Active);
    });
}

#[test]
fn f20_freezes_only_what_is_active() {
    only_in(freeze, |state| state == CarrierState::Active);
}

#[test]
fn f20_unfreezes_only_what_is_frozen() {
    only_in(unfreeze, |state| state == CarrierState::Frozen);
}

#[test]
fn f20_repairs() {
    execute(|| {
        let card = card(Scheme::P256, 1);
        let id = initialise(&card);
        assert_ok!(Carriers::repair(RuntimeOrigin::root(), id, Some(500), Some(30), CAUSE));
        assert_last(Event::CarrierRepaired {
            carrier: id,
            denomination: Some(500),
            funding_due: Some(30),
            by: Actor::Root,
            cause: CAUSE,
        });
        assert_eq!((record(&card).denomination, record(&card).funding_due), (Some(500), Some(30)));
        assert_noop!(Carriers::fund(signed(ALICE), id, 499), Error::<Test>::NotDenomination);
        assert_ok!(repair(id));
        assert_last(Event::CarrierRepaired {
            carrier: id,
            denomination: None,
            funding_due: None,
            by: Actor::Root,
            cause: CAUSE,
        });
        assert_ok!(Carriers::fund(signed(ALICE), id, 499));
    });
}

#[test]
fn boundary_f20_of_the_terms() {
    execute(|| {
        System::set_block_number(20);
        let id = initialise(&card(Scheme::P256, 1));
        let submit = |denomination, due| Carriers::repair(RuntimeOrigin::root(), id, denomination, due, CAUSE);
        assert_noop!(submit(Some(ED - 1), None), Error::<Test>::BadDenomination);
        assert_noop!(submit(None, Some(19)), Error::<Test>::FundingDueInPast);
        assert_ok!(submit(Some(ED), Some(20)));
    });
}

#[test]
fn f20_repairs_only_what_is_in_use() {
    only_in(repair, |state| matches!(state, CarrierState::Active | CarrierState::Frozen));
}

#[test]
fn f20_retires() {
    execute(|| {
        let card = card(Scheme::P256, 1);
        let id = initialise(&card);
        assert_eq!(held(&OPERATOR), DEPOSIT);
        assert_ok!(retire(id));
        assert_last(Event::CarrierRetired { carrier: id, by: Actor::Root, cause: CAUSE });
        assert_eq!((record(&card).state, record(&card).deposit), (CarrierState::Retired, 0));
        assert_eq!((held(&OPERATOR), Balances::free_balance(OPERATOR)), (0, START));
        // The record stays, so the key can never come back.
        let again = registration(&card, open_grant());
        assert_noop!(Carriers::initialise(signed(MACHINE), again), Error::<Test>::CarrierExists);
        let newer = registration(&card.reset(), open_grant());
        assert_noop!(Carriers::initialise(signed(MACHINE), newer), Error::<Test>::DeviceRegistered);
    });
}

#[test]
fn f20_retires_whatever_is_not_retired() {
    only_in(retire, |state| state != CarrierState::Retired);
}

#[test]
fn f20_settles() {
    execute(|| {
        let card = funded(Scheme::P256, 300);
        assert_ok!(freeze(card.id()));
        assert_ok!(Carriers::settle(RuntimeOrigin::root(), card.id(), NOBODY, CurrencyId::Native, CAUSE));
        assert_last(Event::CarrierSettled {
            carrier: card.id(),
            to: NOBODY,
            amount: 300,
            currency: CurrencyId::Native,
            by: Actor::Root,
            cause: CAUSE,
        });
        assert_eq!(Balances::free_balance(NOBODY), 300);
        assert_eq!(Balances::free_balance(address(&card)), 0);
        assert_noop!(settle(card.id()), Error::<Test>::InsufficientBalance);
    });
}

#[test]
fn f20_settles_only_what_is_stopped() {
    only_in(settle, |state| state != CarrierState::Active);
}

#[test]
fn f20_fails_to_settle_to_the_carrier() {
    execute(|| {
        let card = funded(Scheme::P256, 300);
        assert_ok!(freeze(card.id()));
        let call = Carriers::settle(RuntimeOrigin::root(), card.id(), address(&card), CurrencyId::Native, CAUSE);
        assert_noop!(call, Error::<Test>::BadPayee);
    });
}

#[test]
fn boundary_of_the_order_lifetime() {
    execute(|| {
        let submit = |blocks| Carriers::change_order_lifetime(RuntimeOrigin::root(), blocks);
        for blocks in [0, MAX_LIFETIME + 1, u32::MAX] {
            assert_noop!(submit(blocks), Error::<Test>::BadOrderLifetime);
        }
        for blocks in [MAX_LIFETIME, 1] {
            assert_ok!(submit(blocks));
            assert_last(Event::OrderLifetimeChanged { blocks, by: Actor::Root });
            assert_eq!(OrderLifetime::<Test>::get(), blocks);
        }
        let card = funded(Scheme::P256, 300);
        let latest = System::block_number() + 1;
        let long = Order { valid_until: latest + 1, ..order(&card) };
        assert_noop!(spend(&card, &long), Error::<Test>::OrderTooLong);
        assert_ok!(spend(&card, &Order { valid_until: latest, ..order(&card) }));
    });
}

#[test]
fn a_record_is_never_removed() {
    execute(|| {
        for (id, _) in in_every_state() {
            let _ = freeze(id);
            let _ = settle(id);
            let _ = retire(id);
            assert!(Records::<Test>::contains_key(id));
        }
    });
}

#[test]
fn f20_only_what_is_marked_is_cleared() {
    only_in(unmark, |state| matches!(state, CarrierState::Marked(_)));
}

/// A card whose software was at fault can be used again; a key that its card has left behind stays dead.
#[test]
fn f20_a_cleared_carrier_is_frozen_or_superseded() {
    execute(|| {
        for rotated in [false, true] {
            let card = card(Scheme::Ed25519, 40 + u32::from(rotated));
            let id = initialise(&card);
            if rotated {
                assert_ok!(Carriers::rotate(signed(MACHINE), registration(&card.reset(), open_grant())));
            }
            let (one, two) = (order(&card), Order { amount: 1, ..order(&card) });
            assert_ok!(Carriers::report_orders(signed(BOB), one, card.sign(&one), two, card.sign(&two)));
            assert_ok!(unmark(id));
            assert_last(Event::CarrierUnmarked { carrier: id, by: Actor::Root, cause: CAUSE });
            let expected = if rotated { CarrierState::Superseded } else { CarrierState::Frozen };
            assert_eq!(record(&card).state, expected);
            assert_eq!(unfreeze(id).is_ok(), !rotated);
        }
    });
}

/// An operator that has lost its key gets nothing back; whoever runs the machine then does.
#[test]
fn f20_a_deposit_goes_back_to_who_runs_the_machine_by_then() {
    execute(|| {
        let card = card(Scheme::Ed25519, 1);
        let id = initialise(&card);
        assert_eq!(held(&OPERATOR), DEPOSIT);
        assert_ok!(Machines::change_operator(RuntimeOrigin::root(), MACHINE, NOBODY, CAUSE));
        System::set_block_number(11);
        assert_ok!(Machines::apply_operator_change(signed(BOB), MACHINE));
        let before = Balances::free_balance(OPERATOR);
        assert_ok!(retire(id));
        assert_eq!((held(&OPERATOR), Balances::free_balance(OPERATOR)), (0, before));
        assert_eq!(Balances::free_balance(NOBODY), DEPOSIT);
    });
}
