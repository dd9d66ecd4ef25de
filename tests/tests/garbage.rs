//! Garbage at every door of a running node: each gets a clear error, and the node goes on.

use frame_support::traits::PalletInfoAccess as _;
use jsonrpsee::{core::client::ClientT, rpc_params};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{json, Value};
use specie_primitives::{crypto::Scheme, ids::CarrierId, order::Order, wire::Wire};
use specie_rpc::MAX_VERDICTS;
use specie_tests::{
    cards::{challenge, Factory},
    cast,
    chain::Chain,
    metrics,
    node::Node,
    scene::{CarrierTerms, Scene, FACE_VALUE},
};
use std::error::Error;

const METHODS: [&str; 8] = [
    "carrier_verdict",
    "carrier_verdicts",
    "carrier_history",
    "batch_get",
    "batch_list",
    "manufacturer_list",
    "machine_grants",
    "specie_health",
];

/// The code of the error that the node answers with.
async fn code(chain: &Chain, method: &str, params: Value) -> Result<i32, String> {
    let mut list = jsonrpsee::core::params::ArrayParams::new();
    for item in params.as_array().cloned().unwrap_or_default() {
        list.insert(item).map_err(|error| error.to_string())?;
    }
    match chain.client.request::<Value, _>(method, list).await {
        Ok(answer) => Err(format!("{method} answered {answer}")),
        Err(jsonrpsee::core::ClientError::Call(error)) => Ok(error.code()),
        Err(error) => Err(format!("{method}: {error}")),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f14_bad_questions_get_their_codes() -> Result<(), Box<dyn Error>> {
    let (folder, _node, chain) = Node::dev_alone(&[]).await?;
    chain.wait_for_final(1).await?;
    let user = cast::account(&cast::user()).to_string();
    let mut card = Factory::new(folder.path(), 1, Scheme::P256)?.card(Scheme::P256)?;
    let asked = challenge()?;
    let evidence = card.evidence(&asked)?.to_vec();
    let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
    let too_many = vec![json!({"address": user}); MAX_VERDICTS + 1];
    // Polkadot's prefix 0, with a good checksum.
    let other_network = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";

    for (method, params, expected) in [
        ("carrier_verdict", json!([{ "address": user }]), 9001),
        ("carrier_verdict", json!([{ "evidence": "" }]), 9002),
        ("carrier_verdict", json!([{ "evidence": "0x" }]), 9002),
        ("carrier_verdict", json!([{ "evidence": "0xzz" }]), 9002),
        ("carrier_verdict", json!([{ "evidence": hex(&evidence[1..]) }]), 9002),
        ("carrier_verdict", json!([{ "evidence": hex(&[&evidence[..], &[0]].concat()) }]), 9002),
        ("carrier_verdict", json!([{ "evidence": format!("0x{}", "00".repeat(100_000)) }]), 9002),
        ("carrier_verdict", json!([{ "address": "" }]), 9003),
        ("carrier_verdict", json!([{ "address": "0x00" }]), 9003),
        ("carrier_verdict", json!([{ "address": other_network }]), 9003),
        ("carrier_verdict", json!([{ "evidence": hex(&evidence) }]), 9002),
        ("carrier_verdict", json!([{ "evidence": hex(&evidence), "challenge": "0x00" }]), 9002),
        ("carrier_verdict", json!([{ "evidence": hex(&evidence), "challenge": hex(&[0; 32]) }]), 9011),
        (
            "carrier_verdict",
            json!([{ "address": user, "evidence": hex(&evidence), "challenge": hex(&asked) }]),
            9004,
        ),
        ("carrier_verdicts", json!([too_many]), 9005),
        ("carrier_verdict", json!([{}]), 9006),
        ("batch_get", json!([99]), 9007),
        ("batch_list", json!([99]), 9008),
        ("machine_grants", json!([user]), 9009),
        ("machine_grants", json!(["5"]), 9003),
        ("carrier_verdict", json!([]), -32602),
        ("carrier_verdict", json!([7]), -32602),
        ("carrier_verdict", json!([{ "adress": user }]), -32602),
        ("carrier_verdicts", json!([{ "address": user }]), -32602),
        ("batch_get", json!(["1"]), -32602),
        ("batch_get", json!([-1]), -32602),
        ("batch_get", json!([1.5]), -32602),
        ("batch_list", json!([4_294_967_296u64]), -32602),
        ("carrier_everything", json!([]), -32601),
    ] {
        let shown = params.to_string().chars().take(120).collect::<String>();
        assert_eq!(code(&chain, method, params).await?, expected, "{method} {shown}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn random_bytes_and_values_never_stop_the_node() -> Result<(), Box<dyn Error>> {
    let (_folder, mut node, chain) = Node::dev_alone(&[]).await?;
    let seed: [u8; 32] = challenge()?;
    println!("seed {}", hex::encode(seed));
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);

    let value = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        ".{0,80}".prop_map(Value::from),
        proptest::collection::vec(any::<u8>(), 0..400)
            .prop_map(|bytes| json!({ "evidence": format!("0x{}", hex::encode(bytes)) })),
        proptest::collection::vec(any::<u8>(), 32)
            .prop_map(|bytes| json!({ "address": format!("0x{}", hex::encode(bytes)) })),
        proptest::collection::vec(".{0,8}", 0..5).prop_map(|list| json!(list)),
    ];
    for round in 0..600 {
        let params = proptest::collection::vec(value.clone(), 0..3)
            .new_tree(&mut runner)
            .map_err(|reason| reason.to_string())?
            .current();
        let method = METHODS[round % METHODS.len()];
        let mut list = jsonrpsee::core::params::ArrayParams::new();
        for item in params {
            list.insert(item)?;
        }
        // Whatever it answers, it answers.
        if let Err(error) = chain.client.request::<Value, _>(method, list).await {
            assert!(matches!(error, jsonrpsee::core::ClientError::Call(_)), "{method}: {error}");
        }
    }
    for _ in 0..300 {
        let bytes = proptest::collection::vec(any::<u8>(), 0..400)
            .new_tree(&mut runner)
            .map_err(|reason| reason.to_string())?
            .current();
        // Half of them begin like an order.
        let bytes = if bytes.len().is_multiple_of(2) { [&[0x05, 42, 4][..], &bytes].concat() } else { bytes };
        let bytes = codec::Encode::encode(&bytes);
        let sent: Result<String, _> =
            chain.client.request("author_submitExtrinsic", rpc_params![format!("0x{}", hex::encode(bytes))]).await;
        assert!(sent.is_err(), "the pool took random bytes");
    }
    // Calls within calls, as deep as they fit: as bare extrinsics of both formats, alone and where an order is expected.
    let [sudo, council] =
        [specie_runtime::Sudo::index(), specie_runtime::IssuerCouncil::index()].map(|it| it as u8);
    for (version, call) in [(5, [sudo, 0]), (4, [sudo, 0]), (5, [council, 1])] {
        let nested = [&[version][..], &call.repeat(100_000), &[0, 0, 0]].concat();
        let bytes = format!("0x{}", hex::encode(codec::Encode::encode(&nested)));
        let sent: Result<String, _> = chain.client.request("author_submitExtrinsic", rpc_params![bytes]).await;
        assert!(sent.is_err(), "the pool took calls within calls");
        assert!(node.is_running()?, "{}", node.log()?);
    }
    let height = chain.heights().await?.1;
    chain.wait_for_final(height + 2).await?;
    assert!(node.is_running()?);
    let log = node.log()?;
    // The SDK's runtime APIs refuse arguments that do not decode by a panic inside the WASM sandbox, which ends there.
    // Nothing else may panic.
    let panics: Vec<_> =
        log.lines().filter(|line| line.contains("panicked") && !line.contains("runtime/src/apis.rs")).collect();
    assert!(panics.is_empty(), "{panics:#?}");
    Ok(())
}

/// An order with a signature of somebody else's, or over something else, costs its sender nothing. The node finds it out before the
/// runtime is asked; a right one passes, and so does what only the runtime can judge.
#[tokio::test(flavor = "multi_thread")]
async fn f12_forged_orders_are_turned_away_at_the_door() -> Result<(), Box<dyn Error>> {
    const TURNED_AWAY: &str = "specie_pool_forged_orders_total";
    let (folder, _node, chain, port) = Node::dev_with_metrics().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(4).await?;
    let mut turned_away = 0;
    for scheme in Scheme::ALL {
        let mut card = scene.factory.card(scheme)?;
        scene.initialise(&mut card, scheme, CarrierTerms::default()).await?;
        scene.fund(&mut card, FACE_VALUE).await?;
        let (order, signature) = scene.sign_order(&mut card, |_| {}).await?;
        let forged = [
            Order { amount: order.amount - 1, ..order },
            Order { to: [7; 32], ..order },
            Order { fee_to: order.to, ..order },
            Order { sequence: order.sequence + 1, ..order },
        ];
        for forged in forged {
            let sent = chain.submit(&Chain::order(&forged, &signature)).await.map(drop);
            let error = sent.expect_err("a forged order was let in").to_string();
            assert!(error.contains("bad signature"), "{error}");
        }
        turned_away += forged.len() as u64;
        assert_eq!(metrics::value(port, TURNED_AWAY).await?, turned_away, "{scheme}");

        // Of a carrier that nobody has registered the door knows nothing: the runtime refuses it.
        let unknown = Order { carrier: CarrierId([9; 32]), ..order };
        assert!(chain.submit(&Chain::order(&unknown, &signature)).await.is_err());
        // What is right goes through; the same again is the runtime's to refuse too.
        chain.submit(&Chain::order(&order, &signature)).await?.finalized().await?;
        assert!(chain.submit(&Chain::order(&order, &signature)).await.is_err());
        assert_eq!(metrics::value(port, TURNED_AWAY).await?, turned_away, "{scheme}");
    }
    Ok(())
}
