//! Cards, batches and orders for the tests; everything random follows from a seed.

use specie_card::{
    apdu::{Command, Response, Status},
    code::{Code, CodeKind},
    host::Host,
    protocol::{Instruction, AID},
    transport::{Transport, TransportError},
};
use specie_card_sim::{
    factory::{personalise, Batch, Specification},
    keys::SecretKey,
    memory::Memory,
    platform::{Hardware, RandomFailure},
    software::{MemoryMedium, SoftwareCard},
};
use specie_primitives::{
    crypto::{sha256, Scheme},
    ids::{BatchId, CarrierId, CurrencyId, MachineId},
    initialisation::{CarrierTerms, Initialisation},
    order::{Order, Purpose, NO_REFERENCE},
};

/// Random bytes that follow from a seed, and ticks that are counted instead of waited for.
#[derive(Clone, Debug)]
pub struct SeededHardware {
    state: [u8; 32],
    pub ticks: u64,
}

impl SeededHardware {
    pub fn new(seed: &str) -> Self {
        Self { state: sha256(seed.as_bytes()), ticks: 0 }
    }
}

impl Hardware for SeededHardware {
    fn random(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailure> {
        for byte in bytes {
            self.state = sha256(&self.state);
            *byte = self.state[0];
        }
        Ok(())
    }

    fn tick(&mut self) {
        self.ticks += 1;
    }
}

pub type TestCard = SoftwareCard<MemoryMedium, SeededHardware>;

/// What a machine tells a card.
pub const GRANT: Initialisation = Initialisation {
    genesis: GENESIS,
    machine: MachineId([0x66; 32]),
    grant: 7,
    terms: CarrierTerms { currency: CurrencyId::Native, denomination: Some(5_000_000), fund_within: Some(300) },
};
/// The same on other terms.
pub const OTHER_TERMS: Initialisation =
    Initialisation { terms: CarrierTerms { denomination: None, ..GRANT.terms }, ..GRANT };
pub const CHALLENGE: [u8; 32] = [0x22; 32];
pub const GENESIS: [u8; 32] = [0x33; 32];

pub fn batch(scheme: Scheme) -> Batch {
    Batch::native(BatchId(7), scheme, &mut SeededHardware::new("batch")).unwrap()
}

pub fn issuer() -> SecretKey {
    SecretKey::random(Scheme::P256, &mut SeededHardware::new("issuer")).unwrap()
}

/// A card with contacts and a printed code, which goes in clear.
pub fn printed(digits: &str) -> Specification {
    Specification { contactless: false, ..contactless(digits) }
}

pub fn contactless(digits: &str) -> Specification {
    Specification::contactless(Scheme::Secp256k1, code(digits))
}

pub fn with_pin(digits: &str) -> Specification {
    Specification { code: Some((CodeKind::Pin, code(digits))), ..Specification::contact(Scheme::Secp256k1) }
}

pub fn code(digits: &str) -> Code {
    Code::new(digits.as_bytes()).unwrap()
}

pub fn memory(specification: &Specification) -> Memory {
    personalise(&batch(Scheme::P256), specification, &mut SeededHardware::new("card")).unwrap()
}

pub fn card(specification: &Specification) -> TestCard {
    SoftwareCard::in_memory(&memory(specification), SeededHardware::new("currency")).unwrap()
}

/// A host with a selected blank card.
pub fn blank(specification: &Specification) -> Host<TestCard> {
    let host = Host::new(card(specification));
    // What is in clear can be looked at.
    let mut host = if specification.contactless { host } else { host.over_contacts() };
    host.select().unwrap();
    host
}

/// A host with a selected card that holds a currency key of `scheme`.
pub fn initialised(specification: &Specification, scheme: Scheme) -> Host<TestCard> {
    let mut host = blank(specification);
    host.initialise(&GRANT, scheme).unwrap();
    host
}

/// The plainest initialised card.
pub fn plain() -> Host<TestCard> {
    initialised(&Specification::contact(Scheme::Secp256k1), Scheme::Secp256k1)
}

/// INITIALISE's data.
pub fn telling(asked: &Initialisation, scheme: u8) -> Vec<u8> {
    [asked.told().as_slice(), &[scheme]].concat()
}

/// ATTEST's data.
pub fn asking(since: u32) -> Vec<u8> {
    [CHALLENGE.as_slice(), &since.to_le_bytes()].concat()
}

/// The order that the card would sign next.
pub fn next_order<T: Transport>(host: &mut Host<T>) -> Order {
    let state = host.attest(&CHALLENGE).unwrap().attestation;
    order(host.carrier().unwrap(), state.sequence + 1)
}

pub const fn order(carrier: CarrierId, sequence: u32) -> Order {
    Order {
        genesis: GENESIS,
        carrier,
        purpose: Purpose::Transfer,
        sequence,
        to: [0x44; 32],
        amount: 100,
        fee: 2,
        fee_to: [0x55; 32],
        valid_until: 1000,
        reference: NO_REFERENCE,
        epoch: 0,
    }
}

/// Sends a command as it is and returns data and status.
pub fn send<T: Transport>(link: &mut T, instruction: Instruction, data: &[u8]) -> (Vec<u8>, Status) {
    send_at(link, instruction, [0, 0], data)
}

pub fn send_at<T: Transport>(
    link: &mut T,
    instruction: Instruction,
    [p1, p2]: [u8; 2],
    data: &[u8],
) -> (Vec<u8>, Status) {
    let command = Command { cla: instruction.cla(), ins: instruction.ins(), p1, p2, data, le: Some(256) };
    raw(link, &command.to_bytes().unwrap())
}

pub fn raw<T: Transport>(link: &mut T, command: &[u8]) -> (Vec<u8>, Status) {
    let answer = link.transmit(command).unwrap();
    let response = Response::parse(&answer).unwrap();
    (response.data.to_vec(), response.status)
}

pub fn select<T: Transport>(link: &mut T) {
    assert_eq!(send_at(link, Instruction::Select, [4, 0], &AID).1, Status::Success);
}

/// A link that changes the answers on their way.
pub struct Tampered<T, F> {
    pub link: T,
    pub change: F,
}

impl<T, F> Transport for Tampered<T, F>
where
    T: Transport,
    F: FnMut(&[u8], Vec<u8>) -> Result<Vec<u8>, TransportError>,
{
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let answer = self.link.transmit(command)?;
        (self.change)(command, answer)
    }
}
