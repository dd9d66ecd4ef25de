//! Who the issuer is, and what it can and cannot stop.

use codec::Encode;
use frame_support::{
    assert_noop, assert_ok,
    traits::{
        fungible::{Inspect, InspectHold, Mutate},
        Contains, EnsureOrigin,
    },
};
use frame_system::Config as SystemConfig;
use pallet_collective::{DefaultVote, Instance1, RawOrigin};
use pallet_tx_pause::RuntimeCallNameOf;
use sp_keyring::Sr25519Keyring;
use sp_runtime::traits::{BlakeTwo256, Dispatchable, Hash};

use super::{alice, bob, first_block, transfer};
use crate::{
    configs::{governance::AbstentionIsNay, issuer::IssuerOrigin, motion::Motion},
    AccountId, Balances, IssuerCouncil, Runtime, RuntimeCall, RuntimeOrigin, SafeMode, TxPause, UNIT,
};

fn council(ayes: u32, members: u32) -> RuntimeOrigin {
    RawOrigin::<AccountId, Instance1>::Members(ayes, members).into()
}

fn name_of(pallet: &str, call: &str) -> RuntimeCallNameOf<Runtime> {
    let bounded = |name: &str| name.as_bytes().to_vec().try_into().expect("names are short");
    (bounded(pallet), bounded(call))
}

fn is_let_through(call: &RuntimeCall) -> bool {
    <Runtime as SystemConfig>::BaseCallFilter::contains(call)
}

/// A call of the council.
fn set_members() -> RuntimeCall {
    RuntimeCall::IssuerCouncil(pallet_collective::Call::set_members {
        new_members: vec![alice()],
        prime: None,
        old_count: 3,
    })
}

#[test]
fn the_issuer_is_root_or_two_thirds_of_the_council() {
    first_block().execute_with(|| {
        assert!(IssuerOrigin::ensure_origin(RuntimeOrigin::root()).is_ok());
        assert!(IssuerOrigin::ensure_origin(council(2, 3)).is_ok());
        assert!(IssuerOrigin::ensure_origin(council(20, 30)).is_ok());

        assert!(IssuerOrigin::ensure_origin(council(1, 3)).is_err());
        assert!(IssuerOrigin::ensure_origin(council(19, 30)).is_err());
        assert!(IssuerOrigin::ensure_origin(RuntimeOrigin::signed(alice())).is_err());
        assert!(IssuerOrigin::ensure_origin(RuntimeOrigin::none()).is_err());
    });
}

#[test]
fn an_abstention_never_counts_as_an_aye() {
    assert!(!AbstentionIsNay::default_vote(Some(true), 2, 0, 3));
    assert!(!AbstentionIsNay::default_vote(None, 29, 0, 30));
}

#[test]
fn safe_mode_stops_money_and_spares_the_issuer() {
    first_block().execute_with(|| {
        assert!(is_let_through(&transfer()));
        assert_ok!(SafeMode::force_enter(council(2, 3)));

        assert!(!is_let_through(&transfer()));
        assert!(is_let_through(&set_members()));
        assert_noop!(
            transfer().dispatch(RuntimeOrigin::signed(alice())),
            frame_system::Error::<Runtime>::CallFiltered
        );

        assert_ok!(SafeMode::force_exit(council(2, 3)));
        assert!(is_let_through(&transfer()));
    });
}

#[test]
fn a_pause_stops_a_call_and_can_be_taken_back() {
    first_block().execute_with(|| {
        let name = name_of("Balances", "transfer_allow_death");
        assert_ok!(TxPause::pause(council(2, 3), name.clone()));
        assert!(!is_let_through(&transfer()));

        assert_ok!(TxPause::unpause(council(2, 3), name));
        assert!(is_let_through(&transfer()));
    });
}

#[test]
fn fails_to_pause_the_means_of_the_issuer() {
    first_block().execute_with(|| {
        for (pallet, call) in [
            ("Timestamp", "set"),
            ("Utility", "batch"),
            ("Multisig", "as_multi"),
            ("Proxy", "proxy"),
            ("SafeMode", "force_exit"),
            ("TxPause", "unpause"),
            ("IssuerCouncil", "vote"),
            ("Sudo", "sudo"),
        ] {
            assert_noop!(
                TxPause::pause(RuntimeOrigin::root(), name_of(pallet, call)),
                pallet_tx_pause::Error::<Runtime>::Unpausable
            );
        }
    });
}

#[test]
fn fails_to_stop_anything_without_the_issuer() {
    first_block().execute_with(|| {
        let signed = RuntimeOrigin::signed(alice());
        assert!(SafeMode::enter(signed.clone()).is_err());
        assert!(SafeMode::force_enter(signed.clone()).is_err());
        assert!(SafeMode::force_enter(council(1, 3)).is_err());
        assert!(TxPause::pause(signed, name_of("Balances", "transfer_all")).is_err());
    });
}

/// One member cannot fill the list of motions: each beyond the first dozen costs more than the one before.
#[test]
fn f20_one_member_cannot_crowd_out_the_others() {
    first_block().execute_with(|| {
        let propose = |who: AccountId, number: u32| {
            let remark = frame_system::Call::remark { remark: number.encode() };
            let motion = Box::new(Motion(remark.into()));
            IssuerCouncil::propose(RuntimeOrigin::signed(who), 3, motion, 100)
        };
        let moved = (0..100).take_while(|number| propose(alice(), *number).is_ok()).count();
        assert!((12..40).contains(&moved), "{moved}");
        // There is room, and who has the money uses it.
        assert_ok!(Balances::mint_into(&bob(), 10_000 * UNIT).map(drop));
        assert_ok!(propose(bob(), 1_000));
        // The deposit comes back once the motion is gone, whoever asks.
        let held = Balances::total_balance_on_hold(&bob());
        assert!(held > 10 * UNIT, "{held}");
        let remark = frame_system::Call::remark { remark: 1_000u32.encode() };
        let hash = BlakeTwo256::hash_of(&Motion(remark.into()));
        assert!(IssuerCouncil::release_proposal_cost(RuntimeOrigin::signed(alice()), hash).is_err());
        assert_ok!(IssuerCouncil::disapprove_proposal(council(2, 3), hash));
        // Moved again before that, the SDK would forget whose deposit it is.
        let again = pallet_collective::Call::<Runtime, Instance1>::propose {
            threshold: 3,
            proposal: Box::new(Motion(frame_system::Call::remark { remark: 1_000u32.encode() }.into())),
            length_bound: 100,
        };
        assert!(!is_let_through(&again.clone().into()));
        assert_ok!(IssuerCouncil::release_proposal_cost(RuntimeOrigin::signed(alice()), hash));
        assert_eq!(Balances::total_balance_on_hold(&bob()), 0);
        assert!(is_let_through(&again.into()));
    });
}

/// A member may be a multisig without money of its own: a free motion needs none.
#[test]
fn f20_a_free_motion_needs_no_money() {
    first_block().execute_with(|| {
        let charlie = Sr25519Keyring::Charlie.to_account_id();
        assert_eq!(Balances::total_balance(&charlie), 0);
        let motion = Box::new(Motion(set_members()));
        assert_ok!(IssuerCouncil::propose(RuntimeOrigin::signed(charlie), 2, motion, 1_000));
    });
}
