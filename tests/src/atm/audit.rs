//! What must be true of a machine that has come to rest.

use super::{Atm, Result};
use specie_atm::{
    case::{Cash, Claim, Ending, Payment, Place, Spend},
    journal::Record,
};
use specie_device::simulated::world::Things;
use specie_link::{
    answers::Happened,
    money::{Money, Sums},
    Nodes,
};
use specie_primitives::ids::CurrencyId;

/// Journal, bins, cards, cash and chain say the same, to the last unit; what does not. `cards` and `cash`: how many there were at first.
pub async fn audit(atm: &Atm, nodes: &Nodes, cards: usize, cash: u64) -> Result<Vec<String>> {
    let (things, journal) = (atm.things()?, atm.journal()?);
    let mut wrong = Vec::new();
    let mut check = |is_so: bool, what: String| {
        if !is_so {
            wrong.push(what);
        }
    };
    check(things.cards() == cards, format!("{} cards, not {cards}: {things:?}", things.cards()));
    check(things.cash() == cash, format!("{} of cash, not {cash}", things.cash()));
    for ((bin, blanks), counted) in journal.stock()?.bins().zip(&things.bins) {
        let counted = counted.len();
        check(
            blanks.count as usize == counted,
            format!("bin {}: {} in the journal, {counted}", bin.0, blanks.count),
        );
    }
    // Every line is there, and every case follows from its lines.
    check(journal.verify().is_ok(), format!("the journal: {:?}", journal.verify()));
    let cases = journal.cases()?;
    for (number, record) in &cases {
        let again = specie_procedure::replay::case(&journal.lines_of(*number)?);
        let is_same = again.as_ref().is_ok_and(|case| case.place == record.case.place);
        check(is_same, format!("case {number} run again: {again:?}, not {:?}", record.case));
    }
    let open: Vec<u64> =
        cases.iter().filter(|(_, record)| record.ending.is_none()).map(|(number, _)| *number).collect();
    check(open.is_empty(), format!("cases that have not ended: {open:?}"));
    check(things.station.is_none() && things.exit.is_none(), "a card is left inside".into());
    check(things.acceptor == 0, format!("{} left in the acceptor", things.acceptor));

    let taken: u64 = cases
        .iter()
        .filter(|(_, record)| record.case.cash == Cash::Taken)
        .map(|(_, record)| record.case.request.cash_fee)
        .sum();
    let may_be: u64 = cases
        .iter()
        .filter(|(_, record)| record.case.cash == Cash::Unknown)
        .map(|(_, record)| record.case.request.cash_fee)
        .sum();
    check(
        (taken..=taken + may_be).contains(&things.safe),
        format!("{} in the safe, {taken} taken by the journal", things.safe),
    );
    for (number, record) in &cases {
        audit_case(*number, record, nodes, &mut check).await?;
    }
    audit_money(atm, &things, &cases, nodes, &mut check).await?;
    Ok(wrong)
}

/// One case against the chain.
async fn audit_case(
    number: u64,
    record: &Record,
    nodes: &Nodes,
    check: &mut impl FnMut(bool, String),
) -> Result<()> {
    let case = &record.case;
    check(record.papers.receipt.is_some(), format!("case {number}: no receipt"));
    check(
        (record.ending == Some(Ending::Claimed)) != case.claims.is_empty(),
        format!("case {number}: {:?} with {:?}", record.ending, case.claims),
    );
    let Some(carrier) = record.papers.carrier else { return Ok(()) };
    let verdict = nodes.verdict_at(carrier).await?;
    let held = verdict.as_ref().and_then(specie_link::answers::Verdict::final_balance).unwrap_or(0);
    let is_here = matches!(case.place, Place::Kept | Place::Unknown);
    check(
        !is_here || held == 0 || !case.claims.is_empty(),
        format!("case {number}: {held} on a card that is {:?}, and no claim", case.place),
    );
    if let Payment::Final(amount) = case.payment {
        let history = nodes.history(carrier, None, 256).await?.ok_or("no history")?;
        let paid = history.entries.iter().any(|entry| {
            entry.is_final && matches!(&entry.what, Happened::Funded { amount: paid, .. } if paid.0 == amount.units)
        });
        check(
            paid && history.currency.id() == Some(amount.currency),
            format!("case {number}: {amount:?} paid by the journal and not on chain"),
        );
    }
    if let Spend::Final(amount) = case.spend {
        let history = nodes.history(carrier, None, 256).await?.ok_or("no history")?;
        let spent = history.entries.iter().any(|entry| {
            entry.is_final
                && matches!(&entry.what, Happened::Spent { amount: spent, .. } if spent.0 == amount.units)
        });
        check(
            spent && history.currency.id() == Some(amount.currency),
            format!("case {number}: {amount:?} paid out by the journal and not on chain"),
        );
    }
    Ok(())
}

/// All money that customers paid at this machine is on cards, was paid out, or is in a claim: of each currency.
async fn audit_money(
    atm: &Atm,
    things: &Things,
    cases: &[(u64, Record)],
    nodes: &Nodes,
    check: &mut impl FnMut(bool, String),
) -> Result<()> {
    let (mut funded, mut held, mut spent, mut known) = (Sums::default(), Sums::default(), Sums::default(), 0);
    let kept = || things.kept.iter().chain(&things.taken_out).map(|(_, card)| card);
    let inside = things.bins.iter().flatten().chain(kept());
    for name in inside.chain(&things.pocket) {
        if !atm.card_file(name).exists() {
            continue;
        }
        let Some(carrier) = atm.carrier(name)? else { continue };
        let Some(history) = nodes.history(carrier, None, 256).await? else { continue };
        known += 1;
        let currency = history.currency.id().ok_or("a currency that nobody knows")?;
        let money = |units| Money { currency, units };
        for entry in history.entries.iter().filter(|entry| entry.is_final) {
            match &entry.what {
                Happened::Funded { amount, .. } => funded.add(money(amount.0)),
                Happened::Spent { amount, fee, network_fee, .. } => {
                    // Of another currency than the chain's own the network's fee is its signer's.
                    let network_fee = if currency == CurrencyId::Native { network_fee.0 } else { 0 };
                    spent.add(money(amount.0 + fee.0 + network_fee));
                }
                _ => {}
            }
        }
        let verdict = nodes.verdict_at(carrier).await?;
        held.add(money(verdict.and_then(|verdict| verdict.final_balance()).unwrap_or(0)));
        let is_kept = kept().any(|kept| kept == name);
        // A card that did not answer to the end is claimed without its address.
        let is_of = |record: &Record| record.papers.carrier.is_none_or(|known| known == carrier);
        let claimed = cases.iter().any(|(_, record)| is_of(record) && !record.case.claims.is_empty());
        let empty = nodes.verdict_at(carrier).await?.and_then(|verdict| verdict.final_balance()).unwrap_or(0) == 0;
        check(!is_kept || empty || claimed, format!("{name}: money on a kept card, and no claim"));
    }
    let mut journal_spent = Sums::default();
    for (_, record) in cases {
        if let Spend::Final(amount) = record.case.spend {
            journal_spent.add(amount);
        }
    }
    let not_known = cases.iter().any(|(_, record)| record.case.claims.contains(&Claim::SpendNotKnown));
    for currency in atm.config()?.policy.currencies.ids() {
        let (funded, held, spent) = (funded.of(currency), held.of(currency), spent.of(currency));
        let (known, booked) = (format!("{known} carriers, {currency}"), journal_spent.of(currency));
        check(funded == held + spent, format!("{known}: {funded} in, {held} held, {spent} out"));
        check(not_known || booked <= spent, format!("{known}: {booked} paid out by the journal, {spent} on chain"));
    }
    Ok(())
}
