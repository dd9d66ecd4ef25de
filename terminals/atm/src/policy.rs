//! What the operator decides: limits, times, fees, who may do what (F17, F18).

use serde::{Deserialize, Serialize};
use specie_client::{amount, Account};
use specie_primitives::{crypto::Scheme, Balance, BlockNumber};
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

/// A scheme, as the configuration has it.
mod scheme_by_name {
    use serde::{de::Error, Deserialize, Deserializer, Serializer};
    use specie_primitives::crypto::Scheme;

    pub fn serialize<S: Serializer>(scheme: &Scheme, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(scheme.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Scheme, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// What a customer may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Role {
    /// The most on one carrier; `None`: whatever there is.
    pub max_amount: Option<Spc>,
    /// The most on all carriers of one day (UTC); `None`: no limit.
    pub max_a_day: Option<Spc>,
    /// Whether carriers may be made and funded.
    pub issue: bool,
    /// Whether carriers may be cashed.
    pub cash_out: bool,
}

impl Default for Role {
    fn default() -> Self {
        Self { max_amount: None, max_a_day: None, issue: true, cash_out: true }
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
    /// More than one carrier may hold.
    #[error("at most {} SPC on one carrier", amount::format(*.0))]
    Amount(Balance),
    /// More than the day's limit.
    #[error("at most {} SPC a day, and {} SPC were today", amount::format(*limit), amount::format(*used))]
    Day {
        /// The limit.
        limit: Balance,
        /// What was done today.
        used: Balance,
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

    /// Whether an account may put `amount` on a carrier, which has put `used` on others today; in base units.
    pub fn may_issue(&self, account: &Account, amount: Balance, used: Balance) -> Result<(), Denied> {
        let role = self.role(account)?;
        if !role.issue {
            return Err(self.denied(account));
        }
        match role.max_amount {
            Some(Spc(most)) if amount > most => return Err(Denied::Amount(most)),
            _ => {}
        }
        match role.max_a_day {
            Some(Spc(limit)) if used.saturating_add(amount) > limit => Err(Denied::Day { limit, used }),
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
    /// Amounts that are offered where nothing is marked.
    pub amounts: Vec<Spc>,
    /// Whether the amount is printed on carriers that are not marked.
    pub print: bool,
    /// The scheme of the currency keys: `secp256k1`, `p256` or `ed25519`.
    #[serde(with = "scheme_by_name")]
    pub scheme: Scheme,
    /// A payment of less than this may be handed over as soon as it is in a block; from this on only when that is final.
    /// `"0"`: always final.
    pub final_from: Spc,
    /// How many nodes must say that a carrier is safe before it is handed over; the worst answer counts.
    pub agreeing_nodes: usize,
    /// By how many blocks after its registration a carrier is to be funded, before the chain calls it an error.
    pub funding_due: BlockNumber,
    /// For how many blocks a card's order is valid.
    pub order_life: BlockNumber,
    /// The most that an order may cost its card, in SPC: the network's fee, and what is left of it to the machine.
    pub max_order_fee: Spc,
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
    /// How long the machine waits.
    pub waits: Waits,
    /// Who may do what.
    pub identification: Identification,
}

impl Default for Policy {
    fn default() -> Self {
        let spc = |whole: Balance| Spc(whole * amount::UNIT);
        Self {
            product: "Specie".into(),
            amounts: vec![spc(10), spc(20), spc(50), spc(100)],
            print: true,
            scheme: Scheme::Secp256k1,
            final_from: Spc(0),
            agreeing_nodes: 1,
            funding_due: 300,
            order_life: 60,
            max_order_fee: Spc(amount::UNIT / 100),
            tip: Spc(amount::UNIT / 1000),
            offline_a_day: 20,
            cash_fee: 0,
            cash_name: "cent".into(),
            max_bad_blanks: 2,
            waits: Waits::default(),
            identification: Identification::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(byte: u8) -> Account {
        Account([byte; 32])
    }

    fn identification() -> Identification {
        let spc = |whole: Balance| Some(Spc(whole * amount::UNIT));
        let text = r#"
            for-issue = true
            [roles.shop]
            max-amount = "50"
            max-a-day = "120"
            [roles.blocked]
            issue = false
            cash-out = false
        "#;
        let mut known: Identification = toml::from_str(text).unwrap();
        assert_eq!(known.roles["shop"].max_amount, spc(50));
        (known.anybody.issue, known.anybody.cash_out) = (false, false);
        known.accounts.insert(account(1), "shop".into());
        known.accounts.insert(account(2), "blocked".into());
        known.accounts.insert(account(3), "nobody described it".into());
        known
    }

    #[test]
    fn f17_what_a_role_allows() {
        let (known, unit) = (identification(), amount::UNIT);
        assert_eq!(known.may_issue(&account(1), 50 * unit, 0), Ok(()));
        assert_eq!(known.may_issue(&account(1), 50 * unit, 70 * unit), Ok(()));
        assert_eq!(known.may_cash_out(&account(1)), Ok(()));
    }

    #[test]
    fn f17_denied() {
        let (known, unit) = (identification(), amount::UNIT);
        assert_eq!(known.may_issue(&account(1), 51 * unit, 0), Err(Denied::Amount(50 * unit)));
        let day = Denied::Day { limit: 120 * unit, used: 71 * unit };
        assert_eq!(known.may_issue(&account(1), 50 * unit, 71 * unit), Err(day));
        assert_eq!(known.may_issue(&account(2), unit, 0), Err(Denied::NotAllowed));
        assert_eq!(known.may_cash_out(&account(2)), Err(Denied::NotAllowed));
        assert_eq!(known.may_issue(&account(3), unit, 0), Err(Denied::NotAllowed));
        assert_eq!(known.may_issue(&account(9), unit, 0), Err(Denied::Stranger));
        assert_eq!(known.may_cash_out(&account(9)), Err(Denied::Stranger));
    }
}
