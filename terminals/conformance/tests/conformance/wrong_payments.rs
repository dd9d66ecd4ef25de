//! Cards that build wrong orders, forget their address or their last order, or remember something else.

use crate::support::*;
use specie_card::{apdu::Status, protocol::Instruction};
use specie_card_sim::memory::{Currency, Memory};

/// The present key, while there is one.
fn currency(card: &mut TestCard, change: impl FnOnce(&mut Currency)) {
    tamper(card, |memory| {
        if let Some(currency) = &mut memory.currency {
            change(currency);
        }
    });
}

fn forgetting(forget: fn(&mut Currency)) -> WrongCard {
    WrongCard::forgetting(&printed(), move |memory| {
        let mut memory: Memory = memory.clone();
        if let Some(currency) = &mut memory.currency {
            forget(currency);
        }
        memory
    })
}

#[test]
fn f4_addresses() {
    // It signs without telling that it knows its address.
    let mut silent = saying(&printed(), Instruction::GetInfo, |answer| {
        let told = answer.len() > 48 + 6 + 2;
        let end = if told { 48 + 6 } else { answer.len() - 2 };
        [&answer[..end], &[0x90, 0]].concat()
    });
    tamper(&mut silent.card, |memory| memory.personalisation.computes_address = false);
    silent.answer = {
        let mut inner = silent.answer;
        Box::new(move |card, command| {
            currency(card, |currency| currency.address = Some(currency.computed_address()));
            inner(card, command)
        })
    };
    tells("address.needed", 3, silent);
    let refusing = answering(&printed(), |command, answer| {
        let is_taken = is(command, Instruction::SetAddress) && word(answer) == Status::Success;
        is_taken.then(|| refusal(Status::ConditionsNotSatisfied))
    });
    tells("address.told", 0, refusing);
    let set = Instruction::SetAddress;
    tells("address.other", 0, with_word(&printed(), set, Status::ReferenceNotFound, Status::WrongData));
    let mut forgetful = forgetting(|currency| currency.address = None);
    tamper(&mut forgetful.card, |memory| memory.personalisation.computes_address = false);
    tells("address.kept", 3, forgetful);
    tells("length.set-address", 1, cutting(set, 32));
}

#[test]
fn f12_f99_orders_that_the_card_builds() {
    let pay = Instruction::Pay;
    let other_amount = hearing(&printed(), move |command| {
        let mut data = data_of(command);
        (is(command, pay) && data.len() == 137).then(|| {
            data[33] ^= 1;
            with_data(command, &data)
        })
    });
    tells("pay.order", 1, other_amount);
    let uncounted = after(&printed(), pay, |card, _, answer| {
        currency(card, |currency| currency.sequence -= 1);
        answer
    });
    tells("pay.counted", 0, uncounted);
    let any_purpose = hearing(&printed(), move |command| {
        let mut data = data_of(command);
        (is(command, pay) && data.len() == 137 && data[0] > 2).then(|| {
            data[0] = 0;
            with_data(command, &data)
        })
    });
    tells("pay.purpose", 0, any_purpose);
    tells("pay.length", 0, cutting(pay, 137));
    let (shown, state) = (Status::SecurityStatusNotSatisfied, Status::ConditionsNotSatisfied);
    tells("pay.code-needed", 0, with_word(&printed(), pay, shown, state));
    tells("blank.refuses", 3, with_word(&printed(), pay, state, Status::WrongData));
}

#[test]
fn f12_the_last_order() {
    let last = Instruction::GetLastOrder;
    let another = saying(&printed(), last, |mut answer| {
        if answer.len() > 200 {
            answer[100] ^= 1;
        }
        answer
    });
    tells("last.order", 2, another);
    tells("last.kept", 0, forgetting(|currency| currency.last = None));
    let counting = after(&printed(), last, |card, _, answer| {
        currency(card, |currency| currency.sequence += 1);
        answer
    });
    tells("last.changes-nothing", 0, counting);
    let any = hearing(&printed(), move |command| {
        is(command, last).then(|| [&command[..2], &[0, 0], &command[4..]].concat())
    });
    tells("last.parameters", 3, any);
    let locked = WrongCard::new(&printed(), move |card, command| {
        let was_locked = card.memory().locked;
        if !is(command, last) || !was_locked {
            return card.handle(command);
        }
        tamper(card, |memory| memory.locked = false);
        let answer = card.handle(command);
        tamper(card, |memory| memory.locked = true);
        answer
    });
    tells("lock.gives-none", 0, locked);
}

#[test]
fn f117_histories() {
    let history = Instruction::GetHistory;
    let wrong_list = |list: u8| {
        answering(&printed(), move |command, answer| {
            (is(command, history) && command[2] == list && word(answer) == Status::Success).then(|| {
                let mut answer = answer.to_vec();
                answer[5] ^= 1;
                answer
            })
        })
    };
    tells("history.orders", 4, wrong_list(0));
    tells("history.fundings", 3, wrong_list(1));
    let wrap = hearing(&printed(), move |command| {
        (is(command, history) && command[3] == 16).then(|| [&command[..3], &[15], &command[4..]].concat())
    });
    tells("history.sixteen", 0, wrap);
    let shared = after(&printed(), Instruction::NoteFunding, |card, _, answer| {
        currency(card, |currency| {
            currency.orders.pop();
        });
        answer
    });
    tells("history.apart", 2, shared);
    tells("history.kept", 0, forgetting(|currency| currency.fundings.clear()));
    let any = hearing(&printed(), move |command| {
        (is(command, history) && command[2] > 1).then(|| [&command[..2], &[0], &command[3..]].concat())
    });
    tells("history.parameters", 0, any);
}
