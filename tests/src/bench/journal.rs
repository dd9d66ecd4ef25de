//! A machine's journal after a million customers.

use super::{figure, head, histogram, times};
use hdrhistogram::Histogram;
use specie_atm::{
    books,
    case::{Act, Case, Ending, Kind, Means, Outcome, Payment, Place, Request, Spend},
    journal::{Journal, Papers, Record, Terms, What},
};
use specie_device::Bin;
use specie_link::{money::Money, Account};
use specie_ops::stock::{Blanks, Stock};
use specie_procedure::{clock, export};
use std::{
    error::Error,
    fs::File,
    io::{BufReader, BufWriter},
    path::Path,
    time::Instant,
};

/// How many customers there were, and how many of them were written at once to get there.
const CASES: u64 = 1_000_000;
const AT_ONCE: u64 = 20_000;

/// How many a day.
const A_DAY: u64 = 500;

/// How many grants were used.
const GRANTS: u32 = 100_000;

/// How often each is measured.
const ROUNDS: u32 = 200;

const DAY: u64 = 86_400_000;
const MEANS: Means = Means { grant: None, max_bad_blanks: 2, pays_back: true };

fn record(begun: u64) -> Record {
    let amount = Money::native(50_000_000_000_000);
    let case = Case::new(Request { kind: Kind::Issue { bin: Bin(0), amount }, cash_fee: 0, print: true });
    let mut record = Record::with_seed(begun, [7; 32], case, Papers::new(Terms::default()));
    record.papers.carrier = Some(Account([9; 32]));
    record.papers.receipt = Some("a receipt of some twenty lines, as customers get it ".repeat(12));
    record
}

fn over(mut record: Record) -> Record {
    (record.ended, record.ending) = (Some(record.begun + 60_000), Some(Ending::Done));
    (record.case.place, record.case.payment) = (Place::Customer, Payment::Final(Money::native(50_000_000_000_000)));
    record.case.spend = Spend::None;
    record
}

/// Cases of years, many at once: a transaction each would take a day.
fn fill(journal: &Journal, first: u64) -> Result<(), Box<dyn Error>> {
    for from in (0..CASES).step_by(usize::try_from(AT_ONCE)?) {
        journal.change(|changes| {
            for number in from..from + AT_ONCE {
                let record = record(first + number * (DAY / A_DAY));
                let number = changes.begin(&record)?;
                let record = over(record);
                let came = What::Came { command: Act::AwaitTaken, completion: Outcome::Done };
                changes.write(number, &record, came)?;
                changes.write(number, &record, What::Ended { ending: Ending::Done, means: MEANS })?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn measured(mut work: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<Histogram<u64>, Box<dyn Error>> {
    let mut histogram = histogram()?;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        work()?;
        histogram.record(u64::try_from(begun.elapsed().as_micros())?.max(1))?;
    }
    Ok(histogram)
}

/// Measures, and prints.
pub fn run(folder: &Path) -> Result<(), Box<dyn Error>> {
    let path = folder.join("million");
    let stock = Stock::new(vec![Blanks { marked: None, count: 200, low: 20 }]);
    let journal = Journal::open(&path, Account([1; 32]), &[2; 32], &stock)?;
    let open: Vec<u32> = (0..GRANTS + 100).collect();
    journal.set_grants(&open)?;
    (0..GRANTS).step_by(1_000).try_for_each(|from| {
        journal.change(|changes| (from..from + 1_000).try_for_each(|index| Journal::mark_used(changes, index, 1)))
    })?;
    let first = clock::midnight(clock::now()) - CASES / A_DAY * DAY;
    let begun = Instant::now();
    fill(&journal, first)?;
    let filled = begun.elapsed();

    head("The journal of a machine, after a million customers");
    let mut open_case = record(clock::now());
    let number = journal.begin(&open_case)?;
    let step = measured(|| {
        open_case.case.doubts = open_case.case.doubts.wrapping_add(1);
        let begins = What::Begins { command: Act::FindCard, means: MEANS };
        Ok(journal.write(number, &open_case, begins, |_| Ok(()))?)
    })?;
    times("a step, on the disk", &step, "");
    let grant = measured(|| match journal.next_grant()? {
        Some(GRANTS) => Ok(()),
        other => Err(format!("{other:?}").into()),
    })?;
    times("the next grant", &grant, &format!("{GRANTS} are used"));
    let date = clock::date(first + 1_000 * DAY + 1);
    let mut counted = 0;
    let statement = measured(|| {
        let day = books::statement(&journal, &date)?;
        counted = day.cases.values().sum();
        Ok(())
    })?;
    times("the statement of a day", &statement, &format!("{counted} customers on it"));
    let since = clock::now() - 3_600_000;
    let hour = measured(|| Ok(journal.cases_since(since).map(|_| ())?))?;
    times("the last hour's cases", &hour, "asked for the idle page");
    let begun = Instant::now();
    let head = journal.verify()?;
    let verified = begun.elapsed();
    let begun = Instant::now();
    let mut to = BufWriter::new(File::create_new(folder.join("export"))?);
    journal.export(None, &mut to)?;
    drop(to);
    let exported = begun.elapsed();
    let begun = Instant::now();
    let checked = export::check(BufReader::new(File::open(folder.join("export"))?))?;
    let checked_in = begun.elapsed();
    let begun = Instant::now();
    let forgotten = journal.forget(&checked, clock::now() - 400 * DAY)?;
    let forgotten_in = begun.elapsed();
    figure("customers, and lines", &format!("{CASES}, {}", head.line));
    figure("the file", &format!("{} MB", std::fs::metadata(&path)?.len() / 1_000_000));
    figure("written, 20,000 customers at once", &format!("{} s", filled.as_secs()));
    figure("every hash checked", &format!("{} s", verified.as_secs()));
    figure("exported", &format!("{} s", exported.as_secs()));
    figure("the export checked", &format!("{} s", checked_in.as_secs()));
    figure("older than 400 days forgotten", &format!("{} s, {} cases", forgotten_in.as_secs(), forgotten.cases));
    Ok(())
}
