//! `specie motion`.

use crate::{
    answer::{Answer, BAD},
    arguments::MotionCommand,
    context::Context,
    error::Error,
    show,
};
use serde_json::{json, Value};
use specie_link::{council::Motion, Call};

/// Runs the command.
pub async fn run(context: &Context, command: MotionCommand) -> Result<Answer, Error> {
    match command {
        MotionCommand::List => list(context).await,
        MotionCommand::Vote { proposal, index, approve, reject: _ } => {
            let included = context.execute(&Call::vote(proposal, index, approve)).await?;
            let word = if approve { "for" } else { "against" };
            let sentence = format!("Voted {word} motion {index}.");
            Ok(Answer::included(&sentence, &included, json!({ "index": index, "approve": approve })))
        }
        MotionCommand::Release { proposal } => {
            let included = context.execute(&Call::release_motion(proposal)).await?;
            let is_released = included.event("IssuerCouncil", "ProposalCostReleased").is_some();
            let sentence = if is_released { "The deposit was given back." } else { "There was no deposit." };
            let facts = json!({ "proposal": show::hex_of(&proposal), "isReleased": is_released });
            Ok(Answer::included(sentence, &included, facts))
        }
        MotionCommand::Close { proposal, index, length } => close(context, proposal, index, length).await,
    }
}

async fn close(context: &Context, proposal: [u8; 32], index: u32, length: u32) -> Result<Answer, Error> {
    let included = context.execute(&Call::close(proposal, index, length)).await?;
    let is_done = included.event("IssuerCouncil", "Executed").is_some();
    let sentence = match is_done {
        true => format!("Motion {index} was agreed to, and is done."),
        false => format!("Motion {index} was not agreed to, and is gone."),
    };
    let answer = Answer::included(&sentence, &included, json!({ "index": index, "isDone": is_done }));
    Ok(if is_done { answer } else { answer.with_exit(BAD) })
}

async fn list(context: &Context) -> Result<Answer, Error> {
    let motions = context.nodes.motions().await?;
    let table = show::listing(
        &["index", "proposal", "bytes", "for", "against", "until block"],
        motions.iter().map(row).collect(),
    );
    let json: Vec<Value> = motions.iter().map(json_of).collect();
    Ok(Answer::new(table, json!({ "motions": json })))
}

fn row(motion: &Motion) -> Vec<String> {
    vec![
        motion.index.to_string(),
        show::hex_of(&motion.proposal),
        motion.length.to_string(),
        format!("{} of {}", motion.ayes.len(), motion.threshold),
        motion.nays.len().to_string(),
        motion.end.to_string(),
    ]
}

fn json_of(motion: &Motion) -> Value {
    json!({
        "index": motion.index,
        "proposal": show::hex_of(&motion.proposal),
        "length": motion.length,
        "threshold": motion.threshold,
        "ayes": motion.ayes,
        "nays": motion.nays,
        "end": motion.end,
    })
}
