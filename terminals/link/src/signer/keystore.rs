//! A secret in a file, encrypted under a passphrase.
//!
//! JSON: the account, Argon2id's salt and costs (memory in KiB, passes), and the secret under ChaCha20-Poly1305. The account is bound into
//! the encryption, so that a file whose account somebody has changed does not open.

use crate::{account::KeyError, Account, Key};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    aead::{Aead as _, Payload},
    ChaCha20Poly1305, KeyInit as _,
};
use serde::{Deserialize, Serialize};
use std::{fs, io, path::Path};
use thiserror::Error;

/// What a keystore says that it is.
const KIND: &str = "specie-keystore-1";

/// What an opening costs: 64 MiB, three passes.
const COSTS: (u32, u32) = (64 * 1024, 3);

/// No file asks for more than this.
const MAX_COSTS: (u32, u32) = (1024 * 1024, 64);

/// The shortest passphrase.
const MIN_PASSPHRASE: usize = 12;

/// Why a keystore is none, or does not open.
#[derive(Debug, Error)]
pub enum KeystoreError {
    /// It cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is JSON, and no keystore of this version.
    #[error("{0}: this is no keystore of this program ({KIND})")]
    NotOne(String),
    /// Another passphrase, or the file was changed.
    #[error("the passphrase is another, or the keystore was changed")]
    Closed,
    /// The passphrase is too short.
    #[error("a passphrase has at least {MIN_PASSPHRASE} characters")]
    Short,
    /// What is inside is no secret.
    #[error(transparent)]
    Secret(#[from] KeyError),
    /// Random numbers could not be had.
    #[error("random numbers: {0}")]
    Random(#[from] getrandom::Error),
}

/// A keystore.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Keystore {
    kind: String,
    /// The account of the key in it.
    pub account: Account,
    memory: u32,
    passes: u32,
    salt: String,
    nonce: String,
    secret: String,
}

impl Keystore {
    /// A secret phrase, path or seed under a passphrase.
    pub fn seal(secret: &str, passphrase: &str) -> Result<Self, KeystoreError> {
        if passphrase.chars().count() < MIN_PASSPHRASE {
            return Err(KeystoreError::Short);
        }
        let account = Key::from_secret(secret)?.account();
        let (mut salt, mut nonce) = ([0; 16], [0; 12]);
        getrandom::getrandom(&mut salt)?;
        getrandom::getrandom(&mut nonce)?;
        let (memory, passes) = COSTS;
        let sealed = cipher(passphrase, &salt, COSTS)
            .and_then(|cipher| {
                let payload = Payload { msg: secret.trim().as_bytes(), aad: &account.0 };
                cipher.encrypt((&nonce).into(), payload).ok()
            })
            .ok_or(KeystoreError::Closed)?;
        let [salt, nonce, secret] = [&salt[..], &nonce, &sealed].map(hex::encode);
        Ok(Self { kind: KIND.into(), account, memory, passes, salt, nonce, secret })
    }

    /// The keystore in a file. `None`: the file is no JSON, as one with a secret on its first line.
    pub fn read(path: &Path) -> Result<Option<Self>, KeystoreError> {
        let shown = || path.display().to_string();
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            // A secret in an encoding that nobody knows is the key file's error to tell.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(None),
            Err(source) => return Err(KeystoreError::File { path: shown(), source }),
        };
        if !text.trim_start().starts_with('{') {
            return Ok(None);
        }
        match serde_json::from_str::<Self>(&text) {
            Ok(store) if store.kind == KIND => Ok(Some(store)),
            Ok(_) | Err(_) => Err(KeystoreError::NotOne(shown())),
        }
    }

    /// Writes it into a new file, its owner's alone.
    pub fn write(&self, path: &Path) -> Result<(), KeystoreError> {
        use io::Write as _;
        let failed = |source| KeystoreError::File { path: path.display().to_string(), source };
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(failed)?;
        let text = serde_json::to_string_pretty(self).map_err(|error| failed(io::Error::other(error)))?;
        writeln!(file, "{text}").and_then(|()| file.sync_all()).map_err(failed)
    }

    /// The key in it.
    pub fn open(&self, passphrase: &str) -> Result<Key, KeystoreError> {
        let (memory, passes) = (self.memory, self.passes);
        if memory > MAX_COSTS.0 || passes > MAX_COSTS.1 {
            return Err(KeystoreError::Closed);
        }
        let bytes = |text: &str| hex::decode(text).map_err(|_| KeystoreError::Closed);
        let (salt, nonce, sealed) = (bytes(&self.salt)?, bytes(&self.nonce)?, bytes(&self.secret)?);
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| KeystoreError::Closed)?;
        let payload = Payload { msg: &sealed, aad: &self.account.0 };
        let secret = cipher(passphrase, &salt, (memory, passes))
            .and_then(|cipher| cipher.decrypt((&nonce).into(), payload).ok())
            .and_then(|secret| String::from_utf8(secret).ok())
            .ok_or(KeystoreError::Closed)?;
        let key = Key::from_secret(&secret)?;
        if key.account() == self.account {
            Ok(key)
        } else {
            Err(KeystoreError::Closed)
        }
    }
}

fn cipher(passphrase: &str, salt: &[u8], (memory, passes): (u32, u32)) -> Option<ChaCha20Poly1305> {
    let params = Params::new(memory, passes, 1, Some(32)).ok()?;
    let mut key = [0; 32];
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password_into(passphrase.as_bytes(), salt, &mut key).ok()?;
    Some(ChaCha20Poly1305::new(&key.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "a long enough passphrase";

    #[test]
    fn a_secret_comes_out_as_it_went_in_and_only_with_its_passphrase() {
        let folder = std::env::temp_dir().join(format!("specie-keystore-{}", std::process::id()));
        let _ = fs::remove_file(&folder);
        let store = Keystore::seal("//Alice\n", WORDS).unwrap();
        store.write(&folder).unwrap();
        assert!(store.write(&folder).is_err(), "never over another file");
        let text = fs::read_to_string(&folder).unwrap();
        assert!(!text.contains("Alice") && text.contains("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"));
        let read = Keystore::read(&folder).unwrap().unwrap();
        assert_eq!(read, store);
        assert_eq!(read.open(WORDS).unwrap().account(), Key::from_secret("//Alice").unwrap().account());
        assert!(matches!(read.open("another passphrase"), Err(KeystoreError::Closed)));
        assert!(matches!(Keystore::seal("//Alice", "short"), Err(KeystoreError::Short)));
        assert!(matches!(Keystore::seal("not a secret", WORDS), Err(KeystoreError::Secret(_))));
        // Whatever is changed, it does not open, and never as another account's.
        let bob = Key::from_secret("//Bob").unwrap().account();
        let changed = |change: fn(&mut Keystore)| {
            let mut store = store.clone();
            change(&mut store);
            store
        };
        let mut wrong = vec![
            changed(|store| store.salt = "00".repeat(16)),
            changed(|store| store.nonce = "00".repeat(12)),
            changed(|store| store.nonce.clear()),
            changed(|store| store.secret.replace_range(..2, "zz")),
            changed(|store| store.passes += 1),
            changed(|store| store.memory = u32::MAX),
        ];
        wrong.push(Keystore { account: bob, ..store.clone() });
        for store in wrong {
            assert!(matches!(store.open(WORDS), Err(KeystoreError::Closed)), "{store:?}");
        }
        // A key file is none, and JSON of others is told from both.
        fs::write(&folder, "//Alice\n").unwrap();
        assert_eq!(Keystore::read(&folder).unwrap(), None);
        for other in ["{}", "{\"encoded\":\"x\",\"encoding\":{}}", "{"] {
            fs::write(&folder, other).unwrap();
            assert!(matches!(Keystore::read(&folder), Err(KeystoreError::NotOne(_))), "{other}");
        }
        fs::remove_file(&folder).unwrap();
    }
}
