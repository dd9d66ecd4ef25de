//! What the calls cost, as formulas: database reads and writes at the runtime's own prices, plus a bound on the
//! computation, each with its reason.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights of the calls.
pub trait WeightInfo {
    /// Weight of `open`.
    fn open() -> Weight;
    /// Weight of `settle`.
    fn settle() -> Weight;
    /// Weight of `release`.
    fn release() -> Weight;
    /// Weight of `doubt`.
    fn doubt() -> Weight;
    /// Weight of `resolve`.
    fn resolve() -> Weight;
    /// Weight of `expire`.
    fn expire() -> Weight;
    /// Weight of `prune`.
    fn prune() -> Weight;
}

/// Dispatch, decoding, one event and the hash of a reference, as the node measures them (`runtime/weights.json`), which a
/// test holds.
const BASE: Weight = Weight::from_parts(60_000_000, 4_000);

/// Holding, releasing or moving what is held: `pallet-balances` publishes about 50 µs for a transfer.
const MOVE: Weight = Weight::from_parts(60_000_000, 4_000);

/// The formulas for a runtime's database.
pub struct SpecieWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> SpecieWeight<T> {
    fn accesses(reads: u64, writes: u64) -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(reads, writes))
    }
}

impl<T: frame_system::Config> WeightInfo for SpecieWeight<T> {
    /// Reads the genesis hash, the number, the parent, a pool and its parties, the opener's account and holds; writes the request, the
    /// pool's list, the number, the account and the holds.
    fn open() -> Weight {
        Self::accesses(8, 5).saturating_add(MOVE)
    }

    /// Reads the request, the asset, two accounts of it, both lists of what is held of the payer's, and the accounts
    /// themselves; of the pool the record, the opener's duties and its machine, and whether payer and payee are of one; writes
    /// the first of them. Less for the chain's own currency.
    fn settle() -> Weight {
        Self::accesses(15, 8).saturating_add(MOVE.saturating_mul(2))
    }

    /// Reads the request, the asset, an account of it and both lists of what is held of it; the pool, the duties and machines of the opener
    /// and of the caller; writes the first of them.
    fn release() -> Weight {
        Self::accesses(12, 5).saturating_add(MOVE)
    }

    /// Reads and writes the request.
    fn doubt() -> Weight {
        Self::accesses(1, 1)
    }

    /// As `settle`.
    fn resolve() -> Weight {
        Self::settle()
    }

    /// Reads and writes the request.
    fn expire() -> Weight {
        Self::accesses(1, 1)
    }

    /// Reads the request, an account and its holds; writes them and the pool's list.
    fn prune() -> Weight {
        Self::accesses(3, 4).saturating_add(MOVE)
    }
}
