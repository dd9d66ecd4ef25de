//! Currencies and their supply.

use super::heads::HeadAnswer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specie_primitives::{
    currency::{CurrencyInfo, Supply, SupplyPage},
    ids::CurrencyId,
};

/// A currency, as an amount needs it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
pub struct CurrencyAnswer {
    /// `native`, or `asset:` and a number.
    pub id: String,
    /// What stands beside its amounts; `null`: the node could not read it.
    pub symbol: Option<String>,
    /// An amount of it has 10^decimals base units; `null`: the node could not read it.
    pub decimals: Option<u8>,
}

/// A currency with its name.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct CurrencyItem {
    /// `native`, or `asset:` and a number.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What stands beside its amounts.
    pub symbol: String,
    /// An amount of it has 10^decimals base units.
    pub decimals: u8,
    /// The least that an account may hold, in base units.
    pub minimum: String,
}

/// A page of currencies, at the last final block.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct CurrencyList {
    /// The currencies, the chain's own first.
    pub currencies: Vec<CurrencyItem>,
    /// Ask with it for the next page; `null`: this was the last.
    pub cursor: Option<u32>,
    /// The block that it holds at.
    pub head: HeadAnswer,
}

/// How much there is of a currency and where it came from and went, at the last final block. In base units.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct SupplyAnswer {
    /// The currency.
    pub currency: CurrencyAnswer,
    /// The most that there may be.
    pub cap: String,
    /// What the issuer has made, the genesis included.
    pub minted: String,
    /// What the issuer has destroyed.
    pub burnt: String,
    /// What was burnt of fees, and of remainders that were less than an account may hold.
    pub fees_burnt: String,
    /// What all accounts hold together, money on hold included.
    pub total: String,
    /// `minted` less `burnt`, `feesBurnt` and `total`: `0`, or the chain's books are wrong.
    pub remainder: String,
    /// What is on carriers of this currency.
    pub in_carriers: InCarriersAnswer,
    /// The block that it holds at.
    pub head: HeadAnswer,
}

/// What the carriers of a currency hold together, in base units.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct InCarriersAnswer {
    /// How many carriers.
    pub carriers: u32,
    /// What they hold free.
    pub free: String,
    /// What is on hold at them for requests.
    pub held: String,
}

impl CurrencyAnswer {
    /// The answer for a currency of which this is known.
    pub fn of(id: CurrencyId, info: Option<&CurrencyInfo>) -> Self {
        Self {
            id: id.to_string(),
            symbol: info.map(|info| text(&info.symbol)),
            decimals: info.map(|info| info.decimals),
        }
    }
}

impl CurrencyItem {
    /// The answer for a currency.
    pub fn of(info: &CurrencyInfo) -> Self {
        Self {
            id: info.id.to_string(),
            name: text(&info.name),
            symbol: text(&info.symbol),
            decimals: info.decimals,
            minimum: info.minimum.to_string(),
        }
    }
}

impl SupplyAnswer {
    /// The answer for a supply.
    pub fn of(supply: &Supply, page: &SupplyPage, currency: CurrencyAnswer, head: HeadAnswer) -> Self {
        Self {
            currency,
            cap: supply.cap.to_string(),
            minted: supply.minted.to_string(),
            burnt: supply.burnt.to_string(),
            fees_burnt: supply.fees_burnt.to_string(),
            total: supply.total.to_string(),
            remainder: supply.remainder().to_string(),
            in_carriers: InCarriersAnswer {
                carriers: page.carriers,
                free: page.free.to_string(),
                held: page.held.to_string(),
            },
            head,
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
