//! Readers of the machine's PC/SC service (`pcscd` on Linux), and the cards in them.

use crate::procedure_bytes;
use pcsc::{
    Card as PcscCard, Context, Disposition, Error as PcscError, Protocol, Protocols, ReaderState, Scope, ShareMode,
    State, MAX_BUFFER_SIZE,
};
use specie_card::transport::{Transport, TransportError};
use std::{
    ffi::{CStr, CString},
    sync::mpsc,
    time::{Duration, Instant},
};
use thiserror::Error;

/// The bytes of a status word: every answer ends with one.
const STATUS_WORD: usize = 2;

/// How long a card may take for an answer: it may ask the reader for more time, as often as it likes.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// How long another program may hold the card until that is told: one that has just ended gives it back a moment later.
const SHARED_LIMIT: Duration = Duration::from_secs(2);

/// How often it is looked whether it has.
const SHARED_PAUSE: Duration = Duration::from_millis(50);

/// Why there is no reader, or no card in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReaderError {
    /// The service is not there.
    #[error("the PC/SC service is not running (on Debian: apt-get install pcscd, then pcscd)")]
    NoService,
    /// The reader is not there any more.
    #[error("the reader was unplugged")]
    Unplugged,
    /// There is no card in the reader.
    #[error("there is no card in the reader")]
    NoCard,
    /// There is something in the reader that does not answer: no card, or put in the wrong way round.
    #[error("what is in the reader does not answer")]
    Mute,
    /// Another program holds the card.
    #[error("another program uses the card")]
    Shared,
    /// Anything else that the service says.
    #[error("the PC/SC service says: {0}")]
    Service(PcscError),
}

impl From<PcscError> for ReaderError {
    fn from(error: PcscError) -> Self {
        match error {
            PcscError::NoService | PcscError::ServiceStopped => Self::NoService,
            PcscError::UnknownReader | PcscError::ReaderUnavailable => Self::Unplugged,
            PcscError::NoSmartcard | PcscError::RemovedCard => Self::NoCard,
            PcscError::UnresponsiveCard | PcscError::UnsupportedCard | PcscError::ProtoMismatch => Self::Mute,
            PcscError::SharingViolation => Self::Shared,
            other => Self::Service(other),
        }
    }
}

/// The service.
#[derive(Clone)]
pub struct Readers {
    context: Context,
}

impl Readers {
    /// Connects to the service.
    pub fn connect() -> Result<Self, ReaderError> {
        Ok(Self { context: Context::establish(Scope::System)? })
    }

    /// All readers, in the service's order.
    pub fn list(&self) -> Result<Vec<Reader>, ReaderError> {
        let names = self.raw_names()?.into_iter();
        Ok(names.map(|name| Reader { context: self.context.clone(), name }).collect())
    }

    fn raw_names(&self) -> Result<Vec<CString>, ReaderError> {
        match self.context.list_readers_owned() {
            Ok(names) => Ok(names),
            Err(PcscError::NoReadersAvailable) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }
}

/// A reader.
#[derive(Clone)]
pub struct Reader {
    context: Context,
    name: CString,
}

impl Reader {
    /// Its name.
    pub fn name(&self) -> String {
        self.name.to_string_lossy().into_owned()
    }

    /// Whether there is a card in it now.
    pub fn has_card(&self) -> Result<bool, ReaderError> {
        Ok(self.state(Duration::ZERO, State::UNAWARE)?.contains(State::PRESENT))
    }

    /// Waits for a card. `false`: none came in time.
    pub fn wait_for_card(&self, limit: Duration) -> Result<bool, ReaderError> {
        self.wait(limit, true)
    }

    /// Waits until the card is taken out. `false`: it is still there.
    pub fn wait_for_removal(&self, limit: Duration) -> Result<bool, ReaderError> {
        self.wait(limit, false)
    }

    /// Gives the card in the reader power, and holds it for nobody else. Waits two seconds for another program that holds it.
    pub fn connect(&self) -> Result<Card, ReaderError> {
        // On a line to the service of its own: while a card is asked, its line is taken.
        let (line, begun) = (Context::establish(Scope::System)?, Instant::now());
        let card = loop {
            match line.connect(&self.name, ShareMode::Exclusive, Protocols::ANY) {
                Err(PcscError::SharingViolation) if begun.elapsed() < SHARED_LIMIT => {
                    std::thread::sleep(SHARED_PAUSE);
                }
                connected => break connected?,
            }
        };
        let is_t0 = card.status2_owned()?.protocol2() == Some(Protocol::T0);
        Ok(Card { card: Some(card), is_t0, limit: ANSWER_LIMIT })
    }

    fn wait(&self, limit: Duration, wanted: bool) -> Result<bool, ReaderError> {
        let begun = Instant::now();
        let mut known = State::UNAWARE;
        loop {
            let left = limit.saturating_sub(begun.elapsed());
            let state = self.state(left, known)?;
            if state.contains(State::PRESENT) == wanted {
                return Ok(true);
            }
            if left.is_zero() {
                return Ok(false);
            }
            known = state;
        }
    }

    /// The state, once it is another than `known` or `limit` is over.
    fn state(&self, limit: Duration, known: State) -> Result<State, ReaderError> {
        let name: &CStr = &self.name;
        let mut states = [ReaderState::new(name, known)];
        match self.context.get_status_change(limit, &mut states) {
            Ok(()) | Err(PcscError::Timeout) => {}
            Err(error) => return Err(error.into()),
        }
        let [state] = &states;
        let event = state.event_state();
        if event.intersects(State::UNKNOWN | State::UNAVAILABLE) {
            return Err(ReaderError::Unplugged);
        }
        Ok(event)
    }
}

/// A card under power. It loses it when this is dropped.
pub struct Card {
    card: Option<PcscCard>,
    is_t0: bool,
    limit: Duration,
}

impl Card {
    /// How long each answer may take; [`ANSWER_LIMIT`] if nobody says.
    pub const fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }
}

/// The service waits for a card as long as the card asks for more time, so another thread does, and is left alone with a card
/// that asks too long. It lets go of the card when that is taken out.
impl Transport for Card {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let card = self.card.take().ok_or_else(|| TransportError::Disconnected("it was given back".into()))?;
        let (send, receive) = mpsc::sync_channel(1);
        let (command, is_t0) = (command.to_vec(), self.is_t0);
        let asking = std::thread::Builder::new().name("card".into()).spawn(move || {
            let mut buffer = [0; MAX_BUFFER_SIZE];
            let answer = procedure_bytes::exchange(&command, is_t0, |bytes| {
                card.transmit(bytes, &mut buffer).map(<[u8]>::to_vec)
            });
            if let Err(mpsc::SendError((card, _))) = send.send((card, answer)) {
                give_back(card);
            }
        });
        asking.map_err(|error| TransportError::Disconnected(error.to_string()))?;
        let Ok((card, answer)) = receive.recv_timeout(self.limit) else { return Err(TransportError::Timeout) };
        self.card = Some(card);
        match answer {
            // Some drivers hand on nothing where a card was taken out or says nothing.
            Ok(answer) if answer.len() < STATUS_WORD => {
                Err(TransportError::Garbled(format!("{} bytes", answer.len())))
            }
            Ok(answer) => Ok(answer),
            Err(error) => Err(failure(error)),
        }
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        if let Some(card) = self.card.take() {
            give_back(card);
        }
    }
}

fn give_back(card: PcscCard) {
    // A card that is not there any more has no power already.
    let _ = card.disconnect(Disposition::UnpowerCard);
}

fn failure(error: PcscError) -> TransportError {
    match error {
        PcscError::Timeout => TransportError::Timeout,
        PcscError::InsufficientBuffer | PcscError::InvalidValue => TransportError::Garbled(error.to_string()),
        // Without its power the card has forgotten what was going on, as if it had been taken out.
        other => TransportError::Disconnected(other.to_string()),
    }
}
