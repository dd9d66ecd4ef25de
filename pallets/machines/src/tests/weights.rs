//! The weights cover the storage that the calls touch.

use super::*;
use crate::{weights::SpecieWeight, WeightInfo};
use frame_support::{traits::Get, weights::Weight};
use frame_system::limits::BlockWeights;

/// Reading and writing a machine and `words` words of its grants.
fn accesses(words: u32) -> Weight {
    let accesses = u64::from(words) + 1;
    <Test as frame_system::Config>::DbWeight::get().reads_writes(accesses, accesses)
}

#[test]
fn boundary_every_word_that_grants_can_touch() {
    for count in 1..=600 {
        let weights = [SpecieWeight::<Test>::give_grants(count), SpecieWeight::<Test>::revoke_grants(count)];
        for first in 0..256 {
            let touched = (first + count - 1) / 256 - first / 256 + 1;
            assert!(weights.iter().all(|weight| weight.all_gte(accesses(touched))), "{count} from {first}");
        }
    }
}

#[test]
fn boundary_a_count_beyond_every_block_weighs_more_than_one() {
    let weight = SpecieWeight::<Test>::give_grants(u32::MAX);
    let limits: BlockWeights = <Test as frame_system::Config>::BlockWeights::get();
    assert!(weight.any_gt(limits.max_block));
}
