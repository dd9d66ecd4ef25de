//! What the nodes answer, as far as machines use it; `docs/rpc.md` has all of it.

use crate::{amount::Currency, Account};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use specie_primitives::{Balance, BlockNumber};

/// An amount of base units, as a decimal string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Units(pub Balance);

impl Serialize for Units {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Units {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// A block, and its age.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    /// Its height.
    pub number: BlockNumber,
    /// Its hash, `0x` and hex.
    pub hash: String,
    /// Milliseconds, by the node's clock.
    pub age_ms: i64,
}

/// The blocks that an answer holds at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heads {
    /// The newest.
    pub best: Block,
    /// The last final one.
    pub finalized: Block,
}

/// What an address holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balances {
    /// At the last final block; `None`: no carrier was registered there yet.
    pub finalized: Option<Units>,
    /// At the best block.
    pub best: Units,
}

/// What the chain keeps about a carrier, at the best block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CarrierRecord {
    /// `active`, `frozen`, `conflictingOrders`, `conflictingAttestations`, `superseded` or `retired`.
    pub state: String,
    /// What its money is.
    pub currency: Currency,
    /// The face value, in base units of the currency.
    pub denomination: Option<Units>,
    /// The block by which it is to be funded.
    pub funding_due: Option<BlockNumber>,
    /// Which of the card's currency keys it is.
    pub generation: u32,
    /// The sequence of the last order that was accepted.
    pub sequence: u32,
    /// That of the last order that was accepted for good; `None`: the registration is not final.
    pub final_sequence: Option<u32>,
    /// The machine that registered it.
    pub machine: Account,
    /// The block of its registration.
    pub registered_at: BlockNumber,
}

/// The card's maker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Maker {
    /// The batch.
    pub batch: u64,
    /// The manufacturer's number.
    pub manufacturer: u32,
    /// Its name.
    pub manufacturer_name: String,
    /// `active`, `suspended` or `revoked`.
    pub state: String,
    /// Whether the chain refuses its carriers' orders while it is not active.
    pub blocks_orders: bool,
}

/// A spend that waits for a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingSpend {
    /// The hash of the extrinsic in the pool.
    pub transaction: Option<String>,
    /// The order's sequence.
    pub sequence: u32,
    /// Who would be paid.
    pub to: Account,
    /// `None`: everything.
    pub amount: Option<Units>,
    /// The last block that may include it.
    pub valid_until: Option<BlockNumber>,
    /// Whether another order of this sequence waits that says something else.
    pub conflict: bool,
}

/// A verdict with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The carrier; `None`: the card has none yet.
    pub address: Option<Account>,
    /// What to do depends on this: `safe`, `counterfeit`, ….
    pub state: String,
    /// What decided it.
    pub reason: String,
    /// Everything that applies.
    pub reasons: Vec<String>,
    /// Whether evidence was examined.
    pub proven: bool,
    /// The last block that could include an outstanding order.
    pub outstanding_until: Option<BlockNumber>,
    /// What it holds beyond its denomination, in base units.
    pub surplus: Units,
    /// What the address holds.
    pub balance: Option<Balances>,
    /// Spends that wait for a block.
    pub pending_spends: Option<Vec<PendingSpend>>,
    /// The record at the best block.
    pub carrier: Option<CarrierRecord>,
    /// The card's maker.
    pub certificate: Option<Maker>,
    /// The blocks that it holds at.
    pub head: Option<Heads>,
}

impl Verdict {
    /// Whether the node knows at all: `unknown` says something about the node, or about the question, and nothing of the card.
    pub fn is_known(&self) -> bool {
        self.state != "unknown"
    }

    /// What the address holds at the last final block, in base units.
    pub fn final_balance(&self) -> Option<Balance> {
        self.balance.as_ref().and_then(|balance| balance.finalized).map(|units| units.0)
    }

    /// What the card's money is; the chain's own currency where it has no record yet.
    pub fn currency(&self) -> Currency {
        self.carrier.as_ref().map_or_else(Currency::native, |carrier| carrier.currency.clone())
    }

    /// The sequence with which the card should be asked again, about its orders after it: the card's word may rest on the expiry
    /// of an order that is dead, since the chain has accepted a later one for good. `None`: asking again would say the same.
    pub fn ask_since(&self) -> Option<u32> {
        let accepted = self.final_sequence()?;
        (accepted > 0 && self.has("orderOutstanding")).then_some(accepted)
    }

    /// The sequence of the last order that was accepted for good.
    pub fn final_sequence(&self) -> Option<u32> {
        self.carrier.as_ref()?.final_sequence
    }

    /// Whether this reason is among those that apply.
    pub fn has(&self, reason: &str) -> bool {
        self.reasons.iter().any(|known| known == reason)
    }
}

/// What a machine may do, and the first of its grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grants {
    /// Who runs it.
    pub operator: Account,
    /// Whether the issuer has stopped it.
    pub suspended: bool,
    /// Whether it may initialise.
    pub may_initialise: bool,
    /// How many it holds in all.
    pub open_grants: u32,
    /// The indices of the first of them, from the cursor on.
    pub grants: Vec<u32>,
    /// For the next page.
    pub cursor: Option<u32>,
}

/// A batch at the last final block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchRecord {
    /// Its id.
    pub batch: u64,
    /// Its manufacturer's number.
    pub manufacturer: u32,
    /// `native`, `keycard` or `coinkite`.
    pub format: String,
    /// What certificates are checked against, as wire bytes in `0x` and hex.
    pub key: String,
    /// `active`, `suspended` or `revoked`.
    pub state: String,
    /// Whether the chain refuses its carriers' orders while it is not active.
    pub blocks_orders: bool,
    /// How many carriers may be registered under it.
    pub capacity: u32,
    /// How many are.
    pub registered: u32,
    /// The last block at which one may be.
    pub expires: BlockNumber,
}

/// A page of batches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batches {
    /// The batches.
    pub batches: Vec<BatchRecord>,
    /// For the next page.
    pub cursor: Option<u32>,
}

/// A manufacturer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manufacturer {
    /// Its number.
    pub manufacturer: u32,
    /// Its name.
    pub name: String,
    /// Who adds its batches.
    pub account: Account,
    /// How many it has added.
    pub batches: u32,
    /// How many carriers they have room for together.
    pub capacity: u64,
    /// How many they may have room for.
    pub quota: u64,
    /// Whether the issuer has stopped it.
    pub suspended: bool,
}

/// A page of manufacturers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manufacturers {
    /// The manufacturers.
    pub manufacturers: Vec<Manufacturer>,
    /// For the next page.
    pub cursor: Option<u32>,
}

/// Whether a node can answer, and the constants of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Whether verdicts are given.
    pub able: bool,
    /// If not, why.
    pub reason: Option<String>,
    /// The blocks that answers hold at.
    pub head: Option<Heads>,
    /// The genesis hash.
    pub genesis: String,
    /// The time between two blocks, in milliseconds.
    pub slot_ms: Option<u64>,
    /// How many blocks ahead an order may expire.
    pub max_order_lifetime: Option<BlockNumber>,
    /// What the network takes of an order's fee, by the scheme's tag.
    pub order_fees: Option<Vec<Units>>,
}

/// Something that happened to a carrier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// The block.
    pub block: BlockNumber,
    /// Milliseconds since 1970.
    pub timestamp: u64,
    /// Whether the block is final.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// What happened: `funded`, `spent`, ….
    pub kind: String,
    /// Of a spend.
    pub sequence: Option<u32>,
    /// How much.
    pub amount: Option<Units>,
    /// Of this currency, where it need not be the carrier's: `native`, or `asset:` and a number.
    pub currency: Option<String>,
    /// Who was paid.
    pub to: Option<Account>,
    /// Who paid it in, of `funded`.
    pub by: Option<Account>,
    /// The machine that took a fee for it, of `funded`.
    pub machine: Option<Account>,
    /// Who paid it in, of `received`.
    pub from: Option<Account>,
    /// What the receiver of the fee got.
    pub fee: Option<Units>,
    /// What the network took.
    pub network_fee: Option<Units>,
}

/// A page of a history, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// What happened.
    pub entries: Vec<HistoryEntry>,
    /// For the next, older page.
    pub cursor: Option<String>,
    /// What the carrier's money is.
    pub currency: Currency,
    /// What happened before this block may be missing.
    pub complete_since: BlockNumber,
    /// The blocks that it holds at.
    pub head: Heads,
}

/// The version of the runtime.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuntimeVersion {
    pub(crate) spec_name: String,
    pub(crate) spec_version: u32,
    pub(crate) transaction_version: u32,
}

/// A currency with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencyRecord {
    /// `native`, or `asset:` and a number.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What stands beside its amounts.
    pub symbol: String,
    /// An amount of it has 10^decimals base units.
    pub decimals: u8,
    /// The least that an account may hold, in base units.
    pub minimum: Units,
}

/// A page of currencies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Currencies {
    /// The currencies.
    pub currencies: Vec<CurrencyRecord>,
    /// For the next page.
    pub cursor: Option<u32>,
}

/// How much there is of a currency, in base units, at the last final block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Supply {
    /// The currency.
    pub currency: Currency,
    /// The most that there may be.
    pub cap: Units,
    /// What the issuer has made, the genesis included.
    pub minted: Units,
    /// What the issuer has destroyed.
    pub burnt: Units,
    /// What was burnt of fees and remainders.
    pub fees_burnt: Units,
    /// What all accounts hold together.
    pub total: Units,
    /// `0`, or the chain's books are wrong.
    pub remainder: String,
    /// What is on carriers.
    pub in_carriers: InCarriers,
    /// The block that it holds at.
    pub head: Block,
}

/// What the carriers of a currency hold together, in base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InCarriers {
    /// How many carriers.
    pub carriers: u32,
    /// Free.
    pub free: Units,
    /// On hold for requests.
    pub held: Units,
}

impl From<&CurrencyRecord> for Currency {
    fn from(record: &CurrencyRecord) -> Self {
        let CurrencyRecord { id, symbol, decimals, .. } = record;
        Self { id: id.clone(), symbol: Some(symbol.clone()), decimals: Some(*decimals) }
    }
}
