//! Tables that can be read on a terminal and in a file alike: no colours, a fixed width.

use comfy_table::{presets, ColumnConstraint, ContentArrangement, Table};

/// The characters of a line. Not the terminal's: what is piped looks the same.
const WIDTH: u16 = 100;

/// Lines above, below and under the header, and none between rows.
const LINES: &str = "  ── ══      ──    ";

/// The length of a hash; what is no longer and has no spaces is not broken, so that it can be copied.
const LONGEST_WORD: usize = 66;

/// The length of a time; what is no longer is not broken either.
const SHORT: usize = 20;

/// Rows under a header.
pub fn listing(header: &[&str], rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return "(none)\n".into();
    }
    let mut table = Table::new();
    table.load_preset(LINES).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(WIDTH).set_header(header.iter().copied());
    let unbroken: Vec<usize> = (0..header.len()).filter(|column| is_unbroken(&rows, *column)).collect();
    for row in rows {
        table.add_row(row);
    }
    for column in unbroken {
        if let Some(column) = table.column_mut(column) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    trimmed(&table)
}

/// Names with their values.
pub fn facts(facts: &[(&str, String)]) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(WIDTH);
    for (name, value) in facts {
        table.add_row([*name, value]);
    }
    trimmed(&table)
}

/// Whether a column holds what loses by being broken: hashes, accounts, numbers, times.
fn is_unbroken(rows: &[Vec<String>], column: usize) -> bool {
    rows.iter()
        .filter_map(|row| row.get(column))
        .all(|text| text.len() <= SHORT || text.len() <= LONGEST_WORD && !text.contains(' '))
}

fn trimmed(table: &Table) -> String {
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
