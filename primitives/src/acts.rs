//! Who acted, and why: what every event of an authority carries.
//!
//! An auditor reads in one event who stopped, changed or settled something, the council's motion where one was carried,
//! and the cause that was given, with the hash of the document that it refers to.

use crate::ids::scale_derives;

scale_derives! {
    /// Who acted.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Actor<AccountId> {
        /// An account that signed.
        #[cfg_attr(feature = "scale", codec(index = 0))]
        Account(AccountId),
        /// The issuer's council, by the motion with this hash.
        #[cfg_attr(feature = "scale", codec(index = 1))]
        Council {
            /// The hash of the call that the members voted on.
            motion: [u8; 32],
        },
        /// The root of a development chain.
        #[cfg_attr(feature = "scale", codec(index = 2))]
        Root,
    }

    /// Why an authority acted: a code, and the hash of the document that says more.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Cause {
        /// The kind of the cause.
        pub code: CauseCode,
        /// The hash of the document, by whatever function the issuer's books use; `None`: there is none.
        pub document: Option<[u8; 32]>,
    }

    /// The kinds of causes. Stable: auditors count by them.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum CauseCode {
        /// None was given.
        #[default]
        #[cfg_attr(feature = "scale", codec(index = 0))]
        NotGiven,
        /// A court or an authority ordered it; the document is the order.
        #[cfg_attr(feature = "scale", codec(index = 1))]
        LegalOrder,
        /// Fraud is suspected or proved.
        #[cfg_attr(feature = "scale", codec(index = 2))]
        Fraud,
        /// Somebody reported it lost or stolen.
        #[cfg_attr(feature = "scale", codec(index = 3))]
        LostOrStolen,
        /// It does not work as it should.
        #[cfg_attr(feature = "scale", codec(index = 4))]
        Defect,
        /// A key is known, or may be known, to others.
        #[cfg_attr(feature = "scale", codec(index = 5))]
        KeyCompromised,
        /// An earlier act or record was wrong.
        #[cfg_attr(feature = "scale", codec(index = 6))]
        Correction,
        /// Whoever it belongs to asked for it.
        #[cfg_attr(feature = "scale", codec(index = 7))]
        OwnersRequest,
        /// It is at the end of its life.
        #[cfg_attr(feature = "scale", codec(index = 8))]
        EndOfLife,
        /// What led to an earlier act is over.
        #[cfg_attr(feature = "scale", codec(index = 9))]
        Cleared,
        /// Service or maintenance.
        #[cfg_attr(feature = "scale", codec(index = 10))]
        Maintenance,
    }
}

impl<AccountId> Actor<AccountId> {
    /// The same actor, its account in another form.
    pub fn map<Other>(self, account: impl FnOnce(AccountId) -> Other) -> Actor<Other> {
        match self {
            Self::Account(known) => Actor::Account(account(known)),
            Self::Council { motion } => Actor::Council { motion },
            Self::Root => Actor::Root,
        }
    }
}

impl Cause {
    /// A cause without a document.
    pub const fn of(code: CauseCode) -> Self {
        Self { code, document: None }
    }
}

impl CauseCode {
    /// Every code, in order.
    pub const ALL: [Self; 11] = [
        Self::NotGiven,
        Self::LegalOrder,
        Self::Fraud,
        Self::LostOrStolen,
        Self::Defect,
        Self::KeyCompromised,
        Self::Correction,
        Self::OwnersRequest,
        Self::EndOfLife,
        Self::Cleared,
        Self::Maintenance,
    ];

    /// The name in the RPC, in histories and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotGiven => "notGiven",
            Self::LegalOrder => "legalOrder",
            Self::Fraud => "fraud",
            Self::LostOrStolen => "lostOrStolen",
            Self::Defect => "defect",
            Self::KeyCompromised => "keyCompromised",
            Self::Correction => "correction",
            Self::OwnersRequest => "ownersRequest",
            Self::EndOfLife => "endOfLife",
            Self::Cleared => "cleared",
            Self::Maintenance => "maintenance",
        }
    }
}

/// A name that stands for no cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCause;

impl core::fmt::Display for UnknownCause {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str("not a cause; the causes are")?;
        CauseCode::ALL.iter().try_for_each(|code| write!(out, " {}", code.as_str()))
    }
}

impl core::error::Error for UnknownCause {}

impl core::fmt::Display for CauseCode {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str(self.as_str())
    }
}

impl core::str::FromStr for CauseCode {
    type Err = UnknownCause;

    fn from_str(name: &str) -> Result<Self, UnknownCause> {
        Self::ALL.into_iter().find(|code| code.as_str() == name).ok_or(UnknownCause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_of_its_own() {
        for code in CauseCode::ALL {
            assert_eq!(code.as_str().parse(), Ok(code));
        }
        assert_eq!("Fraud".parse::<CauseCode>(), Err(UnknownCause));
    }
}
