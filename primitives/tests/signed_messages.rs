//! Who may say what: certificates, attestations, first statements, orders, proofs and resets, each with what refuses it.

#![cfg(feature = "std")]

mod common;

use common::{negate_s, Key};
use specie_primitives::{
    attestation::{self, Attestation, SignedAttestation},
    certificate::{native_message, Certificate, CertificateFault},
    crypto::{sha256, PublicKey, Scheme, Signature, Software},
    evidence::{flag_message, Evidence},
    ids::{BatchId, CarrierId, CurrencyId, MachineId, Reference},
    initialisation::{contribution, message, CarrierTerms, FirstStatement, Initialisation},
    order::{self, Order, Purpose, EVERYTHING, NO_REFERENCE},
    possession::{self, verify_proof},
    records::BatchKey,
    reset::{self, verify_reset},
    verdict::{Counter, Finding},
    wire::{Wire, WireError},
};

const BATCH: BatchId = BatchId(42);
const CHALLENGE: [u8; 32] = [0xc4; 32];

fn native(batch_key: &Key, batch: BatchId, device: &PublicKey) -> Certificate {
    let signature = batch_key.sign(native_message(batch, device).as_bytes());
    Certificate::Native { batch, device: *device, signature }
}

fn keycard(ca: &Key, device: [u8; 33]) -> Certificate {
    let Signature::Secp256k1(signature) = ca.sign(&device) else { panic!() };
    Certificate::Keycard { batch: BATCH, device, signature }
}

fn coinkite(root: &Key, factory_batch: &Key, device: [u8; 33]) -> Certificate {
    Certificate::Coinkite {
        batch: BATCH,
        device,
        card_signature: factory_batch.sign_coinkite(&device),
        batch_signature: root.sign_coinkite(&factory_batch.compressed()),
    }
}

mod certificates {
    use super::*;

    fn verify(certificate: &Certificate, key: &BatchKey) -> Result<(), CertificateFault> {
        certificate.verify::<Software>(key)
    }

    #[test]
    fn f16_native_in_every_pair_of_schemes() {
        for batch_scheme in Scheme::ALL {
            for device_scheme in Scheme::ALL {
                let (batch, device) = (Key::numbered(batch_scheme, 1), Key::numbered(device_scheme, 2).public());
                let certificate = native(&batch, BATCH, &device);
                assert_eq!((certificate.batch(), certificate.device()), (BATCH, device));
                assert_eq!(verify(&certificate, &BatchKey::Native(batch.public())), Ok(()));
                let other = BatchKey::Native(Key::numbered(batch_scheme, 3).public());
                assert_eq!(verify(&certificate, &other), Err(CertificateFault::BadSignature));
            }
        }
    }

    #[test]
    fn f16_native_covers_the_batch_and_the_device() {
        let (batch, device) = (Key::numbered(Scheme::P256, 1), Key::numbered(Scheme::Ed25519, 2).public());
        let key = BatchKey::Native(batch.public());
        let Certificate::Native { signature, .. } = native(&batch, BATCH, &device) else { panic!() };
        let moved = Certificate::Native { batch: BatchId(43), device, signature };
        assert_eq!(verify(&moved, &key), Err(CertificateFault::BadSignature));
        let other = Key::numbered(Scheme::Ed25519, 3).public();
        let copied = Certificate::Native { batch: BATCH, device: other, signature };
        assert_eq!(verify(&copied, &key), Err(CertificateFault::BadSignature));
    }

    #[test]
    fn f16_keycard() {
        let (ca, device) = (Key::numbered(Scheme::Secp256k1, 1), Key::numbered(Scheme::Secp256k1, 2).compressed());
        let certificate = keycard(&ca, device);
        assert_eq!(certificate.device(), PublicKey::Secp256k1(device));
        assert_eq!(verify(&certificate, &BatchKey::Keycard(ca.compressed())), Ok(()));
        assert_eq!(verify(&certificate, &BatchKey::Keycard(device)), Err(CertificateFault::BadSignature));

        // As the card gives it: 98 bytes, without tag and batch.
        let bytes = &certificate.to_vec()[9..];
        assert_eq!(bytes.len(), 98);
        assert_eq!(Certificate::from_keycard(BATCH, bytes), Ok(certificate));
        assert_eq!(
            Certificate::from_keycard(BATCH, &bytes[..97]),
            Err(WireError::TooShort { needed: 65, left: 64 })
        );
        assert_eq!(
            Certificate::from_keycard(BATCH, &[bytes, &[0]].concat()),
            Err(WireError::TrailingBytes { left: 1 })
        );
        for id in 4..=u8::MAX {
            let unknown = [&bytes[..97], &[id]].concat();
            assert_eq!(
                Certificate::from_keycard(BATCH, &unknown),
                Err(WireError::UnknownTag { field: "recovery id", tag: id })
            );
        }
    }

    #[test]
    fn f16_coinkite() {
        let [root, factory_batch, device] = [1, 2, 3].map(|number| Key::numbered(Scheme::Secp256k1, number));
        let certificate = coinkite(&root, &factory_batch, device.compressed());
        assert_eq!(verify(&certificate, &BatchKey::CoinkiteRoot(root.compressed())), Ok(()));
        let other = BatchKey::CoinkiteRoot(factory_batch.compressed());
        assert_eq!(verify(&certificate, &other), Err(CertificateFault::BadSignature));

        // Swapped, the two signatures lead to some other key.
        let Certificate::Coinkite { batch, device, card_signature, batch_signature } = certificate else {
            panic!()
        };
        let (card_signature, batch_signature) = (batch_signature, card_signature);
        let swapped = Certificate::Coinkite { batch, device, card_signature, batch_signature };
        let key = BatchKey::CoinkiteRoot(root.compressed());
        assert_eq!(verify(&swapped, &key), Err(CertificateFault::BadSignature));
    }

    /// The header says which address type the key had; only its recovery id counts.
    #[test]
    fn f16_coinkite_header() {
        let [root, factory_batch, device] = [1, 2, 3].map(|number| Key::numbered(Scheme::Secp256k1, number));
        let certificate = coinkite(&root, &factory_batch, device.compressed());
        let key = BatchKey::CoinkiteRoot(root.compressed());
        let Certificate::Coinkite { batch, device, card_signature, batch_signature } = certificate else {
            panic!()
        };
        for header in 0..=u8::MAX {
            let mut card_signature = card_signature;
            let signed_with = card_signature[0];
            card_signature[0] = header;
            let changed = Certificate::Coinkite { batch, device, card_signature, batch_signature };
            let same_id = (27..=42).contains(&header) && (header - 27) % 4 == (signed_with - 27) % 4;
            assert_eq!(
                Certificate::from_wire(&changed.to_vec()).is_ok_and(|read| verify(&read, &key).is_ok()),
                same_id,
                "header {header}"
            );
        }
    }

    /// Factories did not always normalise.
    #[test]
    fn f16_takes_either_s() {
        let device = Key::numbered(Scheme::Secp256k1, 2);
        for scheme in [Scheme::Secp256k1, Scheme::P256] {
            let batch = Key::numbered(scheme, 1);
            let Certificate::Native { device, signature, .. } = native(&batch, BATCH, &device.public()) else {
                panic!()
            };
            let high = Certificate::Native { batch: BATCH, device, signature: negate_s(&signature) };
            assert_eq!(verify(&high, &BatchKey::Native(batch.public())), Ok(()));
        }
        let ca = Key::numbered(Scheme::Secp256k1, 1);
        let Certificate::Keycard { batch, device, signature } = keycard(&ca, device.compressed()) else { panic!() };
        let Signature::Secp256k1(signature) = negate_s(&Signature::Secp256k1(signature)) else { panic!() };
        let high = Certificate::Keycard { batch, device, signature };
        assert_eq!(verify(&high, &BatchKey::Keycard(ca.compressed())), Ok(()));
    }

    #[test]
    fn f16_format_must_be_that_of_the_batch() {
        let [root, factory_batch, device] = [1, 2, 3].map(|number| Key::numbered(Scheme::Secp256k1, number));
        let certificates = [
            native(&root, BATCH, &device.public()),
            keycard(&root, device.compressed()),
            coinkite(&root, &factory_batch, device.compressed()),
        ];
        let keys = [
            BatchKey::Native(root.public()),
            BatchKey::Keycard(root.compressed()),
            BatchKey::CoinkiteRoot(root.compressed()),
        ];
        for (format, certificate) in certificates.iter().enumerate() {
            for (other, key) in keys.iter().enumerate() {
                let expected = if format == other { Ok(()) } else { Err(CertificateFault::OtherFormat) };
                assert_eq!(verify(certificate, key), expected, "{format} {other}");
            }
        }
    }
}

/// A card with a certificate, and what its evidence is found to be.
mod evidence {
    use super::*;

    fn keys() -> [Key; 3] {
        [(Scheme::P256, 1), (Scheme::Secp256k1, 2), (Scheme::Ed25519, 3)]
            .map(|(scheme, number)| Key::numbered(scheme, number))
    }

    fn signed(device: &Key, attestation: Attestation) -> SignedAttestation {
        let signature = device.sign(attestation.message(&CHALLENGE).as_bytes());
        SignedAttestation { challenge: CHALLENGE, attestation, signature }
    }

    fn examine(evidence: &Evidence, batch: &Key) -> Finding {
        evidence.examine::<Software>(Some(&BatchKey::Native(batch.public()))).unwrap()
    }

    #[test]
    fn f13_f16_genuine_card_tells_its_count() {
        let [batch, device, currency] = keys();
        let attestation = signed(&device, Attestation::initialised(&currency.public(), 2, 5, 900, true));
        let certificate = native(&batch, BATCH, &device.public());
        let evidence = Evidence::Attested { certificate, attestation };
        let Finding::Genuine(claims) = examine(&evidence, &batch) else { panic!() };
        assert_eq!(claims.device, device.public());
        assert_eq!(claims.carrier, Some(CarrierId::of(&currency.public())));
        assert_eq!(claims.generation, Some(2));
        assert_eq!(claims.counter, Counter::Sequence { sequence: 5, since: 0, last_valid_until: 900 });
        assert!(claims.locked);
        assert_eq!(evidence.challenge(), &CHALLENGE);
    }

    #[test]
    fn f16_blank_card_has_no_carrier() {
        let [batch, device, _] = keys();
        let attestation = signed(&device, Attestation::blank(0, false));
        let certificate = native(&batch, BATCH, &device.public());
        let evidence = Evidence::Attested { certificate, attestation };
        let Finding::Genuine(claims) = examine(&evidence, &batch) else { panic!() };
        assert_eq!((claims.carrier, evidence.carrier()), (None, Ok(None)));
    }

    /// A fake card can show a certificate that it has seen; it cannot sign with the device key that is in it.
    #[test]
    fn f16_copied_certificate() {
        let [batch, device, currency] = keys();
        let fake = Key::numbered(Scheme::Secp256k1, 99);
        let certificate = native(&batch, BATCH, &device.public());
        let attestation = signed(&fake, Attestation::initialised(&currency.public(), 1, 0, 0, false));
        assert_eq!(examine(&Evidence::Attested { certificate, attestation }, &batch), Finding::BadAttestation);
    }

    #[test]
    fn f16_unknown_batch_and_wrong_batch() {
        let [batch, device, currency] = keys();
        let certificate = native(&batch, BATCH, &device.public());
        let attestation = signed(&device, Attestation::initialised(&currency.public(), 1, 0, 0, false));
        let evidence = Evidence::Attested { certificate, attestation };
        assert_eq!(evidence.examine::<Software>(None), Ok(Finding::UnknownBatch));
        assert_eq!(examine(&evidence, &device), Finding::BadCertificate);
    }

    /// Every field is under the signature.
    #[test]
    fn f13_attestation_that_was_changed() {
        let [batch, device, currency] = keys();
        let certificate = native(&batch, BATCH, &device.public());
        let said = Attestation::initialised(&currency.public(), 2, 5, 900, false);
        let attestation = signed(&device, said);
        let other = Key::numbered(Scheme::Ed25519, 4).public();
        for changed in [
            Attestation { generation: 3, ..said },
            Attestation { sequence: 4, ..said },
            Attestation { last_valid_until: 0, ..said },
            Attestation { locked: true, ..said },
            said.since(4, 900),
            said.since(0, 899),
            Attestation::initialised(&other, 2, 5, 900, false),
            Attestation::blank(2, false),
        ] {
            let attestation = SignedAttestation { attestation: changed, ..attestation };
            let evidence = Evidence::Attested { certificate, attestation };
            assert_eq!(examine(&evidence, &batch), Finding::BadAttestation, "{changed:?}");
        }
        let replayed = SignedAttestation { challenge: [0xc5; 32], ..attestation };
        let evidence = Evidence::Attested { certificate, attestation: replayed };
        assert_eq!(examine(&evidence, &batch), Finding::BadAttestation);
    }

    /// What contradicts itself is a fault of the line or the machine, and never a fake.
    #[test]
    fn f16_malformed_is_not_counterfeit() {
        let [batch, device, currency] = keys();
        let certificate = native(&batch, BATCH, &device.public());
        let said = Attestation::initialised(&currency.public(), 2, 5, 900, false);
        let mut padded = said;
        padded.currency_key[32] = 1;
        let off_the_curve = Attestation { scheme: Scheme::P256, currency_key: [0xff; 33], ..said };
        let lifecycle = attestation::Lifecycle::Blank;
        for (attestation, error) in [
            (Attestation { generation: 0, ..said }, WireError::NotCanonical { field: "generation" }),
            (Attestation { lifecycle, ..said }, WireError::NotCanonical { field: "blank attestation" }),
            (padded, WireError::NotCanonical { field: "key padding" }),
            (off_the_curve, WireError::NotOnCurve),
        ] {
            let attestation = signed(&device, attestation);
            let evidence = Evidence::Attested { certificate, attestation };
            let key = BatchKey::Native(batch.public());
            assert_eq!(evidence.examine::<Software>(Some(&key)), Err(error));
            assert_eq!(evidence.examine::<Software>(None), Err(error));
            assert_eq!(Evidence::from_wire(&evidence.to_vec()), Err(error));
        }
    }

    #[test]
    fn f15_device_of_a_card_that_cannot_count_speaks_for_it() {
        let [batch, device, currency] = keys();
        let certificate = native(&batch, BATCH, &device.public());
        let currency_key = currency.public();
        for used in [false, true] {
            let message = flag_message(&CHALLENGE, &currency_key, used);
            let flagged = |used, signature| Evidence::Flagged {
                certificate,
                currency_key,
                challenge: CHALLENGE,
                used,
                signature,
            };
            let evidence = flagged(used, device.sign(message.as_bytes()));
            let Finding::Genuine(claims) = examine(&evidence, &batch) else { panic!() };
            assert_eq!(claims.carrier, Some(CarrierId::of(&currency_key)));
            assert_eq!((claims.generation, claims.counter), (None, Counter::Flag { used }));

            // The flag is signed, and the currency key's word about it is worth nothing.
            let turned = flagged(!used, device.sign(message.as_bytes()));
            assert_eq!(examine(&turned, &batch), Finding::BadAttestation);
            let by_currency_key = flagged(used, currency.sign(message.as_bytes()));
            assert_eq!(examine(&by_currency_key, &batch), Finding::BadAttestation);
        }
    }

    #[test]
    fn f13_two_currency_keys_of_one_generation_prove_a_clone() {
        let [_, device, _] = keys();
        let of = |number, generation, sequence| {
            let key = Key::numbered(Scheme::Secp256k1, number).public();
            signed(&device, Attestation::initialised(&key, generation, sequence, 0, false))
        };
        assert!(of(1, 1, 0).conflicts_with(&of(2, 1, 0)));
        assert!(!of(1, 1, 0).conflicts_with(&of(1, 1, 7)));
        assert!(!of(1, 1, 0).conflicts_with(&of(2, 2, 0)));
        assert!(!of(1, 1, 0).conflicts_with(&signed(&device, Attestation::blank(1, false))));
    }
}

mod possessions {
    use super::*;

    #[test]
    fn f15_proof_is_for_one_challenge_and_one_key() {
        for scheme in Scheme::ALL {
            let (key, other) = (Key::numbered(scheme, 1), Key::numbered(scheme, 2).public());
            let proof = key.sign(possession::message(&CHALLENGE).as_bytes());
            assert!(verify_proof::<Software>(&CHALLENGE, &proof, &key.public()));
            assert!(!verify_proof::<Software>(&[0; 32], &proof, &key.public()), "replayed");
            assert!(!verify_proof::<Software>(&CHALLENGE, &proof, &other));
            let bare = key.sign(&CHALLENGE);
            assert!(!verify_proof::<Software>(&CHALLENGE, &bare, &key.public()), "without its domain");
        }
    }

    #[test]
    fn f15_takes_either_s() {
        let key = Key::numbered(Scheme::P256, 1);
        let proof = negate_s(&key.sign(possession::message(&CHALLENGE).as_bytes()));
        assert!(verify_proof::<Software>(&CHALLENGE, &proof, &key.public()));
    }
}

mod first_statements {
    use super::*;

    const ASKED: Initialisation = Initialisation {
        genesis: [1; 32],
        machine: MachineId([2; 32]),
        grant: 3,
        terms: CarrierTerms { currency: CurrencyId::Native, denomination: Some(500), fund_within: Some(9) },
    };

    /// A card's first statement is of no use for another chain, machine or grant, nor on other terms.
    #[test]
    fn f2_f3_first_statement_cannot_be_moved() {
        let (device, currency) = (Key::numbered(Scheme::P256, 1), Key::numbered(Scheme::Secp256k1, 2));
        let attestation = Attestation::initialised(&currency.public(), 1, 0, 0, false);
        let signature = device.sign(message(&ASKED.told(), &attestation).as_bytes());
        let made = FirstStatement { attestation, signature };
        assert!(made.verify::<Software>(&ASKED, &device.public()));
        let on = |terms| Initialisation { terms, ..ASKED };
        let euro = CurrencyId::Asset(0);
        for other in [
            Initialisation { genesis: [9; 32], ..ASKED },
            Initialisation { machine: MachineId([9; 32]), ..ASKED },
            Initialisation { grant: 4, ..ASKED },
            on(CarrierTerms { currency: euro, ..ASKED.terms }),
            on(CarrierTerms { denomination: None, ..ASKED.terms }),
            on(CarrierTerms { denomination: Some(501), ..ASKED.terms }),
            on(CarrierTerms { fund_within: None, ..ASKED.terms }),
            on(CarrierTerms { fund_within: Some(10), ..ASKED.terms }),
        ] {
            assert!(!made.verify::<Software>(&other, &device.public()), "{other:?}");
            assert_ne!(contribution(&other.told()), contribution(&ASKED.told()), "{other:?}");
        }
    }

    /// Whatever a card is asked later, its answer is no first statement; and the first statement answers no challenge.
    #[test]
    fn f3_f5_no_attestation_is_a_first_statement() {
        let (device, currency) = (Key::numbered(Scheme::Secp256k1, 1), Key::numbered(Scheme::P256, 2));
        let attestation = Attestation::initialised(&currency.public(), 1, 0, 0, false);
        let told = ASKED.told();
        for challenge in [contribution(&told), sha256(message(&told, &attestation).as_bytes()), [0; 32]] {
            let signature = device.sign(attestation.message(&challenge).as_bytes());
            assert!(!FirstStatement { attestation, signature }.verify::<Software>(&ASKED, &device.public()));
            let signature = device.sign(message(&told, &attestation).as_bytes());
            let said = SignedAttestation { challenge, attestation, signature };
            assert!(!said.verify::<Software>(&device.public()));
        }
    }

    /// What a card is told has no second reading, and fills its bytes.
    #[test]
    fn f3_what_a_card_is_told_is_exact() {
        assert_eq!(Initialisation::from_wire(&ASKED.told()), Ok(ASKED));
        assert_eq!(ASKED.told().as_slice(), ASKED.to_vec());
        let mut unknown = ASKED.told();
        unknown[68] = 2;
        let error = WireError::UnknownTag { field: "currency", tag: 2 };
        assert_eq!(Initialisation::from_wire(&unknown), Err(error));
        let mut numbered = ASKED.told();
        numbered[72] = 1;
        let error = WireError::NotCanonical { field: "currency" };
        assert_eq!(Initialisation::from_wire(&numbered), Err(error));
    }
}

mod orders {
    use super::*;

    fn order(carrier: &PublicKey) -> Order {
        Order {
            genesis: [1; 32],
            carrier: CarrierId::of(carrier),
            purpose: Purpose::CashOut,
            sequence: 1,
            to: [2; 32],
            amount: 100,
            fee: 3,
            fee_to: [4; 32],
            valid_until: 500,
            reference: NO_REFERENCE,
            epoch: 0,
        }
    }

    /// One change to each field.
    fn changes(order: &Order) -> [Order; 11] {
        [
            Order { genesis: [9; 32], ..*order },
            Order { carrier: CarrierId([9; 32]), ..*order },
            Order { purpose: Purpose::Transfer, ..*order },
            Order { sequence: 2, ..*order },
            Order { to: [9; 32], ..*order },
            Order { amount: EVERYTHING, ..*order },
            Order { fee: 0, ..*order },
            Order { fee_to: [9; 32], ..*order },
            Order { valid_until: 501, ..*order },
            Order { reference: Reference([9; 32]), ..*order },
            Order { epoch: 1, ..*order },
        ]
    }

    #[test]
    fn f12_signature_covers_every_field() {
        for scheme in Scheme::ALL {
            let key = Key::numbered(scheme, 1);
            let order = order(&key.public());
            let signature = key.sign(order.message().as_bytes());
            assert!(order.verify::<Software>(&signature, &key.public()));
            assert!(!order.verify::<Software>(&signature, &Key::numbered(scheme, 2).public()));
            for changed in changes(&order) {
                assert!(!changed.verify::<Software>(&signature, &key.public()), "{changed:?}");
            }
        }
    }

    /// Nobody may change an order's bytes on the way, not even to the other S.
    #[test]
    fn f12_refuses_high_s() {
        for scheme in [Scheme::Secp256k1, Scheme::P256] {
            let key = Key::numbered(scheme, 1);
            let order = order(&key.public());
            let high = negate_s(&key.sign(order.message().as_bytes()));
            assert!(!order.verify::<Software>(&high, &key.public()));
        }
    }

    #[test]
    fn f12_two_orders_with_one_sequence_prove_a_clone() {
        let one = order(&Key::numbered(Scheme::Secp256k1, 1).public());
        assert!(!one.conflicts_with(&one));
        for other in changes(&one) {
            // Another chain or carrier is another count; another sequence is the next order.
            let same_count =
                (other.genesis, other.carrier, other.sequence) == (one.genesis, one.carrier, one.sequence);
            assert_eq!(one.conflicts_with(&other), same_count, "{other:?}");
            assert_eq!(other.conflicts_with(&one), same_count, "{other:?}");
        }
    }

    #[test]
    fn f12_message_is_what_the_card_gets() {
        let order = order(&Key::numbered(Scheme::P256, 1).public());
        assert_eq!(order.message().as_bytes(), order.to_vec());
        assert_eq!(order.to_vec().len(), order::LEN);
    }
}

mod resets {
    use super::*;

    #[test]
    fn permission_is_for_one_device_and_one_generation() {
        for scheme in Scheme::ALL {
            let issuer = Key::numbered(scheme, 1);
            let device = Key::numbered(Scheme::P256, 2).public();
            let signature = issuer.sign(reset::message(&device, 3).as_bytes());
            let verify = |device: PublicKey, generation, issuer: &Key| {
                verify_reset::<Software>(&device, generation, &signature, &issuer.public())
            };
            assert!(verify(device, 3, &issuer));
            assert!(!verify(device, 4, &issuer));
            assert!(!verify(Key::numbered(Scheme::P256, 4).public(), 3, &issuer));
            assert!(!verify(device, 3, &Key::numbered(scheme, 5)));
        }
    }
}

/// A signature for one purpose is none for another, although one key serves several: every message has its domain.
#[test]
fn domains_keep_the_messages_apart() {
    let key = Key::numbered(Scheme::Ed25519, 1);
    let public = key.public();
    let attestation = Attestation::initialised(&public, 1, 0, 0, false);
    let asked =
        Initialisation { genesis: [0; 32], machine: MachineId([0; 32]), grant: 0, terms: CarrierTerms::default() };
    let order = Order::from_wire(&[&b"specie:order:v1"[..], &[0; 205]].concat()).unwrap();
    let messages = [
        native_message(BATCH, &public).as_bytes().to_vec(),
        attestation.message(&CHALLENGE).as_bytes().to_vec(),
        order.message().as_bytes().to_vec(),
        possession::message(&CHALLENGE).as_bytes().to_vec(),
        reset::message(&public, 1).as_bytes().to_vec(),
        message(&asked.told(), &attestation).as_bytes().to_vec(),
    ];
    for (purpose, message) in messages.iter().enumerate() {
        let signature = key.sign(message);
        let taken = [
            Certificate::Native { batch: BATCH, device: public, signature }
                .verify::<Software>(&BatchKey::Native(public))
                .is_ok(),
            SignedAttestation { challenge: CHALLENGE, attestation, signature }.verify::<Software>(&public),
            order.verify::<Software>(&signature, &public),
            verify_proof::<Software>(&CHALLENGE, &signature, &public),
            verify_reset::<Software>(&public, 1, &signature, &public),
            FirstStatement { attestation, signature }.verify::<Software>(&asked, &public),
        ];
        assert_eq!(taken.map(usize::from).iter().sum::<usize>(), 1, "message {purpose}");
        assert!(taken[purpose]);
    }
}

#[test]
fn f4_address_is_of_one_key_and_scheme() {
    let keys = Scheme::ALL.map(|scheme| Key::numbered(scheme, 1).public());
    let addresses = keys.map(|key| CarrierId::of(&key));
    assert!(addresses[0] != addresses[1] && addresses[1] != addresses[2] && addresses[0] != addresses[2]);

    // The scheme is part of it: the same 33 bytes can be a point of both curves.
    let both = (0..).map(|number| Key::numbered(Scheme::P256, number).compressed());
    let both = both.map(|bytes| [PublicKey::P256(bytes), PublicKey::Secp256k1(bytes)]);
    let [one, two] = both.into_iter().find(|pair| pair.iter().all(|key| key.validate().is_ok())).unwrap();
    assert_ne!(CarrierId::of(&one), CarrierId::of(&two));
}
