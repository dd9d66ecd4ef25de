//! What the calls cost, as formulas: database reads and writes at the runtime's own prices, plus a bound on the
//! computation, each with its reason.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights of the calls.
pub trait WeightInfo {
    /// Weight of `create`.
    fn create() -> Weight;
    /// Weight of `mint`.
    fn mint() -> Weight;
    /// Weight of `burn`.
    fn burn() -> Weight;
    /// Weight of `change_cap`.
    fn change_cap() -> Weight;
}

/// Dispatch, decoding and one event, as the node measures them (`runtime/weights.json`), which a test holds.
const BASE: Weight = Weight::from_parts(60_000_000, 4_000);

/// Making or destroying: `pallet-assets` publishes about 25 µs for each.
const MOVE: Weight = Weight::from_parts(60_000_000, 4_000);

/// The formulas for a runtime's database.
pub struct SpecieWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> SpecieWeight<T> {
    fn accesses(reads: u64, writes: u64) -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(reads, writes))
    }
}

impl<T: frame_system::Config> WeightInfo for SpecieWeight<T> {
    /// Reads the count, the symbol, the asset and its metadata; writes them and the ledger.
    fn create() -> Weight {
        Self::accesses(4, 5).saturating_add(MOVE)
    }

    /// Reads the ledger, the entry, the asset, the asset's account, the account and what is held of it; writes all but the
    /// last.
    fn mint() -> Weight {
        Self::accesses(6, 5).saturating_add(MOVE)
    }

    /// As `mint`, and what lies on the issuer's account beside it: its own currency, holds, and the burnt remainders.
    fn burn() -> Weight {
        Self::accesses(8, 8).saturating_add(MOVE)
    }

    /// Reads and writes the ledger.
    fn change_cap() -> Weight {
        Self::accesses(1, 1)
    }
}
