//! What the calls cost, as formulas: database reads and writes at the runtime's own prices, plus a bound on the
//! computation, each with its reason.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use specie_primitives::crypto::Scheme;

/// The weights of the calls.
pub trait WeightInfo {
    /// Weight of `register`.
    fn register() -> Weight;
    /// Weight of `change_account`.
    fn change_account() -> Weight;
    /// Weight of `add_batch` with a proof of possession of `scheme`.
    fn add_batch(scheme: Scheme) -> Weight;
    /// Weight of `suspend_batch`.
    fn suspend_batch() -> Weight;
    /// Weight of `reactivate_batch`.
    fn reactivate_batch() -> Weight;
    /// Weight of `revoke_batch`.
    fn revoke_batch() -> Weight;
    /// Weight of `block_orders`.
    fn block_orders() -> Weight;
    /// Weight of `add_foreign_batch`.
    fn add_foreign_batch() -> Weight;
    /// Weight of `suspend_manufacturer`.
    fn suspend_manufacturer() -> Weight;
    /// Weight of `resume_manufacturer`.
    fn resume_manufacturer() -> Weight;
    /// Weight of `change_quota`.
    fn change_quota() -> Weight;
}

/// Dispatch, decoding and one event: 17 to 55 µs as the node measures them (`runtime/weights.json`), which a test holds.
const BASE: Weight = Weight::from_parts(60_000_000, 4_000);

/// Bringing a compressed point onto its curve in WASM: one square root in the field, measured at under 0.3 ms for
/// the slowest of the three curves.
const CHECK_POINT: Weight = Weight::from_parts(300_000_000, 0);

/// One signature check; `pallet-carriers` has the same figures with their reasons.
const fn signature(scheme: Scheme) -> Weight {
    Weight::from_parts(
        match scheme {
            Scheme::Secp256k1 => 100_000_000,
            Scheme::P256 => 1_000_000_000,
            Scheme::Ed25519 => 80_000_000,
        },
        0,
    )
}

/// The formulas for a runtime's database.
pub struct SpecieWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SpecieWeight<T> {
    /// Reads the account and the count; writes the count, the record and the account.
    fn register() -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(2, 3))
    }

    /// Reads the new account and the record; writes the record and both accounts.
    fn change_account() -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(2, 3))
    }

    /// As `add_foreign_batch`, and reads the account and the genesis hash and checks a signature.
    fn add_batch(scheme: Scheme) -> Weight {
        Self::add_foreign_batch().saturating_add(signature(scheme)).saturating_add(T::DbWeight::get().reads(2))
    }

    /// Reads the batch and, for a manufacturer, its account; writes the batch.
    fn suspend_batch() -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(2, 1))
    }

    /// Reads and writes the batch.
    fn reactivate_batch() -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }

    /// Reads and writes the batch.
    fn revoke_batch() -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }

    /// Reads and writes the batch.
    fn block_orders() -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }

    /// Reads the manufacturer, the batch, the key and the key's first batch; writes the manufacturer, the list, the batch
    /// and the key.
    fn add_foreign_batch() -> Weight {
        BASE.saturating_add(CHECK_POINT).saturating_add(T::DbWeight::get().reads_writes(4, 4))
    }

    /// Reads and writes the manufacturer.
    fn suspend_manufacturer() -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }

    /// Reads and writes the manufacturer.
    fn resume_manufacturer() -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }

    /// Reads and writes the manufacturer.
    fn change_quota() -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }
}
