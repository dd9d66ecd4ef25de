//! Cards whose channel, timed exchange or factory's commands are wrong.

use crate::support::*;
use specie_card::{apdu::Status, channel, protocol::Instruction};
use specie_conformance::Effect;

/// ATTEST with another P1.
fn attest_as(command: &[u8], p1: u8) -> Vec<u8> {
    let mut command = command.to_vec();
    command[2] = p1;
    command
}

fn is_timed(command: &[u8]) -> bool {
    is(command, Instruction::Attest) && command[2] == 1
}

#[test]
fn timed_exchanges() {
    let tells = |id, related, wrong| tells_up_to(Effect::Harmless, id, related, wrong);
    let plain = || hearing(&printed(), |command| is_timed(command).then(|| attest_as(command, 0)));
    // It attests to the challenge alone.
    tells("timed.bound", 2, plain());
    tells("timed.complete", 2, plain());
    tells(
        "timed.fresh",
        1,
        saying(&printed(), Instruction::TimedExchange, |_| [vec![7; 8], vec![0x90, 0]].concat()),
    );
    let mut last: Option<Vec<u8>> = None;
    let again = WrongCard::new(&printed(), move |card, command| {
        let answer = card.handle(command);
        match (is_timed(command), word(&answer), &last) {
            (true, Status::Success, _) => last = Some(answer.clone()),
            (true, _, Some(last)) => return last.clone(),
            _ => {}
        }
        answer
    });
    tells("timed.once", 1, again);
    let mut rounds = 0;
    let always = WrongCard::new(&printed(), move |card, command| {
        match () {
            () if is(command, Instruction::PrepareTimed) => rounds = 0,
            () if is(command, Instruction::TimedExchange) => rounds += 1,
            () if is(command, Instruction::Attest) && rounds == 4 => {
                rounds = 0;
                return card.handle(&attest_as(command, 1));
            }
            () => {}
        }
        card.handle(command)
    });
    tells("timed.plain", 1, always);
    tells("timed.length", 0, cutting(Instruction::TimedExchange, 8));
}

#[test]
fn channels() {
    let open = Instruction::OpenChannel;
    // It signs its own key alone, in the host's place too.
    let wrong = after(&printed(), open, |card, _, answer| {
        let ephemeral = *answer.first_chunk().unwrap();
        let device = &card.memory().personalisation.device;
        let signature = device.sign_as_card(&channel::message(&ephemeral, &ephemeral)).unwrap();
        [ephemeral.to_vec(), signature, vec![0x90, 0]].concat()
    });
    tells("channel.signature", 0, wrong);
    let mut first: Option<Vec<u8>> = None;
    let same = saying(&printed(), open, move |answer| first.get_or_insert(answer).clone());
    tells("channel.fresh", 6, same);
    tells("channel.curve", 0, with_word(&printed(), open, Status::WrongData, Status::ConditionsNotSatisfied));
    let inside = Instruction::InChannel;
    let garbled = saying(&printed(), inside, |mut answer| {
        answer[0] ^= 1;
        answer
    });
    tells("channel.opened", 3, garbled);
    let refused = with_word(&printed(), inside, Status::ConditionsNotSatisfied, Status::WrongData);
    tells("channel.needed", 3, refused);
    tells("channel.forged", 1, with_word(&printed(), inside, Status::NotOfChannel, Status::WrongData));
    let mut seen: Vec<(Vec<u8>, Vec<u8>)> = vec![];
    let replaying = WrongCard::new(&printed(), move |card, command| {
        if let Some((_, answer)) = seen.iter().find(|(known, _)| known == command) {
            return answer.clone();
        }
        let answer = card.handle(command);
        if is(command, Instruction::InChannel) && word(&answer) == Status::Success {
            seen.push((command.to_vec(), answer.clone()));
        }
        answer
    });
    tells("channel.replayed", 0, replaying);
    let outside = answering(&printed(), move |command, _| {
        let is_short = is(command, inside) && data_of(command).len() == 17;
        is_short.then(|| refusal(Status::InstructionNotSupported))
    });
    tells("channel.codes-alone", 0, outside);
    let forgetful = after(&printed(), inside, |card, command, answer| {
        // SELECT takes back that the code was shown.
        if data_of(command).len() == 1 + CODE.len() + 16 {
            card.handle(&select());
        }
        answer
    });
    tells("channel.code", 0, forgetful);
    // A code that was shown in one channel serves in another.
    let mut shown = false;
    let lasting = WrongCard::new(&contactless(), move |card, command| {
        let answer = card.handle(command);
        shown |= is(command, Instruction::InChannel) && data_of(command).len() == 1 + CODE.len() + 16;
        shown &= !is(command, Instruction::Select);
        match shown && command == [0x80, 0x30, 0, 0] {
            true => vec![0x90, 0],
            false => answer,
        }
    });
    tells("channel.ends-code", 3, lasting);
    let in_clear = answering(&contactless(), |command, _| {
        (is(command, Instruction::VerifyCode) && command.len() > 5).then(|| vec![0x90, 0])
    });
    tells("channel.in-clear", 0, in_clear);
}

#[test]
fn the_factory_again() {
    let again = answering(&printed(), |command, _| is(command, Instruction::Finalise).then(|| vec![0x90, 0]));
    tells("factory.over", 3, again);
}
