//! A machine, its cards, its customer and a chain, as plain data: what really is, whatever the case believes.

use specie_atm::case::{Act, Card, Case, Fault, Genuine, Key, Kind, Outcome, PaidBy, Spend, Standing};
use specie_device::{Bin, Keep, Spot};
use specie_link::money::Money;
use specie_procedure::play::Chances;
use std::collections::{BTreeMap, BTreeSet};

/// A card, by what is true of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plastic {
    pub id: u32,
    pub genuine: bool,
    /// Answers nothing.
    pub dead: bool,
    pub grant: Option<u32>,
    pub sequence: u32,
    pub printed: bool,
    pub locked: bool,
}

impl Plastic {
    pub fn carrier(&self) -> Option<[u8; 32]> {
        self.grant.map(|_| {
            let mut id = [0; 32];
            id[..4].copy_from_slice(&self.id.to_le_bytes());
            id
        })
    }
}

/// What really is.
pub struct World {
    pub bin: Vec<Plastic>,
    pub station: Option<Plastic>,
    pub exit: Option<Plastic>,
    pub customer: Vec<Plastic>,
    pub kept: Vec<(Keep, Plastic)>,
    /// Cash: in the customer's hand, in the acceptor, in the safe.
    pub purse: u64,
    pub acceptor: u64,
    pub safe: u64,
    pub balances: BTreeMap<[u8; 32], u128>,
    pub registered: BTreeMap<u32, [u8; 32]>,
    /// What orders have paid.
    pub paid_out: u128,
    /// What customers have paid onto carriers.
    pub paid_in: u128,
    /// The order that the machine has in its journal.
    pub order: Option<([u8; 32], u32)>,
    pub executed: BTreeSet<([u8; 32], u32)>,
    pub receipts: u32,
    pub presented: Vec<u32>,
    /// The carrier at the station as the machine first read it.
    pub known: Option<[u8; 32]>,
    /// How many cards, and how much cash, there were at first.
    pub at_first: (usize, u64),
}

pub const AMOUNT: u128 = 100;
pub const FEE: u64 = 5;
pub const BIN: Bin = Bin(0);

/// The customer's cards: the one that a case is about, and another one.
const OWN: u32 = 100;
const OTHER: u32 = 101;

impl World {
    /// A full bin, in which some blanks are not as they should be, and a customer with a carrier that holds `amount`.
    pub fn new(chances: &mut Chances, amount: u128) -> Self {
        let blank = |id, genuine, dead| Plastic {
            id,
            genuine,
            dead,
            grant: None,
            sequence: 0,
            printed: false,
            locked: false,
        };
        let bin = (1..=8).map(|id| blank(id, !chances.happens(9), chances.happens(9))).collect();
        let own = Plastic {
            grant: Some(1_000),
            genuine: !chances.happens(8),
            dead: chances.happens(12),
            locked: chances.happens(6),
            ..blank(OWN, true, false)
        };
        let balances = own.carrier().map(|carrier| (carrier, amount)).into_iter().collect();
        let mut world = Self {
            bin,
            station: None,
            exit: None,
            // Another one, to be pushed in where the first came out.
            customer: vec![Plastic { id: OTHER, dead: chances.happens(3), ..own.clone() }, own],
            kept: Vec::new(),
            purse: 50,
            acceptor: 0,
            safe: 0,
            balances,
            registered: BTreeMap::new(),
            paid_out: 0,
            paid_in: amount,
            order: None,
            executed: BTreeSet::new(),
            receipts: 0,
            presented: Vec::new(),
            known: None,
            at_first: (0, 0),
        };
        world.at_first = (world.cards(), world.cash());
        world
    }

    /// How many cards there are, wherever they are.
    pub fn cards(&self) -> usize {
        self.bin.len()
            + self.customer.len()
            + self.kept.len()
            + usize::from(self.station.is_some())
            + usize::from(self.exit.is_some())
    }

    pub fn cash(&self) -> u64 {
        self.purse + self.acceptor + self.safe
    }

    pub fn balance(&self, carrier: [u8; 32]) -> u128 {
        self.balances.get(&carrier).copied().unwrap_or(0)
    }

    /// Does an act, or fails at it.
    pub fn do_act(&mut self, act: &Act, case: &Case, chances: &mut Chances) -> Outcome {
        let fault = |fault| Outcome::Failed(fault);
        match act {
            Act::Pick(_) if chances.happens(12) => fault(Fault::Jam),
            Act::Pick(_) => match self.bin.pop() {
                Some(card) => {
                    self.known = None;
                    self.station = Some(card);
                    Outcome::Done
                }
                None => fault(Fault::Nothing),
            },
            Act::Swallow => match self.customer.pop() {
                Some(card) if !chances.happens(10) => {
                    self.station = Some(card);
                    Outcome::Done
                }
                card => {
                    self.customer.extend(card);
                    fault(Fault::Nothing)
                }
            },
            Act::FindCard => Outcome::Found(match (&self.station, &self.exit) {
                (Some(_), _) => Spot::Station,
                (None, Some(_)) => Spot::Exit,
                (None, None) => Spot::Neither,
            }),
            Act::Read => self.read(case, chances),
            Act::Initialise { grant } => match &mut self.station {
                Some(card) if !card.dead && card.grant.is_none() && !chances.happens(12) => {
                    card.grant = Some(*grant);
                    self.read(case, chances)
                }
                _ => fault(Fault::CardRefuses),
            },
            Act::Register => self.register(chances),
            Act::Queue => Outcome::Done,
            Act::AskChain => self.ask(chances),
            Act::AwaitPayment => self.pay(chances),
            Act::FindPayer if chances.happens(4) => Outcome::Payer(None),
            Act::FindPayer => {
                let carrier = self.station.as_ref().and_then(Plastic::carrier);
                let paid = Money::native(carrier.map_or(0, |carrier| self.balance(carrier)));
                Outcome::Payer(Some(PaidBy { account: [8; 32], paid }))
            }
            Act::Unlock => self.unlock(chances),
            Act::SignOrder => self.sign(chances),
            Act::SendOrder => self.send(chances),
            Act::HoldCash => {
                if chances.happens(6) {
                    return fault(Fault::TimedOut);
                }
                self.purse -= FEE;
                self.acceptor += FEE;
                Outcome::Done
            }
            Act::StackCash if chances.happens(15) => fault(Fault::Jam),
            Act::StackCash => {
                self.safe += std::mem::take(&mut self.acceptor);
                Outcome::Done
            }
            Act::ReturnCash if chances.happens(15) => fault(Fault::Jam),
            Act::ReturnCash => {
                self.purse += std::mem::take(&mut self.acceptor);
                Outcome::Done
            }
            Act::CountCash => Outcome::Counted(self.acceptor > 0),
            Act::Print => match &mut self.station {
                Some(card) if !chances.happens(8) => {
                    card.printed = true;
                    if chances.happens(10) {
                        Outcome::Mismatch
                    } else {
                        Outcome::Done
                    }
                }
                _ => fault(Fault::Jam),
            },
            Act::Present if chances.happens(12) => fault(Fault::Jam),
            Act::Present => {
                self.presented.extend(self.station.as_ref().map(|card| card.id));
                self.exit = self.station.take();
                Outcome::Done
            }
            Act::AwaitTaken if chances.happens(5) => fault(Fault::TimedOut),
            Act::AwaitTaken => {
                self.customer.extend(self.exit.take());
                Outcome::Done
            }
            Act::Retract if chances.happens(12) => {
                // Stuck between the rollers.
                fault(Fault::Jam)
            }
            Act::Retract => {
                if chances.happens(3) {
                    self.swap();
                }
                self.station = self.exit.take();
                Outcome::Done
            }
            Act::Keep(_) if chances.happens(15) => fault(Fault::Jam),
            Act::Keep(keep) => {
                self.kept.extend(self.station.take().map(|card| (*keep, card)));
                Outcome::Done
            }
            Act::GiveUp(_) => Outcome::Done,
            Act::Receipt => {
                self.receipts += 1;
                Outcome::Done
            }
        }
    }

    /// Somebody takes the card at the exit, and holds another one there.
    fn swap(&mut self) {
        let other = self.customer.iter().position(|card| card.id == OTHER);
        if let (Some(taken), Some(other)) = (self.exit.take(), other) {
            self.exit = Some(self.customer.remove(other));
            self.customer.push(taken);
        }
    }

    fn read(&mut self, case: &Case, chances: &mut Chances) -> Outcome {
        let shown = self.station.as_ref().filter(|card| card.genuine && !card.dead).map(Plastic::carrier);
        match (self.known, shown) {
            (Some(known), Some(shown)) if shown != Some(known) => return Outcome::Mismatch,
            (None, Some(shown)) => self.known = shown,
            _ => {}
        }
        match &self.station {
            Some(card) if !card.dead && !chances.happens(14) => Outcome::Card(Card {
                genuine: if card.genuine { Genuine::Yes } else { Genuine::No },
                key: match (card.grant, card.carrier()) {
                    (Some(grant), Some(carrier)) => Key::Made {
                        carrier,
                        sequence: card.sequence,
                        // Over which grant a key was made the machine can tell of its own only.
                        grant: (case.grant == Some(grant)).then_some(grant),
                    },
                    _ => Key::None,
                },
            }),
            _ => Outcome::Failed(Fault::NoCarrier),
        }
    }

    fn register(&mut self, chances: &mut Chances) -> Outcome {
        let Some((grant, carrier)) = self.station.as_ref().and_then(|card| Some((card.grant?, card.carrier()?)))
        else {
            return Outcome::Failed(Fault::NoCarrier);
        };
        if chances.happens(8) {
            return Outcome::Failed(Fault::Offline);
        }
        match self.registered.get(&grant) {
            Some(known) if *known != carrier => Outcome::Failed(Fault::ChainRefuses),
            Some(_) => Outcome::Done,
            None if chances.happens(12) => Outcome::Failed(Fault::ChainRefuses),
            None => {
                self.registered.insert(grant, carrier);
                Outcome::Done
            }
        }
    }

    fn ask(&mut self, chances: &mut Chances) -> Outcome {
        let Some(card) = &self.station else { return Outcome::Failed(Fault::NoCarrier) };
        if chances.happens(8) {
            return Outcome::Standing(Standing::Unknown);
        }
        let balance = card.carrier().map_or(0, |carrier| self.balance(carrier));
        Outcome::Standing(match (card.genuine, balance) {
            (false, _) => Standing::Counterfeit,
            (true, _) if card.locked => Standing::Locked,
            (true, 0) => Standing::Empty,
            (true, _) if chances.happens(6) => Standing::Doubtful,
            (true, _) if chances.happens(11) => Standing::OtherCurrency,
            (true, balance) => Standing::Safe(Money::native(balance)),
        })
    }

    fn pay(&mut self, chances: &mut Chances) -> Outcome {
        let carrier = self.station.as_ref().and_then(Plastic::carrier);
        let Some(carrier) = carrier else { return Outcome::Failed(Fault::NoCarrier) };
        // Paid before, while nobody looked.
        let held = self.balance(carrier);
        if held == 0 {
            if chances.happens(5) {
                return Outcome::Failed(Fault::TimedOut);
            }
            let amount = if chances.happens(9) { AMOUNT / 2 } else { AMOUNT };
            self.balances.insert(carrier, amount);
            self.paid_in += amount;
        }
        match self.balance(carrier) {
            AMOUNT => Outcome::Paid(Money::native(AMOUNT)),
            other => Outcome::PaidOtherwise(Money::native(other)),
        }
    }

    fn unlock(&mut self, chances: &mut Chances) -> Outcome {
        match &mut self.station {
            Some(card) if !card.dead && !chances.happens(3) => {
                card.locked = false;
                // Whether it was, the machine does not get to know.
                if chances.happens(6) {
                    Outcome::Unknown
                } else {
                    Outcome::Done
                }
            }
            Some(_) if chances.happens(2) => Outcome::Failed(Fault::TimedOut),
            _ => Outcome::Failed(Fault::CardRefuses),
        }
    }

    fn sign(&mut self, chances: &mut Chances) -> Outcome {
        match &mut self.station {
            Some(card) if card.locked => Outcome::Failed(Fault::CardRefuses),
            Some(card) if !card.dead && !chances.happens(8) => {
                // Whether it has signed, the machine does not get to know.
                if chances.happens(10) {
                    return Outcome::Unknown;
                }
                card.sequence += 1;
                let Some(carrier) = card.carrier() else { return Outcome::Failed(Fault::CardRefuses) };
                self.order = Some((carrier, card.sequence));
                Outcome::Signed { sequence: card.sequence, until: 1_000 }
            }
            _ => Outcome::Failed(Fault::CardRefuses),
        }
    }

    fn send(&mut self, chances: &mut Chances) -> Outcome {
        let Some((carrier, sequence)) = self.order else { return Outcome::Failed(Fault::ChainRefuses) };
        if chances.happens(6) {
            return Outcome::Failed(Fault::Offline);
        }
        if chances.happens(12) {
            return Outcome::Failed(Fault::ChainRefuses);
        }
        if self.executed.insert((carrier, sequence)) {
            let amount = self.balances.insert(carrier, 0).unwrap_or(0);
            self.paid_out += amount;
            return Outcome::Spent(Money::native(amount));
        }
        Outcome::Spent(Money::native(0))
    }

    /// What may happen while there is no power.
    pub fn without_power(&mut self, chances: &mut Chances) {
        if chances.happens(2) {
            self.customer.extend(self.exit.take());
        }
    }

    /// A signature that was lost with the power.
    pub fn forget(&mut self, case: &Case) {
        if !matches!(case.spend, Spend::Signed { .. }) {
            self.order = None;
        }
    }

    /// Only what makes or fills a carrier costs a fee.
    pub const fn needs_no_fee(case: &Case) -> bool {
        matches!(case.request.kind, Kind::Query | Kind::CashOut { .. })
    }

    /// Whether the customer brought it for the case.
    pub fn is_own(card: &Plastic) -> bool {
        card.id == OWN
    }

    /// Whether it was in the bin.
    pub fn is_blank(card: &Plastic) -> bool {
        card.id < OWN
    }
}

/// What a case is about, at random.
pub fn kind(of: u8) -> (Kind, u128) {
    match of {
        0 => (Kind::Issue { bin: BIN, amount: Money::native(AMOUNT) }, 0),
        1 => (Kind::IssueOffline { bin: BIN, amount: Money::native(AMOUNT) }, 0),
        2 => (Kind::Fund { amount: Money::native(AMOUNT) }, 0),
        3 => (Kind::Query, AMOUNT),
        4 => (Kind::CashOut { to: [9; 32], keep: false }, AMOUNT),
        _ => (Kind::CashOut { to: [9; 32], keep: true }, AMOUNT),
    }
}
