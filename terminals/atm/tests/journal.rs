//! What the machine's journal keeps beside its cases.

use specie_atm::{
    case::{Act, Case, Claim, Ending, Kind, Means, Outcome, Payment, Place, Request, Spend},
    journal::{Journal, Note, Papers, Record, Terms, What},
};
use specie_device::Bin;
use specie_link::{
    answers::Bytes,
    money::{Currencies, Money},
    network::CachedBatch,
    Account,
};
use specie_ops::stock::{Blanks, Stock};
use specie_primitives::{ids::CurrencyId, records::BatchState};
use specie_procedure::JournalError;
use std::path::Path;

const GENESIS: &[u8; 32] = &[1; 32];
const MACHINE: Account = Account([1; 32]);
const MARKED: Money = Money { currency: CurrencyId::Asset(1), units: 50 };
const MOST: Money = Money::native(u128::MAX);
const MEANS: Means = Means { grant: None, max_bad_blanks: 1, pays_back: true };

fn stock() -> Stock {
    Stock::new(vec![Blanks { marked: Some(MARKED), count: 3, low: 1 }, Blanks { marked: None, count: 7, low: 1 }])
}

fn open(path: &Path) -> Journal {
    Journal::open(path, MACHINE, GENESIS, &stock()).unwrap()
}

fn record() -> Record {
    let kind = Kind::Issue { bin: Bin(0), amount: MOST };
    let case = Case::new(Request { kind, cash_fee: 5, print: true });
    Record::with_seed(1, [7; 32], case, Papers::new(Terms::default()))
}

fn ended(ending: Ending) -> What {
    What::Ended { ending, means: MEANS }
}

#[test]
fn what_was_written_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let journal = open(&path);
    let mut record = record();
    let number = journal.begin(&record).unwrap();
    // An amount as large as there can be, in a fact and in an outcome.
    record.case.payment = Payment::Final(MOST);
    record.case.spend = Spend::Signed { sequence: 7, until: 9 };
    let came = What::Came { command: Act::AwaitPayment, completion: Outcome::Paid(MOST) };
    journal.write(number, &record, came.clone(), |_| Ok(())).unwrap();
    journal.fill(Bin(0), 2).unwrap();
    drop(journal);

    let journal = open(&path);
    assert_eq!(journal.open_cases().unwrap(), vec![(number, record)]);
    let counts: Vec<_> = journal.stock().unwrap().bins().map(|(_, blanks)| blanks.count).collect();
    assert_eq!(counts, [2, 7], "the journal's stock counts, not the configuration's");
    assert_eq!(journal.lines_of(number).unwrap()[1].what, came);
}

/// By the machine's own commands: each step is in one transaction with what it changes beside the case.
#[test]
fn f2_a_grant_that_was_used_is_never_open_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let journal = open(&path);
    journal.set_grants(&[0, 1, 2]).unwrap();
    assert_eq!((journal.next_grant().unwrap(), journal.open_grants().unwrap()), (Some(0), 3));
    journal.use_grant(0, 1).unwrap();
    assert_eq!(journal.next_grant().unwrap(), Some(1));
    // The chain does not know of it yet, and says that it is open; another one was taken back.
    journal.set_grants(&[0, 1, 5]).unwrap();
    assert_eq!((journal.next_grant().unwrap(), journal.open_grants().unwrap()), (Some(1), 2));
    drop(journal);
    let journal = open(&path);
    journal.use_grant(1, 2).unwrap();
    assert_eq!(journal.next_grant().unwrap(), Some(5));
    journal.set_grants(&[]).unwrap();
    assert_eq!(journal.next_grant().unwrap(), None);
}

/// An older copy of the journal does not know which grants were used since: none that is open now is used, whatever the chain says.
#[test]
fn f2_f5_grants_are_written_off_with_an_older_journal() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("journal"));
    journal.set_grants(&[3, 4]).unwrap();
    journal.doubt_grants().unwrap();
    assert_eq!(journal.next_grant().unwrap(), None, "what the copy knows");
    journal.set_grants(&[3, 4, 5]).unwrap();
    assert_eq!(journal.next_grant().unwrap(), None, "what was given before anybody looked");
    journal.set_grants(&[3, 4, 5, 6]).unwrap();
    assert_eq!(journal.next_grant().unwrap(), Some(6), "what is given from now on");
    assert!(journal.last_lines(1).unwrap().iter().any(|line| line.what == What::Noted(Note::Restored)));
}

#[test]
fn a_claim_that_was_settled_is_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("journal"));
    let mut record = record();
    let number = journal.begin(&record).unwrap();
    record.case.claims = vec![Claim::Cash, Claim::CardNotFound];
    journal.write(number, &record, ended(Ending::Claimed), |_| Ok(())).unwrap();
    journal.settle(number, 1, "Ada", "the customer had it").unwrap();
    let last = journal.last_lines(1).unwrap().remove(0);
    assert!(specie_atm::line_in_words(&last, &Currencies::default())
        .ends_with("claim 1/1 settled by Ada: the customer had it"));
}

/// Kept cards are found without reading every case, until they are taken out.
#[test]
fn f9_kept_cards_are_listed_until_the_operator_takes_them_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let journal = open(&path);
    let mut numbers = Vec::new();
    for place in [Place::Kept, Place::Customer, Place::Kept] {
        let mut record = record();
        let number = journal.begin(&record).unwrap();
        assert!(journal.kept().unwrap().iter().all(|(kept, _)| *kept != number), "it has not ended");
        (record.case.place, record.ended, record.ending) = (place, Some(2), Some(Ending::Refused));
        journal.write(number, &record, ended(Ending::Refused), |_| Ok(())).unwrap();
        numbers.push(number);
    }
    let kept = |journal: &Journal| journal.kept().unwrap().iter().map(|(number, _)| *number).collect::<Vec<_>>();
    assert_eq!(kept(&journal), [numbers[0], numbers[2]]);
    drop(journal);

    let journal = open(&path);
    assert_eq!(kept(&journal), [numbers[0], numbers[2]]);
    let taken = journal.empty_compartment().unwrap();
    assert_eq!(taken.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [numbers[0], numbers[2]]);
    assert_eq!(kept(&journal), [0; 0]);
    assert!(journal.case(numbers[0]).unwrap().papers.taken_out.is_some());
    journal.verify().unwrap();
    drop(journal);
    assert_eq!(kept(&open(&path)), [0; 0]);
}

#[test]
fn f1_the_operator_fills_a_bin() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("journal"));
    journal.fill(Bin(1), 3).unwrap();
    let counts: Vec<_> = journal.stock().unwrap().bins().map(|(_, blanks)| blanks.count).collect();
    assert_eq!(counts, [3, 3]);
    assert!(matches!(journal.fill(Bin(9), 3), Err(JournalError::Refused(_))));
    let lines = journal.last_lines(9).unwrap();
    assert_eq!(lines.iter().map(|line| &line.what).collect::<Vec<_>>(), [&What::Noted(Note::Filled(1, 3))]);
}

#[test]
fn f16_batch_keys_are_kept_for_when_there_is_no_network() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("journal"));
    let batch = CachedBatch { key: Bytes(vec![0]), state: BatchState::Active.into(), asked: 7 };
    journal.set_batches(&[(u64::MAX, batch.clone())]).unwrap();
    assert_eq!(journal.batch(u64::MAX).unwrap(), Some(batch));
    assert_eq!(journal.batch(1).unwrap(), None);
}

#[test]
fn a_journal_is_of_one_machine_on_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    drop(open(&path));
    for (machine, genesis, different) in [(Account([2; 32]), GENESIS, "machine"), (MACHINE, &[2; 32], "genesis")] {
        let other = Journal::open(&path, machine, genesis, &stock());
        assert!(matches!(other, Err(JournalError::Other { what, .. }) if what == different));
    }
}
