//! Batch ids, and the proof that whoever adds a batch has its key.

use crate::{
    crypto::{verify, Arithmetic, PublicKey, SPolicy, Signature},
    ids::{BatchId, ManufacturerId},
    records::BatchKey,
    wire::{Message, Wire},
};

/// The domain of the proof.
pub const DOMAIN: &[u8] = b"specie:batch:v1";

/// How many bits of a batch id are the manufacturer's to choose.
const LOT_BITS: u32 = 32;

/// How many manufacturers there can be: batch ids stay below 2⁵³, which JSON numbers hold exactly.
pub const MAX_MANUFACTURERS: u32 = 1 << 21;

impl BatchId {
    /// The id of a manufacturer's lot: the manufacturer's number in the upper half, the lot in the lower.
    ///
    /// `None` when there can be no such manufacturer.
    pub const fn of(manufacturer: ManufacturerId, lot: u32) -> Option<Self> {
        if manufacturer.0 < MAX_MANUFACTURERS {
            Some(Self(((manufacturer.0 as u64) << LOT_BITS) | lot as u64))
        } else {
            None
        }
    }

    /// The manufacturer in whose range the id lies: nobody else can take it.
    pub const fn owner(self) -> Option<ManufacturerId> {
        let number = self.0 >> LOT_BITS;
        if number < MAX_MANUFACTURERS as u64 {
            Some(ManufacturerId(number as u32))
        } else {
            None
        }
    }
}

/// The most carriers that a manufacturer's batches may have room for together: what JSON numbers hold exactly.
pub const MAX_QUOTA: u64 = (1 << 53) - 1;

/// The message that a batch key signs to prove that the manufacturer has it:
/// `"specie:batch:v1" ‖ genesis hash 32 ‖ manufacturer u32 ‖ batch id u64 ‖ certificate format u8 ‖ key`.
pub fn possession_message(
    genesis: &[u8; 32],
    manufacturer: ManufacturerId,
    batch: BatchId,
    key: &BatchKey,
) -> Message<{ 15 + 32 + 4 + 8 + BatchKey::MAX_LEN }> {
    Message::build(|out| {
        out.bytes(DOMAIN).bytes(genesis).u32(manufacturer.0);
        batch.write(out);
        key.write(out);
    })
}

/// Whether `signature` proves that `manufacturer` has the batch key.
pub fn proves_possession<A: Arithmetic>(
    genesis: &[u8; 32],
    manufacturer: ManufacturerId,
    batch: BatchId,
    key: &BatchKey,
    signature: &Signature,
) -> bool {
    let signer = match key {
        BatchKey::Native(key) => *key,
        BatchKey::Keycard(key) | BatchKey::CoinkiteRoot(key) => PublicKey::Secp256k1(*key),
    };
    let message = possession_message(genesis, manufacturer, batch, key);
    verify::<A>(signature, message.as_bytes(), &signer, SPolicy::Normalise)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lie_in_their_manufacturers_range_and_below_2_53() {
        for (manufacturer, lot) in [(0, 0), (0, u32::MAX), (7, 1), (MAX_MANUFACTURERS - 1, u32::MAX)] {
            let id = BatchId::of(ManufacturerId(manufacturer), lot).unwrap();
            assert_eq!(id.owner(), Some(ManufacturerId(manufacturer)));
            assert!(id.0 < 1 << 53);
        }
        assert_eq!(BatchId::of(ManufacturerId(MAX_MANUFACTURERS), 0), None);
        assert_eq!(BatchId(1 << 53).owner(), None);
        assert_eq!(BatchId(u64::MAX).owner(), None);
    }
}
