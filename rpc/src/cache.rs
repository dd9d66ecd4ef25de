//! Final state that remembers what it has read, for the questions of one request: ten thousand carriers are of few
//! batches.

use crate::{
    answers,
    standing::{Node, Standing},
};
use parking_lot::Mutex;
use specie_indexer::{
    core::{Base, HistoryRow, Position},
    store::Snapshot,
    Moment, StoreError,
};
use specie_primitives::{
    api::ManufacturerInfo,
    crypto::PublicKey,
    ids::{BatchId, CarrierId, CurrencyId, MachineId, ManufacturerId},
    index::CarrierEntry,
    records::{Batch, Device, Machine},
};
use specie_rpc_types::Currency;
use std::collections::HashMap;

/// A snapshot with a memory for batches and manufacturers. As large as the request's answer, at the most.
pub struct Cached<'a> {
    node: &'a dyn Node,
    base: Option<&'a Snapshot>,
    carriers: HashMap<CarrierId, Option<CarrierEntry>>,
    batches: Mutex<HashMap<BatchId, Option<Batch>>>,
    manufacturers: Mutex<HashMap<ManufacturerId, Option<ManufacturerInfo>>>,
}

impl<'a> Cached<'a> {
    /// Over the final state of a standing; where nothing is known, it knows nothing.
    pub fn over(standing: &'a Standing, node: &'a dyn Node) -> Self {
        let base = standing.moment.as_ref().map(Moment::base);
        Self { node, base, carriers: HashMap::new(), batches: Mutex::default(), manufacturers: Mutex::default() }
    }

    /// A currency, as an amount needs it.
    pub fn currency(&self, id: CurrencyId) -> Currency {
        answers::currency(id, self.node.currency(id).as_ref())
    }

    /// Reads many carriers at once, for the questions that follow.
    pub fn read_ahead(&mut self, carriers: Vec<CarrierId>) -> Result<(), StoreError> {
        let Some(base) = self.base else { return Ok(()) };
        let entries = base.carriers(&carriers)?;
        self.carriers = carriers.into_iter().zip(entries).collect();
        Ok(())
    }

    fn read<T>(
        &self,
        look: impl FnOnce(&'a Snapshot) -> Result<Option<T>, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.base.map_or(Ok(None), look)
    }
}

impl Base for Cached<'_> {
    type Error = StoreError;

    fn carrier(&self, id: &CarrierId) -> Result<Option<CarrierEntry>, StoreError> {
        match self.carriers.get(id) {
            Some(known) => Ok(*known),
            None => self.read(|base| base.carrier(id)),
        }
    }

    fn device(&self, key: &PublicKey) -> Result<Option<Device>, StoreError> {
        self.read(|base| base.device(key))
    }

    fn batch(&self, id: BatchId) -> Result<Option<Batch>, StoreError> {
        if let Some(known) = self.batches.lock().get(&id) {
            return Ok(*known);
        }
        let found = self.read(|base| base.batch(id))?;
        self.batches.lock().insert(id, found);
        Ok(found)
    }

    fn place(&self, manufacturer: ManufacturerId, position: u32) -> Result<Option<BatchId>, StoreError> {
        self.read(|base| base.place(manufacturer, position))
    }

    fn manufacturer(&self, id: ManufacturerId) -> Result<Option<ManufacturerInfo>, StoreError> {
        if let Some(known) = self.manufacturers.lock().get(&id) {
            return Ok(known.clone());
        }
        let found = self.read(|base| base.manufacturer(id))?;
        self.manufacturers.lock().insert(id, found.clone());
        Ok(found)
    }

    fn machine(&self, id: MachineId) -> Result<Option<Machine>, StoreError> {
        self.read(|base| base.machine(id))
    }

    fn open_grants(&self, machine: MachineId, from: u32, limit: usize) -> Result<Vec<u32>, StoreError> {
        self.base.map_or(Ok(Vec::new()), |base| base.open_grants(machine, from, limit))
    }

    fn history(
        &self,
        carrier: &CarrierId,
        before: Option<Position>,
        limit: usize,
    ) -> Result<Vec<HistoryRow>, StoreError> {
        self.base.map_or(Ok(Vec::new()), |base| base.history(carrier, before, limit))
    }
}
