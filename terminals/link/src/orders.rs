//! Cards' orders, followed by the carrier's own sequence.

use crate::{call::Call, error::ClientError, extrinsic, nodes::Nodes, signer::Signer, Account};
use specie_primitives::{
    crypto::{Scheme, Signature},
    order::Order,
    Balance, BlockNumber,
};
use std::{
    cmp::Ordering,
    time::{Duration, Instant},
};

/// How often the carrier's history is looked at.
const PAUSE: Duration = Duration::from_millis(300);

/// How often the order is sent again while nothing is known of it.
const SEND_AGAIN: Duration = Duration::from_secs(6);

/// How many entries of a carrier's history are asked for at once, and how often.
const ENTRIES: u32 = 256;
const MAX_PAGES: u32 = 1_000;

/// What became of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderFate {
    /// It is in a final block, and the payee got so much, in base units.
    Executed {
        /// Base units.
        amount: Balance,
        /// The block.
        block: BlockNumber,
    },
    /// It can never be executed: another one of this sequence or a later one was, or its last block is final.
    Dead(String),
}

impl Nodes {
    /// The transaction with a card's order: a bare extrinsic, which the card's signature authorises.
    pub async fn order_transaction(&self, order: &Order, signature: &Signature) -> Result<Vec<u8>, ClientError> {
        let runtime = self.runtime().await?;
        let call = runtime.metadata.encode(&Call::spend(order, signature))?;
        Ok(extrinsic::bare(&call))
    }

    /// What the network takes of an order's fee now, in base units.
    pub async fn order_fee(&self, scheme: Scheme) -> Result<Balance, ClientError> {
        let fees = self.health().await?.order_fees.unwrap_or_default();
        let fee = fees.get(usize::from(scheme.tag())).map(|fee| fee.0);
        fee.ok_or_else(|| ClientError::Unexpected("the node does not say what an order costs".into()))
    }

    /// Sends a card's order and waits until its fate is final. Sending one again is harmless: it is executed once only.
    /// `payer` signs a transaction around it and pays the network: needed where the card's money is not the chain's own
    /// currency.
    ///
    /// [`ClientError::Refused`]: the pool does not take it as things are; it may later, until its last block is final. After
    /// `limit` its fate is [`ClientError::NotKnown`].
    pub async fn send_order(
        &self,
        order: &Order,
        signature: &Signature,
        payer: Option<&dyn Signer>,
        limit: Duration,
    ) -> Result<OrderFate, ClientError> {
        let (begun, mut sent): (_, Option<Instant>) = (Instant::now(), None);
        let mut is_taken = false;
        loop {
            // What a node cannot say of the past is no word on the order.
            if let Ok(Some(fate)) = self.fate(order).await {
                return Ok(fate);
            }
            if sent.is_none_or(|sent| sent.elapsed() > SEND_AGAIN) {
                match self.try_order(order, signature, payer).await {
                    // A node has it: what one says of it now, the payer's last money being in it already, does not undo that.
                    Err(ClientError::Refused(_)) if is_taken => {}
                    taken => is_taken |= taken?,
                }
                sent = Some(Instant::now());
            }
            if begun.elapsed() > limit {
                return Err(ClientError::NotKnown);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Offers an order to the pool. Whether a node has taken it, now or before.
    async fn try_order(
        &self,
        order: &Order,
        signature: &Signature,
        payer: Option<&dyn Signer>,
    ) -> Result<bool, ClientError> {
        let transaction = match payer {
            None => self.order_transaction(order, signature).await,
            Some(key) => self.sign(&Call::spend(order, signature), key).await,
        };
        let sent = match transaction {
            Ok(transaction) => self.send(&transaction).await,
            Err(error) => Err(error),
        };
        match sent {
            Err(ClientError::Refused(refusal)) => {
                let data = refusal.data.as_deref().unwrap_or_default();
                // Executed, or overtaken: its history will say. Full, banned, or another one waits: later.
                let is_passing = [1012, 1014, 1016].contains(&refusal.code)
                    || ["outdated", "not expected"].iter().any(|word| data.contains(word));
                if is_passing {
                    Ok(false)
                } else {
                    Err(refusal.into())
                }
            }
            Ok(()) => Ok(true),
            Err(ClientError::Unreachable(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The final fate of an order; `None`: it has none yet. [`ClientError::Unexpected`]: the node does not remember enough of the past
    /// to say.
    pub async fn fate(&self, order: &Order) -> Result<Option<OrderFate>, ClientError> {
        let carrier = Account(order.carrier.0);
        let Some(verdict) = self.verdict_at(carrier).await? else { return Ok(None) };
        let (Some(record), Some(head)) = (verdict.carrier, verdict.head) else { return Ok(None) };
        if record.sequence < order.sequence {
            // The record is the best block's: nothing of this sequence was accepted up to there.
            let is_late = head.finalized.number > order.valid_until;
            let why = format!("it could be executed until block {} only", order.valid_until);
            return Ok(is_late.then_some(OrderFate::Dead(why)));
        }
        self.look_for_spend(order, carrier, record.registered_at).await
    }

    /// This order was accepted, or another one of its sequence, or a later one: its history says which.
    async fn look_for_spend(
        &self,
        order: &Order,
        carrier: Account,
        registered_at: BlockNumber,
    ) -> Result<Option<OrderFate>, ClientError> {
        let (mut cursor, mut overtaken) = (None, None);
        for _ in 0..MAX_PAGES {
            let page = self.history(carrier, cursor.as_deref(), ENTRIES).await?;
            let Some(page) = page else { return Ok(None) };
            for entry in page.entries.iter().filter(|entry| entry.kind == "spent") {
                match entry.sequence.map(|sequence| sequence.cmp(&order.sequence)) {
                    Some(Ordering::Equal) if !entry.is_final => return Ok(None),
                    Some(Ordering::Equal) if entry.to == Some(Account(order.to)) => {
                        let amount = entry.amount.map_or(0, |amount| amount.0);
                        return Ok(Some(OrderFate::Executed { amount, block: entry.block }));
                    }
                    Some(Ordering::Equal) => {
                        return Ok(Some(OrderFate::Dead("another order of the same sequence was executed".into())))
                    }
                    Some(Ordering::Greater) if entry.is_final => overtaken = entry.sequence,
                    // Older than this one would be: this one is not there.
                    Some(Ordering::Less) => return Ok(overtaken.map(dead_by)),
                    Some(Ordering::Greater) | None => {}
                }
            }
            cursor = page.cursor;
            if cursor.is_none() {
                // To the beginning; but this node may have begun later.
                return match page.complete_since <= registered_at {
                    true => Ok(overtaken.map(dead_by)),
                    false => Err(ClientError::Unexpected(format!(
                        "the node remembers what happened from block {} on only",
                        page.complete_since
                    ))),
                };
            }
        }
        Ok(None)
    }
}

fn dead_by(sequence: u32) -> OrderFate {
    OrderFate::Dead(format!("a later order, {sequence}, was executed"))
}
