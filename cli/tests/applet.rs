//! The Java Card applet, played by a shim over the JDK, as a card in a real reader's service: it keeps the protocol, and loses nothing
//! when the power goes at any of its writes.

use serde_json::Value;
use specie_card::{
    code::{Code, CodeKind},
    host::{Host, HostError, Personalisation},
    protocol::{FundingNote, Payment, AID},
};
use specie_card_sim::{factory::Batch, keys::SecretKey, software::OsHardware};
use specie_primitives::{
    crypto::{PublicKey, Scheme},
    ids::{BatchId, MachineId},
    initialisation::{CarrierTerms, Initialisation},
    order::{Purpose, NO_REFERENCE},
    wire::Wire as _,
};
use specie_reader::{
    pcsc::{Card, Reader, Readers},
    service::{Service, ServiceError},
};
use std::{
    error::Error,
    fs,
    io::{BufRead as _, BufReader, Lines, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

type Done<T = ()> = Result<T, Box<dyn Error>>;

const APPLET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../terminals/applet");

/// Debian's BouncyCastle: curves and signatures.
const BOUNCY_CASTLE: &str = "/usr/share/java/bcprov.jar";

/// How long the service may take to see a card.
const PATIENCE: Duration = Duration::from_secs(15);

/// The service looks at its slots every 400 ms: what is put in between two looks it may not see.
const LOOK: Duration = Duration::from_millis(600);

const GENESIS: [u8; 32] = [9; 32];
const CHALLENGE: [u8; 32] = [7; 32];
const CODE: &str = "271828";
const OTHER_CODE: &str = "314159";

/// The compiled applet and its shim.
struct Classes(TempDir);

impl Classes {
    fn compile() -> Done<Self> {
        if !Path::new(BOUNCY_CASTLE).exists() {
            return Err(format!("{BOUNCY_CASTLE} is missing: scripts/test.sh installs it (libbcprov-java)").into());
        }
        let folder = tempfile::tempdir()?;
        let mut sources = Vec::new();
        find_sources(Path::new(APPLET), &mut sources)?;
        let output = Command::new("javac")
            .args(["-Xlint:all,-path", "-Werror", "-cp", BOUNCY_CASTLE, "-d"])
            .arg(folder.path())
            .args(sources)
            .output()?;
        match output.status.success() {
            true => Ok(Self(folder)),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
        }
    }
}

fn find_sources(folder: &Path, found: &mut Vec<PathBuf>) -> Done {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.extension() {
            _ if path.is_dir() => find_sources(&path, found)?,
            Some(end) if end == "java" => found.push(path),
            _ => {}
        }
    }
    Ok(())
}

/// A chip with the applet on it, beside the slot or in it.
struct Chip {
    process: Child,
    input: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
    reader: Reader,
}

impl Chip {
    fn new(classes: &Classes, service: &Service) -> Done<Self> {
        let path = format!("{}:{BOUNCY_CASTLE}", classes.0.path().display());
        let mut process = Command::new("java")
            .args(["-cp", &path, "specie.shim.Player", &service.port(0).to_string(), &hex::encode(AID)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = process.stdin.take().ok_or("no standard input")?;
        let said = BufReader::new(process.stdout.take().ok_or("no standard output")?).lines();
        let mut chip = Self { process, input, said, reader: Readers::connect()?.find("0")? };
        chip.insert()?;
        Ok(chip)
    }

    fn insert(&mut self) -> Done {
        writeln!(self.input, "insert")?;
        self.expect("in")?;
        match self.reader.wait_for_card(PATIENCE)? {
            true => Ok(()),
            false => Err("the reader does not see the card".into()),
        }
    }

    fn expect(&mut self, wanted: &str) -> Done {
        for line in self.said.by_ref() {
            if line? == wanted {
                return Ok(());
            }
        }
        Err(format!("the chip has ended before it said {wanted:?}").into())
    }

    fn tear(&mut self, at: u32, is_before: bool) -> Done {
        writeln!(self.input, "tear {} {at}", if is_before { "before" } else { "after" })?;
        self.expect("ready")
    }

    /// After the power went: it is put in again.
    fn back(&mut self) -> Done {
        self.expect("torn")?;
        self.expect("out")?;
        self.is_gone()?;
        self.insert()
    }

    fn is_gone(&self) -> Done {
        if !self.reader.wait_for_removal(PATIENCE)? {
            return Err("the reader still sees the card".into());
        }
        std::thread::sleep(LOOK);
        Ok(())
    }

    fn host(&self) -> Done<Host<Card>> {
        Ok(Host::new(self.reader.connect()?).over_contacts())
    }
}

impl Drop for Chip {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Factory {
    batch: Batch,
    issuer: SecretKey,
}

impl Factory {
    fn new() -> Done<Self> {
        let mut hardware = OsHardware::new();
        let batch = Batch::native(BatchId(7), Scheme::P256, &mut hardware)?;
        Ok(Self { batch, issuer: SecretKey::random(Scheme::Secp256k1, &mut hardware)? })
    }

    /// Makes a card of the chip, by the commands that a factory has.
    fn finish(&self, chip: &Chip, device: Scheme, kind: CodeKind, contactless: bool) -> Done {
        let code = Some((kind, Code::new(CODE.as_bytes())?));
        let wanted = Personalisation { issuer: Some(*self.issuer.public()), contactless, code };
        let certify = |key: &PublicKey| -> Done<_> { Ok(self.batch.certify(key)?) };
        chip.host()?.personalise(device, &wanted, certify)?;
        Ok(())
    }

    /// The issuer's key as a file of `specie-card`.
    fn issuer_file(&self, folder: &Path) -> Done<PathBuf> {
        let path = folder.join("issuer.json");
        let (scheme, secret) = (self.issuer.scheme().tag(), hex::encode(self.issuer.to_bytes()));
        fs::write(&path, serde_json::json!({ "scheme": scheme, "secret": format!("0x{secret}") }).to_string())?;
        Ok(path)
    }
}

/// The whole suite over the reader, and nothing of it fails.
fn conforms(factory: &Factory, folder: &Path) -> Done<Value> {
    let issuer = factory.issuer_file(folder)?;
    let key = hex::encode(factory.batch.key().to_vec());
    let output = Command::new(env!("CARGO_BIN_EXE_specie"))
        .args(["--json", "--yes", "card", "conformance", "--reader", "0", "--reach", "resets", "--code", CODE])
        .args(["--batch-key", &key, "--issuer"])
        .arg(issuer)
        .output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    let said: Value = serde_json::from_slice(&output.stdout).map_err(|_| error.into_owned())?;
    println!("{} passed, {} skipped", said["passed"], said["skipped"]);
    let wrong = (&said["failedMust"], &said["failedShould"], &said["broken"]);
    let zero = &serde_json::json!(0);
    let results = said["checks"].as_array().cloned().unwrap_or_default();
    let is_wrong = |check: &&Value| !matches!(check["outcome"].as_str(), Some("passed" | "skipped"));
    let told: Vec<_> = results.iter().filter(is_wrong).collect();
    assert!(output.status.success() && wrong == (zero, zero, zero), "{told:#?}");
    Ok(said)
}

/// What is done with a card; whether for the second time, since the power went.
type Work<'a> = &'a dyn Fn(&mut Host<Card>, bool) -> Result<(), HostError>;

/// One life of a key: made, paid with, locked and unlocked, its code changed, destroyed. Each step is taken up again when the power went.
fn live(chip: &mut Chip, factory: &Factory) -> Done<bool> {
    let mut torn = false;
    let mut step = |chip: &mut Chip, work: Work<'_>| -> Done {
        for again in [false, true] {
            let mut host = chip.host()?;
            match host.select().and_then(|_| work(&mut host, again)) {
                Ok(()) => return Ok(()),
                Err(HostError::Transport { .. }) if !torn => {
                    torn = true;
                    drop(host);
                    chip.back()?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err("torn twice".into())
    };
    let terms = CarrierTerms::default();
    let asked = Initialisation { genesis: GENESIS, machine: MachineId([8; 32]), grant: 1, terms };
    let (old, new) = (Code::new(CODE.as_bytes())?, Code::new(OTHER_CODE.as_bytes())?);
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
    let note = FundingNote { amount: 70, payer: [5; 32], reference: NO_REFERENCE, block: 40 };
    step(chip, &|host, _| host.initialise(&asked, Scheme::P256).map(|_| ()))?;
    step(chip, &|host, _| {
        host.verify_code(&old)?;
        host.note_funding(&note)
    })?;
    step(chip, &|host, _| {
        host.verify_code(&old)?;
        // The order that it has signed already is the payment; else it is made now.
        let order = match host.last_order(&CHALLENGE)? {
            Some((order, _)) => order,
            None => host.pay(&payment, GENESIS, 0)?.0,
        };
        assert_eq!(Payment::of(&order), payment);
        Ok(())
    })?;
    step(chip, &|host, _| host.lock())?;
    step(chip, &|host, _| host.unlock(Some(&old)))?;
    step(chip, &|host, again| match host.change_code(&old, &new) {
        // It may be changed already.
        Err(HostError::WrongCode { .. }) if again => host.verify_code(&new),
        changed => changed,
    })?;
    step(chip, &|host, again| match host.change_code(&new, &old) {
        Err(HostError::WrongCode { .. }) if again => host.verify_code(&old),
        changed => changed,
    })?;
    step(chip, &|host, _| {
        let said = host.attest(&CHALLENGE)?.attestation;
        assert_eq!((said.sequence, said.last_valid_until, said.locked), (1, 50, false));
        let history = host.history()?;
        assert_eq!(history.orders.len(), 1);
        assert!((1..=2).contains(&history.fundings.len()));
        assert_eq!(host.tries_left()?, Some(3));
        Ok(())
    })?;
    let permit = |host: &mut Host<Card>| -> Done<_> {
        let info = host.select()?;
        Ok(specie_card_sim::factory::permit_reset(&factory.issuer, &info.device, info.generation)?)
    };
    let permission = permit(&mut chip.host()?)?;
    step(chip, &|host, again| match host.reset(&permission) {
        Err(HostError::Refused { .. }) if again => match host.currency_key() {
            Err(HostError::Blank) => Ok(()),
            other => other.map(|_| ()),
        },
        reset => reset,
    })?;
    step(chip, &|host, _| match host.currency_key() {
        Err(HostError::Blank) => Ok(()),
        other => other.map(|_| ()),
    })?;
    Ok(torn)
}

/// The service is one for the machine, so one test goes through everything.
#[test]
fn f3_f12_f13_f16_f93_f117_the_applet_keeps_the_protocol_and_loses_nothing() -> Done {
    let classes = Classes::compile()?;
    let service = match Service::start(2) {
        // Somebody's own service: they say so, or this has not been tried.
        Err(occupied @ ServiceError::Occupied) if std::env::var_os("SPECIE_NO_READERS").is_some() => {
            println!("SKIPPED: {occupied}");
            return Ok(());
        }
        started => started?,
    };
    let (factory, folder) = (Factory::new()?, tempfile::tempdir()?);
    for (device, kind, contactless) in
        [(Scheme::P256, CodeKind::Pin, false), (Scheme::Secp256k1, CodeKind::Printed, true)]
    {
        let chip = Chip::new(&classes, &service)?;
        factory.finish(&chip, device, kind, contactless)?;
        let said = conforms(&factory, folder.path())?;
        assert!(said["passed"].as_u64() > Some(140), "{said}");
        drop(chip);
        let reader = Readers::connect()?.find("0")?;
        assert!(reader.wait_for_removal(PATIENCE)?, "the reader still sees the card");
        std::thread::sleep(LOOK);
    }

    let mut chip = Chip::new(&classes, &service)?;
    factory.finish(&chip, Scheme::P256, CodeKind::Pin, false)?;
    let mut tears = 0;
    for is_before in [true, false] {
        for at in 1.. {
            chip.tear(at, is_before)?;
            if !live(&mut chip, &factory)? {
                break;
            }
            tears += 1;
        }
    }
    println!("{tears} tears");
    assert!(tears > 20, "{tears}");
    Ok(())
}
