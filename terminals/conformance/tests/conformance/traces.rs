//! What went over a link is text, and the text is a card.

use crate::support::*;
use specie_card::{
    host::Host,
    transport::{Transport, TransportError},
};
use specie_card_sim::trace::{Entry, LineFault, Replay, Trace, TraceError};
use specie_conformance::{Effect, Options, SoftwareBench, TracedBench};
use specie_primitives::crypto::Scheme;

#[test]
fn f15_a_whole_examination_can_be_played_again() {
    let batch = batch(Scheme::P256);
    let options = everything(&batch);
    let mut bench = TracedBench::new(SoftwareBench::new(power_on(&memory(&batch, &printed()))));
    let live = examine(&mut bench, &options);
    bench.log_mut().comment("the\nend");
    let text = bench.log().to_string();
    assert!(text.contains("# power off and on\n") && text.ends_with("# the end\n"));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.trace");
    std::fs::write(&path, &text).unwrap();
    let mut replay = Replay::open(&path).unwrap();
    let played = examine(&mut replay, &options);
    assert_eq!(live.summary, played.summary);
    assert_eq!(live.skipped, played.skipped);
    assert_eq!(replay.left(), 0);
}

#[test]
fn f4_a_host_can_be_played_to() {
    let mut host = Host::new(Trace::new(power_on(&memory(&batch(Scheme::P256), &printed()))));
    let info = host.select().unwrap();
    let said = host.evidence(&[7; 32]).unwrap();
    let (_, log) = host.into_transport().into_parts();
    assert!(log.entries().iter().all(|entry| matches!(entry, Entry::Exchange(_))));

    let mut host = Host::new(Replay::parse(&log.to_string()).unwrap());
    assert_eq!(host.select().unwrap(), info);
    assert_eq!(host.evidence(&[7; 32]).unwrap(), said);
}

#[test]
fn another_question_than_the_recorded_one_is_an_error() {
    let mut replay = Replay::parse("# one\n\n> 80 10 00 00 00\n< 6985\n> 80340000\n! timeout\n").unwrap();
    let other = replay.transmit(&[0x80, 0x36, 0, 0]);
    assert!(matches!(&other, Err(TransportError::Disconnected(why)) if why.contains("line 3")), "{other:?}");
    assert_eq!(replay.left(), 2);
    assert_eq!(replay.transmit(&[0x80, 0x10, 0, 0, 0]), Ok(vec![0x69, 0x85]));
    assert_eq!(replay.transmit(&[0x80, 0x34, 0, 0]), Err(TransportError::Timeout));
    assert!(matches!(replay.transmit(&[0x80, 0x34, 0, 0]), Err(TransportError::Disconnected(_))));
}

#[test]
fn link_faults_are_written_and_read() {
    for fault in [
        TransportError::Timeout,
        TransportError::Disconnected("pulled\nout: gone".into()),
        TransportError::Garbled("parity".into()),
    ] {
        let mut trace = Trace::new(Broken(fault.clone()));
        trace.transmit(&[1, 2, 3, 4]).unwrap_err();
        let text = trace.log().to_string();
        let again = Replay::parse(&text).unwrap().transmit(&[1, 2, 3, 4]).unwrap_err();
        assert_eq!(again.to_string(), fault.to_string().replace('\n', " "));
    }
}

struct Broken(TransportError);

impl Transport for Broken {
    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, TransportError> {
        Err(self.0.clone())
    }
}

#[test]
fn a_malformed_trace_names_its_line() {
    for (text, line, fault) in [
        ("> 00\n< 9000\n? 00\n", 3, LineFault::Mark),
        ("§\n", 1, LineFault::Mark),
        ("> 0g\n", 1, LineFault::Hex(hex::FromHexError::InvalidHexCharacter { c: 'g', index: 1 })),
        ("# x\n> 000\n", 2, LineFault::Hex(hex::FromHexError::OddLength)),
        ("> 00\n# x\n> 01\n< 9000\n", 1, LineFault::Unanswered),
        ("> 00\n< 9000\n> 00\n", 3, LineFault::Unanswered),
        ("\n< 9000\n", 2, LineFault::Unasked),
        ("> 00\n! asleep\n", 2, LineFault::Fault),
    ] {
        match Replay::parse(text) {
            Err(TraceError::Line { line: told, fault: found }) => {
                assert_eq!((told, found), (line, fault), "{text}")
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    assert!(matches!(Replay::open(std::path::Path::new("/nonexistent")), Err(TraceError::Io(_))));
}

#[test]
fn the_same_seed_asks_the_same() {
    let batch = batch(Scheme::P256);
    let text = |seed| {
        let options = Options { seed: [seed; 32], reach: Effect::Harmless, ..everything(&batch) };
        let mut bench = TracedBench::new(SoftwareBench::new(power_on(&memory(&batch, &printed()))));
        examine(&mut bench, &options);
        bench.log().to_string()
    };
    assert_eq!(text(1), text(1));
    assert_ne!(text(1), text(2));
}
