//! Currencies, their amounts and their supply.

use crate::{
    scalars::{Block, Units},
    word::Word,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specie_primitives::{ids::CurrencyId, Balance};

/// One SPC in base units.
pub const UNIT: Balance = 1_000_000_000_000;

/// How many digits of an amount in SPC are behind the point.
pub const DECIMALS: u8 = 12;

/// What stands beside amounts of the chain's own currency.
pub const SYMBOL: &str = "SPC";

/// A currency, as an amount needs it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
pub struct Currency {
    /// `native`, or `asset:` and a number.
    pub id: Word<CurrencyId>,
    /// What stands beside its amounts; `null`: the node could not read it.
    pub symbol: Option<String>,
    /// An amount of it has 10^decimals base units; `null`: the node could not read it.
    pub decimals: Option<u8>,
}

/// A currency with its name.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct CurrencyRecord {
    /// `native`, or `asset:` and a number.
    pub id: Word<CurrencyId>,
    /// Its name.
    pub name: String,
    /// What stands beside its amounts.
    pub symbol: String,
    /// An amount of it has 10^decimals base units.
    pub decimals: u8,
    /// The least that an account may hold, in base units.
    pub minimum: Units,
}

/// A page of currencies, at the last final block.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Currencies {
    /// The currencies, the chain's own first.
    pub currencies: Vec<CurrencyRecord>,
    /// Ask with it for the next page; `null`: this was the last.
    pub cursor: Option<u32>,
    /// The block that it holds at.
    pub head: Block,
}

/// How much there is of a currency and where it came from and went, at the last final block. In base units.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Supply {
    /// The currency.
    pub currency: Currency,
    /// The most that there may be.
    pub cap: Units,
    /// What the issuer has made, the genesis included.
    pub minted: Units,
    /// What the issuer has destroyed.
    pub burnt: Units,
    /// What was burnt of fees, and of remainders that were less than an account may hold.
    pub fees_burnt: Units,
    /// What all accounts hold together, money on hold included.
    pub total: Units,
    /// `minted` less `burnt`, `feesBurnt` and `total`: `0`, or the chain's books are wrong. May be less than 0.
    pub remainder: String,
    /// What is on carriers of this currency.
    pub in_carriers: InCarriers,
    /// The block that it holds at.
    pub head: Block,
}

/// What the carriers of a currency hold together, in base units.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct InCarriers {
    /// How many carriers.
    pub carriers: u32,
    /// What they hold free.
    pub free: Units,
    /// What is on hold at them for requests.
    pub held: Units,
}

impl Currency {
    /// The chain's own.
    pub fn native() -> Self {
        Self { id: CurrencyId::Native.into(), symbol: Some(SYMBOL.into()), decimals: Some(DECIMALS) }
    }

    /// The id that the chain knows it by; `None`: of a kind that this version does not know.
    pub const fn id(&self) -> Option<CurrencyId> {
        self.id.known()
    }

    /// Whether it is the chain's own, in which the network is paid.
    pub fn is_native(&self) -> bool {
        self.id == CurrencyId::Native
    }

    /// An amount with its symbol: `100 SPC`. Where the node did not say how it is written, the base units are told.
    pub fn show(&self, amount: Balance) -> String {
        match (&self.symbol, self.decimals) {
            (Some(symbol), Some(decimals)) => format!("{} {symbol}", with_point(amount, decimals.into())),
            _ => format!("{amount} base units of {}", self.id),
        }
    }
}

impl From<&CurrencyRecord> for Currency {
    fn from(record: &CurrencyRecord) -> Self {
        let CurrencyRecord { id, symbol, decimals, .. } = record;
        Self { id: id.clone(), symbol: Some(symbol.clone()), decimals: Some(*decimals) }
    }
}

impl Supply {
    /// Whether the chain's books of it are right.
    pub fn adds_up(&self) -> bool {
        self.remainder.parse() == Ok(0_i128)
    }
}

/// An amount of base units with its point, without zeros that say nothing: `100`, `0.25`.
pub fn with_point(amount: Balance, decimals: usize) -> String {
    let Some(unit) = power_of_ten(decimals) else { return format!("{amount}e-{decimals}") };
    let (whole, fraction) = (amount / unit, amount % unit);
    if fraction == 0 {
        return whole.to_string();
    }
    let fraction = format!("{fraction:0decimals$}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

/// 10 to this power; `None`: it is too large.
pub fn power_of_ten(decimals: usize) -> Option<Balance> {
    Balance::from(10u8).checked_pow(u32::try_from(decimals).ok()?)
}
