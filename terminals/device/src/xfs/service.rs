//! A connection to one service.

use crate::{DeviceError, DeviceState};
use serde::Deserialize;
use serde_json::{json, Value};
use std::{
    io,
    net::{TcpStream, ToSocketAddrs as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tungstenite::{client, Error as SocketError, Message, WebSocket};

/// The version of the messages that are sent.
const VERSION: &str = "2.0";

/// How long a service may take to be reached, and to say that it has a command.
const SOON: Duration = Duration::from_secs(5);

/// How long a command may take that waits for nobody.
const WORK: Duration = Duration::from_secs(60);

/// What comes of a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// `success`, `timeOut`, `commandErrorCode`, ….
    pub code: String,
    /// Which error, of `commandErrorCode`: `mediaJam`, `noMedia`, ….
    pub error: Option<String>,
    /// In words, of the service.
    pub words: Option<String>,
    /// What else it says.
    pub payload: Value,
}

impl Completion {
    /// What it means for whoever gave the command.
    pub fn done(self) -> Result<Value, DeviceError> {
        match (self.code.as_str(), self.error.as_deref()) {
            ("success", _) => Ok(self.payload),
            ("timeOut" | "canceled", _) => Err(DeviceError::TimedOut),
            (_, Some("noMedia" | "noItems" | "empty")) => Err(DeviceError::Nothing),
            (_, Some("mediaJam" | "mediaJammed" | "shutterFail" | "occupied" | "full" | "stackerFull")) => {
                Err(DeviceError::Jam)
            }
            (code, error) => {
                let parts = [Some(code), error, self.words.as_deref()];
                let words = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
                Err(DeviceError::Unknown(words))
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    #[serde(rename = "type")]
    kind: String,
    request_id: Option<u64>,
    status: Option<String>,
    completion_code: Option<String>,
    error_description: Option<String>,
}

#[derive(Deserialize)]
struct Envelope {
    header: Header,
    #[serde(default)]
    payload: Value,
}

/// A service, connected to when it is first needed, and again when it was gone.
pub struct Service {
    address: String,
    socket: Option<WebSocket<TcpStream>>,
    last: u64,
}

/// One service for several devices: what moves cards also reads them.
pub type Shared = Arc<Mutex<Service>>;

impl Service {
    /// The service at an address, `ws://host:port/xfs4iot/v1.0/CardReader`.
    pub fn at(address: &str) -> Shared {
        let service = Self { address: address.into(), socket: None, last: 0 };
        Arc::new(Mutex::new(service))
    }

    /// Gives a command, and waits for what comes of it. `waits`: for how long the device may wait for a person.
    pub fn command(
        &mut self,
        name: &str,
        payload: &Value,
        waits: Option<Duration>,
    ) -> Result<Completion, DeviceError> {
        self.last += 1;
        let id = self.last;
        let timeout = waits.map_or(0, |waits| u64::try_from(waits.as_millis()).unwrap_or(u64::MAX).max(1));
        let header =
            json!({ "type": "command", "name": name, "requestId": id, "version": VERSION, "timeout": timeout });
        let text = json!({ "header": header, "payload": payload }).to_string();
        // Of a service that cannot be reached nothing has happened: it is told apart from one that was lost.
        self.connect().map_err(|error| unknown(&self.address, &error))?;
        let socket = self.socket.as_mut().ok_or_else(|| DeviceError::Unknown("no connection".into()))?;
        let sent = socket.send(Message::text(text));
        let done = sent.map_err(into_io).and_then(|()| self.wait(id, waits.unwrap_or(WORK) + SOON));
        done.map_err(|error| {
            // The next command finds a new connection, with numbers of its own.
            self.socket = None;
            unknown(&self.address, &error)
        })
    }

    /// How the device and what belongs to it are: the payload of `Common.Status`.
    pub fn status(&mut self) -> Result<Value, DeviceError> {
        self.command("Common.Status", &json!({}), None)?.done()
    }

    /// How the device is.
    pub fn state(&mut self) -> DeviceState {
        let status = self.status().unwrap_or(Value::Null);
        serde_json::from_value(status["common"]["device"].clone()).unwrap_or(DeviceState::Offline)
    }

    fn connect(&mut self) -> io::Result<()> {
        if self.socket.is_some() {
            return Ok(());
        }
        let host = self.address.strip_prefix("ws://").and_then(|rest| rest.split('/').next());
        let host = host.ok_or_else(|| io::Error::other("the address is not ws://host:port/…"))?;
        let address = host.to_socket_addrs()?.next().ok_or_else(|| io::Error::other("the host has no address"))?;
        let stream = TcpStream::connect_timeout(&address, SOON)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(SOON))?;
        stream.set_write_timeout(Some(SOON))?;
        let (socket, _) = client(&self.address, stream).map_err(|error| io::Error::other(error.to_string()))?;
        self.socket = Some(socket);
        Ok(())
    }

    /// Waits for the completion of a command, which is acknowledged before.
    fn wait(&mut self, id: u64, limit: Duration) -> io::Result<Completion> {
        let (begun, mut is_taken) = (Instant::now(), false);
        loop {
            let limit = if is_taken { limit } else { SOON };
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(io::Error::other("no answer in time"));
            }
            let Some(Envelope { header, payload }) = self.read(left)? else { continue };
            let is_ours = header.request_id == Some(id);
            match header.kind.as_str() {
                "acknowledge" if is_ours => match header.status {
                    None => is_taken = true,
                    Some(status) => return Err(io::Error::other(format!("the command is not taken: {status}"))),
                },
                "completion" if is_ours => {
                    let error = payload["errorCode"].as_str().map(Into::into);
                    let code = header.completion_code.unwrap_or_default();
                    return Ok(Completion { code, error, words: header.error_description, payload });
                }
                // Events on the way and of the device, which is asked for its status where that matters, and answers to commands that nobody waits for any more.
                _ => {}
            }
        }
    }

    /// The next message; `None`: one that is none of the standard's, or nothing in time.
    fn read(&mut self, limit: Duration) -> io::Result<Option<Envelope>> {
        let socket = self.socket.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        socket.get_ref().set_read_timeout(Some(limit))?;
        match socket.read() {
            Ok(Message::Text(text)) => Ok(serde_json::from_str(&text).ok()),
            Ok(Message::Close(_)) => Err(io::ErrorKind::ConnectionReset.into()),
            Ok(_) => Ok(None),
            Err(error) => match into_io(error) {
                slow if matches!(slow.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(None),
                error => Err(error),
            },
        }
    }
}

/// A service, for one command.
pub(super) fn lock(service: &Shared) -> MutexGuard<'_, Service> {
    service.lock().unwrap_or_else(PoisonError::into_inner)
}

fn into_io(error: SocketError) -> io::Error {
    match error {
        SocketError::Io(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

fn unknown(address: &str, error: &io::Error) -> DeviceError {
    DeviceError::Unknown(format!("{address}: {error}"))
}
