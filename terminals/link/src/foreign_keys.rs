//! Keys with which makers of other cards certify theirs: those that they publish for their cards, and those that everybody can
//! sign with.
//!
//! A batch of foreign cards counts as genuine whatever its key has certified. Makers also publish keys for trying things out, whose
//! private half is in their repositories: a batch of such a key makes genuine cards of everybody's counterfeits. Sources: the
//! `FACTORY_ROOT_KEYS` of Coinkite's `coinkite-tap-protocol`, and the certification authorities of Status' `keycard-shell` and
//! `keycard-go`.

use hex_literal::hex;
use specie_primitives::records::BatchKey;

/// What is known of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Its maker certifies its cards with it.
    Official(&'static str),
    /// It is for trying things out: anybody can sign with it.
    Public(&'static str),
}

const KNOWN: [(BatchKey, Known); 4] = [
    (
        BatchKey::Keycard(hex!("029ab99ee1e7a71bdf45b3f9c58c99866ff1294d2c1e304e228a86e10c3343501c")),
        Known::Official("the certification authority of Status' Keycards"),
    ),
    (
        BatchKey::Keycard(hex!("025877220aaae6e54a6f974602d5995c0fe24a3ea7ddabd8644bec795b9da00743")),
        Known::Public("the certification authority of Status' Keycards for development"),
    ),
    (
        BatchKey::CoinkiteRoot(hex!("03028a0e89e70d0ec0d932053a89ab1da7d9182bdc6d2f03e706ee99517d05d9e1")),
        Known::Official("the factory root of Coinkite's cards"),
    ),
    (
        BatchKey::CoinkiteRoot(hex!("027722ef208e681bac05f1b4b3cc478d6bf353ac9a09ff0c843430138f65c27bab")),
        Known::Public("the factory root of Coinkite's cards for development"),
    ),
];

/// What is known of a batch's key; `None`: nothing.
pub fn known(key: &BatchKey) -> Option<Known> {
    let same = |known: &BatchKey| bytes(known).is_some() && bytes(known) == bytes(key);
    // Of whatever format: one that anybody can sign with is no better under another name.
    KNOWN.iter().find(|(known, _)| same(known)).map(|(_, what)| *what)
}

fn bytes(key: &BatchKey) -> Option<[u8; 33]> {
    match key {
        BatchKey::Keycard(key) | BatchKey::CoinkiteRoot(key) => Some(*key),
        BatchKey::Native(specie_primitives::crypto::PublicKey::Secp256k1(key)) => Some(*key),
        BatchKey::Native(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use specie_primitives::{crypto::PublicKey, wire::Wire as _};

    #[test]
    fn f16_keys_that_anybody_can_sign_with_are_known_in_every_format() {
        for text in [
            "01025877220aaae6e54a6f974602d5995c0fe24a3ea7ddabd8644bec795b9da00743",
            "02027722ef208e681bac05f1b4b3cc478d6bf353ac9a09ff0c843430138f65c27bab",
        ] {
            let key = BatchKey::from_wire(&hex::decode(text).unwrap()).unwrap();
            assert!(matches!(known(&key), Some(Known::Public(_))), "{text}");
            let native = BatchKey::Native(PublicKey::Secp256k1(bytes(&key).unwrap()));
            assert!(matches!(known(&native), Some(Known::Public(_))), "{text}");
        }
    }

    #[test]
    fn keys_are_points_and_different() {
        for (place, (key, _)) in KNOWN.iter().enumerate() {
            assert_eq!(key.validate(), Ok(()));
            assert!(KNOWN[..place].iter().all(|(other, _)| bytes(other) != bytes(key)));
        }
        assert_eq!(known(&BatchKey::Native(PublicKey::Ed25519([7; 32]))), None);
    }
}
