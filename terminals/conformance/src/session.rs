//! One examination: commands go out as bytes, and every answer is kept as it came.

pub use super::answer::{describe, failed, same, skipped, Answer, Checked, Stop};
use super::{bench::Bench, memo::Memo, options::Options};
use specie_card::{
    apdu::{Command, MAX_COMMAND_DATA},
    channel::{Channel, ChannelError, Direction, Ephemeral, EphemeralKey, KEY_LEN, TAG_LEN},
    protocol::{Instruction, AID, CLA_ISO},
};
use specie_card_sim::trace::{Entry, Exchange, POWER_CYCLE};
use specie_primitives::{
    attestation::Challenge,
    crypto::sha256,
    ids::{CurrencyId, MachineId},
    initialisation::{CarrierTerms, Initialisation},
    BlockNumber,
};

/// How many of a check's last exchanges and power cycles are told when it fails.
const TOLD: usize = 8;

/// The bytes of a command.
pub fn apdu(instruction: Instruction, [p1, p2]: [u8; 2], data: &[u8], le: bool) -> Vec<u8> {
    let le = le.then_some(256);
    let command = Command { cla: instruction.cla(), ins: instruction.ins(), p1, p2, data, le };
    // The suite's own data are at most 255 bytes.
    command.to_bytes().unwrap_or_default()
}

/// A card under examination.
pub struct Session<'a> {
    bench: &'a mut dyn Bench,
    pub options: &'a Options,
    /// What the check in progress has sent.
    entries: Vec<Entry>,
    pub memo: Memo,
    challenges: u32,
    /// The channel of this session with the card.
    channel: Option<Channel>,
}

impl<'a> Session<'a> {
    pub fn new(bench: &'a mut dyn Bench, options: &'a Options) -> Self {
        Self { bench, options, entries: vec![], memo: Memo::default(), challenges: 0, channel: None }
    }

    /// Forgets what the check before has sent.
    pub fn begin(&mut self) {
        self.entries.clear();
    }

    /// The last commands of the check in progress.
    pub fn told(&self) -> Vec<Entry> {
        let first = self.entries.len().saturating_sub(TOLD);
        self.entries.get(first..).unwrap_or(&[]).to_vec()
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, command: &[u8]) -> Checked<Answer> {
        if command.starts_with(&[CLA_ISO, Instruction::Select.ins()]) {
            self.channel = None;
        }
        let answer = self.bench.transport().transmit(command);
        self.entries.push(Entry::Exchange(Exchange { command: command.to_vec(), answer: answer.clone() }));
        let bytes = answer.map_err(Stop::Broken)?;
        let Some((data, word)) = bytes.split_last_chunk::<2>() else {
            return failed("an answer that ends in a status word", format_args!("<{}>", hex::encode(&bytes)));
        };
        let answer = Answer { data: data.to_vec(), word: u16::from_be_bytes(*word) };
        self.memo.watch.see(command, &answer);
        Ok(answer)
    }

    /// A command with P1 and P2 zero, as a host sends it: with Le where data are answered, and a code inside the channel where the
    /// card wants it.
    pub fn ask(&mut self, instruction: Instruction, data: &[u8]) -> Checked<Answer> {
        if instruction.is_secret(data) && self.wants_channel()? {
            return self.ask_inside(instruction, data);
        }
        self.send(&apdu(instruction, [0, 0], data, instruction.answers()))
    }

    fn wants_channel(&mut self) -> Checked<bool> {
        match self.memo.contactless {
            Some(contactless) => Ok(contactless),
            None => Ok(self.info()?.contactless()),
        }
    }

    /// Asks for a channel: the host's key, the card's, and the signature over both.
    pub fn ephemeral(&mut self) -> Checked<(Ephemeral, EphemeralKey, Vec<u8>)> {
        let host = Ephemeral::new(&self.challenge()).or_else(skipped)?;
        let answer = self.ask(Instruction::OpenChannel, host.public())?.done()?;
        match answer.split_first_chunk::<KEY_LEN>() {
            Some((card, signature)) => Ok((host, *card, signature.to_vec())),
            None => failed("an ephemeral key and a signature", format_args!("<{}>", hex::encode(&answer))),
        }
    }

    /// A command inside the channel, which is made when there is none.
    fn ask_inside(&mut self, instruction: Instruction, data: &[u8]) -> Checked<Answer> {
        fn unusable<T>(_: ChannelError) -> Checked<T> {
            skipped("the channel cannot be used: channel.opened")
        }
        let channel = match self.channel.take() {
            Some(channel) => channel,
            None => {
                let (host, card, _) = self.ephemeral()?;
                host.at_host(&card).or_else(unusable)?
            }
        };
        let plain = [&[instruction.ins()], data].concat();
        if plain.len() > MAX_COMMAND_DATA - TAG_LEN {
            return skipped("too long for the channel");
        }
        let message = channel.seal(Direction::ToCard, &plain);
        let sealed = self.ask(Instruction::InChannel, &message)?.done()?;
        let inside = channel.open(Direction::ToHost, &sealed).or_else(unusable)?;
        self.channel = channel.next();
        match inside.split_last_chunk::<2>() {
            Some((data, word)) => Ok(Answer { data: data.to_vec(), word: u16::from_be_bytes(*word) }),
            None => failed("a status word inside the channel", format_args!("<{}>", hex::encode(inside))),
        }
    }

    pub fn select_bytes(&mut self, aid: &[u8]) -> Checked<Answer> {
        self.send(&apdu(Instruction::Select, [0x04, 0x00], aid, true))
    }

    /// A fresh session: selected, no code shown.
    pub fn select(&mut self) -> Checked {
        self.select_bytes(&AID)?.done().map(|_| ())
    }

    /// Takes the power away and brings it back, without SELECT; skips the check where that cannot be done.
    pub fn power(&mut self) -> Checked {
        if !self.bench.cuts_power() {
            return skipped("the card's power cannot be cut here");
        }
        self.channel = None;
        self.entries.push(Entry::Comment(POWER_CYCLE.into()));
        self.bench.power_cycle().map_err(Stop::Broken)
    }

    /// [`Self::power`], and SELECT.
    pub fn power_cycle(&mut self) -> Checked {
        self.power()?;
        self.select()
    }

    /// Whether [`Self::power`] does anything.
    pub fn cuts_power(&self) -> bool {
        self.bench.cuts_power()
    }

    /// What a machine of nobody's tells a card, never the same in this examination.
    pub fn terms(&mut self) -> Initialisation {
        let machine = MachineId(self.challenge());
        let terms = CarrierTerms {
            currency: CurrencyId::Asset(7),
            denomination: Some(50),
            fund_within: Some(BlockNumber::MAX),
        };
        Initialisation { genesis: self.options.genesis, machine, grant: self.challenges, terms }
    }

    /// A challenge that was not used before in this examination.
    pub fn challenge(&mut self) -> Challenge {
        self.challenges = self.challenges.wrapping_add(1);
        sha256(&[self.options.seed.as_slice(), &self.challenges.to_le_bytes()].concat())
    }
}
