//! The machine in the terminal: what a visitor sees and presses.

mod draw;
mod keys;

use crate::{assemble::Simulated, Outcome};
use keys::{Hands, Then};
use ratatui::{
    backend::TermionBackend,
    termion::{event::Key, input::TermRead as _, raw::IntoRawMode as _, screen::IntoAlternateScreen as _},
    Terminal,
};
use specie_atm::{journal::Journal, service};
use specie_link::{money::Currencies, network::Network};
use std::{
    io::{self, IsTerminal as _},
    os::unix::process::CommandExt as _,
    process::Command,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc, Arc, Mutex, PoisonError,
    },
    time::Duration,
};

/// How often the picture is drawn anew when nothing was pressed.
const FRAME: Duration = Duration::from_millis(150);

/// How often the chain is asked for its head.
const HEAD: Duration = Duration::from_secs(1);

/// How many lines of the machine's own words are kept.
const WORDS: usize = 200;

/// What is shown beside the things themselves.
#[derive(Default)]
pub struct Around {
    /// The chain's head, in words.
    pub head: String,
    /// The currencies that the machine is to deal in.
    pub currencies: Currencies,
    /// What the machine and the wallet have said.
    pub words: Vec<String>,
}

/// Shared by all that say something.
pub type Shared = Arc<Mutex<Around>>;

fn say(around: &Shared, words: String) {
    let mut around = around.lock().unwrap_or_else(PoisonError::into_inner);
    around.words.push(words);
    let surplus = around.words.len().saturating_sub(WORDS);
    around.words.drain(..surplus);
}

/// Driven by keys.
pub fn by_keys(machine: Simulated) -> Outcome {
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        return Err("this needs a terminal; without one, --script plays a customer".into());
    }
    let Simulated { mut dialogue, customer, journal, network, policy } = machine;
    let around: Shared = Arc::new(Mutex::new(Around { currencies: policy.currencies, ..Around::default() }));
    let is_over = Arc::new(AtomicBool::new(false));
    let (ends, told) = (is_over.clone(), around.clone());
    let at_work = std::thread::spawn(move || {
        let done = service::run(&mut dialogue, &ends, |words| say(&told, words));
        done.map_err(|error| say(&told, format!("OUT OF ORDER: {error}")))
    });
    watch_head(network, around.clone(), is_over.clone());
    let hands = Hands::new(customer, around.clone());
    let then = in_terminal(hands, &journal, &around)?;
    is_over.store(true, Ordering::Relaxed);
    match then {
        Then::PowerCut => {
            // Nothing is put in order: this process is gone, another one begins.
            let mut arguments = std::env::args_os();
            let program = arguments.next().unwrap_or_default();
            Err(Command::new(program).args(arguments).exec().into())
        }
        Then::Leave if at_work.is_finished() => at_work
            .join()
            .map_err(|_| "the machine has panicked")?
            .map_err(|()| "the machine is out of order".into()),
        // What is under way is resumed at the next start.
        Then::Leave => Ok(()),
    }
}

fn in_terminal(mut hands: Hands, journal: &Journal, around: &Shared) -> Result<Then, io::Error> {
    let screen = io::stdout().into_raw_mode()?.into_alternate_screen()?;
    let mut terminal = Terminal::new(TermionBackend::new(screen))?;
    // Another picture may be there, of a program that ended without putting anything in order.
    terminal.clear()?;
    terminal.hide_cursor()?;
    let pressed = listen();
    loop {
        terminal.draw(|frame| draw::draw(frame, &hands, journal, around))?;
        match pressed.recv_timeout(FRAME) {
            Ok(key) => {
                if let Some(then) = hands.press(key) {
                    terminal.show_cursor()?;
                    return Ok(then);
                }
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            // Nobody can press anything any more.
            Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(Then::Leave),
        }
    }
}

fn listen() -> mpsc::Receiver<Key> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        for key in io::stdin().keys().flatten() {
            if send.send(key).is_err() {
                return;
            }
        }
    });
    receive
}

fn watch_head(network: Arc<Network>, around: Shared, is_over: Arc<AtomicBool>) {
    std::thread::spawn(move || {
        while !is_over.load(Ordering::Relaxed) {
            let head = match network.health() {
                Ok(health) => match (health.head, health.reason) {
                    (Some(head), None) => {
                        format!("best block {}, final {}", head.best.number, head.finalized.number)
                    }
                    (_, reason) => format!(
                        "the node cannot know: {}",
                        reason.map(|reason| reason.to_string()).unwrap_or_default()
                    ),
                },
                Err(_) => "no node can be reached".into(),
            };
            around.lock().unwrap_or_else(PoisonError::into_inner).head = head;
            std::thread::sleep(HEAD);
        }
    });
}
