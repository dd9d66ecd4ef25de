//! Genesis states for development and tests, made of keys that everybody knows.
//!
//! Both have an issuer's council of three; `development` alone has a sudo key. A production chain
//! spec starts from the default genesis instead, names its own validators and council, and leaves
//! `sudo.key` empty.

use alloc::{string::ToString, vec, vec::Vec};

use frame_support::build_struct_json_patch;
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

use crate::{
    AccountId, AuraConfig, Balance, BalancesConfig, GrandpaConfig, IssuerCouncilConfig, RuntimeGenesisConfig,
    SudoConfig, UNIT,
};

/// The preset of a network of four validators on one machine.
pub const LOCAL_PRESET: &str = "local";

/// What each of the well-known accounts starts with, in base units.
const ENDOWMENT: Balance = 1_000_000 * UNIT;

/// The JSON of the preset `id`: a patch to the default genesis. `None` when there is no such
/// preset.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let authorities = match id.as_str() {
        DEV_RUNTIME_PRESET => vec![(Sr25519Keyring::Alice, Ed25519Keyring::Alice)],
        LOCAL_PRESET => vec![
            (Sr25519Keyring::Alice, Ed25519Keyring::Alice),
            (Sr25519Keyring::Bob, Ed25519Keyring::Bob),
            (Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
            (Sr25519Keyring::Dave, Ed25519Keyring::Dave),
        ],
        _ => return None,
    };
    let sudo = (id == DEV_RUNTIME_PRESET).then(|| Sr25519Keyring::Alice.to_account_id());
    Some(genesis(authorities, sudo))
}

/// The names of the presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![PresetId::from(DEV_RUNTIME_PRESET), PresetId::from(LOCAL_PRESET)]
}

fn genesis(authorities: Vec<(Sr25519Keyring, Ed25519Keyring)>, sudo: Option<AccountId>) -> Vec<u8> {
    let aura: Vec<AuraId> = authorities.iter().map(|(aura, _)| aura.public().into()).collect();
    let grandpa: Vec<(GrandpaId, u64)> =
        authorities.iter().map(|(_, grandpa)| (grandpa.public().into(), 1)).collect();
    let endowed: Vec<(AccountId, Balance)> =
        Sr25519Keyring::well_known().map(|key| (key.to_account_id(), ENDOWMENT)).collect();
    let council: Vec<AccountId> = [Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie]
        .map(Sr25519Keyring::to_account_id)
        .to_vec();

    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig { balances: endowed },
        aura: AuraConfig { authorities: aura },
        grandpa: GrandpaConfig { authorities: grandpa },
        issuer_council: IssuerCouncilConfig { members: council },
        sudo: SudoConfig { key: sudo },
    })
    .to_string()
    .into_bytes()
}
