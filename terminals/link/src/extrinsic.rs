//! The bytes of a transaction.

use crate::{
    metadata::{Metadata, MetadataError},
    Account,
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
    /// The hash of the metadata that the call was encoded by.
    pub(crate) metadata_hash: [u8; 32],
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

/// What is to be signed.
pub(crate) fn to_sign(
    metadata: &Metadata,
    bound: &Bound,
    nonce: u32,
    life: &Life,
    call: &[u8],
) -> Result<Vec<u8>, MetadataError> {
    let (said, implied) = extensions(metadata, bound, nonce, life)?;
    Ok(payload(call, &said, &implied))
}

/// A transaction with a `MultiSignature` over [`to_sign`].
pub(crate) fn with(
    metadata: &Metadata,
    bound: &Bound,
    account: Account,
    signature: &[u8],
    nonce: u32,
    life: &Life,
    call: &[u8],
) -> Result<Vec<u8>, MetadataError> {
    let (said, _) = extensions(metadata, bound, nonce, life)?;
    Ok(with_signature(account, signature, &said, call))
}

/// What is signed: a payload that is long is hashed before.
fn payload(call: &[u8], said: &[u8], implied: &[u8]) -> Vec<u8> {
    let payload = [call, said, implied].concat();
    match payload.len() {
        ..=MAX_PAYLOAD => payload,
        _ => blake2_256(&payload).to_vec(),
    }
}

/// With a `MultiSignature`, from an address that is an account id.
fn with_signature(account: Account, signature: &[u8], said: &[u8], call: &[u8]) -> Vec<u8> {
    [&[SIGNED, 0], account.0.as_slice(), signature, said, call].concat().encode()
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
                // By which metadata the call was encoded is signed too: a chain that has others does not take it. A node that lies about
                // them cannot make one call of another.
                1u8.encode_to(&mut said);
                Some(bound.metadata_hash).encode_to(&mut implied);
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
