//! A slot of the virtual reader `vpcd`, and what is put into it.
//!
//! The driver listens on a port of this machine; a card is whoever connects. A message has its length in two bytes,
//! big endian, in front of it; one of a single byte is about the power, any other is a command for the card.

use specie_card::transport::{Transport, TransportError};
use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// The port of the first slot; the second slot's is the next. Debian sets the driver up with 35,963, which lies among those that the
/// kernel gives to whoever asks for any: it may be taken at any time.
pub const FIRST_PORT: u16 = 27_963;

/// How long the driver may take until it listens.
const LISTEN_LIMIT: Duration = Duration::from_secs(10);

/// What a card of T=1 says when it gets power: no historical bytes.
const ANSWER_TO_RESET: [u8; 4] = [0x3b, 0x80, 0x80, 0x01];

/// The same of a card of T=0.
const ANSWER_TO_RESET_T0: [u8; 2] = [0x3b, 0x00];

const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const ANSWER: u8 = 4;

/// What is in a slot: it has power or not, and answers commands while it has.
pub trait Inserted: Send + 'static {
    /// The link, while there is power.
    type Link: Transport;

    /// Gives it power, also if it had some: it begins anew. An error leaves it mute.
    fn power_on(&mut self) -> Result<(), String>;

    /// Takes the power away.
    fn power_off(&mut self);

    /// The card, if it has power.
    fn link(&mut self) -> Option<&mut Self::Link>;

    /// What it says when it gets power.
    fn answer_to_reset(&self) -> Vec<u8> {
        ANSWER_TO_RESET.to_vec()
    }

    /// Its answer to a command; `None`: it has no power.
    fn answer(&mut self, command: &[u8]) -> Option<Result<Vec<u8>, TransportError>> {
        self.link().map(|link| link.transmit(command))
    }

    /// When it is to be pulled out.
    fn pull(&mut self, _command: &[u8]) -> Pull {
        Pull::Not
    }
}

/// Whether a card is pulled out at a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pull {
    /// It stays.
    Not,
    /// Before it has received it.
    Before,
    /// After it has done its work, before anybody has its answer.
    After,
}

/// The same over T=0: what it answers to a command with data waits until it is fetched, and a length that is not that of its
/// answer it refuses.
pub struct OverT0<I> {
    inserted: I,
    waiting: Vec<u8>,
}

impl<I> OverT0<I> {
    /// This card, without power.
    pub const fn new(inserted: I) -> Self {
        Self { inserted, waiting: Vec::new() }
    }

    /// Gives up what waits, if it is asked for as many bytes as there are.
    fn fetch(&mut self, length: u8) -> Vec<u8> {
        match u8::try_from(self.waiting.len().saturating_sub(2)) {
            Ok(left) if left != length => vec![0x6c, left],
            _ => std::mem::take(&mut self.waiting),
        }
    }
}

impl<I: Inserted> Inserted for OverT0<I> {
    type Link = I::Link;

    fn power_on(&mut self) -> Result<(), String> {
        self.waiting.clear();
        self.inserted.power_on()
    }

    fn power_off(&mut self) {
        self.inserted.power_off();
    }

    fn link(&mut self) -> Option<&mut Self::Link> {
        self.inserted.link()
    }

    fn answer_to_reset(&self) -> Vec<u8> {
        ANSWER_TO_RESET_T0.to_vec()
    }

    fn answer(&mut self, command: &[u8]) -> Option<Result<Vec<u8>, TransportError>> {
        // A header's fifth byte is the length of the data that follow it, or of the answer that is wanted.
        match *command {
            [_, 0xc0, 0, 0, length] => Some(Ok(self.fetch(length))),
            [_, _, _, _, length] if length > 0 => {
                let header = command.get(..4).unwrap_or_default();
                match self.inserted.answer(&[header, &[0]].concat())? {
                    Ok(answer) => {
                        self.waiting = answer;
                        Some(Ok(self.fetch(length)))
                    }
                    Err(error) => Some(Err(error)),
                }
            }
            [_, _, _, _, 0] => match self.inserted.answer(command)? {
                Ok(answer) if answer.len() > 2 => Some(Ok(vec![0x6c, u8::try_from(answer.len() - 2).unwrap_or(0)])),
                answer => Some(answer),
            },
            _ => match self.inserted.answer(command)? {
                Ok(answer) if answer.len() > 2 => {
                    let left = u8::try_from(answer.len() - 2).unwrap_or(0);
                    self.waiting = answer;
                    Some(Ok(vec![0x61, left]))
                }
                answer => Some(answer),
            },
        }
    }
}

/// Something in a slot. Taken out when dropped, or by [`Self::remove`].
pub struct Slot<I> {
    address: SocketAddr,
    stream: TcpStream,
    removed: Arc<AtomicBool>,
    thread: Option<JoinHandle<I>>,
}

impl<I: Inserted> Slot<I> {
    /// Puts something into the slot of the driver that listens on this port of this machine.
    pub fn insert(port: u16, mut inserted: I) -> io::Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let stream = connect(address)?;
        stream.set_nodelay(true)?;
        let removed = Arc::new(AtomicBool::new(false));
        let (mut link, gone) = (stream.try_clone()?, removed.clone());
        let thread = std::thread::Builder::new().name("card".into()).spawn(move || {
            // The driver has hung up, or the card was pulled out: it has no power any more in any case.
            let _ = serve(&mut link, &mut inserted);
            inserted.power_off();
            gone.store(true, Ordering::Relaxed);
            let _ = link.shutdown(Shutdown::Both);
            inserted
        })?;
        Ok(Self { address, stream, removed, thread: Some(thread) })
    }

    /// Whether it is out of the slot: it was pulled out by itself, or the service has gone.
    pub fn is_out(&self) -> bool {
        self.removed.load(Ordering::Relaxed)
    }

    /// The port of the slot.
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Takes it out. `None`: its thread has panicked.
    pub fn remove(mut self) -> Option<I> {
        let _ = self.stream.shutdown(Shutdown::Both);
        self.thread.take().and_then(|thread| thread.join().ok())
    }
}

impl<I> Drop for Slot<I> {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The driver listens some time after the service was started, and again some time after a card was taken out.
fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let begun = Instant::now();
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => return Ok(stream),
            Err(error) if begun.elapsed() > LISTEN_LIMIT => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn serve<I: Inserted>(stream: &mut TcpStream, inserted: &mut I) -> io::Result<()> {
    loop {
        let message = read(stream)?;
        match message.as_slice() {
            [POWER_OFF] => inserted.power_off(),
            [POWER_ON | RESET] => {
                // Without power it is mute.
                let _ = inserted.power_on();
            }
            // The driver asks for it to find out whether there is a card, power or not.
            [ANSWER] => write(stream, &inserted.answer_to_reset())?,
            command => {
                let pull = inserted.pull(command);
                if pull == Pull::Before {
                    return Ok(());
                }
                let answer = inserted.answer(command);
                if pull == Pull::After {
                    return Ok(());
                }
                match answer {
                    Some(Ok(answer)) => write(stream, &answer)?,
                    // Mute: the reader waits no longer than for a card that was taken out.
                    Some(Err(_)) | None => return Ok(()),
                }
            }
        }
    }
}

fn read(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 2];
    acknowledge_at_once(stream)?;
    stream.read_exact(&mut length)?;
    let mut message = vec![0; u16::from_be_bytes(length).into()];
    acknowledge_at_once(stream)?;
    stream.read_exact(&mut message)?;
    Ok(message)
}

/// The driver sends length and message in two pieces, and the second one waits until the first is acknowledged: 40 ms for every
/// command, unless that is done at once. The system forgets it again and again.
#[cfg(target_os = "linux")]
fn acknowledge_at_once(stream: &TcpStream) -> io::Result<()> {
    std::os::linux::net::TcpStreamExt::set_quickack(stream, true)
}

#[cfg(not(target_os = "linux"))]
fn acknowledge_at_once(_: &TcpStream) -> io::Result<()> {
    Ok(())
}

fn write(stream: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    let length = u16::try_from(message.len()).map_err(|_| io::ErrorKind::InvalidData)?;
    // In one piece: two would wait for each other on the way.
    stream.write_all(&[&length.to_be_bytes(), message].concat())
}
