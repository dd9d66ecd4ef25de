//! The checks, one file per subject, in the order in which they run: a card is first looked at, then changed.

mod address;
pub(super) mod attest;
mod blank;
mod certificate;
mod change_code;
mod channel;
mod code;
mod finished;
mod form;
mod history;
mod info;
mod initialise;
mod lock;
mod order;
mod pay;
mod prove;
mod refusal;
mod reset;
mod secrecy;
mod select;
mod timed;
pub(super) mod watch;

use super::report::Check;

/// Every check, in the order in which [`run`](super::run) takes them.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    [
        select::CHECKS,
        info::CHECKS,
        certificate::CHECKS,
        attest::CHECKS,
        timed::CHECKS,
        form::CHECKS,
        code::CHECKS,
        change_code::CHECKS,
        channel::CHECKS,
        blank::CHECKS,
        initialise::CHECKS,
        address::CHECKS,
        prove::CHECKS,
        order::CHECKS,
        refusal::CHECKS,
        pay::CHECKS,
        history::CHECKS,
        lock::CHECKS,
        secrecy::CHECKS,
        finished::CHECKS,
        reset::CHECKS,
        watch::CHECKS,
    ]
    .into_iter()
    .flatten()
}
