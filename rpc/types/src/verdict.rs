//! Verdicts with what they rest on.

use crate::{
    account::Account,
    currency::Currency,
    scalars::{Bytes, Hash, Heads, Units},
    word::Word,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specie_primitives::{
    order::Purpose,
    records::{BatchState, CarrierState},
    verdict::{Reason, State},
    Balance, BlockNumber,
};

/// What is free at an address, and what is on hold, at both blocks, in base units.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
pub struct Balances {
    /// At the last final block; `null`: no carrier was registered at the address then.
    pub finalized: Option<Units>,
    /// At the best block.
    pub best: Units,
    /// What is on hold for requests, beside `best`, at the best block.
    pub held: Units,
}

/// What the chain keeps about a carrier, at the best block.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct CarrierRecord {
    /// `active`, `frozen`, `conflictingOrders`, `conflictingAttestations`, `superseded` or `retired`.
    pub state: Word<CarrierState>,
    /// What its money is, for good. All amounts of the answer are in it.
    pub currency: Currency,
    /// The face value in base units; `null`: any amount.
    pub denomination: Option<Units>,
    /// The block by which it is to be funded; `null`: whenever.
    pub funding_due: Option<BlockNumber>,
    /// Which of the card's currency keys it is.
    pub generation: u32,
    /// The sequence of the last order that was accepted.
    pub sequence: u32,
    /// That of the last order that was accepted for good, for ATTEST's `since`; `null`: the registration is not final.
    pub final_sequence: Option<u32>,
    /// The currency key: scheme and key.
    pub currency_key: Bytes,
    /// The device key: scheme and key.
    pub device_key: Bytes,
    /// The machine that registered it.
    pub machine: Account,
    /// The block of its registration.
    pub registered_at: BlockNumber,
}

/// Who made the card, by its certificate or, without one, by its record.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Maker {
    /// The batch.
    pub batch: u64,
    /// The manufacturer's number.
    pub manufacturer: u32,
    /// Its name.
    pub manufacturer_name: String,
    /// `active`, `suspended` or `revoked`.
    pub state: Word<BatchState>,
    /// Whether the chain refuses the orders of its carriers while it is not active.
    pub blocks_orders: bool,
}

/// A spend that waits for a block.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct PendingSpend {
    /// The hash of the extrinsic in the pool; `null`: it was in a block that a reorganisation dropped.
    pub transaction: Option<Hash>,
    /// The hash of that block.
    pub dropped_block: Option<Hash>,
    /// The order's sequence.
    pub sequence: u32,
    /// What it is for: `transfer`, `cashOut` or `hold`.
    pub purpose: Word<Purpose>,
    /// Who would be paid.
    pub to: Account,
    /// Base units; `null`: everything.
    pub amount: Option<Units>,
    /// Base units.
    pub fee: Units,
    /// The last block that may include it; `null`: not known.
    pub valid_until: Option<BlockNumber>,
    /// The request that it names; `null`: none.
    pub reference: Option<Hash>,
    /// Whether another order of the same sequence waits that says something else: the card is cloned.
    pub conflict: bool,
}

/// A verdict with what it rests on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The carrier's address; `null` for a card that has none yet.
    pub address: Option<Account>,
    /// What to do depends on this.
    pub state: Word<State>,
    /// What decided it.
    pub reason: Word<Reason>,
    /// Everything that applies.
    pub reasons: Vec<Word<Reason>>,
    /// Whether the card's evidence was examined.
    pub proven: bool,
    /// The last block that could include an outstanding order.
    pub outstanding_until: Option<BlockNumber>,
    /// What the carrier holds beyond its denomination at the last final block, in base units; `0`: nothing, or it has no
    /// denomination.
    pub surplus: Units,
    /// What the address holds; `null` when the node cannot know, or no carrier is registered at it.
    pub balance: Option<Balances>,
    /// Spends that wait for a block, the first of them if there are many; `null` when the node cannot know.
    pub pending_spends: Option<Vec<PendingSpend>>,
    /// The record at the best block; `null` when there is none.
    pub carrier: Option<CarrierRecord>,
    /// The card's maker; `null` when the chain does not know the batch.
    pub certificate: Option<Maker>,
    /// The blocks that it holds at; `null` when the node knows none.
    pub head: Option<Heads>,
}

/// A verdict in few words.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
pub struct BriefVerdict {
    /// What to do depends on this.
    pub state: Word<State>,
    /// What decided it.
    pub reason: Word<Reason>,
    /// Whether the card's evidence was examined.
    pub proven: bool,
    /// What the address holds; `null` when the node cannot know, or no carrier is registered at it.
    pub balance: Option<Balances>,
    /// What its money is; `null`: no record.
    pub currency: Option<Currency>,
    /// The face value in base units; `null`: any amount, or no record.
    pub denomination: Option<Units>,
    /// The sequence of the last order that was accepted; `null`: no record.
    pub sequence: Option<u32>,
    /// How many spends wait for a block.
    pub pending_spends: u32,
}

/// One of many verdicts.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum VerdictItem {
    /// There is one.
    Verdict(Box<Verdict>),
    /// There is one, and few words were asked for.
    Brief(BriefVerdict),
    /// There is none.
    Error {
        /// The code, as of the single method.
        code: i32,
        /// What is wrong.
        message: String,
    },
}

/// Many verdicts from one snapshot, in the order of the questions.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Verdicts {
    /// The verdicts.
    pub verdicts: Vec<VerdictItem>,
    /// The blocks that they all hold at; `null` when the node knows none.
    pub head: Option<Heads>,
}

impl Verdict {
    /// Whether the node knows at all: `unknown` says something about the node, or about the question, and nothing of the card.
    pub fn is_known(&self) -> bool {
        self.state != State::Unknown
    }

    /// What the address holds at the last final block, in base units.
    pub fn final_balance(&self) -> Option<Balance> {
        self.balance.and_then(|balance| balance.finalized).map(|units| units.0)
    }

    /// What the card's money is; the chain's own currency where it has no record yet.
    pub fn currency(&self) -> Currency {
        self.carrier.as_ref().map_or_else(Currency::native, |carrier| carrier.currency.clone())
    }

    /// The sequence with which the card should be asked again, about its orders after it: the card's word may rest on the expiry
    /// of an order that is dead, since the chain has accepted a later one for good. `None`: asking again would say the same.
    pub fn ask_since(&self) -> Option<u32> {
        let accepted = self.final_sequence()?;
        (accepted > 0 && self.has(Reason::OrderOutstanding)).then_some(accepted)
    }

    /// The sequence of the last order that was accepted for good.
    pub fn final_sequence(&self) -> Option<u32> {
        self.carrier.as_ref()?.final_sequence
    }

    /// Whether this reason is among those that apply.
    pub fn has(&self, reason: Reason) -> bool {
        self.reasons.iter().any(|known| *known == reason)
    }
}
