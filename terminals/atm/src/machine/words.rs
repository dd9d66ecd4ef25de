//! What happened, in words for people.

use super::Machine;
use crate::{
    case::{Act, Card, Claim, Ending, Fault, Genuine, Key, Outcome, Refusal, Standing},
    journal::Record,
};
use specie_device::{Keep, Page, Spot};
use specie_link::{money::Currencies, payment, Account};

/// Why a case went no further, for the customer.
pub const fn refusal_in_words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NoBlank => "There is no card left for this amount.",
        Refusal::Jam => "The card module is stuck.",
        Refusal::NoGrant => "This machine may make no more cards for now.",
        Refusal::NoCarrier => "No card was put in, or it is not one that this machine can read.",
        Refusal::NoFee => "The fee was not paid.",
        Refusal::Offline => "The network cannot be reached now. Nothing was decided about your card's money.",
        Refusal::ChainRefuses => "The network refuses this card.",
        Refusal::Counterfeit => "The card is not genuine. It was kept.",
        Refusal::NotRegistered => "The network does not know this card: it was never registered, or not yet.",
        Refusal::Stopped => "The card is stopped or locked. Its issuer can tell you why.",
        Refusal::OtherCurrency => "The card's money is another currency: this machine cannot use it for that.",
        Refusal::NotEmpty => "There is money on this card, or something of it is still under way.",
        Refusal::Empty => "There is no money on this card.",
        Refusal::NotPaid => "The payment did not come in time, or was not of the right amount.",
        Refusal::NotSpent => "The card did not sign, or its order was not accepted.",
        Refusal::TooLittle => "What is on the card is less than the fee and what an account has to hold.",
        Refusal::ToItself => "A card's money cannot go to the card itself.",
        Refusal::CannotPay => "This machine cannot pay the network for your card now.",
        Refusal::Spoilt => "The card could not be printed as it should be.",
        Refusal::CustomerGone => "The card was not taken.",
    }
}

/// What people have to settle.
pub const fn claim_in_words(claim: Claim) -> &'static str {
    match claim {
        Claim::MoneyOnKeptCard => "a card that the machine has kept holds, or may hold, the customer's money",
        Claim::KeptCard => "the machine has kept the customer's card",
        Claim::CardNotFound => "it is not known who has the card",
        Claim::Cash => "cash was paid, and the card was not handed over",
        Claim::CashNotFound => "it is not known where the cash is",
        Claim::PaymentNotKnown => "it is not known whether the customer has paid",
        Claim::SpendNotKnown => "an order was signed whose fate is not known",
        Claim::NotRegistered => "the customer has a card that the network refuses for good",
        Claim::OtherMoney => "money of another currency was sent to the card: the issuer gets it out",
    }
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
        Standing::OtherCurrency => "of another currency",
        Standing::Counterfeit => "COUNTERFEIT",
        Standing::Unknown => "no node can say",
    }
    .into()
}

impl Machine {
    /// Shows what is going on, and what the customer is to do.
    pub(super) fn show(&mut self, act: &Act, record: &Record) {
        let page = match act {
            Act::Swallow => Page::new("Put in your card").line("Put it into the slot."),
            Act::AwaitTaken => Page::new("Take your card"),
            Act::HoldCash => Page::new("Put in the cash")
                .line(format!("{} {}", record.case.request.cash_fee, self.policy.cash_name)),
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
                Page::new("Pay with your wallet")
                    .line(format!("{} to the card {carrier}", self.policy.text(amount)))
                    .line(format!("and a fee of {}", self.policy.text(record.papers.terms.fee)))
                    .code(ask.to_string())
            }
            Act::Read | Act::Initialise { .. } | Act::FindCard => Page::new("One moment").line("Reading the card."),
            Act::Register | Act::AskChain => Page::new("One moment").line("Asking the network."),
            Act::SendOrder => Page::new("One moment").line("Paying. It takes some seconds until that is final."),
            Act::Print => Page::new("One moment").line("Printing your card."),
            Act::Pick(_) | Act::Present | Act::Retract | Act::Keep(_) => Page::new("One moment"),
            _ => return,
        };
        self.devices.screen.show(&page);
    }
}
