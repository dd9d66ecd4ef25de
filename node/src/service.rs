//! The running node: network, consensus, offchain workers and RPC around one client.

mod aura;
mod grandpa;
mod offchain;
mod offline;
mod partial;
mod sieve;
mod sockets;

pub use offline::{chain_importer, chain_reader};

use crate::{
    args::SpecieArgs,
    full::{FullBackend, FullClient, FullPool},
    place, rpc,
};
use jsonrpsee::RpcModule;
use partial::{Consensus, Partial};
use sc_client_api::HeaderBackend;
use sc_consensus_grandpa::SharedVoterState;
use sc_network::{config::FullNetworkConfiguration, multiaddr::Protocol, Multiaddr, NetworkBackend};
use sc_network_sync::SyncingService;
use sc_service::{BuildNetworkParams, Configuration, Error, SpawnTasksParams, TaskManager};
use sieve::Sieve;
use specie_runtime::{opaque::Block, Hash};
use std::{net::SocketAddr, sync::Arc};

/// Starts a validator or a full node, as `config` says, over the network backend `N`.
///
/// The tasks run until the returned task manager is dropped. A task without which the node would only seem to work
/// (import, authoring, finality, network) ends the whole node when it fails.
pub fn new_full<N>(config: Configuration, options: SpecieArgs) -> Result<TaskManager, Error>
where
    N: NetworkBackend<Block, Hash>,
{
    let Partial {
        client,
        backend,
        mut task_manager,
        import_queue,
        keystore_container,
        select_chain,
        transaction_pool,
        other: Consensus { block_import, grandpa_link, mut telemetry },
    } = partial::new(&config)?;

    let role = config.role;
    let force_authoring = config.force_authoring;
    let grandpa_enabled = !config.disable_grandpa;
    let node_name = config.network.node_name.clone();
    let prometheus_registry = config.prometheus_registry().cloned();

    let mut net_config =
        FullNetworkConfiguration::<Block, Hash, N>::new(&config.network, prometheus_registry.clone());
    let metrics = N::register_notification_metrics(prometheus_registry.as_ref());
    let grandpa_protocol =
        grandpa::add_protocol(&config, client.info().genesis_hash, &mut net_config, metrics.clone());
    // What comes from outside, from peers and over RPC, goes through it.
    let door = Sieve::new(transaction_pool.clone(), client.clone(), prometheus_registry.as_ref())?;
    let door = Arc::new(door);
    let (network, system_rpc_tx, tx_handler_controller, sync_service, _) =
        sc_service::build_network(BuildNetworkParams {
            config: &config,
            net_config,
            client: client.clone(),
            transaction_pool: door.clone(),
            spawn_handle: task_manager.spawn_handle(),
            spawn_essential_handle: task_manager.spawn_essential_handle(),
            import_queue,
            block_announce_validator_builder: None,
            warp_sync_config: Some(grandpa::warp_sync(backend.clone(), &grandpa_link)),
            block_relay: None,
            metrics,
            gap_sync_body_policy: None,
        })?;

    if config.offchain_worker.enabled {
        offchain::spawn(
            &task_manager,
            offchain::Workers {
                client: client.clone(),
                backend: backend.clone(),
                transaction_pool: transaction_pool.clone(),
                network: network.clone(),
                keystore: keystore_container.keystore(),
                is_validator: role.is_authority(),
            },
        )?;
    }

    let voter_state = SharedVoterState::empty();
    let rpc = rpc::Deps {
        client: client.clone(),
        pool: transaction_pool.clone(),
        grandpa: grandpa::rpc_deps(backend.clone(), &grandpa_link, voter_state.clone()),
        specie: specie_methods(
            &config,
            &options,
            &task_manager,
            &client,
            &backend,
            &transaction_pool,
            &sync_service,
        )?,
    };
    let rpc_handlers = sc_service::spawn_tasks(SpawnTasksParams {
        config,
        client: client.clone(),
        backend,
        task_manager: &mut task_manager,
        keystore: keystore_container.keystore(),
        transaction_pool: door,
        rpc_builder: Box::new(move |executor| rpc::create(&rpc, executor).map_err(Error::Application)),
        network: network.clone(),
        system_rpc_tx,
        tx_handler_controller,
        sync_service: sync_service.clone(),
        telemetry: telemetry.as_mut(),
        tracing_execute_block: None,
    })?;
    let listening: Vec<_> = rpc_handlers.listen_addresses().iter().filter_map(socket_address).collect();
    sockets::send_at_once(&listening);
    let telemetry = telemetry.map(|telemetry| telemetry.handle());

    if role.is_authority() {
        aura::spawn(
            &task_manager,
            aura::Authoring {
                client,
                select_chain,
                block_import,
                transaction_pool: transaction_pool.clone(),
                keystore: keystore_container.keystore(),
                sync_service: sync_service.clone(),
                force_authoring,
                prometheus_registry: prometheus_registry.clone(),
                telemetry: telemetry.clone(),
            },
        )?;
    }
    if grandpa_enabled {
        grandpa::spawn(
            &task_manager,
            grandpa::Voting {
                link: grandpa_link,
                protocol: grandpa_protocol,
                network,
                sync_service,
                transaction_pool,
                // Without keys the voter follows the votes and casts none.
                keystore: role.is_authority().then(|| keystore_container.keystore()),
                role,
                node_name,
                voter_state,
                prometheus_registry,
                telemetry,
            },
        )?;
    }

    Ok(task_manager)
}

/// Starts the index and puts the methods over it together.
fn specie_methods(
    config: &Configuration,
    options: &SpecieArgs,
    task_manager: &TaskManager,
    client: &Arc<FullClient>,
    backend: &Arc<FullBackend>,
    pool: &Arc<FullPool>,
    sync_service: &Arc<SyncingService<Block>>,
) -> Result<RpcModule<()>, Error> {
    let registry = config.prometheus_registry();
    let index = specie_indexer::spawn::<_, _, Block>(specie_indexer::Plugin {
        source: specie_indexer::Source::with_backend(client.clone(), backend.clone()),
        pool: pool.clone(),
        store: place::store_options(config, options.index_path.clone(), options.index_cache),
        history: options.index_history,
        spawner: &task_manager.spawn_handle(),
        registry,
    })?;
    specie_rpc::create(specie_rpc::Deps {
        index,
        node: Arc::new(rpc::NodeState {
            client: client.clone(),
            sync_service: sync_service.clone(),
            currencies: Default::default(),
        }),
        freshness: options.freshness(),
        allowance: options.allowance(),
        registry,
    })
    .map_err(|error| Error::Application(Box::new(error)))
}

/// The socket address in an address of the network's kind.
fn socket_address(address: &Multiaddr) -> Option<SocketAddr> {
    let (mut ip, mut port) = (None, None);
    for part in address.iter() {
        match part {
            Protocol::Ip4(known) => ip = Some(known.into()),
            Protocol::Ip6(known) => ip = Some(known.into()),
            Protocol::Tcp(known) => port = Some(known),
            _ => {}
        }
    }
    Some(SocketAddr::new(ip?, port?))
}
