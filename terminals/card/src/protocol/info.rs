//! What a card says that it is.

use super::{read_padded, write_padded, VERSION};
use specie_primitives::{
    attestation::Lifecycle,
    crypto::{PublicKey, Scheme},
    ids::CarrierId,
    wire::{Reader, Wire, WireError, Writer},
};

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
    /// Bit 5: it computes its address itself. Otherwise hosts tell it, with SET ADDRESS.
    pub computes_address: bool,
    /// Bit 6: it makes a channel that nobody else reads, and answers timed exchanges.
    pub has_channel: bool,
}

impl Capabilities {
    /// The byte.
    pub fn bits(self) -> u8 {
        let Self { contactless, code_required, code_changeable, resettable, mixes_challenge, .. } = self;
        let Self { computes_address, has_channel, .. } = self;
        let first = [contactless, code_required, code_changeable, resettable, mixes_challenge];
        let all = first.into_iter().chain([computes_address, has_channel]);
        all.zip(0..).fold(0, |bits, (set, place)| bits | (u8::from(set) << place))
    }

    /// The capabilities of a byte. Bit 7 is left out: a later card may use it, and works with this host.
    pub const fn from_bits(bits: u8) -> Self {
        const fn bit(bits: u8, place: u8) -> bool {
            (bits >> place) & 1 == 1
        }
        Self {
            contactless: bit(bits, 0),
            code_required: bit(bits, 1),
            code_changeable: bit(bits, 2),
            resettable: bit(bits, 3),
            mixes_challenge: bit(bits, 4),
            computes_address: bit(bits, 5),
            has_channel: bit(bits, 6),
        }
    }
}

/// How many times the card has written its memory, which wears out; value u32.
const TAG_WRITES: u8 = 1;

/// The carrier's address, where the card knows it; value 32 bytes.
const TAG_ADDRESS: u8 = 2;

/// GET INFO's answer. Unsigned: a hint for the host, never evidence.
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
/// | 48 | | fields of tag u8, length u8 and value: 1 writes of the memory, u32; 2 the carrier's address, 32 bytes |
///
/// Fields with other tags are passed over, so that later cards may say more.
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
    /// How many times the card has written its memory, which wears out (F86); `None`: it does not say.
    pub writes: Option<u32>,
    /// The carrier's address; `None`: the card is blank, or was not told its address yet.
    pub address: Option<CarrierId>,
}

impl Info {
    /// The bytes that every card answers, without the fields after them.
    pub const FIXED_LEN: usize = 48;

    /// Whether the card makes currency keys of `scheme`.
    pub const fn supports(&self, scheme: Scheme) -> bool {
        (self.schemes >> scheme.tag()) & 1 == 1
    }
}

impl Wire for Info {
    const MAX_LEN: usize = Self::FIXED_LEN + 6 + 34;

    fn write(&self, out: &mut Writer<'_>) {
        let lifecycle = match self.lifecycle {
            Lifecycle::Blank => 0,
            Lifecycle::Initialised => 1,
        };
        out.u8(VERSION).u8(self.capabilities.bits()).u8(lifecycle).u8(self.locked.into()).u32(self.generation);
        out.u8(self.tries_left).bytes(&self.delay_ticks.to_le_bytes());
        out.bytes(&self.certificate_len.to_le_bytes()).u8(self.schemes);
        write_padded(&self.device, out);
        if let Some(writes) = self.writes {
            out.u8(TAG_WRITES).u8(4).u32(writes);
        }
        if let Some(address) = self.address {
            out.u8(TAG_ADDRESS).u8(32).bytes(address.as_bytes());
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        match input.u8()? {
            VERSION => {}
            tag => return Err(WireError::UnknownTag { field: "protocol version", tag }),
        }
        let mut info = Self {
            capabilities: Capabilities::from_bits(input.u8()?),
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
            writes: None,
            address: None,
        };
        while !input.remaining().is_empty() {
            let (tag, len) = (input.u8()?, input.u8()?);
            let mut value = Reader::new(input.bytes(len.into())?);
            match tag {
                TAG_WRITES => info.writes = Some(value.u32()?),
                TAG_ADDRESS => info.address = Some(CarrierId(value.array()?)),
                _ => continue,
            }
            value.finish()?;
        }
        Ok(info)
    }
}
