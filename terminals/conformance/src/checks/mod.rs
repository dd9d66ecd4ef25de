//! The checks, one file per subject, in the order in which they run: a card is first looked at, then changed.

pub(super) mod attest;
mod blank;
mod certificate;
mod change_code;
mod code;
mod form;
mod info;
mod initialise;
mod lock;
mod order;
mod prove;
mod refusal;
mod reset;
mod secrecy;
mod select;
pub(super) mod watch;

use super::report::Check;

/// Every check, in the order in which [`run`](super::run) takes them.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    [
        select::CHECKS,
        info::CHECKS,
        certificate::CHECKS,
        attest::CHECKS,
        form::CHECKS,
        code::CHECKS,
        change_code::CHECKS,
        blank::CHECKS,
        initialise::CHECKS,
        prove::CHECKS,
        order::CHECKS,
        refusal::CHECKS,
        lock::CHECKS,
        secrecy::CHECKS,
        reset::CHECKS,
        watch::CHECKS,
    ]
    .into_iter()
    .flatten()
}
