//! The index of a running node: the pool, histories, subscriptions, limits, and what can befall its files.

use jsonrpsee::{
    core::client::{ClientT, Error as ClientError, Subscription},
    rpc_params,
};
use serde_json::json;
use specie_card::host::Host;
use specie_primitives::verdict::{Reason, State};
use specie_primitives::{crypto::Scheme, ids::CarrierId};
use specie_rpc::SpecieRpcClient;
use specie_rpc_types::{
    Account, CarrierEvent, Detail, GapReason, Happened, IndexStatus, Units, Verdict, VerdictItem, VerdictQuery,
    Word,
};
use specie_runtime::UNIT;
use specie_tests::{
    bench::wire,
    bulk,
    cards::CardHost,
    cast,
    chain::{of_address, short, Chain},
    disk::SmallDisk,
    node::Node,
    scene::{ask, CarrierTerms, Scene, FACE_VALUE},
    waiting::{wait_until, PATIENCE},
};
use std::{
    collections::HashMap,
    error::Error,
    time::{Duration, Instant},
};

type Outcome = Result<(), Box<dyn Error>>;

fn address_of(card: &mut CardHost) -> Result<String, Box<dyn Error>> {
    Ok(specie_runtime::AccountId::from(card.carrier()?.0).to_string())
}

/// The verdict as it is at this instant, whatever block the node has.
async fn at_once(chain: &Chain, address: &str) -> Result<Verdict, Box<dyn Error>> {
    let query = VerdictQuery { address: Some(address.into()), ..Default::default() };
    Ok(chain.client.verdict(query).await?)
}

/// An order is in the verdict as soon as it is in the pool, and two that contradict each other are shown as such.
#[tokio::test(flavor = "multi_thread")]
async fn f14_spend_in_the_pool_is_seen_before_any_block() -> Outcome {
    let (folder, _node, chain) = Node::dev_alone(&[]).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    let mut card = scene.funded_card().await?;
    let address = address_of(&mut card)?;
    assert_eq!(short(&chain.verdict(of_address(&card.carrier()?.0.into())).await?), "unproven/noEvidence");

    // A card that was cloned signs twice with one sequence. Each order travels inside somebody's signed extrinsic: as
    // transactions of their own the pool would hold only one of them.
    let mut clone = Host::new(card.transport_mut().clone_keys()?);
    clone.select()?;
    let (one, one_signature) = scene.sign_order(&mut card, |order| order.amount = UNIT).await?;
    let (other, other_signature) = scene.sign_order(&mut clone, |order| order.amount = 2 * UNIT).await?;
    // A nonce that has no turn yet: they wait in the pool for good.
    let one = chain
        .signed_later(pallet_carriers::Call::spend { order: one, signature: one_signature }, &cast::user())
        .await?;
    let other = chain
        .signed_later(pallet_carriers::Call::spend { order: other, signature: other_signature }, &cast::payee())
        .await?;
    chain.send(&one).await?;
    wait_until(|| async {
        Ok(at_once(&chain, &address).await?.pending_spends.is_some_and(|spends| spends.len() == 1))
    })
    .await?;
    let answer = at_once(&chain, &address).await?;
    assert_eq!(short(&answer), "unsafe/spendInPool");
    chain.send(&other).await?;
    wait_until(|| async {
        Ok(at_once(&chain, &address).await?.pending_spends.is_some_and(|spends| spends.len() == 2))
    })
    .await?;
    let spends = at_once(&chain, &address).await?.pending_spends.ok_or("no spends")?;
    assert!(spends.iter().all(|spend| spend.conflict && spend.transaction.is_some()), "{spends:?}");
    assert_eq!(short(&ask(&chain, &mut card).await?), "unsafe/spendInPool");

    // The order that the card sends itself is in a block soon, and takes the others' turn.
    let (order, signature) = scene.sign_order(&mut card, |_| {}).await?;
    let sent = chain.submit(&Chain::order(&order, &signature)).await?;
    let seen = Instant::now();
    wait_until(|| async { Ok(at_once(&chain, &address).await?.has(Reason::SpendInPool)) }).await?;
    println!("an order was seen {:?} after the pool had taken it", seen.elapsed());
    sent.finalized().await?;
    let answer = chain.verdict(of_address(&card.carrier()?.0.into())).await?;
    assert_eq!((short(&answer).as_str(), answer.pending_spends), ("withdrawn/spent", Some(Vec::new())));
    Ok(())
}

/// A forged order inside somebody's signed extrinsic casts no doubt on a card.
#[tokio::test(flavor = "multi_thread")]
async fn f14_forged_order_in_the_pool_is_not_believed() -> Outcome {
    let (folder, _node, chain) = Node::dev_alone(&[]).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(3).await?;
    let mut card = scene.funded_card().await?;
    let mut other = scene.funded_card().await?;
    let address = address_of(&mut card)?;
    let (_, signature) = scene.sign_order(&mut other, |_| {}).await?;
    let (order, _) = scene.sign_order(&mut card, |_| {}).await?;
    let forged = pallet_carriers::Call::spend { order, signature };
    let hidden = pallet_utility::Call::batch_all { calls: vec![forged.into()] };
    chain.send(&chain.signed_later(hidden, &cast::user()).await?).await?;
    wait_until(|| async { Ok(chain.client.health().await?.pool_transactions > 0) }).await?;
    let answer = at_once(&chain, &address).await?;
    assert_eq!((short(&answer).as_str(), answer.pending_spends), ("unproven/noEvidence", Some(Vec::new())));

    // The same with the true signature, as deep, is believed.
    let (order, signature) = scene.sign_order(&mut card, |_| {}).await?;
    let hidden =
        pallet_utility::Call::batch { calls: vec![pallet_carriers::Call::spend { order, signature }.into()] };
    let hidden = pallet_utility::Call::batch_all { calls: vec![hidden.into()] };
    chain.send(&chain.signed_later(hidden, &cast::payee()).await?).await?;
    wait_until(|| async { Ok(short(&at_once(&chain, &address).await?) == "unsafe/spendInPool") }).await
}

/// Everything that happened to a carrier, page by page, and plain transfers too.
#[tokio::test(flavor = "multi_thread")]
async fn f11_history_tells_everything_in_pages() -> Outcome {
    let (folder, _node, chain) = Node::dev_alone(&[]).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    let mut card = scene.factory.card(Scheme::Ed25519)?;
    scene.initialise(&mut card, Scheme::Ed25519, CarrierTerms::default()).await?;
    scene.fund(&mut card, FACE_VALUE).await?;
    let (carrier, address) = (card.carrier()?, address_of(&mut card)?);
    let gift = pallet_balances::Call::transfer_keep_alive {
        dest: specie_runtime::AccountId::from(carrier.0).into(),
        value: UNIT,
    };
    chain.execute(gift, &cast::payee()).await?;
    let (order, signature) = scene.sign_order(&mut card, |order| order.amount = 2 * UNIT).await?;
    chain.submit(&Chain::order(&order, &signature)).await?.finalized().await?;
    scene.issuer(pallet_carriers::Call::freeze { carrier, cause: cast::CAUSE }).await?;
    chain.wait_for_index().await?;

    let page = chain.client.history(address.clone(), None, None).await?;
    let kinds: Vec<_> = page.entries.iter().map(|entry| entry.what.kind()).collect();
    assert_eq!(kinds, ["frozen", "spent", "received", "funded", "initialised"]);
    assert!(page.entries.iter().all(|entry| entry.is_final && entry.extrinsic.is_some()));
    assert_eq!((page.cursor, page.complete_since), (None, 0));
    let amounts: u128 = page.entries.iter().map(|entry| moved(&entry.what)).sum::<i128>().try_into()?;
    let balance = chain.balance(&carrier.0.into()).await?;
    assert_eq!(amounts, balance, "what came in less what went out is what is there");

    let mut paged = Vec::new();
    let mut cursor = None;
    loop {
        let page = chain.client.history(address.clone(), cursor, Some(2)).await?;
        assert!(page.entries.len() <= 2);
        paged.extend(page.entries);
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(paged, chain.client.history(address.clone(), None, None).await?.entries);
    for (params, code) in [
        (json!([address, "xyz"]), 9013),
        (json!([address, "00"]), 9013),
        (json!([cast::account(&cast::user()).to_string()]), 9001),
        (json!(["?"]), 9003),
    ] {
        assert_eq!(refused(&chain, "carrier_history", params).await?, code);
    }
    Ok(())
}

/// A subscriber hears every change once, goes on from its cursor, and is told of a gap after a restart.
#[tokio::test(flavor = "multi_thread")]
async fn f14_subscriber_hears_everything_or_of_a_gap() -> Outcome {
    let (folder, mut node, chain) = Node::dev_alone(&[]).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    let mut card = scene.funded_card().await?;
    let address = address_of(&mut card)?;
    chain.wait_for_index().await?;

    let mut events = chain.client.watch(vec![address.clone()], None).await?;
    let first = next_verdict(&mut events).await?;
    assert_eq!((first.state, first.address.to_string()), (State::Unproven.into(), address.clone()));

    let (order, signature) = scene.sign_order(&mut card, |order| order.amount = UNIT).await?;
    let sent = chain.submit(&Chain::order(&order, &signature)).await?;
    let in_pool = next_verdict(&mut events).await?;
    assert_eq!((in_pool.reason, in_pool.pending_spends), (Reason::SpendInPool.into(), 1));
    let in_block = next_verdict(&mut events).await?;
    assert_eq!((in_block.reason, in_block.pending_spends), (Reason::SpendNotFinal.into(), 0));
    sent.finalized().await?;
    let is_final = next_verdict(&mut events).await?;
    assert_eq!(is_final.reason, Reason::NoEvidence);
    drop(events);

    // Who comes back hears what it missed, each in its turn.
    let mut again = chain.client.watch(vec![address.clone()], Some(in_pool.cursor.clone())).await?;
    assert_eq!(next_verdict(&mut again).await?.cursor, in_block.cursor);
    assert_eq!(next_verdict(&mut again).await?.cursor, is_final.cursor);
    drop(again);

    // A batch that is suspended reaches those who watch its cards.
    let mut watching = chain.client.watch(vec![address.clone()], Some(is_final.cursor.clone())).await?;
    let call = pallet_manufacturers::Call::suspend_batch {
        batch: specie_primitives::ids::BatchId(specie_tests::scene::BATCH),
        cause: cast::CAUSE,
    };
    chain.execute(call, &cast::manufacturer()).await?;
    assert_eq!(next_verdict(&mut watching).await?.reason, Reason::BatchSuspended);
    drop(watching);

    node.restart()?;
    let chain = node.client().await?;
    chain.wait_for_index().await?;
    let mut events = chain.client.watch(vec![address.clone()], Some(is_final.cursor)).await?;
    match next(&mut events).await? {
        CarrierEvent::Gap { reason, .. } => assert_eq!(reason, GapReason::Restarted),
        other => return Err(format!("no gap but {other:?}").into()),
    }
    assert_eq!(next_verdict(&mut events).await?.reason, Reason::BatchSuspended);
    for (params, code) in [
        (json!([[address], "xyz"]), 9013),
        (json!([[]]), 9006),
        (json!([["?"]]), 9003),
        (json!([vec!["?"; specie_rpc::MAX_WATCHED + 1]]), 9005),
    ] {
        assert_eq!(refused(&chain, "carrier_subscribe", params).await?, code);
    }
    Ok(())
}

/// Who does not read is told that it missed something, then hears everything as it is; who reads misses nothing.
#[tokio::test(flavor = "multi_thread")]
async fn f14_slow_subscriber_is_told_of_its_gap() -> Outcome {
    const WATCHED: u64 = 2_000;
    let folder = tempfile::tempdir()?;
    let (options, addresses) = bulk::node(folder.path(), WATCHED, &["--rpc-client-work", "0"])?;
    let mut node = Node::start(options)?;
    let chain = node.client().await?;
    chain.wait_for_final(1).await?;
    chain.wait_for_index().await?;
    let watched: Vec<String> =
        addresses.iter().map(|id| specie_runtime::AccountId::from(id.0).to_string()).collect();
    let subscribe = wire::call(1, "carrier_subscribe", &json!([watched]).to_string());
    let mut slow = wire::connect(&node.url()).await.map_err(|error| error.to_string())?;
    slow.send(subscribe.clone()).await.map_err(|error| error.to_string())?;
    let mut quick = wire::connect(&node.url()).await.map_err(|error| error.to_string())?;
    quick.send(subscribe).await.map_err(|error| error.to_string())?;
    let quick = tokio::spawn(async move { listened(&mut quick).await.map_err(|error| error.to_string()) });

    // Tens of megabytes of events: more than the sockets hold.
    let gifts = |first: usize| {
        let some = addresses.iter().skip(first).take(400);
        let gift = |id: &CarrierId| {
            let dest = specie_runtime::AccountId::from(id.0).into();
            pallet_balances::Call::transfer_keep_alive { dest, value: UNIT }.into()
        };
        pallet_utility::Call::batch { calls: some.map(gift).collect() }
    };
    let mut nonce = 0u32;
    let mut last = Vec::new();
    for first in (0..60).map(|round| round * 400 % addresses.len()) {
        last = specie_tests::chain::signed(chain.genesis, gifts(first).into(), &cast::user(), nonce);
        nonce += 1;
        if nonce < 60 {
            chain.send(&last).await?;
        }
    }
    chain.submit(&last).await?.finalized().await?;

    let quick = quick.await??;
    let slow = listened(&mut slow).await?;
    println!(
        "the quick one heard {} verdicts, {} gaps; the slow one {}, {}",
        quick.verdicts,
        quick.gaps.len(),
        slow.verdicts,
        slow.gaps.len()
    );
    assert!(quick.gaps.is_empty(), "{:?}", quick.gaps);
    assert!(!slow.gaps.is_empty() && slow.gaps.iter().all(|reason| reason == "tooSlow"), "{:?}", slow.gaps);
    assert!(slow.verdicts < quick.verdicts, "nothing was left out, and yet there was a gap");
    // Nothing has happened for some time: what was heard last is what is true now.
    let now = chain.client.verdicts(
        watched
            .iter()
            .map(|address| VerdictQuery { address: Some(address.clone()), ..Default::default() })
            .collect(),
        Some(Detail::Brief),
    );
    let now: Vec<_> = now
        .await?
        .verdicts
        .iter()
        .map(|item| serde_json::to_value(item).unwrap_or_default()["brief"].clone())
        .collect();
    for heard in [quick, slow] {
        for (address, now) in watched.iter().zip(&now) {
            assert_eq!(heard.last.get(address), Some(now), "{address}");
        }
    }
    Ok(())
}

/// What a subscriber heard.
#[derive(Default)]
struct Listened {
    verdicts: u64,
    gaps: Vec<String>,
    last: HashMap<String, serde_json::Value>,
}

/// Everything until nothing comes for some time: blocks that change nothing bring no events.
async fn listened(connection: &mut wire::Connection) -> Result<Listened, Box<dyn Error>> {
    let mut heard = Listened::default();
    while let Ok(text) = tokio::time::timeout(Duration::from_secs(10), connection.notification()).await {
        let text = text.map_err(|error| error.to_string())?;
        let message: serde_json::Value = serde_json::from_str(&text)?;
        let event = &message["params"]["result"];
        match event["kind"].as_str() {
            Some("verdict") => {
                heard.verdicts += 1;
                heard.last.insert(event["address"].as_str().ok_or("no address")?.into(), event["verdict"].clone());
            }
            Some("gap") => heard.gaps.push(event["reason"].as_str().ok_or("no reason")?.into()),
            // The answer to the call.
            None => {}
            Some(_) => return Err(text.into()),
        }
    }
    Ok(heard)
}

/// A safe's content in one answer, in few words or in many, and what is wrong with one does not spoil the others.
#[tokio::test(flavor = "multi_thread")]
async fn f65_many_verdicts_are_of_one_moment() -> Outcome {
    let (folder, _node, chain) = Node::dev_alone(&[]).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    let mut card = scene.funded_card().await?;
    let mut other = scene.factory.card(Scheme::Ed25519)?;
    scene.initialise(&mut other, Scheme::Ed25519, CarrierTerms::default()).await?;
    chain.wait_for_index().await?;
    let of = |address: String| VerdictQuery { address: Some(address), ..Default::default() };
    let queries = vec![
        of(address_of(&mut card)?),
        of("?".into()),
        of(cast::account(&cast::user()).to_string()),
        of(address_of(&mut other)?),
    ];
    let full = chain.client.verdicts(queries.clone(), None).await?;
    let said: Vec<_> = full.verdicts.iter().map(in_short).collect();
    assert_eq!(said, ["unproven/noEvidence", "9003", "9001", "blank/notFundedYet"]);
    let brief = chain.client.verdicts(queries, Some(Detail::Brief)).await?;
    assert_eq!(brief.verdicts.iter().map(in_short).collect::<Vec<_>>(), said);

    let safe = vec![of(address_of(&mut card)?); specie_rpc::MAX_BRIEF_VERDICTS];
    let brief = chain.client.verdicts(safe.clone(), Some(Detail::Brief)).await?;
    assert_eq!(brief.verdicts.len(), specie_rpc::MAX_BRIEF_VERDICTS);
    assert!(brief.verdicts.iter().all(|item| in_short(item) == "unproven/noEvidence"));
    let too_many = [safe.clone(), safe].concat();
    let error = chain.client.verdicts(too_many, Some(Detail::Brief)).await.expect_err("20,000 are too many");
    assert!(error.to_string().contains("9005"), "{error}");
    Ok(())
}

/// Who asks for more than its share is told so, and when to come back; others do not notice.
#[tokio::test(flavor = "multi_thread")]
async fn f14_flooding_client_is_refused_and_others_are_served() -> Outcome {
    let (_folder, mut node, chain) = Node::dev_alone(&["--rpc-client-work", "2000"]).await?;
    chain.wait_for_final(1).await?;
    chain.wait_for_index().await?;
    let flooder = node.client().await?;
    let question = || of_address(&cast::account(&cast::user()));
    let (mut refused, mut waits) = (0, Vec::new());
    for _ in 0..3_000 {
        match flooder.client.verdict(question()).await {
            Err(ClientError::Call(error)) if error.code() == 9012 => {
                refused += 1;
                let data = error.data().ok_or("no time to come back")?.get();
                waits.push(
                    serde_json::from_str::<serde_json::Value>(data)?["retryAfterMs"].as_u64().ok_or("no time")?,
                );
            }
            Err(ClientError::Call(error)) => assert_eq!(error.code(), 9001),
            other => return Err(format!("{other:?}").into()),
        }
        if refused == 100 {
            break;
        }
    }
    assert_eq!(refused, 100, "a client with 2 ms of work a second asked for more and got it");
    assert!(waits.iter().all(|wait| (1..=60_000).contains(wait)), "{waits:?}");
    // A batch of calls counts as what is in it.
    let mut batch = jsonrpsee::core::params::BatchRequestBuilder::new();
    for _ in 0..50 {
        batch.insert("carrier_verdict", rpc_params![question()])?;
    }
    let answers = flooder.client.batch_request::<serde_json::Value>(batch).await?;
    assert!(answers.iter().any(|answer| answer.as_ref().is_err_and(|error| error.code() == 9012)));
    // Another client has its own share.
    let other = node.client().await?;
    match other.client.verdict(question()).await {
        Err(ClientError::Call(error)) => assert_eq!(error.code(), 9001),
        answer => return Err(format!("{answer:?}").into()),
    }
    Ok(())
}

/// Files that are damaged are put aside and built again, and nothing of them is served.
#[tokio::test(flavor = "multi_thread")]
async fn f11_damaged_index_is_built_again() -> Outcome {
    let (folder, mut node, chain) = Node::dev_alone(&[]).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    let mut card = scene.funded_card().await?;
    let account = card.carrier()?.0.into();
    assert_eq!(short(&chain.verdict(of_address(&account)).await?), "unproven/noEvidence");

    node.kill()?;
    assert_content(&node)?;
    std::fs::write(node.index().join("CURRENT"), b"MANIFEST-999999\n")?;
    let (content, said) = node.verify_index()?;
    assert!(!content, "{said}");
    node.start_again()?;
    let chain = node.client().await?;
    wait_until(|| async { Ok(chain.client.health().await?.able) }).await?;
    assert_eq!(short(&chain.verdict(of_address(&account)).await?), "unproven/noEvidence");
    assert!(node.index().with_extension("aside-0").exists(), "what may be salvaged is gone");
    node.kill()?;
    assert_content(&node)?;
    Ok(())
}

/// The disk of the index fills up: the node lives on, says what is wrong, and recovers by itself.
#[tokio::test(flavor = "multi_thread")]
async fn f11_full_disk_of_the_index_stops_answers_and_not_the_node() -> Outcome {
    let folder = tempfile::tempdir()?;
    let Some(disk) = SmallDisk::mount(&folder.path().join("disk"))? else {
        println!("SKIPPED: mounting a small disk needs the right to mount");
        return Ok(());
    };
    let path = disk.path.join("index").display().to_string();
    let mut node = Node::dev_with(folder.path(), &["--index-path", &path])?;
    let chain = node.client().await?;
    let scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    chain.wait_for_index().await?;
    disk.fill()?;
    wait_until(|| async { Ok(chain.client.health().await?.index.status == IndexStatus::Failed) }).await?;
    let health = chain.client.health().await?;
    assert_eq!((health.able, health.reason), (false, Some(Reason::IndexBehind.into())));
    println!("the index says: {:?}", health.index.error);
    let answer = at_once(&chain, &cast::account(&cast::user()).to_string()).await?;
    assert_eq!((short(&answer).as_str(), answer.balance), ("unknown/indexBehind", None));
    let height = chain.heights().await?.1;
    chain.wait_for_final(height + 2).await?;
    disk.free()?;
    wait_until(|| async { Ok(chain.client.health().await?.able) }).await?;
    chain.wait_for_index().await?;
    assert_eq!(chain.client.batch(specie_tests::scene::BATCH).await?.registered, 0);
    Ok(())
}

fn assert_content(node: &Node) -> Outcome {
    let (content, said) = node.verify_index()?;
    assert!(content && said.contains("the index and the chain are equal"), "{said}");
    Ok(())
}

/// A verdict out of an event.
#[derive(Debug)]
struct Heard {
    cursor: String,
    address: Account,
    state: Word<State>,
    reason: Word<Reason>,
    pending_spends: u32,
}

async fn next(events: &mut Subscription<CarrierEvent>) -> Result<CarrierEvent, Box<dyn Error>> {
    let event = tokio::time::timeout(PATIENCE, events.next()).await?;
    Ok(event.ok_or("the subscription has ended")??)
}

async fn next_verdict(events: &mut Subscription<CarrierEvent>) -> Result<Heard, Box<dyn Error>> {
    match next(events).await? {
        CarrierEvent::Verdict { cursor, address, verdict, .. } => Ok(Heard {
            cursor,
            address,
            state: verdict.state,
            reason: verdict.reason,
            pending_spends: verdict.pending_spends,
        }),
        other => Err(format!("no verdict but {other:?}").into()),
    }
}

fn in_short(item: &VerdictItem) -> String {
    match item {
        VerdictItem::Verdict(verdict) => short(verdict),
        VerdictItem::Brief(brief) => format!("{}/{}", brief.state, brief.reason),
        VerdictItem::Error { code, .. } => code.to_string(),
    }
}

/// What an entry added to the balance, or took from it.
fn moved(what: &Happened) -> i128 {
    let number = |units: &Units| i128::try_from(units.0).unwrap_or_default();
    match what {
        Happened::Funded { amount, .. } | Happened::Received { amount, .. } => number(amount),
        Happened::Spent { amount, fee, network_fee, .. } => -(number(amount) + number(fee) + number(network_fee)),
        Happened::Settled { amount, .. } => -number(amount),
        _ => 0,
    }
}

/// The code with which the node refuses.
async fn refused(chain: &Chain, method: &str, params: serde_json::Value) -> Result<i32, Box<dyn Error>> {
    let mut list = jsonrpsee::core::params::ArrayParams::new();
    for item in params.as_array().cloned().unwrap_or_default() {
        list.insert(item)?;
    }
    match chain.client.request::<serde_json::Value, _>(method, list).await {
        Err(ClientError::Call(error)) => Ok(error.code()),
        other => Err(format!("{method}: {other:?}").into()),
    }
}
