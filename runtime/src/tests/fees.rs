//! What a transaction costs, and where that goes.

use codec::Encode;
use frame_support::{
    traits::{fungible::Inspect, Get},
    weights::constants::WEIGHT_REF_TIME_PER_MILLIS,
};
use frame_system::Config as SystemConfig;

use super::{alice, bob, first_block, first_block_with, signed_by_alice, transfer, ENDOWMENT};
use crate::{
    configs::{specie::MaxOrderLifetime, system::RuntimeBlockWeights},
    slots::{SlotMillis, DEFAULT_SLOT_MILLIS},
    AccountId, Aura, Balance, Balances, Executive, Runtime, TransactionPayment, MILLIUNIT, UNIT,
};

fn balance(who: &AccountId) -> Balance {
    <Balances as Inspect<AccountId>>::balance(who)
}

#[test]
fn a_transfer_costs_about_a_thousandth_of_a_unit() {
    first_block().execute_with(|| {
        let extrinsic = signed_by_alice(transfer(), 0);
        let length = u32::try_from(extrinsic.encoded_size()).expect("a transfer is short");
        let fee = TransactionPayment::query_info(extrinsic, length).partial_fee;
        println!("a transfer of {length} bytes costs {fee} base units");
        assert!(fee >= MILLIUNIT / 10, "{fee} is too little to deter spam");
        assert!(fee <= 10 * MILLIUNIT, "{fee} is too much for a small payment");
    });
}

#[test]
fn fees_are_burnt() {
    first_block().execute_with(|| {
        assert_eq!(Executive::apply_extrinsic(signed_by_alice(transfer(), 0)), Ok(Ok(())));

        let fee = ENDOWMENT - UNIT - balance(&alice());
        assert!(fee > 0);
        assert_eq!(balance(&bob()), UNIT);
        assert_eq!(<Balances as Inspect<AccountId>>::total_issuance(), ENDOWMENT - fee);
    });
}

/// Whatever is a time in blocks follows the slot of the genesis.
#[test]
fn durations_and_full_blocks_follow_the_slot() {
    let told = || {
        let full = RuntimeBlockWeights::get().max_block.ref_time();
        let slot = SlotMillis::get();
        assert!(full.abs_diff(slot * WEIGHT_REF_TIME_PER_MILLIS / 3) <= 1);
        assert_eq!((Aura::slot_duration(), crate::carriers::chain().slot_ms), (slot, slot));
        (slot, <MaxOrderLifetime as Get<u32>>::get(), <Runtime as SystemConfig>::BlockHashCount::get())
    };
    // Outside of any chain, as for the metadata.
    assert_eq!(SlotMillis::get(), DEFAULT_SLOT_MILLIS);
    first_block().execute_with(|| assert_eq!(told(), (2_000, 43_200, 2_400)));
    first_block_with(Some(500)).execute_with(|| assert_eq!(told(), (500, 172_800, 9_600)));
}

#[test]
#[should_panic(expected = "a slot takes 200 to 60,000 ms")]
fn a_slot_that_nobody_can_keep_is_refused() {
    first_block_with(Some(199));
}
