//! `specie motion`.

use crate::{
    answer::{Answer, BAD},
    arguments::MotionCommand,
    context::Context,
    error::Error,
    show,
};
use serde_json::{json, Value};
use specie_client::{Account, Call, ClientError};
use specie_primitives::wire::{Reader, WireError};

/// Where the council's storage begins: twox-128 of `IssuerCouncil`.
const COUNCIL: &str = "0x145c8b473b64d5a3dc6afde403d1ff10";

/// Twox-128 of `Proposals`, `ProposalOf` and `Voting`, which follow it. The hashes of the proposals follow as they are.
const PROPOSALS: &str = "88c2f7188c6fdd1dffae2fa0d171f440";
const PROPOSAL_OF: &str = "e9d6db8868a37d79930bc3f7f33950d1";
const VOTING: &str = "71cd3068e6118bfb392b798317f63a89";

/// A motion that is open.
struct Motion {
    proposal: [u8; 32],
    length: usize,
    index: u32,
    threshold: u32,
    ayes: Vec<Account>,
    nays: Vec<Account>,
    end: u32,
}

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
    let mut motions = Vec::new();
    let proposals = storage(context, &format!("{COUNCIL}{PROPOSALS}")).await?;
    for proposal in
        proposals.map(|bytes| many(&mut Reader::new(&bytes))).transpose().map_err(unreadable)?.unwrap_or_default()
    {
        let of = |place: &str| format!("{COUNCIL}{place}{}", hex::encode(proposal));
        let (voting, call) = (storage(context, &of(VOTING)).await?, storage(context, &of(PROPOSAL_OF)).await?);
        // One that was closed while we looked is gone.
        if let (Some(voting), Some(call)) = (voting, call) {
            motions.push(read(proposal, &voting, call.len()).map_err(unreadable)?);
        }
    }
    let table = show::listing(
        &["index", "proposal", "bytes", "for", "against", "until block"],
        motions.iter().map(Motion::row).collect(),
    );
    let json: Vec<Value> = motions.iter().map(Motion::json).collect();
    Ok(Answer::new(table, json!({ "motions": json })))
}

impl Motion {
    fn row(&self) -> Vec<String> {
        vec![
            self.index.to_string(),
            show::hex_of(&self.proposal),
            self.length.to_string(),
            format!("{} of {}", self.ayes.len(), self.threshold),
            self.nays.len().to_string(),
            self.end.to_string(),
        ]
    }

    fn json(&self) -> Value {
        json!({
            "index": self.index,
            "proposal": show::hex_of(&self.proposal),
            "length": self.length,
            "threshold": self.threshold,
            "ayes": self.ayes,
            "nays": self.nays,
            "end": self.end,
        })
    }
}

/// A value of the state at the best block, where votes are counted next.
async fn storage(context: &Context, key: &str) -> Result<Option<Vec<u8>>, Error> {
    let value: Option<String> = context.nodes.request("state_getStorage", &[json!(key)]).await?;
    let bytes = value.map(|value| hex::decode(value.trim_start_matches("0x"))).transpose();
    Ok(bytes.map_err(|error| ClientError::Unexpected(format!("state_getStorage: {error}")))?)
}

/// Index, threshold, ayes, nays, end.
fn read(proposal: [u8; 32], voting: &[u8], length: usize) -> Result<Motion, WireError> {
    let mut input = Reader::new(voting);
    let (index, threshold) = (input.u32()?, input.u32()?);
    let accounts = |hashes: Vec<[u8; 32]>| hashes.into_iter().map(Account).collect();
    let (ayes, nays) = (accounts(many(&mut input)?), accounts(many(&mut input)?));
    Ok(Motion { proposal, length, index, threshold, ayes, nays, end: input.u32()? })
}

/// Hashes or accounts behind their count, a SCALE compact: there are fewer than 2^14.
fn many(input: &mut Reader<'_>) -> Result<Vec<[u8; 32]>, WireError> {
    let low = input.u8()?;
    let count = match low & 3 {
        0 => u16::from(low >> 2),
        1 => (u16::from(input.u8()?) << 6) | u16::from(low >> 2),
        _ => return Err(WireError::UnknownTag { field: "length", tag: low }),
    };
    (0..count).map(|_| input.array()).collect()
}

fn unreadable(error: WireError) -> Error {
    ClientError::Unexpected(format!("the council's motions: {error}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_motion_is_read() {
        let mut voting = [7u32.to_le_bytes(), 2u32.to_le_bytes()].concat();
        voting.push(1 << 2);
        voting.extend([5; 32]);
        voting.push(0);
        voting.extend(900u32.to_le_bytes());
        let motion = read([9; 32], &voting, 42).unwrap();
        assert_eq!((motion.index, motion.threshold, motion.end, motion.length), (7, 2, 900, 42));
        assert_eq!((motion.ayes, motion.nays.len()), (vec![Account([5; 32])], 0));
        assert!(read([9; 32], &voting[..voting.len() - 1], 42).is_err());
    }
}
