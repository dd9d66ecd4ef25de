//! What a card remembers of its payments, in and out (F117).
//!
//! The orders are what the card itself has signed. The fundings are what hosts have told it: nobody else vouches for them, and
//! the chain alone decides what a card is worth. The two have places of their own, so that no number of notes pushes an order out.

use specie_primitives::{
    ids::Reference,
    order::{Order, Purpose},
    wire::{Reader, Wire, WireError, Writer},
    Balance, BlockNumber,
};

/// How many orders a card keeps, and as many fundings; the oldest goes.
pub const HISTORY: usize = 16;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryKind {
    /// An order that the card has signed. Tags 0, 1 and 2: its purpose.
    Order(Purpose),
    /// A funding that it was told of. Tag 128.
    Funding,
}

/// One entry, [`HistoryEntry::MAX_LEN`](Wire::MAX_LEN) bytes.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 1 | kind: 0 to 2 an order of that purpose; 128 a funding |
/// | 1 | 4 | sequence of the order; of a funding: how many orders had been signed before |
/// | 5 | 16 | amount in base units; all ones: everything |
/// | 21 | 16 | fee; of a funding 0 |
/// | 37 | 32 | payee; of a funding the payer |
/// | 69 | 32 | reference of the request; zeros: none |
/// | 101 | 4 | block: the last one that may include the order; of a funding the one that it is in |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// What it is.
    pub kind: HistoryKind,
    /// The order's sequence, or how many orders had been signed before.
    pub sequence: u32,
    /// Base units.
    pub amount: Balance,
    /// Base units.
    pub fee: Balance,
    /// Payee or payer.
    pub party: [u8; 32],
    /// The request that was paid, or [`NO_REFERENCE`](specie_primitives::order::NO_REFERENCE).
    pub reference: Reference,
    /// The expiry, or the block of the funding.
    pub block: BlockNumber,
}

/// NOTE FUNDING's data: 16 bytes amount, 32 payer, 32 reference, 4 block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FundingNote {
    /// Base units.
    pub amount: Balance,
    /// Who paid; zeros: nobody knows.
    pub payer: [u8; 32],
    /// The request that was settled by it, or [`NO_REFERENCE`](specie_primitives::order::NO_REFERENCE).
    pub reference: Reference,
    /// The block that it is in.
    pub block: BlockNumber,
}

impl HistoryKind {
    const FUNDING: u8 = 128;

    /// The byte that stands for it.
    pub const fn tag(self) -> u8 {
        match self {
            Self::Order(purpose) => purpose.tag(),
            Self::Funding => Self::FUNDING,
        }
    }

    fn from_tag(tag: u8) -> Result<Self, WireError> {
        match tag {
            Self::FUNDING => Ok(Self::Funding),
            tag => Purpose::from_tag(tag).map(Self::Order),
        }
    }
}

impl HistoryEntry {
    /// What a card keeps of an order.
    pub const fn of_order(order: &Order) -> Self {
        let Order { sequence, amount, fee, to, reference, valid_until, .. } = *order;
        let kind = HistoryKind::Order(order.purpose);
        Self { kind, sequence, amount, fee, party: to, reference, block: valid_until }
    }

    /// What a card that has signed so many orders keeps of a funding.
    pub const fn of_funding(note: &FundingNote, sequence: u32) -> Self {
        let FundingNote { amount, payer, reference, block } = *note;
        Self { kind: HistoryKind::Funding, sequence, amount, fee: 0, party: payer, reference, block }
    }
}

impl Wire for HistoryEntry {
    const MAX_LEN: usize = 105;

    fn write(&self, out: &mut Writer<'_>) {
        out.u8(self.kind.tag()).u32(self.sequence).u128(self.amount).u128(self.fee).bytes(&self.party);
        self.reference.write(out);
        out.u32(self.block);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            kind: HistoryKind::from_tag(input.u8()?)?,
            sequence: input.u32()?,
            amount: input.u128()?,
            fee: input.u128()?,
            party: input.array()?,
            reference: Reference::read(input)?,
            block: input.u32()?,
        })
    }
}

impl Wire for FundingNote {
    const MAX_LEN: usize = 84;

    fn write(&self, out: &mut Writer<'_>) {
        out.u128(self.amount).bytes(&self.payer);
        self.reference.write(out);
        out.u32(self.block);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            amount: input.u128()?,
            payer: input.array()?,
            reference: Reference::read(input)?,
            block: input.u32()?,
        })
    }
}
