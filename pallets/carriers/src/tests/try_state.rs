//! That a broken invariant is noticed, whatever broke it.

use crate::{mock::*, Carriers as Records, Devices, OrderLifetime};
use frame_support::{assert_err, assert_ok, traits::fungible::MutateHold};
use sp_runtime::DispatchError;
use specie_primitives::{
    crypto::Scheme,
    ids::BatchId,
    records::{Carrier, CarrierState, Device},
};

/// Breaks the state of a chain with one carrier and expects the check to say `why`.
fn assert_noticed(break_it: impl FnOnce(), why: &'static str) {
    Builder::new().build().execute_with(|| {
        initialise(&card(Scheme::P256, 1));
        assert_ok!(Carriers::do_try_state());
        break_it();
        assert_err!(Carriers::do_try_state(), DispatchError::Other(why));
    });
}

fn assert_noticed_in_record(change: impl FnOnce(&mut Carrier), why: &'static str) {
    assert_noticed(
        || Records::<Test>::mutate(card(Scheme::P256, 1).id(), |known| change(known.as_mut().unwrap())),
        why,
    );
}

#[test]
fn notices_a_record_that_is_wrong() {
    let other = card(Scheme::P256, 2).currency.public();
    assert_noticed_in_record(|known| known.currency_key = other, "a carrier is not at the address of its key");
    assert_noticed_in_record(|known| known.batch = BatchId(99), "a carrier is of an unknown batch");
    assert_noticed_in_record(|known| known.generation = 0, "a carrier has no generation");
    assert_noticed_in_record(|known| known.generation = 2, "a carrier is newer than its device's last");
    let device = card(Scheme::P256, 2).device.public();
    assert_noticed_in_record(|known| known.device_key = device, "a carrier's device is not known");
}

#[test]
fn notices_two_carriers_on_a_device() {
    let revive = || {
        let old = card(Scheme::P256, 1);
        assert_ok!(Carriers::rotate(signed(MACHINE), registration(&old.reset(), 1)));
        assert_ok!(Carriers::do_try_state());
        Records::<Test>::mutate(old.id(), |known| known.as_mut().unwrap().state = CarrierState::Frozen);
    };
    assert_noticed(revive, "a device has two carriers in use");
}

#[test]
fn notices_a_device_that_is_wrong() {
    let add = |number, device| Devices::<Test>::insert(card(Scheme::P256, number).device.public(), device);
    let (one, two) = (card(Scheme::P256, 1).id(), card(Scheme::P256, 2).id());
    let nothing = Device { carrier: two, generation: 1 };
    assert_noticed(|| add(2, nothing), "a device points at no carrier");
    let anothers = Device { carrier: one, generation: 1 };
    assert_noticed(|| add(2, anothers), "a device points at another device's carrier");
    let newer = Device { carrier: one, generation: 2 };
    assert_noticed(|| add(1, newer), "a device's generation is not its carrier's");
}

#[test]
fn notices_deposits_that_are_wrong() {
    assert_noticed_in_record(|known| known.deposit = DEPOSIT - 1, "deposits are not what is held");
    let hold = || {
        let reason = crate::HoldReason::CarrierRecord.into();
        assert_ok!(Balances::hold(&reason, &OPERATOR, 1));
    };
    assert_noticed(hold, "deposits are not what is held");
}

#[test]
fn notices_a_lifetime_out_of_bounds() {
    for blocks in [0, MAX_LIFETIME + 1] {
        assert_noticed(|| OrderLifetime::<Test>::put(blocks), "the order lifetime is out of bounds");
    }
}
