//! Words of lists that may grow: states, reasons, kinds.

use crate::text::as_text;
use specie_primitives::{
    acts::CauseCode,
    ids::CurrencyId,
    names::CertificateFormat,
    order::Purpose,
    pool::PoolLock,
    records::{BatchState, CarrierState, Fraud},
    request::RequestKind,
    verdict::{Reason, State},
};
use std::{
    convert::Infallible,
    fmt::{self, Display},
    str::FromStr,
};

/// A word of a list that may grow. A word that this version does not know is kept as it came, and equals nothing of the list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Word<T> {
    /// One of the list.
    Known(T),
    /// Of a later version.
    Other(String),
}

impl<T: Copy> Word<T> {
    /// What it stands for; `None`: this version does not know it.
    pub const fn known(&self) -> Option<T> {
        match self {
            Self::Known(known) => Some(*known),
            Self::Other(_) => None,
        }
    }
}

impl<T: PartialEq> PartialEq<T> for Word<T> {
    fn eq(&self, other: &T) -> bool {
        matches!(self, Self::Known(known) if known == other)
    }
}

/// A list of words.
pub trait List: Copy + Display + FromStr {}

impl List for State {}
impl List for Reason {}
impl List for BatchState {}
impl List for CarrierState {}
impl List for Fraud {}
impl List for Purpose {}
impl List for CertificateFormat {}
impl List for CauseCode {}
impl List for CurrencyId {}
impl List for PoolLock {}
impl List for RequestKind {}

impl<T: List> From<T> for Word<T> {
    fn from(known: T) -> Self {
        Self::Known(known)
    }
}

impl<T: List> From<&str> for Word<T> {
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Other(text.into()), Self::Known)
    }
}

impl<T: List> FromStr for Word<T> {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

impl<T: Display> Display for Word<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(known) => known.fmt(f),
            Self::Other(text) => f.write_str(text),
        }
    }
}

as_text!([T: List] Word<T>);
