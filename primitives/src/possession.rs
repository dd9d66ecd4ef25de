//! Proof that a card holds its currency key (F15): a signature over a fresh challenge, under a domain of its own,
//! so that it can never be taken for an order.

use crate::{
    attestation::Challenge,
    crypto::{verify, Arithmetic, PublicKey, SPolicy, Signature},
    wire::Message,
};

/// The domain of a proof of possession.
pub const DOMAIN: &[u8] = b"specie:proof:v1";

/// The message that the currency key signs.
pub fn message(challenge: &Challenge) -> Message<{ 15 + 32 }> {
    Message::build(|out| {
        out.bytes(DOMAIN).bytes(challenge);
    })
}

/// Whether `signature` proves possession of `currency_key`, asked with `challenge`.
pub fn verify_proof<A: Arithmetic>(challenge: &Challenge, signature: &Signature, currency_key: &PublicKey) -> bool {
    verify::<A>(signature, message(challenge).as_bytes(), currency_key, SPolicy::Normalise)
}
