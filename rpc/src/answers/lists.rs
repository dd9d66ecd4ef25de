//! Batches and manufacturers.

use super::currency::text;
use specie_primitives::{api::ManufacturerInfo, ids::BatchId, records::Batch, wire::Wire};
use specie_rpc_types::{Account, BatchRecord, Bytes, Manufacturer};

/// The answer for a batch.
pub fn batch(id: BatchId, batch: &Batch) -> BatchRecord {
    BatchRecord {
        batch: id.0,
        manufacturer: batch.manufacturer.0,
        format: batch.key.format().into(),
        key: Bytes(batch.key.to_vec()),
        state: batch.state.into(),
        blocks_orders: batch.blocks_orders,
        capacity: batch.capacity,
        registered: batch.registered,
        expires: batch.expires,
    }
}

/// The answer for a manufacturer.
pub fn manufacturer(info: &ManufacturerInfo) -> Manufacturer {
    Manufacturer {
        manufacturer: info.id.0,
        name: text(&info.name),
        account: Account(info.account),
        batches: info.batches,
        capacity: info.capacity,
        quota: info.quota,
        suspended: info.suspended,
    }
}
