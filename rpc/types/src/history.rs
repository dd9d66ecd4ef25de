//! What happened to a carrier.

use crate::{
    account::Account,
    currency::Currency,
    scalars::{Hash, Heads, Units},
    word::Word,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specie_primitives::{acts::CauseCode, ids::CurrencyId, order::Purpose, records::Fraud, BlockNumber};

/// A page of a carrier's history, newest first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// What happened.
    pub entries: Vec<HistoryEntry>,
    /// Ask with it for the next, older page; `null`: this was the last.
    pub cursor: Option<String>,
    /// What the carrier's money is. Amounts are in base units of it, unless an entry names another currency.
    pub currency: Currency,
    /// What happened before this block may be missing; 0: nothing is.
    pub complete_since: BlockNumber,
    /// The blocks that it holds at.
    pub head: Heads,
}

/// Something that happened to a carrier.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// The block's height.
    pub block: BlockNumber,
    /// The block's hash.
    pub block_hash: Hash,
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
    pub what: Happened,
}

/// What happened. Amounts in base units.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Happened {
    /// A machine registered the carrier.
    Initialised {
        /// The batch that certified its device.
        batch: u64,
        /// By whom.
        machine: Account,
        /// The grant that was used up.
        grant: u32,
        /// Which of the card's currency keys it is.
        generation: u32,
        /// What its money is: `native`, or `asset:` and a number.
        currency: Word<CurrencyId>,
        /// The face value; `null`: any amount.
        denomination: Option<Units>,
    },
    /// The card has made a newer key.
    RotatedTo {
        /// Its address.
        carrier: Account,
    },
    /// This key took the place of an older one.
    RotatedFrom {
        /// The older one's address.
        carrier: Account,
    },
    /// Somebody put money on it.
    Funded {
        /// How much.
        amount: Units,
        /// Who paid.
        by: Account,
        /// The machine that took a fee for it, if one did.
        machine: Option<Account>,
        /// Its fee, on top.
        fee: Units,
    },
    /// Money came in by a plain transfer or another card's order.
    Received {
        /// How much.
        amount: Units,
        /// Of this currency, which need not be the carrier's: `native`, or `asset:` and a number.
        currency: Word<CurrencyId>,
        /// From whom; `null`: newly made.
        from: Option<Account>,
    },
    /// Its card's order was executed.
    Spent {
        /// The order's sequence.
        sequence: u32,
        /// `transfer`, `cashOut` or `hold`.
        purpose: Word<Purpose>,
        /// Who was paid.
        to: Account,
        /// What they got.
        amount: Units,
        /// Who got the fee.
        fee_to: Account,
        /// What they got.
        fee: Units,
        /// What was burnt out of the order's fee.
        network_fee: Units,
        /// The request that it was for; `null`: none.
        reference: Option<Hash>,
    },
    /// Its orders were stopped.
    Frozen {
        /// Who did it.
        actor: Actor,
        /// Why.
        cause: Cause,
    },
    /// Its orders may go on.
    Unfrozen {
        /// Who did it.
        actor: Actor,
        /// Why.
        cause: Cause,
    },
    /// Its record was corrected.
    Repaired {
        /// The face value from then on.
        denomination: Option<Units>,
        /// The block by which it is to be funded.
        funding_due: Option<BlockNumber>,
        /// Who did it.
        actor: Actor,
        /// Why.
        cause: Cause,
    },
    /// It was taken out of use for good.
    Retired {
        /// Who did it.
        actor: Actor,
        /// Why.
        cause: Cause,
    },
    /// It was proved to be cloned.
    Marked {
        /// `conflictingOrders` or `conflictingAttestations`.
        fraud: Word<Fraud>,
        /// By whom.
        by: Account,
    },
    /// What it held was paid out.
    Settled {
        /// Who was paid.
        to: Account,
        /// How much.
        amount: Units,
        /// Of this currency, which need not be the carrier's: `native`, or `asset:` and a number.
        currency: Word<CurrencyId>,
        /// Who did it.
        actor: Actor,
        /// Why.
        cause: Cause,
    },
    /// It was cleared of being cloned.
    Unmarked {
        /// Who did it.
        actor: Actor,
        /// Why.
        cause: Cause,
    },
    /// Money that was on hold for a request went to the payee, and the rest is free again.
    RequestSettled {
        /// The request.
        reference: Hash,
        /// Who was paid.
        to: Account,
        /// How much.
        amount: Units,
        /// Who did it.
        actor: Actor,
    },
    /// Money that was on hold for a request is free again.
    RequestReleased {
        /// The request.
        reference: Hash,
        /// How much.
        amount: Units,
        /// Who did it.
        actor: Actor,
    },
    /// Nobody knows whether what a request was for has happened: its money stays on hold.
    RequestInDoubt {
        /// The request.
        reference: Hash,
        /// Who says so.
        actor: Actor,
    },
    /// Something that this version does not know; no node answers it.
    #[serde(other)]
    #[schemars(skip)]
    Other,
}

/// Who acted.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Actor {
    /// An account that signed.
    Account {
        /// Its address.
        account: Account,
    },
    /// The issuer's council.
    Council {
        /// The hash of the motion that was carried.
        motion: Hash,
    },
    /// The root of a development chain.
    Root,
}

/// Why an authority acted.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Cause {
    /// `notGiven`, `legalOrder`, `fraud`, `lostOrStolen`, `defect`, `keyCompromised`, `correction`, `ownersRequest`,
    /// `endOfLife`, `cleared` or `maintenance`.
    pub code: Word<CauseCode>,
    /// The hash of the document that says more; `null`: there is none.
    pub document: Option<Hash>,
}

/// What an entry is about, whatever its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// How much money.
    pub amount: Option<Units>,
    /// Of which currency, where it need not be the carrier's.
    pub currency: Option<Word<CurrencyId>>,
    /// With whom.
    pub with: Option<Account>,
}

impl Happened {
    /// Its kind, as `kind` in the answer says it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Initialised { .. } => "initialised",
            Self::RotatedTo { .. } => "rotatedTo",
            Self::RotatedFrom { .. } => "rotatedFrom",
            Self::Funded { .. } => "funded",
            Self::Received { .. } => "received",
            Self::Spent { .. } => "spent",
            Self::Frozen { .. } => "frozen",
            Self::Unfrozen { .. } => "unfrozen",
            Self::Repaired { .. } => "repaired",
            Self::Retired { .. } => "retired",
            Self::Marked { .. } => "marked",
            Self::Settled { .. } => "settled",
            Self::Unmarked { .. } => "unmarked",
            Self::RequestSettled { .. } => "requestSettled",
            Self::RequestReleased { .. } => "requestReleased",
            Self::RequestInDoubt { .. } => "requestInDoubt",
            Self::Other => "other",
        }
    }

    /// The money that it is about, and who is at the other end.
    pub fn moved(&self) -> Moved {
        let own = |amount: &Units, with: Option<Account>| Moved { amount: Some(*amount), currency: None, with };
        match self {
            Self::Funded { amount, by, .. } => own(amount, Some(*by)),
            Self::Spent { amount, to, .. } | Self::RequestSettled { amount, to, .. } => own(amount, Some(*to)),
            Self::RequestReleased { amount, .. } => own(amount, None),
            Self::Received { amount, currency, from } => {
                Moved { currency: Some(currency.clone()), ..own(amount, *from) }
            }
            Self::Settled { amount, currency, to, .. } => {
                Moved { currency: Some(currency.clone()), ..own(amount, Some(*to)) }
            }
            Self::Initialised { machine: with, .. }
            | Self::RotatedTo { carrier: with }
            | Self::RotatedFrom { carrier: with }
            | Self::Marked { by: with, .. } => Moved { with: Some(*with), ..Moved::default() },
            Self::Frozen { .. }
            | Self::Unfrozen { .. }
            | Self::Repaired { .. }
            | Self::Retired { .. }
            | Self::Unmarked { .. }
            | Self::RequestInDoubt { .. }
            | Self::Other => Moved::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0x0707070707070707070707070707070707070707070707070707070707070707";
    const ACCOUNT: &str = "5GSxv9Mdo8NMSvNZ9Lj3Zh1dn8Xt8Qj7ViPVehQmJZQfPLLx";

    fn entry(what: &str) -> HistoryEntry {
        let text = format!(
            r#"{{"block":1,"blockHash":"{HASH}","timestamp":2,"extrinsic":null,"event":3,"final":true,{what}}}"#
        );
        let entry: HistoryEntry = serde_json::from_str(&text).unwrap();
        if entry.what != Happened::Other {
            let again = serde_json::to_value(&entry).unwrap();
            assert_eq!(again, serde_json::from_str::<serde_json::Value>(&text).unwrap());
            assert_eq!(again["kind"], entry.what.kind());
        }
        entry
    }

    #[test]
    fn f11_what_a_node_says_is_read_whatever_its_version() {
        let acted =
            format!(r#""actor":{{"kind":"council","motion":"{HASH}"}},"cause":{{"code":"fraud","document":null}}"#);
        for kind in ["frozen", "unfrozen", "retired", "unmarked"] {
            assert_eq!(entry(&format!(r#""kind":"{kind}",{acted}"#)).what.moved(), Moved::default());
        }
        let spent = format!(
            r#""kind":"spent","sequence":1,"purpose":"cashOut","to":"{ACCOUNT}","amount":"5","feeTo":"{ACCOUNT}","fee":"1","networkFee":"1","reference":null"#
        );
        let moved = entry(&spent).what.moved();
        assert_eq!((moved.amount, moved.with), (Some(Units(5)), ACCOUNT.parse().ok()));
        let received = format!(r#""kind":"received","amount":"5","currency":"asset:1","from":"{ACCOUNT}""#);
        assert_eq!(entry(&received).what.moved().currency, Some(CurrencyId::Asset(1).into()));
        let later = entry(r#""kind":"teleported","to":"Mars","amount":12"#);
        assert_eq!((later.what.clone(), later.what.moved()), (Happened::Other, Moved::default()));
    }
}
