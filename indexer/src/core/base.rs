//! Final state, wherever it is kept.

use codec::{Decode, Encode};
use sp_core::H256;
use specie_primitives::{
    api::ManufacturerInfo,
    crypto::PublicKey,
    ids::{BatchId, CarrierId, MachineId, ManufacturerId},
    index::{CarrierEntry, Happening},
    records::{Batch, Device, Machine},
};

/// A place in a carrier's history: a block's height and the index of an event in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Position {
    /// The height.
    pub block: u32,
    /// The index.
    pub event: u32,
}

/// An entry of a carrier's history with the block that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// Where.
    pub position: Position,
    /// The block's hash.
    pub block: H256,
    /// The block's time, in milliseconds since 1970.
    pub timestamp: u64,
    /// The extrinsic's index in the block; `None`: the block itself did it.
    pub extrinsic: Option<u32>,
    /// What happened.
    pub what: Happening,
    /// Whether the block is final.
    pub is_final: bool,
}

/// The state at the last final block.
pub trait Base {
    /// Why it cannot be read.
    type Error;

    /// A carrier.
    fn carrier(&self, id: &CarrierId) -> Result<Option<CarrierEntry>, Self::Error>;
    /// The carrier that was last registered on a device.
    fn device(&self, key: &PublicKey) -> Result<Option<Device>, Self::Error>;
    /// A batch.
    fn batch(&self, id: BatchId) -> Result<Option<Batch>, Self::Error>;
    /// The batch at a place of a manufacturer's list.
    fn place(&self, manufacturer: ManufacturerId, position: u32) -> Result<Option<BatchId>, Self::Error>;
    /// A manufacturer.
    fn manufacturer(&self, id: ManufacturerId) -> Result<Option<ManufacturerInfo>, Self::Error>;
    /// A machine.
    fn machine(&self, id: MachineId) -> Result<Option<Machine>, Self::Error>;
    /// At most `limit` open grants of a machine, from index `from`.
    fn open_grants(&self, machine: MachineId, from: u32, limit: usize) -> Result<Vec<u32>, Self::Error>;
    /// At most `limit` entries of a carrier's history that lie before `before`, newest first.
    fn history(
        &self,
        carrier: &CarrierId,
        before: Option<Position>,
        limit: usize,
    ) -> Result<Vec<HistoryRow>, Self::Error>;
}
