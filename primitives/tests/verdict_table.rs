//! [`assess`] on every combination of its inputs by class.
//!
//! Each input is cut into the classes that could matter: not the number of a block, but whether an expiry is before or
//! after it. The product of all classes is compared with [`TABLE`], which says the same as section 3 of the design in
//! another form: one row for each state and reason, with its condition over the classes, the first that holds decides.
//! Properties that must hold whatever the table says are checked on the way, on the values themselves.
//!
//! Left out is what contradicts itself: a counter below zero, a record that was final and is gone, a card without a key
//! that is asked about an address with a record (`verdict_states.rs` has that one).

#![cfg(feature = "std")]

use specie_primitives::{
    crypto::PublicKey,
    ids::{BatchId, CarrierId, CurrencyId, MachineId},
    pool::PoolLock,
    records::{BatchState, Carrier, CarrierState, Device, Fraud},
    verdict::{assess, Claims, Counter, Finding, Ignorance, Reason, Reasons, Situation, State, Verdict, View},
};
use std::cmp::Ordering;

const BEST: u32 = 1_003;
const FINAL: u32 = 1_000;
const DENOMINATION: u128 = 100;
/// The generation of the record; a card's is one less, the same or one more.
const GENERATION: u32 = 2;
/// The sequence of a carrier that has been spent before.
const SPENT: u32 = 5;
const DEVICE: PublicKey = PublicKey::Ed25519([1; 32]);
const OTHER_DEVICE: PublicKey = PublicKey::Ed25519([2; 32]);
const CARRIER: CarrierId = CarrierId([3; 32]);
const OTHER_CARRIER: CarrierId = CarrierId([4; 32]);

/// One combination of classes.
#[derive(Clone, Copy, Debug)]
struct Case {
    ignorance: Option<Ignorance>,
    card: Card,
    record: Record,
    money: Money,
    device: DeviceRecord,
    batches: Batches,
    /// At which of the blocks the chain takes no orders, and at which of them money is on hold.
    stopped: AtBlocks,
    held: AtBlocks,
    pools: Pools,
    pool_spends: u32,
}

/// The lock of the carrier's pool at the best block, and at the final one.
type Pools = [Option<PoolLock>; 2];

/// Whether something is so at the best block, and at the final one.
type AtBlocks = [bool; 2];

/// What the card has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Card {
    NotAsked,
    UnknownBatch,
    BadCertificate,
    BadAttestation,
    Genuine(Genuine),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Genuine {
    count: Count,
    /// Its generation against the record's; `None`: it does not say.
    generation: Option<Ordering>,
    /// Its device key is not the record's.
    other_device: bool,
    locked: bool,
}

/// What a card says about its orders, against the sequence of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    /// It has no key that could have signed.
    NoKey,
    Behind,
    Level,
    /// And the block of the greatest expiry is the final one, or still to come.
    AheadAlive,
    /// And the block of the greatest expiry is before the final one.
    AheadDead,
    /// And it was asked about its orders after one that is not final.
    AheadSinceAhead,
    FlagUnused,
    FlagUsed,
}

/// What the chain has under the address.
#[derive(Clone, Copy, Debug)]
struct Record {
    at: Blocks,
    state_best: CarrierState,
    state_final: CarrierState,
    spent_before: bool,
    /// The best block has a spend that the final one has not.
    spent_since: bool,
    funding: Funding,
    denominated: bool,
}

/// At which blocks a record is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blocks {
    None,
    BestOnly,
    Both,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Funding {
    Whenever,
    NotDueYet,
    Overdue,
}

/// What the address holds.
#[derive(Clone, Copy, Debug)]
struct Money {
    at_final: Amount,
    /// The best block's balance against the final one's.
    at_best: Ordering,
}

/// A balance against the denomination, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amount {
    Nothing,
    Denomination,
    Less,
    More,
}

/// What the chain has under the card's device key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DeviceRecord {
    None,
    BestOnly,
    /// Its generation against the record's, and whether it is this carrier.
    Both {
        generation: Ordering,
        this_carrier: bool,
    },
}

/// The states of the record's batch and of the certificate's, at the best and at the final block.
type Batches = [Option<BatchState>; 4];

const IGNORANCE: [Option<Ignorance>; 6] = [
    None,
    Some(Ignorance::Syncing),
    Some(Ignorance::BestBlockStale),
    Some(Ignorance::FinalizedBlockStale),
    Some(Ignorance::IndexBehind),
    Some(Ignorance::AnswerTooLarge),
];
const ORDERINGS: [Ordering; 3] = [Ordering::Less, Ordering::Equal, Ordering::Greater];
const COUNTS: [Count; 5] =
    [Count::Behind, Count::Level, Count::AheadAlive, Count::AheadDead, Count::AheadSinceAhead];
const FLAGS: [Count; 2] = [Count::FlagUnused, Count::FlagUsed];
const CARRIER_STATES: [CarrierState; 6] = [
    CarrierState::Active,
    CarrierState::Frozen,
    CarrierState::Marked(Fraud::ConflictingOrders),
    CarrierState::Marked(Fraud::ConflictingAttestations),
    CarrierState::Superseded,
    CarrierState::Retired,
];
const BATCH_STATES: [Option<BatchState>; 4] =
    [None, Some(BatchState::Active), Some(BatchState::Suspended), Some(BatchState::Revoked)];
/// One for each of the worst states; [`f14_every_combination_of_stops`] has them all.
const BATCHES: [Batches; 3] = [
    [Some(BatchState::Active); 4],
    [Some(BatchState::Active), Some(BatchState::Suspended), Some(BatchState::Active), Some(BatchState::Active)],
    [Some(BatchState::Suspended), Some(BatchState::Active), Some(BatchState::Revoked), None],
];

/// What of batches, stops and holds the other classes are combined with.
const CHAINS: [(Batches, AtBlocks, AtBlocks, Pools); 7] = [
    (BATCHES[0], NOWHERE, NOWHERE, NO_POOL),
    (BATCHES[1], NOWHERE, NOWHERE, NO_POOL),
    (BATCHES[2], NOWHERE, NOWHERE, NO_POOL),
    (BATCHES[0], [true, false], NOWHERE, NO_POOL),
    (BATCHES[0], NOWHERE, [false, true], NO_POOL),
    (BATCHES[0], NOWHERE, NOWHERE, [Some(PoolLock::Open), None]),
    (BATCHES[0], NOWHERE, NOWHERE, [Some(PoolLock::OneOrder), Some(PoolLock::NoPayout)]),
];
const NO_POOL: Pools = [None, None];
const EVERY_POOLS: [Pools; 4] =
    [NO_POOL, [Some(PoolLock::Open), Some(PoolLock::NoChange)], NO_POOL, [None, Some(PoolLock::OneOrder)]];
const NOWHERE: AtBlocks = [false, false];
const EVERY_BLOCKS: [AtBlocks; 4] = [NOWHERE, [true, false], [false, true], [true, true]];

impl Card {
    /// The cards that could be in front of a machine that asks about `record`.
    fn all(record: &Record) -> Vec<Self> {
        let counted = COUNTS.iter().flat_map(|count| ORDERINGS.map(|generation| (*count, Some(generation))));
        let flagged = FLAGS.map(|flag| (flag, None));
        // A card without a key has no address: who shows one cannot ask about a record.
        let blank = ORDERINGS.map(|generation| (Count::NoKey, Some(generation)));
        let blank = blank.into_iter().filter(|_| record.at == Blocks::None);
        let genuine = counted.chain(flagged).chain(blank).flat_map(|(count, generation)| {
            [(false, false), (false, true), (true, false), (true, true)].map(|(other_device, locked)| Genuine {
                count,
                generation,
                other_device,
                locked,
            })
        });
        let genuine = genuine.filter(|card| card.count != Count::Behind || record.spent_before);
        [Self::NotAsked, Self::UnknownBatch, Self::BadCertificate, Self::BadAttestation]
            .into_iter()
            .chain(genuine.map(Self::Genuine))
            .collect()
    }

    fn finding(&self, record: &Record) -> Finding {
        let card = match self {
            Self::NotAsked => return Finding::NoEvidence,
            Self::UnknownBatch => return Finding::UnknownBatch,
            Self::BadCertificate => return Finding::BadCertificate,
            Self::BadAttestation => return Finding::BadAttestation,
            Self::Genuine(card) => card,
        };
        let base = if record.spent_before { SPENT } else { 0 };
        let counter = match card.count {
            Count::NoKey => Counter::Sequence { sequence: 0, since: 0, last_valid_until: 0 },
            Count::Behind => Counter::Sequence { sequence: base - 1, since: 0, last_valid_until: FINAL },
            // It may be asked about what came after whatever order it likes: it has signed no other.
            Count::Level => Counter::Sequence { sequence: base, since: base + 7, last_valid_until: FINAL },
            Count::AheadAlive => Counter::Sequence { sequence: base + 1, since: base, last_valid_until: FINAL },
            Count::AheadDead => Counter::Sequence { sequence: base + 1, since: base, last_valid_until: FINAL - 1 },
            Count::AheadSinceAhead => {
                Counter::Sequence { sequence: base + 1, since: base + 1, last_valid_until: 0 }
            }
            Count::FlagUnused => Counter::Flag { used: false },
            Count::FlagUsed => Counter::Flag { used: true },
        };
        Finding::Genuine(Claims {
            device: if card.other_device { OTHER_DEVICE } else { DEVICE },
            carrier: (card.count != Count::NoKey).then_some(CARRIER),
            generation: card.generation.map(generation),
            counter,
            locked: card.locked,
        })
    }
}

impl Record {
    const NONE: Self = Self {
        at: Blocks::None,
        state_best: CarrierState::Active,
        state_final: CarrierState::Active,
        spent_before: false,
        spent_since: false,
        funding: Funding::Whenever,
        denominated: false,
    };

    fn all(states: &[(CarrierState, CarrierState)]) -> Vec<Self> {
        let mut records = vec![Self::NONE];
        for (state_best, state_final) in states.iter().copied() {
            for (at, spent_since) in [(Blocks::BestOnly, false), (Blocks::Both, false), (Blocks::Both, true)] {
                for spent_before in [false, true] {
                    for funding in [Funding::Whenever, Funding::NotDueYet, Funding::Overdue] {
                        records.extend([false, true].map(|denominated| Self {
                            at,
                            state_best,
                            state_final,
                            spent_before,
                            spent_since,
                            funding,
                            denominated,
                        }));
                    }
                }
            }
        }
        records
    }

    fn carrier(&self, state: CarrierState, sequence: u32) -> Carrier {
        Carrier {
            batch: BatchId(1),
            device_key: DEVICE,
            currency_key: PublicKey::Ed25519([5; 32]),
            generation: GENERATION,
            sequence,
            state,
            currency: CurrencyId::Native,
            denomination: self.denominated.then_some(DENOMINATION),
            funding_due: match self.funding {
                Funding::Whenever => None,
                Funding::NotDueYet => Some(FINAL),
                Funding::Overdue => Some(FINAL - 1),
            },
            machine: MachineId([6; 32]),
            depositor: [7; 32],
            deposit: 1,
            registered_at: 1,
        }
    }
}

impl Money {
    fn all(record: &Record) -> Vec<Self> {
        let amounts: &[Amount] = if record.denominated {
            &[Amount::Nothing, Amount::Denomination, Amount::Less, Amount::More]
        } else {
            &[Amount::Nothing, Amount::More]
        };
        let pairs = amounts.iter().flat_map(|at_final| ORDERINGS.map(|at_best| (*at_final, at_best)));
        pairs
            .filter(|pair| *pair != (Amount::Nothing, Ordering::Less))
            .map(|(at_final, at_best)| Self { at_final, at_best })
            .collect()
    }

    fn balances(&self) -> (u128, u128) {
        let at_final = match self.at_final {
            Amount::Nothing => 0,
            Amount::Denomination => DENOMINATION,
            Amount::Less => DENOMINATION - 1,
            Amount::More => DENOMINATION + 1,
        };
        let at_best = match self.at_best {
            Ordering::Less => at_final - 1,
            Ordering::Equal => at_final,
            Ordering::Greater => at_final + 1,
        };
        (at_best, at_final)
    }
}

impl DeviceRecord {
    fn all() -> Vec<Self> {
        let both = ORDERINGS.iter().flat_map(|generation| {
            [false, true].map(|this_carrier| Self::Both { generation: *generation, this_carrier })
        });
        [Self::None, Self::BestOnly].into_iter().chain(both).collect()
    }

    fn devices(&self) -> (Option<Device>, Option<Device>) {
        let level = Device { carrier: CARRIER, generation: GENERATION };
        match self {
            Self::None => (None, None),
            Self::BestOnly => (Some(level), None),
            Self::Both { generation: relative, this_carrier } => {
                let carrier = if *this_carrier { CARRIER } else { OTHER_CARRIER };
                let device = Some(Device { carrier, generation: generation(*relative) });
                (device, device)
            }
        }
    }
}

fn generation(relative: Ordering) -> u32 {
    match relative {
        Ordering::Less => GENERATION - 1,
        Ordering::Equal => GENERATION,
        Ordering::Greater => GENERATION + 1,
    }
}

impl Case {
    fn situation(&self) -> Situation {
        let Self { ignorance, card, record, money, device, batches, stopped, held, pools, pool_spends } = self;
        let (device_best, device_final) = device.devices();
        let (balance_best, balance_final) = money.balances();
        let sequence = if record.spent_before { SPENT } else { 0 };
        let best = record.carrier(record.state_best, sequence + u32::from(record.spent_since));
        let finalized = record.carrier(record.state_final, sequence);
        Situation {
            ignorance: *ignorance,
            finding: card.finding(record),
            best: View {
                number: BEST,
                carrier: (record.at != Blocks::None).then_some(best),
                balance: balance_best,
                batch: batches[0],
                certified_batch: batches[1],
                device: device_best,
                held: held[0].into(),
                orders_stopped: stopped[0],
                pool: pools[0],
            },
            finalized: View {
                number: FINAL,
                carrier: (record.at == Blocks::Both).then_some(finalized),
                balance: balance_final,
                batch: batches[2],
                certified_batch: batches[3],
                device: device_final,
                held: held[1].into(),
                orders_stopped: stopped[1],
                pool: pools[1],
            },
            pool_spends: *pool_spends,
        }
    }

    fn genuine(&self) -> Option<&Genuine> {
        match &self.card {
            Card::Genuine(card) => Some(card),
            _ => None,
        }
    }

    fn genuine_and(&self, condition: impl FnOnce(&Genuine) -> bool) -> bool {
        self.genuine().is_some_and(condition)
    }

    fn counts(&self, counts: &[Count]) -> bool {
        self.genuine_and(|card| counts.contains(&card.count))
    }

    fn is_final(&self) -> bool {
        self.record.at == Blocks::Both
    }

    fn is_on_chain(&self) -> bool {
        self.record.at != Blocks::None
    }

    /// The card's generation against that of its final device record.
    fn generation_on_device(&self) -> Option<Ordering> {
        match self.device {
            DeviceRecord::Both { generation, .. } => Some(self.genuine()?.generation?.cmp(&generation)),
            _ => None,
        }
    }

    fn has_batch(&self, state: BatchState) -> bool {
        self.batches.contains(&Some(state))
    }

    /// The first state that is not active, the best block's before the final one's.
    fn is_stopped(&self, state: CarrierState) -> bool {
        let stopped = |state: &CarrierState| *state != CarrierState::Active;
        let best = self.is_on_chain().then_some(self.record.state_best).filter(stopped);
        let finalized = self.is_final().then_some(self.record.state_final).filter(stopped);
        best.or(finalized) == Some(state)
    }

    fn is_in_locked_pool(&self) -> bool {
        let is_shut = |lock: PoolLock| matches!(lock, PoolLock::NoPayout | PoolLock::NoChange);
        self.pools.into_iter().flatten().any(is_shut)
    }

    fn generation_behind_record(&self) -> bool {
        self.is_final() && self.genuine_and(|card| card.generation == Some(Ordering::Less))
    }

    fn sequence_behind(&self) -> bool {
        self.is_final()
            && (self.counts(&[Count::Behind]) || self.counts(&[Count::FlagUnused]) && self.record.spent_before)
    }

    /// Either side knows of an order.
    fn has_signed(&self) -> bool {
        self.record.spent_before
            || self.counts(&[
                Count::Behind,
                Count::AheadAlive,
                Count::AheadDead,
                Count::AheadSinceAhead,
                Count::FlagUsed,
            ])
    }

    fn is_empty(&self) -> bool {
        self.is_final() && self.money.at_final == Amount::Nothing
    }

    fn is_empty_and_unspent(&self) -> bool {
        self.is_empty() && !self.has_signed()
    }

    fn is_unspent_and_stays_empty(&self) -> bool {
        self.is_empty_and_unspent() && self.money.at_best != Ordering::Greater
    }

    /// A card that cannot count is judged by the document, where a fresh key with no money is an error at once.
    fn was_to_be_funded(&self) -> bool {
        self.record.funding == Funding::Overdue || self.counts(&FLAGS)
    }

    fn face_value_differs(&self) -> bool {
        self.is_final() && self.record.denominated && self.money.at_final == Amount::Less
    }

    fn has_surplus(&self) -> bool {
        self.is_final() && self.record.denominated && self.money.at_final == Amount::More
    }

    fn is_false(&self) -> bool {
        matches!(self.card, Card::BadCertificate | Card::BadAttestation)
    }

    fn batch_is_final(&self) -> bool {
        self.batches[3].is_some()
    }
}

/// A row of the table: the state, its reason, and when it applies.
type Row = (State, Reason, fn(&Case) -> bool);

/// Section 3 of the design, row by row in the order in which it decides.
const TABLE: &[Row] = &[
    // 1. The node cannot know.
    (State::Unknown, Reason::Syncing, |case| case.ignorance == Some(Ignorance::Syncing)),
    (State::Unknown, Reason::BestBlockStale, |case| case.ignorance == Some(Ignorance::BestBlockStale)),
    (State::Unknown, Reason::FinalizedBlockStale, |case| case.ignorance == Some(Ignorance::FinalizedBlockStale)),
    (State::Unknown, Reason::IndexBehind, |case| case.ignorance == Some(Ignorance::IndexBehind)),
    (State::Unknown, Reason::AnswerTooLarge, |case| case.ignorance == Some(Ignorance::AnswerTooLarge)),
    // 2. What the card shows is false.
    (State::NotOurs, Reason::UnknownBatch, |case| case.card == Card::UnknownBatch),
    (State::Unknown, Reason::BatchNotFinal, |case| case.is_false() && !case.batch_is_final()),
    (State::Counterfeit, Reason::BadCertificate, |case| case.card == Card::BadCertificate && case.batch_is_final()),
    (State::Counterfeit, Reason::BadAttestation, |case| case.card == Card::BadAttestation && case.batch_is_final()),
    // 5, for the device: before the rule for unregistered cards, for which a copy with older memory would pass.
    (State::Counterfeit, Reason::OtherDevice, |case| case.is_final() && case.genuine_and(|card| card.other_device)),
    (State::Counterfeit, Reason::GenerationBehind, |case| case.generation_on_device() == Some(Ordering::Less)),
    (State::Counterfeit, Reason::DeviceCloned, |case| {
        let other_key = matches!(case.device, DeviceRecord::Both { this_carrier: false, .. });
        case.generation_on_device() == Some(Ordering::Equal) && other_key && !case.counts(&[Count::NoKey])
    }),
    // 3. Stopped: the batch, the carrier, the card.
    (State::Suspended, Reason::BatchRevoked, |case| case.has_batch(BatchState::Revoked)),
    (State::Suspended, Reason::BatchSuspended, |case| {
        case.has_batch(BatchState::Suspended) && !case.has_batch(BatchState::Revoked)
    }),
    (State::Suspended, Reason::Frozen, |case| case.is_stopped(CarrierState::Frozen)),
    (State::Suspended, Reason::ConflictingOrders, |case| {
        case.is_stopped(CarrierState::Marked(Fraud::ConflictingOrders))
    }),
    (State::Suspended, Reason::ConflictingAttestations, |case| {
        case.is_stopped(CarrierState::Marked(Fraud::ConflictingAttestations))
    }),
    (State::Suspended, Reason::Superseded, |case| case.is_stopped(CarrierState::Superseded)),
    (State::Suspended, Reason::Retired, |case| case.is_stopped(CarrierState::Retired)),
    (State::Suspended, Reason::OrdersStopped, |case| case.stopped != NOWHERE),
    (State::Suspended, Reason::Locked, |case| case.genuine_and(|card| card.locked)),
    // 4. Not on chain.
    (State::Unproven, Reason::NotRegistered, |case| !case.is_on_chain() && case.genuine().is_none()),
    (State::Blank, Reason::NotRegistered, |case| {
        !case.is_on_chain() && case.genuine_and(|card| card.count != Count::NoKey)
    }),
    (State::Blank, Reason::KeyDestroyed, |case| {
        !case.is_on_chain() && case.counts(&[Count::NoKey]) && case.device != DeviceRecord::None
    }),
    (State::Blank, Reason::NotInitialised, |case| {
        !case.is_on_chain() && case.counts(&[Count::NoKey]) && case.device == DeviceRecord::None
    }),
    // 5. Behind what the chain has accepted for good.
    (State::Counterfeit, Reason::GenerationBehind, Case::generation_behind_record),
    (State::Counterfeit, Reason::SequenceBehind, |case| case.sequence_behind() && !case.generation_behind_record()),
    // 3, for a card of a safe that is no copy.
    (State::Suspended, Reason::PoolLocked, Case::is_in_locked_pool),
    (State::Suspended, Reason::OfPool, |case| case.pools != NO_POOL && !case.is_in_locked_pool()),
    // A contradiction that proves no copy.
    (State::Unsafe, Reason::GenerationAhead, |case| {
        case.is_on_chain() && case.genuine_and(|card| card.generation == Some(Ordering::Greater))
    }),
    // 4, between the blocks.
    (State::Blank, Reason::RegistrationNotFinal, |case| case.record.at == Blocks::BestOnly),
    // 6. A spend is on its way.
    (State::Unsafe, Reason::SpendInPool, |case| case.pool_spends > 0),
    (State::Unsafe, Reason::SpendNotFinal, |case| case.is_final() && case.record.spent_since),
    // 7. A signature may be outstanding.
    (State::Unknown, Reason::SinceNotFinal, |case| case.is_final() && case.counts(&[Count::AheadSinceAhead])),
    (State::Unsafe, Reason::OrderOutstanding, |case| case.is_final() && case.counts(&[Count::AheadAlive])),
    (State::Unsafe, Reason::KeyUsed, |case| {
        case.is_final() && case.counts(&[Count::FlagUsed]) && case.money.at_final != Amount::Nothing
    }),
    (State::Unsafe, Reason::MoneyHeld, |case| case.held != NOWHERE),
    // 8. No money.
    (State::Withdrawn, Reason::Spent, |case| case.is_empty() && case.has_signed()),
    (State::Blank, Reason::FundingNotFinal, |case| {
        case.is_empty_and_unspent() && case.money.at_best == Ordering::Greater
    }),
    (State::IssuanceError, Reason::FundingOverdue, |case| {
        case.is_unspent_and_stays_empty() && case.was_to_be_funded()
    }),
    (State::Blank, Reason::NotFundedYet, |case| case.is_unspent_and_stays_empty() && !case.was_to_be_funded()),
    // 6, for money that leaves without an order.
    (State::Unsafe, Reason::BalanceNotFinal, |case| case.money.at_best == Ordering::Less),
    // 9. Less than what is printed on it.
    (State::Unsafe, Reason::FaceValueMismatch, |case| case.face_value_differs() && case.has_signed()),
    (State::IssuanceError, Reason::FaceValueMismatch, |case| case.face_value_differs() && !case.has_signed()),
];

/// What the table says of one case.
struct Answer {
    state: State,
    reason: Reason,
    reasons: Reasons,
    /// Which row decided; beyond the table: none did.
    row: usize,
}

/// The first row that holds, with the reasons of all that do. Unknown, Counterfeit, NotOurs and Blank stand alone: for a
/// node that cannot know, a card that is not genuine or not of this chain and one without money, the rest means nothing.
fn look_up(case: &Case) -> Answer {
    let mut holding = TABLE.iter().enumerate().filter(|(_, (_, _, holds))| holds(case));
    let (row, state, reason) = match (holding.next(), &case.card) {
        (Some((row, (state, reason, _))), _) => (row, *state, *reason),
        // 10. Nothing is against it.
        (None, Card::Genuine(_)) => (TABLE.len(), State::Safe, Reason::Sound),
        (None, _) => (TABLE.len() + 1, State::Unproven, Reason::NoEvidence),
    };
    let mut reasons = Reasons::default();
    reasons.insert(reason);
    if case.has_surplus() && !matches!(state, State::Unknown | State::Counterfeit | State::NotOurs) {
        reasons.insert(Reason::Surplus);
    }
    if !matches!(state, State::Unknown | State::Counterfeit | State::NotOurs | State::Blank) {
        holding.for_each(|(_, (_, reason, _))| reasons.insert(*reason));
    }
    Answer { state, reason, reasons, row }
}

/// How many cases were checked, and which rows decided them, as bits.
#[derive(Debug, Default, PartialEq, Eq)]
struct Checked {
    cases: usize,
    rows: u64,
}

impl Checked {
    /// Compares one verdict with the table and with what must hold of any.
    fn check(&mut self, case: &Case) {
        let situation = case.situation();
        let verdict = assess(&situation);
        let answer = look_up(case);
        assert!(
            (verdict.state, verdict.reason, verdict.reasons) == (answer.state, answer.reason, answer.reasons),
            "{case:#?}\nsays {:?} for {:?} of {:?}\nnot {:?} for {:?} of {:?}",
            verdict.state,
            verdict.reason,
            verdict.reasons.iter().collect::<Vec<_>>(),
            answer.state,
            answer.reason,
            answer.reasons.iter().collect::<Vec<_>>()
        );
        if let Some(broken) = broken_property(&situation, &verdict) {
            panic!("{case:#?}\ngives {verdict:?}\nagainst: {broken}");
        }
        self.cases += 1;
        self.rows |= 1 << answer.row;
    }

    fn and(self, other: Self) -> Self {
        Self { cases: self.cases + other.cases, rows: self.rows | other.rows }
    }
}

/// The first of the properties of any verdict that does not hold, if any.
fn broken_property(situation: &Situation, verdict: &Verdict) -> Option<&'static str> {
    let Situation { finding, best, finalized, .. } = situation;
    let asked = *finding != Finding::NoEvidence;
    let examined = asked && *finding != Finding::UnknownBatch;
    let on_record = [best.carrier, finalized.carrier];
    let outstanding = verdict.reasons.contains(Reason::OrderOutstanding);
    let properties = [
        (verdict.reasons.contains(verdict.reason), "the reasons contain the reason"),
        (
            (verdict.state == State::Unknown)
                == (situation.ignorance.is_some()
                    || matches!(verdict.reason, Reason::BatchNotFinal | Reason::SinceNotFinal)),
            "a node that cannot know says Unknown",
        ),
        (
            verdict.proven == (examined && verdict.state != State::Unknown),
            "proven says whether evidence was examined",
        ),
        (verdict.state != State::Counterfeit || asked, "only evidence convicts"),
        (
            verdict.state != State::Counterfeit
                || finding.claims().is_none() && finalized.certified_batch.is_some()
                || finalized.carrier.is_some()
                || finalized.device.is_some(),
            "only what is final convicts a card",
        ),
        (
            verdict.state != State::Unproven || finding.claims().is_none(),
            "a card that proved itself is not Unproven",
        ),
        (verdict.outstanding_until.is_some() == outstanding, "an outstanding order comes with its expiry"),
        (verdict.state != State::Withdrawn || finalized.balance == 0, "a withdrawn carrier has no money"),
        (
            verdict.state != State::Safe || on_record.iter().all(|carrier| carrier.is_some_and(is_active)),
            "a safe carrier is active at both blocks",
        ),
        (
            verdict.state != State::Safe || finding.claims().is_some_and(may_be_cash),
            "a safe card has proved itself",
        ),
        (
            verdict.state != State::Safe || 0 < finalized.balance && finalized.balance <= best.balance,
            "a safe carrier's money is final and stays",
        ),
        (
            verdict.state != State::Safe || situation.pool_spends == 0 && all_spends_are_final(situation),
            "nothing is on its way out of a safe carrier",
        ),
        (
            verdict.state != State::Safe
                || finalized.carrier.is_some_and(|carrier| {
                    carrier.denomination.is_none_or(|denomination| denomination <= finalized.balance)
                }),
            "a safe carrier holds what is printed on it",
        ),
        (
            verdict.state != State::Safe
                || [best, finalized]
                    .iter()
                    .all(|view| view.held == 0 && !view.orders_stopped && view.pool.is_none()),
            "a safe carrier's money can move, all of it",
        ),
        (
            verdict.surplus
                == finalized
                    .carrier
                    .and_then(|carrier| carrier.denomination)
                    .map_or(0, |denomination| finalized.balance.saturating_sub(denomination)),
            "the surplus is what is beyond the denomination",
        ),
    ];
    properties.into_iter().find_map(|(holds, property)| (!holds).then_some(property))
}

fn is_active(carrier: Carrier) -> bool {
    carrier.state == CarrierState::Active
}

fn may_be_cash(claims: &Claims) -> bool {
    claims.carrier == Some(CARRIER) && claims.device == DEVICE && !claims.locked
}

/// The card, the best block and the final block count the same orders; what the card counts beyond them is dead.
fn all_spends_are_final(situation: &Situation) -> bool {
    let (Some(best), Some(finalized)) = (situation.best.carrier, situation.finalized.carrier) else { return false };
    let card_agrees = situation.finding.claims().is_some_and(|claims| match claims.counter {
        Counter::Sequence { sequence, since, last_valid_until } => {
            let rest_is_dead = since <= finalized.sequence && last_valid_until < situation.finalized.number;
            sequence == finalized.sequence || sequence > finalized.sequence && rest_is_dead
        }
        Counter::Flag { used } => !used && finalized.sequence == 0,
    });
    card_agrees && best.sequence == finalized.sequence
}

/// Checks the product of the records with every class of the other inputs, on two threads.
fn check_all(records: &[Record]) -> Checked {
    let devices = DeviceRecord::all();
    let check_record = |record: Record, checked: &mut Checked| {
        let cards = Card::all(&record);
        for money in Money::all(&record) {
            for card in cards.iter().copied() {
                for device in devices.iter().copied() {
                    for (batches, stopped, held, pools) in CHAINS {
                        for pool_spends in [0, 1] {
                            let ignorance = None;
                            checked.check(&Case {
                                ignorance,
                                card,
                                record,
                                money,
                                device,
                                batches,
                                stopped,
                                held,
                                pools,
                                pool_spends,
                            });
                        }
                    }
                    // A node that cannot know says so before it looks at anything else.
                    for ignorance in IGNORANCE.into_iter().skip(1) {
                        let (batches, stopped, held, pools) = (BATCHES[2], NOWHERE, NOWHERE, NO_POOL);
                        checked.check(&Case {
                            ignorance,
                            card,
                            record,
                            money,
                            device,
                            batches,
                            stopped,
                            held,
                            pools,
                            pool_spends: 1,
                        });
                    }
                }
            }
        }
    };
    let check_records = |records: &[Record]| {
        let mut checked = Checked::default();
        records.iter().for_each(|record| check_record(*record, &mut checked));
        checked
    };
    std::thread::scope(|scope| {
        let (first, second) = records.split_at(records.len() / 2);
        let first = scope.spawn(|| check_records(first));
        check_records(second).and(first.join().unwrap())
    })
}

#[test]
fn f14_every_combination_of_classes() {
    // Every state at one block or the other; the next test has all pairs.
    let states = [
        (CarrierState::Active, CarrierState::Active),
        (CarrierState::Frozen, CarrierState::Active),
        (CarrierState::Marked(Fraud::ConflictingOrders), CarrierState::Marked(Fraud::ConflictingAttestations)),
        (CarrierState::Active, CarrierState::Marked(Fraud::ConflictingAttestations)),
        (CarrierState::Superseded, CarrierState::Frozen),
        (CarrierState::Active, CarrierState::Retired),
    ];
    let checked = check_all(&Record::all(&states));
    let never_used: Vec<_> = (0..TABLE.len() + 2).filter(|row| checked.rows & 1 << row == 0).collect();
    assert_eq!(never_used, [0; 0], "rows that decided nothing");
    assert_eq!(checked.cases, 17_390_016);
}

#[test]
fn f14_every_combination_of_stops() {
    let pairs: Vec<_> =
        CARRIER_STATES.iter().flat_map(|best| CARRIER_STATES.map(|finalized| (*best, finalized))).collect();
    let mut batches: Vec<Batches> = vec![];
    for record_best in BATCH_STATES {
        for certified_best in BATCH_STATES {
            for record_final in BATCH_STATES {
                batches.extend(BATCH_STATES.map(|last| [record_best, certified_best, record_final, last]));
            }
        }
    }
    let plain = |record: &Record| record.denominated && record.funding == Funding::Whenever && !record.spent_since;
    let money = Money { at_final: Amount::Denomination, at_best: Ordering::Equal };
    let device = DeviceRecord::Both { generation: Ordering::Equal, this_carrier: true };
    let mut checked = Checked::default();
    for record in Record::all(&pairs).into_iter().filter(plain) {
        for card in Card::all(&record) {
            for batches in batches.iter().copied() {
                let held = [NOWHERE, [true, false], [true, true], NOWHERE];
                for ((stopped, held), pools) in EVERY_BLOCKS.into_iter().zip(held).zip(EVERY_POOLS) {
                    let (ignorance, pool_spends) = (None, 0);
                    checked.check(&Case {
                        ignorance,
                        card,
                        record,
                        money,
                        device,
                        batches,
                        stopped,
                        held,
                        pools,
                        pool_spends,
                    });
                }
            }
        }
    }
    assert_eq!(checked.cases, 4 * 2_433_024);
}
