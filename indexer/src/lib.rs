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
//! # In another chain
//!
//! 1. Compose `pallet-carriers`, `pallet-machines` and `pallet-manufacturers` into the runtime.
//! 2. Implement [`IndexApi`](specie_primitives::index::IndexApi) there: translate the events of a block, page through
//!    the state, find the orders in an extrinsic. `specie-runtime`'s module `index` is one, of three small files.
//! 3. In the node, after client and pool are made:
//!
//! ```ignore
//! let index = specie_indexer::spawn::<_, _, Block>(specie_indexer::Plugin {
//!     client: client.clone(),
//!     pool: transaction_pool.clone(),
//!     store: specie_indexer::StoreOptions { path, cache_bytes: 256 << 20 },
//!     history: false,
//!     spawner: &task_manager.spawn_handle(),
//!     registry: config.prometheus_registry(),
//! })?;
//! ```
//!
//! Block numbers must fit 32 bits and block hashes be 32 bytes.
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
pub use pool::{Gone, Missing, PoolWatch};
pub use service::{spawn, Plugin};
pub use source::{Heads, Link, Source, SourceError};
pub use store::{StoreError, StoreOptions};

/// The target of the log's lines.
pub(crate) const LOG: &str = "specie-index";
