//! A busy network whose branches are dropped again and again, while carriers are spent, spent twice, and spent by clients
//! that vanish: what every node says is what its own state holds at the blocks that it names.
//!
//! `SPECIE_REORGS` says how often a validator is cut off, `SPECIE_SEED` what the clients do.

use specie_primitives::{records::Carrier, verdict::State};
use specie_rpc::SpecieRpcClient;
use specie_rpc_types::{
    Block, BriefVerdict, CarrierEvent, Detail, Units, Verdict, VerdictItem, VerdictQuery, Verdicts,
};
use specie_runtime::{AccountId, Hash, Runtime};
use specie_tests::{
    bulk, cast,
    chain::{Chain, ChainError},
    node::{network_of, Node},
    seed,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// How often a validator is cut off, unless `SPECIE_REORGS` says otherwise.
const REORGS: u64 = 2;

/// How long it is alone: it makes one block in four slots.
const ALONE: Duration = Duration::from_secs(20);

/// How long a step may take.
const LIMIT: Duration = Duration::from_secs(150);

/// How soon a spend is seen that the pool has taken, at the latest: five nodes share two cores here.
const SEEN: Duration = Duration::from_millis(250);

/// How many carriers there are for each time: each is spent once.
const CARRIERS: u64 = 2_000;

/// How many of them are asked about at once.
const ASKED: u64 = 24;

/// The ages of heads that are borne, since one of the nodes is alone at times.
const PATIENT: [&str; 5] = ["--max-best-age", "900", "--max-finalized-age", "900", "--rpc-methods=unsafe"];

/// What the clients have done and what was seen.
struct Play {
    seed: u64,
    steps: u64,
    carriers: u64,
    genesis: [u8; 32],
    /// The next carrier that was not spent.
    fresh: u64,
    /// For each node: the carriers that it has taken an order of, and when.
    taken: [BTreeMap<u64, Instant>; 4],
    compared: u64,
    unsafe_seen: u64,
    /// States at blocks that the node has dropped since the answer.
    gone: u64,
}

#[tokio::test(flavor = "multi_thread")]
async fn f11_f14_verdicts_equal_the_state_on_branches_that_come_and_go() -> Outcome {
    let (reorgs, seed) = (seed::asked_for("SPECIE_REORGS", REORGS), seed::seed());
    println!("SPECIE_REORGS={reorgs} SPECIE_SEED={seed}");
    let carriers = CARRIERS * (reorgs + 1);
    let folder = tempfile::tempdir()?;
    let (chain, _) = bulk::specification(folder.path(), "local", carriers)?;
    let mut nodes = network_of(folder.path(), &chain, &PATIENT)?;
    let first = nodes[0].client().await?;
    first.wait_for_final(1).await?;
    let mut play = Play {
        seed,
        steps: 0,
        carriers,
        genesis: first.genesis.0,
        fresh: 0,
        taken: Default::default(),
        compared: 0,
        unsafe_seen: 0,
        gone: 0,
    };
    let address = first.address_in_network().await?;
    for round in 0..reorgs {
        nodes[3].restart_alone()?;
        let chains = connected(&mut nodes).await?;
        let mut heard = Vec::new();
        for chain in &chains {
            chain.wait_for_index().await?;
            heard.push(Heard::begin(chain, play.fresh).await?);
        }
        let begun = Instant::now();
        while begun.elapsed() < ALONE {
            play.act(&chains, &nodes).await?;
            play.look(&chains).await?;
        }
        chains[3].join(&address).await?;
        // Everybody goes on while the branch is dropped.
        let goal = chains[0].heights().await?.0;
        let begun = Instant::now();
        while chains[3].heights().await?.1 < goal {
            play.act(&chains, &nodes).await?;
            play.look(&chains).await?;
            if begun.elapsed() > LIMIT {
                return Err(format!("round {round}: the validator does not come back").into());
            }
        }
        play.settled(&chains, &mut heard).await?;
    }
    let dropped = nodes[3].log()?.matches("Reorg").count() as u64;
    let Play { fresh, compared, unsafe_seen, gone, .. } = play;
    println!(
        "{fresh} carriers spent, {dropped} reorganisations on the validator that was cut off, {compared} verdicts equal \
         to the state, {unsafe_seen} of them unsafe, {gone} not compared since their blocks were gone"
    );
    assert!(dropped >= reorgs, "{dropped} reorganisations");
    assert!(compared > 500 * reorgs && unsafe_seen > 50 * reorgs, "{compared} compared, {unsafe_seen} unsafe");
    Ok(())
}

async fn connected(nodes: &mut [Node]) -> Outcome<Vec<Chain>> {
    let mut chains = Vec::new();
    for node in nodes {
        chains.push(node.client().await?);
    }
    Ok(chains)
}

impl Play {
    fn random(&mut self) -> u64 {
        self.steps += 1;
        seed::random(self.seed, "step", self.steps)
    }

    /// An order of a carrier that has not been spent, to the payee or to somebody else.
    fn order(&mut self, number: u64, other: bool, until: u32) -> Vec<u8> {
        let to = if other { cast::account(&cast::user()) } else { cast::account(&cast::payee()) };
        let (order, signature) = bulk::order_to(to.into(), number, 1, self.genesis, until);
        Chain::order(&order, &signature)
    }

    /// One client does something.
    async fn act(&mut self, chains: &[Chain], nodes: &[Node]) -> Outcome {
        let (number, until) = (self.fresh, chains[0].heights().await?.0 + 1_000);
        if number >= self.carriers {
            return Err("the carriers are used up".into());
        }
        self.fresh += 1;
        let (honest, clone) = (self.order(number, false, until), self.order(number, true, until));
        match self.random() % 4 {
            // Spends.
            0 => {
                let node = self.random() as usize % 4;
                self.send(chains, node, number, &honest).await?;
            }
            // Spends twice: once where the validator is alone, once elsewhere.
            1 | 2 => {
                self.send(chains, 3, number, &honest).await?;
                self.send(chains, 0, number, &clone).await?;
            }
            // Spends and is gone before there is an answer.
            _ => {
                let url = nodes[3].url();
                tokio::spawn(async move {
                    let Ok(chain) = Chain::connect(&url).await else { return };
                    let _ = tokio::time::timeout(Duration::from_millis(1), chain.send(&honest)).await;
                });
            }
        }
        Ok(())
    }

    /// Sends; a node that has the other order already refuses.
    async fn send(&mut self, chains: &[Chain], node: usize, number: u64, order: &[u8]) -> Outcome {
        match chains[node].send(order).await {
            Ok(_) => {
                self.taken[node].insert(number, Instant::now());
                Ok(())
            }
            Err(ChainError::Rpc(jsonrpsee::core::ClientError::Call(_))) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Asks every node about carriers, mostly spent ones, and compares.
    async fn look(&mut self, chains: &[Chain]) -> Outcome {
        for (node, chain) in chains.iter().enumerate() {
            let known = self.taken[node].clone();
            // One of them is never spent.
            let last = self.carriers - 1;
            let recent = |_| self.fresh.saturating_sub(self.random() % 60 + 1).min(last);
            let numbers: BTreeSet<u64> = (0..ASKED).map(recent).chain([last]).collect();
            let numbers: Vec<u64> = numbers.into_iter().collect();
            let asked = Instant::now();
            let Verdicts { verdicts, head } = ask(chain, &numbers).await?;
            // The node may be catching up, and then says nothing.
            let Some(head) = head else { continue };
            for (number, item) in numbers.iter().zip(verdicts) {
                let VerdictItem::Verdict(verdict) = item else { return Err(format!("{item:?}").into()) };
                if verdict.state == State::Unknown {
                    continue;
                }
                let (best, finalized) = (hash_of(&head.best), hash_of(&head.finalized));
                let Some(best) = state(chain, *number, best).await? else {
                    self.gone += 1;
                    continue;
                };
                let Some(finalized) = state(chain, *number, finalized).await? else {
                    self.gone += 1;
                    continue;
                };
                self.compare(
                    node,
                    *number,
                    known.get(number).is_some_and(|taken| *taken + SEEN < asked),
                    &verdict,
                    best,
                    finalized,
                )?;
            }
        }
        Ok(())
    }

    fn compare(
        &mut self,
        node: usize,
        number: u64,
        is_taken: bool,
        verdict: &Verdict,
        best: (u32, u128),
        finalized: (u32, u128),
    ) -> Outcome {
        let told =
            |what: &str| format!("node {node}, carrier {number}: {what}: {verdict:?}; {best:?}, {finalized:?}");
        let balance = verdict.balance.as_ref().ok_or_else(|| told("no balance"))?;
        let sequence = verdict.carrier.as_ref().ok_or_else(|| told("no record"))?.sequence;
        if (sequence, balance.best) != (best.0, Units(best.1)) {
            return Err(told("the best block").into());
        }
        if balance.finalized != Some(Units(finalized.1)) {
            return Err(told("the final block").into());
        }
        // A spend that this node has taken is doubt until one is final.
        if is_taken && finalized.0 == 0 && verdict.state != State::Unsafe {
            return Err(told("a spend was forgotten").into());
        }
        self.compared += 1;
        self.unsafe_seen += u64::from(verdict.state == State::Unsafe);
        Ok(())
    }

    /// Once nobody spends any more, all nodes say the same, and every subscriber heard it.
    async fn settled(&mut self, chains: &[Chain], heard: &mut [Heard]) -> Outcome {
        let begun = Instant::now();
        let all: Vec<u64> = (0..self.fresh).collect();
        let mut said: Vec<BTreeMap<u64, BriefVerdict>>;
        loop {
            said = Vec::new();
            for chain in chains {
                said.push(brief(chain, &all).await?);
            }
            if said.iter().all(|node| node == &said[0] && node.values().all(is_over)) {
                break;
            }
            if begun.elapsed() > LIMIT {
                let of = |number: &u64| said.iter().map(|node| node.get(number)).collect::<Vec<_>>();
                let is_odd = |all: &Vec<Option<&BriefVerdict>>| {
                    all.iter().any(|one| *one != all[0] || !one.is_some_and(is_over))
                };
                let odd: Vec<_> = all.iter().map(of).filter(is_odd).take(3).collect();
                return Err(format!("the nodes do not agree: {odd:?}").into());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        for (node, heard) in heard.iter_mut().enumerate() {
            heard.listen().await?;
            for (number, brief) in &heard.last {
                if said[node].get(number).is_some_and(|now| now != brief) {
                    let now = said[node].get(number);
                    return Err(format!(
                        "node {node} told its subscriber {brief:?} of carrier {number}, and now {now:?}"
                    )
                    .into());
                }
            }
            println!("node {node} told its subscriber {} events, {} gaps", heard.events, heard.gaps);
        }
        let spent = said[0].values().filter(|brief| brief.sequence == Some(1)).count();
        println!("{spent} of {} carriers are spent, and all nodes say so", self.fresh);
        Ok(())
    }
}

/// Whether nothing more will become of a carrier by itself.
fn is_over(brief: &BriefVerdict) -> bool {
    brief.pending_spends == 0 && brief.state != State::Unsafe && brief.state != State::Unknown
}

/// A subscriber, and what it heard last of each carrier.
struct Heard {
    news: mpsc::UnboundedReceiver<Result<CarrierEvent, serde_json::Error>>,
    numbers: BTreeMap<String, u64>,
    last: BTreeMap<u64, BriefVerdict>,
    events: u64,
    gaps: u64,
}

impl Heard {
    /// To the next thousand carriers.
    async fn begin(chain: &Chain, from: u64) -> Outcome<Self> {
        let numbers: BTreeMap<String, u64> = (from..from + 1_000).map(|number| (ss58(number), number)).collect();
        let mut events = chain.client.watch(numbers.keys().cloned().collect(), None).await?;
        // Read at once: the client library gives up a subscription that nobody reads.
        let (told, news) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(event) = events.next().await {
                if told.send(event).is_err() {
                    return;
                }
            }
        });
        Ok(Self { news, numbers, last: BTreeMap::new(), events: 0, gaps: 0 })
    }

    /// Takes everything that was told until now.
    async fn listen(&mut self) -> Outcome {
        while let Ok(event) = tokio::time::timeout(Duration::from_secs(2), self.news.recv()).await {
            self.events += 1;
            match event.ok_or("the subscription has ended")?? {
                CarrierEvent::Verdict { address, verdict, .. } => {
                    let number = self.numbers.get(&address.to_string()).ok_or("a carrier that nobody asked for")?;
                    self.last.insert(*number, *verdict);
                }
                CarrierEvent::Gap { .. } => self.gaps += 1,
                CarrierEvent::Node { .. } | CarrierEvent::Orders { .. } => {}
                CarrierEvent::Error { message, .. } => return Err(message.into()),
            }
        }
        Ok(())
    }
}

fn hash_of(block: &Block) -> Hash {
    Hash::from(block.hash.0)
}

fn ss58(number: u64) -> String {
    AccountId::from(bulk::address(number).0).to_string()
}

fn queries(numbers: &[u64]) -> Vec<VerdictQuery> {
    numbers.iter().map(|number| VerdictQuery { address: Some(ss58(*number)), ..VerdictQuery::default() }).collect()
}

async fn ask(chain: &Chain, numbers: &[u64]) -> Outcome<Verdicts> {
    Ok(chain.client.verdicts(queries(numbers), None).await?)
}

async fn brief(chain: &Chain, numbers: &[u64]) -> Outcome<BTreeMap<u64, BriefVerdict>> {
    let list = chain.client.verdicts(queries(numbers), Some(Detail::Brief)).await?;
    let mut brief = BTreeMap::new();
    for (number, item) in numbers.iter().zip(list.verdicts) {
        let VerdictItem::Brief(said) = item else { return Err(format!("{item:?}").into()) };
        brief.insert(*number, said);
    }
    Ok(brief)
}

/// Sequence and balance of a carrier in the state of a block; `None`: the node has dropped it.
async fn state(chain: &Chain, number: u64, at: Hash) -> Outcome<Option<(u32, u128)>> {
    let id = bulk::address(number);
    let account = frame_system::Account::<Runtime>::hashed_key_for(AccountId::from(id.0));
    let record = chain.storage::<Carrier>(&pallet_carriers::Carriers::<Runtime>::hashed_key_for(id), at).await;
    let info = chain
        .storage::<frame_system::AccountInfo<u32, <Runtime as frame_system::Config>::AccountData>>(&account, at)
        .await;
    match (record, info) {
        (Ok(record), Ok(info)) => {
            let sequence = record.ok_or("no record in the state")?.sequence;
            Ok(Some((sequence, info.map_or(0, |info| info.data.free))))
        }
        (Err(ChainError::Rpc(jsonrpsee::core::ClientError::Call(_))), _)
        | (_, Err(ChainError::Rpc(jsonrpsee::core::ClientError::Call(_)))) => Ok(None),
        (Err(error), _) | (_, Err(error)) => Err(error.into()),
    }
}
