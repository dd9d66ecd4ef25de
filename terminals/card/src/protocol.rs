//! What this application's commands and answers hold: the layouts of `docs/card-protocol.md`.
//!
//! Integers in data fields are little endian, like everything that is signed; the offset in P1 and P2 is big
//! endian, as ISO 7816-4 has it.

use specie_primitives::{
    attestation::Lifecycle,
    certificate::Certificate,
    crypto::{PublicKey, Scheme},
    wire::{Reader, Wire, WireError, Writer},
};

/// The application's identifier: a proprietary one, `F0` and "SPECIE".
pub const AID: [u8; 7] = [0xF0, 0x53, 0x50, 0x45, 0x43, 0x49, 0x45];

/// The class of SELECT.
pub const CLA_ISO: u8 = 0x00;

/// The class of every other command.
pub const CLA: u8 = 0x80;

/// The version of the protocol: SELECT's answer and the first byte of [`Info`].
pub const VERSION: u8 = 1;

/// The most bytes of the certificate that one GET CERTIFICATE answers.
pub const CERTIFICATE_CHUNK: usize = 240;

/// The longest certificate in bytes.
pub const MAX_CERTIFICATE: usize = Certificate::MAX_LEN;

/// An instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// Choose this application; class [`CLA_ISO`], P1 04, P2 00. Data: the AID. Answer: the version.
    Select,
    /// What the card is. Answer: [`Info`].
    GetInfo,
    /// The certificate from the offset in P1 and P2. Answer: up to [`CERTIFICATE_CHUNK`] bytes of it.
    GetCertificate,
    /// Make the currency key. Data: what the machine tells the card, the scheme. Answer: the attestation, then the device
    /// key's signature over both.
    Initialise,
    /// Say what state the card is in. Data: a challenge, a sequence. Answer: the attestation of the orders after that
    /// sequence, then the device key's signature.
    Attest,
    /// Sign an order. Data: the order. Answer: the currency key's signature.
    SignOrder,
    /// Prove possession of the currency key. Data: a challenge. Answer: the currency key's signature.
    Prove,
    /// Destroy the currency key. Data: the issuer's signature.
    Reset,
    /// Show the code. Data: the digits; none asks how many tries are left.
    VerifyCode,
    /// Choose another PIN. Data: length of the old one, the old one, the new one.
    ChangeCode,
    /// Work off one tick of a delay. Answer: the ticks that are left, u16.
    Wait,
    /// Refuse orders from now on.
    Lock,
    /// Sign orders again. Data: the code, when the card has one.
    Unlock,
}

impl Instruction {
    /// Every instruction.
    pub const ALL: [Self; 13] = [
        Self::Select,
        Self::GetInfo,
        Self::GetCertificate,
        Self::Initialise,
        Self::Attest,
        Self::SignOrder,
        Self::Prove,
        Self::Reset,
        Self::VerifyCode,
        Self::ChangeCode,
        Self::Wait,
        Self::Lock,
        Self::Unlock,
    ];

    /// The INS byte.
    pub const fn ins(self) -> u8 {
        match self {
            Self::Select => 0xA4,
            Self::GetInfo => 0x10,
            Self::GetCertificate => 0x12,
            Self::Initialise => 0x20,
            Self::Attest => 0x22,
            Self::SignOrder => 0x24,
            Self::Prove => 0x26,
            Self::Reset => 0x28,
            Self::VerifyCode => 0x30,
            Self::ChangeCode => 0x32,
            Self::Wait => 0x34,
            Self::Lock => 0x36,
            Self::Unlock => 0x38,
        }
    }

    /// The CLA byte.
    pub const fn cla(self) -> u8 {
        match self {
            Self::Select => CLA_ISO,
            _ => CLA,
        }
    }

    /// The name that the protocol's document uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::GetInfo => "GET INFO",
            Self::GetCertificate => "GET CERTIFICATE",
            Self::Initialise => "INITIALISE",
            Self::Attest => "ATTEST",
            Self::SignOrder => "SIGN ORDER",
            Self::Prove => "PROVE",
            Self::Reset => "RESET",
            Self::VerifyCode => "VERIFY CODE",
            Self::ChangeCode => "CHANGE CODE",
            Self::Wait => "WAIT",
            Self::Lock => "LOCK",
            Self::Unlock => "UNLOCK",
        }
    }

    /// The instruction with this class and INS byte; `None` when there is none.
    pub fn from_bytes(cla: u8, ins: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|instruction| instruction.cla() == cla && instruction.ins() == ins)
    }
}

/// What the card can do and wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Bit 0: it answers without contact, so that a shown code serves one order only.
    pub contactless: bool,
    /// Bit 1: it signs an order only after its code.
    pub code_required: bool,
    /// Bit 2: the code may be changed; a printed one may not.
    pub code_changeable: bool,
    /// Bit 3: it knows an issuer's key and can be reset.
    pub resettable: bool,
    /// Bit 4: it mixes the grant's challenge into the currency key by the protocol's formula.
    pub mixes_challenge: bool,
}

impl Capabilities {
    /// The byte.
    pub fn bits(self) -> u8 {
        [self.contactless, self.code_required, self.code_changeable, self.resettable, self.mixes_challenge]
            .into_iter()
            .zip(0..)
            .fold(0, |bits, (set, place)| bits | (u8::from(set) << place))
    }

    /// The capabilities of a byte; bits 5 to 7 are zero in this version.
    pub fn from_bits(bits: u8) -> Result<Self, WireError> {
        if bits >> 5 != 0 {
            return Err(WireError::UnknownTag { field: "capabilities", tag: bits });
        }
        let bit = |place: u8| (bits >> place) & 1 == 1;
        Ok(Self {
            contactless: bit(0),
            code_required: bit(1),
            code_changeable: bit(2),
            resettable: bit(3),
            mixes_challenge: bit(4),
        })
    }
}

/// GET INFO's answer, [`Info::MAX_LEN`](Wire::MAX_LEN) bytes. Unsigned: a hint for the host, never evidence.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 1 | version, 1 |
/// | 1 | 1 | capabilities |
/// | 2 | 1 | lifecycle: 0 blank, 1 initialised |
/// | 3 | 1 | locked: 0 or 1 |
/// | 4 | 4 | generation |
/// | 8 | 1 | tries left before the next delay |
/// | 9 | 2 | ticks of delay left |
/// | 11 | 2 | length of the certificate in bytes |
/// | 13 | 1 | schemes that a currency key may have: bit n for scheme n |
/// | 14 | 1 | scheme of the device key |
/// | 15 | 33 | device key, zero padded |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// What the card can do and wants.
    pub capabilities: Capabilities,
    /// Blank or initialised.
    pub lifecycle: Lifecycle,
    /// Whether it refuses orders.
    pub locked: bool,
    /// How many currency keys it has made.
    pub generation: u32,
    /// How many wrong codes until the next delay begins.
    pub tries_left: u8,
    /// How many ticks of a delay are left.
    pub delay_ticks: u16,
    /// The certificate's length in bytes.
    pub certificate_len: u16,
    /// The schemes that a currency key may have: bit n for scheme n.
    pub schemes: u8,
    /// The device key.
    pub device: PublicKey,
}

impl Info {
    /// Whether the card makes currency keys of `scheme`.
    pub const fn supports(&self, scheme: Scheme) -> bool {
        (self.schemes >> scheme.tag()) & 1 == 1
    }
}

impl Wire for Info {
    const MAX_LEN: usize = 48;

    fn write(&self, out: &mut Writer<'_>) {
        let lifecycle = match self.lifecycle {
            Lifecycle::Blank => 0,
            Lifecycle::Initialised => 1,
        };
        out.u8(VERSION).u8(self.capabilities.bits()).u8(lifecycle).u8(self.locked.into()).u32(self.generation);
        out.u8(self.tries_left).bytes(&self.delay_ticks.to_le_bytes());
        out.bytes(&self.certificate_len.to_le_bytes()).u8(self.schemes);
        write_padded(&self.device, out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        match input.u8()? {
            VERSION => {}
            tag => return Err(WireError::UnknownTag { field: "protocol version", tag }),
        }
        Ok(Self {
            capabilities: Capabilities::from_bits(input.u8()?)?,
            lifecycle: match input.bool("lifecycle")? {
                false => Lifecycle::Blank,
                true => Lifecycle::Initialised,
            },
            locked: input.bool("locked")?,
            generation: input.u32()?,
            tries_left: input.u8()?,
            delay_ticks: input.u16()?,
            certificate_len: input.u16()?,
            schemes: match input.u8()? {
                schemes @ 1..=7 => schemes,
                tag => return Err(WireError::UnknownTag { field: "schemes", tag }),
            },
            device: read_padded(input)?,
        })
    }
}

/// Writes a key as scheme and [`PublicKey::PADDED_LEN`] bytes.
pub fn write_padded(key: &PublicKey, out: &mut Writer<'_>) {
    key.write(out);
    if key.scheme() == Scheme::Ed25519 {
        out.u8(0);
    }
}

/// Reads a key as [`write_padded`] writes it.
pub fn read_padded(input: &mut Reader<'_>) -> Result<PublicKey, WireError> {
    let key = PublicKey::read(input)?;
    if key.scheme() == Scheme::Ed25519 && input.u8()? != 0 {
        return Err(WireError::NotCanonical { field: "key padding" });
    }
    Ok(key)
}
