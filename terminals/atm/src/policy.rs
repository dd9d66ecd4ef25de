//! What the operator decides: limits, times, fees, who may do what (F17, F18).

use crate::money::{as_text, Currencies, Money};
use serde::{Deserialize, Serialize};
use specie_client::{
    amount::{self, AmountError, Written},
    Account,
};
use specie_primitives::{crypto::Scheme, ids::CurrencyId, Balance, BlockNumber};
use std::{collections::BTreeMap, time::Duration};
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

/// What a customer may do. A limit is a list of amounts, one for each currency: `["100", "50 EUR"]`. Where a limit is set, a
/// currency that it does not name is not allowed at all; an empty list sets none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Role {
    /// The most on one carrier.
    pub max_amount: Vec<Written>,
    /// The most on all carriers of one day (UTC).
    pub max_a_day: Vec<Written>,
    /// Whether carriers may be made and funded.
    pub issue: bool,
    /// Whether carriers may be cashed.
    pub cash_out: bool,
}

impl Default for Role {
    fn default() -> Self {
        Self { max_amount: Vec::new(), max_a_day: Vec::new(), issue: true, cash_out: true }
    }
}

/// Who has to say who they are, and what they may then do (F17).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Identification {
    /// Whether a customer has to be identified to make or fund a carrier.
    pub for_issue: bool,
    /// From which amount on to cash one, which nobody knows before the card is read: `None`, never.
    pub for_cash_out: bool,
    /// What one may do who is not named below.
    pub anybody: Role,
    /// What each may do.
    pub roles: BTreeMap<String, Role>,
    /// The role of each known account.
    pub accounts: BTreeMap<Account, String>,
}

impl Default for Identification {
    fn default() -> Self {
        Self {
            for_issue: true,
            for_cash_out: false,
            anybody: Role::default(),
            roles: BTreeMap::new(),
            accounts: BTreeMap::new(),
        }
    }
}

/// Why a customer may not.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Denied {
    /// The account is not known here, and strangers may do nothing.
    #[error("this account is not known here")]
    Stranger,
    /// The account's role may not do this.
    #[error("this account may not do this")]
    NotAllowed,
    /// None of this currency.
    #[error("this account may put no {0} on cards")]
    Currency(String),
    /// More than one carrier may hold.
    #[error("at most {0} on one carrier")]
    Amount(String),
    /// More than the day's limit.
    #[error("at most {limit} a day, and {used} were today")]
    Day {
        /// The limit.
        limit: String,
        /// What was done today.
        used: String,
    },
}

impl Identification {
    /// The role of an account.
    pub fn role(&self, account: &Account) -> Result<&Role, Denied> {
        match self.accounts.get(account) {
            // A role that nobody has described allows nothing.
            Some(name) => self.roles.get(name).ok_or(Denied::NotAllowed),
            None => Ok(&self.anybody),
        }
    }

    /// Why an account may not.
    fn denied(&self, account: &Account) -> Denied {
        match self.accounts.contains_key(account) {
            true => Denied::NotAllowed,
            false => Denied::Stranger,
        }
    }

    /// Whether an account may put `wanted` on a carrier, which has put `used` base units of the same currency on others today.
    pub fn may_issue(
        &self,
        account: &Account,
        wanted: Money,
        used: Balance,
        currencies: &Currencies,
    ) -> Result<(), Denied> {
        let role = self.role(account)?;
        if !role.issue {
            return Err(self.denied(account));
        }
        let limit = |list: &[Written]| match currencies.find(list, wanted.currency) {
            None if !list.is_empty() => Err(Denied::Currency(currencies.symbol(wanted.currency))),
            limit => Ok(limit),
        };
        let text = |units| currencies.text(Money { units, ..wanted });
        match limit(&role.max_amount)? {
            Some(most) if wanted.units > most => return Err(Denied::Amount(text(most))),
            _ => {}
        }
        match limit(&role.max_a_day)? {
            Some(limit) if used.saturating_add(wanted.units) > limit => {
                Err(Denied::Day { limit: text(limit), used: text(used) })
            }
            _ => Ok(()),
        }
    }

    /// Whether an account may cash a carrier.
    pub fn may_cash_out(&self, account: &Account) -> Result<(), Denied> {
        match self.role(account)?.cash_out {
            true => Ok(()),
            false => Err(self.denied(account)),
        }
    }
}

/// Why what the operator has decided cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// An amount is of no currency that the machine deals in, or cannot be of it.
    #[error("{list}: {source}; the machine deals in SPC, and in what policy.currencies lists")]
    Amount {
        /// Where the file has it.
        list: &'static str,
        /// What is wrong.
        #[source]
        source: AmountError,
    },
    /// A further currency has no fee for orders.
    #[error("order-fees does not say what the order of a card of {0} costs: `\"0 {0}\"` if nothing")]
    NoOrderFee(String),
}

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

/// What the operator decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// The product's name, printed on carriers.
    pub product: String,
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
    /// How many new cards an account may leave unpaid within an hour. Each costs the operator a blank, a grant and a deposit, and a free
    /// key nothing.
    pub unpaid_an_hour: u32,
    /// How many new cards may be left unpaid within an hour by all together, before none is made.
    pub unpaid_an_hour_together: u32,
    /// For how many seconds no new card is made after the chain has refused to register one, or no blank was good: the operator has no
    /// deposit, or the batch is full, expired or suspended. Each try costs blanks, and a grant.
    pub rest_after_refusal: u64,
    /// How long the machine waits.
    pub waits: Waits,
    /// Who may do what.
    pub identification: Identification,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            product: "Specie".into(),
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
            unpaid_an_hour: 3,
            unpaid_an_hour_together: 20,
            rest_after_refusal: 600,
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
    use specie_client::amount::Currency;

    fn account(byte: u8) -> Account {
        Account([byte; 32])
    }

    fn currencies() -> Currencies {
        let euro = Currency { id: "asset:1".into(), symbol: Some("EUR".into()), decimals: Some(2) };
        vec![euro].try_into().unwrap()
    }

    fn identification() -> Identification {
        let text = r#"
            for-issue = true
            [roles.shop]
            max-amount = ["50"]
            max-a-day = ["120"]
            [roles.exchange]
            max-amount = ["50", "20 EUR"]
            [roles.blocked]
            issue = false
            cash-out = false
        "#;
        let mut known: Identification = toml::from_str(text).unwrap();
        (known.anybody.issue, known.anybody.cash_out) = (false, false);
        known.accounts.insert(account(1), "shop".into());
        known.accounts.insert(account(2), "blocked".into());
        known.accounts.insert(account(3), "nobody described it".into());
        known.accounts.insert(account(4), "exchange".into());
        known
    }

    #[test]
    fn f17_what_a_role_allows() {
        let (known, unit, currencies) = (identification(), amount::UNIT, currencies());
        let fifty = Money::native(50 * unit);
        assert_eq!(known.may_issue(&account(1), fifty, 0, &currencies), Ok(()));
        assert_eq!(known.may_issue(&account(1), fifty, 70 * unit, &currencies), Ok(()));
        assert_eq!(known.may_cash_out(&account(1)), Ok(()));
    }

    #[test]
    fn f17_denied() {
        let (known, unit, currencies) = (identification(), amount::UNIT, currencies());
        let may_issue = |who, units, used| known.may_issue(&account(who), Money::native(units), used, &currencies);
        assert_eq!(may_issue(1, 51 * unit, 0), Err(Denied::Amount("50 SPC".into())));
        let day = Denied::Day { limit: "120 SPC".into(), used: "71 SPC".into() };
        assert_eq!(may_issue(1, 50 * unit, 71 * unit), Err(day));
        assert_eq!(may_issue(2, unit, 0), Err(Denied::NotAllowed));
        assert_eq!(known.may_cash_out(&account(2)), Err(Denied::NotAllowed));
        assert_eq!(may_issue(3, unit, 0), Err(Denied::NotAllowed));
        assert_eq!(may_issue(9, unit, 0), Err(Denied::Stranger));
        assert_eq!(known.may_cash_out(&account(9)), Err(Denied::Stranger));
    }

    /// A limit in one currency is no leave to pay in another one.
    #[test]
    fn f17_limits_of_each_currency() {
        let (known, currencies) = (identification(), currencies());
        let euros = |units| Money { currency: CurrencyId::Asset(1), units };
        let may_issue = |who, wanted| known.may_issue(&account(who), wanted, 0, &currencies);
        assert_eq!(may_issue(1, euros(1)), Err(Denied::Currency("EUR".into())));
        assert_eq!(may_issue(4, euros(2_000)), Ok(()));
        assert_eq!(may_issue(4, euros(2_001)), Err(Denied::Amount("20 EUR".into())));
        assert_eq!(may_issue(4, Money::native(50 * amount::UNIT)), Ok(()));
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
