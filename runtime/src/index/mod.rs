//! The answers of [`IndexApi`](specie_primitives::index::IndexApi): what a block changed, what the state holds, and
//! which orders an extrinsic carries.

mod changes;
mod claims;
mod pages;

pub use changes::changes;
pub use claims::claims;
pub use pages::snapshot;

use crate::{configs::money::Money, AccountId, Requests, Runtime, Safes};
use frame_support::traits::fungibles::Inspect;
use specie_primitives::{
    api::ManufacturerInfo,
    ids::{CarrierId, ManufacturerId},
    index::CarrierEntry,
    traits::{PoolAuthority, RequestLedger},
};

/// A carrier as this block has it.
fn carrier(id: CarrierId) -> Option<CarrierEntry> {
    let record = pallet_carriers::Carriers::<Runtime>::get(id)?;
    let balance = <Money as Inspect<AccountId>>::balance(record.currency, &id.0.into());
    let held = <Requests as RequestLedger>::held(&id, record.currency);
    Some(CarrierEntry { record, balance, held, pool: <Safes as PoolAuthority<AccountId>>::pool_of(&id) })
}

/// A manufacturer as this block has it.
fn manufacturer(id: ManufacturerId) -> Option<ManufacturerInfo> {
    crate::carriers::manufacturers(id.0, 1).pop()
}
