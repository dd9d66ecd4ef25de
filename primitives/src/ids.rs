//! Ids as types of their own, so that one cannot stand for another.

use crate::{
    crypto::{blake2_256, PublicKey},
    wire::{Message, Reader, Wire, WireError, Writer},
};
use core::{fmt, str::FromStr};

macro_rules! scale_derives {
    ($($item:item)*) => {
        $(
            #[cfg_attr(
                feature = "scale",
                derive(
                    codec::Encode,
                    codec::Decode,
                    codec::DecodeWithMemTracking,
                    codec::MaxEncodedLen,
                    scale_info::TypeInfo
                )
            )]
            $item
        )*
    };
}
pub(crate) use scale_derives;

/// The domain of a carrier's address.
const ADDRESS_DOMAIN: &[u8] = b"specie:carrier:v1";

/// The domain of a request's reference.
const REQUEST_DOMAIN: &[u8] = b"specie:request:v1";

scale_derives! {
    /// A production lot of carriers. The manufacturer chooses it; it is unique on the chain.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct BatchId(pub u64);

    /// A manufacturer, numbered by the chain in order of registration.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct ManufacturerId(pub u32);

    /// A carrier: the 32 bytes of its address, which is an ordinary account.
    ///
    /// No ordinary extrinsic can be signed for it: the address is a hash under a domain of its own, so no account
    /// key maps to it. The card's orders are the only way out.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct CarrierId(pub [u8; 32]);

    /// A machine: the 32 bytes of its account.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct MachineId(pub [u8; 32]);

    /// A request for a payment: the hash of who opened it and of a number that this account never uses again.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct Reference(pub [u8; 32]);

    /// A pool of carriers that one operator's controllers keep, numbered by the chain.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct PoolId(pub u32);

    /// The currency in which a carrier is kept.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum CurrencyId {
        /// The chain's own currency, in which the network is paid.
        #[default]
        #[cfg_attr(feature = "scale", codec(index = 0))]
        Native,
        /// A further currency of the issuer's, by its number among the chain's assets.
        #[cfg_attr(feature = "scale", codec(index = 1))]
        Asset(u32),
    }
}

/// A text that names no currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCurrency;

impl fmt::Display for NoCurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a currency is `native`, or `asset:` and its number")
    }
}

impl core::error::Error for NoCurrency {}

/// `native`, or `asset:` and the number.
impl fmt::Display for CurrencyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Native => f.write_str("native"),
            Self::Asset(number) => write!(f, "asset:{number}"),
        }
    }
}

/// From the text that [`Display`](fmt::Display) gives, and no other: no sign, no leading zeros.
impl FromStr for CurrencyId {
    type Err = NoCurrency;

    fn from_str(text: &str) -> Result<Self, NoCurrency> {
        let Some(digits) = text.strip_prefix("asset:") else {
            return if text == "native" { Ok(Self::Native) } else { Err(NoCurrency) };
        };
        let is_plain = digits == "0" || digits.starts_with(|digit: char| matches!(digit, '1'..='9'));
        digits.parse().ok().filter(|_| is_plain).map(Self::Asset).ok_or(NoCurrency)
    }
}

impl CarrierId {
    /// The address of the carrier with this currency key:
    /// `blake2_256("specie:carrier:v1" ‖ scheme ‖ currency public key)`.
    pub fn of(currency_key: &PublicKey) -> Self {
        let message = Message::<{ 17 + PublicKey::MAX_LEN }>::build(|out| {
            out.bytes(ADDRESS_DOMAIN);
            currency_key.write(out);
        });
        Self(blake2_256(message.as_bytes()))
    }

    /// The address as bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Reference {
    /// The reference of the `number`-th request of the account `opener`:
    /// `blake2_256("specie:request:v1" ‖ genesis hash ‖ opener ‖ number u64)`.
    ///
    /// Nobody can choose it freely, so nobody can take one that somebody else is going to use.
    pub fn of(genesis: &[u8; 32], opener: &[u8; 32], number: u64) -> Self {
        let message = Message::<{ 17 + 32 + 32 + 8 }>::build(|out| {
            out.bytes(REQUEST_DOMAIN).bytes(genesis).bytes(opener).u64(number);
        });
        Self(blake2_256(message.as_bytes()))
    }
}

impl Wire for Reference {
    const MAX_LEN: usize = 32;

    fn write(&self, out: &mut Writer<'_>) {
        out.bytes(&self.0);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        input.array().map(Self)
    }
}

impl Wire for CarrierId {
    const MAX_LEN: usize = 32;

    fn write(&self, out: &mut Writer<'_>) {
        out.bytes(&self.0);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        input.array().map(Self)
    }
}

impl Wire for BatchId {
    const MAX_LEN: usize = 8;

    fn write(&self, out: &mut Writer<'_>) {
        out.u64(self.0);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        input.u64().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_has_one_name() {
        for currency in [0, 1, 10, u32::MAX].map(CurrencyId::Asset).into_iter().chain([CurrencyId::Native]) {
            assert_eq!(currency.to_string().parse(), Ok(currency));
        }
        for text in [
            "",
            "Native",
            " native",
            "asset:",
            "asset:01",
            "asset:00",
            "asset:+1",
            "asset:-1",
            "asset:4294967296",
            "1",
        ] {
            assert_eq!(text.parse::<CurrencyId>(), Err(NoCurrency), "{text}");
        }
    }
}
