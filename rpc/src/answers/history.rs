//! What happened to a carrier.

use super::{
    heads::HeadsAnswer,
    names::{fraud_name, purpose_name},
};
use crate::input::{hex_of, ss58};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specie_indexer::core::HistoryRow;
use specie_primitives::index::Happening;

/// A page of a carrier's history, newest first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct HistoryPage {
    /// What happened.
    pub entries: Vec<HistoryAnswer>,
    /// Ask with it for the next, older page; `null`: this was the last.
    pub cursor: Option<String>,
    /// What happened before this block may be missing; 0: nothing is.
    pub complete_since: u32,
    /// The blocks that it holds at.
    pub head: HeadsAnswer,
}

/// Something that happened to a carrier.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct HistoryAnswer {
    /// The block's height.
    pub block: u32,
    /// The block's hash.
    pub block_hash: String,
    /// The block's time, in milliseconds since 1970.
    pub timestamp: u64,
    /// The extrinsic's index in the block; `null`: the block itself did it.
    pub extrinsic: Option<u32>,
    /// The event's index in the block.
    pub event: u32,
    /// Whether the block is final: if not, it may be dropped yet.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// What happened.
    #[serde(flatten)]
    pub what: HappeningAnswer,
}

/// What happened. Amounts in base units.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum HappeningAnswer {
    /// A machine registered the carrier.
    Initialised {
        /// The batch that certified its device.
        batch: u64,
        /// By whom.
        machine: String,
        /// The grant that was used up.
        grant: u32,
        /// Which of the card's currency keys it is.
        generation: u32,
        /// The face value; `null`: any amount.
        denomination: Option<String>,
    },
    /// The card has made a newer key.
    RotatedTo {
        /// Its address.
        carrier: String,
    },
    /// This key took the place of an older one.
    RotatedFrom {
        /// The older one's address.
        carrier: String,
    },
    /// Somebody put money on it.
    Funded {
        /// How much.
        amount: String,
        /// Who paid.
        by: String,
        /// The machine that took a fee for it, if one did.
        machine: Option<String>,
        /// Its fee, on top.
        fee: String,
    },
    /// Money came in by a plain transfer or another card's order.
    Received {
        /// How much.
        amount: String,
        /// From whom; `null`: newly made.
        from: Option<String>,
    },
    /// Its card's order was executed.
    Spent {
        /// The order's sequence.
        sequence: u32,
        /// `transfer` or `cashOut`.
        purpose: String,
        /// Who was paid.
        to: String,
        /// What they got.
        amount: String,
        /// Who got the fee.
        fee_to: String,
        /// What they got.
        fee: String,
        /// What the network got out of the order's fee.
        network_fee: String,
    },
    /// The issuer stopped its orders.
    Frozen,
    /// The issuer let its orders go on.
    Unfrozen,
    /// The issuer corrected its record.
    Repaired {
        /// The face value from then on.
        denomination: Option<String>,
        /// The block by which it is to be funded.
        funding_due: Option<u32>,
    },
    /// The issuer took it out of use for good.
    Retired,
    /// It was proved to be cloned.
    Marked {
        /// `conflictingOrders` or `conflictingAttestations`.
        fraud: String,
        /// By whom.
        by: String,
    },
    /// The issuer paid out what it held.
    Settled {
        /// Who was paid.
        to: String,
        /// How much.
        amount: String,
    },
}

impl HistoryAnswer {
    /// The answer for an entry.
    pub fn of(row: &HistoryRow) -> Self {
        Self {
            block: row.position.block,
            block_hash: hex_of(row.block.as_bytes()),
            timestamp: row.timestamp,
            extrinsic: row.extrinsic,
            event: row.position.event,
            is_final: row.is_final,
            what: HappeningAnswer::of(&row.what),
        }
    }
}

impl HappeningAnswer {
    fn of(what: &Happening) -> Self {
        match *what {
            Happening::Initialised { batch, machine, grant, generation, denomination } => Self::Initialised {
                batch: batch.0,
                machine: ss58(machine.0),
                grant,
                generation,
                denomination: denomination.map(|amount| amount.to_string()),
            },
            Happening::RotatedTo { carrier } => Self::RotatedTo { carrier: ss58(carrier.0) },
            Happening::RotatedFrom { carrier } => Self::RotatedFrom { carrier: ss58(carrier.0) },
            Happening::Funded { amount, by, machine, fee } => Self::Funded {
                amount: amount.to_string(),
                by: ss58(by),
                machine: machine.map(|machine| ss58(machine.0)),
                fee: fee.to_string(),
            },
            Happening::Received { amount, from } => {
                Self::Received { amount: amount.to_string(), from: from.map(ss58) }
            }
            Happening::Spent { sequence, purpose, to, amount, fee_to, fee, network_fee } => Self::Spent {
                sequence,
                purpose: purpose_name(purpose).into(),
                to: ss58(to),
                amount: amount.to_string(),
                fee_to: ss58(fee_to),
                fee: fee.to_string(),
                network_fee: network_fee.to_string(),
            },
            Happening::Frozen => Self::Frozen,
            Happening::Unfrozen => Self::Unfrozen,
            Happening::Repaired { denomination, funding_due } => {
                Self::Repaired { denomination: denomination.map(|amount| amount.to_string()), funding_due }
            }
            Happening::Retired => Self::Retired,
            Happening::Marked { fraud, by } => Self::Marked { fraud: fraud_name(fraud).into(), by: ss58(by) },
            Happening::Settled { to, amount } => Self::Settled { to: ss58(to), amount: amount.to_string() },
        }
    }
}
