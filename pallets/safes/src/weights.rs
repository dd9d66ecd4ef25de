//! What the calls cost, as formulas: database reads and writes at the runtime's own prices, plus a bound on the
//! computation, each with its reason.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights of the calls.
pub trait WeightInfo {
    /// Weight of `create` with so many parties.
    fn create(parties: u32) -> Weight;
    /// Weight of `change_party`.
    fn change_party() -> Weight;
    /// Weight of `change_policy`.
    fn change_policy() -> Weight;
    /// Weight of `join`.
    fn join() -> Weight;
    /// Weight of `leave`.
    fn leave() -> Weight;
    /// Weight of `take_lead`.
    fn take_lead() -> Weight;
    /// Weight of `renew`.
    fn renew() -> Weight;
    /// Weight of `step_down`.
    fn step_down() -> Weight;
    /// Weight of `lock`.
    fn lock() -> Weight;
    /// Weight of `unlock`.
    fn unlock() -> Weight;
    /// Weight of `announce_remedy`.
    fn announce_remedy() -> Weight;
    /// Weight of `cancel_remedy`.
    fn cancel_remedy() -> Weight;
    /// Weight of `carry_out_remedy`.
    fn carry_out_remedy() -> Weight;
    /// Weight of `dissolve`.
    fn dissolve() -> Weight;
}

/// Dispatch, decoding and one event, as the node measures them for the other pallets (`runtime/weights.json`).
const BASE: Weight = Weight::from_parts(60_000_000, 4_000);

/// Holding or releasing a deposit: `pallet-balances` publishes about 50 µs for a transfer.
const MOVE: Weight = Weight::from_parts(60_000_000, 4_000);

/// The check of a consent: the dearest of the three schemes, P-256 in WASM.
const CONSENT: Weight = Weight::from_parts(1_600_000_000, 0);

/// How many parties a pool has at the most: reading all of them.
const PARTIES: u64 = 16;

/// The formulas for a runtime's database.
pub struct SpecieWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> SpecieWeight<T> {
    fn accesses(reads: u64, writes: u64) -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(reads, writes))
    }
}

impl<T: frame_system::Config> WeightInfo for SpecieWeight<T> {
    /// Reads and writes the counter, the account and its holds, the pool; of each party its machine, its duties and its approval.
    fn create(parties: u32) -> Weight {
        let each = Self::accesses(3, 3).saturating_mul(parties.into());
        Self::accesses(5, 4).saturating_add(MOVE).saturating_add(each)
    }

    /// Reads the pool, the machine and all duties; writes the pool, the duties and the approval.
    fn change_party() -> Weight {
        Self::accesses(3 + 2 * PARTIES, 3)
    }

    /// Reads the pool and all duties; writes the pool.
    fn change_policy() -> Weight {
        Self::accesses(1 + PARTIES, 1)
    }

    /// Reads the pool, the duties, the machine, the carrier, its batch and its pool, the genesis hash, the lifetime of orders, the account
    /// and its holds; writes what it changes of them and the list.
    fn join() -> Weight {
        Self::accesses(11, 6).saturating_add(MOVE).saturating_add(CONSENT)
    }

    /// Reads the pool, the carrier's pool, the account and its holds; writes them and the list.
    fn leave() -> Weight {
        Self::accesses(4, 5).saturating_add(MOVE)
    }

    /// Reads the pool, the duties and the machine; writes the pool.
    fn take_lead() -> Weight {
        Self::accesses(3, 1)
    }

    /// Reads the pool, the duties and the machine; writes the pool.
    fn renew() -> Weight {
        Self::accesses(3, 1)
    }

    /// Reads and writes the pool.
    fn step_down() -> Weight {
        Self::accesses(1, 1)
    }

    /// Reads the pool twice and the duties; writes the pool and removes all approvals.
    fn lock() -> Weight {
        Self::accesses(3 + PARTIES, 1 + PARTIES)
    }

    /// Reads the pool, the duties and all approvals; writes one of them and the pool, and removes all.
    fn unlock() -> Weight {
        Self::accesses(2 + 2 * PARTIES, 2 + PARTIES)
    }

    /// Reads the pool; writes the remedy.
    fn announce_remedy() -> Weight {
        Self::accesses(1, 1)
    }

    /// Reads and removes the remedy.
    fn cancel_remedy() -> Weight {
        Self::accesses(1, 1)
    }

    /// Reads the remedy, the pool, two accounts with their holds and all duties; writes all of it.
    fn carry_out_remedy() -> Weight {
        Self::accesses(6 + PARTIES, 6 + 2 * PARTIES).saturating_add(MOVE.saturating_mul(2))
    }

    /// Reads the pool, the account and its holds; removes the pool, the remedy, all duties and approvals.
    fn dissolve() -> Weight {
        Self::accesses(3 + 2 * PARTIES, 4 + 2 * PARTIES).saturating_add(MOVE)
    }
}
