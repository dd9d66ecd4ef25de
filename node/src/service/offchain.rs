//! Offchain workers: what the runtime does beside its blocks.

use crate::full::{FullBackend, FullClient, FullPool};
use futures::FutureExt;
use sc_client_api::Backend;
use sc_network::service::traits::NetworkService;
use sc_offchain::{OffchainWorkerOptions, OffchainWorkers};
use sc_service::{Error, TaskManager};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_keystore::KeystorePtr;
use std::sync::Arc;

/// What offchain workers may use.
pub struct Workers {
    /// The chain.
    pub client: Arc<FullClient>,
    /// Their own storage is a part of it.
    pub backend: Arc<FullBackend>,
    /// Where their transactions go.
    pub transaction_pool: Arc<FullPool>,
    /// The network.
    pub network: Arc<dyn NetworkService>,
    /// The node's keys.
    pub keystore: KeystorePtr,
    /// Whether the node is a validator.
    pub is_validator: bool,
}

/// Runs the runtime's offchain workers after every new best block.
pub fn spawn(task_manager: &TaskManager, workers: Workers) -> Result<(), Error> {
    let client = workers.client;
    let runner = OffchainWorkers::new(OffchainWorkerOptions {
        runtime_api_provider: client.clone(),
        keystore: Some(workers.keystore),
        offchain_db: workers.backend.offchain_storage(),
        transaction_pool: Some(OffchainTransactionPoolFactory::new(workers.transaction_pool)),
        network_provider: Arc::new(workers.network),
        is_validator: workers.is_validator,
        enable_http_requests: true,
        custom_extensions: |_| Vec::new(),
    })?;
    task_manager.spawn_handle().spawn(
        "offchain-workers-runner",
        "offchain-worker",
        runner.run(client, task_manager.spawn_handle()).boxed(),
    );
    Ok(())
}
