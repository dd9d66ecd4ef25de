//! What always holds of the storage.

use crate::*;
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Checks every invariant of the pallet.
    pub fn do_try_state() -> Result<(), DispatchError> {
        Self::check_machines()?;
        Self::check_grants()
    }

    /// No machine is over its limits.
    fn check_machines() -> Result<(), DispatchError> {
        for (account, machine) in Machines::<T>::iter() {
            ensure!(machine.fee.within(&machine.fee_ceiling), "a fee is above its ceiling");
            Self::check_ceiling(&machine.fee_ceiling)?;
            ensure!(machine.open_grants <= T::MaxOpenGrants::get(), "a machine holds too many grants");
            let open: u32 = Grants::<T>::iter_prefix_values(&account).map(|word| grants::count_open(&word)).sum();
            ensure!(open == machine.open_grants, "open grants are not counted");
        }
        Ok(())
    }

    /// Every grant was given to a machine, and no empty word is stored.
    fn check_grants() -> Result<(), DispatchError> {
        for (account, number, word) in Grants::<T>::iter() {
            let machine = Machines::<T>::get(&account).ok_or("grants of no machine")?;
            let highest = grants::highest_open(number.into(), &word).ok_or("an empty word of grants is stored")?;
            ensure!(highest < machine.next_grant, "a grant is open that was never given");
        }
        for machine in OperatorChanges::<T>::iter_keys() {
            ensure!(Machines::<T>::contains_key(&machine), "a change of operator is of no machine");
        }
        Ok(())
    }
}
