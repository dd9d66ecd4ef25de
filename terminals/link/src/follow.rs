//! Signed calls, followed through final blocks until they are done or can never be.

pub use crate::event::Event;
use crate::{
    call::Call,
    error::ClientError,
    extrinsic::Life,
    node::{bytes, hex_of},
    nodes::Nodes,
    signer::{Signed, Signer},
    unsigned::Unsigned,
    Account,
};
use codec::{Compact, Decode};
use serde_json::{json, Value};
use sp_runtime::DispatchError;
use specie_primitives::{Balance, BlockNumber};
use specie_rpc_types::PoolCode;
use std::time::{Duration, Instant};

/// For how long a signed call is valid. After that its fate is sealed.
const LIFE: Duration = Duration::from_secs(128);

/// The bounds of that in blocks, by the SDK's rules for mortal transactions.
const LIFE_IN_BLOCKS: (BlockNumber, BlockNumber) = (4, 4_096);

/// How often final blocks are looked for.
const PAUSE: Duration = Duration::from_millis(300);

/// How often the call is sent again while it is in no final block: a node may have dropped it, or died.
const SEND_AGAIN: Duration = Duration::from_secs(6);

/// A call that is in a final block, and was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Included {
    /// The block's height.
    pub block: BlockNumber,
    /// The block's hash.
    pub hash: [u8; 32],
    /// What it did.
    pub events: Vec<Event>,
}

impl Included {
    /// The first event of this name.
    pub fn event(&self, pallet: &str, name: &str) -> Option<&Event> {
        self.events.iter().find(|event| event.pallet == pallet && event.name == name)
    }
}

impl Nodes {
    /// The SCALE bytes of a call.
    pub async fn encode(&self, call: &Call) -> Result<Vec<u8>, ClientError> {
        Ok(self.runtime().await?.metadata.encode(call)?)
    }

    /// Signs and sends a call, and waits until it is in a final block. A call that failed there is
    /// [`ClientError::Failed`]; one whose era is over, [`ClientError::Expired`]. `limit` is for nodes that do not answer:
    /// [`ClientError::NotKnown`].
    pub async fn execute(
        &self,
        call: &Call,
        signer: &dyn Signer,
        limit: Duration,
    ) -> Result<Included, ClientError> {
        let prepared = self.prepare(call, signer.account(), LIFE).await?;
        let signature = signer.signature(&prepared.payload()?)?;
        self.execute_signed(&prepared, &signature, limit).await
    }

    /// Sends a transaction that was prepared here or elsewhere, with its signature, and waits until it is in a final block, as
    /// [`Nodes::execute`] does. [`ClientError::Superseded`]: its account used its number otherwise.
    pub async fn execute_signed(
        &self,
        prepared: &Unsigned,
        signature: &Signed,
        limit: Duration,
    ) -> Result<Included, ClientError> {
        let genesis = self.genesis().await?;
        if prepared.genesis != genesis {
            let (its, ours) = (hex_of(&prepared.genesis), hex_of(&genesis));
            return Err(ClientError::Unexpected(format!(
                "the transaction is for the chain {its}, the nodes are of {ours}"
            )));
        }
        let transaction = prepared.signed(signature)?;
        match self.send(&transaction).await {
            // A node may have taken it and died before it said so; the next one then knows it, or its nonce, already.
            Err(ClientError::Unreachable(_)) => {}
            Err(error) if may_be_taken(&error) => {}
            sent => sent?,
        }
        self.follow(&transaction, prepared, limit).await
    }

    /// A transaction with the account's next number, valid for about so long, to be signed here or elsewhere.
    pub async fn prepare(&self, call: &Call, account: Account, life: Duration) -> Result<Unsigned, ClientError> {
        let runtime = self.runtime().await?;
        let (least, most) = LIFE_IN_BLOCKS;
        let blocks = self.blocks_in(life).await?.clamp(least, most).next_power_of_two();
        let life = Life { birth: self.final_block().await?, blocks };
        let nonce: u32 = self.request("system_accountNextIndex", &[json!(account)]).await?;
        let (genesis, call) = (self.genesis().await?, runtime.metadata.encode(call)?);
        Ok(Unsigned::new(runtime, account, genesis, &life, nonce, self.tip(), call))
    }

    /// A transaction with the account's next number, signed.
    pub(crate) async fn sign(&self, call: &Call, signer: &dyn Signer) -> Result<Vec<u8>, ClientError> {
        let prepared = self.prepare(call, signer.account(), LIFE).await?;
        prepared.signed(&signer.signature(&prepared.payload()?)?)
    }

    /// About what the network takes for a transaction, in base units.
    pub async fn fee(&self, prepared: &Unsigned) -> Result<Balance, ClientError> {
        let transaction = prepared.with_any_signature()?;
        let length = u32::try_from(transaction.len()).unwrap_or(u32::MAX);
        let weighed: (Compact<u64>, Compact<u64>, u8, Balance) =
            self.call_runtime("TransactionPaymentApi_query_info", &(transaction, length)).await?;
        Ok(weighed.3)
    }

    /// Sends a transaction. That a node has it already is as good.
    pub(crate) async fn send(&self, transaction: &[u8]) -> Result<(), ClientError> {
        match self.request::<String>("author_submitExtrinsic", &[json!(hex_of(transaction))]).await {
            Err(error) if error.has_code(PoolCode::AlreadyThere) => Ok(()),
            other => other.map(|_| ()),
        }
    }

    /// Sends a transaction to every node. Done if one has it; else what one refuses.
    pub(crate) async fn send_to_all(&self, transaction: &[u8]) -> Result<(), ClientError> {
        let said =
            self.ask_each::<String>("author_submitExtrinsic", &[json!(hex_of(transaction))], |_| false).await;
        let mut failed = ClientError::Unreachable(Vec::new());
        for (_, answer) in said {
            match answer {
                Ok(_) => return Ok(()),
                Err(error) if error.has_code(PoolCode::AlreadyThere) => return Ok(()),
                Err(error) if failed.refusal().is_none() => failed = error,
                Err(_) => {}
            }
        }
        Err(failed)
    }

    async fn follow(
        &self,
        transaction: &[u8],
        prepared: &Unsigned,
        limit: Duration,
    ) -> Result<Included, ClientError> {
        let (begun, wanted, end) = (Instant::now(), hex_of(transaction), prepared.last_block());
        let (mut next, mut sent) = (prepared.first_block().saturating_add(1), Instant::now());
        // A final block at which its number was used.
        let mut used: Option<BlockNumber> = None;
        loop {
            let found = self.look(&mut next, end, &wanted).await;
            match found {
                Ok(Some(included)) => return Ok(included),
                Ok(None) if used.is_some_and(|block| next > block) => return Err(ClientError::Superseded),
                Ok(None) if next > end => return Err(ClientError::Expired),
                Ok(None) | Err(ClientError::Unreachable(_)) => {}
                Err(error) => return Err(error),
            }
            if begun.elapsed() > limit {
                return Err(ClientError::NotKnown);
            }
            if sent.elapsed() > SEND_AGAIN {
                // Refused because it is in a block already, or for good: its blocks say which.
                let _ = self.send(transaction).await;
                sent = Instant::now();
                let counted = self.final_nonce(prepared.account).await.ok();
                used = counted.filter(|(_, count)| *count > prepared.nonce).map(|(block, _)| block);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Looks for a transaction in the final blocks from `next` on, which moves on.
    async fn look(
        &self,
        next: &mut BlockNumber,
        end: BlockNumber,
        wanted: &str,
    ) -> Result<Option<Included>, ClientError> {
        let (last, _) = self.final_block().await?;
        while *next <= last.min(end) {
            let hash: Option<String> = self.request("chain_getBlockHash", &[json!(*next)]).await?;
            // A node that is behind the one that said so.
            let Some(hash) = hash else { return Ok(None) };
            let block: Value = self.request("chain_getBlock", &[json!(hash)]).await?;
            let Some(extrinsics) = block["block"]["extrinsics"].as_array() else { return Ok(None) };
            if let Some(place) = extrinsics.iter().position(|known| known.as_str() == Some(wanted)) {
                let place = u32::try_from(place).unwrap_or(u32::MAX);
                return self.included(*next, &hash, place).await.map(Some);
            }
            *next = next.saturating_add(1);
        }
        Ok(None)
    }

    async fn included(&self, block: BlockNumber, hash: &str, place: u32) -> Result<Included, ClientError> {
        let key = [sp_crypto_hashing::twox_128(b"System"), sp_crypto_hashing::twox_128(b"Events")].concat();
        let value: Option<String> = self.request("state_getStorage", &[json!(hex_of(&key)), json!(hash)]).await?;
        let value = value.as_deref().and_then(bytes);
        let value = value.ok_or_else(|| ClientError::Unexpected(format!("no events in block {hash}")))?;
        let runtime = self.runtime().await?;
        let events = runtime.metadata.events(&value, place)?;
        if let Some(error) = events.iter().find_map(failure) {
            return Err(ClientError::Failed(runtime.metadata.error_name(&error)));
        }
        let hash = crate::node::hash(hash).unwrap_or_default();
        Ok(Included { block, hash, events })
    }
}

/// Whether this refusal may be because the transaction has come in already.
fn may_be_taken(error: &ClientError) -> bool {
    let is_outdated =
        |refusal: &crate::Refusal| refusal.data.as_deref().is_some_and(|data| data.contains("outdated"));
    error.has_code(PoolCode::Banned) || error.refusal().is_some_and(is_outdated)
}

/// Why a call, or the call inside it, failed.
fn failure(event: &Event) -> Option<DispatchError> {
    let result = |skip: usize| {
        let fields = event.fields.get(skip..)?;
        Result::<(), DispatchError>::decode(&mut &*fields).ok()?.err()
    };
    match (event.pallet.as_str(), event.name.as_str()) {
        ("System", "ExtrinsicFailed") => DispatchError::decode(&mut &*event.fields).ok(),
        ("Sudo", "Sudid") => result(0),
        // The motion's hash comes first.
        ("IssuerCouncil", "Executed") => result(32),
        _ => None,
    }
}
