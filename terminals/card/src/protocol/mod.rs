//! What this application's commands and answers hold: the layouts of `docs/card-protocol.md`.
//!
//! Integers in data fields are little endian, like everything that is signed; the offset in P1 and P2 is big
//! endian, as ISO 7816-4 has it.

mod history;
mod info;
mod instruction;
mod payment;

pub use history::{FundingNote, HistoryEntry, HistoryKind, HISTORY};
pub use info::{Capabilities, Info};
pub use instruction::{Instruction, CLA, CLA_ISO};
pub use payment::Payment;

use specie_primitives::{
    certificate::Certificate,
    crypto::{PublicKey, Scheme},
    wire::{Reader, Wire, WireError, Writer},
};

/// The application's identifier: a proprietary one, `F0` and "SPECIE".
pub const AID: [u8; 7] = [0xF0, 0x53, 0x50, 0x45, 0x43, 0x49, 0x45];

/// The version of the protocol: SELECT's answer and the first byte of [`Info`].
pub const VERSION: u8 = 1;

/// The most bytes of the certificate that one GET CERTIFICATE answers.
pub const CERTIFICATE_CHUNK: usize = 240;

/// The longest certificate in bytes.
pub const MAX_CERTIFICATE: usize = Certificate::MAX_LEN;

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
