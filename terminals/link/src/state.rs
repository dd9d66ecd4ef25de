//! What the chain itself keeps, asked of a node's state.

use crate::{
    error::ClientError,
    metadata::Metadata,
    node::{bytes, hex_of},
    nodes::{lock, Nodes, Runtime, RuntimeVersion},
    Account,
};
use codec::{Decode, Encode};
use serde_json::{json, Value};
use sp_crypto_hashing::{blake2_128, twox_128};
use specie_primitives::{
    ids::{CurrencyId, MachineId},
    records::Machine,
};
use std::sync::Arc;

/// How many keys of a map are asked for at once.
const PAGE: usize = 256;

/// At which block the state is read.
#[derive(Clone, Copy)]
pub(crate) enum At {
    /// The last final one.
    Final,
    /// The one with this hash.
    Block([u8; 32]),
    /// The best one.
    Best,
}

/// A key's place in a map of the SDK that hashes by Blake2_128Concat.
pub(crate) fn hashed(key: &[u8]) -> Vec<u8> {
    [blake2_128(key).as_slice(), key].concat()
}

impl Nodes {
    /// What the chain keeps about a machine, at the last final block.
    pub async fn machine(&self, machine: Account) -> Result<Option<Machine>, ClientError> {
        self.call_runtime("CarrierApi_machine", &MachineId(machine.0)).await
    }

    /// All machines, at the last final block.
    pub async fn machines(&self) -> Result<Vec<(Account, Machine)>, ClientError> {
        let block: String = self.request("chain_getFinalizedHead", &[]).await?;
        let prefix = hex_of(&[twox_128(b"Machines"), twox_128(b"Machines")].concat());
        let (mut all, mut from): (Vec<(Account, Machine)>, Option<String>) = (Vec::new(), None);
        loop {
            let params = [json!(prefix), json!(PAGE), json!(from), json!(block)];
            let keys: Vec<String> = self.request("state_getKeysPaged", &params).await?;
            for key in &keys {
                let value: Option<String> = self.request("state_getStorage", &[json!(key), json!(block)]).await?;
                // The map's prefix and a hash of 16 bytes come before the account.
                let account = bytes(key).and_then(|key| key.last_chunk().copied()).map(Account);
                let machine = value.as_deref().and_then(bytes).and_then(|value| Machine::decode(&mut &*value).ok());
                let known = account.zip(machine);
                all.push(known.ok_or_else(|| ClientError::Unexpected(format!("a machine under {key}")))?);
            }
            match keys.last() {
                Some(last) if keys.len() == PAGE => from = Some(last.clone()),
                _ => return Ok(all),
            }
        }
    }

    /// What an account holds and may spend, in base units, at the last final block.
    pub async fn balance(&self, account: Account) -> Result<u128, ClientError> {
        let value = self.storage("System", "Account", &hashed(&account.0), At::Final).await?;
        // Four counters of 32 bits, then what is free.
        let free = value.and_then(|value| value.get(16..32).and_then(|free| free.try_into().ok()));
        Ok(free.map_or(0, u128::from_le_bytes))
    }

    /// How many transactions of an account are in final blocks, and the last of those blocks.
    pub(crate) async fn final_nonce(&self, account: Account) -> Result<(u32, u32), ClientError> {
        let (block, hash) = self.final_block().await?;
        let value = self.storage("System", "Account", &hashed(&account.0), At::Block(hash)).await?;
        let count = value.and_then(|value| value.first_chunk().copied());
        Ok((block, count.map_or(0, u32::from_le_bytes)))
    }

    /// What an account holds of a currency and may spend, in base units, at the last final block.
    pub async fn balance_of(&self, account: Account, currency: CurrencyId) -> Result<u128, ClientError> {
        let CurrencyId::Asset(asset) = currency else { return self.balance(account).await };
        let place = [hashed(&asset.encode()), hashed(&account.0)].concat();
        let value = self.storage("Assets", "Account", &place, At::Final).await?;
        let held = value.and_then(|value| value.first_chunk().copied());
        Ok(held.map_or(0, u128::from_le_bytes))
    }

    /// When the best block was made by its own word, in milliseconds since 1970; `None`: the chain has no such clock.
    pub async fn block_time(&self) -> Result<Option<u64>, ClientError> {
        let value = self.storage("Timestamp", "Now", &[], At::Best).await?;
        Ok(value.and_then(|value| value.try_into().ok()).map(u64::from_le_bytes))
    }

    /// Whether somebody holds the sudo key of this chain.
    pub async fn has_sudo(&self) -> Result<bool, ClientError> {
        Ok(self.storage("Sudo", "Key", &[], At::Final).await?.is_some())
    }

    /// The last final block: height and hash.
    pub(crate) async fn final_block(&self) -> Result<(u32, [u8; 32]), ClientError> {
        let hash: String = self.request("chain_getFinalizedHead", &[]).await?;
        let header: Value = self.request("chain_getHeader", &[json!(hash)]).await?;
        let number = header["number"].as_str().and_then(|number| number.strip_prefix("0x"));
        let number = number.and_then(|number| u32::from_str_radix(number, 16).ok());
        let known = number.zip(crate::node::hash(&hash));
        known.ok_or_else(|| ClientError::Unexpected(format!("block {hash}: {header}")))
    }

    /// The runtime of the best block, with its metadata, asked for again when the version changes.
    pub(crate) async fn runtime(&self) -> Result<Arc<Runtime>, ClientError> {
        let version: RuntimeVersion = self.request("state_getRuntimeVersion", &[]).await?;
        if let Some(known) = lock(&self.runtime).clone() {
            if known.version == version {
                return Ok(known);
            }
        }
        let version_15 = hex_of(&15u32.encode());
        let text: String =
            self.request("state_call", &[json!("Metadata_metadata_at_version"), json!(version_15)]).await?;
        let read = bytes(&text).and_then(|bytes| Option::<Vec<u8>>::decode(&mut &*bytes).ok().flatten());
        let read = read.ok_or_else(|| ClientError::Unexpected("the chain has no metadata of version 15".into()))?;
        let runtime = Arc::new(Runtime { version, metadata: Metadata::read(&read)? });
        *lock(&self.runtime) = Some(runtime.clone());
        Ok(runtime)
    }

    /// A value of the state, and in a map the one at `place`, hashed as the map wants it.
    pub(crate) async fn storage(
        &self,
        pallet: &str,
        item: &str,
        place: &[u8],
        at: At,
    ) -> Result<Option<Vec<u8>>, ClientError> {
        let key = [twox_128(pallet.as_bytes()).as_slice(), &twox_128(item.as_bytes()), place].concat();
        let block: Option<String> = match at {
            At::Final => Some(self.request("chain_getFinalizedHead", &[]).await?),
            At::Block(hash) => Some(hex_of(&hash)),
            At::Best => None,
        };
        let value: Option<String> = self.request("state_getStorage", &[json!(hex_of(&key)), json!(block)]).await?;
        match value.map(|value| bytes(&value).ok_or(value)).transpose() {
            Ok(value) => Ok(value),
            Err(value) => Err(ClientError::Unexpected(format!("{pallet}.{item}: {value}"))),
        }
    }

    pub(crate) async fn call_runtime<T: Decode>(
        &self,
        function: &str,
        argument: &impl Encode,
    ) -> Result<T, ClientError> {
        let at: String = self.request("chain_getFinalizedHead", &[]).await?;
        let argument = hex_of(&argument.encode());
        let answer: String = self.request("state_call", &[json!(function), json!(argument), json!(at)]).await?;
        let decoded = bytes(&answer).and_then(|bytes| T::decode(&mut &bytes[..]).ok());
        decoded.ok_or_else(|| ClientError::Unexpected(format!("{function}: {answer}")))
    }
}
