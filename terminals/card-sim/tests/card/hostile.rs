//! Random bytes at the card and at the host, and random lives of a card.

use crate::support::*;
use proptest::prelude::*;
use specie_card::{
    apdu::{Response, Status},
    host::{Host, HostError},
    protocol::Instruction,
    transport::{Transport, TransportError},
};
use specie_card_sim::{
    factory::{permit_reset, Specification},
    software::SLOT_LEN,
};
use specie_primitives::{
    crypto::{Scheme, Software},
    wire::Wire,
};

/// Commands from pure noise to well formed with noise as data.
fn any_command() -> impl Strategy<Value = Vec<u8>> {
    let noise = prop::collection::vec(any::<u8>(), 0..300);
    let shaped = (0..Instruction::ALL.len(), any::<bool>(), prop::collection::vec(any::<u8>(), 0..=255)).prop_map(
        |(index, digits, mut data)| {
            let instruction = Instruction::ALL[index];
            if digits {
                data.truncate(12);
                data.iter_mut().for_each(|byte| *byte = b'0' + *byte % 10);
            }
            let mut command = vec![instruction.cla(), instruction.ins(), 0, 0];
            if !data.is_empty() {
                command.push(u8::try_from(data.len()).unwrap());
                command.extend(data);
            }
            command
        },
    );
    let sized = (0..Instruction::ALL.len(), any::<[u8; 33]>(), prop::sample::select(vec![32, 33])).prop_map(
        |(index, data, len)| {
            let instruction = Instruction::ALL[index];
            let header = [instruction.cla(), instruction.ins(), 0, 0, u8::try_from(len).unwrap()];
            [header.as_slice(), &data[..len]].concat()
        },
    );
    prop_oneof![noise, shaped, sized]
}

/// The commands that may change the memory, and with which answers.
fn may_change(command: &[u8], status: Status) -> bool {
    let instruction = command.get(..2).and_then(|head| Instruction::from_bytes(head[0], head[1]));
    match instruction {
        Some(
            Instruction::Initialise
            | Instruction::SignOrder
            | Instruction::Pay
            | Instruction::SetAddress
            | Instruction::NoteFunding
            | Instruction::Reset
            | Instruction::Wait
            | Instruction::Lock,
        ) => status == Status::Success,
        Some(Instruction::VerifyCode | Instruction::ChangeCode | Instruction::Unlock) => {
            matches!(status, Status::Success | Status::WrongCode { .. })
        }
        _ => false,
    }
}

proptest! {
    #[test]
    fn any_bytes_get_a_status_and_change_nothing_but_by_a_valid_command(
        commands in prop::collection::vec(any_command(), 1..30),
        contactless in any::<bool>(),
    ) {
        let is_contactless = contactless;
        let specification = if is_contactless { crate::support::contactless("123456") } else { with_pin("4711") };
        let mut card = blank(&specification).into_transport();
        for command in commands {
            let before = card.memory().clone();
            let answer = card.handle(&command);
            let response = Response::parse(&answer).unwrap();
            prop_assert!(!matches!(response.status, Status::Other(_)));
            prop_assert!(response.data.is_empty() || response.status == Status::Success);
            prop_assert!(*card.memory() == before || may_change(&command, response.status));
        }
    }
}

/// A step in a card's life.
#[derive(Clone, Copy, Debug)]
enum Step {
    Initialise(u8),
    Sign { ahead: u32, valid_until: u32, code: bool },
    WrongCode,
    Wait,
    Lock,
    Unlock,
    Reset,
    PowerCycle,
    PowerCut(usize),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0..3u8).prop_map(Step::Initialise),
        8 => (0..3u32, any::<u32>(), prop::bool::weighted(0.8))
            .prop_map(|(ahead, valid_until, code)| Step::Sign { ahead, valid_until, code }),
        1 => Just(Step::WrongCode),
        1 => Just(Step::Wait),
        1 => Just(Step::Lock),
        2 => Just(Step::Unlock),
        1 => Just(Step::Reset),
        1 => Just(Step::PowerCycle),
        4 => (0..3 * SLOT_LEN).prop_map(Step::PowerCut),
    ]
}

/// A card that lives through steps, and the orders whose signatures it has released.
struct Life {
    host: Host<TestCard>,
    released: Vec<(u32, u32, u32)>,
}

impl Life {
    fn step(self, step: Step) -> Self {
        let next = self.done(step);
        // A card whose memory could not be written answers nothing more until the power comes back.
        let mut host = next.host;
        let has_failed = matches!(host.info(), Err(HostError::Refused { status: Status::MemoryFailure, .. }));
        let next = Life { host, ..next };
        if has_failed {
            next.done(Step::PowerCycle)
        } else {
            next
        }
    }

    fn done(mut self, step: Step) -> Self {
        let digits = code("123456");
        let host = &mut self.host;
        // Errors are part of life; what counts is what the card released.
        match step {
            Step::Initialise(scheme) => drop(host.initialise(&GRANT, Scheme::from_tag(scheme).unwrap())),
            Step::Sign { ahead, valid_until, code } => {
                if code {
                    let _ = host.verify_code(&digits);
                }
                let Ok(carrier) = host.carrier() else { return self };
                let Ok(said) = host.attest(&CHALLENGE) else { return self };
                let sequence = said.attestation.sequence;
                let mut order = order(carrier, sequence + ahead);
                order.valid_until = valid_until;
                if host.sign_order(&order).is_ok() {
                    let generation = host.transport_mut().memory().generation;
                    self.released.push((generation, order.sequence, valid_until));
                }
            }
            Step::WrongCode => drop(host.verify_code(&code("000000"))),
            Step::Wait => while matches!(host.wait(), Ok(1..)) {},
            Step::Lock => drop(host.lock()),
            Step::Unlock => drop(host.unlock(Some(&digits))),
            Step::Reset => {
                let info = host.info().unwrap();
                drop(host.reset(&permit_reset(&issuer(), &info.device, info.generation).unwrap()));
            }
            Step::PowerCycle => {
                let mut card = self.host.into_transport();
                card.medium_mut().power_on();
                self.host = Host::new(card.power_cycle().unwrap()).over_contacts();
                self.host.select().unwrap();
            }
            Step::PowerCut(after) => host.transport_mut().medium_mut().cut_after(after),
        }
        self
    }
}

proptest! {
    #[test]
    fn f13_signatures_released_never_exceed_the_attested_sequence(steps in prop::collection::vec(any_step(), 1..60)) {
        let host = blank(&printed("123456").resettable_by(*issuer().public()));
        let mut life = Life { host, released: vec![] };
        for step in steps {
            life = life.step(step);
        }
        let life = life.step(Step::PowerCycle);
        let mut host = life.host;
        let said = host.attest(&CHALLENGE).unwrap().attestation;

        let counted: Vec<_> = life.released.iter().map(|(generation, sequence, _)| (generation, sequence)).collect();
        let increasing = counted.is_sorted_by(|one, next| one < next);
        prop_assert!(increasing, "{counted:?}");
        let current: Vec<_> = life.released.iter().filter(|(generation, ..)| *generation == said.generation).collect();
        let blank_again = host.carrier().is_err();
        prop_assert!(blank_again || current.len() <= usize::try_from(said.sequence).unwrap());
        prop_assert!(blank_again || current.iter().all(|(.., valid_until)| *valid_until <= said.last_valid_until));
        prop_assert!(life.released.iter().all(|(generation, ..)| *generation <= said.generation));
    }
}

/// A link that answers with prepared bytes, or with a card's answers with a byte changed.
struct Noise {
    card: TestCard,
    answers: Vec<(u8, Vec<u8>, usize)>,
}

impl Transport for Noise {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let mut answer = self.card.transmit(command)?;
        match self.answers.pop() {
            Some((0..=1, noise, _)) => Ok(noise),
            Some((2, noise, _)) => Ok([noise.as_slice(), &[0x90, 0]].concat()),
            Some((3..=5, noise, position)) => {
                let position = position % answer.len();
                answer[position] ^= noise.first().copied().unwrap_or(1);
                Ok(answer)
            }
            _ => Ok(answer),
        }
    }
}

proptest! {
    #[test]
    fn f4_any_answers_give_values_or_errors_and_no_false_signature(
        answers in prop::collection::vec(
            (0..12u8, prop::collection::vec(any::<u8>(), 0..300), any::<usize>()),
            0..40,
        ),
        scheme in 0..3u8,
    ) {
        let scheme = Scheme::from_tag(scheme).unwrap();
        let card = blank(&Specification::contact(scheme)).into_transport();
        let mut host = Host::new(Noise { card, answers });
        for round in 0..4 {
            let _ = host.select();
            let _ = host.initialise(&GRANT, scheme);
            if let Ok(evidence) = host.evidence(&CHALLENGE) {
                let _ = evidence.examine::<Software>(Some(&batch(Scheme::P256).key()));
                prop_assert!(evidence.to_vec().len() > 100);
            }
            let key = host.currency_key();
            if let (Ok(proof), Ok(key)) = (host.prove(&CHALLENGE), &key) {
                prop_assert!(specie_primitives::possession::verify_proof::<Software>(&CHALLENGE, &proof, key));
            }
            if let (Ok(carrier), Ok(key)) = (host.carrier(), &key) {
                let order = order(carrier, round + 1);
                if let Ok(signature) = host.sign_order(&order) {
                    prop_assert!(order.verify::<Software>(&signature, key));
                }
            }
            let _ = (host.tries_left(), host.wait(), host.verify_code(&code("1234")));
            let _ = (host.lock(), host.unlock(None), host.change_code(&code("1234"), &code("1234")));
        }
    }
}
