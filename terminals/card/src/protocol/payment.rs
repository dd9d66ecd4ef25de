//! What a host tells a card that builds its order itself (F12, F99).

use specie_primitives::{
    ids::{CarrierId, Reference},
    order::{Order, Purpose},
    wire::{Reader, Wire, WireError, Writer},
    Balance, BlockNumber,
};

/// PAY's data, [`Payment::MAX_LEN`](Wire::MAX_LEN) bytes: where the money goes, and nothing of whose it is. The chain, the address and
/// the sequence are the card's own.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 1 | purpose: 0 transfer, 1 cash-out, 2 hold for a request |
/// | 1 | 32 | payee |
/// | 33 | 16 | amount; all ones: everything |
/// | 49 | 16 | fee |
/// | 65 | 32 | receiver of the fee |
/// | 97 | 4 | valid until, a block number |
/// | 101 | 32 | reference of the request; zeros: none |
/// | 133 | 4 | epoch of the pool; 0: none |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// What it is for.
    pub purpose: Purpose,
    /// The account that is paid.
    pub to: [u8; 32],
    /// Base units, or [`EVERYTHING`](specie_primitives::order::EVERYTHING).
    pub amount: Balance,
    /// Base units.
    pub fee: Balance,
    /// The account that gets what the network leaves of the fee.
    pub fee_to: [u8; 32],
    /// The last block that may include it.
    pub valid_until: BlockNumber,
    /// The request that it pays or holds for, or [`NO_REFERENCE`](specie_primitives::order::NO_REFERENCE).
    pub reference: Reference,
    /// The epoch of the pool that the carrier belongs to; 0 for a carrier of no pool.
    pub epoch: u32,
}

impl Payment {
    /// The order that a card with this key builds of it.
    pub const fn order(&self, genesis: [u8; 32], carrier: CarrierId, sequence: u32) -> Order {
        let Self { purpose, to, amount, fee, fee_to, valid_until, reference, epoch } = *self;
        Order { genesis, carrier, purpose, sequence, to, amount, fee, fee_to, valid_until, reference, epoch }
    }

    /// What an order pays, without whose it is.
    pub const fn of(order: &Order) -> Self {
        let Order { purpose, to, amount, fee, fee_to, valid_until, reference, epoch, .. } = *order;
        Self { purpose, to, amount, fee, fee_to, valid_until, reference, epoch }
    }
}

impl Wire for Payment {
    const MAX_LEN: usize = 137;

    fn write(&self, out: &mut Writer<'_>) {
        out.u8(self.purpose.tag()).bytes(&self.to).u128(self.amount).u128(self.fee).bytes(&self.fee_to);
        out.u32(self.valid_until);
        self.reference.write(out);
        out.u32(self.epoch);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            purpose: Purpose::from_tag(input.u8()?)?,
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
