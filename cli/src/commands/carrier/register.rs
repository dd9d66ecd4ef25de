//! `specie carrier register`, `specie carrier rotate`: a card gets its currency key, and the chain a carrier.

use crate::{
    answer::Answer,
    arguments::Register,
    commands::currency::named,
    context::Context,
    error::Error,
    source::{self, Source},
};
use serde_json::json;
use specie_link::{Account, Call};
use specie_primitives::{
    crypto::{Scheme, Software},
    ids::{CarrierId, MachineId},
    initialisation::{CarrierTerms, Initialisation},
    registration::Registration,
};

/// Which of the two it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// A card's first key.
    First,
    /// The next key of a card that was reset.
    Next,
}

/// Runs the command: the key is a machine's.
pub async fn run(context: &Context, asked: Register, which: As) -> Result<Answer, Error> {
    let machine = context.key()?.account();
    let grant = match asked.grant {
        Some(grant) => grant,
        None => {
            let held = context.nodes.grants(machine, 1).await?;
            let none = || Error::NotFound(format!("machine {machine} has no open grant"));
            *held.grants.first().ok_or_else(none)?
        }
    };
    let currency = named(context, asked.currency).await?;
    let denomination = asked.denomination.map(|written| written.units(&currency)).transpose()?;
    let terms = CarrierTerms { currency: asked.currency, denomination, fund_within: asked.fund_within };
    let genesis = context.nodes.genesis().await?;
    let initialisation = Initialisation { genesis, machine: MachineId(machine.0), grant, terms };
    let source = Source::required(asked.place.reader, asked.place.card)?;
    let (mut host, info) = source.open(context)?;
    // A card that has made its key over these very terms says so again, until it has signed an order.
    let known = host.currency_key().ok().map(|key| key.scheme());
    let wanted = known.or(asked.scheme).into_iter().chain([Scheme::Secp256k1, Scheme::P256, Scheme::Ed25519]);
    let scheme = wanted.into_iter().find(|scheme| info.supports(*scheme));
    let scheme =
        scheme.ok_or_else(|| Error::Usage("the card makes keys of no scheme that this command knows".into()))?;
    let evidence = host.evidence(&source::challenge()?)?;
    let statement = host.initialise(&initialisation, scheme)?;
    let device = evidence.certificate().device();
    if !statement.verify::<Software>(&initialisation, &device) {
        return Err(Error::Usage("the card's first statement does not verify: nothing was registered".into()));
    }
    let key = statement.attestation.currency_key().ok().flatten();
    let key = key.ok_or_else(|| Error::Usage("the card's first statement names no key".into()))?;
    let carrier = Account(CarrierId::of(&key).0);
    let registration = Registration { grant, certificate: *evidence.certificate(), statement, terms };
    let (call, sentence) = match which {
        As::First => (Call::initialise(&registration), format!("{carrier} is a carrier.")),
        As::Next => (Call::rotate(&registration), format!("{carrier} is the card's carrier now.")),
    };
    let included = context.execute(&call).await?;
    let facts = json!({
        "carrier": carrier, "machine": machine, "grant": grant, "currency": currency,
        "denomination": denomination.map(|units| units.to_string()),
    });
    Ok(Answer::included(&sentence, &included, facts))
}
