//! What stands in the journal.

use crate::case::{Act, Case, Claim, Ending, Outcome, Place};
use codec::Decode as _;
use serde::{Deserialize, Serialize};
use specie_client::Account;
use specie_primitives::{
    crypto::Signature, initialisation, order::Order, registration::Registration, wire::Wire as _, Balance,
    BlockNumber,
};

/// What the customer was told before agreeing (F18), and who it was (F17).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The customer, if identified.
    pub customer: Option<Account>,
    /// What the machine takes on top of the amount, from the customer's wallet, in base units.
    pub fee: Balance,
    /// What the carrier is to be marked with on chain; `None`: any amount.
    pub denomination: Option<Balance>,
}

/// The terms on which a card is issued, as the machine tells it before it makes its key: all in the chain's own currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The face value in base units; `None`: any amount.
    pub denomination: Option<Balance>,
    /// Within how many blocks of its registration it is to be funded; `None`: whenever.
    pub fund_within: Option<BlockNumber>,
}

impl From<Issued> for initialisation::CarrierTerms {
    fn from(issued: Issued) -> Self {
        let Issued { denomination, fund_within } = issued;
        Self { denomination, fund_within, ..Self::default() }
    }
}

/// A case, and what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When it began, in milliseconds since 1970.
    pub begun: u64,
    /// When it ended.
    pub ended: Option<u64>,
    /// How.
    pub ending: Option<Ending>,
    /// The facts.
    pub case: Case,
    /// What was agreed.
    pub terms: Terms,
    /// On which terms its card was told to make its key; `None`: it was not told yet.
    pub issued: Option<Issued>,
    /// The device key of the card that was told to make its key, wire bytes in hex.
    pub device: Option<String>,
    /// The carrier's address, once there was one.
    pub carrier: Option<Account>,
    /// The registration, SCALE encoded, in hex.
    pub registration: Option<String>,
    /// The order that the card was asked to sign, wire bytes in hex.
    pub order: Option<String>,
    /// Its signature, wire bytes in hex.
    pub signature: Option<String>,
    /// Who paid the carrier, and what fee reached the operator, as the chain's history has it.
    pub payer: Option<Account>,
    /// In base units.
    pub fee_paid: Option<Balance>,
    /// What the chain or a device last said, in words.
    pub remarks: Vec<String>,
    /// The receipt.
    pub receipt: Option<String>,
    /// How often the power came back while it was under way.
    #[serde(default)]
    pub restarts: u8,
    /// When the operator took the card out of the compartment, in milliseconds since 1970.
    #[serde(default)]
    pub taken_out: Option<u64>,
}

impl Record {
    /// A case that begins.
    pub const fn new(begun: u64, case: Case, terms: Terms) -> Self {
        Self {
            begun,
            ended: None,
            ending: None,
            case,
            terms,
            issued: None,
            device: None,
            carrier: None,
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
