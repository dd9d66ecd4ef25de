//! Aura: whose turn it is to make a block, and the check that it was.

use super::grandpa::FullBlockImport;
use crate::full::{FullClient, FullPool, FullSelectChain};
use prometheus_endpoint::Registry;
use sc_basic_authorship::ProposerFactory;
use sc_consensus::DefaultImportQueue;
use sc_consensus_aura::{
    standalone::slot_duration_at, ImportQueueParams, InherentDataProvider, SlotDuration, SlotProportion,
    StartAuraParams,
};
use sc_network_sync::SyncingService;
use sc_service::{Error, SpawnEssentialTaskHandle, TaskManager};
use sc_telemetry::TelemetryHandle;
use sp_consensus_aura::sr25519::{AuthorityId as AuraId, AuthorityPair as AuraPair};
use sp_keystore::KeystorePtr;
use specie_runtime::{opaque::Block, Hash};
use std::sync::Arc;

/// The share of a slot that goes into making the block. The rest is for sending it out before the next turn.
const PROPOSAL_SLOT_PORTION: f32 = 2.0 / 3.0;

/// What a block carries that no transaction says: its slot and its time.
type Inherents = (InherentDataProvider, sp_timestamp::InherentDataProvider);

/// The queue that checks and imports the blocks that others made.
pub fn import_queue(
    client: &Arc<FullClient>,
    block_import: FullBlockImport,
    spawner: &SpawnEssentialTaskHandle,
    registry: Option<&Registry>,
    telemetry: Option<TelemetryHandle>,
) -> Result<DefaultImportQueue<Block>, Error> {
    let inherents_client = client.clone();
    let queue = sc_consensus_aura::import_queue::<AuraPair, _, _, _, _, _>(ImportQueueParams {
        justification_import: Some(Box::new(block_import.clone())),
        block_import,
        client: client.clone(),
        create_inherent_data_providers: move |parent, ()| inherents_after(inherents_client.clone(), parent),
        spawner,
        registry,
        check_for_equivocation: Default::default(),
        telemetry,
        compatibility_mode: Default::default(),
    })?;
    Ok(queue)
}

/// What an author of blocks needs.
pub struct Authoring {
    /// The chain.
    pub client: Arc<FullClient>,
    /// Which block to build on.
    pub select_chain: FullSelectChain,
    /// Where the finished block goes.
    pub block_import: FullBlockImport,
    /// What goes into the block.
    pub transaction_pool: Arc<FullPool>,
    /// The keys to sign it with.
    pub keystore: KeystorePtr,
    /// Whether the node is in a state to make blocks.
    pub sync_service: Arc<SyncingService<Block>>,
    /// Make blocks even without a peer.
    pub force_authoring: bool,
    /// Where the metrics go.
    pub prometheus_registry: Option<Registry>,
    /// Where the reports go.
    pub telemetry: Option<TelemetryHandle>,
}

/// Makes a block whenever one of the node's keys has the turn. The node ends when this fails.
pub fn spawn(task_manager: &TaskManager, authoring: Authoring) -> Result<(), Error> {
    let Authoring {
        client,
        select_chain,
        block_import,
        transaction_pool,
        keystore,
        sync_service,
        force_authoring,
        prometheus_registry,
        telemetry,
    } = authoring;

    let proposer_factory = ProposerFactory::new(
        task_manager.spawn_handle(),
        client.clone(),
        transaction_pool,
        prometheus_registry.as_ref(),
        telemetry.clone(),
    );
    let slot_duration = sc_consensus_aura::slot_duration::<AuraId, Block, FullClient>(&client)?;
    let aura = sc_consensus_aura::start_aura::<AuraPair, _, _, _, _, _, _, _, _, _, _>(StartAuraParams {
        slot_duration,
        client,
        select_chain,
        block_import,
        proposer_factory,
        sync_oracle: sync_service.clone(),
        justification_sync_link: sync_service,
        create_inherent_data_providers: move |_: Hash, ()| async move { Ok(inherents_now(slot_duration)) },
        force_authoring,
        backoff_authoring_blocks: Option::<()>::None,
        keystore,
        block_proposal_slot_portion: SlotProportion::new(PROPOSAL_SLOT_PORTION),
        max_block_proposal_slot_portion: None,
        telemetry,
        compatibility_mode: Default::default(),
    })?;
    task_manager.spawn_essential_handle().spawn_blocking("aura", Some("block-authoring"), aura);
    Ok(())
}

/// The inherents for a child of `parent`, with the slot duration of the runtime there.
async fn inherents_after(
    client: Arc<FullClient>,
    parent: Hash,
) -> Result<Inherents, Box<dyn std::error::Error + Send + Sync>> {
    let slot_duration = slot_duration_at::<AuraId, Block, FullClient>(&client, parent)?;
    Ok(inherents_now(slot_duration))
}

fn inherents_now(slot_duration: SlotDuration) -> Inherents {
    let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
    let slot = InherentDataProvider::from_timestamp_and_slot_duration(*timestamp, slot_duration);
    (slot, timestamp)
}
