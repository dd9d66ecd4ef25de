//! What belongs to a case beside its facts.

use crate::case::Case;
use codec::Decode as _;
use serde::{Deserialize, Serialize};
use specie_link::{money::Money, Account};
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
    /// The code of the language that the customer has chosen.
    pub language: String,
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

/// What belongs to a case beside its facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Papers {
    /// The last final block when it began; `None`: no node said so.
    pub begun_at: Option<BlockNumber>,
    /// The best block when it ended, or later: when a node could be asked again.
    pub ended_at: Option<BlockNumber>,
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
    /// Who paid the carrier, as the chain's history has it.
    pub payer: Option<Account>,
    /// What fee reached the operator, in the carrier's currency.
    pub fee_paid: Option<Money>,
    /// What the nodes have said of the card last, in words: what the receipt of a query says. `None`: they have said nothing that
    /// enough of them agree to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// The receipt.
    pub receipt: Option<String>,
    /// When the operator took the card out of the compartment, in milliseconds since 1970.
    pub taken_out: Option<u64>,
}

impl Papers {
    /// Those of a case that begins.
    pub fn new(terms: Terms) -> Self {
        Self { terms, ..Self::default() }
    }

    /// On which terms its card was told to make its key.
    pub fn issued(&self) -> Option<CarrierTerms> {
        CarrierTerms::from_wire(&hex::decode(self.issued.as_ref()?).ok()?).ok()
    }

    /// An amount of what the carrier's money is: as the chain says, or else as was agreed. Where nobody has said anything it is
    /// the chain's own.
    pub fn money(&self, case: &Case, units: Balance) -> Money {
        let agreed = || case.request.kind.amount().map(|amount| amount.currency);
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
}

/// What the journal notes of the machine itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Note {
    /// The operator has filled a bin: its number, what it holds now.
    Filled(u8, u32),
    /// A bin is new, or is configured to be marked otherwise than before: its number. It holds nothing until it is filled.
    Marked(u8),
    /// The journal is a copy that is older than what the machine has done.
    Restored,
    /// An operator does something.
    Operator {
        /// Who: one name, or two.
        by: String,
        /// What, in words.
        what: String,
    },
    /// Somebody was refused who wanted to do something.
    Refused {
        /// Why, in words.
        why: String,
    },
}
