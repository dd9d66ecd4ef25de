//! What a check may do to a card.

use core::fmt;

/// The most that a check may do to a card, be the card right or wrong; the later the more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing lasts.
    Harmless,
    /// The lock, the PIN or the count of wrong codes changes and is put back.
    Restored,
    /// A blank card gets a currency key; a wrong card may lose the one that it has.
    Initialises,
    /// Orders are signed, so that the sequence goes up.
    SignsOrders,
    /// The currency key is destroyed, and with it the money at its address.
    Resets,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Harmless => "harmless",
            Self::Restored => "restored",
            Self::Initialises => "initialises",
            Self::SignsOrders => "signs orders",
            Self::Resets => "resets",
        })
    }
}
