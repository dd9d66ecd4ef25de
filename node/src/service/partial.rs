//! The parts that the running node and the subcommands share: client, database, pool, import queue.

use super::{aura, grandpa};
use crate::full::{FullBackend, FullClient, FullPool, FullSelectChain, HostFunctions};
use sc_consensus::{DefaultImportQueue, LongestChain};
use sc_consensus_grandpa::GrandpaPruningFilter;
use sc_service::{Configuration, Error, PartialComponents};
use sc_telemetry::{Telemetry, TelemetryWorker};
use specie_runtime::{apis::RuntimeApi, opaque::Block};
use std::sync::Arc;

/// The parts that running node and subcommands share.
pub type Partial =
    PartialComponents<FullClient, FullBackend, FullSelectChain, DefaultImportQueue<Block>, FullPool, Consensus>;

/// The parts that are particular to this node's consensus.
pub struct Consensus {
    /// Imports blocks, GRANDPA's part of it included.
    pub block_import: grandpa::FullBlockImport,
    /// What the import tells the voter.
    pub grandpa_link: grandpa::FullLink,
    /// Where the node reports how it does, if the operator wants that.
    pub telemetry: Option<Telemetry>,
}

/// How many telemetry messages may wait to be sent; further ones are dropped.
const TELEMETRY_BUFFER_MESSAGES: usize = 16;

/// Opens the database and builds the parts. Starts no network and no consensus.
pub fn new(config: &Configuration) -> Result<Partial, Error> {
    let telemetry = open_telemetry(config)?;
    let telemetry_handle = telemetry.as_ref().map(|(_, telemetry)| telemetry.handle());

    let (client, backend, keystore_container, task_manager) = sc_service::new_full_parts::<Block, RuntimeApi, _>(
        config,
        telemetry_handle.clone(),
        sc_service::new_wasm_executor::<HostFunctions>(&config.executor),
        // Keeps the blocks that prove finality when older ones are pruned, so that others can still warp sync from
        // this node.
        vec![Arc::new(GrandpaPruningFilter)],
    )?;
    let client = Arc::new(client);
    let telemetry = telemetry.map(|(worker, telemetry)| {
        task_manager.spawn_handle().spawn("telemetry", None, worker.run());
        telemetry
    });

    let select_chain = LongestChain::new(backend.clone());
    let transaction_pool = Arc::new(
        sc_transaction_pool::Builder::new(
            task_manager.spawn_essential_handle(),
            client.clone(),
            config.role.is_authority().into(),
        )
        .with_options(config.transaction_pool.clone())
        .with_prometheus(config.prometheus_registry())
        .build(),
    );
    let (block_import, grandpa_link) =
        grandpa::block_import(&client, select_chain.clone(), telemetry_handle.clone())?;
    let import_queue = aura::import_queue(
        &client,
        block_import.clone(),
        &task_manager.spawn_essential_handle(),
        config.prometheus_registry(),
        telemetry_handle,
    )?;

    Ok(Partial {
        client,
        backend,
        task_manager,
        keystore_container,
        select_chain,
        import_queue,
        transaction_pool,
        other: Consensus { block_import, grandpa_link, telemetry },
    })
}

/// The connection to the telemetry servers that the operator or the chain specification names, if any.
fn open_telemetry(config: &Configuration) -> Result<Option<(TelemetryWorker, Telemetry)>, sc_telemetry::Error> {
    let Some(endpoints) = config.telemetry_endpoints.clone().filter(|endpoints| !endpoints.is_empty()) else {
        return Ok(None);
    };
    let worker = TelemetryWorker::new(TELEMETRY_BUFFER_MESSAGES)?;
    let telemetry = worker.handle().new_telemetry(endpoints);
    Ok(Some((worker, telemetry)))
}
