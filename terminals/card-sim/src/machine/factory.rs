//! What the factory does with a card that is not finished.

use super::{codes::parse_code, require, Answer, Card};
use crate::{
    keys::SecretKey,
    memory::{Memory, Personalisation},
    platform::{Hardware, Store},
};
use specie_card::{
    apdu::Status,
    code::{CodeKind, PRINTED_DIGITS},
    protocol::write_padded,
};
use specie_primitives::{
    certificate::Certificate,
    crypto::{PublicKey, Scheme},
    wire::{Wire, Writer},
};

impl Card {
    /// Begins: what was put in before is forgotten.
    pub(super) fn generate_device_key(
        &mut self,
        [scheme]: &[u8; 1],
        store: &mut impl Store,
        hardware: &mut impl Hardware,
    ) -> Answer {
        let scheme = Scheme::from_tag(*scheme).map_err(|_| Status::WrongData)?;
        let device = SecretKey::random(scheme, hardware).map_err(|_| Status::HardwareFailure)?;
        let mut answer = [0; 34];
        write_padded(device.public(), &mut Writer::new(&mut answer));
        let personalisation =
            Personalisation { device, certificate: None, issuer: None, ..self.memory.personalisation.clone() };
        self.commit(Memory { personalisation, code: None, ..self.memory.clone() }, store)?;
        Ok(answer.to_vec())
    }

    pub(super) fn put_certificate(&mut self, data: &[u8], store: &mut impl Store) -> Answer {
        let certificate = Certificate::from_wire(data).map_err(|_| Status::WrongData)?;
        let is_ours = certificate.device() == *self.memory.personalisation.device.public();
        require(is_ours, Status::WrongData)?;
        self.put(|card| card.certificate = Some(certificate), store)
    }

    pub(super) fn put_issuer_key(&mut self, data: &[u8], store: &mut impl Store) -> Answer {
        let (scheme, key) = data.split_first().ok_or(Status::WrongLength)?;
        let scheme = Scheme::from_tag(*scheme).map_err(|_| Status::WrongData)?;
        require(key.len() == if scheme == Scheme::Ed25519 { 32 } else { 65 }, Status::WrongLength)?;
        let key = compressed(scheme, key).ok_or(Status::WrongData)?;
        let issuer = PublicKey::from_bytes(scheme, &key).map_err(|_| Status::WrongData)?;
        self.put(|card| card.issuer = Some(issuer), store)
    }

    pub(super) fn put_code(&mut self, data: &[u8], store: &mut impl Store) -> Answer {
        let (kind, digits) = data.split_first().ok_or(Status::WrongLength)?;
        let code = parse_code(digits)?;
        let kind = CodeKind::from_tag(*kind).ok_or(Status::WrongData)?;
        require(kind == CodeKind::Pin || digits.len() == PRINTED_DIGITS, Status::WrongLength)?;
        self.commit(Memory { code: Some((kind, code)), ..self.memory.clone() }, store)?;
        Ok(vec![])
    }

    pub(super) fn finalise(&mut self, [contactless]: &[u8; 1], store: &mut impl Store) -> Answer {
        let contactless = match contactless {
            0 => false,
            1 => true,
            _ => return Err(Status::WrongData),
        };
        require(self.memory.personalisation.certificate.is_some(), Status::ConditionsNotSatisfied)?;
        require(!contactless || self.memory.code.is_some(), Status::ConditionsNotSatisfied)?;
        self.put(|card| (card.contactless, card.finished) = (contactless, true), store)
    }

    fn put(&mut self, change: impl FnOnce(&mut Personalisation), store: &mut impl Store) -> Answer {
        let mut next = self.memory.clone();
        change(&mut next.personalisation);
        self.commit(next, store)?;
        Ok(vec![])
    }
}

/// A key as the chain writes it; `None`: it is no point of its curve.
fn compressed(scheme: Scheme, key: &[u8]) -> Option<Vec<u8>> {
    match scheme {
        Scheme::Secp256k1 => {
            let key = k256::PublicKey::from_sec1_bytes(key).ok()?;
            Some(k256::EncodedPoint::from(key).compress().as_bytes().to_vec())
        }
        Scheme::P256 => {
            let key = p256::PublicKey::from_sec1_bytes(key).ok()?;
            Some(p256::EncodedPoint::from(key).compress().as_bytes().to_vec())
        }
        Scheme::Ed25519 => Some(key.to_vec()),
    }
}
