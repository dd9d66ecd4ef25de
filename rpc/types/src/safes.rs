//! Safes: pools of carriers, what they hold, and what is asked of them.

use crate::{
    account::Account,
    scalars::{Block, Hash, Heads, Units},
    verdict::BriefVerdict,
    word::{List, Word},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specie_primitives::{ids::CurrencyId, names, pool::PoolLock, request::RequestKind, BlockNumber};

/// A pool of carriers.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Safe {
    /// Its number.
    pub pool: u32,
    /// Whose it is.
    pub operator: Account,
    /// What orders of its members have to name; 0: nobody has led it yet.
    pub epoch: u32,
    /// The unit that leads; `null`: none does.
    pub leader: Option<Account>,
    /// The last block for which it leads without saying so again.
    pub lease_until: BlockNumber,
    /// For how many blocks a unit leads after it has said so.
    pub lease: BlockNumber,
    /// How many unlockers have to agree before it is unlocked.
    pub approvals: u8,
    /// `open`, `oneOrder`, `noPayout` or `noChange`.
    pub lock: Word<PoolLock>,
    /// How often it was locked or unlocked: what an unlocker agrees to.
    pub lock_number: u32,
    /// How many carriers are its members.
    pub members: u32,
    /// Whether the issuer has released its members: then they are cards like any others.
    pub released: bool,
    /// The accounts that have duties.
    pub parties: Vec<Party>,
}

/// An account with duties for a pool.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// The account.
    pub account: Account,
    /// Whether it may lead.
    pub unit: bool,
    /// Whether it may ask for money.
    pub host: bool,
    /// Whether it may agree that the pool is unlocked.
    pub unlocker: bool,
}

/// A page of what a safe holds.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct SafeContent {
    /// The pool, at the last final block.
    pub safe: Safe,
    /// Its members at the last final block, in the order of their addresses, with the verdict on each: all from one snapshot.
    pub members: Vec<SafeMember>,
    /// Ask with it for the next page; `null`: this was the last.
    pub cursor: Option<String>,
    /// The blocks that the verdicts hold at.
    pub head: Heads,
}

/// A member of a pool.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct SafeMember {
    /// The carrier.
    pub address: Account,
    /// The verdict on it, without evidence.
    pub verdict: BriefVerdict,
}

/// What pool a carrier belongs to, at the last final block.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    /// The pool; `null`: none.
    pub pool: Option<u32>,
    /// The block that it holds at.
    pub head: Block,
}

/// A page of what is asked of a safe, at the last final block.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct SafeRequests {
    /// The requests whose records are kept, in the order of their references.
    pub requests: Vec<RequestRecord>,
    /// Ask with it for the next page; `null`: this was the last.
    pub cursor: Option<String>,
    /// The block that it holds at.
    pub head: Block,
}

/// A request for a payment.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct RequestRecord {
    /// The request: what an order names.
    pub reference: Hash,
    /// Who opened it.
    pub opener: Account,
    /// `withdrawal`, `deposit`, `sale`, `voucher`, `vehicle` or `transfer`.
    pub kind: Word<RequestKind>,
    /// Who is paid.
    pub payee: Account,
    /// The carrier that pays; `null`: whichever may.
    pub payer: Option<Account>,
    /// The currency of the amounts: `native`, or `asset:` and a number.
    pub currency: Word<CurrencyId>,
    /// The least that it takes, in base units.
    pub least: Units,
    /// The most that it takes, in base units.
    pub most: Units,
    /// The last block at which it may be paid or held for.
    pub expires: BlockNumber,
    /// The last block at which its opener may settle what is on hold.
    pub settle_by: BlockNumber,
    /// The epoch in which alone it is paid; 0: in whichever is the current one.
    pub epoch: u32,
    /// The larger request that it is a part of.
    pub parent: Option<Hash>,
    /// The block at which it was opened.
    pub opened_at: BlockNumber,
    /// `open`, `held`, `inDoubt`, `settled`, `released` or `expired`.
    pub state: Word<RequestStatus>,
    /// The carrier that has paid or put money on hold.
    pub carrier: Option<Account>,
    /// What it has paid or put on hold, in base units.
    pub paid: Option<Units>,
}

/// Where a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestStatus {
    /// It waits for an order.
    Open,
    /// Money is on hold for it.
    Held,
    /// Nobody knows whether what it was for has happened.
    InDoubt,
    /// The payee was paid.
    Settled,
    /// It was taken back.
    Released,
    /// Nobody paid it in time.
    Expired,
}

impl List for RequestStatus {}

names!(RequestStatus {
    Open => "open",
    Held => "held",
    InDoubt => "inDoubt",
    Settled => "settled",
    Released => "released",
    Expired => "expired",
});
