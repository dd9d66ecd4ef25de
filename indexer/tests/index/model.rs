//! A model of the chain: every block knows its whole state, so the truth at any block is known without the index.

use crate::seed::Random;
use codec::Encode;
use sp_core::H256;
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, Header as _},
    OpaqueExtrinsic,
};
use specie_indexer::core::{Head, HistoryRow, Position, Question};
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    api::{ChainInfo, ManufacturerInfo},
    crypto::PublicKey,
    ids::{BatchId, CarrierId, CurrencyId, MachineId, ManufacturerId, PoolId, Reference},
    index::{BatchPlace, CarrierEntry, Changes, Claim, GrantWord, Happening, HistoryEntry, SnapshotPage},
    order::Purpose,
    pool::PoolLock,
    records::{Batch, BatchKey, BatchState, Carrier, CarrierState, Device, Machine, MachineKind, Permissions},
    verdict::View,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

pub type Header = generic::Header<u32, BlakeTwo256>;
pub type Block = generic::Block<Header, OpaqueExtrinsic>;

/// More carriers than this are not registered, so that the few that there are meet all kinds of fates.
const MAX_CARRIERS: usize = 12;

/// Everything that the chain keeps at a block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub carriers: BTreeMap<CarrierId, CarrierEntry>,
    pub devices: BTreeMap<PublicKey, Device>,
    pub batches: BTreeMap<BatchId, Batch>,
    pub places: BTreeMap<(ManufacturerId, u32), BatchId>,
    pub manufacturers: BTreeMap<ManufacturerId, ManufacturerInfo>,
    pub machines: BTreeMap<MachineId, Machine>,
    pub grants: BTreeMap<(MachineId, u32), [u8; 32]>,
}

/// A block with what it changed and what it left.
#[derive(Clone, Debug)]
pub struct ModelBlock {
    pub header: Header,
    pub hash: H256,
    pub changes: Changes,
    pub state: Arc<State>,
}

impl ModelBlock {
    pub fn number(&self) -> u32 {
        self.header.number
    }

    pub fn head(&self) -> Head {
        Head { number: self.number(), hash: self.hash, chain: self.changes.chain }
    }

    /// The spends in it.
    pub fn spends(&self) -> impl Iterator<Item = (CarrierId, u32, [u8; 32])> + '_ {
        self.changes.history.iter().filter_map(|entry| match entry.what {
            Happening::Spent { sequence, to, .. } => Some((entry.carrier, sequence, to)),
            _ => None,
        })
    }
}

/// Every block that there is, best and final ones and those that nobody wants any more.
#[derive(Clone, Debug)]
pub struct Tree {
    pub blocks: HashMap<H256, Arc<ModelBlock>>,
    pub genesis: H256,
    pub best: H256,
    pub finalized: H256,
    /// The best chain, by height.
    pub canonical: Vec<H256>,
}

impl Tree {
    /// A chain of its first block, with some manufacturers, batches, machines and carriers in it.
    pub fn new(random: &mut Random) -> Self {
        let mut making = Making::on(&State::default(), 0);
        (0..6).for_each(|_| making.step(random));
        (0..2).for_each(|_| making.register(random));
        let mut genesis = making.seal(None, random.next());
        // The first block's state is there without anything having happened.
        let block = Arc::get_mut(&mut genesis).unwrap();
        block.changes = Changes::none(block.changes.chain);
        let hash = genesis.hash;
        Self {
            blocks: HashMap::from([(hash, genesis)]),
            genesis: hash,
            best: hash,
            finalized: hash,
            canonical: vec![hash],
        }
    }

    pub fn block(&self, hash: H256) -> &Arc<ModelBlock> {
        &self.blocks[&hash]
    }

    pub fn best(&self) -> &Arc<ModelBlock> {
        self.block(self.best)
    }

    pub fn finalized(&self) -> &Arc<ModelBlock> {
        self.block(self.finalized)
    }

    pub fn insert(&mut self, block: Arc<ModelBlock>) -> H256 {
        let hash = block.hash;
        self.blocks.insert(hash, block);
        hash
    }

    /// A child of `parent` in which some things happen, and these claims are spent.
    pub fn grow(&mut self, parent: H256, steps: u32, claims: &[Claim], random: &mut Random) -> H256 {
        let parent = self.block(parent).clone();
        let mut making = Making::on(&parent.state, parent.number() + 1);
        claims.iter().for_each(|claim| making.spend(claim));
        (0..steps).for_each(|_| making.step(random));
        self.insert(making.seal(Some(&parent), random.next()))
    }

    /// Makes a block the best one.
    pub fn set_best(&mut self, hash: H256) {
        let mut path = vec![hash];
        let mut at = self.block(hash).clone();
        while self.canonical.get(at.number() as usize) != Some(&at.hash) {
            let parent = at.header.parent_hash;
            if self.canonical.get(at.number() as usize - 1) != Some(&parent) {
                path.push(parent);
            }
            at = self.block(parent).clone();
        }
        self.canonical.truncate(at.number() as usize + 1);
        path.reverse();
        path.retain(|hash| *hash != at.hash);
        self.canonical.extend(path);
        self.best = hash;
        debug_assert_eq!(self.canonical.len() as u32, self.best().number() + 1);
    }

    /// What has happened to a carrier up to a block, newest first.
    pub fn history(&self, at: H256, carrier: &CarrierId, finalized: u32, limit: usize) -> Vec<HistoryRow> {
        let mut rows = Vec::new();
        let mut block = self.block(at);
        loop {
            for entry in block.changes.history.iter().rev().filter(|entry| entry.carrier == *carrier) {
                rows.push(HistoryRow {
                    position: Position { block: block.number(), event: entry.event },
                    block: block.hash,
                    timestamp: block.changes.chain.timestamp,
                    extrinsic: entry.extrinsic,
                    what: entry.what,
                    is_final: block.number() <= finalized,
                });
                if rows.len() == limit {
                    return rows;
                }
            }
            if block.number() == 0 {
                return rows;
            }
            block = self.block(block.header.parent_hash);
        }
    }

    /// The blocks of the chain up to `from` that are not below `to`, newest first.
    pub fn above(&self, from: H256, to: H256) -> Vec<Arc<ModelBlock>> {
        let mut ours = std::collections::HashSet::new();
        let mut at = to;
        loop {
            ours.insert(at);
            if at == self.genesis {
                break;
            }
            at = self.block(at).header.parent_hash;
        }
        let mut blocks = Vec::new();
        let mut at = from;
        while !ours.contains(&at) {
            blocks.push(self.block(at).clone());
            at = self.block(at).header.parent_hash;
        }
        blocks
    }

    pub fn is_below(&self, low: H256, high: H256) -> bool {
        let number = self.block(low).number();
        let mut at = high;
        while self.block(at).number() > number {
            at = self.block(at).header.parent_hash;
        }
        at == low
    }
}

impl State {
    /// What the index must say about a question at a block with this state.
    pub fn view(&self, number: u32, question: &Question) -> View {
        let entry = question.carrier.and_then(|id| self.carriers.get(&id));
        let state = |id: BatchId| self.batches.get(&id).map(|batch| batch.state);
        View {
            number,
            carrier: entry.map(|entry| entry.record),
            balance: entry.map_or(0, |entry| entry.balance),
            batch: entry.and_then(|entry| state(entry.record.batch)),
            certified_batch: question.certified.and_then(state),
            device: question.device.and_then(|key| self.devices.get(&key).copied()),
            held: entry.map_or(0, |entry| entry.held),
            orders_stopped: stopped_at(number),
            pool: entry.and_then(|entry| entry.pool).map(|(_, lock)| lock),
        }
    }

    pub fn sequence(&self, carrier: &CarrierId) -> u32 {
        self.carriers.get(carrier).map_or(0, |entry| entry.record.sequence)
    }

    /// A page of everything: as many records as `limit` from the one that `after` names.
    pub fn page(&self, chain: ChainInfo, after: Option<Vec<u8>>, limit: usize) -> SnapshotPage {
        let from = after.map_or(0, |at| u64::from_le_bytes(at.try_into().unwrap()) as usize);
        let mut changes = Changes::none(chain);
        let mut at = 0;
        let mut take = || {
            at += 1;
            (from..from + limit).contains(&(at - 1))
        };
        changes.carriers.extend(self.carriers.iter().filter(|_| take()).map(|(id, entry)| (*id, *entry)));
        changes.devices.extend(self.devices.iter().filter(|_| take()).map(|(key, device)| (*key, *device)));
        changes.batches.extend(self.batches.iter().filter(|_| take()).map(|(id, batch)| (*id, *batch)));
        changes.places.extend(
            self.places.iter().filter(|_| take()).map(|(&(manufacturer, position), &batch)| BatchPlace {
                manufacturer,
                position,
                batch,
            }),
        );
        changes.manufacturers.extend(self.manufacturers.values().filter(|_| take()).cloned());
        changes.machines.extend(self.machines.iter().filter(|_| take()).map(|(id, machine)| (*id, *machine)));
        changes.grants.extend(self.grants.iter().filter(|_| take()).map(|(&(machine, number), &bits)| GrantWord {
            machine,
            number,
            bits,
        }));
        let next = (from + limit < at).then(|| ((from + limit) as u64).to_le_bytes().to_vec());
        SnapshotPage { changes, next }
    }

    /// The open grants of a machine.
    pub fn open_grants(&self, machine: MachineId) -> Vec<u32> {
        let words = self.grants.iter().filter(|((of, _), _)| *of == machine);
        words
            .flat_map(|((_, number), bits)| {
                (0..256u32)
                    .filter(|bit| bits[(bit / 8) as usize] & (1 << (bit % 8)) != 0)
                    .map(move |bit| number * 256 + bit)
            })
            .collect()
    }
}

/// A block in the making.
struct Making {
    state: State,
    number: u32,
    history: Vec<HistoryEntry>,
    extrinsic: u32,
    event: u32,
    carriers: std::collections::BTreeSet<CarrierId>,
    devices: std::collections::BTreeSet<PublicKey>,
    batches: std::collections::BTreeSet<BatchId>,
    places: std::collections::BTreeSet<(ManufacturerId, u32)>,
    manufacturers: std::collections::BTreeSet<ManufacturerId>,
    machines: std::collections::BTreeSet<MachineId>,
    grants: std::collections::BTreeSet<(MachineId, u32)>,
}

impl Making {
    fn on(parent: &State, number: u32) -> Self {
        Self {
            state: parent.clone(),
            number,
            history: Vec::new(),
            extrinsic: 0,
            event: 0,
            carriers: Default::default(),
            devices: Default::default(),
            batches: Default::default(),
            places: Default::default(),
            manufacturers: Default::default(),
            machines: Default::default(),
            grants: Default::default(),
        }
    }

    fn happened(&mut self, carrier: CarrierId, what: Happening) {
        let extrinsic = (self.event % 5 != 4).then_some(self.extrinsic);
        self.history.push(HistoryEntry { carrier, extrinsic, event: self.event, what });
        self.event += 1 + self.event % 3;
        self.carriers.insert(carrier);
    }

    fn step(&mut self, random: &mut Random) {
        self.extrinsic += 1;
        match random.below(16) {
            _ if self.state.manufacturers.is_empty() => self.manufacturer(random),
            _ if self.state.batches.is_empty() => self.batch(random),
            _ if self.state.machines.is_empty() => self.machine(random),
            0 => self.manufacturer(random),
            1 => self.batch(random),
            2 => self.judge(random),
            3 => self.machine(random),
            4 | 5 => self.grants(random),
            6 | 7 => self.register(random),
            8 => self.rotate(random),
            9 => self.freeze(random),
            10 | 11 => self.fund(random),
            _ => {
                if let Some(claim) = self.state.claim(self.number, random) {
                    self.spend(&claim);
                }
            }
        }
    }

    fn manufacturer(&mut self, random: &mut Random) {
        let id = ManufacturerId(random.below(3) as u32);
        let batches = self.state.places.keys().filter(|(of, _)| *of == id).count() as u32;
        let name = vec![b'a'; random.below(5) as usize];
        self.state.manufacturers.insert(
            id,
            ManufacturerInfo {
                id,
                account: random.bytes(),
                name,
                batches,
                capacity: 7,
                quota: 9,
                suspended: random.below(2) == 0,
            },
        );
        self.manufacturers.insert(id);
    }

    fn batch(&mut self, random: &mut Random) {
        let manufacturer = *random.pick(self.state.manufacturers.keys()).unwrap();
        let id = BatchId(random.below(u64::MAX));
        if self.state.batches.len() >= 8 || self.state.batches.contains_key(&id) {
            return;
        }
        let made = self.state.manufacturers.get_mut(&manufacturer).unwrap();
        self.state.places.insert((manufacturer, made.batches), id);
        self.places.insert((manufacturer, made.batches));
        made.batches += 1;
        self.manufacturers.insert(manufacturer);
        let batch = Batch {
            manufacturer,
            key: BatchKey::Native(PublicKey::Ed25519(random.bytes())),
            state: BatchState::Active,
            blocks_orders: random.one_in(2),
            capacity: random.below(1 << 32) as u32,
            registered: 0,
            expires: random.below(1 << 32) as u32,
        };
        self.state.batches.insert(id, batch);
        self.batches.insert(id);
    }

    fn judge(&mut self, random: &mut Random) {
        let id = *random.pick(self.state.batches.keys()).unwrap();
        let batch = self.state.batches.get_mut(&id).unwrap();
        batch.state = *random.pick(&[BatchState::Active, BatchState::Suspended, BatchState::Revoked]).unwrap();
        self.batches.insert(id);
    }

    fn machine(&mut self, random: &mut Random) {
        let known = random.pick(self.state.machines.keys()).copied();
        let id = known.filter(|_| random.one_in(2)).unwrap_or_else(|| MachineId(random.bytes()));
        if self.state.machines.len() >= 4 && !self.state.machines.contains_key(&id) {
            return;
        }
        let machine = Machine {
            kind: MachineKind::Atm,
            operator: random.bytes(),
            permissions: Permissions { initialise: true, fund: random.one_in(2), cash_out: true },
            suspended: random.one_in(3),
            next_grant: random.below(1_000) as u32,
            open_grants: random.below(1_000) as u32,
            fee: Default::default(),
            fee_ceiling: Default::default(),
        };
        self.state.machines.insert(id, machine);
        self.machines.insert(id);
    }

    fn grants(&mut self, random: &mut Random) {
        let machine = *random.pick(self.state.machines.keys()).unwrap();
        let key = (machine, random.below(3) as u32);
        if random.one_in(3) {
            self.state.grants.remove(&key);
        } else {
            let mut bits = [0; 32];
            bits[random.below(32) as usize] = 1 + random.below(255) as u8;
            bits[random.below(32) as usize] = random.below(256) as u8;
            if bits == [0; 32] {
                bits[0] = 1;
            }
            self.state.grants.insert(key, bits);
        }
        self.grants.insert(key);
    }

    /// An address; now and then one that begins like another.
    fn address(&self, random: &mut Random) -> CarrierId {
        let mut address: [u8; 32] = random.bytes();
        if random.one_in(6) {
            if let Some(other) = random.pick(self.state.carriers.keys()) {
                address[..8].copy_from_slice(&other.0[..8]);
            }
        }
        CarrierId(address)
    }

    fn register(&mut self, random: &mut Random) {
        let (Some(&batch), Some(&machine)) =
            (random.pick(self.state.batches.keys()), random.pick(self.state.machines.keys()))
        else {
            return;
        };
        if self.state.carriers.len() >= MAX_CARRIERS {
            return;
        }
        let device_key = PublicKey::Ed25519(random.bytes());
        self.enter(batch, machine, device_key, 1 + random.below(3) as u32, random);
    }

    fn enter(
        &mut self,
        batch: BatchId,
        machine: MachineId,
        device_key: PublicKey,
        generation: u32,
        random: &mut Random,
    ) -> CarrierId {
        let id = self.address(random);
        let currency = if random.one_in(3) { CurrencyId::Asset(1) } else { CurrencyId::Native };
        let denomination = random.one_in(2).then(|| u128::from(random.below(1 << 40)));
        let record = Carrier {
            batch,
            device_key,
            currency_key: PublicKey::Ed25519(random.bytes()),
            generation,
            sequence: 0,
            state: CarrierState::Active,
            currency,
            denomination,
            funding_due: random.one_in(3).then_some(self.number + 100),
            machine,
            depositor: random.bytes(),
            deposit: u128::from(random.below(1 << 50)),
            registered_at: self.number,
        };
        let (held, pool) = (u128::from(random.below(3)), random.one_in(4).then(|| some_pool(random)));
        self.state.carriers.insert(id, CarrierEntry { record, balance: 0, held, pool });
        self.state.devices.insert(device_key, Device { carrier: id, generation });
        self.devices.insert(device_key);
        let known = self.state.batches.get_mut(&batch).unwrap();
        known.registered += 1;
        self.batches.insert(batch);
        self.happened(id, Happening::Initialised { batch, machine, grant: 7, generation, currency, denomination });
        id
    }

    /// The same device makes a newer key, and has another address from then on.
    fn rotate(&mut self, random: &mut Random) {
        let current: Vec<_> = self.state.devices.values().map(|device| device.carrier).collect();
        let Some(&old) = random.pick(&current) else { return };
        if self.state.carriers.len() >= MAX_CARRIERS + 6 {
            return;
        }
        let record = self.state.carriers[&old].record;
        let generation = record.generation + 1 + random.below(2) as u32;
        let new = self.enter(record.batch, record.machine, record.device_key, generation, random);
        let entry = self.state.carriers.get_mut(&old).unwrap();
        entry.record.state = CarrierState::Superseded;
        let moved = std::mem::take(&mut entry.balance);
        self.state.carriers.get_mut(&new).unwrap().balance = moved;
        self.happened(old, Happening::RotatedTo { carrier: new });
        self.happened(new, Happening::RotatedFrom { carrier: old });
    }

    fn freeze(&mut self, random: &mut Random) {
        let Some(&id) = random.pick(self.state.carriers.keys()) else { return };
        let record = &mut self.state.carriers.get_mut(&id).unwrap().record;
        let (state, what) = match record.state {
            CarrierState::Active => (CarrierState::Frozen, Happening::Frozen { by: BY, cause: CAUSE }),
            CarrierState::Frozen => (CarrierState::Active, Happening::Unfrozen { by: BY, cause: CAUSE }),
            other => {
                let denomination = record.denomination;
                (other, Happening::Repaired { denomination, funding_due: None, by: BY, cause: CAUSE })
            }
        };
        record.state = state;
        self.happened(id, what);
    }

    fn fund(&mut self, random: &mut Random) {
        let Some(&id) = random.pick(self.state.carriers.keys()) else { return };
        let amount = u128::from(random.below(1 << 60));
        self.state.carriers.get_mut(&id).unwrap().balance += amount;
        match random.below(3) {
            0 => self.happened(id, Happening::Received { amount, currency: CurrencyId::Native, from: None }),
            // A plain balance that no event tells, such as a reward.
            1 => drop(self.carriers.insert(id)),
            _ => self.happened(id, Happening::Funded { amount, by: random.bytes(), machine: None, fee: 3 }),
        }
    }

    /// Executes an order, if its turn has not passed.
    fn spend(&mut self, claim: &Claim) {
        let Some(entry) = self.state.carriers.get_mut(&claim.carrier) else { return };
        if entry.record.sequence >= claim.sequence || claim.valid_until < self.number {
            return;
        }
        entry.record.sequence = claim.sequence;
        entry.balance = entry.balance.saturating_sub(claim.amount);
        let Claim { carrier, sequence, purpose, to, amount, fee, reference, .. } = *claim;
        self.happened(
            carrier,
            Happening::Spent { sequence, purpose, to, amount, fee_to: [9; 32], fee, network_fee: 0, reference },
        );
    }

    fn seal(self, parent: Option<&ModelBlock>, salt: u64) -> Arc<ModelBlock> {
        let parent_hash = parent.map_or(H256::zero(), |parent| parent.hash);
        let mut header = Header::new(self.number, H256::zero(), H256::zero(), H256::zero(), Default::default());
        header.parent_hash = parent_hash;
        header.state_root = H256::from_low_u64_be(salt);
        let hash = header.hash();
        let chain = ChainInfo {
            genesis: [1; 32],
            timestamp: 1_700_000_000_000 + u64::from(self.number) * 2_000 + salt % 1_000,
            slot_ms: 2_000,
            orders_stopped: stopped_at(self.number),
            max_order_lifetime: 100,
            order_fees: [1, 2, u128::from(self.number)],
        };
        let state = self.state;
        let mut changes = Changes::none(chain);
        changes.carriers = self.carriers.iter().map(|id| (*id, state.carriers[id])).collect();
        changes.devices = self.devices.iter().map(|key| (*key, state.devices[key])).collect();
        changes.batches = self.batches.iter().map(|id| (*id, state.batches[id])).collect();
        let place = |&(manufacturer, position): &(ManufacturerId, u32)| {
            let batch = state.places[&(manufacturer, position)];
            BatchPlace { manufacturer, position, batch }
        };
        changes.places = self.places.iter().map(place).collect();
        changes.manufacturers = self.manufacturers.iter().map(|id| state.manufacturers[id].clone()).collect();
        changes.machines = self.machines.iter().map(|id| (*id, state.machines[id])).collect();
        let word = |key: &(MachineId, u32)| {
            let bits = state.grants.get(key).copied().unwrap_or_default();
            GrantWord { machine: key.0, number: key.1, bits }
        };
        changes.grants = self.grants.iter().map(word).collect();
        changes.history = self.history;
        Arc::new(ModelBlock { header, hash, changes, state: Arc::new(state) })
    }
}

impl State {
    /// An order that a carrier's card could sign at this height.
    pub fn claim(&self, number: u32, random: &mut Random) -> Option<Claim> {
        let (&carrier, entry) = random.pick(&self.carriers)?;
        Some(Claim {
            carrier,
            sequence: entry.record.sequence + 1 + random.below(2) as u32,
            purpose: Purpose::Transfer,
            to: random.bytes(),
            amount: u128::from(random.below(1 << 30)),
            fee: u128::from(random.below(100)),
            valid_until: number + 1 + random.below(40) as u32,
            reference: (random.below(2) == 0).then(|| Reference(random.bytes())),
        })
    }
}

/// Whether the model's chain takes no orders at this height.
const fn stopped_at(number: u32) -> bool {
    number % 5 == 3
}

/// Who acts on carriers in the model, and why.
const BY: Actor<[u8; 32]> = Actor::Council { motion: [4; 32] };
const CAUSE: Cause = Cause { code: CauseCode::LegalOrder, document: Some([5; 32]) };

/// An extrinsic with these orders in it.
pub fn extrinsic(salt: u64, claims: &[Claim]) -> OpaqueExtrinsic {
    OpaqueExtrinsic::from_blob((salt, claims).encode())
}

fn some_pool(random: &mut Random) -> (PoolId, PoolLock) {
    let locks = [PoolLock::Open, PoolLock::OneOrder, PoolLock::NoPayout, PoolLock::NoChange];
    let lock = locks.into_iter().nth(random.below(4) as usize).unwrap_or_default();
    (PoolId(random.below(3) as u32), lock)
}
