//! What goes wrong with simulated devices.

use std::{collections::VecDeque, str::FromStr, time::Duration};
use thiserror::Error;

/// How long what is slow takes longer.
pub const SLOW: Duration = Duration::from_secs(2);

/// What a device is told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Work {
    /// A blank from its bin.
    Pick,
    /// A card from the customer.
    Swallow,
    /// The card to the exit.
    Present,
    /// Waiting for the customer to take it.
    Taken,
    /// The card back from the exit.
    Retract,
    /// The card into the compartment.
    Keep,
    /// Looking for the card.
    Find,
    /// Printing on the card.
    Print,
    /// Printing a receipt.
    Receipt,
    /// Taking cash.
    Hold,
    /// Cash into the safe.
    Stack,
    /// Cash back to the customer.
    Return,
    /// Counting cash.
    Count,
    /// A command for the card.
    Card,
    /// The command to sign an order. By chance it fails as any other command does.
    Sign,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is nothing to take, and the device says so.
    Nothing,
    /// It is stuck, and the device says so.
    Jam,
    /// Nobody does what is waited for.
    TimedOut,
    /// Not done, and the device does not know.
    UnknownBefore,
    /// Done, and the device does not know.
    UnknownAfter,
    /// Something else is printed, or said by a card, than was to be.
    Mismatch,
    /// It is done, and takes its time.
    Slow,
}

/// In which manner cards talk, from the next one on that is put under power.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// As most do.
    #[default]
    Plain,
    /// Over T=0.
    OverT0,
    /// From somewhere else: somebody passes everything on, which takes its time.
    Relayed,
}

impl FromStr for Manner {
    type Err = NoSuchFault;

    fn from_str(text: &str) -> Result<Self, NoSuchFault> {
        Ok(match text {
            "plain" => Self::Plain,
            "t0" => Self::OverT0,
            "relayed" => Self::Relayed,
            other => return Err(NoSuchFault(other.into())),
        })
    }
}

/// A text that names no fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no such fault: {0:?}")]
pub struct NoSuchFault(String);

impl FromStr for Work {
    type Err = NoSuchFault;

    fn from_str(text: &str) -> Result<Self, NoSuchFault> {
        Ok(match text {
            "pick" => Self::Pick,
            "swallow" => Self::Swallow,
            "present" => Self::Present,
            "taken" => Self::Taken,
            "retract" => Self::Retract,
            "keep" => Self::Keep,
            "find" => Self::Find,
            "print" => Self::Print,
            "receipt" => Self::Receipt,
            "hold" => Self::Hold,
            "stack" => Self::Stack,
            "return" => Self::Return,
            "count" => Self::Count,
            "card" => Self::Card,
            "sign" => Self::Sign,
            other => return Err(NoSuchFault(other.into())),
        })
    }
}

impl FromStr for Wrong {
    type Err = NoSuchFault;

    fn from_str(text: &str) -> Result<Self, NoSuchFault> {
        Ok(match text {
            "nothing" => Self::Nothing,
            "jam" => Self::Jam,
            "timeout" => Self::TimedOut,
            "unknown-before" => Self::UnknownBefore,
            "unknown-after" => Self::UnknownAfter,
            "mismatch" => Self::Mismatch,
            "slow" => Self::Slow,
            other => return Err(NoSuchFault(other.into())),
        })
    }
}

/// What goes wrong next, and by chance.
#[derive(Debug, Default)]
pub struct Faults {
    next: VecDeque<(Work, Wrong, u32)>,
    chance: Option<Chance>,
    /// In which manner cards talk.
    pub manner: Manner,
}

/// SplitMix64: the same faults for the same seed.
#[derive(Debug)]
struct Chance {
    state: u64,
    one_in: u64,
}

impl Chance {
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Faults {
    /// One in so many works goes wrong, by the chances of this seed.
    pub fn at_random(&mut self, seed: u64, one_in: u64) {
        self.chance = (one_in > 0).then_some(Chance { state: seed, one_in });
    }

    /// The work of this kind goes wrong, after `skip` of them that do not.
    pub fn plan(&mut self, work: Work, wrong: Wrong, skip: u32) {
        self.next.push_back((work, wrong, skip));
    }

    /// The next fault that is planned for this work, with the number of works that it lets pass.
    pub fn planned(&mut self, work: Work) -> Option<(Wrong, u32)> {
        let place = self.next.iter().position(|(known, _, _)| *known == work)?;
        self.next.remove(place).map(|(_, wrong, skip)| (wrong, skip))
    }

    /// Whether this work goes wrong, and how.
    pub fn strikes(&mut self, work: Work) -> Option<Wrong> {
        let planned = self.next.iter_mut().enumerate().find(|(_, (known, _, _))| *known == work);
        if let Some((place, (_, _, skip))) = planned {
            match skip.checked_sub(1) {
                Some(left) => *skip = left,
                None => return self.next.remove(place).map(|(_, wrong, _)| wrong),
            }
        }
        let chance = self.chance.as_mut().filter(|_| work != Work::Sign)?;
        if chance.next() % chance.one_in != 0 {
            return None;
        }
        let any = [Wrong::Jam, Wrong::UnknownBefore, Wrong::UnknownAfter, Wrong::TimedOut, Wrong::Mismatch];
        let drawn = chance.next() % 5;
        let wrong = any.into_iter().nth(usize::try_from(drawn).unwrap_or(0)).unwrap_or(Wrong::Jam);
        // Only printers and cards say something else; who waits for nobody does not wait in vain.
        match (wrong, work) {
            (Wrong::Mismatch, work) if !matches!(work, Work::Print | Work::Card) => None,
            (Wrong::TimedOut, work) if !matches!(work, Work::Taken | Work::Swallow | Work::Hold) => None,
            _ => Some(wrong),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planned_fault_strikes_once_and_in_its_turn() {
        let mut faults = Faults::default();
        faults.plan(Work::Print, Wrong::Jam, 1);
        assert_eq!(faults.strikes(Work::Pick), None);
        assert_eq!(faults.strikes(Work::Print), None);
        assert_eq!(faults.strikes(Work::Print), Some(Wrong::Jam));
        assert_eq!(faults.strikes(Work::Print), None);
    }

    #[test]
    fn a_seed_gives_the_same_faults_again() {
        let drawn = |seed| {
            let mut faults = Faults::default();
            faults.at_random(seed, 3);
            (0..100).map(|_| faults.strikes(Work::Print)).collect::<Vec<_>>()
        };
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
        assert!(drawn(7).iter().any(Option::is_some));
    }
}
