//! The table of checks in `docs/card-protocol.md` is the suite's.
//!
//! `UPDATE_CHECKS=1 cargo test --test conformance document` writes it anew.

use specie_conformance::checks;
use std::{collections::BTreeSet, fmt::Write as _};

const BEGIN: &str = "<!-- checks: begin -->\n";
const END: &str = "<!-- checks: end -->";
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/card-protocol.md");

fn table() -> String {
    let mut text = String::from("\n| check | section | | may do | what is demanded |\n|---|---|---|---|---|\n");
    for check in checks() {
        let section = format!("[{}](#{})", check.section, check.section.to_lowercase().replace(' ', "-"));
        let (severity, effect) = (check.severity, check.effect);
        writeln!(text, "| `{}` | {section} | {severity} | {effect} | {} |", check.id, check.demand).unwrap();
    }
    text.push('\n');
    text
}

#[test]
fn the_table_in_the_document_is_the_suites() {
    let document = std::fs::read_to_string(PATH).unwrap();
    let (before, rest) = document.split_once(BEGIN).expect("the mark where the table begins");
    let (written, after) = rest.split_once(END).expect("the mark where the table ends");
    if std::env::var_os("UPDATE_CHECKS").is_some() {
        std::fs::write(PATH, [before, BEGIN, &table(), END, after].concat()).unwrap();
    } else {
        assert!(written == table(), "stale: UPDATE_CHECKS=1 cargo test --test conformance document");
    }
}

#[test]
fn every_check_is_named_once_and_from_a_section() {
    let document = std::fs::read_to_string(PATH).unwrap();
    let mut ids = BTreeSet::new();
    for check in checks() {
        assert!(ids.insert(check.id), "{} twice", check.id);
        let (subject, demand) = check.id.split_once('.').unwrap();
        let plain =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'0'..=b'9'));
        assert!(plain(subject) && plain(demand), "{}", check.id);
        let heading = |mark| document.contains(&format!("\n{mark} {}\n", check.section));
        assert!(heading("##") || heading("###"), "{}", check.section);
        assert!(check.demand.ends_with('.'), "{}", check.id);
    }
}
