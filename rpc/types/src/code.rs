//! The numbers of errors: the node's own, and the pool's, which the SDK gives.

use std::fmt;

/// The code of an error of Specie's methods. Stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The index's database failed, or the node is going down.
    Internal,
    /// No carrier was ever registered at the address, and no evidence was given.
    UnknownAddress,
    /// The evidence is not in the format.
    MalformedEvidence,
    /// The address is neither SS58 nor 32 bytes of hex.
    MalformedAddress,
    /// The evidence is of another carrier than the address.
    OtherCarrier,
    /// More was asked for than the node answers at once.
    TooMany,
    /// Neither an address nor evidence was given.
    NothingAsked,
    /// The batch was never registered.
    UnknownBatch,
    /// The manufacturer was never registered.
    UnknownManufacturer,
    /// The machine was never registered.
    UnknownMachine,
    /// The node is catching up, or its blocks are too old, so that a list might lack something.
    Stale,
    /// The evidence answers another challenge than the asker's.
    OtherChallenge,
    /// The client, or all clients together, ask for more than the node can do.
    Overloaded,
    /// The cursor is not one that a method of this node gave.
    MalformedCursor,
    /// There is no such currency.
    UnknownCurrency,
    /// There is no such pool.
    UnknownPool,
}

/// Every code of Specie's methods: its number, and what it means. In the order of their numbers.
const TABLE: [(ErrorCode, i32, &str); 16] = [
    (ErrorCode::Internal, 9000, "the node could not read its index"),
    (ErrorCode::UnknownAddress, 9001, "no carrier is registered at this address"),
    (ErrorCode::MalformedEvidence, 9002, "malformed evidence"),
    (ErrorCode::MalformedAddress, 9003, "malformed address"),
    (ErrorCode::OtherCarrier, 9004, "the evidence is not of the carrier at this address"),
    (ErrorCode::TooMany, 9005, "too many: more was asked for than the node answers at once"),
    (ErrorCode::NothingAsked, 9006, "give an address, evidence, or both"),
    (ErrorCode::UnknownBatch, 9007, "no batch has this id"),
    (ErrorCode::UnknownManufacturer, 9008, "no manufacturer has this number"),
    (ErrorCode::UnknownMachine, 9009, "no machine is registered under this account"),
    (ErrorCode::Stale, 9010, "the node cannot know"),
    (ErrorCode::OtherChallenge, 9011, "the evidence answers another challenge"),
    (ErrorCode::Overloaded, 9012, "overloaded: ask again after `data.retryAfterMs` milliseconds"),
    (ErrorCode::MalformedCursor, 9013, "malformed cursor"),
    (ErrorCode::UnknownCurrency, 9014, "no currency has this name"),
    (ErrorCode::UnknownPool, 9015, "no pool has this number"),
];

impl ErrorCode {
    /// Every one, in the order of the numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(code, ..)| *code)
    }

    /// Its number.
    pub const fn number(self) -> i32 {
        TABLE[self as usize].1
    }

    /// What it means.
    pub const fn meaning(self) -> &'static str {
        TABLE[self as usize].2
    }
}

/// Why the transaction pool takes something not: the codes of the SDK's `author` methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PoolCode {
    /// The node cannot verify it: it is of another version. 1002.
    Unverifiable,
    /// It is not valid. 1010.
    Invalid,
    /// Nobody can say whether it is valid. 1011.
    ValidityUnknown,
    /// These very bytes left the pool a while ago. 1012.
    Banned,
    /// It is in the pool already. 1013.
    AlreadyThere,
    /// Another one of this sender waits, and pays as much. 1014.
    LowPriority,
    /// The pool is full. 1016.
    Full,
    /// The node cannot read it. 1040.
    Unreadable,
}

const POOL: [(PoolCode, i32); 8] = [
    (PoolCode::Unverifiable, 1002),
    (PoolCode::Invalid, 1010),
    (PoolCode::ValidityUnknown, 1011),
    (PoolCode::Banned, 1012),
    (PoolCode::AlreadyThere, 1013),
    (PoolCode::LowPriority, 1014),
    (PoolCode::Full, 1016),
    (PoolCode::Unreadable, 1040),
];

/// JSON-RPC's code for an error inside the server.
const SERVER: i32 = -32603;

/// The code of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// Of Specie's methods.
    Specie(ErrorCode),
    /// Of the transaction pool.
    Pool(PoolCode),
    /// Something went wrong inside the server.
    Server,
    /// Another one: of the SDK, of JSON-RPC, or of a later version.
    Other(i32),
}

impl Code {
    /// Its number.
    pub fn number(self) -> i32 {
        match self {
            Self::Specie(code) => code.number(),
            Self::Pool(code) => POOL.iter().find(|(known, _)| *known == code).map_or(0, |(_, number)| *number),
            Self::Server => SERVER,
            Self::Other(number) => number,
        }
    }

    /// Whether it says something about the node and nothing about what was asked: another one may know.
    pub const fn is_of_node(self) -> bool {
        matches!(self, Self::Specie(ErrorCode::Internal | ErrorCode::Stale | ErrorCode::Overloaded) | Self::Server)
    }
}

impl From<i32> for Code {
    fn from(number: i32) -> Self {
        if number == SERVER {
            return Self::Server;
        }
        let own = TABLE.iter().find(|(_, known, _)| *known == number).map(|(code, ..)| Self::Specie(*code));
        let of_pool = || POOL.iter().find(|(_, known)| *known == number).map(|(code, _)| Self::Pool(*code));
        own.or_else(of_pool).unwrap_or(Self::Other(number))
    }
}

impl From<ErrorCode> for Code {
    fn from(code: ErrorCode) -> Self {
        Self::Specie(code)
    }
}

impl From<PoolCode> for Code {
    fn from(code: PoolCode) -> Self {
        Self::Pool(code)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_number() {
        for (position, (code, number, meaning)) in TABLE.into_iter().enumerate() {
            assert_eq!((code as usize, code.number(), code.meaning()), (position, number, meaning));
            assert_eq!(Code::from(number), code.into());
        }
        for (code, number) in POOL {
            assert_eq!((Code::from(number), Code::Pool(code).number()), (Code::Pool(code), number));
        }
        assert_eq!((Code::from(-32603), Code::Server.number()), (Code::Server, -32603));
        assert_eq!((Code::from(1), Code::Other(1).number()), (Code::Other(1), 1));
    }
}
