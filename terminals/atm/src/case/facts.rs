//! What is known about a case.

use serde::{Deserialize, Serialize};
use specie_device::{Bin, Keep};
use specie_link::money::Money;
use specie_primitives::BlockNumber;

/// What the customer wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A new carrier with `amount` on it, from this bin. The machine is online.
    Issue {
        /// The bin.
        bin: Bin,
        /// What it is to hold.
        amount: Money,
    },
    /// A new carrier without money from this bin, to be registered when the machine is online again (F5).
    IssueOffline {
        /// The bin.
        bin: Bin,
        /// What it is meant to hold.
        amount: Money,
    },
    /// Money onto a carrier that the customer puts in: one without, or a cashed one (F6, F19).
    Fund {
        /// What it is to hold.
        amount: Money,
    },
    /// What a carrier that the customer puts in is worth (F11, F14).
    Query,
    /// All the money of a carrier that the customer puts in, to an account (F12). `keep`: the customer gives the card back.
    CashOut {
        /// The account.
        to: [u8; 32],
        /// Whether the machine keeps the card.
        keep: bool,
    },
}

impl Kind {
    /// What it is called in statements and figures.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Issue { .. } => "issue",
            Self::IssueOffline { .. } => "issue offline",
            Self::Fund { .. } => "fund",
            Self::Query => "query",
            Self::CashOut { .. } => "cash-out",
        }
    }

    /// What the carrier is to hold in the end; `None`: it is not to be funded.
    pub const fn amount(&self) -> Option<Money> {
        match self {
            Self::Issue { amount, .. } | Self::IssueOffline { amount, .. } | Self::Fund { amount } => Some(*amount),
            Self::Query | Self::CashOut { .. } => None,
        }
    }
}

/// What the customer has agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What is wanted.
    pub kind: Kind,
    /// The fee in cash, in the smallest unit of the cash; 0: none, or one that the chain takes with the payment (F18).
    pub cash_fee: u64,
    /// Whether the printer puts the amount on the card (F7). Not on one that is marked already.
    pub print: bool,
}

/// Where the card of the case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Place {
    /// The case has no card yet.
    Nowhere,
    /// Something is, or was when the power failed, under way with it.
    Moving(Move),
    /// Under the reader and the printer.
    Station,
    /// At the exit, where the customer can take it.
    Exit,
    /// The customer has it.
    Customer,
    /// In the operator's compartment.
    Kept,
    /// Not where it can be, and nobody knows whether the customer has it.
    Unknown,
}

/// On which way a card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Move {
    /// From its bin to the station.
    Picked,
    /// From the customer to the station.
    Swallowed,
    /// From the station to the exit.
    Presented,
    /// From the exit into the customer's hand, or not.
    Awaited,
    /// From the exit back to the station.
    Retracted,
    /// From the station to the operator's compartment.
    Kept,
}

/// What the machine thinks of the card's making, by its certificate and attestation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Genuine {
    /// The batch's key has certified it.
    Yes,
    /// Certificate or attestation are wrong.
    No,
    /// It cannot be told: the batch's key is not known to a machine without network, or the batch is not one of this chain.
    NotKnown,
}

/// The card's currency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Key {
    /// There is none.
    None,
    /// There may be one: the card was told to make it over this grant.
    Ordered {
        /// The grant.
        grant: u32,
    },
    /// There is one.
    Made {
        /// The address.
        carrier: [u8; 32],
        /// How many orders it has signed.
        sequence: u32,
        /// The grant that this machine had it made over.
        grant: Option<u32>,
    },
}

/// A card that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Card {
    /// Its maker's word.
    pub genuine: Genuine,
    /// Its currency key.
    pub key: Key,
}

/// Whether the chain knows the carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Registration {
    /// It was not told.
    None,
    /// It is to be told when the machine is online.
    Queued,
    /// It was told, and has not finally agreed.
    Sent,
    /// It does, finally.
    Final,
    /// It refuses.
    Refused,
}

/// The customer's payment to the carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Payment {
    /// None was waited for.
    None,
    /// The customer was asked to pay, and may have.
    Awaited,
    /// The customer was asked to pay, and the chain cannot be asked what came of it.
    NotKnown,
    /// Final: the carrier holds this much.
    Final(Money),
    /// Final, and not as much as it should be: the carrier holds this much.
    Wrong(Money),
    /// None came in time, or none became final in time.
    TimedOut,
}

/// What the chain says a carrier is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// It may change hands, and holds this much.
    Safe(Money),
    /// Genuine, and holds nothing: blank, or all of it spent.
    Empty,
    /// Genuine, and not on chain: it has no key, or one that nobody has registered.
    Unregistered,
    /// Not safe now: an order of it is under way, or its value is not what it should be.
    Doubtful,
    /// Stopped by the issuer or its maker: it signs nothing that the chain would take.
    Stopped,
    /// Genuine, and locked by its holder: it signs nothing until it is unlocked.
    Locked,
    /// Its money is another currency: one that the machine does not deal in, or not the one that is wanted.
    OtherCurrency,
    /// A copy or a fake.
    Counterfeit,
    /// Nobody can say now: no node, or one that is behind.
    Unknown,
}

/// The order that takes the money off the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Spend {
    /// None was signed.
    None,
    /// The card was told to sign; it may have.
    Asked,
    /// Signed, and this machine has it.
    Signed {
        /// Its sequence.
        sequence: u32,
        /// The last block that may include it.
        until: BlockNumber,
    },
    /// Final: so much reached the account.
    Final(Money),
    /// It will never be executed.
    Dead,
}

/// Who paid a card that the machine is going to keep: whoever did gets it back, where the chain proves who it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Payer {
    /// Nobody has looked.
    NotAsked,
    /// The chain does not prove it, or nothing is paid back.
    NotKnown,
    /// This account, which gets back what it has paid and no more.
    Known(PaidBy),
}

/// Who paid, and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PaidBy {
    /// The account.
    pub account: [u8; 32],
    /// What came from it, finally.
    pub paid: Money,
}

/// The fee in cash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Cash {
    /// Nothing was put in, and nothing is due.
    None,
    /// Due, and not there.
    Due,
    /// Something was under way with it: to be counted.
    Moving(CashMove),
    /// In the acceptor, and the customer's still.
    Held,
    /// In the machine's safe.
    Taken,
    /// The customer has it again.
    Returned,
    /// Not where it can be.
    Unknown,
}

/// On which way cash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CashMove {
    /// From the customer into the acceptor.
    In,
    /// From the acceptor into the safe.
    ToSafe,
    /// From the acceptor back to the customer.
    Back,
}

/// The print on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Print {
    /// Nothing is to be printed, or nothing was.
    None,
    /// Printed, and read back: the face value is what the carrier holds.
    Done,
    /// It failed, does not show what it should, or nobody knows what it shows.
    Spoilt,
}

/// Why a case goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Refusal {
    /// The bin is empty, or too many blanks did not work.
    NoBlank,
    /// A mechanism is stuck.
    Jam,
    /// No grant is left (F2, F5).
    NoGrant,
    /// The customer put no card in, or something that is no carrier.
    NoCarrier,
    /// The customer did not pay the fee.
    NoFee,
    /// The chain cannot be asked now.
    Offline,
    /// The chain refuses.
    ChainRefuses,
    /// The card is a copy or a fake.
    Counterfeit,
    /// The chain does not know the card.
    NotRegistered,
    /// The card is stopped.
    Stopped,
    /// The card is locked, and was not unlocked.
    Locked,
    /// The card's money is another currency.
    OtherCurrency,
    /// The card holds money already.
    NotEmpty,
    /// The card holds nothing.
    Empty,
    /// The payment did not come, or not as much as it should be.
    NotPaid,
    /// The card does not sign, or its order came to nothing.
    NotSpent,
    /// The card holds less than the fee and the least that an account may hold.
    TooLittle,
    /// The payee is the card itself.
    ToItself,
    /// The machine cannot pay the network for the card.
    CannotPay,
    /// The print is not what it should be.
    Spoilt,
    /// The customer has gone.
    CustomerGone,
}

/// What people have to settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Claim {
    /// The kept card holds the customer's money.
    MoneyOnKeptCard,
    /// The kept card is the customer's, and holds nothing.
    KeptCard,
    /// It is not known who has the card.
    CardNotFound,
    /// Cash was paid and the card was not handed over.
    Cash,
    /// It is not known where the cash is.
    CashNotFound,
    /// It is not known whether the customer has paid.
    PaymentNotKnown,
    /// An order was signed whose fate is not known.
    SpendNotKnown,
    /// The customer has a card that the chain refuses to register.
    NotRegistered,
    /// Money of another currency was sent to the card: the issuer gets it out.
    OtherMoney,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Ending {
    /// As the customer wanted.
    Done,
    /// Not so, and nothing was lost.
    Refused,
    /// Not so: there are claims.
    Claimed,
}

/// Everything that is known about a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// What the customer has agreed to.
    pub request: Request,
    /// Whether the customer is in front of the machine.
    pub customer_is_here: bool,
    /// Where the card is.
    pub place: Place,
    /// What the card said when it was read at the station.
    pub card: Option<Card>,
    /// The grant that this case has used on its card.
    pub grant: Option<u32>,
    /// Whether the chain knows the carrier.
    pub registration: Registration,
    /// The customer's payment.
    pub payment: Payment,
    /// What the chain last said.
    pub standing: Option<Standing>,
    /// Whether it was tried to unlock the card.
    pub unlock_tried: bool,
    /// The order.
    pub spend: Spend,
    /// Who paid, if what is on the card is to be paid back.
    pub payer: Payer,
    /// The fee in cash.
    pub cash: Cash,
    /// The print.
    pub print: Print,
    /// Why the case goes no further.
    pub refusal: Option<Refusal>,
    /// Why the card is kept, or is going to be.
    pub keep: Option<Keep>,
    /// How many blanks did not work.
    pub bad_blanks: u8,
    /// How often in a row a device did not know what it had done.
    pub doubts: u8,
    /// Whether the customer has been given a receipt, or it is in the journal for one who has gone.
    pub receipt: bool,
    /// Whether it was tried in vain to hand the card over.
    pub was_not_taken: bool,
    /// What people have to settle.
    pub claims: Vec<Claim>,
}

impl Case {
    /// A case that begins.
    pub const fn new(request: Request) -> Self {
        let cash = if request.cash_fee > 0 { Cash::Due } else { Cash::None };
        Self {
            request,
            customer_is_here: true,
            place: Place::Nowhere,
            card: None,
            grant: None,
            registration: Registration::None,
            payment: Payment::None,
            standing: None,
            unlock_tried: false,
            spend: Spend::None,
            payer: Payer::NotAsked,
            cash,
            print: Print::None,
            refusal: None,
            keep: None,
            bad_blanks: 0,
            doubts: 0,
            receipt: false,
            was_not_taken: false,
            claims: Vec::new(),
        }
    }

    /// Whether the card was the customer's before.
    pub const fn is_customers_card(&self) -> bool {
        matches!(self.request.kind, Kind::Fund { .. } | Kind::Query | Kind::CashOut { .. })
    }

    /// The carrier's address, if there is one.
    pub fn carrier(&self) -> Option<[u8; 32]> {
        match self.card?.key {
            Key::Made { carrier, .. } => Some(carrier),
            Key::None | Key::Ordered { .. } => None,
        }
    }

    /// Whether the order takes the money of a card that is kept back to who paid it.
    pub const fn pays_back(&self) -> bool {
        matches!((&self.request.kind, self.payer), (Kind::Issue { .. }, Payer::Known(_)))
    }

    /// Whether there may be money on the card that is the customer's.
    pub const fn may_hold_money(&self) -> bool {
        let paid = !matches!(self.payment, Payment::None | Payment::TimedOut);
        let brought = self.is_customers_card() && !matches!(self.standing, Some(Standing::Empty));
        (paid || brought) && !matches!(self.spend, Spend::Final(_))
    }

    /// Whether the customer has got what was wanted.
    pub fn is_fulfilled(&self) -> bool {
        let has_card = self.place == Place::Customer;
        match self.request.kind {
            Kind::Issue { .. } | Kind::Fund { .. } => has_card && matches!(self.payment, Payment::Final(_)),
            Kind::IssueOffline { .. } => has_card && self.registration == Registration::Queued,
            Kind::Query => has_card && self.refusal.is_none(),
            Kind::CashOut { .. } => {
                let given_back = self.place == Place::Kept && self.keep == Some(Keep::GivenBack);
                matches!(self.spend, Spend::Final(_)) && (has_card || given_back)
            }
        }
    }

    pub(super) fn claim(&mut self, claim: Claim) {
        if !self.claims.contains(&claim) {
            self.claims.push(claim);
        }
    }
}
