//! Random calls against a model in plain Rust. A failure prints its seed, which goes into `regressions.txt`.

use super::*;
use frame_support::ensure;
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use sp_runtime::StateVersion;
use std::collections::{BTreeMap, BTreeSet};

/// Machines have the numbers up to this, few enough for the calls to meet.
const MACHINES: u8 = 3;

/// Their operators and strangers have the numbers up to this.
const ACCOUNTS: u8 = 5;

/// Who makes a call: an account by its number, or the issuer.
type By = Option<u8>;

/// One thing that happens. Machines and accounts are numbers.
#[derive(Clone, Copy, Debug)]
enum Step {
    Register { by: By, machine: u8, operator: u8, permissions: Permissions, ceiling: FeePolicy },
    ChangePermissions { by: By, machine: u8, permissions: Permissions },
    Suspend { by: By, machine: u8 },
    Resume { by: By, machine: u8 },
    Give { by: By, machine: u8, count: u32 },
    Revoke { by: By, machine: u8, from: u32, count: u32 },
    Use { machine: u8, index: u32 },
    ChangeFee { by: By, machine: u8, fee: FeePolicy },
    ChangeFeeCeiling { by: By, machine: u8, ceiling: FeePolicy },
}

fn account(number: u8) -> AccountId32 {
    AccountId32::new([number; 32])
}

impl Step {
    /// Has the pallet do it.
    fn run(self) -> DispatchResult {
        let origin = |by: By| by.map_or_else(issuer, |number| signed(account(number)));
        match self {
            Self::Register { by, machine, operator, permissions, ceiling } => {
                let (machine, operator) = (account(machine), account(operator));
                Machines::register(origin(by), machine, MachineKind::Atm, operator, permissions, ceiling)
            }
            Self::ChangePermissions { by, machine, permissions } => {
                Machines::change_permissions(origin(by), account(machine), permissions)
            }
            Self::Suspend { by, machine } => Machines::suspend(origin(by), account(machine), CAUSE),
            Self::Resume { by, machine } => Machines::resume(origin(by), account(machine), CAUSE),
            Self::Give { by, machine, count } => Machines::give_grants(origin(by), account(machine), count),
            Self::Revoke { by, machine, from, count } => {
                Machines::revoke_grants(origin(by), account(machine), from, count, CAUSE)
            }
            Self::Use { machine, index } => use_grant(&account(machine), index),
            Self::ChangeFee { by, machine, fee } => Machines::change_fee(origin(by), account(machine), fee),
            Self::ChangeFeeCeiling { by, machine, ceiling } => {
                Machines::change_fee_ceiling(origin(by), account(machine), ceiling)
            }
        }
    }
}

/// A machine as one would write it without a chain: `grants[i]` says whether grant `i` is open.
struct ModelMachine {
    operator: u8,
    permissions: Permissions,
    suspended: bool,
    grants: Vec<bool>,
    fee: FeePolicy,
    ceiling: FeePolicy,
}

impl ModelMachine {
    fn open(&self) -> Vec<u32> {
        (0..).zip(&self.grants).filter(|(_, open)| **open).map(|(index, _)| index).collect()
    }

    fn give(&mut self, count: u32) -> DispatchResult {
        ensure!(self.open().len() + count as usize <= 700, Error::TooManyOpenGrants);
        self.grants.extend((0..count).map(|_| true));
        Ok(())
    }

    fn revoke(&mut self, from: u32, count: u32) {
        self.grants.iter_mut().skip(from as usize).take(count as usize).for_each(|open| *open = false);
    }

    fn change_fee(&mut self, by: u8, fee: FeePolicy) -> DispatchResult {
        ensure!(by == self.operator, Error::NotOperator);
        let within = fee.flat <= self.ceiling.flat && fee.parts_per_million <= self.ceiling.parts_per_million;
        ensure!(within, Error::FeeTooHigh);
        self.fee = fee;
        Ok(())
    }

    fn change_fee_ceiling(&mut self, ceiling: FeePolicy) {
        self.ceiling = ceiling;
        self.fee.flat = self.fee.flat.min(ceiling.flat);
        self.fee.parts_per_million = self.fee.parts_per_million.min(ceiling.parts_per_million);
    }

    fn authorise(&self, permission: Permission) -> Result<AccountId32, DispatchError> {
        ensure!(!self.suspended, Error::MachineSuspended);
        let allowed = match permission {
            Permission::Initialise => self.permissions.initialise,
            Permission::Fund => self.permissions.fund,
            Permission::CashOut => self.permissions.cash_out,
        };
        ensure!(allowed, Error::NotPermitted);
        Ok(account(self.operator))
    }
}

/// The registry as one would write it without a chain.
#[derive(Default)]
struct Model(BTreeMap<u8, ModelMachine>);

impl Model {
    fn machine(&mut self, machine: u8) -> Result<&mut ModelMachine, DispatchError> {
        self.0.get_mut(&machine).ok_or(Error::UnknownMachine.into())
    }

    fn register(&mut self, machine: u8, registered: ModelMachine) -> DispatchResult {
        ensure!(!self.0.contains_key(&machine), Error::MachineExists);
        ensure!(registered.ceiling.parts_per_million <= 1_000_000, Error::FeeTooHigh);
        self.0.insert(machine, registered);
        Ok(())
    }

    fn set_suspended(&mut self, machine: u8, suspended: bool, refusal: Error) -> DispatchResult {
        let machine = self.machine(machine)?;
        ensure!(machine.suspended != suspended, refusal);
        machine.suspended = suspended;
        Ok(())
    }

    fn use_up(&mut self, machine: u8, index: u32) -> DispatchResult {
        let known = self.0.get_mut(&machine).and_then(|machine| machine.grants.get_mut(index as usize));
        let open = known.filter(|open| **open).ok_or(Error::GrantNotOpen)?;
        *open = false;
        Ok(())
    }

    fn apply(&mut self, step: Step) -> DispatchResult {
        let issuer_only = |by: By| by.map_or(Ok(()), |_| Err(DispatchError::BadOrigin));
        let count_fits = |count| if (1..=300).contains(&count) { Ok(()) } else { Err(Error::BadGrantCount) };
        match step {
            Step::Register { by, machine, operator, permissions, ceiling } => {
                issuer_only(by)?;
                let (suspended, grants, fee) = (false, vec![], policy(0, 0));
                self.register(machine, ModelMachine { operator, permissions, suspended, grants, fee, ceiling })
            }
            Step::ChangePermissions { by, machine, permissions } => {
                issuer_only(by)?;
                self.machine(machine)?.permissions = permissions;
                Ok(())
            }
            Step::Suspend { by, machine } => {
                issuer_only(by)?;
                self.set_suspended(machine, true, Error::MachineSuspended)
            }
            Step::Resume { by, machine } => {
                issuer_only(by)?;
                self.set_suspended(machine, false, Error::MachineNotSuspended)
            }
            Step::Give { by, machine, count } => {
                issuer_only(by)?;
                count_fits(count)?;
                self.machine(machine)?.give(count)
            }
            Step::Revoke { by, machine, from, count } => {
                issuer_only(by)?;
                count_fits(count)?;
                self.machine(machine)?.revoke(from, count);
                Ok(())
            }
            Step::Use { machine, index } => self.use_up(machine, index),
            Step::ChangeFee { by, machine, fee } => {
                let by = by.ok_or(DispatchError::BadOrigin)?;
                self.machine(machine)?.change_fee(by, fee)
            }
            Step::ChangeFeeCeiling { by, machine, ceiling } => {
                issuer_only(by)?;
                ensure!(ceiling.parts_per_million <= 1_000_000, Error::FeeTooHigh);
                self.machine(machine)?.change_fee_ceiling(ceiling);
                Ok(())
            }
        }
    }

    /// The pallet knows what the model knows, and nothing else.
    fn assert_agrees(&self) {
        assert_eq!(crate::Machines::<Test>::iter().count(), self.0.len());
        for (number, model) in &self.0 {
            let machine = account(*number);
            let expected = Machine {
                kind: MachineKind::Atm,
                operator: [model.operator; 32],
                permissions: model.permissions,
                suspended: model.suspended,
                next_grant: model.grants.len() as u32,
                open_grants: model.open().len() as u32,
                fee: model.fee,
                fee_ceiling: model.ceiling,
            };
            assert_eq!(record(machine.clone()), expected);
            assert_eq!(open(machine.clone()), model.open());
            for permission in EVERY_PERMISSION {
                assert_eq!(authorise(&machine, permission), model.authorise(permission));
            }
        }
    }
}

/// One machine's grants as they were, to hold against what becomes of them, whatever the model says.
#[derive(Default)]
struct Witness {
    open: BTreeSet<u32>,
    /// Every index that was ever open and no longer is.
    closed: BTreeSet<u32>,
    used: BTreeSet<u32>,
}

impl Witness {
    fn observe(&mut self, machine: AccountId32) {
        let now: BTreeSet<_> = open(machine.clone()).into_iter().collect();
        assert!(now.is_disjoint(&self.closed), "a closed grant never opens again");
        let highest = self.open.iter().chain(&self.closed).max();
        assert!(now.difference(&self.open).all(|new| highest < Some(new)), "an index is never given twice");
        self.closed.extend(self.open.difference(&now));
        assert_eq!(now.len(), record(machine).open_grants as usize);
        self.open = now;
    }

    /// The pallet has accepted this grant.
    fn accepted(&mut self, index: u32) {
        assert!(self.open.contains(&index), "only an open grant is accepted");
        assert!(self.used.insert(index), "no grant is accepted twice");
    }
}

/// The issuer, or now and then an account.
fn mostly_issuer() -> impl Strategy<Value = By> {
    prop_oneof![9 => Just(None), 1 => (0..ACCOUNTS).prop_map(Some)]
}

/// An account, or now and then the issuer.
fn mostly_account() -> impl Strategy<Value = By> {
    prop_oneof![1 => Just(None), 9 => (MACHINES..ACCOUNTS).prop_map(Some)]
}

fn permissions() -> impl Strategy<Value = Permissions> {
    any::<[bool; 3]>().prop_map(|[initialise, fund, cash_out]| Permissions { initialise, fund, cash_out })
}

/// Policies up to a little more than the whole amount.
fn fee_policy() -> impl Strategy<Value = FeePolicy> {
    let flat = prop_oneof![9 => 0..100 as Balance, 1 => Just(Balance::MAX)];
    let parts_per_million = prop_oneof![4 => 0..100u32, 4 => 0..=1_000_000u32, 1 => 1_000_001..=u32::MAX];
    (flat, parts_per_million).prop_map(|(flat, parts_per_million)| policy(flat, parts_per_million))
}

/// How many grants: a few, about a word, about the most, and what is refused.
fn count() -> impl Strategy<Value = u32> {
    prop_oneof![6 => 1..8u32, 3 => 250..=300u32, 1 => prop_oneof![Just(0), Just(301), any::<u32>()]]
}

/// An index: among the first, among those that are likely to be given, or any.
fn index() -> impl Strategy<Value = u32> {
    prop_oneof![6 => 0..16u32, 6 => 0..800u32, 1 => any::<u32>()]
}

fn step() -> impl Strategy<Value = Step> {
    let machine = 0..MACHINES;
    prop_oneof![
        2 => (mostly_issuer(), machine.clone(), MACHINES..ACCOUNTS, permissions(), fee_policy()).prop_map(
            |(by, machine, operator, permissions, ceiling)| {
                Step::Register { by, machine, operator, permissions, ceiling }
            }
        ),
        1 => (mostly_issuer(), machine.clone(), permissions())
            .prop_map(|(by, machine, permissions)| Step::ChangePermissions { by, machine, permissions }),
        1 => (mostly_issuer(), machine.clone()).prop_map(|(by, machine)| Step::Suspend { by, machine }),
        1 => (mostly_issuer(), machine.clone()).prop_map(|(by, machine)| Step::Resume { by, machine }),
        4 => (mostly_issuer(), machine.clone(), count())
            .prop_map(|(by, machine, count)| Step::Give { by, machine, count }),
        2 => (mostly_issuer(), machine.clone(), index(), count())
            .prop_map(|(by, machine, from, count)| Step::Revoke { by, machine, from, count }),
        8 => (machine.clone(), index()).prop_map(|(machine, index)| Step::Use { machine, index }),
        2 => (mostly_account(), machine.clone(), fee_policy())
            .prop_map(|(by, machine, fee)| Step::ChangeFee { by, machine, fee }),
        1 => (mostly_issuer(), machine, fee_policy())
            .prop_map(|(by, machine, ceiling)| Step::ChangeFeeCeiling { by, machine, ceiling }),
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
    fn f2_random_calls_agree_with_the_model(steps in prop::collection::vec(step(), 1..100)) {
        build_and_execute(|| {
            let mut model = Model::default();
            let mut witnesses: [Witness; MACHINES as usize] = Default::default();
            for step in steps {
                let before = sp_io::storage::root(StateVersion::V1);
                let result = step.run();
                assert_eq!(result, model.apply(step), "{step:?}");
                match (result, step) {
                    (Ok(()), Step::Use { machine, index }) => witnesses[machine as usize].accepted(index),
                    (Ok(()), _) => (),
                    (Err(_), _) => {
                        let after = sp_io::storage::root(StateVersion::V1);
                        assert_eq!(after, before, "a refused call changes nothing");
                    }
                }
                model.assert_agrees();
                for number in model.0.keys() {
                    witnesses[*number as usize].observe(account(*number));
                }
                Machines::do_try_state().unwrap();
            }
        });
    }

    #[test]
    fn f18_no_machine_asks_for_more_than_its_ceiling(
        ceilings in prop::collection::vec(fee_policy(), 1..4),
        asked in fee_policy(),
        amount in any::<Balance>(),
    ) {
        build_and_execute(|| {
            register(ATM);
            for ceiling in ceilings {
                if Machines::change_fee_ceiling(issuer(), ATM, ceiling).is_err() {
                    continue;
                }
                let accepted = Machines::change_fee(signed(OPERATOR), ATM, asked).is_ok();
                assert_eq!(accepted, asked.within(&ceiling));
                // A ceiling that is beyond every balance is no bound.
                if let Some(most) = ceiling.of(CurrencyId::Native, amount) {
                    assert!(fee(&ATM, amount).unwrap() <= most);
                }
            }
        });
    }

    #[test]
    fn f18_a_fee_is_rounded_up(fee in fee_policy(), amount in 0..1u128 << 96) {
        let FeePolicy { flat, parts_per_million } = fee;
        let proportional = (amount * u128::from(parts_per_million)).div_ceil(1_000_000);
        assert_eq!(fee.of(CurrencyId::Native, amount), flat.checked_add(proportional));
    }
}
