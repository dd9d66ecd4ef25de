//! How long a customer waits at a machine, on four validators.

use super::{figure, head, histogram, times};
use crate::{atm::Atm, node, scene::Scene};
use specie_atm::{
    case::{Act, Ending, Kind, Outcome},
    journal::{Line, What},
};
use specie_link::{amount::UNIT, Nodes};
use std::{error::Error, path::Path, time::Duration};

/// How many cards are made, and how many are funded, queried and cashed.
const ROUNDS: u64 = 20;

/// The time between two blocks, in milliseconds.
const BLOCK: u64 = crate::node::SLOT_MILLIS;

const PAYEE: &str = "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw";

/// A row: what it is called, whose cases, from when to when.
struct Wait {
    title: &'static str,
    is_of: fn(&Kind) -> bool,
    from: fn(&What) -> bool,
    until: fn(&What) -> bool,
}

/// Whether an act was done.
fn came(what: &What, act: Act) -> bool {
    matches!(what, What::Came { command, completion: Outcome::Done } if *command == act)
}

const WAITS: [Wait; 5] = [
    Wait {
        title: "new card: consent → registered finally",
        is_of: |kind| matches!(kind, Kind::Issue { .. }),
        from: |what| matches!(what, What::Opened { .. }),
        until: |what| came(what, Act::Register),
    },
    Wait {
        title: "new card: asked to pay → final and safe, at the exit",
        is_of: |kind| matches!(kind, Kind::Issue { .. }),
        from: |what| matches!(what, What::Begins { command: Act::AwaitPayment, .. }),
        until: |what| came(what, Act::Present),
    },
    Wait {
        title: "funding: card in → final and safe, at the exit",
        is_of: |kind| matches!(kind, Kind::Fund { .. }),
        from: |what| came(what, Act::Swallow),
        until: |what| came(what, Act::Present),
    },
    Wait {
        title: "cash-out: card in → paid out finally, at the exit",
        is_of: |kind| matches!(kind, Kind::CashOut { .. }),
        from: |what| came(what, Act::Swallow),
        until: |what| came(what, Act::Present),
    },
    Wait {
        title: "query: card in → told, at the exit",
        is_of: |kind| matches!(kind, Kind::Query),
        from: |what| came(what, Act::Swallow),
        until: |what| came(what, Act::Present),
    },
];

/// Measures, and prints.
pub async fn run(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut validators = node::network(&folder.join("atm-network"))?;
    let urls: Vec<String> = validators.iter().map(node::Node::url).collect();
    let chain = validators.first_mut().ok_or("no validator")?.client().await?;
    Nodes::new(urls.clone(), None).wait_until_able(Duration::from_secs(120)).await?;
    let scene = Scene::new(&chain, folder)?;
    scene.issuer(scene.manufacturer_call()?).await?;
    let cards = (ROUNDS + 5).to_string();
    let atm = Atm::prepare(&folder.join("atm"), &urls, &["--unregistered", "--cards", &cards])?;
    atm.register(&chain, &scene, 100 * u128::from(ROUNDS) * UNIT).await?;

    // Everybody pays at once, and takes at once what comes out.
    let issue = "choose A new card\nchoose 50 SPC\nwallet sign\nchoose Yes\nwallet pay\ntake\nscreen Thank you\ncancel\nidle\n";
    let query = "choose What is this card worth\ninsert\ntake\nscreen safe\ncancel\nidle\n";
    let cash = format!(
        "choose A card's money\ntype {PAYEE}\nchoose Yes\nchoose Yes, pay\ninsert\ntake\nscreen Thank you\ncancel\nidle\n"
    );
    let fund =
        "choose Money onto my card\ntype 50\nwallet sign\nchoose Yes\ninsert\nwallet pay\ntake\nscreen Thank you\n\
                cancel\nidle\n";
    for _ in 0..ROUNDS {
        atm.play_well(&format!("idle\n{issue}{query}{cash}{fund}{query}"))?;
    }

    let journal = atm.journal()?;
    let cases = journal.cases()?;
    let undone = cases.iter().filter(|(_, record)| record.ending != Some(Ending::Done)).count();
    if undone > 0 {
        return Err(format!("{undone} customers did not get what they wanted").into());
    }
    let steps = journal.last_lines(usize::try_from(journal.lines()?)?)?;
    head("At a machine, on four validators");
    for wait in &WAITS {
        let mut measured = histogram()?;
        for (number, record) in cases.iter().filter(|(_, record)| (wait.is_of)(&record.case.request.kind)) {
            let when = |is_so: fn(&What) -> bool| {
                let found = steps.iter().find(|step| step.case == *number && is_so(&step.what));
                found.map(|step: &Line| step.at).ok_or_else(|| format!("{}: {record:?}", wait.title))
            };
            measured.record(when(wait.until)?.saturating_sub(when(wait.from)?) * 1_000)?;
        }
        let blocks = measured.value_at_quantile(0.5) as f64 / 1_000.0 / BLOCK as f64;
        let note = format!("{} customers; median {blocks:.1} blocks", measured.len());
        times(wait.title, &measured, &note);
    }
    figure("customers served, all as they wanted", &cases.len().to_string());
    Ok(())
}
