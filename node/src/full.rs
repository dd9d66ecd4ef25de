//! The kinds of a full node: client, database, chain and pool.

use sc_consensus::LongestChain;
use sc_executor::WasmExecutor;
use sc_service::{TFullBackend, TFullClient};
use sc_transaction_pool::TransactionPoolHandle;
use specie_runtime::{apis::RuntimeApi, opaque::Block};

/// What the runtime may call on the node.
pub type HostFunctions = sp_io::SubstrateHostFunctions;

/// The chain: its blocks and the runtime that executes them.
pub type FullClient = TFullClient<Block, RuntimeApi, WasmExecutor<HostFunctions>>;

/// The database under the chain.
pub type FullBackend = TFullBackend<Block>;

/// Picks the best chain: the longest that holds the finalised blocks.
pub type FullSelectChain = LongestChain<FullBackend, Block>;

/// The transactions that are not in a block yet.
pub type FullPool = TransactionPoolHandle<Block, FullClient>;
