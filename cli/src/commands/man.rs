//! `specie man`.

use crate::{answer::Answer, arguments::Arguments, error::Error};
use clap::CommandFactory as _;
use serde_json::json;
use std::path::Path;

/// Writes a manual page for each command into a folder.
pub fn run(folder: &Path) -> Result<Answer, Error> {
    let named = |error: std::io::Error| Error::Usage(format!("{}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(named)?;
    clap_mangen::generate_to(Arguments::command(), folder)?;
    let mut pages: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("specie") && name.ends_with(".1") {
            pages.push(name);
        }
    }
    pages.sort();
    let text = format!("{} pages in {}: man -l {}/specie.1", pages.len(), folder.display(), folder.display());
    Ok(Answer::new(text, json!({ "folder": folder.display().to_string(), "pages": pages })))
}
