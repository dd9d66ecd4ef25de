//! Where money comes from and where it goes, in the whole runtime.

use std::collections::BTreeMap;

use codec::Encode;
use frame_support::{
    assert_noop, assert_ok,
    traits::{
        fungible::{Inspect, Mutate},
        fungibles::InspectHold as _,
    },
    BoundedVec,
};
use sp_runtime::traits::Dispatchable;
use specie_primitives::{
    acts::Cause,
    crypto::PublicKey,
    currency::SupplyPage,
    ids::{BatchId, CarrierId, CurrencyId, MachineId},
    index::Happening,
    records::{Carrier, CarrierState},
};

use super::{alice, bob, first_block, signed_by_alice, transfer, ENDOWMENT};
use crate::{
    carriers::supply_in_carriers, configs::money::IssuerAccount, index, AccountId, AssetsHolder, Balance, Balances,
    Executive, Issuance, Runtime, RuntimeCall, RuntimeHoldReason, RuntimeOrigin, System, UNIT,
};

const EURO: CurrencyId = CurrencyId::Asset(1);

/// A chain with a second currency, of which Alice has 5,000 base units.
fn with_euro(test: impl FnOnce()) {
    first_block().execute_with(|| {
        let text = |text: &str| BoundedVec::try_from(text.as_bytes().to_vec()).expect("it is short");
        let root = RuntimeOrigin::root;
        assert_ok!(Issuance::create(root(), text("Euro"), text("EUR"), 2, 1, 10_000, Cause::default()));
        assert_ok!(Issuance::mint(root(), EURO, alice(), 5_000, [0xee; 32]));
        test();
        assert_ok!(Issuance::do_try_state());
        check_holds();
        check_sums();
    });
}

/// What all accounts hold is the supply of each currency, to the last unit.
fn check_sums() {
    let native: Balance = frame_system::Account::<Runtime>::iter_values()
        .map(|account| account.data.free.saturating_add(account.data.reserved))
        .sum();
    assert_eq!(native, Balances::total_issuance());
    for (number, details) in pallet_assets::Asset::<Runtime>::iter() {
        let sum: Balance = pallet_assets::Account::<Runtime>::iter_prefix(number)
            .map(|(who, account)| account.balance + AssetsHolder::total_balance_on_hold(number, &who))
            .sum();
        assert_eq!(sum, details.supply, "asset {number}");
    }
}

/// What is on hold on every account is what the records of the pallets say, reason by reason: nothing is held without one.
fn check_holds() {
    let mut records = BTreeMap::<(AccountId, Vec<u8>), Balance>::new();
    for carrier in pallet_carriers::Carriers::<Runtime>::iter_values() {
        let reason: RuntimeHoldReason = pallet_carriers::HoldReason::CarrierRecord.into();
        *records.entry((carrier.depositor.into(), reason.encode())).or_default() += carrier.deposit;
    }
    for request in pallet_requests::Requests::<Runtime>::iter_values() {
        let reason: RuntimeHoldReason = pallet_requests::HoldReason::Record.into();
        *records.entry((request.opener, reason.encode())).or_default() += request.deposit;
        if let (Some(held), CurrencyId::Native) = (request.state.held(), request.terms.currency) {
            let reason: RuntimeHoldReason = pallet_requests::HoldReason::Payment.into();
            *records.entry((held.carrier.0.into(), reason.encode())).or_default() += held.amount;
        }
    }
    for pool in pallet_safes::Pools::<Runtime>::iter_values() {
        let reason: RuntimeHoldReason = pallet_safes::HoldReason::Record.into();
        *records.entry((pool.operator, reason.encode())).or_default() += pool.deposit;
    }
    let accounts: Vec<AccountId> = frame_system::Account::<Runtime>::iter_keys().collect();
    for account in accounts {
        for held in pallet_balances::Holds::<Runtime>::get(&account) {
            let is_ours = !matches!(held.id, RuntimeHoldReason::IssuerCouncil(_) | RuntimeHoldReason::SafeMode(_));
            let recorded = records.get(&(account.clone(), held.id.encode())).copied().unwrap_or_default();
            assert!(!is_ours || held.amount == recorded, "{:?} holds {} without a record", held.id, held.amount);
        }
    }
}

/// A card of this number, registered for a currency.
fn carrier(number: u8, currency: CurrencyId) -> CarrierId {
    let currency_key = PublicKey::Ed25519([number; 32]);
    let id = CarrierId::of(&currency_key);
    let record = Carrier {
        batch: BatchId(1),
        device_key: PublicKey::Ed25519([number ^ 0x80; 32]),
        currency_key,
        generation: 1,
        sequence: 0,
        state: CarrierState::Active,
        currency,
        denomination: None,
        funding_due: None,
        machine: MachineId([1; 32]),
        depositor: bob().into(),
        deposit: 0,
        registered_at: 1,
    };
    pallet_carriers::Carriers::<Runtime>::insert(id, record);
    id
}

#[test]
fn f111_fees_are_counted_and_the_supply_reconciles() {
    with_euro(|| {
        assert_eq!(Executive::apply_extrinsic(signed_by_alice(transfer(), 0)), Ok(Ok(())));
        let supply = Issuance::supply(CurrencyId::Native).expect("the chain has its own currency");
        let fee = ENDOWMENT - UNIT - Balances::balance(&alice());
        assert_eq!((supply.minted, supply.fees_burnt, supply.total), (ENDOWMENT, fee, ENDOWMENT - fee));
        assert_eq!(supply.remainder(), 0);
    });
}

/// Whatever the SDK's pallets offer, nobody but the issuer makes or destroys money, or manages a currency.
#[test]
fn f111_nobody_else_makes_or_destroys_money() {
    with_euro(|| {
        let (who, id) = (bob().into(), codec::Compact(1));
        let calls: Vec<RuntimeCall> = vec![
            pallet_balances::Call::burn { value: 5, keep_alive: true }.into(),
            pallet_balances::Call::force_set_balance { who: bob().into(), new_free: 5 }.into(),
            pallet_assets::Call::create { id: codec::Compact(2), admin: bob().into(), min_balance: 1 }.into(),
            pallet_assets::Call::mint { id, beneficiary: bob().into(), amount: 5 }.into(),
            pallet_assets::Call::burn { id, who, amount: 5 }.into(),
            pallet_assets::Call::transfer_ownership { id, owner: alice().into() }.into(),
            pallet_assets::Call::freeze_asset { id }.into(),
            pallet_assets::Call::start_destroy { id }.into(),
            pallet_assets::Call::approve_transfer { id, delegate: bob().into(), amount: 5 }.into(),
            pallet_assets::Call::set_metadata { id, name: vec![1], symbol: vec![2], decimals: 3 }.into(),
            pallet_assets::Call::touch { id }.into(),
        ];
        for call in calls {
            assert_noop!(
                call.dispatch(RuntimeOrigin::signed(alice())),
                frame_system::Error::<Runtime>::CallFiltered
            );
        }
        let pay = pallet_assets::Call::transfer_keep_alive { id, target: bob().into(), amount: 5 };
        assert_ok!(RuntimeCall::from(pay).dispatch(RuntimeOrigin::signed(alice())));
        // By the pallet's own origins nobody comes that far either.
        let forced = pallet_assets::Call::<Runtime>::force_create {
            id: codec::Compact(3),
            owner: bob().into(),
            is_sufficient: true,
            min_balance: 1,
        };
        assert!(frame_support::traits::UnfilteredDispatchable::dispatch_bypass_filter(
            RuntimeCall::from(forced),
            RuntimeOrigin::root()
        )
        .is_err());
    });
}

#[test]
fn f111_money_that_was_given_back_is_burnt() {
    with_euro(|| {
        let back = pallet_assets::Call::transfer {
            id: codec::Compact(1),
            target: IssuerAccount::get().into(),
            amount: 700,
        };
        assert_ok!(RuntimeCall::from(back).dispatch(RuntimeOrigin::signed(alice())));
        assert_ok!(Issuance::burn(RuntimeOrigin::root(), EURO, 700, [0xef; 32]));
        let supply = Issuance::supply(EURO).expect("it was created");
        assert_eq!((supply.minted, supply.burnt, supply.total, supply.remainder()), (5_000, 700, 4_300, 0));
        // The address that a clerk reads in the documents.
        let account: [u8; 32] = IssuerAccount::get().into();
        assert_eq!(&account[..12], b"modlsp/issue");
    });
}

/// Page by page, nothing twice and nothing left out.
#[test]
fn f111_what_carriers_hold_is_added_up_page_by_page() {
    with_euro(|| {
        for number in 1..=7 {
            let currency = if number % 2 == 0 { EURO } else { CurrencyId::Native };
            let address: AccountId = carrier(number, currency).0.into();
            match currency {
                EURO => {
                    let entry = [number; 32];
                    assert_ok!(Issuance::mint(RuntimeOrigin::root(), EURO, address, number.into(), entry));
                }
                _ => drop(Balances::mint_into(&address, UNIT * u128::from(number))),
            }
        }
        let sum = |currency, limit| {
            let (mut all, mut pages) = (SupplyPage::default(), 0);
            loop {
                let page = supply_in_carriers(currency, all.next, limit);
                all.carriers += page.carriers;
                all.free += page.free;
                all.held += page.held;
                all.next = page.next;
                pages += 1;
                if all.next.is_none() {
                    return (all.carriers, all.free, all.held, pages);
                }
            }
        };
        for (limit, pages) in [(1, 8), (2, 4), (3, 3), (7, 2), (100, 1)] {
            assert_eq!(sum(EURO, limit), (3, 2 + 4 + 6, 0, pages));
            assert_eq!(sum(CurrencyId::Native, limit), (4, 16 * UNIT, 0, pages));
        }
        assert_eq!(sum(CurrencyId::Asset(9), 3), (0, 0, 0, 3));
        // These tests have made money beside the issuer, and it shows.
        assert_eq!(Issuance::supply(CurrencyId::Native).expect("own").remainder(), -(16 * UNIT as i128));
        for number in [1u8, 3, 5, 7] {
            let id: AccountId = CarrierId::of(&PublicKey::Ed25519([number; 32])).0.into();
            Balances::set_balance(&id, 0);
        }
    });
}

/// A payment in another currency reaches the index with that currency, the carrier's own or not.
#[test]
fn f11_the_index_hears_of_every_currency() {
    with_euro(|| {
        let (euro, native) = (carrier(1, EURO), carrier(2, CurrencyId::Native));
        System::reset_events();
        for (to, amount) in [(euro, 30), (native, 20)] {
            let to: AccountId = to.0.into();
            let pay = pallet_assets::Call::transfer { id: codec::Compact(1), target: to.into(), amount };
            assert_ok!(RuntimeCall::from(pay).dispatch(RuntimeOrigin::signed(alice())));
        }
        let changes = index::changes();
        let balances: BTreeMap<_, _> =
            changes.carriers.iter().map(|(id, entry)| (*id, (entry.balance, entry.held))).collect();
        // The balance is that of the carrier's own money; the rest is told in the history.
        assert_eq!(balances, BTreeMap::from([(euro, (30, 0)), (native, (0, 0))]));
        let from = Some(alice().into());
        let told: Vec<_> = changes.history.iter().map(|entry| (entry.carrier, entry.what)).collect();
        let received = |amount| Happening::Received { amount, currency: EURO, from };
        assert_eq!(told, [(euro, received(30)), (native, received(20))]);
    });
}
