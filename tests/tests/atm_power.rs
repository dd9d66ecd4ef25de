//! Many machines on a network of four validators, while their devices fail, their customers do not pay or do not take what
//! they get, their power is cut at any instant, and validators die: in the end the books are right, to the last unit.
//!
//! `SPECIE_ATM_OPERATIONS` says how many customers there are, `SPECIE_SEED` which chances.

use specie_link::{amount::UNIT, Nodes};
use specie_tests::{
    atm::{audit, Atm, Result},
    node::{network, Node},
    scene::Scene,
    seed::{asked_for, random, seed},
};
use std::{
    io::{Read as _, Write as _},
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc, Mutex,
    },
    time::{Duration, Instant},
};

/// How many machines work side by side.
const MACHINES: u64 = 4;

/// How many customers there are, if nobody says otherwise; and with `SPECIE_LONG`.
const OPERATIONS: u64 = 8;
const MANY_OPERATIONS: u64 = 400;

/// What each wallet has at first.
const POCKET: u128 = 40_000 * UNIT;

/// A customer who waits for something that does not come, since a device has failed, is cut short with the power.
const PATIENCE: Duration = Duration::from_secs(60);

const PAYEE: &str = "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw";

/// Chances that follow from a seed.
struct Random {
    seed: u64,
    kind: String,
    drawn: u64,
}

impl Random {
    fn new(seed: u64, kind: impl Into<String>) -> Self {
        Self { seed, kind: kind.into(), drawn: 0 }
    }

    fn next(&mut self) -> u64 {
        self.drawn += 1;
        random(self.seed, &self.kind, self.drawn)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// What the next customer does, and does not do.
fn customer(random: &mut Random, has_card: bool) -> String {
    let pays = |random: &mut Random| match random.below(8) {
        0 => "",
        _ => "wallet pay\n",
    };
    let takes = |random: &mut Random| match random.below(8) {
        0 => "",
        _ => "take\n",
    };
    let cash = |random: &mut Random| match random.below(8) {
        0 => "",
        _ => "cash 500\n",
    };
    let (cash, pay, take) = (cash(random), pays(random), takes(random));
    let act = match random.below(if has_card { 8 } else { 4 }) {
        0 | 1 => format!("choose A new card\nchoose 50 SPC\nwallet sign\nchoose Yes\n{cash}{pay}{take}"),
        2 => format!("choose A new card\nchoose 20 SPC\nwallet sign\nchoose Yes\n{cash}{pay}{take}"),
        3 => format!("cable out\nchoose A new card without\nchoose 50 SPC\nwallet sign\n{take}cable in\n"),
        4 => format!("choose Money onto\ntype 30\nwallet sign\nchoose Yes\ninsert\n{cash}{pay}{take}"),
        5 => format!("choose What is this\ninsert\n{take}"),
        6 => format!("choose A card's money\ntype {PAYEE}\nchoose Yes\nchoose Yes, pay\ninsert\n{take}"),
        _ => format!("choose A card's money\ntype {PAYEE}\nchoose No\nchoose Yes, pay\ninsert\n"),
    };
    format!("back\nidle\n{act}wait 1\ncancel\nidle\n")
}

/// Serves customers at one machine, and cuts its power.
fn work(atm: &Atm, mut random: Random, operations: u64, log: &Mutex<Vec<String>>) -> Result<u32> {
    let mut cuts = 0;
    for operation in 0..operations {
        if atm.journal()?.open_cases()?.is_empty() {
            // What is stuck the operator takes out.
            atm.command("clear", &[])?;
        }
        let has_card = !atm.things()?.pocket.is_empty();
        let script = customer(&mut random, has_card);
        let seed = random.next().to_string();
        let mut child = atm.start(&["--faults", "15", "--seed", &seed])?;
        child.stdin.take().ok_or("no input")?.write_all(script.as_bytes())?;
        let (begun, mut is_cut) = (Instant::now(), false);
        // Any instant from the first on; or none.
        let cut = (random.below(10) < 7).then(|| Duration::from_millis(random.below(22_000)));
        while child.try_wait()?.is_none() {
            if cut.is_some_and(|cut| begun.elapsed() > cut) || begun.elapsed() > PATIENCE {
                child.kill()?;
                is_cut = true;
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        child.wait()?;
        cuts += u32::from(is_cut);
        let mut said = String::new();
        if let Some(mut output) = child.stdout.take() {
            output.read_to_string(&mut said)?;
        }
        log.lock()
            .map_err(|_| "log")?
            .push(format!("{} operation {operation}, cut {cut:?}\n{script}{said}", atm.account));
        if is_cut && random.below(2) == 0 {
            // While there is no power, somebody takes what sticks out.
            atm.change_world(|things| {
                let card = things.exit.take();
                things.pocket.extend(card);
            })?;
        }
    }
    Ok(cuts)
}

/// Validators die, one at a time, and come back.
async fn disturb(nodes: &mut [Node], random: &mut Random, is_over: &AtomicBool) -> Result<u32> {
    let mut deaths = 0;
    while !is_over.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(8_000 + random.below(20_000))).await;
        let index = usize::try_from(random.below(nodes.len() as u64))?;
        let Some(node) = nodes.get_mut(index) else { continue };
        node.kill()?;
        tokio::time::sleep(Duration::from_millis(random.below(12_000))).await;
        node.start_again()?;
        node.client().await?;
        deaths += 1;
    }
    Ok(deaths)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f1_f5_f6_f7_f9_f10_f12_f13_f18_power_cuts_at_random() -> std::result::Result<(), Box<dyn std::error::Error>>
{
    let folder = tempfile::tempdir()?;
    let seed = seed();
    println!("SPECIE_SEED={seed}");
    let usual = if std::env::var_os("SPECIE_LONG").is_some() { MANY_OPERATIONS } else { OPERATIONS };
    let operations = asked_for("SPECIE_ATM_OPERATIONS", usual).div_ceil(MACHINES);
    let mut validators = network(folder.path())?;
    let urls: Vec<String> = validators.iter().map(Node::url).collect();
    let chain = validators.first_mut().ok_or("no validator")?.client().await?;
    let nodes = Nodes::new(urls.clone(), None);
    nodes.wait_until_able(Duration::from_secs(120)).await?;
    let scene = Scene::new(&chain, folder.path())?;
    scene.issuer(scene.manufacturer_call()?).await?;

    let mut machines = Vec::new();
    for number in 0..MACHINES {
        let wallet = format!("//Specie//Wallet//{number}");
        let mut ring = urls.clone();
        ring.rotate_left(usize::try_from(number)? % urls.len());
        let cards = (operations + 10).to_string();
        let extra = ["--unregistered", "--cards", &cards, "--wallet", &wallet];
        let atm = Atm::prepare(&folder.path().join(format!("atm-{number}")), &ring, &extra)?;
        atm.configure(|config| {
            config.policy.cash_fee = 100;
            config.policy.waits.customer = 8;
        })?;
        atm.register(&chain, &scene, POCKET).await?;
        machines.push(Arc::new(atm));
    }
    drop(chain);
    let before: Vec<_> = machines
        .iter()
        .map(|atm| atm.things().map(|things| (things.cards(), things.cash())))
        .collect::<Result<_>>()?;

    let (is_over, log) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
    let workers: Vec<_> = machines
        .iter()
        .zip(0..)
        .map(|(atm, number)| {
            let (atm, log) = (atm.clone(), log.clone());
            let random = Random::new(seed, format!("machine {number}"));
            tokio::task::spawn_blocking(move || {
                work(&atm, random, operations, &log).map_err(|error| error.to_string())
            })
        })
        .collect();
    let ends = is_over.clone();
    let mut disturbance = Random::new(seed, "validators");
    let disturber = tokio::spawn(async move {
        let deaths = disturb(&mut validators, &mut disturbance, &ends).await.map_err(|error| error.to_string());
        (deaths, validators)
    });
    let mut cuts = 0;
    for worker in workers {
        cuts += worker.await??;
    }
    is_over.store(true, Ordering::Relaxed);
    let (deaths, _validators) = disturber.await?;
    let deaths = deaths?;

    // What is on its way arrives, or is dead after 64 blocks.
    tokio::time::sleep(Duration::from_secs(140)).await;
    let (mut cases, mut claims) = (0, 0);
    for (atm, (cards, cash)) in machines.iter().zip(before) {
        // What was under way comes to its end, however short the script; what sticks then the operator takes out.
        atm.play("back\n", &[])?;
        atm.command("clear", &[])?;
        let rested = atm.play("back\nidle\n", &[])?;
        assert!(rested.ended_well, "{}", rested.said);
        let books = atm.books()?;
        assert_eq!(books["online"], true);
        let wrong = audit(atm, &nodes, cards, cash).await?;
        if !wrong.is_empty() {
            let told = log.lock().map_err(|_| "log")?.join("\n");
            std::fs::write(std::env::temp_dir().join("specie-atm-power.log"), told)?;
        }
        assert_eq!(wrong, Vec::<String>::new(), "{books:#}\n{:#?}", atm.journal()?.cases()?);
        cases += atm.journal()?.cases()?.len();
        claims += atm.journal()?.claims()?.len();
    }
    println!(
        "{} operations at {MACHINES} machines, {cuts} power cuts, {deaths} validators died; {cases} cases, {claims} claims; \
         the books are right",
        operations * MACHINES
    );
    Ok(())
}
