//! Reads the files and checks every entry, from the fields alone.

use super::{
    common::{to_der, Key},
    file::{error_name, read},
};
use serde_json::Value;
use specie_primitives::{
    attestation::{Attestation, Lifecycle, SignedAttestation},
    certificate::{native_message, Certificate, CertificateFault},
    crypto::{blake2_256, Software},
    crypto::{
        p256_from_der, recovery_id, secp256k1_from_der, sha256, verify, PublicKey, SPolicy, Scheme, Signature,
    },
    evidence::Evidence,
    ids::{BatchId, CarrierId, CurrencyId, MachineId, Reference},
    initialisation::{contribution, message, CarrierTerms, FirstStatement, Initialisation},
    order::{Order, Purpose},
    possession::{self, verify_proof},
    records::BatchKey,
    reset::{self, verify_reset},
    verdict::Finding,
    wire::{Wire, WireError},
};

/// A field of an entry, by its type.
trait Fields {
    fn text(&self, field: &str) -> &str;
    fn number<T: TryFrom<u64, Error: std::fmt::Debug>>(&self, field: &str) -> T;
    fn lacks(&self, field: &str) -> bool;

    fn bytes(&self, field: &str) -> Vec<u8> {
        hex::decode(self.text(field)).unwrap()
    }

    fn array<const N: usize>(&self, field: &str) -> [u8; N] {
        self.bytes(field).try_into().unwrap()
    }

    fn wire<T: Wire>(&self, field: &str) -> T {
        T::from_wire(&self.bytes(field)).unwrap()
    }

    /// The private key in `field`, which belongs to `public`.
    fn key_of(&self, public: &PublicKey, field: &str) -> Key {
        let key = Key::from_secret(public.scheme(), self.array(field));
        assert_eq!(key.public(), *public, "{}", self.text("name"));
        key
    }
}

impl Fields for Value {
    fn text(&self, field: &str) -> &str {
        self[field].as_str().unwrap_or_else(|| panic!("{self} has no text in {field}"))
    }

    fn number<T: TryFrom<u64, Error: std::fmt::Debug>>(&self, field: &str) -> T {
        self[field].as_u64().unwrap_or_else(|| panic!("{self} has no number in {field}")).try_into().unwrap()
    }

    fn lacks(&self, field: &str) -> bool {
        self[field].is_null()
    }
}

/// Runs `check` on the entries of a list, of which there is at least one.
fn each(file: &str, list: &str, check: impl FnMut(&Value)) {
    let file = read(file);
    let entries = file[list].as_array().unwrap();
    assert!(!entries.is_empty());
    entries.iter().for_each(check);
}

/// Each entry of the list `invalid` is refused with the error that it names.
fn each_is_invalid<T: Wire + std::fmt::Debug>(file: &str) {
    each_of_is_invalid::<T>(file, "invalid");
}

fn each_of_is_invalid<T: Wire + std::fmt::Debug>(file: &str, list: &str) {
    each(file, list, |entry| {
        let error = T::from_wire(&entry.bytes("wire")).expect_err(entry.text("name"));
        assert_eq!(error_name(&error), entry.text("error"), "{}", entry.text("name"));
    });
}

fn scheme(entry: &Value) -> Scheme {
    Scheme::from_tag(entry.number("scheme")).unwrap()
}

fn scalars_from_der(scheme: Scheme, der: &[u8]) -> Result<[u8; 64], WireError> {
    match scheme {
        Scheme::Secp256k1 => secp256k1_from_der(der),
        Scheme::P256 => p256_from_der(der),
        Scheme::Ed25519 => panic!("Ed25519 has no DER form"),
    }
}

#[test]
fn f4_keys_and_addresses() {
    each("keys", "valid", |entry| {
        let key: PublicKey = entry.wire("wire");
        entry.key_of(&key, "secret");
        assert_eq!(PublicKey::from_bytes(scheme(entry), &entry.bytes("public_key")), Ok(key));
        let hashed = blake2_256(&[b"specie:carrier:v1".as_slice(), &entry.bytes("wire")].concat());
        assert_eq!((CarrierId::of(&key).0, hashed), (entry.array("address"), entry.array("address")));
    });
    each_is_invalid::<PublicKey>("keys");
}

#[test]
fn f16_batch_keys() {
    each("batch-keys", "valid", |entry| {
        let public = PublicKey::from_bytes(scheme(entry), &entry.bytes("public_key")).unwrap();
        let key = match entry.number("format") {
            0 => BatchKey::Native(public),
            1 => BatchKey::Keycard(entry.array("public_key")),
            2 => BatchKey::CoinkiteRoot(entry.array("public_key")),
            format @ 3..=u8::MAX => panic!("format {format}"),
        };
        assert_eq!(key, entry.wire("wire"));
    });
    each_is_invalid::<BatchKey>("batch-keys");
}

#[test]
fn ecdsa_signatures() {
    each("signatures", "ecdsa", |entry| {
        let (scheme, message, name) = (scheme(entry), entry.bytes("message"), entry.text("name"));
        let public = PublicKey::from_bytes(scheme, &entry.bytes("public_key")).unwrap();
        let key = entry.key_of(&public, "secret");
        assert_eq!(sha256(&message), entry.array("digest"));

        let scalars = scalars_from_der(scheme, &entry.bytes("der")).unwrap();
        assert_eq!(scalars, entry.array("r_s"), "{name}");
        assert_eq!(to_der(&scalars), entry.bytes("der"), "{name}");
        assert_eq!(entry["high_s"].as_bool(), Some(entry.bytes("r_s") != entry.bytes("low_r_s")), "{name}");

        let signature: Signature = entry.wire("wire");
        assert_eq!(signature, key.sign(&message), "{name}");
        assert_eq!(signature.as_bytes()[..64], entry.bytes("low_r_s"), "{name}");
        if scheme == Scheme::Secp256k1 {
            let found = recovery_id(&scalars, &message, &key.compressed()).unwrap();
            assert_eq!(Signature::Secp256k1(found), signature, "{name}");
            assert_eq!(found[64], entry.number::<u8>("recovery_id"), "{name}");
        } else {
            assert!(entry.lacks("recovery_id"), "{name}");
            let as_answered = verify::<Software>(&Signature::P256(scalars), &message, &public, SPolicy::Normalise);
            assert!(as_answered, "{name}");
        }
        assert!(verify::<Software>(&signature, &message, &public, SPolicy::LowOnly), "{name}");
    });
}

#[test]
fn ed25519_signatures() {
    each("signatures", "ed25519", |entry| {
        let public = PublicKey::from_bytes(scheme(entry), &entry.bytes("public_key")).unwrap();
        let (key, message) = (entry.key_of(&public, "secret"), entry.bytes("message"));
        let signature: Signature = entry.wire("wire");
        assert_eq!(signature, key.sign(&message));
        assert!(verify::<Software>(&signature, &message, &public, SPolicy::LowOnly));
    });
}

#[test]
fn signatures_that_are_refused() {
    each("signatures", "refused", |entry| {
        let (signature, public) = (entry.wire("wire"), entry.wire("public_key_wire"));
        let accepted = |policy| verify::<Software>(&signature, &entry.bytes("message"), &public, policy);
        assert!(!accepted(SPolicy::LowOnly), "{}", entry.text("name"));
        let either_s = entry["only_where_s_must_be_low"].as_bool().unwrap();
        assert_eq!(accepted(SPolicy::Normalise), either_s, "{}", entry.text("name"));
    });
}

#[test]
fn signatures_that_are_invalid() {
    each("signatures", "invalid_der", |entry| {
        let error = scalars_from_der(scheme(entry), &entry.bytes("der")).expect_err(entry.text("name"));
        assert_eq!(error_name(&error), entry.text("error"), "{}", entry.text("name"));
    });
    each_is_invalid::<Signature>("signatures");
}

#[test]
fn f16_certificates() {
    each("certificates", "valid", |entry| {
        let name = entry.text("name");
        let (certificate, batch_key): (Certificate, BatchKey) = (entry.wire("wire"), entry.wire("batch_key"));
        assert_eq!(certificate.batch(), BatchId(entry.text("batch").parse().unwrap()), "{name}");
        assert_eq!(certificate.device(), entry.wire("device_key"), "{name}");
        assert_eq!(certificate.verify::<Software>(&batch_key), Ok(()), "{name}");
        match (certificate, batch_key) {
            (Certificate::Native { batch, device, signature }, BatchKey::Native(public)) => {
                assert_eq!(native_message(batch, &device).as_bytes(), entry.bytes("message"), "{name}");
                let batch_key = entry.key_of(&public, "batch_secret");
                assert_eq!(signature, batch_key.sign(&entry.bytes("message")), "{name}");
            }
            (Certificate::Keycard { batch, device, signature }, BatchKey::Keycard(public)) => {
                assert_eq!(device, entry.array("message"), "{name}");
                assert_eq!(Certificate::from_keycard(batch, &entry.bytes("from_the_card")), Ok(certificate));
                let batch_key = entry.key_of(&PublicKey::Secp256k1(public), "batch_secret");
                assert_eq!(Signature::Secp256k1(signature), batch_key.sign(&device), "{name}");
            }
            (
                Certificate::Coinkite { device, card_signature, batch_signature, .. },
                BatchKey::CoinkiteRoot(public),
            ) => {
                assert_eq!(device, entry.array("message"), "{name}");
                let root = entry.key_of(&PublicKey::Secp256k1(public), "batch_secret");
                let factory_key = entry.array("factory_batch_key");
                let factory_batch = entry.key_of(&PublicKey::Secp256k1(factory_key), "factory_batch_secret");
                assert_eq!(card_signature, factory_batch.sign_coinkite(&device), "{name}");
                assert_eq!(batch_signature, root.sign_coinkite(&factory_key), "{name}");
            }
            _ => panic!("{name}: the key is of another format"),
        }
    });
    each("certificates", "refused", |entry| {
        let certificate: Certificate = entry.wire("wire");
        let fault = match entry.text("fault") {
            "BadSignature" => CertificateFault::BadSignature,
            "OtherFormat" => CertificateFault::OtherFormat,
            fault => panic!("unknown fault {fault}"),
        };
        assert_eq!(certificate.verify::<Software>(&entry.wire("batch_key")), Err(fault), "{}", entry.text("name"));
    });
    each_is_invalid::<Certificate>("certificates");
}

#[test]
fn f13_attestations() {
    each("attestations", "valid", |entry| {
        let name = entry.text("name");
        let lifecycle: u8 = entry.number("lifecycle");
        let locked = entry["locked"].as_bool().unwrap();
        let (generation, sequence) = (entry.number("generation"), entry.number("sequence"));
        let attestation = if entry.lacks("currency_key") {
            Attestation::blank(generation, locked)
        } else {
            let key: PublicKey = entry.wire("currency_key");
            Attestation::initialised(&key, generation, sequence, entry.number("last_valid_until"), locked)
        };
        let attestation = attestation.since(entry.number("since"), entry.number("last_valid_until"));
        assert_eq!(attestation.lifecycle == Lifecycle::Initialised, lifecycle == 1, "{name}");
        assert_eq!(attestation, entry.wire("attestation"), "{name}");

        let challenge = entry.array("challenge");
        assert_eq!(attestation.message(&challenge).as_bytes(), entry.bytes("message"), "{name}");
        let device = entry.wire("device_key");
        let signature = entry.key_of(&device, "device_secret").sign(&entry.bytes("message"));
        let signed = SignedAttestation { challenge, attestation, signature };
        assert_eq!(signed, entry.wire("wire"), "{name}");
        assert!(signed.verify::<Software>(&device), "{name}");
    });
    each("attestations", "refused", |entry| {
        let signed: SignedAttestation = entry.wire("wire");
        assert!(!signed.verify::<Software>(&entry.wire("device_key")), "{}", entry.text("name"));
    });
    each_is_invalid::<SignedAttestation>("attestations");
}

/// What a card is told, from its fields.
fn told(entry: &Value) -> Initialisation {
    let optional = |name: &str| (!entry.lacks(name)).then(|| entry[name].as_str().unwrap().parse().unwrap());
    let terms = CarrierTerms {
        currency: match entry.lacks("asset") {
            true => CurrencyId::Native,
            false => CurrencyId::Asset(entry.number("asset")),
        },
        denomination: optional("denomination"),
        fund_within: (!entry.lacks("fund_within")).then(|| entry.number("fund_within")),
    };
    let machine = MachineId(entry.array("machine"));
    Initialisation { genesis: entry.array("genesis"), machine, grant: entry.number("grant"), terms }
}

#[test]
fn f2_f3_initialisations() {
    each("initialisations", "valid", |entry| {
        let (name, asked) = (entry.text("name"), told(entry));
        assert_eq!(asked.told().as_slice(), entry.bytes("told"), "{name}");
        assert_eq!(Initialisation::from_wire(&asked.told()), Ok(asked), "{name}");
        assert_eq!(contribution(&asked.told()), entry.array("contribution"), "{name}");
        let attestation = entry.wire("attestation");
        let message = message(&asked.told(), &attestation);
        assert_eq!(message.as_bytes(), entry.bytes("message"), "{name}");
        let device = entry.wire("device_key");
        let signature = entry.key_of(&device, "device_secret").sign(&entry.bytes("message"));
        let statement = FirstStatement { attestation, signature };
        assert_eq!(statement, entry.wire("wire"), "{name}");
        assert!(statement.verify::<Software>(&asked, &device), "{name}");
    });
    each("initialisations", "refused", |entry| {
        let statement: FirstStatement = entry.wire("wire");
        assert!(!statement.verify::<Software>(&told(entry), &entry.wire("device_key")), "{}", entry.text("name"));
    });
    each_is_invalid::<FirstStatement>("initialisations");
    each_of_is_invalid::<Initialisation>("initialisations", "invalid_told");
}

#[test]
fn f12_orders() {
    each("orders", "valid", |entry| {
        let name = entry.text("name");
        let order = Order {
            genesis: entry.array("genesis"),
            carrier: CarrierId(entry.array("carrier")),
            purpose: Purpose::from_tag(entry.number("purpose")).unwrap(),
            sequence: entry.number("sequence"),
            to: entry.array("to"),
            amount: entry.text("amount").parse().unwrap(),
            fee: entry.text("fee").parse().unwrap(),
            fee_to: entry.array("fee_to"),
            valid_until: entry.number("valid_until"),
            reference: Reference(entry.array("reference")),
            epoch: entry.number("epoch"),
        };
        assert_eq!(order, entry.wire("wire"), "{name}");
        assert_eq!(order.to_vec(), entry.bytes("wire"), "{name}");
        assert_eq!(sha256(&entry.bytes("wire")), entry.array("digest"), "{name}");
        let key = entry.wire("currency_key");
        assert_eq!(CarrierId::of(&key), order.carrier, "{name}");
        let signature = entry.key_of(&key, "currency_secret").sign(&entry.bytes("wire"));
        assert_eq!(signature, entry.wire("signature"), "{name}");
        assert!(order.verify::<Software>(&signature, &key), "{name}");
    });
    each("orders", "refused", |entry| {
        let order: Order = entry.wire("wire");
        let verified = order.verify::<Software>(&entry.wire("signature"), &entry.wire("currency_key"));
        assert!(!verified, "{}", entry.text("name"));
    });
    each_is_invalid::<Order>("orders");
}

#[test]
fn f15_proofs() {
    each("proofs", "valid", |entry| {
        let (challenge, key) = (entry.array("challenge"), entry.wire("currency_key"));
        assert_eq!(possession::message(&challenge).as_bytes(), entry.bytes("message"));
        let signature = entry.key_of(&key, "currency_secret").sign(&entry.bytes("message"));
        assert_eq!(signature, entry.wire("signature"));
        assert!(verify_proof::<Software>(&challenge, &signature, &key));
    });
    each("proofs", "refused", |entry| {
        let (signature, key) = (entry.wire("signature"), entry.wire("currency_key"));
        assert!(!verify_proof::<Software>(&entry.array("challenge"), &signature, &key), "{}", entry.text("name"));
    });
}

#[test]
fn resets() {
    each("resets", "valid", |entry| {
        let (device, issuer) = (entry.wire("device_key"), entry.wire("issuer_key"));
        let generation = entry.number("generation");
        assert_eq!(reset::message(&device, generation).as_bytes(), entry.bytes("message"));
        let signature = entry.key_of(&issuer, "issuer_secret").sign(&entry.bytes("message"));
        assert_eq!(signature, entry.wire("signature"));
        assert!(verify_reset::<Software>(&device, generation, &signature, &issuer));
    });
    each("resets", "refused", |entry| {
        let (device, issuer, signature) =
            (entry.wire("device_key"), entry.wire("issuer_key"), entry.wire("signature"));
        let verified = verify_reset::<Software>(&device, entry.number("generation"), &signature, &issuer);
        assert!(!verified, "{}", entry.text("name"));
    });
}

#[test]
fn f14_evidence() {
    for list in ["valid", "refused"] {
        each("evidence", list, |entry| {
            let name = entry.text("name");
            let evidence: Evidence = entry.wire("wire");
            let key = (!entry.lacks("batch_key")).then(|| entry.wire::<BatchKey>("batch_key"));
            let finding = evidence.examine::<Software>(key.as_ref()).unwrap();
            let found = match &finding {
                Finding::NoEvidence => panic!("{name}: evidence was given"),
                Finding::UnknownBatch => "UnknownBatch",
                Finding::BadCertificate => "BadCertificate",
                Finding::BadAttestation => "BadAttestation",
                Finding::Genuine(_) => "Genuine",
            };
            assert_eq!(found, entry.text("finding"), "{name}");
            assert_eq!(evidence.certificate().device(), entry.wire("device_key"), "{name}");
            let carrier = (!entry.lacks("carrier")).then(|| CarrierId(entry.array("carrier")));
            assert_eq!(evidence.carrier(), Ok(carrier), "{name}");
            if let Some(claims) = finding.claims() {
                assert_eq!((claims.device, claims.carrier), (entry.wire("device_key"), carrier), "{name}");
            }
        });
    }
    each_is_invalid::<Evidence>("evidence");
}
