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
const KEYS: [BatchKey; 4] =
    [KEY, BatchKey::CoinkiteRoot(SECP256K1), BatchKey::Native(PublicKey::P256(P256)), BAD_KEY];

/// Names and whether they are good.
const NAMES: [(&[u8], bool); 4] = [(b"Acme", true), (b"exactly 16 bytes", true), (b"", false), (b"\xff", false)];

/// Who makes a call: an account, or the issuer.
type By = Option<u64>;

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    Register { by: By, account: u64, name: usize },
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
            Self::Register { by, account, name } => {
                let name = NAMES[name].0.to_vec().try_into().unwrap();
                Manufacturers::register(origin(by), account, name)
            }
            Self::ChangeAccount { by, manufacturer, account } => {
                Manufacturers::change_account(origin(by), ManufacturerId(manufacturer), account)
            }
            Self::AddBatch { by, batch, key, capacity, expires } => {
                Manufacturers::add_batch(origin(by), BatchId(batch), KEYS[key], capacity, expires)
            }
            Self::Suspend { by, batch } => Manufacturers::suspend_batch(origin(by), BatchId(batch)),
            Self::Reactivate { by, batch } => Manufacturers::reactivate_batch(origin(by), BatchId(batch)),
            Self::Revoke { by, batch } => Manufacturers::revoke_batch(origin(by), BatchId(batch)),
            Self::BlockOrders { by, batch, blocked } => {
                Manufacturers::block_orders(origin(by), BatchId(batch), blocked)
            }
            Self::Count { batch } => <Manufacturers as BatchKeys>::count_carrier(BatchId(batch)),
            Self::NextBlock => {
                System::set_block_number(System::block_number() + 1);
                Ok(())
            }
        }
    }
}

/// The registry as one would write it without a chain.
struct Model {
    now: u32,
    /// The account of each manufacturer and its batches, by number.
    manufacturers: Vec<(u64, Vec<BatchId>)>,
    batches: BTreeMap<BatchId, Batch>,
}

impl Model {
    fn number_of(&self, account: u64) -> Option<usize> {
        self.manufacturers.iter().position(|(known, _)| *known == account)
    }

    fn batch(&mut self, batch: u64) -> Result<&mut Batch, DispatchError> {
        self.batches.get_mut(&BatchId(batch)).ok_or(Error::UnknownBatch.into())
    }

    fn change_state(&mut self, batch: u64, from: &[BatchState], to: BatchState) -> DispatchResult {
        let batch = self.batch(batch)?;
        ensure!(from.contains(&batch.state), Error::WrongBatchState);
        batch.state = to;
        Ok(())
    }

    fn add_batch(&mut self, by: By, id: BatchId, key: BatchKey, capacity: u32, expires: u32) -> DispatchResult {
        let account = by.ok_or(DispatchError::BadOrigin)?;
        let number = self.number_of(account).ok_or(Error::NotManufacturer)?;
        ensure!(!self.batches.contains_key(&id), Error::BatchExists);
        ensure!(key != BAD_KEY, Error::BadBatchKey);
        let taken = !matches!(key, BatchKey::Native(_)) && self.batches.values().any(|batch| batch.key == key);
        ensure!(!taken, Error::KeyTaken);
        ensure!(capacity > 0, Error::NoCapacity);
        ensure!(expires >= self.now, Error::AlreadyExpired);
        ensure!(self.manufacturers[number].1.len() < 3, Error::TooManyBatches);
        self.manufacturers[number].1.push(id);
        let manufacturer = ManufacturerId(number as u32);
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
        }
        self.change_state(batch, &[BatchState::Active], BatchState::Suspended)
    }

    fn count(&mut self, batch: u64) -> DispatchResult {
        let now = self.now;
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
            Step::Register { by, account, name } => {
                issuer_only(by)?;
                ensure!(NAMES[name].1, Error::BadName);
                ensure!(self.number_of(account).is_none(), Error::AccountTaken);
                self.manufacturers.push((account, vec![]));
            }
            Step::ChangeAccount { by, manufacturer, account } => {
                issuer_only(by)?;
                ensure!(self.number_of(account).is_none(), Error::AccountTaken);
                let known = self.manufacturers.get_mut(manufacturer as usize);
                known.ok_or(Error::UnknownManufacturer)?.0 = account;
            }
            Step::AddBatch { by, batch, key, capacity, expires } => {
                self.add_batch(by, BatchId(batch), KEYS[key], capacity, expires)?;
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
        assert!(accounts.eq(self.manufacturers.iter().map(|(account, _)| *account)));
        for ((account, batches), (id, _)) in self.manufacturers.iter().zip(&manufacturers) {
            assert_eq!(Manufacturers::manufacturer_of(*account), Some(*id));
            let listed = batches.iter().map(|batch| (*batch, self.batches[batch]));
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

/// An account, or now and then the issuer.
fn mostly_account() -> impl Strategy<Value = By> {
    prop_oneof![1 => Just(None), 9 => (0..ACCOUNTS).prop_map(Some)]
}

fn step() -> impl Strategy<Value = Step> {
    let (account, manufacturer, batch) = (0..ACCOUNTS, 0..ACCOUNTS as u32, 0..BATCHES);
    prop_oneof![
        2 => (mostly_issuer(), account.clone(), 0..NAMES.len())
            .prop_map(|(by, account, name)| Step::Register { by, account, name }),
        1 => (mostly_issuer(), manufacturer, account)
            .prop_map(|(by, manufacturer, account)| Step::ChangeAccount { by, manufacturer, account }),
        6 => (mostly_account(), batch.clone(), 0..KEYS.len(), 0..4u32, 0..20u32)
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
