//! The verdict on cards with real signatures: the document's table, its two traps, and what a card lives through.

#![cfg(feature = "std")]

mod common;

use common::Key;
use specie_primitives::{
    attestation::{Attestation, SignedAttestation},
    certificate::{native_message, Certificate},
    crypto::{Scheme, Software},
    evidence::{flag_message, Evidence},
    ids::{BatchId, CarrierId, CurrencyId, MachineId},
    records::{BatchKey, BatchState, Carrier, CarrierState, Device},
    verdict::{assess, Finding, Ignorance, Reason, Situation, State, Verdict, View},
};

const BATCH: BatchId = BatchId(7);
const CHALLENGE: [u8; 32] = [9; 32];
const NOW: u32 = 1_000;

/// A card with its keys, and the batch that certified it.
struct Card {
    batch: Key,
    device: Key,
    currency: Key,
    sequence: u32,
    last_valid_until: u32,
    locked: bool,
}

impl Card {
    fn new() -> Self {
        Self {
            batch: Key::numbered(Scheme::P256, 1),
            device: Key::numbered(Scheme::P256, 2),
            currency: Key::numbered(Scheme::Secp256k1, 3),
            sequence: 0,
            last_valid_until: 0,
            locked: false,
        }
    }

    /// The card signs an order: it counts first.
    fn sign_order(&mut self, valid_until: u32) {
        self.sequence += 1;
        self.last_valid_until = self.last_valid_until.max(valid_until);
    }

    fn certificate(&self) -> Certificate {
        let device = self.device.public();
        let signature = self.batch.sign(native_message(BATCH, &device).as_bytes());
        Certificate::Native { batch: BATCH, device, signature }
    }

    fn attested(&self) -> Evidence {
        self.attests(Attestation::initialised(
            &self.currency.public(),
            1,
            self.sequence,
            self.last_valid_until,
            self.locked,
        ))
    }

    fn attests(&self, attestation: Attestation) -> Evidence {
        let signature = self.device.sign(attestation.message(&CHALLENGE).as_bytes());
        let attestation = SignedAttestation { challenge: CHALLENGE, attestation, signature };
        Evidence::Attested { certificate: self.certificate(), attestation }
    }

    /// What a card shows that only knows whether its key was used. Its key is valid when its device says so.
    fn flagged(&self, valid: bool, used: bool) -> Evidence {
        let signer = if valid { self.device.clone() } else { Key::numbered(Scheme::Secp256k1, 4) };
        let currency_key = self.currency.public();
        let signature = signer.sign(flag_message(&CHALLENGE, &currency_key, used).as_bytes());
        Evidence::Flagged { certificate: self.certificate(), currency_key, challenge: CHALLENGE, used, signature }
    }

    /// The situation when the chain has registered the card, both blocks say the same and nothing is pending.
    fn situation(&self, evidence: Option<&Evidence>, balance: u128, sequence: u32) -> Situation {
        let key = BatchKey::Native(self.batch.public());
        let finding =
            evidence.map_or(Finding::NoEvidence, |evidence| evidence.examine::<Software>(Some(&key)).unwrap());
        let carrier = Carrier {
            batch: BATCH,
            device_key: self.device.public(),
            currency_key: self.currency.public(),
            generation: 1,
            sequence,
            state: CarrierState::Active,
            currency: CurrencyId::Native,
            denomination: None,
            funding_due: None,
            machine: MachineId([1; 32]),
            depositor: [2; 32],
            deposit: 1,
            registered_at: 1,
        };
        let view = View {
            number: NOW,
            carrier: Some(carrier),
            balance,
            batch: Some(BatchState::Active),
            certified_batch: Some(BatchState::Active),
            device: Some(Device { carrier: CarrierId::of(&self.currency.public()), generation: 1 }),
            held: 0,
            orders_stopped: false,
            pool: None,
        };
        Situation { ignorance: None, finding, best: view, finalized: view, pool_spends: 0 }
    }

    fn verdict(&self, balance: u128, sequence: u32) -> Verdict {
        assess(&self.situation(Some(&self.attested()), balance, sequence))
    }
}

fn says(verdict: Verdict) -> (State, Reason) {
    (verdict.state, verdict.reason)
}

/// The five states of the first document, for a card that reports what the document asks: key valid, key used.
#[test]
fn f14_table_of_the_document() {
    let table = [
        (true, false, 100, State::Safe),
        (true, false, 0, State::IssuanceError),
        (true, true, 100, State::Unsafe),
        (true, true, 0, State::Withdrawn),
        (false, false, 100, State::Counterfeit),
        (false, false, 0, State::Counterfeit),
        (false, true, 100, State::Counterfeit),
        (false, true, 0, State::Counterfeit),
    ];
    let card = Card::new();
    for (valid, used, balance, state) in table {
        let verdict = assess(&card.situation(Some(&card.flagged(valid, used)), balance, 0));
        assert_eq!((verdict.state, verdict.proven), (state, true), "valid {valid}, used {used}, balance {balance}");
    }
}

/// The same five states for a card that counts, where "used" is an order that the chain could still take. What the
/// document calls an error is one only when the funding is overdue: its first trap.
#[test]
fn f13_f14_table_of_the_document_with_a_counter() {
    for used in [false, true] {
        for balance in [0, 100] {
            let mut card = Card::new();
            if used {
                card.sign_order(NOW);
            }
            let mut situation = card.situation(Some(&card.attested()), balance, 0);
            for view in [&mut situation.best, &mut situation.finalized] {
                view.carrier.as_mut().unwrap().funding_due = Some(NOW - 1);
            }
            let (state, reason) = match (used, balance) {
                (false, 100) => (State::Safe, Reason::Sound),
                (false, _) => (State::IssuanceError, Reason::FundingOverdue),
                // With a counter the outstanding order comes first: money may yet arrive and leave with it.
                (true, _) => (State::Unsafe, Reason::OrderOutstanding),
            };
            assert_eq!(says(assess(&situation)), (state, reason), "used {used}, balance {balance}");

            let copied = Card { device: Key::numbered(Scheme::P256, 99), ..Card::new() };
            let Evidence::Attested { attestation, .. } = copied.attested() else { panic!() };
            let copy = Evidence::Attested { certificate: card.certificate(), attestation };
            let verdict = assess(&card.situation(Some(&copy), balance, 0));
            assert_eq!(says(verdict), (State::Counterfeit, Reason::BadAttestation));
        }
    }
}

/// The first trap: between initialisation and funding a carrier is no error.
#[test]
fn f14_carrier_that_waits_for_its_money_is_no_error() {
    let card = Card::new();
    let with_due = |due| {
        let mut situation = card.situation(Some(&card.attested()), 0, 0);
        for view in [&mut situation.best, &mut situation.finalized] {
            view.carrier.as_mut().unwrap().funding_due = due;
        }
        situation
    };
    assert_eq!(says(assess(&with_due(None))), (State::Blank, Reason::NotFundedYet));
    assert_eq!(says(assess(&with_due(Some(NOW)))), (State::Blank, Reason::NotFundedYet));
    assert_eq!(says(assess(&with_due(Some(NOW - 1)))), (State::IssuanceError, Reason::FundingOverdue));

    let mut on_its_way = with_due(Some(NOW - 1));
    on_its_way.best.balance = 100;
    assert_eq!(says(assess(&on_its_way)), (State::Blank, Reason::FundingNotFinal));
    assert_eq!(says(card.verdict(100, 0)), (State::Safe, Reason::Sound));
}

/// The second trap: a carrier that was spent and recharged is not unsafe for ever, because both sides count.
#[test]
fn f14_f19_recharged_carrier_is_safe_again() {
    let mut card = Card::new();
    assert_eq!(says(card.verdict(100, 0)), (State::Safe, Reason::Sound));

    card.sign_order(NOW + 5);
    let signed = card.verdict(100, 0);
    assert_eq!(says(signed), (State::Unsafe, Reason::OrderOutstanding));
    assert_eq!(signed.outstanding_until, Some(NOW + 5));

    let mut in_a_block = card.situation(Some(&card.attested()), 100, 0);
    in_a_block.best.balance = 0;
    in_a_block.best.carrier.as_mut().unwrap().sequence = 1;
    assert_eq!(says(assess(&in_a_block)), (State::Unsafe, Reason::SpendNotFinal));

    assert_eq!(says(card.verdict(0, 1)), (State::Withdrawn, Reason::Spent));
    assert_eq!(says(card.verdict(100, 1)), (State::Safe, Reason::Sound));
}

/// An order that nobody sent is dead once its last block is final; then the carrier is as good as before.
#[test]
fn f13_f14_boundary_of_an_outstanding_order() {
    for (valid_until, expected) in [
        (NOW + 1, (State::Unsafe, Reason::OrderOutstanding)),
        (NOW, (State::Unsafe, Reason::OrderOutstanding)),
        (NOW - 1, (State::Safe, Reason::Sound)),
    ] {
        let mut card = Card::new();
        card.sign_order(valid_until);
        assert_eq!(says(card.verdict(100, 0)), expected, "valid until {valid_until}");
        // The best block does not count: it may yet be replaced by one that takes the order.
        let mut situation = card.situation(Some(&card.attested()), 100, 0);
        situation.best.number = NOW + 100;
        assert_eq!(says(assess(&situation)), expected, "valid until {valid_until}");
    }
}

/// An order with a far expiry does not weigh on the card for good: once the chain has accepted a later one, the card is asked
/// about what came after. With a sequence that is not final it could be made to leave an order out: that is no answer.
#[test]
fn f13_f14_a_far_expiry_heals_with_the_next_order_that_is_accepted() {
    let mut card = Card::new();
    card.sign_order(NOW + 1_000_000);
    card.sign_order(NOW + 5);
    card.sign_order(NOW - 1);
    // The chain has accepted the second; the third never came and is dead.
    let asked = |since, last_valid_until, accepted| {
        let Evidence::Attested { attestation, .. } = card.attested() else { unreachable!() };
        let evidence = card.attests(attestation.attestation.since(since, last_valid_until));
        let verdict = assess(&card.situation(Some(&evidence), 100, accepted));
        (says(verdict), verdict.outstanding_until)
    };
    let outstanding = (State::Unsafe, Reason::OrderOutstanding);
    assert_eq!(asked(0, NOW + 1_000_000, 2), (outstanding, Some(NOW + 1_000_000)));
    assert_eq!(asked(1, NOW + 5, 2), (outstanding, Some(NOW + 5)));
    assert_eq!(asked(2, NOW - 1, 2), ((State::Safe, Reason::Sound), None));
    for ahead in [3, 4, u32::MAX] {
        assert_eq!(asked(ahead, 0, 2), ((State::Unknown, Reason::SinceNotFinal), None));
    }
    // A card of which the chain has accepted everything hides nothing, whatever it was asked.
    assert_eq!(asked(u32::MAX, 0, 3), ((State::Safe, Reason::Sound), None));
}

/// A card whose memory was rolled back, or whose key is somewhere else too, has counted less than the chain.
#[test]
fn f13_f14_card_behind_the_final_chain_is_a_copy() {
    let card = Card::new();
    assert_eq!(says(card.verdict(100, 1)), (State::Counterfeit, Reason::SequenceBehind));

    let mut not_final = card.situation(Some(&card.attested()), 100, 0);
    not_final.best.carrier.as_mut().unwrap().sequence = 1;
    assert_eq!(says(assess(&not_final)), (State::Unsafe, Reason::SpendNotFinal));
}

#[test]
fn f14_nothing_is_safe_without_evidence() {
    let card = Card::new();
    let verdict = assess(&card.situation(None, 100, 0));
    assert_eq!(says(verdict), (State::Unproven, Reason::NoEvidence));
    assert!(!verdict.proven);
}

#[test]
fn f14_node_that_cannot_know_says_so_whatever_the_card_shows() {
    let card = Card::new();
    for ignorance in [
        Ignorance::Syncing,
        Ignorance::BestBlockStale,
        Ignorance::FinalizedBlockStale,
        Ignorance::IndexBehind,
        Ignorance::AnswerTooLarge,
    ] {
        for evidence in [card.attested(), card.flagged(true, false), card.flagged(false, true)] {
            let mut situation = card.situation(Some(&evidence), 100, 0);
            situation.ignorance = Some(ignorance);
            let verdict = assess(&situation);
            assert_eq!(says(verdict), (State::Unknown, ignorance.reason()));
            assert_eq!(verdict.reasons.iter().collect::<Vec<_>>(), [ignorance.reason()]);
            assert!(!verdict.proven);
        }
    }
}

/// All that applies is told, the deciding reason first among them.
#[test]
fn f14_reasons_are_told_together() {
    let mut card = Card { locked: true, ..Card::new() };
    card.sign_order(NOW + 5);
    let mut situation = card.situation(Some(&card.attested()), 100, 0);
    situation.pool_spends = 2;
    situation.finalized.batch = Some(BatchState::Suspended);
    let verdict = assess(&situation);
    assert_eq!(says(verdict), (State::Suspended, Reason::BatchSuspended));
    assert_eq!(
        verdict.reasons.iter().collect::<Vec<_>>(),
        [Reason::BatchSuspended, Reason::Locked, Reason::SpendInPool, Reason::OrderOutstanding]
    );
    assert_eq!(verdict.outstanding_until, Some(NOW + 5));
}

#[test]
fn f14_every_reason_is_in_the_set_of_all() {
    for (position, reason) in Reason::ALL.iter().enumerate() {
        assert_eq!(*reason as usize, position);
    }
}

/// A card that holds no key cannot be handed over as the money of an address, whatever the address holds: the machine
/// or the node has mixed up two questions. Nor is it a fake.
#[test]
fn f14_card_without_a_key_is_no_cash_and_no_fake() {
    let card = Card::new();
    for sequence in [0, 1] {
        let evidence = card.attests(Attestation::blank(1, false));
        let verdict = assess(&card.situation(Some(&evidence), 100, sequence));
        assert_eq!(says(verdict), (State::Blank, Reason::KeyDestroyed), "sequence {sequence}");
    }
}

/// What a stranger adds to a card with a face value takes nothing from it: a million cards would otherwise be void for the
/// price of a million transfers.
#[test]
fn f14_a_surplus_is_told_and_is_no_fault() {
    let mut card = Card::new();
    for (balance, expected, surplus) in [
        (99, (State::IssuanceError, Reason::FaceValueMismatch), 0),
        (100, (State::Safe, Reason::Sound), 0),
        (101, (State::Safe, Reason::Sound), 1),
        (1_000, (State::Safe, Reason::Sound), 900),
    ] {
        let with_face_value = |card: &Card| {
            let mut situation = card.situation(Some(&card.attested()), balance, card.sequence);
            for view in [&mut situation.best, &mut situation.finalized] {
                view.carrier.as_mut().unwrap().denomination = Some(100);
            }
            assess(&situation)
        };
        let verdict = with_face_value(&card);
        assert_eq!((says(verdict), verdict.surplus), (expected, surplus), "balance {balance}");
        assert_eq!(verdict.reasons.contains(Reason::Surplus), surplus > 0);
        // Recharged after a spend, all the same.
        card.sequence = 1;
        assert_eq!(with_face_value(&card).state == State::Safe, balance >= 100, "balance {balance}, recharged");
        card.sequence = 0;
    }
}

/// Another network's card is given back; and a node whose best block alone knows the batch convicts nobody.
#[test]
fn f14_f16_only_a_final_batch_convicts() {
    let card = Card::new();
    let foreign = card.attested().examine::<Software>(None).unwrap();
    let mut situation = card.situation(Some(&card.attested()), 0, 0);
    (situation.best, situation.finalized) = (View { number: NOW, ..View::default() }, View::default());
    let verdict = assess(&Situation { finding: foreign, ..situation });
    assert_eq!((says(verdict), verdict.proven), ((State::NotOurs, Reason::UnknownBatch), false));

    let other_key = BatchKey::Native(Key::numbered(Scheme::P256, 77).public());
    let finding = card.attested().examine::<Software>(Some(&other_key)).unwrap();
    assert_eq!(finding, Finding::BadCertificate);
    situation.best.certified_batch = Some(BatchState::Active);
    let not_final = assess(&Situation { finding, ..situation });
    assert_eq!(says(not_final), (State::Unknown, Reason::BatchNotFinal));
    situation.finalized.certified_batch = Some(BatchState::Active);
    let convicted = assess(&Situation { finding, ..situation });
    assert_eq!(says(convicted), (State::Counterfeit, Reason::BadCertificate));
}

/// Money that cannot move now is not cash, at whichever block the issuer has stopped it.
#[test]
fn f14_nothing_is_safe_while_orders_are_stopped_or_money_is_held() {
    let card = Card::new();
    for at_best in [true, false] {
        let mut stopped = card.situation(Some(&card.attested()), 100, 0);
        let view = if at_best { &mut stopped.best } else { &mut stopped.finalized };
        view.orders_stopped = true;
        assert_eq!(says(assess(&stopped)), (State::Suspended, Reason::OrdersStopped));

        let mut held = card.situation(Some(&card.attested()), 100, 0);
        let view = if at_best { &mut held.best } else { &mut held.finalized };
        view.held = 1;
        assert_eq!(says(assess(&held)), (State::Unsafe, Reason::MoneyHeld));
    }
}
