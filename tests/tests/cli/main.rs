//! The operator's command as a process, on a real node: what it does, what it says to people and to programs, and how it
//! fails.

mod safes;

use serde_json::{json, Value};
use sp_core::{crypto::Pair as _, sr25519::Pair};
use specie_card::{code::Code, host::Host};
use specie_card_sim::{
    factory::{self, Specification},
    software::{OsHardware, SoftwareCard},
};
use specie_primitives::{crypto::Scheme, ids::CurrencyId, wire::Wire};
use specie_runtime::{AccountId, UNIT};
use specie_tests::{
    cards::{CardHost, Factory},
    cast,
    chain::Chain,
    node::{binary, free_port, Node, Options},
    scene::{CarrierTerms, Scene, BATCH},
};
use std::{
    error::Error,
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;

type Done = Result<(), Box<dyn Error>>;

const ISSUER: &str = "//Alice";
const MANUFACTURER: &str = "//Bob";
const OPERATOR: &str = "//Charlie";
const USER: &str = "//Dave";
const ATM: &str = "//Specie//Atm//1";

const NO_FILES: [PathBuf; 0] = [];

/// The network key of a validator on a chain of its own.
const NODE_KEY: &str = "0000000000000000000000000000000000000000000000000000000000000001";

/// What the command said.
#[derive(Debug)]
struct Said {
    exit: i32,
    out: String,
    err: String,
}

impl Said {
    /// Its one JSON document; an error's is the last line of standard error.
    fn json(&self) -> Value {
        let text = if self.out.is_empty() { self.err.lines().last().unwrap_or_default() } else { &self.out };
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The kind of its error.
    fn kind(&self) -> String {
        self.json()["error"]["kind"].as_str().unwrap_or_else(|| panic!("no error: {self:?}")).into()
    }

    fn expect(self, exit: i32) -> Self {
        assert_eq!(self.exit, exit, "{}\n{}", self.out, self.err);
        self
    }
}

/// The command with a node to talk to, for a user who is nobody else.
struct Cli {
    url: String,
    state: TempDir,
}

impl Cli {
    fn new(node: &Node) -> Self {
        Self::at(node.url())
    }

    fn at(url: String) -> Self {
        Self { url, state: tempfile::tempdir().unwrap() }
    }

    /// The command, with its words.
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(specie());
        command.args(["--node", &self.url]).args(words).env("XDG_STATE_HOME", self.state.path());
        command.stdin(Stdio::null()).env_remove("SPECIE_NODES").env_remove("SPECIE_SECRET");
        command
    }

    /// The orders that the user's folder keeps.
    fn kept(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.state.path().join("specie/orders")).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Runs it with words that spaces part.
    fn run(&self, words: &str) -> Said {
        let words: Vec<&str> = words.split_whitespace().collect();
        self.run_words(&words)
    }

    fn run_words(&self, words: &[&str]) -> Said {
        run(self.command(words))
    }

    /// Runs it with a key, and wants it done.
    fn does(&self, key: &str, words: &str) -> Said {
        self.run(&format!("--secret {key} {words}")).expect(0)
    }
}

/// Nobody is there to be asked, and nothing is in the environment.
fn run(mut command: Command) -> Said {
    command.stdin(Stdio::null()).env_remove("SPECIE_NODES").env_remove("SPECIE_SECRET");
    output(command)
}

fn output(mut command: Command) -> Said {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { exit: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// The command's binary, beside the node's.
fn specie() -> PathBuf {
    let binary = binary().unwrap().with_file_name("specie");
    assert!(binary.exists(), "no binary at {}; build the workspace first", binary.display());
    binary
}

fn account(pair: &Pair) -> String {
    AccountId::from(pair.public()).to_string()
}

/// The factory's batch key, and the proof that it has it, in hex.
fn key_and_proof(scene: &Scene<'_>) -> (String, String) {
    let batch = &scene.factory.batch;
    (hex::encode(batch.key().to_vec()), hex::encode(scene.possession(batch).to_vec()))
}

/// Registers manufacturer, batch, machine, grants and fee by the command alone.
fn open(cli: &Cli, scene: &Scene<'_>, grants: u32) {
    let (atm, operator) = (account(&cast::atm()), account(&cast::operator()));
    let name = ["--secret", ISSUER, "manufacturer", "register", "Aurum Cards", "--account"];
    let maker = account(&cast::manufacturer());
    cli.run_words(&[name.as_slice(), &[&maker]].concat()).expect(0);
    let (key, proof) = key_and_proof(scene);
    let terms = "--capacity 1000 --expires 1000000";
    cli.does(MANUFACTURER, &format!("batch add {BATCH} --batch-key 0x{key} --proof 0x{proof} {terms}"));
    let terms = "--kind atm --may initialise,fund,cash-out --fee-ceiling 1SPC+2%";
    cli.does(ISSUER, &format!("machine register {atm} --operator {operator} {terms}"));
    cli.does(ISSUER, &format!("grant give {atm} {grants}"));
    cli.does(OPERATOR, &format!("machine fee {atm} 0.5+1%"));
}

/// A node of a fresh chain, and the command for it.
async fn alone() -> Result<(TempDir, Node, Chain, Cli), Box<dyn Error>> {
    let (folder, node, chain) = Node::dev_alone(&[]).await?;
    // Before its first block it says of itself that it cannot know.
    chain.wait_for_final(1).await?;
    let cli = Cli::new(&node);
    Ok((folder, node, chain, cli))
}

/// Everything registered, and the ATM with money for its fees.
async fn open_for_business(cli: &Cli, scene: &Scene<'_>) -> Done {
    open(cli, scene, 4);
    scene.chain.execute(Scene::pocket_money(&cast::atm(), 10 * UNIT), &cast::operator()).await?;
    Ok(())
}

/// A card that the ATM has registered, put back into its file, and its address.
async fn registered(scene: &mut Scene<'_>, terms: CarrierTerms) -> Result<String, Box<dyn Error>> {
    let mut card: CardHost = scene.factory.card(Scheme::P256)?;
    scene.initialise(&mut card, Scheme::P256, terms).await?;
    Ok(AccountId::from(card.carrier()?.0).to_string())
}

/// The file of a factory's card.
fn file(folder: &Path, number: u32) -> String {
    folder.join(format!("batch-{BATCH}-card-{number}")).display().to_string()
}

/// What a command writes to a terminal.
fn on_terminal(cli: &Cli, words: &str, variables: &[(&str, &str)]) -> String {
    let specie = specie().display().to_string();
    let line = format!("{specie} --node {} {words}", cli.url);
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]).env("TERM", "xterm-256color");
    command.env_remove("NO_COLOR").envs(variables.iter().copied()).env("XDG_STATE_HOME", cli.state.path());
    output(command).out
}

#[tokio::test(flavor = "multi_thread")]
async fn f21_colours_and_what_moves_are_for_terminals_alone() -> Done {
    let (folder, _node, chain, cli) = alone().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    open_for_business(&cli, &scene).await?;
    let card = registered(&mut scene, CarrierTerms::default()).await?;
    let verdict = format!("carrier verdict {card}");
    let plain = cli.run(&verdict).expect(3);
    assert!(plain.out.starts_with("BLANK: ") && !plain.out.contains('\u{1b}'), "{plain:?}");
    let shown = on_terminal(&cli, &verdict, &[]);
    assert!(shown.contains("\u{1b}[33mBLANK\u{1b}[0m: "), "{shown:?}");
    let none = on_terminal(&cli, &verdict, &[("NO_COLOR", "1")]);
    assert!(none.contains("BLANK: ") && !none.contains('\u{1b}'), "{none:?}");
    assert!(on_terminal(&cli, "batch show 1", &[]).contains("\u{1b}[31merror:\u{1b}[0m "));

    let fund = format!("--secret {USER} carrier fund {card} 5");
    let moving = on_terminal(&cli, &fund, &[]);
    assert!(moving.contains("waiting until it is final") && moving.contains("Final in block"), "{moving:?}");
    let json = on_terminal(&cli, &format!("--json {fund}"), &[]);
    assert!(!json.contains("waiting") && serde_json::from_str::<Value>(json.trim()).is_ok(), "{json:?}");
    let piped = cli.run(&fund).expect(0);
    assert!(piped.err.is_empty() && !piped.out.contains("waiting"), "{piped:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_f16_f18_registry_is_kept_by_the_command_alone() -> Done {
    let (folder, _node, chain, cli) = alone().await?;
    let scene = Scene::new(&chain, folder.path())?;
    open(&cli, &scene, 8);
    let atm = account(&cast::atm());

    let known = cli.run("--json manufacturer list").expect(0).json();
    assert_eq!(known["manufacturers"][0]["name"], "Aurum Cards");
    assert_eq!(known["manufacturers"][0]["batches"], 1);
    let table = cli.run("manufacturer list").expect(0).out;
    assert!(table.contains("Aurum Cards") && table.contains(&account(&cast::manufacturer())), "{table}");

    // A maker's key whose private half is in its repository: said, and nothing done unless it is meant.
    for key in [
        "01025877220aaae6e54a6f974602d5995c0fe24a3ea7ddabd8644bec795b9da00743",
        "02027722ef208e681bac05f1b4b3cc478d6bf353ac9a09ff0c843430138f65c27bab",
    ] {
        let add = format!("batch add-foreign 5 --batch-key 0x{key} --capacity 10 --expires 1000000");
        let said = cli.run(&format!("--json --secret {ISSUER} {add}")).expect(1);
        assert_eq!(said.kind(), "notConfirmed");
        assert!(said.err.contains("its private half is public"), "{}", said.err);
    }
    assert_eq!(cli.run("--json batch show 5").expect(1).kind(), "notFound");
    // Where it is meant, it is said all the same.
    let key = "01025877220aaae6e54a6f974602d5995c0fe24a3ea7ddabd8644bec795b9da00743";
    let said =
        cli.does(ISSUER, &format!("--yes batch add-foreign 5 --batch-key 0x{key} --capacity 10 --expires 1000000"));
    assert!(said.err.contains("warning: This key is"), "{}", said.err);

    let batch = cli.run(&format!("--json batch show {BATCH}")).expect(0).json();
    assert_eq!((&batch["state"], &batch["capacity"]), (&json!("active"), &json!(1_000)));
    assert_eq!(cli.run("--json batch list 0").expect(0).json()["batches"][0], batch);
    assert!(cli.run("batch list 0").expect(0).out.contains("0 of 1000"));
    assert_eq!(cli.run("--json batch show 77").expect(1).kind(), "notFound");
    assert_eq!(cli.run("batch show 77").expect(1).err.lines().next(), Some("error: no batch has the id 77"));

    let machine = cli.run(&format!("--json machine show {atm}")).expect(0).json();
    assert_eq!(machine["may"], json!(["initialise", "fund", "cash-out"]));
    assert_eq!(machine["fee"], json!({ "flat": "500000000000", "partsPerMillion": 10_000 }));
    assert!(cli.run(&format!("machine show {atm}")).expect(0).out.contains("0.5 SPC + 1 %"));
    let user = account(&cast::user());
    assert_eq!(cli.run(&format!("--json machine show {user}")).expect(1).kind(), "notFound");

    let grants = cli.run(&format!("--json grant list {atm} --limit 3")).expect(0).json();
    assert_eq!((&grants["openGrants"], &grants["isComplete"]), (&json!(8), &json!(false)));
    assert_eq!(grants["grants"].as_array().map(Vec::len), Some(3));
    let revoke = format!("--json --secret {ISSUER} grant revoke {atm} 2 4");
    assert_eq!(cli.run(&revoke).expect(1).kind(), "notConfirmed");
    let revoked = cli.run(&format!("{revoke} --yes")).expect(0).json();
    assert!(revoked["events"].as_array().is_some_and(|events| events.contains(&json!("Machines.GrantsRevoked"))));
    let left = cli.run(&format!("--json grant list {atm}")).expect(0).json();
    let indices: Vec<_> = left["grants"].as_array().into_iter().flatten().cloned().collect();
    assert_eq!(json!(indices), json!([0, 1, 6, 7]));

    cli.does(ISSUER, &format!("machine suspend {atm}"));
    assert!(cli.run(&format!("grant list {atm}")).expect(0).out.contains("may use them  no"));
    cli.does(ISSUER, &format!("machine resume {atm}"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f16_f18_refusals_of_the_chain_are_told_by_name() -> Done {
    let (folder, _node, chain, cli) = alone().await?;
    let scene = Scene::new(&chain, folder.path())?;
    open(&cli, &scene, 1);
    let atm = account(&cast::atm());
    let (key, proof) = key_and_proof(&scene);

    let again = format!("batch add {BATCH} --batch-key {key} --proof {proof} --capacity 1 --expires 1000000");
    let said = cli.run(&format!("--json --secret {MANUFACTURER} {again}")).expect(1);
    assert_eq!(said.kind(), "failedOnChain");
    assert!(said.json()["error"]["message"]
        .as_str()
        .is_some_and(|text| text.contains("Manufacturers.BatchExists")));
    let said = cli.run(&format!("--secret {USER} batch suspend {BATCH} --as-manufacturer")).expect(1);
    assert!(said.err.contains("NotManufacturer") && said.err.contains("no manufacturer's"), "{}", said.err);
    let said = cli.run(&format!("--secret {USER} machine suspend {atm}")).expect(1);
    assert!(said.err.contains("sudo key"), "{}", said.err);
    let said = cli.run(&format!("--secret {OPERATOR} machine fee {atm} 3%")).expect(1);
    assert!(said.err.contains("Machines.FeeTooHigh") && said.err.contains("ceiling"), "{}", said.err);

    cli.does(MANUFACTURER, &format!("batch suspend {BATCH} --as-manufacturer"));
    cli.does(ISSUER, &format!("batch block-orders {BATCH}"));
    assert!(cli.run(&format!("batch show {BATCH}")).expect(0).out.contains("suspended, orders blocked"));
    cli.does(ISSUER, &format!("batch reactivate {BATCH}"));
    cli.does(ISSUER, &format!("batch block-orders {BATCH} --unblock"));
    cli.run(&format!("--secret {ISSUER} batch revoke {BATCH}")).expect(1);
    cli.does(ISSUER, &format!("--yes batch revoke {BATCH}"));
    assert_eq!(cli.run(&format!("--json batch show {BATCH}")).expect(0).json()["state"], "revoked");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f6_f11_f12_f14_card_is_funded_judged_and_cashed_out() -> Done {
    let (folder, _node, chain, cli) = alone().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    open_for_business(&cli, &scene).await?;
    let address = registered(&mut scene, CarrierTerms::default()).await?;
    let (card, atm) = (file(folder.path(), 1), account(&cast::atm()));
    let payee = account(&cast::payee());

    // Nothing on it yet.
    let verdict = cli.run(&format!("--json carrier verdict --card {card}")).expect(3).json();
    assert_eq!((&verdict["state"], &verdict["address"]), (&json!("blank"), &json!(address)));
    let said = cli.run(&format!("--json carrier cash-out --card {card} --to {payee}")).expect(2);
    assert!(said.json()["error"]["message"].as_str().is_some_and(|text| text.contains("nothing to pay out")));

    // Funded at the ATM: the machine's fee is asked for by itself, and a lower limit is refused.
    let said =
        cli.run(&format!("--secret {USER} carrier fund --card {card} 100 --machine {atm} --max-fee 1")).expect(1);
    assert!(said.err.contains("FeeAboveLimit"), "{}", said.err);
    // Without a limit somebody has to agree.
    let said = cli.run(&format!("--json --secret {USER} carrier fund --card {card} 100 --machine {atm}")).expect(1);
    assert_eq!(said.json()["error"]["kind"], "notConfirmed");
    let said = cli.does(USER, &format!("--yes carrier fund --card {card} 100 --machine {atm}"));
    assert!(said.out.contains(&format!("100 SPC were put on {address}")), "{}", said.out);
    let verdict = cli.run(&format!("--json carrier verdict --card {card}")).expect(0).json();
    assert_eq!(
        verdict["balance"],
        json!({ "finalized": "100000000000000", "best": "100000000000000", "held": "0" })
    );
    // The node's own answer, and the nodes.
    assert!(verdict["carrier"]["currencyKey"].is_string() && verdict["head"]["best"]["hash"].is_string());
    assert_eq!(verdict["nodes"][0]["url"], json!(cli.url));
    let said = cli.run(&format!("carrier verdict --card {card} --all-nodes")).expect(0);
    assert!(said.out.starts_with("SAFE: genuine") && said.out.contains("Accept it for 100 SPC"), "{}", said.out);
    // By its address alone it has proved nothing.
    let said = cli.run(&format!("carrier verdict {address}")).expect(3);
    assert!(said.out.starts_with("UNPROVEN") && said.out.contains("ask the card"), "{}", said.out);

    // A part to the payee; then the rest, at the machine.
    let before = chain.balance(&cast::account(&cast::payee())).await?;
    let paid = cli.run(&format!("--json carrier cash-out --card {card} --to {payee} --amount 40")).expect(0).json();
    assert_eq!(paid["fate"]["state"], "executed");
    assert_eq!((&paid["fate"]["amount"], &paid["purpose"]), (&json!("40000000000000"), &json!("transfer")));
    // Without a key the payee gets what is left of the fee.
    assert_eq!(paid["feeTo"], json!(payee));
    assert!(chain.balance(&cast::account(&cast::payee())).await? > before + 40 * UNIT);
    let said =
        cli.run(&format!("carrier cash-out --card {card} --to {payee} --machine {atm} --fee 0.05")).expect(0);
    assert!(said.out.starts_with("Paid: 59.9"), "{}", said.out);
    assert!(said.err.contains("specie order send 0x"), "{}", said.err);
    let verdict = cli.run(&format!("--json carrier verdict --card {card}")).expect(3).json();
    assert_eq!((&verdict["state"], &verdict["reason"]), (&json!("withdrawn"), &json!("spent")));

    // What happened, newest first, in one page or in several.
    let history = cli.run(&format!("--json carrier history {address}")).expect(0).json();
    let kinds: Vec<_> = history["entries"].as_array().into_iter().flatten().map(|entry| &entry["kind"]).collect();
    assert_eq!(json!(kinds), json!(["spent", "spent", "funded", "initialised"]));
    let page = cli.run(&format!("carrier history --card {card} --limit 2")).expect(0).out;
    assert!(page.contains("spent#2") && page.contains("There is more") && !page.contains("funded"), "{page}");
    assert!(cli.run(&format!("carrier history {address}")).expect(0).out.contains("initialised"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_interrupted_order_is_sent_again_and_executed_once() -> Done {
    let (folder, mut node, chain, cli) = alone().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    open_for_business(&cli, &scene).await?;
    let address = registered(&mut scene, CarrierTerms::default()).await?;
    let (card, payee) = (file(folder.path(), 1), account(&cast::payee()));
    cli.does(USER, &format!("carrier fund {address} 10"));

    assert_eq!(cli.kept(), NO_FILES, "of commands that were not interrupted nothing is kept");

    // No patience at all: it is signed and sent, and not followed.
    let said =
        cli.run(&format!("--json --wait 0 carrier cash-out --card {card} --to {payee} --amount 4")).expect(4);
    assert_eq!(said.kind(), "notKnown");
    let order = said.json()["error"]["order"].as_str().ok_or("no order")?.to_owned();
    let signed: Value = serde_json::from_str(said.err.lines().next().ok_or("nothing said")?)?;
    assert_eq!(signed["signed"]["order"], order, "told before it was sent");
    assert_eq!(cli.kept(), [Path::new(signed["signed"]["file"].as_str().ok_or("no file")?)]);
    assert_eq!(fs::read_to_string(&cli.kept()[0])?.trim(), order);
    assert_eq!(fs::metadata(&cli.kept()[0])?.permissions().mode() & 0o777, 0o600);
    let listed = cli.run("--json order list").expect(0).json();
    assert_eq!(listed["orders"][0]["signed"]["order"], order);
    assert!(cli.run("order list").expect(0).out.contains(&format!("specie order send {order}")));
    let shown = cli.run(&format!("order show {order}")).expect(0).out;
    assert!(shown.contains(&address) && shown.contains("4 SPC"), "{shown}");

    let said = cli.run(&format!("order send {order}")).expect(0);
    assert!(said.out.starts_with("Paid: 4 SPC."), "{}", said.out);
    assert_eq!(cli.kept(), NO_FILES);
    assert!(cli.run("order list").expect(0).out.contains("(none)"));
    let once = chain.balance(&cast::account(&cast::payee())).await?;
    cli.run(&format!("order send {order}")).expect(0);
    assert_eq!(chain.balance(&cast::account(&cast::payee())).await?, once);

    // Cut short, of another chain, or with a changed byte it is not an order that this chain takes.
    assert_eq!(cli.run(&format!("--json order send {}", &order[..300])).expect(2).kind(), "usage");
    let other = order.replacen(&order[32..34], if &order[32..34] == "00" { "01" } else { "00" }, 1);
    assert_eq!(cli.run(&format!("--json order send {other}")).expect(2).kind(), "usage");

    // A later order has overtaken it: dead for good.
    let mut host = Host::new(SoftwareCard::open(Path::new(&card))?);
    host.select()?;
    let (kept_back, signature) = scene.sign_order(&mut host, |order| order.fee_to = order.to).await?;
    drop(host);
    let kept_back = format!("0x{}{}", hex::encode(kept_back.to_vec()), hex::encode(signature.to_vec()));
    // Beside one that is outstanding no other one is signed, unless that is meant; it is told how that one is sent.
    let refused = cli.run(&format!("--json carrier cash-out --card {card} --to {payee} --amount 1")).expect(3);
    assert!(refused.json()["error"]["message"].as_str().is_some_and(|text| text.contains(kept_back.as_str())));
    cli.run(&format!("carrier cash-out --card {card} --to {payee} --amount 1 --force")).expect(0);
    let dead = cli.run(&format!("--json order send {kept_back}")).expect(3).json();
    assert_eq!(dead["fate"]["state"], "dead");

    // The node is gone: a fault, and no word about the order.
    node.kill()?;
    let said = cli.run(&format!("--json --wait 2 order send {kept_back}"));
    assert_eq!((said.exit, said.kind().as_str()), (1, "unreachable"));
    Ok(())
}

/// Between a card's signature and its order's fate nothing ends the command: not a full disk behind its output, not a reader who
/// has gone, not a folder that it may not write; and a signal that does ends it with the order told and kept.
#[tokio::test(flavor = "multi_thread")]
async fn f12_output_and_signals_lose_no_order() -> Done {
    let (folder, _node, chain, cli) = alone().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    open_for_business(&cli, &scene).await?;
    let address = registered(&mut scene, CarrierTerms::default()).await?;
    let (card, payee) = (file(folder.path(), 1), account(&cast::payee()));
    cli.does(USER, &format!("carrier fund {address} 20"));
    let words = format!("carrier cash-out --card {card} --to {payee} --amount 1");
    let cash_out = |options: &str| -> Vec<String> {
        format!("{options} {words}").split_whitespace().map(Into::into).collect()
    };
    let command = |options: &str| {
        let words = cash_out(options);
        cli.command(&words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    // The payee also gets what is left of the fees: far less than a whole one.
    let before = chain.balance(&cast::account(&cast::payee())).await?;
    let paid = || async {
        Ok::<_, Box<dyn Error>>((chain.balance(&cast::account(&cast::payee())).await? - before) / UNIT)
    };

    for options in ["", "--json"] {
        let mut full = command(options);
        full.stderr(fs::OpenOptions::new().write(true).open("/dev/full")?);
        let done = full.stdout(Stdio::piped()).spawn()?.wait_with_output()?;
        assert_eq!(done.status.code(), Some(0), "{options}: {done:?}");
    }
    // Nobody reads what it says, of errors and of answers.
    let mut deaf = command("").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    drop((deaf.stdout.take(), deaf.stderr.take()));
    assert_eq!(deaf.wait()?.code(), Some(0));
    // Its folder is none: said, and paid.
    let mut homeless = command("");
    homeless.env("XDG_STATE_HOME", "/dev/null");
    let said = output(homeless).expect(0);
    assert!(said.err.contains("will not be kept") && said.err.contains("specie order send 0x"), "{}", said.err);
    assert_eq!(paid().await?, 4);
    assert_eq!(cli.kept(), NO_FILES);
    // An answer that cannot be written is no answer.
    let mut full = cli.command(&["health"]);
    full.stdout(fs::OpenOptions::new().write(true).open("/dev/full")?);
    assert_eq!(full.stderr(Stdio::null()).status()?.code(), Some(1));

    for (number, signal) in (5..).zip(["INT", "TERM", "HUP"]) {
        let mut child = command("--json").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stderr.take().ok_or("no standard error")?).lines();
        let signed: Value = serde_json::from_str(&lines.next().ok_or("nothing said")??)?;
        let kill = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status()?;
        assert!(kill.success());
        let told: Value = serde_json::from_str(&lines.next().ok_or("nothing said at the end")??)?;
        assert_eq!(child.wait()?.code(), Some(4), "{signal}: it may be executed yet");
        assert_eq!(told["error"]["kind"], "interrupted", "{signal}");
        assert_eq!(told["error"]["order"], signed["signed"]["order"], "{signal}");
        let order = signed["signed"]["order"].as_str().ok_or("no order")?;
        assert_eq!(fs::read_to_string(&cli.kept()[0])?.trim(), order);
        cli.run(&format!("order send {order}")).expect(0);
        assert_eq!(paid().await?, number);
        assert_eq!(cli.kept(), NO_FILES);
    }
    // What `kill -9` leaves behind is in the folder.
    let mut child = command("--json").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(child.stderr.take().ok_or("no standard error")?).lines();
    let signed: Value = serde_json::from_str(&lines.next().ok_or("nothing said")??)?;
    child.kill()?;
    child.wait()?;
    let kept = cli.run("--json order list").expect(0).json();
    assert_eq!(kept["orders"][0]["signed"]["order"], signed["signed"]["order"]);
    cli.run(&format!("order send {}", signed["signed"]["order"].as_str().ok_or("no order")?)).expect(0);
    assert_eq!(paid().await?, 8);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f14_f20_stopped_cards_are_not_signed_with_and_not_funded() -> Done {
    let (folder, _node, chain, cli) = alone().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    open_for_business(&cli, &scene).await?;
    let address =
        registered(&mut scene, CarrierTerms { denomination: Some(100 * UNIT), ..CarrierTerms::default() }).await?;
    let (card, payee) = (file(folder.path(), 1), account(&cast::payee()));

    // Issued with the wrong value: the chain does not take less, until the issuer repairs it.
    let said = cli.run(&format!("--secret {USER} carrier fund {address} 40")).expect(1);
    assert!(said.err.contains("Carriers.NotDenomination"), "{}", said.err);
    cli.does(ISSUER, &format!("carrier repair {address} --denomination 40 --due whenever"));
    cli.does(USER, &format!("carrier fund {address} 40"));
    cli.run(&format!("carrier verdict --card {card}")).expect(0);

    cli.run(&format!("--secret {ISSUER} carrier freeze {address}")).expect(1);
    let said = cli.does(ISSUER, &format!("--yes carrier freeze --card {card}"));
    assert!(said.out.contains("frozen"), "{}", said.out);
    let said = cli.run(&format!("carrier verdict --card {card}")).expect(3);
    assert!(
        said.out.starts_with("SUSPENDED") && said.out.contains("send the holder to the issuer"),
        "{}",
        said.out
    );
    let cash_out = format!("--json carrier cash-out --card {card} --to {payee}");
    assert_eq!(cli.run(&cash_out).expect(3).kind(), "forbidden");
    assert_eq!(
        cli.run(&format!("--json --secret {USER} carrier fund --card {card} 1")).expect(3).kind(),
        "forbidden"
    );
    // Nothing was signed.
    assert_eq!(cli.run(&format!("--json card info --card {card}")).expect(0).json()["sequence"], 0);
    // Who insists is told by the chain, with the order that the card has signed.
    let said = cli.run(&format!("{cash_out} --force")).expect(1);
    assert_eq!((said.kind().as_str(), &said.json()["error"]["data"]), ("refused", &json!("Custom error: 5")));
    assert!(said.json()["error"]["order"].is_string());

    cli.does(ISSUER, &format!("carrier unfreeze {address}"));
    let said = cli.run(&format!("--yes --secret {ISSUER} carrier settle {address} --to {payee}")).expect(1);
    assert!(said.err.contains("Carriers.WrongState"), "{}", said.err);
    cli.does(ISSUER, &format!("--yes carrier freeze {address}"));
    let before = chain.balance(&cast::account(&cast::payee())).await?;
    cli.does(ISSUER, &format!("--yes carrier settle {address} --to {payee}"));
    assert_eq!(chain.balance(&cast::account(&cast::payee())).await?, before + 40 * UNIT);
    cli.does(ISSUER, &format!("--yes carrier retire {address}"));
    let verdict = cli.run(&format!("--json carrier verdict {address}")).expect(3).json();
    assert_eq!(verdict["reason"], "retired");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_refuses_bad_payee_on_the_command_line() -> Done {
    let (folder, _node, chain, cli) = alone().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    open_for_business(&cli, &scene).await?;
    let address = registered(&mut scene, CarrierTerms::default()).await?;
    let card = file(folder.path(), 1);
    cli.does(USER, &format!("carrier fund {address} 10"));
    let cash_out = |to: &str| cli.run(&format!("carrier cash-out --card {card} --to {to}"));

    // A letter wrong, another network, too short, nothing like it.
    let said = cash_out("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ").expect(2);
    assert!(said.err.contains("not an account"), "{}", said.err);
    let said = cash_out("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5").expect(2);
    assert!(said.err.contains("another network"), "{}", said.err);
    cash_out("0x1234").expect(2);
    cash_out("bob").expect(2);
    let said = cli.run(&format!("--json carrier cash-out --card {card} --to bob")).expect(2);
    assert_eq!(said.kind(), "usage");
    // The carrier itself.
    let said = cash_out(&address).expect(2);
    assert!(said.err.contains("the payee is the carrier itself"), "{}", said.err);
    // More than there is, too little, and what would leave too little.
    let payee = account(&cast::payee());
    for amount in ["10", "11", "0.0001", "9.99"] {
        let said = cli.run(&format!("carrier cash-out --card {card} --to {payee} --amount {amount} --fee 0.0095"));
        assert_eq!(said.exit, 2, "{amount}: {}", said.err);
    }
    // The card has signed nothing of all that.
    assert_eq!(cli.run(&format!("--json card info --card {card}")).expect(0).json()["sequence"], 0);
    cli.run(&format!("carrier verdict --card {card}")).expect(0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_f14_fakes_and_codes() -> Done {
    let (folder, _node, chain, cli) = alone().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    open_for_business(&cli, &scene).await?;
    let payee = account(&cast::payee());

    // A card of another factory.
    let other = Factory::new(folder.path(), BATCH, Scheme::P256)?;
    let fake = folder.path().join("fake");
    let mut hardware = OsHardware::without_delay();
    let memory = factory::personalise(&other.batch, &Specification::contact(Scheme::P256), &mut hardware)?;
    drop(SoftwareCard::create(&fake, &memory)?);
    let fake = fake.display().to_string();
    let said = cli.run(&format!("carrier verdict --card {fake}")).expect(3);
    assert!(said.out.starts_with("COUNTERFEIT") && said.out.contains("badCertificate"), "{}", said.out);
    let said = cli.run(&format!("--json carrier cash-out --card {fake} --to {payee}")).expect(3);
    assert_eq!(said.kind(), "forbidden");

    // A card with a printed code signs after it alone.
    let code = Code::new(b"246810")?;
    let memory =
        factory::personalise(&scene.factory.batch, &Specification::contactless(Scheme::P256, code), &mut hardware)?;
    let path = folder.path().join("with-code");
    let mut host = Host::new(SoftwareCard::create(&path, &memory)?);
    host.select()?;
    scene.initialise(&mut host, Scheme::Secp256k1, CarrierTerms::default()).await?;
    let address = AccountId::from(host.carrier()?.0);
    drop(host);
    let card = path.display().to_string();
    cli.does(USER, &format!("carrier fund {address} 10"));
    let cash_out = format!("--json carrier cash-out --card {card} --to {payee}");
    assert_eq!(cli.run(&cash_out).expect(2).kind(), "usage");
    let said = cli.run(&format!("{cash_out} --code 135791")).expect(1);
    assert_eq!(said.kind(), "card");
    assert!(!said.err.contains("135791"), "the code is told: {}", said.err);
    cli.run(&format!("{cash_out} --code 24681x")).expect(2);
    let paid = cli.run(&format!("--secret {USER} {cash_out} --code 246810")).expect(0).json();
    assert_eq!((&paid["fate"]["state"], &paid["feeTo"]), (&json!("executed"), &json!(account(&cast::user()))));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f14_faults_are_never_verdicts() -> Done {
    let (folder, _node, chain, cli) = alone().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    drop(scene.factory.card(Scheme::P256)?);
    let card = file(folder.path(), 1);

    // A file that is no card, none at all, and a card that somebody else holds.
    let text = folder.path().join("text");
    fs::write(&text, "no card")?;
    for wrong in [text.display().to_string(), folder.path().join("missing").display().to_string()] {
        let said = cli.run(&format!("--json carrier verdict --card {wrong}")).expect(1);
        assert_eq!(said.kind(), "card");
        assert!(!said.err.contains("counterfeit"), "{}", said.err);
    }
    let held = SoftwareCard::open(Path::new(&card))?;
    let said = cli.run(&format!("carrier verdict --card {card}")).expect(1);
    assert!(said.err.contains("in use by another process"), "{}", said.err);
    drop(held);

    // No node, with the card in front of it.
    let nowhere = format!("ws://127.0.0.1:{}", free_port()?);
    let nobody = Cli::at(nowhere);
    assert_eq!(nobody.run(&format!("--json carrier verdict --card {card}")).expect(1).kind(), "unreachable");
    assert_eq!(nobody.run("--json health").expect(1).kind(), "unreachable");
    let said = nobody.run("manufacturer list").expect(1);
    assert!(said.err.contains("no node answers") && said.err.contains("SPECIE_NODES"), "{}", said.err);

    // A node of another chain is not believed, and one that is gone is passed over.
    let genesis = "11".repeat(32);
    let said = cli.run(&format!("--json --genesis {genesis} carrier verdict --card {card}")).expect(1);
    assert_eq!(said.kind(), "unreachable");
    assert!(said.err.contains("of another chain"), "{}", said.err);
    let health = nobody.run(&format!("--json --node {} health", cli.url)).expect(3).json();
    assert_eq!(health["nodes"][1]["health"]["able"], true);
    assert!(health["nodes"][0]["error"].is_string());
    cli.run("health").expect(0);
    // A blank card of a batch that nobody has registered, asked of both.
    let said =
        nobody.run(&format!("--json --node {} carrier verdict --card {card} --all-nodes", cli.url)).expect(3);
    assert_eq!(said.json()["reason"], "unknownBatch");
    assert!(said.json()["nodes"][0]["error"].is_string());

    // An address without a carrier.
    let user = account(&cast::user());
    assert_eq!(cli.run(&format!("--json carrier verdict {user}")).expect(1).kind(), "notFound");
    assert_eq!(cli.run(&format!("--json carrier history {user}")).expect(1).kind(), "notFound");
    assert_eq!(cli.run(&format!("--json --secret {USER} carrier fund {user} 1")).expect(1).kind(), "notFound");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_f16_a_council_agrees_by_motions_and_signs_offline() -> Done {
    let folder = tempfile::tempdir()?;
    let specification = folder.path().join("council.json");
    council_specification(&specification)?;
    let args = [
        "--chain",
        &specification.display().to_string(),
        "--alice",
        "--validator",
        "--force-authoring",
        "--node-key",
        NODE_KEY,
    ];
    let options = Options::new(folder.path().join("node"), args.iter().map(ToString::to_string).collect())?;
    let mut node = Node::start(options)?;
    node.client().await?;
    let cli = Cli::new(&node);
    let register = format!("manufacturer register Aurum --account {}", account(&cast::manufacturer()));

    let said = cli.run(&format!("--json --secret {ISSUER} {register}")).expect(2);
    assert_eq!(said.kind(), "usage");
    let motion = cli.run(&format!("--json --secret {ISSUER} --threshold 2 {register}")).expect(0).json();
    let motion = &motion["motion"];
    let (proposal, index) = (motion["proposal"].as_str().ok_or("no hash")?, &motion["index"]);
    let listed = cli.run("--json motion list").expect(0).json();
    assert_eq!(
        (&listed["motions"][0]["length"], &listed["motions"][0]["proposal"]),
        (&motion["length"], &json!(proposal))
    );

    cli.does(ISSUER, &format!("motion vote {proposal} {index} --approve"));
    let close = format!("motion close {proposal} {index} --length {}", motion["length"]);
    let said = cli.run(&format!("--secret {USER} {close}")).expect(1);
    assert!(said.err.contains("TooEarly"), "{}", said.err);
    assert!(cli.run("motion list").expect(0).out.contains("1 of 2"));
    let said = cli.run(&format!("--secret {USER} motion vote {proposal} {index} --approve")).expect(1);
    assert!(said.err.contains("NotMember"), "{}", said.err);
    votes_offline(&cli, folder.path(), proposal, index)?;
    cli.does(USER, &close);
    assert_eq!(cli.run("--json manufacturer list").expect(0).json()["manufacturers"][0]["name"], "Aurum");

    // Two of three are against it.
    let suspend = format!("machine suspend {}", account(&cast::atm()));
    let motion = cli.run(&format!("--json --secret {ISSUER} --threshold 2 {suspend}")).expect(0).json();
    let motion = &motion["motion"];
    let (proposal, index) = (motion["proposal"].as_str().ok_or("no hash")?, &motion["index"]);
    for member in [MANUFACTURER, OPERATOR] {
        cli.does(member, &format!("motion vote {proposal} {index} --reject"));
    }
    let close = format!("--secret {USER} motion close {proposal} {index} --length {}", motion["length"]);
    assert!(cli.run(&close).expect(3).out.contains("not agreed to"));
    assert!(cli.run("motion list").expect(0).out.contains("(none)"));
    Ok(())
}

/// The development chain without its sudo key.
/// A member votes whose key is on a machine without a network.
fn votes_offline(cli: &Cli, folder: &Path, proposal: &str, index: &Value) -> Done {
    let member = account(&cast::manufacturer());
    let prepare = |name: &str, words: &str| {
        let file = folder.join(name).display().to_string();
        let said = cli.run(&format!("--json --dry-run --signer {member} --save {file} {words}")).expect(0).json();
        (file, said)
    };
    let (file, said) = prepare("vote.json", &format!("motion vote {proposal} {index} --approve"));
    let vote = json!({ "proposal": proposal, "index": index, "approve": true });
    assert_eq!(said["call"], json!({ "IssuerCouncil": { "vote": vote } }));
    assert!(said["fee"].as_str().is_some_and(|fee| fee.parse::<u128>().is_ok_and(|fee| fee > 0)), "{said}");
    assert!(cli.run("motion list").expect(0).out.contains("1 of 2"), "nothing is sent");

    // Nobody listens there.
    let alone = Cli::at("ws://127.0.0.1:9".into());
    let sign = |file: &str, words: &str| alone.run(&format!("--json {words} transaction sign {file}"));
    assert_eq!(sign(&file, &format!("--yes --secret {USER}")).expect(2).kind(), "usage");
    assert_eq!(sign(&file, &format!("--secret {MANUFACTURER}")).expect(1).kind(), "notConfirmed");
    let other_chain = format!("--yes --genesis 0x{} --secret {MANUFACTURER}", "11".repeat(32));
    assert!(sign(&file, &other_chain).expect(2).err.contains("is for the chain"));
    let signature = |file: &str| {
        let said = sign(file, &format!("--yes --secret {MANUFACTURER}")).expect(0).json();
        said["signature"].as_str().unwrap_or_default().to_owned()
    };
    let approval = signature(&file);
    assert!(alone.run(&format!("transaction show {file}")).expect(0).out.contains(proposal));

    // Somebody on the way makes another vote of it: it has no signature then, and by other metadata, none either.
    let (text, other) = (fs::read_to_string(&file)?, folder.join("other.json").display().to_string());
    let call = text.split("\"call\":\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or("no call")?;
    let against = call.strip_suffix("01").ok_or("not for it")?.to_owned() + "00";
    fs::write(&other, text.replace(call, &against))?;
    assert!(alone.run(&format!("transaction show {other}")).expect(0).out.contains("false"));
    let send =
        |file: &str, signature: &str| cli.run(&format!("--json transaction send {file} --signature {signature}"));
    assert_eq!(send(&other, &approval).expect(1).kind(), "wrongSignature");
    fs::write(
        &other,
        text.replace("approve", "abstain").replace(&hex::encode("approve"), &hex::encode("abstain")),
    )?;
    assert!(alone.run(&format!("transaction show {other}")).expect(0).out.contains("abstain"));
    assert_eq!(send(&other, &approval).expect(1).kind(), "wrongSignature");
    assert_eq!(send(&other, &signature(&other)).expect(1).kind(), "refused", "the chain has other metadata");

    send(&file, &approval).expect(0);
    // Once more does nothing: it is found where it is.
    send(&file, &approval).expect(0);

    // Two with one number: the one that comes second never can be.
    let pay = |name: &str, amount: u32| {
        prepare(name, &format!("currency pay native {amount} --to {}", account(&cast::user())))
    };
    let ((first, _), (second, _)) = (pay("first.json", 1), pay("second.json", 2));
    let (signed, late) = (signature(&first), signature(&second));
    send(&first, &signed).expect(0);
    assert_eq!(send(&second, &late).expect(1).kind(), "superseded");
    let said = cli.run(&format!("--json --dry-run --secret {USER} card list")).expect(2);
    assert!(said.err.contains("--dry-run"), "{}", said.err);
    Ok(())
}

fn council_specification(path: &Path) -> Done {
    let mut export = Command::new(binary()?);
    export.args(["export-chain-spec", "--chain", "dev"]);
    let said = run(export).expect(0);
    let mut specification: Value = serde_json::from_str(&said.out)?;
    let genesis = &mut specification["genesis"]["runtimeGenesis"]["patch"];
    let without = genesis["sudo"].as_object_mut().ok_or("no sudo in the development chain")?;
    without.insert("key".into(), Value::Null);
    fs::write(path, specification.to_string())?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_come_from_files_and_the_environment_and_are_not_told() -> Done {
    let (folder, _node, _chain, cli) = alone().await?;
    let register = format!("manufacturer register Aurum --account {}", account(&cast::manufacturer()));
    let file = folder.path().join("issuer.key");
    fs::write(&file, "//Alice\n")?;

    assert_eq!(cli.run(&format!("--json {register}")).expect(2).kind(), "key");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644))?;
    let with_file = format!("--json --key {} {register}", file.display());
    let said = cli.run(&with_file).expect(1);
    assert_eq!(said.kind(), "key");
    assert!(said.err.contains("chmod 600"), "{}", said.err);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
    cli.run(&with_file).expect(0);
    cli.run(&format!("--secret //Bob {with_file}")).expect(2);
    let missing = cli.run(&format!("--json --key {} {register}", folder.path().join("none").display())).expect(1);
    assert_eq!(missing.kind(), "key");

    // A phrase with a wrong word is not told again, neither from the command line nor from the environment.
    let phrase = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon zebra";
    let words: Vec<&str> = register.split_whitespace().collect();
    let said = cli.run_words(&[["--secret", phrase].as_slice(), &words].concat()).expect(1);
    assert!(!said.err.contains("zebra") && said.err.contains("not a secret"), "{}", said.err);
    let mut command = Command::new(specie());
    command.stdin(Stdio::null()).args(&words).args(["--account", &account(&cast::user())]);
    command.env("SPECIE_SECRET", phrase).env("SPECIE_NODES", &cli.url);
    let said = output(command);
    assert!(said.exit != 0 && !said.err.contains("zebra"), "{}", said.err);
    let mut command = Command::new(specie());
    command.stdin(Stdio::null()).args(["machine", "register", &account(&cast::atm()), "--operator"]);
    command.args([&account(&cast::operator()), "--kind", "safe", "--fee-ceiling", "0"]);
    command
        .env("SPECIE_SECRET", ISSUER)
        .env("SPECIE_NODES", format!("ws://127.0.0.1:{},{}", free_port()?, cli.url));
    output(command).expect(0);
    let machine = cli.run(&format!("--json machine show {}", account(&cast::atm()))).expect(0).json();
    assert_eq!((&machine["kind"], &machine["may"]), (&json!("safe"), &json!([])));
    Ok(())
}

#[test]
fn wrong_usage_is_told_before_anything_is_done() -> Done {
    let cli = Cli::at(format!("ws://127.0.0.1:{}", free_port()?));
    for words in [
        "",
        "carrier",
        "carrier verdict",
        "carrier verdict --reader 0 --card file",
        "carrier fund 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY 1,5",
        "carrier repair 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY --denomination 5",
        "machine fee 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY 1%+1%",
        "batch add 7 --batch-key 0x00 --capacity 1 --expires 2",
        "motion vote 11 0 --approve",
        "order send 0x1234",
        "--genesis 0x12 health",
    ] {
        let said = cli.run(&format!("--json {words}")).expect(2);
        assert_eq!((said.kind().as_str(), said.out.as_str()), ("usage", ""), "{words}");
        assert!(cli.run(words).expect(2).out.is_empty(), "{words}");
    }
    Ok(())
}

#[test]
fn completions_and_help_are_there() -> Done {
    let cli = Cli::at(String::new());
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = cli.run(&format!("completions {shell}")).expect(0).out;
        assert!(script.contains("specie") && script.contains("COMPLETE"), "{shell}: {script}");
    }
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("specie.bash");
    fs::write(&script, cli.run("completions bash").expect(0).out)?;
    let mut bash = Command::new("bash");
    bash.arg("-n").arg(script);
    run(bash).expect(0);
    // What a shell asks the command: bash names the words and the place.
    let config = folder.path().join("specie");
    fs::create_dir(&config)?;
    fs::write(config.join("config.toml"), "[profiles.branch]\n[profiles.council]\n")?;
    let completed = |words: &[&str]| {
        let mut asked = Command::new(specie());
        asked.env("COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string());
        asked.env("_CLAP_COMPLETE_COMP_TYPE", "9").env("_CLAP_COMPLETE_SPACE", "true").env("_CLAP_IFS", "\n");
        asked.env("XDG_CONFIG_HOME", folder.path()).arg("--").args(words);
        run(asked).expect(0).out
    };
    assert_eq!(completed(&["specie", "carrier", "cash"]).trim(), "cash-out");
    assert_eq!(completed(&["specie", "--profile", ""]).lines().collect::<Vec<_>>(), ["branch", "council"]);
    assert_eq!(completed(&["specie", "--profile", "c"]).trim(), "council");
    assert!(cli.run("--help").expect(0).out.contains("Exit codes"));
    assert!(cli.run("--version").expect(0).out.starts_with("specie "));
    Ok(())
}

#[test]
fn f3_f13_f15_card_is_examined() -> Done {
    let folder = tempfile::tempdir()?;
    let cli = Cli::at(format!("ws://127.0.0.1:{}", free_port()?));
    let mut factory = Factory::new(folder.path(), BATCH, Scheme::P256)?;
    drop(factory.card(Scheme::P256)?);
    let (card, trace) = (file(folder.path(), 1), folder.path().join("trace").display().to_string());
    let key = hex::encode(factory.batch.key().to_vec());
    let examine = format!("card conformance --card {card} --batch-key {key}");

    let said = cli.run(&format!("--json {examine} --trace {trace} --seed {}", "11".repeat(32))).expect(0).json();
    assert_eq!((&said["conforms"], &said["failedMust"], &said["broken"]), (&json!(true), &json!(0), &json!(0)));
    assert!(said["checks"].as_array().is_some_and(|checks| checks.len() > 10));
    assert!(fs::read_to_string(&trace)?.lines().any(|line| line.starts_with("> 00a40400")));
    // A trace is never overwritten, and the card is left as it was.
    cli.run(&format!("{examine} --trace {trace}")).expect(1);
    assert_eq!(cli.run(&format!("--json card info --card {card}")).expect(0).json()["lifecycle"], "blank");
    let text = cli.run(&examine).expect(0).out;
    assert!(text.contains("passed") && text.contains("keeps the protocol"), "{text}");

    // What lasts is not done unasked.
    assert_eq!(cli.run(&format!("--json {examine} --reach signs-orders")).expect(1).kind(), "notConfirmed");
    cli.run(&format!("{examine} --reach signs-orders --yes")).expect(0);
    let info = cli.run(&format!("--json card info --card {card}")).expect(0).json();
    assert_eq!(info["lifecycle"], "initialised");

    // Of another batch.
    let other = Factory::new(folder.path(), BATCH, Scheme::P256)?;
    let key = hex::encode(other.batch.key().to_vec());
    let said = cli.run(&format!("--json card conformance --card {card} --batch-key {key}")).expect(3).json();
    assert_eq!(said["conforms"], false);
    let failed =
        said["checks"].as_array().and_then(|checks| checks.iter().find(|check| check["outcome"] == "failed"));
    assert!(failed.is_some_and(|check| check["expected"].is_string() && check["apdus"].is_array()), "{said}");
    Ok(())
}

/// A currency beside the chain's own, from its creation to the last unit: made by the issuer against its books, put on a
/// card, judged, paid out, given back and destroyed; and the supply adds up after each step.
#[tokio::test(flavor = "multi_thread")]
async fn f1_f6_f12_f14_f111_money_of_another_currency() -> Done {
    let (folder, _node, chain, cli) = alone().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    open_for_business(&cli, &scene).await?;
    let (user, payee) = (account(&cast::user()), account(&cast::payee()));
    let entry = |number: u8| hex::encode([number; 32]);
    let supply = |currency: &str| cli.run(&format!("--json currency supply {currency}")).expect(0).json();
    let adds_up = |currency: &str| assert_eq!(supply(currency)["remainder"], "0");

    // Nobody but the issuer.
    let create = "currency create --name Euro --symbol EUR --decimals 2 --minimum 0.01 --cap 1000";
    let said = cli.run(&format!("--secret {USER} {create}")).expect(1);
    assert!(said.err.contains("RequireSudo") || said.err.contains("BadOrigin"), "{}", said.err);
    cli.does(ISSUER, create);
    let said = cli.run(&format!("--secret {ISSUER} {create}")).expect(1);
    assert!(said.err.contains("Issuance.SymbolTaken"), "{}", said.err);
    let listed = cli.run("--json currency list").expect(0).json();
    assert_eq!(listed["currencies"][1]["id"], "asset:1");
    assert_eq!(listed["currencies"][0]["symbol"], "SPC");

    // Made against the cap, for an entry of the books that serves once.
    cli.does(ISSUER, &format!("currency mint asset:1 600 --to {user} --entry {}", entry(1)));
    let mint = |amount: &str, number| {
        cli.run(&format!("--secret {ISSUER} currency mint asset:1 {amount} --to {user} --entry {}", entry(number)))
    };
    assert!(mint("1", 1).expect(1).err.contains("Issuance.EntryUsed"));
    assert!(mint("400.01", 2).expect(1).err.contains("Issuance.AboveCap"));
    assert!(mint("0.001", 2).expect(2).err.contains("at most 2 digits"));
    adds_up("asset:1");
    adds_up("native");

    // A card for it. Amounts are its own, and another symbol is refused before anything is signed.
    let terms = CarrierTerms { currency: CurrencyId::Asset(1), ..CarrierTerms::default() };
    let address = registered(&mut scene, terms).await?;
    let card = file(folder.path(), 1);
    let said = cli.run(&format!("--json --secret {USER} carrier fund --card {card} 50SPC")).expect(2);
    assert_eq!(said.kind(), "usage");
    let said = cli.does(USER, &format!("carrier fund --card {card} 50EUR"));
    assert!(said.out.contains(&format!("50 EUR were put on {address}")), "{}", said.out);
    let said = cli.run(&format!("carrier verdict --card {card}")).expect(0);
    assert!(said.out.contains("Accept it for 50 EUR") && said.out.contains("50 EUR, final"), "{}", said.out);
    let verdict = cli.run(&format!("--json carrier verdict {address}")).expect(3).json();
    assert_eq!(verdict["carrier"]["currency"], json!({ "id": "asset:1", "symbol": "EUR", "decimals": 2 }));
    assert_eq!(verdict["balance"]["finalized"], "5000");
    assert_eq!(supply("asset:1")["inCarriers"], json!({ "carriers": 1, "free": "5000", "held": "0" }));

    // Its order needs somebody who pays the network: refused before the card signs.
    let cash_out = format!("carrier cash-out --card {card} --to {payee}");
    assert_eq!(cli.run(&format!("--json {cash_out} --amount 20")).expect(2).kind(), "key");
    assert_eq!(cli.run(&format!("--json card info --card {card}")).expect(0).json()["sequence"], 0);
    let said = cli.does(USER, &format!("{cash_out} --amount 20"));
    assert!(said.out.starts_with("Paid: 20 EUR."), "{}", said.out);
    let said = cli.run(&format!("--secret {USER} {cash_out} --amount 31")).expect(2);
    assert!(said.err.contains("holds 30 EUR"), "{}", said.err);

    // Somebody sends it the chain's own currency: not its money, and the issuer gets it out.
    cli.does(USER, &format!("currency pay native 7 --to {address}"));
    let verdict = cli.run(&format!("--json carrier verdict --card {card}")).expect(0).json();
    assert_eq!(verdict["balance"]["finalized"], "3000");
    let history = cli.run(&format!("carrier history {address}")).expect(0).out;
    assert!(history.contains("20 EUR") && history.contains("7 SPC"), "{history}");
    let before = chain.balance(&cast::account(&cast::payee())).await?;
    cli.does(ISSUER, &format!("--yes carrier settle {address} --to {payee} --currency native"));
    assert_eq!(chain.balance(&cast::account(&cast::payee())).await?, before + 7 * UNIT);
    let said = cli.run(&format!("--yes --secret {ISSUER} carrier settle {address} --to {payee}")).expect(1);
    assert!(said.err.contains("Carriers.WrongState"), "{}", said.err);

    // Everything that is left comes back to the issuer, who destroys it.
    cli.does(USER, &cash_out);
    let verdict = cli.run(&format!("--json carrier verdict --card {card}")).expect(3).json();
    assert_eq!((&verdict["state"], &verdict["reason"]), (&json!("withdrawn"), &json!("spent")));
    cli.does("//Eve", "currency pay asset:1 everything");
    let burn = |amount: &str, number| {
        cli.run(&format!("--yes --secret {ISSUER} currency burn asset:1 {amount} --entry {}", entry(number)))
    };
    assert!(burn("50.01", 3).expect(1).err.contains("Issuance.NotGivenBack"));
    burn("50", 3).expect(0);
    let said = cli.run("currency supply asset:1").expect(0).out;
    assert!(said.contains("550 EUR") && said.contains("0: it adds up"), "{said}");
    assert_eq!(supply("asset:1")["burnt"], "5000");
    adds_up("native");

    // What there is not, is told as that.
    assert_eq!(cli.run("--json currency supply asset:9").expect(1).json()["error"]["code"], 9014);
    assert_eq!(cli.run("currency supply euro").expect(2).exit, 2);
    Ok(())
}

/// Keys of a token, of both kinds that tokens and the chain have, and one in an encrypted keystore.
#[tokio::test(flavor = "multi_thread")]
async fn keys_in_a_token_and_in_a_keystore_sign() -> Done {
    let (folder, _node, _chain, cli) = alone().await?;
    let at = |name: &str| folder.path().join(name).display().to_string();
    fs::create_dir(folder.path().join("tokens"))?;
    fs::write(folder.path().join("softhsm.conf"), format!("directories.tokendir = {}\n", at("tokens")))?;
    fs::write(folder.path().join("pin"), "123456\n")?;
    let module = "/usr/lib/softhsm/libsofthsm2.so";
    let with_token = |mut command: Command| {
        command.env("SOFTHSM2_CONF", folder.path().join("softhsm.conf"));
        output(command)
    };
    let tool = |program: &str, words: &str| {
        let mut command = Command::new(program);
        command.args(words.split_whitespace());
        with_token(command).expect(0);
    };
    tool("softhsm2-util", "--init-token --free --label specie --so-pin 12345678 --pin 123456");
    for (kind, label) in [("EC:edwards25519", "ed"), ("EC:secp256k1", "k1")] {
        let words = format!("--module {module} --token-label specie --login --pin 123456 --keypairgen");
        tool("pkcs11-tool", &format!("{words} --key-type {kind} --label {label}"));
    }
    let uri = |object: &str, pin: &str| {
        format!("pkcs11:token=specie;object={object}?module-path={module}&pin-source=file:{}", at(pin))
    };
    let run = |words: &str| with_token(cli.command(&words.split_whitespace().collect::<Vec<_>>()));
    let payee = account(&cast::manufacturer());
    let mut signers: Vec<String> = ["ed", "k1"].iter().map(|label| uri(label, "pin")).collect();

    // The keystore's secret and passphrase are typed; without a terminal they are lines of standard input.
    let mut seal = cli.command(&["key", "seal", &at("store.json")]);
    let mut child = seal.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let words = "//Specie//Keystore\na long enough passphrase\n";
    std::io::Write::write_all(&mut child.stdin.take().ok_or("no input")?, words.as_bytes())?;
    assert!(child.wait()?.success());
    let mode = fs::metadata(at("store.json"))?.permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    signers.push(at("store.json"));

    for signer in &signers {
        let run = |words: &str| {
            let mut command = cli.command(&["--key", signer]);
            command.args(words.split_whitespace()).env("SPECIE_PASSPHRASE", "a long enough passphrase");
            with_token(command)
        };
        let known = run("--json key show").expect(0).json();
        let known = known["account"].as_str().ok_or("no account")?;
        cli.does(USER, &format!("currency pay native 7 --to {known}"));
        let before = cli.run(&format!("--json account balance {payee}")).expect(0).json();
        run(&format!("currency pay native 2 --to {payee}")).expect(0);
        let after = cli.run(&format!("--json account balance {payee}")).expect(0).json();
        let units = |answer: &Value| answer["balances"][0]["amount"].as_str().unwrap().parse::<u128>().unwrap();
        assert_eq!(units(&after) - units(&before), 2 * UNIT, "{signer}");
        assert!(cli.run(&format!("account balance {known}")).expect(0).out.starts_with("4.9"), "{signer}");
    }

    // What is wrong is told, and nothing is signed.
    fs::write(folder.path().join("wrong"), "654321\n")?;
    for (key, says) in [
        (uri("nothing", "pin"), "0 keys"),
        (uri("ed", "wrong"), "the token"),
        (uri("ed", "nowhere"), "the token's PIN"),
        (uri("ed", "pin").replace("token=specie", "token=other"), "no token is called"),
        ("pkcs11:x".into(), "is not as pkcs11"),
    ] {
        let said = run(&format!("--json --key {key} key show")).expect(1);
        assert!(said.kind() == "key" && said.err.contains(says), "{key}: {}", said.err);
    }
    let mut other = cli.command(&["--json", "--key", &at("store.json"), "key", "show"]);
    other.env("SPECIE_PASSPHRASE", "another passphrase");
    let said = output(other).expect(1);
    assert!(said.err.contains("the passphrase is another"), "{}", said.err);
    Ok(())
}

/// A node that lies about the chain's metadata would have one call signed for another: `resume` would be `suspend`. The chain takes neither (mode 1 of
/// `CheckMetadataHash`), and nothing happens.
#[tokio::test(flavor = "multi_thread")]
async fn f18_a_node_that_lies_about_the_metadata_signs_no_other_call() -> Done {
    let (_folder, node, _chain, cli) = alone().await?;
    let lying = specie_tests::lying::Metadata::start(&node.url(), ("suspend", "resume"))?;
    let atm = account(&cast::atm());
    let name = ["--secret", ISSUER, "machine", "register", &atm, "--operator", &account(&cast::operator())];
    cli.run_words(&[name.as_slice(), &["--kind", "atm", "--may", "initialise", "--fee-ceiling", "0"]].concat())
        .expect(0);
    let liar = Cli::at(lying.url());
    // The liar says of each call that it is the other one: this would stop the machine.
    let said = liar.run(&format!("--json --yes --wait 20 --secret {ISSUER} machine resume {atm}"));
    assert!(said.exit != 0, "{}", said.out);
    let machine = cli.run(&format!("--json machine show {atm}")).expect(0).json();
    assert_eq!(machine["suspended"], false, "{machine}");
    // By an honest node's word the call is what it is called.
    cli.does(ISSUER, &format!("--yes machine suspend {atm}"));
    cli.does(ISSUER, &format!("--yes machine resume {atm}"));
    Ok(())
}

/// A card's life by the command alone, without an ATM: registered, watched, cloned and reported; another one reset and rotated (F2, F3, F14).
#[tokio::test(flavor = "multi_thread")]
async fn f2_f3_f14_a_card_is_registered_rotated_and_reported() -> Done {
    let (folder, _node, chain, cli) = alone().await?;
    let scene = Scene::new(&chain, folder.path())?;
    open_for_business(&cli, &scene).await?;
    let (atm, payee) = (account(&cast::atm()), account(&cast::payee()));
    let mut hardware = OsHardware::without_delay();
    let issuer = specie_card_sim::keys::SecretKey::random(Scheme::Secp256k1, &mut hardware)?;
    let kind = Specification::contact(Scheme::Secp256k1).resettable_by(*issuer.public());
    let memory = factory::personalise(&scene.factory.batch, &kind, &mut hardware)?;
    let path = folder.path().join("resettable");
    let card = path.display().to_string();
    drop(SoftwareCard::create(&path, &memory)?);

    // Who is no machine, or has no grant, registers nothing.
    let said = cli.run(&format!("--json --secret {USER} carrier register --card {card}")).expect(1);
    assert_eq!(said.kind(), "refused", "{}", said.err);
    let said =
        cli.run(&format!("--json --secret {} carrier register --card {card} --denomination 5", ATM)).expect(0);
    let address = said.json()["carrier"].as_str().ok_or("no carrier")?.to_owned();
    let listed = cli.run("--json machine list").expect(0).json();
    assert_eq!((&listed["machines"][0]["machine"], &listed["machines"][0]["openGrants"]), (&json!(atm), &json!(3)));
    assert!(cli.run("machine list").expect(0).out.contains("initialise"));

    // What becomes of it is told as it happens.
    let mut watch = cli.command(&["--json", "carrier", "watch", &address, "--count", "2"]);
    let watching = watch.stdout(Stdio::piped()).spawn()?;
    cli.does(USER, &format!("carrier fund {address} 5"));
    let told = String::from_utf8(watching.wait_with_output()?.stdout)?;
    assert!(told.lines().count() >= 2 && told.contains(&address), "{told}");
    let code = cli.run(&format!("--json qr {address} --amount 5 --machine {atm}")).expect(0).json();
    assert_eq!(
        code["text"],
        format!(
            "specie:pay?carrier={address}&currency=native&amount=5000000000000&machine={atm}&maxFee=550000000000"
        )
    );
    assert!(cli.run(&format!("qr {address}")).expect(0).out.contains('█'));

    // The same card twice: each signs an order of its own.
    let copy = folder.path().join("copy");
    fs::copy(&path, &copy)?;
    let signed = |card: &Path, to: &str| -> Result<String, Box<dyn Error>> {
        let mut host = Host::new(SoftwareCard::open(card)?);
        host.select()?;
        let genesis = chain.genesis.0;
        let order = specie_primitives::order::Order {
            genesis,
            carrier: host.carrier()?,
            purpose: specie_primitives::order::Purpose::Transfer,
            sequence: 1,
            to: to.parse::<specie_link::Account>()?.0,
            amount: UNIT,
            fee: UNIT / 100,
            fee_to: [7; 32],
            valid_until: 30,
            reference: specie_primitives::order::NO_REFERENCE,
            epoch: 0,
        };
        let signature = host.sign_order(&order)?;
        Ok(format!("0x{}{}", hex::encode(order.to_vec()), hex::encode(signature.to_vec())))
    };
    let (one, other) = (signed(&path, &payee)?, signed(&copy, &atm)?);
    let said = cli.run(&format!("--json --secret {USER} carrier report {one} {one}")).expect(2);
    assert!(said.err.contains("these prove nothing"), "{}", said.err);
    let said = cli.run(&format!("--json --secret {USER} carrier report {one} {other}")).expect(1);
    assert_eq!(said.kind(), "notConfirmed");
    cli.does(USER, &format!("--yes carrier report {one} {other}"));
    let verdict = cli.run(&format!("--json carrier verdict {address}")).expect(3).json();
    assert_eq!(verdict["carrier"]["state"], "conflictingOrders", "{verdict}");

    // Another one: cashed, reset with the issuer's permission, and given its next key.
    let memory = factory::personalise(&scene.factory.batch, &kind, &mut hardware)?;
    let path = folder.path().join("another");
    let card = path.display().to_string();
    drop(SoftwareCard::create(&path, &memory)?);
    let first = cli.run(&format!("--json --secret {} carrier register --card {card}", ATM)).expect(0).json();
    let device = {
        let mut host = Host::new(SoftwareCard::open(&path)?);
        host.select()?;
        host.certificate()?.device()
    };
    let permission = factory::permit_reset(&issuer, &device, 1)?;
    cli.run(&format!("--yes card reset --card {card} --permission 0x{}", hex::encode(permission.to_vec())))
        .expect(0);
    let again = cli.run(&format!("--json --secret {} carrier register --card {card}", ATM)).expect(1);
    assert!(again.err.contains("DeviceRegistered"), "{}", again.err);
    let next = cli.run(&format!("--json --secret {} carrier rotate --card {card}", ATM)).expect(0).json();
    assert_ne!(first["carrier"], next["carrier"]);
    let verdict = cli.run(&format!("--json carrier verdict --card {card}")).expect(3).json();
    assert_eq!((&verdict["state"], &verdict["address"]), (&json!("blank"), &next["carrier"]));
    Ok(())
}

/// Nodes, genesis and key by a name; and pages for `man`.
#[tokio::test(flavor = "multi_thread")]
async fn profiles_and_manual_pages() -> Done {
    let (folder, _node, chain, cli) = alone().await?;
    let config = folder.path().join("specie");
    fs::create_dir(&config)?;
    let run = |words: &str| {
        let mut command = Command::new(specie());
        command.args(words.split_whitespace()).env("XDG_CONFIG_HOME", folder.path());
        command.env_remove("SPECIE_NODES").env_remove("SPECIE_SECRET").stdin(Stdio::null());
        output(command)
    };
    let key = folder.path().join("user.key");
    fs::write(&key, "//Dave\n")?;
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600))?;
    let genesis = hex::encode(chain.genesis.0);
    let text = format!(
        "default = \"here\"\n[profiles.here]\nnodes = [\"{}\"]\ngenesis = \"0x{genesis}\"\nkey = \"{}\"\n\
         [profiles.elsewhere]\nnodes = [\"{}\"]\ngenesis = \"0x{}\"\n",
        cli.url,
        key.display(),
        cli.url,
        "11".repeat(32)
    );
    fs::write(config.join("config.toml"), text)?;
    let balance = run("--json account balance").expect(0).json();
    assert_eq!(balance["account"], json!(account(&cast::user())));
    let said = run("--profile elsewhere health").expect(1);
    assert!(said.err.contains("of another chain"), "{}", said.err);
    // What the command line says comes first.
    run(&format!("--profile elsewhere --genesis 0x{genesis} health")).expect(0);
    let said = run("--json --profile nobody health").expect(2);
    assert!(said.err.contains("there are: elsewhere, here"), "{}", said.err);
    fs::write(config.join("config.toml"), "[profiles.here]\nnods = []\n")?;
    assert!(run("--json health").expect(2).err.contains("nods"));

    let pages = run(&format!("--json man {}", folder.path().join("man").display()));
    // The configuration is not needed for that.
    let pages = pages.expect(0).json();
    assert!(pages["pages"].as_array().is_some_and(|pages| pages.len() > 40), "{pages}");
    let page = fs::read_to_string(folder.path().join("man/specie-carrier-cash-out.1"))?;
    assert!(page.contains("Have a card pay out"), "{page}");
    Ok(())
}
