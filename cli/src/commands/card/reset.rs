//! `specie card reset`.

use super::{conformance::read_key, open};
use crate::{answer::Answer, arguments::Reset, context::Context, error::Error, show};
use serde_json::json;
use specie_card_sim::factory::permit_reset;
use specie_link::Account;

/// Runs the command. No node is asked whether money is at the address: that is for whoever permits it.
pub fn run(context: &Context, asked: Reset) -> Result<Answer, Error> {
    let (mut host, info) = open(context, asked.place)?;
    if !info.capabilities.resettable {
        return Err(Error::Usage("the card knows no issuer's key: nobody can reset it".into()));
    }
    let address = Account(host.carrier()?.0);
    let permission = match (asked.permission, asked.issuer) {
        (Some(permission), _) => permission,
        (None, Some(file)) => permit_reset(&read_key(&file)?, &info.device, info.generation)
            .map_err(|error| Error::Usage(error.to_string()))?,
        (None, None) => return Err(Error::Usage("give --permission or --issuer".into())),
    };
    context.confirm(&format!("The key of {address} is destroyed, and whatever is there is out of reach"))?;
    host.reset(&permission)?;
    let json = json!({ "destroyed": address, "generation": info.generation, "device": show::hex_of(info.device.as_bytes()) });
    let text = format!("The card is blank. Its key number {}, of {address}, is destroyed.\n", info.generation);
    Ok(Answer::new(text, json))
}
