//! A node plugin that knows what every carrier is worth: it follows blocks, finality and the pool, and answers from
//! RocksDB and memory without asking the runtime.
//!
//! # Overview
//!
//! * [`core`] is the index without I/O: layers of blocks that are not final, claims of the pool, and what follows.
//! * [`store`] keeps what is final, in one atomic write for each step of finality.
//! * [`Index`] is what everybody else sees: a [`Moment`] answers any number of questions from one snapshot.
//! * [`spawn`] starts the tasks that keep it up to date; [`build`] and [`verify`] serve the operator's commands.
//!
//! # Terminology
//!
//! * **layer**: a block that is not final, with everything that it changed.
//! * **base**: the state at the last final block.
//! * **claim**: a spend that waits in the pool, or that waits again because its block was dropped.
//! * **moment**: base, layers and claims, read together.
//!
//! # Properties
//!
//! * Records are absolute, as the runtime read them at their block. Nothing is ever added up.
//! * A reorganisation drops layers and never touches the database.
//! * A spend that goes from the pool to a block, or back, is at no moment in neither.
//! * A claim leaves only when the pool lacks it twice in a row and every block that could hold it is indexed.
//! * What cannot be read is an error. Damaged files are put aside and built again, never served.
//! * The node never waits for the index, and lives on without it.
//!
//! # Example
//!
//! A block, a reorganisation and finality, without a node:
//!
//! ```
//! use sp_core::H256;
//! use specie_indexer::core::{Chain, Head, Layer};
//! use specie_primitives::{api::ChainInfo, index::Changes};
//! use std::sync::Arc;
//!
//! let constants = ChainInfo {
//!     genesis: [0; 32],
//!     timestamp: 0,
//!     slot_ms: 2_000,
//!     orders_stopped: false,
//!     max_order_lifetime: 1_800,
//!     order_fees: [0; 3],
//! };
//! let block = |number: u32, hash: u8, parent: u8| {
//!     let (hash, parent) = (H256::repeat_byte(hash), H256::repeat_byte(parent));
//!     Arc::new(Layer::new(number, hash, parent, Changes::none(constants)))
//! };
//! let genesis = Head { number: 0, hash: H256::repeat_byte(0), chain: constants };
//! let mut chain = Chain::new(genesis);
//! chain.apply(block(1, 1, 0))?;
//! chain.apply(block(2, 2, 1))?;
//!
//! // Another block 2 wins: the first one is dropped, and its spends wait again.
//! let dropped = chain.unwind(H256::repeat_byte(1))?;
//! assert_eq!(dropped.len(), 1);
//! chain.apply(block(2, 3, 1))?;
//!
//! // What is final goes to the database.
//! let settled = chain.finalize(H256::repeat_byte(1))?;
//! assert_eq!((settled.len(), chain.depth(), chain.best().number), (1, 1, 2));
//! # Ok::<(), specie_indexer::core::ChainError>(())
//! ```
//!
//! # In another chain
//!
//! `indexer/other-chain` is a chain that is not Specie and has done all of this; its test drives the plugin over a real
//! client, database and pool.
//!
//! **The runtime** composes `pallet-carriers`, `pallet-machines` and `pallet-manufacturers`. Accounts convert to and from
//! 32 bytes, balances are `u128`, and the transaction extensions include `frame_system::AuthorizeCall`, or no order is
//! taken as a transaction of its own. It depends on `specie-primitives` with the feature `runtime-api` and implements
//! [`IndexApi`](specie_primitives::index::IndexApi):
//!
//! * `changes`: every record that the block changed, as it is now, whether an event names it or not. A registration
//!   changes the carrier, its device and the count of its batch. Every account whose balance changed is looked up among
//!   the carriers; the balance is the total one, holds included. A word of grants that is not stored any more is all
//!   zeros. New batches have the last places of their manufacturer's list. The transfer that a `CarrierFunded` follows is
//!   no `Received` of its own. The pallets' events tell what they changed (`Event::happenings`, `machine`, `grants`,
//!   `manufacturer`, `batch`). History is in the order of the events, and `event` counts all events of the block.
//!   `complete` is false when the block changed the code, when the last runtime upgrade is not this version's, or when
//!   fewer events could be read than there are. `quiet` may always be false; builds are quicker where blocks without
//!   any event that matters say so.
//! * `snapshot`: all records, in pages and kinds of any order; the cursor belongs to the runtime, and one that it does
//!   not know starts again. A page may be empty and yet name a next one.
//! * `claims`: look through every call of the chain that makes other calls. Believe the orders of a bare extrinsic,
//!   whose signature the pool has checked; check those inside somebody's signed extrinsic
//!   (`pallet_carriers::Pallet::has_valid_signature`), and bound how many.
//!
//! A chain without a clock may give any timestamp that grows; ages of blocks are counted from it.
//!
//! **The node** has 32-bit block numbers, 32-byte hashes and opaque extrinsics. After client and pool are made:
//!
//! ```ignore
//! let index = specie_indexer::spawn::<_, _, Block>(specie_indexer::Plugin {
//!     source: specie_indexer::Source::with_backend(client.clone(), backend.clone()),
//!     pool: transaction_pool.clone(),
//!     store: specie_indexer::StoreOptions { path, cache_bytes: 256 << 20 },
//!     history: false,
//!     spawner: &task_manager.spawn_handle(),
//!     registry: config.prometheus_registry(),
//! })?;
//! ```
//!
//! With `history: true` an empty index is built from all blocks; the node must have kept their states and bodies
//! (`PruningMode::ArchiveAll`, `BlocksPruning::KeepAll`). [`build`] and [`verify`] need the database for themselves: it is
//! free once the plugin's tasks have ended and every [`Index`] and [`Moment`] is dropped.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod build;
pub mod core;
mod follow;
mod index;
mod metrics;
mod pool;
mod service;
mod source;
pub mod store;
pub mod verify;

pub use follow::{FollowError, Follower};
pub use index::{Index, Listener, Moment, Published, Status, Touched};
pub use metrics::Metrics;
pub use pool::{Gone, Missing, PoolWatch, MISSING_FOR};
pub use service::{spawn, Plugin};
pub use source::{Heads, Link, Source, SourceError};
pub use store::{StoreError, StoreOptions};

/// The target of the log's lines.
pub(crate) const LOG: &str = "specie-index";
