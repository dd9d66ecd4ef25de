//! What came onto a carrier: the chain's history, read for a payment.

use crate::money::Money;
use crate::{answers::HistoryEntry, Account};
use specie_primitives::{ids::CurrencyId, Balance};

/// A payment onto a carrier, in its own currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// How much, in base units.
    pub units: Balance,
    /// Who paid, if the chain knows.
    pub by: Option<Account>,
    /// The machine that took a fee for it.
    pub machine: Option<Account>,
    /// The fee.
    pub fee: Balance,
}

/// What came onto a carrier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// Payments in its own currency, newest first.
    pub payments: Vec<Payment>,
    /// Whether money of another currency came.
    pub stray: bool,
}

impl Came {
    /// What these entries say, newest first, of a carrier of this currency.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a HistoryEntry>, currency: CurrencyId) -> Self {
        let mut came = Self::default();
        for entry in entries {
            // An entry that names no currency is in the carrier's own. Anybody can send anything to an address: an amount of
            // another currency is no payment, whatever its number.
            let is_own = entry.currency.as_ref().is_none_or(|named| named.parse() == Ok(currency));
            match (entry.kind.as_str(), is_own) {
                ("funded" | "received", true) => came.payments.push(Payment {
                    units: entry.amount.map_or(0, |amount| amount.0),
                    by: entry.by.or(entry.from),
                    machine: entry.machine,
                    fee: entry.fee.map_or(0, |fee| fee.0),
                }),
                ("received", false) => came.stray = true,
                _ => {}
            }
        }
        came
    }

    /// All payments together, in base units.
    pub fn sum(&self) -> Balance {
        self.payments.iter().fold(0, |sum, payment| sum.saturating_add(payment.units))
    }

    /// The payment that was asked for: at this machine and of this amount, else the largest at this machine, else one of this
    /// amount, else the only one. Who sends a card a grain of dust is not taken for who paid it.
    pub fn payment(&self, machine: Account, wanted: Option<Money>) -> Option<&Payment> {
        let here = self.payments.iter().filter(|payment| payment.machine == Some(machine));
        let is_exact = |payment: &Payment| wanted.is_some_and(|wanted| wanted.units == payment.units);
        let at_machine = here.max_by_key(|payment| (is_exact(payment), payment.units));
        let of_amount = || self.payments.iter().find(|payment| is_exact(payment));
        let only = || self.payments.first().filter(|_| self.payments.len() == 1);
        at_machine.or_else(of_amount).or_else(only)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, Value};

    const EURO: CurrencyId = CurrencyId::Asset(1);
    const HERE: Account = Account([1; 32]);

    fn entry(kind: &str, amount: u32, currency: Value, more: Value) -> HistoryEntry {
        let mut entry = json!({
            "block": 1, "timestamp": 1, "final": true, "kind": kind, "amount": amount.to_string(), "currency": currency,
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            entry[name] = value.clone();
        }
        serde_json::from_value(entry).unwrap()
    }

    /// A grain of another currency, whatever its number, is no payment.
    #[test]
    fn f6_money_of_another_currency_is_no_payment() {
        let came = |currency: Value, of| Came::of(&[entry("received", 5, currency, json!({}))], of);
        assert_eq!(came(json!("asset:1"), EURO).sum(), 5);
        assert_eq!(came(json!("native"), CurrencyId::Native).sum(), 5);
        for (currency, of) in [("native", EURO), ("asset:2", EURO), ("asset:1", CurrencyId::Native)] {
            let came = came(json!(currency), of);
            assert_eq!((came.sum(), came.stray), (0, true), "{currency}");
        }
        let own = Came::of(&[entry("funded", 5, json!(null), json!({}))], EURO);
        assert_eq!((own.sum(), own.stray), (5, false));
        let gone = [entry("spent", 5, json!(null), json!({})), entry("settled", 5, json!("native"), json!({}))];
        assert_eq!(Came::of(&gone, EURO), Came::default());
    }

    /// Dust before and after a payment hides neither the payment nor who made it.
    #[test]
    fn f6_dust_does_not_hide_who_paid() {
        let (payer, stranger) = (Account([7; 32]), Account([8; 32]));
        let dust = || entry("received", 1, json!("native"), json!({ "from": stranger }));
        let at = |machine: Account| {
            entry("funded", 19, json!(null), json!({ "by": payer, "machine": machine, "fee": "2" }))
        };
        let wanted = Some(Money::native(20));
        let paid_by = |entries: &[HistoryEntry]| {
            let came = Came::of(entries, CurrencyId::Native);
            came.payment(HERE, wanted).and_then(|payment| payment.by)
        };
        let grain = || entry("funded", 1, json!(null), json!({ "by": stranger, "machine": HERE, "fee": "1" }));
        assert_eq!(paid_by(&[grain(), at(HERE), grain()]), Some(payer), "dust at this machine");
        // The chain makes a denomination up, so that less is paid than was asked.
        assert_eq!(paid_by(&[dust(), at(HERE), dust()]), Some(payer));
        assert_eq!(
            paid_by(&[dust(), entry("received", 20, json!("native"), json!({ "from": payer }))]),
            Some(payer)
        );
        assert_eq!(paid_by(&[at(Account([2; 32]))]), Some(payer), "the only one");
        assert_eq!(paid_by(&[dust(), dust()]), None, "nobody can say");
        assert_eq!(paid_by(&[]), None);
    }
}
