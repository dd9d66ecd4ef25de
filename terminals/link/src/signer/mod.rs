//! Who signs for an account: a key in memory, or one that never leaves its device.
//!
//! A [`Signer`] is named by one text in a configuration or on a command line ([`open`]):
//!
//! | text | is |
//! |---|---|
//! | `machine.key` | a file with a secret phrase or seed on its first line, its owner's alone |
//! | `machine.json` | an [encrypted keystore](keystore): its passphrase is asked for |
//! | `pkcs11:token=specie;object=machine?module-path=/usr/lib/…` | a key in a token ([PKCS#11](pkcs11), RFC 7512) |

pub mod keystore;
pub mod pkcs11;

use crate::{account::KeyError, Account, Key};
use codec::{DecodeAll as _, Encode as _};
use sp_core::{ecdsa, ed25519, sr25519};
use sp_runtime::MultiSignature;
use std::{path::Path, sync::Arc};
use thiserror::Error;

/// Why there is no signature.
#[derive(Debug, Error)]
pub enum SignerError {
    /// The key cannot be had.
    #[error(transparent)]
    Account(#[from] KeyError),
    /// The keystore is not one, or the passphrase is another.
    #[error(transparent)]
    Keystore(#[from] keystore::KeystoreError),
    /// The token.
    #[error(transparent)]
    Token(#[from] pkcs11::TokenError),
}

/// A signature, as the chain wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// Of an Ed25519 key.
    Ed25519([u8; 64]),
    /// Of an sr25519 key.
    Sr25519([u8; 64]),
    /// Of a secp256k1 key, with its recovery id, over the BLAKE2b-256 hash of what was signed.
    Ecdsa([u8; 65]),
}

impl Signed {
    /// From the bytes of [`Signed::encoded`].
    pub fn read(bytes: &[u8]) -> Option<Self> {
        Some(match MultiSignature::decode_all(&mut &*bytes).ok()? {
            MultiSignature::Ed25519(raw) => Self::Ed25519(raw.0),
            MultiSignature::Sr25519(raw) => Self::Sr25519(raw.0),
            MultiSignature::Ecdsa(raw) => Self::Ecdsa(raw.0),
            _ => return None,
        })
    }

    /// The SDK's `MultiSignature`: a byte for its kind (0, 1, 2), then the signature.
    pub fn encoded(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(raw) => MultiSignature::Ed25519(ed25519::Signature::from_raw(*raw)),
            Self::Sr25519(raw) => MultiSignature::Sr25519(sr25519::Signature::from_raw(*raw)),
            Self::Ecdsa(raw) => MultiSignature::Ecdsa(ecdsa::Signature::from_raw(*raw)),
        }
        .encode()
    }
}

/// Who signs for an account.
pub trait Signer: Send + Sync {
    /// The account.
    fn account(&self) -> Account;

    /// A signature over a message.
    fn signature(&self, message: &[u8]) -> Result<Signed, SignerError>;
}

impl Signer for Key {
    fn account(&self) -> Account {
        Key::account(self)
    }

    fn signature(&self, message: &[u8]) -> Result<Signed, SignerError> {
        Ok(Signed::Sr25519(self.sign(message)))
    }
}

/// The signer that a text names. `passphrase` is asked for a keystore's, with its account.
pub fn open(
    named: &str,
    passphrase: impl FnOnce(Account) -> std::io::Result<String>,
) -> Result<Arc<dyn Signer>, SignerError> {
    if named.starts_with(pkcs11::SCHEME) {
        return Ok(Arc::new(pkcs11::TokenKey::open(&named.parse()?)?));
    }
    let path = Path::new(named);
    match keystore::Keystore::read(path)? {
        Some(store) => {
            let shown = || path.display().to_string();
            let words = passphrase(store.account).map_err(|source| KeyError::File { path: shown(), source })?;
            Ok(Arc::new(store.open(&words)?))
        }
        None => Ok(Arc::new(Key::from_file(path)?)),
    }
}
