//! The set-up of how accounts act together and for each other: batches, multisigs, proxies.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
    parameter_types,
    traits::{ConstU32, InstanceFilter},
};
use scale_info::TypeInfo;
use sp_runtime::traits::BlakeTwo256;

use super::money::deposit;
use crate::{Balance, Balances, OriginCaller, Runtime, RuntimeCall, RuntimeEvent, System};

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
    /// What an open multisig operation puts aside: one entry, the hash in its key (32 bytes) and a
    /// timepoint, a deposit and a depositor (56 bytes).
    pub const MultisigDepositBase: Balance = deposit(1, 88);
    /// And for each approval that it collects: an account.
    pub const MultisigDepositFactor: Balance = deposit(0, 32);

    /// What the list of an account's proxies puts aside: one entry, and the deposit in it.
    pub const ProxyDepositBase: Balance = deposit(1, 16);
    /// And for each proxy: an account, a type and a delay.
    pub const ProxyDepositFactor: Balance = deposit(0, 37);

    /// What the list of a proxy's announcements puts aside: one entry, and the deposit in it.
    pub const AnnouncementDepositBase: Balance = deposit(1, 16);
    /// And for each announcement: an account, a hash and a height.
    pub const AnnouncementDepositFactor: Balance = deposit(0, 68);
}

impl pallet_multisig::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type DepositBase = MultisigDepositBase;
    type DepositFactor = MultisigDepositFactor;
    type MaxSignatories = ConstU32<100>;
    type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
    type BlockNumberProvider = System;
}

/// What a proxy may do for the account that appointed it.
///
/// A batch is let through, because each call inside passes the filter again. `Multisig` and `Proxy`
/// are not: they act as another account, which this filter does not follow. Lists name what is
/// allowed, so that a new pallet is closed to proxies until somebody decides otherwise.
#[derive(
    Clone,
    Copy,
    Debug,
    Decode,
    DecodeWithMemTracking,
    Default,
    Encode,
    Eq,
    MaxEncodedLen,
    Ord,
    PartialEq,
    PartialOrd,
    TypeInfo,
)]
pub enum ProxyType {
    /// Everything.
    #[default]
    #[codec(index = 0)]
    Any,
    /// Everything that moves no money and no carrier: the council, manufacturers, machines.
    #[codec(index = 1)]
    NonTransfer,
    /// The pallets of Specie: what a machine needs to serve carriers for its operator.
    #[codec(index = 2)]
    Carriers,
    /// The machines alone: what the staff of an operator need.
    #[codec(index = 3)]
    Machines,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
    fn filter(&self, call: &RuntimeCall) -> bool {
        match self {
            Self::Any => true,
            Self::NonTransfer => matches!(
                call,
                RuntimeCall::System(_)
                    | RuntimeCall::Utility(_)
                    | RuntimeCall::SafeMode(_)
                    | RuntimeCall::TxPause(_)
                    | RuntimeCall::IssuerCouncil(_)
                    | RuntimeCall::Manufacturers(_)
                    | RuntimeCall::Machines(_)
            ),
            Self::Carriers => matches!(
                call,
                RuntimeCall::Utility(_)
                    | RuntimeCall::Manufacturers(_)
                    | RuntimeCall::Machines(_)
                    | RuntimeCall::Carriers(_)
                    | RuntimeCall::Requests(_)
                    | RuntimeCall::Safes(_)
            ),
            Self::Machines => matches!(call, RuntimeCall::Utility(_) | RuntimeCall::Machines(_)),
        }
    }

    fn is_superset(&self, other: &Self) -> bool {
        self == other
            || matches!((self, other), (Self::Any, _) | (Self::NonTransfer | Self::Carriers, Self::Machines))
    }
}

impl pallet_proxy::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type ProxyType = ProxyType;
    type ProxyDepositBase = ProxyDepositBase;
    type ProxyDepositFactor = ProxyDepositFactor;
    type MaxProxies = ConstU32<32>;
    type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
    type MaxPending = ConstU32<32>;
    type CallHasher = BlakeTwo256;
    type AnnouncementDepositBase = AnnouncementDepositBase;
    type AnnouncementDepositFactor = AnnouncementDepositFactor;
    type BlockNumberProvider = System;
}
