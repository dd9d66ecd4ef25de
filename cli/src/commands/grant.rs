//! `specie grant`.

use crate::{answer::Answer, arguments::GrantCommand, context::Context, error::Error, issuer, show};
use serde_json::json;
use specie_link::{Account, Call};

/// Runs the command.
pub async fn run(context: &Context, command: GrantCommand) -> Result<Answer, Error> {
    match command {
        GrantCommand::List { machine, limit } => list(context, machine, limit).await,
        GrantCommand::Give { machine, count } => {
            let sentence = format!("Machine {machine} may initialise {count} more cards.");
            let facts = json!({ "machine": machine, "count": count });
            issuer::act(context, Call::give_grants(machine, count), &sentence, facts).await
        }
        GrantCommand::Revoke { machine, from, count } => {
            let last = u64::from(from) + u64::from(count.saturating_sub(1));
            let range = format!("grants {from} to {last} of machine {machine}");
            context.confirm(&format!("Those of {range} that are open will never be usable again"))?;
            let sentence = format!("Those of {range} that were open are taken back.");
            let facts = json!({ "machine": machine, "from": from, "count": count });
            issuer::act(context, Call::revoke_grants(machine, from, count, context.cause), &sentence, facts).await
        }
    }
}

async fn list(context: &Context, machine: Account, limit: usize) -> Result<Answer, Error> {
    let first = context.nodes.grants(machine, limit).await?;
    let (grants, is_cut) = (&first.grants, first.cursor.is_some());
    let can_use = !first.suspended && first.may_initialise;
    let mut human = show::facts(&[
        ("machine", machine.to_string()),
        ("open grants", first.open_grants.to_string()),
        ("may use them", show::yes(can_use).into()),
    ]);
    human.push('\n');
    let rows = grants.iter().map(|index| vec![index.to_string()]).collect();
    human.push_str(&show::listing(&["grant"], rows));
    if is_cut {
        human.push_str(&format!("These are the first {}: --limit lists more.\n", grants.len()));
    }
    let json = json!({
        "machine": machine,
        "operator": first.operator,
        "suspended": first.suspended,
        "mayInitialise": first.may_initialise,
        "openGrants": first.open_grants,
        "grants": grants,
        "isComplete": !is_cut,
    });
    Ok(Answer::new(human, json))
}
