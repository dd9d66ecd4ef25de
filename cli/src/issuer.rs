//! What the issuer does: by the sudo key where there is one, else by a motion of its council.

use crate::{answer::Answer, context::Context, error::Error, show};
use serde_json::{json, Value};
use specie_link::{Call, Event, Included};

/// Has the issuer make a call. `sentence` says what is the case when it is done.
pub async fn act(context: &Context, call: Call, sentence: &str, facts: Value) -> Result<Answer, Error> {
    // Before anything is asked of a node.
    context.signer()?;
    if context.nodes.has_sudo().await? {
        let included = context.execute(&Call::sudo(call)).await?;
        return Ok(Answer::included(sentence, &included, facts));
    }
    let threshold = context.threshold.ok_or(Error::NoThreshold)?;
    let length = context.nodes.encode(&call).await?.len();
    let length = u32::try_from(length).map_err(|_| Error::Usage("the proposal is too long".into()))?;
    let included = context.execute(&Call::propose(threshold, call, length)).await?;
    match included.event("IssuerCouncil", "Proposed").and_then(read_proposed) {
        Some((index, hash)) => Ok(proposed(&included, sentence, &hash, index, threshold, length)),
        // One member is enough: done at once.
        None => Ok(Answer::included(sentence, &included, facts)),
    }
}

fn proposed(
    included: &Included,
    sentence: &str,
    hash: &[u8; 32],
    index: u32,
    threshold: u32,
    length: u32,
) -> Answer {
    let hash = show::hex_of(hash);
    let text = format!(
        "Not done yet: motion {index} of the issuer's council is proposed, and needs {threshold} votes.\n\
         What it will mean: {sentence}\n\
         Each member:   specie motion vote {hash} {index} --approve\n\
         Then anybody:  specie motion close {hash} {index} --length {length}"
    );
    let motion = json!({ "index": index, "proposal": hash, "threshold": threshold, "length": length });
    Answer::included(&text, included, json!({ "motion": motion }))
}

/// Index and hash: the event has the proposer's account, then these.
fn read_proposed(event: &Event) -> Option<(u32, [u8; 32])> {
    let index = event.fields.get(32..36)?.try_into().ok()?;
    let hash = event.fields.get(36..68)?.try_into().ok()?;
    Some((u32::from_le_bytes(index), hash))
}
