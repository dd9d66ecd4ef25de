//! GRANDPA: which blocks are final.

use crate::{
    full::{FullBackend, FullClient, FullPool, FullSelectChain},
    rpc::GrandpaDeps,
};
use prometheus_endpoint::Registry;
use sc_consensus_grandpa::{
    warp_proof::NetworkProvider, FinalityProofProvider, GrandpaBlockImport, GrandpaParams, LinkHalf,
    SharedVoterState, ThreeQuartersOfTheUnfinalizedChain, VotingRulesBuilder,
};
use sc_network::{
    config::FullNetworkConfiguration, service::traits::NetworkService, NetworkBackend, NotificationMetrics,
    NotificationService, ProtocolName,
};
use sc_network_sync::SyncingService;
use sc_service::{Configuration, Error, Role, TaskManager, WarpSyncConfig};
use sc_telemetry::TelemetryHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_keystore::KeystorePtr;
use specie_runtime::{opaque::Block, Hash};
use std::{sync::Arc, time::Duration};

/// Imports blocks, GRANDPA's part of it included.
pub type FullBlockImport = GrandpaBlockImport<FullBackend, Block, FullClient, FullSelectChain>;

/// What the import tells the voter.
pub type FullLink = LinkHalf<Block, FullClient, FullSelectChain>;

/// A proof of finality is stored and imported for one block in so many at least: about every 17 minutes.
const JUSTIFICATION_PERIOD_BLOCKS: u32 = 512;

/// How long a vote is expected to take through the network; a round waits for a few times that.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);

/// The import of blocks, and its link to the voter.
pub fn block_import(
    client: &Arc<FullClient>,
    select_chain: FullSelectChain,
    telemetry: Option<TelemetryHandle>,
) -> Result<(FullBlockImport, FullLink), Error> {
    let import_and_link = sc_consensus_grandpa::block_import(
        client.clone(),
        JUSTIFICATION_PERIOD_BLOCKS,
        client,
        select_chain,
        telemetry,
    )?;
    Ok(import_and_link)
}

/// The network protocol that the votes travel by.
pub struct Protocol {
    name: ProtocolName,
    notifications: Box<dyn NotificationService>,
}

/// Adds the votes' protocol to the network's. It is named after the genesis block, so that two chains never mix.
pub fn add_protocol<N>(
    config: &Configuration,
    genesis_hash: Hash,
    net_config: &mut FullNetworkConfiguration<Block, Hash, N>,
    metrics: NotificationMetrics,
) -> Protocol
where
    N: NetworkBackend<Block, Hash>,
{
    let name = sc_consensus_grandpa::protocol_standard_name(&genesis_hash, &config.chain_spec);
    let (protocol, notifications) = sc_consensus_grandpa::grandpa_peers_set_config::<Block, N>(
        name.clone(),
        metrics,
        net_config.peer_store_handle(),
    );
    net_config.add_notification_protocol(protocol);
    Protocol { name, notifications }
}

/// Warp sync, both ways: proofs of finality instead of every block.
pub fn warp_sync(backend: Arc<FullBackend>, link: &FullLink) -> WarpSyncConfig<Block> {
    let provider = NetworkProvider::new(backend, link.shared_authority_set().clone(), Vec::new());
    WarpSyncConfig::WithProvider(Arc::new(provider))
}

/// What the RPC methods on finality answer from.
pub fn rpc_deps(backend: Arc<FullBackend>, link: &FullLink, voter_state: SharedVoterState) -> GrandpaDeps {
    let authority_set = link.shared_authority_set().clone();
    GrandpaDeps {
        voter_state,
        authority_set: authority_set.clone(),
        justifications: link.justification_stream(),
        finality_proofs: FinalityProofProvider::new_for_service(backend, Some(authority_set)),
    }
}

/// What a voter needs.
pub struct Voting {
    /// What the import tells it.
    pub link: FullLink,
    /// How votes travel.
    pub protocol: Protocol,
    /// The network they travel over.
    pub network: Arc<dyn NetworkService>,
    /// Where to ask for blocks that others voted for.
    pub sync_service: Arc<SyncingService<Block>>,
    /// Where reports of a voter who voted twice go.
    pub transaction_pool: Arc<FullPool>,
    /// The keys to vote with; without them it follows the votes of others.
    pub keystore: Option<KeystorePtr>,
    /// Whether the node is a validator.
    pub role: Role,
    /// The node's name in log and telemetry.
    pub node_name: String,
    /// Where the RPC reads the state of the rounds.
    pub voter_state: SharedVoterState,
    /// Where the metrics go.
    pub prometheus_registry: Option<Registry>,
    /// Where the reports go.
    pub telemetry: Option<TelemetryHandle>,
}

/// Votes for blocks and finalises those with enough votes. The node ends when this fails.
///
/// A full node runs the voter as well, without keys: the SDK's observer is not meant for use.
pub fn spawn(task_manager: &TaskManager, voting: Voting) -> Result<(), Error> {
    let config = sc_consensus_grandpa::Config {
        gossip_duration: GOSSIP_DURATION,
        justification_generation_period: JUSTIFICATION_PERIOD_BLOCKS,
        observer_enabled: false,
        local_role: voting.role,
        name: Some(voting.node_name),
        keystore: voting.keystore,
        telemetry: voting.telemetry.clone(),
        protocol_name: voting.protocol.name,
    };
    let voter = sc_consensus_grandpa::run_grandpa_voter(GrandpaParams {
        config,
        link: voting.link,
        network: voting.network,
        sync: voting.sync_service,
        notification_service: voting.protocol.notifications,
        // Three quarters of what is not final, rounded up: the newest block, when only a few are not. The SDK's default also
        // stays two blocks behind the newest, which keeps everybody who waits for money waiting two blocks longer. That
        // spares validators votes for tips that lose; with one author a slot there are few, and a vote for one costs a
        // round, never a final block.
        voting_rule: VotingRulesBuilder::new().add(ThreeQuartersOfTheUnfinalizedChain).build(),
        prometheus_registry: voting.prometheus_registry,
        shared_voter_state: voting.voter_state,
        telemetry: voting.telemetry,
        offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(voting.transaction_pool),
    })?;
    task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
    Ok(())
}
