//! The statement of a day (UTC).

use crate::{
    case::{Cash, Ending, Payment, Place, Spend},
    journal::Journal,
    machine::{claim_in_words, keep_in_words},
    marked_text,
};
use serde::Serialize;
use specie_device::Keep;
use specie_link::money::{Currencies, Money, Sums};
use specie_procedure::{chain::Head, clock, JournalError};
use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

/// What a machine did on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// The day, `2026-11-22`.
    pub date: String,
    /// How many cases of each kind ended how: `issue: done`.
    pub cases: BTreeMap<String, u32>,
    /// What was paid onto carriers, base units by currency.
    pub funded: Sums,
    /// What carriers have paid out, base units by currency.
    pub paid_out: Sums,
    /// Fees from wallets, base units by currency.
    pub fees: Sums,
    /// What was taken off cards as their orders' fees, for the network and for this machine, base units by currency.
    pub order_fees: Sums,
    /// Carriers that were paid without the fee that was agreed on: a wallet may leave it out.
    pub fees_missed: u32,
    /// Fees in cash, smallest unit.
    pub cash: u64,
    /// Carriers that were handed to customers.
    pub handed_over: u32,
    /// Cards that the machine has kept, by reason.
    pub kept: BTreeMap<Keep, u32>,
    /// Claims that are open: case, place, in words.
    pub claims: Vec<(u64, u8, String)>,
    /// What is in the bins: number, what they are marked with, count.
    pub bins: Vec<(u8, Option<Money>, u32)>,
    /// Registrations that wait for the network.
    pub queued: usize,
    /// Where the journal's lines end now: whoever keeps this sees later whether any line up to it was changed.
    pub journal: Option<Head>,
}

/// The statement of the day `date`, from the journal.
pub fn statement(journal: &Journal, date: &str) -> Result<Statement, JournalError> {
    let mut day = Statement { date: date.into(), queued: journal.queue()?.len(), ..Statement::default() };
    day.journal = Some(journal.head()?);
    for (_, record) in journal.ended(clock::day(date).unwrap_or(0..0))? {
        let case = &record.case;
        let how = match record.ending {
            Some(Ending::Done) => "done",
            Some(Ending::Refused) => "refused",
            Some(Ending::Claimed) => "claimed",
            None => "open",
        };
        *day.cases.entry(format!("{}: {how}", case.request.kind.name())).or_default() += 1;
        match case.payment {
            Payment::Final(amount) | Payment::Wrong(amount) => day.funded.add(amount),
            Payment::None | Payment::Awaited | Payment::NotKnown | Payment::TimedOut => {}
        }
        if let Spend::Final(amount) = case.spend {
            day.paid_out.add(amount);
            record
                .papers
                .order()
                .into_iter()
                .for_each(|order| day.order_fees.add(Money { units: order.fee, ..amount }));
        }
        let is_paid = matches!(case.payment, Payment::Final(_));
        let is_short = |paid: &Money| !paid.covers(&record.papers.terms.fee);
        let is_agreed = record.papers.terms.fee.units > 0;
        day.fees_missed += u32::from(is_paid && is_agreed && record.papers.fee_paid.as_ref().is_some_and(is_short));
        record.papers.fee_paid.into_iter().for_each(|fee| day.fees.add(fee));
        if case.cash == Cash::Taken {
            day.cash = day.cash.saturating_add(case.request.cash_fee);
        }
        match (case.place, case.keep) {
            (Place::Customer, _) if !case.is_customers_card() => day.handed_over += 1,
            (Place::Kept, Some(keep)) => *day.kept.entry(keep).or_default() += 1,
            _ => {}
        }
        if case.bad_blanks > 0 {
            *day.kept.entry(Keep::BadBlank).or_default() += u32::from(case.bad_blanks);
        }
    }
    for known in journal.unsettled()? {
        day.claims.push((known.case, known.place, claim_in_words(known.claim).into()));
    }
    day.bins = journal.stock()?.bins().map(|(bin, blanks)| (bin.0, blanks.marked, blanks.count)).collect();
    Ok(day)
}

impl Statement {
    /// For people.
    pub fn text(&self, currencies: &Currencies) -> String {
        let mut text = String::new();
        // Writing into a string does not fail.
        let _ = self.write(&mut text, currencies);
        text
    }

    fn write(&self, f: &mut String, currencies: &Currencies) -> fmt::Result {
        writeln!(f, "Statement of {} (UTC)", self.date)?;
        for (what, count) in &self.cases {
            writeln!(f, "  {what:<24} {count:>6}")?;
        }
        writeln!(f, "  paid onto cards          {}", currencies.texts(&self.funded))?;
        writeln!(f, "  paid out by cards        {}", currencies.texts(&self.paid_out))?;
        writeln!(f, "  fees from wallets        {}", currencies.texts(&self.fees))?;
        writeln!(f, "  fees of orders           {}", currencies.texts(&self.order_fees))?;
        if self.fees_missed > 0 {
            writeln!(f, "  paid without the fee     {:>6}", self.fees_missed)?;
        }
        writeln!(f, "  fees in cash             {}", self.cash)?;
        writeln!(f, "  cards handed over        {}", self.handed_over)?;
        for (keep, count) in &self.kept {
            writeln!(f, "  kept: {:<31} {count:>3}", keep_in_words(*keep))?;
        }
        for (bin, marked, count) in &self.bins {
            let marked = marked_text(*marked, currencies);
            writeln!(f, "  bin {bin}, {marked:<17} {count:>6}")?;
        }
        if self.queued > 0 {
            writeln!(f, "  waiting for the network  {:>6}", self.queued)?;
        }
        if let Some(Head { line, hash }) = &self.journal {
            writeln!(f, "  journal: line {line}, {hash}")?;
        }
        for (case, place, claim) in &self.claims {
            writeln!(f, "  CLAIM {case}/{place}: {claim}")?;
        }
        Ok(())
    }
}
