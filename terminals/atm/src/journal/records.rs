//! What stands in the journal.

use crate::{
    case::{Act, Case, Claim, Ending, Outcome, Place},
    money::Money,
};
use codec::Decode as _;
use serde::{Deserialize, Serialize};
use specie_client::Account;
use specie_primitives::{
    crypto::Signature, ids::CurrencyId, initialisation::CarrierTerms, order::Order, registration::Registration,
    wire::Wire as _, Balance, BlockNumber,
};

/// What the customer was told before agreeing (F18), and who it was (F17).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The customer, if identified.
    pub customer: Option<Account>,
    /// What the machine takes on top of the amount, from the customer's wallet, in the amount's currency.
    pub fee: Money,
    /// Whether the carrier gets its amount as its denomination on chain; if not, it may hold any.
    pub denominated: bool,
}

/// A currency that may not be known, by its text.
mod currency_as_text {
    use serde::{de::Error, Deserialize, Deserializer, Serialize, Serializer};
    use specie_primitives::ids::CurrencyId;

    pub fn serialize<S: Serializer>(currency: &Option<CurrencyId>, to: S) -> Result<S::Ok, S::Error> {
        currency.map(|currency| currency.to_string()).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<CurrencyId>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
    }
}

/// A case, and what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When it began, in milliseconds since 1970, by the machine's clock: for people. What the chain decides by is its blocks.
    pub begun: u64,
    /// When it ended, by the same.
    pub ended: Option<u64>,
    /// The last final block when it began; `None`: no node said so.
    pub begun_at: Option<BlockNumber>,
    /// The best block when it ended, or later: when a node could be asked again.
    pub ended_at: Option<BlockNumber>,
    /// How.
    pub ending: Option<Ending>,
    /// The facts.
    pub case: Case,
    /// What was agreed.
    pub terms: Terms,
    /// On which terms its card was told to make its key, wire bytes in hex; `None`: it was not told yet.
    pub issued: Option<String>,
    /// The device key of the card that was told to make its key, wire bytes in hex.
    pub device: Option<String>,
    /// The carrier's address, once there was one.
    pub carrier: Option<Account>,
    /// What its money is, as the chain said last; `None`: the chain has not said.
    #[serde(with = "currency_as_text")]
    pub currency: Option<CurrencyId>,
    /// The registration, SCALE encoded, in hex.
    pub registration: Option<String>,
    /// The order that the card was asked to sign, wire bytes in hex.
    pub order: Option<String>,
    /// Its signature, wire bytes in hex.
    pub signature: Option<String>,
    /// Who paid the carrier, and what fee reached the operator, as the chain's history has it.
    pub payer: Option<Account>,
    /// In the carrier's currency.
    pub fee_paid: Option<Money>,
    /// What the chain or a device last said, in words.
    pub remarks: Vec<String>,
    /// The receipt.
    pub receipt: Option<String>,
    /// How often the power came back while it was under way.
    pub restarts: u8,
    /// When the operator took the card out of the compartment, in milliseconds since 1970.
    pub taken_out: Option<u64>,
}

impl Record {
    /// A case that begins.
    pub const fn new(begun: u64, case: Case, terms: Terms) -> Self {
        Self {
            begun,
            ended: None,
            begun_at: None,
            ended_at: None,
            ending: None,
            case,
            terms,
            issued: None,
            device: None,
            carrier: None,
            currency: None,
            registration: None,
            order: None,
            signature: None,
            payer: None,
            fee_paid: None,
            remarks: Vec::new(),
            receipt: None,
            restarts: 0,
            taken_out: None,
        }
    }

    /// Whether its card is in the operator's compartment.
    pub fn is_kept(&self) -> bool {
        self.ended.is_some() && self.case.place == Place::Kept && self.taken_out.is_none()
    }

    /// On which terms its card was told to make its key.
    pub fn issued(&self) -> Option<CarrierTerms> {
        CarrierTerms::from_wire(&hex::decode(self.issued.as_ref()?).ok()?).ok()
    }

    /// An amount of what the carrier's money is: as the chain says, or else as was agreed. Where nobody has said anything it is
    /// the chain's own.
    pub fn money(&self, units: Balance) -> Money {
        let agreed = || self.case.request.kind.amount().map(|amount| amount.currency);
        Money { currency: self.currency.or_else(agreed).unwrap_or_default(), units }
    }

    /// The order that the card was asked to sign.
    pub fn order(&self) -> Option<Order> {
        Order::from_wire(&hex::decode(self.order.as_ref()?).ok()?).ok()
    }

    /// Its signature.
    pub fn signature(&self) -> Option<Signature> {
        Signature::from_wire(&hex::decode(self.signature.as_ref()?).ok()?).ok()
    }

    /// What the chain is to be told of the carrier.
    pub fn registration(&self) -> Option<Registration> {
        Registration::decode(&mut &*hex::decode(self.registration.as_ref()?).ok()?).ok()
    }

    /// One more remark, unless it was the last one already.
    pub fn remark(&mut self, remark: impl Into<String>) {
        let remark = remark.into();
        if self.remarks.last() != Some(&remark) {
            self.remarks.push(remark);
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum What {
    /// The case began.
    Opened,
    /// An act is about to be done.
    Begins(Act),
    /// It was done, or not.
    Came(Act, Outcome),
    /// The machine has power again.
    Restarted,
    /// The case ended.
    Ended(Ending),
    /// A claim was settled: its place, by whom, how.
    Settled(u8, String, String),
    /// The operator took its card out of the compartment.
    TakenOut,
    /// The operator has filled a bin: its number, what it holds now. Of no case.
    Filled(u8, u32),
    /// A bin is new, or is configured to be marked otherwise than before: its number. It holds nothing until it is filled. Of no
    /// case.
    Marked(u8),
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecord {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// Of which case; 0: of none.
    pub case: u64,
    /// What.
    pub what: What,
}

/// A grant, as the machine knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GrantState {
    /// The chain says that it is open, and no case has used it.
    Open,
    /// A case has used it, or was about to.
    UsedBy(u64),
}

/// A batch, as far as a certificate is checked with no network (F16).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedBatch {
    /// What certificates are checked against, wire bytes in hex.
    pub key: String,
    /// `active`, `suspended` or `revoked`, when it was last asked.
    pub state: String,
    /// When that was, in milliseconds since 1970.
    pub asked: u64,
}

/// A claim of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRecord {
    /// The number of the case.
    pub case: u64,
    /// Its place among the claims of the case, from 0.
    pub place: u8,
    /// What is claimed.
    pub claim: Claim,
    /// How it was settled, if it was.
    pub settled: Option<Settlement>,
}

/// How a claim was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// By whom: `chain`, or the operator's name.
    pub by: String,
    /// In words.
    pub how: String,
}
