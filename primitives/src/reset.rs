//! The issuer's permission to destroy a card's currency key, so that it can make a new one.
//!
//! Signed with the issuer key that the factory wrote into the card, over
//! `"specie:reset:v1" ‖ scheme ‖ device public key ‖ generation u32`: for this card and this key alone.

use crate::{
    crypto::{verify, Arithmetic, PublicKey, SPolicy, Signature},
    wire::{Message, Wire},
};

/// The domain of a reset.
pub const DOMAIN: &[u8] = b"specie:reset:v1";

/// The message that the issuer signs to destroy the key of `generation` on the card with `device` key.
pub fn message(device: &PublicKey, generation: u32) -> Message<{ 15 + PublicKey::MAX_LEN + 4 }> {
    Message::build(|out| {
        out.bytes(DOMAIN);
        device.write(out);
        out.u32(generation);
    })
}

/// Whether `signature` is the issuer's permission.
pub fn verify_reset<A: Arithmetic>(
    device: &PublicKey,
    generation: u32,
    signature: &Signature,
    issuer: &PublicKey,
) -> bool {
    verify::<A>(signature, message(device, generation).as_bytes(), issuer, SPolicy::LowOnly)
}
