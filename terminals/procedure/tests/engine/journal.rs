//! What is in the journal after a restart, whose it is, and what is found that somebody has changed.

use crate::locker::{open, Claim, Command, Completion, Ending, Place, Stay, IN_BOX};
use redb::ReadableTable as _;
use specie_procedure::{clock, Entry, Journal, JournalError, Shelf, Slot, What};

const KEYS: Shelf<String> = Shelf::new("keys");
const LIGHT: Slot<bool> = Slot::new("light");

pub fn entry() -> Entry<Stay> {
    Entry::with_seed(7, [1; 32], Stay::default(), "ticket 12".into())
}

/// A case that begins, comes into the box, and ends with these claims.
pub fn play_one(journal: &Journal<Stay>, claims: &[Claim]) -> u64 {
    let mut entry = Entry { begun: clock::now(), ..entry() };
    let number = journal.begin(&entry).unwrap();
    let came = What::Came { command: Command::TakeIn, completion: Completion::Done };
    entry.case.place = Place::Box;
    journal.write(number, &entry, came, |_| Ok(())).unwrap();
    let ending = if claims.is_empty() { Ending::GivenBack } else { Ending::Claimed };
    (entry.ended, entry.ending) = (Some(clock::now()), Some(ending));
    (entry.case.place, entry.case.claims) = (Place::Customer, claims.to_vec());
    journal.write(number, &entry, What::Ended { ending, means: () }, |_| Ok(())).unwrap();
    number
}

#[test]
fn what_was_written_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let journal = open(&path);
    let mut entry = entry();
    let number = journal.begin(&entry).unwrap();
    entry.case.place = Place::Box;
    let came = What::Came { command: Command::TakeIn, completion: Completion::Done };
    journal
        .write(number, &entry, came.clone(), |changes| {
            changes.put(&KEYS, 3, &"three".into())?;
            changes.set(&LIGHT, &true)
        })
        .unwrap();
    drop(journal);

    let journal = open(&path);
    assert_eq!(journal.open_cases().unwrap(), vec![(number, entry.clone())]);
    assert_eq!(journal.get(&KEYS, 3).unwrap().as_deref(), Some("three"));
    assert_eq!((journal.get(&KEYS, 4).unwrap(), journal.count(&KEYS).unwrap()), (None, 1));
    assert_eq!(journal.first(&KEYS).unwrap(), Some((3, "three".into())));
    assert_eq!(
        (journal.slot(&LIGHT).unwrap(), journal.slot(&Slot::<bool>::new("sound")).unwrap()),
        (Some(true), None)
    );
    assert_eq!(journal.count(&Shelf::<bool>::new("no shelf")).unwrap(), 0);
    let lines = journal.lines_of(number).unwrap();
    assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(lines[1].what, came);
    assert_eq!(journal.last_lines(1).unwrap(), lines[1..]);
    assert_eq!(journal.lines().unwrap(), 2);
    assert_eq!(journal.marked(IN_BOX).unwrap(), vec![(number, entry)]);
}

/// All that a step changes, or nothing of it.
#[test]
fn a_step_that_fails_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("journal"));
    let mut known = entry();
    let number = journal.begin(&known).unwrap();
    known.case.place = Place::Exit;
    let failed = journal.write(number, &known, What::Restarted, |changes| {
        changes.put(&KEYS, 1, &"one".into())?;
        Err(JournalError::Refused("no".into()))
    });
    assert!(matches!(failed, Err(JournalError::Refused(_))));
    assert_eq!((journal.case(number).unwrap(), journal.count(&KEYS).unwrap()), (entry(), 0));
    assert_eq!(journal.lines().unwrap(), 1);
    journal.verify().unwrap();
}

#[test]
fn cases_are_found_by_when_they_began_and_ended() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("journal"));
    // The machine's clock was put back in between.
    for (begun, ended) in [(100, Some(150)), (200, Some(260)), (50, Some(60)), (300, None)] {
        let mut entry = Entry { begun, ..entry() };
        let number = journal.begin(&entry).unwrap();
        if let Some(ended) = ended {
            let ending = Ending::GivenBack;
            (entry.ended, entry.ending) = (Some(ended), Some(ending));
            journal.write(number, &entry, What::Ended { ending, means: () }, |_| Ok(())).unwrap();
        }
    }
    let numbers = |found: Vec<(u64, Entry<Stay>)>| found.into_iter().map(|(number, _)| number).collect::<Vec<_>>();
    assert_eq!(numbers(journal.begun(100..).unwrap()), [4, 2, 1]);
    assert_eq!(numbers(journal.ended(60..150).unwrap()), [3]);
    assert_eq!(numbers(journal.ended(60..=150).unwrap()), [1, 3]);
    assert_eq!(numbers(journal.ended(..).unwrap()), [2, 1, 3]);
    assert_eq!(numbers(journal.open_cases().unwrap()), [4]);
}

#[test]
fn a_claim_stays_until_it_is_settled() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("journal"));
    let number = play_one(&journal, &[Claim::WhereIsIt, Claim::AnotherCard]);
    assert_eq!(journal.unsettled().unwrap().len(), 2);
    journal.settle(number, 1, "Ada", "it was hers").unwrap();
    let settled: Vec<_> = journal.claims().unwrap().iter().map(|claim| claim.settled.is_some()).collect();
    assert_eq!(settled, [false, true]);
    assert_eq!(journal.unsettled().unwrap().iter().map(|claim| claim.place).collect::<Vec<_>>(), [0]);
    // What is settled stays so when the case is written again.
    journal.amend(number, &journal.case(number).unwrap(), "found in the drawer").unwrap();
    assert_eq!(journal.unsettled().unwrap().len(), 1);
    // Once and for all, and by whom is in the journal.
    let again = journal.settle(number, 1, "Bob", "another story");
    assert!(matches!(again, Err(JournalError::IsSettled { place: 1, settled, .. }) if settled.by == "Ada"));
    assert!(matches!(journal.settle(number, 2, "Ada", ""), Err(JournalError::NoClaim(_, 2))));
    assert!(matches!(journal.settle(99, 0, "Ada", ""), Err(JournalError::NoCase(99))));
    journal.verify().unwrap();
}

#[test]
fn a_journal_is_of_one_machine() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let first = open(&path);
    assert!(Journal::<Stay>::open(&path, &[]).is_err(), "two programs, one journal");
    drop(first);
    let other = Journal::<Stay>::open(&path, &[("machine", "locker 2"), ("place", "platform 3")]);
    let Err(JournalError::Other { what, known, wanted }) = other else { panic!("of another machine") };
    assert_eq!((what.as_str(), known.as_str(), wanted.as_str()), ("machine", "locker 1", "locker 2"));
    write_raw(&path, "meta", "format", b"3");
    assert!(matches!(try_open(&path), Err(JournalError::Format(3))));
    std::fs::write(&path, b"no database").unwrap();
    assert!(try_open(&path).is_err());
}

fn try_open(path: &std::path::Path) -> Result<Journal<Stay>, JournalError> {
    Journal::open(path, &[("machine", "locker 1"), ("place", "platform 3")])
}

/// Writes past the journal, as somebody with a tool for its database would.
fn write_raw(path: &std::path::Path, table: &str, key: &str, value: &[u8]) {
    let database = redb::Database::open(path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(redb::TableDefinition::<&str, &[u8]>::new(table)).unwrap().insert(key, value).unwrap();
    transaction.commit().unwrap();
}

/// Changes one row of a table of numbers; `None` takes it out.
fn change_row(path: &std::path::Path, table: &str, key: u64, change: impl FnOnce(Vec<u8>) -> Option<Vec<u8>>) {
    let database = redb::Database::open(path).unwrap();
    let transaction = database.begin_write().unwrap();
    {
        let mut table = transaction.open_table(redb::TableDefinition::<u64, &[u8]>::new(table)).unwrap();
        let row = table.get(key).unwrap().unwrap().value().to_vec();
        match change(row) {
            Some(row) => table.insert(key, row.as_slice()).unwrap(),
            None => table.remove(key).unwrap(),
        };
    }
    transaction.commit().unwrap();
}

#[test]
fn what_somebody_changed_is_found() {
    let replaced = |from: &'static str, to: &'static str| {
        move |row: Vec<u8>| {
            let (hash, text) = row.split_at(if row.first() == Some(&b'{') { 0 } else { 32 });
            let text = String::from_utf8(text.to_vec()).unwrap();
            assert!(text.contains(from), "{text}");
            Some([hash, text.replace(from, to).as_bytes()].concat())
        }
    };
    type Change = Box<dyn FnOnce(&std::path::Path)>;
    let changes: Vec<(&str, Change)> = vec![
        ("a line", Box::new(move |path| change_row(path, "lines", 2, replaced("TakeIn", "Read")))),
        ("a line is out", Box::new(|path| change_row(path, "lines", 3, |_| None))),
        ("the first line is out", Box::new(|path| change_row(path, "lines", 1, |_| None))),
        (
            "a hash",
            Box::new(|path| {
                change_row(path, "lines", 4, |mut row| {
                    row[0] ^= 1;
                    Some(row)
                })
            }),
        ),
        ("a case", Box::new(move |path| change_row(path, "cases", 1, replaced("ticket 12", "ticket 13")))),
        (
            "a claim",
            Box::new(|path| {
                let database = redb::Database::open(path).unwrap();
                let transaction = database.begin_write().unwrap();
                let claims = redb::TableDefinition::<(u64, u8), &[u8]>::new("unsettled");
                transaction.open_table(claims).unwrap().remove((3, 0)).unwrap();
                transaction.commit().unwrap();
            }),
        ),
        ("a case is out", Box::new(|path| change_row(path, "cases", 2, |_| None))),
    ];
    for (what, change) in changes {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let journal = open(&path);
        play_one(&journal, &[]);
        play_one(&journal, &[]);
        play_one(&journal, &[Claim::WhereIsIt, Claim::AnotherCard]);
        journal.settle(3, 1, "Ada", "hers").unwrap();
        let head = journal.verify().unwrap();
        assert_eq!(head, journal.head().unwrap());
        drop(journal);
        change(&path);
        let found = open(&path).verify();
        assert!(matches!(found, Err(JournalError::Broken { .. })), "{what}: {found:?}");
    }
}

/// Two journals never have the same hashes: each begins from what it is of.
#[test]
fn a_line_of_another_journal_does_not_fit() {
    let folder = tempfile::tempdir().unwrap();
    let one = open(&folder.path().join("one")).head().unwrap();
    let other = Journal::<Stay>::open(&folder.path().join("other"), &[("machine", "locker 2"), ("place", "")]);
    assert_ne!(one, other.unwrap().head().unwrap());
}
