//! What can be written to the chain, by the names that its metadata has.

use crate::Account;
use codec::{Compact, Encode};
use specie_primitives::{
    acts::Cause,
    crypto::Signature,
    ids::{BatchId, CarrierId, CurrencyId, ManufacturerId, PoolId},
    order::Order,
    pool::{Duties, PoolLock, PoolPolicy, Remedy},
    records::{BatchKey, FeePolicy, MachineKind, Permissions},
    registration::Registration,
    request::Terms,
    Balance, BlockNumber,
};

/// What a call's argument is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// SCALE bytes.
    Bytes(Vec<u8>),
    /// Another call.
    Call(Box<Call>),
}

/// A call: pallet, name, arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The pallet.
    pub pallet: &'static str,
    /// The call's name.
    pub name: &'static str,
    arguments: Vec<Part>,
}

impl Call {
    /// A call with arguments that are SCALE encoded one after the other.
    pub fn new(pallet: &'static str, name: &'static str, arguments: impl Encode) -> Self {
        Self { pallet, name, arguments: vec![Part::Bytes(arguments.encode())] }
    }

    /// The arguments' bytes, with calls inside as `encode` makes them.
    pub(crate) fn arguments<E>(&self, mut encode: impl FnMut(&Self) -> Result<Vec<u8>, E>) -> Result<Vec<u8>, E> {
        let mut bytes = Vec::new();
        for part in &self.arguments {
            match part {
                Part::Bytes(known) => bytes.extend_from_slice(known),
                Part::Call(call) => bytes.extend(encode(call)?),
            }
        }
        Ok(bytes)
    }

    /// A machine registers a carrier.
    pub fn initialise(registration: &Registration) -> Self {
        Self::new("Carriers", "initialise", registration)
    }

    /// A machine registers the next key of a card that was reset.
    pub fn rotate(registration: &Registration) -> Self {
        Self::new("Carriers", "rotate", registration)
    }

    /// Money onto a carrier.
    pub fn fund(carrier: CarrierId, amount: Balance) -> Self {
        Self::new("Carriers", "fund", (carrier, Compact(amount)))
    }

    /// Money onto a carrier at a machine, with its fee on top, at most `max_fee`.
    pub fn fund_at(carrier: CarrierId, amount: Balance, machine: Account, max_fee: Balance) -> Self {
        Self::new("Carriers", "fund_at", (carrier, Compact(amount), machine.0, Compact(max_fee)))
    }

    /// A card's order.
    pub fn spend(order: &Order, signature: &Signature) -> Self {
        Self::new("Carriers", "spend", (order, signature))
    }

    /// The issuer stops a carrier's orders.
    pub fn freeze(carrier: CarrierId, cause: Cause) -> Self {
        Self::new("Carriers", "freeze", (carrier, cause))
    }

    /// The issuer lets them go on.
    pub fn unfreeze(carrier: CarrierId, cause: Cause) -> Self {
        Self::new("Carriers", "unfreeze", (carrier, cause))
    }

    /// The issuer corrects a carrier's record.
    pub fn repair(
        carrier: CarrierId,
        denomination: Option<Balance>,
        funding_due: Option<BlockNumber>,
        cause: Cause,
    ) -> Self {
        Self::new("Carriers", "repair", (carrier, denomination, funding_due, cause))
    }

    /// The issuer takes a carrier out of use for good.
    pub fn retire(carrier: CarrierId, cause: Cause) -> Self {
        Self::new("Carriers", "retire", (carrier, cause))
    }

    /// The issuer pays out what a stopped carrier holds.
    pub fn settle(carrier: CarrierId, to: Account, currency: CurrencyId, cause: Cause) -> Self {
        Self::new("Carriers", "settle", (carrier, to.0, currency, cause))
    }

    /// The issuer creates a currency, of which there is nothing yet.
    pub fn create_currency(
        name: &str,
        symbol: &str,
        decimals: u8,
        minimum: Balance,
        cap: Balance,
        cause: Cause,
    ) -> Self {
        let (name, symbol) = (name.as_bytes(), symbol.as_bytes());
        Self::new("Issuance", "create", (name, symbol, decimals, Compact(minimum), Compact(cap), cause))
    }

    /// The issuer makes money, for an entry of its books.
    pub fn mint(currency: CurrencyId, to: Account, amount: Balance, entry: [u8; 32]) -> Self {
        Self::new("Issuance", "mint", (currency, to.0, Compact(amount), entry))
    }

    /// The issuer destroys money that was given back to it, for an entry of its books.
    pub fn burn(currency: CurrencyId, amount: Balance, entry: [u8; 32]) -> Self {
        Self::new("Issuance", "burn", (currency, Compact(amount), entry))
    }

    /// The issuer changes the most that there may be of a currency.
    pub fn change_cap(currency: CurrencyId, cap: Balance, cause: Cause) -> Self {
        Self::new("Issuance", "change_cap", (currency, Compact(cap), cause))
    }

    /// The issuer clears a carrier that was proved to be cloned.
    pub fn unmark(carrier: CarrierId, cause: Cause) -> Self {
        Self::new("Carriers", "unmark", (carrier, cause))
    }

    /// Two different orders of one sequence.
    pub fn report_orders(one: (&Order, &Signature), other: (&Order, &Signature)) -> Self {
        Self::new("Carriers", "report_orders", (one, other))
    }

    /// The issuer registers a manufacturer, whose batches may have room for `quota` carriers together.
    pub fn register_manufacturer(account: Account, name: &str, quota: u64) -> Self {
        Self::new("Manufacturers", "register", (account.0, name.as_bytes(), Compact(quota)))
    }

    /// A manufacturer adds a batch of `capacity` carriers, which may be registered until block `expires`. `possession` is
    /// the batch key's signature over `specie_primitives::batch::possession_message`.
    pub fn add_batch(
        batch: BatchId,
        key: BatchKey,
        capacity: u32,
        expires: BlockNumber,
        possession: &Signature,
    ) -> Self {
        Self::new("Manufacturers", "add_batch", (batch, key, capacity, expires, possession))
    }

    /// The issuer adds a manufacturer's batch under a card maker's own key.
    pub fn add_foreign_batch(
        manufacturer: ManufacturerId,
        batch: BatchId,
        key: BatchKey,
        capacity: u32,
        expires: BlockNumber,
    ) -> Self {
        Self::new("Manufacturers", "add_foreign_batch", (manufacturer, batch, key, capacity, expires))
    }

    /// The issuer stops a manufacturer.
    pub fn suspend_manufacturer(manufacturer: ManufacturerId, cause: Cause) -> Self {
        Self::new("Manufacturers", "suspend_manufacturer", (manufacturer, cause))
    }

    /// The issuer lets a manufacturer work again.
    pub fn resume_manufacturer(manufacturer: ManufacturerId, cause: Cause) -> Self {
        Self::new("Manufacturers", "resume_manufacturer", (manufacturer, cause))
    }

    /// The issuer changes how many carriers a manufacturer's batches may have room for.
    pub fn change_quota(manufacturer: ManufacturerId, quota: u64) -> Self {
        Self::new("Manufacturers", "change_quota", (manufacturer, Compact(quota)))
    }

    /// The manufacturer or the issuer doubts a batch.
    pub fn suspend_batch(batch: BatchId, cause: Cause) -> Self {
        Self::new("Manufacturers", "suspend_batch", (batch, cause))
    }

    /// The issuer trusts a batch again.
    pub fn reactivate_batch(batch: BatchId, cause: Cause) -> Self {
        Self::new("Manufacturers", "reactivate_batch", (batch, cause))
    }

    /// The issuer trusts a batch no more, for good.
    pub fn revoke_batch(batch: BatchId, cause: Cause) -> Self {
        Self::new("Manufacturers", "revoke_batch", (batch, cause))
    }

    /// The issuer blocks or unblocks the orders of a batch that is not active.
    pub fn block_orders(batch: BatchId, blocked: bool, cause: Cause) -> Self {
        Self::new("Manufacturers", "block_orders", (batch, blocked, cause))
    }

    /// The issuer registers a machine.
    pub fn register_machine(
        machine: Account,
        kind: MachineKind,
        operator: Account,
        permissions: Permissions,
        fee_ceiling: FeePolicy,
    ) -> Self {
        Self::new("Machines", "register", (machine.0, kind, operator.0, permissions, fee_ceiling))
    }

    /// The issuer stops a machine.
    pub fn suspend_machine(machine: Account, cause: Cause) -> Self {
        Self::new("Machines", "suspend", (machine.0, cause))
    }

    /// The issuer lets a machine work again.
    pub fn resume_machine(machine: Account, cause: Cause) -> Self {
        Self::new("Machines", "resume", (machine.0, cause))
    }

    /// The issuer announces that another account is going to run a machine.
    pub fn change_operator(machine: Account, operator: Account, cause: Cause) -> Self {
        Self::new("Machines", "change_operator", (machine.0, operator.0, cause))
    }

    /// The issuer takes an announced change of operator back.
    pub fn cancel_operator_change(machine: Account, cause: Cause) -> Self {
        Self::new("Machines", "cancel_operator_change", (machine.0, cause))
    }

    /// Anybody puts an announced change of operator into effect, when its delay has passed.
    pub fn apply_operator_change(machine: Account) -> Self {
        Self::new("Machines", "apply_operator_change", machine.0)
    }

    /// The issuer grants a machine initialisations.
    pub fn give_grants(machine: Account, count: u32) -> Self {
        Self::new("Machines", "give_grants", (machine.0, count))
    }

    /// The issuer takes grants back that are not used.
    pub fn revoke_grants(machine: Account, from: u32, count: u32, cause: Cause) -> Self {
        Self::new("Machines", "revoke_grants", (machine.0, from, count, cause))
    }

    /// The operator sets what a machine asks.
    pub fn change_fee(machine: Account, fee: FeePolicy) -> Self {
        Self::new("Machines", "change_fee", (machine.0, fee))
    }

    /// Its operator makes a pool.
    pub fn create_pool(policy: PoolPolicy, parties: Vec<(Account, Duties)>) -> Self {
        let parties: Vec<_> = parties.into_iter().map(|(account, duties)| (account.0, duties)).collect();
        Self::new("Safes", "create", (policy, parties))
    }

    /// The operator changes what an account may do for a pool.
    pub fn change_party(pool: PoolId, party: Account, duties: Duties) -> Self {
        Self::new("Safes", "change_party", (pool, party.0, duties))
    }

    /// The operator changes how long leases are, and how many unlock a pool.
    pub fn change_pool_policy(pool: PoolId, policy: PoolPolicy) -> Self {
        Self::new("Safes", "change_policy", (pool, policy))
    }

    /// The operator or a unit has a carrier join, whose card consents.
    pub fn join_pool(pool: PoolId, consent: &Order, signature: &Signature) -> Self {
        Self::new("Safes", "join", (pool, consent, signature))
    }

    /// The operator has a carrier leave.
    pub fn leave_pool(pool: PoolId, carrier: CarrierId) -> Self {
        Self::new("Safes", "leave", (pool, carrier))
    }

    /// A unit takes the lead from whoever had it in `epoch`.
    pub fn take_lead(pool: PoolId, epoch: u32) -> Self {
        Self::new("Safes", "take_lead", (pool, Compact(epoch)))
    }

    /// The leader leads for another lease.
    pub fn renew_lead(pool: PoolId, epoch: u32) -> Self {
        Self::new("Safes", "renew", (pool, Compact(epoch)))
    }

    /// The leader leads no more.
    pub fn step_down(pool: PoolId, epoch: u32) -> Self {
        Self::new("Safes", "step_down", (pool, Compact(epoch)))
    }

    /// A party or the issuer locks a pool.
    pub fn lock_pool(pool: PoolId, lock: PoolLock, cause: Cause) -> Self {
        Self::new("Safes", "lock", (pool, lock, cause))
    }

    /// An unlocker agrees that the lock of this number gives way to `lock`.
    pub fn unlock_pool(pool: PoolId, number: u32, lock: PoolLock) -> Self {
        Self::new("Safes", "unlock", (pool, Compact(number), lock))
    }

    /// The issuer announces what it is going to do for a pool whose operator has lost its key.
    pub fn announce_remedy(pool: PoolId, remedy: Remedy<[u8; 32]>, cause: Cause) -> Self {
        Self::new("Safes", "announce_remedy", (pool, remedy, cause))
    }

    /// The issuer takes the announcement back.
    pub fn cancel_remedy(pool: PoolId, cause: Cause) -> Self {
        Self::new("Safes", "cancel_remedy", (pool, cause))
    }

    /// Anybody does what was announced, when its delay has passed.
    pub fn carry_out_remedy(pool: PoolId) -> Self {
        Self::new("Safes", "carry_out_remedy", pool)
    }

    /// The operator ends a pool that has no members.
    pub fn dissolve_pool(pool: PoolId) -> Self {
        Self::new("Safes", "dissolve", pool)
    }

    /// Somebody asks for a payment. `number`: of the opener's next request.
    pub fn open_request(number: u64, terms: &Terms<[u8; 32]>) -> Self {
        Self::new("Requests", "open", (Compact(number), terms))
    }

    /// A payment from account to account that leaves the payer alive: what remains is at least what an account must hold.
    pub fn transfer(currency: CurrencyId, to: Account, amount: Balance) -> Self {
        // An address that is an account id.
        let to = (0u8, to.0);
        match currency {
            CurrencyId::Native => Self::new("Balances", "transfer_keep_alive", (to, Compact(amount))),
            CurrencyId::Asset(number) => {
                Self::new("Assets", "transfer_keep_alive", (Compact(number), to, Compact(amount)))
            }
        }
    }

    /// Everything that an account holds of a currency, to another account.
    pub fn transfer_all(currency: CurrencyId, to: Account) -> Self {
        let (to, keep_alive) = ((0u8, to.0), false);
        match currency {
            CurrencyId::Native => Self::new("Balances", "transfer_all", (to, keep_alive)),
            CurrencyId::Asset(number) => Self::new("Assets", "transfer_all", (Compact(number), to, keep_alive)),
        }
    }

    /// Anybody has the deposit of a motion that is gone given back.
    pub fn release_motion(proposal: [u8; 32]) -> Self {
        Self::new("IssuerCouncil", "release_proposal_cost", proposal)
    }

    /// The holder of the sudo key has the root do something.
    pub fn sudo(call: Self) -> Self {
        Self { pallet: "Sudo", name: "sudo", arguments: vec![Part::Call(Box::new(call))] }
    }

    /// A member of the council moves that `call`, of `length` bytes, be made, once `threshold` members agree.
    pub fn propose(threshold: u32, call: Self, length: u32) -> Self {
        let bytes = |part: Vec<u8>| Part::Bytes(part);
        let arguments =
            vec![bytes(Compact(threshold).encode()), Part::Call(Box::new(call)), bytes(Compact(length).encode())];
        Self { pallet: "IssuerCouncil", name: "propose", arguments }
    }

    /// A member of the council votes on motion `index`.
    pub fn vote(proposal: [u8; 32], index: u32, approve: bool) -> Self {
        Self::new("IssuerCouncil", "vote", (proposal, Compact(index), approve))
    }

    /// Anybody closes a motion that is decided; a call of `length` bytes is made if it was agreed to.
    pub fn close(proposal: [u8; 32], index: u32, length: u32) -> Self {
        // As much as any call of the issuer takes.
        let weight = (Compact(100_000_000_000u64), Compact(1_000_000u64));
        Self::new("IssuerCouncil", "close", (proposal, Compact(index), weight, Compact(length)))
    }
}
