//! What the subcommands need to work on the database of a node that is not running.
//!
//! The pool and an import queue that nobody uses are handed to the task manager: were they dropped, their tasks
//! would end and the log would say that the node failed.

use super::partial::{self, Partial};
use crate::full::{FullBackend, FullClient};
use sc_consensus::DefaultImportQueue;
use sc_service::{Configuration, Error, TaskManager};
use specie_runtime::opaque::Block;
use std::sync::Arc;

/// The parts for a subcommand that reads blocks and state, or takes blocks back.
pub fn chain_reader(config: &Configuration) -> Result<(Arc<FullClient>, Arc<FullBackend>, TaskManager), Error> {
    let Partial { client, backend, mut task_manager, import_queue, transaction_pool, .. } = partial::new(config)?;
    task_manager.keep_alive((import_queue, transaction_pool));
    Ok((client, backend, task_manager))
}

/// The parts for a subcommand that imports blocks.
pub fn chain_importer(
    config: &Configuration,
) -> Result<(Arc<FullClient>, DefaultImportQueue<Block>, TaskManager), Error> {
    let Partial { client, mut task_manager, import_queue, transaction_pool, .. } = partial::new(config)?;
    task_manager.keep_alive(transaction_pool);
    Ok((client, import_queue, task_manager))
}
