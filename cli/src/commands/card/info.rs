//! `specie card info`.

use super::open;
use crate::{answer::Answer, arguments::CardPlace, context::Context, error::Error, show, source};
use serde_json::json;
use specie_card::protocol::Info;
use specie_link::{Account, ClientError};
use specie_primitives::{
    attestation::{Attestation, Lifecycle},
    crypto::Scheme,
    ids::CarrierId,
    wire::Wire,
};

/// Runs the command. No node is asked: whether any of it is true, the verdict says.
pub fn run(context: &Context, place: CardPlace) -> Result<Answer, Error> {
    let (mut host, info) = open(context, place)?;
    let batch = host.certificate()?.batch().0;
    let said = host.attest(&source::challenge()?)?.attestation;
    let key = said.currency_key().map_err(|error| ClientError::Unexpected(error.to_string()))?;
    let address = key.map(|key| Account(CarrierId::of(&key).0));
    let json = json!({
        "lifecycle": lifecycle(said.lifecycle),
        "generation": said.generation,
        "address": address,
        "currencyKey": key.map(|key| show::hex_of(&key.to_vec())),
        "sequence": said.sequence,
        "lastValidUntil": said.last_valid_until,
        "locked": said.locked,
        "batch": batch,
        "deviceKey": show::hex_of(&info.device.to_vec()),
        "contactless": info.capabilities.contactless,
        "codeRequired": info.capabilities.code_required,
        "codeChangeable": info.capabilities.code_changeable,
        "resettable": info.capabilities.resettable,
        "triesLeft": info.tries_left,
        "delayTicks": info.delay_ticks,
        "schemes": schemes(&info),
        "writes": info.writes,
    });
    Ok(Answer::new(text(&info, &said, address, batch), json))
}

/// By its name.
pub const fn lifecycle(lifecycle: Lifecycle) -> &'static str {
    match lifecycle {
        Lifecycle::Blank => "blank",
        Lifecycle::Initialised => "initialised",
    }
}

fn schemes(info: &Info) -> Vec<&'static str> {
    Scheme::ALL.into_iter().filter(|scheme| info.supports(*scheme)).map(Scheme::name).collect()
}

fn text(info: &Info, said: &Attestation, address: Option<Account>, batch: u64) -> String {
    let code = match (info.capabilities.code_required, info.capabilities.code_changeable) {
        (false, _) => "none".into(),
        (true, false) => format!("printed, {} tries left", info.tries_left),
        (true, true) => format!("its holder's PIN, {} tries left", info.tries_left),
    };
    let mut text = show::facts(&[
        ("lifecycle", format!("{}; currency keys made: {}", lifecycle(said.lifecycle), said.generation)),
        ("address", address.map_or("none yet".into(), |address| address.to_string())),
        ("orders signed", said.sequence.to_string()),
        ("the last one until", format!("block {}", said.last_valid_until)),
        ("locked", show::yes(said.locked).into()),
        ("batch", batch.to_string()),
        ("device key", show::hex_of(&info.device.to_vec())),
        ("contactless", show::yes(info.capabilities.contactless).into()),
        ("code", code),
        ("delay", format!("{} ticks", info.delay_ticks)),
        ("memory written", info.writes.map_or("it does not say".into(), |writes| format!("{writes} times"))),
        ("resettable", show::yes(info.capabilities.resettable).into()),
        ("currency keys", schemes(info).join(", ")),
    ]);
    text.push_str("\nThe card's own words: whether they are true, `specie carrier verdict` says.\n");
    text
}
