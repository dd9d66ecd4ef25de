//! What every machine's operator needs, whatever the machine is for.
//!
//! | module | subject |
//! |---|---|
//! | [`stock`] | bins of blank carriers |
//! | [`operators`] | the people who look after a machine, and what takes two of them |
//! | [`texts`] | what customers read, in several languages |
//! | [`alarms`] | what the operator has to know at once |
//! | [`webhook`] | alarms to a web service |
//! | [`metrics`] | figures for Prometheus |
//! | [`roles`] | who has to say who they are, and what they may then do |
//! | [`identify`] | who the customer is |
//! | [`waits`] | how long a machine waits |
//!
//! ```
//! use specie_device::Bin;
//! use specie_link::money::Money;
//! use specie_ops::stock::{Blanks, Stock};
//!
//! let fifty = Money::native(50_000_000_000_000);
//! let mut stock = Stock::new(vec![Blanks { marked: Some(fifty), count: 1, low: 5 }]);
//! stock.taken(stock.bin_for(fifty).unwrap()).unwrap();
//! assert_eq!(stock.low().map(|(bin, _)| bin).collect::<Vec<_>>(), [Bin(0)]);
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod alarms;
pub mod identify;
pub mod metrics;
pub mod operators;
pub mod roles;
pub mod stock;
pub mod texts;
pub mod waits;
pub mod webhook;
