//! The issuer's permission for one initialisation (F2).
//!
//! The issuer grants a machine a number of initialisations. Each has an index and, from it, a challenge that the
//! card's attestation must sign when it makes its currency key. A key can therefore not be moved to another
//! machine or chain, and a machine can fetch challenges ahead and initialise with no network (F5).

use crate::{attestation::Challenge, crypto::sha256, ids::MachineId, wire::Message};

/// The domain of a grant.
pub const DOMAIN: &[u8] = b"specie:grant:v1";

/// The challenge of grant `index`:
/// `SHA-256("specie:grant:v1" ‖ genesis hash ‖ machine account ‖ index u32)`.
pub fn challenge(genesis: &[u8; 32], machine: &MachineId, index: u32) -> Challenge {
    let message = Message::<{ 15 + 32 + 32 + 4 }>::build(|out| {
        out.bytes(DOMAIN).bytes(genesis).bytes(&machine.0).u32(index);
    });
    sha256(message.as_bytes())
}
