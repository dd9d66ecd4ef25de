//! What happened to a carrier.

use super::{
    currency::CurrencyAnswer,
    heads::HeadsAnswer,
    names::{fraud_name, purpose_name},
};
use crate::input::{hex_of, ss58};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specie_indexer::core::HistoryRow;
use specie_primitives::{
    acts::{Actor, Cause},
    index::Happening,
};

/// A page of a carrier's history, newest first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct HistoryPage {
    /// What happened.
    pub entries: Vec<HistoryAnswer>,
    /// Ask with it for the next, older page; `null`: this was the last.
    pub cursor: Option<String>,
    /// What the carrier's money is. Amounts are in base units of it, unless an entry names another currency.
    pub currency: CurrencyAnswer,
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
        /// What its money is: `native`, or `asset:` and a number.
        currency: String,
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
        /// Of this currency, which need not be the carrier's: `native`, or `asset:` and a number.
        currency: String,
        /// From whom; `null`: newly made.
        from: Option<String>,
    },
    /// Its card's order was executed.
    Spent {
        /// The order's sequence.
        sequence: u32,
        /// `transfer`, `cashOut` or `hold`.
        purpose: String,
        /// Who was paid.
        to: String,
        /// What they got.
        amount: String,
        /// Who got the fee.
        fee_to: String,
        /// What they got.
        fee: String,
        /// What was burnt out of the order's fee.
        network_fee: String,
        /// The request that it was for; `null`: none.
        reference: Option<String>,
    },
    /// Its orders were stopped.
    Frozen {
        /// Who did it.
        actor: ActorAnswer,
        /// Why.
        cause: CauseAnswer,
    },
    /// Its orders may go on.
    Unfrozen {
        /// Who did it.
        actor: ActorAnswer,
        /// Why.
        cause: CauseAnswer,
    },
    /// Its record was corrected.
    Repaired {
        /// The face value from then on.
        denomination: Option<String>,
        /// The block by which it is to be funded.
        funding_due: Option<u32>,
        /// Who did it.
        actor: ActorAnswer,
        /// Why.
        cause: CauseAnswer,
    },
    /// It was taken out of use for good.
    Retired {
        /// Who did it.
        actor: ActorAnswer,
        /// Why.
        cause: CauseAnswer,
    },
    /// It was proved to be cloned.
    Marked {
        /// `conflictingOrders` or `conflictingAttestations`.
        fraud: String,
        /// By whom.
        by: String,
    },
    /// What it held was paid out.
    Settled {
        /// Who was paid.
        to: String,
        /// How much.
        amount: String,
        /// Of this currency, which need not be the carrier's: `native`, or `asset:` and a number.
        currency: String,
        /// Who did it.
        actor: ActorAnswer,
        /// Why.
        cause: CauseAnswer,
    },
    /// It was cleared of being cloned.
    Unmarked {
        /// Who did it.
        actor: ActorAnswer,
        /// Why.
        cause: CauseAnswer,
    },
    /// Money that was on hold for a request went to the payee, and the rest is free again.
    RequestSettled {
        /// The request.
        reference: String,
        /// Who was paid.
        to: String,
        /// How much.
        amount: String,
        /// Who did it.
        actor: ActorAnswer,
    },
    /// Money that was on hold for a request is free again.
    RequestReleased {
        /// The request.
        reference: String,
        /// How much.
        amount: String,
        /// Who did it.
        actor: ActorAnswer,
    },
    /// Nobody knows whether what a request was for has happened: its money stays on hold.
    RequestInDoubt {
        /// The request.
        reference: String,
        /// Who says so.
        actor: ActorAnswer,
    },
}

/// Who acted.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ActorAnswer {
    /// An account that signed.
    Account {
        /// Its address.
        account: String,
    },
    /// The issuer's council.
    Council {
        /// The hash of the motion that was carried.
        motion: String,
    },
    /// The root of a development chain.
    Root,
}

/// Why an authority acted.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct CauseAnswer {
    /// `notGiven`, `legalOrder`, `fraud`, `lostOrStolen`, `defect`, `keyCompromised`, `correction`, `ownersRequest`,
    /// `endOfLife`, `cleared` or `maintenance`.
    pub code: String,
    /// The hash of the document that says more; `null`: there is none.
    pub document: Option<String>,
}

impl ActorAnswer {
    fn of(actor: &Actor<[u8; 32]>) -> Self {
        match actor {
            Actor::Account(account) => Self::Account { account: ss58(*account) },
            Actor::Council { motion } => Self::Council { motion: hex_of(motion) },
            Actor::Root => Self::Root,
        }
    }
}

impl CauseAnswer {
    fn of(cause: &Cause) -> Self {
        Self { code: cause.code.as_str().into(), document: cause.document.as_ref().map(|hash| hex_of(hash)) }
    }
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
        let by = ActorAnswer::of;
        let why = CauseAnswer::of;
        match *what {
            Happening::Initialised { batch, machine, grant, generation, currency, denomination } => {
                Self::Initialised {
                    batch: batch.0,
                    machine: ss58(machine.0),
                    grant,
                    generation,
                    currency: currency.to_string(),
                    denomination: denomination.map(|amount| amount.to_string()),
                }
            }
            Happening::RotatedTo { carrier } => Self::RotatedTo { carrier: ss58(carrier.0) },
            Happening::RotatedFrom { carrier } => Self::RotatedFrom { carrier: ss58(carrier.0) },
            Happening::Funded { amount, by, machine, fee } => Self::Funded {
                amount: amount.to_string(),
                by: ss58(by),
                machine: machine.map(|machine| ss58(machine.0)),
                fee: fee.to_string(),
            },
            Happening::Received { amount, currency, from } => {
                Self::Received { amount: amount.to_string(), currency: currency.to_string(), from: from.map(ss58) }
            }
            Happening::Spent { sequence, purpose, to, amount, fee_to, fee, network_fee, reference } => {
                Self::Spent {
                    sequence,
                    purpose: purpose_name(purpose).into(),
                    to: ss58(to),
                    amount: amount.to_string(),
                    fee_to: ss58(fee_to),
                    fee: fee.to_string(),
                    network_fee: network_fee.to_string(),
                    reference: reference.map(|reference| hex_of(&reference.0)),
                }
            }
            Happening::Frozen { by: actor, cause } => Self::Frozen { actor: by(&actor), cause: why(&cause) },
            Happening::Unfrozen { by: actor, cause } => Self::Unfrozen { actor: by(&actor), cause: why(&cause) },
            Happening::Repaired { denomination, funding_due, by: actor, cause } => Self::Repaired {
                denomination: denomination.map(|amount| amount.to_string()),
                funding_due,
                actor: by(&actor),
                cause: why(&cause),
            },
            Happening::Retired { by: actor, cause } => Self::Retired { actor: by(&actor), cause: why(&cause) },
            Happening::Unmarked { by: actor, cause } => Self::Unmarked { actor: by(&actor), cause: why(&cause) },
            Happening::Marked { fraud, by } => Self::Marked { fraud: fraud_name(fraud).into(), by: ss58(by) },
            Happening::Settled { to, amount, currency, by: actor, cause } => Self::Settled {
                to: ss58(to),
                amount: amount.to_string(),
                currency: currency.to_string(),
                actor: by(&actor),
                cause: why(&cause),
            },
            Happening::RequestSettled { reference, to, amount, by: actor } => Self::RequestSettled {
                reference: hex_of(&reference.0),
                to: ss58(to),
                amount: amount.to_string(),
                actor: by(&actor),
            },
            Happening::RequestReleased { reference, amount, by: actor } => Self::RequestReleased {
                reference: hex_of(&reference.0),
                amount: amount.to_string(),
                actor: by(&actor),
            },
            Happening::RequestInDoubt { reference, by: actor } => {
                Self::RequestInDoubt { reference: hex_of(&reference.0), actor: by(&actor) }
            }
        }
    }
}
