//! Who has to say who they are, and what they may then do (F17).

use serde::{Deserialize, Serialize};
use specie_link::{
    amount::Written,
    money::{Currencies, Money},
    Account,
};
use specie_primitives::Balance;
use std::collections::BTreeMap;
use thiserror::Error;

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
    /// Whether one has to be to cash one.
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

#[cfg(test)]
mod tests {
    use super::*;
    use specie_link::amount::{Currency, UNIT};
    use specie_primitives::ids::CurrencyId;

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
        let (known, unit, currencies) = (identification(), UNIT, currencies());
        let fifty = Money::native(50 * unit);
        assert_eq!(known.may_issue(&account(1), fifty, 0, &currencies), Ok(()));
        assert_eq!(known.may_issue(&account(1), fifty, 70 * unit, &currencies), Ok(()));
        assert_eq!(known.may_cash_out(&account(1)), Ok(()));
    }

    #[test]
    fn f17_denied() {
        let (known, unit, currencies) = (identification(), UNIT, currencies());
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
        assert_eq!(may_issue(4, Money::native(50 * UNIT)), Ok(()));
    }
}
