//! SIGN ORDER: what is signed, and what is counted before it is released.

use super::initialise::{expect_state, made, telling};
use crate::{
    report::{Check, Effect::SignsOrders, Section},
    session::{failed, same, skipped, Checked, Session},
    signature::expect_signature,
    state::{Made, Signed},
};
use specie_card::{
    apdu::Status,
    protocol::{Instruction, Payment},
};
use specie_primitives::{
    attestation::Attestation,
    crypto::PublicKey,
    ids::Reference,
    order::{Order, Purpose, DOMAIN, EVERYTHING},
    wire::Wire,
};

const SIGNS: Section = Section::new("SIGN ORDER", SignsOrders);

pub(super) const CHECKS: &[Check] = &[
    SIGNS.must("order.signature", signature, "The currency key signs exactly the 220 bytes of the order."),
    SIGNS.must("order.counted", counted, "The attestation after an order has its sequence."),
    SIGNS.must(
        "order.valid-until",
        valid_until,
        "The attestation after an order has its expiry, when it is the latest.",
    ),
    SIGNS.must(
        "order.earlier-expiry",
        earlier_expiry,
        "An order with an earlier expiry leaves last valid until as it is.",
    ),
    SIGNS.must(
        "order.since",
        since,
        "ATTEST tells the latest expiry among the orders after the sequence that is asked for.",
    ),
    SIGNS.must(
        "order.since-long-ago",
        since_long_ago,
        "Where more than eight orders came after that sequence, it tells the latest expiry of all.",
    ),
    SIGNS.must(
        "order.ends-initialise",
        ends_initialise,
        "Once an order is signed INITIALISE is 6985, whatever it says.",
    ),
    SIGNS.must("order.cash-out", cash_out, "An order of purpose 1, of everything, is signed like any other."),
    SIGNS.must("order.hold", hold, "An order of purpose 2, with a reference, is signed like any other."),
    SIGNS.must(
        "order.any-chain",
        any_chain,
        "The card does not care for genesis, payee, amount, fee, receiver, reference and epoch.",
    ),
    SIGNS.must("order.replayed", replayed, "An order that was signed is 6984 when it comes again."),
    SIGNS.must("order.kept", kept, "Sequence and last valid until survive a power cycle."),
    SIGNS.must(
        "order.replayed-after-power",
        replayed_after_power,
        "A signed order is 6984 after a power cycle too.",
    ),
    SIGNS.must("order.code-needed", code_needed, "A card with a code signs no order before it is shown: 6982."),
    SIGNS.must("order.code-for-one", code_for_one, "Without contacts a code shown serves one order."),
    SIGNS.must("order.code-lasts", code_lasts, "With contacts a code shown serves until power-off or SELECT."),
    SIGNS.must("order.code-ends", code_ends, "After power-off a code shown before serves no order: 6982."),
];

/// Signs `order` and checks the signature; the code is shown before.
fn sign(session: &mut Session<'_>, key: &PublicKey, order: &Order) -> Checked {
    session.show_code()?;
    sign_shown(session, key, order)
}

fn sign_shown(session: &mut Session<'_>, key: &PublicKey, order: &Order) -> Checked {
    let message = order.to_vec();
    let signature = session.ask(Instruction::SignOrder, &message)?.done()?;
    let without_domain = message.get(DOMAIN.len()..).unwrap_or(&[]).to_vec();
    let mistakes = [("the domain is missing", without_domain)];
    expect_signature("the order's signature", key, &message, &signature, &mistakes)
}

/// The order that comes next, changed, signed and counted.
pub(super) fn sign_next(
    session: &mut Session<'_>,
    change: impl FnOnce(&mut Order),
) -> Checked<(Order, Attestation)> {
    let (before, key) = session.ready()?;
    let mut order = session.next_order(&before, &key);
    change(&mut order);
    sign(session, &key, &order)?;
    Ok((order, before))
}

/// Fails unless `order` is refused with `status`.
pub(super) fn refuse(session: &mut Session<'_>, order: &Order, status: Status) -> Checked {
    session.ask(Instruction::SignOrder, &order.to_vec())?.is(status)
}

fn signature(session: &mut Session<'_>) -> Checked {
    let (before, key) = session.ready()?;
    let mut order = session.next_order(&before, &key);
    // Room below it for an order that expires earlier.
    order.valid_until = before.last_valid_until.saturating_add(100);
    session.show_code()?;
    let signed = sign_shown(session, &key, &order);
    let after = session.state()?;
    session.memo.signed = Some(Signed { order, before, after });
    signed
}

fn noted<'a>(session: &'a Session<'_>) -> Checked<&'a Signed> {
    match &session.memo.signed {
        Some(signed) => Ok(signed),
        None => skipped("no order was signed: order.signature"),
    }
}

fn counted(session: &mut Session<'_>) -> Checked {
    let signed = noted(session)?;
    same("sequence", signed.before.sequence.saturating_add(1), signed.after.sequence)?;
    let (before, after) = (&signed.before, &signed.after);
    if (before.generation, before.currency_key, before.locked)
        == (after.generation, after.currency_key, after.locked)
    {
        return Ok(());
    }
    failed(
        format_args!("only the counters of <{}> changed", hex::encode(before.to_vec())),
        format_args!("<{}>", hex::encode(after.to_vec())),
    )
}

fn valid_until(session: &mut Session<'_>) -> Checked {
    let signed = noted(session)?;
    same("last valid until", signed.order.valid_until, signed.after.last_valid_until)
}

fn earlier_expiry(session: &mut Session<'_>) -> Checked {
    let (_, before) = sign_next(session, |order| order.valid_until = order.valid_until.saturating_sub(60))?;
    let after = session.state()?;
    same("last valid until", before.last_valid_until, after.last_valid_until)?;
    let (_, before) = sign_next(session, |order| order.valid_until = 0)?;
    let after = session.state()?;
    same("last valid until", before.last_valid_until, after.last_valid_until)
}

/// How far the expiry of a far order lies behind all others.
const FAR: u32 = 1_000;

/// Signs an order with a far expiry, and returns its sequence and expiry.
fn sign_far(session: &mut Session<'_>) -> Checked<(u32, u32)> {
    let change = |order: &mut Order| order.valid_until = order.valid_until.saturating_add(FAR);
    let (far, _) = sign_next(session, change)?;
    Ok((far.sequence, far.valid_until))
}

/// Signs `count` orders after it that expire at 1, 2, 3, …
fn sign_near(session: &mut Session<'_>, count: u32) -> Checked {
    for expiry in 1..=count {
        sign_next(session, |order| order.valid_until = expiry)?;
    }
    Ok(())
}

fn expect_since(session: &mut Session<'_>, since: u32, expected: u32) -> Checked {
    let state = session.state_since(since)?;
    same(&format!("last valid until since {since}"), expected, state.last_valid_until)
}

fn since(session: &mut Session<'_>) -> Checked {
    let (sequence, expiry) = sign_far(session)?;
    expect_since(session, sequence, 0)?;
    sign_near(session, 8)?;
    expect_since(session, sequence, 8)?;
    expect_since(session, sequence.saturating_add(7), 8)?;
    expect_since(session, sequence.saturating_add(8), 0)?;
    expect_since(session, sequence.saturating_sub(1), expiry)?;
    expect_since(session, 0, expiry)
}

fn since_long_ago(session: &mut Session<'_>) -> Checked {
    let (sequence, expiry) = sign_far(session)?;
    sign_near(session, 9)?;
    expect_since(session, sequence, expiry)?;
    expect_since(session, sequence.saturating_add(1), 9)
}

fn ends_initialise(session: &mut Session<'_>) -> Checked {
    noted(session)?;
    let Made { told, scheme, .. } = *made(session)?;
    let answer = session.ask(Instruction::Initialise, &telling(&told, scheme.tag()))?;
    answer.is(Status::ConditionsNotSatisfied)
}

fn cash_out(session: &mut Session<'_>) -> Checked {
    sign_next(session, |order| {
        order.purpose = Purpose::CashOut;
        order.amount = EVERYTHING;
    })
    .map(|_| ())
}

fn hold(session: &mut Session<'_>) -> Checked {
    sign_next(session, |order| {
        order.purpose = Purpose::Hold;
        order.reference = Reference([0xA5; 32]);
    })
    .map(|_| ())
}

fn any_chain(session: &mut Session<'_>) -> Checked {
    sign_next(session, |order| {
        // No chain's: its last byte is another one.
        order.genesis[31] ^= 0x5A;
        (order.to, order.fee_to) = ([0xFF; 32], [0x80; 32]);
        (order.amount, order.fee) = (u128::MAX - 1, u128::MAX);
        (order.reference, order.epoch) = (Reference([0xFF; 32]), u32::MAX);
    })
    .map(|_| ())
}

fn replayed(session: &mut Session<'_>) -> Checked {
    let (order, _) = sign_next(session, |_| {})?;
    let after = session.state()?;
    session.show_code()?;
    refuse(session, &order, Status::ReferenceDataNotUsable)?;
    expect_state(session, &after)
}

fn kept(session: &mut Session<'_>) -> Checked {
    sign_next(session, |_| {})?;
    let after = session.state()?;
    session.power_cycle()?;
    expect_state(session, &after)
}

fn replayed_after_power(session: &mut Session<'_>) -> Checked {
    let (order, _) = sign_next(session, |_| {})?;
    session.power_cycle()?;
    session.show_code()?;
    refuse(session, &order, Status::ReferenceDataNotUsable)
}

/// The card's next order, when it has a code. Nothing was shown in this session.
fn next_with_code(session: &mut Session<'_>) -> Checked<(Order, Attestation, PublicKey)> {
    let (state, key) = session.ready()?;
    if !session.info()?.code_required() {
        return skipped("the card has no code");
    }
    Ok((session.next_order(&state, &key), state, key))
}

fn code_needed(session: &mut Session<'_>) -> Checked {
    let (order, before, _) = next_with_code(session)?;
    refuse(session, &order, Status::SecurityStatusNotSatisfied)?;
    expect_state(session, &before)
}

/// Shows the code, has one order signed, and gives the next one.
fn one_then_next(session: &mut Session<'_>) -> Checked<(Order, PublicKey)> {
    let (first, _, key) = next_with_code(session)?;
    sign(session, &key, &first)?;
    let state = session.state()?;
    Ok((session.next_order(&state, &key), key))
}

fn code_for_one(session: &mut Session<'_>) -> Checked {
    if !session.info()?.contactless() {
        return skipped("the card has contacts");
    }
    let payment = |order: &Order| Payment::of(order).to_vec();
    // Whichever of both commands comes first, and second.
    let (next, key) = one_then_next(session)?;
    refuse(session, &next, Status::SecurityStatusNotSatisfied)?;
    session.ask(Instruction::Pay, &payment(&next))?.is(Status::SecurityStatusNotSatisfied)?;
    session.show_code()?;
    session.ask(Instruction::Pay, &payment(&next))?.done()?;
    let state = session.state()?;
    let next = session.next_order(&state, &key);
    refuse(session, &next, Status::SecurityStatusNotSatisfied)?;
    session.ask(Instruction::Pay, &payment(&next))?.is(Status::SecurityStatusNotSatisfied)
}

fn code_lasts(session: &mut Session<'_>) -> Checked {
    if session.info()?.contactless() {
        return skipped("the card answers without contact");
    }
    let (next, key) = one_then_next(session)?;
    sign_shown(session, &key, &next)
}

fn code_ends(session: &mut Session<'_>) -> Checked {
    next_with_code(session)?;
    session.show_code()?;
    session.power_cycle()?;
    let (order, ..) = next_with_code(session)?;
    refuse(session, &order, Status::SecurityStatusNotSatisfied)
}
