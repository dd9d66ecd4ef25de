//! The names of what machines act on: states, reasons, purposes. Stable, and the same in every answer, journal and display.
//!
//! Every enumeration here has `ALL`, `name`, [`Display`](core::fmt::Display) and [`FromStr`](core::str::FromStr), and a name is
//! read as it is written and no other way.

use crate::{
    order::Purpose,
    pool::PoolLock,
    records::{BatchKey, BatchState, CarrierState, Fraud},
    request::RequestKind,
    verdict::{Reason, State},
};
use core::fmt;

/// A name that stands for nothing in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownName;

impl fmt::Display for UnknownName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a name that is not in the list")
    }
}

impl core::error::Error for UnknownName {}

/// Gives an enumeration its names: `ALL` in the order of the list, `name`, `Display` and `FromStr`. A variant that is left out
/// does not compile.
#[macro_export]
macro_rules! names {
    ($kind:ty { $($variant:pat = $value:expr => $name:literal),* $(,)? }) => {
        impl $kind {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$($value),*];

            /// The name in answers, journals and displays. Stable.
            pub const fn name(self) -> &'static str {
                match self {
                    $($variant => $name),*
                }
            }
        }

        impl ::core::fmt::Display for $kind {
            fn fmt(&self, out: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                out.write_str(self.name())
            }
        }

        impl ::core::str::FromStr for $kind {
            type Err = $crate::names::UnknownName;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|known| known.name() == name).ok_or($crate::names::UnknownName)
            }
        }
    };
    ($kind:ty { $($variant:ident => $name:literal),* $(,)? }) => {
        $crate::names!($kind { $(Self::$variant = Self::$variant => $name),* });
    };
}

names!(State {
    Unknown => "unknown",
    Counterfeit => "counterfeit",
    Suspended => "suspended",
    Blank => "blank",
    Unsafe => "unsafe",
    IssuanceError => "issuanceError",
    Withdrawn => "withdrawn",
    Safe => "safe",
    Unproven => "unproven",
    NotOurs => "notOurs",
});

names!(Reason {
    Syncing => "syncing",
    BestBlockStale => "bestBlockStale",
    FinalizedBlockStale => "finalizedBlockStale",
    IndexBehind => "indexBehind",
    AnswerTooLarge => "answerTooLarge",
    UnknownBatch => "unknownBatch",
    BadCertificate => "badCertificate",
    BadAttestation => "badAttestation",
    OtherDevice => "otherDevice",
    DeviceCloned => "deviceCloned",
    GenerationBehind => "generationBehind",
    SequenceBehind => "sequenceBehind",
    BatchSuspended => "batchSuspended",
    BatchRevoked => "batchRevoked",
    Frozen => "frozen",
    ConflictingOrders => "conflictingOrders",
    ConflictingAttestations => "conflictingAttestations",
    Superseded => "superseded",
    Retired => "retired",
    Locked => "locked",
    NotInitialised => "notInitialised",
    NotRegistered => "notRegistered",
    KeyDestroyed => "keyDestroyed",
    RegistrationNotFinal => "registrationNotFinal",
    SpendInPool => "spendInPool",
    SpendNotFinal => "spendNotFinal",
    BalanceNotFinal => "balanceNotFinal",
    OrderOutstanding => "orderOutstanding",
    GenerationAhead => "generationAhead",
    KeyUsed => "keyUsed",
    NotFundedYet => "notFundedYet",
    FundingNotFinal => "fundingNotFinal",
    FundingOverdue => "fundingOverdue",
    FaceValueMismatch => "faceValueMismatch",
    Spent => "spent",
    NoEvidence => "noEvidence",
    Sound => "sound",
    OrdersStopped => "ordersStopped",
    BatchNotFinal => "batchNotFinal",
    MoneyHeld => "moneyHeld",
    Surplus => "surplus",
    SinceNotFinal => "sinceNotFinal",
    PoolLocked => "poolLocked",
    OfPool => "ofPool",
});

names!(BatchState { Active => "active", Suspended => "suspended", Revoked => "revoked" });

names!(Fraud { ConflictingOrders => "conflictingOrders", ConflictingAttestations => "conflictingAttestations" });

names!(CarrierState {
    Self::Active = Self::Active => "active",
    Self::Frozen = Self::Frozen => "frozen",
    Self::Marked(Fraud::ConflictingOrders) = Self::Marked(Fraud::ConflictingOrders) => "conflictingOrders",
    Self::Marked(Fraud::ConflictingAttestations) = Self::Marked(Fraud::ConflictingAttestations)
        => "conflictingAttestations",
    Self::Superseded = Self::Superseded => "superseded",
    Self::Retired = Self::Retired => "retired",
});

names!(PoolLock { Open => "open", OneOrder => "oneOrder", NoPayout => "noPayout", NoChange => "noChange" });

names!(RequestKind {
    Withdrawal => "withdrawal",
    Deposit => "deposit",
    Sale => "sale",
    Voucher => "voucher",
    Vehicle => "vehicle",
    Transfer => "transfer",
});

names!(Purpose { Transfer => "transfer", CashOut => "cashOut", Hold => "hold" });

/// Whose format the certificates of a batch have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CertificateFormat {
    /// Specie's own.
    Native,
    /// Keycard's.
    Keycard,
    /// Coinkite's, of the Satscard and the Tapsigner.
    Coinkite,
}

names!(CertificateFormat { Native => "native", Keycard => "keycard", Coinkite => "coinkite" });

impl BatchKey {
    /// The format of the certificates that are checked against it.
    pub const fn format(&self) -> CertificateFormat {
        match self {
            Self::Native(_) => CertificateFormat::Native,
            Self::Keycard(_) => CertificateFormat::Keycard,
            Self::CoinkiteRoot(_) => CertificateFormat::Coinkite,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acts::CauseCode;
    use core::{fmt::Display, str::FromStr};
    use std::{collections::HashSet, string::ToString};

    fn check<T: Display + FromStr + Copy + PartialEq>(all: &[T]) {
        let names: HashSet<_> = all.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), all.len(), "two have the same name");
        for one in all {
            assert!(one.to_string().parse::<T>().is_ok_and(|read| read == *one), "{one}");
        }
        for wrong in ["", " ", "Safe", "safe ", "anything"] {
            assert!(wrong.parse::<T>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_is_named_is_read_again_and_nothing_else() {
        check(State::ALL);
        check(Reason::ALL);
        check(BatchState::ALL);
        check(CarrierState::ALL);
        check(Fraud::ALL);
        check(Purpose::ALL);
        check(PoolLock::ALL);
        check(RequestKind::ALL);
        check(CertificateFormat::ALL);
        check(&CauseCode::ALL);
    }
}
