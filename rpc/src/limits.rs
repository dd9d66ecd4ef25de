//! What a client may take: work is counted in microseconds of the processor, and every client has an allowance of them.
//!
//! A call is charged before it is done, by what it asks for: the items of a list, the signatures of evidence, the rows
//! of a page. The calls of a JSON-RPC batch are charged one by one, like any others. Who has nothing left is told when to come
//! back, and costs next to nothing until then.

use crate::error::Error;
use jsonrpsee::{ConnectionId, Extensions};
use parking_lot::Mutex;
use specie_rpc_types::VerdictQuery;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// What calls cost, in microseconds. Measured, and rounded up.
pub mod cost {
    /// Taking a call in and sending its answer.
    pub const CALL: u64 = 20;
    /// A carrier in few words.
    pub const BRIEF: u64 = 4;
    /// A carrier with everything.
    pub const FULL: u64 = 12;
    /// Evidence: two signatures, each of up to half a millisecond on an idle machine.
    pub const EVIDENCE: u64 = 2_000;
    /// Finding a place in a history or list.
    pub const PAGE: u64 = 50;
    /// An item of a page.
    pub const ITEM: u64 = 5;
    /// The description of the methods.
    pub const DOCUMENT: u64 = 2_000;
    /// Adding up what all carriers hold: so that nobody keeps the node at it.
    pub const SUPPLY: u64 = 20_000;
    /// An address of a subscription.
    pub const WATCH: u64 = 6;
}

/// The most clients that are remembered: beyond them, those who have used nothing for long are forgotten.
const MAX_CLIENTS: usize = 16_384;

/// What a client may take.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Microseconds of work that a client gets each second; 0: no limit.
    pub micros_per_second: u64,
    /// How long a client has to be silent for as much as it may take at once.
    pub burst: Duration,
}

/// The allowances of all clients.
#[derive(Debug)]
pub struct Limits {
    allowance: Allowance,
    clients: Mutex<HashMap<usize, Client>>,
}

#[derive(Clone, Copy, Debug)]
struct Client {
    /// What is left, in microseconds. Below zero after a call that cost more than there was.
    left: i128,
    at: Instant,
}

impl Limits {
    /// Nobody has taken anything yet.
    pub fn new(allowance: Allowance) -> Self {
        Self { allowance, clients: Mutex::default() }
    }

    /// Charges the client of a call. A client that has anything left may take a call that costs more, and waits longer
    /// afterwards: otherwise the dearest calls could never be made.
    ///
    /// Errors: [`Error::Overloaded`], with the time until the client has something again.
    pub fn charge(&self, caller: &Extensions, micros: u64) -> Result<(), Error> {
        // A call without a connection comes from the node itself.
        let Some(ConnectionId(client)) = caller.get::<ConnectionId>().copied() else { return Ok(()) };
        self.charge_at(client, micros, Instant::now())
    }

    fn charge_at(&self, client: usize, micros: u64, now: Instant) -> Result<(), Error> {
        let Allowance { micros_per_second, burst } = self.allowance;
        if micros_per_second == 0 {
            return Ok(());
        }
        let most = ((burst.as_micros() as i128).saturating_mul(micros_per_second.into()) / 1_000_000).max(1);
        let gained = |since: Instant| {
            let elapsed = now.saturating_duration_since(since).as_micros().min(u64::MAX.into()) as i128;
            elapsed.saturating_mul(micros_per_second.into()) / 1_000_000
        };
        let mut clients = self.clients.lock();
        if clients.len() >= MAX_CLIENTS && !clients.contains_key(&client) {
            clients.retain(|_, known| known.left.saturating_add(gained(known.at)) < most);
        }
        let known = clients.entry(client).or_insert(Client { left: most, at: now });
        known.left = known.left.saturating_add(gained(known.at)).min(most);
        known.at = now;
        if known.left <= 0 {
            let wait = known.left.unsigned_abs().saturating_mul(1_000_000) / u128::from(micros_per_second);
            let retry_after = Duration::from_micros(wait.min(60_000_000) as u64).max(Duration::from_millis(1));
            return Err(Error::Overloaded { retry_after });
        }
        known.left = known.left.saturating_sub(micros.into());
        Ok(())
    }
}

/// What the verdict on a question costs.
pub fn of_query(query: &VerdictQuery, item: u64) -> u64 {
    match query.evidence {
        Some(_) => item.saturating_add(cost::EVIDENCE),
        None => item,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWANCE: Allowance = Allowance { micros_per_second: 1_000, burst: Duration::from_secs(2) };

    #[test]
    fn f14_client_takes_its_burst_and_then_its_rate() {
        let limits = Limits::new(ALLOWANCE);
        let start = Instant::now();
        for _ in 0..20 {
            limits.charge_at(1, 100, start).unwrap();
        }
        let refused = limits.charge_at(1, 100, start).unwrap_err();
        assert!(matches!(refused, Error::Overloaded { retry_after } if retry_after <= Duration::from_millis(2)));
        // Others are not concerned.
        limits.charge_at(2, 100, start).unwrap();
        // A tenth of a second is worth one call of a hundred.
        let later = start + Duration::from_millis(100);
        limits.charge_at(1, 100, later).unwrap();
        assert!(limits.charge_at(1, 100, later).is_err());
    }

    #[test]
    fn f14_dear_call_is_let_through_and_paid_off() {
        let limits = Limits::new(ALLOWANCE);
        let start = Instant::now();
        limits.charge_at(1, 10_000, start).unwrap();
        let Err(Error::Overloaded { retry_after }) = limits.charge_at(1, 1, start) else { panic!("not refused") };
        assert_eq!(retry_after, Duration::from_secs(8));
        assert!(limits.charge_at(1, 1, start + Duration::from_secs(7)).is_err());
        limits.charge_at(1, 1, start + Duration::from_millis(8_100)).unwrap();
    }

    #[test]
    fn idle_clients_are_forgotten_before_busy_ones() {
        let limits = Limits::new(ALLOWANCE);
        let start = Instant::now();
        for client in 0..MAX_CLIENTS {
            limits.charge_at(client, 1, start).unwrap();
        }
        limits.charge_at(0, 1_000_000, start).unwrap();
        let later = start + Duration::from_secs(10);
        limits.charge_at(MAX_CLIENTS, 1, later).unwrap();
        assert!(limits.clients.lock().len() <= 2);
        assert!(limits.charge_at(0, 1, later).is_err(), "the debtor was forgotten");
    }
}
