//! `specie card prove`.

use super::open;
use crate::{answer::Answer, arguments::CardPlace, context::Context, error::Error, show, source};
use serde_json::json;
use specie_primitives::wire::Wire as _;
use std::time::Instant;

/// Runs the command. No node is asked: whether the card is genuine, the verdict says.
pub fn run(context: &Context, place: CardPlace) -> Result<Answer, Error> {
    let (mut host, info) = open(context, place)?;
    let challenge = source::challenge()?;
    let signature = host.prove(&challenge)?;
    let key = host.currency_key()?;
    let address = specie_link::Account(host.carrier()?.0);
    let quickest = match info.capabilities.has_channel {
        false => None,
        true => {
            let mut parts = [[0; 8]; 4];
            for part in &mut parts {
                *part = source::random()?;
            }
            let begun = Instant::now();
            Some(host.time(&source::challenge()?, &parts, || begun.elapsed())?.quickest)
        }
    };
    let micros = quickest.map(|time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    let json = json!({
        "challenge": show::hex_of(&challenge),
        "address": address,
        "currencyKey": show::hex_of(&key.to_vec()),
        "signature": show::hex_of(&signature.to_vec()),
        "quickestRoundMicroseconds": micros,
    });
    let time = micros.map_or("the card has no timed exchange".into(), |micros| {
        format!("{}.{:03} ms: what a relay would take longer", micros / 1_000, micros % 1_000)
    });
    let text = show::facts(&[
        ("address", address.to_string()),
        ("holds its key", "yes".into()),
        ("quickest answer", time),
    ]);
    Ok(Answer::new(text, json))
}
