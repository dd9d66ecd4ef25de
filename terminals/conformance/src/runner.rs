//! Runs the checks one after the other; what one of them finds does not stop the next.

use super::{
    bench::Bench,
    checks::checks,
    options::Options,
    report::{Check, Outcome, Report, Summary},
    session::{Checked, Session, Stop},
};

/// Examines the card on `bench` and tells each result as soon as it is there, in the order of [`checks`].
///
/// The card is left as it came as far as the checks that were allowed can leave it; its lock is put back to what
/// it was. When the card cannot be selected any more, or the link does not come back, that is told once, and everything
/// after it is skipped.
pub fn run(bench: &mut dyn Bench, options: &Options, mut on_result: impl FnMut(&Report)) -> Summary {
    let mut session = Session::new(bench, options);
    let mut summary = Summary::default();
    // The state in which the card came is unknown; where the power cannot be cut, SELECT has to do.
    let mut lost = session.cuts_power().then(|| session.power()).and_then(Result::err);
    for check in checks() {
        let outcome = match &lost {
            Some(Stop::Broken(error)) if summary == Summary::default() => {
                Outcome::Broken { error: error.clone(), apdus: vec![] }
            }
            Some(_) => Outcome::Skipped { why: "the card was lost before: it cannot be selected".into() },
            None => examine(&mut session, check, &mut lost),
        };
        let report = Report { check, outcome };
        summary.count(&report);
        on_result(&report);
    }
    if lost.is_none() {
        // A card that cannot be locked or unlocked was told by its check.
        let _ = session.select().and_then(|()| session.leave());
    }
    summary
}

fn examine(session: &mut Session<'_>, check: &Check, lost: &mut Option<Stop>) -> Outcome {
    if check.effect > session.options.reach {
        return Outcome::Skipped { why: format!("not allowed to go so far: {}", check.effect) };
    }
    session.begin();
    let result = match revived(session) {
        Ok(()) => (check.run)(session),
        Err(stop) => {
            *lost = Some(stop.clone());
            Err(stop)
        }
    };
    let apdus = session.told();
    match result {
        Ok(()) => Outcome::Passed,
        Err(Stop::Failed { expected, got }) => Outcome::Failed { expected, got, apdus },
        Err(Stop::Skipped(why)) => Outcome::Skipped { why },
        Err(Stop::Broken(error)) => Outcome::Broken { error, apdus },
    }
}

/// A fresh session before each check; a link that failed under the last check gets a second chance after a power
/// cycle.
fn revived(session: &mut Session<'_>) -> Checked {
    match session.select() {
        Err(_) if session.cuts_power() => session.power_cycle(),
        other => other,
    }
}
