//! Transactions that are prepared here and signed elsewhere, where there may be no network.
//!
//! An [`Unsigned`] is written as JSON, carried to the machine that has the key, shown there in words ([`Unsigned::call`]), signed, and
//! sent by whoever has a network ([`Nodes::execute_signed`](crate::Nodes::execute_signed)). It carries the chain's metadata, by which the call is
//! read. Their hash is signed too: by metadata that are not the chain's own nobody can be made to sign one call for another, since the
//! chain does not take it.

use crate::{
    account::Account,
    error::ClientError,
    extrinsic::{self, Bound, Life},
    metadata::Metadata,
    money::as_text,
    nodes::{Runtime, RuntimeVersion},
    signer::Signed,
};
use codec::Decode as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sp_runtime::{traits::Verify as _, AccountId32, MultiSignature};
use specie_primitives::{Balance, BlockNumber};
use std::sync::Arc;

/// The form of [`File`].
const FORM: u32 = 1;

/// A transaction without its signature.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "File", into = "File")]
pub struct Unsigned {
    /// Whose it is.
    pub account: Account,
    /// The chain that it is for, by its genesis hash.
    pub genesis: [u8; 32],
    /// The account's number for it.
    pub nonce: u32,
    /// What it tips, in base units.
    pub tip: Balance,
    birth: (BlockNumber, [u8; 32]),
    blocks: BlockNumber,
    call: Vec<u8>,
    runtime: Arc<Runtime>,
}

impl Unsigned {
    pub(crate) fn new(
        runtime: Arc<Runtime>,
        account: Account,
        genesis: [u8; 32],
        life: &Life,
        nonce: u32,
        tip: Balance,
        call: Vec<u8>,
    ) -> Self {
        Self { account, genesis, nonce, tip, birth: life.birth, blocks: life.blocks, call, runtime }
    }

    /// The block that it was prepared at.
    pub const fn first_block(&self) -> BlockNumber {
        self.birth.0
    }

    /// The last block that may include it.
    pub fn last_block(&self) -> BlockNumber {
        self.life().end()
    }

    /// The version of the runtime that it is for; it dies with it.
    pub fn spec_version(&self) -> u32 {
        self.runtime.version.spec_version
    }

    /// The call in words: `{pallet: {call: {argument: value}}}`, accounts as SS58, numbers of more than 32 bits as texts.
    pub fn call(&self) -> Result<Value, ClientError> {
        Ok(self.runtime.metadata.call_in_words(&self.call)?)
    }

    /// What is signed: at most 256 bytes, a longer one hashed by BLAKE2b-256.
    pub fn payload(&self) -> Result<Vec<u8>, ClientError> {
        let Runtime { metadata, .. } = &*self.runtime;
        Ok(extrinsic::to_sign(metadata, &self.bound()?, self.nonce, &self.life(), &self.call)?)
    }

    /// With its signature, which is looked at first.
    pub(crate) fn signed(&self, signature: &Signed) -> Result<Vec<u8>, ClientError> {
        let encoded = signature.encoded();
        let read = MultiSignature::decode(&mut &*encoded);
        let is_right = read
            .is_ok_and(|it| it.verify(&*self.payload().unwrap_or_default(), &AccountId32::from(self.account.0)));
        match is_right {
            true => self.with(&encoded),
            false => Err(ClientError::WrongSignature(self.account)),
        }
    }

    /// As long as it is going to be.
    pub(crate) fn with_any_signature(&self) -> Result<Vec<u8>, ClientError> {
        // Without the length before it, which whoever encodes it puts there.
        let whole = self.with(&Signed::Sr25519([1; 64]).encoded())?;
        Vec::decode(&mut &*whole).map_err(|error| ClientError::Unexpected(error.to_string()))
    }

    fn with(&self, signature: &[u8]) -> Result<Vec<u8>, ClientError> {
        let (metadata, bound) = (&self.runtime.metadata, self.bound()?);
        Ok(extrinsic::with(metadata, &bound, self.account, signature, self.nonce, &self.life(), &self.call)?)
    }

    fn life(&self) -> Life {
        Life { birth: self.birth, blocks: self.blocks }
    }

    fn bound(&self) -> Result<Bound, ClientError> {
        let Runtime { version, metadata } = &*self.runtime;
        Ok(Bound {
            genesis: self.genesis,
            spec_version: version.spec_version,
            transaction_version: version.transaction_version,
            tip: self.tip,
            metadata_hash: metadata.hash(version.spec_version, &version.spec_name)?,
        })
    }
}

/// As it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    unsigned_transaction: u32,
    account: Account,
    #[serde(with = "as_hex")]
    genesis: [u8; 32],
    nonce: u32,
    #[serde(with = "as_text")]
    tip: Balance,
    first_block: BlockNumber,
    #[serde(with = "as_hex")]
    first_block_hash: [u8; 32],
    blocks: BlockNumber,
    spec_name: String,
    spec_version: u32,
    transaction_version: u32,
    #[serde(with = "as_hex")]
    call: Vec<u8>,
    #[serde(with = "as_hex")]
    metadata: Vec<u8>,
}

impl From<Unsigned> for File {
    fn from(it: Unsigned) -> Self {
        let RuntimeVersion { spec_name, spec_version, transaction_version } = it.runtime.version.clone();
        Self {
            unsigned_transaction: FORM,
            account: it.account,
            genesis: it.genesis,
            nonce: it.nonce,
            tip: it.tip,
            first_block: it.birth.0,
            first_block_hash: it.birth.1,
            blocks: it.blocks,
            spec_name,
            spec_version,
            transaction_version,
            metadata: it.runtime.metadata.encoded(),
            call: it.call,
        }
    }
}

impl TryFrom<File> for Unsigned {
    type Error = String;

    fn try_from(file: File) -> Result<Self, String> {
        if file.unsigned_transaction != FORM {
            return Err(format!("a transaction of form {}, not {FORM}", file.unsigned_transaction));
        }
        if !file.blocks.is_power_of_two() {
            return Err(format!("valid for {} blocks, which is no power of two", file.blocks));
        }
        let File { spec_name, spec_version, transaction_version, .. } = file;
        let version = RuntimeVersion { spec_name, spec_version, transaction_version };
        let metadata = Metadata::read(&file.metadata).map_err(|error| error.to_string())?;
        Ok(Self {
            account: file.account,
            genesis: file.genesis,
            nonce: file.nonce,
            tip: file.tip,
            birth: (file.first_block, file.first_block_hash),
            blocks: file.blocks,
            call: file.call,
            runtime: Arc::new(Runtime { version, metadata }),
        })
    }
}

/// Bytes as `0x` and hex.
mod as_hex {
    use crate::node::{bytes, hex_of};
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<T: AsRef<[u8]>, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex_of(value.as_ref()))
    }

    pub(super) fn deserialize<'de, T: TryFrom<Vec<u8>>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        let text = String::deserialize(from)?;
        let read = bytes(&text).and_then(|bytes| T::try_from(bytes).ok());
        read.ok_or_else(|| D::Error::custom("not 0x and so many hex digits"))
    }
}
