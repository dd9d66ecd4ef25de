//! The software card passes, whatever it is made of.

use crate::support::*;
use specie_card_sim::{
    factory::{Batch, Specification},
    memory::Memory,
    software::Misbehaviour,
};
use specie_conformance::{AlwaysOn, Effect, Options, SoftwareBench};
use specie_primitives::{crypto::Scheme, ids::BatchId};
use std::{cell::RefCell, rc::Rc};

/// Examines a new card; the ids of what was skipped.
fn passes(batch: &Batch, specification: &Specification, options: &Options) -> Vec<&'static str> {
    let mut bench = SoftwareBench::new(power_on(&memory(batch, specification)));
    let told = examine(&mut bench, options);
    assert!(told.failed.is_empty() && told.broken.is_empty(), "{specification:?}: {}", told.text);
    assert!(told.summary.conforms());
    told.skipped.into_iter().map(|(id, _)| id).collect()
}

fn contact(device: Scheme) -> Specification {
    Specification::contact(device).resettable_by(*issuer(Scheme::P256).public())
}

#[test]
fn f16_cards_of_every_batch_device_and_currency_scheme_conform() {
    for batch_scheme in Scheme::ALL {
        for device in Scheme::ALL {
            for currency in Scheme::ALL {
                let batch = batch(batch_scheme);
                let options = Options { schemes: vec![currency], ..everything(&batch) };
                let contactless = Specification { device, ..contactless() };
                for specification in [contact(device), contactless] {
                    let skipped = passes(&batch, &specification, &options);
                    assert!(!skipped.contains(&"order.signature"), "{skipped:?}");
                    assert!(!skipped.contains(&"certificate.signature"), "{skipped:?}");
                }
            }
        }
    }
}

#[test]
fn f16_cards_with_certificates_of_other_makers_conform() {
    let mut hardware = SeededHardware::new("makers");
    for batch in
        [Batch::keycard(BatchId(8), &mut hardware).unwrap(), Batch::coinkite(BatchId(9), &mut hardware).unwrap()]
    {
        passes(&batch, &contact(Scheme::Secp256k1), &everything(&batch));
        passes(&batch, &printed(), &everything(&batch));
    }
}

#[test]
fn f3_every_scheme_of_a_card_is_tried_after_a_reset() {
    for issuer_scheme in Scheme::ALL {
        let issuer = issuer(issuer_scheme);
        let batch = batch(Scheme::P256);
        for specification in [printed(), with_pin(), Specification::contact(Scheme::Ed25519)] {
            let options = Options { issuer: Some(issuer.clone()), ..everything(&batch) };
            let skipped = passes(&batch, &specification.resettable_by(*issuer.public()), &options);
            assert!(!skipped.contains(&"reset.every-scheme"), "{skipped:?}");
        }
    }
}

#[test]
fn nothing_but_what_does_not_apply_is_skipped() {
    let batch = batch(Scheme::P256);
    let kinds = [printed(), with_pin(), contactless(), Specification::contact(Scheme::Ed25519)];
    let mut of_each: Vec<Vec<&str>> =
        kinds.iter().map(|specification| passes(&batch, specification, &everything(&batch))).collect();
    // What each of these cards skips is what none of them can show in a run.
    let common = of_each.remove(0);
    let never: Vec<_> =
        common.into_iter().filter(|id| of_each.iter().all(|skipped| skipped.contains(id))).collect();
    // All of them compute their address.
    assert_eq!(never, ["wait.delay", "address.needed"]);
}

#[test]
fn f12_high_s_is_a_cards_right() {
    let batch = batch(Scheme::P256);
    let mut card = power_on(&memory(&batch, &printed()));
    card.misbehave(Misbehaviour { high_s: true, ..Default::default() }).unwrap();
    let told = examine(&mut SoftwareBench::new(card), &everything(&batch));
    assert!(told.failed.is_empty(), "{}", told.text);
}

#[test]
fn f13_the_suite_goes_no_further_than_it_may() {
    let batch = batch(Scheme::P256);
    let blank = memory(&batch, &with_pin());
    let unworn = |memory: &Memory| Memory { writes: 0, ..memory.clone() };
    let after = |reach| {
        let mut bench = SoftwareBench::new(power_on(&blank));
        let told = examine(&mut bench, &Options { reach, ..everything(&batch) });
        assert!(told.failed.is_empty(), "{}", told.text);
        unworn(bench.card_mut().unwrap().memory())
    };
    assert!(after(Effect::Harmless) == blank);
    assert!(after(Effect::Restored) == blank);
    let initialised = after(Effect::Initialises);
    assert_eq!((initialised.generation, initialised.currency.unwrap().sequence), (1, 0));
    let signed = after(Effect::SignsOrders);
    assert_eq!(signed.generation, 1);
    assert!(signed.currency.unwrap().sequence > 5);
    assert!(after(Effect::Resets).generation > 1);
}

#[test]
fn f13_a_card_in_use_is_left_as_it_came() {
    let batch = batch(Scheme::P256);
    let mut bench = SoftwareBench::new(power_on(&memory(&batch, &with_pin())));
    examine(&mut bench, &everything(&batch));
    tamper(bench.card_mut().unwrap(), |memory| memory.locked = true);
    let unworn = |memory: &Memory| Memory { writes: 0, ..memory.clone() };
    let before = unworn(bench.card_mut().unwrap().memory());
    for reach in [Effect::Harmless, Effect::Restored, Effect::Initialises] {
        let told = examine(&mut bench, &Options { reach, ..everything(&batch) });
        assert!(told.failed.is_empty(), "{}", told.text);
        assert!(unworn(bench.card_mut().unwrap().memory()) == before, "{reach:?}");
    }
    let told = examine(&mut bench, &Options { reach: Effect::SignsOrders, ..everything(&batch) });
    assert!(told.failed.is_empty(), "{}", told.text);
    assert!(bench.card_mut().unwrap().memory().locked);
}

#[test]
fn without_a_power_switch_what_needs_it_is_skipped() {
    let batch = batch(Scheme::P256);
    let told = examine(&mut AlwaysOn(power_on(&memory(&batch, &printed()))), &everything(&batch));
    assert!(told.failed.is_empty(), "{}", told.text);
    for id in ["select.needed", "order.kept", "code.wrong-kept", "lock.kept", "initialise.persisted"] {
        assert!(told.skipped.iter().any(|(skipped, why)| *skipped == id && why.contains("power")), "{id}");
    }
}

#[test]
fn a_wrong_code_of_the_examiner_is_shown_once() {
    let batch = batch(Scheme::P256);
    let mut bench = SoftwareBench::new(power_on(&memory(&batch, &printed())));
    let code = Some(specie_card::code::Code::new(b"000000").unwrap());
    let told = examine(&mut bench, &Options { code, ..everything(&batch) });
    assert_eq!(told.failed, ["code.right"]);
    assert_eq!(bench.card_mut().unwrap().memory().attempts.failures, 1);
}

#[test]
fn without_the_code_nothing_is_tried_that_needs_it() {
    let batch = batch(Scheme::P256);
    let mut bench = SoftwareBench::new(power_on(&memory(&batch, &printed())));
    let told = examine(&mut bench, &Options { code: None, ..everything(&batch) });
    assert!(told.failed.is_empty(), "{}", told.text);
    let memory = bench.card_mut().unwrap().memory();
    assert_eq!((memory.attempts.failures, memory.locked), (0, false));
}

#[test]
fn a_delay_is_not_made_longer() {
    let batch = batch(Scheme::P256);
    let mut card = power_on(&memory(&batch, &printed()));
    tamper(&mut card, |memory| {
        memory.attempts.failures = 4;
        memory.attempts.delay_ticks = 30;
    });
    let mut bench = SoftwareBench::new(card);
    let told = examine(&mut bench, &everything(&batch));
    assert!(told.failed.is_empty(), "{}", told.text);
    assert!(!told.skipped.iter().any(|(id, _)| *id == "wait.delay"));
    assert_eq!(bench.card_mut().unwrap().memory().attempts.failures, 4);
}

#[test]
fn there_is_never_more_than_one_wrong_code_in_a_row() {
    for specification in [printed(), with_pin()] {
        let failures = Rc::new(RefCell::new(vec![]));
        let seen = failures.clone();
        let mut card = WrongCard::new(&specification, move |card, command| {
            let answer = card.handle(command);
            seen.borrow_mut().push(card.memory().attempts.failures);
            answer
        });
        card.examine();
        let failures = failures.borrow();
        assert_eq!(failures.iter().max(), Some(&1));
        assert_eq!(failures.last(), Some(&0));
    }
}

#[test]
fn a_lock_that_a_wrong_card_takes_is_taken_away_again() {
    let mut card = WrongCard::new(&printed(), |card, command| match command {
        // It locks when it is asked for anything that it does not know.
        [0x80, 0xFE, ..] => card.handle(&[0x80, 0x36, 0, 0]),
        _ => card.handle(command),
    });
    let told = card.examine();
    assert!(told.failed.contains(&"instruction.other-80"), "{:?}", told.failed);
    assert!(!card.card.memory().locked);
}

#[test]
fn f13_a_card_near_its_last_order_signs_none() {
    let batch = batch(Scheme::P256);
    let mut bench = SoftwareBench::new(power_on(&memory(&batch, &printed())));
    examine(&mut bench, &Options { reach: Effect::Initialises, ..everything(&batch) });
    tamper(bench.card_mut().unwrap(), |memory| memory.currency.as_mut().unwrap().sequence = u32::MAX);
    let told = examine(&mut bench, &Options { reach: Effect::SignsOrders, ..everything(&batch) });
    assert!(told.failed.is_empty(), "{}", told.text);
    assert!(told.skipped.iter().any(|(id, why)| *id == "order.signature" && why.contains("near its end")));
}
