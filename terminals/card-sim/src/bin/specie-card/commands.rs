//! What the commands do.

use crate::{
    arguments::{AskedSince, Bytes, Challenged, Command, Factory, Format, NewCard, SignOrder},
    files::{self, BatchFile, FileError, KeyFile},
};
use serde_json::{json, Value};
use specie_card::{
    code::{Code, CodeKind},
    host::{Host, HostError},
    protocol::Info,
    transport::Transport as _,
};
use specie_card_sim::{
    factory::{self, Batch, FactoryError, Specification},
    keys::{KeyError, SecretKey},
    platform::{Hardware as _, RandomFailure},
    software::{OsHardware, SoftwareCard, SoftwareError},
};
use specie_primitives::{
    attestation::{Attestation, Challenge, Lifecycle, SignedAttestation},
    crypto::Scheme,
    ids::{BatchId, CarrierId, CurrencyId, MachineId, ManufacturerId, Reference},
    initialisation::{CarrierTerms, FirstStatement, Initialisation},
    order::{Order, NO_REFERENCE},
    wire::{Wire, WireError},
};
use std::path::Path;
use thiserror::Error;

/// Why a command failed.
#[derive(Debug, Error)]
pub enum CommandError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Factory(#[from] FactoryError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Random(#[from] RandomFailure),
    #[error("{0}")]
    Card(#[from] SoftwareError),
    #[error("{0}")]
    Host(#[from] HostError),
    #[error("the card's answer contradicts itself: {0}")]
    Answer(#[from] WireError),
    #[error("the card has signed as many orders as it can count")]
    NoSequenceLeft,
}

type Answer = Result<Value, CommandError>;

/// Runs a command and returns what it prints.
pub fn run(command: Command) -> Answer {
    match command {
        Command::Factory(command) => make(command),
        Command::Info { card } => Ok(show_info(&open(&card)?.1)),
        Command::Certificate { card } => {
            let certificate = open(&card)?.0.certificate()?;
            Ok(json!({
                "batch": certificate.batch().0,
                "device": wire(&certificate.device()),
                "certificate": wire(&certificate),
            }))
        }
        Command::Initialise { card, told, scheme } => {
            let terms = CarrierTerms {
                currency: told.asset.map_or(CurrencyId::Native, CurrencyId::Asset),
                denomination: told.denomination,
                fund_within: told.fund_within,
            };
            let (genesis, machine) = (told.genesis, MachineId(told.machine));
            let asked = Initialisation { genesis, machine, grant: told.grant, terms };
            show_statement(&open(&card)?.0.initialise(&asked, scheme)?)
        }
        Command::Attest(AskedSince { asked, since }) => {
            let (mut host, challenge) = challenged(&asked)?;
            show_attestation(&host.attest_since(&challenge, since)?)
        }
        Command::Evidence(AskedSince { asked, since }) => {
            let (mut host, challenge) = challenged(&asked)?;
            let evidence = host.evidence_since(&challenge, since)?;
            Ok(json!({ "challenge": bytes(&challenge), "evidence": wire(&evidence) }))
        }
        Command::Prove(asked) => {
            let (mut host, challenge) = challenged(&asked)?;
            let signature = host.prove(&challenge)?;
            Ok(json!({
                "challenge": bytes(&challenge),
                "currency_key": wire(&host.currency_key()?),
                "signature": wire(&signature),
            }))
        }
        Command::SignOrder(order) => sign_order(&order),
        Command::ChangeCode { card, old, new } => {
            let mut host = open(&card)?.0;
            host.protect_code(&random_challenge()?)?;
            host.change_code(&old, &new)?;
            Ok(json!({ "changed": true }))
        }
        Command::Wait { card } => {
            let mut host = open(&card)?.0;
            while host.wait()? > 0 {}
            Ok(json!({ "delay_ticks": 0 }))
        }
        Command::Lock { card } => {
            open(&card)?.0.lock()?;
            Ok(json!({ "locked": true }))
        }
        Command::Unlock { card, code } => {
            let mut host = open(&card)?.0;
            host.protect_code(&random_challenge()?)?;
            host.unlock(code.as_ref())?;
            Ok(json!({ "locked": false }))
        }
        Command::Reset { card, issuer } => {
            let issuer = files::read::<KeyFile>(&issuer, "key")?.key()?;
            let (mut host, info) = open(&card)?;
            host.reset(&factory::permit_reset(&issuer, &info.device, info.generation)?)?;
            Ok(json!({ "generation": info.generation, "lifecycle": "blank" }))
        }
        Command::Apdu { card, commands } => {
            let mut host = open(&card)?.0;
            let answers = commands.iter().map(|Bytes(command)| {
                let answer = host.transport_mut().transmit(command);
                answer.map(|answer| json!({ "command": bytes(command), "answer": bytes(&answer) }))
            });
            let answers: Result<Vec<_>, _> = answers.collect();
            Ok(answers.map_err(|source| HostError::Transport { command: "apdu", source })?.into())
        }
    }
}

fn make(command: Factory) -> Answer {
    let mut hardware = OsHardware::new();
    match command {
        Factory::Issuer { scheme, out } => {
            let key = SecretKey::random(scheme, &mut hardware)?;
            files::write(&out, "key", &KeyFile::from(&key))?;
            Ok(json!({ "file": out, "public_key": wire(key.public()) }))
        }
        Factory::Batch { id, format, scheme, out } => {
            let id = BatchId(id);
            if !matches!(format, Format::Native) && scheme != Scheme::Secp256k1 {
                return Err(FactoryError::SchemeOfFormat.into());
            }
            let batch = match format {
                Format::Native => Batch::native(id, scheme, &mut hardware)?,
                Format::Keycard => Batch::keycard(id, &mut hardware)?,
                Format::Coinkite => Batch::coinkite(id, &mut hardware)?,
            };
            files::write(&out, "batch", &BatchFile::from(&batch))?;
            Ok(json!({ "file": out, "batch": batch.id.0, "batch_key": wire(&batch.key()) }))
        }
        Factory::Prove { batch, genesis, manufacturer } => {
            let batch = files::read::<BatchFile>(&batch, "batch")?.batch()?;
            let proof = batch.prove(&genesis, ManufacturerId(manufacturer))?;
            Ok(json!({ "batch": batch.id.0, "batch_key": wire(&batch.key()), "proof": wire(&proof) }))
        }
        Factory::Card(card) => make_card(&card, &mut hardware),
    }
}

fn make_card(card: &NewCard, hardware: &mut OsHardware) -> Answer {
    let batch = files::read::<BatchFile>(&card.batch, "batch")?.batch()?;
    let code = match (card.printed_code, card.pin, card.contactless) {
        (Some(code), ..) => Some((CodeKind::Printed, code)),
        (None, Some(pin), _) => Some((CodeKind::Pin, pin)),
        (None, None, true) => Some((CodeKind::Printed, factory::random_printed_code(hardware)?)),
        (None, None, false) => None,
    };
    let specification =
        Specification { device: card.scheme, issuer: card.issuer, contactless: card.contactless, code };
    let memory = factory::personalise(&batch, &specification, hardware)?;
    SoftwareCard::create(&card.out, &memory)?;
    let printed = code.filter(|(kind, _)| *kind == CodeKind::Printed).map(|(_, code)| digits(&code));
    Ok(json!({
        "file": card.out,
        "batch": batch.id.0,
        "device": wire(memory.personalisation.device.public()),
        "certificate": memory.personalisation.certificate.as_ref().map(wire),
        "printed_code": printed,
    }))
}

fn sign_order(asked: &SignOrder) -> Answer {
    let mut host = open(&asked.card)?.0;
    let state = host.attest(&random_challenge()?)?.attestation;
    let carrier = host.carrier()?;
    let order = Order {
        genesis: asked.genesis,
        carrier,
        purpose: asked.purpose.into(),
        sequence: state.sequence.checked_add(1).ok_or(CommandError::NoSequenceLeft)?,
        to: asked.to,
        amount: asked.amount,
        fee: asked.fee,
        fee_to: asked.fee_to.unwrap_or(asked.to),
        valid_until: asked.valid_until,
        reference: asked.reference.map_or(NO_REFERENCE, Reference),
        epoch: asked.epoch,
    };
    if let Some(code) = &asked.code {
        host.protect_code(&random_challenge()?)?;
        host.verify_code(code)?;
    }
    let signature = host.sign_order(&order)?;
    Ok(json!({
        "carrier": bytes(carrier.as_bytes()),
        "sequence": order.sequence,
        "order": wire(&order),
        "currency_key": wire(&host.currency_key()?),
        "signature": wire(&signature),
    }))
}

fn open(path: &Path) -> Result<(Host<SoftwareCard>, Info), CommandError> {
    let mut host = Host::new(SoftwareCard::open(path)?);
    let info = host.select()?;
    Ok((host, info))
}

fn challenged(asked: &Challenged) -> Result<(Host<SoftwareCard>, Challenge), CommandError> {
    let challenge = match asked.challenge {
        Some(challenge) => challenge,
        None => random_challenge()?,
    };
    Ok((open(&asked.card)?.0, challenge))
}

fn random_challenge() -> Result<Challenge, CommandError> {
    let mut challenge = [0; 32];
    OsHardware::new().random(&mut challenge)?;
    Ok(challenge)
}

fn show_info(info: &Info) -> Value {
    let schemes: Vec<_> = Scheme::ALL.into_iter().filter(|it| info.supports(*it)).map(Scheme::tag).collect();
    json!({
        "lifecycle": show_lifecycle(info.lifecycle),
        "generation": info.generation,
        "locked": info.locked,
        "contactless": info.capabilities.contactless,
        "code_required": info.capabilities.code_required,
        "code_changeable": info.capabilities.code_changeable,
        "resettable": info.capabilities.resettable,
        "tries_left": info.tries_left,
        "delay_ticks": info.delay_ticks,
        "schemes": schemes,
        "device": wire(&info.device),
    })
}

fn show_attestation(signed: &SignedAttestation) -> Answer {
    let mut shown = show_state(&signed.attestation)?;
    shown["challenge"] = json!(bytes(&signed.challenge));
    shown["signature"] = json!(wire(&signed.signature));
    Ok(shown)
}

fn show_statement(statement: &FirstStatement) -> Answer {
    let mut shown = show_state(&statement.attestation)?;
    shown["statement"] = json!(wire(statement));
    Ok(shown)
}

fn show_state(said: &Attestation) -> Answer {
    let key = said.currency_key()?;
    Ok(json!({
        "lifecycle": show_lifecycle(said.lifecycle),
        "generation": said.generation,
        "currency_key": key.as_ref().map(wire),
        "carrier": key.as_ref().map(|key| bytes(CarrierId::of(key).as_bytes())),
        "sequence": said.sequence,
        "last_valid_until": said.last_valid_until,
        "locked": said.locked,
        "since": said.since,
        "attestation": wire(said),
    }))
}

const fn show_lifecycle(lifecycle: Lifecycle) -> &'static str {
    match lifecycle {
        Lifecycle::Blank => "blank",
        Lifecycle::Initialised => "initialised",
    }
}

fn digits(code: &Code) -> String {
    code.as_bytes().iter().copied().map(char::from).collect()
}

fn wire(value: &impl Wire) -> String {
    bytes(&value.to_vec())
}

fn bytes(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}
