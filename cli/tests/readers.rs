//! The command with a card in a reader: a software card in a virtual slot of a real PC/SC service.

use serde_json::{json, Value};
use specie_card::{
    code::{Code, CodeKind},
    host::Host,
    protocol::{FundingNote, Payment},
};
use specie_card_sim::{
    factory::{self, Batch, Specification},
    keys::SecretKey,
    software::{MemoryMedium, OsHardware, SoftwareCard},
};
use specie_link::Account;
use specie_primitives::{
    crypto::{PublicKey, Scheme},
    ids::{BatchId, MachineId},
    initialisation::{CarrierTerms, Initialisation},
    order::{Order, Purpose, NO_REFERENCE},
    wire::Wire,
};
use specie_reader::{
    pcsc::Readers,
    service::{Service, ServiceError},
    slot::{Pull, Slot},
    software::Software,
};
use std::{
    error::Error,
    process::{Command, Stdio},
    time::Duration,
};

/// The service looks at its slots every 400 ms: what is swapped between two looks it takes for the same card.
const LOOK: Duration = Duration::from_millis(600);

/// When a card is pulled out in an examination, which takes minutes in a virtual reader.
const COMMANDS_UNTIL_PULLED: u32 = 60;

type Done<T = ()> = Result<T, Box<dyn Error>>;
type Inside = Software<MemoryMedium, OsHardware>;

/// How long a reader may take to see what is done to it.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the command said: exit code, standard output, standard error.
fn specie(words: &str) -> Done<(i32, String, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_specie"))
        .args(words.split_whitespace())
        .env_remove("PCSCLITE_CSOCK_NAME")
        .stdin(Stdio::null())
        .output()?;
    let exit = output.status.code().ok_or("it was killed")?;
    Ok((exit, String::from_utf8(output.stdout)?, String::from_utf8(output.stderr)?))
}

fn json_of(words: &str, exit: i32) -> Done<Value> {
    let (code, out, err) = specie(&format!("--json {words}"))?;
    assert_eq!(code, exit, "{words}\n{out}\n{err}");
    Ok(serde_json::from_str(if out.is_empty() { &err } else { &out })?)
}

fn new_card() -> Done<(Batch, Inside)> {
    let mut hardware = OsHardware::without_delay();
    let batch = Batch::native(BatchId(7), Scheme::P256, &mut hardware)?;
    let memory = factory::personalise(&batch, &Specification::contact(Scheme::Secp256k1), &mut hardware)?;
    Ok((batch, Software::new(SoftwareCard::in_memory(&memory, hardware)?)))
}

fn put_in(service: &Service, number: u16, card: Inside) -> Done<Slot<Inside>> {
    let slot = Slot::insert(service.port(number), card)?;
    let reader = Readers::connect()?.find(&number.to_string())?;
    assert!(reader.wait_for_card(PATIENCE)?, "the reader does not see the card");
    Ok(slot)
}

fn take_out(slot: Slot<Inside>, number: usize) -> Done<Inside> {
    let card = slot.remove().ok_or("the card's thread has ended")?;
    let reader = Readers::connect()?.find(&number.to_string())?;
    assert!(reader.wait_for_removal(PATIENCE)?, "the reader still sees the card");
    std::thread::sleep(LOOK);
    Ok(card)
}

/// The service is one for the machine, so one test goes through everything.
#[test]
fn f4_f12_f14_f93_f117_cards_in_a_reader_are_read_examined_locked_and_reset() -> Done {
    let service = match Service::start(2) {
        // Somebody's own service: they say so, or this has not been tried.
        Err(occupied @ ServiceError::Occupied) if std::env::var_os("SPECIE_NO_READERS").is_some() => {
            println!("SKIPPED: {occupied}");
            return Ok(());
        }
        started => started?,
    };
    let listed = json_of("card list", 0)?;
    assert_eq!(listed["readers"][0]["card"], Value::Null);
    assert!(specie("card list")?.1.contains("nothing"));

    let (batch, card) = new_card()?;
    let slot = put_in(&service, 0, card)?;
    let listed = json_of("card list", 0)?;
    assert_eq!(listed["readers"][0]["card"], json!({ "isCarrier": true, "lifecycle": "blank", "generation": 0 }));
    let shown = specie("card list")?.1;
    println!("{shown}");
    assert!(shown.contains("a blank card") && shown.contains("nothing"), "{shown}");
    assert_eq!(json_of("card info --reader 0", 0)?["batch"], 7);
    // A part of the names of both.
    assert_eq!(json_of("card info --reader virtual", 1)?["error"]["kind"], "reader");
    assert_eq!(json_of("card info --reader 7", 1)?["error"]["kind"], "reader");

    // Without a node it is a fault of the network, and no verdict.
    let nobody = json_of("--node ws://127.0.0.1:9 carrier verdict --reader 0", 1)?;
    assert_eq!(nobody["error"]["kind"], "unreachable");

    // Pulled out in the middle: a fault of the link, whoever asks.
    let mut card = take_out(slot, 0)?;
    card.pull_at(2, Pull::After);
    let slot = put_in(&service, 1, card)?;
    let told = json_of("card info --reader 1", 1)?;
    assert_eq!(told["error"]["kind"], "card", "{told}");
    assert!(!told.to_string().contains("counterfeit"), "{told}");

    let mut card = take_out(slot, 1)?;
    card.pull_at(COMMANDS_UNTIL_PULLED, Pull::Before);
    let _slot = put_in(&service, 0, card)?;
    let key = hex::encode(batch.key().to_vec());
    let examined = json_of(&format!("card conformance --reader 0 --batch-key {key}"), 1)?;
    assert_eq!((&examined["conforms"], &examined["failedMust"]), (&json!(false), &json!(0)), "{examined}");
    assert!(examined["passed"].as_u64() > Some(5) && examined["broken"].as_u64() > Some(0), "{examined}");
    holders_card(&service)
}

/// A card that answers without contact, with its holder's PIN, that has signed an order.
fn card_in_use(issuer: &SecretKey) -> Done<(Order, Inside)> {
    let mut hardware = OsHardware::without_delay();
    let batch = Batch::native(BatchId(7), Scheme::P256, &mut hardware)?;
    let pin = (CodeKind::Pin, Code::new(b"4711")?);
    let specification =
        Specification { contactless: true, code: Some(pin), ..Specification::contact(Scheme::P256) };
    let specification = specification.resettable_by(*issuer.public());
    let memory = factory::personalise(&batch, &specification, &mut hardware)?;
    let mut host = Host::new(SoftwareCard::in_memory(&memory, hardware)?);
    host.select()?;
    let (genesis, machine) = ([9; 32], MachineId([8; 32]));
    host.initialise(&Initialisation { genesis, machine, grant: 1, terms: CarrierTerms::default() }, Scheme::P256)?;
    let (amount, payer) = (2_000_000, [5; 32]);
    host.protect_code(&[7; 32])?;
    host.verify_code(&pin.1)?;
    host.note_funding(&FundingNote { amount, payer, reference: NO_REFERENCE, block: 40 })?;
    let payment = Payment {
        purpose: Purpose::Transfer,
        to: [6; 32],
        amount: 5,
        fee: 1,
        fee_to: [6; 32],
        valid_until: 50,
        reference: NO_REFERENCE,
        epoch: 0,
    };
    let (order, _) = host.pay(&payment, genesis, 0)?;
    Ok((order, Software::new(host.into_transport())))
}

/// What a holder does with a card: its code, its lock, its memory, and the end of its key.
fn holders_card(service: &Service) -> Done {
    let issuer = SecretKey::random(Scheme::P256, &mut OsHardware::new())?;
    let (order, card) = card_in_use(&issuer)?;
    let slot = put_in(service, 1, card)?;
    let at = |words: &str, exit| json_of(&format!("card {words} --reader 1"), exit);

    let proved = at("prove", 0)?;
    assert_eq!(proved["address"], json!(Account(order.carrier.0)));
    assert!(proved["quickestRoundMicroseconds"].as_u64().is_some_and(|time| time > 0), "{proved}");
    let last = at("last-order", 0)?;
    assert!(last["order"].as_str().is_some_and(|text| text.contains(&hex::encode(order.to_vec()))), "{last}");
    let history = at("history", 0)?;
    assert_eq!((&history["orders"][0]["amount"], &history["fundings"][0]["block"]), (&json!("5"), &json!(40)));
    let shown = specie("card history --reader 1")?.1;
    assert!(shown.contains("funding") && shown.contains("until 50"), "{shown}");

    // A wrong code is counted, and another PIN is chosen.
    assert_eq!(at("verify-code --unexamined --code 0000", 1)?["error"]["kind"], "card");
    assert_eq!(at("info", 0)?["triesLeft"], 2);
    assert_eq!(at("verify-code --unexamined --code 4711", 0)?["triesLeft"], 3);
    at("change-code --unexamined --old 4711 --new 271828", 0)?;
    assert_eq!(at("verify-code --unexamined --code 4711", 1)?["error"]["kind"], "card");
    // Without a node nobody has examined the card, and it gets no code.
    assert_eq!(at("verify-code --code 271828 --node ws://127.0.0.1:9", 1)?["error"]["kind"], "unreachable");
    // Nobody can be asked where no terminal is.
    assert_eq!(at("verify-code", 2)?["error"]["kind"], "usage");
    at("verify-code --unexamined --code 271828", 0)?;

    at("lock", 0)?;
    assert_eq!(at("info", 0)?["locked"], true);
    assert_eq!(at("last-order", 1)?["error"]["kind"], "card");
    assert_eq!(at("unlock --unexamined --code 0000", 1)?["error"]["kind"], "card");
    at("unlock --unexamined --code 271828", 0)?;
    assert_eq!(at("info", 0)?["locked"], false);

    // Three wrong codes begin a delay, which is worked off: it takes no time here.
    for _ in 0..3 {
        at("verify-code --unexamined --code 0000", 1)?;
    }
    assert_eq!(at("info", 0)?["delayTicks"], 15);
    assert!(at("verify-code --unexamined --code 271828", 1)?.to_string().contains("delay"));
    assert_eq!(at("wait", 0)?["waited"], 15);
    at("verify-code --unexamined --code 271828", 0)?;

    // Another issuer's permission, one that nobody confirms, and the right one.
    let device = PublicKey::from_wire(&hex::decode(
        at("info", 0)?["deviceKey"].as_str().and_then(|text| text.strip_prefix("0x")).ok_or("no key")?,
    )?)?;
    let permission =
        |by: &SecretKey| -> Done<String> { Ok(hex::encode(factory::permit_reset(by, &device, 1)?.to_vec())) };
    let stranger = SecretKey::random(Scheme::P256, &mut OsHardware::new())?;
    assert_eq!(at(&format!("reset --yes --permission {}", permission(&stranger)?), 1)?["error"]["kind"], "card");
    assert_eq!(at(&format!("reset --permission {}", permission(&issuer)?), 1)?["error"]["kind"], "notConfirmed");
    at(&format!("reset --yes --permission {}", permission(&issuer)?), 0)?;
    assert_eq!(at("info", 0)?["lifecycle"], "blank");
    assert_eq!(at("prove", 1)?["error"]["kind"], "card");
    drop(slot);
    Ok(())
}

#[test]
fn a_missing_service_is_told() -> Done {
    let output = Command::new(env!("CARGO_BIN_EXE_specie"))
        .args(["--json", "card", "list"])
        .env("PCSCLITE_CSOCK_NAME", "/nowhere/pcscd.comm")
        .output()?;
    assert_eq!(output.status.code(), Some(1));
    let error: Value = serde_json::from_slice(&output.stderr)?;
    assert_eq!(error["error"]["kind"], "reader", "{error}");
    Ok(())
}
