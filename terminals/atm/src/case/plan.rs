//! From the facts to the next act.

use super::{
    act::Act,
    facts::{
        Card, Case, Cash, Claim, Ending, Genuine, Key, Kind, Move, Payer, Payment, Place, Print, Refusal,
        Registration, Spend, Standing,
    },
};
use serde::{Deserialize, Serialize};
use specie_device::Keep;
use specie_procedure::Step;

/// What the machine has for a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Means {
    /// A grant that no case has used.
    pub grant: Option<u32>,
    /// How many blanks may turn out bad before a case is given up.
    pub max_bad_blanks: u8,
    /// Whether money on a new card that is kept is paid back.
    pub pays_back: bool,
}

impl Case {
    /// What comes next. Depends on nothing but the facts and the means.
    pub(crate) fn next_step(&self, means: &Means) -> Step<Act, Ending> {
        let looked_for = match (self.place, self.cash) {
            (Place::Moving(_), _) => Some(Act::FindCard),
            (_, Cash::Moving(_)) => Some(Act::CountCash),
            _ => None,
        };
        let act = looked_for.or_else(|| match self.place {
            Place::Nowhere => self.get_card(means),
            Place::Station => Some(self.at_station(means)),
            Place::Exit => Some(if self.was_not_taken { Act::Retract } else { Act::AwaitTaken }),
            Place::Customer | Place::Kept | Place::Unknown | Place::Moving(_) => None,
        });
        act.or_else(|| self.settle()).map_or_else(|| Step::End(self.how_it_ended()), Step::Do)
    }

    /// There is no card yet. `None`: there will be none.
    fn get_card(&self, means: &Means) -> Option<Act> {
        if self.refusal.is_some() {
            return None;
        }
        if !self.customer_is_here {
            return Some(Act::GiveUp(Refusal::CustomerGone));
        }
        match self.request.kind {
            Kind::Issue { bin, .. } | Kind::IssueOffline { bin, .. } => {
                Some(if self.bad_blanks > means.max_bad_blanks {
                    Act::GiveUp(Refusal::NoBlank)
                } else if self.grant.or(means.grant).is_none() {
                    Act::GiveUp(Refusal::NoGrant)
                } else if self.cash == Cash::Due {
                    Act::HoldCash
                } else {
                    Act::Pick(bin)
                })
            }
            Kind::Fund { .. } | Kind::Query | Kind::CashOut { .. } => Some(Act::Swallow),
        }
    }

    fn at_station(&self, means: &Means) -> Act {
        if let Some(keep) = self.keep {
            return Act::Keep(keep);
        }
        match self.for_this(means) {
            // A new card with money on it is not kept before that is paid back, where the chain proves to whom.
            Act::Keep(keep) => self.pay_back(means).unwrap_or(Act::Keep(keep)),
            act => act,
        }
    }

    /// What is on a new card goes back to who paid it. `None`: nothing does.
    fn pay_back(&self, means: &Means) -> Option<Act> {
        let is_paid = matches!(self.payment, Payment::Final(_) | Payment::Wrong(_));
        let is_ours = self.card.is_some_and(|card| {
            let made = matches!(card.key, Key::Made { grant: Some(grant), .. } if Some(grant) == self.grant);
            made && card.genuine == Genuine::Yes
        });
        if !(means.pays_back && is_paid && is_ours && matches!(self.request.kind, Kind::Issue { .. })) {
            return None;
        }
        match (self.payer, self.spend) {
            (_, _) if self.claims.contains(&Claim::SpendNotKnown) => None,
            (Payer::NotAsked, _) => Some(Act::FindPayer),
            (Payer::NotKnown, _) | (Payer::Known(_), Spend::Final(_) | Spend::Dead) => None,
            (Payer::Known(_), Spend::None | Spend::Asked) => Some(Act::SignOrder),
            (Payer::Known(_), Spend::Signed { .. }) => Some(Act::SendOrder),
        }
    }

    fn for_this(&self, means: &Means) -> Act {
        let Some(card) = self.card else { return Act::Read };
        if self.payment == Payment::Awaited {
            // It may have come while nobody looked.
            return Act::AskChain;
        }
        match self.request.kind {
            Kind::Issue { .. } => self.issue(&card, means, true),
            Kind::IssueOffline { .. } => self.issue(&card, means, false),
            Kind::Fund { .. } => self.fund(),
            Kind::Query => self.query(),
            Kind::CashOut { keep, .. } => self.cash_out(&card, keep),
        }
    }

    /// A blank becomes a carrier. It leaves the machine only as what was promised.
    fn issue(&self, card: &Card, means: &Means, online: bool) -> Act {
        if !matches!(self.spend, Spend::None) {
            // Its money goes back, or has gone.
            return Act::Keep(self.why_kept());
        }
        let is_paid = !matches!(self.payment, Payment::None | Payment::TimedOut);
        let is_ours = matches!(card.key, Key::Made { grant: Some(grant), .. } if Some(grant) == self.grant);
        if is_paid && !(is_ours && card.genuine == Genuine::Yes) {
            // It was good when it was paid. Whatever is wrong with it now, there may be the customer's money on it.
            return Act::Keep(Keep::Abandoned);
        }
        let grant = match (card.key, self.grant.or(means.grant)) {
            _ if card.genuine != Genuine::Yes => return Act::Keep(Keep::BadBlank),
            (Key::None, _) if !self.may_go_on() => return Act::Keep(Keep::Abandoned),
            (Key::None, Some(grant)) => return Act::Initialise { grant },
            (Key::None, None) => return Act::Keep(Keep::Abandoned),
            (Key::Ordered { .. }, _) => return Act::Read,
            // It was not blank.
            (Key::Made { grant: None, .. }, _) => return Act::Keep(Keep::BadBlank),
            (Key::Made { grant: Some(grant), .. }, _) => grant,
        };
        if Some(grant) != self.grant {
            return Act::Keep(Keep::BadBlank);
        }
        if !is_paid && !self.may_go_on() {
            return Act::Keep(Keep::Unfunded);
        }
        if self.was_not_taken {
            return Act::Keep(Keep::NotTaken);
        }
        if !online {
            return match self.registration {
                Registration::Queued => Act::Present,
                _ => Act::Queue,
            };
        }
        match (self.registration, self.payment) {
            (Registration::Refused, _) => Act::Keep(Keep::Refused),
            (Registration::None | Registration::Queued | Registration::Sent, _) => Act::Register,
            (Registration::Final, Payment::None | Payment::Awaited) => Act::AwaitPayment,
            (Registration::Final, Payment::NotKnown) => Act::Keep(Keep::Abandoned),
            (Registration::Final, Payment::TimedOut | Payment::Wrong(_)) => Act::Keep(Keep::Unfunded),
            (Registration::Final, Payment::Final(_)) => self.hand_over(),
        }
    }

    /// Why a card is kept whose money goes back.
    const fn why_kept(&self) -> Keep {
        match (self.was_not_taken, self.print, self.payment) {
            (true, _, _) => Keep::NotTaken,
            (_, Print::Spoilt, _) => Keep::Spoilt,
            (_, _, Payment::Wrong(_)) => Keep::Unfunded,
            _ => Keep::Abandoned,
        }
    }

    /// A carrier that holds what it should goes to the customer, with its print.
    fn hand_over(&self) -> Act {
        match self.print {
            Print::Spoilt => Act::Keep(Keep::Spoilt),
            _ if !self.customer_is_here => Act::Keep(Keep::Abandoned),
            Print::None if self.request.print => Act::Print,
            Print::None | Print::Done => Act::Present,
        }
    }

    /// Whether anybody is there for whom to go on.
    const fn may_go_on(&self) -> bool {
        self.customer_is_here && self.refusal.is_none()
    }

    /// Whether nothing more is done with the customer's own card.
    const fn goes_back(&self) -> bool {
        !self.may_go_on() || self.was_not_taken
    }

    /// The customer's own card goes back, unless it cannot.
    const fn give_back(&self) -> Act {
        if self.was_not_taken {
            Act::Keep(Keep::NotTaken)
        } else if self.customer_is_here {
            Act::Present
        } else {
            Act::Keep(Keep::Abandoned)
        }
    }

    fn fund(&self) -> Act {
        if self.goes_back() {
            return self.give_back_or_keep();
        }
        match (self.payment, self.standing) {
            (Payment::Final(_), _) => match self.print {
                Print::None if self.request.print => Act::Print,
                // It is the customer's own card, and worth what the chain says.
                Print::None | Print::Done | Print::Spoilt => self.give_back(),
            },
            (Payment::TimedOut | Payment::Wrong(_) | Payment::NotKnown, _) => Act::GiveUp(Refusal::NotPaid),
            (Payment::Awaited, _) | (Payment::None, None) => Act::AskChain,
            (Payment::None, Some(Standing::Unknown)) => Act::GiveUp(Refusal::Offline),
            (Payment::None, Some(Standing::Counterfeit)) => Act::GiveUp(Refusal::Counterfeit),
            (Payment::None, Some(Standing::Stopped)) => Act::GiveUp(Refusal::Stopped),
            (Payment::None, Some(Standing::Locked)) => self.unlock(),
            (Payment::None, Some(Standing::OtherCurrency)) => Act::GiveUp(Refusal::OtherCurrency),
            (Payment::None, Some(Standing::Unregistered)) => Act::GiveUp(Refusal::NotRegistered),
            (Payment::None, Some(Standing::Safe(_) | Standing::Doubtful)) => Act::GiveUp(Refusal::NotEmpty),
            (Payment::None, Some(Standing::Empty)) if self.cash == Cash::Due => Act::HoldCash,
            (Payment::None, Some(Standing::Empty)) => Act::AwaitPayment,
        }
    }

    /// A card that its holder has locked is unlocked, if the customer knows its code.
    const fn unlock(&self) -> Act {
        match self.unlock_tried {
            false => Act::Unlock,
            true => Act::GiveUp(Refusal::Locked),
        }
    }

    fn query(&self) -> Act {
        match self.standing {
            _ if self.goes_back() => self.give_back_or_keep(),
            None => Act::AskChain,
            Some(Standing::Counterfeit) => Act::GiveUp(Refusal::Counterfeit),
            Some(Standing::Unknown) => Act::GiveUp(Refusal::Offline),
            // What it is was asked, and that is an answer: whoever wants it otherwise can have it unlocked.
            Some(Standing::Locked) if !self.unlock_tried => Act::Unlock,
            Some(
                Standing::Safe(_)
                | Standing::Empty
                | Standing::Unregistered
                | Standing::Doubtful
                | Standing::Stopped
                | Standing::Locked
                | Standing::OtherCurrency,
            ) => self.give_back(),
        }
    }

    fn cash_out(&self, card: &Card, keep: bool) -> Act {
        match self.spend {
            // What was signed must reach the chain, whoever is there to see it.
            Spend::Signed { .. } if !self.claims.contains(&Claim::SpendNotKnown) => return Act::SendOrder,
            Spend::Final(_) if keep => return Act::Keep(Keep::GivenBack),
            Spend::Final(_) | Spend::Signed { .. } => return self.give_back(),
            // The power went while the card signed: what it has signed, anybody who has the card gets of it.
            Spend::Asked if self.claims.contains(&Claim::SpendNotKnown) => return self.give_back(),
            Spend::Asked if matches!(card.key, Key::Made { .. }) => return Act::SignOrder,
            Spend::None | Spend::Asked | Spend::Dead => {}
        }
        if self.goes_back() {
            return self.give_back_or_keep();
        }
        match (self.spend, self.standing) {
            (Spend::Dead, _) => Act::GiveUp(Refusal::NotSpent),
            (_, None) => Act::AskChain,
            (_, Some(Standing::Unknown)) => Act::GiveUp(Refusal::Offline),
            (_, Some(Standing::Counterfeit)) => Act::GiveUp(Refusal::Counterfeit),
            (_, Some(Standing::Stopped)) => Act::GiveUp(Refusal::Stopped),
            (_, Some(Standing::Locked)) => self.unlock(),
            (_, Some(Standing::OtherCurrency)) => Act::GiveUp(Refusal::OtherCurrency),
            (_, Some(Standing::Unregistered)) => Act::GiveUp(Refusal::NotRegistered),
            (_, Some(Standing::Empty)) => Act::GiveUp(Refusal::Empty),
            (_, Some(Standing::Safe(_) | Standing::Doubtful)) => match card.key {
                Key::Made { .. } => Act::SignOrder,
                Key::None | Key::Ordered { .. } => Act::GiveUp(Refusal::Empty),
            },
        }
    }

    /// A fake is kept; any other card of the customer's goes back.
    fn give_back_or_keep(&self) -> Act {
        match self.standing {
            Some(Standing::Counterfeit) => Act::Keep(Keep::Counterfeit),
            _ => self.give_back(),
        }
    }

    /// The card is where it stays: what is left is the cash and the receipt. `None`: nothing.
    fn settle(&self) -> Option<Act> {
        match self.cash {
            Cash::Held if self.is_fulfilled() => Some(Act::StackCash),
            Cash::Held if self.customer_is_here => Some(Act::ReturnCash),
            // For somebody who comes back for it.
            Cash::Held => Some(Act::StackCash),
            _ if !self.receipt => Some(Act::Receipt),
            _ => None,
        }
    }

    fn how_it_ended(&self) -> Ending {
        match (self.claims.is_empty(), self.refusal) {
            (false, _) => Ending::Claimed,
            (true, None) if self.is_fulfilled() => Ending::Done,
            (true, _) => Ending::Refused,
        }
    }
}

impl Move {
    /// Where a card is that is at neither sensor.
    pub(super) const fn out_of_sight(self) -> Place {
        match self {
            // It never came.
            Self::Picked => Place::Nowhere,
            // In somebody's hand, on the floor, or between two sensors.
            Self::Swallowed | Self::Presented | Self::Awaited | Self::Retracted => Place::Unknown,
            // That way goes only forward.
            Self::Kept => Place::Kept,
        }
    }
}
