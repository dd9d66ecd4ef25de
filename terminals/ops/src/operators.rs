//! The people who look after a machine: who they are, what each may do, and what takes two of them.
//!
//! An operator shows a name and a PIN. The configuration has the PIN's Argon2id hash (PHC string), never the PIN. Wrong PINs are counted in
//! the machine's journal, so that switching it off gives nobody more tries.

use argon2::{
    password_hash::{rand_core::OsRng, PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString},
    Argon2,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};
use thiserror::Error;

/// What an operator may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// Look into books, journal and alarms.
    Look,
    /// Fill bins.
    Fill,
    /// Take out what is stuck.
    Clear,
    /// Take cards out of the compartment.
    Empty,
    /// Settle claims.
    Settle,
    /// Export and copy the journal.
    Export,
    /// Have the journal forget what was exported.
    Forget,
    /// Give other operators their tries again.
    Operators,
}

impl Right {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Look,
        Self::Fill,
        Self::Clear,
        Self::Empty,
        Self::Settle,
        Self::Export,
        Self::Forget,
        Self::Operators,
    ];

    /// As the configuration has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Fill => "fill",
            Self::Clear => "clear",
            Self::Empty => "empty",
            Self::Settle => "settle",
            Self::Export => "export",
            Self::Forget => "forget",
            Self::Operators => "operators",
        }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A PIN's hash, as the configuration has it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PinHash(String);

impl fmt::Debug for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinHash(…)")
    }
}

/// Why a PIN cannot be one, or a text no hash of one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PinError {
    /// It is too short, or not of digits.
    #[error("a PIN has six to twelve digits")]
    Form,
    /// All digits are the same, or they count up or down.
    #[error("this PIN is guessed first: take another one")]
    Guessed,
    /// The text is no Argon2 hash.
    #[error("this is no hash of a PIN; `specie-atm pin` makes one")]
    NoHash,
}

impl PinHash {
    /// The hash of a PIN, with a fresh salt.
    pub fn of(pin: &str) -> Result<Self, PinError> {
        let digits = pin.as_bytes();
        if !(6..=12).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
            return Err(PinError::Form);
        }
        let step = |by: i16| digits.windows(2).all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == by);
        if [0, 1, -1].into_iter().any(step) {
            return Err(PinError::Guessed);
        }
        let salt = SaltString::generate(&mut OsRng);
        let hash = Argon2::default().hash_password(digits, &salt).map_err(|_| PinError::Form)?;
        Ok(Self(hash.to_string()))
    }

    fn fits(&self, pin: &str) -> bool {
        let hash = PasswordHash::new(&self.0);
        hash.is_ok_and(|hash| Argon2::default().verify_password(pin.as_bytes(), &hash).is_ok())
    }
}

impl FromStr for PinHash {
    type Err = PinError;

    fn from_str(text: &str) -> Result<Self, PinError> {
        let is_argon = PasswordHash::new(text).is_ok_and(|hash| hash.algorithm.as_str() == "argon2id");
        is_argon.then(|| Self(text.into())).ok_or(PinError::NoHash)
    }
}

impl TryFrom<String> for PinHash {
    type Error = PinError;

    fn try_from(text: String) -> Result<Self, PinError> {
        text.parse()
    }
}

impl From<PinHash> for String {
    fn from(hash: PinHash) -> Self {
        hash.0
    }
}

impl fmt::Display for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// The hash of the PIN.
    pub pin: PinHash,
    /// What this one may do.
    pub rights: BTreeSet<Right>,
}

/// What somebody shows who wants something done.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// The name.
    pub name: String,
    /// The PIN.
    pub pin: String,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({})", self.name)
    }
}

/// Wrong PINs in a row, by name.
pub type Tries = BTreeMap<String, Wrong>;

/// Wrong PINs of one name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// How many in a row.
    pub count: u8,
    /// When the last one was shown, in milliseconds since 1970.
    pub last: u64,
}

/// How long a name that is locked has to wait for each further try, in milliseconds.
const AFTER: u64 = 3_600_000;

/// Why something is not done.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// Nobody has said who it is.
    #[error("say who you are: --as NAME")]
    Nobody,
    /// No such name, or another PIN: nobody is told which.
    #[error("{0}: the name or the PIN is wrong")]
    Wrong(String),
    /// Too many wrong PINs.
    #[error("{0} has shown too many wrong PINs: the name has one try an hour, or is unlocked")]
    Locked(String),
    /// Known, and without this right.
    #[error("{name} may not {right}")]
    NotAllowed {
        /// Who.
        name: String,
        /// What.
        right: Right,
    },
    /// It takes two.
    #[error("this takes two people, each with the right `{0}`: --as NAME --as NAME")]
    Two(Right),
}

/// How a machine is looked after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Operators {
    /// The operators by name. None: whoever can use the machine's folder may do everything, with `--by NAME` in the journal.
    pub people: BTreeMap<String, Operator>,
    /// What takes two of them.
    pub two_people: BTreeSet<Right>,
    /// How many wrong PINs in a row lock a name.
    pub max_tries: u8,
}

impl Default for Operators {
    fn default() -> Self {
        // Who could unlock names alone would have as many tries at others' PINs as wanted.
        let two_people = [Right::Empty, Right::Settle, Right::Forget, Right::Operators].into();
        Self { people: BTreeMap::new(), two_people, max_tries: 5 }
    }
}

impl Operators {
    /// Whether anybody has to say who it is.
    pub fn are_known(&self) -> bool {
        !self.people.is_empty()
    }

    /// Whether those who have shown these credentials may do something: their names. Every wrong PIN is counted in `tries`, and a right one
    /// ends the count; write them down whatever the answer is.
    /// `now`: in milliseconds since 1970.
    pub fn admit(
        &self,
        right: Right,
        shown: &[Credential],
        tries: &mut Tries,
        now: u64,
    ) -> Result<Vec<String>, Refused> {
        if shown.is_empty() {
            return Err(Refused::Nobody);
        }
        let mut names = BTreeSet::new();
        for Credential { name, pin } in shown {
            let Wrong { count, last } = tries.get(name).copied().unwrap_or_default();
            // A clock that was put back makes the wait no shorter.
            if count >= self.max_tries && now.saturating_sub(last) < AFTER {
                return Err(Refused::Locked(name.clone()));
            }
            let known = self.people.get(name);
            if !known.is_some_and(|operator| operator.pin.fits(pin)) {
                // A name that does not exist is not counted: there would be no end of them.
                if known.is_some() {
                    tries.insert(name.clone(), Wrong { count: count.saturating_add(1), last: now });
                }
                return Err(Refused::Wrong(name.clone()));
            }
            tries.remove(name);
            if !known.is_some_and(|operator| operator.rights.contains(&right)) {
                return Err(Refused::NotAllowed { name: name.clone(), right });
            }
            names.insert(name.clone());
        }
        if self.two_people.contains(&right) && names.len() < 2 {
            return Err(Refused::Two(right));
        }
        Ok(names.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, pin: &str) -> Credential {
        Credential { name: name.into(), pin: pin.into() }
    }

    fn operators() -> Operators {
        let operator = |pin: &str, rights: &[Right]| Operator {
            pin: PinHash::of(pin).unwrap(),
            rights: rights.iter().copied().collect(),
        };
        let people = [
            ("ada".into(), operator("271828", &[Right::Look, Right::Settle, Right::Fill])),
            ("bob".into(), operator("314159", &[Right::Settle, Right::Operators])),
            ("eve".into(), operator("161803", &[Right::Look])),
        ];
        Operators { people: people.into(), max_tries: 3, ..Operators::default() }
    }

    #[test]
    fn f1_who_may_do_what() {
        let (operators, mut tries) = (operators(), Tries::new());
        let mut admit = |right, shown: &[Credential]| operators.admit(right, shown, &mut tries, 7);
        assert_eq!(admit(Right::Fill, &[shown("ada", "271828")]), Ok(vec!["ada".into()]));
        assert_eq!(admit(Right::Fill, &[]), Err(Refused::Nobody));
        let not_allowed = Refused::NotAllowed { name: "eve".into(), right: Right::Fill };
        assert_eq!(admit(Right::Fill, &[shown("eve", "161803")]), Err(not_allowed));
        for wrong in [shown("ada", "271829"), shown("ada", ""), shown("nobody", "271828")] {
            let name = wrong.name.clone();
            assert_eq!(admit(Right::Fill, &[wrong]), Err(Refused::Wrong(name)));
        }
    }

    /// Money of a customer, and cards with money on them, are never one person's.
    #[test]
    fn f9_claims_and_the_compartment_take_two() {
        let (operators, mut tries) = (operators(), Tries::new());
        let (ada, bob, eve) = (shown("ada", "271828"), shown("bob", "314159"), shown("eve", "161803"));
        let mut admit = |right, shown: &[&Credential]| {
            operators.admit(right, &shown.iter().copied().cloned().collect::<Vec<_>>(), &mut tries, 7)
        };
        assert_eq!(admit(Right::Settle, &[&ada, &bob]), Ok(vec!["ada".into(), "bob".into()]));
        assert_eq!(admit(Right::Settle, &[&ada]), Err(Refused::Two(Right::Settle)));
        assert_eq!(admit(Right::Settle, &[&ada, &ada]), Err(Refused::Two(Right::Settle)), "the same one twice");
        assert!(matches!(admit(Right::Settle, &[&ada, &eve]), Err(Refused::NotAllowed { .. })));
        assert!(matches!(admit(Right::Settle, &[&ada, &shown("bob", "0")]), Err(Refused::Wrong(_))));
    }

    #[test]
    fn f17_wrong_pins_lock_a_name_and_nobody_elses() {
        let (operators, mut tries) = (operators(), Tries::new());
        let wrong = || [shown("ada", "999999")];
        for _ in 0..2 {
            assert!(operators.admit(Right::Look, &wrong(), &mut tries, 7).is_err());
        }
        assert!(operators.admit(Right::Look, &[shown("ada", "271828")], &mut tries, 7).is_ok(), "ends the count");
        for _ in 0..3 {
            assert!(operators.admit(Right::Look, &wrong(), &mut tries, 7).is_err());
        }
        let right = operators.admit(Right::Look, &[shown("ada", "271828")], &mut tries, 8);
        assert_eq!(right, Err(Refused::Locked("ada".into())));
        assert!(operators.admit(Right::Look, &[shown("eve", "161803")], &mut tries, 7).is_ok());
        for number in 0..99 {
            let _ = operators.admit(Right::Look, &[shown(&format!("x{number}"), "1")], &mut tries, 7);
        }
        assert_eq!(tries.len(), 1, "names that do not exist fill no journal");
        // One try an hour, whatever the clock says in between.
        let ada = |tries: &mut Tries, pin, now| operators.admit(Right::Look, &[shown("ada", pin)], tries, now);
        assert!(matches!(ada(&mut tries, "999999", 7 + AFTER), Err(Refused::Wrong(_))));
        assert!(matches!(ada(&mut tries, "271828", 8 + AFTER), Err(Refused::Locked(_))));
        assert!(matches!(ada(&mut tries, "271828", 0), Err(Refused::Locked(_))));
        assert!(ada(&mut tries, "271828", 7 + 2 * AFTER).is_ok());
    }

    #[test]
    fn pins_are_no_words_and_hashes_are_not_guessed() {
        for (pin, wrong) in [
            ("12345", PinError::Form),
            ("1234567890123", PinError::Form),
            ("27182x", PinError::Form),
            ("111111", PinError::Guessed),
            ("123456", PinError::Guessed),
            ("987654", PinError::Guessed),
        ] {
            assert_eq!(PinHash::of(pin).unwrap_err(), wrong, "{pin}");
        }
        let (one, other) = (PinHash::of("271828").unwrap(), PinHash::of("271828").unwrap());
        assert_ne!(one, other, "salted");
        assert!(one.fits("271828") && !one.fits("271829"));
        assert!(!format!("{one:?}").contains("argon2"));
        assert_eq!(one.to_string().parse::<PinHash>().unwrap(), one);
        for text in ["271828", "", "$2b$12$abcdefghijklmnopqrstuu", "$pbkdf2$x"] {
            assert_eq!(text.parse::<PinHash>().unwrap_err(), PinError::NoHash, "{text}");
        }
    }
}
