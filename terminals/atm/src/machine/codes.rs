//! The card's code: asked of the customer, shown to the card that was examined, and the pause that wrong ones cost.

use super::{
    cards::{CardError, Link},
    Machine, CODES,
};
use crate::{
    case::{Fault, Outcome},
    journal::Record,
};
use specie_card::{
    code::{Code, TICKS_PER_WRITE},
    host::HostError,
};
use specie_device::{Entry, Page};
use specie_procedure::Draws;
use std::{
    cell::Cell,
    time::{Duration, Instant},
};

/// The longest pause of a card that is waited off with the customer in front of the machine, in ticks of about a second each.
const MAX_PAUSE: u16 = 120;

impl Machine {
    /// Has a locked card sign orders again, if the customer wants that and knows its code (F93).
    pub(super) fn unlock(&mut self, record: &mut Record) -> Outcome {
        let info = match self.with_card(|host, _| Ok(host.info()?)) {
            Ok(info) => info,
            Err(error) => return said(&error, record),
        };
        let page = Page::new(self.texts.get("card-locked")).line(self.texts.get("unlock-it"));
        self.show_page(page.choice(self.texts.get("yes")).choice(self.texts.get("no")));
        if self.devices.keypad.read(self.policy.waits.for_customer()) != Entry::Choice(0) {
            record.remark("the customer does not want the card unlocked");
            return Outcome::Failed(Fault::TimedOut);
        }
        if let Err(outcome) = self.work_off_pause(record) {
            return outcome;
        }
        for tries in 1..=CODES {
            let code = match info.capabilities.code_required.then(|| self.ask_code(tries, "code-unlocks")) {
                None => None,
                Some(Some(code)) => Some(code),
                Some(None) => return Outcome::Failed(Fault::TimedOut),
            };
            match self.with_code(code.as_ref(), |host, code| Ok(host.unlock(code)?)) {
                Ok(()) => return Outcome::Done,
                Err(CardError::Host(HostError::WrongCode { tries_left, .. })) if tries_left > 0 => {
                    record.remark("a wrong code");
                }
                Err(error) => return said(&error, record),
            }
        }
        Outcome::Failed(Fault::CardRefuses)
    }

    /// Waits off the pause that wrong codes have cost the card, in front of the customer, if it is not long: a card works it off under
    /// power alone. `Err`: it is too long, the customer does not want to wait, or the card has gone.
    pub(super) fn work_off_pause(&mut self, record: &mut Record) -> Result<(), Outcome> {
        let pause = self.with_card(|host, _| Ok(host.info()?.delay_ticks)).map_err(|error| said(&error, record))?;
        if pause == 0 {
            return Ok(());
        }
        record.remark(format!("the card wants a pause of {pause} s after wrong codes"));
        let seconds = pause.to_string();
        let page = Page::new(self.texts.get("card-pauses"));
        if pause > MAX_PAUSE {
            self.show_page(page.line(self.texts.with("pause-too-long", &[("seconds", &seconds)])));
            self.devices.keypad.read(Duration::from_secs(10));
            return Err(Outcome::Failed(Fault::CardRefuses));
        }
        self.show_page(page.line(self.texts.with("pause-left", &[("seconds", &seconds)])));
        let begun = Instant::now();
        // Each tick lowers it by one, whatever a card says; twice the time is enough for one that is slow.
        let limit = Duration::from_secs(u64::from(pause)).saturating_mul(2);
        let mut left = pause;
        while left > 0 {
            if self.devices.keypad.cancelled() || begun.elapsed() > limit {
                return Err(Outcome::Failed(Fault::TimedOut));
            }
            // As many as it keeps without power, before the customer is listened to again.
            let some = left.min(TICKS_PER_WRITE);
            let next = self.with_card(|host, _| (0..some).try_fold(left, |_, _| Ok(host.wait()?)));
            let next = next.map_err(|error| said(&error, record))?;
            if next >= left {
                record.remark(format!("the card says {next} where fewer than {left} are left"));
                return Err(Outcome::Failed(Fault::NoCarrier));
            }
            left = next;
        }
        Ok(())
    }

    /// Has `work` talk to the card with a code, as long as it is the card that was examined. A code that was counted as wrong is not
    /// shown again when the link fails.
    pub(super) fn with_code<T>(
        &mut self,
        code: Option<&Code>,
        work: impl Fn(&mut Link<'_>, Option<&Code>) -> Result<T, CardError>,
    ) -> Result<T, CardError> {
        let examined = self.at_station;
        let tries = Cell::new(None);
        self.with_card(|host, _: &Draws| {
            if code.is_some() {
                if examined.is_some_and(|device| host.certificate().is_ok_and(|shown| shown.device() != device)) {
                    return Err(CardError::Damaged);
                }
                let left = host.info()?.tries_left;
                if left < tries.replace(Some(left)).unwrap_or(left) {
                    return Err(HostError::WrongCode { command: "VERIFY CODE", tries_left: left }.into());
                }
                host.protect_code(&secret()?)?;
            }
            work(host, code)
        })
    }

    /// The code that is printed on the card, or its holder's PIN. `purpose`: the text that says what the card does with it. `None`: the
    /// customer does not say.
    pub(super) fn ask_code(&mut self, tries: u32, purpose: &str) -> Option<Code> {
        let page = Page::new(self.texts.get("cards-code")).line(self.texts.get("type-code"));
        let mut page = page.line(self.texts.get(purpose));
        if tries > 1 {
            page = page.line(self.texts.get("code-again"));
        }
        let what = self.texts.get("code");
        self.show_page(page.hidden_entry(what));
        match self.devices.keypad.read(self.policy.waits.for_customer()) {
            Entry::Text(text) => Code::new(text.trim().as_bytes()).ok(),
            Entry::Choice(_) | Entry::Cancel | Entry::TimedOut => None,
        }
    }
}

fn said(error: &CardError, record: &mut Record) -> Outcome {
    record.remark(format!("the card: {error}"));
    Outcome::Failed(error.fault())
}

/// What protects a code on its way is not drawn from the case's seed: the journal keeps that, and who reads it must not read codes.
fn secret() -> Result<[u8; 32], CardError> {
    Ok(specie_procedure::draws::seed()?)
}
