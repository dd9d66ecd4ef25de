//! From one currency key of a card to the next.

use crate::{mock::*, Carriers as Records, Devices, Error, Event, Registration};
use frame_support::{assert_noop, assert_ok};
use specie_primitives::{
    acts::Actor,
    crypto::Scheme,
    ids::{BatchId, CurrencyId},
    order::EVERYTHING,
    records::{CarrierState, Device},
};

fn submit(registration: &Registration) -> sp_runtime::DispatchResult {
    Carriers::rotate(signed(MACHINE), registration.clone())
}

#[test]
fn f19_rotates_a_card_of_every_scheme() {
    for scheme in Scheme::ALL {
        execute(|| {
            let old = card(scheme, 1);
            initialise(&old);
            let new = old.reset();
            assert_ok!(submit(&marked(&new, 5, 70)));
            System::assert_has_event(
                Event::CarrierInitialised {
                    carrier: new.id(),
                    batch: BatchId(scheme.tag().into()),
                    machine: MACHINE,
                    grant: 5,
                    generation: 2,
                    currency: CurrencyId::Native,
                    denomination: Some(70),
                }
                .into(),
            );
            assert_last(Event::CarrierRotated {
                from: old.id(),
                to: new.id(),
                generation: 2,
                left: 0,
                machine: MACHINE,
            });
            assert_eq!((record(&old).state, record(&old).deposit), (CarrierState::Superseded, 0));
            assert_eq!(record(&new).state, CarrierState::Active);
            let device = Device { carrier: new.id(), generation: 2 };
            assert_eq!(Devices::<Test>::get(old.device.public()), Some(device));
            assert_eq!(held(&OPERATOR), DEPOSIT);
            // A card counts once against its batch.
            assert_eq!(Manufacturers::batch_record(BatchId(scheme.tag().into())).unwrap().registered, 1);
        });
    }
}

#[test]
fn f19_the_old_key_is_dead() {
    execute(|| {
        let old = funded(Scheme::P256, 100);
        let outstanding = crate::mock::order(&old);
        let empty = specie_primitives::order::Order { amount: EVERYTHING, fee: 0, ..outstanding };
        assert_ok!(spend(&old, &empty));
        assert_ok!(submit(&registration(&old.reset(), open_grant())));
        // Money that comes to the old address later is out of the old key's reach.
        assert_ok!(Balances::transfer_allow_death(signed(ALICE), address(&old), 300));
        let late = specie_primitives::order::Order { sequence: 2, ..outstanding };
        assert_noop!(spend(&old, &late), Error::<Test>::CarrierSuperseded);
        assert_noop!(Carriers::fund(signed(ALICE), old.id(), 100), Error::<Test>::CarrierSuperseded);
        assert_ok!(Carriers::settle(RuntimeOrigin::root(), old.id(), ALICE, CurrencyId::Native, CAUSE));
        assert_last(Event::CarrierSettled {
            carrier: old.id(),
            to: ALICE,
            amount: 300,
            currency: CurrencyId::Native,
            by: Actor::Root,
            cause: CAUSE,
        });
    });
}

#[test]
fn f19_the_next_machine_pays_the_next_deposit() {
    execute(|| {
        let old = card(Scheme::P256, 1);
        initialise(&old);
        add_machine_with(&NOBODY, &BOB, EVERY_PERMISSION, Default::default());
        assert_ok!(Machines::give_grants(RuntimeOrigin::root(), NOBODY, 1));
        let registration = registration_at(&NOBODY, &old.reset(), 0);
        assert_ok!(Carriers::rotate(signed(NOBODY), registration));
        assert_eq!((held(&OPERATOR), held(&BOB)), (0, DEPOSIT));
    });
}

#[test]
fn f19_skips_generations() {
    execute(|| {
        let old = card(Scheme::Secp256k1, 1);
        initialise(&old);
        let new = old.reset().reset().reset();
        assert_ok!(submit(&registration(&new, 1)));
        assert_eq!(record(&new).generation, 4);
    });
}

#[test]
fn f19_rotates_a_frozen_card() {
    execute(|| {
        let old = card(Scheme::Secp256k1, 1);
        initialise(&old);
        assert_ok!(Carriers::freeze(RuntimeOrigin::root(), old.id(), CAUSE));
        assert_ok!(submit(&registration(&old.reset(), 1)));
    });
}

#[test]
fn fails_when_the_card_is_unknown() {
    execute(|| {
        let registration = registration(&card(Scheme::P256, 1), 0);
        assert_noop!(submit(&registration), Error::<Test>::UnknownDevice);
    });
}

#[test]
fn fails_when_the_key_is_not_newer() {
    execute(|| {
        let card = card(Scheme::Ed25519, 1).reset();
        initialise(&card);
        let mut twin = card.reset();
        for generation in [1, 2] {
            twin.generation = generation;
            assert_noop!(submit(&registration(&twin, 1)), Error::<Test>::NotNewer);
        }
        assert_noop!(submit(&registration(&card, 1)), Error::<Test>::CarrierExists);
    });
}

#[test]
fn f19_money_at_the_old_address_is_no_hindrance_and_is_told() {
    execute(|| {
        // A stranger sends the least that an address may hold, when the old key is gone already.
        let old = card(Scheme::P256, 1);
        initialise(&old);
        let new = old.reset();
        assert_ok!(Balances::transfer_allow_death(signed(BOB), address(&old), ED));
        assert_ok!(submit(&registration(&new, 1)));
        let (from, to, generation, left) = (old.id(), new.id(), 2, ED);
        assert_last(Event::CarrierRotated { from, to, generation, left, machine: MACHINE });
        assert_ok!(Carriers::settle(RuntimeOrigin::root(), old.id(), BOB, CurrencyId::Native, CAUSE));
        assert_eq!(Balances::free_balance(BOB), START);
    });
}

#[test]
fn f16_fails_when_the_card_names_another_batch() {
    execute(|| {
        let old = card(Scheme::Secp256k1, 1);
        initialise(&old);
        let certificate = factory(Scheme::P256.tag().into()).certify(&old.device);
        let moved = crate::cards::TestCard { certificate, ..old.reset() };
        assert_noop!(submit(&registration(&moved, 1)), Error::<Test>::OtherBatch);
    });
}

#[test]
fn fails_when_the_carrier_is_retired_or_marked() {
    execute(|| {
        let retired = card(Scheme::P256, 1);
        initialise(&retired);
        assert_ok!(Carriers::retire(RuntimeOrigin::root(), retired.id(), CAUSE));
        assert_noop!(submit(&registration(&retired.reset(), 1)), Error::<Test>::WrongState);

        let marked = card(Scheme::P256, 2);
        initialise(&marked);
        let mut twin = marked.reset();
        twin.generation = 1;
        let proof = twin.attest([9; 32]);
        assert_ok!(Carriers::report_attestations(signed(BOB), marked.device.public(), proof, None));
        assert_noop!(submit(&registration(&marked.reset(), 2)), Error::<Test>::WrongState);
    });
}

#[test]
fn f16_fails_when_the_batch_is_not_active() {
    execute(|| {
        let card = card(Scheme::P256, 1);
        initialise(&card);
        assert_ok!(Manufacturers::suspend_batch(signed(MANUFACTURER), BatchId(1), CAUSE));
        assert_noop!(submit(&registration(&card.reset(), 1)), Error::<Test>::BatchNotActive);
    });
}

#[test]
fn f2_fails_when_the_grant_was_used() {
    execute(|| {
        let card = card(Scheme::P256, 1);
        assert_ok!(Carriers::initialise(signed(MACHINE), registration(&card, 0)));
        let again = registration(&card.reset(), 0);
        assert_noop!(submit(&again), pallet_machines::Error::<Test>::GrantNotOpen);
        let unknown = Carriers::rotate(signed(ALICE), registration_at(&ALICE, &card.reset(), 1));
        assert_noop!(unknown, pallet_machines::Error::<Test>::UnknownMachine);
        assert_eq!(Records::<Test>::iter().count(), 1);
    });
}
