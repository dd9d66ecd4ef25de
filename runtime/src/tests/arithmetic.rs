//! The host's signature checks and the portable ones give the same answers, on good and on bad input.

use sp_core::{ecdsa, ed25519, Pair};
use sp_io::TestExternalities;
use specie_primitives::crypto::{recover_secp256k1, sha256, Arithmetic, SPolicy, Software};

use crate::crypto::HostArithmetic;

/// How many signatures are tried, each with a change in every fourth byte.
const ROUNDS: u32 = 40;

#[test]
fn secp256k1_is_recovered_alike() {
    TestExternalities::default().execute_with(|| {
        for round in 0..ROUNDS {
            let seed = sha256(&round.to_le_bytes());
            let pair = ecdsa::Pair::from_seed(&seed);
            let mut signature = pair.sign_prehashed(&sha256(&seed)).0;
            let recovered = recover_secp256k1::<Software>(&signature, &seed, SPolicy::LowOnly);
            assert_eq!(recovered, Some(pair.public().0));
            for place in (0..65).step_by(4) {
                signature[place] ^= 1;
                for policy in [SPolicy::Normalise, SPolicy::LowOnly] {
                    let host = recover_secp256k1::<HostArithmetic>(&signature, &seed, policy);
                    let software = recover_secp256k1::<Software>(&signature, &seed, policy);
                    assert_eq!(host, software, "{policy:?} {signature:?}");
                }
                signature[place] ^= 1;
            }
        }
    });
}

#[test]
fn ed25519_is_verified_alike() {
    TestExternalities::default().execute_with(|| {
        for round in 0..ROUNDS {
            let seed = sha256(&round.to_le_bytes());
            let pair = ed25519::Pair::from_seed(&seed);
            let (mut signature, key) = (pair.sign(&seed).0, pair.public().0);
            assert!(Software::verify_ed25519(&signature, &seed, &key));
            for place in (0..64).step_by(4) {
                signature[place] ^= 1;
                let host = HostArithmetic::verify_ed25519(&signature, &seed, &key);
                assert_eq!(host, Software::verify_ed25519(&signature, &seed, &key), "{signature:?}");
                signature[place] ^= 1;
            }
        }
    });
}

/// Where implementations of Ed25519 differ: keys and points of small order, in both of their encodings.
#[test]
fn ed25519_of_small_order_is_verified_alike() {
    let identity = [&[1u8][..], &[0; 31]].concat();
    let identity_again = [&[0xee][..], &[0xff; 30], &[0x7f]].concat();
    let order_two = [&[0xec][..], &[0xff; 30], &[0x7f]].concat();
    let points: Vec<[u8; 32]> =
        [identity, identity_again, order_two, vec![0; 32]].map(|point| point.try_into().unwrap()).to_vec();
    TestExternalities::default().execute_with(|| {
        for key in &points {
            for nonce in &points {
                let signature: [u8; 64] = [nonce.as_slice(), &[0; 32]].concat().try_into().unwrap();
                let host = HostArithmetic::verify_ed25519(&signature, b"any", key);
                assert_eq!(host, Software::verify_ed25519(&signature, b"any", key), "{key:?} {nonce:?}");
            }
        }
    });
}
