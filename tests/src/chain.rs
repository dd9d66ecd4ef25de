//! A client of a node: extrinsics, events, balances, verdicts.

use codec::{Decode, Encode};
use jsonrpsee::{
    core::client::{ClientT, Subscription, SubscriptionClientT},
    rpc_params,
    ws_client::{WsClient, WsClientBuilder},
};
use sp_core::{crypto::Pair as _, sr25519::Pair, H256};
use sp_runtime::{generic::Era, MultiAddress, MultiSignature};
use specie_primitives::{crypto::Signature, order::Order};
use specie_rpc::SpecieRpcClient;
use specie_rpc_types::{Verdict, VerdictQuery};
use specie_runtime::{
    AccountId, Balance, RuntimeCall, RuntimeEvent, SignedPayload, TxExtension, UncheckedExtrinsic,
};
use std::time::{Duration, Instant};

/// Why the chain gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The node refused, or the connection failed.
    #[error("{0}")]
    Rpc(#[from] jsonrpsee::core::ClientError),
    /// The answer is not what the node's own runtime would say.
    #[error("unexpected answer: {0}")]
    Unexpected(String),
    /// It took too long.
    #[error("nothing within {0:?}")]
    TimeOut(Duration),
    /// The extrinsic is in a block and failed there.
    #[error("failed in the block: {0}")]
    Failed(String),
    /// The pool dropped the extrinsic.
    #[error("not included: {0}")]
    NotIncluded(String),
}

/// How long a transaction may take until it is final.
const FINALITY_LIMIT: Duration = Duration::from_secs(90);

/// How long the index of a node may lag behind it.
const INDEX_LIMIT: Duration = Duration::from_secs(30);

/// A client of one node.
pub struct Chain {
    /// The connection.
    pub client: WsClient,
    /// The genesis hash.
    pub genesis: H256,
}

/// An extrinsic in a block.
#[derive(Debug)]
pub struct Included {
    /// The block.
    pub block: H256,
    /// What it did.
    pub events: Vec<RuntimeEvent>,
}

impl Chain {
    /// Connects.
    pub async fn connect(url: &str) -> Result<Self, ChainError> {
        let client = WsClientBuilder::default().build(url).await?;
        let genesis: H256 = client.request("chain_getBlockHash", rpc_params![0u32]).await?;
        Ok(Self { client, genesis })
    }

    /// A signed extrinsic with the account's next nonce.
    pub async fn signed(&self, call: RuntimeCall, pair: &Pair) -> Result<Vec<u8>, ChainError> {
        Ok(self.signed_with(call, pair, self.next_nonce(pair).await?))
    }

    /// `count` signed extrinsics with the account's next nonces.
    pub async fn signed_in_a_row<C: Into<RuntimeCall>>(
        &self,
        count: u32,
        call: impl Fn() -> C,
        pair: &Pair,
    ) -> Result<Vec<Vec<u8>>, ChainError> {
        let first = self.next_nonce(pair).await?;
        Ok((first..first + count).map(|nonce| self.signed_with(call().into(), pair, nonce)).collect())
    }

    /// A signed extrinsic whose turn does not come soon: it waits in the pool.
    pub async fn signed_later(&self, call: impl Into<RuntimeCall>, pair: &Pair) -> Result<Vec<u8>, ChainError> {
        let nonce = self.next_nonce(pair).await?;
        Ok(self.signed_with(call.into(), pair, nonce + 10))
    }

    /// Submits an extrinsic and does not follow it.
    pub async fn send(&self, extrinsic: &[u8]) -> Result<H256, ChainError> {
        let hex = format!("0x{}", hex::encode(extrinsic));
        Ok(self.client.request("author_submitExtrinsic", rpc_params![hex]).await?)
    }

    async fn next_nonce(&self, pair: &Pair) -> Result<u32, ChainError> {
        let account = AccountId::from(pair.public());
        Ok(self.client.request("system_accountNextIndex", rpc_params![account]).await?)
    }

    /// A signed extrinsic with the account's next nonce, which tips so much and so comes before what tips less.
    pub async fn signed_with_tip(
        &self,
        call: impl Into<RuntimeCall>,
        pair: &Pair,
        tip: Balance,
    ) -> Result<Vec<u8>, ChainError> {
        Ok(signed_with_tip(self.genesis, call.into(), pair, self.next_nonce(pair).await?, tip))
    }

    fn signed_with(&self, call: RuntimeCall, pair: &Pair, nonce: u32) -> Vec<u8> {
        signed(self.genesis, call, pair, nonce)
    }

    /// An order as a bare extrinsic: the card's signature is all that it needs.
    pub fn order(order: &Order, signature: &Signature) -> Vec<u8> {
        let call = pallet_carriers::Call::spend { order: *order, signature: *signature };
        UncheckedExtrinsic::new_bare(call.into()).encode()
    }

    /// The same order as a general transaction, and as a bare extrinsic of the older format: both are refused, since
    /// anybody could wrap an order that is on its way in other bytes.
    pub fn order_in_other_bytes(order: &Order, signature: &Signature) -> [Vec<u8>; 2] {
        let call: RuntimeCall = pallet_carriers::Call::spend { order: *order, signature: *signature }.into();
        let general = UncheckedExtrinsic::new_transaction(call.clone(), extension(0, 0));
        [general.encode(), UncheckedExtrinsic::new_bare_legacy(call).encode()]
    }

    /// Submits an extrinsic and follows it.
    pub async fn submit(&self, extrinsic: &[u8]) -> Result<Tracked<'_>, ChainError> {
        let hex = format!("0x{}", hex::encode(extrinsic));
        let status = self
            .client
            .subscribe("author_submitAndWatchExtrinsic", rpc_params![hex], "author_unwatchExtrinsic")
            .await?;
        Ok(Tracked { chain: self, extrinsic: extrinsic.to_vec(), status })
    }

    /// Submits a signed call and waits until it is final. A call that fails in its block is an error.
    pub async fn execute(&self, call: impl Into<RuntimeCall>, pair: &Pair) -> Result<Included, ChainError> {
        let extrinsic = self.signed(call.into(), pair).await?;
        self.submit(&extrinsic).await?.finalized().await
    }

    /// What an account may spend, at the last final block.
    pub async fn balance(&self, account: &AccountId) -> Result<Balance, ChainError> {
        let block: H256 = self.client.request("chain_getFinalizedHead", rpc_params![]).await?;
        let key = frame_system::Account::<specie_runtime::Runtime>::hashed_key_for(account);
        let info: Option<
            frame_system::AccountInfo<u32, <specie_runtime::Runtime as frame_system::Config>::AccountData>,
        > = self.storage(&key, block).await?;
        Ok(info.map_or(0, |info| info.data.free))
    }

    /// The total of all money, at the last final block.
    pub async fn issuance(&self) -> Result<Balance, ChainError> {
        let block: H256 = self.client.request("chain_getFinalizedHead", rpc_params![]).await?;
        let key = pallet_balances::TotalIssuance::<specie_runtime::Runtime>::hashed_key();
        Ok(self.storage(&key, block).await?.unwrap_or(0))
    }

    /// Whether somebody holds the sudo key of this chain.
    pub async fn has_sudo(&self) -> Result<bool, ChainError> {
        let key = pallet_sudo::Key::<specie_runtime::Runtime>::hashed_key();
        Ok(self.storage::<AccountId>(&key, self.genesis).await?.is_some())
    }

    /// The heights of the best and of the last final block.
    pub async fn heights(&self) -> Result<(u32, u32), ChainError> {
        let best = self.header("chain_getHeader", rpc_params![]).await?;
        let head: H256 = self.client.request("chain_getFinalizedHead", rpc_params![]).await?;
        Ok((best, self.header("chain_getHeader", rpc_params![head]).await?))
    }

    /// Where the other nodes of a network on this machine find this one.
    pub async fn address_in_network(&self) -> Result<String, ChainError> {
        let peer: String = self.client.request("system_localPeerId", rpc_params![]).await?;
        let listening: Vec<String> = self.client.request("system_localListenAddresses", rpc_params![]).await?;
        let local = listening.iter().find(|at| at.contains("127.0.0.1")).and_then(|at| at.split("/p2p/").next());
        let local = local.ok_or_else(|| ChainError::Unexpected("the node listens nowhere".into()))?;
        Ok(format!("{local}/p2p/{peer}"))
    }

    /// Connects the node to another one. Needs its unsafe methods.
    pub async fn join(&self, address: &str) -> Result<(), ChainError> {
        let _: serde_json::Value = self.client.request("system_addReservedPeer", rpc_params![address]).await?;
        Ok(())
    }

    /// Waits until block `number` is final.
    pub async fn wait_for_final(&self, number: u32) -> Result<(), ChainError> {
        let begun = Instant::now();
        while self.heights().await?.1 < number {
            if begun.elapsed() > FINALITY_LIMIT {
                return Err(ChainError::TimeOut(FINALITY_LIMIT));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }

    /// The node's verdict, once its index has every block that the node has now: what a client learns from the chain
    /// itself, it may learn some milliseconds before the index does.
    pub async fn verdict(&self, query: VerdictQuery) -> Result<Verdict, ChainError> {
        self.wait_for_index().await?;
        Ok(SpecieRpcClient::verdict(&self.client, query).await?)
    }

    /// Waits until the node has this block.
    pub async fn wait_for_best(&self, number: u32) -> Result<(), ChainError> {
        let begun = Instant::now();
        while self.heights().await?.0 < number {
            if begun.elapsed() > FINALITY_LIMIT {
                return Err(ChainError::TimeOut(FINALITY_LIMIT));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Waits until the index has the blocks that the node has now, best and final; not for a node that cannot say.
    pub async fn wait_for_index(&self) -> Result<(), ChainError> {
        let (best, finalized) = self.heights().await?;
        let begun = Instant::now();
        loop {
            let health = SpecieRpcClient::health(&self.client).await?;
            let stands =
                health.head.is_some_and(|head| head.best.number >= best && head.finalized.number >= finalized);
            if stands {
                return Ok(());
            }
            if begun.elapsed() > INDEX_LIMIT {
                return Err(ChainError::TimeOut(INDEX_LIMIT));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// A value of the state.
    pub async fn storage<T: Decode>(&self, key: &[u8], at: H256) -> Result<Option<T>, ChainError> {
        let key = format!("0x{}", hex::encode(key));
        let value: Option<String> = self.client.request("state_getStorage", rpc_params![key, at]).await?;
        let Some(value) = value else { return Ok(None) };
        let bytes = hex::decode(value.trim_start_matches("0x"))
            .map_err(|error| ChainError::Unexpected(error.to_string()))?;
        T::decode(&mut &bytes[..]).map(Some).map_err(|error| ChainError::Unexpected(error.to_string()))
    }

    async fn header(&self, method: &str, params: jsonrpsee::core::params::ArrayParams) -> Result<u32, ChainError> {
        let header: serde_json::Value = self.client.request(method, params).await?;
        let number = header["number"].as_str().unwrap_or_default().trim_start_matches("0x");
        u32::from_str_radix(number, 16).map_err(|error| ChainError::Unexpected(error.to_string()))
    }

    /// The events of `extrinsic` in `block`.
    async fn events(&self, block: H256, extrinsic: &[u8]) -> Result<Vec<RuntimeEvent>, ChainError> {
        let body: serde_json::Value = self.client.request("chain_getBlock", rpc_params![block]).await?;
        let wanted = format!("0x{}", hex::encode(extrinsic));
        let extrinsics = body["block"]["extrinsics"].as_array().cloned().unwrap_or_default();
        let index = extrinsics
            .iter()
            .position(|known| known.as_str() == Some(&wanted))
            .ok_or_else(|| ChainError::Unexpected("the extrinsic is not in its block".into()))?;
        let key = frame_support::storage::storage_prefix(b"System", b"Events");
        let records: Vec<frame_system::EventRecord<RuntimeEvent, H256>> =
            self.storage(&key, block).await?.unwrap_or_default();
        Ok(records
            .into_iter()
            .filter(|record| record.phase == frame_system::Phase::ApplyExtrinsic(index as u32))
            .map(|record| record.event)
            .collect())
    }
}

/// An extrinsic on its way.
pub struct Tracked<'a> {
    chain: &'a Chain,
    extrinsic: Vec<u8>,
    status: Subscription<serde_json::Value>,
}

impl Tracked<'_> {
    /// Waits until it is in a block.
    pub async fn in_block(&mut self) -> Result<Included, ChainError> {
        self.wait_for("inBlock").await
    }

    /// Waits until its block is final.
    pub async fn finalized(mut self) -> Result<Included, ChainError> {
        self.wait_for("finalized").await
    }

    async fn wait_for(&mut self, wanted: &str) -> Result<Included, ChainError> {
        loop {
            let next = tokio::time::timeout(FINALITY_LIMIT, self.status.next())
                .await
                .map_err(|_| ChainError::TimeOut(FINALITY_LIMIT))?;
            let status = match next {
                Some(status) => status.map_err(|error| ChainError::Unexpected(error.to_string()))?,
                None => return Err(ChainError::NotIncluded("the node ended the subscription".into())),
            };
            if let Some(block) = status.get(wanted) {
                let block: H256 = serde_json::from_value(block.clone())
                    .map_err(|error| ChainError::Unexpected(error.to_string()))?;
                return self.included(block).await;
            }
            if ["invalid", "dropped"].iter().any(|end| status == *end)
                || status.get("usurped").is_some()
                || status.get("finalityTimeout").is_some()
            {
                return Err(ChainError::NotIncluded(status.to_string()));
            }
        }
    }

    async fn included(&self, block: H256) -> Result<Included, ChainError> {
        let events = self.chain.events(block, &self.extrinsic).await?;
        for event in &events {
            let (RuntimeEvent::System(frame_system::Event::ExtrinsicFailed { dispatch_error: error, .. })
            | RuntimeEvent::IssuerCouncil(pallet_collective::Event::Executed { result: Err(error), .. })
            | RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result: Err(error) })) = event
            else {
                continue;
            };
            return Err(ChainError::Failed(name_of(error)));
        }
        Ok(Included { block, events })
    }
}

/// The name of an error, as its pallet has it.
fn name_of(error: &sp_runtime::DispatchError) -> String {
    match error {
        sp_runtime::DispatchError::Module(module) => {
            // The message is skipped by the encoding; the runtime's own type has it.
            let bytes = sp_runtime::DispatchError::Module(*module).encode();
            specie_runtime::RuntimeError::decode(&mut &bytes[1..])
                .map_or_else(|_| format!("{error:?}"), |known| format!("{known:?}"))
        }
        other => format!("{other:?}"),
    }
}

/// A signed extrinsic for the chain with this genesis.
pub fn signed(genesis: H256, call: RuntimeCall, pair: &Pair, nonce: u32) -> Vec<u8> {
    signed_with_tip(genesis, call, pair, nonce, 0)
}

fn signed_with_tip(genesis: H256, call: RuntimeCall, pair: &Pair, nonce: u32, tip: Balance) -> Vec<u8> {
    let account = AccountId::from(pair.public());
    let extension = extension(nonce, tip);
    let version = specie_runtime::VERSION;
    let implicit =
        ((), version.spec_version, version.transaction_version, genesis, genesis, (), (), (), None, (), ());
    let payload = SignedPayload::from_raw(call.clone(), extension.clone(), implicit);
    let signature = payload.using_encoded(|bytes| pair.sign(bytes));
    let signature = MultiSignature::Sr25519(signature);
    UncheckedExtrinsic::new_signed(call, MultiAddress::Id(account), signature, extension).encode()
}

/// The extensions of a transaction that lives for ever.
fn extension(nonce: u32, tip: Balance) -> TxExtension {
    use frame_system as system;
    (
        system::CheckNonZeroSender::new(),
        system::CheckSpecVersion::new(),
        system::CheckTxVersion::new(),
        system::CheckGenesis::new(),
        system::CheckMortality::from(Era::Immortal),
        system::CheckNonce::from(nonce),
        system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(tip),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
        pallet_carriers::CheckOrder::new(),
        system::WeightReclaim::new(),
    )
}

/// Asks about an address alone.
pub fn of_address(account: &AccountId) -> VerdictQuery {
    VerdictQuery { address: Some(account.to_string()), ..VerdictQuery::default() }
}

/// Asks with a card's evidence.
pub fn of_evidence(evidence: &specie_primitives::evidence::Evidence) -> VerdictQuery {
    use specie_primitives::wire::Wire;
    let hex = |bytes: &[u8]| Some(format!("0x{}", hex::encode(bytes)));
    VerdictQuery { address: None, evidence: hex(&evidence.to_vec()), challenge: hex(evidence.challenge()) }
}

/// `state/reason`, as the verdict's JSON has them.
pub fn short(answer: &Verdict) -> String {
    format!("{}/{}", answer.state, answer.reason)
}
