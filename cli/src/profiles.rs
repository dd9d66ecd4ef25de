//! Profiles: what somebody who works with several chains or keys would else type each time.
//!
//! ```toml
//! # ~/.config/specie/config.toml
//! default = "branch"
//!
//! [profiles.branch]
//! nodes = ["wss://node-1.bank.example", "wss://node-2.bank.example"]
//! genesis = "0x…"
//! key = "/home/ada/branch.json"
//! ```
//!
//! An option of the command line comes before the profile, and the environment in between.

use crate::error::Error;
use serde::Deserialize;
use std::{collections::BTreeMap, path::PathBuf};

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// Nodes to ask, the preferred first.
    pub nodes: Vec<String>,
    /// The genesis hash of their chain.
    pub genesis: Option<String>,
    /// The key that signs.
    pub key: Option<String>,
    /// How many members of the council are to agree.
    pub threshold: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    default: Option<String>,
    profiles: BTreeMap<String, Profile>,
}

/// Where the file is: `$XDG_CONFIG_HOME/specie/config.toml`, or `~/.config/specie/config.toml`.
fn path() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(config.join("specie").join("config.toml"))
}

/// The names of all of them, as far as the file can be read.
pub fn names() -> Vec<String> {
    let text = path().and_then(|path| std::fs::read_to_string(path).ok());
    let file = text.and_then(|text| toml::from_str::<File>(&text).ok());
    file.map(|file| file.profiles.into_keys().collect()).unwrap_or_default()
}

/// The profile of this name; without one the file's default; without that, an empty one.
pub fn find(name: Option<&str>) -> Result<Profile, Error> {
    let usage = |why: String| Err(Error::Usage(why));
    let Some(path) = path() else { return Ok(Profile::default()) };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => match name {
            Some(name) => return usage(format!("there is no profile {name:?}: {} is not there", path.display())),
            None => return Ok(Profile::default()),
        },
        Err(error) => return usage(format!("{}: {error}", path.display())),
    };
    let file: File = match toml::from_str(&text) {
        Ok(file) => file,
        Err(error) => return usage(format!("{}: {error}", path.display())),
    };
    let Some(name) = name.map(str::to_owned).or(file.default) else { return Ok(Profile::default()) };
    match file.profiles.get(&name) {
        Some(profile) => Ok(profile.clone()),
        None => {
            let known: Vec<&str> = file.profiles.keys().map(String::as_str).collect();
            usage(format!("there is no profile {name:?} in {}; there are: {}", path.display(), known.join(", ")))
        }
    }
}
