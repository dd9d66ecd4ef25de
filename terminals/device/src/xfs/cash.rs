//! Cash: held in a cash-in transaction until it is told where it belongs.

use super::service::{lock, Shared};
use crate::{CashAcceptor, DeviceError, DeviceState};
use serde_json::{json, Value};
use std::time::{Duration, Instant};

/// Takes notes of one currency.
pub struct XfsAcceptor {
    service: Shared,
    /// ISO 4217: `EUR`.
    currency: String,
    /// How many of the smallest units of the cash one unit of a note's value is: 100 cents.
    minor: u64,
}

impl XfsAcceptor {
    /// Of notes of this currency, a unit of which is so many of the smallest ones.
    pub const fn new(service: Shared, currency: String, minor: u64) -> Self {
        Self { service, currency, minor }
    }

    fn give(&self, name: &str, waits: Option<Duration>) -> Result<Value, DeviceError> {
        lock(&self.service).command(&format!("CashAcceptor.{name}"), &json!({}), waits)?.done()
    }

    /// What notes by type are worth, in the smallest unit; `None`: one of them is not of this currency, or not known.
    fn worth(&self, counts: &Value, types: &Value) -> Option<u64> {
        let counts = counts.as_object()?;
        let mut sum = 0_u64;
        for (kind, count) in counts {
            let notes: u64 = match count {
                Value::Object(by_state) => by_state.values().filter_map(Value::as_u64).sum(),
                other => other.as_u64().unwrap_or(0),
            };
            if notes == 0 {
                continue;
            }
            let item = &types[kind]["cashItem"];
            let value = item["value"].as_u64().filter(|_| item["currency"] == self.currency.as_str())?;
            sum = sum.checked_add(value.checked_mul(self.minor)?.checked_mul(notes)?)?;
        }
        Some(sum)
    }

    /// Takes notes until they are worth it.
    fn take(&self, amount: u64, limit: Duration) -> Result<(), DeviceError> {
        let types = lock(&self.service).command("CashManagement.GetBankNoteTypes", &json!({}), None)?.done()?;
        let (begun, mut sum) = (Instant::now(), 0_u64);
        while sum < amount {
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(DeviceError::TimedOut);
            }
            let taken = self.give("CashIn", Some(left))?;
            let worth = self.worth(&taken["items"], &types["items"]).ok_or(DeviceError::Nothing)?;
            sum = sum.saturating_add(worth);
        }
        // A note that is too large cannot be changed.
        if sum == amount {
            Ok(())
        } else {
            Err(DeviceError::Nothing)
        }
    }
}

impl CashAcceptor for XfsAcceptor {
    fn hold(&mut self, amount: u64, limit: Duration) -> Result<(), DeviceError> {
        let value = amount / self.minor.max(1);
        let payload = json!({ "amountLimit": [{ "currency": self.currency, "value": value }] });
        lock(&self.service).command("CashAcceptor.CashInStart", &payload, None)?.done()?;
        match self.take(amount, limit) {
            Ok(()) => Ok(()),
            // Nothing is kept of what is not enough, or too much, or of what nobody put in.
            Err(why @ (DeviceError::Nothing | DeviceError::TimedOut)) => match self.give("CashInRollback", None) {
                Ok(_) | Err(DeviceError::Nothing) => Err(why),
                Err(error) => Err(DeviceError::Unknown(error.to_string())),
            },
            // A note may be inside already: the machine looks.
            Err(error) => Err(DeviceError::Unknown(error.to_string())),
        }
    }

    fn stack(&mut self) -> Result<(), DeviceError> {
        self.give("CashInEnd", None).map(|_| ())
    }

    fn give_back(&mut self) -> Result<(), DeviceError> {
        self.give("CashInRollback", None).map(|_| ())
    }

    fn holds_any(&mut self) -> Result<bool, DeviceError> {
        let status = self.give("GetCashInStatus", None)?;
        match status["status"].as_str() {
            Some("ok" | "rollback" | "retract" | "reset") => Ok(false),
            // Under way, with nothing in it.
            Some("active") => Ok(!status["noteNumberList"].as_object().is_none_or(serde_json::Map::is_empty)),
            other => Err(DeviceError::Unknown(format!("the acceptor says: {other:?}"))),
        }
    }

    fn state(&mut self) -> DeviceState {
        lock(&self.service).state()
    }
}
