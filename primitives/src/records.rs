//! What the chain keeps: batches, machines and carriers, as the pallets store them and the node reads them.

use crate::{
    crypto::PublicKey,
    ids::{scale_derives, BatchId, CarrierId, CurrencyId, MachineId, ManufacturerId},
    wire::{Reader, Wire, WireError, Writer},
    Balance, BlockNumber,
};

scale_derives! {
    /// The key that a batch's certificates are checked against; its tag is that of the certificate's format.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum BatchKey {
        /// The batch's own key.
        Native(PublicKey),
        /// Keycard's certification key, compressed secp256k1.
        Keycard([u8; 33]),
        /// Coinkite's factory root, compressed secp256k1; the batch keys under it are not on chain.
        CoinkiteRoot([u8; 33]),
    }

    /// Whether a batch's cards are trusted.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum BatchState {
        /// They are.
        Active,
        /// Not for now: the manufacturer or the issuer has a doubt.
        Suspended,
        /// Not any more, for good.
        Revoked,
    }

    /// A production batch.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Batch {
        /// Who made it.
        pub manufacturer: ManufacturerId,
        /// What its certificates are checked against.
        pub key: BatchKey,
        /// Whether its cards are trusted.
        pub state: BatchState,
        /// Whether the chain refuses the orders of its carriers while it is not active. The issuer's decision: a
        /// holder must not lose money because a factory was careless.
        pub blocks_orders: bool,
        /// How many carriers may be registered under it.
        pub capacity: u32,
        /// How many are.
        pub registered: u32,
        /// The last block at which a carrier may be registered under it.
        pub expires: BlockNumber,
    }

    /// What was proved about a cloned card.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Fraud {
        /// Two different orders with one sequence: the currency key exists twice.
        ConflictingOrders,
        /// Two currency keys for one generation: the device key exists twice.
        ConflictingAttestations,
    }

    /// Where a carrier is in its life on chain.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum CarrierState {
        /// In use.
        Active,
        /// The issuer has stopped its orders.
        Frozen,
        /// Proved to be cloned; its money is held for the issuer to settle.
        Marked(Fraud),
        /// Its card has made a newer currency key.
        Superseded,
        /// Out of use for good.
        Retired,
    }

    /// A registered carrier.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Carrier {
        /// The batch that its certificate named.
        pub batch: BatchId,
        /// The card's device key.
        pub device_key: PublicKey,
        /// The key that signs its orders.
        pub currency_key: PublicKey,
        /// Which of the card's currency keys this is, from 1.
        pub generation: u32,
        /// The sequence of the last order that was accepted; 0: none.
        pub sequence: u32,
        /// In use, stopped or gone.
        pub state: CarrierState,
        /// What its money is, for good.
        pub currency: CurrencyId,
        /// The face value in base units; `None`: any amount.
        pub denomination: Option<Balance>,
        /// The block by which it was to be funded; `None`: whenever.
        pub funding_due: Option<BlockNumber>,
        /// The machine that registered it.
        pub machine: MachineId,
        /// The account that pays for the record.
        pub depositor: [u8; 32],
        /// How much of that account's money is held for it, in base units.
        pub deposit: Balance,
        /// The block of its registration.
        pub registered_at: BlockNumber,
    }

    /// The carrier that the chain has last seen on a device.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Device {
        /// The carrier.
        pub carrier: CarrierId,
        /// Its generation.
        pub generation: u32,
    }

    /// What a machine is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum MachineKind {
        /// Makes, funds, checks and cashes carriers.
        Atm,
        /// Holds many carriers.
        Safe,
        /// Takes carriers for goods.
        Shop,
        /// Pays on its own.
        Vehicle,
        /// A person's.
        Phone,
    }

    /// What a machine may do.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Permissions {
        /// Register carriers, one for each grant.
        pub initialise: bool,
        /// Take its fee for funding a carrier.
        pub fund: bool,
        /// Cash carriers out.
        pub cash_out: bool,
    }

    /// What a machine asks for funding a carrier.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct FeePolicy {
        /// Base units, whatever the amount.
        pub flat: Balance,
        /// Millionths of the amount, rounded up to a base unit.
        pub parts_per_million: u32,
    }

    /// A machine.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Machine {
        /// What it is.
        pub kind: MachineKind,
        /// The account that runs it: pays deposits, receives fees.
        pub operator: [u8; 32],
        /// What it may do.
        pub permissions: Permissions,
        /// Whether the issuer has stopped it.
        pub suspended: bool,
        /// The index that the next grant will have.
        pub next_grant: u32,
        /// How many grants are neither used nor revoked.
        pub open_grants: u32,
        /// What it asks.
        pub fee: FeePolicy,
        /// The most that it may ask.
        pub fee_ceiling: FeePolicy,
    }
}

impl BatchKey {
    /// Whether the key is a point of its curve.
    pub fn validate(&self) -> Result<(), WireError> {
        match self {
            Self::Native(key) => key.validate(),
            Self::Keycard(key) | Self::CoinkiteRoot(key) => PublicKey::Secp256k1(*key).validate(),
        }
    }
}

impl Wire for BatchKey {
    const MAX_LEN: usize = 1 + PublicKey::MAX_LEN;

    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::Native(key) => {
                out.u8(0);
                key.write(out);
            }
            Self::Keycard(key) => {
                out.u8(1).bytes(key);
            }
            Self::CoinkiteRoot(key) => {
                out.u8(2).bytes(key);
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        let key = match input.u8()? {
            0 => Self::Native(PublicKey::read(input)?),
            1 => Self::Keycard(input.array()?),
            2 => Self::CoinkiteRoot(input.array()?),
            tag => return Err(WireError::UnknownTag { field: "certificate format", tag }),
        };
        key.validate()?;
        Ok(key)
    }
}

impl FeePolicy {
    /// One million parts: the whole amount.
    pub const MILLION: u32 = 1_000_000;

    /// The fee for `amount` of a currency, in base units of that currency; `None` when it does not fit. The flat part is an
    /// amount of the chain's own currency, and is not asked in another.
    ///
    /// The proportional part is rounded up: a fee that rounded down would be nothing on small amounts and invite
    /// splitting. The customer sees the result and agrees to it before it is taken.
    pub fn of(&self, currency: CurrencyId, amount: Balance) -> Option<Balance> {
        let flat = if currency == CurrencyId::Native { self.flat } else { 0 };
        let million = Balance::from(Self::MILLION);
        let parts = Balance::from(self.parts_per_million);
        // Split the amount so that the product cannot overflow before the division.
        let (whole, rest) = (amount.checked_div(million)?, amount.checked_rem(million)?);
        let proportional = whole.checked_mul(parts)?.checked_add(rest.checked_mul(parts)?.div_ceil(million))?;
        flat.checked_add(proportional)
    }

    /// Whether no amount costs more under `self` than under `ceiling`.
    pub const fn within(&self, ceiling: &Self) -> bool {
        self.flat <= ceiling.flat && self.parts_per_million <= ceiling.parts_per_million
    }
}
