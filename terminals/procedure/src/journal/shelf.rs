//! What a machine kind keeps beside its cases.

use std::marker::PhantomData;

/// Rows by number: grants, registrations that wait, batch keys.
pub struct Shelf<V> {
    pub(super) name: &'static str,
    kind: PhantomData<fn() -> V>,
}

impl<V> Shelf<V> {
    /// The shelf of this name. One name, one kind of value.
    pub const fn new(name: &'static str) -> Self {
        Self { name, kind: PhantomData }
    }

    pub(super) fn table(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }
}

/// What the tables of shelves begin with.
pub(super) const PREFIX: &str = "shelf:";

/// A single value: what is in the bins.
pub struct Slot<V> {
    pub(super) name: &'static str,
    kind: PhantomData<fn() -> V>,
}

impl<V> Slot<V> {
    /// The slot of this name. One name, one kind of value.
    pub const fn new(name: &'static str) -> Self {
        Self { name, kind: PhantomData }
    }

    pub(super) fn key(&self) -> String {
        format!("slot:{}", self.name)
    }
}
