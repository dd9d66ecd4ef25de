//! Proofs that a card was cloned.

use crate::*;
use frame_support::ensure;
use sp_runtime::DispatchResult;
use specie_primitives::{
    attestation::SignedAttestation,
    crypto::{PublicKey, Signature},
    ids::CarrierId,
    order::Order,
    records::{Carrier, CarrierState, Fraud},
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_report_orders(
        reporter: T::AccountId,
        one: (&Order, &Signature),
        other: (&Order, &Signature),
    ) -> DispatchResult {
        ensure!(one.0.conflicts_with(other.0), Error::<T>::NoConflict);
        ensure!(one.0.genesis == Self::genesis_hash(), Error::<T>::WrongChain);
        let id = one.0.carrier;
        Self::check_signature(one.0, one.1)?;
        Self::check_signature(other.0, other.1)?;
        Self::mark(reporter, id, Fraud::ConflictingOrders)
    }

    pub(crate) fn do_report_attestations(
        reporter: T::AccountId,
        device: &PublicKey,
        one: &SignedAttestation,
        other: Option<&SignedAttestation>,
    ) -> DispatchResult {
        let id = Devices::<T>::get(device).ok_or(Error::<T>::UnknownDevice)?.carrier;
        let carrier = Carriers::<T>::get(id).ok_or(Error::<T>::UnknownCarrier)?;
        Self::check_attestation(one, device)?;
        let conflict = match other {
            Some(other) => {
                Self::check_attestation(other, device)?;
                one.conflicts_with(other)
            }
            None => contradicts(one, &carrier),
        };
        ensure!(conflict, Error::<T>::NoConflict);
        Self::mark(reporter, id, Fraud::ConflictingAttestations)
    }

    /// A well-formed attestation that the device signed.
    fn check_attestation(attestation: &SignedAttestation, device: &PublicKey) -> DispatchResult {
        ensure!(attestation.attestation.currency_key().is_ok(), Error::<T>::BadAttestation);
        ensure!(attestation.verify::<T::Arithmetic>(device), Error::<T>::BadAttestation);
        Ok(())
    }

    fn mark(reporter: T::AccountId, id: CarrierId, fraud: Fraud) -> DispatchResult {
        Self::change(id, |carrier| Self::enter(carrier, CarrierState::Marked(fraud)))?;
        Self::deposit_event(Event::CarrierMarked { carrier: id, fraud, by: reporter });
        Ok(())
    }
}

/// Whether the attestation claims another key for the generation that the record is of.
fn contradicts(attestation: &SignedAttestation, carrier: &Carrier) -> bool {
    let said = &attestation.attestation;
    let other_key = said.currency_key().ok().flatten().is_some_and(|key| key != carrier.currency_key);
    said.generation == carrier.generation && other_key
}
