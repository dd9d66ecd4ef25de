//! Accounts as people write them.

use crate::text::as_text;
use sp_core::crypto::{AccountId32, Ss58AddressFormat, Ss58Codec};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// The SS58 prefix of the chain.
pub const PREFIX: u16 = 42;

/// An account or carrier: 32 bytes, written as SS58 with the prefix 42; read from that, or from `0x` and hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(pub [u8; 32]);

/// Why a text is no account.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// Neither SS58 nor 32 bytes of hex.
    #[error("not an account: {0}")]
    NotSs58(String),
    /// Of another network.
    #[error("an account of another network: its SS58 prefix is {0}, not {PREFIX}")]
    OtherNetwork(u16),
}

impl Account {
    /// The account behind an address of any network: of who signs, and not of who is paid.
    pub fn of_any_network(text: &str) -> Result<Self, AddressError> {
        read(text.trim()).map(|(account, _)| account)
    }
}

/// The account, and the SS58 prefix of its network; hex has none.
fn read(text: &str) -> Result<(Account, Option<u16>), AddressError> {
    if let Some(digits) = text.strip_prefix("0x") {
        let mut account = [0; 32];
        return hex::decode_to_slice(digits, &mut account)
            .map(|()| (Account(account), None))
            .map_err(|error| AddressError::NotSs58(format!("32 bytes of hex expected: {error}")));
    }
    AccountId32::from_ss58check_with_version(text)
        .map(|(account, format)| (Account(account.into()), Some(u16::from(format))))
        .map_err(|error| AddressError::NotSs58(error.to_string()))
}

impl FromStr for Account {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        match read(text.trim())? {
            (account, None | Some(PREFIX)) => Ok(account),
            (_, Some(other)) => Err(AddressError::OtherNetwork(other)),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&AccountId32::from(self.0).to_ss58check_with_version(Ss58AddressFormat::custom(PREFIX)))
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

as_text!(Account);

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    #[test]
    fn an_account_is_read_as_it_is_written() {
        let alice: Account = ALICE.parse().unwrap();
        assert_eq!(alice.to_string(), ALICE);
        let hex = format!("0x{}", hex::encode(alice.0));
        assert_eq!(hex.parse(), Ok(alice));
        assert_eq!(Account::of_any_network(&hex), Ok(alice));
    }

    #[test]
    fn f12_refuses_bad_payee() {
        let wrong = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ";
        assert!(matches!(wrong.parse::<Account>(), Err(AddressError::NotSs58(_))));
        assert!(Account::of_any_network(wrong).is_err());
        let polkadot = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";
        assert_eq!(polkadot.parse::<Account>(), Err(AddressError::OtherNetwork(0)));
        assert_eq!(Account::of_any_network(polkadot), ALICE.parse());
        for wrong in ["0x12", "", "0x", "5", "🦀"] {
            assert!(matches!(wrong.parse::<Account>(), Err(AddressError::NotSs58(_))), "{wrong}");
        }
    }
}
