//! Machines from the first block on.

use super::*;
use crate::{
    mock::{execute, ext_with, RuntimeGenesisConfig},
    GenesisConfig, GenesisMachine,
};
use frame_support::genesis_builder_helper::build_state;
use sp_io::TestExternalities;

fn machine(account: AccountId32, grants: u32) -> GenesisMachine<AccountId32> {
    GenesisMachine { account, operator: OPERATOR, grants }
}

/// A chain that begins with `machines`.
fn chain(machines: Vec<GenesisMachine<AccountId32>>) -> TestExternalities {
    ext_with(GenesisConfig { machines })
}

#[test]
fn registers_atms_that_may_do_everything() {
    execute(chain(vec![machine(ATM, 3), machine(SAFE, 0)]), || {
        let expected = |grants| Machine {
            kind: MachineKind::Atm,
            operator: OPERATOR.into(),
            permissions: ALL,
            suspended: false,
            next_grant: grants,
            open_grants: grants,
            fee: policy(0, 0),
            fee_ceiling: policy(0, 0),
        };
        assert_eq!((record(ATM), record(SAFE)), (expected(3), expected(0)));
        assert_eq!((open(ATM), open(SAFE)), (vec![0, 1, 2], vec![]));
    });
}

#[test]
fn f18_asks_for_nothing_until_the_issuer_sets_a_ceiling() {
    execute(chain(vec![machine(ATM, 0)]), || {
        let ask = || Machines::change_fee(signed(OPERATOR), ATM, policy(1, 0));
        assert_noop!(ask(), Error::FeeTooHigh);
        assert_ok!(Machines::change_fee_ceiling(issuer(), ATM, CEILING));
        assert_ok!(ask());
    });
}

#[test]
fn boundary_most_grants() {
    execute(chain(vec![machine(ATM, 300)]), || assert_eq!(open(ATM).len(), 300));
}

/// A chain specification as JSON, with `fields` in its machine.
fn json(fields: &str) -> Vec<u8> {
    let atm = format!(r#"{{"account": "{ATM}", "operator": "{OPERATOR}", "grants": 2{fields}}}"#);
    format!(r#"{{"system": {{}}, "machines": {{"machines": [{atm}]}}}}"#).into_bytes()
}

#[test]
fn reads_a_chain_specification() {
    execute(TestExternalities::default(), || {
        build_state::<RuntimeGenesisConfig>(json("")).unwrap();
        assert_eq!(AccountId32::from(record(ATM).operator), OPERATOR);
        assert_eq!(open(ATM), [0, 1]);
    });
}

#[test]
fn fails_unknown_field_in_a_chain_specification() {
    execute(TestExternalities::default(), || {
        let error = build_state::<RuntimeGenesisConfig>(json(r#", "fee": 1"#)).unwrap_err();
        assert!(error.contains("unknown field `fee`"), "{error}");
    });
}

#[test]
#[should_panic(expected = "a machine at genesis cannot be registered")]
fn fails_machine_exists() {
    chain(vec![machine(ATM, 1), machine(ATM, 1)]);
}

#[test]
#[should_panic(expected = "a machine at genesis cannot have that many grants")]
fn fails_too_many_grants() {
    chain(vec![machine(ATM, 301)]);
}
