//! Accounts as people write them, and the keys that sign for them.

use serde::{Deserialize, Serialize};
use sp_core::{
    crypto::{AccountId32, Pair as _, Ss58AddressFormat, Ss58Codec},
    sr25519,
};
use std::{fmt, path::Path, str::FromStr};
use thiserror::Error;

/// The SS58 prefix of the chain.
const PREFIX: u16 = 42;

/// An account: 32 bytes, written as SS58 with the prefix 42.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Account(pub [u8; 32]);

/// Why a text is no account or no key.
#[derive(Debug, Error)]
pub enum AccountError {
    /// Not SS58.
    #[error("not an account: {0}")]
    NotSs58(String),
    /// Of another network.
    #[error("an account of another network: its SS58 prefix is {0}, not {PREFIX}")]
    OtherNetwork(u16),
    /// The file holds nothing.
    #[error("{0}: no secret phrase on its first line")]
    Empty(String),
    /// Not a secret phrase or path.
    #[error("not a secret phrase: {0}")]
    NotASecret(String),
    /// The file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Others than its owner may read the file.
    #[error("{0}: a key file must be its owner's alone (chmod 600)")]
    Readable(String),
}

impl FromStr for Account {
    type Err = AccountError;

    fn from_str(text: &str) -> Result<Self, AccountError> {
        let text = text.trim();
        if let Some(digits) = text.strip_prefix("0x") {
            let mut account = [0; 32];
            return hex::decode_to_slice(digits, &mut account)
                .map(|()| Self(account))
                .map_err(|error| AccountError::NotSs58(error.to_string()));
        }
        let (account, format) = AccountId32::from_ss58check_with_version(text)
            .map_err(|error| AccountError::NotSs58(format!("{error:?}")))?;
        match u16::from(format) {
            PREFIX => Ok(Self(account.into())),
            other => Err(AccountError::OtherNetwork(other)),
        }
    }
}

impl TryFrom<String> for Account {
    type Error = AccountError;

    fn try_from(text: String) -> Result<Self, AccountError> {
        text.parse()
    }
}

impl From<Account> for String {
    fn from(account: Account) -> Self {
        account.to_string()
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

/// An sr25519 key that signs for an account. Shows nothing but the account.
#[derive(Clone)]
pub struct Key(sr25519::Pair);

impl Key {
    /// The key of a secret: a phrase of words, with or without a path (`//Alice`), or a seed in hex.
    pub fn from_secret(secret: &str) -> Result<Self, AccountError> {
        let secret = secret.trim();
        sr25519::Pair::from_string(secret, None)
            .map(Self)
            .map_err(|error| AccountError::NotASecret(format!("{error:?}")))
    }

    /// The key whose secret is the first line of a file that nobody but its owner may read.
    pub fn from_file(path: &Path) -> Result<Self, AccountError> {
        let shown = || path.display().to_string();
        let failed = |source| AccountError::File { path: shown(), source };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(AccountError::Readable(shown()));
            }
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        match text.lines().next().map(str::trim) {
            // The SDK takes nothing for the root of the development keys, which everybody knows.
            None | Some("") => Err(AccountError::Empty(shown())),
            Some(secret) => Self::from_secret(secret),
        }
    }

    /// The account.
    pub fn account(&self) -> Account {
        Account(self.0.public().0)
    }

    /// Its signature over a message, 64 bytes.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.account())
    }
}

/// Whether `signature` is `account`'s over `message`. Wallets put `<Bytes>` around what they sign for web pages: that
/// form counts too, as nothing that the chain takes begins so.
pub fn verify(account: &Account, message: &[u8], signature: &[u8; 64]) -> bool {
    let (signature, public) = (sr25519::Signature::from_raw(*signature), sr25519::Public::from_raw(account.0));
    let wrapped = [b"<Bytes>".as_slice(), message, b"</Bytes>"].concat();
    sr25519::Pair::verify(&signature, message, &public) || sr25519::Pair::verify(&signature, wrapped, &public)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_as_it_is_written() {
        let alice = Key::from_secret("//Alice").unwrap().account();
        assert_eq!(alice.to_string(), "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
        assert_eq!(alice.to_string().parse::<Account>().unwrap(), alice);
        let hex = format!("0x{}", hex::encode(alice.0));
        assert_eq!(hex.parse::<Account>().unwrap(), alice);
    }

    #[test]
    fn f12_refuses_bad_payee() {
        let wrong = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ";
        assert!(matches!(wrong.parse::<Account>(), Err(AccountError::NotSs58(_))));
        let polkadot = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";
        assert!(matches!(polkadot.parse::<Account>(), Err(AccountError::OtherNetwork(0))));
        assert!(matches!("0x12".parse::<Account>(), Err(AccountError::NotSs58(_))));
    }

    #[test]
    fn f17_a_signature_is_checked() {
        let (alice, bob) = (Key::from_secret("//Alice").unwrap(), Key::from_secret("//Bob").unwrap());
        let signature = alice.sign(b"challenge");
        assert!(verify(&alice.account(), b"challenge", &signature));
        assert!(!verify(&bob.account(), b"challenge", &signature));
        assert!(!verify(&alice.account(), b"another", &signature));
        assert!(verify(&alice.account(), b"challenge", &alice.sign(b"<Bytes>challenge</Bytes>")));
    }

    #[test]
    fn an_empty_key_file_is_no_key() {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("specie-empty-key-{}", std::process::id()));
        for text in ["", "\n", "  \n//Alice\n"] {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            assert!(matches!(Key::from_file(&path), Err(AccountError::Empty(_))), "{text:?}");
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("specie-key-{}", std::process::id()));
        std::fs::write(&path, "//Alice\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Key::from_file(&path), Err(AccountError::Readable(_))));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(
            format!("{:?}", Key::from_file(&path).unwrap()),
            "Key(5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY)"
        );
        std::fs::remove_file(&path).unwrap();
    }
}
