//! Everything that a card remembers without power, in one fixed format.

use crate::keys::{KeyError, SecretKey};
use specie_card::{
    code::{Attempts, Code, CodeKind, MAX_DIGITS, PRINTED_DIGITS},
    protocol::{read_padded, write_padded, MAX_CERTIFICATE},
};
use specie_primitives::{
    attestation::{Attestation, KEPT},
    certificate::Certificate,
    crypto::{PublicKey, Scheme},
    wire::{Reader, Wire, WireError, Writer},
    BlockNumber,
};
use thiserror::Error;

/// The version of the format.
const VERSION: u8 = 1;

/// Sequence, greatest expiry, the last expiries, and what the card was told.
const CURRENCY_FIELDS: usize = 8 + 4 * KEPT + 32;

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
    /// The factory's word on the device key.
    pub certificate: Certificate,
    /// Whose signature resets the card; `None`: nobody's.
    pub issuer: Option<PublicKey>,
    /// Whether the card answers without contact.
    pub contactless: bool,
}

/// A currency key with its counters.
#[derive(Clone, Debug, PartialEq)]
pub struct Currency {
    /// The key.
    pub key: SecretKey,
    /// How many orders it has signed.
    pub sequence: u32,
    /// The greatest expiry that it ever signed.
    pub last_valid_until: BlockNumber,
    /// The expiries of its last orders: that of the order with sequence `n` at place `n mod 8`, zeros where there is none.
    pub expiries: [BlockNumber; KEPT],
    /// What the machine told the card that made it, hashed: whoever says the same gets the same answer again.
    pub told: [u8; 32],
}

impl Currency {
    /// A new key, made for what hashes to `told`.
    pub const fn new(key: SecretKey, told: [u8; 32]) -> Self {
        Self { key, sequence: 0, last_valid_until: 0, expiries: [0; KEPT], told }
    }

    /// The same key after one more order.
    #[must_use]
    pub fn signed(&self, sequence: u32, valid_until: BlockNumber) -> Self {
        let mut next = self.clone();
        next.sequence = sequence;
        next.last_valid_until = self.last_valid_until.max(valid_until);
        if let Some(place) = next.expiries.get_mut(place_of(sequence)) {
            *place = valid_until;
        }
        next
    }

    /// The greatest expiry among the orders after `since`; of all orders, when more than the last [`KEPT`] came after it.
    pub fn valid_until_since(&self, since: u32) -> BlockNumber {
        let Some(first) = since.checked_add(1) else { return 0 };
        let orders = first..=self.sequence;
        if orders.clone().count() > KEPT {
            return self.last_valid_until;
        }
        orders.filter_map(|sequence| self.expiries.get(place_of(sequence)).copied()).max().unwrap_or(0)
    }
}

/// Where the expiry of the order with this sequence is kept.
const fn place_of(sequence: u32) -> usize {
    sequence as usize % KEPT
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
}

impl Memory {
    /// The length of the format in bytes.
    pub const LEN: usize = 2 + CODE_FIELD + 3 + 33 + 35 + 2 + MAX_CERTIFICATE + 4 + 1 + 33 + CURRENCY_FIELDS + 1;

    /// The memory of a card that leaves the factory.
    pub const fn blank(personalisation: Personalisation, code: Option<(CodeKind, Code)>) -> Self {
        let attempts = Attempts { failures: 0, delay_ticks: 0 };
        Self { personalisation, code, attempts, generation: 0, currency: None, locked: false }
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
        out.u8(VERSION).u8(card.contactless.into());
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
        let certificate = card.certificate.to_vec();
        let padding = [0; MAX_CERTIFICATE];
        out.bytes(&u16::try_from(certificate.len()).unwrap_or(0).to_le_bytes()).bytes(&certificate);
        out.bytes(padding.get(certificate.len()..).unwrap_or(&[])).u32(self.generation);
        match &self.currency {
            None => out.bytes(&[0; 34 + CURRENCY_FIELDS]),
            Some(currency) => {
                out.u8(1);
                write_secret(&currency.key, &mut out);
                out.u32(currency.sequence).u32(currency.last_valid_until);
                for expiry in currency.expiries {
                    out.u32(expiry);
                }
                out.bytes(&currency.told)
            }
        };
        out.u8(self.locked.into());
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
        let certificate = Certificate::from_wire(input.bytes(len)?)?;
        zeros(&mut input, MAX_CERTIFICATE.saturating_sub(len))?;
        let generation = input.u32()?;
        let currency = if input.bool("lifecycle")? {
            if generation == 0 {
                return Err(WireError::NotCanonical { field: "generation" }.into());
            }
            let key = read_secret(&mut input)?;
            let (sequence, last_valid_until) = (input.u32()?, input.u32()?);
            let mut expiries = [0; KEPT];
            for place in &mut expiries {
                *place = input.u32()?;
            }
            Some(Currency { key, sequence, last_valid_until, expiries, told: input.array()? })
        } else {
            zeros(&mut input, 33 + CURRENCY_FIELDS)?;
            None
        };
        let locked = input.bool("locked")?;
        input.finish()?;
        let personalisation = Personalisation { device, certificate, issuer, contactless };
        Ok(Self { personalisation, code, attempts, generation, currency, locked })
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
    out.u8(match kind {
        CodeKind::Printed => 1,
        CodeKind::Pin => 2,
    });
    out.bytes(digits).bytes([0; MAX_DIGITS + 1].get(digits.len()..).unwrap_or(&[]));
}

fn read_code(input: &mut Reader<'_>) -> Result<Option<(CodeKind, Code)>, MemoryError> {
    let kind = match input.u8()? {
        0 => {
            zeros(input, MAX_DIGITS + 1)?;
            return Ok(None);
        }
        1 => CodeKind::Printed,
        2 => CodeKind::Pin,
        tag => return Err(WireError::UnknownTag { field: "code kind", tag }.into()),
    };
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
