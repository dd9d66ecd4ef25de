//! GET CERTIFICATE: the bytes, their format, and whose they are.

use crate::{
    report::{Check, Effect::Harmless, Section},
    session::{apdu, failed, skipped, Checked, Session, Stop},
};
use specie_card::{
    apdu::Status,
    protocol::{Instruction, CERTIFICATE_CHUNK},
};
use specie_primitives::{
    certificate::{Certificate, CertificateFault},
    crypto::Software,
    wire::Wire,
};

const HARMLESS: Section = Section::new("GET CERTIFICATE", Harmless);

pub(super) const CHECKS: &[Check] = &[
    HARMLESS.must(
        "certificate.length",
        length,
        "Read from offset 0 on, the certificate has the length in GET INFO.",
    ),
    HARMLESS.must("certificate.offset", offset, "Each offset gives the certificate from there, at most 240 bytes."),
    HARMLESS.must("certificate.end", end, "An offset at or past the end is 6A86."),
    HARMLESS.must("certificate.format", format, "It is in format 0, 1 or 2, exactly."),
    HARMLESS.must("certificate.device", device, "Its device key is the one in GET INFO."),
    HARMLESS.must("certificate.signature", signature, "The batch's key signed it."),
];

fn part(session: &mut Session<'_>, offset: usize) -> Checked<Vec<u8>> {
    let offset = u16::try_from(offset).unwrap_or(u16::MAX).to_be_bytes();
    session.send(&apdu(Instruction::GetCertificate, offset, &[], true))?.done()
}

/// The certificate as a host reads it.
fn read(session: &mut Session<'_>) -> Checked<Vec<u8>> {
    let expected = usize::from(session.info()?.certificate_len());
    let mut bytes = vec![];
    while bytes.len() < expected {
        let next = part(session, bytes.len())?;
        if next.is_empty() {
            return failed(format_args!("more than the first {} of {expected} bytes", bytes.len()), "no data");
        }
        bytes.extend(next);
    }
    if bytes.len() == expected {
        Ok(bytes)
    } else {
        failed(format_args!("{expected} bytes"), format_args!("{} bytes <{}>", bytes.len(), hex::encode(&bytes)))
    }
}

fn parsed(session: &mut Session<'_>) -> Checked<Certificate> {
    let bytes = read(session)?;
    match Certificate::from_wire(&bytes) {
        Ok(certificate) => Ok(certificate),
        Err(fault) => {
            failed("a certificate of format 0, 1 or 2", format_args!("{fault}: <{}>", hex::encode(bytes)))
        }
    }
}

/// For checks whose subject is something else than the format.
fn known(session: &mut Session<'_>) -> Checked<Certificate> {
    match parsed(session) {
        Err(Stop::Failed { .. }) => {
            skipped("the certificate cannot be read: certificate.length, certificate.format")
        }
        other => other,
    }
}

fn length(session: &mut Session<'_>) -> Checked {
    read(session).map(|_| ())
}

fn offset(session: &mut Session<'_>) -> Checked {
    let whole = read(session)?;
    let last = whole.len().saturating_sub(1);
    for offset in [0, 1, whole.len() / 2, last] {
        let rest = whole.get(offset..).unwrap_or(&[]);
        let expected = rest.get(..CERTIFICATE_CHUNK).unwrap_or(rest);
        let got = part(session, offset)?;
        if got != expected {
            return failed(
                format_args!("at offset {offset} <{}>", hex::encode(expected)),
                format_args!("<{}>", hex::encode(got)),
            );
        }
    }
    Ok(())
}

fn end(session: &mut Session<'_>) -> Checked {
    let len = session.info()?.certificate_len();
    for offset in [len, len.saturating_add(1), 0x7FFF, 0x8000, u16::MAX] {
        let command = apdu(Instruction::GetCertificate, offset.to_be_bytes(), &[], true);
        session.send(&command)?.is(Status::WrongParameters)?;
    }
    Ok(())
}

fn format(session: &mut Session<'_>) -> Checked {
    parsed(session).map(|_| ())
}

fn device(session: &mut Session<'_>) -> Checked {
    let device = session.device()?;
    let certified = known(session)?.device();
    if device == certified {
        return Ok(());
    }
    failed(
        format_args!("the device key of GET INFO, <{}>", hex::encode(device.to_vec())),
        format_args!("<{}>", hex::encode(certified.to_vec())),
    )
}

fn signature(session: &mut Session<'_>) -> Checked {
    let Some(key) = session.options.batch_key else { return skipped("the batch's key was not given") };
    let certificate = known(session)?;
    match certificate.verify::<Software>(&key) {
        Ok(()) => Ok(()),
        Err(CertificateFault::OtherFormat) => failed(
            format_args!("a certificate of the format of the batch's key {key:02x?}"),
            format_args!("<{}>", hex::encode(certificate.to_vec())),
        ),
        Err(CertificateFault::BadSignature) => failed(
            format_args!("a signature of the batch's key {key:02x?}"),
            format_args!("<{}>, which is not", hex::encode(certificate.to_vec())),
        ),
    }
}
