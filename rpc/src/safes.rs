//! What safes hold, and what is asked of them.
//!
//! Who belongs to a pool is asked of the runtime at the last final block; what its members are worth the index says, from one snapshot.

use crate::{
    answers,
    cache::Cached,
    error::Error,
    input,
    standing::{head_of, heads_of, Grounds},
    verdicts::Asked,
};
use specie_primitives::{
    ids::{CarrierId, PoolId, Reference},
    verdict::Ignorance,
};
use specie_rpc_types::{Account, Hash, Membership, SafeContent, SafeMember, SafeRequests};

/// The most members in one page.
pub const MAX_MEMBERS: u32 = 1_024;

/// The most requests in one page.
pub const MAX_REQUESTS: u32 = 256;

/// How often a page is begun anew because a block became final in between.
const TRIES: usize = 3;

/// A page of a safe's content.
pub fn content(grounds: &Grounds, id: PoolId, cursor: Option<&str>) -> Result<SafeContent, Error> {
    let after = cursor.map(input::address).transpose().map_err(|_| Error::MalformedCursor)?.map(CarrierId);
    for _ in 0..TRIES {
        if let Some(page) = content_at(grounds, id, after)? {
            return Ok(page);
        }
    }
    Err(Error::Stale(Ignorance::IndexBehind.reason()))
}

/// `None`: a block became final in between, and the page would be of two blocks.
fn content_at(grounds: &Grounds, id: PoolId, after: Option<CarrierId>) -> Result<Option<SafeContent>, Error> {
    let at = grounds.fresh(&[])?.finalized().hash;
    let info = grounds.node.pool(at, id).map_err(Error::Internal)?.ok_or(Error::UnknownPool)?;
    let carriers = grounds.node.members(at, id, after, MAX_MEMBERS).map_err(Error::Internal)?;
    // Once more, now with what waits for these carriers in the pool of transactions.
    let standing = grounds.stand(&carriers);
    let moment = match (standing.ignorance, &standing.moment) {
        (None, Some(moment)) => moment,
        (ignorance, _) => return Err(Error::Stale(ignorance.unwrap_or(Ignorance::IndexBehind).reason())),
    };
    if moment.finalized().hash != at {
        return Ok(None);
    }
    let mut cache = Cached::over(&standing, &*grounds.node);
    cache.read_ahead(carriers.clone())?;
    let member = |carrier: &CarrierId| {
        let verdict = Asked::about(*carrier).brief(&standing, &cache)?;
        Ok(SafeMember { address: Account(carrier.0), verdict })
    };
    let is_full = carriers.len() == MAX_MEMBERS as usize;
    Ok(Some(SafeContent {
        safe: answers::safe(id, &info),
        members: carriers.iter().map(member).collect::<Result<_, Error>>()?,
        cursor: carriers.last().filter(|_| is_full).map(|last| Hash(last.0).to_string()),
        head: heads_of(moment),
    }))
}

/// What pool a carrier belongs to.
pub fn membership(grounds: &Grounds, carrier: CarrierId) -> Result<Membership, Error> {
    let moment = grounds.fresh(&[])?;
    let head = moment.finalized();
    let pool = grounds.node.membership(head.hash, carrier).map_err(Error::Internal)?;
    Ok(Membership { pool: pool.map(|pool| pool.0), head: head_of(head) })
}

/// A page of what is asked of a safe.
pub fn requests(grounds: &Grounds, id: PoolId, cursor: Option<&str>) -> Result<SafeRequests, Error> {
    let after = cursor.map(input::address).transpose().map_err(|_| Error::MalformedCursor)?.map(Reference);
    let moment = grounds.fresh(&[])?;
    let head = moment.finalized();
    grounds.node.pool(head.hash, id).map_err(Error::Internal)?.ok_or(Error::UnknownPool)?;
    let known = grounds.node.requests(head.hash, id, after, MAX_REQUESTS).map_err(Error::Internal)?;
    let is_full = known.len() == MAX_REQUESTS as usize;
    Ok(SafeRequests {
        requests: known.iter().map(|(reference, request)| answers::request(*reference, request)).collect(),
        cursor: known.last().filter(|_| is_full).map(|(last, _)| Hash(last.0).to_string()),
        head: head_of(head),
    })
}
