//! The chain, as the machine asks it: one question after the other, each with a limit.

use crate::{
    journal::{CachedBatch, Record},
    money::Money,
};
use specie_client::{
    amount::Currency,
    answers::{BatchRecord, CurrencyRecord, Health, HistoryEntry, Verdict},
    questions::Subject,
    Account, Call, ClientError, Included, Key, Nodes, OrderFate,
};
use specie_primitives::{
    crypto::{Scheme, Signature},
    evidence::Evidence,
    ids::{BatchId, CurrencyId},
    order::Order,
    records::Machine,
    registration::Registration,
    Balance,
};
use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

/// How often a subscription that says nothing is doubted: verdicts change with the clock too.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// How often a fee is asked for that is to be on a receipt.
const TRIES: u32 = 3;

/// Why a registration can never succeed.
fn is_for_good(error: &str) -> bool {
    const FOR_GOOD: [&str; 6] =
        ["GrantNotOpen", "DeviceRegistered", "CarrierExists", "BadAttestation", "BadCertificate", "NotFresh"];
    FOR_GOOD.iter().any(|name| error.ends_with(name))
}

fn cached(batch: BatchRecord, now: u64) -> CachedBatch {
    CachedBatch { key: batch.key, state: batch.state, asked: now }
}

/// The chain through several nodes, with the machine's own key.
pub struct Network {
    runtime: Runtime,
    nodes: Arc<Nodes>,
    key: Key,
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
    pub fn new(nodes: Arc<Nodes>, key: Key) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        Ok(Self { runtime, nodes, key })
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

    /// The height of the best block.
    pub fn best(&self) -> Result<u32, ClientError> {
        let head = self.health()?.head;
        head.map(|head| head.best.number).ok_or_else(|| ClientError::Unexpected("the node knows no block".into()))
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
        known.filter(|(_, verdict)| verdict.is_known() || verdict.has("sinceNotFinal")).collect()
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

    /// All grants that this machine may still use.
    pub fn grants(&self) -> Result<Vec<u32>, ClientError> {
        let held = self.wait(self.nodes.grants(self.account(), usize::MAX))?;
        let may_use = !held.suspended && held.may_initialise;
        Ok(held.grants.iter().copied().filter(|_| may_use).collect())
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

    /// All currencies of the chain that it names in full.
    pub fn currencies(&self) -> Result<Vec<Currency>, ClientError> {
        let all = self.wait(self.nodes.currencies())?;
        let named = |CurrencyRecord { id, symbol, decimals, .. }| Currency {
            id,
            symbol: Some(symbol),
            decimals: Some(decimals),
        };
        Ok(all.into_iter().map(named).collect())
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
        self.wait(self.nodes.execute(&Call::initialise(registration), &self.key, limit))
    }

    /// Whether a carrier is registered finally; `None`: it is not registered.
    fn is_registered(&self, carrier: Account) -> Result<Option<bool>, ClientError> {
        Ok(self.verdict_at(carrier)?.map(|verdict| !verdict.has("registrationNotFinal")))
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
        let payer = (currency != CurrencyId::Native).then_some(&self.key);
        self.wait(self.nodes.send_order(order, signature, payer, limit))
    }

    /// The final fate of an order; `None`: it has none yet.
    pub fn fate(&self, order: &Order) -> Result<Option<OrderFate>, ClientError> {
        self.wait(self.nodes.fate(order))
    }

    /// Who paid a carrier of this currency last, and the fee that came on top, in base units of it, as its history has it; in a
    /// block that may not be final yet.
    pub fn last_funding(
        &self,
        carrier: Account,
        currency: CurrencyId,
    ) -> Result<Option<(Option<Account>, Balance)>, ClientError> {
        let history = self.wait(self.nodes.history(carrier, None, 16))?;
        Ok(history.and_then(|history| {
            let entry = history.entries.into_iter().find(|entry| is_payment(entry, currency))?;
            Some((entry.by.or(entry.from), entry.fee.map_or(0, |fee| fee.0)))
        }))
    }

    /// Notes in a record who paid its carrier, and the fee, if the chain says so.
    pub fn note_payer(&self, record: &mut Record) {
        let currency = record.money(0).currency;
        let ask = |carrier| (0..TRIES).find_map(|_| self.last_funding(carrier, currency).ok().flatten());
        let known = record.carrier.and_then(ask);
        if let Some((payer, units)) = known {
            (record.payer, record.fee_paid) = (payer, Some(Money { currency, units }));
        }
    }

    /// What was paid onto a carrier of this currency, finally, since a moment (milliseconds since 1970), in base units; `None`:
    /// nothing.
    pub fn paid_since(
        &self,
        carrier: Account,
        currency: CurrencyId,
        since: u64,
    ) -> Result<Option<Balance>, ClientError> {
        let history = self.wait(self.nodes.history(carrier, None, 256))?;
        let entries = history.map(|history| history.entries).unwrap_or_default();
        let counts =
            |entry: &&HistoryEntry| entry.is_final && entry.timestamp >= since && is_payment(entry, currency);
        let paid = entries.iter().filter(counts);
        let sum = paid.fold(0u128, |sum, entry| sum.saturating_add(entry.amount.map_or(0, |amount| amount.0)));
        Ok((sum > 0).then_some(sum))
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

/// Whether an entry of a card's history is money of the card's currency that came in. Anybody can send anything to a card's
/// address: an amount of another currency is no payment, whatever its number.
fn is_payment(entry: &HistoryEntry, currency: CurrencyId) -> bool {
    // An entry that names none is in the card's own.
    let ours = entry.currency.as_ref().is_none_or(|named| named.parse() == Ok(currency));
    ours && ["funded", "received"].contains(&entry.kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A grain of another currency, whatever its number, is no payment.
    #[test]
    fn f6_money_of_another_currency_is_no_payment() {
        let entry = |kind: &str, currency: serde_json::Value| -> HistoryEntry {
            let entry = json!({
                "block": 1, "timestamp": 1, "final": true, "kind": kind, "amount": "1000000000000000", "currency": currency,
            });
            serde_json::from_value(entry).unwrap()
        };
        let (native, euro) = (CurrencyId::Native, CurrencyId::Asset(1));
        assert!(
            is_payment(&entry("funded", json!(null)), native) && is_payment(&entry("funded", json!(null)), euro)
        );
        assert!(is_payment(&entry("received", json!("native")), native));
        assert!(is_payment(&entry("received", json!("asset:1")), euro));
        assert!(!is_payment(&entry("received", json!("asset:1")), native));
        assert!(!is_payment(&entry("received", json!("native")), euro));
        assert!(!is_payment(&entry("spent", json!(null)), native));
    }
}
