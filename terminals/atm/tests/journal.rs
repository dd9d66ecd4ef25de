//! The journal: what is in it after a restart, and whose it is.

use specie_atm::{
    case::{Act, Case, Claim, Ending, Kind, Outcome, Payment, Place, Request, Spend},
    journal::{CachedBatch, Journal, JournalError, Record, Terms, What, Written},
    money::{Currencies, Money},
    stock::{Bin, Blanks, Stock},
};
use specie_client::Account;
use specie_primitives::ids::CurrencyId;
use std::path::Path;

const GENESIS: &[u8; 32] = &[1; 32];
const MACHINE: Account = Account([1; 32]);
const MARKED: Money = Money { currency: CurrencyId::Asset(1), units: 50 };
const MOST: Money = Money::native(u128::MAX);

fn stock() -> Stock {
    Stock::new(vec![Blanks { marked: Some(MARKED), count: 3, low: 1 }, Blanks { marked: None, count: 7, low: 1 }])
}

fn open(path: &Path) -> Journal {
    Journal::open(path, MACHINE, GENESIS, &stock()).unwrap()
}

fn record() -> Record {
    let kind = Kind::Issue { bin: Bin(0), amount: MOST };
    Record::new(1, Case::new(Request { kind, cash_fee: 5, print: true }), Terms::default())
}

#[test]
fn what_was_written_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let journal = open(&path);
    journal.set_grants(&[3, 4]).unwrap();
    let mut record = record();
    let number = journal.begin(&record).unwrap();
    let act = Act::Initialise { grant: 3 };
    record.case.begin(&act);
    // An amount as large as there can be, in a fact and in an outcome.
    record.case.payment = Payment::Final(MOST);
    record.case.spend = Spend::Signed { sequence: 7, until: 9 };
    let mut fewer = stock();
    fewer.taken(Bin(0)).unwrap();
    let also = Written { stock: Some(fewer.clone()), grant: Some(3), queue: Some(vec![1, 2, 3]) };
    journal.write(number, &record, What::Came(act, Outcome::Paid(MOST)), also).unwrap();
    drop(journal);

    let journal = open(&path);
    assert_eq!(journal.open_cases().unwrap(), vec![(number, record)]);
    assert_eq!(journal.stock().unwrap(), fewer, "the journal's stock counts, not the configuration's");
    assert_eq!(journal.open_grants().unwrap(), vec![4]);
    assert_eq!(journal.queue().unwrap(), vec![(number, vec![1, 2, 3])]);
    let steps = journal.last_steps(9).unwrap();
    assert_eq!(steps.last().map(|step| step.what.clone()), Some(What::Came(act, Outcome::Paid(MOST))));
    assert_eq!(journal.steps().unwrap(), 2);
}

#[test]
fn f2_a_grant_that_was_used_is_never_open_again() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("journal"));
    journal.set_grants(&[0, 1, 2]).unwrap();
    let record = record();
    let number = journal.begin(&record).unwrap();
    let also = Written { grant: Some(0), ..Written::default() };
    journal.write(number, &record, What::Begins(Act::Read), also).unwrap();
    // The chain does not know of it yet, and says that it is open; another one was taken back.
    journal.set_grants(&[0, 1, 5]).unwrap();
    assert_eq!(journal.open_grants().unwrap(), vec![1, 5]);
}

#[test]
fn a_claim_stays_until_it_is_settled() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("journal"));
    let mut record = record();
    let number = journal.begin(&record).unwrap();
    record.case.claims = vec![Claim::Cash, Claim::CardNotFound];
    record.ending = Some(Ending::Claimed);
    journal.write(number, &record, What::Ended(Ending::Claimed), Written::default()).unwrap();
    assert_eq!(journal.unsettled().unwrap().len(), 2);
    journal.settle(number, 1, "Ada", "the customer had it").unwrap();
    let claims = journal.claims().unwrap();
    assert_eq!(claims.iter().map(|claim| claim.settled.is_some()).collect::<Vec<_>>(), [false, true]);
    assert_eq!(journal.unsettled().unwrap().iter().map(|claim| claim.place).collect::<Vec<_>>(), [0]);
    // What is settled stays so when the case is written again.
    journal.amend(number, &record).unwrap();
    assert_eq!(journal.unsettled().unwrap().len(), 1);
    // Once and for all, and by whom is in the journal.
    let again = journal.settle(number, 1, "Bob", "another story");
    assert!(
        matches!(again, Err(JournalError::IsSettled { case, place: 1, settled }) if case == number && settled.by == "Ada")
    );
    let last = journal.last_steps(1).unwrap().remove(0);
    assert_eq!(last.what, What::Settled(1, "Ada".into(), "the customer had it".into()));
    assert!(specie_atm::step_in_words(&last, &Currencies::default())
        .ends_with("claim 1/1 settled by Ada: the customer had it"));
    assert!(matches!(journal.settle(number, 2, "Ada", ""), Err(JournalError::NoClaim(_, 2))));
    assert!(matches!(journal.settle(99, 0, "Ada", ""), Err(JournalError::NoCase(99))));
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
        journal.write(number, &record, What::Ended(Ending::Refused), Written::default()).unwrap();
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
    assert!(journal.case(numbers[0]).unwrap().taken_out.is_some());
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
    assert!(matches!(journal.fill(Bin(9), 3), Err(JournalError::Stock(_))));
    let steps = journal.last_steps(9).unwrap();
    assert_eq!(steps.iter().map(|step| (step.case, &step.what)).collect::<Vec<_>>(), [(0, &What::Filled(1, 3))]);
}

#[test]
fn f16_batch_keys_are_kept_for_when_there_is_no_network() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("journal"));
    let batch = CachedBatch { key: "0x00".into(), state: "active".into(), asked: 7 };
    journal.set_batches(&[(u64::MAX, batch.clone())]).unwrap();
    assert_eq!(journal.batch(u64::MAX).unwrap(), Some(batch));
    assert_eq!(journal.batch(1).unwrap(), None);
}

#[test]
fn a_journal_is_of_one_machine_on_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    drop(open(&path));
    let other = Journal::open(&path, Account([2; 32]), GENESIS, &stock());
    assert!(matches!(other, Err(JournalError::Other { what: "machine", .. })));
    let other = Journal::open(&path, MACHINE, &[2; 32], &stock());
    assert!(matches!(other, Err(JournalError::Other { what: "genesis", .. })));
    let first = open(&path);
    assert!(Journal::open(&path, MACHINE, GENESIS, &stock()).is_err(), "two programs, one journal");
    drop(first);
    let database = redb::Database::open(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    let meta = redb::TableDefinition::<&str, &[u8]>::new("meta");
    transaction.open_table(meta).unwrap().insert("format", b"1".as_slice()).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let earlier = Journal::open(&path, MACHINE, GENESIS, &stock());
    assert!(matches!(earlier, Err(JournalError::Format(1))), "of a version whose amounts had no currency");
    std::fs::write(&path, b"no database").unwrap();
    assert!(Journal::open(&path, MACHINE, GENESIS, &stock()).is_err());
}
