//! Values of the command line.

use specie_card::code::Code;
use specie_link::{
    amount::{self, AmountError, Currency, Written},
    signer::Signed,
};
use specie_primitives::{
    crypto::Signature,
    ids::{CurrencyId, NoCurrency, Reference},
    order::EVERYTHING,
    records::{BatchKey, FeePolicy},
    wire::Wire,
    Balance, BlockNumber,
};

/// How many digits may follow the point of a percentage: millionths are hundredths of hundredths of a per cent.
const PERCENT_DECIMALS: usize = 4;

/// An amount in SPC.
pub fn spc(text: &str) -> Result<Balance, String> {
    amount::parse(text).map_err(|error| error.to_string())
}

/// An amount of whatever currency, or everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Whatever there is.
    Everything,
    /// So much.
    Written(Written),
    /// So many base units.
    Units(Balance),
}

/// An amount, or `everything`.
pub fn amount_or_everything(text: &str) -> Result<Amount, String> {
    match text {
        "everything" => Ok(Amount::Everything),
        text => text.parse().map(Amount::Written).map_err(|error: AmountError| error.to_string()),
    }
}

impl Amount {
    /// In base units of a currency, as an order has it.
    pub fn units(&self, currency: &Currency) -> Result<Balance, AmountError> {
        match self {
            Self::Everything => Ok(EVERYTHING),
            Self::Written(written) => written.units(currency),
            Self::Units(units) => Ok(*units),
        }
    }
}

/// A currency: `native`, or `asset:` and a number.
pub fn currency(text: &str) -> Result<CurrencyId, String> {
    text.parse().map_err(|error: NoCurrency| error.to_string())
}

/// What a machine asks: `0.5`, `1%`, `0.5SPC+1%`.
pub fn fee(text: &str) -> Result<FeePolicy, String> {
    let (mut flat, mut parts_per_million) = (None, None);
    for part in text.split('+') {
        let part = part.trim();
        let twice = match part.strip_suffix('%') {
            Some(percent) => parts_per_million.replace(parts(percent.trim())?).is_some(),
            None => flat.replace(spc(part)?).is_some(),
        };
        if twice {
            return Err("a fee is an amount, a percentage, or one of each: 0.5SPC+1%".into());
        }
    }
    Ok(FeePolicy { flat: flat.unwrap_or(0), parts_per_million: parts_per_million.unwrap_or(0) })
}

/// Millionths, of a percentage.
fn parts(percent: &str) -> Result<u32, String> {
    let wrong = || format!("a percentage is 0 to 100 with at most {PERCENT_DECIMALS} digits behind the point");
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = !whole.is_empty() && digits(whole) && digits(fraction) && !percent.ends_with('.');
    if !is_number || fraction.len() > PERCENT_DECIMALS {
        return Err(wrong());
    }
    let millionths: u32 = format!("{whole}{fraction:0<PERCENT_DECIMALS$}").parse().map_err(|_| wrong())?;
    if millionths > FeePolicy::MILLION {
        return Err(wrong());
    }
    Ok(millionths)
}

/// A face value: an amount, or `any`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denomination(pub Option<Written>);

/// A face value, or `any`.
pub fn denomination(text: &str) -> Result<Denomination, String> {
    match text {
        "any" => Ok(Denomination(None)),
        text => {
            let written = text.parse::<Written>().map_err(|error| error.to_string())?;
            Ok(Denomination(Some(written)))
        }
    }
}

/// When a carrier is to be funded: a block, or whenever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due(pub Option<BlockNumber>);

/// A block, or `whenever`.
pub fn due(text: &str) -> Result<Due, String> {
    match text {
        "whenever" => Ok(Due(None)),
        text => text.parse().map(|block| Due(Some(block))).map_err(|_| "a block number, or `whenever`".into()),
    }
}

/// Bytes of any length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

/// `0x` and hex, or hex alone.
pub fn bytes(text: &str) -> Result<Bytes, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    hex::decode(digits).map(Bytes).map_err(|error| format!("not hex: {error}"))
}

/// 32 bytes of hex.
pub fn hash(text: &str) -> Result<[u8; 32], String> {
    let Bytes(bytes) = bytes(text)?;
    bytes.as_slice().try_into().map_err(|_| format!("32 bytes are needed, these are {}", bytes.len()))
}

/// A request's reference.
pub fn reference(text: &str) -> Result<Reference, String> {
    hash(text).map(Reference)
}

/// A batch key as wire bytes: the format, for native ones the scheme, the key.
pub fn batch_key(text: &str) -> Result<BatchKey, String> {
    BatchKey::from_wire(&bytes(text)?.0).map_err(|error| format!("not a batch key: {error}"))
}

/// An account's signature over a transaction, with the byte that tells its kind.
pub fn signed(text: &str) -> Result<Signed, String> {
    let Bytes(bytes) = bytes(text)?;
    Signed::read(&bytes)
        .ok_or_else(|| format!("not a signature: a byte for its kind and 64 or 65 more, and not {}", bytes.len()))
}

/// A signature: scheme byte and signature in hex.
pub fn signature(text: &str) -> Result<Signature, String> {
    Signature::from_wire(&bytes(text)?.0).map_err(|error| format!("not a signature: {error}"))
}

/// A card's code.
pub fn code(text: &str) -> Result<Code, String> {
    Code::new(text.as_bytes()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use specie_link::amount::UNIT;

    #[test]
    fn f18_fees_are_read_as_they_are_written() {
        let policy = |flat, parts_per_million| Ok(FeePolicy { flat, parts_per_million });
        assert_eq!(fee("0"), policy(0, 0));
        assert_eq!(fee("0.5"), policy(UNIT / 2, 0));
        assert_eq!(fee("1%"), policy(0, 10_000));
        assert_eq!(fee("0.5+1%"), policy(UNIT / 2, 10_000));
        assert_eq!(fee("1SPC+2%"), policy(UNIT, 20_000));
        assert_eq!(fee(" 2.5 % + 1 SPC "), policy(UNIT, 25_000));
        assert_eq!(fee("0.0001%"), policy(0, 1));
        assert_eq!(fee("100%"), policy(0, 1_000_000));
    }

    #[test]
    fn f18_what_is_no_fee_is_refused() {
        for text in
            ["", "%", "+", "1+", "1+2", "1%+2%", "-1", "1%%", "100.0001%", "0.00001%", "1.%", ".5%", "1+2%+3"]
        {
            assert!(fee(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn f12_everything_and_parts_are_read() {
        let units = |text| amount_or_everything(text).map(|amount| amount.units(&Currency::native()));
        assert_eq!(units("everything"), Ok(Ok(EVERYTHING)));
        assert_eq!(units("1.5"), Ok(Ok(UNIT + UNIT / 2)));
        assert!(units("all").is_err() && units("0x1").is_err());
        assert!(matches!(units("1 EUR"), Ok(Err(AmountError::OtherCurrency { .. }))));
        assert_eq!(currency("asset:7"), Ok(CurrencyId::Asset(7)));
        assert!(currency("asset:x").is_err() && currency("EUR").is_err());
    }

    #[test]
    fn f20_repairs_name_both_values() {
        assert_eq!(denomination("any"), Ok(Denomination(None)));
        assert_eq!(denomination("100"), Ok(Denomination(Some("100".parse().unwrap()))));
        assert_eq!(due("whenever"), Ok(Due(None)));
        assert_eq!(due("7"), Ok(Due(Some(7))));
        assert!(denomination("none").is_err() && due("soon").is_err());
    }

    #[test]
    fn f16_batch_keys_are_points_of_their_curves() {
        let key = "0x00010314574da59eeffc95769953baf47b72731f30296be577232b99fdd83346f96ed3";
        assert!(matches!(batch_key(key), Ok(BatchKey::Native(_))));
        assert!(batch_key(&key[..key.len() - 2]).is_err());
        assert!(batch_key(&format!("0x0001{}", "ff".repeat(33))).is_err());
        assert!(batch_key("0x07").is_err());
        assert!(batch_key("yes").is_err());
    }

    #[test]
    fn hashes_have_32_bytes() {
        assert_eq!(hash(&"ab".repeat(32)), Ok([0xab; 32]));
        assert!(hash("0xab").is_err());
    }
}
