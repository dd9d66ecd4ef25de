//! The bytes of a transaction.

use crate::{
    account::Key,
    metadata::{Metadata, MetadataError},
};
use codec::{Compact, Encode};
use sp_crypto_hashing::blake2_256;
use sp_runtime::generic::Era;
use specie_primitives::BlockNumber;

/// Signed, version 4.
const SIGNED: u8 = 0x84;

/// General, version 5: nobody's account, authorised by what the call holds.
const GENERAL: u8 = 0x45;

/// A payload that is longer is hashed before it is signed.
const MAX_PAYLOAD: usize = 256;

/// What of the chain a transaction is bound to.
pub(crate) struct Bound {
    pub(crate) genesis: [u8; 32],
    pub(crate) spec_version: u32,
    pub(crate) transaction_version: u32,
}

/// From when on a transaction is valid, and for how many blocks. `None`: for ever.
pub(crate) struct Life {
    pub(crate) birth: (BlockNumber, [u8; 32]),
    pub(crate) blocks: BlockNumber,
}

impl Life {
    /// The last block that may include it.
    pub(crate) fn end(&self) -> BlockNumber {
        let death = self.era().death(self.birth.0.into());
        BlockNumber::try_from(death).unwrap_or(BlockNumber::MAX).saturating_sub(1)
    }

    fn era(&self) -> Era {
        Era::mortal(self.blocks.into(), self.birth.0.into())
    }
}

/// A transaction that `key` signs.
pub(crate) fn signed(
    metadata: &Metadata,
    bound: &Bound,
    key: &Key,
    nonce: u32,
    life: &Life,
    call: &[u8],
) -> Result<Vec<u8>, MetadataError> {
    let (said, implied) = extensions(metadata, bound, nonce, Some(life))?;
    let payload = [call, &said, &implied].concat();
    let signature = match payload.len() {
        ..=MAX_PAYLOAD => key.sign(&payload),
        _ => key.sign(&blake2_256(&payload)),
    };
    // An address that is an account id, a signature that is sr25519's.
    let body = [&[SIGNED, 0], key.account().0.as_slice(), &[1], &signature, &said, call].concat();
    Ok(body.encode())
}

/// A transaction without an account.
pub(crate) fn general(metadata: &Metadata, bound: &Bound, call: &[u8]) -> Result<Vec<u8>, MetadataError> {
    let (said, _) = extensions(metadata, bound, 0, None)?;
    // Version 0 of the extensions.
    Ok([&[GENERAL, 0], said.as_slice(), call].concat().encode())
}

/// What the extensions say, and what they imply.
fn extensions(
    metadata: &Metadata,
    bound: &Bound,
    nonce: u32,
    life: Option<&Life>,
) -> Result<(Vec<u8>, Vec<u8>), MetadataError> {
    let (mut said, mut implied) = (Vec::new(), Vec::new());
    for extension in &metadata.extensions {
        match extension.name.as_str() {
            "CheckSpecVersion" => bound.spec_version.encode_to(&mut implied),
            "CheckTxVersion" => bound.transaction_version.encode_to(&mut implied),
            "CheckGenesis" => bound.genesis.encode_to(&mut implied),
            "CheckMortality" => {
                life.map_or(Era::Immortal, Life::era).encode_to(&mut said);
                life.map_or(bound.genesis, |life| life.birth.1).encode_to(&mut implied);
            }
            "CheckNonce" => Compact(nonce).encode_to(&mut said),
            // No tip.
            "ChargeTransactionPayment" => Compact(0u128).encode_to(&mut said),
            "CheckMetadataHash" => {
                // Not asked for, and so none.
                0u8.encode_to(&mut said);
                None::<[u8; 32]>.encode_to(&mut implied);
            }
            _ if extension.is_silent => {}
            name => return Err(MetadataError::UnknownExtension(name.into())),
        }
    }
    Ok((said, implied))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_dies_with_its_era() {
        let life = |number| Life { birth: (number, [0; 32]), blocks: 64 };
        // The chain's word: an era that begins at its birth block ends `blocks` later.
        assert_eq!(life(1_000).end(), 1_063);
        assert_eq!(life(0).end(), 63);
    }
}
