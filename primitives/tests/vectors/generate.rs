//! Makes the files. Every private key is SHA-256 of a name, and signing is deterministic (RFC 6979, RFC 8032), so that
//! anybody can make the same bytes.

use super::{
    common::{integer, minimal, negate_s, sequence, to_der, Key, P256_ORDER, SECP256K1_ORDER, SMALL_ORDER},
    file::{Entry, File},
};
use serde_json::Value;
use specie_primitives::{
    attestation::{Attestation, Lifecycle, SignedAttestation},
    certificate::{native_message, Certificate},
    crypto::{sha256, PublicKey, Scheme, Signature},
    evidence::{flag_message, Evidence},
    ids::{BatchId, CarrierId, CurrencyId, MachineId, Reference},
    initialisation::{contribution, message, CarrierTerms, FirstStatement, Initialisation},
    order::{Order, Purpose, EVERYTHING, NO_REFERENCE},
    possession,
    records::BatchKey,
    reset,
    wire::Wire,
};

const BATCH: BatchId = BatchId(1_234_567_890_123);
const GENESIS: [u8; 32] = [0x11; 32];
const CHALLENGE: [u8; 32] = [0xc4; 32];
const ECDSA: [Scheme; 2] = [Scheme::Secp256k1, Scheme::P256];

pub fn files() -> Vec<File> {
    vec![
        keys(),
        batch_keys(),
        signatures(),
        certificates(),
        attestations(),
        initialisations(),
        orders(),
        proofs(),
        resets(),
        evidence(),
    ]
}

/// A key of the vectors with its secret.
struct Named {
    secret: [u8; 32],
    key: Key,
}

impl Named {
    fn new(role: &str, scheme: Scheme) -> Self {
        let secret = sha256(format!("specie vectors: {role} {}", scheme_name(scheme)).as_bytes());
        Self { secret, key: Key::from_secret(scheme, secret) }
    }

    fn public(&self) -> PublicKey {
        self.key.public()
    }

    fn sign(&self, message: impl AsRef<[u8]>) -> Signature {
        self.key.sign(message.as_ref())
    }
}

fn scheme_name(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Secp256k1 => "secp256k1",
        Scheme::P256 => "P-256",
        Scheme::Ed25519 => "Ed25519",
    }
}

fn hex(bytes: impl AsRef<[u8]>) -> Value {
    hex::encode(bytes).into()
}

fn wire(value: &impl Wire) -> Value {
    hex(value.to_vec())
}

/// Bytes that are no value of the format, and the error that says why.
fn invalid(name: &str, bytes: impl AsRef<[u8]>, error: &str) -> Entry {
    vec![("name", name.into()), ("wire", hex(bytes)), ("error", error.into())]
}

/// `bytes` too short by one and too long by one.
fn wrong_lengths(bytes: &[u8]) -> [Entry; 2] {
    [
        invalid("last byte missing", &bytes[..bytes.len() - 1], "TooShort"),
        invalid("one byte too many", [bytes, &[0]].concat(), "TrailingBytes"),
    ]
}

/// `bytes` with others in the place of those at `offset`.
fn with(bytes: &[u8], offset: usize, change: impl AsRef<[u8]>) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[offset..offset + change.as_ref().len()].copy_from_slice(change.as_ref());
    changed
}

fn keys() -> File {
    let valid = Scheme::ALL.into_iter().flat_map(|scheme| {
        ["device", "currency"].map(|role| {
            let key = Named::new(role, scheme);
            vec![
                ("name", format!("{role} {}", scheme_name(scheme)).into()),
                ("scheme", scheme.tag().into()),
                ("secret", hex(key.secret)),
                ("public_key", hex(key.public().as_bytes())),
                ("wire", wire(&key.public())),
                ("address", hex(CarrierId::of(&key.public()).as_bytes())),
            ]
        })
    });
    let mut invalid_keys = vec![
        invalid("no bytes", [], "TooShort"),
        invalid(
            "unknown scheme",
            with(&Named::new("device", Scheme::Ed25519).public().to_vec(), 0, [3]),
            "UnknownTag",
        ),
    ];
    for (scheme, off_curve) in [(Scheme::Secp256k1, 5), (Scheme::P256, 1)] {
        let name = |what: &str| format!("{}: {what}", scheme_name(scheme));
        let good = Named::new("device", scheme).public().to_vec();
        let point = with(&with(&good, 1, [2; 33]), 2, [[0; 31].as_slice(), &[off_curve]].concat());
        invalid_keys.extend([
            invalid(&name("last byte missing"), &good[..33], "TooShort"),
            invalid(&name("one byte too many"), [&good[..], &[0]].concat(), "TrailingBytes"),
            invalid(&name("X of no point"), point, "NotOnCurve"),
            invalid(
                &name("X not below the field's prime"),
                with(&good, 1, [[2].as_slice(), &[0xff; 32]].concat()),
                "NotOnCurve",
            ),
            invalid(&name("first byte of the uncompressed form"), with(&good, 1, [4]), "NotOnCurve"),
            invalid(&name("first byte of the compact form"), with(&good, 1, [5]), "NotOnCurve"),
            invalid(&name("point at infinity"), with(&good, 1, [0; 33]), "NotOnCurve"),
        ]);
    }
    let ed25519 = |bytes: &[u8]| [&[Scheme::Ed25519.tag()], bytes].concat();
    // y = 2, of no point; y = p + 3, whose one encoding is 3.
    let (off_curve, not_reduced) = (with(&[0; 32], 0, [2]), with(&with(&[0xff; 32], 0, [0xf0]), 31, [0x7f]));
    invalid_keys.extend(wrong_lengths(&Named::new("device", Scheme::Ed25519).public().to_vec()));
    invalid_keys.push(invalid("Ed25519: Y of no point", ed25519(&off_curve), "NotOnCurve"));
    invalid_keys.push(invalid("Ed25519: Y not below the field's prime", ed25519(&not_reduced), "NotOnCurve"));
    invalid_keys
        .extend(SMALL_ORDER.map(|key| {
            invalid("Ed25519: point of small order", ed25519(&hex::decode(key).unwrap()), "NotOnCurve")
        }));
    File { name: "keys", lists: vec![("valid", valid.collect()), ("invalid", invalid_keys)] }
}

fn batch_keys() -> File {
    let root = Named::new("root", Scheme::Secp256k1);
    let native = Scheme::ALL.map(|scheme| {
        let key = Named::new("batch", scheme).public();
        (format!("native {}", scheme_name(scheme)), 0, key, BatchKey::Native(key))
    });
    let others = [
        ("Keycard".to_owned(), 1, root.public(), BatchKey::Keycard(root.key.compressed())),
        ("Coinkite root".to_owned(), 2, root.public(), BatchKey::CoinkiteRoot(root.key.compressed())),
    ];
    let valid = native.into_iter().chain(others).map(|(name, format, key, batch_key)| {
        vec![
            ("name", name.into()),
            ("format", format.into()),
            ("scheme", key.scheme().tag().into()),
            ("public_key", hex(key.as_bytes())),
            ("wire", wire(&batch_key)),
        ]
    });
    let good = BatchKey::Keycard(root.key.compressed()).to_vec();
    let mut wrong = wrong_lengths(&good).to_vec();
    wrong.extend([
        invalid("unknown format", with(&good, 0, [3]), "UnknownTag"),
        invalid("unknown scheme", [0, 3], "UnknownTag"),
        invalid("not a point", with(&good, 1, [0xff]), "NotOnCurve"),
    ]);
    File { name: "batch-keys", lists: vec![("valid", valid.collect()), ("invalid", wrong)] }
}

fn signatures() -> File {
    File {
        name: "signatures",
        lists: vec![
            ("ecdsa", ecdsa_signatures()),
            ("ed25519", vec![ed25519_signature()]),
            ("refused", refused_signatures()),
            ("invalid_der", invalid_der()),
            ("invalid", invalid_signatures()),
        ],
    }
}

/// A card's answer, and what the host makes of it.
fn ecdsa_signature(name: &str, key: &Named, message: &[u8], high_s: bool) -> Entry {
    let low = key.sign(message);
    let answered = if high_s { negate_s(&low) } else { low };
    let scalars: [u8; 64] = answered.as_bytes()[..64].try_into().unwrap();
    vec![
        ("name", format!("{}: {name}", scheme_name(low.scheme())).into()),
        ("scheme", low.scheme().tag().into()),
        ("secret", hex(key.secret)),
        ("public_key", hex(key.public().as_bytes())),
        ("message", hex(message)),
        ("digest", hex(sha256(message))),
        ("der", hex(to_der(&scalars))),
        ("r_s", hex(scalars)),
        ("high_s", high_s.into()),
        ("low_r_s", hex(&low.as_bytes()[..64])),
        ("recovery_id", low.as_bytes().get(64).copied().into()),
        ("wire", wire(&low)),
    ]
}

fn ecdsa_signatures() -> Vec<Entry> {
    let mut entries = vec![];
    for scheme in ECDSA {
        let key = Named::new("device", scheme);
        let number = |number: u32| format!("message {number}").into_bytes();
        let starts_with = |offset: usize, test: fn(u8) -> bool| {
            let fits = |message: &Vec<u8>| test(key.sign(message).as_bytes()[offset]);
            (0..).map(number).find(fits).unwrap()
        };
        entries.extend([
            ecdsa_signature("low S", &key, &starts_with(0, |byte| (1..0x80).contains(&byte)), false),
            ecdsa_signature("high S", &key, &starts_with(0, |byte| (1..0x80).contains(&byte)), true),
            ecdsa_signature("R padded in DER", &key, &starts_with(0, |byte| byte >= 0x80), false),
            ecdsa_signature("R short in DER", &key, &starts_with(0, |byte| byte == 0), false),
            ecdsa_signature("S short in DER", &key, &starts_with(32, |byte| byte == 0), false),
            ecdsa_signature("empty message", &key, &[], false),
        ]);
        if scheme == Scheme::Secp256k1 {
            let with_id = |id| (0..).map(number).find(|message| key.sign(message).as_bytes()[64] == id).unwrap();
            entries.push(ecdsa_signature("recovery id 0", &key, &with_id(0), false));
            entries.push(ecdsa_signature("recovery id 1", &key, &with_id(1), false));
        }
    }
    entries
}

fn ed25519_signature() -> Entry {
    let key = Named::new("device", Scheme::Ed25519);
    let message = b"message 0";
    vec![
        ("name", "Ed25519".into()),
        ("scheme", Scheme::Ed25519.tag().into()),
        ("secret", hex(key.secret)),
        ("public_key", hex(key.public().as_bytes())),
        ("message", hex(message)),
        ("wire", wire(&key.sign(message))),
    ]
}

/// Signatures in the right form that are not the key's over the message.
fn refused_signatures() -> Vec<Entry> {
    let mut entries = vec![];
    for scheme in Scheme::ALL {
        let (key, other) = (Named::new("device", scheme), Named::new("currency", scheme));
        let message = b"message 0".as_slice();
        let good = key.sign(message);
        let mut refuse = |what: &str, key: &Named, message: &[u8], bytes: Vec<u8>, low_s_only: bool| {
            entries.push(vec![
                ("name", format!("{}: {what}", scheme_name(scheme)).into()),
                ("public_key_wire", wire(&key.public())),
                ("message", hex(message)),
                ("wire", hex(bytes)),
                ("only_where_s_must_be_low", low_s_only.into()),
            ]);
        };
        let bytes = good.to_vec();
        refuse("another message", &key, b"message 1", bytes.clone(), false);
        refuse("another key", &other, message, bytes.clone(), false);
        refuse("a bit of R flipped", &key, message, with(&bytes, 10, [bytes[10] ^ 1]), false);
        refuse("a bit of S flipped", &key, message, with(&bytes, 50, [bytes[50] ^ 1]), false);
        let order = match scheme {
            Scheme::Secp256k1 => SECP256K1_ORDER,
            Scheme::P256 => P256_ORDER,
            Scheme::Ed25519 => continue,
        };
        refuse("high S", &key, message, negate_s(&good).to_vec(), true);
        for (name, scalar) in [("zero", [0; 32]), ("the curve's order", order)] {
            refuse(&format!("R is {name}"), &key, message, with(&bytes, 1, scalar), false);
            refuse(&format!("S is {name}"), &key, message, with(&bytes, 33, scalar), false);
        }
        if scheme == Scheme::Secp256k1 {
            refuse("the other recovery id", &key, message, with(&bytes, 65, [bytes[65] ^ 1]), false);
        }
    }
    entries
}

fn invalid_der() -> Vec<Entry> {
    let one = integer(&[1]);
    let pair = [one.clone(), one.clone()].concat();
    let mut entries = vec![];
    for (scheme, order) in [(Scheme::Secp256k1, SECP256K1_ORDER), (Scheme::P256, P256_ORDER)] {
        for (name, der) in [
            ("empty", vec![]),
            ("one integer", sequence(&one)),
            ("three integers", sequence(&[pair.clone(), one.clone()].concat())),
            ("a byte after the end", [sequence(&pair), vec![0]].concat()),
            ("last byte missing", sequence(&pair)[..7].to_vec()),
            ("not a sequence", [&[0x31, 6], &pair[..]].concat()),
            ("not an integer", sequence(&[vec![3, 1, 1], one.clone()].concat())),
            ("negative R", sequence(&[integer(&[0x80]), one.clone()].concat())),
            ("padded R", sequence(&[integer(&[0, 1]), one.clone()].concat())),
            ("length in the long form", [&[0x30, 0x81, 6], &pair[..]].concat()),
            ("indefinite length", [&[0x30, 0x80], &pair[..], &[0, 0]].concat()),
            ("R is zero", sequence(&[integer(&[0]), one.clone()].concat())),
            ("S is zero", sequence(&[one.clone(), integer(&[0])].concat())),
            ("R is the curve's order", sequence(&[integer(&minimal(&order)), one.clone()].concat())),
            ("S is the curve's order", sequence(&[one.clone(), integer(&minimal(&order))].concat())),
            ("R of 33 bytes", sequence(&[integer(&[1; 33]), one.clone()].concat())),
        ] {
            entries.push(vec![
                ("name", format!("{}: {name}", scheme_name(scheme)).into()),
                ("scheme", scheme.tag().into()),
                ("der", hex(der)),
                ("error", "BadDer".into()),
            ]);
        }
    }
    entries
}

fn invalid_signatures() -> Vec<Entry> {
    let good = Named::new("device", Scheme::Secp256k1).sign(b"message 0").to_vec();
    let mut entries = wrong_lengths(&good).to_vec();
    entries.push(invalid("unknown scheme", with(&good, 0, [3]), "UnknownTag"));
    entries.push(invalid("unknown recovery id", with(&good, 65, [4]), "UnknownTag"));
    entries
}

fn native_certificate(batch: &Named, device: &Named) -> Certificate {
    let signature = batch.sign(native_message(BATCH, &device.public()));
    Certificate::Native { batch: BATCH, device: device.public(), signature }
}

fn keycard_certificate(ca: &Named, device: &Named) -> Certificate {
    let device = device.key.compressed();
    let signature = ca.sign(device).as_bytes().try_into().unwrap();
    Certificate::Keycard { batch: BATCH, device, signature }
}

fn coinkite_certificate(root: &Named, factory_batch: &Named, device: &Named) -> Certificate {
    Certificate::Coinkite {
        batch: BATCH,
        device: device.key.compressed(),
        card_signature: factory_batch.key.sign_coinkite(&device.key.compressed()),
        batch_signature: root.key.sign_coinkite(&factory_batch.key.compressed()),
    }
}

fn certificates() -> File {
    let device = Named::new("device", Scheme::Secp256k1);
    let (root, factory_batch) =
        (Named::new("root", Scheme::Secp256k1), Named::new("factory batch", Scheme::Secp256k1));
    let mut valid = vec![];
    for batch_scheme in Scheme::ALL {
        for device_scheme in Scheme::ALL {
            let (batch, device) = (Named::new("batch", batch_scheme), Named::new("device", device_scheme));
            valid.push(vec![
                ("name", format!("native: {} by {}", scheme_name(device_scheme), scheme_name(batch_scheme)).into()),
                ("format", 0.into()),
                ("batch", BATCH.0.to_string().into()),
                ("batch_secret", hex(batch.secret)),
                ("batch_key", wire(&BatchKey::Native(batch.public()))),
                ("device_key", wire(&device.public())),
                ("message", hex(native_message(BATCH, &device.public()))),
                ("wire", wire(&native_certificate(&batch, &device))),
            ]);
        }
    }
    let keycard = keycard_certificate(&root, &device);
    valid.push(vec![
        ("name", "Keycard".into()),
        ("format", 1.into()),
        ("batch", BATCH.0.to_string().into()),
        ("batch_secret", hex(root.secret)),
        ("batch_key", wire(&BatchKey::Keycard(root.key.compressed()))),
        ("device_key", wire(&device.public())),
        ("message", hex(device.key.compressed())),
        ("from_the_card", hex(&keycard.to_vec()[9..])),
        ("wire", wire(&keycard)),
    ]);
    let coinkite = coinkite_certificate(&root, &factory_batch, &device);
    valid.push(vec![
        ("name", "Coinkite".into()),
        ("format", 2.into()),
        ("batch", BATCH.0.to_string().into()),
        ("batch_secret", hex(root.secret)),
        ("batch_key", wire(&BatchKey::CoinkiteRoot(root.key.compressed()))),
        ("device_key", wire(&device.public())),
        ("message", hex(device.key.compressed())),
        ("factory_batch_secret", hex(factory_batch.secret)),
        ("factory_batch_key", hex(factory_batch.key.compressed())),
        ("wire", wire(&coinkite)),
    ]);
    let native = native_certificate(&Named::new("batch", Scheme::P256), &device).to_vec();
    let (keycard, coinkite) = (keycard.to_vec(), coinkite.to_vec());
    let mut wrong = vec![invalid("unknown format", with(&native, 0, [3]), "UnknownTag")];
    for (name, bytes) in [("native", &native), ("Keycard", &keycard), ("Coinkite", &coinkite)] {
        wrong.extend([
            invalid(&format!("{name}: last byte missing"), &bytes[..bytes.len() - 1], "TooShort"),
            invalid(&format!("{name}: one byte too many"), [&bytes[..], &[0]].concat(), "TrailingBytes"),
        ]);
    }
    wrong.extend([
        invalid("native: unknown scheme of the device key", with(&native, 9, [3]), "UnknownTag"),
        invalid("native: device key not on its curve", with(&native, 10, [0xff]), "NotOnCurve"),
        invalid("native: unknown scheme of the signature", with(&native, 43, [3]), "UnknownTag"),
        invalid("Keycard: device key not on its curve", with(&keycard, 9, [0xff]), "NotOnCurve"),
        invalid("Keycard: recovery id 4", with(&keycard, 106, [4]), "UnknownTag"),
        invalid("Keycard: recovery id 27", with(&keycard, 106, [27]), "UnknownTag"),
        invalid("Coinkite: device key not on its curve", with(&coinkite, 9, [0xff]), "NotOnCurve"),
        invalid("Coinkite: header 26", with(&coinkite, 42, [26]), "UnknownTag"),
        invalid("Coinkite: header 43", with(&coinkite, 107, [43]), "UnknownTag"),
    ]);
    File {
        name: "certificates",
        lists: vec![("valid", valid), ("refused", refused_certificates()), ("invalid", wrong)],
    }
}

/// Certificates in the right form that say nothing about their device.
fn refused_certificates() -> Vec<Entry> {
    let (device, other) = (Named::new("device", Scheme::Secp256k1), Named::new("currency", Scheme::Secp256k1));
    let (batch, root) = (Named::new("batch", Scheme::P256), Named::new("root", Scheme::Secp256k1));
    let factory_batch = Named::new("factory batch", Scheme::Secp256k1);
    let (native, keycard) = (native_certificate(&batch, &device), keycard_certificate(&root, &device));
    let coinkite = coinkite_certificate(&root, &factory_batch, &device);
    let keys = [
        BatchKey::Native(batch.public()),
        BatchKey::Keycard(root.key.compressed()),
        BatchKey::CoinkiteRoot(root.key.compressed()),
    ];
    let refuse = |name: &str, bytes: Vec<u8>, key: &BatchKey, fault: &str| -> Entry {
        vec![("name", name.into()), ("wire", hex(bytes)), ("batch_key", wire(key)), ("fault", fault.into())]
    };
    let flip = |bytes: &[u8], offset: usize| with(bytes, offset, [bytes[offset] ^ 1]);
    let mut entries = vec![];
    for (name, certificate, key, elsewhere) in [
        ("native", native, keys[0], BatchKey::Native(Named::new("device", Scheme::P256).public())),
        ("Keycard", keycard, keys[1], BatchKey::Keycard(other.key.compressed())),
        ("Coinkite", coinkite, keys[2], BatchKey::CoinkiteRoot(factory_batch.key.compressed())),
    ] {
        let bytes = certificate.to_vec();
        let copied = match name {
            "native" => with(&bytes, 10, other.key.compressed()),
            _ => with(&bytes, 9, other.key.compressed()),
        };
        entries.extend([
            refuse(&format!("{name}: copied to another device key"), copied, &key, "BadSignature"),
            refuse(&format!("{name}: a bit of the signature flipped"), flip(&bytes, 60), &key, "BadSignature"),
            refuse(&format!("{name}: another batch's key"), bytes.clone(), &elsewhere, "BadSignature"),
        ]);
        for other in keys.iter().filter(|other| **other != key) {
            entries.push(refuse(
                &format!("{name}: a batch of another format"),
                bytes.clone(),
                other,
                "OtherFormat",
            ));
        }
    }
    entries.push(refuse("native: another batch id", flip(&native.to_vec(), 1), &keys[0], "BadSignature"));
    entries
}

/// What an attestation says, field by field.
fn attestation_fields(attestation: &Attestation) -> Entry {
    let key = attestation.currency_key().unwrap();
    vec![
        ("lifecycle", u8::from(attestation.lifecycle == Lifecycle::Initialised).into()),
        ("generation", attestation.generation.into()),
        ("currency_key", key.map_or(Value::Null, |key| wire(&key))),
        ("sequence", attestation.sequence.into()),
        ("last_valid_until", attestation.last_valid_until.into()),
        ("locked", attestation.locked.into()),
        ("since", attestation.since.into()),
    ]
}

fn signed(device: &Named, attestation: Attestation) -> SignedAttestation {
    let signature = device.sign(attestation.message(&CHALLENGE));
    SignedAttestation { challenge: CHALLENGE, attestation, signature }
}

fn attestations() -> File {
    let currency = |scheme| Named::new("currency", scheme).public();
    let said = [
        ("blank", Attestation::blank(0, false)),
        ("blank after a reset, locked", Attestation::blank(3, true)),
        ("fresh secp256k1 key", Attestation::initialised(&currency(Scheme::Secp256k1), 1, 0, 0, false)),
        ("used P-256 key", Attestation::initialised(&currency(Scheme::P256), 2, 5, 900_000, false)),
        ("Ed25519 key, padded", Attestation::initialised(&currency(Scheme::Ed25519), 4, u32::MAX, u32::MAX, true)),
        (
            "used P-256 key, asked about the orders after the third",
            Attestation::initialised(&currency(Scheme::P256), 2, 5, 900_000, false).since(3, 800),
        ),
        ("blank, asked about the orders after the third", Attestation::blank(0, false).since(3, 0)),
    ];
    let mut valid = vec![];
    for scheme in Scheme::ALL {
        let device = Named::new("device", scheme);
        for (name, attestation) in said {
            let signed = signed(&device, attestation);
            let mut entry = vec![
                ("name", format!("{name}, by {}", scheme_name(scheme)).into()),
                ("device_secret", hex(device.secret)),
                ("device_key", wire(&device.public())),
                ("challenge", hex(CHALLENGE)),
            ];
            entry.extend(attestation_fields(&attestation));
            entry.extend([
                ("attestation", wire(&attestation)),
                ("message", hex(attestation.message(&CHALLENGE))),
                ("wire", wire(&signed)),
            ]);
            valid.push(entry);
        }
    }
    let device = Named::new("device", Scheme::P256);
    let blank = signed(&device, said[0].1).to_vec();
    let fresh = signed(&device, said[2].1).to_vec();
    let padded = signed(&device, said[4].1).to_vec();
    let mut wrong = wrong_lengths(&fresh).to_vec();
    wrong.extend([
        invalid("unknown lifecycle", with(&fresh, 32, [2]), "UnknownTag"),
        invalid("unknown scheme of the currency key", with(&fresh, 37, [3]), "UnknownTag"),
        invalid("locked is neither 0 nor 1", with(&fresh, 79, [2]), "UnknownTag"),
        invalid("unknown scheme of the signature", with(&fresh, 84, [3]), "UnknownTag"),
        invalid("currency key not on its curve", with(&fresh, 38, [0xff]), "NotOnCurve"),
        invalid("initialised without a generation", with(&fresh, 33, [0; 4]), "NotCanonical"),
        invalid("byte of padding not zero", with(&padded, 70, [1]), "NotCanonical"),
        invalid("blank with a scheme", with(&blank, 37, [1]), "NotCanonical"),
        invalid("blank with a currency key", with(&blank, 38, [2]), "NotCanonical"),
        invalid("blank with a sequence", with(&blank, 71, [1]), "NotCanonical"),
        invalid("blank with an expiry", with(&blank, 75, [1]), "NotCanonical"),
    ]);
    let refuse = |name: &str, bytes: Vec<u8>, device: &Named| -> Entry {
        vec![("name", name.into()), ("wire", hex(bytes)), ("device_key", wire(&device.public()))]
    };
    let refused = vec![
        refuse("another challenge", with(&fresh, 0, [0]), &device),
        refuse("another generation", with(&fresh, 33, [2]), &device),
        refuse("another sequence", with(&fresh, 71, [1]), &device),
        refuse("another expiry", with(&fresh, 75, [1]), &device),
        refuse("locked", with(&fresh, 79, [1]), &device),
        refuse("another sequence to look from", with(&fresh, 80, [1]), &device),
        refuse("a bit of the signature flipped", with(&fresh, 90, [fresh[90] ^ 1]), &device),
        refuse("another device", fresh.clone(), &Named::new("currency", Scheme::P256)),
    ];
    File { name: "attestations", lists: vec![("valid", valid), ("refused", refused), ("invalid", wrong)] }
}

/// What a card is told, field by field.
fn told_fields(asked: &Initialisation) -> Entry {
    let CarrierTerms { currency, denomination, fund_within } = asked.terms;
    let asset = match currency {
        CurrencyId::Native => Value::Null,
        CurrencyId::Asset(number) => number.into(),
    };
    vec![
        ("genesis", hex(asked.genesis)),
        ("machine", hex(asked.machine.0)),
        ("grant", asked.grant.into()),
        ("asset", asset),
        ("denomination", denomination.map_or(Value::Null, |amount| amount.to_string().into())),
        ("fund_within", fund_within.map_or(Value::Null, Value::from)),
        ("told", hex(asked.told())),
        ("contribution", hex(contribution(&asked.told()))),
    ]
}

fn initialisations() -> File {
    let any = Initialisation {
        genesis: GENESIS,
        machine: MachineId([0x22; 32]),
        grant: 0,
        terms: CarrierTerms::default(),
    };
    let marked = CarrierTerms { denomination: Some(5_000_000), fund_within: Some(300), ..CarrierTerms::default() };
    let euro =
        CarrierTerms { currency: CurrencyId::Asset(7), denomination: Some(u128::MAX), fund_within: Some(u32::MAX) };
    let said = [
        ("any amount, whenever", any),
        ("face value, to be funded soon", Initialisation { grant: 1, terms: marked, ..any }),
        ("the last grant, an asset", Initialisation { grant: u32::MAX, terms: euro, ..any }),
    ];
    let mut valid = vec![];
    for device in Scheme::ALL.map(|scheme| Named::new("device", scheme)) {
        for (scheme, (name, asked)) in Scheme::ALL.into_iter().zip(said) {
            let currency = Named::new("currency", scheme).public();
            let attestation = Attestation::initialised(&currency, 1, 0, 0, false);
            let message = message(&asked.told(), &attestation);
            let statement = FirstStatement { attestation, signature: device.sign(message) };
            let mut entry = vec![
                ("name", format!("{name}, by {}", scheme_name(device.public().scheme())).into()),
                ("device_secret", hex(device.secret)),
                ("device_key", wire(&device.public())),
            ];
            entry.extend(told_fields(&asked));
            entry.extend([
                ("attestation", wire(&attestation)),
                ("message", hex(message)),
                ("wire", wire(&statement)),
            ]);
            valid.push(entry);
        }
    }
    let device = Named::new("device", Scheme::P256);
    let attestation = Attestation::initialised(&Named::new("currency", Scheme::P256).public(), 1, 0, 0, false);
    let (_, asked) = said[1];
    let statement =
        FirstStatement { attestation, signature: device.sign(message(&asked.told(), &attestation)) }.to_vec();
    let attested = {
        let SignedAttestation { attestation, signature, .. } = signed(&device, attestation);
        FirstStatement { attestation, signature }.to_vec()
    };
    let refuse = |name: &str, asked: Initialisation, bytes: &[u8]| -> Entry {
        let mut entry = vec![("name", name.into()), ("wire", hex(bytes)), ("device_key", wire(&device.public()))];
        entry.extend(told_fields(&asked));
        entry
    };
    let on = |terms| Initialisation { terms, ..asked };
    let refused = vec![
        refuse("another chain", Initialisation { genesis: [0; 32], ..asked }, &statement),
        refuse("another machine", Initialisation { machine: MachineId([0x23; 32]), ..asked }, &statement),
        refuse("another grant", Initialisation { grant: 2, ..asked }, &statement),
        refuse("another currency", on(CarrierTerms { currency: CurrencyId::Asset(0), ..marked }), &statement),
        refuse("another denomination", on(CarrierTerms { denomination: None, ..marked }), &statement),
        refuse("another date", on(CarrierTerms { fund_within: Some(301), ..marked }), &statement),
        refuse("another generation", asked, &with(&statement, 1, [2])),
        refuse("the answer of ATTEST", asked, &attested),
    ];
    let told = asked.told();
    let mut wrong = wrong_lengths(&statement).to_vec();
    wrong.push(invalid("unknown scheme of the signature", with(&statement, 52, [3]), "UnknownTag"));
    let mut wrong_told = wrong_lengths(&told).to_vec();
    wrong_told.extend([
        invalid("unknown currency", with(&told, 68, [2]), "UnknownTag"),
        invalid("the chain's own currency with a number", with(&told, 69, [1]), "NotCanonical"),
    ]);
    let lists = vec![("valid", valid), ("refused", refused), ("invalid", wrong), ("invalid_told", wrong_told)];
    File { name: "initialisations", lists }
}

fn transfer_from(key: &Named) -> Order {
    Order {
        genesis: GENESIS,
        carrier: CarrierId::of(&key.public()),
        purpose: Purpose::Transfer,
        sequence: 1,
        to: [0x33; 32],
        amount: 100_000_000_000_000,
        fee: 1_000_000_000,
        fee_to: [0x44; 32],
        valid_until: 123_456,
        reference: NO_REFERENCE,
        epoch: 0,
    }
}

fn orders() -> File {
    let mut valid = vec![];
    for scheme in Scheme::ALL {
        let key = Named::new("currency", scheme);
        let transfer = transfer_from(&key);
        let cash_out = Order {
            purpose: Purpose::CashOut,
            sequence: u32::MAX,
            amount: EVERYTHING,
            fee: 0,
            valid_until: u32::MAX,
            ..transfer
        };
        let hold = Order {
            purpose: Purpose::Hold,
            reference: Reference::of(&GENESIS, &[0x55; 32], 7),
            epoch: 3,
            ..transfer
        };
        for (name, order) in [("transfer", transfer), ("cash-out of everything", cash_out), ("hold", hold)] {
            valid.push(vec![
                ("name", format!("{name}, {}", scheme_name(scheme)).into()),
                ("currency_secret", hex(key.secret)),
                ("currency_key", wire(&key.public())),
                ("genesis", hex(order.genesis)),
                ("carrier", hex(order.carrier.0)),
                ("purpose", order.purpose.tag().into()),
                ("sequence", order.sequence.into()),
                ("to", hex(order.to)),
                ("amount", order.amount.to_string().into()),
                ("fee", order.fee.to_string().into()),
                ("fee_to", hex(order.fee_to)),
                ("valid_until", order.valid_until.into()),
                ("reference", hex(order.reference.0)),
                ("epoch", order.epoch.into()),
                ("wire", wire(&order)),
                ("digest", hex(sha256(order.message().as_bytes()))),
                ("signature", wire(&key.sign(order.message()))),
            ]);
        }
    }
    let good = transfer_from(&Named::new("currency", Scheme::Secp256k1)).to_vec();
    let mut wrong = wrong_lengths(&good).to_vec();
    wrong.extend([
        invalid("another version in the domain", with(&good, 14, b"2"), "WrongDomain"),
        invalid("another domain", with(&good, 0, b"specie:proof:v1"), "WrongDomain"),
        invalid("unknown purpose", with(&good, 79, [3]), "UnknownTag"),
    ]);
    File { name: "orders", lists: vec![("valid", valid), ("refused", refused_orders()), ("invalid", wrong)] }
}

fn refused_orders() -> Vec<Entry> {
    let key = Named::new("currency", Scheme::Secp256k1);
    let good = transfer_from(&key).to_vec();
    let signature = key.sign(&good);
    let refuse = |name: &str, order: Vec<u8>, signature: &Signature, key: &Named| -> Entry {
        vec![
            ("name", name.into()),
            ("wire", hex(order)),
            ("signature", wire(signature)),
            ("currency_key", wire(&key.public())),
        ]
    };
    let mut refused = vec![
        refuse("high S", good.clone(), &negate_s(&signature), &key),
        refuse("another key", good.clone(), &signature, &Named::new("device", Scheme::Secp256k1)),
        refuse("another scheme", good.clone(), &Named::new("currency", Scheme::P256).sign(&good), &key),
    ];
    for (name, offset) in [
        ("another chain", 15),
        ("another carrier", 47),
        ("another purpose", 79),
        ("another sequence", 80),
        ("another payee", 84),
        ("another amount", 116),
        ("another fee", 132),
        ("another receiver of the fee", 148),
        ("another expiry", 180),
        ("another reference", 184),
        ("another epoch", 216),
    ] {
        refused.push(refuse(name, with(&good, offset, [good[offset] ^ 1]), &signature, &key));
    }
    refused
}

fn proofs() -> File {
    let valid = Scheme::ALL.map(|scheme| {
        let key = Named::new("currency", scheme);
        vec![
            ("name", scheme_name(scheme).into()),
            ("currency_secret", hex(key.secret)),
            ("currency_key", wire(&key.public())),
            ("challenge", hex(CHALLENGE)),
            ("message", hex(possession::message(&CHALLENGE))),
            ("signature", wire(&key.sign(possession::message(&CHALLENGE)))),
        ]
    });
    let key = Named::new("currency", Scheme::P256);
    let refuse = |name: &str, challenge: [u8; 32], signature: Signature| -> Entry {
        vec![
            ("name", name.into()),
            ("currency_key", wire(&key.public())),
            ("challenge", hex(challenge)),
            ("signature", wire(&signature)),
        ]
    };
    let refused = vec![
        refuse("replayed under another challenge", [0; 32], key.sign(possession::message(&CHALLENGE))),
        refuse("challenge signed without its domain", CHALLENGE, key.sign(CHALLENGE)),
        refuse("another key", CHALLENGE, Named::new("device", Scheme::P256).sign(possession::message(&CHALLENGE))),
    ];
    File { name: "proofs", lists: vec![("valid", valid.to_vec()), ("refused", refused)] }
}

fn resets() -> File {
    let device = Named::new("device", Scheme::P256).public();
    let valid = Scheme::ALL.map(|scheme| {
        let issuer = Named::new("issuer", scheme);
        vec![
            ("name", scheme_name(scheme).into()),
            ("issuer_secret", hex(issuer.secret)),
            ("issuer_key", wire(&issuer.public())),
            ("device_key", wire(&device)),
            ("generation", 1.into()),
            ("message", hex(reset::message(&device, 1))),
            ("signature", wire(&issuer.sign(reset::message(&device, 1)))),
        ]
    });
    let issuer = Named::new("issuer", Scheme::P256);
    let refuse = |name: &str, device: PublicKey, generation: u32, signature: Signature| -> Entry {
        vec![
            ("name", name.into()),
            ("issuer_key", wire(&issuer.public())),
            ("device_key", wire(&device)),
            ("generation", generation.into()),
            ("signature", wire(&signature)),
        ]
    };
    let signature = issuer.sign(reset::message(&device, 1));
    let refused = vec![
        refuse("another generation", device, 2, signature),
        refuse("another device", Named::new("device", Scheme::Ed25519).public(), 1, signature),
        refuse("high S", device, 1, negate_s(&signature)),
        refuse("another key", device, 1, Named::new("device", Scheme::P256).sign(reset::message(&device, 1))),
    ];
    File { name: "resets", lists: vec![("valid", valid.to_vec()), ("refused", refused)] }
}

/// Evidence of a card that counts.
fn attested(certificate: Certificate, device: &Named, attestation: Attestation) -> Evidence {
    Evidence::Attested { certificate, attestation: signed(device, attestation) }
}

/// Evidence of a card that only knows whether its key was used.
fn flagged(certificate: Certificate, currency: &Named, signer: &Named, used: bool) -> Evidence {
    let currency_key = currency.public();
    let signature = signer.sign(flag_message(&CHALLENGE, &currency_key, used));
    Evidence::Flagged { certificate, currency_key, challenge: CHALLENGE, used, signature }
}

fn evidence() -> File {
    let device = Named::new("device", Scheme::Secp256k1);
    let (batch, root) = (Named::new("batch", Scheme::P256), Named::new("root", Scheme::Secp256k1));
    let factory_batch = Named::new("factory batch", Scheme::Secp256k1);
    let currency = Named::new("currency", Scheme::P256);
    let used = Attestation::initialised(&currency.public(), 2, 5, 900_000, false);
    let (native, key) = (native_certificate(&batch, &device), BatchKey::Native(batch.public()));
    let (keycard, keycard_key) = (keycard_certificate(&root, &device), BatchKey::Keycard(root.key.compressed()));
    let coinkite = coinkite_certificate(&root, &factory_batch, &device);
    let coinkite_key = BatchKey::CoinkiteRoot(root.key.compressed());
    let examined = |name: &str, evidence: Evidence, key: Option<&BatchKey>, finding: &str| -> Entry {
        let carrier = evidence.carrier().unwrap();
        vec![
            ("name", name.into()),
            ("wire", wire(&evidence)),
            ("batch_key", key.map_or(Value::Null, wire)),
            ("finding", finding.into()),
            ("device_key", wire(&evidence.certificate().device())),
            ("carrier", carrier.map_or(Value::Null, |carrier| hex(carrier.0))),
        ]
    };
    let mut valid = vec![
        examined("counting card, native", attested(native, &device, used), Some(&key), "Genuine"),
        examined(
            "blank card, native",
            attested(native, &device, Attestation::blank(0, false)),
            Some(&key),
            "Genuine",
        ),
        examined("counting card, Keycard", attested(keycard, &device, used), Some(&keycard_key), "Genuine"),
        examined("counting card, Coinkite", attested(coinkite, &device, used), Some(&coinkite_key), "Genuine"),
    ];
    for used in [false, true] {
        let evidence = flagged(keycard, &currency, &device, used);
        valid.push(examined(&format!("card with a flag, used {used}"), evidence, Some(&keycard_key), "Genuine"));
    }
    let fake = Named::new("currency", Scheme::Secp256k1);
    let refused = vec![
        examined("batch not on chain", attested(native, &device, used), None, "UnknownBatch"),
        examined("batch of another format", attested(native, &device, used), Some(&keycard_key), "BadCertificate"),
        examined("copied certificate", attested(native, &fake, used), Some(&key), "BadAttestation"),
        examined(
            "flag signed by another key than the device's",
            flagged(keycard, &currency, &currency, false),
            Some(&keycard_key),
            "BadAttestation",
        ),
    ];
    let good = attested(native, &device, used).to_vec();
    let flag = flagged(keycard, &currency, &device, true).to_vec();
    let mut wrong = vec![invalid("unknown kind", with(&good, 0, [2]), "UnknownTag")];
    wrong.extend(wrong_lengths(&good));
    wrong.extend(wrong_lengths(&flag));
    wrong.extend([
        invalid("unknown certificate format", with(&good, 1, [3]), "UnknownTag"),
        // Before the signature, which is secp256k1's.
        invalid("used is neither 0 nor 1", with(&flag, flag.len() - Signature::MAX_LEN - 1, [2]), "UnknownTag"),
        invalid("currency key not on its curve", with(&flag, 109, [0xff]), "NotOnCurve"),
    ]);
    File { name: "evidence", lists: vec![("valid", valid), ("refused", refused), ("invalid", wrong)] }
}
