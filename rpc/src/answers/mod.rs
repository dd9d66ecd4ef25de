//! From what the index and the runtime know to the shapes of the answers.

mod currency;
mod history;
mod lists;
mod safes;
mod verdict;

pub use currency::{currency, currency_record, supply};
pub use history::history_entry;
pub use lists::{batch, manufacturer};
pub use safes::{request, safe};
pub use verdict::{balances, carrier, maker, pending_spend};
