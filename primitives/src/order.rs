//! The card's instruction to move its money (F12).
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 15 | domain `specie:order:v1` |
//! | 15 | 32 | genesis hash of the chain |
//! | 47 | 32 | address of the carrier |
//! | 79 | 1 | purpose: 0 transfer, 1 cash-out at a machine, 2 hold for a request |
//! | 80 | 4 | sequence |
//! | 84 | 32 | payee |
//! | 116 | 16 | amount in base units; all ones: everything |
//! | 132 | 16 | fee in base units |
//! | 148 | 32 | receiver of the fee, less the network's part |
//! | 180 | 4 | valid until: the last block that may include it |
//! | 184 | 32 | reference of the request that it pays or holds for; zeros: none |
//! | 216 | 4 | epoch of the pool that the carrier belongs to; 0: none |
//!
//! The message that is signed is these 220 bytes, domain included: what a card gets is what it signs.

use crate::{
    crypto::{verify, Arithmetic, PublicKey, SPolicy, Signature},
    ids::{scale_derives, CarrierId, Reference},
    wire::{Message, Reader, Wire, WireError, Writer},
    Balance, BlockNumber,
};

/// The domain of an order.
pub const DOMAIN: &[u8] = b"specie:order:v1";

/// The length of an order, domain included.
pub const LEN: usize = 220;

/// The reference of an order that pays no request.
pub const NO_REFERENCE: Reference = Reference([0; 32]);

/// The amount that stands for everything the carrier holds when the order is executed.
pub const EVERYTHING: Balance = Balance::MAX;

scale_derives! {
    /// What an order is for.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Purpose {
        /// From hand to hand: anybody may submit it. Tag 0.
        Transfer,
        /// Cash-out at a machine, which the receiver of the fee names: the chain checks that this machine may
        /// cash carriers out. Tag 1.
        CashOut,
        /// Puts the amount on hold for the request that the order names, until the request is settled or released.
        /// The money stays at the carrier's address. Tag 2.
        Hold,
    }

    /// An order. Field by field the format of the [module](self), after the domain.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Order {
        /// The genesis hash of the chain that it is for.
        pub genesis: [u8; 32],
        /// The carrier that pays.
        pub carrier: CarrierId,
        /// What it is for.
        pub purpose: Purpose,
        /// One more than the order before; gaps are allowed.
        pub sequence: u32,
        /// The account that is paid.
        pub to: [u8; 32],
        /// Base units, or [`EVERYTHING`].
        pub amount: Balance,
        /// Base units, on top of `amount` (out of it when that is [`EVERYTHING`]).
        pub fee: Balance,
        /// The account that gets what the network leaves of the fee.
        pub fee_to: [u8; 32],
        /// The last block that may include it.
        pub valid_until: BlockNumber,
        /// The request that it pays or holds for, or [`NO_REFERENCE`].
        pub reference: Reference,
        /// The epoch of the pool that the carrier belongs to; 0 for a carrier of no pool.
        pub epoch: u32,
    }
}

impl Purpose {
    /// The byte that stands for it in an order.
    pub const fn tag(self) -> u8 {
        match self {
            Self::Transfer => 0,
            Self::CashOut => 1,
            Self::Hold => 2,
        }
    }

    /// The purpose of a byte.
    pub fn from_tag(tag: u8) -> Result<Self, WireError> {
        let known = Self::ALL.iter().copied().find(|purpose| purpose.tag() == tag);
        known.ok_or(WireError::UnknownTag { field: "purpose", tag })
    }
}

impl Order {
    /// The message that the currency key signs.
    pub fn message(&self) -> Message<LEN> {
        Message::build(|out| self.write(out))
    }

    /// Whether `signature` is the currency key's, in the low-S form.
    pub fn verify<A: Arithmetic>(&self, signature: &Signature, currency_key: &PublicKey) -> bool {
        verify::<A>(signature, self.message().as_bytes(), currency_key, SPolicy::LowOnly)
    }

    /// The request that the order names; `None` when it names none.
    pub fn request(&self) -> Option<Reference> {
        (self.reference != NO_REFERENCE).then_some(self.reference)
    }

    /// Whether two orders prove a cloned card: one carrier, one chain, one sequence, different content.
    ///
    /// Says nothing about the signatures.
    pub fn conflicts_with(&self, other: &Self) -> bool {
        self.carrier == other.carrier
            && self.genesis == other.genesis
            && self.sequence == other.sequence
            && self != other
    }
}

impl Wire for Order {
    const MAX_LEN: usize = LEN;

    fn write(&self, out: &mut Writer<'_>) {
        out.bytes(DOMAIN).bytes(&self.genesis).bytes(&self.carrier.0).u8(self.purpose.tag()).u32(self.sequence);
        out.bytes(&self.to).u128(self.amount).u128(self.fee).bytes(&self.fee_to).u32(self.valid_until);
        self.reference.write(out);
        out.u32(self.epoch);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        input.domain(DOMAIN)?;
        Ok(Self {
            genesis: input.array()?,
            carrier: CarrierId::read(input)?,
            purpose: Purpose::from_tag(input.u8()?)?,
            sequence: input.u32()?,
            to: input.array()?,
            amount: input.u128()?,
            fee: input.u128()?,
            fee_to: input.array()?,
            valid_until: input.u32()?,
            reference: Reference::read(input)?,
            epoch: input.u32()?,
        })
    }
}
