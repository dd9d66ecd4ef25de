//! What a block changed, as a node's index takes it.
//!
//! The runtime translates its own events and state into these types, and a node asks for them at the block in question.
//! So an index never decodes storage, survives runtime upgrades, and serves any chain that has the pallets and
//! answers [`IndexApi`].
//!
//! Everything here is **absolute**: a record as the block left it, never a difference. Applying the same changes twice
//! is harmless, and nothing is ever summed up.

use crate::{
    acts::{Actor, Cause},
    api::{ChainInfo, ManufacturerInfo},
    crypto::PublicKey,
    ids::{BatchId, CarrierId, CurrencyId, MachineId, ManufacturerId, PoolId, Reference},
    order::{Order, Purpose},
    pool::PoolLock,
    records::{Batch, Carrier, Device, Fraud, Machine},
    Balance, BlockNumber,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use core::ops::RangeInclusive;
use scale_info::TypeInfo;

/// The most items in one page of a snapshot: some megabytes, well below what the runtime's memory takes.
pub const MAX_SNAPSHOT_PAGE: u32 = 8_192;

/// A carrier's record and its money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CarrierEntry {
    /// The record.
    pub record: Carrier,
    /// What its address holds free, in base units.
    pub balance: Balance,
    /// What is on hold there for requests, in base units.
    pub held: Balance,
    /// The pool that it belongs to, and its lock.
    pub pool: Option<(PoolId, PoolLock)>,
}

/// Where a batch is in its manufacturer's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct BatchPlace {
    /// The manufacturer.
    pub manufacturer: ManufacturerId,
    /// The how-manieth of its batches it is, from 0.
    pub position: u32,
    /// The batch.
    pub batch: BatchId,
}

/// 256 grants of a machine: bit `i % 8` of byte `i / 8` is grant `256 × number + i`, set while it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct GrantWord {
    /// The machine.
    pub machine: MachineId,
    /// Which 256 grants.
    pub number: u32,
    /// The bits; all zero: none is open.
    pub bits: [u8; 32],
}

/// Something that happened to a carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Happening {
    /// A machine registered it.
    Initialised {
        /// The batch that certified its device.
        batch: BatchId,
        /// By whom.
        machine: MachineId,
        /// The grant that was used up.
        grant: u32,
        /// Which of the card's currency keys it is.
        generation: u32,
        /// What its money is.
        currency: CurrencyId,
        /// The face value in base units; `None`: any amount.
        denomination: Option<Balance>,
    },
    /// The card has made a newer key; this address is superseded.
    RotatedTo {
        /// The address from then on.
        carrier: CarrierId,
    },
    /// This address took the place of an older one of the same card.
    RotatedFrom {
        /// The address until then.
        carrier: CarrierId,
    },
    /// Somebody put money on it through the pallet's call.
    Funded {
        /// Base units.
        amount: Balance,
        /// Who paid.
        by: [u8; 32],
        /// The machine that took a fee for it, if one did.
        machine: Option<MachineId>,
        /// Its fee in base units.
        fee: Balance,
    },
    /// Money came in some other way: a plain transfer, another card's order.
    Received {
        /// Base units.
        amount: Balance,
        /// Of this currency, which need not be the carrier's.
        currency: CurrencyId,
        /// From whom; `None`: newly made.
        from: Option<[u8; 32]>,
    },
    /// Its card's order was executed.
    Spent {
        /// The order's sequence.
        sequence: u32,
        /// What it was for.
        purpose: Purpose,
        /// Who was paid.
        to: [u8; 32],
        /// What they got, in base units.
        amount: Balance,
        /// Who got the fee.
        fee_to: [u8; 32],
        /// What they got, in base units.
        fee: Balance,
        /// What was burnt out of the order's fee, in base units.
        network_fee: Balance,
        /// The request that it was for.
        reference: Option<Reference>,
    },
    /// Its orders were stopped.
    Frozen {
        /// Who stopped them.
        by: Actor<[u8; 32]>,
        /// Why.
        cause: Cause,
    },
    /// Its orders may go on.
    Unfrozen {
        /// Who says so.
        by: Actor<[u8; 32]>,
        /// Why.
        cause: Cause,
    },
    /// The issuer corrected its record.
    Repaired {
        /// The face value from then on.
        denomination: Option<Balance>,
        /// The block by which it is to be funded.
        funding_due: Option<BlockNumber>,
        /// Who corrected it.
        by: Actor<[u8; 32]>,
        /// Why.
        cause: Cause,
    },
    /// It was taken out of use for good.
    Retired {
        /// Who retired it.
        by: Actor<[u8; 32]>,
        /// Why.
        cause: Cause,
    },
    /// It was proved to be cloned.
    Marked {
        /// What was proved.
        fraud: Fraud,
        /// By whom.
        by: [u8; 32],
    },
    /// What it held was paid out.
    Settled {
        /// Who was paid.
        to: [u8; 32],
        /// Base units.
        amount: Balance,
        /// Of this currency, which need not be the carrier's.
        currency: CurrencyId,
        /// Who paid it out.
        by: Actor<[u8; 32]>,
        /// Why.
        cause: Cause,
    },
    /// It was cleared of being cloned.
    Unmarked {
        /// Who cleared it.
        by: Actor<[u8; 32]>,
        /// Why.
        cause: Cause,
    },
    /// Money that was on hold for a request went to the payee, and the rest is free again.
    RequestSettled {
        /// The request.
        reference: Reference,
        /// Who was paid.
        to: [u8; 32],
        /// Base units.
        amount: Balance,
        /// Who settled it.
        by: Actor<[u8; 32]>,
    },
    /// Money that was on hold for a request is free again.
    RequestReleased {
        /// The request.
        reference: Reference,
        /// Base units.
        amount: Balance,
        /// Who released it.
        by: Actor<[u8; 32]>,
    },
    /// Nobody knows whether what a request was for has happened: its money stays on hold until people have decided.
    RequestInDoubt {
        /// The request.
        reference: Reference,
        /// Who says so.
        by: Actor<[u8; 32]>,
    },
}

/// An entry of a carrier's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct HistoryEntry {
    /// The carrier.
    pub carrier: CarrierId,
    /// The extrinsic's index in its block; `None`: the block itself did it.
    pub extrinsic: Option<u32>,
    /// The event's index in its block.
    pub event: u32,
    /// What happened.
    pub what: Happening,
}

/// What a block changed. Each record at most once.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Changes {
    /// Whether this is everything. If not (the block changed the runtime, and its events are in the old one's
    /// format), the index has to read the whole state again.
    pub complete: bool,
    /// Whether none of the block's events is of a kind that could change anything here, whatever the state: a block with
    /// the very same events, under the same code, changes nothing either. `false` is never wrong.
    pub quiet: bool,
    /// The chain's constants at the block.
    pub chain: ChainInfo,
    /// Carriers.
    pub carriers: Vec<(CarrierId, CarrierEntry)>,
    /// The carriers that were last registered on devices.
    pub devices: Vec<(PublicKey, Device)>,
    /// Batches.
    pub batches: Vec<(BatchId, Batch)>,
    /// The places of new batches in their manufacturers' lists.
    pub places: Vec<BatchPlace>,
    /// Manufacturers.
    pub manufacturers: Vec<ManufacturerInfo>,
    /// Machines.
    pub machines: Vec<(MachineId, Machine)>,
    /// Grants.
    pub grants: Vec<GrantWord>,
    /// What happened to carriers, in the order of the events.
    pub history: Vec<HistoryEntry>,
}

/// A page of the whole state.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct SnapshotPage {
    /// What the page holds, as if the block had changed it. Without history: the state has none.
    pub changes: Changes,
    /// Ask with it for the next page; `None`: this was the last.
    pub next: Option<Vec<u8>>,
}

/// An order in an extrinsic that waits in the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode, TypeInfo)]
pub struct Claim {
    /// The carrier that would pay.
    pub carrier: CarrierId,
    /// The order's sequence.
    pub sequence: u32,
    /// What it is for.
    pub purpose: Purpose,
    /// Who would be paid.
    pub to: [u8; 32],
    /// Base units; all ones: everything.
    pub amount: Balance,
    /// Base units.
    pub fee: Balance,
    /// The last block that may include it.
    pub valid_until: BlockNumber,
    /// The request that it names.
    pub reference: Option<Reference>,
}

impl GrantWord {
    /// How many grants a word holds.
    pub const GRANTS: u32 = 256;

    /// The numbers of the words in which the grants `from` to `from + count` lie.
    pub const fn numbers(from: u32, count: u32) -> RangeInclusive<u32> {
        let last = from.saturating_add(count.saturating_sub(1));
        from / Self::GRANTS..=last / Self::GRANTS
    }

    /// The indices of the open grants, in order.
    pub fn open(&self) -> impl Iterator<Item = u32> + '_ {
        let first = self.number.saturating_mul(Self::GRANTS);
        let is_set =
            |index: &u32| self.bits.get((index / 8) as usize).is_some_and(|byte| byte & (1 << (index % 8)) != 0);
        (0..Self::GRANTS).filter(is_set).map(move |index| first.saturating_add(index))
    }
}

impl Changes {
    /// No changes, at a block with these constants.
    pub const fn none(chain: ChainInfo) -> Self {
        Self {
            complete: true,
            quiet: false,
            chain,
            carriers: Vec::new(),
            devices: Vec::new(),
            batches: Vec::new(),
            places: Vec::new(),
            manufacturers: Vec::new(),
            machines: Vec::new(),
            grants: Vec::new(),
            history: Vec::new(),
        }
    }
}

impl Claim {
    /// What an order claims.
    pub fn of(order: &Order) -> Self {
        Self {
            carrier: order.carrier,
            sequence: order.sequence,
            purpose: order.purpose,
            to: order.to,
            amount: order.amount,
            fee: order.fee,
            valid_until: order.valid_until,
            reference: order.request(),
        }
    }
}

sp_api::decl_runtime_apis! {
    /// What an index reads of a chain.
    pub trait IndexApi {
        /// What this block changed.
        fn changes() -> Changes;

        /// The whole state of this block, page by page: `after` is the `next` of the page before, and at most `limit`
        /// records come, [`MAX_SNAPSHOT_PAGE`] however many are asked for.
        fn snapshot(after: Option<Vec<u8>>, limit: u32) -> SnapshotPage;

        /// The orders in an extrinsic that has passed the pool's checks at this block, wherever in it they are. Those
        /// that the chain would never take (bad signature, other chain, no such carrier) are left out.
        fn claims(extrinsic: Block::Extrinsic) -> Vec<Claim>;
    }
}
