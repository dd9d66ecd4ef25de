//! Cards' orders, followed by the carrier's own sequence.

use crate::{call::Call, error::ClientError, extrinsic, nodes::Nodes, Account};
use specie_primitives::{
    crypto::{Scheme, Signature},
    order::Order,
    Balance, BlockNumber,
};
use std::time::{Duration, Instant};

/// How often the carrier's history is looked at.
const PAUSE: Duration = Duration::from_millis(300);

/// How often the order is sent again while nothing is known of it.
const SEND_AGAIN: Duration = Duration::from_secs(6);

/// How many entries of a carrier's history are looked at: an order's is among the newest.
const ENTRIES: u32 = 64;

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
    /// The transaction with a card's order: nobody's account, the card's signature authorises it.
    pub async fn order_transaction(&self, order: &Order, signature: &Signature) -> Result<Vec<u8>, ClientError> {
        let runtime = self.runtime().await?;
        let call = runtime.metadata.encode(&Call::spend(order, signature))?;
        let bound = self.bound(&runtime).await?;
        Ok(extrinsic::general(&runtime.metadata, &bound, &call)?)
    }

    /// What the network takes of an order's fee now, in base units.
    pub async fn order_fee(&self, scheme: Scheme) -> Result<Balance, ClientError> {
        let fees = self.health().await?.order_fees.unwrap_or_default();
        let fee = fees.get(usize::from(scheme.tag())).map(|fee| fee.0);
        fee.ok_or_else(|| ClientError::Unexpected("the node does not say what an order costs".into()))
    }

    /// Sends a card's order and waits until its fate is final. Sending one again is harmless: it is executed once only.
    ///
    /// A refusal of the pool is told only when the order cannot come in any more or never could
    /// ([`ClientError::Refused`]); after `limit` its fate is [`ClientError::NotKnown`].
    pub async fn send_order(
        &self,
        order: &Order,
        signature: &Signature,
        limit: Duration,
    ) -> Result<OrderFate, ClientError> {
        let (begun, mut sent): (_, Option<Instant>) = (Instant::now(), None);
        loop {
            match self.fate(order).await {
                Ok(Some(fate)) => return Ok(fate),
                Ok(None) | Err(ClientError::Unreachable(_)) => {}
                Err(error) => return Err(error),
            }
            if sent.is_none_or(|sent| sent.elapsed() > SEND_AGAIN) {
                self.try_order(order, signature).await?;
                sent = Some(Instant::now());
            }
            if begun.elapsed() > limit {
                return Err(ClientError::NotKnown);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Offers an order to the pool.
    async fn try_order(&self, order: &Order, signature: &Signature) -> Result<(), ClientError> {
        let sent = match self.order_transaction(order, signature).await {
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
                    Ok(())
                } else {
                    Err(refusal.into())
                }
            }
            Err(ClientError::Unreachable(_)) | Ok(()) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The final fate of an order; `None`: it has none yet.
    pub async fn fate(&self, order: &Order) -> Result<Option<OrderFate>, ClientError> {
        let carrier = Account(order.carrier.0);
        let Some(history) = self.history(carrier, None, ENTRIES).await? else { return Ok(None) };
        let spends = history.entries.iter().filter(|entry| entry.is_final && entry.kind == "spent");
        for entry in spends {
            match entry.sequence {
                Some(sequence) if sequence == order.sequence => {
                    let amount = entry.amount.map_or(0, |amount| amount.0);
                    return Ok(Some(if entry.to == Some(Account(order.to)) {
                        OrderFate::Executed { amount, block: entry.block }
                    } else {
                        OrderFate::Dead("another order of the same sequence was executed".into())
                    }));
                }
                Some(sequence) if sequence > order.sequence => {
                    let why = format!("a later order, {sequence}, was executed");
                    // This one may have been before it.
                    let before = history.entries.iter().any(|entry| entry.sequence == Some(order.sequence));
                    if !before {
                        return Ok(Some(OrderFate::Dead(why)));
                    }
                }
                _ => {}
            }
        }
        if history.head.finalized.number > order.valid_until {
            return Ok(Some(OrderFate::Dead(format!(
                "it could be executed until block {} only",
                order.valid_until
            ))));
        }
        Ok(None)
    }
}
