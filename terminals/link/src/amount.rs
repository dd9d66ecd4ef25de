//! Amounts as people write them: `100`, `0.5`, `1.000000000001 SPC`, `20 EUR`.

use serde::{Deserialize, Serialize};
use specie_primitives::Balance;
use specie_rpc_types::currency::{power_of_ten, with_point};
pub use specie_rpc_types::currency::{Currency, DECIMALS, SYMBOL, UNIT};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// The most digits behind the point that a currency has.
const MAX_DECIMALS: usize = 18;

/// Why a text is no amount.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AmountError {
    /// Something else than digits and one point.
    #[error("an amount is digits, and perhaps a point and more digits: 100 or 0.25")]
    NotANumber,
    /// More digits behind the point than the currency has.
    #[error("at most {0} digits may follow the point")]
    TooFine(usize),
    /// More than there can be.
    #[error("this amount is too large")]
    TooLarge,
    /// Of another currency than is asked for.
    #[error("{written} were written, and the money here is {here}")]
    OtherCurrency {
        /// The symbol that was written.
        written: String,
        /// The symbol of the money in question.
        here: String,
    },
    /// The node did not say how many digits the currency has.
    #[error("it is not known how amounts of {0} are written: ask again, or another node")]
    UnknownCurrency(String),
}

/// An amount as it was written: of which currency may be known later only. In a file it is its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Written {
    whole: Balance,
    fraction: String,
    symbol: Option<String>,
}

impl TryFrom<String> for Written {
    type Error = AmountError;

    fn try_from(text: String) -> Result<Self, AmountError> {
        text.parse()
    }
}

impl From<Written> for String {
    fn from(written: Written) -> Self {
        written.to_string()
    }
}

impl Written {
    /// The symbol that stands beside it.
    pub fn symbol(&self) -> Option<&str> {
        self.symbol.as_deref()
    }

    /// The amount in base units of a currency. Nothing is rounded.
    pub fn units(&self, currency: &Currency) -> Result<Balance, AmountError> {
        let (Some(symbol), Some(decimals)) = (&currency.symbol, currency.decimals) else {
            return Err(AmountError::UnknownCurrency(currency.id.to_string()));
        };
        if let Some(written) = self.symbol.as_ref().filter(|written| *written != symbol) {
            return Err(AmountError::OtherCurrency { written: written.clone(), here: symbol.clone() });
        }
        let decimals = usize::from(decimals);
        if self.fraction.len() > decimals {
            return Err(AmountError::TooFine(decimals));
        }
        let fraction = match decimals {
            0 => 0,
            decimals => format!("{:0<decimals$}", self.fraction).parse().map_err(|_| AmountError::TooLarge)?,
        };
        let unit = power_of_ten(decimals).ok_or(AmountError::TooLarge)?;
        self.whole.checked_mul(unit).and_then(|whole| whole.checked_add(fraction)).ok_or(AmountError::TooLarge)
    }
}

impl FromStr for Written {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        let text = text.trim();
        let end = text.find(|letter: char| letter.is_ascii_uppercase()).unwrap_or(text.len());
        let (number, symbol) = text.split_at(end);
        let number = number.trim_end();
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_symbol = symbol.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || number.ends_with('.') || !is_symbol {
            return Err(AmountError::NotANumber);
        }
        if fraction.len() > MAX_DECIMALS {
            return Err(AmountError::TooFine(MAX_DECIMALS));
        }
        let whole = whole.parse().map_err(|_| AmountError::TooLarge)?;
        let symbol = (!symbol.is_empty()).then(|| symbol.to_owned());
        Ok(Self { whole, fraction: fraction.to_owned(), symbol })
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { whole, fraction, symbol } = self;
        write!(f, "{whole}")?;
        if !fraction.is_empty() {
            write!(f, ".{fraction}")?;
        }
        symbol.as_ref().map_or(Ok(()), |symbol| write!(f, " {symbol}"))
    }
}

/// An amount in SPC, in base units. Takes `100`, `100.5` and `100.5 SPC`; nothing is rounded.
pub fn parse(text: &str) -> Result<Balance, AmountError> {
    text.parse::<Written>()?.units(&Currency::native())
}

/// The amount in SPC, without zeros that say nothing: `100`, `0.25`.
pub fn format(amount: Balance) -> String {
    with_point(amount, DECIMALS.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use specie_primitives::ids::CurrencyId;

    fn euro() -> Currency {
        Currency { id: "asset:1".into(), symbol: Some("EUR".into()), decimals: Some(2) }
    }

    fn units(text: &str, currency: &Currency) -> Result<Balance, AmountError> {
        text.parse::<Written>()?.units(currency)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let yen = Currency { id: "asset:2".into(), symbol: Some("JPY".into()), decimals: Some(0) };
        for amount in [0, 1, UNIT - 1, UNIT, UNIT / 4, 100 * UNIT + 1, Balance::MAX] {
            assert_eq!(parse(&format(amount)), Ok(amount), "{amount}");
            for currency in [euro(), yen.clone(), Currency::native()] {
                assert_eq!(units(&currency.show(amount), &currency), Ok(amount), "{amount} {}", currency.id);
            }
        }
        assert_eq!(format(100 * UNIT), "100");
        assert_eq!(parse(" 0.25 SPC "), Ok(UNIT / 4));
        assert_eq!((euro().show(2_050), yen.show(7)), ("20.5 EUR".into(), "7 JPY".into()));
        assert_eq!("20.50EUR".parse::<Written>().unwrap().to_string(), "20.50 EUR");
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in ["", ".", "1.", ".5", "-1", "1e3", "1,5", "1.2.3", "SPC", "٣", "1 E R", "1 eur", "1 EUR2!"] {
            assert_eq!(parse(text), Err(AmountError::NotANumber), "{text:?}");
        }
        assert_eq!(parse("0.0000000000001"), Err(AmountError::TooFine(12)));
        assert_eq!(parse("999999999999999999999999999999999999999"), Err(AmountError::TooLarge));
        assert_eq!(units("0.005", &euro()), Err(AmountError::TooFine(2)));
    }

    #[test]
    fn refuses_money_of_another_currency() {
        assert!(matches!(units("1 SPC", &euro()), Err(AmountError::OtherCurrency { .. })));
        assert!(matches!(parse("1 EUR"), Err(AmountError::OtherCurrency { .. })));
        let dark = Currency { id: "asset:9".into(), symbol: None, decimals: None };
        assert!(matches!(units("1", &dark), Err(AmountError::UnknownCurrency(_))));
        assert_eq!(dark.show(12), "12 base units of asset:9");
        assert_eq!((dark.id(), euro().id()), (Some(CurrencyId::Asset(9)), Some(CurrencyId::Asset(1))));
        assert_eq!(Currency { id: "token:1".into(), ..dark }.id(), None);
    }
}
