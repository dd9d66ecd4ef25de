//! The presets are complete: each makes a genesis, with the validators and keys that it promises.

use pallet_collective::Instance1;
use serde_json::Value;
use sp_genesis_builder::DEV_RUNTIME_PRESET;
use sp_io::TestExternalities;
use sp_runtime::BuildStorage;

use super::alice;
use crate::{
    genesis_config_presets::{get_preset, preset_names, LOCAL_PRESET},
    Grandpa, Runtime, RuntimeGenesisConfig,
};

/// Merges `patch` into `base`, as the node does it (RFC 7386, without removal).
fn merge(base: &mut Value, patch: Value) {
    match (base, patch) {
        (Value::Object(base), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (base, patch) => *base = patch,
    }
}

/// The genesis state of a preset.
fn genesis(name: &str) -> TestExternalities {
    let patch = get_preset(&name.into()).expect("the preset exists");
    let patch = serde_json::from_slice(&patch).expect("the preset is JSON");
    let mut config =
        serde_json::to_value(RuntimeGenesisConfig::default()).expect("the default genesis is serialisable");
    merge(&mut config, patch);
    serde_json::from_value::<RuntimeGenesisConfig>(config)
        .expect("the preset names the fields of the genesis")
        .build_storage()
        .expect("the genesis is valid")
        .into()
}

#[test]
fn every_name_has_a_preset() {
    assert_eq!(preset_names(), [DEV_RUNTIME_PRESET, LOCAL_PRESET]);
    for name in preset_names() {
        genesis(&name).execute_with(|| {
            let sudo = (name == DEV_RUNTIME_PRESET).then(alice);
            assert_eq!(pallet_sudo::Key::<Runtime>::get(), sudo, "development alone has a sudo key");
            assert_eq!(pallet_collective::Members::<Runtime, Instance1>::get().len(), 3);
        });
    }
    assert_eq!(get_preset(&"production".into()), None);
}

#[test]
fn development_has_one_validator_and_local_four() {
    for (name, validators) in [(DEV_RUNTIME_PRESET, 1), (LOCAL_PRESET, 4)] {
        genesis(name).execute_with(|| {
            assert_eq!(pallet_aura::Authorities::<Runtime>::get().len(), validators);
            assert_eq!(Grandpa::grandpa_authorities().len(), validators);
        });
    }
}

#[test]
fn the_default_genesis_has_no_sudo_key() {
    let storage = RuntimeGenesisConfig::default().build_storage().expect("the genesis is valid");
    TestExternalities::new(storage).execute_with(|| assert_eq!(pallet_sudo::Key::<Runtime>::get(), None));
}
