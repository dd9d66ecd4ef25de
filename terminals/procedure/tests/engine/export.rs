//! Exports, what is forgotten after one, and copies.

use crate::{
    journal::play_one,
    locker::{open, Claim, Place, Stay},
};
use specie_procedure::{
    export::{check, Checked, ExportError},
    Journal, JournalError, Shelf,
};
use std::path::Path;

fn exported(journal: &Journal<Stay>, after: Option<u64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    journal.export(after, &mut bytes).unwrap();
    bytes
}

fn checked(bytes: &[u8]) -> Checked {
    check(bytes).unwrap()
}

/// Three cases: one with an open claim, one still in the box, one that is over.
fn filled(path: &Path) -> Journal<Stay> {
    let journal = open(path);
    play_one(&journal, &[Claim::WhereIsIt]);
    let number = play_one(&journal, &[]);
    let mut kept = journal.case(number).unwrap();
    kept.case.place = Place::Box;
    journal.amend(number, &kept, "it is in the box again").unwrap();
    play_one(&journal, &[]);
    journal
}

#[test]
fn an_export_is_checked_without_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let journal = filled(&folder.path().join("journal"));
    let whole = exported(&journal, None);
    let known = checked(&whole);
    assert_eq!((known.head, known.cases), (journal.head().unwrap(), 3));
    assert_eq!(known.header.after.line, 0);
    assert_eq!(known.header.identity[0], ("machine".into(), "locker 1".into()));
    // The next one begins where this one ends.
    play_one(&journal, &[]);
    let next = checked(&exported(&journal, Some(known.head.line)));
    assert_eq!((next.header.after, next.head, next.cases), (known.head, journal.head().unwrap(), 1));
}

/// Any row that is changed, left out or put in twice is found, and so is an end that is missing.
#[test]
fn an_export_that_was_changed_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let text = String::from_utf8(exported(&filled(&folder.path().join("journal")), None)).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    let wrong = |rows: &[&str]| check(rows.join("\n").as_bytes()).is_err();
    assert!(!wrong(&rows));
    for place in 0..rows.len() {
        let (mut without, mut twice, mut changed) = (rows.clone(), rows.clone(), rows.clone());
        without.remove(place);
        assert!(wrong(&without), "row {place} is left out");
        twice.insert(place, rows[place]);
        assert!(place + 1 == rows.len() || wrong(&twice), "row {place} twice");
        let other = rows[place].replacen('1', "2", 1);
        changed[place] = &other;
        assert!(other == rows[place] || wrong(&changed), "row {place} is {other}");
        assert!(wrong(&rows[..place]), "only {place} rows");
    }
    for garbage in [&b""[..], b"hello", b"specie-journal 1 {}", &[0xff, 0xfe]] {
        assert!(check(garbage).is_err());
    }
    assert!(matches!(check(rows[..3].join("\n").as_bytes()), Err(ExportError::CutOff)));
}

#[test]
fn what_was_exported_is_forgotten_but_for_what_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let journal = filled(&path);
    let known = checked(&exported(&journal, None));
    let begun_later = play_one(&journal, &[]);
    let head = journal.head().unwrap();
    let forgotten = journal.forget(&known, u64::MAX).unwrap();
    assert_eq!((forgotten.lines, forgotten.cases), (known.head.line, 1), "case 3");
    // An open claim, a card in the box, and what came after the export.
    for number in [1, 2, begun_later] {
        journal.case(number).unwrap();
    }
    assert!(matches!(journal.case(3), Err(JournalError::NoCase(3))));
    assert_eq!(journal.unsettled().unwrap().len(), 1);
    // The chain goes on from the export's last line, also after a restart, and no number is given twice.
    assert_eq!(journal.verify().unwrap(), head);
    drop(journal);
    let journal = open(&path);
    assert_eq!(journal.verify().unwrap(), head);
    assert_eq!(play_one(&journal, &[]), begun_later + 1);
    let next = checked(&exported(&journal, None));
    assert_eq!(next.header.after, known.head);
    journal.forget(&next, u64::MAX).unwrap();
    journal.verify().unwrap();
    assert_eq!(journal.lines().unwrap(), 0);
}

#[test]
fn nothing_is_forgotten_that_is_in_no_export() {
    let folder = tempfile::tempdir().unwrap();
    let journal = filled(&folder.path().join("journal"));
    let first = checked(&exported(&journal, None));
    play_one(&journal, &[]);
    let second = checked(&exported(&journal, Some(first.head.line)));
    let refused = |checked: &Checked| matches!(journal.forget(checked, u64::MAX), Err(JournalError::Refused(_)));
    assert!(refused(&second), "the lines before it are in no export that was forgotten");
    let other = open_other(&folder.path().join("other"));
    assert!(refused(&checked(&exported(&other, None))), "of another journal");
    let mut wrong = first.clone();
    wrong.head.hash.0[0] ^= 1;
    assert!(refused(&wrong), "of a line that is not this one");
    // Too young.
    assert_eq!(journal.forget(&first, 0).unwrap().cases, 0);
    assert!(journal.case(3).is_ok());
    journal.verify().unwrap();
}

fn open_other(path: &Path) -> Journal<Stay> {
    let other = Journal::open(path, &[("machine", "locker 2"), ("place", "platform 3")]).unwrap();
    play_one(&other, &[]);
    other
}

#[test]
fn a_copy_is_the_journal_at_one_instant() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("journal"), folder.path().join("copy"));
    let journal = filled(&path);
    let shelf = Shelf::<String>::new("keys");
    journal.change(|changes| changes.put(&shelf, 9, &"nine".into())).unwrap();
    // A copy that a power cut left half-way is not in the way of the next one.
    std::fs::write(copy.with_extension("part"), b"half").unwrap();
    let head = journal.copy(&copy).unwrap();
    play_one(&journal, &[]);
    let copied = open(&copy);
    assert_eq!(copied.verify().unwrap(), head);
    assert_eq!(copied.cases().unwrap(), journal.cases().unwrap()[..3]);
    assert_eq!(copied.unsettled().unwrap(), journal.unsettled().unwrap());
    assert_eq!(copied.get(&shelf, 9).unwrap().as_deref(), Some("nine"));
    assert_ne!(copied.head().unwrap(), journal.head().unwrap());
    assert!(matches!(journal.copy(&copy), Err(JournalError::Refused(_))), "never over another file");
    for file in [&path, &copy] {
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "nobody else may read {}", file.display());
    }
    let past_the_end = journal.export(Some(journal.head().unwrap().line + 1), &mut Vec::new());
    assert!(
        past_the_end.is_err_and(|error| error.to_string().contains("no line")),
        "there is nothing to go on after"
    );
}
