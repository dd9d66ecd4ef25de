//! The visitor's hands: keys for the machine, and for the customer who stands in front of it.

use super::{say, Shared};
use ratatui::termion::event::Key;
use specie_atm::customer::script::Customer;
use specie_device::{
    simulated::faults::{Manner, Work, Wrong},
    Entry,
};
use std::sync::Arc;

/// How much cash the customer offers at once.
const NOTE: u64 = 100;

/// What comes after the picture.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Nothing.
    Leave,
    /// The power is gone, and comes back.
    PowerCut,
}

/// What the visitor has in hand.
pub struct Hands {
    /// The customer.
    pub customer: Arc<Customer>,
    /// What was typed and not sent yet.
    pub typed: String,
    /// Which card of the pocket is next.
    pub chosen: usize,
    around: Shared,
}

impl Hands {
    /// Empty hands.
    pub const fn new(customer: Arc<Customer>, around: Shared) -> Self {
        Self { customer, typed: String::new(), chosen: 0, around }
    }

    /// The card of the pocket that is next.
    pub fn card(&self) -> Option<String> {
        let pocket = self.customer.world.things().pocket;
        pocket.get(self.chosen.min(pocket.len().checked_sub(1)?)).cloned()
    }

    /// A key was pressed.
    pub fn press(&mut self, key: Key) -> Option<Then> {
        let (page, _) = self.customer.panel.page();
        // Amounts, accounts and codes begin with a digit: a letter before that is for the hands.
        let begins = |letter: char| !self.typed.is_empty() || letter.is_ascii_digit();
        let types = page.entry.is_some() && !matches!(key, Key::Char(letter) if letter != '\n' && !begins(letter));
        match key {
            Key::Ctrl('c') | Key::F(10) => return Some(Then::Leave),
            Key::F(8) => return Some(Then::PowerCut),
            Key::Esc => self.enter(Entry::Cancel),
            Key::F(1) => self.insert(),
            Key::F(2) => self.take(),
            Key::F(3) => self.note(self.customer.world.customer_offers_cash(NOTE)),
            Key::F(4) => self.use_wallet(page.code, page.entry.as_deref()),
            Key::F(5) => self.pull_cable(),
            Key::F(6) => self.next_card(),
            Key::F(7) => self.jam(),
            Key::F(9) => self.open_machine(),
            Key::Char('\n') if types => {
                let typed = std::mem::take(&mut self.typed);
                self.enter(Entry::Text(typed));
            }
            Key::Backspace => {
                self.typed.pop();
            }
            Key::Char(letter) if types => self.typed.push(letter),
            Key::Char(digit @ '1'..='9') => {
                let number = digit.to_digit(10).and_then(|number| usize::try_from(number).ok()).unwrap_or(1);
                self.enter(Entry::Choice(number - 1));
            }
            Key::Char(letter) => return self.letter(letter, page.code, page.entry.as_deref()),
            _ => {}
        }
        None
    }

    /// The same by letters, where nothing is to be typed.
    fn letter(&mut self, letter: char, code: Option<String>, entry: Option<&str>) -> Option<Then> {
        match letter {
            'i' => self.insert(),
            't' => self.take(),
            'c' => self.note(self.customer.world.customer_offers_cash(NOTE)),
            'w' => self.use_wallet(code, entry),
            'n' => self.pull_cable(),
            's' => self.next_card(),
            'j' => self.jam(),
            'l' => self.lie(),
            'z' => self.slow(),
            'y' => self.change_manner(),
            'o' => self.open_machine(),
            'p' => return Some(Then::PowerCut),
            'q' => return Some(Then::Leave),
            'x' => self.enter(Entry::Cancel),
            // Where there is nothing to choose, any key goes on.
            _ if self.customer.panel.page().0.choices.is_empty() => self.enter(Entry::Cancel),
            _ => {}
        }
        None
    }

    fn enter(&mut self, entry: Entry) {
        self.typed.clear();
        self.customer.panel.enter(entry);
    }

    fn say(&self, words: impl Into<String>) {
        say(&self.around, words.into());
    }

    fn note<T>(&self, done: std::io::Result<T>) {
        if let Err(error) = done {
            self.say(error.to_string());
        }
    }

    fn insert(&mut self) {
        match self.card() {
            Some(card) => self.note(self.customer.world.customer_offers(Some(&card))),
            None => self.say("your pocket is empty: make a card first"),
        }
    }

    fn take(&mut self) {
        match self.customer.world.customer_takes() {
            Ok(true) => {}
            Ok(false) => self.note(self.customer.world.customer_takes_back()),
            Err(error) => self.say(error.to_string()),
        }
    }

    fn next_card(&mut self) {
        let count = self.customer.world.things().pocket.len().max(1);
        self.chosen = (self.chosen + 1) % count;
    }

    /// The wallet does what the screen asks: signs, pays, or says its own account.
    fn use_wallet(&mut self, code: Option<String>, entry: Option<&str>) {
        let wallet = &self.customer.wallet;
        match (code, entry) {
            (Some(code), Some(_)) => match wallet.sign(&code) {
                Ok(answer) => self.enter(Entry::Text(answer)),
                Err(error) => self.say(error.to_string()),
            },
            (Some(code), None) => match wallet.pay_and_go(code, None) {
                Ok(()) => self.say("the wallet pays: it is final in some seconds"),
                Err(error) => self.say(error.to_string()),
            },
            (None, Some(what)) if specie_atm::texts::all().in_any_language("account", what) => {
                let account = wallet.account().to_string();
                self.typed = account;
            }
            _ => self.say("the machine asks nothing of the wallet now"),
        }
    }

    fn pull_cable(&self) {
        let is_in = self.customer.cables.iter().any(|cable| cable.is_in());
        self.customer.cables.iter().for_each(|cable| cable.plug(!is_in));
        self.say(if is_in { "the network cable is out" } else { "the network cable is in" });
    }

    fn lie(&self) {
        let Some(cable) = self.customer.cables.first() else { return };
        cable.lie(!cable.lies());
        self.say(if cable.lies() {
            "the first node lies about what cards hold"
        } else {
            "the first node is honest again"
        });
    }

    fn slow(&self) {
        self.customer.world.faults().plan(Work::Card, Wrong::Slow, 0);
        self.say("the next answer of a card takes its time");
    }

    fn change_manner(&self) {
        let mut faults = self.customer.world.faults();
        let (manner, words) = match faults.manner {
            Manner::Plain => (Manner::OverT0, "cards talk over T=0 from the next one on"),
            Manner::OverT0 => (Manner::Relayed, "cards are somewhere else from the next one on, and passed on"),
            Manner::Relayed => (Manner::Plain, "cards talk as most do from the next one on"),
        };
        faults.manner = manner;
        drop(faults);
        self.say(words);
    }

    fn open_machine(&self) {
        match self.customer.world.operator_clears() {
            Ok((cards, 0)) if cards.is_empty() => self.say("the operator has found nothing stuck"),
            Ok((cards, cash)) => {
                let cards = if cards.is_empty() { "no card".into() } else { cards.join(", ") };
                self.say(format!("the operator: {cards} into the compartment, {cash} in cash into the safe"));
            }
            Err(error) => self.say(error.to_string()),
        }
    }

    fn jam(&self) {
        self.customer.world.faults().plan(Work::Present, Wrong::Jam, 0);
        self.say("the next card will be stuck on its way out");
    }
}
