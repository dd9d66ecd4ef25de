//! The length of a slot: set at genesis, and the one place from which whatever is a time in blocks follows.
//!
//! Aura makes at most one block a slot. Two seconds are the default; tests and demonstrations use shorter ones. It never changes
//! once a chain has begun: Aura counts slots from 1970 on, and another length would be another count.

pub use pallet::*;

use crate::{BlockNumber, Runtime};
use frame_support::traits::{Get, TypedGet};

/// What a slot takes where the genesis does not say, in milliseconds.
pub const DEFAULT_SLOT_MILLIS: u64 = 2_000;

/// The shortest and the longest slot, in milliseconds: a block must reach the others within it, and fees and durations must
/// stay countable.
const BOUNDS: core::ops::RangeInclusive<u64> = 200..=60_000;

#[frame_support::pallet]
pub mod pallet {
    //! Storage.

    use super::*;
    use frame_support::pallet_prelude::*;

    /// What the pallet needs of its runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config {}

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// What a slot takes, in milliseconds; nothing: [`DEFAULT_SLOT_MILLIS`].
    ///
    /// Written by the genesis alone. Who changed it within a block (a root, by `set_storage`) would split the chain: a block is
    /// made extrinsic by extrinsic and imported in one call, and each call reads this once.
    #[pallet::storage]
    #[pallet::whitelist_storage]
    pub type Millis<T: Config> = StorageValue<_, u64>;

    /// Settings from the first block on.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// What a slot takes, in milliseconds; `None`: two seconds.
        pub millis: Option<u64>,
        /// Nothing.
        #[serde(skip)]
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            if let Some(millis) = self.millis {
                // The timestamp's minimum period is half a slot.
                assert!(
                    BOUNDS.contains(&millis) && millis % 2 == 0,
                    "a slot takes 200 to 60,000 ms, an even number"
                );
                Millis::<T>::put(millis);
            }
        }
    }
}

/// What a slot takes on this chain, in milliseconds.
pub struct SlotMillis;

impl Get<u64> for SlotMillis {
    fn get() -> u64 {
        // The metadata and the integrity tests ask for it outside of any chain.
        #[cfg(feature = "std")]
        if sp_externalities::with_externalities(|_| ()).is_none() {
            return DEFAULT_SLOT_MILLIS;
        }
        cached().unwrap_or(DEFAULT_SLOT_MILLIS)
    }
}

/// From the storage: it is asked for several times in each extrinsic.
#[cfg(feature = "std")]
fn cached() -> Option<u64> {
    Millis::<Runtime>::get()
}

/// From the storage, once for each call of the runtime: its memory is new for each.
#[cfg(not(feature = "std"))]
fn cached() -> Option<u64> {
    use core::sync::atomic::{AtomicU64, Ordering};
    static KNOWN: AtomicU64 = AtomicU64::new(0);
    match KNOWN.load(Ordering::Relaxed) {
        0 => {
            let millis = Millis::<Runtime>::get()?;
            KNOWN.store(millis, Ordering::Relaxed);
            Some(millis)
        }
        known => Some(known),
    }
}

/// Half of a slot, in milliseconds: a validator may be late within its slot and the next one still be on time.
pub struct HalfSlot;

impl Get<u64> for HalfSlot {
    fn get() -> u64 {
        SlotMillis::get() / 2
    }
}

/// How many blocks a number of seconds are on this chain, at least one.
pub struct Blocks<const SECONDS: u32>;

impl<const SECONDS: u32> Get<BlockNumber> for Blocks<SECONDS> {
    fn get() -> BlockNumber {
        let blocks = u64::from(SECONDS) * 1_000 / SlotMillis::get();
        BlockNumber::try_from(blocks).unwrap_or(BlockNumber::MAX).max(1)
    }
}

impl<const SECONDS: u32> TypedGet for Blocks<SECONDS> {
    type Type = BlockNumber;

    fn get() -> BlockNumber {
        <Self as Get<BlockNumber>>::get()
    }
}

/// A minute, in seconds.
pub const MINUTE: u32 = 60;
/// An hour, in seconds.
pub const HOUR: u32 = 60 * MINUTE;
/// A day, in seconds.
pub const DAY: u32 = 24 * HOUR;
