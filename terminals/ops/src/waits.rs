//! How long a machine waits.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long the machine waits, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Waits {
    /// For a key, a card, cash, a signature of the customer's wallet.
    pub customer: u64,
    /// For the first sign of the customer's payment.
    pub payment: u64,
    /// For finality, of a payment that was seen, a registration, an order.
    pub finality: u64,
    /// For the customer to take the card from the exit.
    pub taking: u64,
}

impl Default for Waits {
    fn default() -> Self {
        Self { customer: 60, payment: 120, finality: 90, taking: 30 }
    }
}

impl Waits {
    /// For the customer.
    pub const fn for_customer(&self) -> Duration {
        Duration::from_secs(self.customer)
    }

    /// For a payment.
    pub const fn for_payment(&self) -> Duration {
        Duration::from_secs(self.payment)
    }

    /// For finality.
    pub const fn for_finality(&self) -> Duration {
        Duration::from_secs(self.finality)
    }

    /// For the card to be taken.
    pub const fn for_taking(&self) -> Duration {
        Duration::from_secs(self.taking)
    }
}
