//! From a card's first statement to a record.

use crate::{
    cards::{Key, TestCard},
    mock::*,
    Carriers as Records, Devices, Error, Event, Registration,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;
use specie_primitives::{
    attestation::{Attestation, SignedAttestation},
    certificate::{native_message, Certificate},
    crypto::{PublicKey, Scheme, Software},
    ids::{BatchId, CurrencyId, MachineId},
    initialisation::{contribution, CarrierTerms, FirstStatement, Initialisation},
    records::{Carrier, CarrierState, Device, Permissions},
};

type MachineError = pallet_machines::Error<Test>;
type BatchError = pallet_manufacturers::Error<Test>;

fn submit(registration: &Registration) -> sp_runtime::DispatchResult {
    Carriers::initialise(signed(MACHINE), registration.clone())
}

#[test]
fn f3_registers_a_card_of_every_scheme() {
    for scheme in Scheme::ALL {
        execute(|| {
            System::set_block_number(7);
            let card = card(scheme, 1);
            let terms = CarrierTerms { denomination: Some(500), fund_within: Some(2), ..CarrierTerms::default() };
            assert_ok!(submit(&registration_on(&MACHINE, &card, 3, terms)));
            assert_last(Event::CarrierInitialised {
                carrier: card.id(),
                batch: BatchId(scheme.tag().into()),
                machine: MACHINE,
                grant: 3,
                generation: 1,
                currency: CurrencyId::Native,
                denomination: Some(500),
            });
            let expected = Carrier {
                batch: BatchId(scheme.tag().into()),
                device_key: card.device.public(),
                currency_key: card.currency.public(),
                generation: 1,
                sequence: 0,
                state: CarrierState::Active,
                currency: CurrencyId::Native,
                denomination: Some(500),
                funding_due: Some(9),
                machine: MachineId(MACHINE.into()),
                depositor: OPERATOR.into(),
                deposit: DEPOSIT,
                registered_at: 7,
            };
            assert_eq!(Records::<Test>::get(card.id()), Some(expected));
            let device = Device { carrier: card.id(), generation: 1 };
            assert_eq!(Devices::<Test>::get(card.device.public()), Some(device));
            assert_eq!(held(&OPERATOR), DEPOSIT);
            assert!(!Machines::grant_is_open(MACHINE, 3));
            assert_eq!(Manufacturers::batch_record(BatchId(scheme.tag().into())).unwrap().registered, 1);
        });
    }
}

#[test]
fn f3_keys_may_be_of_different_schemes() {
    execute(|| {
        let mut number = 0;
        for batch in Scheme::ALL {
            for device in Scheme::ALL {
                for currency in Scheme::ALL {
                    number += 1;
                    let mut card = TestCard::new(&factory(batch.tag().into()), device, number);
                    card.currency = Key::named(currency, &number.to_le_bytes());
                    initialise(&card);
                }
            }
        }
        assert_eq!(Records::<Test>::iter().count(), 27);
    });
}

#[test]
fn f3_fails_when_the_card_is_registered() {
    execute(|| {
        let card = card(Scheme::Secp256k1, 1);
        initialise(&card);
        assert_noop!(submit(&registration(&card, 1)), Error::<Test>::CarrierExists);
        let another_key = registration(&card.reset(), 1);
        assert_noop!(submit(&another_key), Error::<Test>::DeviceRegistered);
    });
}

#[test]
fn f3_fails_when_another_device_holds_the_key() {
    execute(|| {
        let first = card(Scheme::P256, 1);
        initialise(&first);
        let thief = TestCard { currency: first.currency.clone(), ..card(Scheme::P256, 2) };
        assert_noop!(submit(&registration(&thief, 1)), Error::<Test>::CarrierExists);
    });
}

#[test]
fn f3_fails_when_the_key_is_not_fresh() {
    execute(|| {
        let card = card(Scheme::Ed25519, 1);
        let key = card.currency.public();
        let blank = Attestation::blank(0, false);
        let used = Attestation::initialised(&key, 1, 1, 10, false);
        for said in [blank, used] {
            let statement = card.initialise_as(&told(&MACHINE, 0, CarrierTerms::default()), said);
            let stale = Registration { statement, ..registration(&card, 0) };
            assert_noop!(submit(&stale), Error::<Test>::NotFresh);
        }
    });
}

#[test]
fn f3_registers_a_later_generation() {
    execute(|| {
        let card = card(Scheme::P256, 1).reset().reset();
        initialise(&card);
        assert_eq!(record(&card).generation, 3);
    });
}

#[test]
fn f3_fails_when_the_attestation_is_malformed() {
    execute(|| {
        let card = card(Scheme::Secp256k1, 1);
        let key = card.currency.public();
        let no_generation = Attestation::initialised(&key, 0, 0, 0, false);
        let mut off_curve = Attestation::initialised(&key, 1, 0, 0, false);
        off_curve.currency_key = [0xff; 33];
        let mut not_blank = Attestation::blank(0, false);
        not_blank.sequence = 1;
        for said in [no_generation, off_curve, not_blank] {
            let statement = card.initialise_as(&told(&MACHINE, 0, CarrierTerms::default()), said);
            let malformed = Registration { statement, ..registration(&card, 0) };
            assert_noop!(submit(&malformed), Error::<Test>::BadAttestation);
        }
    });
}

#[test]
fn f3_fails_when_another_card_attested() {
    for scheme in Scheme::ALL {
        execute(|| {
            let mut forged = registration(&card(scheme, 1), 0);
            forged.statement = registration(&card(scheme, 2), 0).statement;
            assert_noop!(submit(&forged), Error::<Test>::BadAttestation);
        });
    }
}

#[test]
fn f3_fails_when_the_attestation_was_changed() {
    execute(|| {
        let mut changed = registration(&card(Scheme::P256, 1), 0);
        changed.statement.attestation.generation = 2;
        assert_noop!(submit(&changed), Error::<Test>::BadAttestation);
    });
}

#[test]
fn f3_takes_a_high_s_from_the_device() {
    for scheme in [Scheme::Secp256k1, Scheme::P256] {
        execute(|| {
            let mut high = registration(&card(scheme, 1), 0);
            high.statement.signature = negate_s(&high.statement.signature);
            assert_ok!(submit(&high));
        });
    }
}

#[test]
fn f2_fails_at_an_unknown_machine() {
    execute(|| {
        let registration = registration_at(&ALICE, &card(Scheme::P256, 1), 0);
        let call = Carriers::initialise(signed(ALICE), registration.clone());
        assert_noop!(call, MachineError::UnknownMachine);
        let root = Carriers::initialise(RuntimeOrigin::root(), registration);
        assert_noop!(root, sp_runtime::DispatchError::BadOrigin);
    });
}

#[test]
fn f2_fails_at_a_suspended_machine() {
    execute(|| {
        assert_ok!(Machines::suspend(RuntimeOrigin::root(), MACHINE, CAUSE));
        let registration = registration(&card(Scheme::P256, 1), 0);
        assert_noop!(submit(&registration), MachineError::MachineSuspended);
        assert_ok!(Machines::resume(RuntimeOrigin::root(), MACHINE, CAUSE));
        assert_ok!(submit(&registration));
    });
}

#[test]
fn f2_fails_without_the_permission() {
    execute(|| {
        let permissions = Permissions { initialise: false, ..EVERY_PERMISSION };
        assert_ok!(Machines::change_permissions(RuntimeOrigin::root(), MACHINE, permissions));
        let registration = registration(&card(Scheme::P256, 1), 0);
        assert_noop!(submit(&registration), MachineError::NotPermitted);
    });
}

#[test]
fn f2_fails_when_the_grant_was_used() {
    execute(|| {
        assert_ok!(submit(&registration(&card(Scheme::P256, 1), 0)));
        let again = registration(&card(Scheme::P256, 2), 0);
        assert_noop!(submit(&again), MachineError::GrantNotOpen);
    });
}

#[test]
fn boundary_f2_of_the_grants() {
    execute(|| {
        assert_ok!(submit(&registration(&card(Scheme::P256, 1), GRANTS - 1)));
        let beyond = registration(&card(Scheme::P256, 2), GRANTS);
        assert_noop!(submit(&beyond), MachineError::GrantNotOpen);
    });
}

#[test]
fn f2_fails_when_the_grant_was_revoked() {
    execute(|| {
        assert_ok!(Machines::revoke_grants(RuntimeOrigin::root(), MACHINE, 0, 1, CAUSE));
        let revoked = registration(&card(Scheme::P256, 1), 0);
        assert_noop!(submit(&revoked), MachineError::GrantNotOpen);
    });
}

#[test]
fn f2_fails_with_another_grant_or_machine_or_chain() {
    execute(|| {
        let card = card(Scheme::Secp256k1, 1);
        let other_grant = Registration { grant: 1, ..registration(&card, 0) };
        assert_noop!(submit(&other_grant), Error::<Test>::BadAttestation);

        let other_machine = registration_at(&OTHER_MACHINE, &card, 0);
        assert_noop!(submit(&other_machine), Error::<Test>::BadAttestation);

        let asked = Initialisation { genesis: [0; 32], ..told(&MACHINE, 0, CarrierTerms::default()) };
        let other_chain = Registration { statement: card.initialise(&asked), ..registration(&card, 0) };
        assert_noop!(submit(&other_chain), Error::<Test>::BadAttestation);
    });
}

#[test]
fn f2_f5_a_card_is_registered_on_the_terms_that_it_was_told() {
    execute(|| {
        let card = card(Scheme::P256, 1);
        let told = CarrierTerms { denomination: Some(500), fund_within: Some(9), ..CarrierTerms::default() };
        let issued = registration_on(&MACHINE, &card, 0, told);
        let others = [
            CarrierTerms { denomination: None, ..told },
            CarrierTerms { denomination: Some(501), ..told },
            CarrierTerms { fund_within: None, ..told },
            CarrierTerms { fund_within: Some(10), ..told },
        ];
        for terms in others {
            assert_noop!(submit(&Registration { terms, ..issued.clone() }), Error::<Test>::BadAttestation);
        }
        assert_ok!(submit(&issued));
    });
}

#[test]
fn f5_nobody_else_registers_a_card_that_was_issued_offline() {
    execute(|| {
        // One machine has issued the card and is offline; another has it in its reader and asks it whatever it likes.
        let card = card(Scheme::Secp256k1, 1);
        let issued = marked(&card, 0, 500);
        let theirs = told(&OTHER_MACHINE, 0, CarrierTerms::default());
        for challenge in [contribution(&theirs.told()), [7; 32]] {
            let SignedAttestation { attestation, signature, .. } = card.attest(challenge);
            let statement = FirstStatement { attestation, signature };
            let stolen = Registration { grant: 0, statement, terms: theirs.terms, ..issued.clone() };
            let call = Carriers::initialise(signed(OTHER_MACHINE), stolen);
            assert_noop!(call, Error::<Test>::BadAttestation);
        }
        // Nor with what the first machine sends, before it arrives.
        assert_noop!(Carriers::initialise(signed(OTHER_MACHINE), issued.clone()), Error::<Test>::BadAttestation);
        assert_ok!(submit(&issued));
        assert_eq!(record(&card).machine, MachineId(MACHINE.into()));
    });
}

#[test]
fn f5_registers_later_what_was_issued_offline() {
    execute(|| {
        // Two cards get their keys while the machine has no network; the second is registered first.
        let (first, second) = (card(Scheme::Secp256k1, 1), card(Scheme::P256, 2));
        let (early, late) = (registration(&first, 0), registration(&second, 1));
        System::set_block_number(400);
        assert_ok!(submit(&late));
        assert_ok!(submit(&early));
        assert_eq!(record(&first).registered_at, 400);
        assert_ok!(Carriers::fund(signed(ALICE), first.id(), 100));
    });
}

#[test]
fn f5_money_may_come_before_the_registration() {
    execute(|| {
        let card = card(Scheme::Ed25519, 1);
        assert_ok!(Balances::transfer_allow_death(signed(ALICE), address(&card), 300));
        initialise(&card);
        let order = order(&card);
        assert_ok!(spend(&card, &order));
        assert_eq!(Balances::free_balance(address(&card)), 180);
    });
}

#[test]
fn f8_fails_when_the_denomination_cannot_be_funded() {
    execute(|| {
        let card = card(Scheme::Secp256k1, 1);
        for denomination in [0, ED - 1] {
            assert_noop!(submit(&marked(&card, 0, denomination)), Error::<Test>::BadDenomination);
        }
    });
}

#[test]
fn boundary_f8_of_the_denomination() {
    execute(|| {
        let card = card(Scheme::Secp256k1, 1);
        assert_ok!(submit(&marked(&card, 0, ED)));
        assert_eq!(record(&card).denomination, Some(ED));
    });
}

#[test]
fn boundary_of_the_date() {
    execute(|| {
        System::set_block_number(20);
        let card = card(Scheme::Secp256k1, 1);
        let within = |fund_within| {
            registration_on(
                &MACHINE,
                &card,
                0,
                CarrierTerms { fund_within: Some(fund_within), ..CarrierTerms::default() },
            )
        };
        assert_noop!(submit(&within(0)), Error::<Test>::FundingDueInPast);
        assert_ok!(submit(&within(u32::MAX)));
        assert_eq!(record(&card).funding_due, Some(u32::MAX));
    });
}

#[test]
fn f16_takes_every_format() {
    execute(|| {
        for (index, format) in FORMATS.into_iter().enumerate() {
            let card = TestCard::new(&factory(index), format.scheme(), index as u32);
            initialise(&card);
            assert_eq!(record(&card).batch, BatchId(index as u64));
        }
    });
}

#[test]
fn f16_fails_when_the_batch_is_unknown() {
    execute(|| {
        let unknown = crate::cards::Factory::new(FORMATS[0], BatchId(99));
        let card = TestCard::new(&unknown, Scheme::Secp256k1, 1);
        assert_noop!(submit(&registration(&card, 0)), Error::<Test>::UnknownBatch);
    });
}

#[test]
fn f16_fails_when_the_batch_is_suspended_or_revoked() {
    execute(|| {
        let card = card(Scheme::P256, 1);
        let registration = registration(&card, 0);
        assert_ok!(Manufacturers::suspend_batch(signed(MANUFACTURER), BatchId(1), CAUSE));
        assert_noop!(submit(&registration), BatchError::BatchNotActive);
        assert_ok!(Manufacturers::revoke_batch(RuntimeOrigin::root(), BatchId(1), CAUSE));
        assert_noop!(submit(&registration), BatchError::BatchNotActive);
    });
}

#[test]
fn boundary_f16_of_the_expiry() {
    execute(|| {
        System::set_block_number(BATCH_EXPIRES);
        assert_ok!(submit(&registration(&card(Scheme::P256, 1), 0)));
        System::set_block_number(BATCH_EXPIRES + 1);
        let late = registration(&card(Scheme::P256, 2), 1);
        assert_noop!(submit(&late), BatchError::BatchExpired);
    });
}

#[test]
fn boundary_f16_of_the_capacity() {
    execute(|| {
        for number in 0..CAPACITY {
            initialise(&card(Scheme::Ed25519, number));
        }
        let one_more = registration(&card(Scheme::Ed25519, CAPACITY), CAPACITY);
        assert_noop!(submit(&one_more), BatchError::BatchFull);
    });
}

#[test]
fn f16_fails_when_the_certificate_was_copied() {
    execute(|| {
        for (index, format) in FORMATS.into_iter().enumerate() {
            let genuine = TestCard::new(&factory(index), format.scheme(), 1);
            // The copy shows the genuine certificate but cannot sign for its device key…
            let copy =
                TestCard { certificate: genuine.certificate, ..TestCard::new(&factory(index), format.scheme(), 2) };
            assert_noop!(submit(&registration(&copy, 0)), Error::<Test>::BadAttestation);
            // … nor put its own key into it.
            let mut copy = copy;
            let own = copy.device.public();
            match (&mut copy.certificate, own) {
                (Certificate::Native { device, .. }, own) => *device = own,
                (
                    Certificate::Keycard { device, .. } | Certificate::Coinkite { device, .. },
                    PublicKey::Secp256k1(own),
                ) => *device = own,
                _ => unreachable!("foreign formats are secp256k1"),
            }
            assert_noop!(submit(&registration(&copy, 0)), Error::<Test>::BadCertificate);
        }
    });
}

#[test]
fn f16_fails_under_another_batch() {
    execute(|| {
        // A certificate of one factory under the id of each other.
        for (from, to) in [(0, 1), (0, 3), (3, 4), (4, 3), (3, 0), (1, 2)] {
            let scheme = if from == 1 { Scheme::P256 } else { Scheme::Secp256k1 };
            let mut card = TestCard::new(&factory(from), scheme, 1);
            match &mut card.certificate {
                Certificate::Native { batch, .. }
                | Certificate::Keycard { batch, .. }
                | Certificate::Coinkite { batch, .. } => *batch = BatchId(to),
            }
            assert_noop!(submit(&registration(&card, 0)), Error::<Test>::BadCertificate);
        }
    });
}

#[test]
fn f16_fails_when_the_device_key_is_no_point() {
    execute(|| {
        let (factory, card) = (factory(2), card(Scheme::Ed25519, 1));
        // With a point of small order, one signature would fit many messages. That the factory signed it is no help.
        let small_order = PublicKey::Ed25519([0; 32]);
        for device in [small_order, PublicKey::P256([0xff; 33]), PublicKey::Secp256k1([5; 33])] {
            let batch = factory.batch;
            let signature = factory.key.sign(native_message(batch, &device).as_bytes());
            let certificate = Certificate::Native { batch, device, signature };
            assert!(certificate.verify::<Software>(&factory.batch_key()).is_ok());
            let bad = Registration { certificate, ..registration(&card, 0) };
            assert_noop!(submit(&bad), Error::<Test>::BadCertificate);
        }
    });
}

#[test]
fn fails_when_the_operator_cannot_deposit() {
    execute(|| {
        assert_ok!(Balances::transfer_allow_death(signed(OPERATOR), ALICE, START - (DEPOSIT + ED - 1)));
        let registration = registration(&card(Scheme::P256, 1), 0);
        assert_noop!(submit(&registration), TokenError::FundsUnavailable);
        assert_ok!(Balances::transfer_allow_death(signed(ALICE), OPERATOR, 1));
        assert_ok!(submit(&registration));
    });
}
