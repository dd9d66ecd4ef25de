//! Why a customer may not, in the customer's language.

use specie_ops::{identify::NotIdentified, roles::Denied, stock::StockError, texts::Texts};

/// Why an account may not.
pub fn role(denied: &Denied, texts: &Texts) -> String {
    match denied {
        Denied::Stranger => texts.get("denied-stranger"),
        Denied::NotAllowed => texts.get("denied-not-allowed"),
        Denied::Currency(symbol) => texts.with("denied-currency", &[("symbol", symbol)]),
        Denied::Amount(limit) => texts.with("denied-amount", &[("limit", limit)]),
        Denied::Day { limit, used } => texts.with("denied-day", &[("limit", limit), ("used", used)]),
    }
}

/// Why nobody was identified.
pub fn identity(why: &NotIdentified, texts: &Texts) -> String {
    match why {
        NotIdentified::NoAnswer => texts.get("not-said"),
        NotIdentified::Malformed(why) => texts.with("not-from-wallet", &[("why", why)]),
        NotIdentified::BadSignature => texts.get("bad-signature"),
        NotIdentified::CannotAsk => texts.get("cannot-ask"),
    }
}

/// Why there is no card.
pub fn stock(why: StockError, texts: &Texts) -> String {
    match why {
        StockError::NoSuchDenomination | StockError::NoBin(_) => texts.get("no-such-bin"),
        StockError::Empty => texts.get("bins-empty"),
    }
}
