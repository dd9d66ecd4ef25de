//! Random sequences of calls across the pallets, against a model that knows only what must never happen.

use super::properties::cases;
use crate::{cards::TestCard, mock::*, Registration};
use frame_support::assert_ok;
use proptest::{prelude::*, test_runner::TestRunner};
use sp_runtime::AccountId32;
use specie_primitives::{
    crypto::{Scheme, Signature},
    ids::{BatchId, CarrierId, CurrencyId},
    initialisation::CarrierTerms,
    order::{Order, Purpose, EVERYTHING},
    Balance,
};
use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

/// How many cards there are; card `n` is of scheme `n % 3`, and of that scheme's batch.
const CARDS: usize = 9;

/// How many of them are in use from the start.
const FUNDED: usize = 4;

#[derive(Clone, Copy, Debug)]
enum Step {
    Initialise {
        card: usize,
        machine: bool,
        grant: u32,
        denomination: Option<Balance>,
    },
    /// Resets the card and registers its next key.
    Rotate {
        card: usize,
        machine: bool,
        grant: u32,
    },
    /// Submits something that was accepted once more.
    ReplayRegistration {
        which: usize,
        rotate: bool,
    },
    ReplayOrder {
        which: usize,
        bare: bool,
    },
    Fund {
        card: usize,
        amount: Balance,
    },
    FundAt {
        card: usize,
        amount: Balance,
        machine: bool,
    },
    Transfer {
        card: usize,
        amount: Balance,
    },
    /// `gap` 0 repeats the last sequence.
    Spend {
        card: usize,
        bare: bool,
        gap: u32,
        amount: Balance,
        fee: Balance,
        to: u8,
        cash_out: bool,
    },
    Freeze {
        card: usize,
    },
    Unfreeze {
        card: usize,
    },
    Repair {
        card: usize,
        denomination: Option<Balance>,
    },
    Retire {
        card: usize,
    },
    Settle {
        card: usize,
    },
    ReportOrders {
        card: usize,
    },
    ReportAttestations {
        card: usize,
    },
    Batch {
        batch: u64,
        to: u8,
    },
    BlockOrders {
        batch: u64,
        blocked: bool,
    },
    Machine {
        machine: bool,
        suspend: bool,
    },
    RevokeGrants {
        from: u32,
    },
    Lifetime {
        blocks: u32,
    },
    Pass {
        blocks: u32,
    },
}

fn any_step() -> impl Strategy<Value = Step> {
    let card = || 0..CARDS;
    let amount = || prop_oneof![Just(0), 1..3 * ED, 50..600u128];
    let face = || prop::option::weighted(0.2, prop::sample::select(vec![100, 200]));
    let spend = (card(), any::<bool>(), 0u32..3, prop_oneof![1 => Just(EVERYTHING), 6 => amount()]);
    let terms = (0..3 * ED, 0u8..4, prop::bool::weighted(0.3));
    prop_oneof![
        5 => (card(), any::<bool>(), 0..GRANTS, face())
            .prop_map(|(card, machine, grant, denomination)| Step::Initialise { card, machine, grant, denomination }),
        4 => (card(), any::<bool>(), 0..GRANTS)
            .prop_map(|(card, machine, grant)| Step::Rotate { card, machine, grant }),
        1 => (any::<usize>(), any::<bool>())
            .prop_map(|(which, rotate)| Step::ReplayRegistration { which, rotate }),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(which, bare)| Step::ReplayOrder { which, bare }),
        6 => (card(), amount()).prop_map(|(card, amount)| Step::Fund { card, amount }),
        2 => (card(), amount(), any::<bool>())
            .prop_map(|(card, amount, machine)| Step::FundAt { card, amount, machine }),
        2 => (card(), amount()).prop_map(|(card, amount)| Step::Transfer { card, amount }),
        24 => (spend, terms).prop_map(|((card, bare, gap, amount), (fee, to, cash_out))| {
            Step::Spend { card, bare, gap, amount, fee, to, cash_out }
        }),
        1 => card().prop_map(|card| Step::Freeze { card }),
        2 => card().prop_map(|card| Step::Unfreeze { card }),
        1 => (card(), face()).prop_map(|(card, denomination)| Step::Repair { card, denomination }),
        1 => card().prop_map(|card| Step::Retire { card }),
        2 => card().prop_map(|card| Step::Settle { card }),
        1 => card().prop_map(|card| Step::ReportOrders { card }),
        1 => card().prop_map(|card| Step::ReportAttestations { card }),
        1 => (0u64..3, 0u8..8).prop_map(|(batch, to)| Step::Batch { batch, to }),
        1 => (0u64..3, any::<bool>()).prop_map(|(batch, blocked)| Step::BlockOrders { batch, blocked }),
        1 => (any::<bool>(), prop::bool::weighted(0.2))
            .prop_map(|(machine, suspend)| Step::Machine { machine, suspend }),
        1 => (0..GRANTS).prop_map(|from| Step::RevokeGrants { from }),
        1 => (0u32..200).prop_map(|blocks| Step::Lifetime { blocks }),
        2 => (1u32..60).prop_map(|blocks| Step::Pass { blocks }),
    ]
}

/// What must never happen needs no more to be noticed.
struct World {
    cards: Vec<TestCard>,
    /// The sequence that each address has reached.
    sequences: BTreeMap<CarrierId, u32>,
    /// The addresses whose orders must be refused, and those for good.
    frozen: BTreeSet<CarrierId>,
    dead: BTreeSet<CarrierId>,
    grants: BTreeSet<(AccountId32, u32)>,
    orders: Vec<(Order, Signature)>,
    registrations: Vec<(AccountId32, Registration)>,
    issuance: Balance,
}

fn machine(first: bool) -> AccountId32 {
    if first {
        MACHINE
    } else {
        OTHER_MACHINE
    }
}

impl World {
    fn new() -> Self {
        let cards = (0..CARDS).map(|number| card(Scheme::ALL[number % 3], number as u32)).collect();
        let mut world = Self {
            cards,
            sequences: BTreeMap::new(),
            frozen: BTreeSet::new(),
            dead: BTreeSet::new(),
            grants: BTreeSet::new(),
            orders: Vec::new(),
            registrations: Vec::new(),
            issuance: Balances::total_issuance(),
        };
        for card in 0..FUNDED {
            let index = open_grant();
            world.take(Step::Initialise { card, machine: true, grant: index, denomination: None });
            world.take(Step::Fund { card, amount: 5_000 });
        }
        world
    }

    fn take(&mut self, step: Step) {
        let root = RuntimeOrigin::root;
        match step {
            Step::Initialise { card, machine: first, grant, denomination } => {
                let machine = machine(first);
                let terms = CarrierTerms { denomination, ..CarrierTerms::default() };
                let registration = registration_on(&machine, &self.cards[card], grant, terms);
                self.register(machine, registration, card);
            }
            Step::Rotate { card, machine: first, grant } => self.rotate(card, machine(first), grant),
            Step::ReplayRegistration { which, rotate } => self.replay_registration(which, rotate),
            Step::ReplayOrder { which, bare } => self.replay_order(which, bare),
            Step::Fund { card, amount } => {
                let _ = Carriers::fund(signed(ALICE), self.cards[card].id(), amount);
            }
            Step::FundAt { card, amount, machine: first } => {
                let id = self.cards[card].id();
                let _ = Carriers::fund_at(signed(BOB), id, amount, machine(first), 50);
            }
            Step::Transfer { card, amount } => {
                let _ = Balances::transfer_allow_death(signed(BOB), address(&self.cards[card]), amount);
            }
            Step::Spend { .. } => self.spend(step),
            Step::Freeze { card } => {
                let id = self.cards[card].id();
                if Carriers::freeze(root(), id, CAUSE).is_ok() {
                    assert!(self.frozen.insert(id));
                }
            }
            Step::Unfreeze { card } => {
                let id = self.cards[card].id();
                if Carriers::unfreeze(root(), id, CAUSE).is_ok() {
                    assert!(self.frozen.remove(&id));
                }
            }
            Step::Repair { card, denomination } => {
                let _ = Carriers::repair(root(), self.cards[card].id(), denomination, None, CAUSE);
            }
            Step::Retire { card } => {
                let id = self.cards[card].id();
                if Carriers::retire(root(), id, CAUSE).is_ok() {
                    self.dead.insert(id);
                }
            }
            Step::Settle { card } => {
                let id = self.cards[card].id();
                let stopped = self.frozen.contains(&id) || self.dead.contains(&id);
                assert!(Carriers::settle(root(), id, BOB, CurrencyId::Native, CAUSE).is_err() || stopped);
            }
            Step::ReportOrders { card } => self.report_orders(card),
            Step::ReportAttestations { card } => self.report_attestations(card),
            Step::Batch { batch, to } => {
                let batch = BatchId(batch);
                let _ = match to {
                    0..=2 => Manufacturers::suspend_batch(signed(MANUFACTURER), batch, CAUSE),
                    3..=6 => Manufacturers::reactivate_batch(root(), batch, CAUSE),
                    _ => Manufacturers::revoke_batch(root(), batch, CAUSE),
                };
            }
            Step::BlockOrders { batch, blocked } => {
                assert_ok!(Manufacturers::block_orders(root(), BatchId(batch), blocked, CAUSE));
            }
            Step::Machine { machine: first, suspend } => {
                let _ = match suspend {
                    true => Machines::suspend(root(), machine(first), CAUSE),
                    false => Machines::resume(root(), machine(first), CAUSE),
                };
            }
            Step::RevokeGrants { from } => {
                assert_ok!(Machines::revoke_grants(root(), MACHINE, from, 1, CAUSE));
            }
            Step::Lifetime { blocks } => {
                assert_eq!(Carriers::change_order_lifetime(root(), blocks).is_ok(), blocks > 0);
            }
            Step::Pass { blocks } => System::set_block_number(System::block_number() + blocks),
        }
    }

    fn register(&mut self, machine: AccountId32, registration: Registration, card: usize) {
        if Carriers::initialise(signed(machine.clone()), registration.clone()).is_ok() {
            self.registered(machine, registration, self.cards[card].id());
        }
    }

    /// A registration was accepted: its grant never before, and its address neither.
    fn registered(&mut self, machine: AccountId32, registration: Registration, id: CarrierId) {
        assert!(self.grants.insert((machine.clone(), registration.grant)), "a grant was accepted twice");
        assert_eq!(self.sequences.insert(id, 0), None, "an address was registered twice");
        self.registrations.push((machine, registration));
    }

    fn rotate(&mut self, card: usize, machine: AccountId32, grant: u32) {
        let old = self.cards[card].id();
        let new = self.cards[card].reset();
        let registration = registration_at(&machine, &new, grant);
        if Carriers::rotate(signed(machine.clone()), registration.clone()).is_ok() {
            self.registered(machine, registration, new.id());
            self.dead.insert(old);
            self.cards[card] = new;
        }
    }

    fn replay_registration(&self, which: usize, rotate: bool) {
        let Some(index) = which.checked_rem(self.registrations.len()) else { return };
        let (machine, registration) = self.registrations[index].clone();
        let origin = signed(machine);
        let replayed = match rotate {
            true => Carriers::rotate(origin, registration),
            false => Carriers::initialise(origin, registration),
        };
        assert!(replayed.is_err(), "a registration was accepted twice");
    }

    fn replay_order(&self, which: usize, bare: bool) {
        let Some(index) = which.checked_rem(self.orders.len()) else { return };
        let (order, signature) = self.orders[index];
        let refused = match bare {
            true => submit_bare(&order, &signature).1.is_err(),
            false => Carriers::spend(signed(ALICE), order, signature).is_err(),
        };
        assert!(refused, "an order was accepted twice");
    }

    fn spend(&mut self, step: Step) {
        let Step::Spend { card, bare, gap, amount, fee, to, cash_out } = step else { return };
        let card = &self.cards[card];
        let last = self.sequences.get(&card.id()).copied().unwrap_or_default();
        let receivers = [ALICE, NOBODY, OTHER_MACHINE, address(&self.cards[0])];
        let order = Order {
            purpose: if cash_out { Purpose::CashOut } else { Purpose::Transfer },
            sequence: last + gap,
            to: receivers[usize::from(to)].clone().into(),
            amount,
            fee: fee + network_fee(card),
            fee_to: if cash_out { MACHINE.into() } else { OPERATOR.into() },
            ..order(card)
        };
        let signature = card.sign(&order);
        let before = Balances::total_issuance();
        let accepted = match bare {
            true => {
                let (validity, applied) = submit_bare(&order, &signature);
                assert_eq!(validity.is_ok(), applied.is_ok(), "the pool and the block disagree");
                // What was let in did not fail.
                applied.is_ok_and(|dispatched| {
                    assert_ok!(dispatched);
                    true
                })
            }
            false => Carriers::spend(signed(ALICE), order, signature).is_ok(),
        };
        let burned = before - Balances::total_issuance();
        assert!(burned == 0 || bare && burned == network_fee(card), "{burned} burnt");
        if accepted {
            self.spent(order, signature, burned);
        }
    }

    /// An order was accepted: of a carrier that is in use, with a greater sequence than all before.
    fn spent(&mut self, order: Order, signature: Signature, burned: Balance) {
        let id = order.carrier;
        assert!(!self.frozen.contains(&id) && !self.dead.contains(&id), "a stopped carrier has spent");
        let last = self.sequences.insert(id, order.sequence).expect("an unknown carrier has spent");
        assert!(order.sequence > last, "a sequence was accepted twice");
        self.orders.push((order, signature));
        self.issuance -= burned;
    }

    fn report_orders(&mut self, card: usize) {
        let card = &self.cards[card];
        let (one, other) = (order(card), Order { amount: 1, ..order(card) });
        let (first, second) = (card.sign(&one), card.sign(&other));
        if Carriers::report_orders(signed(BOB), one, first, other, second).is_ok() {
            self.dead.insert(card.id());
        }
    }

    fn report_attestations(&mut self, card: usize) {
        let card = &self.cards[card];
        let clone = TestCard { generation: card.generation, ..card.reset() }.attest([0; 32]);
        if Carriers::report_attestations(signed(BOB), card.device.public(), clone, None).is_ok() {
            self.dead.insert(card.id());
        }
    }

    /// Money is conserved, and a device has one carrier in use at most.
    fn check(&self) {
        check_state();
        assert_eq!(Balances::total_issuance(), self.issuance);
        for (id, sequence) in &self.sequences {
            let record = Carriers::carrier_record(*id).expect("a record is never removed");
            assert_eq!(record.sequence, *sequence);
        }
    }
}

#[test]
fn nothing_is_accepted_twice_and_money_is_conserved() {
    const CASES: u32 = 128;
    let mut runner = TestRunner::new(cases(CASES));
    let accepted = Cell::new([0; 3]);
    let result = runner.run(&prop::collection::vec(any_step(), 1..120), |steps| {
        execute(|| {
            let mut world = World::new();
            for step in steps {
                world.take(step);
                world.check();
            }
            let counts = [world.registrations.len() - FUNDED, world.orders.len(), world.dead.len()];
            let [registrations, orders, dead] = accepted.get();
            accepted.set([registrations + counts[0], orders + counts[1], dead + counts[2]]);
        });
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}\n{runner}");
    }
    // The property says something only when most sequences get somewhere.
    let [registrations, orders, dead] = accepted.get();
    let enough = CASES as usize;
    assert!(registrations > enough / 2 && orders > enough && dead > enough / 2, "{accepted:?}");
}
