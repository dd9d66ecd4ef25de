//! Acts of the card module, the printer and the acceptor.

use super::Machine;
use crate::{
    case::{Act, Fault, Outcome, Payment},
    journal::Record,
};
use specie_device::{DeviceError, Face};
use specie_link::Account;
use specie_procedure::clock;

impl Machine {
    pub(super) fn move_something(&mut self, act: &Act, record: &mut Record) -> Outcome {
        if let (Act::Keep(_), None) = (act, record.papers.carrier) {
            self.note_address(record);
        }
        let (customer, taking) = (self.policy.waits.for_customer(), self.policy.waits.for_taking());
        let module = &mut self.devices.module;
        let done = match act {
            Act::Pick(bin) => module.pick(*bin),
            Act::Swallow => module.swallow(customer),
            Act::Present => module.present(),
            Act::AwaitTaken => module.await_taken(taking),
            Act::Retract => module.retract(),
            Act::Keep(reason) => module.keep(*reason),
            Act::FindCard => {
                return match module.find() {
                    Ok(spot) => Outcome::Found(spot),
                    Err(error) => failed(error, record),
                }
            }
            Act::Print => return self.print(record),
            _ => return self.handle_cash(act, record),
        };
        done.map_or_else(|error| failed(error, record), |()| Outcome::Done)
    }

    /// A card that did not answer is kept: its address helps people to find whose it is, if it answers now. Nobody has
    /// checked it.
    fn note_address(&mut self, record: &mut Record) {
        if let Ok(carrier) = self.with_card(|host, _| Ok(host.carrier()?)) {
            record.remark(format!("the card shows the address {}", Account(carrier.0)));
        }
    }

    fn print(&mut self, record: &mut Record) -> Outcome {
        let (Payment::Final(amount), Some(carrier)) = (record.case.payment, record.papers.carrier) else {
            return Outcome::Unknown;
        };
        let face = Face {
            amount: self.policy.text(amount),
            date: clock::date(clock::now()),
            serial: carrier.to_string().chars().take(12).collect(),
            product: self.policy.product.clone(),
        };
        let printed = self.devices.printer.print(&face).and_then(|()| self.devices.printer.read_back());
        match printed {
            Ok(read) if read.as_ref() == Some(&face) => Outcome::Done,
            Ok(read) => {
                record.remark(format!("printed {face:?}, and the card shows {read:?}"));
                Outcome::Mismatch
            }
            Err(error) => failed(error, record),
        }
    }

    fn handle_cash(&mut self, act: &Act, record: &mut Record) -> Outcome {
        let limit = self.policy.waits.for_customer();
        let fee = record.case.request.cash_fee;
        let Some(acceptor) = &mut self.devices.acceptor else { return Outcome::Failed(Fault::Nothing) };
        let done = match act {
            Act::HoldCash => acceptor.hold(fee, limit),
            Act::StackCash => acceptor.stack(),
            Act::ReturnCash => acceptor.give_back(),
            _ => {
                return match acceptor.holds_any() {
                    Ok(holds) => Outcome::Counted(holds),
                    Err(error) => failed(error, record),
                }
            }
        };
        done.map_or_else(|error| failed(error, record), |()| Outcome::Done)
    }
}

pub(super) fn failed(error: DeviceError, record: &mut Record) -> Outcome {
    record.remark(error.to_string());
    match error {
        DeviceError::Nothing => Outcome::Failed(Fault::Nothing),
        DeviceError::Jam => Outcome::Failed(Fault::Jam),
        DeviceError::TimedOut => Outcome::Failed(Fault::TimedOut),
        DeviceError::Unknown(_) => Outcome::Unknown,
    }
}
