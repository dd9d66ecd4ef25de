//! The pallet's behaviour, a file for each, and what they share.

mod gate;
mod lead;
mod lock;
mod members;
mod parties;
mod properties;
mod remedy;
mod scenario;

use crate::{mock::*, Approvals, MembersOf, PartiesOf, PoolOf, Pools, Remedies};
use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use sp_runtime::{AccountId32, DispatchResult};
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    ids::{CarrierId, PoolId, Reference},
    order::{Order, Purpose},
    pool::{self, Duties, PoolLock, PoolPolicy, Remedy},
    traits::{PoolAuthority, PoolRefusal},
};

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;
type Pool = specie_primitives::pool::Pool<AccountId32>;

const CAUSE: Cause = Cause { code: CauseCode::Defect, document: Some([0xd0; 32]) };
const POOL: PoolId = PoolId(0);
const POLICY: PoolPolicy = PoolPolicy { lease: 10, approvals: 2 };
const UNIT_DUTIES: Duties = Duties { unit: true, host: false, unlocker: false };
const HOST_DUTIES: Duties = Duties { unit: false, host: true, unlocker: false };
const UNLOCKER: Duties = Duties { unit: false, host: false, unlocker: true };
const NO_DUTIES: Duties = Duties { unit: false, host: false, unlocker: false };

fn signed(account: AccountId32) -> RuntimeOrigin {
    RuntimeOrigin::signed(account)
}

fn card(number: u8) -> CarrierId {
    CarrierId([number; 32])
}

/// The operator makes a pool of two units, a host and two unlockers.
fn create() -> PoolId {
    let parties = vec![
        (UNIT, UNIT_DUTIES),
        (OTHER_UNIT, UNIT_DUTIES),
        (HOST, HOST_DUTIES),
        (CLERK, UNLOCKER),
        (MANAGER, UNLOCKER),
    ];
    let id = PoolId(crate::NextPool::<Test>::get());
    assert_ok!(Safes::create(signed(OPERATOR), POLICY, parties.try_into().unwrap()));
    id
}

/// A card joins, by whomever.
fn join(by: AccountId32, pool: PoolId, carrier: CarrierId) -> DispatchResult {
    let order = consent(pool, carrier);
    Safes::join(signed(by), pool, Box::new(order), signature_of(&order))
}

/// The next order of a card, which consents to join the operator's pool.
fn consent(pool: PoolId, carrier: CarrierId) -> Order {
    let sequence = last_sequence(&carrier) + 1;
    pool::consent(Safes::genesis_hash(), pool, OPERATOR.into(), carrier, sequence, 100)
}

fn pool(id: PoolId) -> Pool {
    Pools::<Test>::get(id).unwrap()
}

fn held() -> u128 {
    Balances::balance_on_hold(&crate::HoldReason::Record.into(), &OPERATOR)
}

/// What the gate says of an order of a card for a request of the host's to a pool.
fn gate(carrier: CarrierId, asked: Option<PoolId>, epoch: u32) -> Result<(), PoolRefusal> {
    asked_by(HOST, carrier, asked, epoch)
}

fn asked_by(opener: AccountId32, carrier: CarrierId, asked: Option<PoolId>, epoch: u32) -> Result<(), PoolRefusal> {
    <Safes as PoolAuthority<AccountId32>>::check(&carrier, asked.map(|pool| (pool, opener)), epoch)
}

/// What the gate says of money that a card has put on hold for a request of the host's.
fn may_settle(carrier: CarrierId, asked: Option<(PoolId, u32)>) -> Result<(), PoolRefusal> {
    <Safes as PoolAuthority<AccountId32>>::may_settle(&HOST, &carrier, asked)
}

fn may_open(opener: &AccountId32, pool: PoolId, epoch: u32) -> bool {
    <Safes as PoolAuthority<AccountId32>>::may_open(opener, pool, epoch)
}

/// Both agree that the pool is unlocked.
fn unlock(id: PoolId, lock: PoolLock) {
    let number = pool(id).lock_number;
    for account in [CLERK, MANAGER] {
        assert_ok!(Safes::unlock(signed(account), id, number, lock));
    }
}

fn last_event() -> Event {
    match System::events().pop().unwrap().event {
        RuntimeEvent::Safes(event) => event,
        other => panic!("{other:?}"),
    }
}
