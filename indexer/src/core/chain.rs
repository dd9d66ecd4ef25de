//! The last final block, and the best chain of blocks on top of it.

use super::layer::{Head, Layer};
use sp_core::H256;
use std::sync::Arc;

/// Why a block does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The block is not the child of the best one.
    #[error("block {number} is not a child of the best block")]
    NotAChild {
        /// Its height.
        number: u32,
    },
    /// No such block lies on the best chain at or above the last final one.
    #[error("block {0:?} is not on the best chain above the last final block")]
    NotOnChain(H256),
}

/// The last final block, and the layers of the blocks on top of it, oldest first. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Chain {
    finalized: Head,
    layers: Vec<Arc<Layer>>,
}

impl Chain {
    /// A chain without blocks on top of its last final one.
    pub const fn new(finalized: Head) -> Self {
        Self { finalized, layers: Vec::new() }
    }

    /// The last final block.
    pub const fn finalized(&self) -> &Head {
        &self.finalized
    }

    /// The best block.
    pub fn best(&self) -> &Head {
        self.layers.last().map_or(&self.finalized, |layer| &layer.head)
    }

    /// The blocks that are not final, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &Arc<Layer>> {
        self.layers.iter().rev()
    }

    /// How many blocks are not final.
    pub fn depth(&self) -> usize {
        self.layers.len()
    }

    /// How many blocks that are not final lie up to this one; `None`: it is not on this chain.
    pub fn depth_of(&self, hash: H256) -> Option<usize> {
        match self.position(hash) {
            Some(position) => Some(position + 1),
            None => (self.finalized.hash == hash).then_some(0),
        }
    }

    /// Whether the block is the last final one or above it on this chain.
    pub fn contains(&self, hash: H256) -> bool {
        self.depth_of(hash).is_some()
    }

    /// Puts a block on top.
    pub fn apply(&mut self, layer: Arc<Layer>) -> Result<(), ChainError> {
        let best = self.best();
        if layer.parent != best.hash || Some(layer.head.number) != best.number.checked_add(1) {
            return Err(ChainError::NotAChild { number: layer.head.number });
        }
        self.layers.push(layer);
        Ok(())
    }

    /// Takes every block off that is above `hash`; returns them, newest first.
    pub fn unwind(&mut self, hash: H256) -> Result<Vec<Arc<Layer>>, ChainError> {
        let keep = self.depth_of(hash).ok_or(ChainError::NotOnChain(hash))?;
        let mut dropped = self.layers.split_off(keep);
        dropped.reverse();
        Ok(dropped)
    }

    /// Makes every block up to `hash` final; returns their layers, oldest first, for the base to take in.
    pub fn finalize(&mut self, hash: H256) -> Result<Vec<Arc<Layer>>, ChainError> {
        if self.finalized.hash == hash {
            return Ok(Vec::new());
        }
        let position = self.position(hash).ok_or(ChainError::NotOnChain(hash))?;
        let above = self.layers.split_off(position + 1);
        let settled = std::mem::replace(&mut self.layers, above);
        if let Some(last) = settled.last() {
            self.finalized = last.head;
        }
        Ok(settled)
    }

    fn position(&self, hash: H256) -> Option<usize> {
        // From the top: what is asked for is nearly always there.
        self.layers.iter().rposition(|layer| layer.head.hash == hash)
    }
}
