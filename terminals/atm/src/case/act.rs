//! What a machine does, and what may come of it.

use super::facts::{Card, PaidBy, Refusal, Standing};
use serde::{Deserialize, Serialize};
use specie_device::{Bin, Keep, Spot};
use specie_link::money::Money;
use specie_primitives::BlockNumber;

/// Something to do. Written down before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Act {
    /// Take a blank from a bin to the station (F1).
    Pick(Bin),
    /// Draw the card in that the customer has put into the exit (F10).
    Swallow,
    /// Look where the card is.
    FindCard,
    /// Select the application, check certificate and attestation (F4, F16).
    Read,
    /// Have the card make its key (F3) over this grant (F2).
    Initialise {
        /// The grant.
        grant: u32,
    },
    /// Tell the chain, and wait until it finally agrees. Sending the same again is harmless.
    Register,
    /// Put the registration into the journal's queue (F5).
    Queue,
    /// Ask for the verdict on the card's evidence (F11, F14).
    AskChain,
    /// Wait until the customer's payment is final and the carrier safe (F6).
    AwaitPayment,
    /// Ask the chain who paid the card that is going to be kept.
    FindPayer,
    /// Offer to unlock the card, and have its code shown to it (F93).
    Unlock,
    /// Make the order and have the card sign it (F12, F13): to the account that the customer named, or back to who paid.
    SignOrder,
    /// Send the order that was signed, and wait until it is final. Sending the same again is harmless.
    SendOrder,
    /// Take the fee in cash into the acceptor, where it can still be given back (F18).
    HoldCash,
    /// Put what the acceptor holds into the safe.
    StackCash,
    /// Give what the acceptor holds back.
    ReturnCash,
    /// Look what the acceptor holds.
    CountCash,
    /// Print the amount, the date and the serial number on the card, and read them back (F7).
    Print,
    /// Move the card from the station to the exit (F9).
    Present,
    /// Wait until the customer takes the card.
    AwaitTaken,
    /// Draw a card that was not taken back to the station.
    Retract,
    /// Move the card from the station to the operator's compartment.
    Keep(Keep),
    /// Go no further towards what the customer wants.
    GiveUp(Refusal),
    /// Give the customer a receipt; for one who has gone it is in the journal.
    Receipt,
}

/// Why an act failed, and changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Fault {
    /// There is nothing to take: the bin is empty, or nobody has put a card or cash in.
    Nothing,
    /// A mechanism is stuck.
    Jam,
    /// What is at the station does not answer, or not as a carrier would.
    NoCarrier,
    /// The card refuses.
    CardRefuses,
    /// No node can be reached, or none knows.
    Offline,
    /// The chain refuses, finally.
    ChainRefuses,
    /// It took too long.
    TimedOut,
    /// The carrier holds less than the fee and the least that an account may hold.
    TooLittle,
    /// The payee is the carrier itself.
    ToItself,
    /// The machine cannot pay the network.
    CannotPay,
}

/// What came of an act. An act without one was interrupted: nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It is not, and nothing has changed.
    Failed(Fault),
    /// The card is here: at the station, at the exit, or ([`Spot::Neither`]) at neither.
    Found(Spot),
    /// The card was read, or has made its key.
    Card(Card),
    /// The chain says.
    Standing(Standing),
    /// The payment is final, and the carrier safe: it holds so much.
    Paid(Money),
    /// The carrier finally holds something else than it should.
    PaidOtherwise(Money),
    /// Nothing of the payment came in time, and money of another currency did.
    Stray,
    /// Who paid, as the chain proves; `None`: it does not.
    Payer(Option<PaidBy>),
    /// The order was signed.
    Signed {
        /// Its sequence.
        sequence: u32,
        /// The last block that may include it.
        until: BlockNumber,
    },
    /// The order is final: so much reached the account.
    Spent(Money),
    /// Whether the acceptor holds cash.
    Counted(bool),
    /// Printed, and what was read back is not what it should be.
    Mismatch,
    /// Nobody knows, as after a power cut.
    Unknown,
}
