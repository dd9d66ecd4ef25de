//! Orders that the card builds, the last order again, and the card's own history (F12, F99, F117).

use crate::support::*;
use specie_card::{
    apdu::Status,
    host::{Host, HostError},
    protocol::{FundingNote, HistoryEntry, Instruction, Payment, HISTORY},
    transport::{Transport, TransportError},
};
use specie_card_sim::{factory::Specification, software::SoftwareCard};
use specie_primitives::{
    crypto::{Scheme, Signature, Software},
    ids::{CarrierId, Reference},
    order::{Order, Purpose, EVERYTHING},
};

const PAYMENT: Payment = Payment {
    purpose: Purpose::CashOut,
    to: [0x44; 32],
    amount: EVERYTHING,
    fee: 3,
    fee_to: [0x55; 32],
    valid_until: 900,
    reference: Reference([0x66; 32]),
    epoch: 4,
};

/// Has the card build its next order for the chain that it was made for.
fn pay<T: Transport>(host: &mut Host<T>, payment: &Payment) -> Result<(Order, Signature), HostError> {
    let attested = host.attest(&CHALLENGE)?.attestation.sequence;
    host.pay(payment, GENESIS, attested)
}

#[test]
fn f12_f99_the_card_builds_its_order_of_what_the_host_wants() {
    for scheme in Scheme::ALL {
        let mut host = initialised(&Specification::contact(Scheme::P256), scheme);
        for sequence in 1..=2 {
            let (order, signature) = pay(&mut host, &PAYMENT).unwrap();
            let carrier = host.carrier().unwrap();
            assert_eq!(order, PAYMENT.order(GENESIS, carrier, sequence));
            assert!(order.verify::<Software>(&signature, &host.currency_key().unwrap()));
        }
        let said = host.attest(&CHALLENGE).unwrap().attestation;
        assert_eq!((said.sequence, said.last_valid_until), (2, 900));
    }
}

/// A card that was made for another chain signs for that one: the host does not take the signature for its own chain's.
#[test]
fn f12_a_card_of_another_chain_pays_on_no_other() {
    let mut host = plain();
    let refused = host.pay(&PAYMENT, [9; 32], 0);
    assert_eq!(refused, Err(HostError::WrongSignature { command: "PAY" }));
    let (order, _) = host.last_order(&CHALLENGE).unwrap().unwrap();
    assert_eq!(order.genesis, GENESIS);
}

/// The answer is lost on its way: the same order comes again, and no second payment is made.
#[test]
fn f12_a_torn_payment_is_taken_up_again_with_the_same_bytes() {
    let mut lost = true;
    let mut host = Host::new(Tampered {
        link: plain().into_transport(),
        change: move |command: &[u8], answer| match command[1] == Instruction::Pay.ins() && lost {
            true => {
                lost = false;
                Err(TransportError::Timeout)
            }
            false => Ok(answer),
        },
    });
    host.select().unwrap();
    assert_eq!(host.last_order(&CHALLENGE), Ok(None));
    let torn = pay(&mut host, &PAYMENT).unwrap_err();
    assert!(matches!(torn, HostError::Transport { .. }) && torn.leaves_open());
    let (order, signature) = host.last_order(&CHALLENGE).unwrap().unwrap();
    assert_eq!(order, PAYMENT.order(GENESIS, host.carrier().unwrap(), 1));
    assert!(order.verify::<Software>(&signature, &host.currency_key().unwrap()));
    assert_eq!(host.last_order(&CHALLENGE).unwrap().map(|(order, _)| order), Some(order));
    assert_eq!(host.attest(&CHALLENGE).unwrap().attestation.sequence, 1);
}

#[test]
fn f12_a_torn_write_leaves_the_last_order_of_before_or_the_new_one() {
    let mut host = plain();
    let (first, _) = pay(&mut host, &PAYMENT).unwrap();
    let memory = host.transport_mut().memory().clone();
    let mut outcomes = [0; 2];
    for cut in (0..6_000).step_by(97) {
        let mut card = SoftwareCard::in_memory(&memory, SeededHardware::new("cut")).unwrap();
        card.medium_mut().cut_after(cut);
        let mut host = Host::new(card);
        host.select().unwrap();
        let paid = pay(&mut host, &PAYMENT);
        let mut card = host.into_transport();
        card.medium_mut().power_on();
        let mut host = Host::new(card.power_cycle().unwrap());
        host.select().unwrap();
        let sequence = host.attest(&CHALLENGE).unwrap().attestation.sequence;
        let (last, _) = host.last_order(&CHALLENGE).unwrap().unwrap();
        assert_eq!(last.sequence, sequence, "{cut}");
        assert_eq!(last, PAYMENT.order(GENESIS, first.carrier, sequence));
        assert!(paid.is_err() || sequence == 2);
        assert_eq!(host.history().unwrap().orders.len(), sequence as usize);
        outcomes[sequence as usize - 1] += 1;
    }
    assert!(outcomes.iter().all(|count| *count > 0), "{outcomes:?}");
}

#[test]
fn f93_a_locked_card_gives_no_order() {
    let mut host = plain();
    pay(&mut host, &PAYMENT).unwrap();
    host.lock().unwrap();
    let locked = Err(HostError::Refused { command: "PAY", status: Status::ConditionsNotSatisfied });
    assert_eq!(pay(&mut host, &PAYMENT), locked);
    let locked = HostError::Refused { command: "GET LAST ORDER", status: Status::ConditionsNotSatisfied };
    assert_eq!(host.last_order(&CHALLENGE), Err(locked));
    host.unlock(None).unwrap();
    assert!(host.last_order(&CHALLENGE).unwrap().is_some());
}

/// Sixteen of each are kept, and the oldest goes.
#[test]
fn f117_the_card_remembers_its_payments_in_and_out() {
    let mut host = plain();
    assert_eq!(host.history().unwrap(), Default::default());
    let reference = Reference([0; 32]);
    let note = |amount: u32| FundingNote { amount: amount.into(), payer: [8; 32], reference, block: amount };
    let (mut orders, mut fundings) = (Vec::new(), Vec::new());
    for number in 1..=20 {
        host.note_funding(&note(number)).unwrap();
        fundings.insert(0, HistoryEntry::of_funding(&note(number), number - 1));
        let (order, _) = pay(&mut host, &Payment { amount: number.into(), ..PAYMENT }).unwrap();
        orders.insert(0, HistoryEntry::of_order(&order));
    }
    orders.truncate(HISTORY);
    fundings.truncate(HISTORY);
    let mut host = Host::new(host.into_transport().power_cycle().unwrap()).over_contacts();
    host.select().unwrap();
    let history = host.history().unwrap();
    assert_eq!((history.orders, history.fundings), (orders, fundings));
}

/// A card without BLAKE2b is told its address; a wrong one is overwritten by the next host.
#[test]
fn f4_a_card_that_cannot_compute_its_address_is_told() {
    let mut memory = memory(&Specification::contact(Scheme::P256).resettable_by(*issuer().public()));
    memory.personalisation.computes_address = false;
    let card = SoftwareCard::in_memory(&memory, SeededHardware::new("currency")).unwrap();
    let mut host = Host::new(card);
    host.select().unwrap();
    host.initialise(&GRANT, Scheme::P256).unwrap();
    let carrier = host.carrier().unwrap();
    assert_eq!(host.info().unwrap().address, Some(carrier));
    // Somebody tells it another one: the next host puts it right before an order.
    let other = send(host.transport_mut(), Instruction::SetAddress, &[9; 32]);
    assert_eq!(other, (vec![], Status::Success));
    assert_eq!(host.info().unwrap().address, Some(CarrierId([9; 32])));
    pay(&mut host, &PAYMENT).unwrap();

    // The power goes between the key and its address: whoever wants an order next tells it.
    let mut memory = host.transport_mut().memory().clone();
    memory.currency.as_mut().unwrap().address = None;
    for pays in [true, false] {
        let card = SoftwareCard::in_memory(&memory, SeededHardware::new("again")).unwrap();
        let mut host = Host::new(card);
        host.select().unwrap();
        let wanted = next_order(&mut host);
        match pays {
            true => drop(pay(&mut host, &PAYMENT).unwrap()),
            false => drop(host.sign_order(&wanted).unwrap()),
        }
    }

    // One that keeps to a wrong one, whatever it is told, is not handed out.
    let mut host = Host::new(Tampered {
        link: crate::support::card(&Specification::contact(Scheme::P256)),
        change: |command: &[u8], mut answer: Vec<u8>| {
            if command[1] == Instruction::GetInfo.ins() && answer.len() > 80 {
                answer[60] ^= 1;
            }
            Ok(answer)
        },
    });
    host.select().unwrap();
    assert_eq!(host.initialise(&GRANT, Scheme::P256), Err(HostError::OtherCarrier));
}

/// Old answers, played again by somebody in between, are no payment.
#[test]
fn f12_an_order_of_before_is_not_taken_for_the_next() {
    let mut kept: Option<Vec<u8>> = None;
    let mut host = Host::new(Tampered {
        link: plain().into_transport(),
        change: move |command: &[u8], answer: Vec<u8>| match command[1] == Instruction::Pay.ins() {
            true => Ok(kept.get_or_insert(answer).clone()),
            false => Ok(answer),
        },
    });
    host.select().unwrap();
    pay(&mut host, &PAYMENT).unwrap();
    let again = pay(&mut host, &PAYMENT);
    assert!(matches!(again, Err(HostError::Malformed { .. })), "{again:?}");
}

/// After a write that failed nobody knows what the memory holds: the card answers nothing more until the power comes back.
#[test]
fn f13_a_failed_write_ends_the_session() {
    let mut host = plain();
    host.transport_mut().medium_mut().cut_after(100);
    let refused = pay(&mut host, &PAYMENT).unwrap_err();
    assert!(matches!(refused, HostError::Refused { status: Status::MemoryFailure, .. }) && refused.leaves_open());
    host.transport_mut().medium_mut().power_on();
    assert!(pay(&mut host, &PAYMENT).is_err());
    let mut host = Host::new(host.into_transport().power_cycle().unwrap()).over_contacts();
    host.select().unwrap();
    pay(&mut host, &PAYMENT).unwrap();
}
