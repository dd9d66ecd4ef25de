//! The channel for codes over the air, and the timed exchange that tells a relay (F21).

use crate::support::*;
use proptest::prelude::*;
use specie_card::{
    apdu::Status,
    channel::{ChannelError, Direction, Ephemeral},
    host::{Host, HostError},
    protocol::Instruction,
    timed::{self, Round},
    transport::TransportError,
};
use specie_card_sim::factory::Specification;
use specie_primitives::{
    attestation,
    crypto::{sha256, Scheme, Software},
    order::Order,
    wire::Wire as _,
};
use std::{cell::RefCell, rc::Rc, time::Duration};

const CODE: &str = "271828";

/// All that went over the air.
type Heard = Rc<RefCell<Vec<u8>>>;

/// What changes answers on their way.
type Change = Box<dyn FnMut(&[u8], Vec<u8>) -> Result<Vec<u8>, TransportError>>;

fn overheard() -> (Host<Tampered<TestCard, Change>>, Heard) {
    let heard = Heard::default();
    let log = heard.clone();
    let change: Change = Box::new(move |command, answer| {
        log.borrow_mut().extend_from_slice(command);
        log.borrow_mut().extend_from_slice(&answer);
        Ok(answer)
    });
    let mut host = Host::new(Tampered { link: card(&contactless(CODE)), change });
    host.select().unwrap();
    host.initialise(&GRANT, Scheme::Secp256k1).unwrap();
    (host, heard)
}

#[test]
fn f21_a_code_is_not_heard_on_the_air() {
    let (mut host, heard) = overheard();
    let right = code(CODE);
    assert_eq!(host.verify_code(&right), Err(HostError::ChannelNeeded));
    assert_eq!(host.unlock(Some(&right)), Err(HostError::ChannelNeeded));
    host.open_channel(&[7; 32]).unwrap();
    host.verify_code(&right).unwrap();
    host.lock().unwrap();
    host.unlock(Some(&right)).unwrap();
    let wrong = host.verify_code(&code("314159"));
    assert_eq!(wrong, Err(HostError::WrongCode { command: "VERIFY CODE", tries_left: 2 }));
    host.verify_code(&right).unwrap();
    let order = next_order(&mut host);
    host.sign_order(&order).unwrap();
    let heard = heard.borrow();
    for digits in [CODE, "314159"] {
        assert!(!heard.windows(digits.len()).any(|bytes| bytes == digits.as_bytes()));
    }
}

#[test]
fn f21_a_code_in_clear_is_refused_by_the_card_too() {
    let mut card = card(&contactless(CODE));
    select(&mut card);
    for instruction in Instruction::ALL.into_iter().filter(|instruction| instruction.goes_inside()) {
        assert_eq!(send(&mut card, instruction, CODE.as_bytes()), (vec![], Status::ChannelNeeded));
    }
    assert_eq!(card.memory().attempts.failures, 0);
}

/// Somebody in between who makes a channel of his own does not have the device key.
#[test]
fn f21_a_channel_with_somebody_in_between_is_refused() {
    let mut host = Host::new(Tampered {
        link: card(&contactless(CODE)),
        change: |command: &[u8], mut answer: Vec<u8>| {
            if command[1] == Instruction::OpenChannel.ins() {
                let mine = Ephemeral::new(&[9; 32]).unwrap();
                answer[..65].copy_from_slice(mine.public());
            }
            Ok(answer)
        },
    });
    host.select().unwrap();
    assert_eq!(host.open_channel(&[7; 32]), Err(HostError::WrongSignature { command: "OPEN CHANNEL" }));
    assert_eq!(host.verify_code(&code(CODE)), Err(HostError::ChannelNeeded));
}

#[test]
fn f21_what_was_changed_on_the_way_closes_the_channel() {
    for place in [0, 1, 2, 17] {
        let mut host = Host::new(Tampered {
            link: card(&contactless(CODE)),
            change: move |command: &[u8], mut answer: Vec<u8>| {
                if command[1] == Instruction::InChannel.ins() {
                    answer[place] ^= 1;
                }
                Ok(answer)
            },
        });
        host.select().unwrap();
        host.open_channel(&[7; 32]).unwrap();
        let refused = host.verify_code(&code(CODE));
        let expected = HostError::Channel { command: "VERIFY CODE", source: ChannelError::NotOurs };
        assert!(expected.leaves_open());
        assert_eq!(refused, Err(expected), "{place}");
        assert_eq!(host.verify_code(&code(CODE)), Err(HostError::ChannelNeeded));
    }
    let zeros = Host::new(card(&contactless(CODE))).open_channel(&[0; 32]);
    assert!(matches!(
        zeros,
        Err(HostError::Channel { source: ChannelError::NotAKey, .. } | HostError::Refused { .. })
    ));
}

/// Who passes a code on, and then wants something else signed with it, has no channel to say it in.
#[test]
fn f21_a_code_serves_what_its_holder_has_asked_for_alone() {
    let mut host = initialised(&contactless(CODE), Scheme::Secp256k1);
    host.open_channel(&[7; 32]).unwrap();
    host.verify_code(&code(CODE)).unwrap();
    let order = next_order(&mut host);
    // In clear, to another payee: the code was shown.
    let stolen = Order { to: [0x66; 32], ..order }.to_vec();
    assert_eq!(send(host.transport_mut(), Instruction::SignOrder, &stolen).1, Status::ChannelNeeded);
    host.sign_order(&order).unwrap();
    // In a channel of his own: the code was shown in another.
    host.verify_code(&code(CODE)).unwrap();
    let mut thief = Host::new(host.into_transport());
    thief.open_channel(&[8; 32]).unwrap();
    let next = next_order(&mut thief);
    let refused = thief.sign_order(&next);
    let expected = HostError::Refused { command: "SIGN ORDER", status: Status::SecurityStatusNotSatisfied };
    assert_eq!(refused, Err(expected));
}

/// That a card answers without contact is unsigned: whoever takes the word away hears no code for it.
#[test]
fn f21_a_card_that_is_made_to_look_like_one_with_contacts_gets_no_code_in_clear() {
    let mut host = Host::new(card(&printed(CODE)));
    host.select().unwrap();
    assert_eq!(host.verify_code(&code(CODE)), Err(HostError::ChannelNeeded));
    host.protect_code(&[7; 32]).unwrap();
    host.verify_code(&code(CODE)).unwrap();
    // Where the machine's maker knows that there are contacts.
    let mut host = Host::new(card(&printed(CODE))).over_contacts();
    host.select().unwrap();
    host.protect_code(&[7; 32]).unwrap();
    host.verify_code(&code(CODE)).unwrap();
}

/// Words outside the channel are nobody's: they do not tell a customer that his code is wrong.
#[test]
fn f21_a_forged_word_is_no_wrong_code() {
    for word in [[0x63, 0xC0], [0x69, 0x83], [0x69, 0x82]] {
        let mut host = Host::new(Tampered {
            link: card(&contactless(CODE)),
            change: move |command: &[u8], answer: Vec<u8>| match command[1] == Instruction::InChannel.ins() {
                true => Ok(word.to_vec()),
                false => Ok(answer),
            },
        });
        host.select().unwrap();
        host.open_channel(&[7; 32]).unwrap();
        let told = host.verify_code(&code(CODE));
        assert!(matches!(told, Err(HostError::Channel { .. })), "{told:?}");
    }
}

/// A clock that a test moves.
fn clock(step: Duration) -> impl FnMut() -> Duration {
    let mut now = Duration::ZERO;
    move || {
        now += step;
        now
    }
}

const PARTS: [[u8; 8]; 4] = [[1; 8], [2; 8], [3; 8], [4; 8]];

#[test]
fn f21_a_timed_exchange_is_part_of_what_is_attested() {
    for scheme in Scheme::ALL {
        let mut host = initialised(&Specification::contact(scheme), Scheme::P256);
        let step = Duration::from_millis(3);
        let timed = host.time(&CHALLENGE, &PARTS, clock(step)).unwrap();
        assert_eq!(timed.quickest, step);
        assert_eq!(timed.attestation, host.attest(&CHALLENGE).unwrap().attestation);
    }
}

/// A relay answers the rounds himself, and has a card elsewhere attest to whatever he likes: nothing else that a card signs stands for
/// a timed exchange.
#[test]
fn f21_a_relay_cannot_have_the_rounds_signed_as_a_challenge() {
    let mut host =
        Host::new(Tampered { link: plain().into_transport(), change: |_: &[u8], answer: Vec<u8>| Ok(answer) });
    host.select().unwrap();
    let state = host.attest(&CHALLENGE).unwrap().attestation;
    let rounds = PARTS.map(|host| Round { host, card: [5; 8] });
    let wanted = timed::message(&CHALLENGE, &rounds, &state);
    // Whatever challenge he chooses, what is signed begins with another domain.
    for challenge in [CHALLENGE, sha256(&wanted), *wanted.first_chunk().unwrap()] {
        let signed = state.message(&challenge);
        assert!(!signed.as_bytes().starts_with(timed::DOMAIN) && !wanted.starts_with(attestation::DOMAIN));
    }
}

/// A relay who answers the rounds himself, to be quick, has a signature over other rounds; the card is no fake for it.
#[test]
fn f21_a_relay_that_answers_itself_is_told_and_no_counterfeit() {
    let mut host = Host::new(Tampered {
        link: plain().into_transport(),
        change: |command: &[u8], answer: Vec<u8>| match command[1] == Instruction::TimedExchange.ins() {
            true => Ok([&[5; 8][..], &[0x90, 0]].concat()),
            false => Ok(answer),
        },
    });
    host.select().unwrap();
    let told = host.time(&CHALLENGE, &PARTS, clock(Duration::ZERO));
    assert_eq!(told, Err(HostError::OtherRounds { command: "ATTEST" }));
    let device = host.certificate().unwrap().device();
    assert!(host.attest(&CHALLENGE).unwrap().verify::<Software>(&device));
}

/// A relay that passes every round on is slow: the quickest round says it.
#[test]
fn f21_a_relay_that_passes_everything_on_is_slow() {
    let mut host = plain();
    let begun = std::time::Instant::now();
    let near = host.time(&CHALLENGE, &PARTS, || begun.elapsed()).unwrap().quickest;
    let way = Duration::from_millis(20);
    let mut host = Host::new(Tampered {
        link: host.into_transport(),
        change: move |_: &[u8], answer: Vec<u8>| {
            std::thread::sleep(way);
            Ok(answer)
        },
    });
    host.select().unwrap();
    let far = host.time(&CHALLENGE, &PARTS, || begun.elapsed()).unwrap().quickest;
    assert!(far >= way && near < far, "{near:?} {far:?}");
}

proptest! {
    /// Both sides have the same channel, and nobody else's message opens in it.
    #[test]
    fn f21_a_channel_opens_its_own_messages_alone(
        host in any::<[u8; 32]>(),
        card in any::<[u8; 32]>(),
        plain in prop::collection::vec(any::<u8>(), 0..200),
        flip in any::<prop::sample::Index>(),
    ) {
        let (Ok(host), Ok(card)) = (Ephemeral::new(&host), Ephemeral::new(&card)) else { return Ok(()) };
        let (at_host, at_card) = (host.at_host(card.public()).unwrap(), card.at_card(host.public()).unwrap());
        let sealed = at_host.seal(Direction::ToCard, &plain);
        prop_assert_eq!(at_card.open(Direction::ToCard, &sealed), Ok(plain.clone()));
        prop_assert_eq!(at_card.open(Direction::ToHost, &sealed), Err(ChannelError::NotOurs));
        prop_assert_eq!(at_card.clone().next().unwrap().open(Direction::ToCard, &sealed), Err(ChannelError::NotOurs));
        let mut changed = sealed.clone();
        let place = flip.index(changed.len());
        changed[place] ^= 1;
        prop_assert_eq!(at_card.open(Direction::ToCard, &changed), Err(ChannelError::NotOurs));
        let answer = at_card.seal(Direction::ToHost, &plain);
        prop_assert_eq!(at_host.open(Direction::ToHost, &answer), Ok(plain));
    }
}
