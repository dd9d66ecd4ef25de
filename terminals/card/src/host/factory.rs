//! What the factory does with a card: once, under the card maker's own channel.

use super::{malformed, Host, HostError};
use crate::{
    code::{Code, CodeKind},
    protocol::{read_padded, Instruction},
    transport::Transport,
};
use alloc::vec::Vec;
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use specie_primitives::{
    certificate::Certificate,
    crypto::{PublicKey, Scheme},
    wire::{Reader, Wire},
};

/// What a card is told for life, beside its device key and certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Personalisation {
    /// Whose signature resets the card; `None`: nobody's.
    pub issuer: Option<PublicKey>,
    /// Whether it answers without contact.
    pub contactless: bool,
    /// The code, and who chooses it; `None`: orders need none.
    pub code: Option<(CodeKind, Code)>,
}

impl<T: Transport> Host<T> {
    /// Finishes a card: it makes its device key, `certify` signs it with the batch's key, and from then on the card is a carrier's,
    /// for good. After an error everything can be done again, as long as the card was not finished.
    ///
    /// The card is selected anew, and its certificate read back.
    pub fn personalise<E: From<HostError>>(
        &mut self,
        scheme: Scheme,
        card: &Personalisation,
        certify: impl FnOnce(&PublicKey) -> Result<Certificate, E>,
    ) -> Result<Certificate, E> {
        self.select_application()?;
        let instruction = Instruction::GenerateDeviceKey;
        let answer = self.ask(instruction, &[scheme.tag()])?;
        let mut input = Reader::new(&answer);
        let device = read_padded(&mut input).and_then(|key| input.finish().map(|()| key));
        let device = device.map_err(|fault| malformed(instruction, fault))?;
        let certificate = certify(&device)?;
        self.tell(Instruction::PutCertificate, &certificate.to_vec())?;
        if let Some(issuer) = &card.issuer {
            let key = uncompressed(issuer)
                .ok_or_else(|| super::contradiction(Instruction::PutIssuerKey, "a key off its curve"))?;
            self.tell(Instruction::PutIssuerKey, &[&[issuer.scheme().tag()], key.as_slice()].concat())?;
        }
        if let Some((kind, code)) = &card.code {
            self.tell(Instruction::PutCode, &[&[kind.tag()], code.as_bytes()].concat())?;
        }
        self.tell(Instruction::Finalise, &[card.contactless.into()])?;
        self.select()?;
        let read = self.certificate()?;
        match read == certificate {
            true => Ok(certificate),
            false => {
                Err(super::contradiction(Instruction::GetCertificate, "another certificate than was put in").into())
            }
        }
    }
}

/// A key as a card's library takes it: an ECDSA key as `04 ‖ x ‖ y`. `None`: it is no point of its curve.
fn uncompressed(key: &PublicKey) -> Option<Vec<u8>> {
    match key {
        PublicKey::Secp256k1(bytes) => {
            let key = k256::PublicKey::from_sec1_bytes(bytes).ok()?;
            Some(key.to_encoded_point(false).as_bytes().to_vec())
        }
        PublicKey::P256(bytes) => {
            let key = p256::PublicKey::from_sec1_bytes(bytes).ok()?;
            Some(key.to_encoded_point(false).as_bytes().to_vec())
        }
        PublicKey::Ed25519(bytes) => Some(bytes.to_vec()),
    }
}
