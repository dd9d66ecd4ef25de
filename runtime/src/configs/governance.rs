//! The set-up of the issuer: its council, and its means to stop a part of the chain or all of it.

use super::{issuer::IssuerOrigin, motion::Motion, system::RuntimeBlockWeights};
use crate::{
    slots::{Blocks, DAY, HOUR},
    AccountId, Balance, Balances, BlockNumber, IssuerCouncil, Multisig, Proxy, Runtime, RuntimeCall, RuntimeEvent,
    RuntimeHoldReason, RuntimeOrigin, SafeMode, Sudo, Timestamp, TxPause, Utility, UNIT,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
    parameter_types,
    traits::{
        fungible::HoldConsideration, Consideration, ConstU32, Contains, MapSuccess, MaybeConsideration,
        PalletInfoAccess,
    },
    weights::Weight,
};
use frame_system::EnsureRoot;
use pallet_collective::{deposit, DefaultVote, Instance1, MemberCount};
use pallet_tx_pause::RuntimeCallNameOf;
use scale_info::TypeInfo;
use sp_runtime::{
    traits::{Convert, Replace},
    DispatchError, FixedU128, Perbill,
};

/// Counts a member who did not vote as a nay, even when the council has a prime who voted aye: two
/// thirds means two thirds who said so.
pub struct AbstentionIsNay;

impl DefaultVote for AbstentionIsNay {
    fn default_vote(
        _prime_vote: Option<bool>,
        _yes_votes: MemberCount,
        _no_votes: MemberCount,
        _len: MemberCount,
    ) -> bool {
        false
    }
}

parameter_types! {
    /// How heavy the call of a motion may be: half a block, so that other transactions fit beside
    /// it.
    pub MaxProposalWeight: Weight =
        Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
}

/// What a motion costs who moves it. A member whose motion is free needs no money: a multisig may have none.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct MotionCost(Option<HeldCost>);

type CostOfMotion = deposit::Delayed<ConstU32<FREE_MOTIONS>, deposit::Geometric<MotionRatio, MotionDeposit>>;
type HeldCost = HoldConsideration<AccountId, Balances, MotionReason, CostOfMotion, u32>;

impl Consideration<AccountId, u32> for MotionCost {
    fn new(who: &AccountId, open: u32) -> Result<Self, DispatchError> {
        match <CostOfMotion as Convert<u32, Balance>>::convert(open) {
            0 => Ok(Self(None)),
            _ => HeldCost::new(who, open).map(|held| Self(Some(held))),
        }
    }

    fn update(self, who: &AccountId, open: u32) -> Result<Self, DispatchError> {
        self.drop(who)?;
        Self::new(who, open)
    }

    fn drop(self, who: &AccountId) -> Result<(), DispatchError> {
        self.0.map_or(Ok(()), |held| held.drop(who))
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn ensure_successful(who: &AccountId, open: u32) {
        HeldCost::ensure_successful(who, open);
    }
}

impl MaybeConsideration<AccountId, u32> for MotionCost {
    fn is_none(&self) -> bool {
        self.0.is_none()
    }
}

/// How many motions may be open at a time before the next one costs a deposit.
const FREE_MOTIONS: u32 = 12;

parameter_types! {
    /// What the first motion beyond the free ones puts aside, in base units.
    pub const MotionDeposit: Balance = 10 * UNIT;

    /// By how much more each further one.
    pub const MotionRatio: FixedU128 = FixedU128::from_rational(6, 5);

    /// Why it is on hold.
    pub const MotionReason: RuntimeHoldReason =
        RuntimeHoldReason::IssuerCouncil(pallet_collective::HoldReason::ProposalSubmission);
}

impl pallet_collective::Config<Instance1> for Runtime {
    type RuntimeOrigin = RuntimeOrigin;
    type Proposal = Motion;
    type RuntimeEvent = RuntimeEvent;
    /// A long weekend: a motion that nobody completes by then is closed.
    type MotionDuration = Blocks<{ 3 * DAY }>;
    type MaxProposals = ConstU32<100>;
    /// Every motion stores the votes of every member; the SDK's weights hold for up to 100.
    type MaxMembers = ConstU32<30>;
    type DefaultVote = AbstentionIsNay;
    type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
    type SetMembersOrigin = IssuerOrigin;
    type MaxProposalWeight = MaxProposalWeight;
    type DisapproveOrigin = IssuerOrigin;
    type KillOrigin = EnsureRoot<AccountId>;
    /// Members are few and known, so the first motions are free. Each further one costs a fifth more than the one before:
    /// no member can fill the list with motions and keep the others from moving theirs. When the motion is gone anybody
    /// calls `release_proposal_cost`, which gives the deposit back; until then the same motion cannot be moved again
    /// ([`Closed`](super::money::Closed)): the SDK would forget whose deposit it was.
    type Consideration = MotionCost;
}

/// For development: a key exists only where the genesis sets one, see the crate's documentation.
impl pallet_sudo::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}

/// How long the safe mode lasts, and by how much it is extended, each time the issuer says so:
/// long enough to find the members for the next motion, short enough that the chain comes back
/// by itself if they are never found.
type SafeModeDuration = Blocks<{ 12 * HOUR }>;

/// The issuer, for those calls of the safe mode that ask how long.
type IssuerForSafeMode = MapSuccess<IssuerOrigin, Replace<SafeModeDuration>>;

parameter_types! {
    /// Only the issuer stops the chain: no deposit buys that.
    pub const NotForSale: Option<Balance> = None;

    /// There are no deposits, so none is ever released.
    pub const NeverReleased: Option<BlockNumber> = None;
}

/// The calls that go on in safe mode, when money stands still: the chain's own, the issuer's, and
/// those with which the issuer and its manufacturers and machine operators put things right.
///
/// `Utility`, `Multisig` and the use of a `Proxy` only wrap another call, which passes this filter
/// again; members of the council may be multisigs or act through proxies. `Balances` and
/// whatever moves money in `Carriers` are what the safe mode is there to stop; freezing a carrier and proving a fraud
/// are what it is there for.
pub struct SafeModeWhitelist;

impl Contains<RuntimeCall> for SafeModeWhitelist {
    fn contains(call: &RuntimeCall) -> bool {
        matches!(
            call,
            RuntimeCall::System(_)
                | RuntimeCall::Timestamp(_)
                | RuntimeCall::Utility(_)
                | RuntimeCall::Multisig(_)
                | RuntimeCall::Proxy(pallet_proxy::Call::proxy { .. } | pallet_proxy::Call::proxy_announced { .. })
                | RuntimeCall::SafeMode(_)
                | RuntimeCall::TxPause(_)
                | RuntimeCall::IssuerCouncil(_)
                | RuntimeCall::Sudo(_)
                | RuntimeCall::Manufacturers(_)
                | RuntimeCall::Machines(_)
                | RuntimeCall::Safes(_)
                | RuntimeCall::Requests(
                    pallet_requests::Call::doubt { .. }
                        | pallet_requests::Call::expire { .. }
                        | pallet_requests::Call::prune { .. }
                )
                | RuntimeCall::Carriers(
                    pallet_carriers::Call::freeze { .. }
                        | pallet_carriers::Call::unfreeze { .. }
                        | pallet_carriers::Call::repair { .. }
                        | pallet_carriers::Call::retire { .. }
                        | pallet_carriers::Call::unmark { .. }
                        | pallet_carriers::Call::change_order_lifetime { .. }
                        | pallet_carriers::Call::report_orders { .. }
                        | pallet_carriers::Call::report_attestations { .. }
                )
        )
    }
}

impl pallet_safe_mode::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type WhitelistedCalls = SafeModeWhitelist;
    type EnterDuration = SafeModeDuration;
    type ExtendDuration = SafeModeDuration;
    type EnterDepositAmount = NotForSale;
    type ExtendDepositAmount = NotForSale;
    type ForceEnterOrigin = IssuerForSafeMode;
    type ForceExtendOrigin = IssuerForSafeMode;
    type ForceExitOrigin = IssuerOrigin;
    type ForceDepositOrigin = IssuerOrigin;
    type Notify = ();
    type ReleaseDelay = NeverReleased;
    type WeightInfo = pallet_safe_mode::weights::SubstrateWeight<Runtime>;
}

/// The pallets of which no call can be paused: without the timestamp there are no blocks, and
/// without the others the issuer could not take a pause back. `Utility`, `Multisig` and `Proxy`
/// are among them because members of the council may depend on them; the calls that they wrap can
/// be paused.
pub struct Unpausable;

impl Contains<RuntimeCallNameOf<Runtime>> for Unpausable {
    fn contains((pallet, _call): &RuntimeCallNameOf<Runtime>) -> bool {
        [
            <Timestamp as PalletInfoAccess>::name(),
            <Utility as PalletInfoAccess>::name(),
            <Multisig as PalletInfoAccess>::name(),
            <Proxy as PalletInfoAccess>::name(),
            <SafeMode as PalletInfoAccess>::name(),
            <TxPause as PalletInfoAccess>::name(),
            <IssuerCouncil as PalletInfoAccess>::name(),
            <Sudo as PalletInfoAccess>::name(),
        ]
        .iter()
        .any(|name| name.as_bytes() == pallet.as_slice())
    }
}

impl pallet_tx_pause::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PauseOrigin = IssuerOrigin;
    type UnpauseOrigin = IssuerOrigin;
    type WhitelistedCalls = Unpausable;
    type MaxNameLen = ConstU32<256>;
    type WeightInfo = pallet_tx_pause::weights::SubstrateWeight<Runtime>;
}
