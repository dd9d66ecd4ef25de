//! What a card shows to a machine, and what it proves.

use crate::{
    attestation::{Attestation, Challenge, SignedAttestation},
    certificate::Certificate,
    crypto::{verify, Arithmetic, PublicKey, SPolicy, Signature},
    ids::{scale_derives, BatchId, CarrierId},
    records::BatchKey,
    verdict::{Claims, Counter, Finding},
    wire::{Message, Reader, Wire, WireError, Writer},
};

scale_derives! {
    /// A card's certificate with its fresh word on itself. One tag byte, then the fields in order.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Evidence {
        /// From a card that counts its orders; tag 0.
        Attested {
            /// The factory's word on the device key.
            certificate: Certificate,
            /// The device key's word on the card, over the asker's challenge.
            attestation: SignedAttestation,
        },
        /// From a card that only knows whether its key was used; tag 1. Judged by the five states of the table.
        ///
        /// The device key signs it, so that a card that counts cannot be passed off as one that does not: its
        /// device never signs this message.
        Flagged {
            /// The factory's word on the device key.
            certificate: Certificate,
            /// The card's currency key.
            currency_key: PublicKey,
            /// The asker's challenge.
            challenge: Challenge,
            /// Whether the card says that it has signed an order.
            used: bool,
            /// The device key's signature over [`flag_message`].
            signature: Signature,
        },
    }
}

/// The domain of the word of a card that only knows whether its key was used.
pub const FLAG_DOMAIN: &[u8] = b"specie:flag:v1";

/// The message that the device key of such a card signs:
/// `"specie:flag:v1" ‖ challenge 32 ‖ scheme ‖ currency key ‖ used u8`.
pub fn flag_message(
    challenge: &Challenge,
    currency_key: &PublicKey,
    used: bool,
) -> Message<{ 14 + 32 + PublicKey::MAX_LEN + 1 }> {
    Message::build(|out| {
        out.bytes(FLAG_DOMAIN).bytes(challenge);
        currency_key.write(out);
        out.u8(used.into());
    })
}

impl Evidence {
    /// The certificate.
    pub const fn certificate(&self) -> &Certificate {
        match self {
            Self::Attested { certificate, .. } | Self::Flagged { certificate, .. } => certificate,
        }
    }

    /// The batch that the certificate names.
    pub const fn batch(&self) -> BatchId {
        self.certificate().batch()
    }

    /// The challenge that the card was asked with.
    pub const fn challenge(&self) -> &Challenge {
        match self {
            Self::Attested { attestation, .. } => &attestation.challenge,
            Self::Flagged { challenge, .. } => challenge,
        }
    }

    /// The address of the currency key that the card claims to hold; `None` when it claims none.
    pub fn carrier(&self) -> Result<Option<CarrierId>, WireError> {
        match self {
            Self::Attested { attestation, .. } => {
                Ok(attestation.attestation.currency_key()?.as_ref().map(CarrierId::of))
            }
            Self::Flagged { currency_key, .. } => Ok(Some(CarrierId::of(currency_key))),
        }
    }

    /// Checks every signature against the batch's key on chain; `None` when the chain knows no such batch.
    ///
    /// An error says that the evidence is malformed: a fault, and never a fake.
    pub fn examine<A: Arithmetic>(&self, key: Option<&BatchKey>) -> Result<Finding, WireError> {
        let carrier = self.carrier()?;
        let Some(key) = key else { return Ok(Finding::UnknownBatch) };
        let device = self.certificate().device();
        if self.certificate().verify::<A>(key).is_err() {
            return Ok(Finding::BadCertificate);
        }
        let claims = match self {
            Self::Attested { attestation, .. } => attestation.verify::<A>(&device).then(|| {
                let said = &attestation.attestation;
                let Attestation { sequence, since, last_valid_until, .. } = *said;
                let counter = Counter::Sequence { sequence, since, last_valid_until };
                Claims { device, carrier, generation: Some(said.generation), counter, locked: said.locked }
            }),
            Self::Flagged { currency_key, challenge, used, signature, .. } => {
                let message = flag_message(challenge, currency_key, *used);
                verify::<A>(signature, message.as_bytes(), &device, SPolicy::Normalise).then_some(Claims {
                    device,
                    carrier,
                    generation: None,
                    counter: Counter::Flag { used: *used },
                    locked: false,
                })
            }
        };
        Ok(claims.map_or(Finding::BadAttestation, Finding::Genuine))
    }
}

impl Wire for Evidence {
    const MAX_LEN: usize = 1 + Certificate::MAX_LEN + SignedAttestation::MAX_LEN;

    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::Attested { certificate, attestation } => {
                out.u8(0);
                certificate.write(out);
                attestation.write(out);
            }
            Self::Flagged { certificate, currency_key, challenge, used, signature } => {
                out.u8(1);
                certificate.write(out);
                currency_key.write(out);
                out.bytes(challenge).u8((*used).into());
                signature.write(out);
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        match input.u8()? {
            0 => Ok(Self::Attested {
                certificate: Certificate::read(input)?,
                attestation: SignedAttestation::read(input)?,
            }),
            1 => Ok(Self::Flagged {
                certificate: Certificate::read(input)?,
                currency_key: PublicKey::read(input)?,
                challenge: input.array()?,
                used: input.bool("used")?,
                signature: Signature::read(input)?,
            }),
            tag => Err(WireError::UnknownTag { field: "evidence", tag }),
        }
    }
}
