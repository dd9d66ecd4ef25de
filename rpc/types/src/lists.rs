//! Batches, manufacturers and grants, in pages.

use crate::{
    account::Account,
    scalars::{Bytes, Heads},
    word::Word,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specie_primitives::{names::CertificateFormat, records::BatchState, BlockNumber};

/// A batch: what a machine caches to work offline.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct BatchRecord {
    /// Its id.
    pub batch: u64,
    /// The manufacturer's number.
    pub manufacturer: u32,
    /// The format of its certificates: `native`, `keycard` or `coinkite`.
    pub format: Word<CertificateFormat>,
    /// The wire form of its key: format, scheme for `native`, and key.
    pub key: Bytes,
    /// `active`, `suspended` or `revoked`.
    pub state: Word<BatchState>,
    /// Whether the chain refuses the orders of its carriers while it is not active.
    pub blocks_orders: bool,
    /// How many carriers may be registered under it.
    pub capacity: u32,
    /// How many are.
    pub registered: u32,
    /// The last block at which one may be.
    pub expires: BlockNumber,
}

/// A page of a manufacturer's batches, at the last final block.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Batches {
    /// In the order in which they were added.
    pub batches: Vec<BatchRecord>,
    /// Ask with it for the next page; `null`: this was the last.
    pub cursor: Option<u32>,
    /// The blocks at which the node stood.
    pub head: Heads,
}

/// A manufacturer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Manufacturer {
    /// Its number.
    pub manufacturer: u32,
    /// Its name.
    pub name: String,
    /// The account that adds its batches.
    pub account: Account,
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
pub struct Manufacturers {
    /// In the order of their numbers.
    pub manufacturers: Vec<Manufacturer>,
    /// Ask with it for the next page; `null`: this was the last.
    pub cursor: Option<u32>,
    /// The blocks at which the node stood.
    pub head: Heads,
}

/// What a machine may do and the grants that it may use, at the last final block.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Grants {
    /// The machine.
    pub machine: Account,
    /// Who runs it.
    pub operator: Account,
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
    pub head: Heads,
}
