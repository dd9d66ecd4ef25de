//! Safes by the command alone: who leads, what is asked and paid, the lock, and what nobody can do.

use super::*;

const UNIT_1: &str = "//Specie//Safe//1";
const UNIT_2: &str = "//Specie//Safe//2";
const HOST: &str = "//Eve";
const UNLOCKER: &str = "//Ferdie";

/// How long a unit leads. The test's chain makes a block in far less than a second.
const LEASE: u32 = 30;

fn of_secret(secret: &str) -> Pair {
    Pair::from_string(secret, None).unwrap()
}

/// Two units of the operator's with some money, and two funded cards: their addresses and files.
async fn stage(cli: &Cli, scene: &mut Scene<'_>, folder: &Path) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    open_for_business(cli, scene).await?;
    let operator = account(&cast::operator());
    for unit in [UNIT_1, UNIT_2] {
        let unit = of_secret(unit);
        let machine = account(&unit);
        cli.does(ISSUER, &format!("machine register {machine} --operator {operator} --kind safe --fee-ceiling 0"));
        scene.chain.execute(Scene::pocket_money(&unit, 10 * UNIT), &cast::operator()).await?;
    }
    let mut cards = Vec::new();
    for number in 1..=2 {
        let address = registered(scene, CarrierTerms::default()).await?;
        cli.does(USER, &format!("carrier fund {address} 50"));
        cards.push((address, file(folder, number)));
    }
    Ok(cards)
}

fn create(cli: &Cli) {
    let [unit_1, unit_2, host, unlocker] =
        [UNIT_1, UNIT_2, HOST, UNLOCKER].map(|secret| account(&of_secret(secret)));
    // The host agrees too: two of two unlock it.
    let parties = format!("--unit {unit_1} --unit {unit_2} --host {host} --unlocker {host} --unlocker {unlocker}");
    let made = cli.does(OPERATOR, &format!("--json safe create --lease {LEASE} --approvals 2 {parties}"));
    assert_eq!(made.json()["pool"], 0);
}

fn ask(cli: &Cli, key: &str, amount: &str) -> String {
    let payee = account(&cast::payee());
    let asked = cli.does(key, &format!("--json safe ask 0 {amount} --payee {payee}")).json();
    asked["request"].as_str().unwrap().into()
}

/// The state of a request, and what was paid.
fn request(cli: &Cli, reference: &str) -> (String, Value) {
    let listed = cli.run("--json safe requests 0").expect(0).json();
    let requests = listed["requests"].as_array().unwrap();
    let request = requests.iter().find(|request| request["reference"] == reference).unwrap();
    (request["state"].as_str().unwrap().into(), request["paid"].clone())
}

fn verdict(cli: &Cli, address: &str) -> String {
    let verdict = cli.run(&format!("--json carrier verdict {address}")).json();
    format!("{}/{}", verdict["state"].as_str().unwrap(), verdict["reason"].as_str().unwrap())
}

fn verdict_of_card(cli: &Cli, card: &str) -> String {
    let verdict = cli.run(&format!("--json carrier verdict --card {card}")).json();
    format!("{}/{}", verdict["state"].as_str().unwrap(), verdict["reason"].as_str().unwrap())
}

fn safe(cli: &Cli) -> Value {
    cli.run("--json safe show 0").expect(0).json()["safe"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn f81_f89_f92_f93_f98_f101_f104_a_safe_is_kept_and_pays_by_the_command_alone() -> Done {
    let (folder, mut node, chain, cli) = alone().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    let cards = stage(&cli, &mut scene, folder.path()).await?;
    let [(one, card_1), (two, card_2)] = [&cards[0], &cards[1]];
    create(&cli);

    // Cards join by their own consent; a stranger has nobody join.
    let stranger = cli.run(&format!("--secret {USER} safe join 0 --card {card_1}")).expect(2);
    assert!(stranger.err.contains("neither the operator of pool 0 nor one of its units"), "{stranger:?}");
    // A machine that the issuer has stopped has no card join. The card has signed by then: the next one brings the same order.
    let machine = account(&of_secret(UNIT_2));
    cli.does(ISSUER, &format!("machine suspend {machine}"));
    let stopped = cli.run(&format!("--secret {UNIT_2} safe join 0 --card {card_2}")).expect(1);
    assert!(stopped.err.contains("Safes.NotPermitted"), "{stopped:?}");
    cli.does(ISSUER, &format!("machine resume {machine}"));
    assert_eq!(verdict_of_card(&cli, card_2), "unsafe/orderOutstanding");
    cli.does(UNIT_1, &format!("safe join 0 --card {card_1}"));
    cli.does(OPERATOR, &format!("safe join 0 --card {card_2}"));
    let twice = cli.run(&format!("--secret {UNIT_1} safe join 0 --card {card_1}")).expect(2);
    assert!(twice.err.contains("belongs to pool 0 already"), "{twice:?}");
    assert_eq!([verdict(&cli, one), verdict(&cli, two)], ["suspended/ofPool", "suspended/ofPool"]);
    let content = cli.run("--json safe show 0").expect(0).json();
    let members = content["members"].as_array().unwrap();
    assert_eq!(members.len(), 2);
    assert!(members.iter().all(|member| member["verdict"]["balance"]["finalized"] == (50 * UNIT).to_string()));
    assert!(content["cursor"].is_null());

    // A member's card is no cash: it pays nobody but its pool's payees.
    let cash = format!("--json carrier cash-out --card {card_1} --to {}", account(&cast::payee()));
    assert_eq!(cli.run(&cash).expect(3).kind(), "forbidden");

    // A host asks, the leader's card pays, once.
    let first = ask(&cli, HOST, "5");
    let unled = cli.run(&format!("--secret {UNIT_1} safe pay 0 {first} --card {card_1}"));
    assert_ne!(unled.exit, 0, "nobody leads: {unled:?}");
    cli.does(UNIT_1, "safe lead 0");
    let led = cli.run(&format!("--json --secret {UNIT_2} safe lead 0")).expect(1);
    assert!(led.err.contains("Safes.Led"), "{led:?}");
    let before = chain.balance(&cast::account(&cast::payee())).await?;
    cli.does(UNIT_1, &format!("safe pay 0 {first} --card {card_1}"));
    assert_eq!(chain.balance(&cast::account(&cast::payee())).await?, before + 5 * UNIT);
    assert_eq!(request(&cli, &first), ("settled".into(), json!((5 * UNIT).to_string())));
    let again = cli.run(&format!("--secret {UNIT_1} safe pay 0 {first} --card {card_2}")).expect(2);
    assert!(again.err.contains("settled"), "{again:?}");

    // The node is killed and started again: what it says of the safe is the same.
    let said = safe(&cli);
    node.kill()?;
    node.restart()?;
    let chain = node.client().await?;
    let height = chain.heights().await?.1;
    chain.wait_for_final(height + 1).await?;
    chain.wait_for_index().await?;
    let cli = Cli::new(&node);
    assert_eq!(safe(&cli), said);
    assert_eq!(verdict(&cli, one), "suspended/ofPool");

    // Locked: nothing is paid, nobody leaves, and no machine or order asks for more.
    let second = ask(&cli, HOST, "7");
    cli.does(HOST, "safe lock 0 no-payout");
    let pay = format!("--secret {UNIT_1} --json safe pay 0 {second} --card {card_1}");
    assert_eq!(cli.run(&pay).expect(3).kind(), "forbidden");
    assert_eq!(verdict(&cli, two), "suspended/poolLocked");
    let leave = cli.run(&format!("--secret {OPERATOR} safe leave 0 {one}")).expect(1);
    assert!(leave.err.contains("Safes.PoolLocked"), "{leave:?}");
    let payee = account(&cast::payee());
    let asked = cli.run(&format!("--secret {HOST} safe ask 0 1 --payee {payee}")).expect(1);
    assert!(asked.err.contains("Requests.NotPoolsUnit"), "{asked:?}");

    // Two agree to one order; then it is locked again.
    let agreed = cli.does(HOST, "--json safe unlock 0 --one-order");
    assert_eq!(agreed.json()["unlocked"], false);
    let agreed = cli.does(UNLOCKER, "--json safe unlock 0 --one-order");
    assert_eq!(agreed.json()["unlocked"], true);
    // Another unit leads when the lease is over, and what it pays is of its epoch.
    let lease_until = safe(&cli)["leaseUntil"].as_u64().unwrap();
    chain.wait_for_final(u32::try_from(lease_until)? + 1).await?;
    cli.does(UNIT_2, "safe lead 0");
    assert_eq!(safe(&cli)["epoch"], 2);
    let late = cli.run(&format!("--secret {UNIT_1} safe renew 0")).expect(1);
    assert!(late.err.contains("Safes.NotPermitted"), "{late:?}");
    cli.does(UNIT_2, &format!("safe pay 0 {second} --card {card_2}"));
    assert_eq!(request(&cli, &second).0, "settled");
    assert_eq!(safe(&cli)["lock"], "noPayout");

    // Open again: cards leave, are cash again, and the pool ends.
    for key in [HOST, UNLOCKER] {
        cli.does(key, "safe unlock 0");
    }
    let dissolve = format!("--secret {OPERATOR} safe dissolve 0");
    assert!(cli.run(&dissolve).expect(1).err.contains("Safes.HasMembers"));
    for address in [one, two] {
        cli.does(OPERATOR, &format!("safe leave 0 {address}"));
    }
    assert_eq!(verdict(&cli, one), "unproven/noEvidence");
    cli.run(&dissolve).expect(0);
    assert!(cli.run("safe show 0").expect(1).err.contains("no pool has this number"));
    Ok(())
}
