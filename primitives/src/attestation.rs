//! The card's own word on its state, signed by the device key (F13 to F15).
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 1 | lifecycle: 0 blank, 1 initialised |
//! | 1 | 4 | generation: how many currency keys the card has made |
//! | 5 | 1 | scheme of the currency key; 0 when blank |
//! | 6 | 33 | currency key, zero padded; zeros when blank |
//! | 39 | 4 | sequence: how many orders this currency key has signed |
//! | 43 | 4 | last valid until: the greatest expiry among its orders after `since`, a block number; 0: there is none |
//! | 47 | 1 | locked: 1 when the card refuses to sign orders |
//! | 48 | 4 | since: the sequence that the asker named |
//!
//! The card persists a new sequence before it releases the signature, so an attestation can never claim fewer
//! orders than exist. The device key signs `"specie:attestation:v1" ‖ challenge ‖` these 52 bytes.
//!
//! `since` lets a card heal from an order with a far expiry: once the chain has accepted a later order for good, the
//! earlier one is dead whatever its expiry says, and the asker names the accepted sequence. A card keeps the expiries of its
//! last [`KEPT`] orders; when more came after `since`, it attests the greatest expiry of all. Whoever judges must check that
//! `since` is no more than what the chain has accepted for good, or an order could be hidden by it.

use crate::{
    crypto::{verify, Arithmetic, PublicKey, SPolicy, Scheme, Signature},
    ids::scale_derives,
    wire::{Message, Reader, Wire, WireError, Writer},
    BlockNumber,
};

/// The domain of an attestation.
pub const DOMAIN: &[u8] = b"specie:attestation:v1";

/// The length of an attestation without challenge and signature.
pub const LEN: usize = 52;

/// Of how many orders, the last ones, a card keeps the expiry.
pub const KEPT: usize = 8;

/// A fresh random value of the asker.
pub type Challenge = [u8; 32];

scale_derives! {
    /// Where a card is in its life.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Lifecycle {
        /// It has no currency key.
        Blank,
        /// It holds a currency key.
        Initialised,
    }

    /// A card's state as it attests it. Field by field the format of the [module](self).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Attestation {
        /// Blank or initialised.
        pub lifecycle: Lifecycle,
        /// How many currency keys the card has made, the present one included.
        pub generation: u32,
        /// The currency key's scheme.
        pub scheme: Scheme,
        /// The currency key, zero padded.
        pub currency_key: [u8; 33],
        /// How many orders the currency key has signed.
        pub sequence: u32,
        /// The greatest expiry among the orders that the currency key has signed after `since`.
        pub last_valid_until: BlockNumber,
        /// Whether the card refuses to sign orders.
        pub locked: bool,
        /// The sequence that the asker named; 0: all orders.
        pub since: u32,
    }

    /// An attestation with what it was asked for and its signature.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct SignedAttestation {
        /// The asker's challenge.
        pub challenge: Challenge,
        /// What the card says.
        pub attestation: Attestation,
        /// The device key's signature.
        pub signature: Signature,
    }
}

impl Attestation {
    /// A blank card's state after `generation` currency keys.
    pub const fn blank(generation: u32, locked: bool) -> Self {
        Self {
            lifecycle: Lifecycle::Blank,
            generation,
            scheme: Scheme::Secp256k1,
            currency_key: [0; 33],
            sequence: 0,
            last_valid_until: 0,
            locked,
            since: 0,
        }
    }

    /// The state of a card that holds `key`.
    pub fn initialised(
        key: &PublicKey,
        generation: u32,
        sequence: u32,
        last_valid_until: u32,
        locked: bool,
    ) -> Self {
        let mut currency_key = [0; 33];
        for (place, byte) in currency_key.iter_mut().zip(key.as_bytes()) {
            *place = *byte;
        }
        Self {
            lifecycle: Lifecycle::Initialised,
            generation,
            scheme: key.scheme(),
            currency_key,
            sequence,
            last_valid_until,
            locked,
            since: 0,
        }
    }

    /// The same for an asker who named the sequence `since`; `last_valid_until` is that of the orders after it.
    #[must_use]
    pub const fn since(self, since: u32, last_valid_until: BlockNumber) -> Self {
        Self { since, last_valid_until, ..self }
    }

    /// The currency key; `None` when blank.
    ///
    /// An error when the fields contradict each other, which only a value that did not come through
    /// [`Wire::from_wire`] can show.
    pub fn currency_key(&self) -> Result<Option<PublicKey>, WireError> {
        match self.lifecycle {
            Lifecycle::Blank => {
                let empty = Self::blank(self.generation, self.locked).since(self.since, 0);
                if *self == empty {
                    Ok(None)
                } else {
                    Err(WireError::NotCanonical { field: "blank attestation" })
                }
            }
            Lifecycle::Initialised if self.generation == 0 => Err(WireError::NotCanonical { field: "generation" }),
            Lifecycle::Initialised => {
                let mut input = Reader::new(&self.currency_key);
                let key = PublicKey::read_padded(self.scheme, &mut input)?;
                input.finish()?;
                Ok(Some(key))
            }
        }
    }

    /// The message that the device key signs.
    pub fn message(&self, challenge: &Challenge) -> Message<{ 21 + 32 + LEN }> {
        Message::build(|out| {
            out.bytes(DOMAIN).bytes(challenge);
            self.write(out);
        })
    }
}

impl SignedAttestation {
    /// Whether `device` signed this attestation over its challenge.
    pub fn verify<A: Arithmetic>(&self, device: &PublicKey) -> bool {
        let message = self.attestation.message(&self.challenge);
        verify::<A>(&self.signature, message.as_bytes(), device, SPolicy::Normalise)
    }

    /// Whether two attestations of one device prove that it was cloned: one generation, two currency keys.
    ///
    /// Says nothing about the signatures.
    pub fn conflicts_with(&self, other: &Self) -> bool {
        let (one, two) = (&self.attestation, &other.attestation);
        one.lifecycle == Lifecycle::Initialised
            && two.lifecycle == Lifecycle::Initialised
            && one.generation == two.generation
            && (one.scheme, one.currency_key) != (two.scheme, two.currency_key)
    }
}

impl Wire for Attestation {
    const MAX_LEN: usize = LEN;

    fn write(&self, out: &mut Writer<'_>) {
        let lifecycle = match self.lifecycle {
            Lifecycle::Blank => 0,
            Lifecycle::Initialised => 1,
        };
        out.u8(lifecycle).u32(self.generation).u8(self.scheme.tag()).bytes(&self.currency_key);
        out.u32(self.sequence).u32(self.last_valid_until).u8(self.locked.into()).u32(self.since);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        let lifecycle = match input.u8()? {
            0 => Lifecycle::Blank,
            1 => Lifecycle::Initialised,
            tag => return Err(WireError::UnknownTag { field: "lifecycle", tag }),
        };
        let attestation = Self {
            lifecycle,
            generation: input.u32()?,
            scheme: Scheme::read(input)?,
            currency_key: input.array()?,
            sequence: input.u32()?,
            last_valid_until: input.u32()?,
            locked: input.bool("locked")?,
            since: input.u32()?,
        };
        attestation.currency_key()?;
        Ok(attestation)
    }
}

impl Wire for SignedAttestation {
    const MAX_LEN: usize = 32 + LEN + Signature::MAX_LEN;

    fn write(&self, out: &mut Writer<'_>) {
        out.bytes(&self.challenge);
        self.attestation.write(out);
        self.signature.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            challenge: input.array()?,
            attestation: Attestation::read(input)?,
            signature: Signature::read(input)?,
        })
    }
}
