//! What the shell completes beyond the command's own words: readers that are there, and profiles of the file.
//!
//! Nothing here fails: where nothing can be found, nothing is offered.

use crate::profiles;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use specie_reader::pcsc::Readers;

/// The variable by which a shell asks this command for completions.
pub const VARIABLE: &str = "COMPLETE";

/// The readers, by their numbers, with their names beside them.
pub fn readers() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let names = Readers::connect().and_then(|readers| Ok(readers.list()?.iter().map(|it| it.name()).collect()));
        let names: Vec<String> = names.unwrap_or_default();
        let candidate =
            |(number, name): (usize, String)| CompletionCandidate::new(number.to_string()).help(Some(name.into()));
        names.into_iter().enumerate().map(candidate).collect()
    })
}

/// The profiles of the configuration file.
pub fn profiles() -> ArgValueCandidates {
    ArgValueCandidates::new(|| profiles::names().into_iter().map(CompletionCandidate::new).collect())
}
