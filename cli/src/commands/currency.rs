//! `specie currency`.

use crate::{
    answer::{Answer, BAD},
    arguments::{CurrencyCommand, NewCurrency},
    context::Context,
    error::Error,
    issuer, show,
};
use serde_json::{json, Value};
use specie_link::{
    amount::Currency,
    answers::{CurrencyRecord, Supply},
    Account, Call,
};
use specie_primitives::{ids::CurrencyId, order::EVERYTHING};

/// Runs the command.
pub async fn run(context: &Context, command: CurrencyCommand) -> Result<Answer, Error> {
    match command {
        CurrencyCommand::List => list(context).await,
        CurrencyCommand::Supply { currency } => supply(context, currency).await,
        CurrencyCommand::Create(new) => create(context, &new).await,
        CurrencyCommand::Mint { currency, amount, to, entry } => {
            let named = named(context, currency).await?;
            let units = amount.units(&named)?;
            let sentence = format!("{} were made on {to}.", named.show(units));
            issuer::act(context, Call::mint(currency, to, units, entry), &sentence, facts(&named, units, &entry))
                .await
        }
        CurrencyCommand::Burn { currency, amount, entry } => {
            let named = named(context, currency).await?;
            let units = amount.units(&named)?;
            context.confirm(&format!("{} will be destroyed", named.show(units)))?;
            let sentence = format!("{} were destroyed.", named.show(units));
            issuer::act(context, Call::burn(currency, units, entry), &sentence, facts(&named, units, &entry)).await
        }
        CurrencyCommand::Cap { currency, amount } => {
            let named = named(context, currency).await?;
            let units = amount.units(&named)?;
            let sentence = format!("There may be {} at the most.", named.show(units));
            let facts = json!({ "currency": named, "cap": units.to_string() });
            issuer::act(context, Call::change_cap(currency, units, context.cause), &sentence, facts).await
        }
        CurrencyCommand::Pay { currency, amount, to } => {
            let named = named(context, currency).await?;
            let to = to.unwrap_or_else(issuer_account);
            let (call, paid, units) = match amount.units(&named)? {
                EVERYTHING => (Call::transfer_all(currency, to), "Everything".into(), None),
                units => (Call::transfer(currency, to, units), named.show(units), Some(units.to_string())),
            };
            let included = context.execute(&call).await?;
            let sentence = format!("{paid} was paid to {to}.");
            let facts = json!({ "currency": named, "amount": units, "to": to });
            Ok(Answer::included(&sentence, &included, facts))
        }
    }
}

/// The account on which the issuer collects what it is going to burn: that of the SDK's pallet id `sp/issue`.
fn issuer_account() -> Account {
    let mut account = [0; 32];
    let id = b"modlsp/issue";
    account.iter_mut().zip(id).for_each(|(to, from)| *to = *from);
    Account(account)
}

async fn list(context: &Context) -> Result<Answer, Error> {
    let known = context.nodes.currencies().await?;
    let row = |record: &CurrencyRecord| {
        let minimum = Currency::from(record).show(record.minimum.0);
        vec![
            record.id.to_string(),
            record.symbol.clone(),
            record.name.clone(),
            record.decimals.to_string(),
            minimum,
        ]
    };
    let header = ["id", "symbol", "name", "digits behind the point", "least on an account"];
    Ok(Answer::new(show::listing(&header, known.iter().map(row).collect()), json!({ "currencies": known })))
}

async fn create(context: &Context, new: &NewCurrency) -> Result<Answer, Error> {
    let currency =
        Currency { id: "asset:new".into(), symbol: Some(new.symbol.clone()), decimals: Some(new.decimals) };
    let (minimum, cap) = (new.minimum.units(&currency)?, new.cap.units(&currency)?);
    let call = Call::create_currency(&new.name, &new.symbol, new.decimals, minimum, cap, context.cause);
    let sentence = format!(
        "{} is a currency: `specie currency list` tells its id. There may be {} at the most.",
        new.symbol,
        currency.show(cap)
    );
    let facts = json!({
        "symbol": new.symbol,
        "name": new.name,
        "decimals": new.decimals,
        "minimum": minimum.to_string(),
        "cap": cap.to_string(),
    });
    issuer::act(context, call, &sentence, facts).await
}

/// Exit code 3 where it does not add up.
async fn supply(context: &Context, currency: CurrencyId) -> Result<Answer, Error> {
    let supply = context.nodes.supply(currency).await?;
    let adds_up = supply.adds_up();
    let Supply { currency: of, in_carriers, .. } = &supply;
    let text = show::facts(&[
        ("currency", of.id.to_string()),
        ("minted", of.show(supply.minted.0)),
        ("burnt by the issuer", of.show(supply.burnt.0)),
        ("burnt of fees", of.show(supply.fees_burnt.0)),
        ("on all accounts", of.show(supply.total.0)),
        ("remainder", if adds_up { "0: it adds up".into() } else { format!("{} base units", supply.remainder) }),
        ("on carriers", format!("{}, on {} carriers", of.show(in_carriers.free.0), in_carriers.carriers)),
        ("on hold there", of.show(in_carriers.held.0)),
        ("at the most", of.show(supply.cap.0)),
        ("at final block", supply.head.number.to_string()),
    ]);
    let answer = Answer::new(text, json!(supply));
    Ok(if adds_up { answer } else { answer.with_exit(BAD) })
}

/// A currency with its symbol and digits.
pub async fn named(context: &Context, currency: CurrencyId) -> Result<Currency, Error> {
    let found = context.nodes.currency(currency).await?;
    found.as_ref().map(Currency::from).ok_or_else(|| {
        Error::NotFound(format!("there is no currency {currency}: `specie currency list` shows them"))
    })
}

fn facts(currency: &Currency, units: u128, entry: &[u8; 32]) -> Value {
    json!({ "currency": currency, "amount": units.to_string(), "entry": show::hex_of(entry) })
}
