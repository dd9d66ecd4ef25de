//! The command with a card in a reader: a software card in a virtual slot of a real PC/SC service.

use serde_json::{json, Value};
use specie_card_sim::{
    factory::{self, Batch, Specification},
    software::{MemoryMedium, OsHardware, SoftwareCard},
};
use specie_primitives::{crypto::Scheme, ids::BatchId, wire::Wire};
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
fn f4_f14_card_in_a_reader_is_listed_read_and_examined() -> Done {
    let service = match Service::start(2) {
        Err(occupied @ ServiceError::Occupied) => {
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
