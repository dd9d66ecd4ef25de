//! How much one call may ask for.

/// The most questions in one `carrier_verdicts`, with everything: some megabyte of answer.
pub const MAX_VERDICTS: usize = 1_000;

/// The most questions in one `carrier_verdicts`, in few words: the content of a safe.
pub const MAX_BRIEF_VERDICTS: usize = 10_000;

/// The items in one page of a list.
pub const MAX_LIST: u32 = 128;

/// The most entries in one page of a history.
pub const MAX_HISTORY: u32 = 256;

/// The most carriers of one subscription.
pub const MAX_WATCHED: usize = 10_000;
