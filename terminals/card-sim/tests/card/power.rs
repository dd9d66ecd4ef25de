//! Power cuts: at every byte of every write.

use crate::support::*;
use proptest::prelude::*;
use specie_card::{
    apdu::{Command, Response, Status},
    protocol::{Instruction, AID},
    signatures::to_card,
};
use specie_card_sim::{
    factory::{permit_reset, Specification},
    machine::Card,
    memory::Memory,
    platform::{Store, StoreFailure},
    software::{
        FileMedium, ImageError, Medium as _, MemoryMedium, OsHardware, SlotStore, SoftwareCard, IMAGE_LEN, SLOT_LEN,
    },
};
use specie_primitives::{crypto::Scheme, ids::CarrierId, wire::Wire};

/// What the card is told, given what it remembers.
type Step = fn(&Memory) -> Vec<u8>;

fn apdu(instruction: Instruction, data: &[u8]) -> Vec<u8> {
    let p1 = if instruction == Instruction::Select { 4 } else { 0 };
    let command = Command { cla: instruction.cla(), ins: instruction.ins(), p1, p2: 0, data, le: None };
    command.to_bytes().unwrap()
}

fn initialise(memory: &Memory) -> Vec<u8> {
    let scheme = u8::try_from(memory.generation % 3).unwrap();
    apdu(Instruction::Initialise, &telling(&GRANT, scheme))
}

fn sign(memory: &Memory) -> Vec<u8> {
    let currency = memory.currency.as_ref().unwrap();
    let mut order = order(CarrierId::of(currency.key.public()), currency.sequence + 1);
    order.valid_until += order.sequence;
    apdu(Instruction::SignOrder, &order.to_vec())
}

fn reset(memory: &Memory) -> Vec<u8> {
    let device = memory.personalisation.device.public();
    apdu(Instruction::Reset, &to_card(&permit_reset(&issuer(), device, memory.generation).unwrap()))
}

const SELECT: Step = |_| apdu(Instruction::Select, &AID);
const VERIFY: Step = |_| apdu(Instruction::VerifyCode, b"4711");
const WRONG: Step = |_| apdu(Instruction::VerifyCode, b"0000");
const LOCK: Step = |_| apdu(Instruction::Lock, &[]);
const UNLOCK: Step = |_| apdu(Instruction::Unlock, b"4711");
const CHANGE: Step = |_| apdu(Instruction::ChangeCode, b"\x0447114711");
const WAIT: Step = |_| apdu(Instruction::Wait, &[]);

/// Everything that writes, in sessions that end with the power off.
fn sessions() -> Vec<Vec<Step>> {
    let mut waiting: Vec<Step> = vec![SELECT, WRONG, WRONG, WRONG];
    waiting.extend([WAIT; 15]);
    waiting.extend([VERIFY, sign as Step, sign]);
    vec![
        vec![SELECT, initialise],
        vec![SELECT, VERIFY, sign, sign, LOCK, UNLOCK, CHANGE],
        waiting,
        vec![SELECT, reset, initialise, VERIFY, sign],
        vec![SELECT, reset, initialise, VERIFY, sign, sign],
    ]
}

/// A store that remembers every state that it was given.
struct Recorder(Vec<Memory>);

impl Store for Recorder {
    fn save(&mut self, memory: &Memory) -> Result<(), StoreFailure> {
        self.0.push(memory.clone());
        Ok(())
    }
}

/// Runs a session with the power on: the commands, and the states in the order of their saves, the first included.
fn record(memory: &Memory, session: &[Step]) -> (Vec<Vec<u8>>, Vec<Memory>) {
    let mut card = Card::power_on(memory.clone());
    let mut store = Recorder(vec![memory.clone()]);
    let mut hardware = SeededHardware::new("session");
    let mut commands = vec![];
    for step in session {
        let command = step(card.memory());
        let answer = card.handle(&command, &mut store, &mut hardware);
        let status = Response::parse(&answer).unwrap().status;
        assert!(matches!(status, Status::Success | Status::WrongCode { .. }), "{status}");
        commands.push(command);
    }
    (commands, store.0)
}

#[test]
fn f13_counter_before_signature_when_the_power_is_cut_at_every_byte() {
    let specification = Specification { issuer: Some(*issuer().public()), ..with_pin("4711") };
    let mut memory = memory(&specification);
    let (mut cuts, mut signatures) = (0, 0);
    for session in sessions() {
        let (commands, states) = record(&memory, &session);
        let image = SlotStore::<MemoryMedium>::image(&memory);
        let writes = states.len() - 1;
        for cut in 0..=writes * SLOT_LEN {
            let mut medium = MemoryMedium::new(image.clone());
            medium.cut_after(cut);
            let mut card = SoftwareCard::power_on(medium, SeededHardware::new("session")).unwrap();
            let mut released = vec![];
            for command in &commands {
                let answer = card.handle(command);
                let response = Response::parse(&answer).unwrap();
                if command[1] == Instruction::SignOrder.ins() {
                    if response.status == Status::Success {
                        let sequence = u32::from_le_bytes(command[5 + 80..5 + 84].try_into().unwrap());
                        released.push((card.memory().generation, sequence));
                    } else {
                        assert!(response.data.is_empty());
                    }
                }
            }
            card.medium_mut().power_on();
            let card = card.power_cycle().unwrap();
            let saved = cut / SLOT_LEN;
            assert!(states[saved..].iter().take(2).any(|state| state == card.memory()), "cut after {cut} bytes");
            let sequence = card.memory().currency.as_ref().map_or(0, |currency| currency.sequence);
            for (generation, order) in &released {
                assert!((*generation, *order) <= (card.memory().generation, sequence), "cut after {cut} bytes");
            }
            cuts += 1;
            signatures += released.len();
        }
        memory = states.last().unwrap().clone();
    }
    assert!(cuts > 20 * SLOT_LEN && signatures > 0, "{cuts} cuts, {signatures} signatures");
}

#[test]
fn f13_card_whose_memory_fails_releases_nothing_and_goes_on_when_the_power_comes_back() {
    let mut host = plain();
    let order = next_order(&mut host);
    for cut in [0, 1, SLOT_LEN - 1, SLOT_LEN] {
        let card = host.transport_mut();
        card.medium_mut().cut_after(cut);
        assert_eq!(send(card, Instruction::SignOrder, &order.to_vec()), (vec![], Status::MemoryFailure));
        card.medium_mut().power_on();
        // Nobody knows yet what the memory holds.
        assert_eq!(send(card, Instruction::Lock, &[]), (vec![], Status::MemoryFailure));
        assert_eq!(send(card, Instruction::Attest, &asking(0)), (vec![], Status::MemoryFailure));
        host = specie_card::host::Host::new(host.into_transport().power_cycle().unwrap());
        host.select().unwrap();
        // The last cut came when all was written: the order counts, and is given again.
        let last = host.last_order(&CHALLENGE).unwrap().map(|(order, _)| order);
        assert_eq!(last, (cut == SLOT_LEN).then_some(order), "{cut}");
    }
    let next = next_order(&mut host);
    assert_eq!(next.sequence, 2);
    host.sign_order(&next).unwrap();
}

proptest! {
    /// Flash does not write from front to back: any mixture of old and new bytes is the old state or the new one.
    #[test]
    fn f13_any_mixture_of_a_torn_write_is_old_or_new(mask in prop::collection::vec(any::<bool>(), SLOT_LEN)) {
        let old = memory(&with_pin("4711"));
        let (mut store, _) =
            SlotStore::open(MemoryMedium::new(SlotStore::<MemoryMedium>::image(&old))).unwrap();
        let new = Memory { locked: true, ..old.clone() };
        let before = store.medium_mut().read().unwrap();
        store.save(&new).unwrap();
        let after = store.into_medium().read().unwrap();
        let mut torn = before.clone();
        for (place, (byte, written)) in torn[SLOT_LEN..].iter_mut().zip(after[SLOT_LEN..].iter().zip(mask)) {
            if written {
                *place = *byte;
            }
        }
        let (_, found) = SlotStore::open(MemoryMedium::new(torn)).unwrap();
        prop_assert!(found == old || found == new);
    }

    #[test]
    fn any_bytes_as_an_image_are_an_error_and_no_panic(mut image in prop::collection::vec(any::<u8>(), 0..IMAGE_LEN + 9)) {
        prop_assert!(SlotStore::open(MemoryMedium::new(image.clone())).is_err());
        image.resize(IMAGE_LEN, 0);
        prop_assert!(SlotStore::open(MemoryMedium::new(image)).is_err());
    }

    #[test]
    fn any_bytes_as_a_memory_are_an_error_or_the_same_bytes(
        position in 0..Memory::LEN,
        value in any::<u8>(),
        other in prop::collection::vec(any::<u8>(), Memory::LEN),
    ) {
        let mut host = initialised(&with_pin("4711"), Scheme::Ed25519);
        let mut bytes = host.transport_mut().memory().to_bytes();
        bytes[position] = value;
        for bytes in [bytes, other] {
            if let Ok(memory) = Memory::from_bytes(&bytes) {
                prop_assert_eq!(memory.to_bytes(), bytes);
            }
        }
    }
}

#[test]
fn memory_has_one_format() {
    for specification in [
        Specification::contact(Scheme::Ed25519),
        printed("123456").resettable_by(*issuer().public()),
        with_pin("123456789012"),
    ] {
        for scheme in Scheme::ALL {
            let mut host = initialised(&specification, scheme);
            let memory = host.transport_mut().memory();
            let bytes = memory.to_bytes();
            assert_eq!(bytes.len(), Memory::LEN);
            assert_eq!(Memory::from_bytes(&bytes).as_ref(), Ok(memory));
            assert!(Memory::from_bytes(&bytes[1..]).is_err());
            assert!(Memory::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
        }
    }
}

#[test]
fn a_card_in_a_file_keeps_its_state_and_is_open_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card");
    let memory = memory(&Specification::contact(Scheme::P256));
    let mut host = specie_card::host::Host::new(SoftwareCard::create(&path, &memory).unwrap());
    host.select().unwrap();
    host.initialise(&GRANT, Scheme::P256).unwrap();
    for _ in 0..3 {
        let order = next_order(&mut host);
        host.sign_order(&order).unwrap();
    }
    let before = host.transport_mut().memory().clone();

    let busy = SoftwareCard::open(&path).unwrap_err().to_string();
    assert!(busy.contains("in use by another process"), "{busy}");
    drop(host);
    assert_eq!(*SoftwareCard::open(&path).unwrap().memory(), before);

    assert!(SoftwareCard::create(&path, &memory).is_err());
    assert_eq!(*SoftwareCard::open(&path).unwrap().memory(), before);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names, ["card"]);
}

#[test]
fn files_that_are_no_cards_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (name, contents) in
        [("empty", vec![]), ("short", vec![0; 10]), ("long", vec![0; 100_000]), ("zeros", vec![0; IMAGE_LEN])]
    {
        let path = folder.path().join(name);
        std::fs::write(&path, contents).unwrap();
        let error = SoftwareCard::open(&path).unwrap_err().to_string();
        assert!(error.contains("not a software card"), "{error}");
    }
    assert!(SoftwareCard::open(&folder.path().join("missing")).is_err());
    assert!(SoftwareCard::open(folder.path()).is_err());
    let medium = FileMedium::open(&folder.path().join("zeros")).unwrap();
    assert!(SoftwareCard::power_on(medium, OsHardware::new()).is_err());
    let medium = MemoryMedium::new(vec![0; IMAGE_LEN]);
    assert!(matches!(SlotStore::open(medium), Err(ImageError::NoValidSlot)));
}
