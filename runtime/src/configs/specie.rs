//! The set-up of Specie's own pallets: manufacturers, machines, carriers.

use crate::{
    configs::{governance::IssuerOrigin, money::deposit},
    crypto::HostArithmetic,
    Balance, Balances, BlockNumber, Machines, Manufacturers, Runtime, RuntimeHoldReason, TransactionPayment, HOURS,
};
use frame_support::{
    dispatch::{DispatchClass, DispatchInfo, Pays},
    parameter_types,
    traits::ConstU32,
};
use pallet_carriers::{OrderFee, WeightInfo as _};
use specie_primitives::crypto::Scheme;

type CarrierWeight = pallet_carriers::weights::SpecieWeight<Runtime>;

/// The length in bytes of a general transaction with an order: length prefix 2, format and extension version 2,
/// era, nonce, tip and metadata mode 4, call index 2, order 169, signature 66 at most.
const ORDER_EXTRINSIC_LEN: u32 = 2 + 2 + 4 + 2 + 169 + 66;

parameter_types! {
    /// One record, its device and its place in the batch: two entries of some 250 bytes together.
    pub const CarrierDeposit: Balance = deposit(2, 250);
    /// One hour, as the design has it.
    pub const DefaultOrderLifetime: BlockNumber = HOURS;
    /// One day: a holder whose card signed an order that got lost waits no longer.
    pub const MaxOrderLifetime: BlockNumber = 24 * HOURS;
}

/// The network fee of an order: what the same work costs a signed extrinsic, without the signer.
pub struct SpecieOrderFee;

impl OrderFee for SpecieOrderFee {
    fn order_fee(scheme: Scheme) -> Balance {
        let info = DispatchInfo {
            call_weight: CarrierWeight::spend_authorized(),
            extension_weight: CarrierWeight::authorize_spend(scheme),
            class: DispatchClass::Normal,
            pays_fee: Pays::Yes,
        };
        TransactionPayment::compute_fee(ORDER_EXTRINSIC_LEN, &info, 0)
    }
}

impl pallet_manufacturers::Config for Runtime {
    type IssuerOrigin = IssuerOrigin;
    type MaxNameLen = ConstU32<64>;
    type MaxBatches = ConstU32<100_000>;
    type WeightInfo = pallet_manufacturers::weights::SpecieWeight<Runtime>;
}

impl pallet_machines::Config for Runtime {
    type IssuerOrigin = IssuerOrigin;
    type MaxGrantsPerCall = ConstU32<4_096>;
    type MaxOpenGrants = ConstU32<16_384>;
    type WeightInfo = pallet_machines::weights::SpecieWeight<Runtime>;
}

impl pallet_carriers::Config for Runtime {
    type IssuerOrigin = IssuerOrigin;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Batches = Manufacturers;
    type Machines = Machines;
    type Arithmetic = HostArithmetic;
    type OrderFee = SpecieOrderFee;
    /// Burnt, like every fee.
    type NetworkFeeTo = ();
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

    use crate::{AccountId, Machines, Manufacturers, RuntimeOrigin, UNIT};
    use frame_support::BoundedVec;
    use specie_primitives::{
        ids::BatchId,
        records::{BatchKey, FeePolicy, MachineKind, Permissions},
    };

    /// Registers for the benchmarks, as the issuer.
    pub struct Helper;

    impl pallet_carriers::BenchmarkHelper<AccountId> for Helper {
        fn add_batch(batch: BatchId, key: BatchKey) {
            // One manufacturer for each batch: an account speaks for one.
            let account = AccountId::from([batch.0 as u8; 32]);
            let name = BoundedVec::truncate_from(b"benchmark".to_vec());
            Manufacturers::register(RuntimeOrigin::root(), account.clone(), name)
                .expect("the benchmark's manufacturer is new");
            Manufacturers::add_batch(RuntimeOrigin::signed(account), batch, key, 1_000, u32::MAX)
                .expect("the benchmark's batch is new");
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
