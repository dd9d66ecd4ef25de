//! What the calls cost, as formulas: database reads and writes at the runtime's own prices, plus a bound on the
//! computation, each with its reason.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights of the calls.
pub trait WeightInfo {
    /// Weight of `register`.
    fn register() -> Weight;
    /// Weight of `change_permissions`.
    fn change_permissions() -> Weight;
    /// Weight of `suspend`.
    fn suspend() -> Weight;
    /// Weight of `resume`.
    fn resume() -> Weight;
    /// Weight of `give_grants` for `count` grants.
    fn give_grants(count: u32) -> Weight;
    /// Weight of `revoke_grants` for `count` grants.
    fn revoke_grants(count: u32) -> Weight;
    /// Weight of `change_fee`.
    fn change_fee() -> Weight;
    /// Weight of `change_fee_ceiling`.
    fn change_fee_ceiling() -> Weight;
    /// Weight of `change_operator`.
    fn change_operator() -> Weight;
    /// Weight of `cancel_operator_change`.
    fn cancel_operator_change() -> Weight;
    /// Weight of `apply_operator_change`.
    fn apply_operator_change() -> Weight;
}

/// Dispatch, decoding and one event: 17 to 55 µs as the node measures them (`runtime/weights.json`), which a test holds.
const BASE: Weight = Weight::from_parts(60_000_000, 4_000);

/// Setting one bit: a few instructions in WASM.
const BIT: Weight = Weight::from_parts(20_000, 0);

/// The formulas for a runtime's database.
pub struct SpecieWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> SpecieWeight<T> {
    /// One machine read and written.
    fn change() -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }

    /// A machine, and the words that `count` grants can touch: 256 to a word, and one more since they need not
    /// begin at the front of one.
    fn grants(count: u32) -> Weight {
        let words = u64::from(count / 256).saturating_add(2);
        Self::change()
            .saturating_add(T::DbWeight::get().reads_writes(words, words))
            .saturating_add(BIT.saturating_mul(count.into()))
    }
}

impl<T: frame_system::Config> WeightInfo for SpecieWeight<T> {
    fn register() -> Weight {
        Self::change()
    }

    fn change_permissions() -> Weight {
        Self::change()
    }

    fn suspend() -> Weight {
        Self::change()
    }

    fn resume() -> Weight {
        Self::change()
    }

    fn give_grants(count: u32) -> Weight {
        Self::grants(count)
    }

    fn revoke_grants(count: u32) -> Weight {
        Self::grants(count)
    }

    fn change_fee() -> Weight {
        Self::change()
    }

    fn change_fee_ceiling() -> Weight {
        Self::change()
    }

    /// Reads the machine; writes the announcement.
    fn change_operator() -> Weight {
        Self::change()
    }

    /// Reads and removes the announcement.
    fn cancel_operator_change() -> Weight {
        Self::change()
    }

    /// As `cancel_operator_change`, and reads and writes the machine.
    fn apply_operator_change() -> Weight {
        Self::change().saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }
}
