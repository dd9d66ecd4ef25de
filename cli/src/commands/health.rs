//! `specie health`.

use crate::{
    answer::{Answer, BAD},
    context::Context,
    error::Error,
    show,
};
use serde_json::{json, Value};
use specie_link::{answers::Health, ClientError, Nodes};
use specie_primitives::crypto::Scheme;

/// Asks every node. Bad when one of them does not answer or is not able.
pub async fn run(context: &Context) -> Result<Answer, Error> {
    let genesis = context.nodes.genesis().await?;
    let (mut rows, mut nodes, mut is_good, mut constants) = (Vec::new(), Vec::new(), true, None);
    for url in context.nodes.urls() {
        let node = Nodes::new([url.clone()], Some(genesis));
        match node.request::<Value>("specie_health", &[]).await {
            Ok(answer) => {
                let health: Health = serde_json::from_value(answer.clone())
                    .map_err(|error| ClientError::Unexpected(format!("specie_health: {error}")))?;
                is_good &= health.able;
                rows.push(row(&url, &health));
                nodes.push(json!({ "url": url, "health": answer }));
                constants.get_or_insert(health);
            }
            Err(error) => {
                is_good = false;
                rows.push(vec![url.clone(), "no answer".into()]);
                nodes.push(json!({ "url": url, "error": error.to_string() }));
            }
        }
    }
    let Some(constants) = constants else {
        // The one that told the genesis hash has gone, or it was told on the command line.
        context.nodes.health().await?;
        return Err(ClientError::Unexpected("a node that comes and goes".into()).into());
    };
    let table = show::listing(&["node", "able", "best block", "final block"], rows);
    let human = format!("{table}\n{}", about_chain(&constants));
    let exit = if is_good { 0 } else { BAD };
    Ok(Answer::new(human, json!({ "nodes": nodes })).with_exit(exit))
}

fn row(url: &str, health: &Health) -> Vec<String> {
    let able = match (&health.reason, health.able) {
        (_, true) => "yes".into(),
        (Some(reason), _) => format!("no: {reason}"),
        (None, _) => "no".into(),
    };
    let block = |block: &specie_link::answers::Block| format!("{}, {} s old", block.number, block.age_ms / 1_000);
    let (best, finalized) = match &health.head {
        Some(head) => (block(&head.best), block(&head.finalized)),
        None => ("not known".into(), "not known".into()),
    };
    vec![url.into(), able, best, finalized]
}

fn about_chain(health: &Health) -> String {
    let known = |text: Option<String>| text.unwrap_or_else(|| "not known".into());
    let fees = health.order_fees.as_ref().map(|fees| {
        let fees = Scheme::ALL.iter().zip(fees).map(|(scheme, fee)| format!("{scheme} {}", show::spc(fee.0)));
        fees.collect::<Vec<_>>().join(", ")
    });
    show::facts(&[
        ("genesis", health.genesis.to_string()),
        ("an order lives", known(health.max_order_lifetime.map(|blocks| format!("{blocks} blocks at most")))),
        ("an order costs", known(fees)),
    ])
}
