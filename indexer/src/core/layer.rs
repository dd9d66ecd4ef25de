//! One block that is not final.

use codec::{Decode, Encode};
use sp_core::H256;
use specie_primitives::{
    api::{ChainInfo, ManufacturerInfo},
    crypto::PublicKey,
    ids::{BatchId, CarrierId, MachineId, ManufacturerId},
    index::{BatchPlace, CarrierEntry, Changes, GrantWord, HistoryEntry},
    records::{Batch, Device, Machine},
};
use std::collections::HashMap;

/// A block, and the chain's constants at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Head {
    /// Its height.
    pub number: u32,
    /// Its hash.
    pub hash: H256,
    /// The chain's constants, its time among them.
    pub chain: ChainInfo,
}

/// A block and everything that it changed, ready to be looked up.
#[derive(Debug)]
pub struct Layer {
    /// The block.
    pub head: Head,
    /// Its parent.
    pub parent: H256,
    pub(crate) carriers: HashMap<CarrierId, CarrierEntry>,
    pub(crate) devices: HashMap<PublicKey, Device>,
    pub(crate) batches: HashMap<BatchId, Batch>,
    pub(crate) manufacturers: HashMap<ManufacturerId, ManufacturerInfo>,
    pub(crate) machines: HashMap<MachineId, Machine>,
    pub(crate) places: Vec<BatchPlace>,
    pub(crate) grants: Vec<GrantWord>,
    pub(crate) history: Vec<HistoryEntry>,
}

impl Layer {
    /// What the block with this `hash` changed. Its number and constants come with it.
    pub fn new(number: u32, hash: H256, parent: H256, changes: Changes) -> Self {
        Self {
            head: Head { number, hash, chain: changes.chain },
            parent,
            carriers: changes.carriers.into_iter().collect(),
            devices: changes.devices.into_iter().collect(),
            batches: changes.batches.into_iter().collect(),
            manufacturers: changes.manufacturers.into_iter().map(|known| (known.id, known)).collect(),
            machines: changes.machines.into_iter().collect(),
            places: changes.places,
            grants: changes.grants,
            history: changes.history,
        }
    }

    /// The carriers that the block touched.
    pub fn carriers(&self) -> impl Iterator<Item = CarrierId> + '_ {
        self.carriers.keys().copied()
    }

    /// The batches that the block touched.
    pub fn batches(&self) -> impl Iterator<Item = BatchId> + '_ {
        self.batches.keys().copied()
    }

    /// What happened in the block, in the order of its events.
    pub fn history(&self) -> &[HistoryEntry] {
        &self.history
    }
}
