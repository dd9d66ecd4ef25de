//! Settings from the first block on.

use crate::{mock::*, OrderLifetime};

#[test]
fn uses_the_default_lifetime() {
    execute(|| assert_eq!(OrderLifetime::<Test>::get(), LIFETIME));
}

#[test]
fn boundary_of_the_lifetime() {
    for blocks in [1, MAX_LIFETIME] {
        let check = || assert_eq!(OrderLifetime::<Test>::get(), blocks);
        Builder::new().order_lifetime(blocks).build_and_execute(check);
    }
}

#[test]
#[should_panic(expected = "the lifetime of orders at genesis is out of its bounds")]
fn fails_without_a_lifetime() {
    Builder::new().order_lifetime(0).build();
}

#[test]
#[should_panic(expected = "the lifetime of orders at genesis is out of its bounds")]
fn fails_above_the_bound() {
    Builder::new().order_lifetime(MAX_LIFETIME + 1).build();
}

#[test]
fn knows_the_genesis_hash() {
    execute(|| assert_eq!(Carriers::genesis_hash(), GENESIS));
}
