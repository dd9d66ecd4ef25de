//! End to end: real node processes, a real client, real card bytes.
//!
//! | module | subject |
//! |---|---|
//! | [`atm`] | a simulated ATM as its own process: scripts, power cuts, the audit of its books |
//! | [`mod@bench`] | measurements of a running node |
//! | [`bulk`] | a chain that begins with as many carriers as wanted |
//! | [`maker`] | a chain made as quickly as its blocks can be executed |
//! | [`metrics`] | what a node tells Prometheus |
//! | [`node`] | node processes: starting, killing, starting again |
//! | [`chain`] | a client of a node: extrinsics, events, balances, verdicts |
//! | [`cards`] | a factory and its cards, in files |
//! | [`cast`] | who appears in the story |
//! | [`foreign`] | libraries that others wrote, and the scripts that use them |
//! | [`disk`] | a disk that can fill up |
//! | [`lying`] | a node that lies |
//! | [`scene`] | the bank's everyday business, as story and tests need it |
//! | [`seed`] | randomness that can be had again |
//! | [`story`] | the main job from a factory to a withdrawn card, and the attacks on it |
//! | [`waiting`] | for something to come true |
//! | [`xfs`] | services of XFS4IoT over a simulated machine |
#![forbid(unsafe_code)]

pub mod atm;
pub mod bench;
pub mod bulk;
pub mod cards;
pub mod cast;
pub mod chain;
pub mod disk;
pub mod foreign;
pub mod lying;
pub mod maker;
pub mod metrics;
pub mod node;
pub mod scene;
pub mod seed;
pub mod story;
pub mod waiting;
pub mod xfs;
