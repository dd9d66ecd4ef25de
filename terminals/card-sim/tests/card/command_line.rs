//! The binary: a card's life from the shell, and garbage on its command line.

use serde_json::Value;
use specie_primitives::{
    crypto::{PublicKey, Signature, Software},
    evidence::Evidence,
    ids::MachineId,
    initialisation::{CarrierTerms, FirstStatement, Initialisation},
    order::Order,
    records::BatchKey,
    verdict::Finding,
    wire::Wire,
};
use std::{path::Path, process::Command};

fn run(folder: &Path, arguments: &str) -> Result<Value, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_specie-card"))
        .current_dir(folder)
        .args(arguments.split_whitespace())
        .output()
        .unwrap();
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    } else {
        assert!(output.stdout.is_empty());
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap()
}

const ONES: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";

#[test]
fn a_cards_life_from_the_shell() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &str| run(folder.path(), arguments).unwrap();
    let issuer = run("factory issuer --scheme p256 --out issuer.json");
    let batch = run("factory batch --id 7 --scheme ed25519 --out batch.json");
    let issuer_key = issuer["public_key"].as_str().unwrap();
    let made = run(&format!("factory card --batch batch.json --issuer {issuer_key} --contactless --out card"));
    let code = made["printed_code"].as_str().unwrap().to_string();
    assert_eq!(run("info card")["lifecycle"], "blank");

    let told = format!("--genesis {ONES} --machine {ONES} --grant 7 --denomination 500 --fund-within 9");
    let initialised = run(&format!("initialise card {told} --scheme p256"));
    assert_eq!(initialised["generation"], 1);
    let statement = FirstStatement::from_wire(&bytes(&initialised["statement"])).unwrap();
    let terms = CarrierTerms { denomination: Some(500), fund_within: Some(9), ..CarrierTerms::default() };
    let asked = Initialisation { genesis: [0x11; 32], machine: MachineId([0x11; 32]), grant: 7, terms };
    let device = PublicKey::from_wire(&bytes(&run("info card")["device"])).unwrap();
    assert!(statement.verify::<Software>(&asked, &device));
    assert_eq!(run(&format!("initialise card {told} --scheme p256")), initialised);
    let evidence = Evidence::from_wire(&bytes(&run("evidence card")["evidence"])).unwrap();
    let key = BatchKey::from_wire(&bytes(&batch["batch_key"])).unwrap();
    assert!(matches!(evidence.examine::<Software>(Some(&key)), Ok(Finding::Genuine(_))));

    let order =
        format!("sign-order card --genesis {ONES} --to {ONES} --amount everything --valid-until 9 --code {code}");
    let signed = run(&order);
    let currency = PublicKey::from_wire(&bytes(&signed["currency_key"])).unwrap();
    let signature = Signature::from_wire(&bytes(&signed["signature"])).unwrap();
    let order = Order::from_wire(&bytes(&signed["order"])).unwrap();
    assert!(order.verify::<Software>(&signature, &currency));
    let said = run("attest card");
    assert_eq!((&said["sequence"], &said["last_valid_until"], &said["since"]), (&1.into(), &9.into(), &0.into()));
    assert_eq!(run("attest card --since 1")["last_valid_until"], 0);

    run("prove card");
    run("certificate card");
    run("lock card");
    assert_eq!(run("info card")["locked"], true);
    run(&format!("unlock card --code {code}"));
    run("wait card");
    assert_eq!(run("apdu card 80360000 0080B0000000")[0]["answer"], "0x9000");
    run("reset card --issuer issuer.json");
    assert_eq!(run("attest card")["lifecycle"], "blank");
}

#[test]
fn formats_of_other_makers_from_the_shell() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["keycard", "coinkite"] {
        let batch =
            run(folder.path(), &format!("factory batch --id 1 --format {format} --out {format}.json")).unwrap();
        run(folder.path(), &format!("factory card --batch {format}.json --pin 4711 --out {format}")).unwrap();
        let evidence = run(folder.path(), &format!("evidence {format}")).unwrap();
        let evidence = Evidence::from_wire(&bytes(&evidence["evidence"])).unwrap();
        let key = BatchKey::from_wire(&bytes(&batch["batch_key"])).unwrap();
        assert!(matches!(evidence.examine::<Software>(Some(&key)), Ok(Finding::Genuine(_))));
        run(folder.path(), &format!("change-code {format} --old 4711 --new 0815")).unwrap();
    }
}

#[test]
fn garbage_gets_a_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let fails = |arguments: &str, expected: &str| {
        let error = run(folder.path(), arguments).unwrap_err();
        assert!(error.contains(expected), "{arguments}: {error}");
        assert!(!error.contains("panicked"), "{arguments}: {error}");
    };
    run(folder.path(), "factory batch --id 1 --out batch.json").unwrap();
    run(folder.path(), "factory card --batch batch.json --out card").unwrap();
    std::fs::write(folder.path().join("garbage"), [0xFF; 50]).unwrap();
    std::fs::write(folder.path().join("other.json"), "{\"scheme\":9,\"secret\":\"0x12\"}").unwrap();

    fails("", "Usage");
    fails("info", "required");
    fails("info missing", "missing: No such file");
    fails("info garbage", "not a software card");
    fails("info .", "error: ");
    fails("factory batch --id 1 --out batch.json", "batch.json: File exists");
    fails("factory batch --id -1 --out new.json", "error: ");
    fails("factory batch --id 1 --format keycard --scheme p256 --out new.json", "secp256k1 device keys alone");
    fails("factory card --batch garbage --out new", "not a batch file");
    fails("factory card --batch other.json --out new", "not a batch file");
    fails("factory card --batch batch.json --out card", "card: File exists");
    fails("factory card --batch batch.json --printed-code 12345 --out new", "a printed code has 6 digits");
    fails("factory card --batch batch.json --pin 12a4 --out new", "digits only");
    fails("factory card --batch batch.json --issuer 0x00ff --out new", "too short");
    fails("initialise card --genesis 0x11", "32 bytes are needed");
    fails("initialise card --genesis zz", "not hex");
    fails(&format!("initialise card --genesis {ONES}"), "--machine");
    let told = format!("initialise card --genesis {ONES} --machine {ONES} --grant 0");
    fails(&format!("{told} --scheme rsa"), "invalid value");
    fails(&format!("{told} --denomination 0"), "invalid value");
    fails(&format!("{told} --fund-within 0"), "invalid value");
    fails(&format!("{told} --asset euro"), "invalid value");
    fails("prove card", "the card is blank");
    fails(&format!("sign-order card --genesis {ONES} --to {ONES} --amount -5 --valid-until 9"), "error: ");
    fails(&format!("sign-order card --genesis {ONES} --to {ONES} --amount 5 --valid-until 9"), "the card is blank");
    fails("reset card --issuer other.json", "32 bytes of hex");
    fails("reset card --issuer batch.json", "not a key file");
    fails("unlock card --code 4711", "refused: wrong length (6700)");
    fails("apdu card 8", "not hex");
    assert!(!folder.path().join("new").exists() && !folder.path().join("new.json").exists());
}
