//! How each pallet is set up in this runtime, one file a subject.

pub mod accounts;
pub mod consensus;
pub mod governance;
pub mod issuer;
pub mod money;
pub mod motion;
pub mod specie;
pub mod system;
