//! The examples of `docs/card-protocol.md` are what the code gives.
//!
//! `UPDATE_EXAMPLES=1 cargo test -p specie-card-sim document` writes them anew.

use crate::support::*;
use specie_card::{
    apdu::{Command, Response},
    channel::{Direction, Ephemeral},
    protocol::{FundingNote, Instruction, Payment, AID},
    signatures::to_card,
};
use specie_card_sim::{factory::permit_reset, software::SoftwareCard};
use specie_primitives::{
    crypto::Scheme,
    ids::CarrierId,
    order::{Order, NO_REFERENCE},
    wire::Wire,
};
use std::fmt::Write as _;

const BEGIN: &str = "<!-- examples: begin -->\n";
const END: &str = "<!-- examples: end -->";

struct Script {
    card: TestCard,
    text: String,
}

impl Script {
    fn say(&mut self, title: &str, instruction: Instruction, [p1, p2]: [u8; 2], data: &[u8], le: bool) {
        let le = le.then_some(256);
        let command = Command { cla: instruction.cla(), ins: instruction.ins(), p1, p2, data, le };
        let command = command.to_bytes().unwrap();
        let answer = self.card.handle(&command);
        let status = Response::parse(&answer).unwrap().status;
        writeln!(self.text, "{}: {title}; {status}\n\n```text", instruction.name()).unwrap();
        writeln!(self.text, "{}\n{}\n```\n", lines("> ", &command), lines("< ", &answer)).unwrap();
    }

    /// UNLOCK inside a channel.
    fn channel(&mut self) {
        let host = Ephemeral::new(&[0x88; 32]).unwrap();
        self.say("the host's private key is 32 times 88", Instruction::OpenChannel, [0, 0], host.public(), true);
        let answer = last_answer(&self.text);
        let channel = host.at_host(answer.first_chunk().unwrap()).unwrap();
        let plain = [&[Instruction::Unlock.ins()], b"271828".as_slice()].concat();
        let sealed = channel.seal(Direction::ToCard, &plain);
        writeln!(self.text, "Inside goes UNLOCK with the code, `{}`, sealed:\n", hex::encode(plain)).unwrap();
        self.say("UNLOCK", Instruction::InChannel, [0, 0], &sealed, true);
        let answer = last_answer(&self.text);
        let opened = channel.open(Direction::ToHost, &answer[..answer.len() - 2]).unwrap();
        writeln!(self.text, "Opened, the answer is `{}`.\n", hex::encode(opened)).unwrap();
    }

    fn next_order(&self) -> Order {
        let currency = self.card.memory().currency.as_ref().unwrap();
        order(CarrierId::of(currency.key.public()), currency.sequence + 1)
    }
}

/// The bytes of the last answer in a text.
fn last_answer(text: &str) -> Vec<u8> {
    let block = text.rsplit("```text").next().unwrap();
    let digits: String = block.lines().filter_map(|line| line.strip_prefix("< ")).collect();
    hex::decode(digits).unwrap()
}

fn lines(mark: &str, bytes: &[u8]) -> String {
    let text: Vec<_> = bytes.chunks(48).map(|part| format!("{mark}{}", hex::encode(part))).collect();
    text.join("\n")
}

fn examples() -> String {
    let issuer = issuer();
    let specification = printed("271828").resettable_by(*issuer.public());
    let memory = memory(&specification);
    let card = SoftwareCard::in_memory(&memory, SeededHardware::new("currency")).unwrap();
    let mut script = Script { card, text: String::new() };
    let mut random = [0; 32];
    specie_card_sim::platform::Hardware::random(&mut SeededHardware::new("currency"), &mut random).unwrap();
    let text = &mut script.text;
    writeln!(text, "| | |\n|---|---|").unwrap();
    let secret = hex::encode(memory.personalisation.device.to_bytes());
    writeln!(text, "| device private key (secp256k1) | `{secret}` |").unwrap();
    writeln!(text, "| device public key | `{}` |", hex::encode(memory.personalisation.device.public().as_bytes()))
        .unwrap();
    writeln!(text, "| batch key, scheme first | `{}` |", key_of(batch(Scheme::P256).key())).unwrap();
    writeln!(text, "| issuer's key, scheme first | `{}` |", hex::encode(issuer.public().to_vec())).unwrap();
    writeln!(text, "| 32 random bytes for the currency key | `{}` |", hex::encode(random)).unwrap();
    writeln!(text, "| printed code | `271828` |\n").unwrap();

    script.say("the application", Instruction::Select, [4, 0], &AID, true);
    script.say("a blank card", Instruction::GetInfo, [0, 0], &[], true);
    script.say("native, from offset 0", Instruction::GetCertificate, [0, 0], &[], true);
    script.say("blank", Instruction::Attest, [0, 0], &asking(0), true);
    let wanted = telling(&GRANT, Scheme::Secp256k1.tag());
    script.say(
        "a secp256k1 key for grant 7 of a machine, 5,000,000 base units to come within 300 blocks",
        Instruction::Initialise,
        [0, 0],
        &wanted,
        true,
    );
    let currency = script.card.memory().currency.clone().unwrap();
    writeln!(script.text, "The key that the card made of these random bytes and what it was told (a real card never shows the first):\n").unwrap();
    writeln!(script.text, "| | |\n|---|---|").unwrap();
    writeln!(script.text, "| currency private key | `{}` |", hex::encode(currency.key.to_bytes())).unwrap();
    writeln!(script.text, "| currency public key | `{}` |", hex::encode(currency.key.public().as_bytes())).unwrap();
    let address = CarrierId::of(currency.key.public());
    writeln!(script.text, "| carrier's address | `{}` |\n", hex::encode(address.as_bytes())).unwrap();
    script.say("again, since the answer may have been lost", Instruction::Initialise, [0, 0], &wanted, true);
    let others = telling(&OTHER_TERMS, Scheme::Secp256k1.tag());
    script.say("on other terms", Instruction::Initialise, [0, 0], &others, true);
    script.say("of the currency key", Instruction::Prove, [0, 0], &CHALLENGE, true);

    let order = script.next_order().to_vec();
    script.say("before the code", Instruction::SignOrder, [0, 0], &order, true);
    script.say("how many tries", Instruction::VerifyCode, [0, 0], &[], false);
    script.say("a wrong code", Instruction::VerifyCode, [0, 0], b"314159", false);
    script.say("the right one", Instruction::VerifyCode, [0, 0], b"271828", false);
    script.say("the first order", Instruction::SignOrder, [0, 0], &order, true);
    script.say("the same order again", Instruction::SignOrder, [0, 0], &order, true);
    script.say("after one order", Instruction::Attest, [0, 0], &asking(0), true);
    script.say("about the orders after the first", Instruction::Attest, [0, 0], &asking(1), true);
    script.say(
        "an order that the card builds",
        Instruction::Pay,
        [0, 0],
        &Payment::of(&script.next_order()).to_vec(),
        true,
    );
    script.say("the order, since its answer may have been lost", Instruction::GetLastOrder, [0, 0], &[], true);
    script.say("a signature over it", Instruction::GetLastOrder, [0, 1], &[], true);
    let note = FundingNote { amount: 5_000_000, payer: [0x77; 32], reference: NO_REFERENCE, block: 900 };
    script.say("5,000,000 base units came in block 900", Instruction::NoteFunding, [0, 0], &note.to_vec(), false);
    script.say("the newest order", Instruction::GetHistory, [0, 0], &[], true);
    script.say("the newest funding", Instruction::GetHistory, [1, 0], &[], true);
    script.say("no code is needed", Instruction::Lock, [0, 0], &[], false);
    script.channel();
    script.say("the card draws its parts", Instruction::PrepareTimed, [0, 0], &[], false);
    for round in 1..=4 {
        let part = [round; 8];
        script.say(&format!("round {round}"), Instruction::TimedExchange, [0, 0], &part, true);
    }
    script.say(
        "the challenge and the four rounds are signed together",
        Instruction::Attest,
        [1, 0],
        &asking(0),
        true,
    );
    let permission = to_card(&permit_reset(&issuer, memory.personalisation.device.public(), 1).unwrap());
    script.say("permitted by the issuer for generation 1", Instruction::Reset, [0, 0], &permission, false);
    script.say("blank again; the generation stays", Instruction::Attest, [0, 0], &asking(0), true);
    script.text
}

fn key_of(key: specie_primitives::records::BatchKey) -> String {
    match key {
        specie_primitives::records::BatchKey::Native(key) => hex::encode(key.to_vec()),
        specie_primitives::records::BatchKey::Keycard(key)
        | specie_primitives::records::BatchKey::CoinkiteRoot(key) => hex::encode(key),
    }
}

#[test]
fn examples_in_the_document_are_what_the_code_gives() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/card-protocol.md");
    let document = std::fs::read_to_string(path).unwrap();
    let (before, rest) = document.split_once(BEGIN).expect("the mark where the examples begin");
    let (written, after) = rest.split_once(END).expect("the mark where the examples end");
    let examples = format!("\n{}", examples());
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        std::fs::write(path, [before, BEGIN, &examples, END, after].concat()).unwrap();
    } else {
        assert!(
            written == examples,
            "the examples are stale: UPDATE_EXAMPLES=1 cargo test -p specie-card-sim document"
        );
    }
}

#[test]
fn every_instruction_is_in_the_document() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/card-protocol.md");
    let document = std::fs::read_to_string(path).unwrap();
    for instruction in Instruction::ALL {
        let row = format!("| {} | `{:02X} {:02X}`", instruction.name(), instruction.cla(), instruction.ins());
        assert!(document.contains(&row), "{row}");
    }
}
