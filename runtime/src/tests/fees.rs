//! What a transaction costs, and where that goes.

use codec::Encode;
use frame_support::{traits::fungible::Inspect, weights::constants::WEIGHT_REF_TIME_PER_MILLIS};

use super::{alice, bob, first_block, signed_by_alice, transfer, ENDOWMENT};
use crate::{
    configs::system::RuntimeBlockWeights, AccountId, Balance, Balances, Executive, TransactionPayment, MILLIUNIT,
    SLOT_MILLIS, UNIT,
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

#[test]
fn a_full_block_takes_a_third_of_its_slot() {
    let full = RuntimeBlockWeights::get().max_block.ref_time();
    assert!(full.abs_diff(SLOT_MILLIS * WEIGHT_REF_TIME_PER_MILLIS / 3) <= 1);
}
