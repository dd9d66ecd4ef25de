//! What tells development chains apart.
//!
//! Everybody's development chain is made of the same keys and amounts. Were their genesis blocks the same too, an order of one
//! would be valid on the next. So each gets a salt: a random one for a chain that is deleted when its node ends, and for
//! others one that is made once and kept beside the chain's data.

use crate::{
    cli::{Cli, Subcommand},
    index::IndexCmd,
};
use sc_cli::{CliConfiguration, SharedParams};
use specie_runtime::Hash;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The file in the base path that keeps the salt: 64 hex digits.
const FILE: &str = "dev-genesis";

/// Why there is no salt.
#[derive(Debug, thiserror::Error)]
pub enum SaltError {
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What happened.
        #[source]
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{} does not hold 64 hex digits: restore it, or delete the chain with it", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
}

/// The salt of the development chain that the command line is about; zeros where it is about none that runs.
pub fn salt(cli: &Cli) -> Result<Hash, SaltError> {
    match &cli.subcommand {
        // Without a folder the chain ends with the node.
        None => match base_path(cli.run.shared_params()) {
            Some(path) if !cli.run.tmp => kept(&path),
            _ => Ok(Hash::random()),
        },
        Some(subcommand) => {
            shared_params(subcommand).and_then(base_path).map_or(Ok(Hash::zero()), |path| read(&path))
        }
    }
}

fn base_path(shared: &SharedParams) -> Option<PathBuf> {
    shared.base_path().ok().flatten().map(|path| path.path().to_path_buf())
}

/// The options of a subcommand that works on a chain's data.
fn shared_params(subcommand: &Subcommand) -> Option<&SharedParams> {
    match subcommand {
        Subcommand::BuildSpec(cmd) => Some(cmd.shared_params()),
        Subcommand::CheckBlock(cmd) => Some(cmd.shared_params()),
        Subcommand::ExportBlocks(cmd) => Some(cmd.shared_params()),
        Subcommand::ExportState(cmd) => Some(cmd.shared_params()),
        Subcommand::ImportBlocks(cmd) => Some(cmd.shared_params()),
        Subcommand::PurgeChain(cmd) => Some(cmd.shared_params()),
        Subcommand::Revert(cmd) => Some(cmd.shared_params()),
        Subcommand::ChainInfo(cmd) => Some(cmd.shared_params()),
        Subcommand::Index(cmd) => Some(match cmd.as_ref() {
            IndexCmd::Verify(cmd) => cmd.shared_params(),
            IndexCmd::Rebuild(cmd) => cmd.shared_params(),
        }),
        Subcommand::Key(_) | Subcommand::ExportChainSpec(_) => None,
        #[cfg(feature = "runtime-benchmarks")]
        Subcommand::Benchmark(_) => None,
    }
}

/// The salt that is kept in a folder, made now if there is no chain in it yet.
fn kept(folder: &Path) -> Result<Hash, SaltError> {
    let path = folder.join(FILE);
    if path.exists() || folder.join("chains").exists() {
        return read(folder);
    }
    let salt = Hash::random();
    let write = || {
        fs::create_dir_all(folder)?;
        fs::write(&path, format!("{salt:?}\n"))
    };
    write().map_err(|source| SaltError::Io { path: path.clone(), source })?;
    Ok(salt)
}

/// The salt that is kept in a folder; zeros where there is none.
fn read(folder: &Path) -> Result<Hash, SaltError> {
    let path = folder.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => text.trim().parse().map_err(|_| SaltError::Malformed { path }),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(Hash::zero()),
        Err(source) => Err(SaltError::Io { path, source }),
    }
}
