//! The bytes of a transaction.

use crate::{
    account::Key,
    metadata::{Metadata, MetadataError},
};
use codec::{Compact, Encode};
use sp_crypto_hashing::blake2_256;
use sp_runtime::generic::Era;
use specie_primitives::{Balance, BlockNumber};

/// Signed, version 4.
const SIGNED: u8 = 0x84;

/// Bare, version 5: nobody's account, authorised by what the call holds.
const BARE: u8 = 0x05;

/// A payload that is longer is hashed before it is signed.
const MAX_PAYLOAD: usize = 256;

/// What of the chain a transaction is bound to.
pub(crate) struct Bound {
    pub(crate) genesis: [u8; 32],
    pub(crate) spec_version: u32,
    pub(crate) transaction_version: u32,
    pub(crate) tip: Balance,
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
    let (said, implied) = extensions(metadata, bound, nonce, life)?;
    let payload = [call, &said, &implied].concat();
    let signature = match payload.len() {
        ..=MAX_PAYLOAD => key.sign(&payload),
        _ => key.sign(&blake2_256(&payload)),
    };
    // An address that is an account id, a signature that is sr25519's.
    let body = [&[SIGNED, 0], key.account().0.as_slice(), &[1], &signature, &said, call].concat();
    Ok(body.encode())
}

/// A transaction without an account, and so without extensions.
pub(crate) fn bare(call: &[u8]) -> Vec<u8> {
    [&[BARE], call].concat().encode()
}

/// What the extensions say, and what they imply.
fn extensions(
    metadata: &Metadata,
    bound: &Bound,
    nonce: u32,
    life: &Life,
) -> Result<(Vec<u8>, Vec<u8>), MetadataError> {
    let (mut said, mut implied) = (Vec::new(), Vec::new());
    for extension in &metadata.extensions {
        match extension.name.as_str() {
            "CheckSpecVersion" => bound.spec_version.encode_to(&mut implied),
            "CheckTxVersion" => bound.transaction_version.encode_to(&mut implied),
            "CheckGenesis" => bound.genesis.encode_to(&mut implied),
            "CheckMortality" => {
                life.era().encode_to(&mut said);
                life.birth.1.encode_to(&mut implied);
            }
            "CheckNonce" => Compact(nonce).encode_to(&mut said),
            "ChargeTransactionPayment" => Compact(bound.tip).encode_to(&mut said),
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
