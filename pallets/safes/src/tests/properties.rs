//! Whatever happens in whatever order: the storage holds, and the gate lets through what the record says and nothing else.

use super::*;
use proptest::prelude::*;

/// Something that somebody does.
#[derive(Clone, Debug)]
enum Step {
    Blocks(u32),
    TakeLead(usize, u32),
    Renew(usize, u32),
    GiveUp(usize, u32),
    Join(usize, u8),
    Leave(usize, u8),
    Lock(usize, usize),
    Unlock(usize, u32, usize),
    Party(usize, usize, bool, bool, bool),
    Policy(u32, u8),
    Paid(u8),
    Announce(bool),
    Cancel,
    CarryOut,
}

const WHO: [AccountId32; 7] = [OPERATOR, UNIT, OTHER_UNIT, HOST, CLERK, MANAGER, STRANGER];
const LOCKS: [PoolLock; 4] = [PoolLock::Open, PoolLock::OneOrder, PoolLock::NoPayout, PoolLock::NoChange];

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..WHO.len();
    prop_oneof![
        3 => (1u32..8).prop_map(Step::Blocks),
        4 => (who(), 0u32..4).prop_map(|(who, epoch)| Step::TakeLead(who, epoch)),
        2 => (who(), 0u32..4).prop_map(|(who, epoch)| Step::Renew(who, epoch)),
        1 => (who(), 0u32..4).prop_map(|(who, epoch)| Step::GiveUp(who, epoch)),
        4 => (who(), 1u8..8).prop_map(|(who, card)| Step::Join(who, card)),
        2 => (who(), 1u8..8).prop_map(|(who, card)| Step::Leave(who, card)),
        2 => (who(), 0..LOCKS.len()).prop_map(|(who, lock)| Step::Lock(who, lock)),
        4 => (who(), 0u32..4, 0..LOCKS.len()).prop_map(|(who, number, lock)| Step::Unlock(who, number, lock)),
        2 => (who(), who(), any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(who, party, unit, host, unlocker)| Step::Party(who, party, unit, host, unlocker)),
        1 => (0u32..60, 0u8..4).prop_map(|(lease, approvals)| Step::Policy(lease, approvals)),
        2 => (1u8..8).prop_map(Step::Paid),
        1 => any::<bool>().prop_map(Step::Announce),
        1 => Just(Step::Cancel),
        1 => Just(Step::CarryOut),
    ]
}

fn take(id: PoolId, step: &Step) -> DispatchResult {
    let who = |index: &usize| signed(WHO[*index].clone());
    match step {
        Step::Blocks(blocks) => {
            System::set_block_number(System::block_number() + blocks);
            Ok(())
        }
        Step::TakeLead(by, epoch) => Safes::take_lead(who(by), id, *epoch),
        Step::Renew(by, epoch) => Safes::renew(who(by), id, *epoch),
        Step::GiveUp(by, epoch) => Safes::step_down(who(by), id, *epoch),
        Step::Join(by, number) => join(WHO[*by].clone(), id, card(*number)),
        Step::Leave(by, number) => Safes::leave(who(by), id, card(*number)),
        Step::Lock(by, lock) => Safes::lock(who(by), id, LOCKS[*lock], CAUSE),
        Step::Unlock(by, number, lock) => Safes::unlock(who(by), id, *number, LOCKS[*lock]),
        Step::Party(by, party, unit, host, unlocker) => {
            let duties = Duties { unit: *unit, host: *host, unlocker: *unlocker };
            Safes::change_party(who(by), id, WHO[*party].clone(), duties)
        }
        Step::Policy(lease, approvals) => {
            Safes::change_policy(signed(OPERATOR), id, PoolPolicy { lease: *lease, approvals: *approvals })
        }
        Step::Paid(number) => {
            <Safes as PoolAuthority<AccountId32>>::paid(&card(*number));
            Ok(())
        }
        Step::Announce(true) => Safes::announce_remedy(RuntimeOrigin::root(), id, Remedy::Release, CAUSE),
        Step::Announce(false) => {
            Safes::announce_remedy(RuntimeOrigin::root(), id, Remedy::Operator(STRANGER), CAUSE)
        }
        Step::Cancel => Safes::cancel_remedy(RuntimeOrigin::root(), id, CAUSE),
        Step::CarryOut => Safes::carry_out_remedy(signed(STRANGER), id),
    }
}

/// What must hold between two steps.
fn check(id: PoolId, before: &Pool) {
    Safes::do_try_state().unwrap();
    let now = pool(id);
    assert!(now.epoch == before.epoch || now.epoch == before.epoch + 1, "an epoch is taken back or left out");
    let taken_over = now.leader.is_some() && before.leader.is_some() && now.leader != before.leader;
    assert!(!taken_over || now.epoch > before.epoch, "another leads in the same epoch");
    let in_time = System::block_number() <= before.lease_until;
    assert!(!(taken_over && in_time), "a leader was pushed out before its lease was over");
    let host_may_ask = PartiesOf::<Test>::get(id, HOST).is_some_and(|duties| duties.host || duties.unit);
    for number in 1..8 {
        let is_member = PoolOf::<Test>::get(card(number)) == Some(id) && !now.is_released;
        for (asked, epoch) in
            [(None, 0), (Some(id), now.epoch), (Some(id), now.epoch + 1), (Some(id), now.epoch.wrapping_sub(1))]
        {
            let lets = gate(card(number), asked, epoch).is_ok();
            let should = match (is_member, asked) {
                (true, Some(_)) => epoch == now.epoch && now.lock.lets_out() && host_may_ask,
                (true, None) => false,
                (false, asked) => asked.is_none(),
            };
            assert_eq!(lets, should, "card {number}, {asked:?}, epoch {epoch}: {now:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn f81_f89_f101_whatever_happens_the_gate_is_the_records(steps in proptest::collection::vec(step(), 1..60)) {
        new_test_ext().execute_with(|| {
            let id = create();
            for step in &steps {
                let before = pool(id);
                // A call that fails changes nothing, as the dispatch has it.
                let _ = frame_support::storage::with_storage_layer(|| take(id, step));
                check(id, &before);
            }
        });
    }
}
