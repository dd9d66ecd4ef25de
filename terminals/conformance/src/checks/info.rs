//! GET INFO: each field by itself, and what the fields say together.

use crate::{
    report::{Check, Effect::Harmless, Section},
    session::{failed, Checked, Session},
    state::{fields, RawInfo},
};
use specie_card::{
    code::{FREE_TRIES, MAX_DELAY},
    protocol::{Instruction, MAX_CERTIFICATE, VERSION},
};
use specie_primitives::attestation::Lifecycle;

const HARMLESS: Section = Section::new("GET INFO", Harmless);

pub(super) const CHECKS: &[Check] = &[
    HARMLESS.must("info.layout", layout, "GET INFO answers 48 bytes, and fields after them."),
    HARMLESS.must("info.version", version, "Byte 0 is the version, 1."),
    HARMLESS.must("info.capabilities", capabilities, "Bit 7 of the capabilities is zero; bit 6 is set with bit 0."),
    HARMLESS.must("info.lifecycle", lifecycle, "The lifecycle is 0 or 1."),
    HARMLESS.must("info.locked", locked, "The lock is 0 or 1."),
    HARMLESS.must("info.certificate-length", certificate_length, "The certificate has 1 to 172 bytes."),
    HARMLESS.must("info.schemes", schemes, "The schemes are one or more of the bits 0 to 2."),
    HARMLESS.must(
        "info.device-key",
        device_key,
        "The device key is a point of its scheme's curve, padded with a zero.",
    ),
    HARMLESS.must(
        "info.code-bits",
        code_bits,
        "A card without contacts needs a code; a code that can be changed is one.",
    ),
    HARMLESS.must(
        "info.tries",
        tries,
        "Tries are 3, 2 or 1, and 0 while a delay is outstanding; no delay is over 3600 ticks.",
    ),
    HARMLESS.must("info.generation", generation, "A card with a currency key has a generation of at least 1."),
    HARMLESS.must("info.attested", attested, "Lifecycle, generation and lock are those of the attestation."),
    HARMLESS.must("info.stable", stable, "GET INFO changes nothing: twice the same."),
];

fn layout(session: &mut Session<'_>) -> Checked {
    let data = session.ask(Instruction::GetInfo, &[])?.done()?;
    if fields(&data).is_none() {
        let got = format_args!("{} bytes <{}>", data.len(), hex::encode(&data));
        return failed("48 bytes, and tag, length and value of each field after them", got);
    }
    session.memo.info_is_usable = true;
    Ok(())
}

/// Fails unless `holds`; tells the field.
fn field(info: &RawInfo, offset: usize, len: usize, expected: &str, holds: bool) -> Checked {
    if holds {
        return Ok(());
    }
    let bytes = info.0.get(offset..offset.saturating_add(len)).unwrap_or(&[]);
    failed(format_args!("{expected} at offset {offset}"), format_args!("<{}>", hex::encode(bytes)))
}

fn version(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    field(&info, 0, 1, "version 01", info.0[0] == VERSION)
}

fn capabilities(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    field(&info, 1, 1, "zero in bit 7", info.0[1] >> 7 == 0)?;
    field(&info, 1, 1, "bit 6 set together with bit 0", info.has_channel() || !info.contactless())
}

fn lifecycle(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    field(&info, 2, 1, "00 or 01", info.0[2] <= 1)
}

fn locked(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    field(&info, 3, 1, "00 or 01", info.0[3] <= 1)
}

fn certificate_length(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    let len = usize::from(info.certificate_len());
    field(&info, 11, 2, "1 to 172, little endian,", (1..=MAX_CERTIFICATE).contains(&len))
}

fn schemes(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    field(&info, 13, 1, "01 to 07", matches!(info.0[13], 1..=7))
}

fn device_key(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    field(&info, 14, 34, "a scheme and a public key, padded,", info.device().is_some())
}

fn code_bits(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    let needs = info.contactless() || info.code_changeable();
    field(&info, 1, 1, "bit 1 set together with bit 0 or 2", info.code_required() || !needs)
}

fn tries(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    let delayed = info.delay_ticks() > 0;
    let fits = info.tries() <= FREE_TRIES && (info.tries() == 0) == delayed && info.delay_ticks() <= MAX_DELAY;
    field(&info, 8, 3, "tries 03, 02 or 01 with no delay, or 00 with 1 to 3600 ticks,", fits)?;
    let untouched = info.tries() == FREE_TRIES || info.code_required();
    field(&info, 8, 1, "03 on a card without a code", untouched)
}

fn generation(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    field(&info, 4, 4, "at least 1 on an initialised card", info.0[2] == 0 || info.generation() > 0)
}

fn attested(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    let state = session.state()?;
    let lifecycle = u8::from(state.lifecycle == Lifecycle::Initialised);
    field(&info, 2, 1, "the attestation's lifecycle", info.0[2] == lifecycle)?;
    field(&info, 3, 1, "the attestation's lock", info.0[3] == u8::from(state.locked))?;
    field(&info, 4, 4, "the attestation's generation", info.generation() == state.generation)
}

fn stable(session: &mut Session<'_>) -> Checked {
    let first = session.info()?;
    let second = session.info()?;
    if first == second {
        return Ok(());
    }
    failed(format_args!("<{}> again", hex::encode(first.0)), format_args!("<{}>", hex::encode(second.0)))
}
