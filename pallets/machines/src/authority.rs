//! What a machine may do, and what it asks.

use crate::*;
use frame_support::ensure;
use sp_runtime::{traits::SaturatedConversion, DispatchError, DispatchResult};
use specie_primitives::{
    acts::Actor,
    ids::CurrencyId,
    records::{FeePolicy, Machine, MachineKind, Permissions},
    traits::{MachineAuthority, Permission},
    Balance, BlockNumber,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register(
        machine: &T::AccountId,
        kind: MachineKind,
        operator: T::AccountId,
        permissions: Permissions,
        fee_ceiling: FeePolicy,
        by: Actor<T::AccountId>,
    ) -> DispatchResult {
        ensure!(!Machines::<T>::contains_key(machine), Error::<T>::MachineExists);
        Self::check_ceiling(&fee_ceiling)?;
        let record = Machine {
            kind,
            operator: operator.clone().into(),
            permissions,
            suspended: false,
            next_grant: 0,
            open_grants: 0,
            fee: FeePolicy::default(),
            fee_ceiling,
        };
        Machines::<T>::insert(machine, record);
        Self::deposit_event(Event::MachineRegistered { machine: machine.clone(), kind, operator, permissions, by });
        Ok(())
    }

    /// A proportional fee above the whole amount is a mistake.
    pub(crate) fn check_ceiling(ceiling: &FeePolicy) -> DispatchResult {
        ensure!(ceiling.parts_per_million <= FeePolicy::MILLION, Error::<T>::FeeTooHigh);
        Ok(())
    }

    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    pub(crate) fn change<R>(
        machine: &T::AccountId,
        change: impl FnOnce(&mut Machine) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        Machines::<T>::try_mutate(machine, |known| change(known.as_mut().ok_or(Error::<T>::UnknownMachine)?))
    }
}

impl<T: Config> MachineAuthority<T::AccountId> for Pallet<T> {
    type Error = DispatchError;

    fn authorise(machine: &T::AccountId, permission: Permission) -> Result<T::AccountId, DispatchError> {
        let known = Machines::<T>::get(machine).ok_or(Error::<T>::UnknownMachine)?;
        ensure!(!known.suspended, Error::<T>::MachineSuspended);
        ensure!(known.permissions.allow(permission), Error::<T>::NotPermitted);
        Ok(known.operator.into())
    }

    fn operator(machine: &T::AccountId) -> Option<T::AccountId> {
        Machines::<T>::get(machine).map(|known| known.operator.into())
    }

    fn works_for(machine: &T::AccountId) -> Option<T::AccountId> {
        Machines::<T>::get(machine).filter(|known| !known.suspended).map(|known| known.operator.into())
    }

    fn use_grant(machine: &T::AccountId, index: u32) -> DispatchResult {
        Self::do_use_grant(machine, index)
    }

    fn fee(machine: &T::AccountId, currency: CurrencyId, amount: Balance) -> Result<Balance, DispatchError> {
        let known = Machines::<T>::get(machine).ok_or(Error::<T>::UnknownMachine)?;
        known.fee.of(currency, amount).ok_or_else(|| Error::<T>::Overflow.into())
    }
}
