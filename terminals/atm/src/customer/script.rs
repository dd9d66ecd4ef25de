//! A customer by script: one line, one thing that a person does.
//!
//! | line | what the customer does |
//! |---|---|
//! | `screen TEXT` | waits until the screen says so |
//! | `choose TEXT` | waits for a choice with this text, and presses its key |
//! | `type TEXT` | waits for a page that asks for something, and types |
//! | `cancel` | presses the key that ends it all |
//! | `insert [CARD]` | holds a card in front of the slot: this one, or the last that came into the pocket |
//! | `back` | puts what was not taken in back into the pocket |
//! | `take` | waits for the card at the exit, and takes it |
//! | `swap CARD` | waits for the card at the exit, takes it, and leaves this one of the pocket there instead |
//! | `cash N` | holds cash in front of the acceptor |
//! | `wallet sign`, `wallet pay [AMOUNT]` | has the wallet answer the code on the screen |
//! | `wallet refuse TEXT` | answers the code with this text instead |
//! | `fault WORK WRONG [SKIP]` | has a device go wrong, see [`faults`](specie_device::simulated::faults) |
//! | `card t0`, `card relayed`, `card plain` | has cards talk over T=0, or be passed on from somewhere else, or as most do |
//! | `cable out`, `cable in` | pulls the network cable out, plugs it in |
//! | `node lies`, `node honest` | has the machine's first node lie about what cards hold |
//! | `door open`, `door shut` | the operator opens the machine, and shuts it |
//! | `wait SECONDS` | waits |
//! | `idle` | waits until the machine asks what it can do |
//!
//! `#` begins a comment.

use super::wallet::Wallet;
use specie_device::{
    simulated::{
        cable::Cable,
        faults::NoSuchFault,
        panel::Panel,
        world::{Things, World},
    },
    Entry, Page,
};
use specie_link::amount::Written;
use std::{io::BufRead, sync::Arc, time::Duration};
use thiserror::Error;

/// How long a line may take.
const LIMIT: Duration = Duration::from_secs(180);

/// What the first page of every customer is called.
const IDLE: &str = "What can I do for you?";

/// A line that could not be done.
#[derive(Debug, Error)]
#[error("line {line}: {text}: {why}")]
pub struct ScriptError {
    /// Its number, from 1.
    pub line: usize,
    /// What it says.
    pub text: String,
    /// Why it could not be done.
    pub why: String,
}

/// Who does what the script says.
pub struct Customer {
    /// Where the things are.
    pub world: Arc<World>,
    /// The machine's screen and keys.
    pub panel: Arc<Panel>,
    /// The wallet.
    pub wallet: Arc<Wallet>,
    /// The machine's network.
    pub cables: Vec<Arc<Cable>>,
}

impl Customer {
    /// Does it all, each line as it comes. `told` hears every line before it is done.
    pub fn play(&self, script: impl BufRead, mut told: impl FnMut(&str)) -> Result<(), ScriptError> {
        for (number, line) in script.lines().enumerate() {
            let wrong = |text: &str, why| ScriptError { line: number + 1, text: text.into(), why };
            let line = line.map_err(|error| wrong("", error.to_string()))?;
            let text = line.split('#').next().unwrap_or_default().trim();
            if text.is_empty() {
                continue;
            }
            told(text);
            self.do_line(text).map_err(|why| wrong(text, why))?;
        }
        Ok(())
    }

    fn do_line(&self, text: &str) -> Result<(), String> {
        let (word, rest) = text.split_once(' ').map_or((text, ""), |(word, rest)| (word, rest.trim()));
        match word {
            "screen" => self.page(|page| says(page, rest)).map(|_| ()),
            "choose" => self.choose(rest),
            "type" => {
                self.page(|page| page.entry.is_some())?;
                self.panel.enter(Entry::Text(rest.into()));
                Ok(())
            }
            "cancel" => {
                self.panel.enter(Entry::Cancel);
                Ok(())
            }
            "insert" => self.insert(rest),
            "back" => self.world.customer_takes_back().map_err(|error| error.to_string()),
            "take" => self.take(),
            "swap" => self.swap(rest),
            "cash" => self.cash(rest),
            "wallet" => self.use_wallet(rest),
            "fault" => self.plan_fault(rest),
            "card" => {
                self.world.faults().manner = rest.parse().map_err(|error: NoSuchFault| error.to_string())?;
                Ok(())
            }
            "cable" => {
                self.cables.iter().for_each(|cable| cable.plug(rest == "in"));
                Ok(())
            }
            "node" => {
                self.cables.first().into_iter().for_each(|cable| cable.lie(rest == "lies"));
                Ok(())
            }
            "door" => {
                let changed = self.world.change(|things| things.door_open = rest == "open");
                changed.map_err(|error| error.to_string())
            }
            "wait" => {
                let seconds: f64 = rest.parse().map_err(|_| "not a number".to_string())?;
                std::thread::sleep(Duration::from_secs_f64(seconds.clamp(0.0, 600.0)));
                Ok(())
            }
            "idle" => self.page(|page| page.heading == IDLE).map(|_| ()),
            _ => Err("no such word: docs/atm.md lists them".into()),
        }
    }

    fn page(&self, is_so: impl FnMut(&Page) -> bool) -> Result<Page, String> {
        self.panel.wait_for(LIMIT, is_so).ok_or_else(|| self.shown())
    }

    /// What the screen shows, for whoever wonders why nothing went on.
    fn shown(&self) -> String {
        let Page { heading, lines, choices, entry, .. } = self.panel.page().0;
        let mut text = format!("the screen shows {heading:?}");
        for (what, shown) in [("says", lines), ("offers", choices)] {
            if !shown.is_empty() {
                text.push_str(&format!(", {what} {}", shown.join(" | ")));
            }
        }
        entry.map_or(text.clone(), |entry| format!("{text}, and asks for: {entry}"))
    }

    fn choose(&self, wanted: &str) -> Result<(), String> {
        if wanted.is_empty() {
            return Err("which choice?".into());
        }
        let place = |page: &Page| page.choices.iter().position(|choice| choice.contains(wanted));
        let page = self.page(|page| place(page).is_some())?;
        self.panel.enter(Entry::Choice(place(&page).unwrap_or_default()));
        Ok(())
    }

    fn insert(&self, name: &str) -> Result<(), String> {
        let name = (!name.is_empty()).then_some(name);
        match self.world.customer_offers(name) {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.why_not(name)),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Why a card cannot be held in front of the slot.
    fn why_not(&self, name: Option<&str>) -> String {
        let Things { offered, pocket, .. } = self.world.things();
        match (offered, name) {
            (Some(card), _) => format!("{card} is in front of the slot already: `back` puts it into the pocket"),
            (None, Some(name)) => format!("{name} is not in the pocket; there are: {}", pocket.join(", ")),
            (None, None) => "the pocket is empty".into(),
        }
    }

    fn take(&self) -> Result<(), String> {
        self.wait_for_exit()?;
        self.world.customer_takes().map(|_| ()).map_err(|error| error.to_string())
    }

    fn swap(&self, card: &str) -> Result<(), String> {
        self.wait_for_exit()?;
        match self.world.customer_swaps(card) {
            Ok(true) => Ok(()),
            Ok(false) => Err("it is not in the pocket, or nothing is at the exit".into()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn wait_for_exit(&self) -> Result<(), String> {
        match self.world.wait_until(LIMIT, |things| things.exit.is_some()) {
            true => Ok(()),
            false => Err(format!("no card came out; {}", self.shown())),
        }
    }

    fn cash(&self, amount: &str) -> Result<(), String> {
        let amount = amount.parse().map_err(|_| "not a number".to_string())?;
        self.world.customer_offers_cash(amount).map_err(|error| error.to_string())
    }

    fn use_wallet(&self, what: &str) -> Result<(), String> {
        let (word, rest) = what.split_once(' ').unwrap_or((what, ""));
        let code = |begin: &str| -> Result<String, String> {
            let page = self.page(|page| page.code.as_ref().is_some_and(|code| code.starts_with(begin)))?;
            Ok(page.code.unwrap_or_default())
        };
        match word {
            "sign" => {
                let answer = self.wallet.sign(&code("specie:identify?")?).map_err(|error| error.to_string())?;
                self.panel.enter(Entry::Text(answer));
                Ok(())
            }
            "refuse" => {
                code("specie:identify?")?;
                self.panel.enter(Entry::Text(rest.into()));
                Ok(())
            }
            "pay" => {
                let instead = (!rest.is_empty()).then(|| rest.parse::<Written>()).transpose();
                let instead = instead.map_err(|error| error.to_string())?;
                self.wallet.pay_and_go(code("specie:pay?")?, instead).map_err(|error| error.to_string())
            }
            _ => Err("a wallet signs, refuses or pays".into()),
        }
    }

    fn plan_fault(&self, what: &str) -> Result<(), String> {
        let mut words = what.split_whitespace();
        let work = words.next().unwrap_or_default().parse().map_err(|error| format!("{error}"))?;
        let wrong = words.next().unwrap_or_default().parse().map_err(|error| format!("{error}"))?;
        let skip = words.next().map_or(Ok(0), str::parse).map_err(|_| "not a number".to_string())?;
        self.world.faults().plan(work, wrong, skip);
        Ok(())
    }
}

fn says(page: &Page, text: &str) -> bool {
    page.heading.contains(text)
        || page.lines.iter().any(|line| line.contains(text))
        || page.choices.iter().any(|choice| choice.contains(text))
}
