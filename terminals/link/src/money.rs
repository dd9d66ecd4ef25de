//! Money: of which currency, and how much; and the currencies that a machine deals in.
//!
//! Every amount in a journal says its currency, so that no number is ever taken for money of another kind.

use crate::{
    amount::{AmountError, Currency, Written},
    answers::{CurrencyRecord, Units},
};
use serde::{Deserialize, Serialize, Serializer};
use specie_primitives::{ids::CurrencyId, Balance};
use std::collections::BTreeMap;
use thiserror::Error;

/// A value in a file by the text that it is shown as.
pub mod as_text {
    use serde::{de::Error, Deserialize, Deserializer, Serializer};
    use std::{fmt::Display, str::FromStr};

    /// As the text.
    pub fn serialize<T: Display, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    /// From the text.
    pub fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// An amount of one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Which: `native`, or `asset:` and a number.
    #[serde(with = "as_text")]
    pub currency: CurrencyId,
    /// How much, in base units of it.
    #[serde(with = "as_text")]
    pub units: Balance,
}

impl Money {
    /// Of the chain's own currency, in base units.
    pub const fn native(units: Balance) -> Self {
        Self { currency: CurrencyId::Native, units }
    }

    /// Whether it is at least `wanted`, and of the same currency.
    pub fn covers(&self, wanted: &Self) -> bool {
        self.currency == wanted.currency && self.units >= wanted.units
    }
}

/// Sums of money, one for each currency. In JSON: an object, base units by currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<CurrencyId, Balance>);

impl Sums {
    /// Adds an amount; at the largest number it stays.
    pub fn add(&mut self, money: Money) {
        let sum = self.0.entry(money.currency).or_default();
        *sum = sum.saturating_add(money.units);
    }

    /// What there is of a currency, in base units.
    pub fn of(&self, currency: CurrencyId) -> Balance {
        self.0.get(&currency).copied().unwrap_or(0)
    }
}

impl Serialize for Sums {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(currency, units)| (currency.to_string(), Units(*units))))
    }
}

/// Why the currencies of a configuration cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CurrencyError {
    /// The id is none of a further currency.
    #[error("{0:?} is no further currency: its id is `asset:` and a number")]
    Id(String),
    /// It is not said how its amounts are written.
    #[error("{0} needs its symbol and its decimals, as the chain has them: `specie currency list`")]
    Incomplete(String),
    /// Two have the same id or symbol.
    #[error("two currencies are called {0}")]
    Twice(String),
}

/// The currencies that a machine deals in, the chain's own first. In the configuration: the further ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Currency>", into = "Vec<Currency>")]
pub struct Currencies(Vec<Currency>);

impl Default for Currencies {
    fn default() -> Self {
        Self(vec![Currency::native()])
    }
}

impl TryFrom<Vec<Currency>> for Currencies {
    type Error = CurrencyError;

    fn try_from(further: Vec<Currency>) -> Result<Self, CurrencyError> {
        let mut all = Self::default();
        for currency in further {
            if !matches!(currency.id(), Some(CurrencyId::Asset(_))) {
                return Err(CurrencyError::Id(currency.id.to_string()));
            }
            let (Some(symbol), Some(_)) = (&currency.symbol, currency.decimals) else {
                return Err(CurrencyError::Incomplete(currency.id.to_string()));
            };
            match all.0.iter().find(|known| known.id == currency.id || known.symbol.as_ref() == Some(symbol)) {
                Some(known) if known.id == currency.id => {
                    return Err(CurrencyError::Twice(currency.id.to_string()))
                }
                Some(_) => return Err(CurrencyError::Twice(symbol.clone())),
                None => all.0.push(currency),
            }
        }
        Ok(all)
    }
}

impl From<Currencies> for Vec<Currency> {
    fn from(currencies: Currencies) -> Self {
        currencies.0.into_iter().filter(|currency| !currency.is_native()).collect()
    }
}

impl Currencies {
    /// All of them, the chain's own first.
    pub fn iter(&self) -> impl Iterator<Item = &Currency> {
        self.0.iter()
    }

    /// With their ids.
    pub fn ids(&self) -> impl Iterator<Item = CurrencyId> + '_ {
        self.0.iter().filter_map(Currency::id)
    }

    /// One of them; `None`: the machine does not deal in it.
    pub fn get(&self, id: CurrencyId) -> Option<&Currency> {
        self.0.iter().find(|currency| currency.id() == Some(id))
    }

    /// Those of which the chain says the same: an amount of a currency with other digits behind the point is another amount.
    #[must_use]
    pub fn confirmed_by(&self, chain: &[CurrencyRecord]) -> Self {
        let is_said = |known: &Currency| chain.iter().any(|record| Currency::from(record) == *known);
        Self(self.0.iter().filter(|known| known.is_native() || is_said(known)).cloned().collect())
    }

    /// What stands beside amounts of a currency.
    pub fn symbol(&self, id: CurrencyId) -> String {
        self.get(id).and_then(|currency| currency.symbol.clone()).unwrap_or_else(|| id.to_string())
    }

    /// An amount as it is shown and printed: `100 SPC`, `20 EUR`.
    pub fn text(&self, money: Money) -> String {
        let dark = || Currency { id: money.currency.into(), symbol: None, decimals: None };
        self.get(money.currency).cloned().unwrap_or_else(dark).show(money.units)
    }

    /// Several amounts, in the machine's order.
    pub fn texts(&self, sums: &Sums) -> String {
        let further = sums.0.keys().copied().filter(|currency| self.get(*currency).is_none());
        let moneys = self.ids().chain(further).map(|currency| Money { currency, units: sums.of(currency) });
        let shown: Vec<_> = moneys.filter(|money| money.units > 0).map(|money| self.text(money)).collect();
        if shown.is_empty() {
            return self.text(Money::native(0));
        }
        shown.join(", ")
    }

    /// What was written, in the chain's own currency where no symbol stands beside it.
    pub fn read(&self, written: &Written) -> Result<Money, AmountError> {
        let of = |currency: &&Currency| match written.symbol() {
            Some(symbol) => currency.symbol.as_deref() == Some(symbol),
            None => currency.is_native(),
        };
        let dark = || AmountError::UnknownCurrency(written.symbol().unwrap_or_default().into());
        let currency = self.iter().find(of).ok_or_else(dark)?;
        Ok(Money { currency: currency.id().ok_or_else(dark)?, units: written.units(currency)? })
    }

    /// The amount of a currency in a list of written amounts, in base units; `None`: the list does not name the currency.
    pub fn find(&self, list: &[Written], currency: CurrencyId) -> Option<Balance> {
        list.iter()
            .filter_map(|written| self.read(written).ok())
            .find_map(|money| (money.currency == currency).then_some(money.units))
    }
}

/// The least that an account may hold of a currency, in base units, by the chain's list; 0: it does not name the currency.
pub fn minimum(chain: &[CurrencyRecord], currency: CurrencyId) -> Balance {
    chain.iter().find(|known| known.id == currency).map_or(0, |known| known.minimum.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amount::UNIT;

    fn euro() -> Currency {
        Currency { id: "asset:1".into(), symbol: Some("EUR".into()), decimals: Some(2) }
    }

    fn currencies() -> Currencies {
        vec![euro()].try_into().unwrap()
    }

    fn euros(units: Balance) -> Money {
        Money { currency: CurrencyId::Asset(1), units }
    }

    fn read(text: &str) -> Result<Money, AmountError> {
        currencies().read(&text.parse().unwrap())
    }

    #[test]
    fn f1_f7_amounts_are_read_and_shown_in_their_currency() {
        assert_eq!(read("20 EUR"), Ok(euros(2_000)));
        assert_eq!(read("20"), Ok(Money::native(20 * UNIT)));
        assert_eq!(read("20.001 EUR"), Err(AmountError::TooFine(2)));
        assert_eq!(read("20 USD"), Err(AmountError::UnknownCurrency("USD".into())));
        assert_eq!(currencies().text(euros(2_050)), "20.5 EUR");
        let dark = Money { currency: CurrencyId::Asset(9), units: 7 };
        assert_eq!(currencies().text(dark), "7 base units of asset:9");
    }

    #[test]
    fn money_covers_money_of_its_own_currency_alone() {
        assert!(euros(5).covers(&euros(5)) && euros(6).covers(&euros(5)));
        assert!(!euros(4).covers(&euros(5)));
        assert!(!Money::native(5_000).covers(&euros(5)), "another currency, whatever the number");
    }

    #[test]
    fn sums_keep_currencies_apart() {
        let mut sums = Sums::default();
        assert_eq!(currencies().texts(&sums), "0 SPC");
        for money in [euros(150), Money::native(UNIT), euros(u128::MAX)] {
            sums.add(money);
        }
        assert_eq!((sums.of(CurrencyId::Asset(1)), sums.of(CurrencyId::Native)), (u128::MAX, UNIT));
        let mut small = Sums::default();
        small.add(euros(150));
        small.add(Money::native(UNIT));
        assert_eq!(currencies().texts(&small), "1 SPC, 1.5 EUR");
        assert_eq!(serde_json::to_string(&small).unwrap(), r#"{"native":"1000000000000","asset:1":"150"}"#);
    }

    #[test]
    fn f1_a_currency_of_which_the_chain_says_something_else_is_not_dealt_in() {
        let record = |decimals| CurrencyRecord {
            id: "asset:1".into(),
            name: "Euro".into(),
            symbol: "EUR".into(),
            decimals,
            minimum: Units(1),
        };
        let other = record(4);
        assert_eq!(currencies().confirmed_by(&[record(2)]), currencies());
        for chain in [vec![], vec![other]] {
            assert_eq!(currencies().confirmed_by(&chain), Currencies::default());
        }
    }

    #[test]
    fn currencies_that_cannot_be_are_refused() {
        let of = |further: Vec<Currency>| Currencies::try_from(further).unwrap_err();
        assert_eq!(of(vec![euro(), euro()]), CurrencyError::Twice("asset:1".into()));
        let same = Currency { id: "asset:2".into(), ..euro() };
        assert_eq!(of(vec![euro(), same]), CurrencyError::Twice("EUR".into()));
        let spc = Currency { symbol: Some("SPC".into()), ..euro() };
        assert_eq!(of(vec![spc]), CurrencyError::Twice("SPC".into()));
        assert_eq!(of(vec![Currency::native()]), CurrencyError::Id("native".into()));
        assert_eq!(of(vec![Currency { id: "1".into(), ..euro() }]), CurrencyError::Id("1".into()));
        let bare = Currency { decimals: None, ..euro() };
        assert_eq!(of(vec![bare]), CurrencyError::Incomplete("asset:1".into()));
    }

    #[test]
    fn money_is_written_as_texts() {
        let json = serde_json::to_string(&euros(u128::MAX)).unwrap();
        assert_eq!(json, r#"{"currency":"asset:1","units":"340282366920938463463374607431768211455"}"#);
        assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), euros(u128::MAX));
        for wrong in [r#"{"currency":"asset:01","units":"1"}"#, r#"{"currency":"native","units":"-1"}"#] {
            assert!(serde_json::from_str::<Money>(wrong).is_err());
        }
    }
}
