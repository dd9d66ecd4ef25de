//! The answers of [`CarrierApi`](specie_primitives::api::CarrierApi) that join several pallets.

use crate::{configs::specie::SpecieOrderFee, crypto::HostArithmetic, Carriers, Manufacturers, Runtime, Timestamp};
use alloc::vec::Vec;
use pallet_carriers::OrderFee;
use specie_primitives::{
    api::{ChainInfo, ManufacturerInfo, VerdictError},
    crypto::Scheme,
    evidence::Evidence,
    ids::CarrierId,
    traits::BatchKeys,
    verdict::{assess, Finding, Situation, Verdict},
};

/// The constants of the chain, at this block.
pub fn chain() -> ChainInfo {
    ChainInfo {
        genesis: Carriers::genesis_hash(),
        timestamp: Timestamp::get(),
        max_order_lifetime: pallet_carriers::OrderLifetime::<Runtime>::get(),
        order_fees: Scheme::ALL.map(SpecieOrderFee::order_fee),
    }
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
        })
        .collect()
}
