//! The runtime as the node sees it: blocks whose extrinsics stay undecoded, and the keys of a
//! validator.
//!
//! The node must go on reading blocks through an upgrade that changes what is inside them.

use alloc::vec::Vec;

use sp_runtime::{generic, impl_opaque_keys, traits::BlakeTwo256};

use crate::{Aura, BlockNumber, Grandpa};

pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;

/// The header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;

/// A block with opaque extrinsics.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// How the node names a block.
pub type BlockId = generic::BlockId<Block>;

impl_opaque_keys! {
    /// The keys that a validator keeps in its node.
    pub struct SessionKeys {
        /// Makes blocks.
        pub aura: Aura,
        /// Finalises blocks.
        pub grandpa: Grandpa,
    }
}
