//! A memory that a power cut at any byte leaves in its old or its new state.
//!
//! There are two slots. Each holds a counter, the memory and a checksum over both. A save writes the slot with the
//! older counter and leaves the newer one alone; a slot that was cut in the middle fails its checksum, and the other
//! one counts.
//!
//! | offset in the slot | bytes | field |
//! |---|---|---|
//! | 0 | 8 | `specard1` |
//! | 8 | 8 | counter |
//! | 16 | [`Memory::LEN`] | memory |
//! | 16 + [`Memory::LEN`] | 32 | SHA-256 of everything before |

use super::medium::Medium;
use crate::{
    memory::{Memory, MemoryError},
    platform::{Store, StoreFailure},
};
use specie_primitives::crypto::sha256;
use std::io;
use thiserror::Error;

const MAGIC: &[u8; 8] = b"specard1";

/// The length of one slot in bytes.
pub const SLOT_LEN: usize = 8 + 8 + Memory::LEN + 32;

/// The length of a whole image, two slots, in bytes.
pub const IMAGE_LEN: usize = 2 * SLOT_LEN;

/// Why an image is not a card's.
#[derive(Debug, Error)]
pub enum ImageError {
    /// It could not be read.
    #[error("cannot read the card's memory")]
    Io(#[from] io::Error),
    /// Its length is not a card's.
    #[error("not a software card: {len} bytes instead of {IMAGE_LEN}")]
    Length {
        /// The length in bytes, or more.
        len: usize,
    },
    /// Neither slot is whole.
    #[error("not a software card, or damaged: neither half of the memory is whole")]
    NoValidSlot,
    /// A slot is whole and holds no memory.
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

/// A card's memory in two slots of a medium.
#[derive(Debug)]
pub struct SlotStore<M> {
    medium: M,
    /// The slot that holds the present state, 0 or 1.
    current: usize,
    counter: u64,
}

impl<M: Medium> SlotStore<M> {
    /// The image of a card that was never saved since: its memory in the first slot, nothing in the second.
    pub fn image(memory: &Memory) -> Vec<u8> {
        let mut image = slot(1, memory);
        image.resize(IMAGE_LEN, 0);
        image
    }

    /// Finds the present state.
    pub fn open(mut medium: M) -> Result<(Self, Memory), ImageError> {
        let image = medium.read()?;
        if image.len() != IMAGE_LEN {
            return Err(ImageError::Length { len: image.len() });
        }
        let (counter, current, bytes) = image
            .chunks(SLOT_LEN)
            .zip(0..)
            .filter_map(|(bytes, index)| read_slot(bytes).map(|(counter, memory)| (counter, index, memory)))
            .max_by_key(|(counter, ..)| *counter)
            .ok_or(ImageError::NoValidSlot)?;
        let memory = Memory::from_bytes(bytes)?;
        Ok((Self { medium, current, counter }, memory))
    }

    /// The medium.
    pub fn medium_mut(&mut self) -> &mut M {
        &mut self.medium
    }

    /// Gives the medium back.
    pub fn into_medium(self) -> M {
        self.medium
    }

    fn write(&mut self, memory: &Memory) -> io::Result<()> {
        let other = 1 - self.current;
        let counter = self.counter.checked_add(1).ok_or_else(|| io::Error::other("the memory is worn out"))?;
        self.medium.write_at(other * SLOT_LEN, &slot(counter, memory))?;
        self.medium.sync()?;
        (self.current, self.counter) = (other, counter);
        Ok(())
    }
}

impl<M: Medium> Store for SlotStore<M> {
    fn save(&mut self, memory: &Memory) -> Result<(), StoreFailure> {
        self.write(memory).map_err(|_| StoreFailure)
    }
}

fn slot(counter: u64, memory: &Memory) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&counter.to_le_bytes());
    bytes.extend(memory.to_bytes());
    bytes.extend(sha256(&bytes));
    bytes
}

/// The counter and the memory of a slot that is whole.
fn read_slot(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (body, checksum) = bytes.split_last_chunk::<32>()?;
    if sha256(body) != *checksum {
        return None;
    }
    let (counter, memory) = body.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
    Some((u64::from_le_bytes(*counter), memory))
}
