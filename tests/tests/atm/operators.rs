//! The operator's day, without stopping the machine.

use crate::{issuer, Branch, Tested, ISSUE_50, LIMIT};
use specie_atm::journal::{Note, What};
use specie_link::Call;
use specie_ops::operators::{Operator, PinHash, Right};
use specie_tests::atm::{audit, Result};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{Duration, Instant},
};

const ADA: (&str, &str) = ("ada", "271828");
const BOB: (&str, &str) = ("bob", "314159");
const EVE: (&str, &str) = ("eve", "161803");

/// A web service that takes alarms: what came, one after the other.
fn alarm_service() -> Result<(String, mpsc::Receiver<serde_json::Value>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}/alarms", listener.local_addr()?);
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream);
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).is_ok_and(|count| count > 2) {
                if let Some(count) = line.to_lowercase().strip_prefix("content-length:") {
                    length = count.trim().parse().unwrap_or(0);
                }
                line.clear();
            }
            let mut body = vec![0; length];
            if reader.read_exact(&mut body).is_ok() {
                let _ = send.send(serde_json::from_slice(&body).unwrap_or_default());
            }
            let _ = reader.get_mut().write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
        }
    });
    Ok((address, receive))
}

/// What a machine serves to Prometheus.
fn figures(address: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

/// Waits for an alarm that comes (`true`) or goes.
fn wait_for(alarms: &mpsc::Receiver<serde_json::Value>, alarm: &str, raised: bool) -> Result<serde_json::Value> {
    let begun = Instant::now();
    loop {
        let left = LIMIT.saturating_sub(begun.elapsed());
        let news = alarms.recv_timeout(left).map_err(|_| format!("no alarm {alarm}"))?;
        if news["alarm"] == alarm && news["raised"] == raised {
            return Ok(news);
        }
    }
}

/// Fill, look, settle, empty, export, copy and forget, while a customer stands in front of the machine; by PIN, and by two where it takes two
/// (F1, F9, F17).
#[tokio::test(flavor = "multi_thread")]
async fn f1_f9_f17_the_operators_day_without_stopping_the_machine() -> Tested {
    let place = Branch::new(&["--cards", "12"]).await?;
    let (webhook, alarms) = alarm_service()?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    place.atm.configure(|config| {
        let operator = |pin: &str, rights: &[Right]| Operator {
            pin: PinHash::of(pin).expect("a PIN"),
            rights: rights.iter().copied().collect(),
        };
        config.operators.people.insert(ADA.0.into(), operator(ADA.1, &Right::ALL));
        config
            .operators
            .people
            .insert(BOB.0.into(), operator(BOB.1, &[Right::Settle, Right::Empty, Right::Forget]));
        config.operators.people.insert(EVE.0.into(), operator(EVE.1, &[Right::Operators]));
        config.operations.webhooks = vec![webhook];
        config.operations.metrics = Some(port);
        config.bins[0].low = 11;
    })?;
    // A card is not taken: it is in the compartment, with a claim.
    place.atm.play_well(&ISSUE_50.replace("take\nscreen Thank you\n", "screen Something went wrong\n"))?;
    assert_eq!(place.atm.journal()?.unsettled()?.len(), 1);
    let file = |name: &str| place.atm.folder.join(name).display().to_string();
    let machine = place.atm.begin("idle\nchoose A new card\nchoose 50 SPC\nwallet sign\nscreen Do you agree\n")?;
    let ask = |word: &str, arguments: &[&str], who: &[(&str, &str)]| place.atm.operator(word, arguments, who);

    // Who may not, does not.
    let (code, said) = ask("fill", &["0", "40"], &[])?;
    assert!(code == 1 && said.contains("--as NAME"), "{said}");
    let (code, said) = ask("fill", &["0", "40"], &[("ada", "271829")])?;
    assert!(code == 1 && said.contains("the name or the PIN is wrong"), "{said}");
    let (code, said) = ask("fill", &["0", "40"], &[BOB])?;
    assert!(code == 1 && said.contains("bob may not fill"), "{said}");
    let (code, said) = ask("settle", &["1/0", "it is at the desk"], &[ADA])?;
    assert!(code == 1 && said.contains("two people"), "{said}");

    // The low bin is an alarm, at the service and in the figures; filled, it is over.
    let low = wait_for(&alarms, "bin:0", true)?;
    assert_eq!((&low["machine"], &low["urgent"]), (&place.atm.account.to_string().into(), &false.into()));
    let begun = Instant::now();
    for wanted in ["specie_machine_alarm{alarm=\"bin:0\",urgent=\"no\"} 1", "specie_machine_claims_open 1"] {
        let mut shown = figures(&port.to_string())?;
        while !shown.contains(wanted) {
            assert!(begun.elapsed() < Duration::from_secs(20), "no {wanted} in {shown}");
            std::thread::sleep(Duration::from_millis(100));
            shown = figures(&port.to_string())?;
        }
    }
    let (code, said) = ask("alarms", &[], &[ADA])?;
    assert!(code == 3 && said.contains("bin:0") && said.contains("claims"), "{said}");
    assert_eq!(ask("fill", &["0", "40"], &[ADA])?, (0, "bin 0 holds 40 now\n".into()));

    // Two people settle what is owed, and take the cards out.
    assert_eq!(ask("settle", &["1/0", "it is at the desk"], &[ADA, BOB])?.0, 0);
    let (code, said) = ask("empty", &[], &[ADA, BOB])?;
    assert!(code == 0 && said.contains("case 1: 5"), "{said}");
    assert_eq!(place.atm.things()?.taken_out.len(), 1);

    // Books, statement, journal; a copy, and what auditors get.
    assert!(ask("statement", &[], &[ADA])?.1.contains("journal: line"));
    assert!(ask("journal", &["--last", "3"], &[ADA])?.1.contains("ada and bob: takes the cards"));
    let (code, said) = ask("verify", &[], &[ADA])?;
    assert!(code == 0 && said.contains("the journal is whole"), "{said}");
    assert_eq!(ask("backup", &[&file("copy")], &[ADA])?.0, 0);
    assert_eq!(ask("export", &[&file("export")], &[ADA])?.0, 0);
    let (code, said) = ask("export", &[&file("export")], &[ADA])?;
    assert!(code == 1 && said.contains("exists"), "never over another file: {said}");
    let checked = place.atm.command_at("check-export", &[&file("export")])?;
    assert!(checked.contains("every line follows from the one before"), "{checked}");
    let (code, said) = ask("forget", &[&file("export"), "--older-than", "0"], &[ADA, BOB])?;
    assert!(code == 0 && said.starts_with("1 cases"), "{said}");

    // The customer has stood there all the time, and gets the card; nobody was locked out of anything.
    let rest = "choose Yes\nwallet pay\ntake\nscreen Thank you\ncancel\nidle\ndoor open\nscreen looked after\ndoor shut\nidle\n";
    let said = machine.end(rest)?;
    assert!(said.iter().any(|line| line.starts_with("case 2: done")), "{said:?}");
    assert_eq!(wait_for(&alarms, "door", true)?["urgent"], true);
    wait_for(&alarms, "door", false)?;

    // Off, the same commands do the same over the same journal.
    let (code, said) = ask("books", &[], &[ADA])?;
    assert_eq!(code, 3, "39 were put in by word alone: {said}");
    assert!(said.contains("39 in the journal, 10 in the bin"), "{said}");
    assert_eq!(ask("fill", &["0", "10"], &[ADA])?.0, 0);
    for _ in 0..5 {
        assert_eq!(ask("journal", &[], &[("bob", "111112")])?.0, 1);
    }
    let (_, said) = ask("settle", &["9/0", "x"], &[BOB, ADA])?;
    assert!(said.contains("too many wrong PINs"), "{said}");
    assert_eq!(ask("unlock", &["bob"], &[ADA])?.0, 1, "not alone");
    assert_eq!(ask("unlock", &["bob"], &[ADA, EVE])?.0, 0);
    let (_, said) = ask("settle", &["9/0", "x"], &[BOB, ADA])?;
    assert!(said.contains("there is no case 9"), "{said}");
    let noted = place.atm.journal()?.last_lines(60)?;
    let notes =
        noted.iter().filter(|line| matches!(line.what, What::Noted(Note::Operator { .. } | Note::Refused { .. })));
    assert!(notes.count() >= 10, "what operators did, and what they were refused, is in the journal");
    // The books are right but for the case that was forgotten, whose card was taken out with what it holds.
    let wrong = audit(&place.atm, &place.nodes, place.cards, place.cash).await?;
    assert_eq!(wrong, ["fifty-12: money on a kept card, and no claim"]);
    Ok(())
}

/// A machine whose journal is lost goes on from a copy, and uses no grant twice (F2, F5).
#[tokio::test(flavor = "multi_thread")]
async fn f2_f5_a_machine_goes_on_from_a_copy_of_its_journal() -> Tested {
    let place = Branch::new(&["--cards", "6", "--grants", "5"]).await?;
    let (journal, copy) = (place.atm.folder.join("journal"), place.atm.folder.join("copy"));
    place.atm.play_well(ISSUE_50)?;
    place.atm.command("backup", &[&copy.display().to_string()])?;
    // After the copy a card is made without network, over a grant that the chain still calls open.
    place.atm.play_well(
        "idle\ncable out\nscreen cannot be reached\nchoose A new card without\nchoose 50 SPC\nwallet sign\ntake\n\
                         screen Thank you\ncancel\n",
    )?;
    let lost = place.atm.last_case()?;
    std::fs::rename(&journal, place.atm.folder.join("lost"))?;
    std::fs::write(&journal, b"")?;
    let refused = place.atm.command("restore", &[&copy.display().to_string()]);
    assert!(refused.is_err_and(|error| error.to_string().contains("move it away first")));
    std::fs::remove_file(&journal)?;
    let said = place.atm.command("restore", &[&copy.display().to_string()])?;
    assert!(said.contains("Grants that are open now are not used any more"), "{said}");
    // No grant that was open is used, whatever the chain says; others are given.
    place.atm.play_well("idle\nscreen no new cards now\n")?;
    let machine = place.atm.account;
    issuer(&place.nodes, Call::give_grants(machine, 3)).await?;
    // The bins are as they are, and not as the copy has them.
    place.atm.command("fill", &["0", &place.atm.things()?.bins[0].len().to_string()])?;
    let begun = Instant::now();
    while place.atm.journal()?.open_grants()? == 0 && begun.elapsed() < LIMIT {
        place.atm.books()?;
        std::thread::sleep(Duration::from_millis(300));
    }
    place.atm.play_well(ISSUE_50)?;
    let used = place.atm.last_case()?.case.grant;
    assert!(used.is_some() && used != lost.case.grant, "{used:?}");
    // A file that is no journal of this machine is not left in its place.
    std::fs::rename(&journal, place.atm.folder.join("now"))?;
    std::fs::write(place.atm.folder.join("garbage"), b"no journal")?;
    assert!(place.atm.command("restore", &[&place.atm.folder.join("garbage").display().to_string()]).is_err());
    Ok(())
}
