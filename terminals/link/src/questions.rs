//! What machines ask all day.

use crate::{
    answers::{BatchRecord, Bytes, ErrorCode, Health, History, Verdict, VerdictQuery},
    error::ClientError,
    Account, Nodes,
};
use jsonrpsee::core::client::Subscription;
use serde::Deserialize as _;
use serde_json::{json, Value};
use specie_primitives::{evidence::Evidence, ids::BatchId, wire::Wire, BlockNumber};
use std::time::{Duration, Instant};

/// How often a node that has just begun is asked again, and after how long: it knows its chain within a second or two.
const PATIENCE: u32 = 20;
const BREATH: Duration = Duration::from_millis(250);

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
        let hex = |bytes: &[u8]| Some(Bytes(bytes.to_vec()).to_string());
        let query = match self {
            Self::Card(evidence) => VerdictQuery {
                evidence: hex(&evidence.to_vec()),
                challenge: hex(evidence.challenge()),
                ..VerdictQuery::default()
            },
            Self::Address(address) => {
                VerdictQuery { address: Some(address.to_string()), ..VerdictQuery::default() }
            }
        };
        json!(query)
    }
}

/// What one node said of a carrier.
#[derive(Debug)]
pub struct NodeAnswer {
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
        none_if(ErrorCode::UnknownAddress, self.verdict_on(&Subject::Address(address)).await)
    }

    async fn verdict_on(&self, subject: &Subject) -> Result<Verdict, ClientError> {
        self.ask_able("carrier_verdict", &[subject.query()], |verdict: &Verdict| {
            (!verdict.is_known()).then(|| format!("it cannot know: {}", verdict.reason))
        })
        .await
    }

    /// What each node says, one after the other; `first`: until one knows or refuses. They need not agree, and one may lie.
    pub async fn verdicts(&self, subject: &Subject, first: bool) -> Vec<NodeAnswer> {
        let read = |answer: &Value| match Verdict::deserialize(answer) {
            Ok(verdict) => Ok(verdict),
            Err(error) => Err(ClientError::Unexpected(format!("carrier_verdict: {error}"))),
        };
        let enough = |answer: &Result<Value, ClientError>| match answer {
            Ok(answer) => first && read(answer).is_ok_and(|verdict| verdict.is_known()),
            Err(error) => first && error.refusal().is_some(),
        };
        let said = self.ask_each("carrier_verdict", &[subject.query()], enough).await;
        let both = |answer: Value| read(&answer).map(|verdict| (verdict, answer));
        said.into_iter().map(|(url, answer)| NodeAnswer { url, verdict: answer.and_then(both) }).collect()
    }

    /// What happened to a carrier, newest first; `None`: none is registered there.
    pub async fn history(
        &self,
        address: Account,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Option<History>, ClientError> {
        none_if(
            ErrorCode::UnknownAddress,
            self.request("carrier_history", &[json!(address), json!(cursor), json!(limit)]).await,
        )
    }

    /// A batch; `None`: there is none.
    pub async fn batch(&self, batch: BatchId) -> Result<Option<BatchRecord>, ClientError> {
        none_if(ErrorCode::UnknownBatch, self.request("batch_get", &[json!(batch.0)]).await)
    }

    /// Whether a node is able, and the chain's constants: of the first that is able; of none: as the last one says.
    pub async fn health(&self) -> Result<Health, ClientError> {
        self.ask_able("specie_health", &[], |health: &Health| {
            (!health.able).then(|| {
                format!(
                    "it cannot know: {}",
                    health.reason.as_ref().map_or("no reason given".into(), ToString::to_string)
                )
            })
        })
        .await
    }

    /// How many blocks a time is on this chain, at least one.
    pub async fn blocks_in(&self, time: Duration) -> Result<BlockNumber, ClientError> {
        const WHY: &str = "it has just begun, and does not know its chain yet";
        let slot = |health: &Health| health.slot_ms.filter(|slot| *slot > 0);
        let mut known = None;
        for _ in 0..PATIENCE {
            let cannot = |health: &Health| slot(health).is_none().then(|| WHY.to_owned());
            known = slot(&self.ask_able("specie_health", &[], cannot).await?);
            if known.is_some() {
                break;
            }
            tokio::time::sleep(BREATH).await;
        }
        let cannot = || ClientError::Unreachable(self.urls().into_iter().map(|url| (url, WHY.into())).collect());
        let slot = known.ok_or_else(cannot)?;
        let blocks = time.as_millis() / u128::from(slot);
        Ok(BlockNumber::try_from(blocks).unwrap_or(BlockNumber::MAX).max(1))
    }

    /// The heights that all able nodes give, one after the other asked. One of them may lie: which bound is careful depends on what
    /// it is for.
    pub async fn heights(&self) -> Result<Heights, ClientError> {
        let said = self.ask_each("specie_health", &[], |_: &Result<Health, ClientError>| false).await;
        Heights::of(said.into_iter().map(|(_, health)| health))
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

/// The heights that several nodes give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heights {
    /// The lowest final block of all: nobody denies that it is final.
    pub lowest_final: BlockNumber,
    /// The lowest best block of all: from it the life of something signed is counted. A card remembers for long what it has signed,
    /// and one node that names a block of the next century must not decide it alone.
    pub lowest_best: BlockNumber,
    /// The highest best block of all: nothing has happened after it yet, whoever is behind.
    pub highest_best: BlockNumber,
}

impl Heights {
    fn of(said: impl Iterator<Item = Result<Health, ClientError>>) -> Result<Self, ClientError> {
        let mut heights: Option<Self> = None;
        let mut failed = ClientError::Unexpected("no node knows a block".into());
        for health in said {
            match health {
                Ok(Health { able: true, head: Some(head), .. }) => {
                    let (best, last) = (head.best.number, head.finalized.number);
                    let known =
                        heights.get_or_insert(Self { lowest_final: last, lowest_best: best, highest_best: best });
                    known.lowest_final = known.lowest_final.min(last);
                    known.lowest_best = known.lowest_best.min(best);
                    known.highest_best = known.highest_best.max(best);
                }
                Ok(_) => {}
                Err(error) => failed = error,
            }
        }
        heights.ok_or(failed)
    }
}

/// Where a refusal with this code means that there is nothing.
fn none_if<T>(code: ErrorCode, answer: Result<T, ClientError>) -> Result<Option<T>, ClientError> {
    match answer {
        Err(error) if error.has_code(code) => Ok(None),
        other => other.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::{Block, Hash, Heads, IndexHealth, IndexStatus};

    fn health(able: bool, best: BlockNumber) -> Result<Health, ClientError> {
        let block = Block { number: best, hash: Hash([0; 32]), age_ms: 1 };
        Ok(Health {
            able,
            reason: None,
            syncing: false,
            head: Some(Heads { best: block, finalized: block }),
            node_best: best,
            max_best_age_ms: 60_000,
            max_finalized_age_ms: 120_000,
            index: IndexHealth { status: IndexStatus::Following.into(), done: None, total: None, error: None },
            index_lag: Some(0),
            history_since: Some(0),
            watches_pool: true,
            pool_transactions: 0,
            subscriptions: 0,
            genesis: Hash([0; 32]),
            slot_ms: Some(6_000),
            orders_stopped: Some(false),
            max_order_lifetime: Some(100),
            order_fees: None,
        })
    }

    #[test]
    fn f12_one_node_does_not_decide_how_long_a_signature_lives() {
        let of = |said: Vec<_>| Heights::of(said.into_iter());
        let gone = || Err(ClientError::Unreachable(Vec::new()));
        let heights = Heights { lowest_final: 41, lowest_best: 41, highest_best: u32::MAX };
        assert_eq!(of(vec![health(true, u32::MAX), health(true, 41), gone(), health(true, 42)]).unwrap(), heights);
        assert_eq!(
            of(vec![health(false, 3), health(true, 42)]).unwrap().lowest_best,
            42,
            "not from one that catches up"
        );
        assert!(of(vec![gone(), health(false, 3)]).is_err());
        assert!(of(Vec::new()).is_err());
    }
}
