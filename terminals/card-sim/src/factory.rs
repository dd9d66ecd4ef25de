//! The factory: batches, cards and their certificates.

use crate::{
    keys::{KeyError, SecretKey},
    memory::{Memory, Personalisation},
    platform::{Hardware, RandomFailure},
};
use specie_card::code::{Code, CodeKind, PRINTED_DIGITS};
use specie_primitives::{
    batch::possession_message,
    certificate::{native_message, Certificate},
    crypto::{PublicKey, Scheme, Signature},
    ids::{BatchId, ManufacturerId},
    records::BatchKey,
    reset,
};
use thiserror::Error;

/// Why the factory makes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FactoryError {
    /// A key could not be made or used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The random number generator failed.
    #[error(transparent)]
    Random(#[from] RandomFailure),
    /// Keycard's and Coinkite's certificates are for secp256k1 keys alone.
    #[error("certificates of this format are for secp256k1 device keys alone")]
    SchemeOfFormat,
    /// A card that answers without contact and without a code would pay to whoever passes by.
    #[error("a contactless card needs a code")]
    ContactlessNeedsCode,
    /// A printed code has another length.
    #[error("a printed code has {PRINTED_DIGITS} digits")]
    PrintedCodeLength,
}

/// A production batch with its private keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The batch's id on chain.
    pub id: BatchId,
    /// What signs the certificates.
    pub signer: BatchSigner,
}

/// The keys that sign a batch's certificates, by the certificate's format.
#[expect(clippy::large_enum_variant, reason = "a factory holds one of them")]
#[derive(Clone, Debug, PartialEq)]
pub enum BatchSigner {
    /// Format 0: the batch's own key.
    Native(SecretKey),
    /// Format 1: Keycard's certification key.
    Keycard(SecretKey),
    /// Format 2: Coinkite's batch key under the factory root.
    Coinkite {
        /// The factory root.
        root: SecretKey,
        /// The batch key.
        batch: SecretKey,
    },
}

impl Batch {
    /// A new batch with native certificates.
    pub fn native(id: BatchId, scheme: Scheme, hardware: &mut impl Hardware) -> Result<Self, FactoryError> {
        Ok(Self { id, signer: BatchSigner::Native(SecretKey::random(scheme, hardware)?) })
    }

    /// A new batch with Keycard certificates.
    pub fn keycard(id: BatchId, hardware: &mut impl Hardware) -> Result<Self, FactoryError> {
        Ok(Self { id, signer: BatchSigner::Keycard(SecretKey::random(Scheme::Secp256k1, hardware)?) })
    }

    /// A new batch with Coinkite certificates under a new root.
    pub fn coinkite(id: BatchId, hardware: &mut impl Hardware) -> Result<Self, FactoryError> {
        let root = SecretKey::random(Scheme::Secp256k1, hardware)?;
        let batch = SecretKey::random(Scheme::Secp256k1, hardware)?;
        Ok(Self { id, signer: BatchSigner::Coinkite { root, batch } })
    }

    /// What the manufacturer writes to the chain.
    ///
    /// A Keycard or Coinkite batch whose key is not secp256k1, which only hand-made values have, is shown as native.
    pub fn key(&self) -> BatchKey {
        match &self.signer {
            BatchSigner::Native(key) => BatchKey::Native(*key.public()),
            BatchSigner::Keycard(key) => match key.public() {
                PublicKey::Secp256k1(bytes) => BatchKey::Keycard(*bytes),
                other => BatchKey::Native(*other),
            },
            BatchSigner::Coinkite { root, .. } => match root.public() {
                PublicKey::Secp256k1(bytes) => BatchKey::CoinkiteRoot(*bytes),
                other => BatchKey::Native(*other),
            },
        }
    }

    /// The proof, on the chain with this genesis hash, that `manufacturer` has the batch's key: the root's, where the batch
    /// has one.
    pub fn prove(&self, genesis: &[u8; 32], manufacturer: ManufacturerId) -> Result<Signature, FactoryError> {
        let signer = match &self.signer {
            BatchSigner::Native(key) | BatchSigner::Keycard(key) | BatchSigner::Coinkite { root: key, .. } => key,
        };
        Ok(signer.sign(possession_message(genesis, manufacturer, self.id, &self.key()).as_bytes())?)
    }

    /// The certificate of a device key.
    pub fn certify(&self, device: &PublicKey) -> Result<Certificate, FactoryError> {
        let batch = self.id;
        match &self.signer {
            BatchSigner::Native(key) => {
                let signature = key.sign(native_message(batch, device).as_bytes())?;
                Ok(Certificate::Native { batch, device: *device, signature })
            }
            BatchSigner::Keycard(key) => {
                let device = secp256k1_key(device)?;
                Ok(Certificate::Keycard { batch, device, signature: recoverable(key, &device)? })
            }
            BatchSigner::Coinkite { root, batch: key } => {
                let device = secp256k1_key(device)?;
                let card_signature = coinkite_signature(key, &device)?;
                let batch_signature = coinkite_signature(root, &secp256k1_key(key.public())?)?;
                Ok(Certificate::Coinkite { batch, device, card_signature, batch_signature })
            }
        }
    }
}

fn secp256k1_key(key: &PublicKey) -> Result<[u8; 33], FactoryError> {
    match key {
        PublicKey::Secp256k1(bytes) => Ok(*bytes),
        _ => Err(FactoryError::SchemeOfFormat),
    }
}

/// `r ‖ s ‖ recovery id`.
fn recoverable(key: &SecretKey, message: &[u8]) -> Result<[u8; 65], FactoryError> {
    match key.sign(message)? {
        Signature::Secp256k1(bytes) => Ok(bytes),
        _ => Err(FactoryError::SchemeOfFormat),
    }
}

/// `header ‖ r ‖ s`, the header of a segwit address: 39 and the recovery id.
fn coinkite_signature(key: &SecretKey, message: &[u8; 33]) -> Result<[u8; 65], FactoryError> {
    let mut bytes = recoverable(key, message)?;
    bytes.rotate_right(1);
    if let Some(header) = bytes.first_mut() {
        *header = header.wrapping_add(39);
    }
    Ok(bytes)
}

/// What kind of card to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Specification {
    /// The device key's scheme.
    pub device: Scheme,
    /// Whose signature resets the card; `None`: nobody's.
    pub issuer: Option<PublicKey>,
    /// Whether it answers without contact.
    pub contactless: bool,
    /// The code, and who chooses it; `None`: orders need none.
    pub code: Option<(CodeKind, Code)>,
}

impl Specification {
    /// A card with contacts, without a code, that nobody can reset.
    pub const fn contact(device: Scheme) -> Self {
        Self { device, issuer: None, contactless: false, code: None }
    }

    /// A contactless card with a printed code, that nobody can reset.
    pub const fn contactless(device: Scheme, code: Code) -> Self {
        Self { device, issuer: None, contactless: true, code: Some((CodeKind::Printed, code)) }
    }

    /// The same card, which `issuer` can reset.
    #[must_use]
    pub const fn resettable_by(self, issuer: PublicKey) -> Self {
        Self { issuer: Some(issuer), ..self }
    }
}

/// Makes a blank card: its device key, its certificate, and all that it is told for life.
pub fn personalise(
    batch: &Batch,
    specification: &Specification,
    hardware: &mut impl Hardware,
) -> Result<Memory, FactoryError> {
    if specification.contactless && specification.code.is_none() {
        return Err(FactoryError::ContactlessNeedsCode);
    }
    if matches!(&specification.code, Some((CodeKind::Printed, code)) if code.as_bytes().len() != PRINTED_DIGITS) {
        return Err(FactoryError::PrintedCodeLength);
    }
    let device = SecretKey::random(specification.device, hardware)?;
    let certificate = batch.certify(device.public())?;
    let Specification { issuer, contactless, code, .. } = *specification;
    let certificate = Some(certificate);
    let (computes_address, finished) = (true, true);
    let personalisation = Personalisation { device, certificate, issuer, contactless, computes_address, finished };
    Ok(Memory::blank(personalisation, code))
}

/// A random code to print on a card, every one equally likely.
pub fn random_printed_code(hardware: &mut impl Hardware) -> Result<Code, FactoryError> {
    loop {
        let mut bytes = [0; 4];
        hardware.random(&mut bytes)?;
        let number = u32::from_le_bytes(bytes);
        // The multiples of a million that fit: what is above would make low codes likelier.
        if number < 4_294_000_000 {
            let digits = format!("{:06}", number % 1_000_000);
            return Code::new(digits.as_bytes()).map_err(|_| FactoryError::PrintedCodeLength);
        }
    }
}

/// The issuer's permission to destroy the key of `generation` on the card with `device` key.
pub fn permit_reset(issuer: &SecretKey, device: &PublicKey, generation: u32) -> Result<Signature, FactoryError> {
    Ok(issuer.sign(reset::message(device, generation).as_bytes())?)
}
