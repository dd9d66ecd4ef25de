//! What the operator decides: limits, times, fees, who may do what (F17, F18).

use crate::texts;
use serde::{Deserialize, Serialize};
use specie_link::{
    amount::{self, AmountError, Written},
    money::{as_text, Currencies, Money},
};
use specie_ops::{roles::Identification, texts::TextsError, waits::Waits};
use specie_primitives::{crypto::Scheme, ids::CurrencyId, Balance, BlockNumber};
use thiserror::Error;

/// An amount in SPC, as the configuration has it: `"100"`, `"0.5"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Spc(pub Balance);

impl TryFrom<String> for Spc {
    type Error = amount::AmountError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        amount::parse(&text).map(Self)
    }
}

impl From<Spc> for String {
    fn from(amount: Spc) -> Self {
        amount::format(amount.0)
    }
}

/// Why what the operator has decided cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// An amount is of no currency that the machine deals in, or cannot be of it.
    #[error("{list}: {}", in_file(source))]
    Amount {
        /// Where the file has it.
        list: &'static str,
        /// What is wrong.
        #[source]
        source: AmountError,
    },
    /// The machine does not speak it.
    #[error("policy.languages: {0}")]
    Language(#[from] TextsError),
    /// A further currency has no fee for orders.
    #[error("order-fees does not say what the order of a card of {0} costs: `\"0 {0}\"` if nothing")]
    NoOrderFee(String),
}

/// What is wrong with an amount of the file: there no node is asked for a currency.
fn in_file(error: &AmountError) -> String {
    match error {
        AmountError::UnknownCurrency(symbol) => {
            format!("the machine does not deal in {symbol}, but in SPC and what policy.currencies lists")
        }
        other => other.to_string(),
    }
}

/// What the operator decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// The product's name, printed on carriers.
    pub product: String,
    /// The languages that customers may choose, by their codes; the first is what the machine speaks by itself.
    pub languages: Vec<String>,
    /// The currencies that the machine deals in beside the chain's own, as the chain has them. One of which the chain says
    /// something else is not offered.
    pub currencies: Currencies,
    /// Amounts that are offered where nothing is marked: `"20"`, `"20 EUR"`.
    pub amounts: Vec<Written>,
    /// Whether the amount is printed on carriers that are not marked.
    pub print: bool,
    /// The scheme of the currency keys: `secp256k1`, `p256` or `ed25519`.
    #[serde(with = "as_text")]
    pub scheme: Scheme,
    /// A payment of less than this may be handed over as soon as it is in a block; from this on only when that is final.
    /// One amount for each currency; of one that is not named, always only when it is final.
    pub final_from: Vec<Written>,
    /// How many nodes must say that a carrier is safe before it is handed over; the worst answer counts.
    pub agreeing_nodes: usize,
    /// By how many blocks after its registration a carrier is to be funded, before the chain calls it an error.
    pub funding_due: BlockNumber,
    /// For how many blocks a card's order is valid.
    pub order_life: BlockNumber,
    /// The most that an order may cost its card, in SPC: the network's fee, and what is left of it to the machine.
    pub max_order_fee: Spc,
    /// What the machine takes off cards of other currencies for an order, since it pays the network in SPC for them: one
    /// amount for each further currency, and `"0 EUR"` if it is to be nothing. Below the least that an account may hold, what an
    /// account without any would get is burnt.
    pub order_fees: Vec<Written>,
    /// What the machine tips for each of its transactions, so that they are included when blocks are full.
    pub tip: Spc,
    /// How many carriers a day (UTC) may be made while there is no network, when nobody pays for them; 0: none.
    pub offline_a_day: u32,
    /// What making or funding a carrier costs in cash, in the smallest unit of the cash; 0: the fee is taken from the
    /// customer's wallet, as the chain has it for this machine.
    pub cash_fee: u64,
    /// What one unit of the cash is called on the screen.
    pub cash_name: String,
    /// How many blanks may turn out bad in one case.
    pub max_bad_blanks: u8,
    /// Whether money on a new card that is kept (not taken, wrongly printed, paid with another amount) goes back to who paid it, where the
    /// chain proves who that was; else it is a claim. It costs what an order costs.
    pub pay_back: bool,
    /// How many new cards an account may leave unpaid within an hour. Each costs the operator a blank, a grant and a deposit, and a free
    /// key nothing.
    pub unpaid_an_hour: u32,
    /// How many new cards may be left unpaid within an hour by all together, before none is made.
    pub unpaid_an_hour_together: u32,
    /// For how many seconds no new card is made after the chain has refused to register one, or no blank was good: the operator has no
    /// deposit, or the batch is full, expired or suspended. Each try costs blanks, and a grant.
    pub rest_after_refusal: u64,
    /// How many microseconds the quickest of a card's timed answers may take at this machine's reader, before the card is taken to be
    /// somewhere else and is given back; 0, as it is when left out: cards are not timed. `specie card prove` shows what cards take.
    pub longest_round: u64,
    /// How long the machine waits.
    pub waits: Waits,
    /// Who may do what.
    pub identification: Identification,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            product: "Specie".into(),
            languages: vec!["en".into(), "zh".into()],
            currencies: Currencies::default(),
            amounts: ["10", "20", "50", "100"].iter().filter_map(|amount| amount.parse().ok()).collect(),
            print: true,
            scheme: Scheme::Secp256k1,
            final_from: Vec::new(),
            agreeing_nodes: 1,
            funding_due: 300,
            order_life: 60,
            max_order_fee: Spc(amount::UNIT / 100),
            order_fees: Vec::new(),
            tip: Spc(amount::UNIT / 1000),
            offline_a_day: 20,
            cash_fee: 0,
            cash_name: "cent".into(),
            max_bad_blanks: 2,
            pay_back: true,
            unpaid_an_hour: 3,
            unpaid_an_hour_together: 20,
            rest_after_refusal: 600,
            longest_round: 0,
            waits: Waits::default(),
            identification: Identification::default(),
        }
    }
}

impl Policy {
    /// An amount as it is shown and printed.
    pub fn text(&self, money: Money) -> String {
        self.currencies.text(money)
    }

    /// What an order costs a card of a currency at the most, in base units of it.
    pub fn order_fee(&self, currency: CurrencyId) -> Balance {
        match currency {
            CurrencyId::Native => self.max_order_fee.0,
            other => self.currencies.find(&self.order_fees, other).unwrap_or(0),
        }
    }

    /// Whether every amount is of a currency that the machine deals in, and can be of it, and every further currency has its
    /// [order fee](Self::order_fees): who says none would pay the network for everybody.
    pub fn check(&self) -> Result<(), PolicyError> {
        let mut texts = texts::all().clone();
        for language in &self.languages {
            texts.speak(language)?;
        }
        let roles = self.identification.roles.values().chain([&self.identification.anybody]);
        let limits = roles.flat_map(|role| [("max-amount", &role.max_amount), ("max-a-day", &role.max_a_day)]);
        let lists =
            [("amounts", &self.amounts), ("final-from", &self.final_from), ("order-fees", &self.order_fees)];
        for (list, amounts) in lists.into_iter().chain(limits) {
            for written in amounts {
                self.currencies.read(written).map_err(|source| PolicyError::Amount { list, source })?;
            }
        }
        let mut further = self.currencies.ids().filter(|id| *id != CurrencyId::Native);
        match further.find(|id| self.currencies.find(&self.order_fees, *id).is_none()) {
            Some(id) => Err(PolicyError::NoOrderFee(self.currencies.symbol(id))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use specie_link::amount::Currency;

    fn currencies() -> Currencies {
        let euro = Currency { id: "asset:1".into(), symbol: Some("EUR".into()), decimals: Some(2) };
        vec![euro].try_into().unwrap()
    }

    #[test]
    fn amounts_of_currencies_that_the_machine_does_not_deal_in_are_found() {
        let policy = |text: &str| toml::from_str::<Policy>(text).unwrap();
        assert_eq!(policy("amounts = [\"20\"]").check(), Ok(()));
        for (list, text) in [
            ("amounts", "amounts = [\"20 EUR\"]"),
            ("order-fees", "order-fees = [\"1 EUR\"]"),
            ("final-from", "final-from = [\"1 EUR\"]"),
            ("max-a-day", "identification.anybody.max-a-day = [\"9 EUR\"]"),
        ] {
            let source = AmountError::UnknownCurrency("EUR".into());
            assert_eq!(policy(text).check(), Err(PolicyError::Amount { list, source }), "{text}");
        }
        let mut known = policy("amounts = [\"20 EUR\"]\norder-fees = [\"0.05 EUR\"]");
        known.currencies = currencies();
        assert_eq!(known.check(), Ok(()));
        known.order_fees.clear();
        assert_eq!(known.check(), Err(PolicyError::NoOrderFee("EUR".into())));
        known.order_fees = vec!["0.05 EUR".parse().unwrap()];
        assert_eq!(known.order_fee(CurrencyId::Asset(1)), 5);
        assert_eq!(known.order_fee(CurrencyId::Asset(2)), 0);
    }
}
