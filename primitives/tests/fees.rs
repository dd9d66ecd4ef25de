//! What a machine asks for funding a carrier.

#![cfg(feature = "std")]

mod common;

use proptest::prelude::*;
use specie_primitives::ids::CurrencyId;
use specie_primitives::records::FeePolicy;

fn policy(flat: u128, parts_per_million: u32) -> FeePolicy {
    FeePolicy { flat, parts_per_million }
}

#[test]
fn f18_rounds_up_to_a_base_unit() {
    let one_in_a_thousand = policy(0, 1_000);
    for (amount, fee) in [(0, 0), (1, 1), (999, 1), (1_000, 1), (1_001, 2), (1_000_000, 1_000)] {
        assert_eq!(one_in_a_thousand.of(CurrencyId::Native, amount), Some(fee), "{amount}");
    }
    assert_eq!(policy(5, 0).of(CurrencyId::Native, u128::MAX), Some(5));
    assert_eq!(policy(5, 1_000).of(CurrencyId::Native, 1), Some(6));
}

#[test]
fn f18_boundary_fee_that_does_not_fit() {
    assert_eq!(policy(0, FeePolicy::MILLION).of(CurrencyId::Native, u128::MAX), Some(u128::MAX));
    assert_eq!(policy(1, FeePolicy::MILLION).of(CurrencyId::Native, u128::MAX), None);
    assert_eq!(policy(0, FeePolicy::MILLION + 1).of(CurrencyId::Native, u128::MAX), None);
    assert_eq!(policy(u128::MAX, 1).of(CurrencyId::Native, 1), None);
}

proptest! {
    #![proptest_config(common::cases(1_024))]

    /// The same as in one step, for amounts where one step does not overflow.
    #[test]
    fn f18_is_the_rounded_product(flat: u64, parts: u32, amount in 0..1_u128 << 95) {
        let proportional = (amount * u128::from(parts)).div_ceil(1_000_000);
        prop_assert_eq!(policy(flat.into(), parts).of(CurrencyId::Native, amount), Some(u128::from(flat) + proportional));
    }

    #[test]
    fn f18_policy_within_its_ceiling_never_asks_more(
        flat: u64, parts: u32, more_flat: u64, more_parts: u32, amount in 0..1_u128 << 95
    ) {
        let (asked, ceiling) = (policy(flat.into(), parts), policy(more_flat.into(), more_parts));
        let within = flat <= more_flat && parts <= more_parts;
        prop_assert_eq!(asked.within(&ceiling), within);
        if within {
            prop_assert!(asked.of(CurrencyId::Native, amount) <= ceiling.of(CurrencyId::Native, amount));
        }
    }

    #[test]
    fn f18_any_policy_and_amount_give_a_fee_or_none(flat: u128, parts: u32, amount: u128) {
        let fee = policy(flat, parts).of(CurrencyId::Native, amount);
        prop_assert!(fee.is_none_or(|fee| fee >= flat));
    }
}
