//! The signature check against signatures that the schemes' own libraries make.

#![cfg(feature = "std")]

mod common;

use common::{integer, minimal, negate_s, sequence, to_der, Key, P256_ORDER, SECP256K1_ORDER, SMALL_ORDER};
use proptest::prelude::*;
use specie_primitives::{
    crypto::{
        p256_from_der, recover_secp256k1, recovery_id, secp256k1_from_der, sha256, verify, Arithmetic, PublicKey,
        SPolicy, Scheme, Signature, Software,
    },
    wire::WireError,
};

const MESSAGE: &[u8] = b"a message of a test";
const ECDSA: [Scheme; 2] = [Scheme::Secp256k1, Scheme::P256];
const POLICIES: [SPolicy; 2] = [SPolicy::Normalise, SPolicy::LowOnly];

fn order_of(scheme: Scheme) -> [u8; 32] {
    match scheme {
        Scheme::Secp256k1 => SECP256K1_ORDER,
        Scheme::P256 => P256_ORDER,
        Scheme::Ed25519 => panic!("not a curve of ECDSA"),
    }
}

fn from_der(scheme: Scheme, der: &[u8]) -> Result<[u8; 64], WireError> {
    match scheme {
        Scheme::Secp256k1 => secp256k1_from_der(der),
        Scheme::P256 => p256_from_der(der),
        Scheme::Ed25519 => panic!("Ed25519 has no DER form"),
    }
}

/// `signature` with other bytes, of the same scheme.
fn with_bytes(signature: &Signature, change: impl FnOnce(&mut [u8])) -> Signature {
    let mut signature = *signature;
    match &mut signature {
        Signature::Secp256k1(bytes) => change(bytes),
        Signature::P256(bytes) | Signature::Ed25519(bytes) => change(bytes),
    }
    signature
}

fn accepts(signature: &Signature, key: &PublicKey) -> [bool; 2] {
    POLICIES.map(|policy| verify::<Software>(signature, MESSAGE, key, policy))
}

mod verifying {
    use super::*;

    #[test]
    fn takes_a_signature_of_each_scheme() {
        for scheme in Scheme::ALL {
            let key = Key::numbered(scheme, 1);
            assert_eq!(accepts(&key.sign(MESSAGE), &key.public()), [true, true], "{scheme:?}");
        }
    }

    #[test]
    fn takes_high_s_only_where_it_is_normalised() {
        for scheme in ECDSA {
            for number in 0..16 {
                let key = Key::numbered(scheme, number);
                let high = negate_s(&key.sign(MESSAGE));
                assert_eq!(accepts(&high, &key.public()), [true, false], "{scheme:?} {number}");
            }
        }
    }

    proptest! {
        #![proptest_config(common::cases(256))]

        #[test]
        fn takes_any_key_and_message(number: u32, message in prop::collection::vec(any::<u8>(), 0..300)) {
            for scheme in Scheme::ALL {
                let key = Key::numbered(scheme, number);
                prop_assert!(verify::<Software>(&key.sign(&message), &message, &key.public(), SPolicy::LowOnly));
            }
        }
    }

    /// The recovery id names the point with the other Y as soon as S is negated: both change, or neither.
    #[test]
    fn refuses_the_recovery_id_of_the_other_s() {
        for number in 0..16 {
            let key = Key::numbered(Scheme::Secp256k1, number);
            let low = key.sign(MESSAGE);
            for signature in [low, negate_s(&low)] {
                for flip in 1..=3 {
                    let wrong = with_bytes(&signature, |bytes| bytes[64] ^= flip);
                    assert_eq!(accepts(&wrong, &key.public()), [false, false], "{number} {flip}");
                }
                for id in 4..=u8::MAX {
                    let unknown = with_bytes(&signature, |bytes| bytes[64] = id);
                    assert_eq!(accepts(&unknown, &key.public()), [false, false], "{number} {id}");
                }
            }
        }
    }

    #[test]
    fn refuses_another_key_and_another_message() {
        for scheme in Scheme::ALL {
            let (key, other) = (Key::numbered(scheme, 1), Key::numbered(scheme, 2));
            assert_eq!(accepts(&key.sign(MESSAGE), &other.public()), [false, false], "{scheme:?}");
            assert_eq!(accepts(&key.sign(b"another"), &key.public()), [false, false], "{scheme:?}");
        }
    }

    /// The same secret on every curve: nothing but the tag tells the schemes apart.
    #[test]
    fn refuses_another_scheme() {
        for signer in Scheme::ALL {
            for claimed in Scheme::ALL.into_iter().filter(|claimed| *claimed != signer) {
                let key = Key::named(claimed, "one secret");
                let signature = Key::named(signer, "one secret").sign(MESSAGE);
                assert_eq!(accepts(&signature, &key.public()), [false, false], "{signer:?} as {claimed:?}");
                let relabelled = match (signature, claimed) {
                    (Signature::Secp256k1(bytes), Scheme::P256) => Signature::P256(bytes[..64].try_into().unwrap()),
                    (Signature::Secp256k1(bytes), _) => Signature::Ed25519(bytes[..64].try_into().unwrap()),
                    (Signature::P256(bytes), Scheme::Ed25519) => Signature::Ed25519(bytes),
                    (Signature::Ed25519(bytes), Scheme::P256) => Signature::P256(bytes),
                    (Signature::P256(bytes) | Signature::Ed25519(bytes), _) => {
                        let mut recoverable = [0; 65];
                        recoverable[..64].copy_from_slice(&bytes);
                        Signature::Secp256k1(recoverable)
                    }
                };
                assert_eq!(accepts(&relabelled, &key.public()), [false, false], "{signer:?} as {claimed:?}");
            }
        }
    }

    #[test]
    fn refuses_every_flipped_bit() {
        for scheme in Scheme::ALL {
            let key = Key::numbered(scheme, 3);
            let signature = key.sign(MESSAGE);
            for bit in 0..signature.as_bytes().len() * 8 {
                let flipped = with_bytes(&signature, |bytes| bytes[bit / 8] ^= 1 << (bit % 8));
                assert_eq!(accepts(&flipped, &key.public()), [false, false], "{scheme:?}, bit {bit}");
            }
        }
    }

    #[test]
    fn refuses_scalars_out_of_range() {
        for scheme in ECDSA {
            let key = Key::numbered(scheme, 4);
            let (zero, order) = ([0; 32], order_of(scheme));
            let mut beyond = order;
            beyond[31] += 1;
            for scalar in [zero, order, beyond, [0xff; 32]] {
                for half in [0..32, 32..64] {
                    let wrong = with_bytes(&key.sign(MESSAGE), |bytes| bytes[half].copy_from_slice(&scalar));
                    assert_eq!(accepts(&wrong, &key.public()), [false, false], "{scheme:?} {scalar:02x?}");
                }
            }
        }
    }

    /// With S + l in the place of S the equation still holds: the one malleability that Ed25519 has to rule out.
    #[test]
    fn refuses_the_other_s_of_ed25519() {
        const L: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let key = Key::numbered(Scheme::Ed25519, 5);
        let other = with_bytes(&key.sign(MESSAGE), |bytes| {
            let mut carry = 0;
            for (byte, addend) in bytes[32..].iter_mut().zip(L) {
                let sum = u16::from(*byte) + u16::from(addend) + carry;
                *byte = sum.to_le_bytes()[0];
                carry = sum >> 8;
            }
            assert_eq!(carry, 0);
        });
        assert_eq!(accepts(&other, &key.public()), [false, false]);
    }

    /// A point of small order as key takes the same signature for every message; ZIP 215 allows it, as the chain's
    /// host function does. The arithmetic follows, so that all agree, and [`PublicKey::validate`] keeps such keys out.
    #[test]
    fn follows_zip_215_and_keeps_small_order_out_of_the_keys() {
        let points = SMALL_ORDER.map(|encoding| <[u8; 32]>::try_from(hex::decode(encoding).unwrap()).unwrap());
        for key in points {
            for r in points {
                let mut signature = [0; 64];
                signature[..32].copy_from_slice(&r);
                assert!(Software::verify_ed25519(&signature, b"Zcash", &key));
                assert!(Software::verify_ed25519(&signature, b"another message", &key));
            }
            assert_eq!(PublicKey::Ed25519(key).validate(), Err(WireError::NotOnCurve));
        }
    }
}

mod recovering {
    use super::*;

    #[test]
    fn finds_the_key_of_either_s_where_it_is_normalised() {
        let key = Key::numbered(Scheme::Secp256k1, 6);
        let low = key.sign(MESSAGE);
        let recover = |signature: &Signature, policy| {
            recover_secp256k1::<Software>(signature.as_bytes().try_into().unwrap(), MESSAGE, policy)
        };
        for policy in POLICIES {
            assert_eq!(recover(&low, policy), Some(key.compressed()));
        }
        assert_eq!(recover(&negate_s(&low), SPolicy::Normalise), Some(key.compressed()));
        assert_eq!(recover(&negate_s(&low), SPolicy::LowOnly), None);
    }

    /// What a machine does to a card's answer: no recovery id, either S.
    #[test]
    fn tries_the_recovery_ids() {
        for number in 0..64 {
            let key = Key::numbered(Scheme::Secp256k1, number);
            let low = key.sign(MESSAGE);
            for signature in [low, negate_s(&low)] {
                let scalars = signature.as_bytes()[..64].try_into().unwrap();
                let found = recovery_id(scalars, MESSAGE, &key.compressed()).unwrap();
                assert_eq!(Signature::Secp256k1(found), low, "{number}");
            }
        }
    }

    /// r is R's x modulo n. Where x is n or more, the id is 2 or 3: too rare to meet, so a key is made to fit.
    #[test]
    fn tries_the_recovery_ids_of_a_reduced_x() {
        // The least r for which r + n is the x of a point.
        let mut scalars = [0; 64];
        scalars[31] = 2;
        scalars[63] = 1;
        let signature = k256::ecdsa::Signature::from_slice(&scalars).unwrap();
        for id in [2, 3] {
            let recovery = k256::ecdsa::RecoveryId::from_byte(id).unwrap();
            let key =
                k256::ecdsa::VerifyingKey::recover_from_prehash(&sha256(MESSAGE), &signature, recovery).unwrap();
            let key: [u8; 33] = key.to_encoded_point(true).as_bytes().try_into().unwrap();
            let found = recovery_id(&scalars, MESSAGE, &key).unwrap();
            assert_eq!(found[64], id);
            assert_eq!(accepts(&Signature::Secp256k1(found), &PublicKey::Secp256k1(key)), [true, true]);
            let high = negate_s(&Signature::Secp256k1(found));
            assert_eq!(accepts(&high, &PublicKey::Secp256k1(key)), [true, false]);
        }
    }

    #[test]
    fn finds_no_id_for_what_the_key_did_not_sign() {
        let (key, other) = (Key::numbered(Scheme::Secp256k1, 7), Key::numbered(Scheme::Secp256k1, 8));
        let scalars = key.sign_scalars(MESSAGE);
        assert_eq!(recovery_id(&scalars, MESSAGE, &other.compressed()), None);
        assert_eq!(recovery_id(&scalars, b"another", &key.compressed()), None);
        assert_eq!(recovery_id(&[0; 64], MESSAGE, &key.compressed()), None);
        assert_eq!(recovery_id(&[0xff; 64], MESSAGE, &key.compressed()), None);
        assert_eq!(recovery_id(&scalars, MESSAGE, &[0; 33]), None);
    }
}

mod der {
    use super::*;

    #[test]
    fn gives_the_scalars_as_they_are() {
        for scheme in ECDSA {
            for number in 0..16 {
                let low = Key::numbered(scheme, number).sign(MESSAGE);
                for signature in [low, negate_s(&low)] {
                    let scalars: [u8; 64] = signature.as_bytes()[..64].try_into().unwrap();
                    assert_eq!(from_der(scheme, &to_der(&scalars)), Ok(scalars), "{scheme:?} {number}");
                }
            }
        }
    }

    #[test]
    fn agrees_with_the_libraries_on_the_bytes() {
        let key = k256::ecdsa::Signature::from_slice(&Key::numbered(Scheme::Secp256k1, 1).sign_scalars(MESSAGE));
        let key = key.unwrap();
        assert_eq!(key.to_der().as_bytes(), to_der(&key.to_bytes().into()));
        let key = p256::ecdsa::Signature::from_slice(&Key::numbered(Scheme::P256, 1).sign_scalars(MESSAGE));
        let key = key.unwrap();
        assert_eq!(key.to_der().as_bytes(), to_der(&key.to_bytes().into()));
    }

    #[test]
    fn takes_short_scalars() {
        let mut scalars = [0; 64];
        scalars[31] = 0x80;
        scalars[63] = 1;
        for scheme in ECDSA {
            assert_eq!(to_der(&scalars), [0x30, 7, 2, 2, 0, 0x80, 2, 1, 1]);
            assert_eq!(from_der(scheme, &to_der(&scalars)), Ok(scalars));
        }
    }

    #[test]
    fn refuses_scalars_out_of_range() {
        for scheme in ECDSA {
            let order = order_of(scheme);
            let mut beyond = order;
            beyond[31] += 1;
            for scalar in [&[0; 32][..], &order, &beyond, &[0xff; 32], &[1; 33]] {
                let (wrong, right) = (integer(&minimal(scalar)), integer(&[1]));
                for content in [[wrong.clone(), right.clone()].concat(), [right, wrong].concat()] {
                    assert_eq!(from_der(scheme, &sequence(&content)), Err(WireError::BadDer));
                }
            }
        }
    }

    #[test]
    fn refuses_any_other_form() {
        let one = integer(&[1]);
        let pair = [one.clone(), one.clone()].concat();
        let wrong = [
            ("empty", vec![]),
            ("no content", sequence(&[])),
            ("one integer", sequence(&one)),
            ("three integers", sequence(&[pair.clone(), one.clone()].concat())),
            ("bytes after the end", [sequence(&pair), vec![0]].concat()),
            ("a set", [&[0x31, 6], &pair[..]].concat()),
            ("a bit string for an integer", sequence(&[vec![3, 1, 1], one.clone()].concat())),
            ("a negative integer", sequence(&[integer(&[0x80]), one.clone()].concat())),
            ("a padded integer", sequence(&[integer(&[0, 1]), one.clone()].concat())),
            ("an empty integer", sequence(&[integer(&[]), one.clone()].concat())),
            ("a long length", [&[0x30, 0x81, 6], &pair[..]].concat()),
            ("an indefinite length", [&[0x30, 0x80], &pair[..], &[0, 0]].concat()),
            ("a length too great", [&[0x30, 7], &pair[..]].concat()),
            ("a length too small", [&[0x30, 5], &pair[..]].concat()),
        ];
        for scheme in ECDSA {
            assert!(from_der(scheme, &sequence(&pair)).is_ok());
            for (name, der) in &wrong {
                assert_eq!(from_der(scheme, der), Err(WireError::BadDer), "{scheme:?}: {name}");
            }
        }
    }

    proptest! {
        #![proptest_config(common::cases(256))]

        #[test]
        fn is_exact(number: u32, position: prop::sample::Index, change in 1..=u8::MAX, trailing: u8) {
            for scheme in ECDSA {
                let mut der = to_der(&Key::numbered(scheme, number).sign_scalars(MESSAGE));
                for len in 0..der.len() {
                    prop_assert_eq!(from_der(scheme, &der[..len]), Err(WireError::BadDer));
                }
                let position = position.index(der.len());
                der[position] ^= change;
                if let Ok(scalars) = from_der(scheme, &der) {
                    prop_assert_eq!(to_der(&scalars), &der[..]);
                }
                der[position] ^= change;
                der.push(trailing);
                prop_assert_eq!(from_der(scheme, &der), Err(WireError::BadDer));
            }
        }
    }
}
