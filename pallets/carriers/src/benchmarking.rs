//! What each call costs in its worst case, for every scheme where the scheme is most of the cost. A benchmark
//! `call_scheme` is for [`WeightInfo`]'s `call` with that scheme.
// `ValidateUnsigned`, as the pallet itself uses it.
#![allow(deprecated)]

use crate::{
    cards::{Factory, Format, TestCard},
    Pallet as Registry, *,
};
use frame_benchmarking::v2::*;
use frame_support::{
    pallet_prelude::{TransactionSource, ValidateUnsigned},
    traits::{
        fungibles::{Inspect, Mutate},
        EnsureOrigin, Get, UnfilteredDispatchable,
    },
};
use frame_system::{Pallet as System, RawOrigin};
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    crypto::{Scheme, Signature},
    ids::{BatchId, CarrierId, CurrencyId, MachineId},
    initialisation::{CarrierTerms, Initialisation},
    order::{Order, Purpose, EVERYTHING, NO_REFERENCE},
    records::{Carrier, CarrierState, Fraud},
    Balance, BlockNumber,
};

const BATCH: BatchId = BatchId(0xbe9c);
const CAUSE: Cause = Cause { code: CauseCode::LegalOrder, document: Some([0xd0; 32]) };

fn issuer<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    T::IssuerOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

/// Enough for every fee and deposit, and to leave whatever is paid from it alive.
fn plenty<T: Config>() -> Balance {
    let dearest = Scheme::ALL.map(T::OrderFee::order_fee).into_iter().max().unwrap_or_default();
    (T::Money::minimum_balance(CurrencyId::Native) + T::Deposit::get() + dearest) * 1_000
}

fn rich<T: Config>(name: &'static str) -> T::AccountId {
    let account = account(name, 0, 0);
    T::Money::set_balance(CurrencyId::Native, &account, plenty::<T>());
    account
}

/// For other pallets' benchmarks: a carrier whose card signs the order that is made for it, with the dearest of the schemes.
pub fn consenting_carrier<T: Config>(order: &dyn Fn(CarrierId) -> Order) -> (Order, Signature) {
    let card = new_card::<T>(Format::Native(Scheme::P256), Scheme::P256);
    let (id, currency_key) = (card.id(), card.currency.public());
    let carrier = Carrier {
        batch: BATCH,
        device_key: card.device.public(),
        currency_key,
        generation: 1,
        sequence: 0,
        state: CarrierState::Active,
        currency: CurrencyId::Native,
        denomination: None,
        funding_due: None,
        machine: MachineId([0; 32]),
        depositor: [0; 32],
        deposit: 0,
        registered_at: 0,
    };
    Carriers::<T>::insert(id, carrier);
    let order = order(id);
    (order, card.currency.sign(order.message().as_bytes()))
}

/// A machine with the grants 0 and 1, and an operator who can pay deposits.
fn machine<T: Config>(name: &'static str, operator: &'static str) -> T::AccountId {
    let (machine, operator) = (rich::<T>(name), rich::<T>(operator));
    T::BenchmarkHelper::add_machine(&machine, &operator);
    machine
}

/// A card of an active batch.
fn new_card<T: Config>(format: Format, scheme: Scheme) -> TestCard {
    let factory = Factory::new(format, BATCH);
    T::BenchmarkHelper::add_batch(BATCH, factory.batch_key());
    TestCard::new(&factory, scheme, 0)
}

/// What `machine` submits with its first grant.
fn registration<T: Config>(machine: &T::AccountId, card: &TestCard) -> Registration {
    let terms = CarrierTerms {
        currency: CurrencyId::Native,
        denomination: Some(plenty::<T>()),
        fund_within: Some(BlockNumber::MAX),
    };
    let (genesis, machine) = (Registry::<T>::genesis_hash(), MachineId(machine.clone().into()));
    let statement = card.initialise(&Initialisation { genesis, machine, grant: 0, terms });
    Registration { grant: 0, certificate: card.certificate, statement, terms }
}

/// A card that a machine has registered.
fn registered<T: Config>(scheme: Scheme) -> Result<(T::AccountId, TestCard), BenchmarkError> {
    let machine = machine::<T>("machine", "operator");
    let card = new_card::<T>(Format::Native(scheme), scheme);
    Registry::<T>::do_initialise(machine.clone(), registration::<T>(&machine, &card))?;
    Ok((machine, card))
}

/// A registered card that holds money.
fn funded<T: Config>(scheme: Scheme) -> Result<(T::AccountId, TestCard), BenchmarkError> {
    let (machine, card) = registered::<T>(scheme)?;
    T::Money::set_balance(CurrencyId::Native, &Registry::<T>::account(&card.id()), plenty::<T>());
    Ok((machine, card))
}

/// Cashes everything out to an account that does not exist yet; network and machine get their fees.
fn order<T: Config>(machine: &T::AccountId, card: &TestCard) -> (Order, Signature) {
    let payee: T::AccountId = account("payee", 0, 0);
    let order = Order {
        genesis: Registry::<T>::genesis_hash(),
        carrier: card.id(),
        purpose: Purpose::CashOut,
        sequence: 1,
        to: payee.into(),
        amount: EVERYTHING,
        fee: T::OrderFee::order_fee(card.currency.public().scheme())
            + T::Money::minimum_balance(CurrencyId::Native),
        fee_to: machine.clone().into(),
        valid_until: Registry::<T>::now() + 10,
        reference: NO_REFERENCE,
        epoch: 0,
    };
    (order, card.sign(&order))
}

/// An order that was executed left nothing on the carrier.
fn assert_spent<T: Config>(carrier: CarrierId) {
    assert_eq!(Carriers::<T>::get(carrier).map(|known| known.sequence), Some(1));
    assert_eq!(T::Money::total_balance(CurrencyId::Native, &Registry::<T>::account(&carrier)), 0);
}

fn assert_state<T: Config>(carrier: CarrierId, state: CarrierState) {
    assert_eq!(Carriers::<T>::get(carrier).map(|known| known.state), Some(state));
}

fn assert_last_event<T: Config>(event: Event<T>) {
    System::<T>::assert_last_event(event.into());
}

/// A machine, and what it submits for a card that is not registered.
fn to_initialise<T: Config>(format: Format, scheme: Scheme) -> (T::AccountId, Registration) {
    let machine = machine::<T>("machine", "operator");
    let card = new_card::<T>(format, scheme);
    let registration = registration::<T>(&machine, &card);
    (machine, registration)
}

/// Another machine than the one that registered the card, of another operator, and what it submits for the next key.
fn to_rotate<T: Config>(scheme: Scheme) -> Result<(T::AccountId, Registration), BenchmarkError> {
    let (_, card) = registered::<T>(scheme)?;
    let machine = machine::<T>("other machine", "other operator");
    let registration = registration::<T>(&machine, &card.reset());
    Ok((machine, registration))
}

/// A card's order in the pool.
fn to_validate<T: Config>(scheme: Scheme) -> Result<Call<T>, BenchmarkError> {
    let (machine, card) = funded::<T>(scheme)?;
    let (order, signature) = order::<T>(&machine, &card);
    Ok(Call::spend { order, signature })
}

/// A registered card and two orders of one sequence.
fn to_report_orders<T: Config>(scheme: Scheme) -> Result<(TestCard, Call<T>), BenchmarkError> {
    let (machine, card) = funded::<T>(scheme)?;
    let (one, one_signature) = order::<T>(&machine, &card);
    let other = Order { amount: 1, ..one };
    let other_signature = card.sign(&other);
    Ok((card, Call::report_orders { one, one_signature, other, other_signature }))
}

/// A registered card and two attestations of one generation.
fn to_report_attestations<T: Config>(scheme: Scheme) -> Result<(TestCard, Call<T>), BenchmarkError> {
    let (_, card) = registered::<T>(scheme)?;
    let clone = TestCard { generation: card.generation, ..card.reset() };
    let (device, one, other) = (card.device.public(), card.attest([1; 32]), Some(clone.attest([2; 32])));
    Ok((card, Call::report_attestations { device, one, other }))
}

fn report<T: Config>(call: Call<T>) -> Result<(), BenchmarkError> {
    call.dispatch_bypass_filter(RawOrigin::Signed(whitelisted_caller()).into())?;
    Ok(())
}

#[allow(deprecated)]
fn validate<T: Config>(call: &Call<T>) -> Result<(), BenchmarkError> {
    Registry::<T>::validate_unsigned(TransactionSource::External, call).map_err(|_| "the order is valid")?;
    Ok(())
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn initialise_secp256k1() {
        let (machine, registration) = to_initialise::<T>(Format::Native(Scheme::Secp256k1), Scheme::Secp256k1);

        #[extrinsic_call]
        initialise(RawOrigin::Signed(machine), registration);

        assert_eq!(Carriers::<T>::iter().count(), 1);
    }

    #[benchmark]
    fn initialise_p256() {
        let (machine, registration) = to_initialise::<T>(Format::Native(Scheme::P256), Scheme::P256);

        #[extrinsic_call]
        initialise(RawOrigin::Signed(machine), registration);

        assert_eq!(Carriers::<T>::iter().count(), 1);
    }

    #[benchmark]
    fn initialise_ed25519() {
        let (machine, registration) = to_initialise::<T>(Format::Native(Scheme::Ed25519), Scheme::Ed25519);

        #[extrinsic_call]
        initialise(RawOrigin::Signed(machine), registration);

        assert_eq!(Carriers::<T>::iter().count(), 1);
    }

    #[benchmark]
    fn initialise_keycard() {
        let (machine, registration) = to_initialise::<T>(Format::Keycard, Scheme::Secp256k1);

        #[extrinsic_call]
        initialise(RawOrigin::Signed(machine), registration);

        assert_eq!(Carriers::<T>::iter().count(), 1);
    }

    #[benchmark]
    fn initialise_coinkite() {
        let (machine, registration) = to_initialise::<T>(Format::Coinkite, Scheme::Secp256k1);

        #[extrinsic_call]
        initialise(RawOrigin::Signed(machine), registration);

        assert_eq!(Carriers::<T>::iter().count(), 1);
    }

    #[benchmark]
    fn rotate_secp256k1() -> Result<(), BenchmarkError> {
        let (machine, registration) = to_rotate::<T>(Scheme::Secp256k1)?;

        #[extrinsic_call]
        rotate(RawOrigin::Signed(machine), registration);

        assert_eq!(Carriers::<T>::iter().count(), 2);
        Ok(())
    }

    #[benchmark]
    fn rotate_p256() -> Result<(), BenchmarkError> {
        let (machine, registration) = to_rotate::<T>(Scheme::P256)?;

        #[extrinsic_call]
        rotate(RawOrigin::Signed(machine), registration);

        assert_eq!(Carriers::<T>::iter().count(), 2);
        Ok(())
    }

    #[benchmark]
    fn rotate_ed25519() -> Result<(), BenchmarkError> {
        let (machine, registration) = to_rotate::<T>(Scheme::Ed25519)?;

        #[extrinsic_call]
        rotate(RawOrigin::Signed(machine), registration);

        assert_eq!(Carriers::<T>::iter().count(), 2);
        Ok(())
    }

    #[benchmark]
    fn fund() -> Result<(), BenchmarkError> {
        let (_, card) = registered::<T>(Scheme::P256)?;
        let payer = rich::<T>("payer");
        let amount = plenty::<T>();
        T::Money::set_balance(CurrencyId::Native, &payer, amount * 2);

        #[extrinsic_call]
        _(RawOrigin::Signed(payer), card.id(), amount);

        assert_eq!(T::Money::total_balance(CurrencyId::Native, &Registry::<T>::account(&card.id())), amount);
        Ok(())
    }

    #[benchmark]
    fn fund_at() -> Result<(), BenchmarkError> {
        let (machine, card) = registered::<T>(Scheme::P256)?;
        let payer = rich::<T>("payer");
        let amount = plenty::<T>();
        T::Money::set_balance(CurrencyId::Native, &payer, amount * 4);

        #[extrinsic_call]
        _(RawOrigin::Signed(payer.clone()), card.id(), amount, machine, amount);

        assert!(T::Money::total_balance(CurrencyId::Native, &payer) < amount * 3, "the machine asks no fee");
        Ok(())
    }

    #[benchmark]
    fn validate_spend_secp256k1() -> Result<(), BenchmarkError> {
        let call = to_validate::<T>(Scheme::Secp256k1)?;

        #[block]
        {
            validate(&call)?;
        }

        Ok(())
    }

    #[benchmark]
    fn validate_spend_p256() -> Result<(), BenchmarkError> {
        let call = to_validate::<T>(Scheme::P256)?;

        #[block]
        {
            validate(&call)?;
        }

        Ok(())
    }

    #[benchmark]
    fn validate_spend_ed25519() -> Result<(), BenchmarkError> {
        let call = to_validate::<T>(Scheme::Ed25519)?;

        #[block]
        {
            validate(&call)?;
        }

        Ok(())
    }

    #[benchmark]
    fn spend_validated() -> Result<(), BenchmarkError> {
        let (machine, card) = funded::<T>(Scheme::P256)?;
        let (order, signature) = order::<T>(&machine, &card);
        let call = Call::<T>::spend { order, signature };

        #[block]
        {
            call.dispatch_bypass_filter(RawOrigin::None.into())?;
        }

        assert_spent::<T>(card.id());
        Ok(())
    }

    #[benchmark]
    fn spend_secp256k1() -> Result<(), BenchmarkError> {
        let (machine, card) = funded::<T>(Scheme::Secp256k1)?;
        let (order, signature) = order::<T>(&machine, &card);

        #[extrinsic_call]
        spend(RawOrigin::Signed(machine), order, signature);

        assert_spent::<T>(card.id());
        Ok(())
    }

    #[benchmark]
    fn spend_p256() -> Result<(), BenchmarkError> {
        let (machine, card) = funded::<T>(Scheme::P256)?;
        let (order, signature) = order::<T>(&machine, &card);

        #[extrinsic_call]
        spend(RawOrigin::Signed(machine), order, signature);

        assert_spent::<T>(card.id());
        Ok(())
    }

    #[benchmark]
    fn spend_ed25519() -> Result<(), BenchmarkError> {
        let (machine, card) = funded::<T>(Scheme::Ed25519)?;
        let (order, signature) = order::<T>(&machine, &card);

        #[extrinsic_call]
        spend(RawOrigin::Signed(machine), order, signature);

        assert_spent::<T>(card.id());
        Ok(())
    }

    #[benchmark]
    fn freeze() -> Result<(), BenchmarkError> {
        let (_, card) = registered::<T>(Scheme::P256)?;
        let origin = issuer::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, card.id(), CAUSE);

        assert_state::<T>(card.id(), CarrierState::Frozen);
        Ok(())
    }

    #[benchmark]
    fn unfreeze() -> Result<(), BenchmarkError> {
        let (_, card) = registered::<T>(Scheme::P256)?;
        Registry::<T>::do_freeze(card.id(), Actor::Root, CAUSE)?;
        let origin = issuer::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, card.id(), CAUSE);

        assert_state::<T>(card.id(), CarrierState::Active);
        Ok(())
    }

    #[benchmark]
    fn repair() -> Result<(), BenchmarkError> {
        let (_, card) = registered::<T>(Scheme::P256)?;
        let origin = issuer::<T>()?;
        let (denomination, funding_due) = (Some(plenty::<T>()), Some(Registry::<T>::now() + 10));

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, card.id(), denomination, funding_due, CAUSE);

        let (carrier, by, cause) = (card.id(), Actor::Root, CAUSE);
        assert_last_event::<T>(Event::CarrierRepaired { carrier, denomination, funding_due, by, cause });
        Ok(())
    }

    #[benchmark]
    fn retire() -> Result<(), BenchmarkError> {
        let (_, card) = registered::<T>(Scheme::P256)?;
        let origin = issuer::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, card.id(), CAUSE);

        assert_state::<T>(card.id(), CarrierState::Retired);
        Ok(())
    }

    #[benchmark]
    fn settle() -> Result<(), BenchmarkError> {
        let (_, card) = funded::<T>(Scheme::P256)?;
        Registry::<T>::do_freeze(card.id(), Actor::Root, CAUSE)?;
        let origin = issuer::<T>()?;
        let to: T::AccountId = account("payee", 0, 0);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, card.id(), to.clone(), CurrencyId::Native, CAUSE);

        assert_eq!(T::Money::total_balance(CurrencyId::Native, &to), plenty::<T>());
        Ok(())
    }

    #[benchmark]
    fn report_orders_secp256k1() -> Result<(), BenchmarkError> {
        let (card, call) = to_report_orders::<T>(Scheme::Secp256k1)?;

        #[block]
        {
            report(call)?;
        }

        assert_state::<T>(card.id(), CarrierState::Marked(Fraud::ConflictingOrders));
        Ok(())
    }

    #[benchmark]
    fn report_orders_p256() -> Result<(), BenchmarkError> {
        let (card, call) = to_report_orders::<T>(Scheme::P256)?;

        #[block]
        {
            report(call)?;
        }

        assert_state::<T>(card.id(), CarrierState::Marked(Fraud::ConflictingOrders));
        Ok(())
    }

    #[benchmark]
    fn report_orders_ed25519() -> Result<(), BenchmarkError> {
        let (card, call) = to_report_orders::<T>(Scheme::Ed25519)?;

        #[block]
        {
            report(call)?;
        }

        assert_state::<T>(card.id(), CarrierState::Marked(Fraud::ConflictingOrders));
        Ok(())
    }

    #[benchmark]
    fn report_attestations_secp256k1() -> Result<(), BenchmarkError> {
        let (card, call) = to_report_attestations::<T>(Scheme::Secp256k1)?;

        #[block]
        {
            report(call)?;
        }

        assert_state::<T>(card.id(), CarrierState::Marked(Fraud::ConflictingAttestations));
        Ok(())
    }

    #[benchmark]
    fn report_attestations_p256() -> Result<(), BenchmarkError> {
        let (card, call) = to_report_attestations::<T>(Scheme::P256)?;

        #[block]
        {
            report(call)?;
        }

        assert_state::<T>(card.id(), CarrierState::Marked(Fraud::ConflictingAttestations));
        Ok(())
    }

    #[benchmark]
    fn report_attestations_ed25519() -> Result<(), BenchmarkError> {
        let (card, call) = to_report_attestations::<T>(Scheme::Ed25519)?;

        #[block]
        {
            report(call)?;
        }

        assert_state::<T>(card.id(), CarrierState::Marked(Fraud::ConflictingAttestations));
        Ok(())
    }

    #[benchmark]
    fn change_order_lifetime() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        let blocks = T::MaxOrderLifetime::get();

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, blocks);

        assert_eq!(OrderLifetime::<T>::get(), blocks);
        Ok(())
    }

    #[benchmark]
    fn unmark() -> Result<(), BenchmarkError> {
        let (card, call) = to_report_orders::<T>(Scheme::Secp256k1)?;
        report(call)?;
        let origin = issuer::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, card.id(), CAUSE);

        assert_state::<T>(card.id(), CarrierState::Frozen);
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::Builder::new().build(), crate::mock::Test);
}
