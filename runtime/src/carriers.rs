//! The answers of [`CarrierApi`](specie_primitives::api::CarrierApi) that join several pallets.

use crate::{
    configs::specie::SpecieOrderFee, crypto::HostArithmetic, Carriers, Manufacturers, Runtime, Timestamp,
    SLOT_MILLIS,
};
use alloc::vec::Vec;
use pallet_carriers::OrderFee;
use specie_primitives::{
    api::{ChainInfo, ManufacturerInfo, VerdictError},
    crypto::Scheme,
    evidence::Evidence,
    ids::{CarrierId, Reference},
    request::{Request, Terms},
    traits::BatchKeys,
    verdict::{assess, Finding, Situation, Verdict},
};

/// The constants of the chain, at this block.
pub fn chain() -> ChainInfo {
    ChainInfo {
        genesis: Carriers::genesis_hash(),
        timestamp: Timestamp::get(),
        slot_ms: SLOT_MILLIS,
        orders_stopped: Carriers::orders_stopped(),
        max_order_lifetime: pallet_carriers::OrderLifetime::<Runtime>::get(),
        order_fees: Scheme::ALL.map(SpecieOrderFee::order_fee),
    }
}

/// A request as the node reads it.
pub fn request(reference: Reference) -> Option<Request<[u8; 32]>> {
    let Request { opener, terms, deposit, opened_at, state } =
        pallet_requests::Requests::<Runtime>::get(reference)?;
    let Terms { kind, payee, currency, amount, expires, settle_by, pool, parent } = terms;
    let terms = Terms { kind, payee: payee.into(), currency, amount, expires, settle_by, pool, parent };
    Some(Request { opener: opener.into(), terms, deposit, opened_at, state })
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
