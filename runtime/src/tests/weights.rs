//! What the calls of our pallets are declared to weigh is no less than what the node has measured (`make weights`).
//!
//! `weights.json` has, for each benchmark, the median time of the execution in WASM and how many keys it reads and writes for the
//! first time; the file names the machine. Weights count the time of the machine that the SDK's weights and its prices of reads and
//! writes are from. How much slower this one is the same run tells: it measures two calls whose weights are published, and the
//! one by which this machine seems the fastest is the yardstick.

use crate::Runtime;
use frame_support::weights::{RuntimeDbWeight, Weight};
use pallet_carriers::weights::{Shape, WeightInfo as _};
use pallet_issuance::weights::{SpecieWeight as Issuance, WeightInfo as _};
use pallet_machines::weights::{SpecieWeight as Machines, WeightInfo as _};
use pallet_manufacturers::weights::{SpecieWeight as Manufacturers, WeightInfo as _};
use pallet_requests::weights::{SpecieWeight as Requests, WeightInfo as _};
use pallet_safes::weights::{SpecieWeight as Safes, WeightInfo as _};
use serde_json::Value;
use specie_primitives::{
    attestation::Attestation,
    certificate::Certificate,
    crypto::{PublicKey, Scheme, Signature},
    ids::BatchId,
    initialisation::{CarrierTerms, FirstStatement},
    registration::Registration,
};

type Carriers = <Runtime as pallet_carriers::Config>::WeightInfo;

/// The order of the benchmarks: a cash-out whose fee goes to the machine, for no request.
const SHAPE: Shape = Shape { machine: true, fee_receiver: true, request: false, hold: false };

/// The file, an entry for each benchmark at each of its points.
fn measured() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../../weights.json")).expect("the file is JSON");
    file["benchmarks"].as_array().expect("a list of benchmarks").clone()
}

fn number(entry: &Value, field: &str) -> u64 {
    entry[field].as_u64().unwrap_or_else(|| panic!("{entry} has no {field}"))
}

/// The entry of a benchmark.
fn entry<'a>(entries: &'a [Value], pallet: &str, benchmark: &str) -> &'a Value {
    let found = entries.iter().find(|entry| entry["pallet"] == pallet && entry["benchmark"] == benchmark);
    found.unwrap_or_else(|| panic!("{pallet}::{benchmark} was not measured"))
}

/// Times in weights' picoseconds: the execution's, scaled by the yardsticks.
struct Clock {
    /// The published time of the yardstick in picoseconds, and the measured one in nanoseconds.
    published: u64,
    measured: u64,
}

impl Clock {
    fn new(entries: &[Value]) -> Self {
        use pallet_balances::weights::{SubstrateWeight as Balances, WeightInfo as _};
        let price = <Runtime as frame_system::Config>::DbWeight::get();
        let yardstick = |name: &str, declared: Weight| {
            let published = declared.ref_time() - price.reads_writes(1, 1).ref_time();
            Self { published, measured: number(entry(entries, "pallet_balances", name), "nanoseconds") }
        };
        let both = [
            yardstick("transfer_allow_death", Balances::<Runtime>::transfer_allow_death()),
            yardstick("transfer_keep_alive", Balances::<Runtime>::transfer_keep_alive()),
        ];
        let fastest = both.into_iter().max_by_key(|clock| clock.published / clock.measured).unwrap();
        // A machine that is faster gets no credit for it.
        Self { measured: fastest.measured.max(fastest.published / 1_000), ..fastest }
    }

    /// How long an execution takes.
    fn execution(&self, entry: &Value) -> u64 {
        (u128::from(number(entry, "nanoseconds")) * u128::from(self.published) / u128::from(self.measured)) as u64
    }

    /// The same with its reads and writes.
    fn whole(&self, entry: &Value) -> u64 {
        let RuntimeDbWeight { read, write } = <Runtime as frame_system::Config>::DbWeight::get();
        self.execution(entry) + number(entry, "reads") * read + number(entry, "writes") * write
    }
}

fn signature(scheme: Scheme) -> Signature {
    match scheme {
        Scheme::Secp256k1 => Signature::Secp256k1([0; 65]),
        Scheme::P256 => Signature::P256([0; 64]),
        Scheme::Ed25519 => Signature::Ed25519([0; 64]),
    }
}

/// A registration with a certificate of this format, by a device key of this scheme.
fn registration(format: &str, scheme: Scheme) -> Registration {
    let (batch, device) = (BatchId(0), [0; 33]);
    let certificate = match format {
        "keycard" => Certificate::Keycard { batch, device, signature: [0; 65] },
        "coinkite" => Certificate::Coinkite { batch, device, card_signature: [0; 65], batch_signature: [0; 65] },
        _ => Certificate::Native { batch, device: PublicKey::Secp256k1(device), signature: signature(scheme) },
    };
    let statement = FirstStatement { attestation: Attestation::blank(0, false), signature: signature(scheme) };
    Registration { grant: 0, certificate, statement, terms: CarrierTerms::default() }
}

/// What is declared for a benchmark; `None`: it is a part of another.
fn declared(pallet: &str, benchmark: &str, count: u32) -> Option<Weight> {
    let (name, kind) = benchmark.rsplit_once('_').unwrap_or((benchmark, ""));
    let scheme = match kind {
        "p256" => Scheme::P256,
        "ed25519" => Scheme::Ed25519,
        _ => Scheme::Secp256k1,
    };
    Some(match (pallet, benchmark) {
        ("pallet_manufacturers", "register") => Manufacturers::<Runtime>::register(),
        ("pallet_manufacturers", "change_account") => Manufacturers::<Runtime>::change_account(),
        // The benchmark's batch has a P-256 key, the dearest.
        ("pallet_manufacturers", "add_batch") => Manufacturers::<Runtime>::add_batch(Scheme::P256),
        ("pallet_manufacturers", "suspend_batch") => Manufacturers::<Runtime>::suspend_batch(),
        ("pallet_manufacturers", "reactivate_batch") => Manufacturers::<Runtime>::reactivate_batch(),
        ("pallet_manufacturers", "revoke_batch") => Manufacturers::<Runtime>::revoke_batch(),
        ("pallet_manufacturers", "block_orders") => Manufacturers::<Runtime>::block_orders(),
        ("pallet_manufacturers", "add_foreign_batch") => Manufacturers::<Runtime>::add_foreign_batch(),
        ("pallet_manufacturers", "suspend_manufacturer") => Manufacturers::<Runtime>::suspend_manufacturer(),
        ("pallet_manufacturers", "resume_manufacturer") => Manufacturers::<Runtime>::resume_manufacturer(),
        ("pallet_manufacturers", "change_quota") => Manufacturers::<Runtime>::change_quota(),
        ("pallet_machines", "register") => Machines::<Runtime>::register(),
        ("pallet_machines", "change_permissions") => Machines::<Runtime>::change_permissions(),
        ("pallet_machines", "suspend") => Machines::<Runtime>::suspend(),
        ("pallet_machines", "resume") => Machines::<Runtime>::resume(),
        ("pallet_machines", "give_grants") => Machines::<Runtime>::give_grants(count),
        ("pallet_machines", "revoke_grants") => Machines::<Runtime>::revoke_grants(count),
        ("pallet_machines", "change_fee") => Machines::<Runtime>::change_fee(),
        ("pallet_machines", "change_fee_ceiling") => Machines::<Runtime>::change_fee_ceiling(),
        ("pallet_machines", "change_operator") => Machines::<Runtime>::change_operator(),
        ("pallet_machines", "cancel_operator_change") => Machines::<Runtime>::cancel_operator_change(),
        ("pallet_machines", "apply_operator_change") => Machines::<Runtime>::apply_operator_change(),
        ("pallet_requests", "open") => Requests::<Runtime>::open(),
        ("pallet_requests", "settle") => Requests::<Runtime>::settle(),
        ("pallet_requests", "release") => Requests::<Runtime>::release(),
        ("pallet_requests", "doubt") => Requests::<Runtime>::doubt(),
        ("pallet_requests", "resolve") => Requests::<Runtime>::resolve(),
        ("pallet_requests", "expire") => Requests::<Runtime>::expire(),
        ("pallet_requests", "prune") => Requests::<Runtime>::prune(),
        ("pallet_safes", "create") => Safes::<Runtime>::create(16),
        ("pallet_safes", "change_party") => Safes::<Runtime>::change_party(),
        ("pallet_safes", "change_policy") => Safes::<Runtime>::change_policy(),
        ("pallet_safes", "join") => Safes::<Runtime>::join(),
        ("pallet_safes", "leave") => Safes::<Runtime>::leave(),
        ("pallet_safes", "take_lead") => Safes::<Runtime>::take_lead(),
        ("pallet_safes", "renew") => Safes::<Runtime>::renew(),
        ("pallet_safes", "step_down") => Safes::<Runtime>::step_down(),
        ("pallet_safes", "lock") => Safes::<Runtime>::lock(),
        ("pallet_safes", "unlock") => Safes::<Runtime>::unlock(),
        ("pallet_safes", "announce_remedy") => Safes::<Runtime>::announce_remedy(),
        ("pallet_safes", "cancel_remedy") => Safes::<Runtime>::cancel_remedy(),
        ("pallet_safes", "carry_out_remedy") => Safes::<Runtime>::carry_out_remedy(),
        ("pallet_safes", "dissolve") => Safes::<Runtime>::dissolve(),
        ("pallet_issuance", "create") => Issuance::<Runtime>::create(),
        ("pallet_issuance", "mint") => Issuance::<Runtime>::mint(),
        ("pallet_issuance", "burn") => Issuance::<Runtime>::burn(),
        ("pallet_issuance", "change_cap") => Issuance::<Runtime>::change_cap(),
        ("pallet_carriers", "fund") => Carriers::fund(),
        ("pallet_carriers", "fund_at") => Carriers::fund_at(),
        ("pallet_carriers", "freeze") => Carriers::freeze(),
        ("pallet_carriers", "unfreeze") => Carriers::unfreeze(),
        ("pallet_carriers", "repair") => Carriers::repair(),
        ("pallet_carriers", "retire") => Carriers::retire(),
        ("pallet_carriers", "settle") => Carriers::settle(),
        ("pallet_carriers", "change_order_lifetime") => Carriers::change_order_lifetime(),
        ("pallet_carriers", "unmark") => Carriers::unmark(),
        ("pallet_carriers", "spend_validated") => return None,
        ("pallet_carriers", _) => match name {
            "initialise" => Carriers::initialise(&registration(kind, scheme)),
            "rotate" => Carriers::rotate(&registration(kind, scheme)),
            "spend" => Carriers::spend_native(SHAPE, scheme),
            "report_orders" => Carriers::report_orders(scheme, scheme),
            "report_attestations" => Carriers::report_attestations(scheme),
            "validate_spend" => return None,
            _ => panic!("{benchmark} has no weight here"),
        },
        _ => panic!("{pallet}::{benchmark} has no weight here"),
    })
}

#[test]
fn every_call_weighs_what_was_measured_or_more() {
    let entries = measured();
    let clock = Clock::new(&entries);
    let mut light = Vec::new();
    for entry in entries.iter().filter(|entry| entry["pallet"] != "pallet_balances") {
        let (pallet, benchmark) = (entry["pallet"].as_str().unwrap(), entry["benchmark"].as_str().unwrap());
        let count = entry["components"]["n"].as_u64().unwrap_or(0) as u32;
        let Some(declared) = declared(pallet, benchmark, count) else { continue };
        let needed = clock.whole(entry);
        if declared.ref_time() < needed {
            light.push(format!("{pallet}::{benchmark}: {} < {needed}", declared.ref_time()));
        }
    }
    assert!(light.is_empty(), "in picoseconds: {light:#?}");
}

/// An order that is a bare extrinsic is checked before it is dispatched, with its signature, and executed then.
#[test]
fn f12_an_order_weighs_its_check_and_its_execution() {
    let entries = measured();
    let clock = Clock::new(&entries);
    let of = |benchmark: &str| entry(&entries, "pallet_carriers", benchmark);
    // What the execution reads the check has read before, so the accesses count once.
    let executed = of("spend_validated");
    for (scheme, name) in [(Scheme::Secp256k1, "secp256k1"), (Scheme::P256, "p256"), (Scheme::Ed25519, "ed25519")] {
        let needed = clock.execution(of(&format!("validate_spend_{name}"))) + clock.whole(executed);
        let declared = Carriers::spend_native(SHAPE, scheme).ref_time();
        assert!(declared >= needed, "{name}: {declared} < {needed}");
    }
}

/// Every call of our pallets is measured: a new one is not forgotten.
#[test]
fn every_call_is_measured() {
    use frame_support::traits::GetCallName;
    let entries = measured();
    let calls = [
        ("pallet_manufacturers", pallet_manufacturers::Call::<Runtime>::get_call_names()),
        ("pallet_machines", pallet_machines::Call::<Runtime>::get_call_names()),
        ("pallet_carriers", pallet_carriers::Call::<Runtime>::get_call_names()),
        ("pallet_requests", pallet_requests::Call::<Runtime>::get_call_names()),
        ("pallet_issuance", pallet_issuance::Call::<Runtime>::get_call_names()),
    ];
    for (pallet, names) in calls {
        for name in names {
            let is_its = |entry: &&Value| {
                let benchmark = entry["benchmark"].as_str().unwrap_or_default();
                entry["pallet"] == pallet && (benchmark == *name || benchmark.starts_with(&format!("{name}_")))
            };
            assert!(entries.iter().any(|entry| is_its(&entry)), "{pallet}::{name} was not measured");
        }
    }
}
