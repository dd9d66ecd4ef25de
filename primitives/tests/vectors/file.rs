//! A file of vectors: named lists of entries, whose fields keep the order in which a reader wants them.

use serde_json::Value;
use specie_primitives::wire::WireError;
use std::{fs, path::PathBuf};

/// One vector: its fields in order.
pub type Entry = Vec<(&'static str, Value)>;

/// A file that is to be written.
pub struct File {
    pub name: &'static str,
    pub lists: Vec<(&'static str, Vec<Entry>)>,
}

impl File {
    pub fn path(&self) -> PathBuf {
        path(self.name)
    }

    /// The file as JSON. Written by hand, because `serde_json` orders fields by the alphabet or by insertion as
    /// another crate in the build may choose.
    pub fn text(&self) -> String {
        let lists = self.lists.iter().map(|(name, entries)| {
            let entries: Vec<_> =
                entries.iter().map(|entry| format!("    {{\n{}\n    }}", fields(entry))).collect();
            format!("  \"{name}\": [\n{}\n  ]", entries.join(",\n"))
        });
        format!("{{\n{}\n}}\n", lists.collect::<Vec<_>>().join(",\n"))
    }
}

fn fields(entry: &Entry) -> String {
    let lines: Vec<_> = entry.iter().map(|(name, value)| format!("      \"{name}\": {value}")).collect();
    lines.join(",\n")
}

fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "vectors", &format!("{name}.json")].iter().collect()
}

/// A file that was read.
pub fn read(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(path(name)).unwrap()).unwrap()
}

/// The name under which the files know an error: that of its variant.
pub fn error_name(error: &WireError) -> &'static str {
    match error {
        WireError::TooShort { .. } => "TooShort",
        WireError::TrailingBytes { .. } => "TrailingBytes",
        WireError::UnknownTag { .. } => "UnknownTag",
        WireError::NotOnCurve => "NotOnCurve",
        WireError::NotCanonical { .. } => "NotCanonical",
        WireError::BadDer => "BadDer",
        WireError::WrongDomain => "WrongDomain",
    }
}
