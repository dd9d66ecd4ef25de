//! What the node's methods are asked with and what they answer: the shapes of `docs/rpc.md`, as types.
//!
//! The node writes these types and every client reads them, so that the two cannot differ. Amounts are decimal strings of base
//! units ([`Units`]), byte strings hex ([`Hash`](struct@Hash), [`Bytes`]), accounts and carriers SS58 ([`Account`]).
//!
//! | module | subject |
//! |---|---|
//! | [`account`] | accounts as people write them |
//! | [`code`] | the numbers of errors |
//! | [`currency`] | currencies, their amounts and their supply |
//! | [`events`] | what a subscriber hears |
//! | [`health`] | whether the node can answer |
//! | [`history`] | what happened to a carrier |
//! | [`lists`] | batches, manufacturers and grants |
//! | [`query`] | what a verdict is asked with |
//! | [`safes`] | what safes hold, and what is asked of them |
//! | [`scalars`] | amounts, bytes and blocks |
//! | [`verdict`] | verdicts with what they rest on |
//! | [`word`] | words of lists that may grow |
//!
//! # Properties
//!
//! * Nobody compares strings: a state, a reason or a code is a type. A word that this version does not know is kept as it came
//!   ([`Word::Other`]), and equals nothing: who must know the word to go on does not go on.
//! * No answer, however malformed, is a panic.
//!
//! # Example
//!
//! ```
//! use specie_primitives::verdict::{Reason, State};
//! use specie_rpc_types::{Word, Units};
//!
//! let state: Word<State> = "safe".into();
//! assert_eq!(state, State::Safe);
//! let later: Word<State> = "ofALaterVersion".into();
//! assert_eq!(later.known(), None);
//! assert_eq!(later.to_string(), "ofALaterVersion");
//! assert_eq!("12".parse::<Units>().unwrap(), Units(12));
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod text;

pub mod account;
pub mod code;
pub mod currency;
pub mod events;
pub mod health;
pub mod history;
pub mod lists;
pub mod query;
pub mod safes;
pub mod scalars;
pub mod verdict;
pub mod word;

pub use account::{Account, AddressError};
pub use code::{Code, ErrorCode, PoolCode};
pub use currency::{Currencies, Currency, CurrencyRecord, InCarriers, Supply};
pub use events::{CarrierEvent, GapReason};
pub use health::{Health, IndexHealth, IndexStatus};
pub use history::{Actor, Cause, Happened, History, HistoryEntry};
pub use lists::{BatchRecord, Batches, Grants, Manufacturer, Manufacturers};
pub use query::{Detail, VerdictQuery};
pub use safes::{Membership, Party, RequestRecord, RequestStatus, Safe, SafeContent, SafeMember, SafeRequests};
pub use scalars::{Block, Bytes, Hash, Heads, Units};
pub use verdict::{Balances, BriefVerdict, CarrierRecord, Maker, PendingSpend, Verdict, VerdictItem, Verdicts};
pub use word::Word;
