//! A machine watched over: what the operator has to know at once, and figures.

use crate::{books::Findings, journal::Journal, marked_text, policy::Policy};
use specie_device::{DeviceState, Devices, DoorState, Sensors};
use specie_ops::{
    alarms::{Alarm, Alarms},
    metrics::Metrics,
};
use specie_procedure::JournalError;
use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::Duration,
};

/// How often the door is looked at.
const DOOR: Duration = Duration::from_millis(300);

/// In every so many of these rounds the journal is looked into.
const JOURNAL: u64 = 5;

/// Who watches over a machine. Clones watch the same one.
#[derive(Clone)]
pub struct Watch {
    /// What is wrong now.
    pub alarms: Alarms,
    /// Figures.
    pub metrics: Metrics,
    /// How many cards the compartment has room for.
    pub room: u32,
    door_is_open: Arc<AtomicBool>,
}

impl Watch {
    /// With these alarms and figures, over a machine whose compartment has room for so many cards.
    pub fn new(alarms: Alarms, metrics: Metrics, room: u32) -> Self {
        Self { alarms, metrics, room, door_is_open: Arc::default() }
    }

    /// Whether somebody is at the operator's side of the machine.
    pub fn door_is_open(&self) -> bool {
        self.door_is_open.load(Ordering::Relaxed)
    }

    /// Whether the compartment has no room for one card more.
    pub fn is_full(&self, journal: &Journal) -> Result<bool, JournalError> {
        Ok(journal.in_compartment()? >= self.room)
    }

    /// Looks at the door and into the journal from now on, on a thread of its own, whatever the machine is doing.
    pub fn begin(
        &self,
        journal: &Journal,
        policy: &Policy,
        mut sensors: Option<Box<dyn Sensors>>,
    ) -> std::io::Result<()> {
        let (watch, journal, policy) = (self.clone(), journal.clone(), policy.clone());
        std::thread::Builder::new().name("watch".into()).spawn(move || {
            for round in 0_u64.. {
                if let Some(sensors) = &mut sensors {
                    watch.door(sensors.door());
                }
                if round % JOURNAL == 0 {
                    // A journal that cannot be read stops the machine at its next step.
                    let _ = watch.journal(&journal, &policy);
                }
                std::thread::sleep(DOOR);
            }
        })?;
        Ok(())
    }

    /// `None`: there is a sensor, and it does not say. Nobody takes an open door for a shut one by that.
    fn door(&self, door: Option<DoorState>) {
        if let Some(door) = door {
            self.door_is_open.store(!door.is_shut(), Ordering::Relaxed);
        }
        let words = match door {
            Some(DoorState::Open) => Some("the door to the operator's side is open".into()),
            Some(DoorState::Tampered) => Some("somebody has tampered with the door".into()),
            Some(DoorState::Closed | DoorState::Locked | DoorState::Bolted) => None,
            None => Some("the sensor of the door does not answer".into()),
        };
        self.alarms.set(Alarm::Door, words);
    }

    /// How the devices are.
    pub fn devices(&self, devices: &mut Devices) {
        let mut states = vec![("module", devices.module.state()), ("printer", devices.printer.state())];
        states.extend(devices.acceptor.as_mut().map(|acceptor| ("acceptor", acceptor.state())));
        let wrong = states.into_iter().filter(|(_, state)| !state.is_able());
        let wrong = wrong.map(|(name, state)| (Alarm::Device(name.into()), device_in_words(name, state)));
        self.alarms.set_all(|alarm| matches!(alarm, Alarm::Device(_)), wrong.collect());
    }

    /// Whether something is stuck inside.
    pub fn stuck(&self, is_stuck: bool) {
        self.alarms.set(Alarm::Stuck, is_stuck.then(|| "a card or cash is stuck inside".into()));
    }

    /// Whether enough nodes answer.
    pub fn nodes(&self, are_able: bool, agreeing: usize) {
        let words = format!("fewer than {} of the nodes can answer", agreeing.max(1));
        self.alarms.set(Alarm::Nodes, (!are_able).then_some(words));
    }

    /// What the books have found.
    pub fn findings(&self, findings: &Findings) {
        self.alarms.set(Alarm::Clock, findings.clock.clone());
        let others: Vec<&str> = findings.differences.iter().map(String::as_str).collect();
        let others = others.into_iter().filter(|words| Some(*words) != findings.clock.as_deref());
        let words = others.collect::<Vec<_>>().join("; ");
        self.alarms.set(Alarm::Books, (!words.is_empty()).then_some(words));
    }

    /// What the journal says of stock, compartment and claims.
    pub fn journal(&self, journal: &Journal, policy: &Policy) -> Result<(), JournalError> {
        let (stock, kept, claims) = (journal.stock()?, journal.in_compartment()?, journal.unsettled()?.len());
        let low = stock.low().map(|(bin, blanks)| {
            let marked = marked_text(blanks.marked, &policy.currencies);
            (Alarm::Bin(bin.0), format!("bin {} ({marked}): {} left", bin.0, blanks.count))
        });
        self.alarms.set_all(|alarm| matches!(alarm, Alarm::Bin(_)), low.collect());
        let is_full = u64::from(kept) * 10 >= u64::from(self.room) * 9;
        let words = format!("{kept} cards in the compartment, which has room for {}", self.room);
        self.alarms.set(Alarm::Compartment, is_full.then_some(words));
        self.alarms.set(Alarm::Claims, (claims > 0).then(|| format!("{claims} claims are open")));
        self.metrics.stock(&stock);
        self.metrics.compartment.set(kept.into());
        self.metrics.claims.set(claims as u64);
        self.metrics.grants.set(journal.open_grants()?);
        self.metrics.queue.set(journal.queue()?.len() as u64);
        self.metrics.lines.set(journal.head()?.line);
        Ok(())
    }
}

fn device_in_words(name: &str, state: DeviceState) -> String {
    let how = match state {
        DeviceState::Online | DeviceState::DeviceBusy | DeviceState::PotentialFraud => "works",
        DeviceState::Offline => "does not answer",
        DeviceState::PowerOff => "has no power",
        DeviceState::NoDevice => "is not there",
        DeviceState::HardwareError => "is broken",
        DeviceState::UserError => "needs a hand",
        DeviceState::FraudAttempt => "is tampered with",
        DeviceState::Starting => "is starting",
    };
    format!("the {name} {how}")
}
