//! Whoever stands in front of a simulated machine.
//!
//! | module | subject |
//! |---|---|
//! | [`wallet`] | the customer's wallet |
//! | [`script`] | a customer by script |

pub mod script;
pub mod wallet;
