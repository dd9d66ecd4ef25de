//! What happened, in words for people.

use super::Machine;
use crate::{
    amount_text,
    case::{Act, Claim, Ending, Refusal},
    device::Page,
    journal::Record,
    payment,
};

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
        Refusal::NotEmpty => "There is money on this card, or something of it is still under way.",
        Refusal::Empty => "There is no money on this card.",
        Refusal::NotPaid => "The payment did not come in time, or was not of the right amount.",
        Refusal::NotSpent => "The card did not sign, or its order was not accepted.",
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
    }
}

/// How it ended.
pub const fn ending_in_words(ending: Ending) -> &'static str {
    match ending {
        Ending::Done => "done",
        Ending::Refused => "not done; nothing is owed",
        Ending::Claimed => "not done; there are claims",
    }
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
                let (Some(carrier), Some(amount)) = (record.carrier, record.case.request.kind.amount()) else {
                    return;
                };
                let ask = payment::Request {
                    carrier,
                    amount,
                    machine: self.network.account(),
                    max_fee: record.terms.fee,
                };
                Page::new("Pay with your wallet")
                    .line(format!("{} to the card {carrier}", amount_text(amount)))
                    .line(format!("and a fee of {}", amount_text(record.terms.fee)))
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
