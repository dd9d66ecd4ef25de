//! Clients that others wrote read every block of the whole story, and find each order in it: its call, its event, and the
//! hash under which the node took it.
//!
//! `docs/clients.md` says what each can do. SubQuery takes the longest to install and to start, and runs with
//! `make clients`.

use codec::Decode;
use jsonrpsee::{core::client::ClientT, rpc_params};
use serde_json::{json, Value};
use sp_core::H256;
use sp_runtime::{
    generic::Preamble,
    traits::{BlakeTwo256, Hash},
};
use specie_primitives::{crypto::Scheme, ids::BatchId};
use specie_runtime::{RuntimeCall, UncheckedExtrinsic, UNIT};
use specie_tests::{
    cards::Factory,
    cast,
    chain::Chain,
    foreign::{Client, DEDOT, PAPI, SQUID, SUBQUERY},
    node::{binary, free_port, Node, Options},
    scene::{CarrierTerms, Scene, BATCH},
    story::{Story, GRANTS},
};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

type Done = Result<(), Box<dyn Error>>;

/// A chain on which the whole story has happened.
struct Told {
    folder: TempDir,
    node: Node,
    chain: Chain,
    /// How many orders are in its blocks.
    orders: usize,
    /// The file that says which: `clients/orders/orders.mjs` takes it.
    file: PathBuf,
}

impl Told {
    /// Tells it on a node, which is also asked for the hash of one order more.
    async fn on(folder: TempDir, mut node: Node) -> Result<Self, Box<dyn Error>> {
        let chain = node.client().await?;
        chain.wait_for_final(1).await?;
        Story::new(&chain, folder.path(), |_| ())?.tell().await?;
        let asked = one_more(&chain, folder.path()).await?;
        let orders = orders(&chain).await?;
        let hashes: Vec<_> = orders.iter().map(|order| order["hash"].clone()).collect();
        assert!(hashes.contains(&json!(asked)), "{asked:?} is not among {hashes:?}");
        let file = folder.path().join("orders.json");
        fs::write(&file, json!(orders).to_string())?;
        Ok(Self { folder, node, chain, orders: orders.len(), file })
    }

    /// Has a client read the chain. It prints two lines for each order, and two more at least.
    async fn read_by(&self, client: &'static Client, script: &str, more: &[&str]) -> Done {
        let installed = client.install().await?;
        let file = self.file.display().to_string();
        let printed = installed.run(script, &[&[self.node.url().as_str(), &file], more].concat()).await?;
        print!("{printed}");
        let checks = printed.lines().filter(|line| line.starts_with("ok ")).count();
        assert!(self.orders > 3 && checks >= 2 * self.orders + 2, "{checks} checks of {} orders", self.orders);
        Ok(())
    }
}

/// A card of another lot pays; returns the hash that `author_submitExtrinsic` told.
async fn one_more(chain: &Chain, folder: &Path) -> Result<H256, Box<dyn Error>> {
    let folder = folder.join("one more");
    fs::create_dir_all(&folder)?;
    let mut scene = Scene::new(chain, &folder)?;
    let batch = BatchId(BATCH + 1);
    scene.factory = Factory::new(&folder, batch.0, Scheme::Ed25519)?;
    let (key, possession) = (scene.factory.batch.key(), scene.possession(&scene.factory.batch));
    let add = pallet_manufacturers::Call::add_batch { batch, key, capacity: 1, expires: 1_000_000, possession };
    chain.execute(add, &cast::manufacturer()).await?;
    scene.issuer(Scene::grants_call(1)).await?;
    let mut card = scene.factory.card(Scheme::Secp256k1)?;
    scene.initialise_at(&cast::atm(), GRANTS, &mut card, Scheme::Secp256k1, CarrierTerms::default()).await?;
    scene.fund(&mut card, 10 * UNIT).await?;

    let (order, signature) = scene.sign_order(&mut card, |order| order.amount = UNIT).await?;
    let hash = chain.send(&Chain::order(&order, &signature)).await?;
    let (best, _) = chain.heights().await?;
    chain.wait_for_final(best + 2).await?;
    Ok(hash)
}

/// The orders in the final blocks, by the chain's own types.
async fn orders(chain: &Chain) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut orders = Vec::new();
    for number in 1..=chain.heights().await?.1 {
        let block: H256 = chain.client.request("chain_getBlockHash", rpc_params![number]).await?;
        let body: Value = chain.client.request("chain_getBlock", rpc_params![block]).await?;
        for extrinsic in body["block"]["extrinsics"].as_array().into_iter().flatten() {
            let bytes = hex::decode(extrinsic.as_str().unwrap_or_default().trim_start_matches("0x"))?;
            let decoded = UncheckedExtrinsic::decode(&mut bytes.as_slice())?;
            let RuntimeCall::Carriers(pallet_carriers::Call::spend { order, .. }) = decoded.function else {
                continue;
            };
            if matches!(decoded.preamble, Preamble::Bare(_)) {
                orders.push(json!({
                    "hash": BlakeTwo256::hash(&bytes),
                    "carrier": format!("0x{}", hex::encode(order.carrier.0)),
                    "sequence": order.sequence,
                }));
            }
        }
    }
    Ok(orders)
}

async fn told() -> Result<Told, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let node = Node::dev(folder.path())?;
    Told::on(folder, node).await
}

#[tokio::test(flavor = "multi_thread")]
async fn f11_f14_papi_dedot_and_squid_read_every_block() -> Done {
    let told = told().await?;
    for client in [&PAPI, &DEDOT, &SQUID] {
        told.read_by(client, "main.mjs", &[]).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "installs SubQuery and wants PostgreSQL: make clients"]
async fn f11_f14_subquery_reads_every_block_into_postgresql() -> Done {
    told().await?.read_by(&SUBQUERY, "run.sh", &[]).await
}

/// The light client asks no node's RPC: it finds blocks and proofs in the network, from the specification alone.
#[tokio::test(flavor = "multi_thread")]
async fn f11_f14_smoldot_follows_as_a_light_client() -> Done {
    let folder = tempfile::tempdir()?;
    let specification = folder.path().join("raw.json");
    let exported = Command::new(binary()?).args(["export-chain-spec", "--chain", "dev", "--raw"]).output()?;
    fs::write(&specification, exported.stdout)?;
    let (port, chain) = (free_port()?, specification.display().to_string());
    let listen = format!("/ip4/127.0.0.1/tcp/{port}/ws");
    let args = ["--chain", &chain, "--alice", "--validator", "--force-authoring", "--listen-addr", &listen];
    let key = ["--node-key", "0000000000000000000000000000000000000000000000000000000000000001"];
    let args = args.iter().chain(&key).map(ToString::to_string).collect();
    let node = Node::start(Options::new(folder.path().join("node"), args)?)?;
    let told = Told::on(folder, node).await?;
    let peer: String = told.chain.client.request("system_localPeerId", rpc_params![]).await?;
    let boot = format!("{listen}/p2p/{peer}");
    let specification = told.folder.path().join("raw.json").display().to_string();
    told.read_by(&PAPI, "light.mjs", &[&specification, &boot]).await
}
