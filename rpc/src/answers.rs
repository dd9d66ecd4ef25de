//! The shapes of the answers. Amounts are decimal strings of base units, byte strings hex, addresses SS58.

use crate::input::{hex_of, ss58};
use serde::{Deserialize, Serialize};
use specie_primitives::{
    api::ManufacturerInfo,
    ids::{BatchId, CurrencyId},
    records::{Batch, BatchState, Carrier, CarrierState},
    verdict::{Reason, State},
    wire::Wire,
};

/// A block and its age.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct HeadAnswer {
    /// Its height.
    pub number: u32,
    /// Its hash.
    pub hash: String,
    /// How long ago it was made by its own word and the node's clock, in milliseconds.
    pub age_ms: u64,
}

/// The blocks that an answer holds at.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct HeadsAnswer {
    /// The best block.
    pub best: HeadAnswer,
    /// The last final block.
    pub finalized: HeadAnswer,
}

/// A balance at both blocks, in base units.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct BalanceAnswer {
    /// At the last final block.
    pub finalized: String,
    /// At the best block.
    pub best: String,
}

/// What the chain keeps about a carrier, at the best block.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct CarrierAnswer {
    /// `active`, `frozen`, `conflictingOrders`, `conflictingAttestations`, `superseded` or `retired`.
    pub state: String,
    /// The currency; `native`.
    pub currency: String,
    /// The face value in base units; `null`: any amount.
    pub denomination: Option<String>,
    /// The block by which it is to be funded; `null`: whenever.
    pub funding_due: Option<u32>,
    /// Which of the card's currency keys it is.
    pub generation: u32,
    /// The sequence of the last order that was accepted.
    pub sequence: u32,
    /// The currency key: scheme and key.
    pub currency_key: String,
    /// The device key: scheme and key.
    pub device_key: String,
    /// The machine that registered it.
    pub machine: String,
    /// The block of its registration.
    pub registered_at: u32,
}

/// Who made the card, by its certificate or, without one, by its record.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct CertificateAnswer {
    /// The batch.
    pub batch: u64,
    /// The manufacturer's number.
    pub manufacturer: u32,
    /// Its name.
    pub manufacturer_name: String,
    /// `active`, `suspended` or `revoked`.
    pub state: String,
    /// Whether the chain refuses the orders of its carriers while it is not active.
    pub blocks_orders: bool,
}

/// A verdict with what it rests on.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct VerdictAnswer {
    /// The carrier's address; `null` for a card that has none yet.
    pub address: Option<String>,
    /// What to do depends on this.
    pub state: String,
    /// What decided it.
    pub reason: String,
    /// Everything that applies.
    pub reasons: Vec<String>,
    /// Whether the card's evidence was examined.
    pub proven: bool,
    /// The last block that could include an outstanding order.
    pub outstanding_until: Option<u32>,
    /// What the address holds; `null` when the node cannot know, or there is no address.
    pub balance: Option<BalanceAnswer>,
    /// Spends in the pool; `null`: the node does not watch the pool.
    pub pending_spends: Option<u32>,
    /// The record; `null` when there is none.
    pub carrier: Option<CarrierAnswer>,
    /// The card's maker; `null` when the chain does not know the batch.
    pub certificate: Option<CertificateAnswer>,
    /// The blocks that it holds at.
    pub head: HeadsAnswer,
}

/// One of many verdicts.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum VerdictItem {
    /// There is one.
    Verdict(Box<VerdictAnswer>),
    /// There is none.
    Error {
        /// The code, as of the single method.
        code: i32,
        /// What is wrong.
        message: String,
    },
}

/// Many verdicts from one snapshot, in the order of the questions.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct VerdictList {
    /// The verdicts.
    pub verdicts: Vec<VerdictItem>,
    /// The blocks that they all hold at.
    pub head: HeadsAnswer,
}

/// A batch: what a machine caches to work offline.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
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
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
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
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
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
}

/// A page of manufacturers, at the last final block.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct ManufacturerList {
    /// In the order of their numbers.
    pub manufacturers: Vec<ManufacturerAnswer>,
    /// Ask with it for the next page; `null`: this was the last.
    pub cursor: Option<u32>,
    /// The blocks at which the node stood.
    pub head: HeadsAnswer,
}

/// A grant that may be used.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct GrantAnswer {
    /// Its index.
    pub index: u32,
    /// What the card's attestation has to sign.
    pub challenge: String,
}

/// What a machine may do and the grants that it may use, at the last final block.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
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
    /// The first of them.
    pub grants: Vec<GrantAnswer>,
    /// Ask with it for the next page; `null`: this was the last.
    pub cursor: Option<u32>,
    /// The blocks at which the node stood.
    pub head: HeadsAnswer,
}

/// Whether the node can answer.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct HealthAnswer {
    /// Whether verdicts are given.
    pub able: bool,
    /// Why not.
    pub reason: Option<String>,
    /// Whether the node is catching up with the network.
    pub syncing: bool,
    /// Where it stands.
    pub head: HeadsAnswer,
    /// The oldest best block for which it answers, in milliseconds.
    pub max_best_age_ms: u64,
    /// The oldest final block for which it answers, in milliseconds.
    pub max_finalized_age_ms: u64,
    /// How many blocks the index lags behind; `null`: the node has none and reads its state.
    pub index_lag: Option<u32>,
    /// Whether the pool is watched.
    pub watches_pool: bool,
    /// What orders and grants are bound to.
    pub genesis: String,
    /// How many blocks ahead an order may expire.
    pub max_order_lifetime: u32,
    /// What the network takes of an order's fee, in base units: for secp256k1, P-256 and Ed25519.
    pub order_fees: [String; 3],
}

impl CarrierAnswer {
    /// The answer for a record.
    pub fn of(carrier: &Carrier) -> Self {
        let state = match carrier.state {
            CarrierState::Active => "active",
            CarrierState::Frozen => "frozen",
            CarrierState::Marked(specie_primitives::records::Fraud::ConflictingOrders) => "conflictingOrders",
            CarrierState::Marked(_) => "conflictingAttestations",
            CarrierState::Superseded => "superseded",
            CarrierState::Retired => "retired",
        };
        let CurrencyId::Native = carrier.currency;
        Self {
            state: state.into(),
            currency: "native".into(),
            denomination: carrier.denomination.map(|amount| amount.to_string()),
            funding_due: carrier.funding_due,
            generation: carrier.generation,
            sequence: carrier.sequence,
            currency_key: hex_of(&carrier.currency_key.to_vec()),
            device_key: hex_of(&carrier.device_key.to_vec()),
            machine: ss58(carrier.machine.0),
            registered_at: carrier.registered_at,
        }
    }
}

impl CertificateAnswer {
    /// The answer for a batch and its maker.
    pub fn of(id: BatchId, batch: &Batch, maker: Option<&ManufacturerInfo>) -> Self {
        Self {
            batch: id.0,
            manufacturer: batch.manufacturer.0,
            manufacturer_name: maker.map(name_of).unwrap_or_default(),
            state: batch_state(batch.state).into(),
            blocks_orders: batch.blocks_orders,
        }
    }
}

impl BatchAnswer {
    /// The answer for a batch.
    pub fn of(id: BatchId, batch: &Batch) -> Self {
        use specie_primitives::records::BatchKey;
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
        Self { manufacturer: info.id.0, name: name_of(info), account: ss58(info.account), batches: info.batches }
    }
}

/// The chain lets only UTF-8 in.
fn name_of(info: &ManufacturerInfo) -> String {
    String::from_utf8_lossy(&info.name).into_owned()
}

/// The name of a batch's state.
const fn batch_state(state: BatchState) -> &'static str {
    match state {
        BatchState::Active => "active",
        BatchState::Suspended => "suspended",
        BatchState::Revoked => "revoked",
    }
}

/// The name of a verdict's state. Stable.
pub const fn state_name(state: State) -> &'static str {
    match state {
        State::Unknown => "unknown",
        State::Counterfeit => "counterfeit",
        State::Suspended => "suspended",
        State::Blank => "blank",
        State::Unsafe => "unsafe",
        State::IssuanceError => "issuanceError",
        State::Withdrawn => "withdrawn",
        State::Safe => "safe",
        State::Unproven => "unproven",
    }
}

/// The name of a verdict's reason. Stable.
pub const fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Syncing => "syncing",
        Reason::BestBlockStale => "bestBlockStale",
        Reason::FinalizedBlockStale => "finalizedBlockStale",
        Reason::IndexBehind => "indexBehind",
        Reason::AnswerTooLarge => "answerTooLarge",
        Reason::UnknownBatch => "unknownBatch",
        Reason::BadCertificate => "badCertificate",
        Reason::BadAttestation => "badAttestation",
        Reason::OtherDevice => "otherDevice",
        Reason::DeviceCloned => "deviceCloned",
        Reason::GenerationBehind => "generationBehind",
        Reason::SequenceBehind => "sequenceBehind",
        Reason::BatchSuspended => "batchSuspended",
        Reason::BatchRevoked => "batchRevoked",
        Reason::Frozen => "frozen",
        Reason::ConflictingOrders => "conflictingOrders",
        Reason::ConflictingAttestations => "conflictingAttestations",
        Reason::Superseded => "superseded",
        Reason::Retired => "retired",
        Reason::Locked => "locked",
        Reason::NotInitialised => "notInitialised",
        Reason::NotRegistered => "notRegistered",
        Reason::KeyDestroyed => "keyDestroyed",
        Reason::RegistrationNotFinal => "registrationNotFinal",
        Reason::SpendInPool => "spendInPool",
        Reason::SpendNotFinal => "spendNotFinal",
        Reason::BalanceNotFinal => "balanceNotFinal",
        Reason::OrderOutstanding => "orderOutstanding",
        Reason::GenerationAhead => "generationAhead",
        Reason::KeyUsed => "keyUsed",
        Reason::NotFundedYet => "notFundedYet",
        Reason::FundingNotFinal => "fundingNotFinal",
        Reason::FundingOverdue => "fundingOverdue",
        Reason::FaceValueMismatch => "faceValueMismatch",
        Reason::Spent => "spent",
        Reason::NoEvidence => "noEvidence",
        Reason::Sound => "sound",
    }
}
