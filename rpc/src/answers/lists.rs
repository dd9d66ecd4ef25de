//! Batches, manufacturers and grants, in pages.

use super::{heads::HeadsAnswer, names::batch_state};
use crate::input::{hex_of, ss58};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specie_primitives::{
    api::ManufacturerInfo,
    ids::BatchId,
    records::{Batch, BatchKey},
    wire::Wire,
};

/// A batch: what a machine caches to work offline.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct BatchAnswer {
    /// Its id.
    pub batch: u64,
    /// The manufacturer's number.
    pub manufacturer: u32,
    /// The format of its certificates: `native`, `keycard` or `coinkite`.
    pub format: String,
    /// The wire form of its key: format, scheme for `native`, and key.
    pub key: String,
    /// `active`, `suspended` or `revoked`.
    pub state: String,
    /// Whether the chain refuses the orders of its carriers while it is not active.
    pub blocks_orders: bool,
    /// How many carriers may be registered under it.
    pub capacity: u32,
    /// How many are.
    pub registered: u32,
    /// The last block at which one may be.
    pub expires: u32,
}

/// A page of a manufacturer's batches, at the last final block.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct BatchList {
    /// In the order in which they were added.
    pub batches: Vec<BatchAnswer>,
    /// Ask with it for the next page; `null`: this was the last.
    pub cursor: Option<u32>,
    /// The blocks at which the node stood.
    pub head: HeadsAnswer,
}

/// A manufacturer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct ManufacturerAnswer {
    /// Its number.
    pub manufacturer: u32,
    /// Its name.
    pub name: String,
    /// The account that adds its batches.
    pub account: String,
    /// How many batches it has.
    pub batches: u32,
    /// How many carriers its batches have room for together.
    pub capacity: u64,
    /// How many they may have room for.
    pub quota: u64,
    /// Whether the issuer has stopped it: it adds no batch, and none of its cards can be registered.
    pub suspended: bool,
}

/// A page of manufacturers, at the last final block.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct ManufacturerList {
    /// In the order of their numbers.
    pub manufacturers: Vec<ManufacturerAnswer>,
    /// Ask with it for the next page; `null`: this was the last.
    pub cursor: Option<u32>,
    /// The blocks at which the node stood.
    pub head: HeadsAnswer,
}

/// What a machine may do and the grants that it may use, at the last final block.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct GrantList {
    /// The machine.
    pub machine: String,
    /// Who runs it.
    pub operator: String,
    /// Whether the issuer has stopped it: then no grant can be used.
    pub suspended: bool,
    /// Whether it may initialise: without, no grant can be used.
    pub may_initialise: bool,
    /// How many grants it holds.
    pub open_grants: u32,
    /// The indices of the first of them, in order.
    pub grants: Vec<u32>,
    /// Ask with it for the next page; `null`: this was the last.
    pub cursor: Option<u32>,
    /// The blocks at which the node stood.
    pub head: HeadsAnswer,
}

impl BatchAnswer {
    /// The answer for a batch.
    pub fn of(id: BatchId, batch: &Batch) -> Self {
        let format = match batch.key {
            BatchKey::Native(_) => "native",
            BatchKey::Keycard(_) => "keycard",
            BatchKey::CoinkiteRoot(_) => "coinkite",
        };
        Self {
            batch: id.0,
            manufacturer: batch.manufacturer.0,
            format: format.into(),
            key: hex_of(&batch.key.to_vec()),
            state: batch_state(batch.state).into(),
            blocks_orders: batch.blocks_orders,
            capacity: batch.capacity,
            registered: batch.registered,
            expires: batch.expires,
        }
    }
}

impl ManufacturerAnswer {
    /// The answer for a manufacturer.
    pub fn of(info: &ManufacturerInfo) -> Self {
        Self {
            manufacturer: info.id.0,
            name: name_of(info),
            account: ss58(info.account),
            batches: info.batches,
            capacity: info.capacity,
            quota: info.quota,
            suspended: info.suspended,
        }
    }
}

/// The chain lets only UTF-8 in.
pub(super) fn name_of(info: &ManufacturerInfo) -> String {
    String::from_utf8_lossy(&info.name).into_owned()
}
