//! `specie card conformance`.

use super::bench::ReaderBench;
use crate::{
    answer::{Answer, BAD},
    arguments::{Conformance, Reach},
    context::Context,
    error::Error,
    parse, show, source,
};
use serde::Deserialize;
use serde_json::{json, Value};
use specie_card_sim::keys::SecretKey;
use specie_conformance::{Bench, Effect, Options, Outcome, Report, SoftwareBench, Summary, TracedBench};
use specie_link::ClientError;
use specie_primitives::{crypto::Scheme, ids::BatchId, records::BatchKey, wire::Wire as _};
use std::{
    fmt::Display,
    fs::OpenOptions,
    io::{self, Write as _},
    path::Path,
};

/// A private key in a file of the factory.
#[derive(Deserialize)]
struct KeyFile {
    scheme: u8,
    secret: String,
}

/// Runs the command.
pub async fn run(context: &Context, asked: Conformance) -> Result<Answer, Error> {
    if asked.reach > Reach::Restored {
        context.confirm(danger(asked.reach))?;
    }
    let options = options(context, &asked).await?;
    // Made before anything is done to the card: afterwards there would be nothing to write into it.
    let trace = asked.trace.as_deref().map(new_file).transpose()?;
    let mut card = bench(context, &asked)?;
    let mut bench = TracedBench::new(&mut *card);
    let mut reports = Vec::new();
    let summary = specie_conformance::run(&mut bench, &options, |report| {
        if !context.is_json {
            tell(report);
        }
        reports.push(json_of(report));
    });
    if let Some(mut file) = trace {
        write!(file, "{}", bench.log())?;
    }
    let json = json!({
        "conforms": summary.conforms(),
        "seed": show::hex_of(&options.seed),
        "passed": summary.passed,
        "failedMust": summary.failed_must,
        "failedShould": summary.failed_should,
        "skipped": summary.skipped,
        "broken": summary.broken,
        "checks": reports,
    });
    let answer = Answer::new(verdict(&summary, &options), json);
    Ok(match summary.conforms() {
        true => answer,
        false if summary.failed_must == 0 => answer.with_exit(1),
        false => answer.with_exit(BAD),
    })
}

const fn danger(reach: Reach) -> &'static str {
    match reach {
        Reach::Harmless | Reach::Restored => "Nothing lasts",
        Reach::Initialises => "A blank card gets a currency key that no machine has registered",
        Reach::SignsOrders => "The card signs orders, so that its sequence goes up",
        Reach::Resets => "The card's currency key is destroyed, and with it the money at its address",
    }
}

fn bench(context: &Context, asked: &Conformance) -> Result<Box<dyn Bench>, Error> {
    match (&asked.reader, &asked.card) {
        (Some(wanted), _) => {
            let reader = source::reader(wanted)?;
            source::wait(&reader, context)?;
            Ok(Box::new(ReaderBench::new(reader)?))
        }
        (None, Some(path)) => Ok(Box::new(SoftwareBench::new(source::file(path)?))),
        (None, None) => Err(Error::Usage("give --reader or --card".into())),
    }
}

async fn options(context: &Context, asked: &Conformance) -> Result<Options, Error> {
    let batch_key = match (asked.batch_key, asked.batch) {
        (None, Some(batch)) => Some(key_of(context, batch).await?),
        (known, _) => known,
    };
    let mut options = Options::up_to(Effect::from(asked.reach));
    options.batch_key = batch_key;
    options.code = asked.code;
    options.issuer = asked.issuer.as_deref().map(read_key).transpose()?;
    if !asked.schemes.is_empty() {
        options.schemes = asked.schemes.clone();
    }
    options.seed = match asked.seed {
        Some(seed) => seed,
        None => source::challenge()?,
    };
    Ok(options)
}

async fn key_of(context: &Context, batch: u64) -> Result<BatchKey, Error> {
    let known = context.nodes.batch(BatchId(batch)).await?;
    let known = known.ok_or_else(|| Error::NotFound(format!("no batch has the id {batch}")))?;
    BatchKey::from_wire(&known.key.0)
        .map_err(|error| ClientError::Unexpected(format!("the key of batch {batch}: {error}")).into())
}

pub(super) fn read_key(path: &Path) -> Result<SecretKey, Error> {
    // What is in the file is a secret, so that the reason is told without it.
    let wrong = || Error::Usage(format!("{}: not a key file of `specie-card factory issuer`", path.display()));
    let file: KeyFile = serde_json::from_slice(&std::fs::read(path)?).map_err(|_| wrong())?;
    let secret = parse::hash(&file.secret).map_err(|_| wrong())?;
    let scheme = Scheme::from_tag(file.scheme).map_err(|_| wrong())?;
    SecretKey::from_bytes(scheme, &secret).map_err(|_| wrong())
}

/// A file for its owner's eyes: a trace has the digits of codes in it.
fn new_file(path: &Path) -> io::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn tell(report: &Report) {
    // Whoever reads may have gone; the examination goes on, since the card is to be left as it came.
    let _ = writeln!(io::stdout(), "{report}");
}

fn json_of(report: &Report) -> Value {
    let check = report.check;
    let mut json = json!({
        "id": check.id,
        "section": check.section,
        "demand": check.demand,
        "severity": check.severity.to_string(),
        "effect": check.effect.to_string(),
    });
    match &report.outcome {
        Outcome::Passed => json["outcome"] = "passed".into(),
        Outcome::Skipped { why } => {
            json["outcome"] = "skipped".into();
            json["why"] = why.clone().into();
        }
        Outcome::Failed { expected, got, apdus } => {
            json["outcome"] = "failed".into();
            json["expected"] = expected.clone().into();
            json["got"] = got.clone().into();
            json["apdus"] = lines(apdus);
        }
        Outcome::Broken { error, apdus } => {
            json["outcome"] = "broken".into();
            json["error"] = error.to_string().into();
            json["apdus"] = lines(apdus);
        }
    }
    json
}

/// What went over the link, a line for each command and each answer.
fn lines(entries: &[impl Display]) -> Value {
    let text: Vec<String> = entries.iter().map(ToString::to_string).collect();
    text.iter().flat_map(|entry| entry.lines()).collect()
}

fn verdict(summary: &Summary, options: &Options) -> String {
    let word = match (summary.failed_must, summary.broken) {
        (0, 0) => "The card keeps the protocol, as far as it was examined.",
        (0, _) => "The link failed: this says nothing about the card. Try it again.",
        _ => "The card does not keep the protocol.",
    };
    format!(
        "\n{} passed, {} failed (must), {} failed (should), {} skipped, {} broken by the link\n{word}\nseed {}",
        summary.passed,
        summary.failed_must,
        summary.failed_should,
        summary.skipped,
        summary.broken,
        show::hex_of(&options.seed)
    )
}
