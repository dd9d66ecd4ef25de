//! The index against a model of the chain: forks, the pool's traps, faults of the database, the plugin as a whole.

mod forks;
mod model;
mod node;
mod pool;
mod pool_traps;
mod seed;
mod service;
mod store;
mod world;
