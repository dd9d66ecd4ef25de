//! Amounts as people write them: `100`, `0.5`, `1.000000000001` SPC.

use specie_primitives::Balance;
use thiserror::Error;

/// One SPC in base units.
pub const UNIT: Balance = 1_000_000_000_000;

/// How many digits there are behind the point.
pub const DECIMALS: usize = 12;

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AmountError {
    /// Something else than digits and one point.
    #[error("an amount is digits, and perhaps a point and more digits: 100 or 0.25")]
    NotANumber,
    /// More digits behind the point than the currency has.
    #[error("at most {DECIMALS} digits may follow the point")]
    TooFine,
    /// More than there can be.
    #[error("this amount is too large")]
    TooLarge,
}

/// An amount in SPC, in base units. Takes `100`, `100.5` and `100.5 SPC`; nothing is rounded.
pub fn parse(text: &str) -> Result<Balance, AmountError> {
    let text = text.trim();
    let text = text.strip_suffix("SPC").unwrap_or(text).trim_end();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
        return Err(AmountError::NotANumber);
    }
    if fraction.len() > DECIMALS {
        return Err(AmountError::TooFine);
    }
    let whole: Balance = whole.parse().map_err(|_| AmountError::TooLarge)?;
    let fraction: Balance = format!("{fraction:0<DECIMALS$}").parse().map_err(|_| AmountError::TooLarge)?;
    whole.checked_mul(UNIT).and_then(|whole| whole.checked_add(fraction)).ok_or(AmountError::TooLarge)
}

/// The amount in SPC, without zeros that say nothing: `100`, `0.25`.
pub fn format(amount: Balance) -> String {
    let (whole, fraction) = (amount / UNIT, amount % UNIT);
    if fraction == 0 {
        return whole.to_string();
    }
    let fraction = format!("{fraction:0DECIMALS$}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for amount in [0, 1, UNIT - 1, UNIT, UNIT / 4, 100 * UNIT + 1, Balance::MAX] {
            assert_eq!(parse(&format(amount)), Ok(amount), "{amount}");
        }
        assert_eq!(format(100 * UNIT), "100");
        assert_eq!(parse(" 0.25 SPC "), Ok(UNIT / 4));
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in ["", ".", "1.", ".5", "-1", "1e3", "1,5", "1.2.3", "SPC", "٣"] {
            assert_eq!(parse(text), Err(AmountError::NotANumber), "{text:?}");
        }
        assert_eq!(parse("0.0000000000001"), Err(AmountError::TooFine));
        assert_eq!(parse("999999999999999999999999999999999999999"), Err(AmountError::TooLarge));
    }
}
