//! The names of states and reasons in answers. Stable: machines act on them.

use specie_primitives::{
    order::Purpose,
    records::{BatchState, CarrierState, Fraud},
    verdict::{Reason, State},
};

/// The name of a batch's state.
pub const fn batch_state(state: BatchState) -> &'static str {
    match state {
        BatchState::Active => "active",
        BatchState::Suspended => "suspended",
        BatchState::Revoked => "revoked",
    }
}

/// The name of a carrier's state.
pub const fn carrier_state(state: CarrierState) -> &'static str {
    match state {
        CarrierState::Active => "active",
        CarrierState::Frozen => "frozen",
        CarrierState::Marked(fraud) => fraud_name(fraud),
        CarrierState::Superseded => "superseded",
        CarrierState::Retired => "retired",
    }
}

/// The name of what was proved about a cloned card.
pub const fn fraud_name(fraud: Fraud) -> &'static str {
    match fraud {
        Fraud::ConflictingOrders => "conflictingOrders",
        Fraud::ConflictingAttestations => "conflictingAttestations",
    }
}

/// The name of an order's purpose.
pub const fn purpose_name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Transfer => "transfer",
        Purpose::CashOut => "cashOut",
        Purpose::Hold => "hold",
    }
}

/// The name of a verdict's state. Stable.
pub const fn state_name(state: State) -> &'static str {
    match state {
        State::Unknown => "unknown",
        State::Counterfeit => "counterfeit",
        State::Suspended => "suspended",
        State::Blank => "blank",
        State::Unsafe => "unsafe",
        State::IssuanceError => "issuanceError",
        State::Withdrawn => "withdrawn",
        State::Safe => "safe",
        State::Unproven => "unproven",
        State::NotOurs => "notOurs",
    }
}

/// The name of a verdict's reason. Stable.
pub const fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Syncing => "syncing",
        Reason::BestBlockStale => "bestBlockStale",
        Reason::FinalizedBlockStale => "finalizedBlockStale",
        Reason::IndexBehind => "indexBehind",
        Reason::AnswerTooLarge => "answerTooLarge",
        Reason::UnknownBatch => "unknownBatch",
        Reason::BadCertificate => "badCertificate",
        Reason::BadAttestation => "badAttestation",
        Reason::OtherDevice => "otherDevice",
        Reason::DeviceCloned => "deviceCloned",
        Reason::GenerationBehind => "generationBehind",
        Reason::SequenceBehind => "sequenceBehind",
        Reason::BatchSuspended => "batchSuspended",
        Reason::BatchRevoked => "batchRevoked",
        Reason::Frozen => "frozen",
        Reason::ConflictingOrders => "conflictingOrders",
        Reason::ConflictingAttestations => "conflictingAttestations",
        Reason::Superseded => "superseded",
        Reason::Retired => "retired",
        Reason::Locked => "locked",
        Reason::NotInitialised => "notInitialised",
        Reason::NotRegistered => "notRegistered",
        Reason::KeyDestroyed => "keyDestroyed",
        Reason::RegistrationNotFinal => "registrationNotFinal",
        Reason::SpendInPool => "spendInPool",
        Reason::SpendNotFinal => "spendNotFinal",
        Reason::BalanceNotFinal => "balanceNotFinal",
        Reason::OrderOutstanding => "orderOutstanding",
        Reason::GenerationAhead => "generationAhead",
        Reason::KeyUsed => "keyUsed",
        Reason::NotFundedYet => "notFundedYet",
        Reason::FundingNotFinal => "fundingNotFinal",
        Reason::FundingOverdue => "fundingOverdue",
        Reason::FaceValueMismatch => "faceValueMismatch",
        Reason::Spent => "spent",
        Reason::NoEvidence => "noEvidence",
        Reason::Sound => "sound",
        Reason::OrdersStopped => "ordersStopped",
        Reason::BatchNotFinal => "batchNotFinal",
        Reason::MoneyHeld => "moneyHeld",
        Reason::Surplus => "surplus",
        Reason::SinceNotFinal => "sinceNotFinal",
    }
}
