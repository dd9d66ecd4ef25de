//! From what an act did to the facts.

use super::{
    act::{Act, Fault, Outcome},
    facts::{
        Card, Case, Cash, CashMove, Claim, Genuine, Key, Move, Payer, Payment, Place, Print, Refusal, Registration,
        Spend, Standing,
    },
};
use specie_device::{Keep, Spot};

/// How often in a row a device may not know what it has done, before it counts as broken.
const MAX_DOUBTS: u8 = 3;

impl Case {
    /// The act begins: what it is about is in doubt from now on, until it is learned what came of it.
    pub(crate) fn begun(&mut self, act: &Act) {
        match act {
            Act::Pick(_) => self.place = Place::Moving(Move::Picked),
            Act::Swallow => self.place = Place::Moving(Move::Swallowed),
            Act::Present => self.place = Place::Moving(Move::Presented),
            Act::AwaitTaken => self.place = Place::Moving(Move::Awaited),
            Act::Retract => self.place = Place::Moving(Move::Retracted),
            Act::Keep(keep) => {
                self.keep = Some(*keep);
                self.place = Place::Moving(Move::Kept);
            }
            Act::Initialise { grant } => {
                self.grant = Some(*grant);
                if let Some(card) = &mut self.card {
                    card.key = Key::Ordered { grant: *grant };
                }
            }
            Act::AwaitPayment => self.payment = Payment::Awaited,
            Act::Register => self.registration = Registration::Sent,
            Act::SignOrder => self.spend = Spend::Asked,
            Act::HoldCash => self.cash = Cash::Moving(CashMove::In),
            Act::ReturnCash => self.cash = Cash::Moving(CashMove::Back),
            Act::StackCash => self.cash = Cash::Moving(CashMove::ToSafe),
            // Nobody can tell how far it came.
            Act::Print => self.print = Print::Spoilt,
            Act::FindCard
            | Act::Read
            | Act::Queue
            | Act::AskChain
            | Act::FindPayer
            | Act::Unlock
            | Act::SendOrder
            | Act::CountCash
            | Act::GiveUp(_)
            | Act::Receipt => {}
        }
    }

    /// The customer has gone, or presses the key that ends it all.
    pub fn customer_leaves(&mut self) {
        self.customer_is_here = false;
    }

    /// It does not come to an end, by a fault of this program: people have to look at everything that is not certain.
    pub(crate) fn given_up(&mut self) {
        self.refusal.get_or_insert(Refusal::Jam);
        if matches!(self.place, Place::Moving(_) | Place::Station | Place::Exit) {
            self.arrived(Place::Unknown);
        }
        if matches!(self.cash, Cash::Moving(_) | Cash::Held) {
            self.claim(Claim::CashNotFound);
            self.cash = Cash::Unknown;
        }
        if matches!(self.payment, Payment::Awaited | Payment::NotKnown) {
            self.claim(Claim::PaymentNotKnown);
            self.payment = Payment::NotKnown;
        }
        if matches!(self.spend, Spend::Signed { .. } | Spend::Asked) {
            self.claim(Claim::SpendNotKnown);
        }
    }

    /// The act has ended so.
    pub(crate) fn learned(&mut self, act: &Act, outcome: Outcome) {
        match (act, outcome) {
            (Act::FindCard, Outcome::Found(spot)) => self.found(spot),
            // The sensors fail: only the operator finds it.
            (Act::FindCard, _) => self.arrived(Place::Unknown),
            (
                Act::Pick(_) | Act::Swallow | Act::Present | Act::AwaitTaken | Act::Retract | Act::Keep(_),
                outcome,
            ) => self.moved(act, outcome),
            // What is at the station is another card than the one that this case is about.
            (Act::Read | Act::Initialise { .. }, Outcome::Mismatch) => {
                self.claim(Claim::CardNotFound);
                self.keep = Some(Keep::NotTaken);
            }
            (Act::Read | Act::Initialise { .. }, Outcome::Card(card)) => {
                if self.was_not_taken && card.genuine == Genuine::No {
                    // It was better when it went out.
                    self.claim(Claim::CardNotFound);
                }
                self.card = Some(card);
                self.standing = None;
            }
            (Act::HoldCash | Act::StackCash | Act::ReturnCash | Act::CountCash, outcome) => {
                self.paid_cash(act, outcome)
            }
            (Act::Register, Outcome::Done) => self.registration = Registration::Final,
            (Act::Register, Outcome::Failed(Fault::ChainRefuses)) => self.registration = Registration::Refused,
            // The card does not say what is to be registered.
            (Act::Register, Outcome::Failed(Fault::NoCarrier | Fault::CardRefuses)) => {
                self.refusal = Some(Refusal::NoCarrier)
            }
            (Act::Register, _) => self.refusal = Some(Refusal::Offline),
            (Act::Queue, Outcome::Done) => self.registration = Registration::Queued,
            // The card does not say what is to be registered.
            (Act::Queue, _) => self.refusal = Some(Refusal::NoCarrier),
            (Act::AskChain, outcome) => self.told(match outcome {
                Outcome::Standing(standing) => standing,
                _ => Standing::Unknown,
            }),
            (Act::Unlock, outcome) => {
                self.unlock_tried = true;
                if !matches!(outcome, Outcome::Failed(_)) {
                    // The card says how it stands now.
                    self.standing = None;
                }
            }
            (Act::AwaitPayment, Outcome::Paid(amount)) => self.payment = Payment::Final(amount),
            (Act::AwaitPayment, Outcome::PaidOtherwise(amount)) => {
                self.payment = Payment::Wrong(amount);
                self.refusal = Some(Refusal::NotPaid);
            }
            // Something came, and is not final; or nobody can say.
            (Act::AwaitPayment, Outcome::Standing(standing)) => self.told(standing),
            (Act::AwaitPayment, Outcome::Unknown) => self.told(Standing::Unknown),
            (Act::AwaitPayment, outcome) => {
                self.payment = Payment::TimedOut;
                self.refusal = Some(Refusal::NotPaid);
                if outcome == Outcome::Stray {
                    self.claim(Claim::OtherMoney);
                }
            }
            (Act::FindPayer, Outcome::Payer(Some(payer))) => self.payer = Payer::Known(payer),
            (Act::FindPayer, _) => self.payer = Payer::NotKnown,
            (Act::SignOrder, Outcome::Signed { sequence, until }) => self.spend = Spend::Signed { sequence, until },
            // It may have signed, and does not say so: then the blocks say it.
            (Act::SignOrder, Outcome::Unknown) => {
                self.claim(Claim::SpendNotKnown);
                self.refusal.get_or_insert(Refusal::NotSpent);
            }
            // Not paid back: the card is kept, and what is on it is a claim.
            (Act::SignOrder, _) if self.pays_back() => (self.spend, self.payer) = (Spend::None, Payer::NotKnown),
            (Act::SignOrder, outcome) => {
                self.spend = Spend::None;
                self.refusal = Some(match outcome {
                    Outcome::Failed(Fault::TooLittle) => Refusal::TooLittle,
                    Outcome::Failed(Fault::ToItself) => Refusal::ToItself,
                    Outcome::Failed(Fault::CannotPay) => Refusal::CannotPay,
                    Outcome::Failed(Fault::Offline) => Refusal::Offline,
                    _ => Refusal::NotSpent,
                });
            }
            (Act::SendOrder, Outcome::Spent(amount)) => self.spend = Spend::Final(amount),
            (Act::SendOrder, Outcome::Failed(Fault::ChainRefuses)) => self.spend = Spend::Dead,
            (Act::SendOrder, outcome) => {
                // Who refuses it now may take it later.
                let refused = outcome == Outcome::Unknown;
                self.refusal.get_or_insert(if refused { Refusal::NotSpent } else { Refusal::Offline });
                self.claim(Claim::SpendNotKnown);
            }
            (Act::Print, Outcome::Done) => self.print = Print::Done,
            (Act::Print, _) => self.spoil(),
            (Act::GiveUp(refusal), _) => self.refusal = Some(*refusal),
            (Act::Receipt, _) => self.receipt = true,
            (Act::Read | Act::Initialise { .. }, _) => self.silent(),
        }
    }

    /// The chain's word on the carrier, and on a payment that may have come while nobody looked.
    fn told(&mut self, standing: Standing) {
        self.standing = Some(standing);
        if self.payment != Payment::Awaited {
            return;
        }
        self.payment = match standing {
            Standing::Safe(amount) if self.request.kind.amount().is_some_and(|wanted| !amount.covers(&wanted)) => {
                self.refusal = Some(Refusal::NotPaid);
                Payment::Wrong(amount)
            }
            Standing::Safe(amount) => Payment::Final(amount),
            Standing::Empty => Payment::TimedOut,
            Standing::Unregistered
            | Standing::Doubtful
            | Standing::Stopped
            | Standing::Locked
            | Standing::OtherCurrency
            | Standing::Counterfeit
            | Standing::Unknown => {
                self.claim(Claim::PaymentNotKnown);
                Payment::NotKnown
            }
        };
    }

    fn spoil(&mut self) {
        self.print = Print::Spoilt;
        if !self.is_customers_card() {
            self.refusal = Some(Refusal::Spoilt);
        }
    }

    fn moved(&mut self, act: &Act, outcome: Outcome) {
        let (from, to) = match act {
            Act::Pick(_) | Act::Swallow => (Place::Nowhere, Place::Station),
            Act::Present => (Place::Station, Place::Exit),
            Act::AwaitTaken => (Place::Exit, Place::Customer),
            Act::Retract => (Place::Exit, Place::Station),
            _ => (Place::Station, Place::Kept),
        };
        match outcome {
            Outcome::Done => {
                self.doubts = 0;
                if act == &Act::Retract {
                    self.came_back();
                }
                self.arrived(to);
            }
            Outcome::Failed(fault) => {
                self.doubts = 0;
                self.place = from;
                match (act, fault) {
                    (Act::Pick(_), Fault::Jam) => self.refusal = Some(Refusal::Jam),
                    (Act::Pick(_), _) => self.refusal = Some(Refusal::NoBlank),
                    (Act::Swallow, Fault::Jam) => self.refusal = Some(Refusal::Jam),
                    (Act::Swallow, _) => self.refusal = Some(Refusal::NoCarrier),
                    (Act::AwaitTaken, _) => {
                        self.was_not_taken = true;
                        self.customer_is_here = false;
                    }
                    // At the exit still, where anybody can take it.
                    (Act::Retract, _) => self.arrived(Place::Unknown),
                    // Stuck, with the card where it was: nobody but the operator gets it out.
                    _ => self.stuck(),
                }
            }
            // In doubt: to be found.
            _ => self.doubts = self.doubts.saturating_add(1),
        }
    }

    fn found(&mut self, spot: Spot) {
        let Place::Moving(on_the_way) = self.place else { return };
        let is_hopeless = self.doubts >= MAX_DOUBTS;
        if spot == Spot::Station && on_the_way == Move::Retracted {
            self.came_back();
        }
        match spot {
            // The device never knows, and nothing moves.
            Spot::Station if is_hopeless => self.stuck(),
            // Anybody can take it there.
            Spot::Exit if is_hopeless => self.arrived(Place::Unknown),
            Spot::Neither if is_hopeless && on_the_way == Move::Picked => {
                self.place = Place::Nowhere;
                self.refusal.get_or_insert(Refusal::Jam);
            }
            // A blank has gone too far: back in.
            Spot::Exit if on_the_way == Move::Picked => {
                self.was_not_taken = true;
                self.arrived(Place::Exit);
            }
            // It never went in.
            Spot::Exit if on_the_way == Move::Swallowed => {
                self.refusal.get_or_insert(Refusal::NoCarrier);
                self.arrived(Place::Exit);
            }
            Spot::Station => self.arrived(Place::Station),
            Spot::Exit => self.arrived(Place::Exit),
            Spot::Neither => self.arrived(on_the_way.out_of_sight()),
        }
    }

    /// It was where the customer could reach it: whether it is the same card has to be read.
    fn came_back(&mut self) {
        self.card = None;
    }

    fn arrived(&mut self, place: Place) {
        self.place = place;
        match place {
            Place::Kept => self.kept(),
            Place::Unknown => {
                self.refusal.get_or_insert(Refusal::CustomerGone);
                self.claim(Claim::CardNotFound);
            }
            Place::Nowhere | Place::Moving(_) | Place::Station | Place::Exit | Place::Customer => {}
        }
    }

    /// The machine keeps a card. A bad blank makes room for another one; any other is the end of it.
    fn kept(&mut self) {
        match self.keep {
            Some(Keep::BadBlank) if self.may_hold_money() => self.claim_card(),
            Some(Keep::BadBlank) if self.refusal.is_none() => {
                self.bad_blanks = self.bad_blanks.saturating_add(1);
                (self.place, self.card, self.keep) = (Place::Nowhere, None, None);
            }
            Some(Keep::GivenBack) => {}
            Some(Keep::Counterfeit) => {
                self.refusal.get_or_insert(Refusal::Counterfeit);
            }
            Some(Keep::Refused) => {
                self.refusal.get_or_insert(Refusal::ChainRefuses);
            }
            Some(Keep::BadBlank) => {}
            _ => {
                self.refusal.get_or_insert(Refusal::CustomerGone);
                self.claim_card();
            }
        }
    }

    /// A mechanism holds the card: as good as kept, for the operator opens the machine.
    fn stuck(&mut self) {
        if self.was_not_taken && self.card.is_none() {
            // Nobody has read it since it was at the exit.
            self.claim(Claim::CardNotFound);
        }
        self.keep.get_or_insert(Keep::NotTaken);
        self.place = Place::Kept;
        self.refusal.get_or_insert(Refusal::Jam);
        self.claim_card();
    }

    /// The machine has what may be somebody's.
    fn claim_card(&mut self) {
        if self.may_hold_money() {
            self.claim(Claim::MoneyOnKeptCard);
        } else if self.is_customers_card() {
            self.claim(Claim::KeptCard);
        }
    }

    /// What is at the station does not talk.
    fn silent(&mut self) {
        if self.spend == Spend::Asked {
            self.claim(Claim::SpendNotKnown);
        }
        if self.was_not_taken {
            // Or it is not the card that was at the exit.
            self.claim(Claim::CardNotFound);
        }
        if self.is_customers_card() {
            self.refusal = Some(Refusal::NoCarrier);
            // Whatever it is, it is the customer's.
            self.keep = None;
            self.card = Some(Card { genuine: Genuine::NotKnown, key: Key::None });
        } else if self.may_hold_money() {
            self.keep = Some(Keep::Abandoned);
        } else {
            self.keep = Some(Keep::BadBlank);
        }
    }

    fn paid_cash(&mut self, act: &Act, outcome: Outcome) {
        self.cash = match (act, outcome) {
            (Act::HoldCash, Outcome::Done) => Cash::Held,
            (Act::HoldCash, Outcome::Failed(_)) => {
                self.refusal = Some(Refusal::NoFee);
                Cash::None
            }
            (Act::StackCash, Outcome::Done) => self.taken(),
            (Act::ReturnCash, Outcome::Done) => Cash::Returned,
            (Act::StackCash | Act::ReturnCash, Outcome::Failed(_)) => {
                self.claim(Claim::CashNotFound);
                Cash::Unknown
            }
            (Act::CountCash, Outcome::Counted(true)) if self.doubts >= MAX_DOUBTS => {
                self.claim(Claim::CashNotFound);
                Cash::Unknown
            }
            (Act::CountCash, Outcome::Counted(true)) => Cash::Held,
            (Act::CountCash, Outcome::Counted(false)) => match self.cash {
                Cash::Moving(CashMove::ToSafe) => self.taken(),
                // It never came.
                Cash::Moving(CashMove::In) => {
                    self.refusal.get_or_insert(Refusal::NoFee);
                    Cash::None
                }
                _ => Cash::Returned,
            },
            (Act::CountCash, _) => {
                self.claim(Claim::CashNotFound);
                Cash::Unknown
            }
            (_, _) => {
                self.doubts = self.doubts.saturating_add(1);
                self.cash
            }
        };
    }

    fn taken(&mut self) -> Cash {
        if !self.is_fulfilled() {
            self.claim(Claim::Cash);
        }
        Cash::Taken
    }
}
