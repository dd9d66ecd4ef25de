//! Safes, and what is asked of them.

use specie_primitives::{
    api::PoolInfo,
    ids::{PoolId, Reference},
    request::{Request, RequestState},
};
use specie_rpc_types::{Account, Hash, Party, RequestRecord, RequestStatus, Safe};

/// The answer for a pool.
pub fn safe(id: PoolId, info: &PoolInfo) -> Safe {
    let (pool, parties) = (&info.pool, &info.parties);
    let mut parties: Vec<_> = parties
        .iter()
        .map(|(account, duties)| Party {
            account: Account(*account),
            unit: duties.unit,
            host: duties.host,
            unlocker: duties.unlocker,
        })
        .collect();
    parties.sort_by_key(|party| party.account);
    Safe {
        pool: id.0,
        operator: Account(pool.operator),
        epoch: pool.epoch,
        leader: pool.leader.map(Account),
        lease_until: pool.lease_until,
        lease: pool.policy.lease,
        approvals: pool.policy.approvals,
        lock: pool.lock.into(),
        lock_number: pool.lock_number,
        members: pool.members,
        released: pool.is_released,
        parties,
    }
}

/// The answer for a request.
pub fn request(reference: Reference, request: &Request<[u8; 32]>) -> RequestRecord {
    let terms = &request.terms;
    let (state, paid) = match request.state {
        RequestState::Open => (RequestStatus::Open, None),
        RequestState::Held(held) => (RequestStatus::Held, Some((held.carrier, held.amount))),
        RequestState::InDoubt(held) => (RequestStatus::InDoubt, Some((held.carrier, held.amount))),
        RequestState::Settled { carrier, amount, .. } => (RequestStatus::Settled, Some((carrier, amount))),
        RequestState::Released { .. } => (RequestStatus::Released, None),
        RequestState::Expired { .. } => (RequestStatus::Expired, None),
    };
    RequestRecord {
        reference: Hash(reference.0),
        opener: Account(request.opener),
        kind: terms.kind.into(),
        payee: Account(terms.payee),
        payer: terms.payer.map(|payer| Account(payer.0)),
        currency: terms.currency.into(),
        least: terms.amount.least().into(),
        most: terms.amount.most().into(),
        expires: terms.expires,
        settle_by: terms.settle_by,
        epoch: terms.pool.map_or(0, |(_, epoch)| epoch),
        parent: terms.parent.map(|parent| Hash(parent.0)),
        opened_at: request.opened_at,
        state: state.into(),
        carrier: paid.map(|(carrier, _)| Account(carrier.0)),
        paid: paid.map(|(_, amount)| amount.into()),
    }
}
