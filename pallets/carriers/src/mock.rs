//! A runtime of the three pallets with real money, real batches and machines, and cards that sign for real.

use crate::{
    self as pallet_carriers,
    cards::{Factory, Format, TestCard},
    Registration,
};
use codec::Encode;
use frame_support::{
    assert_ok, derive_impl,
    dispatch::GetDispatchInfo,
    parameter_types,
    traits::{
        fungible::{InspectHold, UnionOf},
        fungibles::InspectHold as _,
        AsEnsureOriginWithArg, ConstU128, ConstU32, Contains,
    },
    weights::constants::RocksDbWeight,
};
use frame_system::{EnsureNever, EnsureRootWithSuccess};
use pallet_issuance::NativeOrAsset;
use sp_runtime::{
    traits::{Applyable, Checkable, IdentityLookup},
    transaction_validity::{TransactionSource, TransactionValidity},
    AccountId32, BuildStorage,
};
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    crypto::{Scheme, Signature, Software},
    currency::CurrencyInfo,
    ids::{BatchId, CarrierId, CurrencyId, MachineId},
    initialisation::{CarrierTerms, Initialisation},
    order::{Order, Purpose, NO_REFERENCE},
    records::{Carrier, FeePolicy, MachineKind, Permissions},
    wire::Wire,
    Balance, BlockNumber,
};

pub type Header = sp_runtime::generic::Header<BlockNumber, sp_runtime::traits::BlakeTwo256>;
pub type Block = sp_runtime::generic::Block<Header, UncheckedExtrinsic>;
pub type UncheckedExtrinsic =
    sp_runtime::generic::UncheckedExtrinsic<AccountId32, RuntimeCall, sp_runtime::MultiSignature, ()>;

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Test>;

    #[runtime::pallet_index(1)]
    pub type Balances = pallet_balances::Pallet<Test>;

    #[runtime::pallet_index(2)]
    pub type Manufacturers = pallet_manufacturers::Pallet<Test>;

    #[runtime::pallet_index(3)]
    pub type Machines = pallet_machines::Pallet<Test>;

    #[runtime::pallet_index(4)]
    pub type Carriers = pallet_carriers::Pallet<Test>;

    #[runtime::pallet_index(5)]
    pub type Requests = pallet_requests::Pallet<Test>;

    #[runtime::pallet_index(6)]
    pub type Assets = pallet_assets::Pallet<Test>;

    #[runtime::pallet_index(7)]
    pub type AssetsHolder = pallet_assets_holder::Pallet<Test>;

    #[runtime::pallet_index(8)]
    pub type Issuance = pallet_issuance::Pallet<Test>;

    #[runtime::pallet_index(9)]
    pub type Safes = pallet_safes::Pallet<Test>;
}

/// The existential deposit, in base units.
pub const ED: Balance = 10;

/// What a machine's operator deposits for a carrier.
pub const DEPOSIT: Balance = 50;

/// How far ahead orders may expire, and the most that the issuer may allow.
pub const LIFETIME: BlockNumber = 100;
pub const MAX_LIFETIME: BlockNumber = 1_000;

parameter_types! {
    pub const ByRoot: Actor<AccountId32> = Actor::Root;

    /// Whether the runtime's call filter refuses orders, as a safe mode would.
    pub static SpendPaused: bool = false;
}

/// Everything but orders while they are paused.
pub struct CallFilter;

impl Contains<RuntimeCall> for CallFilter {
    fn contains(call: &RuntimeCall) -> bool {
        !(SpendPaused::get() && matches!(call, RuntimeCall::Carriers(crate::Call::spend { .. })))
    }
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountData = pallet_balances::AccountData<Balance>;
    type AccountId = AccountId32;
    type BaseCallFilter = CallFilter;
    type Block = Block;
    type DbWeight = RocksDbWeight;
    type Lookup = IdentityLookup<AccountId32>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
    type Balance = Balance;
    type DustRemoval = Issuance;
    type ExistentialDeposit = ConstU128<ED>;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
    type Balance = Balance;
    type CreateOrigin = AsEnsureOriginWithArg<EnsureNever<AccountId32>>;
    type Currency = Balances;
    type ForceOrigin = EnsureNever<()>;
    type Holder = AssetsHolder;
    type MetadataDepositBase = ConstU128<0>;
    type MetadataDepositPerByte = ConstU128<0>;
}

impl pallet_assets_holder::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
}

pub type Money = UnionOf<Balances, Assets, NativeOrAsset, CurrencyId, AccountId32>;
pub type HeldMoney = UnionOf<Balances, AssetsHolder, NativeOrAsset, CurrencyId, AccountId32>;

parameter_types! {
    pub const IssuerAccount: AccountId32 = AccountId32::new([0x15; 32]);
    pub NativeInfo: CurrencyInfo = CurrencyInfo {
        id: CurrencyId::Native,
        name: b"Specie".to_vec(),
        symbol: b"SPC".to_vec(),
        decimals: 3,
        minimum: ED,
    };
}

impl pallet_issuance::Config for Test {
    type Assets = Assets;
    type IssuerAccount = IssuerAccount;
    type IssuerOrigin = EnsureRootWithSuccess<AccountId32, ByRoot>;
    type MaxNameLen = ConstU32<32>;
    type Money = Money;
    type Native = Balances;
    type NativeInfo = NativeInfo;
    type WeightInfo = pallet_issuance::weights::SpecieWeight<Test>;
}

impl pallet_manufacturers::Config for Test {
    type IssuerOrigin = EnsureRootWithSuccess<AccountId32, ByRoot>;
    type Arithmetic = Software;
    type MaxBatches = ConstU32<16>;
    type MaxNameLen = ConstU32<32>;
    type WeightInfo = pallet_manufacturers::weights::SpecieWeight<Test>;
}

impl pallet_machines::Config for Test {
    type IssuerOrigin = EnsureRootWithSuccess<AccountId32, ByRoot>;
    type OperatorChangeDelay = ConstU32<10>;
    type MaxGrantsPerCall = ConstU32<64>;
    type MaxOpenGrants = ConstU32<64>;
    type WeightInfo = pallet_machines::weights::SpecieWeight<Test>;
}

impl pallet_requests::Config for Test {
    type IssuerOrigin = EnsureRootWithSuccess<AccountId32, ByRoot>;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Money = HeldMoney;
    type Pools = Safes;
    type Deposit = ConstU128<5>;
    type MaxLifetime = ConstU32<1_000>;
    type MaxSettlement = ConstU32<1_000>;
    type Retention = ConstU32<MAX_LIFETIME>;
    type WeightInfo = pallet_requests::weights::SpecieWeight<Test>;
}

impl pallet_safes::Config for Test {
    type IssuerOrigin = EnsureRootWithSuccess<AccountId32, ByRoot>;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Carriers = Carriers;
    type Machines = Machines;
    type MaxParties = ConstU32<6>;
    type MaxMembers = ConstU32<20>;
    type MaxLease = ConstU32<50>;
    type RemedyDelay = ConstU32<20>;
    type PoolDeposit = ConstU128<5>;
    type MemberDeposit = ConstU128<5>;
    type WeightInfo = pallet_safes::weights::SpecieWeight<Test>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = NoPools;
}

/// The pools' benchmarks run in their own pallet, and on the chain.
#[cfg(feature = "runtime-benchmarks")]
pub struct NoPools;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_safes::BenchmarkHelper<AccountId32> for NoPools {
    fn carrier(order: &dyn Fn(CarrierId) -> Order) -> (Order, Signature) {
        (order(CarrierId([0; 32])), Signature::Ed25519([0; 64]))
    }

    fn operator_and_unit() -> (AccountId32, AccountId32) {
        (OPERATOR, OPERATOR)
    }
}

impl pallet_carriers::Config for Test {
    type Arithmetic = Software;
    type Batches = Manufacturers;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = BenchmarkHelper;
    type Currency = Balances;
    type DefaultOrderLifetime = ConstU32<LIFETIME>;
    type Deposit = ConstU128<DEPOSIT>;
    type Fees = Issuance;
    type IssuerOrigin = EnsureRootWithSuccess<AccountId32, ByRoot>;
    type Machines = Machines;
    type MaxOrderLifetime = ConstU32<MAX_LIFETIME>;
    type Money = Money;
    type OrderFee = OrderFee;
    type Pools = Safes;
    type Requests = Requests;
    type RuntimeHoldReason = RuntimeHoldReason;
    type WeightInfo = crate::weights::SpecieWeight<Test>;
}

/// The dearer the check, the dearer the order: below, above and below the existential deposit.
pub struct OrderFee;

impl crate::OrderFee for OrderFee {
    fn order_fee(scheme: Scheme) -> Balance {
        match scheme {
            Scheme::Secp256k1 => 3,
            Scheme::P256 => 12,
            Scheme::Ed25519 => 4,
        }
    }

    fn priority(_: Scheme, bid: Balance) -> u64 {
        1_000 + u64::try_from(bid).unwrap()
    }
}

#[cfg(feature = "runtime-benchmarks")]
pub struct BenchmarkHelper;

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<AccountId32> for BenchmarkHelper {
    fn add_batch(batch: BatchId, key: specie_primitives::records::BatchKey) {
        let record = specie_primitives::records::Batch {
            manufacturer: specie_primitives::ids::ManufacturerId(0),
            key,
            state: specie_primitives::records::BatchState::Active,
            blocks_orders: false,
            capacity: 100,
            registered: 0,
            expires: 1_000,
        };
        pallet_manufacturers::Batches::<Test>::insert(batch, record);
    }

    fn add_machine(machine: &AccountId32, operator: &AccountId32) {
        let ceiling = FeePolicy { flat: 10, parts_per_million: 1_000 };
        add_machine_with(machine, operator, EVERY_PERMISSION, ceiling);
        assert_ok!(Machines::change_fee(signed(operator.clone()), machine.clone(), ceiling));
        assert_ok!(Machines::give_grants(RuntimeOrigin::root(), machine.clone(), 2));
    }
}

/// The accounts of the tests.
pub const ALICE: AccountId32 = AccountId32::new([1; 32]);
pub const BOB: AccountId32 = AccountId32::new([2; 32]);
pub const MANUFACTURER: AccountId32 = AccountId32::new([3; 32]);
/// Runs [`MACHINE`] and [`OTHER_MACHINE`].
pub const OPERATOR: AccountId32 = AccountId32::new([4; 32]);
/// May do everything, and asks nothing at first. Has money, for its transactions.
pub const MACHINE: AccountId32 = AccountId32::new([5; 32]);
/// As [`MACHINE`], but its account holds nothing.
pub const OTHER_MACHINE: AccountId32 = AccountId32::new([6; 32]);
/// Has never held anything.
pub const NOBODY: AccountId32 = AccountId32::new([7; 32]);

/// What the accounts start with.
pub const START: Balance = 1_000_000;

/// How many grants a machine starts with.
pub const GRANTS: u32 = 32;

/// The hash of the genesis block.
pub const GENESIS: [u8; 32] = [0x47; 32];

pub const EVERY_PERMISSION: Permissions = Permissions { initialise: true, fund: true, cash_out: true };

/// The formats in the order of the batches that [`Builder`] adds: batch `n` is of the `n`-th.
pub const FORMATS: [Format; 5] = [
    Format::Native(Scheme::Secp256k1),
    Format::Native(Scheme::P256),
    Format::Native(Scheme::Ed25519),
    Format::Keycard,
    Format::Coinkite,
];

/// How many carriers each batch has room for.
pub const CAPACITY: u32 = 20;

/// The last block at which the batches may be used.
pub const BATCH_EXPIRES: BlockNumber = 500;

/// The factory of the `index`-th of [`FORMATS`].
pub fn factory(index: usize) -> Factory {
    Factory::new(FORMATS[index], BatchId(index as u64))
}

/// Makes the chain that a test starts from, and checks the one that it ends with.
pub struct Builder {
    order_lifetime: Option<BlockNumber>,
}

impl Builder {
    pub fn new() -> Self {
        Self { order_lifetime: None }
    }

    pub fn order_lifetime(mut self, blocks: BlockNumber) -> Self {
        self.order_lifetime = Some(blocks);
        self
    }

    pub fn build(self) -> sp_io::TestExternalities {
        SpendPaused::set(false);
        let batches = (0..FORMATS.len()).map(|index| pallet_manufacturers::GenesisBatch {
            id: index as u64,
            key: factory(index).batch_key().to_vec(),
            capacity: CAPACITY,
            expires: BATCH_EXPIRES,
        });
        let machine = |account| pallet_machines::GenesisMachine { account, operator: OPERATOR, grants: GRANTS };
        let rich = [ALICE, BOB, MANUFACTURER, OPERATOR, MACHINE];
        let storage = RuntimeGenesisConfig {
            balances: pallet_balances::GenesisConfig {
                balances: rich.into_iter().map(|account| (account, START)).collect(),
                ..Default::default()
            },
            manufacturers: pallet_manufacturers::GenesisConfig {
                manufacturers: vec![pallet_manufacturers::GenesisManufacturer {
                    account: MANUFACTURER,
                    name: "Card Works".into(),
                    quota: 1_000,
                    batches: batches.collect(),
                }],
            },
            machines: pallet_machines::GenesisConfig { machines: vec![machine(MACHINE), machine(OTHER_MACHINE)] },
            carriers: pallet_carriers::GenesisConfig { order_lifetime: self.order_lifetime, ..Default::default() },
            ..Default::default()
        };
        let mut ext = sp_io::TestExternalities::from(storage.build_storage().expect("the genesis is valid"));
        ext.execute_with(|| {
            frame_system::BlockHash::<Test>::insert(0, sp_runtime::testing::H256(GENESIS));
            System::set_block_number(1);
        });
        ext
    }

    pub fn build_and_execute(self, test: impl FnOnce()) {
        self.build().execute_with(|| {
            test();
            check_state();
        });
    }
}

/// The chain that nearly every test starts from.
pub fn execute(test: impl FnOnce()) {
    Builder::new().build_and_execute(test);
}

/// The invariants of the pallets, and that no unit appeared or vanished unaccounted for.
pub fn check_state() {
    assert_ok!(Manufacturers::do_try_state());
    assert_ok!(Machines::do_try_state());
    assert_ok!(Carriers::do_try_state());
    assert_ok!(Requests::do_try_state());
    assert_ok!(Issuance::do_try_state());
    for (number, details) in pallet_assets::Asset::<Test>::iter() {
        let free: Balance = pallet_assets::Account::<Test>::iter_prefix_values(number).map(|a| a.balance).sum();
        let held: Balance = pallet_assets::Account::<Test>::iter_key_prefix(number)
            .map(|who| AssetsHolder::total_balance_on_hold(number, &who))
            .sum();
        assert_eq!(free + held, details.supply, "asset {number}");
    }
    let held: Balance = frame_system::Account::<Test>::iter_values().map(|a| a.data.free + a.data.reserved).sum();
    assert_eq!(held, Balances::total_issuance());
}

pub fn signed(account: AccountId32) -> RuntimeOrigin {
    RuntimeOrigin::signed(account)
}

/// The address of a carrier as an account.
pub fn address(card: &TestCard) -> AccountId32 {
    card.id().0.into()
}

pub fn record(card: &TestCard) -> Carrier {
    Carriers::carrier_record(card.id()).expect("the carrier is registered")
}

/// What is held on `account` for the records of carriers.
pub fn held(account: &AccountId32) -> Balance {
    Balances::balance_on_hold(&crate::HoldReason::CarrierRecord.into(), account)
}

/// The fee of the network for an order of this card.
pub fn network_fee(card: &TestCard) -> Balance {
    <OrderFee as crate::OrderFee>::order_fee(card.currency.public().scheme())
}

/// Card `number` of `scheme`, from the factory of its scheme.
pub fn card(scheme: Scheme, number: u32) -> TestCard {
    TestCard::new(&factory(scheme.tag().into()), scheme, number)
}

/// What `machine` tells a card that it initialises with a grant on this chain.
pub fn told(machine: &AccountId32, grant: u32, terms: CarrierTerms) -> Initialisation {
    Initialisation { genesis: GENESIS, machine: MachineId(machine.clone().into()), grant, terms }
}

/// What `machine` submits for a card that it initialised with a grant on these terms.
pub fn registration_on(machine: &AccountId32, card: &TestCard, grant: u32, terms: CarrierTerms) -> Registration {
    let statement = card.initialise(&told(machine, grant, terms));
    Registration { grant, certificate: card.certificate, statement, terms }
}

/// What `machine` submits for a card that it initialised with a grant, on no terms.
pub fn registration_at(machine: &AccountId32, card: &TestCard, grant: u32) -> Registration {
    registration_on(machine, card, grant, CarrierTerms::default())
}

/// What [`MACHINE`] submits for a card of this face value.
pub fn marked(card: &TestCard, grant: u32, denomination: Balance) -> Registration {
    registration_on(
        &MACHINE,
        card,
        grant,
        CarrierTerms { denomination: Some(denomination), ..CarrierTerms::default() },
    )
}

pub fn registration(card: &TestCard, grant: u32) -> Registration {
    registration_at(&MACHINE, card, grant)
}

/// The lowest grant of [`MACHINE`] that is open.
pub fn open_grant() -> u32 {
    Machines::open_grants_page(&MACHINE, 0, 1)[0]
}

/// Registers a card.
pub fn initialise(card: &TestCard) -> CarrierId {
    assert_ok!(Carriers::initialise(signed(MACHINE), registration(card, open_grant())));
    card.id()
}

/// A registered card of `scheme` that holds `amount`.
pub fn funded(scheme: Scheme, amount: Balance) -> TestCard {
    let card = card(scheme, 0);
    initialise(&card);
    assert_ok!(Carriers::fund(signed(ALICE), card.id(), amount));
    card
}

/// A transfer of 100 to Bob with a fee of 20 to the operator, the card's first, good for ten blocks.
pub fn order(card: &TestCard) -> Order {
    Order {
        genesis: GENESIS,
        carrier: card.id(),
        purpose: Purpose::Transfer,
        sequence: 1,
        to: BOB.into(),
        amount: 100,
        fee: 20,
        fee_to: OPERATOR.into(),
        valid_until: System::block_number() + 10,
        reference: NO_REFERENCE,
        epoch: 0,
    }
}

/// Spends in a signed extrinsic of Alice's.
pub fn spend(card: &TestCard, order: &Order) -> sp_runtime::DispatchResult {
    Carriers::spend(signed(ALICE), *order, card.sign(order)).map(drop).map_err(|refused| refused.error)
}

/// The same signature with the other S; Ed25519 has none.
pub fn negate_s(signature: &Signature) -> Signature {
    match signature {
        Signature::Secp256k1(bytes) => {
            let (r, s) = k256::ecdsa::Signature::from_slice(&bytes[..64]).unwrap().split_scalars();
            let negated = k256::ecdsa::Signature::from_scalars(r, -*s).unwrap();
            let mut other = [bytes[64] ^ 1; 65];
            other[..64].copy_from_slice(&negated.to_bytes());
            Signature::Secp256k1(other)
        }
        Signature::P256(bytes) => {
            let (r, s) = p256::ecdsa::Signature::from_slice(bytes).unwrap().split_scalars();
            Signature::P256(p256::ecdsa::Signature::from_scalars(r, -*s).unwrap().to_bytes().into())
        }
        Signature::Ed25519(_) => panic!("Ed25519 has one S"),
    }
}

/// A machine of [`OPERATOR`]'s, or of another's, with these permissions.
pub fn add_machine_with(
    machine: &AccountId32,
    operator: &AccountId32,
    permissions: Permissions,
    fee_ceiling: FeePolicy,
) {
    let (machine, operator) = (machine.clone(), operator.clone());
    let root = RuntimeOrigin::root();
    assert_ok!(Machines::register(root, machine, MachineKind::Atm, operator, permissions, fee_ceiling));
}

/// That the last event is this one of the pallet's.
pub fn assert_last(event: crate::Event<Test>) {
    System::assert_last_event(event.into());
}

/// What became of a transaction: refused by the pool or the block, or executed with a result.
pub type Applied = sp_runtime::ApplyExtrinsicResultWithInfo<frame_support::dispatch::PostDispatchInfo>;

/// Runs an order as a bare extrinsic: what the pool says, then what the block does.
pub fn submit_bare(order: &Order, signature: &Signature) -> (TransactionValidity, Applied) {
    let call = crate::Call::<Test>::spend { order: *order, signature: *signature };
    let extrinsic = UncheckedExtrinsic::new_bare(call.into());
    let (info, len) = (extrinsic.get_dispatch_info(), extrinsic.encoded_size());
    System::note_extrinsic(extrinsic.encode());
    let checked =
        extrinsic.check(&frame_system::ChainContext::<Test>::default()).expect("it has no signature of its own");
    let validity = checked.validate::<Test>(TransactionSource::External, &info, len);
    let applied = checked.apply::<Test>(&info, len);
    // What a block keeps of it until it ends.
    let noted = frame_support::storage::storage_prefix(b"System", b"ExtrinsicData");
    sp_io::storage::clear_prefix(&noted, None);
    (validity, applied)
}

/// What the pool is told of an order.
pub fn validate(order: &Order, signature: &Signature) -> TransactionValidity {
    Carriers::validate_order(TransactionSource::External, order, signature)
}

/// What is held on a card's address for requests.
pub fn held_for_requests(card: &TestCard) -> Balance {
    Balances::balance_on_hold(&pallet_requests::HoldReason::Payment.into(), &address(card))
}

/// Why the issuer does what it does in these tests.
pub const CAUSE: Cause = Cause { code: CauseCode::LegalOrder, document: Some([0xd0; 32]) };
