//! The channel: whose it is, and that nobody in between reads, changes or repeats anything.

use crate::{
    report::{
        Check,
        Effect::{Harmless, Restored},
        Section,
    },
    session::{apdu, failed, same, skipped, Checked, Session},
    signature::expect_signature,
};
use specie_card::{
    apdu::Status,
    channel::{self, Channel, Direction, Ephemeral, EphemeralKey, KEY_LEN},
    code::FREE_TRIES,
    protocol::Instruction,
};

const HARMLESS: Section = Section::new("The channel", Harmless);
const RESTORED: Section = Section::new("The channel", Restored);

pub(super) const CHECKS: &[Check] = &[
    HARMLESS.must("channel.signature", signature, "The device key signs the ephemeral keys of both sides."),
    HARMLESS.must("channel.fresh", fresh, "Each channel has a key of its own."),
    HARMLESS.must("channel.curve", curve, "A key that is no point of the curve is 6A80, another length 6700."),
    HARMLESS.must("channel.opened", opened, "A message inside the channel is answered inside it, again and again."),
    HARMLESS.must("channel.needed", needed, "Without a channel a message of one is 6985; SELECT closes it."),
    HARMLESS.must("channel.forged", forged, "A message that was changed is 6988, and the channel is closed."),
    HARMLESS.must("channel.replayed", replayed, "A message that was sent is 6988 when it comes again."),
    HARMLESS.must(
        "channel.codes-alone",
        codes_alone,
        "Other instructions than those of codes and orders are 6D00 inside.",
    ),
    RESTORED.must(
        "channel.in-clear",
        in_clear,
        "Without contacts a code and an order in clear are 6987, and no try.",
    ),
    RESTORED.must(
        "channel.ends-code",
        ends_code,
        "Without contacts another channel takes back that the code was shown.",
    ),
    RESTORED.must("channel.code", code, "A code that is shown inside the channel is shown."),
];

fn has_channel(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    match (info.has_channel(), info.contactless()) {
        (true, _) => Ok(()),
        (false, false) => skipped("the card has no channel"),
        (false, true) => failed("a channel on a card without contacts: bit 6 of its capabilities", "none"),
    }
}

/// The host's key and the card's, and the signature.
fn open(session: &mut Session<'_>) -> Checked<(Ephemeral, EphemeralKey, Vec<u8>)> {
    has_channel(session)?;
    session.ephemeral()
}

fn signature(session: &mut Session<'_>) -> Checked {
    let (host, card, signature) = open(session)?;
    let device = session.device()?;
    let message = channel::message(host.public(), &card);
    let swapped = channel::message(&card, host.public());
    let mistakes =
        [("the keys are in the other order", swapped), ("the domain is missing", [*host.public(), card].concat())];
    expect_signature("the channel's signature", &device, &message, &signature, &mistakes)
}

fn fresh(session: &mut Session<'_>) -> Checked {
    let first = open(session)?.1;
    let second = open(session)?.1;
    match first == second {
        true => failed("another key than in the channel before", hex::encode(second)),
        false => Ok(()),
    }
}

fn curve(session: &mut Session<'_>) -> Checked {
    let (host, ..) = open(session)?;
    let mut off = *host.public();
    off[KEY_LEN - 1] ^= 1;
    let mut compressed = *host.public();
    compressed[0] = 2;
    for key in [off, compressed, [0; KEY_LEN], [0xFF; KEY_LEN]] {
        session.ask(Instruction::OpenChannel, &key)?.is(Status::WrongData)?;
    }
    for len in [0, 33, 64, 66] {
        session.ask(Instruction::OpenChannel, &vec![4; len])?.is(Status::WrongLength)?;
    }
    Ok(())
}

/// An open channel.
fn channel(session: &mut Session<'_>) -> Checked<Channel> {
    let (host, card, _) = open(session)?;
    match host.at_host(&card) {
        Ok(channel) => Ok(channel),
        Err(error) => failed("an ephemeral key on the curve", format_args!("{error}: <{}>", hex::encode(card))),
    }
}

/// A message that asks for a code's state. It is no try: three digits are no code.
const MALFORMED: &[u8] = &[0x30, b'1', b'2', b'3'];

fn sealed(channel: &Channel, plain: &[u8]) -> Vec<u8> {
    apdu(Instruction::InChannel, [0, 0], &channel.seal(Direction::ToCard, plain), true)
}

fn expect_inside(session: &mut Session<'_>, channel: &Channel, plain: &[u8], status: Status) -> Checked {
    let data = session.send(&sealed(channel, plain))?.done()?;
    match channel.open(Direction::ToHost, &data) {
        Ok(inside) if inside == status.word().to_be_bytes() => Ok(()),
        Ok(inside) => {
            failed(format_args!("{:04X} inside", status.word()), format_args!("<{}>", hex::encode(inside)))
        }
        Err(error) => failed("an answer inside the channel", format_args!("{error}: <{}>", hex::encode(data))),
    }
}

fn next(channel: Channel) -> Checked<Channel> {
    channel.next().map_or_else(|| skipped("the channel is at its end"), Ok)
}

fn opened(session: &mut Session<'_>) -> Checked {
    let mut channel = channel(session)?;
    for _ in 0..3 {
        expect_inside(session, &channel, MALFORMED, Status::WrongLength)?;
        channel = next(channel)?;
    }
    Ok(())
}

fn needed(session: &mut Session<'_>) -> Checked {
    let before = channel(session)?;
    session.select()?;
    session.send(&sealed(&before, MALFORMED))?.is(Status::ConditionsNotSatisfied)
}

fn forged(session: &mut Session<'_>) -> Checked {
    for place in [0, MALFORMED.len(), MALFORMED.len() + 15] {
        let channel = channel(session)?;
        let mut message = channel.seal(Direction::ToCard, MALFORMED);
        message[place] ^= 1;
        session.ask(Instruction::InChannel, &message)?.is(Status::NotOfChannel)?;
        session.send(&sealed(&channel, MALFORMED))?.is(Status::ConditionsNotSatisfied)?;
    }
    channel(session)?;
    session.ask(Instruction::InChannel, &[])?.is(Status::NotOfChannel)
}

fn replayed(session: &mut Session<'_>) -> Checked {
    let channel = channel(session)?;
    expect_inside(session, &channel, MALFORMED, Status::WrongLength)?;
    session.send(&sealed(&channel, MALFORMED))?.is(Status::NotOfChannel)
}

fn codes_alone(session: &mut Session<'_>) -> Checked {
    let mut channel = channel(session)?;
    let inner = Instruction::ALL.into_iter().filter(|instruction| !instruction.goes_inside());
    for ins in inner.map(Instruction::ins).chain([0x00, 0xFF]) {
        expect_inside(session, &channel, &[ins], Status::InstructionNotSupported)?;
        channel = next(channel)?;
    }
    Ok(())
}

fn in_clear(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    if !info.contactless() {
        return skipped("the card has contacts");
    }
    let Some(code) = session.code_at_hand()? else { return skipped("the card has no code") };
    if info.delay_ticks() > 0 {
        return skipped("a delay is outstanding");
    }
    for instruction in Instruction::ALL.into_iter().filter(|instruction| instruction.goes_inside()) {
        session.send(&apdu(instruction, [0, 0], code.as_bytes(), false))?.is(Status::ChannelNeeded)?;
    }
    same("tries", info.tries(), session.info()?.tries())?;
    session.ask(Instruction::VerifyCode, &[])?.is(Status::WrongCode { tries_left: info.tries() })
}

fn code(session: &mut Session<'_>) -> Checked {
    let code = session.code()?;
    let channel = channel(session)?;
    let plain = [&[Instruction::VerifyCode.ins()], code.as_bytes()].concat();
    expect_inside(session, &channel, &plain, Status::Success)?;
    session.ask(Instruction::VerifyCode, &[])?.empty()?;
    same("tries after the right code", FREE_TRIES, session.info()?.tries())
}

fn ends_code(session: &mut Session<'_>) -> Checked {
    if !session.info()?.contactless() {
        return skipped("the card has contacts");
    }
    session.code()?;
    session.show_code()?;
    session.ask(Instruction::VerifyCode, &[])?.empty()?;
    channel(session)?;
    session.ask(Instruction::VerifyCode, &[])?.is(Status::WrongCode { tries_left: FREE_TRIES })
}
