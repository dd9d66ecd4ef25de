//! `specie qr`.

use crate::{answer::Answer, arguments::Qr, commands::machine, context::Context, error::Error};
use qrcode::{render::unicode::Dense1x2, EcLevel, QrCode};
use serde_json::json;
use specie_link::{
    money::Money,
    payment::{self},
};

/// The code of an address or, with an amount, of a payment onto a card at a machine, as a machine shows it.
pub async fn run(context: &Context, asked: Qr) -> Result<Answer, Error> {
    let text = match (asked.amount, asked.machine) {
        (Some(amount), Some(at)) => {
            let verdict = context.nodes.verdict_at(asked.account).await?;
            let none = || Error::NotFound(format!("no carrier is registered at {}", asked.account));
            let currency = verdict.ok_or_else(none)?.currency();
            let (units, id) = (amount.units(&currency)?, currency.id());
            let id = id.ok_or_else(|| Error::Unknown(format!("{} is not known here", currency.id)))?;
            let fee = machine::find(context, at).await?.fee.of(id, units);
            let max_fee = fee.ok_or_else(|| Error::Usage("this amount is too large".into()))?;
            payment::Request { carrier: asked.account, amount: Money { currency: id, units }, machine: at, max_fee }
                .to_string()
        }
        _ => asked.account.to_string(),
    };
    let code = QrCode::with_error_correction_level(&text, EcLevel::M);
    let code = code.map_err(|error| Error::Usage(error.to_string()))?;
    let picture =
        code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).quiet_zone(true).build();
    Ok(Answer::new(format!("{picture}\n{text}"), json!({ "text": text })))
}
