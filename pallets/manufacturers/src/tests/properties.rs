//! Random calls against a model in plain Rust. A failure prints its seed, which goes into `regressions.txt`.

use super::*;
use frame_support::ensure;
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use sp_runtime::{DispatchError, DispatchResult, StateVersion};
use specie_primitives::records::BatchState;
use std::collections::BTreeMap;

/// Few accounts, numbers and ids, so that the calls meet.
const ACCOUNTS: u64 = 4;
const BATCHES: u64 = 9;

const BAD_KEY: BatchKey = BatchKey::Keycard([0; 33]);
const KEYS: [BatchKey; 6] = [
    KEY,
    BatchKey::CoinkiteRoot(SECP256K1),
    BatchKey::Keycard(SECP256K1),
    BatchKey::Native(PublicKey::Secp256k1(SECP256K1)),
    BatchKey::Native(PublicKey::P256(P256)),
    BAD_KEY,
];

/// Small enough to be reached.
const QUOTAS: [u64; 2] = [3, 1_000];

/// The `batch`-th id: three lots of each of the first three manufacturers.
fn id(batch: u64) -> BatchId {
    BatchId::of(ManufacturerId(batch as u32 / 3), batch as u32 % 3).unwrap()
}

const fn is_foreign(key: &BatchKey) -> bool {
    !matches!(key, BatchKey::Native(_))
}

/// Names and whether they are good.
const NAMES: [(&[u8], bool); 4] = [(b"Acme", true), (b"exactly 16 bytes", true), (b"", false), (b"\xff", false)];

/// Who makes a call: an account, or the issuer.
type By = Option<u64>;

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    Register { by: By, account: u64, name: usize, quota: usize },
    SuspendManufacturer { by: By, manufacturer: u32 },
    ResumeManufacturer { by: By, manufacturer: u32 },
    ChangeQuota { by: By, manufacturer: u32, quota: usize },
    ChangeAccount { by: By, manufacturer: u32, account: u64 },
    AddBatch { by: By, batch: u64, key: usize, capacity: u32, expires: u32 },
    Suspend { by: By, batch: u64 },
    Reactivate { by: By, batch: u64 },
    Revoke { by: By, batch: u64 },
    BlockOrders { by: By, batch: u64, blocked: bool },
    Count { batch: u64 },
    NextBlock,
}

impl Step {
    /// Has the pallet do it.
    fn run(self) -> DispatchResult {
        let origin = |by: By| by.map_or_else(issuer, signed);
        match self {
            Self::SuspendManufacturer { by, manufacturer } => {
                Manufacturers::suspend_manufacturer(origin(by), ManufacturerId(manufacturer), CAUSE)
            }
            Self::ResumeManufacturer { by, manufacturer } => {
                Manufacturers::resume_manufacturer(origin(by), ManufacturerId(manufacturer), CAUSE)
            }
            Self::ChangeQuota { by, manufacturer, quota } => {
                Manufacturers::change_quota(origin(by), ManufacturerId(manufacturer), QUOTAS[quota])
            }
            Self::Register { by, account, name, quota } => {
                let name = NAMES[name].0.to_vec().try_into().unwrap();
                Manufacturers::register(origin(by), account, name, QUOTAS[quota])
            }
            Self::ChangeAccount { by, manufacturer, account } => {
                Manufacturers::change_account(origin(by), ManufacturerId(manufacturer), account, CAUSE)
            }
            Self::AddBatch { by, batch, key, capacity, expires } => {
                let (batch, key) = (id(batch), KEYS[key]);
                let Some(account) = by else {
                    let owner = batch.owner().unwrap();
                    return Manufacturers::add_foreign_batch(issuer(), owner, batch, key, capacity, expires);
                };
                let manufacturer = Manufacturers::manufacturer_of(account).unwrap_or_default();
                let possession = possession(manufacturer, batch, &key);
                Manufacturers::add_batch(signed(account), batch, key, capacity, expires, possession)
            }
            Self::Suspend { by, batch } => Manufacturers::suspend_batch(origin(by), id(batch), CAUSE),
            Self::Reactivate { by, batch } => Manufacturers::reactivate_batch(origin(by), id(batch), CAUSE),
            Self::Revoke { by, batch } => Manufacturers::revoke_batch(origin(by), id(batch), CAUSE),
            Self::BlockOrders { by, batch, blocked } => {
                Manufacturers::block_orders(origin(by), id(batch), blocked, CAUSE)
            }
            Self::Count { batch } => <Manufacturers as BatchKeys>::count_carrier(id(batch)),
            Self::NextBlock => {
                System::set_block_number(System::block_number() + 1);
                Ok(())
            }
        }
    }
}

/// A manufacturer of the model.
struct Maker {
    account: u64,
    batches: Vec<BatchId>,
    quota: u64,
    suspended: bool,
}

/// The registry as one would write it without a chain.
struct Model {
    now: u32,
    /// The account of each manufacturer and its batches, by number.
    manufacturers: Vec<Maker>,
    batches: BTreeMap<BatchId, Batch>,
}

impl Model {
    fn number_of(&self, account: u64) -> Option<usize> {
        self.manufacturers.iter().position(|known| known.account == account)
    }

    fn batch(&mut self, batch: u64) -> Result<&mut Batch, DispatchError> {
        self.batches.get_mut(&id(batch)).ok_or(Error::UnknownBatch.into())
    }

    fn change_state(&mut self, batch: u64, from: &[BatchState], to: BatchState) -> DispatchResult {
        let batch = self.batch(batch)?;
        ensure!(from.contains(&batch.state), Error::WrongBatchState);
        batch.state = to;
        Ok(())
    }

    fn maker(&mut self, number: u32) -> Result<&mut Maker, DispatchError> {
        self.manufacturers.get_mut(number as usize).ok_or(Error::UnknownManufacturer.into())
    }

    fn add_batch(&mut self, by: By, id: BatchId, key: BatchKey, capacity: u32, expires: u32) -> DispatchResult {
        let number = match by {
            None => {
                ensure!(is_foreign(&key), Error::NotForeignKey);
                id.owner().unwrap().0
            }
            Some(account) => {
                let number = self.number_of(account).ok_or(Error::NotManufacturer)?;
                ensure!(!is_foreign(&key), Error::ForeignKey);
                number as u32
            }
        };
        let now = self.now;
        let room: u64 =
            self.batches.values().filter(|b| b.manufacturer.0 == number).map(|b| u64::from(b.capacity)).sum();
        let same_bytes = |batch: &Batch| crate::RawKey::from(&batch.key) == crate::RawKey::from(&key);
        let taken = self.batches.values().any(|b| same_bytes(b) && (is_foreign(&b.key) || is_foreign(&key)));
        let exists = self.batches.contains_key(&id);
        let maker = self.maker(number)?;
        ensure!(!maker.suspended, Error::ManufacturerSuspended);
        ensure!(id.owner() == Some(ManufacturerId(number)), Error::NotOwnId);
        ensure!(!exists, Error::BatchExists);
        ensure!(key != BAD_KEY, Error::BadBatchKey);
        ensure!(!taken, Error::KeyTaken);
        ensure!(capacity > 0, Error::NoCapacity);
        ensure!(room + u64::from(capacity) <= maker.quota, Error::QuotaExceeded);
        ensure!(expires >= now, Error::AlreadyExpired);
        ensure!(maker.batches.len() < 3, Error::TooManyBatches);
        maker.batches.push(id);
        let manufacturer = ManufacturerId(number);
        let state = BatchState::Active;
        let batch = Batch { manufacturer, key, state, blocks_orders: false, capacity, registered: 0, expires };
        self.batches.insert(id, batch);
        Ok(())
    }

    fn suspend(&mut self, by: By, batch: u64) -> DispatchResult {
        if let Some(account) = by {
            let owner = self.batch(batch)?.manufacturer.0 as usize;
            let number = self.number_of(account).ok_or(Error::NotManufacturer)?;
            ensure!(owner == number, Error::NotBatchOwner);
            ensure!(!self.manufacturers[number].suspended, Error::ManufacturerSuspended);
        }
        self.change_state(batch, &[BatchState::Active], BatchState::Suspended)
    }

    fn count(&mut self, batch: u64) -> DispatchResult {
        let now = self.now;
        let owner = self.batch(batch)?.manufacturer.0;
        ensure!(!self.maker(owner)?.suspended, Error::ManufacturerSuspended);
        let batch = self.batch(batch)?;
        ensure!(batch.state == BatchState::Active, Error::BatchNotActive);
        ensure!(now <= batch.expires, Error::BatchExpired);
        ensure!(batch.registered < batch.capacity, Error::BatchFull);
        batch.registered += 1;
        Ok(())
    }

    fn apply(&mut self, step: Step) -> DispatchResult {
        let issuer_only = |by: By| by.map_or(Ok(()), |_| Err(DispatchError::BadOrigin));
        match step {
            Step::SuspendManufacturer { by, manufacturer } => {
                issuer_only(by)?;
                let maker = self.maker(manufacturer)?;
                ensure!(!maker.suspended, Error::ManufacturerSuspended);
                maker.suspended = true;
            }
            Step::ResumeManufacturer { by, manufacturer } => {
                issuer_only(by)?;
                let maker = self.maker(manufacturer)?;
                ensure!(maker.suspended, Error::ManufacturerNotSuspended);
                maker.suspended = false;
            }
            Step::ChangeQuota { by, manufacturer, quota } => {
                issuer_only(by)?;
                self.maker(manufacturer)?.quota = QUOTAS[quota];
            }
            Step::Register { by, account, name, quota } => {
                issuer_only(by)?;
                ensure!(NAMES[name].1, Error::BadName);
                ensure!(self.number_of(account).is_none(), Error::AccountTaken);
                self.manufacturers.push(Maker { account, batches: vec![], quota: QUOTAS[quota], suspended: false });
            }
            Step::ChangeAccount { by, manufacturer, account } => {
                issuer_only(by)?;
                ensure!(self.number_of(account).is_none(), Error::AccountTaken);
                self.maker(manufacturer)?.account = account;
            }
            Step::AddBatch { by, batch, key, capacity, expires } => {
                self.add_batch(by, id(batch), KEYS[key], capacity, expires)?;
            }
            Step::Suspend { by, batch } => self.suspend(by, batch)?,
            Step::Reactivate { by, batch } => {
                issuer_only(by)?;
                self.change_state(batch, &[BatchState::Suspended], BatchState::Active)?;
            }
            Step::Revoke { by, batch } => {
                issuer_only(by)?;
                self.change_state(batch, &[BatchState::Active, BatchState::Suspended], BatchState::Revoked)?;
            }
            Step::BlockOrders { by, batch, blocked } => {
                issuer_only(by)?;
                self.batch(batch)?.blocks_orders = blocked;
            }
            Step::Count { batch } => self.count(batch)?,
            Step::NextBlock => self.now += 1,
        }
        Ok(())
    }

    /// The pallet knows what the model knows, and nothing else.
    fn assert_agrees(&self) {
        let manufacturers = Manufacturers::manufacturers_page(0, u32::MAX);
        let accounts = manufacturers.iter().map(|(_, known)| known.account);
        assert!(accounts.eq(self.manufacturers.iter().map(|maker| maker.account)));
        for (maker, (id, known)) in self.manufacturers.iter().zip(&manufacturers) {
            assert_eq!(Manufacturers::manufacturer_of(maker.account), Some(*id));
            assert_eq!((known.quota, known.suspended), (maker.quota, maker.suspended));
            let listed = maker.batches.iter().map(|batch| (*batch, self.batches[batch]));
            assert!(listed.eq(Manufacturers::batches_page(*id, 0, u32::MAX)));
        }
    }
}

/// The batches as they were, to hold against what becomes of them, whatever the model says.
#[derive(Default)]
struct Witness(BTreeMap<BatchId, Batch>);

impl Witness {
    fn observe(&mut self) {
        let now: BTreeMap<_, _> = crate::Batches::<Test>::iter().collect();
        for (id, before) in &self.0 {
            let after = now.get(id).expect("a batch is never forgotten");
            let Batch { state, blocks_orders, registered, .. } = *after;
            assert_eq!(*after, Batch { state, blocks_orders, registered, ..*before }, "the rest never changes");
            assert!(before.registered <= after.registered && after.registered <= after.capacity);
            assert!(before.state != BatchState::Revoked || after.state == BatchState::Revoked);
        }
        self.0 = now;
    }
}

/// The issuer, or now and then an account.
fn mostly_issuer() -> impl Strategy<Value = By> {
    prop_oneof![9 => Just(None), 1 => (0..ACCOUNTS).prop_map(Some)]
}

fn step() -> impl Strategy<Value = Step> {
    let (account, manufacturer, batch) = (0..ACCOUNTS, 0..ACCOUNTS as u32, 0..BATCHES);
    prop_oneof![
        2 => (mostly_issuer(), account.clone(), 0..NAMES.len(), 0..QUOTAS.len())
            .prop_map(|(by, account, name, quota)| Step::Register { by, account, name, quota }),
        1 => (mostly_issuer(), manufacturer.clone())
            .prop_map(|(by, manufacturer)| Step::SuspendManufacturer { by, manufacturer }),
        1 => (mostly_issuer(), manufacturer.clone())
            .prop_map(|(by, manufacturer)| Step::ResumeManufacturer { by, manufacturer }),
        1 => (mostly_issuer(), manufacturer.clone(), 0..QUOTAS.len())
            .prop_map(|(by, manufacturer, quota)| Step::ChangeQuota { by, manufacturer, quota }),
        1 => (mostly_issuer(), manufacturer, account)
            .prop_map(|(by, manufacturer, account)| Step::ChangeAccount { by, manufacturer, account }),
        6 => (proptest::option::weighted(0.7, 0..ACCOUNTS), batch.clone(), 0..KEYS.len(), 0..4u32, 0..20u32)
            .prop_map(|(by, batch, key, capacity, expires)| Step::AddBatch { by, batch, key, capacity, expires }),
        2 => (proptest::option::of(0..ACCOUNTS), batch.clone()).prop_map(|(by, batch)| Step::Suspend { by, batch }),
        2 => (mostly_issuer(), batch.clone()).prop_map(|(by, batch)| Step::Reactivate { by, batch }),
        1 => (mostly_issuer(), batch.clone()).prop_map(|(by, batch)| Step::Revoke { by, batch }),
        1 => (mostly_issuer(), batch.clone(), any::<bool>())
            .prop_map(|(by, batch, blocked)| Step::BlockOrders { by, batch, blocked }),
        8 => batch.prop_map(|batch| Step::Count { batch }),
        1 => Just(Step::NextBlock),
    ]
}

/// A failure is kept in a file, from where later runs repeat it first.
fn cases(cases: u32) -> ProptestConfig {
    const REGRESSIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/regressions.txt");
    let failure_persistence = Some(Box::new(FileFailurePersistence::Direct(REGRESSIONS)) as _);
    ProptestConfig { cases, failure_persistence, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn random_calls_agree_with_the_model(steps in prop::collection::vec(step(), 1..100)) {
        build_and_execute(|| {
            let mut model = Model { now: System::block_number(), manufacturers: vec![], batches: BTreeMap::new() };
            let mut witness = Witness::default();
            for step in steps {
                let before = sp_io::storage::root(StateVersion::V1);
                let result = step.run();
                assert_eq!(result, model.apply(step), "{step:?}");
                if result.is_err() {
                    assert_eq!(sp_io::storage::root(StateVersion::V1), before, "a refused call changes nothing");
                }
                model.assert_agrees();
                witness.observe();
                Manufacturers::do_try_state().unwrap();
            }
        });
    }
}
