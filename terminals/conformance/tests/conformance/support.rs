//! Cards on benches, right ones and wrong ones, and what the suite says of them.

use specie_card::{
    apdu::{Command, Response, Status},
    code::{Code, CodeKind},
    protocol::{Instruction, AID},
    transport::{Transport, TransportError},
};
use specie_card_sim::{
    factory::{personalise, Batch, Specification},
    keys::SecretKey,
    memory::Memory,
    platform::{Hardware, RandomFailure},
    software::{MemoryMedium, Misbehaviour, SoftwareCard},
};
use specie_conformance::{Bench, Effect, Options, Outcome, SoftwareBench, Summary};
use specie_primitives::{
    crypto::{sha256, Scheme},
    ids::BatchId,
};

/// Random bytes that follow from a seed.
#[derive(Clone, Debug)]
pub struct SeededHardware([u8; 32]);

impl SeededHardware {
    pub fn new(seed: &str) -> Self {
        Self(sha256(seed.as_bytes()))
    }
}

impl Hardware for SeededHardware {
    fn random(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailure> {
        for byte in bytes {
            self.0 = sha256(&self.0);
            *byte = self.0[0];
        }
        Ok(())
    }

    fn tick(&mut self) {}
}

pub type TestCard = SoftwareCard<MemoryMedium, SeededHardware>;

pub const CODE: &str = "271828";

pub fn batch(scheme: Scheme) -> Batch {
    Batch::native(BatchId(7), scheme, &mut SeededHardware::new("batch")).unwrap()
}

pub fn issuer(scheme: Scheme) -> SecretKey {
    SecretKey::random(scheme, &mut SeededHardware::new("issuer")).unwrap()
}

pub fn code() -> Code {
    Code::new(CODE.as_bytes()).unwrap()
}

/// A card with contacts, whose code goes in clear: what is wrong with it shows in its bytes.
pub fn printed() -> Specification {
    Specification { contactless: false, ..contactless() }
}

pub fn contactless() -> Specification {
    Specification::contactless(Scheme::Secp256k1, code()).resettable_by(*issuer(Scheme::P256).public())
}

pub fn with_pin() -> Specification {
    Specification { code: Some((CodeKind::Pin, code())), ..Specification::contact(Scheme::P256) }
        .resettable_by(*issuer(Scheme::P256).public())
}

pub fn memory(batch: &Batch, specification: &Specification) -> Memory {
    personalise(batch, specification, &mut SeededHardware::new("card")).unwrap()
}

pub fn power_on(memory: &Memory) -> TestCard {
    SoftwareCard::in_memory(memory, SeededHardware::new("currency")).unwrap()
}

/// Everything is known and allowed.
pub fn everything(batch: &Batch) -> Options {
    Options {
        batch_key: Some(batch.key()),
        code: Some(code()),
        issuer: Some(issuer(Scheme::P256)),
        genesis: [0x33; 32],
        ..Options::up_to(Effect::Resets)
    }
}

/// The ids of what failed, what was skipped and what broke, each in the order of the suite.
#[derive(Debug, Default)]
pub struct Told {
    pub summary: Summary,
    pub failed: Vec<&'static str>,
    pub skipped: Vec<(&'static str, String)>,
    pub broken: Vec<&'static str>,
    /// The reports of failures as text.
    pub text: String,
}

pub fn examine(bench: &mut dyn Bench, options: &Options) -> Told {
    let mut told = Told::default();
    told.summary = specie_conformance::run(bench, options, |report| match &report.outcome {
        Outcome::Passed => {}
        Outcome::Failed { .. } => {
            told.failed.push(report.check.id);
            told.text.push_str(&format!("{report}\n"));
        }
        Outcome::Skipped { why } => told.skipped.push((report.check.id, why.clone())),
        Outcome::Broken { .. } => told.broken.push(report.check.id),
    });
    told
}

/// What a wrong card does with a command.
pub type Answering = Box<dyn FnMut(&mut TestCard, &[u8]) -> Vec<u8>>;

/// A card that answers otherwise than the protocol says, over a link and with a power switch that are sound.
pub struct WrongCard {
    pub card: TestCard,
    pub answer: Answering,
    /// What it remembers without power, given what it should.
    pub remember: Box<dyn FnMut(&Memory) -> Memory>,
}

impl WrongCard {
    pub fn new(
        specification: &Specification,
        answer: impl FnMut(&mut TestCard, &[u8]) -> Vec<u8> + 'static,
    ) -> Self {
        let card = power_on(&memory(&batch(Scheme::P256), specification));
        Self { card, answer: Box::new(answer), remember: Box::new(Memory::clone) }
    }

    pub fn forgetting(specification: &Specification, remember: impl FnMut(&Memory) -> Memory + 'static) -> Self {
        Self { remember: Box::new(remember), ..Self::new(specification, |card, command| card.handle(command)) }
    }

    pub fn examine(&mut self) -> Told {
        self.examine_up_to(Effect::Resets)
    }

    pub fn examine_up_to(&mut self, reach: Effect) -> Told {
        examine(self, &Options { reach, ..everything(&batch(Scheme::P256)) })
    }
}

impl Transport for WrongCard {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        Ok((self.answer)(&mut self.card, command))
    }
}

impl Bench for WrongCard {
    fn transport(&mut self) -> &mut dyn Transport {
        self
    }

    fn power_cycle(&mut self) -> Result<(), TransportError> {
        let memory = (self.remember)(self.card.memory());
        self.card = SoftwareCard::in_memory(&memory, SeededHardware::new("again")).unwrap();
        Ok(())
    }
}

pub fn instruction(command: &[u8]) -> Option<Instruction> {
    let command = Command::parse(command).ok()?;
    Instruction::from_bytes(command.cla, command.ins)
}

pub fn is(command: &[u8], wanted: Instruction) -> bool {
    instruction(command) == Some(wanted)
}

pub fn word(answer: &[u8]) -> Status {
    Response::parse(answer).unwrap().status
}

pub fn refusal(status: Status) -> Vec<u8> {
    status.word().to_be_bytes().to_vec()
}

pub fn data_of(command: &[u8]) -> Vec<u8> {
    Command::parse(command).map_or(vec![], |command| command.data.to_vec())
}

pub fn with_data(command: &[u8], data: &[u8]) -> Vec<u8> {
    Command { data, ..Command::parse(command).unwrap() }.to_bytes().unwrap()
}

/// Changes what a card remembers, with its session: it stays selected, and a code that was shown stays shown.
pub fn tamper(card: &mut TestCard, change: impl FnOnce(&mut Memory)) {
    let mut memory = card.memory().clone();
    change(&mut memory);
    let donor = power_on(&memory).snapshot();
    card.restore(&donor).unwrap();
}

/// Fails unless exactly these checks tell that the card is wrong.
#[track_caller]
pub fn told_by(mut card: WrongCard, expected: &[&str]) {
    let told = card.examine();
    assert_eq!(told.failed, expected, "{}", told.text);
    assert!(told.broken.is_empty(), "{:?}", told.broken);
}

/// A card whose answers to `instruction` are changed.
pub fn saying(
    specification: &Specification,
    instruction: Instruction,
    mut change: impl FnMut(Vec<u8>) -> Vec<u8> + 'static,
) -> WrongCard {
    WrongCard::new(specification, move |card, command| {
        let answer = card.handle(command);
        match is(command, instruction) && word(&answer) == Status::Success {
            true => change(answer),
            false => answer,
        }
    })
}

/// A card that answers `wrong` where the protocol says `right`.
pub fn mixing_up(instruction: Instruction, right: Status, wrong: Status) -> WrongCard {
    WrongCard::new(&printed(), move |card, command| {
        let answer = card.handle(command);
        match is(command, instruction) && answer == refusal(right) {
            true => refusal(wrong),
            false => answer,
        }
    })
}

/// What is told of a card that misbehaves, before a power cycle and after it.
pub fn misbehaving(misbehaviour: Misbehaviour) -> Told {
    let batch = batch(Scheme::P256);
    let mut card = power_on(&memory(&batch, &printed()));
    card.misbehave(misbehaviour).unwrap();
    examine(&mut SoftwareBench::new(card), &everything(&batch))
}

/// Changes GET INFO's byte at `offset`.
pub fn info_byte(offset: usize, change: impl Fn(u8) -> u8 + 'static) -> WrongCard {
    saying(&printed(), Instruction::GetInfo, move |mut answer| {
        answer[offset] = change(answer[offset]);
        answer
    })
}

/// Fails unless `id` tells that the card is wrong, with no more than `related` others.
#[track_caller]
pub fn tells(id: &str, related: usize, wrong: WrongCard) {
    tells_up_to(Effect::Resets, id, related, wrong);
}

#[track_caller]
pub fn tells_up_to(reach: Effect, id: &str, related: usize, mut wrong: WrongCard) {
    let told = wrong.examine_up_to(reach);
    assert!(told.failed.contains(&id), "{id}: {:?}\n{}", told.failed, told.text);
    assert!(told.failed.len() <= 1 + related, "{id}: {:?}", told.failed);
    assert!(told.broken.is_empty());
}

/// A card that hears something else: `hear` gives the command, or `None` when it is as it was sent.
pub fn hearing(specification: &Specification, hear: impl Fn(&[u8]) -> Option<Vec<u8>> + 'static) -> WrongCard {
    WrongCard::new(specification, move |card, command| {
        let heard = hear(command);
        card.handle(heard.as_deref().unwrap_or(command))
    })
}

/// A card that answers something else, given command and answer.
pub fn answering(
    specification: &Specification,
    mut say: impl FnMut(&[u8], &[u8]) -> Option<Vec<u8>> + 'static,
) -> WrongCard {
    WrongCard::new(specification, move |card, command| {
        let answer = card.handle(command);
        say(command, &answer).unwrap_or(answer)
    })
}

/// A card that says another word.
pub fn with_word(
    specification: &Specification,
    instruction: Instruction,
    right: Status,
    wrong: Status,
) -> WrongCard {
    answering(specification, move |command, answer| {
        (is(command, instruction) && answer == refusal(right)).then(|| refusal(wrong))
    })
}

/// A card that does something more when `instruction` has succeeded.
pub fn after(
    specification: &Specification,
    instruction: Instruction,
    mut more: impl FnMut(&mut TestCard, &[u8], Vec<u8>) -> Vec<u8> + 'static,
) -> WrongCard {
    WrongCard::new(specification, move |card, command| {
        let answer = card.handle(command);
        match is(command, instruction) && word(&answer) == Status::Success {
            true => more(card, command, answer),
            false => answer,
        }
    })
}

/// Cuts the data of `instruction` to `len` bytes.
pub fn cutting(instruction: Instruction, len: usize) -> WrongCard {
    hearing(&printed(), move |command| {
        let data = data_of(command);
        (is(command, instruction) && data.len() > len && command[2..4] == [0, 0])
            .then(|| with_data(command, &data[..len]))
    })
}

pub fn shown() -> Vec<u8> {
    with_data(&[0x80, 0x30, 0, 0], CODE.as_bytes())
}

pub fn select() -> Vec<u8> {
    [&[0, 0xA4, 4, 0, 7], AID.as_slice()].concat()
}
