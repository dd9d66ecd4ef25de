//! What customers read, in each of the machine's languages: `texts/*.toml`.

use crate::case::{Claim, Refusal};
use specie_ops::texts::Texts;
use std::sync::OnceLock;

/// The languages by their codes, and their texts. Adding one is adding a file here.
const FILES: [(&str, &str); 2] =
    [("en", include_str!("../texts/en.toml")), ("zh", include_str!("../texts/zh.toml"))];

/// The texts, in English.
pub fn all() -> &'static Texts {
    static ALL: OnceLock<Texts> = OnceLock::new();
    // A test sees to it that the files are right; a machine whose files are not shows keys.
    ALL.get_or_init(|| Texts::new(&FILES).unwrap_or_default())
}

/// The key of why a case went no further.
pub const fn refusal(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NoBlank => "refusal-no-blank",
        Refusal::Jam => "refusal-jam",
        Refusal::NoGrant => "refusal-no-grant",
        Refusal::NoCarrier => "refusal-no-carrier",
        Refusal::NoFee => "refusal-no-fee",
        Refusal::Offline => "refusal-offline",
        Refusal::ChainRefuses => "refusal-chain-refuses",
        Refusal::Counterfeit => "refusal-counterfeit",
        Refusal::NotRegistered => "refusal-not-registered",
        Refusal::Stopped => "refusal-stopped",
        Refusal::Locked => "refusal-locked",
        Refusal::OtherCurrency => "refusal-other-currency",
        Refusal::NotEmpty => "refusal-not-empty",
        Refusal::Empty => "refusal-empty",
        Refusal::NotPaid => "refusal-not-paid",
        Refusal::NotSpent => "refusal-not-spent",
        Refusal::TooLittle => "refusal-too-little",
        Refusal::ToItself => "refusal-to-itself",
        Refusal::CannotPay => "refusal-cannot-pay",
        Refusal::Spoilt => "refusal-spoilt",
        Refusal::CustomerGone => "refusal-customer-gone",
    }
}

/// The key of what people have to settle.
pub const fn claim(claim: Claim) -> &'static str {
    match claim {
        Claim::MoneyOnKeptCard => "claim-money-on-kept-card",
        Claim::KeptCard => "claim-kept-card",
        Claim::CardNotFound => "claim-card-not-found",
        Claim::Cash => "claim-cash",
        Claim::CashNotFound => "claim-cash-not-found",
        Claim::PaymentNotKnown => "claim-payment-not-known",
        Claim::SpendNotKnown => "claim-spend-not-known",
        Claim::NotRegistered => "claim-not-registered",
        Claim::OtherMoney => "claim-other-money",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The sources that show texts.
    const SOURCES: [&str; 8] = [
        include_str!("dialogue.rs"),
        include_str!("texts.rs"),
        include_str!("receipt.rs"),
        include_str!("machine/words.rs"),
        include_str!("machine/cards.rs"),
        include_str!("machine/codes.rs"),
        include_str!("denied.rs"),
        include_str!("service.rs"),
    ];

    #[test]
    fn f21_every_language_has_every_text() {
        let texts = Texts::new(&FILES).unwrap();
        assert_eq!(texts.languages().collect::<Vec<_>>(), ["en", "zh"]);
        let used: BTreeSet<&str> = SOURCES.iter().flat_map(|source| source.split('"').skip(1).step_by(2)).collect();
        let unused: Vec<&str> = texts.keys().filter(|key| !used.contains(key)).collect();
        assert_eq!(unused, Vec::<&str>::new(), "texts that nobody shows");
        // Whatever looks like a key is one.
        let calls = SOURCES.iter().flat_map(|source| {
            [".text(\"", ".get(\"", ".with(\"", " with(\"", ".gone(\""]
                .into_iter()
                .flat_map(move |call| source.split(call).skip(1).filter_map(|rest| rest.split('"').next()))
        });
        let missing: Vec<&str> = calls.filter(|key| texts.values(key).is_none()).collect();
        assert_eq!(missing, Vec::<&str>::new(), "texts that are not there");
    }
}
