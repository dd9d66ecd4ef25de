//! What a verdict rests on.

use super::currency::text;
use specie_indexer::core::{Facts, Origin, Pending};
use specie_primitives::{
    api::ManufacturerInfo,
    ids::BatchId,
    order::EVERYTHING,
    records::{Batch, Carrier},
    wire::Wire,
};
use specie_rpc_types::{Account, Balances, Bytes, CarrierRecord, Currency, Hash, Maker, PendingSpend};

/// The answer for what an address holds; `None`: no carrier is registered there.
pub fn balances(facts: &Facts) -> Option<Balances> {
    facts.best.carrier?;
    let is_final = facts.finalized.carrier.is_some();
    Some(Balances {
        finalized: is_final.then(|| facts.finalized.balance.into()),
        best: facts.best.balance.into(),
        held: facts.best.held.into(),
    })
}

/// The answer for a record at the best block, and at the final one.
pub fn carrier(carrier: &Carrier, finalized: Option<&Carrier>, currency: Currency) -> CarrierRecord {
    CarrierRecord {
        state: carrier.state.into(),
        currency,
        denomination: carrier.denomination.map(Into::into),
        funding_due: carrier.funding_due,
        generation: carrier.generation,
        sequence: carrier.sequence,
        final_sequence: finalized.map(|carrier| carrier.sequence),
        currency_key: Bytes(carrier.currency_key.to_vec()),
        device_key: Bytes(carrier.device_key.to_vec()),
        machine: Account(carrier.machine.0),
        registered_at: carrier.registered_at,
    }
}

/// The answer for a batch and its maker.
pub fn maker(id: BatchId, batch: &Batch, maker: Option<&ManufacturerInfo>) -> Maker {
    Maker {
        batch: id.0,
        manufacturer: batch.manufacturer.0,
        manufacturer_name: maker.map(|maker| text(&maker.name)).unwrap_or_default(),
        state: batch.state.into(),
        blocks_orders: batch.blocks_orders,
    }
}

/// The answer for a spend that waits; `all` are those of its carrier.
pub fn pending_spend(pending: &Pending, all: &[Pending]) -> PendingSpend {
    let claim = &pending.claim;
    let (transaction, dropped_block) = match pending.origin {
        Origin::Pool(hash) => (Some(Hash(hash.0)), None),
        Origin::Retracted { block, .. } => (None, Some(Hash(block.0))),
    };
    let contradicts = |other: &Pending| {
        // What a dropped block tells of an order is not all of it, and may be that of the pool.
        let comparable = matches!((pending.origin, other.origin), (Origin::Pool(_), Origin::Pool(_)));
        comparable && other.claim.sequence == claim.sequence && other.claim != *claim
    };
    PendingSpend {
        transaction,
        dropped_block,
        sequence: claim.sequence,
        purpose: claim.purpose.into(),
        to: Account(claim.to),
        amount: (claim.amount != EVERYTHING).then(|| claim.amount.into()),
        fee: claim.fee.into(),
        valid_until: (claim.valid_until != u32::MAX).then_some(claim.valid_until),
        reference: claim.reference.map(|reference| Hash(reference.0)),
        conflict: all.iter().any(contradicts),
    }
}
