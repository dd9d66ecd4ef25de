//! Services of XFS4IoT for the devices of a simulated machine, as a vendor's would be: written from the published messages, and not from our adapter.
//!
//! One WebSocket for each device; a command is acknowledged, and completed with a code in its header. What is physical is in the machine's
//! folder, as for `specie-atm sim`.

use base64::{prelude::BASE64_STANDARD, Engine as _};
use serde_json::{json, Value};
use specie_card::transport::Transport as _;
use specie_card_sim::software::{FileMedium, OsHardware, SoftwareCard};
use specie_device::{
    simulated::world::{Things, World},
    Face, Keep,
};
use std::{
    collections::{BTreeMap, VecDeque},
    io,
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tungstenite::{accept, Message};

/// What a command is to come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// This error code, and nothing was done.
    Error(&'static str),
    /// The connection is lost before it is done.
    LostBefore,
    /// The connection is lost when it is done.
    LostAfter,
}

/// The services of a machine.
pub struct Services {
    world: Arc<World>,
    chip: Mutex<Option<SoftwareCard<FileMedium, OsHardware>>>,
    wrong: Mutex<VecDeque<(String, Wrong)>>,
    is_active: Mutex<bool>,
    /// Where they listen.
    pub address: String,
}

/// What comes of a command: its code, error code, and what else is said.
type Done = (&'static str, Option<&'static str>, Value);

const SUCCESS: &str = "success";

fn done(payload: Value) -> Done {
    (SUCCESS, None, payload)
}

const fn failed(code: &'static str) -> Done {
    ("commandErrorCode", Some(code), Value::Null)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Services {
    /// Starts them over a world, on threads of their own.
    pub fn start(world: Arc<World>) -> io::Result<Arc<Self>> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("ws://{}/xfs4iot/v1.0", listener.local_addr()?);
        let services = Arc::new(Self {
            world,
            chip: Mutex::default(),
            wrong: Mutex::default(),
            is_active: Mutex::default(),
            address,
        });
        let served = services.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = served.clone();
                std::thread::spawn(move || served.serve(stream));
            }
        });
        Ok(services)
    }

    /// The next command of this name goes wrong so.
    pub fn plan(&self, command: &str, wrong: Wrong) {
        lock(&self.wrong).push_back((command.into(), wrong));
    }

    fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut socket = accept(stream).ok()?;
        loop {
            let Message::Text(text) = socket.read().ok()? else { continue };
            let message: Value = serde_json::from_str(&text).ok()?;
            let (header, payload) = (&message["header"], &message["payload"]);
            let (name, id) = (header["name"].as_str()?, header["requestId"].as_u64()?);
            let head = |kind: &str| json!({ "type": kind, "name": name, "requestId": id, "version": "2.0" });
            if header["type"] != "command" {
                return None;
            }
            socket.send(Message::text(json!({ "header": head("acknowledge") }).to_string())).ok()?;
            let mut planned = lock(&self.wrong);
            let place = planned.iter().position(|(command, _)| command == name);
            let wrong = place.and_then(|place| planned.remove(place)).map(|(_, wrong)| wrong);
            drop(planned);
            // An event on the way, which means nothing for the command.
            let event = json!({ "header": { "type": "unsolicited", "name": "Common.StatusChangedEvent", "version": "3.0" }, "payload": {} });
            socket.send(Message::text(event.to_string())).ok()?;
            let limit =
                Duration::from_millis(header["timeout"].as_u64().filter(|limit| *limit > 0).unwrap_or(60_000));
            let (code, error, said) = match wrong {
                Some(Wrong::Error(code)) => failed(code),
                Some(Wrong::LostBefore) => return None,
                Some(Wrong::LostAfter) => {
                    self.perform(name, payload, limit);
                    return None;
                }
                None => self.perform(name, payload, limit),
            };
            let (mut header, mut payload) = (head("completion"), if said.is_null() { json!({}) } else { said });
            header["completionCode"] = code.into();
            if let Some(error) = error {
                payload["errorCode"] = error.into();
            }
            socket.send(Message::text(json!({ "header": header, "payload": payload }).to_string())).ok()?;
        }
    }

    fn perform(&self, name: &str, payload: &Value, limit: Duration) -> Done {
        match name {
            "Common.Status" => done(self.status()),
            "CardReader.Move" => self.shift(payload),
            "CardReader.ReadRawData" => {
                if !self.world.wait_until(limit, |things| things.offered.is_some()) {
                    return ("timeOut", None, Value::Null);
                }
                self.change(|things| things.station = things.offered.take())
            }
            "CardReader.ChipPower" => self.power(payload["chipPower"] == "off"),
            "CardReader.ChipIO" => self.chip_io(payload),
            "Storage.GetStorage" => {
                let units = self.world.counts().into_iter().enumerate().map(|(number, count)| {
                    let status = json!({ "count": count, "replenishmentStatus": "ok" });
                    (format!("unit{}", number + 1), json!({ "status": "ok", "card": { "status": status } }))
                });
                done(json!({ "storage": units.collect::<BTreeMap<_, _>>() }))
            }
            "Printer.PrintForm" => {
                let Ok(face) = serde_json::from_value::<Face>(payload["fields"].clone()) else {
                    return failed("fieldError");
                };
                self.change(|things| {
                    if let Some(card) = things.station.clone() {
                        things.faces.insert(card, face);
                    }
                })
            }
            "Printer.ReadForm" => {
                let things = self.world.things();
                let face = things.station.and_then(|card| things.faces.get(&card).cloned());
                done(json!({ "fields": face }))
            }
            "Printer.PrintRaw" => {
                let bytes = payload["data"].as_str().and_then(|data| BASE64_STANDARD.decode(data).ok());
                let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else {
                    return ("invalidData", None, Value::Null);
                };
                self.change(|things| things.receipts.push(text))
            }
            "CashManagement.GetBankNoteTypes" => {
                let note = |value: u64| json!({ "cashItem": { "noteID": value, "currency": "EUR", "value": value }, "enabled": true });
                done(json!({ "items": { "type5EUR1": note(5), "type10EUR1": note(10) } }))
            }
            _ => self.cash(name, limit),
        }
    }

    fn status(&self) -> Value {
        let things = self.world.things();
        let media = match (&things.station, &things.exit) {
            (Some(_), _) => "present",
            (None, Some(_)) => "entering",
            (None, None) => "notPresent",
        };
        let door = if things.door_open { "open" } else { "bolted" };
        json!({
            "common": { "device": "online" }, "cardReader": { "media": media },
            "auxiliaries": { "safeDoor": door, "cabinetDoor": "locked" },
        })
    }

    fn change(&self, work: impl FnOnce(&mut Things)) -> Done {
        match self.world.change(work) {
            Ok(()) => done(Value::Null),
            Err(_) => ("hardwareError", None, Value::Null),
        }
    }

    fn shift(&self, payload: &Value) -> Done {
        let things = self.world.things();
        let unit = |place: &Value| place.as_str()?.strip_prefix("unit")?.parse::<usize>().ok();
        match (&payload["from"], &payload["to"]) {
            (from, to) if *to == "transport" && unit(from).is_some() => {
                let bin = unit(from).unwrap_or_default() - 1;
                match things.bins.get(bin).is_some_and(|bin| !bin.is_empty()) {
                    true if things.station.is_some() || things.exit.is_some() => failed("occupied"),
                    true => self.change(|things| things.station = things.bins[bin].pop()),
                    false => failed("noMedia"),
                }
            }
            (from, to) if *from == "transport" && *to == "exit" => {
                self.change(|things| things.exit = things.station.take())
            }
            (from, to) if *from == "exit" && *to == "transport" => {
                self.change(|things| things.station = things.exit.take())
            }
            (from, to) if *from == "transport" && unit(to).is_some() => self.change(|things| {
                let card = things.station.take();
                things.kept.extend(card.map(|card| (Keep::NotTaken, card)));
            }),
            _ => ("invalidData", None, Value::Null),
        }
    }

    fn power(&self, off: bool) -> Done {
        let name = self.world.things().station.filter(|_| !off);
        let card = name.and_then(|name| SoftwareCard::open(&self.world.card_file(&name)).ok());
        let is_there = card.is_some();
        *lock(&self.chip) = card;
        if off || is_there {
            done(json!({ "chipData": "" }))
        } else {
            failed("noMedia")
        }
    }

    fn chip_io(&self, payload: &Value) -> Done {
        let command = payload["chipData"].as_str().and_then(|data| BASE64_STANDARD.decode(data).ok());
        let mut chip = lock(&self.chip);
        match (chip.as_mut(), command) {
            (Some(card), Some(command)) => match card.transmit(&command) {
                Ok(answer) => done(json!({ "chipProtocol": "chipT1", "chipData": BASE64_STANDARD.encode(answer) })),
                Err(_) => failed("noMedia"),
            },
            (None, _) => failed("noMedia"),
            (_, None) => failed("invalidData"),
        }
    }

    /// Cash in cents, put in as notes of five and ten euros.
    fn cash(&self, name: &str, limit: Duration) -> Done {
        let mut is_active = lock(&self.is_active);
        match name {
            "CashAcceptor.CashInStart" if *is_active => failed("cashInActive"),
            "CashAcceptor.CashInStart" => {
                *is_active = true;
                done(Value::Null)
            }
            "CashAcceptor.CashIn" => {
                drop(is_active);
                if !self.world.wait_until(limit, |things| things.offered_cash >= 500) {
                    return ("timeOut", None, Value::Null);
                }
                let notes = self.world.things().offered_cash / 500;
                let (tens, fives) = (notes / 2, notes % 2);
                let taken = self.change(|things| {
                    things.offered_cash -= notes * 500;
                    things.acceptor += notes * 500;
                });
                let items =
                    json!({ "unrecognized": 0, "type10EUR1": { "fit": tens }, "type5EUR1": { "fit": fives } });
                (taken.0, taken.1, json!({ "items": items }))
            }
            "CashAcceptor.CashInEnd" => {
                *is_active = false;
                self.change(|things| things.safe += std::mem::take(&mut things.acceptor))
            }
            "CashAcceptor.CashInRollback" => {
                *is_active = false;
                if self.world.things().acceptor == 0 {
                    return failed("noItems");
                }
                self.change(|things| things.purse += std::mem::take(&mut things.acceptor))
            }
            "CashAcceptor.GetCashInStatus" => {
                let held = self.world.things().acceptor;
                let status = if *is_active || held > 0 { "active" } else { "ok" };
                let notes = (held > 0).then(|| json!({ "type5EUR1": { "fit": held / 500 } }));
                done(json!({ "status": status, "numOfRefused": 0, "noteNumberList": notes }))
            }
            _ => ("unsupportedCommand", None, Value::Null),
        }
    }
}
