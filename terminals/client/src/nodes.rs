//! Several nodes: the first that can answers.

use crate::{
    answers::{BatchRecord, Batches, Grants, Health, History, Manufacturers, RuntimeVersion, Verdict},
    error::{ClientError, Fault},
    metadata::Metadata,
    node::{bytes, hex_of, Node},
    Account,
};
use codec::{Decode, Encode};
use jsonrpsee::core::client::Subscription;
use serde::de::DeserializeOwned;
use serde_json::{json, Value};
use specie_primitives::{
    evidence::Evidence,
    ids::{BatchId, MachineId},
    records::Machine,
    wire::Wire,
};
use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long a node that could not answer is asked last.
const REST: Duration = Duration::from_secs(5);

/// What is known about one node.
struct Slot {
    url: String,
    node: Option<Arc<Node>>,
    rests_until: Option<Instant>,
}

/// A runtime and its metadata.
pub(crate) struct Runtime {
    pub(crate) version: RuntimeVersion,
    pub(crate) metadata: Metadata,
}

/// Several nodes of one chain.
pub struct Nodes {
    slots: Mutex<Vec<Slot>>,
    genesis: Mutex<Option<[u8; 32]>>,
    runtime: Mutex<Option<Arc<Runtime>>>,
}

impl Nodes {
    /// The nodes at these addresses (`ws://…`, `wss://…`), the preferred first. `genesis`: the chain that they must be of;
    /// `None`: that of the first one that answers.
    pub fn new(urls: impl IntoIterator<Item = String>, genesis: Option<[u8; 32]>) -> Self {
        let slots = urls.into_iter().map(|url| Slot { url, node: None, rests_until: None }).collect();
        Self { slots: Mutex::new(slots), genesis: Mutex::new(genesis), runtime: Mutex::new(None) }
    }

    /// The addresses.
    pub fn urls(&self) -> Vec<String> {
        self.with_slots(|slots| slots.iter().map(|slot| slot.url.clone()).collect())
    }

    /// The chain's genesis hash: as configured, or as the first node said.
    pub async fn genesis(&self) -> Result<[u8; 32], ClientError> {
        match self.known_genesis() {
            Some(genesis) => Ok(genesis),
            None => self.ask(|node| async move { Ok(node.genesis) }).await,
        }
    }

    /// The verdict on a card's evidence, from the first node that knows one; from none: one that is `unknown`.
    pub async fn verdict(&self, evidence: &Evidence) -> Result<Verdict, ClientError> {
        let query = json!({ "evidence": hex_of(&evidence.to_vec()), "challenge": hex_of(evidence.challenge()) });
        self.verdict_of(query).await
    }

    /// The verdict on what is known about an address. `None`: no carrier is registered there.
    pub async fn verdict_at(&self, address: Account) -> Result<Option<Verdict>, ClientError> {
        match self.verdict_of(json!({ "address": address })).await {
            Err(error) if error.has_code(9001) => Ok(None),
            other => other.map(Some),
        }
    }

    async fn verdict_of(&self, query: Value) -> Result<Verdict, ClientError> {
        let unknown: Mutex<Option<Verdict>> = Mutex::new(None);
        let (seen, query) = (&unknown, &query);
        let answer = self
            .ask(|node| async move {
                let verdict: Verdict = node.request("carrier_verdict", std::slice::from_ref(query)).await?;
                if verdict.state != "unknown" {
                    return Ok(verdict);
                }
                let why = format!("it cannot know: {}", verdict.reason);
                *lock(seen) = Some(verdict);
                Err(Fault::NodeCannot(why))
            })
            .await;
        let unknown = lock(seen).take();
        match (answer, unknown) {
            (Err(ClientError::Unreachable(_)), Some(verdict)) => Ok(verdict),
            (answer, _) => answer,
        }
    }

    /// The verdicts of all nodes that answer, by address: they need not agree, and one may lie.
    pub async fn verdicts_of_all(&self, evidence: &Evidence) -> Vec<(String, Verdict)> {
        let query = json!({ "evidence": hex_of(&evidence.to_vec()), "challenge": hex_of(evidence.challenge()) });
        let mut verdicts = Vec::new();
        for index in 0..self.urls().len() {
            let Ok(node) = self.node(index).await else { continue };
            if let Ok(verdict) = node.request("carrier_verdict", std::slice::from_ref(&query)).await {
                verdicts.push((node.url.clone(), verdict));
            }
        }
        verdicts
    }

    /// What happened to a carrier, newest first; `None`: none is registered there.
    pub async fn history(
        &self,
        address: Account,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Option<History>, ClientError> {
        match self.request("carrier_history", &[json!(address), json!(cursor), json!(limit)]).await {
            Err(error) if error.has_code(9001) => Ok(None),
            other => other.map(Some),
        }
    }

    /// A page of the grants of a machine.
    pub async fn grants(&self, machine: Account, cursor: Option<u32>) -> Result<Grants, ClientError> {
        self.request("machine_grants", &[json!(machine), json!(cursor)]).await
    }

    /// A batch; `None`: there is none.
    pub async fn batch(&self, batch: BatchId) -> Result<Option<BatchRecord>, ClientError> {
        match self.request("batch_get", &[json!(batch.0)]).await {
            Err(error) if error.has_code(9007) => Ok(None),
            other => other.map(Some),
        }
    }

    /// A page of the batches of a manufacturer.
    pub async fn batches(&self, manufacturer: u32, cursor: Option<u32>) -> Result<Batches, ClientError> {
        self.request("batch_list", &[json!(manufacturer), json!(cursor)]).await
    }

    /// A page of the manufacturers.
    pub async fn manufacturers(&self, cursor: Option<u32>) -> Result<Manufacturers, ClientError> {
        self.request("manufacturer_list", &[json!(cursor)]).await
    }

    /// Whether a node is able, and the chain's constants: of the first that is able; of none: as the last one says.
    pub async fn health(&self) -> Result<Health, ClientError> {
        let last: Mutex<Option<Health>> = Mutex::new(None);
        let seen = &last;
        let answer = self
            .ask(|node| async move {
                let health: Health = node.request("specie_health", &[]).await?;
                if health.able {
                    return Ok(health);
                }
                let why = format!("it cannot know: {}", health.reason.as_deref().unwrap_or("no reason given"));
                *lock(seen) = Some(health);
                Err(Fault::NodeCannot(why))
            })
            .await;
        let last = lock(seen).take();
        match (answer, last) {
            (Err(ClientError::Unreachable(_)), Some(health)) => Ok(health),
            (answer, _) => answer,
        }
    }

    /// Waits until some node can answer: one that was started just now cannot yet.
    pub async fn wait_until_able(&self, limit: Duration) -> Result<Health, ClientError> {
        let begun = Instant::now();
        loop {
            let health = self.health().await;
            if health.as_ref().is_ok_and(|health| health.able) || begun.elapsed() > limit {
                return health;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// What the chain keeps about a machine, at the last final block.
    pub async fn machine(&self, machine: Account) -> Result<Option<Machine>, ClientError> {
        self.call_runtime("CarrierApi_machine", &MachineId(machine.0)).await
    }

    /// What an account holds and may spend, in base units, at the last final block.
    pub async fn balance(&self, account: Account) -> Result<u128, ClientError> {
        // The account's place in every FRAME chain: `System.Account`, hashed with Blake2_128Concat.
        let hashed = sp_crypto_hashing::blake2_128(&account.0);
        let key = [
            sp_crypto_hashing::twox_128(b"System").as_slice(),
            &sp_crypto_hashing::twox_128(b"Account"),
            &hashed,
            &account.0,
        ]
        .concat();
        let value = self.storage_at_final(&key).await?;
        // Four counters of 32 bits, then what is free.
        let free = value.and_then(|value| value.get(16..32).and_then(|free| free.try_into().ok()));
        Ok(free.map_or(0, u128::from_le_bytes))
    }

    /// Whether somebody holds the sudo key of this chain.
    pub async fn has_sudo(&self) -> Result<bool, ClientError> {
        let key = [sp_crypto_hashing::twox_128(b"Sudo"), sp_crypto_hashing::twox_128(b"Key")].concat();
        Ok(self.storage_at_final(&key).await?.is_some())
    }

    /// The verdicts of carriers as they change, from one node; it ends with that node's connection.
    pub async fn subscribe(&self, addresses: &[Account]) -> Result<Subscription<Value>, ClientError> {
        let params = [json!(addresses)];
        let params = &params;
        self.ask(|node| async move { node.subscribe("carrier_subscribe", params, "carrier_unsubscribe").await })
            .await
    }

    /// Asks any method of the first node that can answer.
    pub async fn request<T: DeserializeOwned>(&self, method: &str, params: &[Value]) -> Result<T, ClientError> {
        self.ask(|node| async move { node.request(method, params).await }).await
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
        let text: String = self.request("state_getMetadata", &[]).await?;
        let read = bytes(&text).ok_or_else(|| ClientError::Unexpected("the metadata are not hex".into()))?;
        let runtime = Arc::new(Runtime { version, metadata: Metadata::read(&read)? });
        *lock(&self.runtime) = Some(runtime.clone());
        Ok(runtime)
    }

    async fn call_runtime<T: Decode>(&self, function: &str, argument: &impl Encode) -> Result<T, ClientError> {
        let at: String = self.request("chain_getFinalizedHead", &[]).await?;
        let argument = hex_of(&argument.encode());
        let answer: String = self.request("state_call", &[json!(function), json!(argument), json!(at)]).await?;
        let decoded = bytes(&answer).and_then(|bytes| T::decode(&mut &bytes[..]).ok());
        decoded.ok_or_else(|| ClientError::Unexpected(format!("{function}: {answer}")))
    }

    async fn storage_at_final(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ClientError> {
        let at: String = self.request("chain_getFinalizedHead", &[]).await?;
        let value: Option<String> = self.request("state_getStorage", &[json!(hex_of(key)), json!(at)]).await?;
        match value {
            None => Ok(None),
            Some(value) => {
                bytes(&value).map(Some).ok_or_else(|| ClientError::Unexpected(format!("storage: {value}")))
            }
        }
    }

    /// Asks one node after the other, those that rest last, until one answers or refuses.
    pub(crate) async fn ask<T, F, Answer>(&self, question: F) -> Result<T, ClientError>
    where
        F: Fn(Arc<Node>) -> Answer,
        Answer: Future<Output = Result<T, Fault>>,
    {
        let mut failed = Vec::new();
        for index in self.order() {
            let (answer, url) = match self.node(index).await {
                Ok(node) => (question(node.clone()).await, node.url.clone()),
                Err(fault) => (Err(fault), self.with_slots(|slots| slots[index].url.clone())),
            };
            match answer {
                Ok(answer) => return Ok(answer),
                Err(Fault::Refused(refusal)) => return Err(refusal.into()),
                Err(Fault::NodeCannot(why)) => {
                    self.rest(index, false);
                    failed.push((url, why));
                }
                Err(Fault::Gone(why)) => {
                    self.rest(index, true);
                    failed.push((url, why));
                }
            }
        }
        Err(ClientError::Unreachable(failed))
    }

    /// The order to ask in: as configured, but those that rest last.
    fn order(&self) -> Vec<usize> {
        let now = Instant::now();
        self.with_slots(|slots| {
            let mut order: Vec<usize> = (0..slots.len()).collect();
            order.sort_by_key(|index| slots[*index].rests_until.is_some_and(|until| until > now));
            order
        })
    }

    fn rest(&self, index: usize, is_gone: bool) {
        self.with_slots(|slots| {
            if let Some(slot) = slots.get_mut(index) {
                slot.rests_until = Some(Instant::now() + REST);
                if is_gone {
                    slot.node = None;
                }
            }
        });
    }

    /// A connection to one of the nodes, if it is of this chain.
    async fn node(&self, index: usize) -> Result<Arc<Node>, Fault> {
        let known = self.with_slots(|slots| slots.get(index).map(|slot| (slot.node.clone(), slot.url.clone())));
        let (node, url) = known.ok_or_else(|| Fault::Gone("no such node".into()))?;
        if let Some(node) = node.filter(|node| node.is_connected()) {
            return Ok(node);
        }
        let node = Arc::new(Node::connect(&url).await?);
        let expected = *lock(&self.genesis).get_or_insert(node.genesis);
        if node.genesis != expected {
            let why = format!("it is of another chain: genesis {}", hex_of(&node.genesis));
            return Err(Fault::NodeCannot(why));
        }
        self.with_slots(|slots| {
            if let Some(slot) = slots.get_mut(index) {
                slot.node = Some(node.clone());
            }
        });
        Ok(node)
    }

    pub(crate) fn known_genesis(&self) -> Option<[u8; 32]> {
        *lock(&self.genesis)
    }

    fn with_slots<T>(&self, work: impl FnOnce(&mut Vec<Slot>) -> T) -> T {
        work(&mut lock(&self.slots))
    }
}

/// Nobody panics while holding one of these; if somebody did, what is in it is whole all the same.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
