//! What the examiner knows about a card, and how far the suite may go with it.

use super::effect::Effect;
use specie_card::code::Code;
use specie_card_sim::keys::SecretKey;
use specie_primitives::{crypto::Scheme, records::BatchKey};

/// What the suite is told.
#[derive(Clone, Debug)]
pub struct Options {
    /// The most that may be done to the card. [`Effect::Resets`] is for a card that was made to be examined.
    pub reach: Effect,
    /// The key of the card's batch; without it the certificate's signature is not checked.
    pub batch_key: Option<BatchKey>,
    /// The card's presence code or PIN; without it what needs one is skipped.
    pub code: Option<Code>,
    /// The issuer's private key of a card for tests; without it no RESET is tried that could succeed.
    pub issuer: Option<SecretKey>,
    /// The schemes to make currency keys of, those that the card does not have left out. The first is made on a blank
    /// card; the others need a RESET between, hence [`Self::issuer`].
    pub schemes: Vec<Scheme>,
    /// The genesis hash in the orders that the card signs. Better no chain's: the orders pay nothing to nobody, but
    /// they are orders.
    pub genesis: [u8; 32],
    /// What the challenges follow from. The same seed asks the same card the same.
    pub seed: [u8; 32],
}

impl Options {
    /// Nothing is known about the card; the orders are for no chain, every scheme is tried.
    pub fn up_to(reach: Effect) -> Self {
        Self {
            reach,
            batch_key: None,
            code: None,
            issuer: None,
            schemes: Scheme::ALL.to_vec(),
            genesis: [0; 32],
            seed: [0; 32],
        }
    }
}
