//! The factory's files: keys and batches, in JSON, for their owner's eyes.

use serde::{de::DeserializeOwned, Deserialize, Serialize};
use specie_card_sim::{
    factory::{Batch, BatchSigner},
    keys::{KeyError, SecretKey},
};
use specie_primitives::{crypto::Scheme, ids::BatchId, wire::WireError};
use std::{
    fs::OpenOptions,
    io::{self, Read as _, Write as _},
    path::Path,
};
use thiserror::Error;

/// More than any file of ours has, in bytes.
const MAX_FILE: u64 = 64 * 1024;

/// Why a file is of no use.
#[derive(Debug, Error)]
pub enum FileError {
    /// It could not be read or made.
    #[error("{path}: {source}")]
    Io {
        /// The file's path.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is not the JSON that was expected.
    #[error("{path}: not a {what} file: {source}")]
    Json {
        /// The file's path.
        path: String,
        /// What it should be.
        what: &'static str,
        /// Why it is not.
        #[source]
        source: serde_json::Error,
    },
    /// A private key is not hex of 32 bytes.
    #[error("a private key is not 32 bytes of hex: {0}")]
    Hex(#[from] hex::FromHexError),
    /// A scheme that does not exist.
    #[error(transparent)]
    Scheme(#[from] WireError),
    /// A private key is not one.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A private key in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    scheme: u8,
    secret: String,
}

/// A batch in a file.
#[derive(Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "lowercase", deny_unknown_fields)]
pub enum BatchFile {
    /// Format 0.
    Native { id: u64, key: KeyFile },
    /// Format 1.
    Keycard { id: u64, key: KeyFile },
    /// Format 2.
    Coinkite { id: u64, root: KeyFile, key: KeyFile },
}

impl From<&SecretKey> for KeyFile {
    fn from(key: &SecretKey) -> Self {
        Self { scheme: key.scheme().tag(), secret: format!("0x{}", hex::encode(key.to_bytes())) }
    }
}

impl KeyFile {
    /// The key.
    pub fn key(&self) -> Result<SecretKey, FileError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(self.secret.strip_prefix("0x").unwrap_or(&self.secret), &mut bytes)?;
        Ok(SecretKey::from_bytes(Scheme::from_tag(self.scheme)?, &bytes)?)
    }
}

impl From<&Batch> for BatchFile {
    fn from(batch: &Batch) -> Self {
        let id = batch.id.0;
        match &batch.signer {
            BatchSigner::Native(key) => Self::Native { id, key: key.into() },
            BatchSigner::Keycard(key) => Self::Keycard { id, key: key.into() },
            BatchSigner::Coinkite { root, batch } => Self::Coinkite { id, root: root.into(), key: batch.into() },
        }
    }
}

impl BatchFile {
    /// The batch.
    pub fn batch(&self) -> Result<Batch, FileError> {
        Ok(match self {
            Self::Native { id, key } => Batch { id: BatchId(*id), signer: BatchSigner::Native(key.key()?) },
            Self::Keycard { id, key } => Batch { id: BatchId(*id), signer: BatchSigner::Keycard(key.key()?) },
            Self::Coinkite { id, root, key } => {
                Batch { id: BatchId(*id), signer: BatchSigner::Coinkite { root: root.key()?, batch: key.key()? } }
            }
        })
    }
}

/// Reads a file of `T`.
pub fn read<T: DeserializeOwned>(path: &Path, what: &'static str) -> Result<T, FileError> {
    let name = || path.display().to_string();
    let io = |source| FileError::Io { path: name(), source };
    let mut bytes = vec![];
    std::fs::File::open(path).map_err(io)?.take(MAX_FILE).read_to_end(&mut bytes).map_err(io)?;
    serde_json::from_slice(&bytes).map_err(|source| FileError::Json { path: name(), what, source })
}

/// Writes a new file that only its owner reads. An existing one is an error: it may be the only copy of a key.
pub fn write<T: Serialize>(path: &Path, what: &'static str, value: &T) -> Result<(), FileError> {
    let name = || path.display().to_string();
    let mut bytes = serde_json::to_vec(value).map_err(|source| FileError::Json { path: name(), what, source })?;
    bytes.push(b'\n');
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()))
        .map_err(|source| FileError::Io { path: name(), source })
}
