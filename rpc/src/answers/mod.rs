//! The shapes of the answers. Amounts are decimal strings of base units, byte strings hex, addresses SS58.

mod currency;
mod events;
mod heads;
mod health;
mod history;
mod lists;
mod names;
mod verdict;

pub use currency::{CurrencyAnswer, CurrencyItem, CurrencyList, InCarriersAnswer, SupplyAnswer};
pub use events::CarrierEvent;
pub use heads::{HeadAnswer, HeadsAnswer};
pub use health::{HealthAnswer, IndexAnswer};
pub use history::{HappeningAnswer, HistoryAnswer, HistoryPage};
pub use lists::{BatchAnswer, BatchList, GrantList, ManufacturerAnswer, ManufacturerList};
pub use names::{reason_name, state_name};
pub use verdict::{
    BalanceAnswer, BriefAnswer, CarrierAnswer, CertificateAnswer, PendingAnswer, VerdictAnswer, VerdictItem,
    VerdictList,
};
