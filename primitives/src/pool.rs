//! Pools of carriers: what one safe holds, or several that stand together, as the chain keeps them.
//!
//! The money of a safe lies on many cards, and several controllers (*units*) may work with them. A member card pays in the name of its
//! pool alone: its order names an open request of the pool and the pool's current *epoch*. Whoever takes the lead raises the epoch, so that
//! what an earlier leader had signed, and was stopped before it was sent, is never paid beside what the new one has signed.

use crate::{
    crypto::blake2_256,
    ids::{scale_derives, CarrierId, PoolId, Reference},
    order::{Order, Purpose},
    wire::Message,
    BlockNumber,
};

/// The domain of the reference by which a card's order consents to join a pool.
pub const JOIN_DOMAIN: &[u8] = b"specie:pool:join:v1";

scale_derives! {
    /// Whether the members of a pool pay. Whatever the box says: a card that it cannot reach is locked too.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum PoolLock {
        /// They do.
        #[default]
        #[cfg_attr(feature = "scale", codec(index = 0))]
        Open,
        /// They execute one more order, and then none (F92).
        #[cfg_attr(feature = "scale", codec(index = 1))]
        OneOrder,
        /// They pay nobody; money may come in (F89).
        #[cfg_attr(feature = "scale", codec(index = 2))]
        NoPayout,
        /// Nothing goes out, and no order and no machine pays anything in.
        #[cfg_attr(feature = "scale", codec(index = 3))]
        NoChange,
    }

    /// What an account may do for a pool.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Duties {
        /// Lead it: it controls a box of the pool.
        pub unit: bool,
        /// Ask it for money: a bank's host.
        pub host: bool,
        /// Agree that it is unlocked.
        pub unlocker: bool,
    }

    /// What a pool's operator has decided.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct PoolPolicy {
        /// For how many blocks a unit leads after it has said so.
        pub lease: BlockNumber,
        /// How many unlockers have to agree before the pool is unlocked.
        pub approvals: u8,
    }

    /// What the issuer does for a pool whose operator has lost its key, once the delay is over.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Remedy<AccountId> {
        /// Another operator.
        #[cfg_attr(feature = "scale", codec(index = 0))]
        Operator(AccountId),
        /// Its members are cards like any others again.
        #[cfg_attr(feature = "scale", codec(index = 1))]
        Release,
    }

    /// A pool.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Pool<AccountId> {
        /// Whose it is.
        pub operator: AccountId,
        /// Raised by whoever takes the lead; 0: nobody has led yet.
        pub epoch: u32,
        /// The unit that leads.
        pub leader: Option<AccountId>,
        /// The last block for which it leads without saying so again.
        pub lease_until: BlockNumber,
        /// What the operator has decided.
        pub policy: PoolPolicy,
        /// Whether its members pay.
        pub lock: PoolLock,
        /// How often it was locked or unlocked: what somebody agrees to is of one lock alone.
        pub lock_number: u32,
        /// How many accounts have duties.
        pub parties: u32,
        /// How many carriers are its members.
        pub members: u32,
        /// How much of the operator's money is held for it and its members, in base units.
        pub deposit: u128,
        /// Whether the issuer has released its members.
        pub is_released: bool,
    }
}

impl PoolLock {
    /// Whether members' orders are executed.
    pub const fn lets_out(self) -> bool {
        matches!(self, Self::Open | Self::OneOrder)
    }

    /// What it becomes when a member has paid.
    pub const fn after_payment(self) -> Self {
        match self {
            Self::OneOrder => Self::NoPayout,
            other => other,
        }
    }

    /// Whether money may be paid in by orders and at machines.
    pub const fn lets_in(self) -> bool {
        !matches!(self, Self::NoChange)
    }
}

impl Duties {
    /// Whether there is any.
    pub const fn any(self) -> bool {
        self.unit || self.host || self.unlocker
    }
}

impl<AccountId: PartialEq> Pool<AccountId> {
    /// Whether `unit` may take the lead at this block from the one who has it.
    pub fn may_be_led_by(&self, unit: &AccountId, now: BlockNumber) -> bool {
        self.leader.as_ref().is_none_or(|leader| leader == unit || now > self.lease_until)
    }
}

/// The reference that an order has which consents to join a pool: of this chain, this pool and this carrier. No request has it.
pub fn join_reference(genesis: &[u8; 32], pool: PoolId, carrier: &CarrierId) -> Reference {
    let message = Message::<{ 19 + 32 + 4 + 32 }>::build(|out| {
        out.bytes(JOIN_DOMAIN).bytes(genesis).bytes(&pool.0.to_le_bytes()).bytes(carrier.as_bytes());
    });
    Reference(blake2_256(message.as_bytes()))
}

/// The order by which a card consents to join the pool of `operator`. It moves nothing. Being an order it wants the card's code
/// where that has one, and serves once.
pub fn consent(
    genesis: [u8; 32],
    pool: PoolId,
    operator: [u8; 32],
    carrier: CarrierId,
    sequence: u32,
    valid_until: BlockNumber,
) -> Order {
    Order {
        genesis,
        carrier,
        purpose: Purpose::Hold,
        sequence,
        to: operator,
        amount: 0,
        fee: 0,
        fee_to: operator,
        valid_until,
        reference: join_reference(&genesis, pool, &carrier),
        epoch: 0,
    }
}

/// Whether an order consents to join the pool of `operator`. Says nothing about its signature, its sequence and its expiry.
pub fn is_consent(order: &Order, genesis: [u8; 32], pool: PoolId, operator: [u8; 32]) -> bool {
    *order == consent(genesis, pool, operator, order.carrier, order.sequence, order.valid_until)
}
