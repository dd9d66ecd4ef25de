//! A timed exchange: how far away the card is that answers.
//!
//! Who passes a genuine card's answers on from elsewhere (a *relay*) cannot forge them; but he needs time for the way. The card
//! draws its parts beforehand and answers each round at once, without computing, and the host times the rounds. Then the device key
//! signs what both have said, together with the card's state, under a domain of its own: nothing else that a card signs can stand for it,
//! so who answered the rounds himself, and has a card elsewhere sign, has a signature over other rounds.
//!
//! A slow round says that something is slow, not that a card is a fake: it is a reason to doubt where the card is, and nothing else.

use alloc::vec::Vec;
use specie_primitives::{
    attestation::{Attestation, Challenge},
    wire::Wire,
};

/// The domain of what is signed after a timed exchange.
pub const DOMAIN: &[u8] = b"specie:timed:v1";

/// How many rounds there are.
pub const ROUNDS: usize = 4;

/// One side's part of a round.
pub type Part = [u8; 8];

/// A round: what the host said, and what was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// The host's part.
    pub host: Part,
    /// The card's part.
    pub card: Part,
}

/// What the device key signs: the domain, the challenge, each round with the host's part first, and the attestation.
pub fn message(challenge: &Challenge, rounds: &[Round; ROUNDS], said: &Attestation) -> Vec<u8> {
    let parts: Vec<u8> = rounds.iter().flat_map(|round| [round.host, round.card]).flatten().collect();
    [DOMAIN, challenge.as_slice(), &parts, &said.to_vec()].concat()
}
