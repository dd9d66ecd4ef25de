//! `specie order`.

use crate::{
    answer::{Answer, BAD},
    arguments::OrderCommand,
    asking,
    context::{interruptible, Context, FINAL},
    error::Error,
    kept_orders::{self, Kept},
    show,
    signals::Signals,
    signed_order::{self, SignedOrder},
    waiting::Waiting,
};
use serde_json::{json, Value};
use specie_link::{amount::Currency, orders::Payer, questions::Subject, Account, OrderFate};
use std::path::{Path, PathBuf};

/// Runs the command.
pub async fn run(context: &Context, command: OrderCommand) -> Result<Answer, Error> {
    match command {
        OrderCommand::List => list(),
        OrderCommand::Show { order } => {
            let signed = SignedOrder::read(&order)?;
            Ok(Answer::new(signed.table(), signed.json()))
        }
        OrderCommand::Send { order, pay } => {
            let signed = SignedOrder::read(&order)?;
            let genesis = context.nodes.genesis().await?;
            if signed.order.genesis != genesis {
                let (its, ours) = (show::hex_of(&signed.order.genesis), show::hex_of(&genesis));
                return Err(Error::Usage(format!("the order is for the chain {its}, the nodes are of {ours}")));
            }
            let carrier = Subject::Address(Account(signed.order.carrier.0));
            // Where no node knows the carrier, the order is told what the pool says of it.
            let asked = asking::ask(&context.nodes, &carrier, false).await.ok();
            let currency = asked.map_or_else(Currency::native, |asked| asked.verdict.currency());
            let payer = match pay {
                true => Payer::Always(context.key()?),
                false => payer_of(context, &currency)?,
            };
            send(context, &signed, &currency, payer, &mut Signals::catch()?).await
        }
    }
}

/// Whether every node that answers says that an order is dead: it is the last copy that is thrown away.
async fn nobody_denies(context: &Context, signed: &SignedOrder) -> bool {
    let mut denied = false;
    for node in context.nodes.each() {
        denied |= matches!(node.fate(&signed.order).await, Ok(None | Some(OrderFate::Executed { .. })));
    }
    !denied
}

/// What is kept of orders whose fate is not known.
fn list() -> Result<Answer, Error> {
    let Kept { orders, others } = kept_orders::all()?;
    let file = |path: &Path| path.display().to_string();
    let row = |(_, signed): &(PathBuf, SignedOrder)| {
        let order = &signed.order;
        let until = format!("block {}", order.valid_until);
        vec![Account(order.carrier.0).to_string(), order.sequence.to_string(), until]
    };
    let mut human = show::listing(&["carrier", "sequence", "valid until"], orders.iter().map(row).collect());
    for (_, signed) in &orders {
        human.push_str(&format!("specie order send {}\n", signed.text()));
    }
    others.iter().for_each(|path| human.push_str(&format!("there is no order in {}\n", file(path))));
    let listed: Vec<_> =
        orders.iter().map(|(path, signed)| json!({ "file": file(path), "signed": signed.json() })).collect();
    let others: Vec<_> = others.iter().map(|path| file(path)).collect();
    Ok(Answer::new(human, json!({ "orders": listed, "others": others })))
}

/// Who pays the network for an order: the card; of money that is not the chain's own currency, the key's account.
pub fn payer_of<'a>(context: &'a Context, currency: &Currency) -> Result<Payer<'a>, Error> {
    Ok(if currency.is_native() { Payer::Nobody } else { Payer::Always(context.key()?) })
}

/// Sends an order and follows it until its fate is final. Whatever goes wrong, the order is told with it.
/// Once its fate is final it is kept no longer.
pub async fn send(
    context: &Context,
    signed: &SignedOrder,
    currency: &Currency,
    payer: Payer<'_>,
    signals: &mut Signals,
) -> Result<Answer, Error> {
    let moves = Waiting::begin(FINAL, context.is_json);
    let work = context.nodes.send_order(&signed.order, &signed.signature, payer, context.limit);
    let fate = interruptible(signals, async { work.await.map_err(Error::from) }).await;
    drop(moves);
    let fate = fate.map_err(|source| Error::OrderSigned { order: signed.text(), source: Box::new(source) })?;
    let is_certain = match fate {
        OrderFate::Executed { .. } => true,
        OrderFate::Dead(_) => nobody_denies(context, signed).await,
    };
    match is_certain.then(|| kept_orders::settle(signed)) {
        None => context.note("Not every node says so: the order is kept."),
        Some(Err(error)) => {
            context.note(&format!("The order is settled, and its file could not be removed: {error}"))
        }
        Some(Ok(())) => {}
    }
    let (text, json) = signed_order::fate(&fate, currency);
    let mut facts = match signed.json() {
        Value::Object(facts) => facts,
        _ => serde_json::Map::new(),
    };
    facts.insert("fate".into(), json);
    let answer = Answer::new(text, json!(facts));
    Ok(match fate {
        OrderFate::Executed { .. } => answer,
        OrderFate::Dead(_) => answer.with_exit(BAD),
    })
}
