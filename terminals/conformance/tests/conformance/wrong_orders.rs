//! Cards that sign or count wrongly: each is told by the check whose subject it is, and by few others.

use crate::support::*;
use specie_card::{apdu::Status, protocol::Instruction, signatures::CardSignature};
use specie_card_sim::{factory::Specification, software::Misbehaviour};
use specie_primitives::{crypto::Scheme, ids::CarrierId, order::Order, wire::Wire};

/// A card that also signs the orders that `signs` says, given the order and what it would be as the card's next.
fn signing(specification: &Specification, signs: impl Fn(&Order, &Order) -> bool + 'static) -> WrongCard {
    WrongCard::new(specification, move |card, command| {
        let answer = card.handle(command);
        let data = if is(command, Instruction::SignOrder) { data_of(command) } else { vec![] };
        let (Ok(order), Some(currency)) = (Order::from_wire(&data), card.memory().currency.clone()) else {
            return answer;
        };
        let carrier = CarrierId::of(currency.key.public());
        let next = Order { carrier, sequence: currency.sequence + 1, ..order };
        if word(&answer) == Status::Success || !signs(&order, &next) {
            return answer;
        }
        tamper(card, |memory| memory.currency.as_mut().unwrap().sequence += 1);
        [currency.key.sign_as_card(&data).unwrap(), vec![0x90, 0]].concat()
    })
}

#[test]
fn f12_a_signature_without_der_is_told() {
    let wrong = saying(&printed(), Instruction::SignOrder, |answer| {
        let scheme = Scheme::Secp256k1;
        match CardSignature::from_card(scheme, &answer[..answer.len() - 2]) {
            Ok(signature) => [&signature.unidentified().as_bytes()[..64], &[0x90, 0]].concat(),
            Err(_) => answer,
        }
    });
    let told = { wrong }.examine();
    assert!(told.failed.contains(&"order.signature") && told.text.contains("as DER"), "{}", told.text);
    assert!(told.failed.iter().all(|id| !id.starts_with("attest.") && !id.starts_with("prove.")));
}

#[test]
fn f13_a_counter_that_does_not_count_is_told() {
    let told = misbehaving(Misbehaviour { stuck_counter: true, ..Default::default() });
    for id in ["order.counted", "order.valid-until", "order.replayed", "order.replayed-after-power"] {
        assert!(told.failed.contains(&id), "{id}: {:?}", told.failed);
    }
    let subjects = ["order.", "last.", "history."];
    let is_related = |id: &&str| subjects.iter().any(|subject| id.starts_with(subject));
    assert!(told.failed.iter().all(is_related), "{:?}", told.failed);
}

#[test]
fn f13_a_counter_that_is_lost_without_power_is_told() {
    let wrong = WrongCard::forgetting(&printed(), |memory| {
        let mut forgot = memory.clone();
        if let Some(currency) = &mut forgot.currency {
            (currency.sequence, currency.last_valid_until) = (currency.sequence.saturating_sub(1), 0);
        }
        forgot
    });
    told_by(wrong, &["order.kept", "order.replayed-after-power"]);
}

#[test]
fn f13_a_forgotten_expiry_is_told() {
    let wrong = WrongCard::new(&printed(), |card, command| {
        let answer = card.handle(command);
        if is(command, Instruction::SignOrder) && word(&answer) == Status::Success {
            let last = Order::from_wire(&data_of(command)).unwrap().valid_until;
            tamper(card, |memory| {
                let currency = memory.currency.as_mut().unwrap();
                (currency.last_valid_until, currency.expiries) = (last, [last; 8]);
            });
        }
        answer
    });
    told_by(wrong, &["order.earlier-expiry", "order.since", "order.since-long-ago"]);
}

#[test]
fn f12_a_replayed_order_that_is_signed_is_told() {
    let wrong = signing(&printed(), |order, next| {
        order.carrier == next.carrier && order.sequence.checked_add(1) == Some(next.sequence)
    });
    told_by(wrong, &["order.replayed", "order.replayed-after-power"]);
}

#[test]
fn f12_an_order_from_before_that_is_signed_is_told() {
    let wrong = signing(&printed(), |order, next| {
        order.carrier == next.carrier && order.sequence.checked_add(2) == Some(next.sequence)
    });
    told_by(wrong, &["order.sequence-smaller"]);
}

#[test]
fn f12_a_gap_that_is_signed_is_told() {
    let wrong =
        signing(&printed(), |order, next| order.carrier == next.carrier && order.sequence == next.sequence + 1);
    told_by(wrong, &["order.sequence-gap", "order.first-fault", "order.refusals-change-nothing"]);
}

#[test]
fn f12_an_order_for_another_carrier_that_is_signed_is_told() {
    let wrong = signing(&printed(), |order, next| order.carrier != next.carrier && order.sequence == next.sequence);
    told_by(wrong, &["order.other-carrier", "order.refusals-change-nothing"]);
}

#[test]
fn f12_an_order_without_the_code_is_told() {
    let wrong = signing(&printed(), |order, next| order == next);
    told_by(wrong, &["order.code-needed", "order.code-ends", "lock.refuses-orders"]);
}

#[test]
fn f12_a_code_that_serves_for_ever_is_told() {
    // It says that it answers without contact, and takes a code as if it did not.
    let wrong = info_byte(1, |capabilities| capabilities | 1);
    told_by(wrong, &["channel.in-clear", "channel.ends-code", "order.code-for-one"]);
}

#[test]
fn f12_a_foreign_domain_that_is_signed_is_told() {
    let wrong = WrongCard::new(&printed(), |card, command| {
        let mut command = command.to_vec();
        if is(&command, Instruction::SignOrder) && command.len() > 188 {
            command[5..20].copy_from_slice(b"specie:order:v1");
        }
        card.handle(&command)
    });
    told_by(wrong, &["order.domain"]);
}

#[test]
fn f12_wrong_words_for_orders_are_told() {
    let sign = Instruction::SignOrder;
    told_by(
        mixing_up(sign, Status::ReferenceNotFound, Status::WrongData),
        &["order.other-carrier", "order.first-fault"],
    );
    told_by(
        mixing_up(sign, Status::SecurityStatusNotSatisfied, Status::ConditionsNotSatisfied),
        &["order.code-needed", "order.code-ends"],
    );
    told_by(
        mixing_up(sign, Status::ReferenceDataNotUsable, Status::Other(0x6A87)),
        &[
            "order.replayed",
            "order.replayed-after-power",
            "order.sequence-gap",
            "order.sequence-smaller",
            "order.first-fault",
            "answer.words",
        ],
    );
    told_by(
        mixing_up(Instruction::Initialise, Status::ConditionsNotSatisfied, Status::WrongData),
        &["select.other-deselects", "select.needed-word", "initialise.twice", "order.ends-initialise"],
    );
}

#[test]
fn f12_a_lock_that_locks_nothing_is_told() {
    // It says that it is locked, and signs.
    let wrong = WrongCard::new(&printed(), |card, command| {
        let locked = card.memory().locked && is(command, Instruction::SignOrder);
        if locked {
            tamper(card, |memory| memory.locked = false);
        }
        let answer = card.handle(command);
        if locked {
            tamper(card, |memory| memory.locked = true);
        }
        answer
    });
    told_by(wrong, &["lock.refuses-orders"]);
}
