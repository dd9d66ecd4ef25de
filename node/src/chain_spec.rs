//! Chain specifications: two that are built in, for development, and any other from a file.
//!
//! A production network has no built-in specification. Its founders export `local` with `export-chain-spec`, put in
//! their own name, id, validators, council and balances, convert the file with
//! `export-chain-spec --chain <file> --raw` and hand out the result to every node: it is the genesis block.

use crate::dev_genesis::SaltError;
use sc_service::{ChainType, GenericChainSpec, Properties};
use serde_json::{json, Value};
use sp_genesis_builder::DEV_RUNTIME_PRESET;
use specie_runtime::{
    genesis_config_presets::{self, LOCAL_PRESET},
    Hash,
};
use std::path::PathBuf;

/// The currency's symbol, as wallets show it. Symbol and decimals are also part of the metadata hash that the
/// runtime's build script makes, and must be the same there.
const TOKEN_SYMBOL: &str = "SPC";

/// One unit of the currency is 10^12 base units.
const TOKEN_DECIMALS: u32 = 12;

/// The address prefix: 42, the one for any Substrate chain.
const SS58_FORMAT: u32 = 42;

/// Names the older network protocols. Newer ones use the genesis hash.
const PROTOCOL_ID: &str = "specie";

/// Why there is no chain specification.
#[derive(Debug, thiserror::Error)]
pub enum ChainSpecError {
    /// Neither `--chain` nor `--dev`. There is no default chain: a node that joins the wrong network by a
    /// forgotten option would answer machines about the wrong money.
    #[error("no chain given: use --chain <path>, --dev or --chain local")]
    NotGiven,
    /// A built-in chain, but no runtime to build its genesis with.
    #[error(
        "this binary was built without the WASM runtime and knows no built-in chain: give a file with --chain \
         <path>, or build again without SKIP_WASM_BUILD in the environment"
    )]
    NoRuntime,
    /// The salt of a development chain.
    #[error("the genesis of the development chain: {0}")]
    Salt(#[from] SaltError),
    /// Not a built-in chain and not a file that can be read.
    #[error("`{chain}` is neither `dev` nor `local` nor a file with a chain specification: {reason}")]
    NotReadable {
        /// What was given.
        chain: String,
        /// What the SDK says about it.
        reason: String,
    },
}

/// The specification that `--chain` names: `dev`, `local` or the path of a JSON file. The slots of the first two take `slot`
/// milliseconds. `salt` tells development chains apart.
pub fn load(
    chain: &str,
    slot: u64,
    salt: impl FnOnce() -> Result<Hash, SaltError>,
) -> Result<GenericChainSpec, ChainSpecError> {
    match chain {
        "" => Err(ChainSpecError::NotGiven),
        "dev" => development(slot, salt()?),
        "local" => local(slot),
        path => GenericChainSpec::from_json_file(PathBuf::from(path))
            .map_err(|reason| ChainSpecError::NotReadable { chain: path.to_owned(), reason }),
    }
}

/// One validator, Alice, and everything a developer needs.
fn development(slot: u64, salt: Hash) -> Result<GenericChainSpec, ChainSpecError> {
    built_in("Specie Development", "specie_dev", ChainType::Development, DEV_RUNTIME_PRESET, slot, salt)
}

/// Four validators, Alice to Dave, on one machine or a local network.
fn local(slot: u64) -> Result<GenericChainSpec, ChainSpecError> {
    built_in("Specie Local", "specie_local", ChainType::Local, LOCAL_PRESET, slot, Hash::zero())
}

fn built_in(
    name: &str,
    id: &str,
    chain_type: ChainType,
    preset: &str,
    slot: u64,
    salt: Hash,
) -> Result<GenericChainSpec, ChainSpecError> {
    let runtime = specie_runtime::WASM_BINARY.ok_or(ChainSpecError::NoRuntime)?;
    let preset = genesis_config_presets::get_preset(&preset.to_owned()).ok_or(ChainSpecError::NoRuntime)?;
    let mut genesis: Value = serde_json::from_slice(&preset).map_err(|_| ChainSpecError::NoRuntime)?;
    // An odd number cannot be halved; the genesis refuses it.
    genesis["slots"]["millis"] = json!(slot);
    if !salt.is_zero() {
        genesis["carriers"]["salt"] = json!(salt.0);
    }
    Ok(GenericChainSpec::builder(runtime, None)
        .with_name(name)
        .with_id(id)
        .with_chain_type(chain_type)
        .with_protocol_id(PROTOCOL_ID)
        .with_properties(properties())
        .with_genesis_config_patch(genesis)
        .build())
}

fn properties() -> Properties {
    let mut properties = Properties::new();
    properties.insert("tokenSymbol".to_owned(), TOKEN_SYMBOL.into());
    properties.insert("tokenDecimals".to_owned(), TOKEN_DECIMALS.into());
    properties.insert("ss58Format".to_owned(), SS58_FORMAT.into());
    properties
}
