//! The verdict (F14): what a carrier in front of a machine is worth, and why.
//!
//! [`assess`] is the only place in the system where a state is decided. It is a pure function of what the chain
//! says at two blocks, what the pool says, and what the card has proved. Its [`rules`] are tried in order;
//! the first that applies decides the state, the others that apply are reported with it.
//!
//! # Properties
//!
//! * Safe needs evidence, a final balance, and no signature outstanding that the chain could still take.
//! * Counterfeit needs proof against *final* records: a block that may yet be dropped convicts nobody, and neither does a
//!   batch that this chain does not know: such a card is another network's, or this node is behind.
//! * What the node cannot know is Unknown, whatever else it seems to know.

pub mod rules;

use crate::{
    crypto::PublicKey,
    ids::{scale_derives, CarrierId},
    pool::PoolLock,
    records::{BatchState, Carrier, Device},
    Balance, BlockNumber,
};

scale_derives! {
    /// What a machine does with a carrier depends on this.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum State {
        /// The node cannot know. Ask again, or another node.
        Unknown,
        /// Not genuine, or a copy. Retain it.
        Counterfeit,
        /// Genuine or not: stopped. The reason says by whom.
        Suspended,
        /// Genuine, no money on it yet.
        Blank,
        /// May have signed a spend that is not final: not for offline use.
        Unsafe,
        /// The issuer has to repair it.
        IssuanceError,
        /// Its money has been spent; may be recharged.
        Withdrawn,
        /// May change hands as cash.
        Safe,
        /// The chain knows of nothing against it, but the card has proved nothing.
        Unproven,
        /// A card that this chain knows nothing of: of another network, or of a batch that is not on chain yet. Give it
        /// back.
        NotOurs,
    }

    /// Why. Stable: machines act on it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Reason {
        /// The node is catching up with the chain.
        Syncing,
        /// The node's best block is older than its operator allows.
        BestBlockStale,
        /// The node's last final block is older than its operator allows.
        FinalizedBlockStale,
        /// The node's index has not reached its best block.
        IndexBehind,
        /// The answer is larger than the node gives.
        AnswerTooLarge,
        /// The certificate names a batch that nobody has registered.
        UnknownBatch,
        /// The certificate is not its batch's.
        BadCertificate,
        /// The attestation is not the device's, or answers another challenge.
        BadAttestation,
        /// The chain knows this currency key on another device.
        OtherDevice,
        /// The chain knows another currency key of the same generation on this device.
        DeviceCloned,
        /// The card's generation is older than the chain's.
        GenerationBehind,
        /// The card has counted fewer orders than the chain has accepted.
        SequenceBehind,
        /// The batch is suspended.
        BatchSuspended,
        /// The batch is revoked.
        BatchRevoked,
        /// The issuer has frozen the carrier.
        Frozen,
        /// Two conflicting orders were proved.
        ConflictingOrders,
        /// Two conflicting attestations were proved.
        ConflictingAttestations,
        /// The card has made a newer key.
        Superseded,
        /// The carrier is out of use for good.
        Retired,
        /// The card refuses to sign orders until it is unlocked.
        Locked,
        /// The card has no currency key yet.
        NotInitialised,
        /// The card has a currency key that the chain does not know (yet).
        NotRegistered,
        /// The card's currency key was destroyed by a reset.
        KeyDestroyed,
        /// The registration is in a block that is not final.
        RegistrationNotFinal,
        /// A spend is in the pool.
        SpendInPool,
        /// A spend is in a block that is not final.
        SpendNotFinal,
        /// The balance falls in a block that is not final.
        BalanceNotFinal,
        /// The card has signed an order that the chain has not seen and could still take.
        OrderOutstanding,
        /// The card attests a newer generation of the same key, which cannot be.
        GenerationAhead,
        /// The card says that its key was used, and cannot count.
        KeyUsed,
        /// No money yet.
        NotFundedYet,
        /// Money is in a block that is not final.
        FundingNotFinal,
        /// No money, although it was due.
        FundingOverdue,
        /// The balance is less than the denomination.
        FaceValueMismatch,
        /// The money has been spent.
        Spent,
        /// The card was not asked.
        NoEvidence,
        /// Genuine, funded, nothing outstanding.
        Sound,
        /// The chain takes no orders now: its safe mode is on, or the issuer has paused them.
        OrdersStopped,
        /// The batch is in a block that is not final: what its key proves is not proved for good.
        BatchNotFinal,
        /// Money is on hold for a request.
        MoneyHeld,
        /// It holds more than its denomination. No fault: anybody can send money to any address.
        Surplus,
        /// The card was asked about its orders after a sequence that this node does not know as accepted for good, so its word
        /// may leave out an order that the chain could still take.
        SinceNotFinal,
        /// The carrier belongs to a safe whose lock is shut: it pays nobody.
        PoolLocked,
        /// The carrier belongs to a safe, and pays in its name alone: it is no cash.
        OfPool,
    }

    /// The state of a carrier with its reasons.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Verdict {
        /// The state.
        pub state: State,
        /// What decided it.
        pub reason: Reason,
        /// Everything that applies, `reason` included.
        pub reasons: Reasons,
        /// Whether the card's evidence was examined.
        pub proven: bool,
        /// While an order is outstanding: the last block that could include it. Once it is final, the order is dead.
        pub outstanding_until: Option<BlockNumber>,
        /// What the carrier holds beyond its denomination at the final block, in base units.
        pub surplus: Balance,
    }

    /// A set of reasons: bit n stands for the n-th [`Reason`].
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Reasons(u64);
}

scale_derives! {
/// What the node knows at one block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The block's height.
    pub number: BlockNumber,
    /// The carrier at the address that is asked about.
    pub carrier: Option<Carrier>,
    /// What the address holds free, in base units.
    pub balance: Balance,
    /// What is on hold there for requests, in base units.
    pub held: Balance,
    /// The state of the batch that the carrier's record names.
    pub batch: Option<BatchState>,
    /// The state of the batch that the card's certificate names.
    pub certified_batch: Option<BatchState>,
    /// The carrier that was last registered on the card's device key.
    pub device: Option<Device>,
    /// Whether the chain takes no orders.
    pub orders_stopped: bool,
    /// The lock of the pool that the carrier belongs to; `None`: it belongs to none.
    pub pool: Option<PoolLock>,
}
}

/// Everything that a verdict rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Why the node cannot know, if so.
    pub ignorance: Option<Ignorance>,
    /// What the card has shown.
    pub finding: Finding,
    /// The state at the best block.
    pub best: View,
    /// The state at the last final block.
    pub finalized: View,
    /// How many spends of the carrier are in the pool.
    pub pool_spends: u32,
}

/// Why a node cannot give a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ignorance {
    /// It is catching up with the chain.
    Syncing,
    /// Its best block is too old.
    BestBlockStale,
    /// Its last final block is too old.
    FinalizedBlockStale,
    /// Its index lags behind its best block.
    IndexBehind,
    /// The answer would be larger than it gives.
    AnswerTooLarge,
}

/// What the examination of a card's evidence gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The card was not asked.
    NoEvidence,
    /// Its certificate names a batch that the chain does not know.
    UnknownBatch,
    /// Its certificate does not verify.
    BadCertificate,
    /// Its attestation, or its proof of possession, does not verify.
    BadAttestation,
    /// Everything verifies; this is what the card says.
    Genuine(Claims),
}

/// What a genuine card says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Its device key.
    pub device: PublicKey,
    /// The address of its currency key; `None`: it has none.
    pub carrier: Option<CarrierId>,
    /// How many currency keys it has made; `None`: it does not say.
    pub generation: Option<u32>,
    /// What it says about the orders it has signed.
    pub counter: Counter,
    /// Whether it refuses to sign.
    pub locked: bool,
}

/// What a card says about the orders that it has signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// It counts them.
    Sequence {
        /// How many.
        sequence: u32,
        /// The sequence that the asker named: the expiry tells nothing of the orders up to it.
        since: u32,
        /// The greatest expiry among those after `since`.
        last_valid_until: BlockNumber,
    },
    /// It only knows whether there was one.
    Flag {
        /// Whether there was.
        used: bool,
    },
}

/// The verdict on `situation`: see the [module](self).
pub fn assess(situation: &Situation) -> Verdict {
    let mut decided: Option<(State, Reason)> = None;
    let mut reasons = Reasons::default();
    for rule in rules::IN_ORDER {
        let Some((state, reason)) = rule(situation) else { continue };
        reasons.insert(reason);
        let (state, _) = *decided.get_or_insert((state, reason));
        // Nothing that follows means anything for a node that cannot know or a card that is not genuine.
        if matches!(state, State::Unknown | State::Counterfeit | State::NotOurs | State::Blank) {
            break;
        }
    }
    let (state, reason) = decided.unwrap_or(match situation.finding {
        Finding::Genuine(_) => (State::Safe, Reason::Sound),
        _ => (State::Unproven, Reason::NoEvidence),
    });
    reasons.insert(reason);
    let outstanding_until = match situation.finding {
        Finding::Genuine(Claims { counter: Counter::Sequence { last_valid_until, .. }, .. })
            if reasons.contains(Reason::OrderOutstanding) =>
        {
            Some(last_valid_until)
        }
        _ => None,
    };
    let proven =
        !matches!(situation.finding, Finding::NoEvidence | Finding::UnknownBatch) && state != State::Unknown;
    let surplus = rules::surplus(&situation.finalized);
    if surplus > 0 && !matches!(state, State::Unknown | State::Counterfeit | State::NotOurs) {
        reasons.insert(Reason::Surplus);
    }
    Verdict { state, reason, reasons, proven, outstanding_until, surplus }
}

impl Ignorance {
    /// The reason that a verdict gives for it.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Syncing => Reason::Syncing,
            Self::BestBlockStale => Reason::BestBlockStale,
            Self::FinalizedBlockStale => Reason::FinalizedBlockStale,
            Self::IndexBehind => Reason::IndexBehind,
            Self::AnswerTooLarge => Reason::AnswerTooLarge,
        }
    }
}

impl Claims {
    /// How many orders the card has signed, at least.
    pub const fn signed_orders(&self) -> u32 {
        match self.counter {
            Counter::Sequence { sequence, .. } => sequence,
            Counter::Flag { used } => used as u32,
        }
    }
}

impl Finding {
    /// What the card says, when it is genuine.
    pub const fn claims(&self) -> Option<&Claims> {
        match self {
            Self::Genuine(claims) => Some(claims),
            _ => None,
        }
    }
}

impl Reason {
    const fn bit(self) -> u64 {
        1 << self as u64
    }
}

impl Reasons {
    /// Adds `reason`.
    pub fn insert(&mut self, reason: Reason) {
        self.0 |= reason.bit();
    }

    /// Whether `reason` is in the set.
    pub const fn contains(&self, reason: Reason) -> bool {
        self.0 & reason.bit() != 0
    }

    /// The reasons, in order.
    pub fn iter(&self) -> impl Iterator<Item = Reason> + '_ {
        Reason::ALL.iter().copied().filter(|reason| self.contains(*reason))
    }
}
