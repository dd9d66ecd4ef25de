//! Everything that a card remembers without power, in one fixed format.

mod currency;

pub use currency::Currency;

use crate::keys::{KeyError, SecretKey};
use specie_card::{
    code::{Attempts, Code, CodeKind, MAX_DIGITS, PRINTED_DIGITS},
    protocol::{read_padded, write_padded, MAX_CERTIFICATE},
};
use specie_primitives::{
    attestation::Attestation,
    certificate::Certificate,
    crypto::{PublicKey, Scheme},
    wire::{Reader, Wire, WireError, Writer},
};
use thiserror::Error;

/// The version of the format.
const VERSION: u8 = 1;

/// The code's kind, its digits and at least one zero.
const CODE_FIELD: usize = 1 + MAX_DIGITS + 1;

/// Why bytes are not a card's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MemoryError {
    /// They are not in the format.
    #[error("the card's memory is malformed: {0}")]
    Format(#[from] WireError),
    /// A private key is not one.
    #[error("a private key in the card's memory is not valid")]
    Key(#[from] KeyError),
    /// A code is not one.
    #[error("the code in the card's memory is not valid")]
    Code,
}

/// What the factory writes once.
#[derive(Clone, Debug, PartialEq)]
pub struct Personalisation {
    /// The device key.
    pub device: SecretKey,
    /// The factory's word on the device key; `None`: the card is not finished.
    pub certificate: Option<Certificate>,
    /// Whose signature resets the card; `None`: nobody's.
    pub issuer: Option<PublicKey>,
    /// Whether the card answers without contact.
    pub contactless: bool,
    /// Whether it computes its address itself. Cards without BLAKE2b are told it.
    pub computes_address: bool,
    /// Whether the factory is done with it, for good.
    pub finished: bool,
}

/// The whole memory of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    /// What the factory wrote.
    pub personalisation: Personalisation,
    /// The code, and who chooses it; `None`: orders need none.
    pub code: Option<(CodeKind, Code)>,
    /// Wrong codes and the delay after them.
    pub attempts: Attempts,
    /// How many currency keys the card has made.
    pub generation: u32,
    /// The present currency key; `None`: blank.
    pub currency: Option<Currency>,
    /// Whether the card refuses orders.
    pub locked: bool,
    /// How many times this memory was written (F86); stays at its end.
    pub writes: u32,
}

impl Memory {
    /// The length of the format in bytes.
    pub const LEN: usize = 4 + CODE_FIELD + 3 + 33 + 35 + 2 + MAX_CERTIFICATE + 4 + 1 + Currency::LEN + 1 + 4;

    /// The memory of a card that leaves the factory.
    pub const fn blank(personalisation: Personalisation, code: Option<(CodeKind, Code)>) -> Self {
        let attempts = Attempts { failures: 0, delay_ticks: 0 };
        Self { personalisation, code, attempts, generation: 0, currency: None, locked: false, writes: 0 }
    }

    /// The memory of a chip that no factory has had in its hands. It has some device key, which nobody has certified.
    pub const fn unfinished(device: SecretKey) -> Self {
        let (certificate, issuer) = (None, None);
        let (contactless, computes_address, finished) = (false, true, false);
        Self::blank(Personalisation { device, certificate, issuer, contactless, computes_address, finished }, None)
    }

    /// What the card attests to who asks about all its orders.
    pub fn attestation(&self) -> Attestation {
        match &self.currency {
            None => Attestation::blank(self.generation, self.locked),
            Some(currency) => Attestation::initialised(
                currency.key.public(),
                self.generation,
                currency.sequence,
                currency.last_valid_until,
                self.locked,
            ),
        }
    }

    /// What the card attests to who asks about the orders after `since`.
    pub fn attestation_since(&self, since: u32) -> Attestation {
        let valid_until = self.currency.as_ref().map_or(0, |currency| currency.valid_until_since(since));
        self.attestation().since(since, valid_until)
    }

    /// The format: fixed fields of [`Self::LEN`] bytes together, unused ones zero.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; Self::LEN];
        let mut out = Writer::new(&mut bytes);
        let card = &self.personalisation;
        out.u8(VERSION).u8(card.contactless.into()).u8(card.computes_address.into()).u8(card.finished.into());
        write_code(self.code.as_ref(), &mut out);
        out.u8(self.attempts.failures).bytes(&self.attempts.delay_ticks.to_le_bytes());
        write_secret(&card.device, &mut out);
        match &card.issuer {
            None => out.bytes(&[0; 35]),
            Some(key) => {
                out.u8(1);
                write_padded(key, &mut out);
                &mut out
            }
        };
        let certificate = card.certificate.as_ref().map_or(vec![], Wire::to_vec);
        let padding = [0; MAX_CERTIFICATE];
        out.bytes(&u16::try_from(certificate.len()).unwrap_or(0).to_le_bytes()).bytes(&certificate);
        out.bytes(padding.get(certificate.len()..).unwrap_or(&[])).u32(self.generation);
        match &self.currency {
            None => {
                out.bytes(&[0; 1 + Currency::LEN]);
            }
            Some(currency) => {
                out.u8(1);
                currency.write(&mut out);
            }
        }
        out.u8(self.locked.into()).u32(self.writes);
        debug_assert_eq!(out.finish(), Some(Self::LEN));
        bytes
    }

    /// Reads exactly one memory.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MemoryError> {
        let mut input = Reader::new(bytes);
        match input.u8()? {
            VERSION => {}
            tag => return Err(WireError::UnknownTag { field: "memory version", tag }.into()),
        }
        let contactless = input.bool("contactless")?;
        let computes_address = input.bool("computes its address")?;
        let finished = input.bool("finished")?;
        let code = read_code(&mut input)?;
        let attempts = Attempts { failures: input.u8()?, delay_ticks: input.u16()? };
        let device = read_secret(&mut input)?;
        let issuer = if input.bool("issuer key")? {
            Some(read_padded(&mut input)?)
        } else {
            zeros(&mut input, 34)?;
            None
        };
        let len = usize::from(input.u16()?);
        let certificate = match input.bytes(len)? {
            [] if !finished => None,
            bytes => Some(Certificate::from_wire(bytes)?),
        };
        zeros(&mut input, MAX_CERTIFICATE.saturating_sub(len))?;
        let generation = input.u32()?;
        let currency = if input.bool("lifecycle")? {
            if generation == 0 {
                return Err(WireError::NotCanonical { field: "generation" }.into());
            }
            Some(Currency::read(&mut input)?)
        } else {
            zeros(&mut input, Currency::LEN)?;
            None
        };
        let locked = input.bool("locked")?;
        let writes = input.u32()?;
        input.finish()?;
        let personalisation =
            Personalisation { device, certificate, issuer, contactless, computes_address, finished };
        Ok(Self { personalisation, code, attempts, generation, currency, locked, writes })
    }
}

fn write_secret(key: &SecretKey, out: &mut Writer<'_>) {
    out.u8(key.scheme().tag()).bytes(&key.to_bytes());
}

fn read_secret(input: &mut Reader<'_>) -> Result<SecretKey, MemoryError> {
    let scheme = Scheme::read(input)?;
    Ok(SecretKey::from_bytes(scheme, &input.array()?)?)
}

/// Kind (0 none, 1 printed, 2 PIN), digits, zeros.
fn write_code(code: Option<&(CodeKind, Code)>, out: &mut Writer<'_>) {
    let Some((kind, code)) = code else {
        out.bytes(&[0; CODE_FIELD]);
        return;
    };
    let digits = code.as_bytes();
    out.u8(kind.tag()).bytes(digits).bytes([0; MAX_DIGITS + 1].get(digits.len()..).unwrap_or(&[]));
}

fn read_code(input: &mut Reader<'_>) -> Result<Option<(CodeKind, Code)>, MemoryError> {
    let tag = input.u8()?;
    if tag == 0 {
        zeros(input, MAX_DIGITS + 1)?;
        return Ok(None);
    }
    let kind = CodeKind::from_tag(tag).ok_or(WireError::UnknownTag { field: "code kind", tag })?;
    let field: [u8; MAX_DIGITS + 1] = input.array()?;
    let len = field.iter().position(|byte| *byte == 0).unwrap_or(0);
    let (digits, padding) = field.split_at(len);
    if padding.iter().any(|byte| *byte != 0) || (kind == CodeKind::Printed && len != PRINTED_DIGITS) {
        return Err(MemoryError::Code);
    }
    Ok(Some((kind, Code::new(digits).map_err(|_| MemoryError::Code)?)))
}

fn zeros(input: &mut Reader<'_>, len: usize) -> Result<(), WireError> {
    if input.bytes(len)?.iter().all(|byte| *byte == 0) {
        Ok(())
    } else {
        Err(WireError::NotCanonical { field: "padding" })
    }
}
