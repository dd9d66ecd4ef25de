//! What the pallets need of each other. They know these traits, never one another.

use crate::{
    ids::BatchId,
    records::{Batch, Permissions},
    Balance,
};

/// The registry of batches, as the carriers need it.
pub trait BatchKeys {
    /// The registry's error.
    type Error;

    /// The batch, whatever its state; `None` when it was never registered.
    fn batch(id: BatchId) -> Option<Batch>;

    /// Counts one carrier against the batch's capacity.
    ///
    /// Fails when the batch is unknown, not active, expired or full.
    fn count_carrier(id: BatchId) -> Result<(), Self::Error>;
}

/// What a machine may be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Register carriers.
    Initialise,
    /// Take its fee for funding.
    Fund,
    /// Cash carriers out.
    CashOut,
}

impl Permissions {
    /// Whether `permission` is among them.
    pub const fn allow(&self, permission: Permission) -> bool {
        match permission {
            Permission::Initialise => self.initialise,
            Permission::Fund => self.fund,
            Permission::CashOut => self.cash_out,
        }
    }
}

/// The registry of machines, as the carriers need it.
pub trait MachineAuthority<AccountId> {
    /// The registry's error.
    type Error;

    /// The operator of `machine`, when the machine is registered, not suspended and has the permission.
    fn authorise(machine: &AccountId, permission: Permission) -> Result<AccountId, Self::Error>;

    /// Uses up the machine's grant `index`, which can never be used again.
    fn use_grant(machine: &AccountId, index: u32) -> Result<(), Self::Error>;

    /// What the machine asks for funding `amount`, in base units.
    fn fee(machine: &AccountId, amount: Balance) -> Result<Balance, Self::Error>;
}
