//! The set-up of Specie's own pallets: manufacturers, machines, carriers.

use crate::{
    configs::{
        issuer::IssuerOrigin,
        money::{deposit, HeldMoney, Money},
    },
    crypto::HostArithmetic,
    slots::{Blocks, DAY, HOUR},
    Balance, Balances, Carriers, Issuance, Machines, Manufacturers, Requests, Runtime, RuntimeHoldReason, Safes,
    TransactionPayment,
};
use frame_support::{
    dispatch::{DispatchClass, DispatchInfo, Pays},
    pallet_prelude::TransactionPriority,
    parameter_types,
    traits::ConstU32,
    weights::Weight,
};
use pallet_carriers::{OrderFee, Shape, WeightInfo as _};
use pallet_transaction_payment::ChargeTransactionPayment;
use specie_primitives::crypto::Scheme;

type CarrierWeight = pallet_carriers::weights::SpecieWeight<Runtime>;

/// The length in bytes of a bare extrinsic with an order: length prefix 2, format 1, call index 2, order 205, signature 66
/// at most.
const ORDER_EXTRINSIC_LEN: u32 = 2 + 1 + 2 + 205 + 66;

parameter_types! {
    /// One record, its device and its place in the batch: two entries of some 250 bytes together.
    pub const CarrierDeposit: Balance = deposit(2, 250);
    /// A pool's record and those of sixteen parties.
    pub const PoolDeposit: Balance = deposit(17, 1_500);
    /// A member's entries.
    pub const MemberDeposit: Balance = deposit(3, 150);
    /// One record of some 250 bytes, for a day or two.
    pub const RequestDeposit: Balance = deposit(0, 250);
}

/// One hour, as the design has it.
pub type DefaultOrderLifetime = Blocks<HOUR>;
/// One day: a holder whose card signed an order that got lost waits no longer.
pub type MaxOrderLifetime = Blocks<DAY>;
/// A vehicle's month is made of many requests; none of them waits longer than this for its payer.
pub type MaxRequestLifetime = Blocks<{ 7 * DAY }>;
/// Long enough for a machine that was out of order over a long weekend to say what it gave.
pub type MaxRequestSettlement = Blocks<{ 7 * DAY }>;

/// The network fee of an order: what the same work costs a signed extrinsic, without the signer. And its priority: what a
/// signed one of the same weight and length has that tips as much as the order bids. One scale for both, so that neither
/// crowds out the other for less than the other would pay.
pub struct SpecieOrderFee;

impl SpecieOrderFee {
    fn info(scheme: Scheme) -> DispatchInfo {
        DispatchInfo {
            // One price for every order of a scheme: a card must know it before it signs.
            call_weight: CarrierWeight::spend_native(Shape::DEAREST, scheme),
            extension_weight: Weight::zero(),
            class: DispatchClass::Normal,
            pays_fee: Pays::Yes,
        }
    }
}

impl OrderFee for SpecieOrderFee {
    fn order_fee(scheme: Scheme) -> Balance {
        TransactionPayment::compute_fee(ORDER_EXTRINSIC_LEN, &Self::info(scheme), 0)
    }

    fn priority(scheme: Scheme, bid: Balance) -> TransactionPriority {
        let len = ORDER_EXTRINSIC_LEN as usize;
        ChargeTransactionPayment::<Runtime>::get_priority(&Self::info(scheme), len, bid, bid)
    }
}

impl pallet_manufacturers::Config for Runtime {
    type IssuerOrigin = IssuerOrigin;
    type Arithmetic = HostArithmetic;
    type MaxNameLen = ConstU32<64>;
    type MaxBatches = ConstU32<100_000>;
    type WeightInfo = pallet_manufacturers::weights::SpecieWeight<Runtime>;
}

impl pallet_machines::Config for Runtime {
    type IssuerOrigin = IssuerOrigin;
    type MaxGrantsPerCall = ConstU32<4_096>;
    type MaxOpenGrants = ConstU32<16_384>;
    /// Two working days, in which an operator that has not lost its key can object.
    type OperatorChangeDelay = Blocks<{ 2 * DAY }>;
    type WeightInfo = pallet_machines::weights::SpecieWeight<Runtime>;
}

impl pallet_requests::Config for Runtime {
    type IssuerOrigin = IssuerOrigin;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Money = HeldMoney;
    type Pools = Safes;
    type Deposit = RequestDeposit;
    type MaxLifetime = MaxRequestLifetime;
    type MaxSettlement = MaxRequestSettlement;
    type Retention = MaxOrderLifetime;
    type WeightInfo = pallet_requests::weights::SpecieWeight<Runtime>;
}

impl pallet_safes::Config for Runtime {
    type IssuerOrigin = IssuerOrigin;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Carriers = Carriers;
    type Machines = Machines;
    type MaxParties = ConstU32<16>;
    type MaxMembers = ConstU32<4_096>;
    /// A box that is silent for longer is no box that leads.
    type MaxLease = Blocks<HOUR>;
    /// As for machines: an operator that has not lost its key can object.
    type RemedyDelay = Blocks<{ 2 * DAY }>;
    type PoolDeposit = PoolDeposit;
    type MemberDeposit = MemberDeposit;
    type WeightInfo = pallet_safes::weights::SpecieWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = benchmark::Helper;
}

impl pallet_carriers::Config for Runtime {
    type IssuerOrigin = IssuerOrigin;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Money = Money;
    type Fees = Issuance;
    type Batches = Manufacturers;
    type Machines = Machines;
    type Requests = Requests;
    type Pools = Safes;
    type Arithmetic = HostArithmetic;
    type OrderFee = SpecieOrderFee;
    type Deposit = CarrierDeposit;
    type DefaultOrderLifetime = DefaultOrderLifetime;
    type MaxOrderLifetime = MaxOrderLifetime;
    type WeightInfo = CarrierWeight;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = benchmark::Helper;
}

#[cfg(feature = "runtime-benchmarks")]
mod benchmark {
    //! What the carriers' benchmarks need to find on the chain.

    use crate::{AccountId, Machines, Manufacturers, Runtime, RuntimeOrigin, UNIT};
    use specie_primitives::{
        crypto::Signature,
        ids::{BatchId, CarrierId, ManufacturerId},
        order::Order,
        records::{Batch, BatchKey, BatchState, FeePolicy, MachineKind, Permissions},
    };

    /// Registers for the benchmarks, as the issuer.
    pub struct Helper;

    impl pallet_safes::BenchmarkHelper<AccountId> for Helper {
        fn carrier(order: &dyn Fn(CarrierId) -> Order) -> (Order, Signature) {
            pallet_carriers::consenting_carrier::<Runtime>(order)
        }

        fn operator_and_unit() -> (AccountId, AccountId) {
            let operator = frame_benchmarking::account("operator", 0, 0);
            let unit = frame_benchmarking::account("unit", 0, 0);
            <Self as pallet_carriers::BenchmarkHelper<AccountId>>::add_machine(&unit, &operator);
            (operator, unit)
        }
    }

    impl pallet_carriers::BenchmarkHelper<AccountId> for Helper {
        fn add_batch(batch: BatchId, key: BatchKey) {
            if !pallet_manufacturers::Manufacturers::<Runtime>::contains_key(ManufacturerId(0)) {
                let account = frame_benchmarking::account("manufacturer", 0, 0);
                let name = b"Benchmark".to_vec().try_into().expect("a short name");
                Manufacturers::register(RuntimeOrigin::root(), account, name, u64::from(u32::MAX))
                    .expect("the first manufacturer is new");
            }
            // As the pallet would keep it; which of the manufacturers owns a batch is none of the carriers' business.
            let record = Batch {
                manufacturer: ManufacturerId(0),
                key,
                state: BatchState::Active,
                blocks_orders: false,
                capacity: 1_000,
                registered: 0,
                expires: u32::MAX,
            };
            pallet_manufacturers::Batches::<Runtime>::insert(batch, record);
        }

        fn add_machine(machine: &AccountId, operator: &AccountId) {
            let permissions = Permissions { initialise: true, fund: true, cash_out: true };
            let fee = FeePolicy { flat: UNIT, parts_per_million: 1_000 };
            let root = RuntimeOrigin::root;
            Machines::register(root(), machine.clone(), MachineKind::Atm, operator.clone(), permissions, fee)
                .expect("the benchmark's machine is new");
            Machines::change_fee(RuntimeOrigin::signed(operator.clone()), machine.clone(), fee)
                .expect("the fee is the ceiling");
            Machines::give_grants(root(), machine.clone(), 2).expect("two grants are within the limits");
        }
    }
}
