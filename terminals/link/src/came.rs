//! What came onto a carrier: the chain's history, read for a payment.

use crate::{
    answers::{Happened, HistoryEntry},
    money::Money,
    Account,
};
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
            match &entry.what {
                Happened::Funded { amount, by, machine, fee } => {
                    let (units, by) = (amount.0, Some(*by));
                    came.payments.push(Payment { units, by, machine: *machine, fee: fee.0 });
                }
                // Anybody can send anything to an address: an amount of another currency is no payment, whatever its number.
                Happened::Received { amount, currency: of, from } if *of == currency => {
                    came.payments.push(Payment { units: amount.0, by: *from, machine: None, fee: 0 });
                }
                Happened::Received { .. } => came.stray = true,
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
    use crate::answers::{Actor, Cause, Hash, Units};
    use specie_primitives::{acts::CauseCode, order::Purpose};

    const EURO: CurrencyId = CurrencyId::Asset(1);
    const HERE: Account = Account([1; 32]);
    const SOMEBODY: Account = Account([9; 32]);

    fn entry(what: Happened) -> HistoryEntry {
        let block_hash = Hash([0; 32]);
        HistoryEntry { block: 1, block_hash, timestamp: 1, extrinsic: None, event: 0, is_final: true, what }
    }

    fn received(units: Balance, currency: CurrencyId, from: Account) -> HistoryEntry {
        let (amount, from) = (Units(units), Some(from));
        entry(Happened::Received { amount, currency: currency.into(), from })
    }

    fn funded(units: Balance, by: Account, machine: Option<Account>) -> HistoryEntry {
        entry(Happened::Funded { amount: Units(units), by, machine, fee: Units(1) })
    }

    /// A grain of another currency, whatever its number, is no payment.
    #[test]
    fn f6_money_of_another_currency_is_no_payment() {
        let came = |currency, of| Came::of(&[received(5, currency, SOMEBODY)], of);
        assert_eq!(came(EURO, EURO).sum(), 5);
        assert_eq!(came(CurrencyId::Native, CurrencyId::Native).sum(), 5);
        let pairs = [(CurrencyId::Native, EURO), (CurrencyId::Asset(2), EURO), (EURO, CurrencyId::Native)];
        for (currency, of) in pairs {
            let came = came(currency, of);
            assert_eq!((came.sum(), came.stray), (0, true), "{currency}");
        }
        let of_later_version =
            entry(Happened::Received { amount: Units(5), currency: "token:1".into(), from: None });
        assert!(Came::of(&[of_later_version], EURO).stray);
        let own = Came::of(&[funded(5, SOMEBODY, None)], EURO);
        assert_eq!((own.sum(), own.stray), (5, false));
        let spent = Happened::Spent {
            sequence: 1,
            purpose: Purpose::Transfer.into(),
            to: SOMEBODY,
            amount: Units(5),
            fee_to: SOMEBODY,
            fee: Units(0),
            network_fee: Units(0),
            reference: None,
        };
        let settled = Happened::Settled {
            to: SOMEBODY,
            amount: Units(5),
            currency: CurrencyId::Native.into(),
            actor: Actor::Root,
            cause: Cause { code: CauseCode::NotGiven.into(), document: None },
        };
        assert_eq!(Came::of(&[entry(spent), entry(settled)], EURO), Came::default());
    }

    /// Dust before and after a payment hides neither the payment nor who made it.
    #[test]
    fn f6_dust_does_not_hide_who_paid() {
        let (payer, stranger) = (Account([7; 32]), Account([8; 32]));
        let dust = || received(1, CurrencyId::Native, stranger);
        let at = |machine: Account| funded(19, payer, Some(machine));
        let wanted = Some(Money::native(20));
        let paid_by = |entries: &[HistoryEntry]| {
            let came = Came::of(entries, CurrencyId::Native);
            came.payment(HERE, wanted).and_then(|payment| payment.by)
        };
        let grain = || funded(1, stranger, Some(HERE));
        assert_eq!(paid_by(&[grain(), at(HERE), grain()]), Some(payer), "dust at this machine");
        // The chain makes a denomination up, so that less is paid than was asked.
        assert_eq!(paid_by(&[dust(), at(HERE), dust()]), Some(payer));
        assert_eq!(paid_by(&[dust(), received(20, CurrencyId::Native, payer)]), Some(payer));
        assert_eq!(paid_by(&[at(Account([2; 32]))]), Some(payer), "the only one");
        assert_eq!(paid_by(&[dust(), dust()]), None, "nobody can say");
        assert_eq!(paid_by(&[]), None);
    }
}
