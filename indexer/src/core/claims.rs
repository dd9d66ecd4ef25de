//! What the pool, or a block that was dropped, claims about carriers.

use super::layer::{Head, Layer};
use sp_core::H256;
use specie_primitives::{
    ids::CarrierId,
    index::{Claim, Happening},
};
use std::collections::{HashMap, HashSet};

/// For how many blocks the spends of a dropped block count as waiting. The pool puts them back by itself, a little
/// later; until it has, nobody but the index remembers them.
pub const RETRACTED_BLOCKS: u32 = 16;

/// Where a claim comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A transaction in the pool.
    Pool(H256),
    /// A block that a reorganisation dropped.
    Retracted {
        /// Its hash.
        block: H256,
        /// Its height.
        number: u32,
    },
}

/// A spend that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pending {
    /// Where it waits.
    pub origin: Origin,
    /// What it would do.
    pub claim: Claim,
}

/// Every claim, by carrier and by transaction.
#[derive(Debug, Default)]
pub struct Claims {
    by_carrier: HashMap<CarrierId, Vec<Pending>>,
    /// Transactions that were looked at, those without claims too: looking costs a call of the runtime.
    by_transaction: HashMap<H256, Vec<CarrierId>>,
    retracted: Vec<Dropped>,
}

/// A spend of a block that was dropped.
#[derive(Debug)]
struct Dropped {
    block: H256,
    carrier: CarrierId,
    /// How high the node's best chain was then.
    since: u32,
}

impl Claims {
    /// Adds a transaction of the pool with the orders in it; returns the carriers that it concerns. A transaction that
    /// is known already is left as it is.
    pub fn pool_add(&mut self, transaction: H256, claims: Vec<Claim>) -> Vec<CarrierId> {
        if self.by_transaction.contains_key(&transaction) {
            return Vec::new();
        }
        let carriers: Vec<_> = claims.iter().map(|claim| claim.carrier).collect();
        for claim in claims {
            let pending = Pending { origin: Origin::Pool(transaction), claim };
            self.by_carrier.entry(claim.carrier).or_default().push(pending);
        }
        self.by_transaction.insert(transaction, carriers.clone());
        carriers
    }

    /// Removes a transaction that has left the pool; returns the carriers that it concerned.
    pub fn pool_drop(&mut self, transaction: &H256) -> Vec<CarrierId> {
        let carriers = self.by_transaction.remove(transaction).unwrap_or_default();
        for carrier in &carriers {
            self.remove(carrier, |pending| pending.origin == Origin::Pool(*transaction));
        }
        carriers
    }

    /// Whether the transaction was looked at.
    pub fn knows(&self, transaction: &H256) -> bool {
        self.by_transaction.contains_key(transaction)
    }

    /// The transactions that were looked at.
    pub fn transactions(&self) -> impl Iterator<Item = &H256> {
        self.by_transaction.keys()
    }

    /// Remembers the spends of a block that was dropped while the node's best block was `since`. What counts is when
    /// it was dropped, not how high it was: a fork may be deeper than they are remembered for.
    pub fn retract(&mut self, layer: &Layer, since: u32) {
        let Head { number, hash, .. } = layer.head;
        // It may have been dropped before, and come back in between.
        self.forget(|dropped| dropped.block == hash);
        for entry in layer.history() {
            let Happening::Spent { sequence, purpose, to, amount, fee, network_fee, reference, .. } = entry.what
            else {
                continue;
            };
            let claim = Claim {
                carrier: entry.carrier,
                sequence,
                purpose,
                to,
                amount,
                fee: fee.saturating_add(network_fee),
                // The event does not tell; how long it counts is bounded by blocks.
                valid_until: u32::MAX,
                reference,
            };
            let pending = Pending { origin: Origin::Retracted { block: hash, number }, claim };
            self.by_carrier.entry(entry.carrier).or_default().push(pending);
            self.retracted.push(Dropped { block: hash, carrier: entry.carrier, since });
        }
    }

    /// Forgets the spends of blocks that were dropped long before the best block `best`; returns their carriers.
    pub fn forget_retracted(&mut self, best: u32) -> Vec<CarrierId> {
        self.forget(|dropped| dropped.since.saturating_add(RETRACTED_BLOCKS) <= best).into_iter().collect()
    }

    fn forget(&mut self, is_over: impl Fn(&Dropped) -> bool) -> HashSet<CarrierId> {
        let (over, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.retracted).into_iter().partition(is_over);
        self.retracted = kept;
        for Dropped { block, carrier, .. } in &over {
            self.remove(
                carrier,
                |pending| matches!(pending.origin, Origin::Retracted { block: of, .. } if of == *block),
            );
        }
        over.into_iter().map(|dropped| dropped.carrier).collect()
    }

    /// What waits for a carrier.
    pub fn of(&self, carrier: &CarrierId) -> &[Pending] {
        self.by_carrier.get(carrier).map_or(&[], Vec::as_slice)
    }

    /// How many transactions are known, and how many carriers have claims on them.
    pub fn len(&self) -> (usize, usize) {
        (self.by_transaction.len(), self.by_carrier.len())
    }

    fn remove(&mut self, carrier: &CarrierId, gone: impl Fn(&Pending) -> bool) {
        if let Some(pending) = self.by_carrier.get_mut(carrier) {
            pending.retain(|pending| !gone(pending));
            if pending.is_empty() {
                self.by_carrier.remove(carrier);
            }
        }
    }
}
