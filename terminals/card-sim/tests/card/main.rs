//! The card, the host and the factory, by what they are for.

mod certificates;
mod channel;
mod codes;
mod command_line;
mod document;
mod factory;
mod faults;
mod hostile;
mod initialise;
mod locks;
mod orders;
mod payments;
mod power;
mod proofs;
mod recharge;
mod support;
