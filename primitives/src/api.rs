//! The runtime API that the node reads the chain through.
//!
//! Every answer is about the block at which it is called. Pages hold at most [`MAX_PAGE`] items, however many are
//! asked for, so that a call costs a bounded time.

use crate::{
    crypto::PublicKey,
    currency::{CurrencyInfo, Supply, SupplyPage},
    evidence::Evidence,
    ids::{BatchId, CarrierId, CurrencyId, MachineId, ManufacturerId, PoolId, Reference},
    pool::{Duties, Pool},
    records::{Batch, Machine},
    request::Request,
    verdict::{Verdict, View},
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;

/// The most items in one page: some 20 kB.
pub const MAX_PAGE: u32 = 256;

/// The most members of a pool in one page: some 130 kB.
pub const MAX_MEMBERS_PAGE: u32 = 4_096;

/// A registered manufacturer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ManufacturerInfo {
    /// Its number.
    pub id: ManufacturerId,
    /// The account that adds its batches.
    pub account: [u8; 32],
    /// Its name, UTF-8.
    pub name: Vec<u8>,
    /// How many batches it has added.
    pub batches: u32,
    /// How many carriers its batches have room for together.
    pub capacity: u64,
    /// How many they may have room for.
    pub quota: u64,
    /// Whether the issuer has stopped it.
    pub suspended: bool,
}

/// Why there is no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum VerdictError {
    /// Neither an address nor evidence was given.
    NothingAsked,
    /// The evidence contradicts itself. A fault, never a fake.
    MalformedEvidence,
    /// The evidence is of another carrier than the one asked about.
    OtherCarrier,
}

/// The constants of the chain that a machine needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ChainInfo {
    /// The genesis hash, which orders and grants are bound to. In the state of block 0 the chain does not know it yet.
    pub genesis: [u8; 32],
    /// The time of the block, in milliseconds since 1970.
    pub timestamp: u64,
    /// The time between two blocks, in milliseconds.
    pub slot_ms: u64,
    /// Whether the chain takes no orders: its safe mode is on, or they are paused.
    pub orders_stopped: bool,
    /// How many blocks ahead an order may expire.
    pub max_order_lifetime: u32,
    /// What the network takes of an order's fee at this block, in base units, by the tag of the scheme.
    pub order_fees: [u128; 3],
}

/// A pool with its parties.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PoolInfo {
    /// The record.
    pub pool: Pool<[u8; 32]>,
    /// The accounts that have duties.
    pub parties: Vec<([u8; 32], Duties)>,
}

sp_api::decl_runtime_apis! {
    /// Pools of carriers, their members, and what is asked of them.
    pub trait PoolApi {
        /// A pool.
        fn pool(id: PoolId) -> Option<PoolInfo>;

        /// The pool that a carrier belongs to.
        fn membership(carrier: CarrierId) -> Option<PoolId>;

        /// The members of a pool in the order of their addresses, after `after`.
        fn members(pool: PoolId, after: Option<CarrierId>, limit: u32) -> Vec<CarrierId>;

        /// The requests to a pool whose records are kept, in the order of their references, after `after`.
        fn requests(pool: PoolId, after: Option<Reference>, limit: u32) -> Vec<(Reference, Request<[u8; 32]>)>;
    }

    /// Carriers, and what a verdict on them rests on.
    pub trait CarrierApi {
        /// The constants of the chain, at this block.
        fn chain() -> ChainInfo;

        /// What this block says about a carrier, a device and a batch.
        fn view(carrier: Option<CarrierId>, device: Option<PublicKey>, certified: Option<BatchId>) -> View;

        /// The verdict as far as this block alone goes: no pool, no finality.
        fn verdict(carrier: Option<CarrierId>, evidence: Option<Evidence>) -> Result<Verdict, VerdictError>;

        /// A batch.
        fn batch(id: BatchId) -> Option<Batch>;

        /// The batches of a manufacturer in the order in which it added them, from the `from`-th.
        fn batches(manufacturer: ManufacturerId, from: u32, limit: u32) -> Vec<(BatchId, Batch)>;

        /// The manufacturers in the order of their registration, from the `from`-th.
        fn manufacturers(from: u32, limit: u32) -> Vec<ManufacturerInfo>;

        /// A machine.
        fn machine(id: MachineId) -> Option<Machine>;

        /// The indices of the machine's grants that are neither used nor revoked, from `from`.
        fn open_grants(machine: MachineId, from: u32, limit: u32) -> Vec<u32>;

        /// A payment request, by the reference that orders of its payers name.
        fn request(reference: Reference) -> Option<Request<[u8; 32]>>;

        /// A currency.
        fn currency(id: CurrencyId) -> Option<CurrencyInfo>;

        /// The currencies in order: the chain's own, then the assets from number `from`.
        fn currencies(from: u32, limit: u32) -> Vec<CurrencyInfo>;

        /// How much there is of a currency, and where it came from and went.
        fn supply(id: CurrencyId) -> Option<Supply>;

        /// What carriers hold of a currency, page by page: at most `limit` carriers after `after`, and at most
        /// [`MAX_SUPPLY_PAGE`](crate::currency::MAX_SUPPLY_PAGE).
        fn supply_in_carriers(id: CurrencyId, after: Option<CarrierId>, limit: u32) -> SupplyPage;
    }
}
