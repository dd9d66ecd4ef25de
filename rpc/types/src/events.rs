//! What a subscriber hears.

use crate::{
    account::Account,
    scalars::Heads,
    verdict::BriefVerdict,
    word::{List, Word},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specie_primitives::{names, verdict::Reason};

/// What a subscriber hears. Every event carries the cursor to go on from after it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CarrierEvent {
    /// The verdict on a carrier, without evidence: the first one, or another than before.
    Verdict {
        /// Where to go on from.
        cursor: String,
        /// The carrier.
        address: Account,
        /// The verdict.
        verdict: Box<BriefVerdict>,
        /// The blocks that it holds at.
        head: Heads,
    },
    /// There is no verdict on a carrier, because none is registered at the address (9001), or it cannot be read. A
    /// verdict follows when there is one.
    Error {
        /// Where to go on from.
        cursor: String,
        /// The address.
        address: Account,
        /// The code, as of `carrier_verdict`.
        code: i32,
        /// What is wrong.
        message: String,
    },
    /// Changes may be missing before this event. The verdicts on all carriers of the subscription follow, as of now.
    Gap {
        /// Where to go on from.
        cursor: String,
        /// `restarted`: the cursor is of an earlier run of the node, or of another node; `tooOld`: more has happened
        /// since than is kept; `notWatched`: nobody watched one of the carriers in between; `tooSlow`: the subscriber
        /// did not keep up.
        reason: Word<GapReason>,
    },
    /// From here on the verdicts on all carriers are `unknown`, or are not any more.
    Node {
        /// Where to go on from.
        cursor: String,
        /// Whether verdicts are given.
        able: bool,
        /// Why not.
        reason: Option<Word<Reason>>,
    },
    /// From here on the chain takes no orders, and every verdict says `suspended/ordersStopped`; or it takes them again, and
    /// the verdicts that are others than they were told last follow.
    Orders {
        /// Where to go on from.
        cursor: String,
        /// Whether they are stopped.
        stopped: bool,
    },
}

/// Why events are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GapReason {
    /// The cursor is of an earlier run of the node, or of another node.
    Restarted,
    /// Nobody watched one of the carriers for a while, so nobody knows what it did meanwhile.
    NotWatched,
    /// More has happened since than is kept.
    TooOld,
    /// The subscriber did not keep up.
    TooSlow,
}

impl List for GapReason {}

names!(GapReason {
    Restarted => "restarted",
    NotWatched => "notWatched",
    TooOld => "tooOld",
    TooSlow => "tooSlow",
});
