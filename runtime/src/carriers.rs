//! The answers of [`CarrierApi`](specie_primitives::api::CarrierApi) that join several pallets.

use crate::{
    configs::{money::Money, specie::SpecieOrderFee},
    crypto::HostArithmetic,
    slots::SlotMillis,
    AccountId, Carriers, Manufacturers, Requests, Runtime, Timestamp,
};
use alloc::vec::Vec;
use frame_support::traits::{fungibles::Inspect, Get};
use pallet_carriers::OrderFee;
use specie_primitives::{
    api::{ChainInfo, ManufacturerInfo, PoolInfo, VerdictError},
    crypto::Scheme,
    currency::{SupplyPage, MAX_SUPPLY_PAGE},
    evidence::Evidence,
    ids::{CarrierId, CurrencyId, PoolId, Reference},
    pool::Pool,
    request::{Request, Terms},
    traits::{BatchKeys, RequestLedger},
    verdict::{assess, Finding, Situation, Verdict},
};

/// The constants of the chain, at this block.
pub fn chain() -> ChainInfo {
    ChainInfo {
        genesis: Carriers::genesis_hash(),
        timestamp: Timestamp::get(),
        slot_ms: SlotMillis::get(),
        orders_stopped: Carriers::orders_stopped(),
        max_order_lifetime: pallet_carriers::OrderLifetime::<Runtime>::get(),
        order_fees: Scheme::ALL.map(SpecieOrderFee::order_fee),
    }
}

/// A request as the node reads it.
pub fn request(reference: Reference) -> Option<Request<[u8; 32]>> {
    let Request { opener, terms, deposit, opened_at, state } =
        pallet_requests::Requests::<Runtime>::get(reference)?;
    let Terms { kind, payee, payer, currency, amount, expires, settle_by, pool, parent } = terms;
    let terms = Terms { kind, payee: payee.into(), payer, currency, amount, expires, settle_by, pool, parent };
    Some(Request { opener: opener.into(), terms, deposit, opened_at, state })
}

/// A pool with its parties.
pub fn pool(id: PoolId) -> Option<PoolInfo> {
    let Pool {
        operator,
        epoch,
        leader,
        lease_until,
        policy,
        lock,
        lock_number,
        parties,
        members,
        deposit,
        is_released,
    } = pallet_safes::Pools::<Runtime>::get(id)?;
    let (operator, leader) = (operator.into(), leader.map(Into::into));
    let pool = Pool {
        operator,
        epoch,
        leader,
        lease_until,
        policy,
        lock,
        lock_number,
        parties,
        members,
        deposit,
        is_released,
    };
    let parties = pallet_safes::PartiesOf::<Runtime>::iter_prefix(id);
    Some(PoolInfo { pool, parties: parties.map(|(party, duties)| (party.into(), duties)).collect() })
}

/// A page of a pool's members.
pub fn members(pool: PoolId, after: Option<CarrierId>, limit: u32) -> Vec<CarrierId> {
    type Stored = pallet_safes::MembersOf<Runtime>;
    let keys = match after {
        Some(last) => Stored::iter_key_prefix_from(pool, Stored::hashed_key_for(pool, last)),
        None => Stored::iter_key_prefix(pool),
    };
    keys.take(limit as usize).collect()
}

/// A page of the requests to a pool.
pub fn requests_to(pool: PoolId, after: Option<Reference>, limit: u32) -> Vec<(Reference, Request<[u8; 32]>)> {
    type Stored = pallet_requests::ToPool<Runtime>;
    let keys = match after {
        Some(last) => Stored::iter_key_prefix_from(pool, Stored::hashed_key_for(pool, last)),
        None => Stored::iter_key_prefix(pool),
    };
    keys.take(limit as usize).filter_map(|reference| Some((reference, request(reference)?))).collect()
}

/// The verdict as far as this block alone goes: it stands for the best and the final one.
pub fn verdict(carrier: Option<CarrierId>, evidence: Option<Evidence>) -> Result<Verdict, VerdictError> {
    let (carrier, finding) = match &evidence {
        None => (Some(carrier.ok_or(VerdictError::NothingAsked)?), Finding::NoEvidence),
        Some(evidence) => {
            let claimed = evidence.carrier().map_err(|_| VerdictError::MalformedEvidence)?;
            if carrier.is_some() && carrier != claimed {
                return Err(VerdictError::OtherCarrier);
            }
            let key = Manufacturers::batch(evidence.batch()).map(|batch| batch.key);
            let finding =
                evidence.examine::<HostArithmetic>(key.as_ref()).map_err(|_| VerdictError::MalformedEvidence)?;
            (claimed, finding)
        }
    };
    let device = evidence.as_ref().map(|evidence| evidence.certificate().device());
    let view = Carriers::view(carrier, device, evidence.as_ref().map(Evidence::batch));
    Ok(assess(&Situation { ignorance: None, finding, best: view, finalized: view, pool_spends: 0 }))
}

/// A page of what carriers hold of a currency.
pub fn supply_in_carriers(currency: CurrencyId, after: Option<CarrierId>, limit: u32) -> SupplyPage {
    type Stored = pallet_carriers::Carriers<Runtime>;
    let limit = limit.clamp(1, MAX_SUPPLY_PAGE) as usize;
    let mut carriers = match after {
        Some(last) => Stored::iter_from(Stored::hashed_key_for(last)),
        None => Stored::iter(),
    };
    let mut page = SupplyPage::default();
    let mut seen = 0;
    for (id, record) in carriers.by_ref().take(limit) {
        seen += 1;
        page.next = Some(id);
        if record.currency == currency {
            page.carriers = page.carriers.saturating_add(1);
            let free = <Money as Inspect<AccountId>>::balance(currency, &id.0.into());
            page.free = page.free.saturating_add(free);
            page.held = page.held.saturating_add(<Requests as RequestLedger>::held(&id, currency));
        }
    }
    if seen < limit {
        page.next = None;
    }
    page
}

/// A page of manufacturers.
pub fn manufacturers(from: u32, limit: u32) -> Vec<ManufacturerInfo> {
    Manufacturers::manufacturers_page(from, limit)
        .into_iter()
        .map(|(id, known)| ManufacturerInfo {
            id,
            account: known.account.into(),
            name: known.name.into_inner(),
            batches: known.batches,
            capacity: known.capacity,
            quota: known.quota,
            suspended: known.suspended,
        })
        .collect()
}
