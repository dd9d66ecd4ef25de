//! The ATM as its customers meet it (F1 to F21): the real program, a real node, real card bytes through a real PC/SC
//! service, and each failure that document 1 names.

mod cards;
mod currencies;
mod mechanisms;
mod nodes;
mod operators;
mod people;
mod power;
mod readers;
mod refusals;
mod services;

use specie_link::{Call, Key, Nodes};
use specie_tests::{
    atm::{audit, Atm, Result},
    node::Node,
};
use std::time::Duration;
use tempfile::TempDir;

const PAYEE: &str = "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw";
const LIMIT: Duration = Duration::from_secs(120);

/// How a customer makes a card of 50 SPC, from the bin whose cards are marked so.
const ISSUE_50: &str = "idle\nchoose A new card\nchoose 50 SPC\nwallet sign\nchoose Yes\nwallet pay\ntake\n\
                        screen Thank you\ncancel\n";

/// How a customer cashes the last card.
fn cash_out(back: bool) -> String {
    let (back, take) = if back { ("Yes", "take\n") } else { ("No", "") };
    format!(
        "idle\nchoose A card's money\ntype {PAYEE}\nchoose {back}\nchoose Yes, pay\ninsert\n{take}screen Thank you\ncancel\n"
    )
}

/// A node, and a machine on its chain.
struct Branch {
    _folder: TempDir,
    node: Node,
    nodes: Nodes,
    atm: Atm,
    cards: usize,
    cash: u64,
}

impl Branch {
    async fn new(extra: &[&str]) -> Result<Self> {
        Self::with(extra, &[]).await
    }

    /// The same on a chain on which the issuer has done something before.
    async fn with(extra: &[&str], issued: &[Call]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut node = Node::dev_with(folder.path(), &[])?;
        node.client().await?;
        let nodes = Nodes::new([node.url()], None);
        nodes.wait_until_able(LIMIT).await?;
        for call in issued {
            issuer(&nodes, call.clone()).await?;
        }
        let atm = Atm::prepare(&folder.path().join("atm"), &[node.url()], extra)?;
        let things = atm.things()?;
        Ok(Self { _folder: folder, node, nodes, cards: things.cards(), cash: things.cash(), atm })
    }

    /// The books are right.
    async fn audited(&self) -> Result<()> {
        let wrong = audit(&self.atm, &self.nodes, self.cards, self.cash).await?;
        assert_eq!(wrong, Vec::<String>::new(), "{:#?}", self.atm.journal()?.cases()?);
        Ok(())
    }

    async fn issuer(&self, call: Call) -> Result<()> {
        issuer(&self.nodes, call).await
    }

    /// What an account has, in base units.
    async fn balance(&self, account: &str) -> Result<u128> {
        Ok(self.nodes.balance(account.parse()?).await?)
    }

    /// The card that came out last.
    fn last_card(&self) -> Result<String> {
        self.atm.things()?.pocket.last().cloned().ok_or_else(|| "the pocket is empty".into())
    }
}

async fn issuer(nodes: &Nodes, call: Call) -> Result<()> {
    nodes.execute(&Call::sudo(call), &Key::from_secret("//Alice")?, LIMIT).await?;
    Ok(())
}

type Tested = std::result::Result<(), Box<dyn std::error::Error>>;

/// Some of the moments 1 to `last`, spread evenly; all of them when there are rounds enough.
fn every(last: u32, rounds: u32) -> Vec<u32> {
    let rounds = rounds.clamp(1, last);
    (1..=rounds).map(|round| round * last / rounds).collect()
}
