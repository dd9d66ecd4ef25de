//! The pallet's behaviour, a file for each, and what they share.

mod fees;
mod genesis;
mod grants;
mod invariants;
mod operators;
mod permissions;
mod properties;
mod register;
mod scenario;
mod states;
mod weights;

use crate::mock::{build_and_execute, Machines, RuntimeOrigin, System, Test};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{AccountId32, DispatchError, DispatchResult};
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    ids::CurrencyId,
    records::{FeePolicy, Machine, MachineKind, Permissions},
    traits::{MachineAuthority, Permission},
    Balance,
};

type Event = crate::Event<Test>;
type Error = crate::Error<Test>;

/// The machine that most tests are about.
const ATM: AccountId32 = AccountId32::new([1; 32]);

/// Another machine.
const SAFE: AccountId32 = AccountId32::new([2; 32]);

/// Who runs [`ATM`] and [`SAFE`].
const OPERATOR: AccountId32 = AccountId32::new([3; 32]);

/// An account that is neither a machine nor an operator.
const STRANGER: AccountId32 = AccountId32::new([9; 32]);

/// Everything that a machine may be allowed.
const ALL: Permissions = Permissions { initialise: true, fund: true, cash_out: true };

/// What a machine may be asked to do.
const EVERY_PERMISSION: [Permission; 3] = [Permission::Initialise, Permission::Fund, Permission::CashOut];

/// The ceiling of the tests' machines: 50 units and two per cent.
const CEILING: FeePolicy = policy(50, 20_000);

const fn policy(flat: Balance, parts_per_million: u32) -> FeePolicy {
    FeePolicy { flat, parts_per_million }
}

/// Why the issuer does what it does in these tests.
const CAUSE: Cause = Cause { code: CauseCode::Maintenance, document: Some([0xd0; 32]) };

fn issuer() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

fn signed(account: AccountId32) -> RuntimeOrigin {
    RuntimeOrigin::signed(account)
}

/// Registers `machine`, which may do everything.
fn register(machine: AccountId32) {
    assert_ok!(Machines::register(issuer(), machine, MachineKind::Atm, OPERATOR, ALL, CEILING));
}

/// Gives `machine` grants.
fn give(machine: AccountId32, count: u32) {
    assert_ok!(Machines::give_grants(issuer(), machine, count));
}

fn record(machine: AccountId32) -> Machine {
    Machines::machine_record(machine).unwrap()
}

/// Whether the machine may do it, as the carriers' pallet asks.
fn authorise(machine: &AccountId32, permission: Permission) -> Result<AccountId32, DispatchError> {
    <Machines as MachineAuthority<_>>::authorise(machine, permission)
}

/// Uses up a grant, as the carriers' pallet does.
fn use_grant(machine: &AccountId32, index: u32) -> DispatchResult {
    <Machines as MachineAuthority<_>>::use_grant(machine, index)
}

/// What the machine asks for funding, as the carriers' pallet asks.
fn fee(machine: &AccountId32, amount: Balance) -> Result<Balance, DispatchError> {
    <Machines as MachineAuthority<_>>::fee(machine, CurrencyId::Native, amount)
}

/// Every open grant of the machine.
fn open(machine: AccountId32) -> Vec<u32> {
    Machines::open_grants_page(&machine, 0, u32::MAX)
}

fn assert_event(event: Event) {
    System::assert_last_event(event.into());
}
