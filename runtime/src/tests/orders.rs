//! Orders in the whole runtime: how they enter, which of them come first, and what stops them.

use codec::Encode;
use frame_support::{
    assert_ok,
    dispatch::{DispatchInfo, GetDispatchInfo},
};
use pallet_carriers::{OrderFee, Shape, WeightInfo};
use sp_core::{ed25519, Pair};
use sp_io::TestExternalities;
use sp_runtime::{
    traits::{Dispatchable, Hash as _},
    transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidity},
};
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    crypto::{PublicKey, Scheme, Signature},
    ids::{BatchId, CarrierId, CurrencyId, MachineId, ManufacturerId},
    order::{Order, Purpose, NO_REFERENCE},
    records::{Batch, BatchKey, BatchState, Carrier, CarrierState, Device},
};

use super::{alice, bob, extension, first_block, signed_by_alice, transfer};
use crate::{
    configs::{motion::Motion, specie::SpecieOrderFee},
    AccountId, Balance, Balances, Carriers, Executive, Hash, IssuerCouncil, Runtime, RuntimeCall, RuntimeEvent,
    RuntimeOrigin, SafeMode, System, TransactionPayment, TxPause, UncheckedExtrinsic, MILLIUNIT, UNIT,
};

const CAUSE: Cause = Cause { code: CauseCode::LegalOrder, document: Some([7; 32]) };

/// The key of the one card.
fn card() -> ed25519::Pair {
    ed25519::Pair::from_seed(&[5; 32])
}

fn carrier() -> CarrierId {
    CarrierId::of(&PublicKey::Ed25519(card().public().0))
}

/// A chain with a carrier that holds 10 SPC.
fn with_carrier() -> TestExternalities {
    let mut chain = first_block();
    chain.execute_with(|| {
        let device = PublicKey::Ed25519([9; 32]);
        let record = Carrier {
            batch: BatchId(1),
            device_key: device,
            currency_key: PublicKey::Ed25519(card().public().0),
            generation: 1,
            sequence: 0,
            state: CarrierState::Active,
            currency: CurrencyId::Native,
            denomination: None,
            funding_due: None,
            machine: MachineId([1; 32]),
            depositor: bob().into(),
            deposit: 1,
            registered_at: 1,
        };
        let batch = Batch {
            manufacturer: ManufacturerId(0),
            key: BatchKey::Native(device),
            state: BatchState::Active,
            blocks_orders: false,
            capacity: 1,
            registered: 1,
            expires: 100,
        };
        pallet_manufacturers::Batches::<Runtime>::insert(BatchId(1), batch);
        pallet_carriers::Carriers::<Runtime>::insert(carrier(), record);
        pallet_carriers::Devices::<Runtime>::insert(device, Device { carrier: carrier(), generation: 1 });
        let to = AccountId::from(carrier().0).into();
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(alice()), to, 10 * UNIT));
    });
    chain
}

/// The card pays Bob one SPC; the fee goes to Alice.
fn order() -> Order {
    Order {
        genesis: Carriers::genesis_hash(),
        carrier: carrier(),
        purpose: Purpose::Transfer,
        sequence: 1,
        to: bob().into(),
        amount: UNIT,
        fee: 10 * MILLIUNIT,
        fee_to: alice().into(),
        valid_until: System::block_number() + 50,
        reference: NO_REFERENCE,
        epoch: 0,
    }
}

fn spend(order: &Order) -> RuntimeCall {
    let signature = Signature::Ed25519(card().sign(order.message().as_bytes()).0);
    pallet_carriers::Call::spend { order: *order, signature }.into()
}

fn validate(extrinsic: UncheckedExtrinsic) -> TransactionValidity {
    Executive::validate_transaction(TransactionSource::External, extrinsic, Hash::default())
}

#[test]
fn f12_an_order_is_a_bare_extrinsic_of_format_5() {
    with_carrier().execute_with(|| {
        let extrinsic = UncheckedExtrinsic::new_bare(spend(&order()));
        // Length in two bytes, format 5, pallet and call; then 205 bytes of order, scheme and signature.
        let bytes = extrinsic.encode();
        assert_eq!(bytes[2..5], [0x05, 42, 4]);
        assert_eq!(bytes.len(), 5 + 205 + 65);
        assert_ok!(validate(extrinsic.clone()));
        assert_eq!(Executive::apply_extrinsic(extrinsic.clone()), Ok(Ok(())));
        assert_eq!(Executive::apply_extrinsic(extrinsic), Err(InvalidTransaction::Stale.into()));
    });
}

/// Nobody can wrap an order that is on its way in other bytes: not for the pool, and not for a block.
#[test]
fn f12_an_order_in_another_form_is_refused() {
    with_carrier().execute_with(|| {
        let general = UncheckedExtrinsic::new_transaction(spend(&order()), extension(0));
        let unknown_origin = InvalidTransaction::UnknownOrigin.into();
        assert_eq!(validate(general.clone()), Err(unknown_origin));
        assert_eq!(Executive::apply_extrinsic(general), Err(unknown_origin));

        let older = UncheckedExtrinsic::new_bare_legacy(spend(&order()));
        assert_eq!(Executive::apply_extrinsic(older), Err(InvalidTransaction::Custom(20).into()));
    });
}

#[test]
fn f12_a_badly_signed_order_gets_into_no_block() {
    with_carrier().execute_with(|| {
        let RuntimeCall::Carriers(pallet_carriers::Call::spend { signature, .. }) = spend(&order()) else {
            panic!()
        };
        let changed = Order { amount: 2 * UNIT, ..order() };
        let forged = pallet_carriers::Call::spend { order: changed, signature };
        let bad_proof = InvalidTransaction::BadProof.into();
        let extrinsic = UncheckedExtrinsic::new_bare(forged.into());
        assert_eq!(validate(extrinsic.clone()), Err(bad_proof));
        assert_eq!(Executive::apply_extrinsic(extrinsic), Err(bad_proof));
    });
}

/// Nothing but orders and inherents is taken from nobody.
#[test]
fn bare_calls_of_other_kinds_are_refused() {
    with_carrier().execute_with(|| {
        let freeze = pallet_carriers::Call::freeze { carrier: carrier(), cause: CAUSE };
        for call in [transfer(), freeze.into()] {
            let extrinsic = UncheckedExtrinsic::new_bare(call);
            assert!(validate(extrinsic.clone()).is_err());
            // An author who puts it into a block nevertheless has it fail there: the SDK takes every bare call for an inherent.
            assert!(!matches!(Executive::apply_extrinsic(extrinsic), Ok(Ok(_))));
        }
    });
}

/// Orders and signed transactions are on one scale: a tip of a few units outranks orders that bid nothing, and an order that
/// bids as much as a transfer tips comes about as early as it.
#[test]
fn f12_one_scale_of_priorities() {
    with_carrier().execute_with(|| {
        let untipped = validate(signed_by_alice(transfer(), 0)).unwrap().priority;
        let priority = |bid| SpecieOrderFee::priority(Scheme::Secp256k1, bid);
        let plain = validate(UncheckedExtrinsic::new_bare(spend(&order()))).unwrap().priority;
        assert_eq!(plain, SpecieOrderFee::priority(Scheme::Ed25519, 0));
        // Neither is a class of its own: what tips or bids nothing is decided by the room that it takes.
        assert!(plain <= 10 * untipped && untipped <= 10 * plain, "an order {plain}, a transfer {untipped}");
        assert!(priority(1_000) > 500 * priority(0) && priority(2_000) > priority(1_000));

        // The bid of a real order: the fee that names the carrier itself, beyond the network's part.
        let fee = SpecieOrderFee::order_fee(Scheme::Ed25519);
        let bidding = Order { fee: fee + 77, fee_to: carrier().0, ..order() };
        let bid = validate(UncheckedExtrinsic::new_bare(spend(&bidding))).unwrap().priority;
        assert_eq!(bid, SpecieOrderFee::priority(Scheme::Ed25519, 77));
    });
}

/// What an order pays the network covers its weight, as a signed extrinsic's fee does.
#[test]
fn f12_the_network_fee_is_that_of_the_weight() {
    with_carrier().execute_with(|| {
        let extrinsic = UncheckedExtrinsic::new_bare(spend(&order()));
        // The dearest order in the chain's own currency.
        let native =
            pallet_carriers::weights::SpecieWeight::<Runtime>::spend_native(Shape::DEAREST, Scheme::Ed25519);
        let info = DispatchInfo { call_weight: native, ..extrinsic.get_dispatch_info() };
        let expected = TransactionPayment::compute_fee(extrinsic.encoded_size() as u32 + 1, &info, 0);
        assert_eq!(SpecieOrderFee::order_fee(Scheme::Ed25519), expected);
    });
}

/// A verdict, an event to subscribers and `specie_health` follow from it.
#[test]
fn f14_the_chain_tells_that_it_takes_no_orders() {
    with_carrier().execute_with(|| {
        let stopped = || (Carriers::orders_stopped(), Carriers::view(Some(carrier()), None, None).balance);
        assert_eq!(stopped(), (false, 10 * UNIT));
        assert_ok!(SafeMode::force_enter(RuntimeOrigin::root()));
        assert!(crate::carriers::chain().orders_stopped);
        let verdict = crate::carriers::verdict(Some(carrier()), None).unwrap();
        assert_eq!(verdict.reason, specie_primitives::verdict::Reason::OrdersStopped);
        let refused = validate(UncheckedExtrinsic::new_bare(spend(&order())));
        assert_eq!(refused, Err(InvalidTransaction::Call.into()));
        assert_ok!(SafeMode::force_exit(RuntimeOrigin::root()));
        assert_eq!(stopped(), (false, 10 * UNIT));

        let name = |text: &str| text.as_bytes().to_vec().try_into().unwrap();
        assert_ok!(TxPause::pause(RuntimeOrigin::root(), (name("Carriers"), name("spend"))));
        assert!(Carriers::orders_stopped());
        assert_ok!(TxPause::unpause(RuntimeOrigin::root(), (name("Carriers"), name("spend"))));
        assert!(!Carriers::orders_stopped());
    });
}

/// An auditor reads in the event which motion stopped a carrier, and why.
#[test]
fn f20_an_event_names_the_motion() {
    with_carrier().execute_with(|| {
        let freeze: RuntimeCall = pallet_carriers::Call::freeze { carrier: carrier(), cause: CAUSE }.into();
        let motion = Motion(freeze.clone());
        // The same bytes as the call, so that every client proposes and shows it as the call that it is.
        assert_eq!(motion.encode(), freeze.encode());
        let hash = <Runtime as frame_system::Config>::Hashing::hash_of(&motion);
        let length = freeze.encoded_size() as u32;
        let signed = RuntimeOrigin::signed;
        assert_ok!(IssuerCouncil::propose(signed(alice()), 2, Box::new(motion), length));
        assert_ok!(IssuerCouncil::vote(signed(alice()), hash, 0, true));
        assert_ok!(IssuerCouncil::vote(signed(bob()), hash, 0, true));
        let weight = frame_support::weights::Weight::from_parts(100_000_000_000, 1_000_000);
        assert_ok!(IssuerCouncil::close(signed(bob()), hash, 0, weight, length));
        let by = Actor::Council { motion: hash.0 };
        let told = pallet_carriers::Event::CarrierFrozen { carrier: carrier(), by, cause: CAUSE };
        System::assert_has_event(RuntimeEvent::Carriers(told));
        assert_eq!(crate::configs::motion::current(), None);
    });
}

#[test]
fn f20_root_is_told_as_root() {
    with_carrier().execute_with(|| {
        let freeze: RuntimeCall = pallet_carriers::Call::freeze { carrier: carrier(), cause: CAUSE }.into();
        assert_ok!(freeze.dispatch(RuntimeOrigin::root()));
        let told = pallet_carriers::Event::CarrierFrozen { carrier: carrier(), by: Actor::Root, cause: CAUSE };
        System::assert_last_event(RuntimeEvent::Carriers(told));
    });
}

/// Fees of an idle chain do not fall: filling its blocks would otherwise cost a tenth.
#[test]
fn fees_never_fall_below_what_the_weights_say() {
    with_carrier().execute_with(|| {
        let before: Balance = SpecieOrderFee::order_fee(Scheme::P256);
        let least = crate::configs::money::MinimumMultiplier::get();
        assert_eq!(pallet_transaction_payment::NextFeeMultiplier::<Runtime>::get(), least);
        assert_eq!(least, sp_runtime::FixedU128::from_u32(1));
        assert!(before > 0);
    });
}
