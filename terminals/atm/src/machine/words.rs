//! What happened, in words for people.

use super::Machine;
use crate::{
    case::{Act, Card, Claim, Ending, Fault, Genuine, Key, Outcome, Refusal, Standing},
    journal::Record,
    texts,
};
use specie_device::{Keep, Page, Spot};
use specie_link::{money::Currencies, payment, Account};

/// Why a case went no further, for the operator.
pub fn refusal_in_words(refusal: Refusal) -> &'static str {
    texts::all().text(texts::refusal(refusal))
}

/// What people have to settle, for the operator.
pub fn claim_in_words(claim: Claim) -> &'static str {
    texts::all().text(texts::claim(claim))
}

/// How it ended.
pub const fn ending_in_words(ending: Ending) -> &'static str {
    match ending {
        Ending::Done => "done",
        Ending::Refused => "not done; nothing is owed",
        Ending::Claimed => "with claims",
    }
}

/// Why a card is kept.
pub const fn keep_in_words(keep: Keep) -> &'static str {
    match keep {
        Keep::BadBlank => "a blank that does not work",
        Keep::Unfunded => "a blank with a key and no money",
        Keep::Refused => "a blank that the chain refuses",
        Keep::Spoilt => "wrongly printed",
        Keep::NotTaken => "not taken, or stuck",
        Keep::Counterfeit => "a fake",
        Keep::GivenBack => "given back by the customer",
        Keep::Abandoned => "its customer had gone",
    }
}

/// What is done, for the journal.
pub fn act_in_words(act: &Act) -> String {
    match act {
        Act::Pick(bin) => format!("a blank from bin {}", bin.0),
        Act::Swallow => "the customer's card in".into(),
        Act::FindCard => "look where the card is".into(),
        Act::Read => "read the card".into(),
        Act::Initialise { grant } => format!("have the card make its key, grant {grant}"),
        Act::Register => "register the carrier".into(),
        Act::Queue => "keep the registration for later".into(),
        Act::AskChain => "ask for the verdict".into(),
        Act::AwaitPayment => "wait for the payment".into(),
        Act::FindPayer => "who has paid".into(),
        Act::Unlock => "offer to unlock the card".into(),
        Act::SignOrder => "have the card sign its order".into(),
        Act::SendOrder => "send the order".into(),
        Act::HoldCash => "take cash, to be held".into(),
        Act::StackCash => "the cash into the safe".into(),
        Act::ReturnCash => "the cash back to the customer".into(),
        Act::CountCash => "look what cash is held".into(),
        Act::Print => "print the card, and read it back".into(),
        Act::Present => "the card to the exit".into(),
        Act::AwaitTaken => "wait until the card is taken".into(),
        Act::Retract => "the card back in".into(),
        Act::Keep(keep) => format!("keep the card: {}", keep_in_words(*keep)),
        Act::GiveUp(refusal) => format!("go no further: {}", refusal_in_words(*refusal)),
        Act::Receipt => "the receipt".into(),
    }
}

/// What came of it, for the journal.
pub fn outcome_in_words(outcome: &Outcome, currencies: &Currencies) -> String {
    match outcome {
        Outcome::Done => "done".into(),
        Outcome::Failed(fault) => fault_in_words(*fault).into(),
        Outcome::Found(Spot::Station) => "under the reader".into(),
        Outcome::Found(Spot::Exit) => "at the exit".into(),
        Outcome::Found(Spot::Neither) => "nowhere to be seen".into(),
        Outcome::Card(card) => card_in_words(card),
        Outcome::Standing(standing) => standing_in_words(*standing, currencies),
        Outcome::Paid(amount) => format!("{}, final and safe", currencies.text(*amount)),
        Outcome::PaidOtherwise(amount) => format!("{} are there, not what it should be", currencies.text(*amount)),
        Outcome::Stray => "not in time, and money of another currency is there".into(),
        Outcome::Payer(Some(payer)) => format!("{}: {}", Account(payer.account), currencies.text(payer.paid)),
        Outcome::Payer(None) => "the chain does not say".into(),
        Outcome::Signed { sequence, until } => format!("order {sequence}, valid until block {until}"),
        Outcome::Spent(amount) => format!("{} paid out, final", currencies.text(*amount)),
        Outcome::Counted(true) => "cash is held".into(),
        Outcome::Counted(false) => "no cash is held".into(),
        Outcome::Mismatch => "not what it should be".into(),
        Outcome::Unknown => "not known".into(),
    }
}

const fn fault_in_words(fault: Fault) -> &'static str {
    match fault {
        Fault::Nothing => "there was nothing",
        Fault::Jam => "stuck",
        Fault::NoCarrier => "it does not answer as a carrier",
        Fault::CardRefuses => "the card refuses",
        Fault::Offline => "no node can say",
        Fault::ChainRefuses => "the chain refuses",
        Fault::TimedOut => "not in time",
        Fault::TooLittle => "too little",
        Fault::ToItself => "to the card itself",
        Fault::CannotPay => "the machine has too little money of its own",
    }
}

fn card_in_words(card: &Card) -> String {
    let made = match card.genuine {
        Genuine::Yes => "genuine",
        Genuine::No => "NOT GENUINE",
        Genuine::NotKnown => "whether genuine is not known",
    };
    match card.key {
        Key::None => format!("{made}, blank"),
        Key::Ordered { .. } => format!("{made}, told to make its key"),
        Key::Made { carrier, sequence, .. } => {
            let address: String = Account(carrier).to_string().chars().take(12).collect();
            format!("{made}, {address}…, {sequence} orders signed")
        }
    }
}

fn standing_in_words(standing: Standing, currencies: &Currencies) -> String {
    match standing {
        Standing::Safe(amount) => return format!("safe, {}", currencies.text(amount)),
        Standing::Empty => "empty",
        Standing::Unregistered => "not registered",
        Standing::Doubtful => "in doubt now",
        Standing::Stopped => "stopped",
        Standing::Locked => "locked",
        Standing::OtherCurrency => "of another currency",
        Standing::Counterfeit => "COUNTERFEIT",
        Standing::Unknown => "no node can say",
    }
    .into()
}

impl Machine {
    /// Shows what is going on, and what the customer is to do.
    pub(super) fn show(&mut self, act: &Act, record: &Record) {
        let texts = &self.texts;
        let page = match act {
            Act::Swallow => Page::new(texts.get("put-in-card")).line(texts.get("into-slot")),
            Act::AwaitTaken => Page::new(texts.get("take-card")),
            Act::HoldCash => {
                let cash = format!("{} {}", record.case.request.cash_fee, self.policy.cash_name);
                Page::new(texts.get("put-in-cash")).line(cash)
            }
            Act::AwaitPayment => {
                let (Some(carrier), Some(amount)) = (record.papers.carrier, record.case.request.kind.amount())
                else {
                    return;
                };
                let ask = payment::Request {
                    carrier,
                    amount,
                    machine: self.network.account(),
                    max_fee: record.papers.terms.fee.units,
                };
                let (paid, fee) = (self.policy.text(amount), self.policy.text(record.papers.terms.fee));
                Page::new(texts.get("pay-with-wallet"))
                    .line(texts.with("pay-to-card", &[("amount", &paid), ("card", &carrier.to_string())]))
                    .line(texts.with("and-fee", &[("amount", &fee)]))
                    .code(ask.to_string())
            }
            Act::Read | Act::Initialise { .. } | Act::FindCard => self.one_moment(Some("reading")),
            Act::Register | Act::AskChain | Act::FindPayer => self.one_moment(Some("asking")),
            Act::SendOrder => self.one_moment(Some("paying")),
            Act::Print => self.one_moment(Some("printing")),
            Act::Pick(_) | Act::Present | Act::Retract | Act::Keep(_) => self.one_moment(None),
            _ => return,
        };
        self.show_page(page);
    }

    fn one_moment(&self, what: Option<&str>) -> Page {
        let page = Page::new(self.texts.get("one-moment"));
        match what {
            Some(key) => page.line(self.texts.get(key)),
            None => page,
        }
    }

    /// Shows a page as large as the customer wants it.
    pub(crate) fn show_page(&mut self, page: Page) {
        self.devices.screen.show(&Page { large: self.large, ..page });
    }
}
