//! A software card in a virtual slot of a real PC/SC service: what a machine with a reader on its desk sees.

use specie_card::{
    host::{Host, HostError},
    transport::{Transport, TransportError},
};
use specie_card_sim::{
    factory::{self, Batch, Specification},
    software::{MemoryMedium, OsHardware, SoftwareCard},
};
use specie_primitives::{
    attestation::Lifecycle,
    crypto::{Scheme, Software as Checks},
    ids::{BatchId, CarrierId, CurrencyId, MachineId},
    initialisation::{CarrierTerms, Initialisation},
    order::{Order, Purpose, NO_REFERENCE},
    verdict::Finding,
};
use specie_reader::{
    choice::ChoiceError,
    pcsc::{Card, Reader, ReaderError, Readers},
    service::{Service, ServiceError},
    slot::{Inserted, OverT0, Pull, Slot},
    software::Software,
};
use std::{
    error::Error,
    time::{Duration, Instant},
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;
type Inside = Software<MemoryMedium, OsHardware>;

/// How long a reader may take to see what is done to it.
const PATIENCE: Duration = Duration::from_secs(15);

/// The service looks at its slots every 400 ms: what is swapped between two looks it takes for the same card.
const LOOK: Duration = Duration::from_millis(600);

/// The service is one for the machine, so one test goes through everything.
#[test]
fn f3_f4_f10_f13_card_in_a_real_reader() -> Outcome {
    let service = match Service::start(2) {
        // Somebody's own service: they say so, or this has not been tried.
        Err(occupied @ ServiceError::Occupied) if std::env::var_os("SPECIE_NO_READERS").is_some() => {
            println!("SKIPPED: {occupied}");
            return Ok(());
        }
        started => started?,
    };
    let readers = Readers::connect()?;
    println!("{:?}", readers.list()?.iter().map(Reader::name).collect::<Vec<_>>());
    let reader = readers.find("0")?;
    assert_eq!(readers.find("pcd 0 00 00")?.name(), reader.name());
    assert_eq!(readers.find("7").err(), Some(ChoiceError::NoNumber { wanted: 7, known: 2 }.into()));

    empty_reader(&reader)?;
    whole_life(&service, &reader)?;
    over_t0(&service, &reader)?;
    not_a_carrier(&service, &reader)?;
    dead(&service, &reader)?;
    too_slow(&service, &reader)?;
    two_readers(&service, &readers)?;
    for pull in [Pull::Before, Pull::After] {
        pulled_out_at_every_step(&service, &reader, pull)?;
    }
    service_dies(service, &readers, &reader)
}

fn empty_reader(reader: &Reader) -> Outcome {
    assert!(!reader.has_card()?);
    assert!(!reader.wait_for_card(Duration::from_millis(300))?);
    assert_eq!(reader.connect().err(), Some(ReaderError::NoCard));
    Ok(())
}

fn new_card() -> Outcome<(Batch, Inside)> {
    let mut hardware = OsHardware::without_delay();
    let batch = Batch::native(BatchId(7), Scheme::P256, &mut hardware)?;
    let memory = factory::personalise(&batch, &Specification::contact(Scheme::Secp256k1), &mut hardware)?;
    Ok((batch, Software::new(SoftwareCard::in_memory(&memory, hardware)?)))
}

fn put_in(service: &Service, reader: &Reader, card: Inside) -> Outcome<(Slot<Inside>, Host<Card>)> {
    let slot = Slot::insert(service.port(0), card)?;
    assert!(reader.wait_for_card(PATIENCE)?, "the reader does not see the card");
    Ok((slot, Host::new(reader.connect()?)))
}

fn take_out(slot: Slot<Inside>, reader: &Reader) -> Outcome<Inside> {
    let card = slot.remove().ok_or("the card's thread has ended")?;
    assert!(reader.wait_for_removal(PATIENCE)?, "the reader still sees the card");
    std::thread::sleep(LOOK);
    Ok(card)
}

fn order(carrier: CarrierId, sequence: u32) -> Order {
    Order {
        genesis: [1; 32],
        carrier,
        purpose: Purpose::CashOut,
        sequence,
        to: [2; 32],
        amount: 5,
        fee: 1,
        fee_to: [3; 32],
        valid_until: 90,
        reference: NO_REFERENCE,
        epoch: 0,
    }
}

/// What the cards are told.
const TOLD: Initialisation = Initialisation {
    genesis: [5; 32],
    machine: MachineId([6; 32]),
    grant: 1,
    terms: CarrierTerms { currency: CurrencyId::Native, denomination: None, fund_within: None },
};

/// Made, asked, spent, and taken out, with the power going in between.
fn whole_life(service: &Service, reader: &Reader) -> Outcome {
    let (batch, card) = new_card()?;
    let (slot, mut host) = put_in(service, reader, card)?;
    host.select()?;
    // Nobody else gets at the card meanwhile.
    assert_eq!(reader.connect().err(), Some(ReaderError::Shared));
    let made = host.initialise(&TOLD, Scheme::P256)?;
    assert_eq!(made.attestation.lifecycle, Lifecycle::Initialised);
    let carrier = host.carrier()?;
    host.sign_order(&order(carrier, 1))?;
    drop(host);

    // Without its power it has forgotten nothing that counts.
    let mut host = Host::new(reader.connect()?);
    host.select()?;
    let evidence = host.evidence(&[9; 32])?;
    assert!(matches!(evidence.examine::<Checks>(Some(&batch.key())), Ok(Finding::Genuine(_))));
    assert_eq!((host.carrier()?, host.attest(&[8; 32])?.attestation.sequence), (carrier, 1));
    take_out(slot, reader)?;
    match host.attest(&[8; 32]) {
        Err(HostError::Transport { source: TransportError::Disconnected(_), .. }) => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

/// Something that answers everything with one status word, after some time: another card.
#[derive(Default)]
struct Foreign {
    takes: Duration,
}

impl Transport for Foreign {
    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, TransportError> {
        std::thread::sleep(self.takes);
        Ok(vec![0x6a, 0x82])
    }
}

impl Inserted for Foreign {
    type Link = Self;

    fn power_on(&mut self) -> Result<(), String> {
        Ok(())
    }

    fn power_off(&mut self) {}

    fn link(&mut self) -> Option<&mut Self> {
        Some(self)
    }
}

/// A card of T=0, which lets its answers be fetched, does the same.
fn over_t0(service: &Service, reader: &Reader) -> Outcome {
    let (batch, card) = new_card()?;
    let slot = Slot::insert(service.port(0), OverT0::new(card))?;
    assert!(reader.wait_for_card(PATIENCE)?);
    let mut host = Host::new(reader.connect()?);
    make_and_spend(&mut host)?;
    let evidence = host.evidence(&[3; 32])?;
    assert!(matches!(evidence.examine::<Checks>(Some(&batch.key())), Ok(Finding::Genuine(_))));
    drop(host);
    drop(slot);
    assert!(reader.wait_for_removal(PATIENCE)?);
    std::thread::sleep(LOOK);
    Ok(())
}

fn not_a_carrier(service: &Service, reader: &Reader) -> Outcome {
    let slot = Slot::insert(service.port(0), Foreign::default())?;
    assert!(reader.wait_for_card(PATIENCE)?);
    let mut host = Host::new(reader.connect()?);
    assert_eq!(host.select(), Err(HostError::NotACarrier));
    drop(host);
    drop(slot);
    assert!(reader.wait_for_removal(PATIENCE)?);
    Ok(())
}

/// Something that is there and answers nothing.
struct Dead;

impl Inserted for Dead {
    type Link = Foreign;

    fn power_on(&mut self) -> Result<(), String> {
        Err("no contact".into())
    }

    fn power_off(&mut self) {}

    fn link(&mut self) -> Option<&mut Foreign> {
        None
    }
}

fn dead(service: &Service, reader: &Reader) -> Outcome {
    let slot = Slot::insert(service.port(0), Dead)?;
    assert!(reader.wait_for_card(PATIENCE)?);
    let mut host = Host::new(reader.connect()?);
    assert!(matches!(host.select(), Err(HostError::Transport { .. })));
    drop(host);
    drop(slot);
    assert!(reader.wait_for_removal(PATIENCE)?);
    std::thread::sleep(LOOK);
    Ok(())
}

/// A card that never answers keeps nobody waiting, and the reader is free when it is taken out.
fn too_slow(service: &Service, reader: &Reader) -> Outcome {
    let slot = Slot::insert(service.port(0), Foreign { takes: Duration::from_secs(6) })?;
    assert!(reader.wait_for_card(PATIENCE)?);
    let begun = Instant::now();
    let mut host = Host::new(reader.connect()?.with_limit(Duration::from_secs(1)));
    let mute = HostError::Transport { command: "SELECT", source: TransportError::Timeout };
    assert_eq!(host.select(), Err(mute));
    assert!(host.select().is_err(), "it is not asked again");
    drop(host);
    assert!(reader.has_card()?);
    assert_eq!(reader.connect().err(), Some(ReaderError::Shared));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    drop(slot);
    assert!(reader.wait_for_removal(PATIENCE)?);
    std::thread::sleep(LOOK);
    let (slot, mut host) = put_in(service, reader, new_card()?.1)?;
    host.select()?;
    drop(host);
    take_out(slot, reader)?;
    Ok(())
}

/// Two cards at once do not get into each other's way.
fn two_readers(service: &Service, readers: &Readers) -> Outcome {
    let mut at = Vec::new();
    for number in 0..2u16 {
        let slot = Slot::insert(service.port(number), new_card()?.1)?;
        let reader = readers.find(&number.to_string())?;
        assert!(reader.wait_for_card(PATIENCE)?, "reader {number}: {}", reader.name());
        let mut host = Host::new(reader.connect()?);
        host.select()?;
        at.push((slot, reader, host));
    }
    let mut keys = Vec::new();
    for (_, _, host) in &mut at {
        host.initialise(&TOLD, Scheme::Ed25519)?;
        keys.push(host.currency_key()?);
    }
    assert_ne!(keys[0], keys[1]);
    for (slot, reader, host) in at {
        drop(host);
        drop(slot);
        assert!(reader.wait_for_removal(PATIENCE)?);
    }
    Ok(())
}

/// What a machine does with a new card: makes its key and has it sign an order.
fn make_and_spend(host: &mut Host<Card>) -> Result<(), HostError> {
    host.select()?;
    host.initialise(&TOLD, Scheme::Secp256k1)?;
    let carrier = host.carrier()?;
    host.sign_order(&order(carrier, 1))?;
    host.evidence(&[9; 32])?;
    Ok(())
}

/// Taken out at each command in turn: a fault of the link, whatever the card has done; and put in again it knows how
/// far it came, never fewer orders than there are.
fn pulled_out_at_every_step(service: &Service, reader: &Reader, pull: Pull) -> Outcome {
    let mut steps = 0;
    loop {
        let (_, mut card) = new_card()?;
        card.pull_at(steps, pull);
        let (slot, mut host) = put_in(service, reader, card)?;
        let outcome = make_and_spend(&mut host);
        drop(host);
        let card = take_out(slot, reader)?;
        if outcome.is_ok() {
            println!("{pull:?}: pulled out at each of {steps} commands");
            assert!(steps >= 6, "{steps} commands are not all of them");
            return Ok(());
        }
        assert!(matches!(outcome, Err(HostError::Transport { .. })), "step {steps}: {outcome:?}");

        let (slot, mut host) = put_in(service, reader, card)?;
        let info = host.select()?;
        if info.lifecycle == Lifecycle::Initialised {
            // The key was made: the same challenge tells which.
            let attested = host.attest(&[1; 32])?.attestation;
            assert!(attested.sequence <= 1 && attested.generation == 1, "{attested:?}");
            let carrier = host.carrier()?;
            host.sign_order(&order(carrier, attested.sequence + 1))?;
            assert_eq!(host.attest(&[7; 32])?.attestation.sequence, attested.sequence + 1);
        } else {
            make_and_spend(&mut host)?;
        }
        drop(host);
        take_out(slot, reader)?;
        steps += 1;
    }
}

fn service_dies(service: Service, readers: &Readers, reader: &Reader) -> Outcome {
    let (_, card) = new_card()?;
    let (slot, mut host) = put_in(&service, reader, card)?;
    host.select()?;
    drop(service);
    assert!(matches!(host.info(), Err(HostError::Transport { .. })));
    assert!(readers.list().is_err());
    drop(slot);
    Ok(())
}
