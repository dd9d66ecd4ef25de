//! The answers of [`IndexApi`](specie_primitives::index::IndexApi): all that this chain does for the plugin.

use crate::{
    AccountId, Balance, Balances, Carriers, FlatFee, Runtime, RuntimeCall, RuntimeEvent, System,
    UncheckedExtrinsic, BLOCK_MILLIS, VERSION,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec,
    vec::Vec,
};
use codec::{Decode, Encode};
use frame_support::{
    storage::{PrefixIterator, StoragePrefixedMap},
    traits::fungible::Inspect,
};
use frame_system::Phase;
use pallet_carriers::OrderFee;
use sp_runtime::generic::Preamble;
use specie_primitives::{
    api::{ChainInfo, ManufacturerInfo},
    crypto::{Scheme, Signature},
    ids::{BatchId, CarrierId, CurrencyId, MachineId, ManufacturerId},
    index::{
        BatchPlace, CarrierEntry, Changes, Claim, GrantWord, Happening, HistoryEntry, SnapshotPage,
        MAX_SNAPSHOT_PAGE,
    },
    order::Order,
    records::Carrier,
};

type StoredCarriers = pallet_carriers::Carriers<Runtime>;
type StoredDevices = pallet_carriers::Devices<Runtime>;
type StoredBatches = pallet_manufacturers::Batches<Runtime>;
type StoredPlaces = pallet_manufacturers::BatchesOf<Runtime>;
type StoredManufacturers = pallet_manufacturers::Manufacturers<Runtime>;
type StoredMachines = pallet_machines::Machines<Runtime>;
type StoredGrants = pallet_machines::Grants<Runtime>;

/// How many signatures are checked of one extrinsic; orders beyond are left out.
const MAX_CHECKS: usize = 16;

// --- What a block changed ----------------------------------------------------------------------------------------

/// What this block changed.
pub fn changes() -> Changes {
    let mut named = Named::default();
    let mut read = 0u32;
    for record in System::read_events_no_consensus() {
        let extrinsic = match record.phase {
            Phase::ApplyExtrinsic(extrinsic) => Some(extrinsic),
            _ => None,
        };
        named.event((extrinsic, read), record.event);
        read = read.saturating_add(1);
    }
    // Events of another runtime are in its format.
    let ours = frame_system::LastRuntimeUpgrade::<Runtime>::get()
        .is_none_or(|last| last.spec_version.0 == VERSION.spec_version);
    let complete = ours && !named.code_changed && read == System::event_count();
    Changes { complete, quiet: complete && !named.spoken, ..named.into_changes() }
}

/// What the events of a block name.
#[derive(Default)]
struct Named {
    code_changed: bool,
    /// Whether an event was of a kind that the index looks at.
    spoken: bool,
    carriers: BTreeSet<CarrierId>,
    batches: BTreeSet<BatchId>,
    manufacturers: BTreeSet<ManufacturerId>,
    /// How many batches each manufacturer added.
    added: BTreeMap<ManufacturerId, u32>,
    machines: BTreeSet<AccountId>,
    grants: BTreeSet<(AccountId, u32)>,
    history: Vec<HistoryEntry>,
}

/// Where an event is: its extrinsic, if it is of one, and its index in the block.
type Place = (Option<u32>, u32);

impl Named {
    fn event(&mut self, place: Place, what: RuntimeEvent) {
        match what {
            RuntimeEvent::System(frame_system::Event::CodeUpdated { .. }) => self.code_changed = true,
            RuntimeEvent::Carriers(what) => self.carrier_event(place, what),
            RuntimeEvent::Balances(what) => self.balance_event(place, what),
            RuntimeEvent::Manufacturers(what) => self.manufacturer_event(&what),
            RuntimeEvent::Machines(what) => self.machine_event(&what),
            _ => return,
        }
        self.spoken = true;
    }

    fn happened(&mut self, (extrinsic, event): Place, carrier: CarrierId, what: Happening) {
        self.carriers.insert(carrier);
        self.history.push(HistoryEntry { carrier, extrinsic, event, what });
    }

    fn carrier_event(&mut self, place: Place, event: pallet_carriers::Event<Runtime>) {
        for (carrier, what) in event.happenings() {
            match what {
                // The batch counts its carriers.
                Happening::Initialised { batch, .. } => {
                    self.batches.insert(batch);
                }
                Happening::Funded { amount, .. } => self.explain(place, carrier, amount),
                _ => {}
            }
            self.happened(place, carrier, what);
        }
    }

    /// A funding names the payment that came just before it, in the same extrinsic.
    fn explain(&mut self, (of, _): Place, to: CarrierId, sum: Balance) {
        let found = self.history.iter().rposition(|HistoryEntry { carrier, extrinsic, what, .. }| {
            *carrier == to
                && *extrinsic == of
                && matches!(what, Happening::Received { amount, .. } if *amount == sum)
        });
        if let Some(index) = found {
            self.history.remove(index);
        }
    }

    /// A carrier signs nothing but orders, so none of its money is ever reserved, locked or held.
    fn balance_event(&mut self, place: Place, what: pallet_balances::Event<Runtime>) {
        use pallet_balances::Event;
        match what {
            Event::Transfer { from, to, amount } => {
                self.account(&from);
                self.credit(place, &to, amount, Some(from.into()));
            }
            Event::Deposit { who, amount } | Event::Minted { who, amount } => {
                self.credit(place, &who, amount, None);
            }
            Event::Withdraw { who, .. }
            | Event::Burned { who, .. }
            | Event::Slashed { who, .. }
            | Event::BalanceSet { who, .. }
            | Event::DustLost { account: who, .. } => {
                self.account(&who);
            }
            _ => {}
        }
    }

    /// An account whose balance changed; of interest if it is a carrier.
    fn account(&mut self, account: &AccountId) -> Option<CarrierId> {
        let id = CarrierId(account.clone().into());
        StoredCarriers::contains_key(id).then(|| {
            self.carriers.insert(id);
            id
        })
    }

    fn credit(&mut self, place: Place, to: &AccountId, amount: Balance, from: Option<[u8; 32]>) {
        if let Some(carrier) = self.account(to) {
            self.happened(place, carrier, Happening::Received { amount, currency: CurrencyId::Native, from });
        }
    }

    fn manufacturer_event(&mut self, event: &pallet_manufacturers::Event<Runtime>) {
        self.manufacturers.extend(event.manufacturer());
        self.batches.extend(event.batch());
        if let pallet_manufacturers::Event::BatchAdded { manufacturer, .. } = event {
            let added = self.added.entry(*manufacturer).or_default();
            *added = added.saturating_add(1);
        }
    }

    fn machine_event(&mut self, event: &pallet_machines::Event<Runtime>) {
        let Some(machine) = event.machine() else { return };
        if let Some((from, count)) = event.grants() {
            self.grants.extend(GrantWord::numbers(from, count).map(|number| (machine.clone(), number)));
        }
        self.machines.insert(machine.clone());
    }

    /// The records that were named, as the block left them.
    fn into_changes(self) -> Changes {
        let carriers: Vec<_> =
            self.carriers.into_iter().filter_map(|id| carrier(id).map(|entry| (id, entry))).collect();
        let mut devices: Vec<_> = carriers
            .iter()
            .map(|(_, entry)| entry.record.device_key)
            .filter_map(|key| StoredDevices::get(key).map(|device| (key, device)))
            .collect();
        // A card that was rotated has both of its carriers here.
        devices.sort_by_key(|(_, device)| device.carrier);
        devices.dedup();
        Changes {
            devices,
            batches: self
                .batches
                .into_iter()
                .filter_map(|id| StoredBatches::get(id).map(|batch| (id, batch)))
                .collect(),
            places: self.added.into_iter().flat_map(|(maker, count)| places(maker, count)).collect(),
            manufacturers: self
                .manufacturers
                .into_iter()
                .filter_map(|id| StoredManufacturers::get(id).map(|known| manufacturer(id, known)))
                .collect(),
            machines: self
                .machines
                .into_iter()
                .filter_map(|id| StoredMachines::get(&id).map(|machine| (MachineId(id.into()), machine)))
                .collect(),
            grants: self
                .grants
                .into_iter()
                .map(|(machine, number)| {
                    let bits =
                        StoredGrants::get(&machine, pallet_machines::WordNumber::from(number)).unwrap_or_default();
                    GrantWord { machine: MachineId(machine.into()), number, bits }
                })
                .collect(),
            history: self.history,
            carriers,
            ..Changes::none(chain())
        }
    }
}

/// The last `count` places in a manufacturer's list.
fn places(maker: ManufacturerId, count: u32) -> impl Iterator<Item = BatchPlace> {
    let end = StoredManufacturers::get(maker).map_or(0, |known| known.batches);
    (end.saturating_sub(count)..end).filter_map(move |position| {
        StoredPlaces::get(maker, position).map(|batch| BatchPlace { manufacturer: maker, position, batch })
    })
}

// --- What the state holds ----------------------------------------------------------------------------------------

/// The kinds of records, in the order in which they are told.
#[derive(Clone, Copy, Encode, Decode)]
enum Kind {
    Manufacturers,
    Places,
    Batches,
    Machines,
    Grants,
    Devices,
    Carriers,
}

/// A page of the state: records of one kind, after the storage key that the page before ended with.
pub fn snapshot(after: Option<Vec<u8>>, limit: u32) -> SnapshotPage {
    // A cursor that is not ours: from the beginning, better twice than not at all.
    let cursor = after.and_then(|bytes| <(Kind, Option<Vec<u8>>)>::decode(&mut &bytes[..]).ok());
    let (kind, after) = cursor.unwrap_or((Kind::Manufacturers, None));
    let limit = limit.clamp(1, MAX_SNAPSHOT_PAGE) as usize;
    let from = |prefix: [u8; 32]| after.unwrap_or_else(|| prefix.to_vec());
    let mut changes = Changes::none(chain());
    let (last, following) = match kind {
        Kind::Manufacturers => {
            let (page, last) =
                page(StoredManufacturers::iter_from(from(StoredManufacturers::final_prefix())), limit);
            changes.manufacturers = page.into_iter().map(|(id, known)| manufacturer(id, known)).collect();
            (last, Some(Kind::Places))
        }
        Kind::Places => {
            let (page, last) = page(StoredPlaces::iter_from(from(StoredPlaces::final_prefix())), limit);
            let place = |(manufacturer, position, batch)| BatchPlace { manufacturer, position, batch };
            changes.places = page.into_iter().map(place).collect();
            (last, Some(Kind::Batches))
        }
        Kind::Batches => {
            let (page, last) = page(StoredBatches::iter_from(from(StoredBatches::final_prefix())), limit);
            changes.batches = page;
            (last, Some(Kind::Machines))
        }
        Kind::Machines => {
            let (page, last) = page(StoredMachines::iter_from(from(StoredMachines::final_prefix())), limit);
            changes.machines = page.into_iter().map(|(id, known)| (MachineId(id.into()), known)).collect();
            (last, Some(Kind::Grants))
        }
        Kind::Grants => {
            let (page, last) = page(StoredGrants::iter_from(from(StoredGrants::final_prefix())), limit);
            let word = |(id, number, bits): (AccountId, pallet_machines::WordNumber, _)| GrantWord {
                machine: MachineId(id.into()),
                number: number.into(),
                bits,
            };
            changes.grants = page.into_iter().map(word).collect();
            (last, Some(Kind::Devices))
        }
        Kind::Devices => {
            let (page, last) = page(StoredDevices::iter_from(from(StoredDevices::final_prefix())), limit);
            changes.devices = page;
            (last, Some(Kind::Carriers))
        }
        Kind::Carriers => {
            let (page, last) = page(StoredCarriers::iter_from(from(StoredCarriers::final_prefix())), limit);
            changes.carriers = page.into_iter().map(|(id, record)| (id, with_balance(id, record))).collect();
            (last, None)
        }
    };
    let next = last.map(|key| (kind, Some(key))).or(following.map(|kind| (kind, None)));
    SnapshotPage { changes, next: next.map(|next| next.encode()) }
}

/// At most `limit` records, and the storage key of the last one if there may be more.
fn page<T>(mut stored: PrefixIterator<T>, limit: usize) -> (Vec<T>, Option<Vec<u8>>) {
    let page: Vec<_> = stored.by_ref().take(limit).collect();
    let last = (page.len() == limit).then(|| stored.last_raw_key().to_vec());
    (page, last)
}

fn with_balance(id: CarrierId, record: Carrier) -> CarrierEntry {
    CarrierEntry { record, balance: Balances::balance(&id.0.into()), held: 0, pool: None }
}

fn carrier(id: CarrierId) -> Option<CarrierEntry> {
    StoredCarriers::get(id).map(|record| with_balance(id, record))
}

fn manufacturer(id: ManufacturerId, known: pallet_manufacturers::Manufacturer<Runtime>) -> ManufacturerInfo {
    let (account, name) = (known.account.into(), known.name.into_inner());
    ManufacturerInfo {
        id,
        account,
        name,
        batches: known.batches,
        capacity: known.capacity,
        quota: known.quota,
        suspended: known.suspended,
    }
}

fn chain() -> ChainInfo {
    ChainInfo {
        genesis: Carriers::genesis_hash(),
        timestamp: u64::from(System::block_number()).saturating_mul(BLOCK_MILLIS),
        slot_ms: BLOCK_MILLIS,
        orders_stopped: false,
        max_order_lifetime: pallet_carriers::OrderLifetime::<Runtime>::get(),
        order_fees: Scheme::ALL.map(FlatFee::order_fee),
    }
}

// --- Which orders an extrinsic carries ---------------------------------------------------------------------------

/// The orders in `extrinsic` that the chain could take. The pool has checked the signature of one that is a transaction
/// of its own, and nothing of one that is inside somebody's signed extrinsic.
pub fn claims(extrinsic: &UncheckedExtrinsic) -> Vec<Claim> {
    let mut checked = matches!(extrinsic.preamble, Preamble::Bare(_));
    let mut checks = MAX_CHECKS;
    let mut found = Vec::new();
    let mut calls = vec![&extrinsic.function];
    while let Some(call) = calls.pop() {
        if let RuntimeCall::Carriers(pallet_carriers::Call::spend { order, signature }) = call {
            let ours = order.genesis == Carriers::genesis_hash() && StoredCarriers::contains_key(order.carrier);
            if ours && (checked || is_proved(order, signature, &mut checks)) {
                found.push(Claim::of(order));
            }
        }
        calls.extend(inner(call));
        checked = false;
    }
    found
}

/// Whether the card signed the order; no, once as many signatures as may be were checked.
fn is_proved(order: &Order, signature: &Signature, checks: &mut usize) -> bool {
    let left = checks.checked_sub(1);
    *checks = left.unwrap_or(0);
    left.is_some() && Carriers::has_valid_signature(order, signature)
}

/// The calls that a call makes. On this chain only the utility pallet's calls make any.
fn inner(call: &RuntimeCall) -> Vec<&RuntimeCall> {
    use pallet_utility::Call as Utility;
    let RuntimeCall::Utility(call) = call else { return Vec::new() };
    match call {
        Utility::batch { calls } | Utility::batch_all { calls } | Utility::force_batch { calls } => {
            calls.iter().collect()
        }
        Utility::as_derivative { call, .. }
        | Utility::dispatch_as { call, .. }
        | Utility::dispatch_as_fallible { call, .. }
        | Utility::with_weight { call, .. } => vec![call],
        Utility::if_else { main, fallback } => vec![main, fallback],
        Utility::__Ignore(..) => Vec::new(),
    }
}
