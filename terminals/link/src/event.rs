//! What a block says has happened.

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The pallet.
    pub pallet: String,
    /// The event's name.
    pub name: String,
    /// Its fields, SCALE encoded.
    pub fields: Vec<u8>,
}
