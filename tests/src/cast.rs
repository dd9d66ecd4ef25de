//! Who appears in the story.

use sp_core::{crypto::Pair as _, sr25519::Pair};
use sp_keyring::Sr25519Keyring;
use specie_primitives::acts::{Cause, CauseCode};
use specie_runtime::AccountId;

/// Why the issuer and the manufacturer do what they do.
pub const CAUSE: Cause = Cause { code: CauseCode::Defect, document: Some([0xd0; 32]) };

/// The issuer: holds the sudo key of a development chain, and a seat in the council of a local one.
pub fn issuer() -> Pair {
    Sr25519Keyring::Alice.pair()
}

/// Makes the cards. Has a seat in the council too.
pub fn manufacturer() -> Pair {
    Sr25519Keyring::Bob.pair()
}

/// Runs the ATM.
pub fn operator() -> Pair {
    Sr25519Keyring::Charlie.pair()
}

/// Puts money on a card.
pub fn user() -> Pair {
    Sr25519Keyring::Dave.pair()
}

/// Is paid by a card.
pub fn payee() -> Pair {
    Sr25519Keyring::Eve.pair()
}

/// The ATM. Has no money of its own until its operator gives it some.
pub fn atm() -> Pair {
    derived("//Specie//Atm//1")
}

/// An ATM that the issuer has never heard of.
pub fn rogue_atm() -> Pair {
    derived("//Specie//Atm//Rogue")
}

/// The account of a pair.
pub fn account(pair: &Pair) -> AccountId {
    pair.public().into()
}

fn derived(path: &str) -> Pair {
    Pair::from_string(path, None).expect("a constant path without a password is valid; qed")
}
