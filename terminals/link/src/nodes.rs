//! Several nodes: the first that can answers.

use crate::{
    error::{ClientError, Fault},
    metadata::Metadata,
    node::{hex_of, Node},
};
use serde::{de::DeserializeOwned, Deserialize};
use serde_json::Value;
use specie_primitives::Balance;
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

/// The version of the runtime.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuntimeVersion {
    pub(crate) spec_name: String,
    pub(crate) spec_version: u32,
    pub(crate) transaction_version: u32,
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
    pub(crate) runtime: Mutex<Option<Arc<Runtime>>>,
    tip: Balance,
}

impl Nodes {
    /// The nodes at these addresses (`ws://…`, `wss://…`), the preferred first. `genesis`: the chain that they must be of;
    /// `None`: that of the first one that answers.
    pub fn new(urls: impl IntoIterator<Item = String>, genesis: Option<[u8; 32]>) -> Self {
        let slots = urls.into_iter().map(|url| Slot { url, node: None, rests_until: None }).collect();
        Self { slots: Mutex::new(slots), genesis: Mutex::new(genesis), runtime: Mutex::new(None), tip: 0 }
    }

    /// The same nodes; what is signed tips so many base units, and so is included before what tips less.
    #[must_use]
    pub fn with_tip(self, tip: Balance) -> Self {
        Self { tip, ..self }
    }

    /// What is tipped, in base units.
    pub(crate) const fn tip(&self) -> Balance {
        self.tip
    }

    /// Each of the nodes by itself, for what several are to agree on. They are connected to anew.
    pub fn each(&self) -> Vec<Self> {
        let alone = |url| Self::new([url], self.known_genesis()).with_tip(self.tip);
        self.urls().into_iter().map(alone).collect()
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

    /// Asks any method of the first node that can answer.
    pub async fn request<T: DeserializeOwned>(&self, method: &str, params: &[Value]) -> Result<T, ClientError> {
        self.ask(|node| async move { node.request(method, params).await }).await
    }

    /// Asks one node after the other until one gives an answer that `cannot` finds nothing against; if none does, the last
    /// answer that came.
    pub(crate) async fn ask_able<T: DeserializeOwned>(
        &self,
        method: &str,
        params: &[Value],
        cannot: impl Fn(&T) -> Option<String>,
    ) -> Result<T, ClientError> {
        let last_word: Mutex<Option<T>> = Mutex::new(None);
        let (last, cannot) = (&last_word, &cannot);
        let answer = self
            .ask(|node| async move {
                let answer: T = node.request(method, params).await?;
                let Some(why) = cannot(&answer) else { return Ok(answer) };
                *lock(last) = Some(answer);
                Err(Fault::NodeCannot(why))
            })
            .await;
        let last = lock(last).take();
        match (answer, last) {
            (Err(ClientError::Unreachable(_)), Some(answer)) => Ok(answer),
            (answer, _) => answer,
        }
    }

    /// Asks one node after the other, in the order of the addresses, until one gives an answer that is `enough`: what each
    /// said. A node that cannot be reached is asked in vain, and no other in its place.
    pub async fn ask_each<T: DeserializeOwned>(
        &self,
        method: &str,
        params: &[Value],
        enough: impl Fn(&Result<T, ClientError>) -> bool,
    ) -> Vec<(String, Result<T, ClientError>)> {
        let mut said = Vec::new();
        for (index, url) in self.urls().into_iter().enumerate() {
            let answer = match self.node(index).await {
                Ok(node) => node.request(method, params).await,
                Err(fault) => Err(fault),
            };
            let answer = answer.map_err(|fault| match fault {
                Fault::Refused(refusal) => refusal.into(),
                Fault::NodeCannot(why) | Fault::Gone(why) => ClientError::Unreachable(vec![(url.clone(), why)]),
            });
            let is_over = enough(&answer);
            said.push((url, answer));
            if is_over {
                break;
            }
        }
        said
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
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
