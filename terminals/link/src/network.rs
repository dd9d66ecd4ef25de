//! The chain, as the machine asks it: one question after the other, each with a limit.

use crate::{
    answers::{BatchRecord, Bytes, CurrencyRecord, Health, Verdict, Word},
    came::{Came, Payment},
    money::Money,
    orders::Payer,
    questions::{Heights, Subject},
    Account, Call, ClientError, Included, Nodes, OrderFate, Signer,
};
use serde::{Deserialize, Serialize};
use specie_primitives::{
    crypto::{Scheme, Signature},
    evidence::Evidence,
    ids::{BatchId, CurrencyId},
    order::Order,
    records::{BatchState, Machine},
    registration::Registration,
    verdict::Reason,
    Balance, BlockNumber,
};
use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

/// How often a subscription that says nothing is doubted: verdicts change with the clock too.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// How long a node that could not be reached is not asked what others are to agree on.
const REST: Duration = Duration::from_secs(30);

/// How often a fee is asked for that is to be on a receipt.
const TRIES: u32 = 3;

/// Why a registration can never succeed.
fn is_for_good(error: &str) -> bool {
    const FOR_GOOD: [&str; 6] =
        ["GrantNotOpen", "DeviceRegistered", "CarrierExists", "BadAttestation", "BadCertificate", "NotFresh"];
    FOR_GOOD.iter().any(|name| error.ends_with(name))
}

/// A batch, as far as a certificate is checked with no network (F16).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedBatch {
    /// What certificates are checked against, wire bytes in hex.
    pub key: Bytes,
    /// `active`, `suspended` or `revoked`, when it was last asked.
    pub state: Word<BatchState>,
    /// When that was, in milliseconds since 1970.
    pub asked: u64,
}

fn cached(batch: BatchRecord, now: u64) -> CachedBatch {
    CachedBatch { key: batch.key, state: batch.state, asked: now }
}

/// The chain through several nodes, with the machine's own key.
pub struct Network {
    runtime: Runtime,
    nodes: Arc<Nodes>,
    alone: Vec<Alone>,
    key: Arc<dyn Signer>,
}

/// One of the nodes by itself.
struct Alone {
    nodes: Nodes,
    /// When it could not be reached.
    gone: Mutex<Option<Instant>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What came of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registered {
    /// The chain has it, finally.
    Yes,
    /// The chain refuses it for good.
    Refused(String),
    /// The chain refuses it as things are: the operator has no deposit, the machine or the batch is stopped.
    NotNow(String),
    /// Nobody can say now.
    NotKnown(String),
}

impl Network {
    /// Through these nodes, with the machine's key.
    pub fn new(nodes: Arc<Nodes>, key: Arc<dyn Signer>) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let alone = nodes.each().into_iter().map(|nodes| Alone { nodes, gone: Mutex::default() }).collect();
        Ok(Self { runtime, nodes, alone, key })
    }

    /// The machine's account.
    pub fn account(&self) -> Account {
        self.key.account()
    }

    /// The nodes.
    pub fn nodes(&self) -> &Arc<Nodes> {
        &self.nodes
    }

    /// Waits for an answer.
    pub fn wait<T>(&self, question: impl Future<Output = T>) -> T {
        self.runtime.block_on(question)
    }

    /// Whether some node can answer now.
    pub fn health(&self) -> Result<Health, ClientError> {
        self.wait(self.nodes.health())
    }

    /// The heights that the nodes give.
    pub fn heights(&self) -> Result<Heights, ClientError> {
        self.wait(self.nodes.heights())
    }

    /// The verdict on a card's evidence.
    pub fn verdict(&self, evidence: &Evidence) -> Result<Verdict, ClientError> {
        self.wait(self.nodes.verdict(evidence))
    }

    /// What every node knows that answers, by the node's address; also of those that know less of the chain than the evidence
    /// rests on, since they agree with nobody.
    pub fn verdicts(&self, subject: &Subject) -> Vec<(String, Verdict)> {
        let words = self.wait(self.nodes.verdicts(subject, false));
        let known = words.into_iter().filter_map(|word| Some((word.url, word.verdict.ok()?.0)));
        known.filter(|(_, verdict)| verdict.is_known() || verdict.has(Reason::SinceNotFinal)).collect()
    }

    /// Whether as many nodes are able as the operator wants to agree on a payment.
    pub fn is_able(&self, agreeing: usize) -> bool {
        match agreeing {
            0 | 1 => self.health().is_ok_and(|health| health.able),
            more => self.wait(self.nodes.able()) >= more,
        }
    }

    /// What is known about an address; `None`: no carrier is registered there. A node that cannot know is an error.
    pub fn verdict_at(&self, carrier: Account) -> Result<Option<Verdict>, ClientError> {
        match self.wait(self.nodes.verdict_at(carrier))? {
            Some(verdict) if !verdict.is_known() => {
                Err(ClientError::Unexpected(format!("the node cannot know: {}", verdict.reason)))
            }
            known => Ok(known),
        }
    }

    /// What the chain keeps about this machine.
    pub fn machine(&self) -> Result<Option<Machine>, ClientError> {
        self.wait(self.nodes.machine(self.account()))
    }

    /// All grants that this machine may still use, as every node says that answers, and as many as are to agree. `None`: it may use none now, which
    /// says nothing about those that it has.
    pub fn grants(&self, agreeing: usize) -> Result<Option<Vec<u32>>, ClientError> {
        let held = match agreeing {
            0 | 1 => self.wait(self.nodes.grants(self.account(), usize::MAX))?,
            more => {
                let account = self.account();
                self.agreed(more, async |node| node.grants(account, usize::MAX).await)?
            }
        };
        let may_use = !held.suspended && held.may_initialise;
        Ok(may_use.then_some(held.grants))
    }

    /// All batches of all manufacturers, as a machine keeps them for when there is no network.
    pub fn batches(&self, now: u64) -> Result<Vec<(u64, CachedBatch)>, ClientError> {
        let mut all = Vec::new();
        for manufacturer in self.wait(self.nodes.manufacturers())? {
            let batches = self.wait(self.nodes.batches(manufacturer.manufacturer))?;
            all.extend(batches.into_iter().map(|batch| (batch.batch, cached(batch, now))));
        }
        Ok(all)
    }

    /// All currencies of the chain.
    pub fn currencies(&self) -> Result<Vec<CurrencyRecord>, ClientError> {
        self.wait(self.nodes.currencies())
    }

    /// What the machine itself has to pay the network with, in base units.
    pub fn own_money(&self) -> Result<Balance, ClientError> {
        self.wait(self.nodes.balance(self.account()))
    }

    /// A batch that was not known when all were asked for.
    pub fn batch(&self, id: BatchId, now: u64) -> Result<Option<CachedBatch>, ClientError> {
        let batch = self.wait(self.nodes.batch(id))?;
        Ok(batch.map(|batch| cached(batch, now)))
    }

    /// What the network takes of an order's fee now.
    pub fn order_fee(&self, scheme: Scheme) -> Result<Balance, ClientError> {
        self.wait(self.nodes.order_fee(scheme))
    }

    /// Registers a carrier, and waits until the chain has it finally. Asking again for one that it has is harmless.
    pub fn register(&self, registration: &Registration, carrier: Account, limit: Duration) -> Registered {
        let begun = Instant::now();
        let mut why = String::from("no time");
        while begun.elapsed() < limit {
            match self.is_registered(carrier) {
                Ok(Some(true)) => return Registered::Yes,
                // In a block that is not final yet, perhaps by a call of ours that nobody follows any more.
                Ok(Some(false)) => {}
                Ok(None) => match self.submit(registration, limit.saturating_sub(begun.elapsed())) {
                    Ok(_) => {}
                    Err(ClientError::Failed(name)) => {
                        // Refused because an earlier call of ours was not: then the carrier is there.
                        match self.is_registered(carrier) {
                            Ok(Some(_)) => {}
                            Ok(None) if is_for_good(&name) => return Registered::Refused(name),
                            Ok(None) => return Registered::NotNow(name),
                            Err(error) => why = error.to_string(),
                        }
                    }
                    Err(ClientError::Refused(refusal)) => return Registered::NotNow(refusal.to_string()),
                    Err(error) => why = error.to_string(),
                },
                Err(error) => why = error.to_string(),
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        Registered::NotKnown(why)
    }

    fn submit(&self, registration: &Registration, limit: Duration) -> Result<Included, ClientError> {
        self.wait(self.nodes.execute(&Call::initialise(registration), self.key.as_ref(), limit))
    }

    /// Whether a carrier is registered finally; `None`: it is not registered.
    fn is_registered(&self, carrier: Account) -> Result<Option<bool>, ClientError> {
        Ok(self.verdict_at(carrier)?.map(|verdict| !verdict.has(Reason::RegistrationNotFinal)))
    }

    /// Sends a card's order, and waits for its final fate. Where the card's money is not the chain's own `currency`, the machine
    /// pays the network for it.
    pub fn send_order(
        &self,
        order: &Order,
        signature: &Signature,
        currency: CurrencyId,
        limit: Duration,
    ) -> Result<OrderFate, ClientError> {
        let payer = Payer::of(currency, self.key.as_ref());
        self.wait(self.nodes.send_order(order, signature, payer, limit))
    }

    /// The final fate of an order; `None`: it has none yet.
    pub fn fate(&self, order: &Order) -> Result<Option<OrderFate>, ClientError> {
        self.wait(self.nodes.fate(order))
    }

    /// What came onto a carrier of this currency, finally, in block `since` and after it, and the last final block: as every node
    /// says that answers, and as many as are to agree.
    pub fn came(
        &self,
        carrier: Account,
        currency: CurrencyId,
        since: BlockNumber,
        agreeing: usize,
    ) -> Result<Came, ClientError> {
        self.agreed(agreeing, async |node| {
            let Some(past) = node.past(carrier, since).await? else { return Ok(Came::default()) };
            if past.currency.id() != Some(currency) {
                return Err(ClientError::Unexpected(format!("the card's money is {}", past.currency.id)));
            }
            Ok(Came::of(past.entries.iter().filter(|entry| entry.is_final), currency))
        })
    }

    /// The fate of an order, as every node says that answers, and as many as are to agree; `None`: it has none yet.
    pub fn agreed_fate(&self, order: &Order, agreeing: usize) -> Result<Option<OrderFate>, ClientError> {
        self.agreed(agreeing, async |node| node.fate(order).await)
    }

    /// What all nodes say that answer: an error if they say different things, or fewer answer than are to agree.
    fn agreed<T: PartialEq>(
        &self,
        agreeing: usize,
        question: impl AsyncFn(&Nodes) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let (mut words, mut failed) = (Vec::new(), None);
        for node in &self.alone {
            // One that was gone a moment ago is not waited for again and again.
            let rests = |gone: Option<Instant>| gone.is_some_and(|gone| gone.elapsed() < REST);
            if rests(*lock(&node.gone)) {
                continue;
            }
            match self.wait(question(&node.nodes)) {
                Ok(word) => words.push(word),
                Err(error) => {
                    if matches!(error, ClientError::Unreachable(_)) {
                        *lock(&node.gone) = Some(Instant::now());
                    }
                    failed = Some(error);
                }
            }
        }
        let count = words.len();
        let Some(first) = words.pop() else { return Err(failed.unwrap_or(ClientError::NotKnown)) };
        if words.iter().any(|word| *word != first) {
            return Err(ClientError::Unexpected("the nodes do not say the same".into()));
        }
        match count >= agreeing {
            true => Ok(first),
            false => Err(ClientError::Unexpected(format!("{count} nodes answer, and {agreeing} are to agree"))),
        }
    }

    /// The payment that was asked for, in block `since` or after it, if the chain says so; it need not be final.
    pub fn payment(
        &self,
        carrier: Account,
        currency: CurrencyId,
        since: BlockNumber,
        wanted: Option<Money>,
    ) -> Option<Payment> {
        let past = (0..TRIES).find_map(|_| self.wait(self.nodes.past(carrier, since)).ok().flatten())?;
        Came::of(&past.entries, currency).payment(self.account(), wanted).copied()
    }

    /// How far the machine's clock is ahead of the chain's, in milliseconds; less than 0: behind. `None`: it cannot be told now.
    pub fn clock_ahead(&self, now: u64) -> Option<i64> {
        let age = self.health().ok()?.head?.best.age_ms;
        let made = self.wait(self.nodes.block_time()).ok()??;
        i64::try_from(now).ok()?.checked_sub(i64::try_from(made).ok()?)?.checked_sub(i64::try_from(age).ok()?)
    }

    /// How many blocks a time is.
    pub fn blocks_in(&self, time: Duration) -> Result<BlockNumber, ClientError> {
        self.wait(self.nodes.blocks_in(time))
    }

    /// Calls `look` at once, after every change that a node tells of, and every two seconds, until it has an answer or
    /// `limit` is over.
    pub fn follow<T>(&self, carrier: Account, limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
        let begun = Instant::now();
        let mut events = None;
        loop {
            if let Some(answer) = look() {
                return Some(answer);
            }
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return None;
            }
            if events.is_none() {
                events = self.wait(self.nodes.subscribe(&[carrier])).ok();
            }
            let pause = left.min(ASK_AGAIN);
            match &mut events {
                Some(subscription) => {
                    let next = self.wait(async { tokio::time::timeout(pause, subscription.next()).await });
                    // The node has gone: another one will do.
                    if matches!(next, Ok(None | Some(Err(_)))) {
                        events = None;
                    }
                }
                None => std::thread::sleep(pause),
            }
        }
    }
}
