//! What the pallets need of each other. They know these traits, never one another.

use crate::{
    crypto::Signature,
    ids::{BatchId, CarrierId, CurrencyId, PoolId, Reference},
    order::Order,
    pool::PoolLock,
    records::{Batch, Permissions},
    Balance,
};

/// The registry of batches, as the carriers need it.
pub trait BatchKeys {
    /// The registry's error.
    type Error;

    /// The batch, whatever its state; `None` when it was never registered.
    fn batch(id: BatchId) -> Option<Batch>;

    /// Counts one carrier against the batch's capacity.
    ///
    /// Fails when the batch is unknown, not active, expired or full.
    fn count_carrier(id: BatchId) -> Result<(), Self::Error>;

    /// How many carriers are registered under all batches together. Reads every batch: for checks of the state.
    fn registered() -> u64;
}

/// What a machine may be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Register carriers.
    Initialise,
    /// Take its fee for funding.
    Fund,
    /// Cash carriers out.
    CashOut,
}

impl Permissions {
    /// Whether `permission` is among them.
    pub const fn allow(&self, permission: Permission) -> bool {
        match permission {
            Permission::Initialise => self.initialise,
            Permission::Fund => self.fund,
            Permission::CashOut => self.cash_out,
        }
    }
}

/// The registry of machines, as the carriers need it.
pub trait MachineAuthority<AccountId> {
    /// The registry's error.
    type Error;

    /// The operator of `machine`, when the machine is registered, not suspended and has the permission.
    fn authorise(machine: &AccountId, permission: Permission) -> Result<AccountId, Self::Error>;

    /// The operator of `machine`, whatever the machine's state; `None` when it is not registered.
    fn operator(machine: &AccountId) -> Option<AccountId>;

    /// The operator of `machine`, when the machine is registered and not suspended.
    fn works_for(machine: &AccountId) -> Option<AccountId>;

    /// Uses up the machine's grant `index`, which can never be used again.
    fn use_grant(machine: &AccountId, index: u32) -> Result<(), Self::Error>;

    /// What the machine asks for funding `amount` of a currency, in base units of that currency. The flat part of its policy
    /// is an amount of the chain's own currency, and is not asked in another.
    fn fee(machine: &AccountId, currency: CurrencyId, amount: Balance) -> Result<Balance, Self::Error>;
}

/// What an order is going to do for the request that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The request.
    pub reference: Reference,
    /// The carrier that pays.
    pub carrier: CarrierId,
    /// The sequence of its order.
    pub sequence: u32,
    /// Who is paid.
    pub payee: [u8; 32],
    /// What the payee gets, or what is put on hold for it, in base units.
    pub amount: Balance,
    /// The currency of the amount.
    pub currency: CurrencyId,
    /// The epoch that the order names.
    pub epoch: u32,
    /// Whether the money is put on hold, not paid.
    pub hold: bool,
}

/// Why a request does not take a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestRefusal {
    /// Nobody has opened it, or not yet.
    NotOpen,
    /// It was paid, held for, released or has expired.
    Closed,
    /// It names another carrier as the payer.
    OtherPayer,
    /// It names another payee.
    OtherPayee,
    /// It asks for another amount, or for less.
    OtherAmount,
    /// It asks for another currency.
    OtherCurrency,
    /// It is of another epoch.
    OtherEpoch,
}

/// The ledger of requests, as the carriers need it.
pub trait RequestLedger {
    /// The ledger's error.
    type Error;

    /// Whether the request takes the payment at this block. Writes nothing.
    fn check(payment: &Payment) -> Result<(), RequestRefusal>;

    /// Books a payment that [`Self::check`] lets through. Paid money was moved by the caller; money to be held lies free
    /// at the carrier's address, and is put on hold here.
    fn book(payment: &Payment) -> Result<(), Self::Error>;

    /// The pool that a request is to, and who opened it; `None`: there is no such request, or any carrier may pay it.
    fn pool(reference: &Reference) -> Option<(PoolId, [u8; 32])>;

    /// The most that a request takes, in base units, whatever its state; `None`: there is no such request.
    fn most(reference: &Reference) -> Option<Balance>;

    /// What is held at `carrier` of a currency for its requests, in base units.
    fn held(carrier: &CarrierId, currency: CurrencyId) -> Balance;
}

/// No requests: an order that names one is refused.
pub struct NoRequests<Error>(core::marker::PhantomData<Error>);

impl<Error> RequestLedger for NoRequests<Error> {
    type Error = Error;

    fn check(_: &Payment) -> Result<(), RequestRefusal> {
        Err(RequestRefusal::NotOpen)
    }

    fn book(_: &Payment) -> Result<(), Error> {
        Ok(())
    }

    fn pool(_: &Reference) -> Option<(PoolId, [u8; 32])> {
        None
    }

    fn most(_: &Reference) -> Option<Balance> {
        None
    }

    fn held(_: &CarrierId, _: CurrencyId) -> Balance {
        0
    }
}

/// What becomes of the network's part of a fee, as the carriers need it.
pub trait NetworkFees<AccountId> {
    /// What can go wrong.
    type Error;

    /// Takes `amount` base units of what `from` holds free for the network.
    fn collect(currency: CurrencyId, from: &AccountId, amount: Balance) -> Result<(), Self::Error>;
}

/// Why a pool does not let a carrier pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolRefusal {
    /// It is locked.
    Locked,
    /// A member's order has to name a request.
    NoRequest,
    /// The request is not to the carrier's pool.
    OtherPool,
    /// The order is of an earlier epoch than the pool's, or whoever asked may not ask any more.
    OtherEpoch,
    /// The order is of an epoch that has not begun.
    LaterEpoch,
}

/// The pools of carriers, as the requests and the carriers need them.
pub trait PoolAuthority<AccountId> {
    /// Whether `opener` may open a request to the pool in this epoch; 0: in whichever is the current one.
    fn may_open(opener: &AccountId, pool: PoolId, epoch: u32) -> bool;

    /// Whether an order of this carrier may pay. `asked`: the pool that the order's request is to, and who opened it; `epoch`: the one
    /// that the order names.
    fn check(carrier: &CarrierId, asked: Option<(PoolId, AccountId)>, epoch: u32) -> Result<(), PoolRefusal>;

    /// Whether what a carrier has put on hold for a request of `opener` may go to the payee now. `asked`: the pool and the epoch of the
    /// request.
    fn may_settle(opener: &AccountId, carrier: &CarrierId, asked: Option<(PoolId, u32)>)
        -> Result<(), PoolRefusal>;

    /// Whether `caller` may take back what was asked of a pool: its operator, and the unit that leads it.
    fn may_take_back(caller: &AccountId, pool: PoolId) -> bool;

    /// An order of this carrier was executed.
    fn paid(carrier: &CarrierId);

    /// Whether orders and machines may pay this carrier.
    fn may_receive(carrier: &CarrierId) -> bool;

    /// The pool of a carrier, and its lock; `None`: it pays as any other.
    fn pool_of(carrier: &CarrierId) -> Option<(PoolId, PoolLock)>;
}

/// No pools: nobody may ask one.
impl<AccountId> PoolAuthority<AccountId> for () {
    fn may_open(_: &AccountId, _: PoolId, _: u32) -> bool {
        false
    }

    fn check(_: &CarrierId, asked: Option<(PoolId, AccountId)>, _: u32) -> Result<(), PoolRefusal> {
        asked.map_or(Ok(()), |_| Err(PoolRefusal::OtherPool))
    }

    fn may_settle(_: &AccountId, _: &CarrierId, _: Option<(PoolId, u32)>) -> Result<(), PoolRefusal> {
        Ok(())
    }

    fn may_take_back(_: &AccountId, _: PoolId) -> bool {
        false
    }

    fn paid(_: &CarrierId) {}

    fn may_receive(_: &CarrierId) -> bool {
        true
    }

    fn pool_of(_: &CarrierId) -> Option<(PoolId, PoolLock)> {
        None
    }
}

/// The carriers, as the pools need them.
pub trait CarrierKeys {
    /// What can go wrong.
    type Error;

    /// Whether a carrier is registered at this address and in use.
    fn is_in_use(carrier: &CarrierId) -> bool;

    /// Takes an order that says something and moves nothing: its sequence is used from now on.
    ///
    /// Fails where an order with these would not be executed: of another chain, expired, an earlier sequence, a wrong signature, a carrier
    /// out of use.
    fn accept(order: &Order, signature: &Signature) -> Result<(), Self::Error>;
}
