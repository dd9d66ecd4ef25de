//! `specie order`.

use crate::{
    answer::{Answer, BAD},
    arguments::OrderCommand,
    asking,
    context::{interruptible, Context},
    error::Error,
    show,
    signed_order::{self, SignedOrder},
};
use serde_json::{json, Value};
use specie_client::{amount::Currency, questions::Subject, Account, OrderFate};

/// Runs the command.
pub async fn run(context: &Context, command: OrderCommand) -> Result<Answer, Error> {
    match command {
        OrderCommand::Show { order } => {
            let signed = SignedOrder::read(&order)?;
            Ok(Answer::new(signed.table(), signed.json()))
        }
        OrderCommand::Send { order } => {
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
            send(context, &signed, &currency).await
        }
    }
}

/// Sends an order and follows it until its fate is final. Whatever goes wrong, the order is told with it.
/// Of money that is not the chain's own currency, the key's account pays the network.
pub async fn send(context: &Context, signed: &SignedOrder, currency: &Currency) -> Result<Answer, Error> {
    let payer = if currency.is_native() { None } else { Some(context.key()?) };
    let work = context.nodes.send_order(&signed.order, &signed.signature, payer, context.limit);
    let fate = interruptible(async { work.await.map_err(Error::from) }).await;
    let fate = fate.map_err(|source| Error::OrderSigned { order: signed.text(), source: Box::new(source) })?;
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
