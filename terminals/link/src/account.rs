//! The keys that sign for accounts, and what they have signed.

use codec::DecodeAll as _;
use sp_core::{
    crypto::{AccountId32, Pair as _},
    ed25519, sr25519,
};
use sp_runtime::{traits::Verify as _, MultiSignature};
pub use specie_rpc_types::{Account, AddressError};
use std::{fmt, path::Path};
use thiserror::Error;

/// Why a text is no key.
#[derive(Debug, Error)]
pub enum KeyError {
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
    #[error("{0}: a key file must be its owner's alone (chmod 600), or be mounted read-only for one group by another owner (0440)")]
    Readable(String),
}

/// An sr25519 key that signs for an account. Shows nothing but the account.
#[derive(Clone)]
pub struct Key(sr25519::Pair);

impl Key {
    /// The key of a secret: a phrase of words, with or without a path (`//Alice`), or a seed in hex.
    pub fn from_secret(secret: &str) -> Result<Self, KeyError> {
        let secret = secret.trim();
        sr25519::Pair::from_string(secret, None)
            .map(Self)
            .map_err(|error| KeyError::NotASecret(format!("{error:?}")))
    }

    /// The key whose secret is the first line of a file that nobody else may read: its owner's alone; or, as secret managers mount
    /// it, of another owner, who lets a group read it and nobody write it. A byte order mark and either kind of line end are
    /// no part of the secret.
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        let shown = || path.display().to_string();
        let failed = |source| KeyError::File { path: shown(), source };
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let file = std::fs::metadata(path).map_err(failed)?;
            // Who this process is. Where that cannot be read, the file is taken for its own.
            let is_own = std::fs::metadata("/proc/self").map_or(true, |this| this.uid() == file.uid());
            if !is_secret(file.mode(), is_own) {
                return Err(KeyError::Readable(shown()));
            }
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        match text.trim_start_matches('\u{feff}').lines().next().map(str::trim) {
            // The SDK takes nothing for the root of the development keys, which everybody knows.
            None | Some("") => Err(KeyError::Empty(shown())),
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

/// Whether nobody but those whom the owner means may read a file of this mode.
const fn is_secret(mode: u32, is_own: bool) -> bool {
    let (others, group, group_may_write) = (mode & 0o007, mode & 0o070, mode & 0o020);
    others == 0 && (group == 0 || (!is_own && group_may_write == 0))
}

/// A signature in one of the forms that wallets give: 64 bytes (sr25519 or Ed25519), or a byte for its kind in front of it (0
/// Ed25519, 1 sr25519, 2 ECDSA of secp256k1). `None`: it is none of these.
fn signatures(bytes: &[u8]) -> Option<Vec<MultiSignature>> {
    if let Ok(raw) = <[u8; 64]>::try_from(bytes) {
        let sr25519 = MultiSignature::Sr25519(sr25519::Signature::from_raw(raw));
        return Some(vec![sr25519, MultiSignature::Ed25519(ed25519::Signature::from_raw(raw))]);
    }
    MultiSignature::decode_all(&mut &*bytes).ok().map(|signature| vec![signature])
}

/// Whether `signature` is `account`'s over `message`; `None`: it is in no form that wallets give. Wallets put `<Bytes>` around
/// what they sign for web pages: that form counts too, as nothing that the chain takes begins so.
pub fn verify(account: &Account, message: &[u8], signature: &[u8]) -> Option<bool> {
    let (account, wrapped) = (AccountId32::from(account.0), [b"<Bytes>".as_slice(), message, b"</Bytes>"].concat());
    let fits = |signature: &MultiSignature| {
        signature.verify(message, &account) || signature.verify(wrapped.as_slice(), &account)
    };
    Some(signatures(signature)?.iter().any(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f17_a_signature_is_checked() {
        let (alice, bob) = (Key::from_secret("//Alice").unwrap(), Key::from_secret("//Bob").unwrap());
        let signature = alice.sign(b"challenge");
        assert_eq!(verify(&alice.account(), b"challenge", &signature), Some(true));
        assert_eq!(verify(&bob.account(), b"challenge", &signature), Some(false));
        assert_eq!(verify(&alice.account(), b"another", &signature), Some(false));
        assert_eq!(verify(&alice.account(), b"challenge", &alice.sign(b"<Bytes>challenge</Bytes>")), Some(true));
    }

    /// Every kind of key that the chain knows, with the byte that wallets put in front.
    #[test]
    fn f17_signatures_of_every_kind_of_wallet() {
        use sp_core::ecdsa;
        use sp_crypto_hashing::blake2_256;
        let secret = "//Specie//Wallet";
        let ed25519 = ed25519::Pair::from_string(secret, None).unwrap();
        let ecdsa = ecdsa::Pair::from_string(secret, None).unwrap();
        let sr25519 = Key::from_secret(secret).unwrap();
        let message = b"challenge";
        let (edward, elliptic) = (Account(ed25519.public().0), Account(blake2_256(ecdsa.public().as_ref())));
        let tagged = |tag: u8, signature: &[u8]| [&[tag], signature].concat();
        for (account, signature) in [
            (sr25519.account(), tagged(1, &sr25519.sign(message))),
            (edward, ed25519.sign(message).0.to_vec()),
            (edward, tagged(0, &ed25519.sign(message).0)),
            (elliptic, tagged(2, &ecdsa.sign(message).0)),
        ] {
            assert_eq!(verify(&account, message, &signature), Some(true), "{signature:?}");
            assert_eq!(verify(&account, b"another", &signature), Some(false));
        }
        assert_eq!(verify(&edward, message, &tagged(1, &ed25519.sign(message).0)), Some(false), "of another kind");
        for wrong in [&[][..], &[0; 63], &[9; 65], &[0; 66], &[2; 70]] {
            assert_eq!(verify(&edward, message, wrong), None, "{wrong:?}");
        }
        let polkadot = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";
        let alice = Key::from_secret("//Alice").unwrap().account();
        assert_eq!(Account::of_any_network(polkadot).unwrap(), alice);
        assert!(Account::of_any_network("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ").is_err());
    }

    #[test]
    fn a_key_file_as_secret_managers_mount_it() {
        for (mode, is_own, fits) in [
            (0o600, true, true),
            (0o400, true, true),
            (0o640, true, false),
            (0o440, false, true),
            (0o640, false, true),
            (0o660, false, false),
            (0o444, false, false),
            (0o604, false, false),
        ] {
            assert_eq!(is_secret(0o100_000 | mode, is_own), fits, "{mode:o}");
        }
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("specie-key-form-{}", std::process::id()));
        let alice = Key::from_secret("//Alice").unwrap().account();
        for text in ["\u{feff}//Alice\n", "//Alice\r\n", "\u{feff}  //Alice \r\nmore\r\n", "//Alice"] {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            assert_eq!(Key::from_file(&path).unwrap().account(), alice, "{text:?}");
        }
        std::fs::write(&path, [0xff, 0xfe, 0x2f, 0x00]).unwrap();
        assert!(matches!(Key::from_file(&path), Err(KeyError::File { .. })), "UTF-16");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn an_empty_key_file_is_no_key() {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("specie-empty-key-{}", std::process::id()));
        for text in ["", "\n", "  \n//Alice\n"] {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            assert!(matches!(Key::from_file(&path), Err(KeyError::Empty(_))), "{text:?}");
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("specie-key-{}", std::process::id()));
        std::fs::write(&path, "//Alice\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Key::from_file(&path), Err(KeyError::Readable(_))));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(
            format!("{:?}", Key::from_file(&path).unwrap()),
            "Key(5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY)"
        );
        std::fs::remove_file(&path).unwrap();
    }
}
