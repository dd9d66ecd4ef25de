//! Where the index of a node is.

use sc_service::Configuration;
use specie_indexer::StoreOptions;
use std::path::PathBuf;

/// The folder of the index beside the chain's database.
const FOLDER: &str = "specie-index";

/// The memory for what the index reads, in MiB, unless the operator says otherwise.
pub const CACHE_MIB: usize = 256;

/// Where the index of a node is, and what it may take.
pub fn store_options(config: &Configuration, path: Option<PathBuf>, cache_mib: usize) -> StoreOptions {
    let chain = config.base_path.config_dir(config.chain_spec.id());
    StoreOptions { path: path.unwrap_or_else(|| chain.join(FOLDER)), cache_bytes: cache_mib << 20 }
}
