//! The motions of the issuer's council.

use crate::{error::ClientError, state::At, Account, Nodes};
use codec::Decode;

/// The council's pallet.
const COUNCIL: &str = "IssuerCouncil";

/// A motion that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Motion {
    /// The hash of the call that it is about.
    pub proposal: [u8; 32],
    /// How many bytes that call has.
    pub length: usize,
    /// Its number.
    pub index: u32,
    /// How many have to be for it.
    pub threshold: u32,
    /// Who is for it.
    pub ayes: Vec<Account>,
    /// Who is against it.
    pub nays: Vec<Account>,
    /// The last block at which anybody may vote.
    pub end: u32,
}

/// What the pallet keeps about the votes on a motion.
#[derive(Decode)]
struct Votes {
    index: u32,
    threshold: u32,
    ayes: Vec<[u8; 32]>,
    nays: Vec<[u8; 32]>,
    end: u32,
}

impl Nodes {
    /// The motions that are open at the best block, where votes are counted next.
    pub async fn motions(&self) -> Result<Vec<Motion>, ClientError> {
        let proposals = self.storage(COUNCIL, "Proposals", &[], At::Best).await?;
        let proposals: Vec<[u8; 32]> = proposals.map_or(Ok(Vec::new()), |bytes| read(&bytes))?;
        let mut motions = Vec::new();
        for proposal in proposals {
            let votes = self.storage(COUNCIL, "Voting", &proposal, At::Best).await?;
            let call = self.storage(COUNCIL, "ProposalOf", &proposal, At::Best).await?;
            // One that was closed while we looked is gone.
            if let (Some(votes), Some(call)) = (votes, call) {
                motions.push(motion(proposal, read(&votes)?, call.len()));
            }
        }
        Ok(motions)
    }
}

fn motion(proposal: [u8; 32], votes: Votes, length: usize) -> Motion {
    let Votes { index, threshold, ayes, nays, end } = votes;
    let accounts = |hashes: Vec<[u8; 32]>| hashes.into_iter().map(Account).collect();
    Motion { proposal, length, index, threshold, ayes: accounts(ayes), nays: accounts(nays), end }
}

/// All of the bytes, and nothing else.
fn read<T: Decode>(bytes: &[u8]) -> Result<T, ClientError> {
    let mut left = bytes;
    match T::decode(&mut left) {
        Ok(value) if left.is_empty() => Ok(value),
        Ok(_) => Err(ClientError::Unexpected("the council's motions: more than there should be".into())),
        Err(error) => Err(ClientError::Unexpected(format!("the council's motions: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use codec::Encode;

    #[test]
    fn a_motion_is_read() {
        let votes = (7u32, 2u32, vec![[5u8; 32]], Vec::<[u8; 32]>::new(), 900u32).encode();
        let read_one = motion([9; 32], read(&votes).unwrap(), 42);
        assert_eq!((read_one.index, read_one.threshold, read_one.end, read_one.length), (7, 2, 900, 42));
        assert_eq!((read_one.ayes, read_one.nays.len()), (vec![Account([5; 32])], 0));
        assert!(read::<Votes>(&votes[..votes.len() - 1]).is_err());
        assert!(read::<Votes>(&[votes, vec![0]].concat()).is_err());
    }
}
