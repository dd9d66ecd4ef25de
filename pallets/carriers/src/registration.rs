//! Initialising and rotating: from a card's first statement to a record.

use crate::*;
use frame_support::{
    ensure,
    traits::{
        fungible::{InspectHold, MutateHold},
        fungibles::Inspect,
        tokens::{Fortitude, Precision, Restriction},
        Get,
    },
};
use sp_runtime::{traits::SaturatedConversion, DispatchError, DispatchResult};
use specie_primitives::{
    crypto::PublicKey,
    ids::{CarrierId, CurrencyId, MachineId},
    initialisation::{CarrierTerms, Initialisation},
    records::{Carrier, CarrierState, Device},
    traits::{BatchKeys, MachineAuthority, Permission},
    Balance, BlockNumber,
};

/// A registration whose every signature has been checked.
struct Verified<T: Config> {
    id: CarrierId,
    device: PublicKey,
    currency_key: PublicKey,
    generation: u32,
    operator: T::AccountId,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_initialise(machine: T::AccountId, registration: Registration) -> DispatchResult {
        let verified = Self::verify(&machine, &registration)?;
        ensure!(!Devices::<T>::contains_key(verified.device), Error::<T>::DeviceRegistered);
        T::Batches::count_carrier(registration.certificate.batch())?;
        Self::insert(machine, registration, verified)
    }

    pub(crate) fn do_rotate(machine: T::AccountId, registration: Registration) -> DispatchResult {
        let verified = Self::verify(&machine, &registration)?;
        let device = Devices::<T>::get(verified.device).ok_or(Error::<T>::UnknownDevice)?;
        ensure!(verified.generation > device.generation, Error::<T>::NotNewer);
        let mut old = Carriers::<T>::get(device.carrier).ok_or(Error::<T>::UnknownCarrier)?;
        Self::enter(&mut old, CarrierState::Superseded)?;
        let left = T::Money::total_balance(old.currency, &Self::account(&device.carrier));
        // In two formats the batch is only a hint: a card must not leave a suspended batch by naming another.
        ensure!(old.batch == registration.certificate.batch(), Error::<T>::OtherBatch);
        Self::ensure_active(old.batch)?;

        Self::release_deposit(&mut old)?;
        Carriers::<T>::insert(device.carrier, old);
        let (to, generation) = (verified.id, verified.generation);
        Self::insert(machine.clone(), registration, verified)?;
        Self::deposit_event(Event::CarrierRotated { from: device.carrier, to, generation, left, machine });
        Ok(())
    }

    /// Checks the machine, the terms and every signature; writes nothing.
    fn verify(machine: &T::AccountId, registration: &Registration) -> Result<Verified<T>, DispatchError> {
        let operator = T::Machines::authorise(machine, Permission::Initialise)?;
        let Registration { grant, statement, terms, .. } = registration;
        Self::check_terms(terms.currency, terms.denomination)?;
        ensure!(terms.fund_within != Some(0), Error::<T>::FundingDueInPast);

        let said = &statement.attestation;
        let currency_key = said.currency_key().map_err(|_| Error::<T>::BadAttestation)?;
        let currency_key = currency_key.ok_or(Error::<T>::NotFresh)?;
        ensure!(said.sequence == 0, Error::<T>::NotFresh);
        let id = CarrierId::of(&currency_key);
        ensure!(!Carriers::<T>::contains_key(id), Error::<T>::CarrierExists);

        let batch = T::Batches::batch(registration.certificate.batch()).ok_or(Error::<T>::UnknownBatch)?;
        let device = registration.certificate.device();
        ensure!(device.validate().is_ok(), Error::<T>::BadCertificate);
        registration.certificate.verify::<T::Arithmetic>(&batch.key).map_err(|_| Error::<T>::BadCertificate)?;
        let asked = Initialisation {
            genesis: Self::genesis_hash(),
            machine: MachineId(machine.clone().into()),
            grant: *grant,
            terms: *terms,
        };
        ensure!(statement.verify::<T::Arithmetic>(&asked, &device), Error::<T>::BadAttestation);
        Ok(Verified { id, device, currency_key, generation: said.generation, operator })
    }

    fn insert(machine: T::AccountId, registration: Registration, verified: Verified<T>) -> DispatchResult {
        let Registration { grant, certificate, terms, .. } = registration;
        let CarrierTerms { currency, denomination, fund_within } = terms;
        let Verified { id, device, currency_key, generation, operator } = verified;
        T::Machines::use_grant(&machine, grant)?;
        let deposit = T::Deposit::get();
        T::Currency::hold(&HoldReason::CarrierRecord.into(), &operator, deposit)?;
        let carrier = Carrier {
            batch: certificate.batch(),
            device_key: device,
            currency_key,
            generation,
            sequence: 0,
            state: CarrierState::Active,
            currency,
            denomination,
            funding_due: fund_within.map(|blocks| Self::now().saturating_add(blocks)),
            machine: MachineId(machine.clone().into()),
            depositor: operator.into(),
            deposit,
            registered_at: Self::now(),
        };
        Carriers::<T>::insert(id, carrier);
        Devices::<T>::insert(device, Device { carrier: id, generation });
        let batch = certificate.batch();
        Self::deposit_event(Event::CarrierInitialised {
            carrier: id,
            batch,
            machine,
            grant,
            generation,
            currency,
            denomination,
        });
        Ok(())
    }

    /// A currency that there is, and a denomination that can be funded.
    pub(crate) fn check_terms(currency: CurrencyId, denomination: Option<Balance>) -> DispatchResult {
        ensure!(T::Money::asset_exists(currency), Error::<T>::UnknownCurrency);
        let minimum = T::Money::minimum_balance(currency);
        ensure!(denomination.is_none_or(|amount| amount >= minimum), Error::<T>::BadDenomination);
        Ok(())
    }

    /// Gives the deposit back: to whoever made it or, where the machine has another operator by now, to that one. Otherwise
    /// the deposits of an operator that has lost its key would be lost too.
    pub(crate) fn release_deposit(carrier: &mut Carrier) -> DispatchResult {
        let depositor: T::AccountId = carrier.depositor.into();
        let operator = T::Machines::operator(&carrier.machine.0.into()).unwrap_or_else(|| depositor.clone());
        let (reason, deposit) = (HoldReason::CarrierRecord.into(), carrier.deposit);
        debug_assert!(T::Currency::balance_on_hold(&reason, &depositor) >= deposit);
        if operator == depositor {
            T::Currency::release(&reason, &depositor, deposit, Precision::BestEffort)?;
        } else if deposit > 0 {
            let (precision, restriction) = (Precision::BestEffort, Restriction::Free);
            let polite = Fortitude::Polite;
            T::Currency::transfer_on_hold(&reason, &depositor, &operator, deposit, precision, restriction, polite)?;
        }
        carrier.deposit = 0;
        Ok(())
    }

    /// The address of a carrier as an account.
    pub(crate) fn account(carrier: &CarrierId) -> T::AccountId {
        carrier.0.into()
    }

    /// The genesis hash, which the system keeps for ever.
    pub fn genesis_hash() -> [u8; 32] {
        frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::default()).into()
    }

    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }
}
