//! Tests of the composition: what the pallets promise together and none of them alone.

mod arithmetic;
mod fees;
mod governance;
mod index;
mod interface;
mod money;
mod orders;
mod presets;
mod proxies;
mod transactions;
mod weights;

use codec::Encode;
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    generic::{Digest, Era},
    traits::Header as _,
    BuildStorage,
};

use crate::{
    AccountId, Address, Balance, BalancesConfig, Executive, Hash, Header, IssuerCouncilConfig, Nonce, RuntimeCall,
    RuntimeGenesisConfig, Signature, SignedPayload, TxExtension, UncheckedExtrinsic, UNIT,
};

/// What Alice starts with.
const ENDOWMENT: Balance = 1_000 * UNIT;

/// A chain whose first block has just begun: Alice has money, and the council has three members.
fn first_block() -> TestExternalities {
    first_block_with(None)
}

/// The same with slots of this length, in milliseconds.
fn first_block_with(millis: Option<u64>) -> TestExternalities {
    let storage = RuntimeGenesisConfig {
        slots: crate::slots::GenesisConfig { millis, ..Default::default() },
        balances: BalancesConfig { balances: vec![(alice(), ENDOWMENT)], ..Default::default() },
        issuer_council: IssuerCouncilConfig {
            members: vec![alice(), bob(), Sr25519Keyring::Charlie.to_account_id()],
            ..Default::default()
        },
        ..Default::default()
    }
    .build_storage()
    .expect("the genesis is valid");
    let mut externalities = TestExternalities::new(storage);
    externalities.execute_with(|| {
        let header = Header::new(1, Hash::default(), Hash::default(), Hash::default(), Digest::default());
        Executive::initialize_block(&header);
    });
    externalities
}

fn alice() -> AccountId {
    Sr25519Keyring::Alice.to_account_id()
}

fn bob() -> AccountId {
    Sr25519Keyring::Bob.to_account_id()
}

/// A transfer of one SPC to Bob.
fn transfer() -> RuntimeCall {
    RuntimeCall::Balances(pallet_balances::Call::transfer_allow_death { dest: Address::Id(bob()), value: UNIT })
}

/// A call that does nothing.
fn remark() -> RuntimeCall {
    RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() })
}

fn extension(nonce: Nonce) -> TxExtension {
    (
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckMortality::from(Era::Immortal),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
        pallet_carriers::CheckOrder::new(),
        frame_system::WeightReclaim::new(),
    )
}

/// `call`, signed by Alice in format 4, as every wallet does it. Needs the state of a chain.
fn signed_by_alice(call: RuntimeCall, nonce: Nonce) -> UncheckedExtrinsic {
    let payload = SignedPayload::new(call, extension(nonce)).expect("the chain has a genesis");
    let signature = payload.using_encoded(|bytes| Sr25519Keyring::Alice.sign(bytes));
    let (call, extension, _) = payload.deconstruct();
    UncheckedExtrinsic::new_signed(call, Address::Id(alice()), Signature::Sr25519(signature), extension)
}
