//! The factory's word that a device key sits in genuine hardware (F16).
//!
//! Three formats, so that cards which are already in the field can be carriers:
//!
//! | tag | maker | bytes after the tag and the batch id | what is signed |
//! |---|---|---|---|
//! | 0 | native | scheme ‖ device key ‖ scheme ‖ signature | `"specie:certificate:v1" ‖ batch id u64 ‖ scheme ‖ device key` |
//! | 1 | Keycard | device key 33 ‖ r 32 ‖ s 32 ‖ v 1 | SHA-256 of the device key, secp256k1 |
//! | 2 | Coinkite | device key 33 ‖ two of (header 1 ‖ r 32 ‖ s 32) | card: SHA-256 of the device key; batch: SHA-256 of the batch key |
//!
//! The batch id names the record on chain that holds the key to check against. In formats 1 and 2 it is the host
//! that adds it: the card does not know it, and the signature does not cover it, so it is only a hint where to
//! look. S is normalised: genuine cards produce both.

use crate::{
    crypto::{recover_secp256k1, verify, Arithmetic, PublicKey, SPolicy, Signature},
    ids::{scale_derives, BatchId},
    records::BatchKey,
    wire::{Message, Reader, Wire, WireError, Writer},
};

/// The domain of a native certificate.
pub const DOMAIN: &[u8] = b"specie:certificate:v1";

/// The length of the Keycard format as its cards give it.
pub const KEYCARD_LEN: usize = 98;

scale_derives! {
    /// A certificate with the batch to check it against.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Certificate {
        /// Specie's own format; tag 0.
        Native {
            /// The batch whose key signed; covered by the signature.
            batch: BatchId,
            /// The card's device key.
            device: PublicKey,
            /// The batch key's signature.
            signature: Signature,
        },
        /// Keycard's format; tag 1.
        Keycard {
            /// The batch on chain that holds the certification key.
            batch: BatchId,
            /// The card's device key, compressed secp256k1.
            device: [u8; 33],
            /// `r ‖ s ‖ v`, v being the recovery id.
            signature: [u8; 65],
        },
        /// Coinkite's format; tag 2.
        Coinkite {
            /// The batch on chain that holds the factory root.
            batch: BatchId,
            /// The card's device key, compressed secp256k1.
            device: [u8; 33],
            /// `header ‖ r ‖ s`: the factory's batch key over the device key.
            card_signature: [u8; 65],
            /// `header ‖ r ‖ s`: the factory root over the batch key.
            batch_signature: [u8; 65],
        },
    }
}

/// Why a certificate says nothing about its card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// The batch's key on chain is for another format.
    OtherFormat,
    /// The signature is not that of the batch (or of its root).
    BadSignature,
}

/// The message that a batch key signs in the native format.
pub fn native_message(batch: BatchId, device: &PublicKey) -> Message<{ 21 + 8 + PublicKey::MAX_LEN }> {
    Message::build(|out| {
        out.bytes(DOMAIN);
        batch.write(out);
        device.write(out);
    })
}

impl Certificate {
    /// Reads a Keycard certificate as its card gives it: 98 bytes, the last one the recovery id.
    pub fn from_keycard(batch: BatchId, bytes: &[u8]) -> Result<Self, WireError> {
        let mut input = Reader::new(bytes);
        let certificate = Self::read_keycard(batch, &mut input)?;
        input.finish()?;
        Ok(certificate)
    }

    fn read_keycard(batch: BatchId, input: &mut Reader<'_>) -> Result<Self, WireError> {
        let device = read_secp256k1(input)?;
        let signature: [u8; 65] = input.array()?;
        match signature[64] {
            0..=3 => Ok(Self::Keycard { batch, device, signature }),
            tag => Err(WireError::UnknownTag { field: "recovery id", tag }),
        }
    }

    /// The batch that the certificate names.
    pub const fn batch(&self) -> BatchId {
        match self {
            Self::Native { batch, .. } | Self::Keycard { batch, .. } | Self::Coinkite { batch, .. } => *batch,
        }
    }

    /// The device key that the certificate vouches for. Means nothing before [`Self::verify`].
    pub const fn device(&self) -> PublicKey {
        match self {
            Self::Native { device, .. } => *device,
            Self::Keycard { device, .. } | Self::Coinkite { device, .. } => PublicKey::Secp256k1(*device),
        }
    }

    /// Checks the certificate against the batch's key on chain.
    pub fn verify<A: Arithmetic>(&self, key: &BatchKey) -> Result<(), CertificateFault> {
        let valid = match (self, key) {
            (Self::Native { batch, device, signature }, BatchKey::Native(key)) => {
                verify::<A>(signature, native_message(*batch, device).as_bytes(), key, SPolicy::Normalise)
            }
            (Self::Keycard { device, signature, .. }, BatchKey::Keycard(key)) => {
                recover_secp256k1::<A>(signature, device, SPolicy::Normalise).is_some_and(|signer| signer == *key)
            }
            (Self::Coinkite { device, card_signature, batch_signature, .. }, BatchKey::CoinkiteRoot(root)) => {
                recover_coinkite::<A>(card_signature, device)
                    .and_then(|batch_key| recover_coinkite::<A>(batch_signature, &batch_key))
                    .is_some_and(|signer| signer == *root)
            }
            _ => return Err(CertificateFault::OtherFormat),
        };
        if valid {
            Ok(())
        } else {
            Err(CertificateFault::BadSignature)
        }
    }
}

/// The signer of a Coinkite signature, `header ‖ r ‖ s` with recovery id = (header − 27) mod 4.
fn recover_coinkite<A: Arithmetic>(signature: &[u8; 65], message: &[u8; 33]) -> Option<[u8; 33]> {
    let (header, scalars) = signature.split_first()?;
    let mut recoverable = [0; 65];
    let (front, tail) = recoverable.split_at_mut(64);
    front.copy_from_slice(scalars);
    tail.fill(header.checked_sub(27)? & 3);
    recover_secp256k1::<A>(&recoverable, message, SPolicy::Normalise)
}

/// A compressed secp256k1 key that is on its curve.
fn read_secp256k1(input: &mut Reader<'_>) -> Result<[u8; 33], WireError> {
    let bytes = input.array()?;
    PublicKey::Secp256k1(bytes).validate()?;
    Ok(bytes)
}

/// A Coinkite signature: its header says "recoverable" in one of Bitcoin's four address types.
fn read_coinkite_signature(input: &mut Reader<'_>) -> Result<[u8; 65], WireError> {
    let bytes: [u8; 65] = input.array()?;
    match bytes[0] {
        27..=42 => Ok(bytes),
        tag => Err(WireError::UnknownTag { field: "signature header", tag }),
    }
}

impl Wire for Certificate {
    const MAX_LEN: usize = 1 + 8 + 33 + 65 + 65;

    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::Native { batch, device, signature } => {
                out.u8(0);
                batch.write(out);
                device.write(out);
                signature.write(out);
            }
            Self::Keycard { batch, device, signature } => {
                out.u8(1);
                batch.write(out);
                out.bytes(device).bytes(signature);
            }
            Self::Coinkite { batch, device, card_signature, batch_signature } => {
                out.u8(2);
                batch.write(out);
                out.bytes(device).bytes(card_signature).bytes(batch_signature);
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        let tag = input.u8()?;
        if tag > 2 {
            return Err(WireError::UnknownTag { field: "certificate format", tag });
        }
        let batch = BatchId::read(input)?;
        match tag {
            0 => Ok(Self::Native { batch, device: PublicKey::read(input)?, signature: Signature::read(input)? }),
            1 => Self::read_keycard(batch, input),
            _ => Ok(Self::Coinkite {
                batch,
                device: read_secp256k1(input)?,
                card_signature: read_coinkite_signature(input)?,
                batch_signature: read_coinkite_signature(input)?,
            }),
        }
    }
}
