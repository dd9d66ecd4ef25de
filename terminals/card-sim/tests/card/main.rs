//! The card, the host and the factory, by what they are for.

mod certificates;
mod codes;
mod command_line;
mod document;
mod faults;
mod hostile;
mod initialise;
mod locks;
mod orders;
mod power;
mod proofs;
mod recharge;
mod support;
