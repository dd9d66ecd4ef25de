//! The nodes, the key and the limits that a command works with.

use crate::{arguments::Global, error::Error, parse, prepared, profiles, signals::Signals, waiting::Waiting};
use serde_json::json;
use specie_console::{output, tone::Tone};
use specie_link::{
    signer::{self, Signed},
    unsigned::Unsigned,
    Account, Call, ClientError, Included, Key, Nodes, Signer,
};
use specie_primitives::acts::Cause;
use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

/// Where a node listens unless its operator chose another port.
const DEFAULT_NODE: &str = "ws://127.0.0.1:9944";

/// What is waited for when something was sent.
pub const FINAL: &str = "waiting until it is final";

/// What a command works with.
pub struct Context {
    /// The nodes, the preferred first.
    pub nodes: Nodes,
    /// How long something that was sent may take until it is final.
    pub limit: Duration,
    /// Whether a program reads the answer.
    pub is_json: bool,
    /// How many members of the council are to agree, on a chain without a sudo key.
    pub threshold: Option<u32>,
    /// Why an authority acts.
    pub cause: Cause,
    /// The chain, if somebody said which it must be.
    pub genesis: Option<[u8; 32]>,
    key: Option<Arc<dyn Signer>>,
    dry_run: Option<DryRun>,
    is_confirmed: bool,
}

/// Nothing is signed, and nothing sent.
struct DryRun {
    /// Who is going to sign, if not the key.
    signer: Option<Account>,
    save: Option<PathBuf>,
}

impl Context {
    /// From the options, and from the environment for those that are left out.
    pub fn new(global: Global) -> Result<Self, Error> {
        let profile = profiles::find(global.profile.or_else(|| variable("SPECIE_PROFILE")).as_deref())?;
        let secret = global.secret.or_else(|| variable("SPECIE_SECRET"));
        let genesis = match profile.genesis.filter(|_| global.genesis.is_none()) {
            Some(text) => {
                Some(parse::hash(&text).map_err(|why| Error::Usage(format!("the profile\'s genesis: {why}")))?)
            }
            None => global.genesis,
        };
        let is_elsewhere = global.signer.is_some();
        let secret = secret.filter(|_| !is_elsewhere);
        let key_named = global.key.or_else(|| profile.key.filter(|_| secret.is_none() && !is_elsewhere));
        let key: Option<Arc<dyn Signer>> = match (&key_named, &secret) {
            (Some(named), _) => Some(signer::open(named, passphrase)?),
            (None, Some(secret)) => Some(Arc::new(Key::from_secret(secret)?)),
            (None, None) => None,
        };
        Ok(Self {
            nodes: Nodes::new(urls(global.node, profile.nodes), genesis),
            limit: Duration::from_secs(global.wait),
            is_json: global.json,
            threshold: global.threshold.or(profile.threshold),
            cause: Cause { code: global.cause, document: global.document },
            genesis,
            key,
            dry_run: global.dry_run.then_some(DryRun { signer: global.signer, save: global.save }),
            is_confirmed: global.yes,
        })
    }

    /// The key.
    pub fn key(&self) -> Result<&dyn Signer, Error> {
        self.key.as_deref().ok_or(Error::NoKey)
    }

    /// The account of the key, if there is one.
    pub fn account(&self) -> Option<Account> {
        let elsewhere = self.dry_run.as_ref().and_then(|dry_run| dry_run.signer);
        elsewhere.or_else(|| self.key.as_ref().map(|key| key.account()))
    }

    /// The account that signs, or is going to.
    pub fn signer(&self) -> Result<Account, Error> {
        self.account().ok_or(Error::NoKey)
    }

    /// Signs a call, and waits until it is final. [`Error::Prepared`] if nothing is to be signed.
    pub async fn execute(&self, call: &Call) -> Result<Included, Error> {
        if let Some(DryRun { save, .. }) = &self.dry_run {
            let prepared = prepared::prepare(&self.nodes, call, self.signer()?, save.as_ref()).await?;
            return Err(Error::Prepared(Box::new(prepared)));
        }
        let _moves = Waiting::begin(FINAL, self.is_json);
        until_final(self.nodes.execute(call, self.key()?, self.limit)).await
    }

    /// Sends a transaction that was signed elsewhere, and waits until it is final.
    pub async fn execute_signed(&self, transaction: &Unsigned, signature: &Signed) -> Result<Included, Error> {
        let _moves = Waiting::begin(FINAL, self.is_json);
        until_final(self.nodes.execute_signed(transaction, signature, self.limit)).await
    }

    /// Asks a person whether this is meant; without one, refuses unless the command line says so.
    pub fn confirm(&self, what: &str) -> Result<(), Error> {
        if self.is_confirmed || self.dry_run.is_some() {
            return Ok(());
        }
        let is_anybody_there = io::stdin().is_terminal() && io::stderr().is_terminal() && !self.is_json;
        if !is_anybody_there {
            return Err(Error::NotConfirmed(what.into()));
        }
        output::ask(format_args!("{what}. Is that meant? [y/N]"));
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        match line.trim() {
            "y" | "Y" | "yes" => Ok(()),
            _ => Err(Error::NotConfirmed(what.into())),
        }
    }

    /// Says something that people and programs have to know beside the answer.
    pub fn warn(&self, text: &str) {
        match self.is_json {
            true => output::note(json!({ "warning": text })),
            false => output::headed_note("warning:", Tone::Doubt, format_args!(" {text}")),
        }
    }

    /// Says something to a person who watches; programs read the answer at the end.
    pub fn note(&self, text: &str) {
        if !self.is_json {
            output::note(text);
        }
    }
}

/// Ends with an error when a signal asks for it, so that what was sent already can be told.
pub async fn interruptible<T>(
    signals: &mut Signals,
    work: impl std::future::Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::select! {
        done = work => done,
        () = signals.next() => Err(Error::Interrupted),
    }
}

/// What was sent, once it is final or a signal ends it.
async fn until_final(
    work: impl std::future::Future<Output = Result<Included, ClientError>>,
) -> Result<Included, Error> {
    interruptible(&mut Signals::catch()?, async { work.await.map_err(Error::from) }).await
}

/// A keystore's passphrase: from the environment, or typed unseen.
fn passphrase(account: Account) -> io::Result<String> {
    if let Some(known) = variable("SPECIE_PASSPHRASE") {
        return Ok(known);
    }
    if !io::stdin().is_terminal() {
        return Err(io::Error::other("the keystore's passphrase is needed: SPECIE_PASSPHRASE, or a terminal"));
    }
    output::ask(format_args!("passphrase of {account}:"));
    rpassword::read_password()
}

/// From the command line, else the environment, else the profile.
fn urls(said: Vec<String>, profile: Vec<String>) -> Vec<String> {
    if !said.is_empty() {
        return said;
    }
    let known = variable("SPECIE_NODES").unwrap_or_default();
    let known: Vec<String> = known.split([',', ' ']).filter(|url| !url.is_empty()).map(Into::into).collect();
    match (known.is_empty(), profile.is_empty()) {
        (false, _) => known,
        (true, false) => profile,
        (true, true) => vec![DEFAULT_NODE.into()],
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
