//! What takes cash.

use crate::{DeviceError, DeviceState};
use std::time::Duration;

/// What takes cash for fees (F18). It holds what is put in until it is told where it belongs.
pub trait CashAcceptor: Send {
    /// Takes `amount`, in the smallest unit of the cash; what is too much it gives back at once. `CashAcceptor.CashInStart`, `CashIn`.
    fn hold(&mut self, amount: u64, limit: Duration) -> Result<(), DeviceError>;
    /// What it holds, into the safe. `CashAcceptor.CashInEnd`.
    fn stack(&mut self) -> Result<(), DeviceError>;
    /// What it holds, back to the customer. `CashAcceptor.CashInRollback`.
    fn give_back(&mut self) -> Result<(), DeviceError>;
    /// Whether it holds anything. `CashAcceptor.GetCashInStatus`.
    fn holds_any(&mut self) -> Result<bool, DeviceError>;
    /// How the acceptor is.
    fn state(&mut self) -> DeviceState {
        DeviceState::Online
    }
}
