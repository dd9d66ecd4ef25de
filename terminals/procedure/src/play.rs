//! A harness for the tests of a machine kind: a machine of plain data in which anything may go wrong at any instant.
//!
//! Whoever adds a machine kind writes down what really is (a [`World`]) and what must be so of it after *every* step; the harness drives
//! a case through it, with devices that do not know what they have done and power cuts before and after each command.

use crate::{Procedure, Step};
use std::fmt;

/// Chances, one after the other; none left means that nothing goes wrong any more.
pub struct Chances(std::vec::IntoIter<u8>);

impl Chances {
    /// Those of a random string.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes.into_iter())
    }

    /// True in one of `of` cases.
    pub fn happens(&mut self, of: u8) -> bool {
        self.0.next().is_some_and(|byte| byte % of == 0)
    }

    /// A number below `of`; none left: the largest that there is.
    pub fn pick(&mut self, of: u8) -> u8 {
        self.0.next().map_or(u8::MAX, |byte| byte % of)
    }
}

/// What really is, whatever the case believes.
pub trait World<P: Procedure> {
    /// What the machine has for the case now.
    fn means(&self) -> P::Means;

    /// Does a command, or fails at it.
    fn perform(&mut self, command: &P::Command, case: &P, chances: &mut Chances) -> P::Completion;

    /// What a device says that does not know whether it has done a command. `None`: no device does it.
    fn unknown(&self, command: &P::Command) -> Option<P::Completion>;

    /// What may happen while there is no power.
    fn dark(&mut self, case: &P, chances: &mut Chances);

    /// What must be so after every step: cards, cash, money, disputes. An error says what is not.
    fn check(&self, case: &P) -> Result<(), String>;

    /// What may happen to the case between two commands, as that the customer leaves.
    fn between(&mut self, _case: &mut P, _chances: &mut Chances) {}
}

/// A power cut, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// By chance alone.
    No,
    /// When the command is written down, and not begun.
    Before,
    /// When it is done, and what came of it is not written down.
    After,
    /// None: the case is given up as one that does not come to an end.
    GivenUp,
}

/// What is not as it must be, and after what.
#[derive(Clone, PartialEq, Eq)]
pub struct Broken {
    /// What was done, oldest first.
    pub steps: Vec<String>,
    /// What is wrong now.
    pub why: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, after {} steps:", self.why, self.steps.len())?;
        self.steps.iter().try_for_each(|step| write!(f, "\n  {step}"))
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Drives a case to its end in at most `limit` commands, and checks the world after every step. `cut_at`: what is to happen at the command
/// with this number. How many commands it took.
pub fn play<P: Procedure, W: World<P>>(
    case: &mut P,
    world: &mut W,
    chances: &mut Chances,
    limit: usize,
    mut cut_at: impl FnMut(usize) -> Cut,
) -> Result<usize, Broken> {
    let mut steps = Vec::new();
    for number in 0..limit {
        let before = case.claims().to_vec();
        let Step::Do(command) = case.plan(&world.means()) else { return Ok(number) };
        let done = one(case, world, chances, &command, cut_at(number));
        steps.push(format!("{command:?}: {done}"));
        let lost = before.iter().any(|claim| !case.claims().contains(claim));
        let wrong = lost.then(|| "a claim is gone".to_owned()).or_else(|| world.check(case).err());
        if let Some(why) = wrong {
            return Err(Broken { steps, why });
        }
    }
    Err(Broken { steps, why: format!("no end: {case:?}") })
}

/// One command. What came of it, in words.
fn one<P: Procedure, W: World<P>>(
    case: &mut P,
    world: &mut W,
    chances: &mut Chances,
    command: &P::Command,
    cut: Cut,
) -> String {
    let cut = match cut {
        Cut::No if chances.happens(20) && chances.pick(2) == 0 => Cut::Before,
        cut => cut,
    };
    if cut == Cut::GivenUp {
        case.abandon();
        return "given up".into();
    }
    // Written down first.
    case.begin(command);
    if cut == Cut::Before {
        world.dark(case, chances);
        case.restarted();
        return "a power cut before it".into();
    }
    let unknown = world.unknown(command).filter(|_| chances.happens(18));
    let completion = match unknown {
        // Done or not, the device does not know.
        Some(unknown) => {
            if chances.pick(2) == 0 {
                world.perform(command, case, chances);
            }
            unknown
        }
        None => world.perform(command, case, chances),
    };
    if cut == Cut::After || (cut == Cut::No && chances.happens(30)) {
        world.dark(case, chances);
        case.restarted();
        return "a power cut after it".into();
    }
    let words = format!("{completion:?}");
    case.learn(command, &completion);
    world.between(case, chances);
    words
}
