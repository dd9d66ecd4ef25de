//! Cards' orders, followed by the carrier's own sequence.

use crate::{call::Call, error::ClientError, extrinsic, nodes::Nodes, signer::Signer, Account};
use specie_primitives::{
    crypto::{Scheme, Signature},
    ids::CurrencyId,
    order::Order,
    Balance, BlockNumber,
};
use specie_rpc_types::{Code, Happened, PoolCode};
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

/// How often an order is sent before whoever may pay for it does: a transaction of an account is never taken for one that was
/// refused before.
const PAID_AFTER: u32 = 3;

/// Who pays the network for an order.
#[derive(Clone, Copy)]
pub enum Payer<'a> {
    /// The card alone, in the chain's own currency.
    Nobody,
    /// The card; and this account, if the order is not executed in time.
    IfNeeded(&'a dyn Signer),
    /// This account: the card's money is not the chain's own currency.
    Always(&'a dyn Signer),
}

impl<'a> Payer<'a> {
    /// Who pays for an order of a card with money of this currency, where `key` can.
    pub const fn of(currency: CurrencyId, key: &'a dyn Signer) -> Self {
        match currency {
            CurrencyId::Native => Self::IfNeeded(key),
            CurrencyId::Asset(_) => Self::Always(key),
        }
    }

    /// Who pays when the order is sent for the `times`-th time.
    const fn at(self, times: u32) -> Option<&'a dyn Signer> {
        match self {
            Self::Nobody => None,
            // In turn: the card's own transaction may come through as well, and costs the account nothing.
            Self::IfNeeded(key) if times >= PAID_AFTER && times % 2 == PAID_AFTER % 2 => Some(key),
            Self::IfNeeded(_) => None,
            Self::Always(key) => Some(key),
        }
    }
}

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
    /// The transaction with a card's order: a bare extrinsic, which the card's signature authorises. There is one for each order.
    async fn bare_order(&self, order: &Order, signature: &Signature) -> Result<Vec<u8>, ClientError> {
        let runtime = self.runtime().await?;
        let call = runtime.metadata.encode(&Call::spend(order, signature))?;
        Ok(extrinsic::bare(&call))
    }

    /// What the network takes of an order's fee now, in base units.
    pub async fn order_fee(&self, scheme: Scheme) -> Result<Balance, ClientError> {
        let fee = self.health().await?.order_fee(scheme);
        fee.ok_or_else(|| ClientError::Unexpected("the node does not say what an order costs".into()))
    }

    /// Sends a card's order and waits until its fate is final. Sending one again is harmless: it is executed once only.
    ///
    /// A pool that refused some bytes may refuse them for half an hour although the reason has gone, and a node never tells
    /// another one the same bytes twice. So an order that is not executed soon is sent to every node; and where an account may pay
    /// ([`Payer::IfNeeded`]), in a transaction of that account, whose bytes nobody has seen.
    ///
    /// [`ClientError::Refused`]: the pool does not take it as things are; it may later, until its last block is final. After
    /// `limit` its fate is [`ClientError::NotKnown`].
    pub async fn send_order(
        &self,
        order: &Order,
        signature: &Signature,
        payer: Payer<'_>,
        limit: Duration,
    ) -> Result<OrderFate, ClientError> {
        let (begun, mut sent): (_, Option<Instant>) = (Instant::now(), None);
        let (mut is_taken, mut times) = (false, 0);
        loop {
            // What a node cannot say of the past is no word on the order.
            if let Ok(Some(fate)) = self.fate(order).await {
                return Ok(fate);
            }
            if sent.is_none_or(|sent| sent.elapsed() > SEND_AGAIN) {
                let tried = self.try_order(order, signature, payer, times).await;
                times += 1;
                match tried {
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

    /// Offers an order to the pools, for the `times`-th time. Whether a node has taken it, now or before.
    async fn try_order(
        &self,
        order: &Order,
        signature: &Signature,
        payer: Payer<'_>,
        times: u32,
    ) -> Result<bool, ClientError> {
        let mut offered = self.offer_order(order, signature, payer.at(times), times).await;
        // These very bytes are banned: others may not be.
        if let (Err(error), Payer::IfNeeded(key)) = (&offered, payer) {
            if error.has_code(PoolCode::Banned) {
                offered = self.offer_order(order, signature, Some(key), times).await;
            }
        }
        match offered {
            Err(ClientError::Refused(refusal)) => {
                let data = refusal.data.as_deref().unwrap_or_default();
                // Executed, or overtaken: its history will say. Full, banned, or another one waits: later.
                let is_passing =
                    matches!(refusal.code, Code::Pool(PoolCode::Banned | PoolCode::LowPriority | PoolCode::Full))
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

    /// Offers an order once: to the first node that can, and after that to all of them.
    async fn offer_order(
        &self,
        order: &Order,
        signature: &Signature,
        payer: Option<&dyn Signer>,
        times: u32,
    ) -> Result<(), ClientError> {
        let transaction = match payer {
            Some(key) => self.sign(&Call::spend(order, signature), key).await?,
            None => self.bare_order(order, signature).await?,
        };
        match times {
            0 => self.send(&transaction).await,
            _ => self.send_to_all(&transaction).await,
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
            for entry in &page.entries {
                let Happened::Spent { sequence, to, amount, .. } = &entry.what else { continue };
                match sequence.cmp(&order.sequence) {
                    Ordering::Equal if !entry.is_final => return Ok(None),
                    Ordering::Equal if *to == Account(order.to) => {
                        return Ok(Some(OrderFate::Executed { amount: amount.0, block: entry.block }));
                    }
                    Ordering::Equal => {
                        return Ok(Some(OrderFate::Dead("another order of the same sequence was executed".into())))
                    }
                    Ordering::Greater if entry.is_final => overtaken = Some(*sequence),
                    // Older than this one would be: this one is not there.
                    Ordering::Less => return Ok(overtaken.map(dead_by)),
                    Ordering::Greater => {}
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
