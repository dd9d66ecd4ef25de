//! The pallet against real batches, machines, money and signatures; one file a behaviour.

mod currencies;
mod fraud;
mod fund;
mod genesis;
mod initialise;
mod lifecycle;
mod properties;
mod rotate;
mod scenario;
mod sequences;
mod spend;
mod spend_bare;
mod spend_pool;
mod spend_request;
mod try_state;
mod views;
mod weights;
