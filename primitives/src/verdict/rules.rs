//! The rules of the verdict, one function each, in the order in which they are tried.

use super::View;
use super::{Claims, Counter, Finding, Reason, Situation, State};
use crate::{
    records::{BatchState, CarrierState, Fraud},
    Balance,
};

/// What a rule says when it applies.
pub type Outcome = Option<(State, Reason)>;

/// The rules in order. The first that applies decides.
pub const IN_ORDER: [fn(&Situation) -> Outcome; 20] = [
    node_cannot_know,
    batch_is_not_ours,
    evidence_is_false,
    device_is_cloned,
    batch_is_stopped,
    carrier_is_stopped,
    orders_are_stopped,
    card_is_locked,
    not_on_chain,
    card_is_behind,
    belongs_to_a_pool,
    card_is_ahead_of_itself,
    registration_is_not_final,
    spend_is_in_pool,
    spend_is_not_final,
    order_is_outstanding,
    money_is_held,
    nothing_on_it,
    balance_is_falling,
    face_value_differs,
];

/// 1. A node that is not up to date says so.
pub fn node_cannot_know(situation: &Situation) -> Outcome {
    situation.ignorance.map(|ignorance| (State::Unknown, ignorance.reason()))
}

/// 2, for a batch that this chain does not know: of another network, or not here yet. It convicts nobody.
pub fn batch_is_not_ours(situation: &Situation) -> Outcome {
    (situation.finding == Finding::UnknownBatch).then_some((State::NotOurs, Reason::UnknownBatch))
}

/// 2. Signatures that do not verify. Only a final batch's key convicts: a block that may yet be dropped may hold another.
pub fn evidence_is_false(situation: &Situation) -> Outcome {
    let reason = match situation.finding {
        Finding::NoEvidence | Finding::Genuine(_) | Finding::UnknownBatch => return None,
        Finding::BadCertificate => Reason::BadCertificate,
        Finding::BadAttestation => Reason::BadAttestation,
    };
    Some(match situation.finalized.certified_batch {
        Some(_) => (State::Counterfeit, reason),
        None => (State::Unknown, Reason::BatchNotFinal),
    })
}

/// 5, for the device: the chain's final records contradict a card that is genuine by its signatures.
///
/// Tried before the rule for cards that are not on chain, since a copy with older memory would pass for blank.
pub fn device_is_cloned(situation: &Situation) -> Outcome {
    let claims = situation.finding.claims()?;
    if let Some(carrier) = situation.finalized.carrier {
        if carrier.device_key != claims.device {
            return Some((State::Counterfeit, Reason::OtherDevice));
        }
    }
    let (device, generation) = (situation.finalized.device?, claims.generation?);
    if generation < device.generation {
        return Some((State::Counterfeit, Reason::GenerationBehind));
    }
    let other_key = claims.carrier.is_some_and(|carrier| carrier != device.carrier);
    (generation == device.generation && other_key).then_some((State::Counterfeit, Reason::DeviceCloned))
}

/// 3, for the batch: that of the record and that of the certificate, at either block.
pub fn batch_is_stopped(situation: &Situation) -> Outcome {
    let (best, finalized) = (&situation.best, &situation.finalized);
    let states = [best.batch, best.certified_batch, finalized.batch, finalized.certified_batch];
    let is = |state| states.contains(&Some(state));
    if is(BatchState::Revoked) {
        Some((State::Suspended, Reason::BatchRevoked))
    } else if is(BatchState::Suspended) {
        Some((State::Suspended, Reason::BatchSuspended))
    } else {
        None
    }
}

/// 3, for the carrier: at either block.
pub fn carrier_is_stopped(situation: &Situation) -> Outcome {
    [situation.best.carrier, situation.finalized.carrier].into_iter().flatten().find_map(|carrier| {
        let reason = match carrier.state {
            CarrierState::Active => return None,
            CarrierState::Frozen => Reason::Frozen,
            CarrierState::Marked(Fraud::ConflictingOrders) => Reason::ConflictingOrders,
            CarrierState::Marked(Fraud::ConflictingAttestations) => Reason::ConflictingAttestations,
            CarrierState::Superseded => Reason::Superseded,
            CarrierState::Retired => Reason::Retired,
        };
        Some((State::Suspended, reason))
    })
}

/// 3, for the chain: money cannot move now, whoever holds it.
pub fn orders_are_stopped(situation: &Situation) -> Outcome {
    let stopped = situation.best.orders_stopped || situation.finalized.orders_stopped;
    stopped.then_some((State::Suspended, Reason::OrdersStopped))
}

/// 3, for a card of a safe: who takes it could not spend it, locked or not. At either block. Tried after the rules that convict:
/// a safe that holds a copy has to hear so.
pub fn belongs_to_a_pool(situation: &Situation) -> Outcome {
    let mut locks = [situation.best.pool, situation.finalized.pool].into_iter().flatten().peekable();
    locks.peek()?;
    let is_locked = locks.any(|lock| !lock.lets_out());
    Some((State::Suspended, if is_locked { Reason::PoolLocked } else { Reason::OfPool }))
}

/// 3, for the card: who takes it could not spend it.
pub fn card_is_locked(situation: &Situation) -> Outcome {
    situation.finding.claims()?.locked.then_some((State::Suspended, Reason::Locked))
}

/// 4. Genuine, but no carrier of the chain's.
pub fn not_on_chain(situation: &Situation) -> Outcome {
    let (registered, device) = (situation.best.carrier.is_some(), situation.best.device.is_some());
    match situation.finding.claims() {
        Some(Claims { carrier: None, .. }) if registered || device => Some((State::Blank, Reason::KeyDestroyed)),
        Some(Claims { carrier: None, .. }) => Some((State::Blank, Reason::NotInitialised)),
        _ if registered => None,
        Some(_) => Some((State::Blank, Reason::NotRegistered)),
        None => Some((State::Unproven, Reason::NotRegistered)),
    }
}

/// 5. The card has counted fewer orders than the chain has accepted for good: its key is somewhere else too.
pub fn card_is_behind(situation: &Situation) -> Outcome {
    let (claims, carrier) = (situation.finding.claims()?, situation.finalized.carrier?);
    if claims.generation.is_some_and(|generation| generation < carrier.generation) {
        return Some((State::Counterfeit, Reason::GenerationBehind));
    }
    let behind = match claims.counter {
        Counter::Sequence { sequence, .. } => sequence < carrier.sequence,
        Counter::Flag { used } => !used && carrier.sequence > 0,
    };
    behind.then_some((State::Counterfeit, Reason::SequenceBehind))
}

/// A contradiction that no honest card produces and that proves no copy either.
pub fn card_is_ahead_of_itself(situation: &Situation) -> Outcome {
    let (claims, carrier) = (situation.finding.claims()?, situation.best.carrier?);
    let ahead = claims.generation.is_some_and(|generation| generation > carrier.generation);
    ahead.then_some((State::Unsafe, Reason::GenerationAhead))
}

/// 4, between the two blocks: what is not final is not there yet.
pub fn registration_is_not_final(situation: &Situation) -> Outcome {
    let waiting = situation.best.carrier.is_some() && situation.finalized.carrier.is_none();
    waiting.then_some((State::Blank, Reason::RegistrationNotFinal))
}

/// 6, in the pool.
pub fn spend_is_in_pool(situation: &Situation) -> Outcome {
    (situation.pool_spends > 0).then_some((State::Unsafe, Reason::SpendInPool))
}

/// 6, in a block.
pub fn spend_is_not_final(situation: &Situation) -> Outcome {
    let (best, finalized) = (situation.best.carrier?, situation.finalized.carrier?);
    (best.sequence > finalized.sequence).then_some((State::Unsafe, Reason::SpendNotFinal))
}

/// 7. The card has signed what the chain has not seen. It is dead once the block of its expiry is final: until
///    then a reorganisation could still bring a block that takes it.
///
/// A card that was asked about its orders after a sequence that is not final may have left one out: that is no answer.
pub fn order_is_outstanding(situation: &Situation) -> Outcome {
    let (claims, carrier) = (situation.finding.claims()?, situation.finalized.carrier?);
    match claims.counter {
        Counter::Sequence { sequence, .. } if sequence <= carrier.sequence => None,
        Counter::Sequence { since, .. } if since > carrier.sequence => {
            Some((State::Unknown, Reason::SinceNotFinal))
        }
        Counter::Sequence { last_valid_until, .. } => {
            let alive = situation.finalized.number <= last_valid_until;
            alive.then_some((State::Unsafe, Reason::OrderOutstanding))
        }
        Counter::Flag { used } => {
            (used && situation.finalized.balance > 0).then_some((State::Unsafe, Reason::KeyUsed))
        }
    }
}

/// 7, for money that the card has put on hold and that may yet go to somebody else.
pub fn money_is_held(situation: &Situation) -> Outcome {
    let held = situation.best.held > 0 || situation.finalized.held > 0;
    held.then_some((State::Unsafe, Reason::MoneyHeld))
}

/// 8. No money that is final.
pub fn nothing_on_it(situation: &Situation) -> Outcome {
    let carrier = situation.finalized.carrier?;
    if situation.finalized.balance > 0 {
        return None;
    }
    let claims = situation.finding.claims();
    if carrier.sequence > 0 || claims.is_some_and(|claims| claims.signed_orders() > 0) {
        return Some((State::Withdrawn, Reason::Spent));
    }
    if situation.best.balance > 0 {
        return Some((State::Blank, Reason::FundingNotFinal));
    }
    let overdue = carrier.funding_due.is_some_and(|due| situation.finalized.number > due);
    let uncounted = claims.is_some_and(|claims| matches!(claims.counter, Counter::Flag { .. }));
    Some(if overdue || uncounted {
        (State::IssuanceError, Reason::FundingOverdue)
    } else {
        (State::Blank, Reason::NotFundedYet)
    })
}

/// 6, for money that leaves without an order, by the issuer's hand.
pub fn balance_is_falling(situation: &Situation) -> Outcome {
    let falling = situation.best.balance < situation.finalized.balance;
    falling.then_some((State::Unsafe, Reason::BalanceNotFinal))
}

/// 9. The balance is less than what is printed on the card. More is no fault: see [`surplus`].
pub fn face_value_differs(situation: &Situation) -> Outcome {
    let carrier = situation.finalized.carrier?;
    let denomination = carrier.denomination?;
    let balance = situation.finalized.balance;
    if balance == 0 || balance >= denomination {
        return None;
    }
    let spent = carrier.sequence > 0 || situation.finding.claims().is_some_and(|claims| claims.signed_orders() > 0);
    let state = if spent { State::Unsafe } else { State::IssuanceError };
    Some((state, Reason::FaceValueMismatch))
}

/// What a carrier with a denomination holds beyond it, in base units. It is worth its denomination whatever a stranger has
/// added, and the surplus is its holder's.
pub fn surplus(view: &View) -> Balance {
    let denomination = view.carrier.and_then(|carrier| carrier.denomination);
    denomination.map_or(0, |denomination| view.balance.saturating_sub(denomination))
}
