//! A verdict with what it rests on.

use super::{
    currency::CurrencyAnswer,
    heads::HeadsAnswer,
    lists::name_of,
    names::{batch_state, carrier_state, purpose_name},
};
use crate::input::{hex_of, ss58};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specie_indexer::core::{Origin, Pending};
use specie_primitives::{
    api::ManufacturerInfo,
    ids::BatchId,
    order::EVERYTHING,
    records::{Batch, Carrier},
    wire::Wire,
};

/// What is free at an address, and what is on hold, at both blocks, in base units.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
pub struct BalanceAnswer {
    /// At the last final block; `null`: no carrier was registered at the address then.
    pub finalized: Option<String>,
    /// At the best block.
    pub best: String,
    /// What is on hold for requests, beside `best`, at the best block.
    pub held: String,
}

/// What the chain keeps about a carrier, at the best block.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct CarrierAnswer {
    /// `active`, `frozen`, `conflictingOrders`, `conflictingAttestations`, `superseded` or `retired`.
    pub state: String,
    /// What its money is, for good. All amounts of the answer are in it.
    pub currency: CurrencyAnswer,
    /// The face value in base units; `null`: any amount.
    pub denomination: Option<String>,
    /// The block by which it is to be funded; `null`: whenever.
    pub funding_due: Option<u32>,
    /// Which of the card's currency keys it is.
    pub generation: u32,
    /// The sequence of the last order that was accepted.
    pub sequence: u32,
    /// That of the last order that was accepted for good, for ATTEST's `since`; `null`: the registration is not final.
    pub final_sequence: Option<u32>,
    /// The currency key: scheme and key.
    pub currency_key: String,
    /// The device key: scheme and key.
    pub device_key: String,
    /// The machine that registered it.
    pub machine: String,
    /// The block of its registration.
    pub registered_at: u32,
}

/// Who made the card, by its certificate or, without one, by its record.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct CertificateAnswer {
    /// The batch.
    pub batch: u64,
    /// The manufacturer's number.
    pub manufacturer: u32,
    /// Its name.
    pub manufacturer_name: String,
    /// `active`, `suspended` or `revoked`.
    pub state: String,
    /// Whether the chain refuses the orders of its carriers while it is not active.
    pub blocks_orders: bool,
}

/// A spend that waits for a block.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct PendingAnswer {
    /// The hash of the extrinsic in the pool; `null`: it was in a block that a reorganisation dropped.
    pub transaction: Option<String>,
    /// The hash of that block.
    pub dropped_block: Option<String>,
    /// The order's sequence.
    pub sequence: u32,
    /// What it is for: `transfer`, `cashOut` or `hold`.
    pub purpose: String,
    /// Who would be paid.
    pub to: String,
    /// Base units; `null`: everything.
    pub amount: Option<String>,
    /// Base units.
    pub fee: String,
    /// The last block that may include it; `null`: not known.
    pub valid_until: Option<u32>,
    /// The request that it names; `null`: none.
    pub reference: Option<String>,
    /// Whether another order of the same sequence waits that says something else: the card is cloned.
    pub conflict: bool,
}

/// A verdict with what it rests on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct VerdictAnswer {
    /// The carrier's address; `null` for a card that has none yet.
    pub address: Option<String>,
    /// What to do depends on this.
    pub state: String,
    /// What decided it.
    pub reason: String,
    /// Everything that applies.
    pub reasons: Vec<String>,
    /// Whether the card's evidence was examined.
    pub proven: bool,
    /// The last block that could include an outstanding order.
    pub outstanding_until: Option<u32>,
    /// What the carrier holds beyond its denomination at the last final block, in base units; `0`: nothing, or it has no
    /// denomination.
    pub surplus: String,
    /// What the address holds; `null` when the node cannot know, or no carrier is registered at it.
    pub balance: Option<BalanceAnswer>,
    /// Spends that wait for a block, the first of them if there are many; `null` when the node cannot know.
    pub pending_spends: Option<Vec<PendingAnswer>>,
    /// The record at the best block; `null` when there is none.
    pub carrier: Option<CarrierAnswer>,
    /// The card's maker; `null` when the chain does not know the batch.
    pub certificate: Option<CertificateAnswer>,
    /// The blocks that it holds at; `null` when the node knows none.
    pub head: Option<HeadsAnswer>,
}

/// A verdict in few words.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
pub struct BriefAnswer {
    /// What to do depends on this.
    pub state: String,
    /// What decided it.
    pub reason: String,
    /// Whether the card's evidence was examined.
    pub proven: bool,
    /// What the address holds; `null` when the node cannot know, or no carrier is registered at it.
    pub balance: Option<BalanceAnswer>,
    /// What its money is; `null`: no record.
    pub currency: Option<CurrencyAnswer>,
    /// The face value in base units; `null`: any amount, or no record.
    pub denomination: Option<String>,
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
    Verdict(Box<VerdictAnswer>),
    /// There is one, and few words were asked for.
    Brief(BriefAnswer),
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
pub struct VerdictList {
    /// The verdicts.
    pub verdicts: Vec<VerdictItem>,
    /// The blocks that they all hold at; `null` when the node knows none.
    pub head: Option<HeadsAnswer>,
}

impl CarrierAnswer {
    /// The answer for a record at the best block, and at the final one.
    pub fn of(carrier: &Carrier, finalized: Option<&Carrier>, currency: CurrencyAnswer) -> Self {
        Self {
            state: carrier_state(carrier.state).into(),
            currency,
            denomination: carrier.denomination.map(|amount| amount.to_string()),
            funding_due: carrier.funding_due,
            generation: carrier.generation,
            sequence: carrier.sequence,
            final_sequence: finalized.map(|carrier| carrier.sequence),
            currency_key: hex_of(&carrier.currency_key.to_vec()),
            device_key: hex_of(&carrier.device_key.to_vec()),
            machine: ss58(carrier.machine.0),
            registered_at: carrier.registered_at,
        }
    }
}

impl CertificateAnswer {
    /// The answer for a batch and its maker.
    pub fn of(id: BatchId, batch: &Batch, maker: Option<&ManufacturerInfo>) -> Self {
        Self {
            batch: id.0,
            manufacturer: batch.manufacturer.0,
            manufacturer_name: maker.map(name_of).unwrap_or_default(),
            state: batch_state(batch.state).into(),
            blocks_orders: batch.blocks_orders,
        }
    }
}

impl PendingAnswer {
    /// The answer for a spend that waits; `all` are those of its carrier.
    pub fn of(pending: &Pending, all: &[Pending]) -> Self {
        let claim = &pending.claim;
        let (transaction, dropped_block) = match pending.origin {
            Origin::Pool(hash) => (Some(hex_of(hash.as_bytes())), None),
            Origin::Retracted { block, .. } => (None, Some(hex_of(block.as_bytes()))),
        };
        let contradicts = |other: &Pending| {
            // What a dropped block tells of an order is not all of it, and may be that of the pool.
            let comparable = matches!((pending.origin, other.origin), (Origin::Pool(_), Origin::Pool(_)));
            comparable && other.claim.sequence == claim.sequence && other.claim != *claim
        };
        Self {
            transaction,
            dropped_block,
            sequence: claim.sequence,
            purpose: purpose_name(claim.purpose).into(),
            to: ss58(claim.to),
            amount: (claim.amount != EVERYTHING).then(|| claim.amount.to_string()),
            fee: claim.fee.to_string(),
            valid_until: (claim.valid_until != u32::MAX).then_some(claim.valid_until),
            reference: claim.reference.map(|reference| hex_of(&reference.0)),
            conflict: all.iter().any(contradicts),
        }
    }
}
