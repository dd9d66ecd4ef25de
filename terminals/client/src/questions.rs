//! What machines ask all day.

use crate::{
    answers::{BatchRecord, Health, History, Verdict},
    error::ClientError,
    node::hex_of,
    Account, Nodes,
};
use jsonrpsee::core::client::Subscription;
use serde_json::{json, Value};
use specie_primitives::{evidence::Evidence, ids::BatchId, wire::Wire, BlockNumber};
use std::time::{Duration, Instant};

/// No carrier is registered at the address.
const NO_CARRIER: i32 = 9001;

/// No batch has the id.
const NO_BATCH: i32 = 9007;

/// What a verdict is wanted on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A card, by its answer to a fresh challenge.
    Card(Box<Evidence>),
    /// What is known about an address, whatever card is in front of one.
    Address(Account),
}

impl Subject {
    fn query(&self) -> Value {
        match self {
            Self::Card(evidence) => {
                json!({ "evidence": hex_of(&evidence.to_vec()), "challenge": hex_of(evidence.challenge()) })
            }
            Self::Address(address) => json!({ "address": address }),
        }
    }
}

/// What one node said of a carrier.
#[derive(Debug)]
pub struct Word {
    /// The node.
    pub url: String,
    /// Its verdict, with the very answer that it was read from.
    pub verdict: Result<(Verdict, Value), ClientError>,
}

impl Nodes {
    /// The verdict on a card's evidence, from the first node that knows one; from none: one that is `unknown`.
    pub async fn verdict(&self, evidence: &Evidence) -> Result<Verdict, ClientError> {
        self.verdict_on(&Subject::Card(Box::new(*evidence))).await
    }

    /// The verdict on what is known about an address. `None`: no carrier is registered there.
    pub async fn verdict_at(&self, address: Account) -> Result<Option<Verdict>, ClientError> {
        none_if(NO_CARRIER, self.verdict_on(&Subject::Address(address)).await)
    }

    async fn verdict_on(&self, subject: &Subject) -> Result<Verdict, ClientError> {
        self.ask_able("carrier_verdict", &[subject.query()], |verdict: &Verdict| {
            (!verdict.is_known()).then(|| format!("it cannot know: {}", verdict.reason))
        })
        .await
    }

    /// What each node says, one after the other; `first`: until one knows or refuses. They need not agree, and one may lie.
    pub async fn verdicts(&self, subject: &Subject, first: bool) -> Vec<Word> {
        let enough = |answer: &Result<Value, ClientError>| match answer {
            Ok(answer) => first && answer["state"] != "unknown",
            Err(error) => first && error.refusal().is_some(),
        };
        let said = self.ask_each("carrier_verdict", &[subject.query()], enough).await;
        let read = |answer: Value| match serde_json::from_value::<Verdict>(answer.clone()) {
            Ok(verdict) => Ok((verdict, answer)),
            Err(error) => Err(ClientError::Unexpected(format!("carrier_verdict: {error}"))),
        };
        said.into_iter().map(|(url, answer)| Word { url, verdict: answer.and_then(read) }).collect()
    }

    /// What happened to a carrier, newest first; `None`: none is registered there.
    pub async fn history(
        &self,
        address: Account,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Option<History>, ClientError> {
        none_if(NO_CARRIER, self.request("carrier_history", &[json!(address), json!(cursor), json!(limit)]).await)
    }

    /// A batch; `None`: there is none.
    pub async fn batch(&self, batch: BatchId) -> Result<Option<BatchRecord>, ClientError> {
        none_if(NO_BATCH, self.request("batch_get", &[json!(batch.0)]).await)
    }

    /// Whether a node is able, and the chain's constants: of the first that is able; of none: as the last one says.
    pub async fn health(&self) -> Result<Health, ClientError> {
        self.ask_able("specie_health", &[], |health: &Health| {
            (!health.able)
                .then(|| format!("it cannot know: {}", health.reason.as_deref().unwrap_or("no reason given")))
        })
        .await
    }

    /// How many blocks a time is on this chain, at least one.
    pub async fn blocks_in(&self, time: Duration) -> Result<BlockNumber, ClientError> {
        let slot = self.health().await?.slot_ms.filter(|slot| *slot > 0);
        let slot =
            slot.ok_or_else(|| ClientError::Unexpected("the node does not say how long a slot is".into()))?;
        let blocks = time.as_millis() / u128::from(slot);
        Ok(BlockNumber::try_from(blocks).unwrap_or(BlockNumber::MAX).max(1))
    }

    /// How many nodes are able now.
    pub async fn able(&self) -> usize {
        let said = self.ask_each("specie_health", &[], |_: &Result<Health, ClientError>| false).await;
        said.iter().filter(|(_, health)| health.as_ref().is_ok_and(|health| health.able)).count()
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

    /// The verdicts of carriers as they change, from one node; it ends with that node's connection.
    pub async fn subscribe(&self, addresses: &[Account]) -> Result<Subscription<Value>, ClientError> {
        let params = [json!(addresses)];
        let params = &params;
        self.ask(|node| async move { node.subscribe("carrier_subscribe", params, "carrier_unsubscribe").await })
            .await
    }
}

/// Where a refusal with this code means that there is nothing.
fn none_if<T>(code: i32, answer: Result<T, ClientError>) -> Result<Option<T>, ClientError> {
    match answer {
        Err(error) if error.has_code(code) => Ok(None),
        other => other.map(Some),
    }
}
