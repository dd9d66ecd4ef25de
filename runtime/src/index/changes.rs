//! From the events of a block to what it changed.
//!
//! An event says *that* something changed; what it is now is read from the state. Every change of a balance has an
//! event of the balances pallet, so the accounts that its events name are all that need a look.

use super::{carrier, manufacturer};
use crate::{AccountId, Balance, Runtime, RuntimeEvent, System, VERSION};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use frame_system::Phase;
use specie_primitives::{
    crypto::PublicKey,
    ids::{BatchId, CarrierId, CurrencyId, MachineId, ManufacturerId, PoolId},
    index::{BatchPlace, Changes, GrantWord, Happening, HistoryEntry},
    records::Batch,
};

/// What this block changed.
pub fn changes() -> Changes {
    let mut touched = Touched::default();
    let mut seen = 0u32;
    for record in System::read_events_no_consensus() {
        touched.event(seen, &record.phase, &record.event);
        seen = seen.saturating_add(1);
    }
    touched.close_extrinsic();
    // Fewer events can be read than there are when their format is another runtime's.
    let complete = seen == System::event_count() && !touched.code_changed && !was_upgraded();
    Changes { complete, quiet: complete && !touched.spoken, ..touched.into_changes() }
}

/// Whether the block was executed by another runtime than this one, which it has put in place.
fn was_upgraded() -> bool {
    frame_system::LastRuntimeUpgrade::<Runtime>::get()
        .is_some_and(|last| last.spec_version.0 != VERSION.spec_version)
}

/// Where an event is: its extrinsic, if it is of one, and its index in the block.
type Place = (Option<u32>, u32);

/// What the events of a block name.
#[derive(Default)]
struct Touched {
    /// Whether the block put other code in place.
    code_changed: bool,
    /// Whether an event was of a kind that can change something, whatever it changed.
    spoken: bool,
    carriers: BTreeSet<CarrierId>,
    /// The pools whose members are among the carriers.
    pools: BTreeSet<PoolId>,
    batches: BTreeSet<BatchId>,
    manufacturers: BTreeSet<ManufacturerId>,
    /// How many batches each manufacturer added.
    added: BTreeMap<ManufacturerId, u32>,
    machines: BTreeSet<[u8; 32]>,
    grants: BTreeSet<([u8; 32], u32)>,
    history: Vec<HistoryEntry>,
    /// The extrinsic that the credits below are of.
    extrinsic: Option<u32>,
    /// Money that came in by this extrinsic, until an event of the carriers' pallet explains it.
    credits: Vec<Credit>,
    /// Accounts that were looked for among the carriers: most are no carriers, and turn up again and again.
    looked_up: BTreeMap<CarrierId, bool>,
}

struct Credit {
    place: Place,
    carrier: CarrierId,
    amount: Balance,
    currency: CurrencyId,
    from: Option<[u8; 32]>,
}

impl Touched {
    fn event(&mut self, index: u32, phase: &Phase, event: &RuntimeEvent) {
        let extrinsic = match phase {
            Phase::ApplyExtrinsic(extrinsic) => Some(*extrinsic),
            _ => None,
        };
        if extrinsic != self.extrinsic {
            self.close_extrinsic();
            self.extrinsic = extrinsic;
        }
        let place = (extrinsic, index);
        match event {
            RuntimeEvent::System(frame_system::Event::CodeUpdated { .. }) => self.code_changed = true,
            RuntimeEvent::Carriers(event) => self.carrier_event(place, event.clone()),
            RuntimeEvent::Requests(event) => {
                // No event of the SDK's tells who was paid out of what is on hold in an asset.
                if let pallet_requests::Event::RequestSettled { payee, .. } = event {
                    self.account(payee);
                }
                if let Some((carrier, what)) = event.clone().happening() {
                    self.happened(place, carrier, what);
                }
            }
            RuntimeEvent::Safes(event) => self.pool_event(event),
            RuntimeEvent::SafeMode(_) | RuntimeEvent::TxPause(_) => {}
            RuntimeEvent::Manufacturers(event) => self.manufacturer_event(event),
            RuntimeEvent::Machines(event) => self.machine_event(event),
            RuntimeEvent::Balances(event) => self.balance_event(place, event),
            RuntimeEvent::Assets(event) => self.asset_event(place, event),
            RuntimeEvent::AssetsHolder(event) => self.asset_holder_event(event),
            _ => return,
        }
        self.spoken = true;
    }

    /// Money that no event of the carriers' pallet has explained came in some other way.
    fn close_extrinsic(&mut self) {
        for Credit { place, carrier, amount, currency, from } in core::mem::take(&mut self.credits) {
            self.happened(place, carrier, Happening::Received { amount, currency, from });
        }
    }

    fn happened(&mut self, (extrinsic, event): Place, carrier: CarrierId, what: Happening) {
        self.carriers.insert(carrier);
        self.history.push(HistoryEntry { carrier, extrinsic, event, what });
    }

    fn carrier_event(&mut self, place: Place, event: pallet_carriers::Event<Runtime>) {
        for (carrier, what) in event.happenings() {
            match what {
                // It counts its carriers.
                Happening::Initialised { batch, .. } => {
                    self.batches.insert(batch);
                }
                Happening::Funded { amount, .. } => self.explain(carrier, amount),
                _ => {}
            }
            self.happened(place, carrier, what);
        }
    }

    /// A funding names the payment that came just before it.
    fn explain(&mut self, carrier: CarrierId, amount: Balance) {
        let found = self.credits.iter().rposition(|credit| credit.carrier == carrier && credit.amount == amount);
        if let Some(index) = found {
            self.credits.remove(index);
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
        let machine: [u8; 32] = machine.clone().into();
        self.machines.insert(machine);
        if let Some((from, count)) = event.grants() {
            self.grants.extend(GrantWord::numbers(from, count).map(|number| (machine, number)));
        }
    }

    /// Who came into a pool or went out of it; all members, where its lock is another one.
    fn pool_event(&mut self, event: &pallet_safes::Event<Runtime>) {
        self.carriers.extend(event.carrier());
        // Whoever locks and unlocks in one block has the members read once.
        if let Some(pool) = event.locked_or_unlocked().filter(|pool| self.pools.insert(*pool)) {
            self.carriers.extend(pallet_safes::MembersOf::<Runtime>::iter_key_prefix(pool));
        }
    }

    fn balance_event(&mut self, place: Place, event: &pallet_balances::Event<Runtime>) {
        use pallet_balances::Event;
        match event {
            Event::Transfer { from, to, amount } => {
                self.account(from);
                self.credit(place, to, *amount, CurrencyId::Native, Some(from));
            }
            Event::Deposit { who, amount } | Event::Minted { who, amount } | Event::Restored { who, amount } => {
                self.credit(place, who, *amount, CurrencyId::Native, None);
            }
            Event::ReserveRepatriated { from, to, .. }
            | Event::TransferOnHold { source: from, dest: to, .. }
            | Event::TransferAndHold { source: from, dest: to, .. } => {
                self.account(from);
                self.account(to);
            }
            Event::Endowed { account: who, .. }
            | Event::DustLost { account: who, .. }
            | Event::BalanceSet { who, .. }
            | Event::Reserved { who, .. }
            | Event::Unreserved { who, .. }
            | Event::Withdraw { who, .. }
            | Event::Slashed { who, .. }
            | Event::Burned { who, .. }
            | Event::Suspended { who, .. }
            | Event::Upgraded { who }
            | Event::Locked { who, .. }
            | Event::Unlocked { who, .. }
            | Event::Frozen { who, .. }
            | Event::Thawed { who, .. }
            | Event::Held { who, .. }
            | Event::BurnedHeld { who, .. }
            | Event::Released { who, .. } => {
                self.account(who);
            }
            // None of these is about an account.
            Event::MintedCredit { .. }
            | Event::BurnedDebt { .. }
            | Event::Issued { .. }
            | Event::Rescinded { .. }
            | Event::TotalIssuanceForced { .. }
            | Event::Unexpected(..)
            | Event::__Ignore(..) => {}
        }
    }

    fn asset_event(&mut self, place: Place, event: &pallet_assets::Event<Runtime>) {
        use pallet_assets::Event;
        match event {
            Event::Transferred { asset_id, from, to, amount }
            | Event::TransferredApproved { asset_id, owner: from, destination: to, amount, .. } => {
                self.account(from);
                self.credit(place, to, *amount, CurrencyId::Asset(*asset_id), Some(from));
            }
            Event::Issued { asset_id, owner: to, amount } | Event::Deposited { asset_id, who: to, amount } => {
                self.credit(place, to, *amount, CurrencyId::Asset(*asset_id), None);
            }
            Event::Burned { owner: who, .. }
            | Event::Withdrawn { who, .. }
            | Event::Frozen { who, .. }
            | Event::Thawed { who, .. }
            | Event::Touched { who, .. }
            | Event::Blocked { who, .. } => {
                self.account(who);
            }
            // Of an asset as a whole, whose owner is nobody: the runtime lets none of these happen.
            Event::Created { .. }
            | Event::ForceCreated { .. }
            | Event::TeamChanged { .. }
            | Event::OwnerChanged { .. }
            | Event::AssetFrozen { .. }
            | Event::AssetThawed { .. }
            | Event::AccountsDestroyed { .. }
            | Event::ApprovalsDestroyed { .. }
            | Event::DestructionStarted { .. }
            | Event::Destroyed { .. }
            | Event::MetadataSet { .. }
            | Event::MetadataCleared { .. }
            | Event::ApprovedTransfer { .. }
            | Event::ApprovalCancelled { .. }
            | Event::AssetStatusChanged { .. }
            | Event::AssetMinBalanceChanged { .. }
            | Event::ReservesUpdated { .. }
            | Event::ReservesRemoved { .. }
            | Event::IssuedCredit { .. }
            | Event::BurnedCredit { .. }
            | Event::IssuedDebt { .. }
            | Event::BurnedDebt { .. }
            | Event::__Ignore(..) => {}
        }
    }

    fn asset_holder_event(&mut self, event: &pallet_assets_holder::Event<Runtime>) {
        use pallet_assets_holder::Event;
        if let Event::Held { who, .. } | Event::Released { who, .. } | Event::Burned { who, .. } = event {
            self.account(who);
        }
    }

    /// An account whose balance changed: of interest if it is a carrier.
    fn account(&mut self, account: &AccountId) -> bool {
        let id = CarrierId(account.clone().into());
        let known =
            *self.looked_up.entry(id).or_insert_with(|| pallet_carriers::Carriers::<Runtime>::contains_key(id));
        if known {
            self.carriers.insert(id);
        }
        known
    }

    fn credit(
        &mut self,
        place: Place,
        to: &AccountId,
        amount: Balance,
        currency: CurrencyId,
        from: Option<&AccountId>,
    ) {
        if self.account(to) {
            let (carrier, from) = (CarrierId(to.clone().into()), from.map(|from| from.clone().into()));
            self.credits.push(Credit { place, carrier, amount, currency, from });
        }
    }

    /// The records that were named, as the block left them.
    fn into_changes(mut self) -> Changes {
        let carriers: Vec<_> =
            self.carriers.into_iter().filter_map(|id| carrier(id).map(|entry| (id, entry))).collect();
        let devices: BTreeMap<Vec<u8>, PublicKey> = carriers
            .iter()
            .map(|(_, entry)| (codec::Encode::encode(&entry.record.device_key), entry.record.device_key))
            .collect();
        // What happened, in the order of the events: unexplained money is told late.
        self.history.sort_by_key(|entry| entry.event);
        Changes {
            complete: true,
            chain: crate::carriers::chain(),
            devices: devices
                .into_values()
                .filter_map(|key| pallet_carriers::Devices::<Runtime>::get(key).map(|device| (key, device)))
                .collect(),
            batches: self.batches.into_iter().filter_map(batch).collect(),
            places: self.added.into_iter().flat_map(|(maker, count)| places(maker, count)).collect(),
            manufacturers: self.manufacturers.into_iter().filter_map(manufacturer).collect(),
            machines: self
                .machines
                .into_iter()
                .filter_map(|id| {
                    pallet_machines::Machines::<Runtime>::get(AccountId::from(id))
                        .map(|known| (MachineId(id), known))
                })
                .collect(),
            grants: self
                .grants
                .into_iter()
                .map(|(id, number)| GrantWord {
                    machine: MachineId(id),
                    number,
                    bits: pallet_machines::Grants::<Runtime>::get(
                        AccountId::from(id),
                        pallet_machines::WordNumber::from(number),
                    )
                    .unwrap_or_default(),
                })
                .collect(),
            history: self.history,
            carriers,
            quiet: false,
        }
    }
}

/// A batch as this block has it.
fn batch(id: BatchId) -> Option<(BatchId, Batch)> {
    pallet_manufacturers::Batches::<Runtime>::get(id).map(|batch| (id, batch))
}

/// The last `count` places in a manufacturer's list.
fn places(maker: ManufacturerId, count: u32) -> impl Iterator<Item = BatchPlace> {
    let end = manufacturer(maker).map_or(0, |known| known.batches);
    (end.saturating_sub(count)..end).filter_map(move |position| {
        let batch = pallet_manufacturers::BatchesOf::<Runtime>::get(maker, position)?;
        Some(BatchPlace { manufacturer: maker, position, batch })
    })
}
