//! A link that fails is never told as a card that is wrong.

use crate::support::*;
use specie_card::{
    protocol::Instruction,
    transport::{Transport, TransportError},
};
use specie_conformance::{Bench, SoftwareBench};
use specie_primitives::crypto::Scheme;

/// A bench whose link fails when `fails` says so.
struct Faulty<F> {
    bench: SoftwareBench<specie_card_sim::software::MemoryMedium, SeededHardware>,
    fails: F,
    /// Nothing brings it back.
    for_good: bool,
    dead: bool,
}

impl<F: FnMut(&[u8]) -> bool> Transport for Faulty<F> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.dead |= (self.fails)(command);
        if self.dead {
            return Err(TransportError::Timeout);
        }
        self.bench.transmit(command)
    }
}

impl<F: FnMut(&[u8]) -> bool> Bench for Faulty<F> {
    fn transport(&mut self) -> &mut dyn Transport {
        self
    }

    fn power_cycle(&mut self) -> Result<(), TransportError> {
        if self.dead && self.for_good {
            return Err(TransportError::Disconnected("no card".into()));
        }
        self.dead = false;
        self.bench.power_cycle()
    }
}

fn told(for_good: bool, fails: impl FnMut(&[u8]) -> bool) -> Told {
    let batch = batch(Scheme::P256);
    let bench = SoftwareBench::new(power_on(&memory(&batch, &printed())));
    examine(&mut Faulty { bench, fails, for_good, dead: false }, &everything(&batch))
}

#[test]
fn a_link_that_comes_back_costs_one_check() {
    let mut count = 0;
    let told = told(false, |_| {
        count += 1;
        count == 30
    });
    assert!(told.failed.is_empty(), "{}", told.text);
    assert_eq!(told.broken.len(), 1);
    assert!(!told.summary.conforms());
    assert!(told.summary.passed > 60);
}

#[test]
fn a_reader_that_refuses_a_command_breaks_its_check_alone() {
    let told = told(false, |command| command.len() < 4);
    assert_eq!(told.broken, ["apdu.header"]);
    assert!(told.failed.is_empty(), "{}", told.text);
}

#[test]
fn a_dead_link_is_told_and_the_rest_is_skipped() {
    let mut count = 0;
    let told = told(true, |_| {
        count += 1;
        count > 101
    });
    assert!(told.failed.is_empty(), "{}", told.text);
    // The check under which it died, and the attempt to begin the next one.
    assert_eq!(told.broken.len(), 2);
    assert!(told.skipped.iter().any(|(_, why)| why.contains("lost")));
}

#[test]
fn no_card_at_all_is_told_once() {
    let told = told(true, |_| true);
    assert_eq!(told.broken, ["select.application"]);
    assert!(told.failed.is_empty());
    assert_eq!(told.summary.passed, 0);
}

#[test]
fn a_card_without_the_application_is_told_once() {
    let mut card = WrongCard::new(&printed(), |card, command| match instruction(command) {
        Some(Instruction::Select) => vec![0x6A, 0x82],
        _ => card.handle(command),
    });
    let told = card.examine();
    assert_eq!(told.failed, ["select.application"]);
    assert_eq!(told.summary.passed, 0);
    assert!(told.text.contains("> 00a4040007f053504543494500") && told.text.contains("< 6a82"), "{}", told.text);
}
