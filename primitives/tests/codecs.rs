//! Every codec, tried with random values, cut, lengthened, changed and with random bytes.

#![cfg(feature = "std")]

mod common;

use codec::{DecodeAll, Encode, MaxEncodedLen};
use common::Key;
use proptest::prelude::*;
use specie_primitives::{
    attestation::{Attestation, SignedAttestation},
    certificate::Certificate,
    crypto::{PublicKey, Scheme, Signature},
    evidence::Evidence,
    ids::{BatchId, CarrierId, CurrencyId, MachineId, Reference},
    initialisation::{CarrierTerms, FirstStatement, Initialisation},
    order::{self, Order, Purpose},
    records::BatchKey,
    wire::{Wire, WireError},
};
use std::fmt::Debug;

/// What the properties ask of a type: a wire form and a SCALE form.
trait Format: Wire + Encode + DecodeAll + MaxEncodedLen + PartialEq + Debug {
    /// What stands before the SCALE form in the wire form.
    const DOMAIN: &'static [u8] = &[];
}

impl Format for Scheme {}
impl Format for PublicKey {}
impl Format for Signature {}
impl Format for Certificate {}
impl Format for Attestation {}
impl Format for SignedAttestation {}
impl Format for FirstStatement {}
impl Format for Evidence {}
impl Format for BatchKey {}
impl Format for CarrierId {}
impl Format for BatchId {}
impl Format for Order {
    const DOMAIN: &'static [u8] = order::DOMAIN;
}

/// One encoding, the same in both forms, that decodes to the value.
fn round_trips<T: Format>(value: &T) {
    let wire = value.to_vec();
    assert!(!wire.is_empty() && wire.len() <= T::MAX_LEN);
    assert_eq!(T::from_wire(&wire).as_ref(), Ok(value));

    let scale = value.encode();
    assert_eq!(wire, [T::DOMAIN, &scale].concat());
    assert_eq!(T::decode_all(&mut &scale[..]).as_ref(), Ok(value));
    assert!(scale.len() <= T::max_encoded_len());
}

/// The encoding needs exactly the room that it takes.
fn fills_its_buffer<T: Format>(value: &T) {
    let wire = value.to_vec();
    let mut buffer = vec![0xa5; wire.len() + 1];
    assert_eq!(value.to_wire(&mut buffer), Some(&wire[..]));
    assert_eq!(buffer[wire.len()], 0xa5);
    assert_eq!(value.to_wire(&mut buffer[..wire.len()]), Some(&wire[..]));
    assert_eq!(value.to_wire(&mut buffer[..wire.len() - 1]), None);
}

/// Too short and too long are errors that say so.
fn is_refused_at_any_other_length<T: Format>(value: &T, trailing: u8) {
    let mut wire = value.to_vec();
    for len in 0..wire.len() {
        assert!(matches!(T::from_wire(&wire[..len]), Err(WireError::TooShort { .. })), "cut to {len} bytes");
    }
    wire.push(trailing);
    assert_eq!(T::from_wire(&wire), Err(WireError::TrailingBytes { left: 1 }));

    let mut scale = value.encode();
    for len in 0..scale.len() {
        assert!(T::decode_all(&mut &scale[..len]).is_err(), "SCALE cut to {len} bytes");
    }
    scale.push(trailing);
    assert!(T::decode_all(&mut &scale[..]).is_err());
}

/// Bytes are an error or the one encoding of a value.
fn is_exact<T: Format>(bytes: &[u8]) {
    if let Ok(value) = T::from_wire(bytes) {
        round_trips(&value);
        assert_eq!(value.to_vec(), bytes);
    }
}

/// Every byte of the encoding counts: changed, it is an error or another value with its own encoding.
fn is_exact_when_changed<T: Format>(value: &T, change: u8) {
    let mut wire = value.to_vec();
    for position in 0..wire.len() {
        wire[position] ^= change;
        assert_ne!(T::from_wire(&wire).as_ref(), Ok(value), "byte {position}");
        is_exact::<T>(&wire);
        wire[position] ^= change;
    }
}

fn scheme() -> impl Strategy<Value = Scheme> {
    prop::sample::select(&Scheme::ALL[..])
}

fn key_of(scheme: Scheme) -> impl Strategy<Value = PublicKey> {
    any::<u32>().prop_map(move |number| Key::numbered(scheme, number).public())
}

fn public_key() -> impl Strategy<Value = PublicKey> {
    scheme().prop_flat_map(key_of)
}

fn secp256k1_key() -> impl Strategy<Value = [u8; 33]> {
    any::<u32>().prop_map(|number| Key::numbered(Scheme::Secp256k1, number).compressed())
}

/// A codec does not look into a signature, so that any bytes will do.
fn recoverable() -> impl Strategy<Value = [u8; 65]> {
    (any::<[u8; 64]>(), 0..4_u8).prop_map(|(scalars, id)| {
        let mut bytes = [id; 65];
        bytes[..64].copy_from_slice(&scalars);
        bytes
    })
}

fn coinkite_signature() -> impl Strategy<Value = [u8; 65]> {
    (any::<[u8; 64]>(), 27..=42_u8).prop_map(|(scalars, header)| {
        let mut bytes = [header; 65];
        bytes[1..].copy_from_slice(&scalars);
        bytes
    })
}

fn signature() -> impl Strategy<Value = Signature> {
    prop_oneof![
        recoverable().prop_map(Signature::Secp256k1),
        any::<[u8; 64]>().prop_map(Signature::P256),
        any::<[u8; 64]>().prop_map(Signature::Ed25519),
        (scheme(), any::<u32>(), any::<[u8; 8]>())
            .prop_map(|(scheme, number, message)| Key::numbered(scheme, number).sign(&message)),
    ]
}

fn batch_id() -> impl Strategy<Value = BatchId> {
    any::<u64>().prop_map(BatchId)
}

fn carrier_id() -> impl Strategy<Value = CarrierId> {
    prop_oneof![any::<[u8; 32]>().prop_map(CarrierId), public_key().prop_map(|key| CarrierId::of(&key))]
}

fn certificate() -> impl Strategy<Value = Certificate> {
    prop_oneof![
        (batch_id(), public_key(), signature()).prop_map(|(batch, device, signature)| Certificate::Native {
            batch,
            device,
            signature
        }),
        (batch_id(), secp256k1_key(), recoverable()).prop_map(|(batch, device, signature)| Certificate::Keycard {
            batch,
            device,
            signature
        }),
        (batch_id(), secp256k1_key(), coinkite_signature(), coinkite_signature()).prop_map(
            |(batch, device, card_signature, batch_signature)| Certificate::Coinkite {
                batch,
                device,
                card_signature,
                batch_signature
            }
        ),
    ]
}

fn attestation() -> impl Strategy<Value = Attestation> {
    prop_oneof![
        1 => (any::<u32>(), any::<bool>()).prop_map(|(generation, locked)| Attestation::blank(generation, locked)),
        3 => (public_key(), 1..=u32::MAX, any::<u32>(), any::<u32>(), any::<bool>()).prop_map(
            |(key, generation, sequence, last_valid_until, locked)| Attestation::initialised(
                &key,
                generation,
                sequence,
                last_valid_until,
                locked
            )
        ),
        1 => (public_key(), any::<u32>(), any::<u32>(), any::<u32>()).prop_map(
            |(key, sequence, since, valid_until)| {
                Attestation::initialised(&key, 1, sequence, 0, false).since(since, valid_until)
            }
        ),
    ]
}

fn signed_attestation() -> impl Strategy<Value = SignedAttestation> {
    (any::<[u8; 32]>(), attestation(), signature())
        .prop_map(|(challenge, attestation, signature)| SignedAttestation { challenge, attestation, signature })
}

fn first_statement() -> impl Strategy<Value = FirstStatement> {
    (attestation(), signature()).prop_map(|(attestation, signature)| FirstStatement { attestation, signature })
}

fn initialisation() -> impl Strategy<Value = Initialisation> {
    let currency = prop_oneof![Just(CurrencyId::Native), any::<u32>().prop_map(CurrencyId::Asset)];
    let positive = |amount: Option<u128>| amount.map(|amount| amount.max(1));
    let blocks = |blocks: Option<u32>| blocks.map(|blocks| blocks.max(1));
    let terms =
        (currency, any::<Option<u128>>(), any::<Option<u32>>()).prop_map(move |(currency, amount, within)| {
            CarrierTerms { currency, denomination: positive(amount), fund_within: blocks(within) }
        });
    (any::<[u8; 32]>(), any::<[u8; 32]>(), any::<u32>(), terms).prop_map(|(genesis, machine, grant, terms)| {
        Initialisation { genesis, machine: MachineId(machine), grant, terms }
    })
}

fn evidence() -> impl Strategy<Value = Evidence> {
    prop_oneof![
        (certificate(), signed_attestation())
            .prop_map(|(certificate, attestation)| Evidence::Attested { certificate, attestation }),
        (certificate(), public_key(), any::<[u8; 32]>(), signature(), any::<bool>()).prop_map(
            |(certificate, currency_key, challenge, signature, used)| Evidence::Flagged {
                certificate,
                currency_key,
                challenge,
                used,
                signature,
            }
        ),
    ]
}

fn batch_key() -> impl Strategy<Value = BatchKey> {
    prop_oneof![
        public_key().prop_map(BatchKey::Native),
        secp256k1_key().prop_map(BatchKey::Keycard),
        secp256k1_key().prop_map(BatchKey::CoinkiteRoot),
    ]
}

fn order() -> impl Strategy<Value = Order> {
    let purpose = prop::sample::select(Purpose::ALL);
    let amount = prop_oneof![any::<u128>(), Just(order::EVERYTHING)];
    (
        (any::<[u8; 32]>(), carrier_id(), purpose, any::<u32>()),
        (any::<[u8; 32]>(), amount, any::<u128>(), any::<[u8; 32]>(), any::<u32>()),
        (any::<[u8; 32]>(), any::<u32>()),
    )
        .prop_map(|((genesis, carrier, purpose, sequence), (to, amount, fee, fee_to, valid_until), pay)| {
            Order {
                genesis,
                carrier,
                purpose,
                sequence,
                to,
                amount,
                fee,
                fee_to,
                valid_until,
                reference: Reference(pay.0),
                epoch: pay.1,
            }
        })
}

/// Random bytes that begin like something: most would otherwise end at the first tag.
fn bytes_like_a_format() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop::collection::vec(any::<u8>(), 0..=Evidence::MAX_LEN + 8);
    (bytes, prop::collection::vec(0..3_u8, 0..=11), any::<bool>()).prop_map(|(mut bytes, tags, domain)| {
        if domain {
            bytes.splice(..0, order::DOMAIN.iter().copied());
        } else {
            bytes.splice(..0, tags);
        }
        bytes
    })
}

macro_rules! properties_of {
    ($($module:ident: $format:ty = $value:expr, $longest:expr;)*) => {
        $(
            mod $module {
                use super::*;

                proptest! {
                    #![proptest_config(common::cases(256))]

                    #[test]
                    fn round_trips(value in $value) {
                        super::round_trips(&value);
                        super::fills_its_buffer(&value);
                    }

                    #[test]
                    fn any_other_length_is_an_error(value in $value, trailing: u8) {
                        is_refused_at_any_other_length(&value, trailing);
                    }

                    #[test]
                    fn every_byte_counts(value in $value, change in 1..=u8::MAX) {
                        is_exact_when_changed(&value, change);
                    }
                }

                #[test]
                fn bounds_are_the_longest_encoding() {
                    assert_eq!(<$format>::MAX_LEN, $longest);
                    assert_eq!(<$format>::MAX_LEN, <$format as Format>::DOMAIN.len() + <$format>::max_encoded_len());
                }
            }
        )*
    };
}

properties_of! {
    schemes: Scheme = scheme(), 1;
    public_keys: PublicKey = public_key(), 34;
    signatures: Signature = signature(), 66;
    certificates: Certificate = certificate(), 172;
    attestations: Attestation = attestation(), 52;
    signed_attestations: SignedAttestation = signed_attestation(), 150;
    first_statements: FirstStatement = first_statement(), 118;
    orders: Order = order(), 220;
    evidences: Evidence = evidence(), 323;
    batch_keys: BatchKey = batch_key(), 35;
    carrier_ids: CarrierId = carrier_id(), 32;
    batch_ids: BatchId = batch_id(), 8;
}

proptest! {
    #![proptest_config(common::cases(4_096))]

    #[test]
    fn random_bytes_never_panic(bytes in bytes_like_a_format()) {
        is_exact::<Scheme>(&bytes);
        is_exact::<PublicKey>(&bytes);
        is_exact::<Signature>(&bytes);
        is_exact::<Certificate>(&bytes);
        is_exact::<Attestation>(&bytes);
        is_exact::<SignedAttestation>(&bytes);
        is_exact::<FirstStatement>(&bytes);
        if let Ok(asked) = Initialisation::from_wire(&bytes) {
            assert_eq!(asked.told().as_slice(), bytes);
        }
        is_exact::<Order>(&bytes);
        is_exact::<Evidence>(&bytes);
        is_exact::<BatchKey>(&bytes);
        is_exact::<CarrierId>(&bytes);
        is_exact::<BatchId>(&bytes);
        // The card's own bytes, which have no tag of ours.
        let _ = Certificate::from_keycard(BatchId(1), &bytes);
        let _ = specie_primitives::crypto::secp256k1_from_der(&bytes);
        let _ = specie_primitives::crypto::p256_from_der(&bytes);
    }

    /// What a card is told comes back as it was, and fills its bytes.
    #[test]
    fn initialisations_come_back(asked in initialisation()) {
        prop_assert_eq!(Initialisation::from_wire(&asked.told()), Ok(asked));
        prop_assert_eq!(asked.to_vec(), asked.told());
    }

    /// SCALE moves values between the runtime and the node and checks no points; whoever reads SCALE from outside
    /// asks `validate`. The wire form is the one for outside.
    #[test]
    fn scale_takes_keys_that_the_wire_refuses(scheme in scheme(), random: [u8; 33]) {
        let mut tagged = vec![scheme.tag()];
        tagged.extend(&random[..Key::numbered(scheme, 0).public().as_bytes().len()]);
        let scale = PublicKey::decode_all(&mut &tagged[..]).unwrap();
        prop_assert_eq!(scale.to_vec(), &tagged[..]);
        match PublicKey::from_wire(&tagged) {
            Ok(key) => prop_assert_eq!((key, Ok(())), (scale, scale.validate())),
            Err(error) => prop_assert_eq!((error, Err(error)), (WireError::NotOnCurve, scale.validate())),
        }
    }

    /// The same for an attestation that contradicts itself: SCALE takes it, its key cannot be had.
    #[test]
    fn scale_takes_attestations_that_the_wire_refuses(bytes: [u8; 52], tag in 0..2_u8, scheme in scheme()) {
        let mut bytes = bytes;
        bytes[0] = tag;
        bytes[5] = scheme.tag();
        bytes[47] &= 1;
        let scale = Attestation::decode_all(&mut &bytes[..]).unwrap();
        prop_assert_eq!(Attestation::from_wire(&bytes).err(), scale.currency_key().err());
    }
}

#[test]
fn ecdsa_keys_have_one_encoding() {
    for scheme in [Scheme::Secp256k1, Scheme::P256] {
        let compressed = Key::numbered(scheme, 1).compressed();
        // SEC1's other first bytes. 5 is the "compact" form, which names no sign for Y and has the same length.
        for first in (0..=u8::MAX).filter(|first| !matches!(first, 2 | 3)) {
            let mut other = compressed;
            other[0] = first;
            let refused = PublicKey::from_bytes(scheme, &other);
            assert_eq!(refused, Err(WireError::NotOnCurve), "{scheme:?}, first byte {first}");
        }
    }
}

#[test]
fn ed25519_keys_of_small_order_are_refused() {
    for encoding in common::SMALL_ORDER {
        let refused = PublicKey::from_bytes(Scheme::Ed25519, &hex::decode(encoding).unwrap());
        assert_eq!(refused, Err(WireError::NotOnCurve), "{encoding}");
    }
}
