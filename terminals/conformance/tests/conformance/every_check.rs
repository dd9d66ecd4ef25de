//! A wrong card for each check that the files beside leave out, so that no check is one that cannot fail.

use crate::support::*;
use specie_card::{apdu::Status, code::Attempts, protocol::Instruction};
use specie_card_sim::{
    factory::{permit_reset, Specification},
    memory::Currency,
};
use specie_conformance::{checks, Effect};
use specie_primitives::{
    attestation::{Attestation, LEN},
    crypto::Scheme,
    initialisation::message,
    order::Order,
    wire::Wire,
};

/// ATTEST over other 52 bytes, signed.
fn attesting(mut change: impl FnMut(&mut [u8]) + 'static) -> WrongCard {
    after(&printed(), Instruction::Attest, move |card, command, answer| {
        let mut body = answer[..LEN].to_vec();
        change(&mut body);
        let message = [b"specie:attestation:v1", &data_of(command)[..32], &body].concat();
        let signature = card.memory().personalisation.device.sign_as_card(&message).unwrap();
        [body, signature, vec![0x90, 0]].concat()
    })
}

/// GET INFO with another byte.
fn info(offset: usize, mut change: impl FnMut(u8) -> u8 + 'static) -> WrongCard {
    after(&printed(), Instruction::GetInfo, move |_, _, mut answer| {
        answer[offset] = change(answer[offset]);
        answer
    })
}

fn contact() -> Specification {
    Specification::contact(Scheme::Secp256k1)
}

/// It takes the code as shown from the first time on.
fn never_forgetting() -> WrongCard {
    let mut known = false;
    WrongCard::new(&printed(), move |card, command| {
        let answer = card.handle(command);
        known |= command == shown() && word(&answer) == Status::Success;
        if known && is(command, Instruction::Select) && word(&answer) == Status::Success {
            card.handle(&shown());
        }
        answer
    })
}

/// The first statement of a card that has just executed an INITIALISE, over what it remembers now.
fn first_statement(card: &TestCard, command: &[u8]) -> Vec<u8> {
    let (made, data) = (card.memory().attestation(), data_of(command));
    let message = message(data.first_chunk().unwrap(), &made);
    let signature = card.memory().personalisation.device.sign_as_card(message.as_bytes()).unwrap();
    [made.to_vec(), signature, vec![0x90, 0]].concat()
}

#[test]
fn every_check_has_a_card_that_fails_it() {
    let tests = [
        include_str!("every_check.rs"),
        include_str!("wrong_channels.rs"),
        include_str!("wrong_payments.rs"),
        include_str!("wrong_codes.rs"),
        include_str!("wrong_forms.rs"),
        include_str!("wrong_keys.rs"),
        include_str!("wrong_orders.rs"),
    ]
    .concat();
    let missing: Vec<_> =
        checks().map(|check| check.id).filter(|id| !tests.contains(&format!("\"{id}\""))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn forms() {
    tells(
        "select.parameters",
        0,
        hearing(&printed(), |command| {
            is(command, Instruction::Select).then(|| [&[0, 0xA4, 4, 0], &command[4..]].concat())
        }),
    );
    tells("apdu.header", 0, answering(&printed(), |command, _| (command.len() < 4).then(|| vec![0x6D, 0])));
    tells(
        "apdu.extended",
        0,
        hearing(&printed(), |command| match command {
            [0x80, 0x22, 0, 0, 0, 0, 36, data @ ..] => Some(with_data(&[0x80, 0x22, 0, 0], data.get(..36)?)),
            _ => None,
        }),
    );
    tells(
        "apdu.le-without-answer",
        2,
        answering(&printed(), |command, _| {
            (command == [0x80, 0x30, 0, 0, 0]).then(|| refusal(Status::WrongLength))
        }),
    );
    tells("length.get-info", 0, cutting(Instruction::GetInfo, 0));
    tells("length.get-certificate", 0, cutting(Instruction::GetCertificate, 0));
    tells("length.prove", 1, cutting(Instruction::Prove, 32));
    tells("length.wait", 0, cutting(Instruction::Wait, 0));
    tells("length.lock", 0, cutting(Instruction::Lock, 0));
    tells("length.initialise", 1, cutting(Instruction::Initialise, 94));
    tells("length.sign-order", 0, cutting(Instruction::SignOrder, 220));
    tells(
        "answer.length",
        3,
        answering(&printed(), |command, _| {
            command.starts_with(&[0x80, 0x51]).then(|| [vec![0; 300], vec![0x6D, 0]].concat())
        }),
    );
}

#[test]
fn f4_fields() {
    let harmless = Effect::Harmless;
    tells_up_to(harmless, "info.lifecycle", 3, info(2, |_| 2));
    tells_up_to(harmless, "info.code-bits", 1, info(1, |byte| (byte & !2) | 4));
    tells_up_to(harmless, "info.tries", 1, info(8, |_| 0));
    tells_up_to(harmless, "info.generation", 1, info(2, |_| 1));
    let mut counter = 0;
    tells_up_to(
        harmless,
        "info.stable",
        3,
        info(4, move |_| {
            counter += 1;
            counter
        }),
    );
    tells_up_to(harmless, "attest.fields", 1, attesting(|body| body[47] = 2));
    tells_up_to(harmless, "attest.blank", 2, attesting(|body| body[39] = 1));
    tells_up_to(harmless, "attest.since", 1, attesting(|body| body[48..].fill(0)));
    let mut counter = 0;
    tells_up_to(
        harmless,
        "attest.repeated",
        2,
        attesting(move |body| {
            counter += 1;
            body[1] = counter;
        }),
    );
}

#[test]
fn codes() {
    tells(
        "code.none",
        1,
        answering(&contact(), |command, _| {
            (is(command, Instruction::VerifyCode) && command.len() > 5).then(|| vec![0x90, 0])
        }),
    );
    let (three, five) = (Status::WrongCode { tries_left: 3 }, Status::WrongCode { tries_left: 5 });
    tells_up_to(Effect::Harmless, "code.query", 0, with_word(&printed(), Instruction::VerifyCode, three, five));
    let mut failures = 0;
    tells(
        "code.right-restores",
        8,
        WrongCard::new(&printed(), move |card, command| {
            failures = card.memory().attempts.failures.max(failures);
            let answer = card.handle(command);
            if word(&answer) == Status::Success {
                tamper(card, |memory| memory.attempts = Attempts { failures: failures.min(1), delay_ticks: 0 });
            }
            answer
        }),
    );
    for id in ["code.ends-with-power", "code.ends-with-select"] {
        tells(id, 9, never_forgetting());
    }
    let forgetful = after(&printed(), Instruction::VerifyCode, |card, _, answer| {
        card.handle(&select());
        answer
    });
    tells_up_to(Effect::Restored, "code.right", 0, forgetful);
    let mut idle = after(&printed(), Instruction::Wait, |_, _, _| vec![30, 0, 0x90, 0]);
    tamper(&mut idle.card, |memory| memory.attempts = Attempts { failures: 4, delay_ticks: 30 });
    tells("wait.delay", 0, idle);
    tells(
        "change-code.counted",
        0,
        WrongCard::new(&with_pin(), |card, command| {
            let answer = card.handle(command);
            if is(command, Instruction::ChangeCode) {
                tamper(card, |memory| memory.attempts = Attempts::default());
            }
            answer
        }),
    );
    let change = Instruction::ChangeCode;
    tells("change-code.length", 0, with_word(&with_pin(), change, Status::WrongLength, Status::WrongData));
    tells(
        "unlock.without-code",
        0,
        hearing(&contact(), |command| (is(command, Instruction::Unlock)).then(|| command[..4].to_vec())),
    );
}

#[test]
fn f3_initialising() {
    let wrong = after(&printed(), Instruction::Initialise, |card, command, _| {
        tamper(card, |memory| memory.generation += 1);
        first_statement(card, command)
    });
    tells("initialise.counters", 3, wrong);
    let wrong = after(&printed(), Instruction::Initialise, |card, _, answer| {
        tamper(card, |memory| memory.currency.as_mut().unwrap().told = [0; 32]);
        answer
    });
    tells("initialise.asked-again", 1, wrong);
    let wrong = after(&printed(), Instruction::Initialise, |card, command, _| {
        tamper(card, |memory| memory.locked = true);
        first_statement(card, command)
    });
    tells("initialise.keeps-lock", 0, wrong);
}

#[test]
fn f12_orders() {
    let blank = (Status::ConditionsNotSatisfied, Status::ReferenceNotFound);
    tells("order.blank", 3, with_word(&printed(), Instruction::SignOrder, blank.0, blank.1));
    let refusing = |specification: &Specification, refuses: fn(&[u8]) -> bool| {
        hearing(specification, move |command| {
            let data = data_of(command);
            let order = is(command, Instruction::SignOrder) && Order::from_wire(&data).is_ok();
            (order && data[47..79] != [0; 32] && refuses(&data)).then(|| with_data(command, &[0; 220]))
        })
    };
    let since = |change: fn(&mut Attestation, &Currency)| {
        after(&printed(), Instruction::Attest, move |card, command, _| {
            let data = data_of(command);
            let since = u32::from_le_bytes(*data.last_chunk().unwrap());
            let mut said = card.memory().attestation_since(since);
            if let Some(currency) = &card.memory().currency {
                change(&mut said, currency);
            }
            let message = said.message(data.first_chunk().unwrap());
            let signature = card.memory().personalisation.device.sign_as_card(message.as_bytes()).unwrap();
            [said.to_vec(), signature, vec![0x90, 0]].concat()
        })
    };
    // It tells the expiry of the last order alone, where there is one after the sequence that was asked for.
    let last_alone = |said: &mut Attestation, currency: &Currency| {
        if said.since > 0 && said.since < currency.sequence {
            said.last_valid_until = currency.expiries[currency.sequence as usize % 8];
        }
    };
    tells("order.since", 2, since(last_alone));
    // It tells the greatest of the last eight, however long ago the sequence is.
    let forgets = |said: &mut Attestation, currency: &Currency| {
        if said.since > 0 && said.since.saturating_add(8) < currency.sequence {
            said.last_valid_until = currency.expiries.into_iter().max().unwrap();
        }
    };
    tells("order.since-long-ago", 2, since(forgets));
    let wrong = WrongCard::new(&printed(), |card, command| {
        let sequence = card.memory().currency.as_ref().map_or(0, |currency| currency.sequence);
        if !is(command, Instruction::Initialise) || sequence == 0 {
            return card.handle(command);
        }
        tamper(card, |memory| memory.currency.as_mut().unwrap().sequence = 0);
        let answer = card.handle(command);
        tamper(card, |memory| memory.currency.as_mut().unwrap().sequence = sequence);
        answer
    });
    tells("order.ends-initialise", 0, wrong);
    tells("order.cash-out", 0, refusing(&printed(), |order| order[79] == 1));
    tells("order.hold", 0, refusing(&printed(), |order| order[79] == 2));
    tells("order.any-chain", 0, refusing(&printed(), |order| order[15..47] != [0x33; 32]));
    let wrong = hearing(&printed(), |command| {
        let mut data = data_of(command);
        (is(command, Instruction::SignOrder) && data.len() == 220 && data[79] == 3).then(|| {
            data[79] = 0;
            with_data(command, &data)
        })
    });
    tells("order.purpose", 1, wrong);
    let wrong = after(&with_pin(), Instruction::SignOrder, |card, _, answer| {
        // SELECT takes back that the code was shown.
        card.handle(&select());
        answer
    });
    tells("order.code-lasts", 0, wrong);
}

#[test]
fn f3_unknown_instructions() {
    tells(
        "instruction.reserved",
        0,
        answering(&printed(), |command, _| command.starts_with(&[0x00, 0x61]).then(|| vec![7, 0x90, 0])),
    );
    tells(
        "instruction.changes-nothing",
        0,
        WrongCard::new(&printed(), |card, command| {
            if command.starts_with(&[0x80, 0x4A, 0, 0, 32]) {
                tamper(card, |memory| memory.locked = !memory.locked);
            }
            card.handle(command)
        }),
    );
}

#[test]
fn resets() {
    tells(
        "reset.without-issuer",
        0,
        answering(&contact(), |command, _| {
            (is(command, Instruction::Reset) && command.len() > 40).then(|| vec![0x90, 0])
        }),
    );
    let reset = Instruction::Reset;
    let wrong = with_word(&printed(), reset, Status::WrongData, Status::SecurityStatusNotSatisfied);
    tells("reset.malformed", 1, wrong);
    // The generation is not looked at.
    let wrong = WrongCard::new(&printed(), |card, command| {
        let device = *card.memory().personalisation.device.public();
        let own = card.memory().generation;
        let permit = |generation| {
            let permission = permit_reset(&issuer(Scheme::P256), &device, generation).unwrap();
            specie_card::signatures::to_card(&permission)
        };
        let other = [own.wrapping_add(1), own.wrapping_sub(1)].map(permit).contains(&data_of(command));
        match is(command, Instruction::Reset) && other {
            true => card.handle(&with_data(command, &permit(own))),
            false => card.handle(command),
        }
    });
    tells("reset.other-card", 1, wrong);
    let mut last = None;
    let wrong = WrongCard::forgetting(&printed(), move |memory| {
        last = memory.currency.clone().or_else(|| last.take());
        let currency = last.clone();
        specie_card_sim::memory::Memory { currency, ..memory.clone() }
    });
    tells("reset.kept", 2, wrong);
    let refused = Status::ConditionsNotSatisfied;
    tells("reset.blank", 2, with_word(&printed(), reset, refused, Status::SecurityStatusNotSatisfied));
    let mut accepted = vec![];
    let wrong = WrongCard::new(&printed(), move |card, command| {
        let answer = card.handle(command);
        if !is(command, Instruction::Reset) {
            return answer;
        }
        if word(&answer) == Status::Success {
            accepted = command.to_vec();
        } else if accepted == command && card.memory().currency.is_some() {
            tamper(card, |memory| memory.currency = None);
            return vec![0x90, 0];
        }
        answer
    });
    tells("reset.once", 1, wrong);
}
