//! Orders of cards that belong to a pool, with the pools and the requests themselves.

use super::properties::cases;
use crate::{
    cards::TestCard,
    mock::*,
    spending::{EPOCH_NOT_BEGUN, PAYEE_LOCKED, POOLS_FEE_FACTOR, POOL_LOCKED, REQUEST_NOT_OPEN},
    Error,
};
use frame_support::{assert_noop, assert_ok};
use proptest::{prelude::*, test_runner::TestRunner};
use sp_runtime::{
    transaction_validity::{InvalidTransaction, UnknownTransaction},
    AccountId32,
};
use specie_primitives::{
    crypto::{Scheme, Signature},
    ids::{CurrencyId, PoolId, Reference},
    order::{Order, Purpose, EVERYTHING},
    pool::{consent, Duties, PoolLock, PoolPolicy},
    request::{Asked, RequestKind, RequestState, Terms},
    Balance,
};
use std::collections::BTreeMap;

const POOL: PoolId = PoolId(0);
const UNITS: [AccountId32; 2] = [MACHINE, OTHER_MACHINE];
const LEASE: u32 = 6;

/// Two units, Alice as the bank's host, and Bob, who unlocks.
fn make_pool() {
    let duties = |unit, host, unlocker| Duties { unit, host, unlocker };
    let parties = vec![
        (MACHINE, duties(true, false, false)),
        (OTHER_MACHINE, duties(true, false, false)),
        (ALICE, duties(false, true, false)),
        (BOB, duties(false, false, true)),
    ];
    let policy = PoolPolicy { lease: LEASE, approvals: 1 };
    assert_ok!(Safes::create(signed(OPERATOR), policy, parties.try_into().unwrap()));
}

/// The next order of a card: 100 for Bob.
fn order(card: &TestCard) -> Order {
    Order { sequence: record(card).sequence + 1, ..crate::mock::order(card) }
}

fn join(card: &TestCard) {
    let sequence = record(card).sequence + 1;
    let until = System::block_number() + 5;
    let order = consent(GENESIS, POOL, OPERATOR.into(), card.id(), sequence, until);
    assert_ok!(Safes::join(signed(MACHINE), POOL, Box::new(order), card.sign(&order)));
}

/// The host asks the pool for an amount to this payee.
fn ask(payee: AccountId32, amount: Asked) -> Reference {
    let number = pallet_requests::NextNumber::<Test>::get(ALICE);
    let terms = Terms {
        kind: RequestKind::Withdrawal,
        payee,
        payer: None,
        currency: CurrencyId::Native,
        amount,
        expires: System::block_number() + 50,
        settle_by: System::block_number() + 60,
        pool: Some((POOL, 0)),
        parent: None,
    };
    assert_ok!(Requests::open(signed(ALICE), number, terms));
    Requests::reference_of(&ALICE, number)
}

fn epoch() -> u32 {
    pallet_safes::Pools::<Test>::get(POOL).unwrap().epoch
}

fn lock(lock: PoolLock) {
    assert_ok!(Safes::lock(signed(MACHINE), POOL, lock, CAUSE));
}

fn unlock() {
    let number = pallet_safes::Pools::<Test>::get(POOL).unwrap().lock_number;
    assert_ok!(Safes::unlock(signed(BOB), POOL, number, PoolLock::Open));
}

/// A pool led by its first unit, with a card of 300.
fn with_pool(test: impl FnOnce(TestCard)) {
    execute(|| {
        make_pool();
        let card = funded(Scheme::Ed25519, 300);
        join(&card);
        assert_ok!(Safes::take_lead(signed(MACHINE), POOL, 0));
        test(card);
        assert_ok!(Safes::do_try_state());
    });
}

#[test]
fn f81_a_card_of_a_pool_pays_for_its_requests_alone() {
    with_pool(|card| {
        let plain = order(&card);
        assert_eq!(validate(&plain, &card.sign(&plain)), Err(InvalidTransaction::Custom(26).into()));
        assert_noop!(spend(&card, &plain), Error::<Test>::NotPoolsRequest);

        let reference = ask(BOB, Asked::Exactly(100));
        let asked = Order { reference, epoch: 1, ..plain };
        let late = Order { epoch: 0, ..asked };
        assert_eq!(validate(&late, &card.sign(&late)), Err(InvalidTransaction::Custom(19).into()));
        assert_noop!(spend(&card, &late), Error::<Test>::RequestOtherEpoch);
        // What this node has not heard of yet is no reason to ban an order.
        let early = Order { epoch: 2, ..asked };
        assert_eq!(validate(&early, &card.sign(&early)), Err(UnknownTransaction::Custom(EPOCH_NOT_BEGUN).into()));
        assert_noop!(spend(&card, &early), Error::<Test>::EpochNotBegun);
        let unheard = Order { reference: Reference([9; 32]), ..asked };
        let unknown = UnknownTransaction::Custom(REQUEST_NOT_OPEN).into();
        assert_eq!(validate(&unheard, &card.sign(&unheard)), Err(unknown));
        // Nobody else's card pays it, not even in the right epoch.
        let other = crate::mock::card(Scheme::Secp256k1, 7);
        initialise(&other);
        assert_ok!(Carriers::fund(signed(ALICE), other.id(), 300));
        let foreign = Order { reference, epoch: 1, ..order(&other) };
        assert_noop!(spend(&other, &foreign), Error::<Test>::NotPoolsRequest);

        let (_, applied) = submit_bare(&asked, &card.sign(&asked));
        assert_ok!(applied.unwrap());
        assert_eq!(Balances::free_balance(BOB), START + 100);
        assert_noop!(spend(&card, &Order { sequence: 3, ..asked }), Error::<Test>::RequestClosed);
    });
}

#[test]
fn f89_f90_a_locked_pool_pays_nobody_and_its_order_is_not_banned() {
    with_pool(|card| {
        let asked = Order { reference: ask(BOB, Asked::Exactly(100)), epoch: 1, ..order(&card) };
        lock(PoolLock::NoPayout);
        let locked = UnknownTransaction::Custom(POOL_LOCKED).into();
        assert_eq!(validate(&asked, &card.sign(&asked)), Err(locked));
        assert_noop!(spend(&card, &asked), Error::<Test>::PoolLocked);
        // Money comes in, by hand and by another card.
        assert_ok!(Carriers::fund(signed(ALICE), card.id(), 10));
        let payer = crate::mock::card(Scheme::Secp256k1, 7);
        initialise(&payer);
        assert_ok!(Carriers::fund(signed(ALICE), payer.id(), 300));
        let deposit = Order { to: card.id().0, ..order(&payer) };
        assert_ok!(validate(&deposit, &payer.sign(&deposit)));

        lock(PoolLock::NoChange);
        assert_noop!(Carriers::fund(signed(ALICE), card.id(), 10), Error::<Test>::PayeeLocked);
        let shut = UnknownTransaction::Custom(PAYEE_LOCKED).into();
        assert_eq!(validate(&deposit, &payer.sign(&deposit)), Err(shut));
        assert_noop!(spend(&payer, &deposit), Error::<Test>::PayeeLocked);

        unlock();
        assert_ok!(spend(&payer, &deposit));
        assert_ok!(spend(&card, &asked));
    });
}

/// Else whoever has a card in hand takes all of its money as the fee of a small payment.
#[test]
fn f81_f82_what_a_card_of_a_pool_offers_for_its_order_is_little() {
    with_pool(|card| {
        let most = network_fee(&card) * POOLS_FEE_FACTOR;
        let asked = Order { reference: ask(BOB, Asked::Exactly(20)), epoch: 1, amount: 20, ..order(&card) };
        for fee_to in [MACHINE.into(), card.id().0] {
            let dear = Order { fee: most + 1, fee_to, ..asked };
            assert_eq!(validate(&dear, &card.sign(&dear)), Err(InvalidTransaction::Custom(27).into()));
            assert_noop!(spend(&card, &dear), Error::<Test>::FeeOfPool);
        }
        // Nor does a fee come into a pool that takes nothing in.
        let payer = crate::mock::card(Scheme::Secp256k1, 7);
        initialise(&payer);
        assert_ok!(Carriers::fund(signed(ALICE), payer.id(), 300));
        let in_a_fee = Order { fee_to: card.id().0, ..order(&payer) };
        lock(PoolLock::NoChange);
        assert_noop!(spend(&payer, &in_a_fee), Error::<Test>::PayeeLocked);
        unlock();
        assert_ok!(spend(&payer, &in_a_fee));
        assert_ok!(spend(&card, &Order { fee: most, ..asked }));
    });
}

/// What a card has put on hold for its pool goes out while the pool is open and its request counts, and comes back at the word of
/// whoever leads.
#[test]
fn f82_f89_f101_money_on_hold_leaves_no_locked_pool() {
    with_pool(|card| {
        let hold = |reference| Order { reference, epoch: 1, purpose: Purpose::Hold, ..order(&card) };
        let first = ask(BOB, Asked::Exactly(100));
        assert_ok!(spend(&card, &hold(first)));
        lock(PoolLock::NoPayout);
        let locked = pallet_requests::Error::<Test>::PoolLocked;
        assert_noop!(Requests::settle(signed(ALICE), first, 100), locked);
        unlock();
        // Somebody may have the goods: neither the operator nor the leader takes it back.
        let not_theirs = pallet_requests::Error::<Test>::NotPermitted;
        assert_noop!(Requests::release(signed(OPERATOR), first, CAUSE), not_theirs);
        assert_ok!(Requests::settle(signed(ALICE), first, 60));
        assert_eq!(Balances::free_balance(BOB), START + 60);

        // A unit asks in its epoch, and is taken over from.
        let number = pallet_requests::NextNumber::<Test>::get(MACHINE);
        let terms = Terms { pool: Some((POOL, 1)), ..Requests::request(first).unwrap().terms };
        assert_ok!(Requests::open(signed(MACHINE), number, terms));
        let second = Requests::reference_of(&MACHINE, number);
        assert_ok!(spend(&card, &hold(second)));
        System::set_block_number(System::block_number() + LEASE + 1);
        assert_ok!(Safes::take_lead(signed(OTHER_MACHINE), POOL, 1));
        let other = pallet_requests::Error::<Test>::OtherEpoch;
        assert_noop!(Requests::settle(signed(MACHINE), second, 100), other);
        assert_noop!(
            Requests::release(signed(NOBODY), second, CAUSE),
            pallet_requests::Error::<Test>::NotPermitted
        );
        assert_ok!(Requests::release(signed(OTHER_MACHINE), second, CAUSE));
        assert_eq!(Balances::free_balance(BOB), START + 60, "nothing of the second");
    });
}

#[test]
fn f92_one_order_and_locked_again() {
    with_pool(|card| {
        lock(PoolLock::NoPayout);
        let number = pallet_safes::Pools::<Test>::get(POOL).unwrap().lock_number;
        assert_ok!(Safes::unlock(signed(BOB), POOL, number, PoolLock::OneOrder));
        let first = Order { reference: ask(BOB, Asked::Exactly(50)), epoch: 1, ..order(&card) };
        let second = Order { reference: ask(BOB, Asked::Exactly(50)), sequence: first.sequence + 1, ..first };
        let amounts = |order: Order| Order { amount: 50, ..order };
        assert_ok!(spend(&card, &amounts(first)));
        assert_noop!(spend(&card, &amounts(second)), Error::<Test>::PoolLocked);
    });
}

/// Of an order that was signed before the card joined, and of one after it left, the rule is that of the day it comes.
#[test]
fn f98_f103_joining_and_leaving_change_what_a_card_may_pay() {
    with_pool(|card| {
        let plain = order(&card);
        assert_noop!(spend(&card, &plain), Error::<Test>::NotPoolsRequest);
        assert_ok!(Safes::leave(signed(OPERATOR), POOL, card.id()));
        assert_ok!(spend(&card, &plain));
        join(&card);
        assert_noop!(spend(&card, &order(&card)), Error::<Test>::NotPoolsRequest);
    });
}

/// What a history does, step by step.
#[derive(Clone, Copy, Debug)]
enum Step {
    Pass {
        blocks: u32,
    },
    /// A unit looks at the chain.
    Look {
        unit: usize,
    },
    TakeLead {
        unit: usize,
    },
    Renew {
        unit: usize,
    },
    Ask {
        amount: Balance,
    },
    /// A unit that believes that it leads has a card sign for the oldest request that it believes to be open.
    Sign {
        unit: usize,
        card: usize,
    },
    /// An order that was signed some time comes to the chain, once more perhaps.
    Deliver {
        which: usize,
    },
    Lock {
        grade: bool,
    },
    Unlock,
    Fund {
        card: usize,
    },
}

fn any_step() -> impl Strategy<Value = Step> {
    let (unit, card) = (|| 0..2usize, || 0..3usize);
    prop_oneof![
        4 => (1..5u32).prop_map(|blocks| Step::Pass { blocks }),
        4 => unit().prop_map(|unit| Step::Look { unit }),
        4 => unit().prop_map(|unit| Step::TakeLead { unit }),
        1 => unit().prop_map(|unit| Step::Renew { unit }),
        4 => (50..150u128).prop_map(|amount| Step::Ask { amount }),
        10 => (unit(), card()).prop_map(|(unit, card)| Step::Sign { unit, card }),
        10 => any::<usize>().prop_map(|which| Step::Deliver { which }),
        1 => any::<bool>().prop_map(|grade| Step::Lock { grade }),
        2 => Just(Step::Unlock),
        3 => card().prop_map(|card| Step::Fund { card }),
    ]
}

/// A unit, and what it last saw: it may have been paused since.
#[derive(Clone, Default)]
struct Unit {
    epoch: u32,
    leads: bool,
    open: Vec<(Reference, Balance)>,
}

struct History {
    cards: Vec<TestCard>,
    sequences: Vec<u32>,
    units: Vec<Unit>,
    signed: Vec<(usize, Order, Signature)>,
    asked: BTreeMap<[u8; 32], Balance>,
    paid: BTreeMap<[u8; 32], Balance>,
}

impl History {
    fn take(&mut self, step: Step) {
        match step {
            Step::Pass { blocks } => System::set_block_number(System::block_number() + blocks),
            Step::Look { unit } => {
                let pool = pallet_safes::Pools::<Test>::get(POOL).unwrap();
                let open = self.asked.iter().filter(|(reference, _)| {
                    let request = Requests::request(Reference(**reference));
                    request.is_some_and(|request| request.state == RequestState::Open)
                });
                let open = open.map(|(reference, amount)| (Reference(*reference), *amount)).collect();
                let leads = pool.leader == Some(UNITS[unit].clone());
                self.units[unit] = Unit { epoch: pool.epoch, leads, open };
            }
            Step::TakeLead { unit } => {
                // Whatever it believes: the chain decides.
                let _ = Safes::take_lead(signed(UNITS[unit].clone()), POOL, self.units[unit].epoch);
            }
            Step::Renew { unit } => {
                let _ = Safes::renew(signed(UNITS[unit].clone()), POOL, self.units[unit].epoch);
            }
            Step::Ask { amount } => {
                if pallet_safes::Pools::<Test>::get(POOL).unwrap().lock.lets_out() {
                    let reference = ask(BOB, Asked::Exactly(amount));
                    self.asked.insert(reference.0, amount);
                }
            }
            Step::Sign { unit, card } => {
                let known = &self.units[unit];
                let Some((reference, amount)) = known.open.first().copied().filter(|_| known.leads) else { return };
                self.sequences[card] += 1;
                let order = Order {
                    reference,
                    epoch: known.epoch,
                    amount,
                    sequence: self.sequences[card],
                    ..order(&self.cards[card])
                };
                let signature = self.cards[card].sign(&order);
                self.signed.push((card, order, signature));
            }
            Step::Deliver { which } => self.deliver(which),
            Step::Lock { grade } => {
                let tighter = if grade { PoolLock::NoPayout } else { PoolLock::NoChange };
                let _ = Safes::lock(signed(ALICE), POOL, tighter, CAUSE);
            }
            Step::Unlock => {
                let number = pallet_safes::Pools::<Test>::get(POOL).unwrap().lock_number;
                let _ = Safes::unlock(signed(BOB), POOL, number, PoolLock::Open);
            }
            Step::Fund { card } => {
                let _ = Carriers::fund(signed(ALICE), self.cards[card].id(), 200);
            }
        }
    }

    /// An order comes: whatever becomes of it, nothing is paid twice, in another epoch, or while the pool is locked.
    fn deliver(&mut self, which: usize) {
        let Some((_, order, signature)) = self.signed.get(which % self.signed.len().max(1)) else { return };
        let pool = pallet_safes::Pools::<Test>::get(POOL).unwrap();
        let before = Balances::free_balance(BOB);
        let (_, applied) = submit_bare(order, signature);
        let is_paid = matches!(applied, Ok(Ok(_)));
        let got = Balances::free_balance(BOB) - before;
        if !is_paid {
            assert_eq!(got, 0);
            return;
        }
        assert_eq!(order.epoch, pool.epoch, "an order of another epoch was executed");
        assert!(pool.lock.lets_out(), "a locked pool has paid");
        let wanted = self.asked[&order.reference.0];
        assert!(got >= wanted && got < wanted + ED, "{got} for a request of {wanted}");
        assert_eq!(self.paid.insert(order.reference.0, got), None, "a request was paid twice");
    }
}

/// Two units that see the chain late, sign for the same requests with the same cards, hang and come back, while orders come in any
/// order and more than once, and the pool is locked and unlocked.
#[test]
fn f81_f89_f101_whatever_two_units_do_a_request_is_paid_once() {
    let steps = proptest::collection::vec(any_step(), 1..120);
    let paid_at_all = std::cell::Cell::new(0);
    TestRunner::new(cases(150))
        .run(&steps, |steps| {
            let paid = std::cell::Cell::new(0);
            execute(|| {
                make_pool();
                let cards: Vec<_> = Scheme::ALL.iter().map(|scheme| funded(*scheme, 400)).collect();
                cards.iter().for_each(join);
                let mut history = History {
                    // Each has consented to join.
                    sequences: vec![1; cards.len()],
                    cards,
                    units: vec![Unit::default(); 2],
                    signed: Vec::new(),
                    asked: BTreeMap::new(),
                    paid: BTreeMap::new(),
                };
                let before = Balances::free_balance(BOB);
                for step in steps {
                    history.take(step);
                    check_state();
                    assert_ok!(Safes::do_try_state());
                }
                let got: Balance = history.paid.values().sum();
                assert_eq!(Balances::free_balance(BOB), before + got, "money came by another way");
                for (reference, amount) in &history.asked {
                    let state = Requests::request(Reference(*reference)).unwrap().state;
                    let settled = matches!(state, RequestState::Settled { .. });
                    assert_eq!(settled, history.paid.contains_key(reference), "{amount}");
                }
                paid.set(history.paid.len());
            });
            paid_at_all.set(paid_at_all.get() + paid.get());
            Ok(())
        })
        .unwrap();
    assert!(paid_at_all.get() > 20, "the histories pay: {}", paid_at_all.get());
}

/// Everything that a card holds goes for a request that takes a range, and no more than that takes.
#[test]
fn f83_a_card_that_is_short_pays_what_it_has() {
    with_pool(|card| {
        let reference = ask(BOB, Asked::Between { least: 1, most: 150 });
        assert_ok!(spend(&card, &Order { reference, epoch: epoch(), amount: EVERYTHING, ..order(&card) }));
        assert_eq!(Balances::free_balance(BOB), START + 150);
    });
}
