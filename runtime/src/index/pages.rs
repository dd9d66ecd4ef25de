//! The whole state, page by page.

use super::{carrier, manufacturer};
use crate::{AccountId, Runtime};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use frame_support::storage::StoragePrefixedMap;
use specie_primitives::{
    ids::{MachineId, ManufacturerId},
    index::{BatchPlace, Changes, GrantWord, SnapshotPage, MAX_SNAPSHOT_PAGE},
};

/// Where the next page starts: a kind of record, and the storage key after which it goes on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
enum Cursor {
    Manufacturers(u32),
    Places(Option<Vec<u8>>),
    Batches(Option<Vec<u8>>),
    Machines(Option<Vec<u8>>),
    Grants(Option<Vec<u8>>),
    Devices(Option<Vec<u8>>),
    Carriers(Option<Vec<u8>>),
}

/// One page. A cursor that is not the runtime's own starts from the beginning: better twice than not at all.
pub fn snapshot(after: Option<Vec<u8>>, limit: u32) -> SnapshotPage {
    let cursor = after.and_then(|bytes| Cursor::decode(&mut &bytes[..]).ok()).unwrap_or(Cursor::Manufacturers(0));
    let limit = limit.clamp(1, MAX_SNAPSHOT_PAGE) as usize;
    let mut changes = Changes::none(crate::carriers::chain());
    let next = fill(cursor, limit, &mut changes);
    SnapshotPage { changes, next: next.map(|next| next.encode()) }
}

/// Fills `changes` with at most `limit` records from `cursor`, and says where to go on.
fn fill(cursor: Cursor, limit: usize, changes: &mut Changes) -> Option<Cursor> {
    match cursor {
        Cursor::Manufacturers(from) => {
            let ids = (from..).take(limit).map(ManufacturerId);
            changes.manufacturers = ids.map_while(manufacturer).collect();
            let count = changes.manufacturers.len();
            Some(match count == limit {
                true => Cursor::Manufacturers(from.saturating_add(count as u32)),
                false => Cursor::Places(None),
            })
        }
        Cursor::Places(after) => {
            type Stored = pallet_manufacturers::BatchesOf<Runtime>;
            let stored = Stored::iter_from(after.unwrap_or_else(|| Stored::final_prefix().to_vec()));
            let (page, last) = page(stored, limit, |stored| stored.last_raw_key().to_vec());
            changes.places = page
                .into_iter()
                .map(|(manufacturer, position, batch)| BatchPlace { manufacturer, position, batch })
                .collect();
            Some(last.map_or(Cursor::Batches(None), |last| Cursor::Places(Some(last))))
        }
        Cursor::Batches(after) => {
            type Stored = pallet_manufacturers::Batches<Runtime>;
            let stored = Stored::iter_from(after.unwrap_or_else(|| Stored::final_prefix().to_vec()));
            let (page, last) = page(stored, limit, |stored| stored.last_raw_key().to_vec());
            changes.batches = page;
            Some(last.map_or(Cursor::Machines(None), |last| Cursor::Batches(Some(last))))
        }
        Cursor::Machines(after) => {
            type Stored = pallet_machines::Machines<Runtime>;
            let stored = Stored::iter_from(after.unwrap_or_else(|| Stored::final_prefix().to_vec()));
            let (page, last) = page(stored, limit, |stored| stored.last_raw_key().to_vec());
            changes.machines = page.into_iter().map(|(id, machine)| (machine_id(id), machine)).collect();
            Some(last.map_or(Cursor::Grants(None), |last| Cursor::Machines(Some(last))))
        }
        Cursor::Grants(after) => {
            type Stored = pallet_machines::Grants<Runtime>;
            let stored = Stored::iter_from(after.unwrap_or_else(|| Stored::final_prefix().to_vec()));
            let (page, last) = page(stored, limit, |stored| stored.last_raw_key().to_vec());
            changes.grants = page
                .into_iter()
                .map(|(id, number, bits)| GrantWord { machine: machine_id(id), number: number.into(), bits })
                .collect();
            Some(last.map_or(Cursor::Devices(None), |last| Cursor::Grants(Some(last))))
        }
        Cursor::Devices(after) => {
            type Stored = pallet_carriers::Devices<Runtime>;
            let stored = Stored::iter_from(after.unwrap_or_else(|| Stored::final_prefix().to_vec()));
            let (page, last) = page(stored, limit, |stored| stored.last_raw_key().to_vec());
            changes.devices = page;
            Some(last.map_or(Cursor::Carriers(None), |last| Cursor::Devices(Some(last))))
        }
        Cursor::Carriers(after) => {
            type Stored = pallet_carriers::Carriers<Runtime>;
            let stored = Stored::iter_keys_from(after.unwrap_or_else(|| Stored::final_prefix().to_vec()));
            let (page, last) = page(stored, limit, |stored| stored.last_raw_key().to_vec());
            changes.carriers = page.into_iter().filter_map(|id| carrier(id).map(|entry| (id, entry))).collect();
            last.map(|last| Cursor::Carriers(Some(last)))
        }
    }
}

fn machine_id(account: AccountId) -> MachineId {
    MachineId(account.into())
}

/// At most `limit` items, and the raw key of the last one if there may be more.
fn page<I: Iterator>(mut items: I, limit: usize, key: impl Fn(&I) -> Vec<u8>) -> (Vec<I::Item>, Option<Vec<u8>>) {
    let page: Vec<_> = items.by_ref().take(limit).collect();
    let last = (page.len() == limit).then(|| key(&items));
    (page, last)
}
