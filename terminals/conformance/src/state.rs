//! What the suite knows about the card in its hands: asked for by checks whose subject is something else.
//!
//! When such a question fails for a reason that a check of its own tells, the asking check is skipped.

pub use super::memo::{Made, Signed, WrongCode};
use super::{
    checks::attest::asking,
    report::Effect,
    session::{failed, skipped, Checked, Session},
};
use specie_card::{code::Code, protocol::Instruction};
use specie_primitives::{
    attestation::{self, Attestation},
    crypto::{PublicKey, Scheme},
    ids::CarrierId,
    order::{Order, Purpose, NO_REFERENCE},
    wire::Wire,
};

/// Above this sequence no order is asked for: there would not be enough of them left for an examination.
const LAST_SEQUENCE: u32 = u32::MAX - 1000;

/// GET INFO's first 48 bytes, field by field, unchecked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawInfo(pub [u8; 48]);

impl RawInfo {
    const fn bit(&self, place: u8) -> bool {
        (self.0[1] >> place) & 1 == 1
    }

    pub const fn contactless(&self) -> bool {
        self.bit(0)
    }

    pub const fn code_required(&self) -> bool {
        self.bit(1)
    }

    pub const fn code_changeable(&self) -> bool {
        self.bit(2)
    }

    pub const fn resettable(&self) -> bool {
        self.bit(3)
    }

    pub const fn computes_address(&self) -> bool {
        self.bit(5)
    }

    pub const fn has_channel(&self) -> bool {
        self.bit(6)
    }

    pub const fn locked(&self) -> bool {
        self.0[3] == 1
    }

    pub const fn generation(&self) -> u32 {
        u32::from_le_bytes([self.0[4], self.0[5], self.0[6], self.0[7]])
    }

    pub const fn tries(&self) -> u8 {
        self.0[8]
    }

    pub const fn delay_ticks(&self) -> u16 {
        u16::from_le_bytes([self.0[9], self.0[10]])
    }

    pub const fn certificate_len(&self) -> u16 {
        u16::from_le_bytes([self.0[11], self.0[12]])
    }

    pub const fn supports(&self, scheme: Scheme) -> bool {
        (self.0[13] >> scheme.tag()) & 1 == 1
    }

    /// Scheme and padded key, as they came.
    pub fn device_field(&self) -> (u8, &[u8]) {
        (self.0[14], self.0.get(15..).unwrap_or(&[]))
    }

    /// The device key, when the field holds one.
    pub fn device(&self) -> Option<PublicKey> {
        let (tag, field) = self.device_field();
        let scheme = Scheme::from_tag(tag).ok()?;
        let (key, padding) = field.split_at_checked(if scheme == Scheme::Ed25519 { 32 } else { 33 })?;
        if padding.iter().any(|byte| *byte != 0) {
            return None;
        }
        PublicKey::from_bytes(scheme, key).ok()
    }
}

/// The tag of the address among GET INFO's fields.
const ADDRESS: u8 = 2;

/// Tag and value of the fields after GET INFO's 48 bytes; `None`: they have not this form.
pub fn fields(data: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut rest = data.get(48..)?;
    let mut fields = vec![];
    while let [tag, len, behind @ ..] = rest {
        let (value, next) = behind.split_at_checked((*len).into())?;
        fields.push((*tag, value));
        rest = next;
    }
    rest.is_empty().then_some(fields)
}

impl Session<'_> {
    /// GET INFO.
    pub fn info(&mut self) -> Checked<RawInfo> {
        let answer = self.ask(Instruction::GetInfo, &[])?;
        let is_whole = answer.word == 0x9000 && fields(&answer.data).is_some();
        match answer.data.first_chunk::<48>().filter(|_| is_whole) {
            Some(bytes) => {
                let info = RawInfo(*bytes);
                self.memo.came_locked.get_or_insert(info.locked());
                self.memo.contactless = Some(info.contactless());
                Ok(info)
            }
            _ if self.memo.info_is_usable => failed("GET INFO's 48 bytes", answer),
            _ => skipped("GET INFO cannot be used: info.layout"),
        }
    }

    /// The address in GET INFO's last fields.
    pub fn address(&mut self) -> Checked<Option<CarrierId>> {
        let data = self.ask(Instruction::GetInfo, &[])?.done()?;
        let Some(fields) = fields(&data) else { return skipped("GET INFO cannot be used: info.layout") };
        let address = fields.into_iter().find(|(tag, _)| *tag == ADDRESS).map(|(_, value)| value);
        match address.map(<[u8; 32]>::try_from) {
            None => Ok(None),
            Some(Ok(address)) => Ok(Some(CarrierId(address))),
            Some(Err(_)) => failed("an address of 32 bytes in GET INFO", format_args!("<{}>", hex::encode(&data))),
        }
    }

    /// Tells the card its address, if it does not know it.
    pub fn tell_address(&mut self, key: &PublicKey) -> Checked {
        let address = CarrierId::of(key);
        match self.address()? {
            Some(known) if known == address => Ok(()),
            _ => self.ask(Instruction::SetAddress, address.as_bytes())?.empty(),
        }
    }

    /// The device key in GET INFO.
    pub fn device(&mut self) -> Checked<PublicKey> {
        match self.info()?.device() {
            Some(key) => Ok(key),
            None => skipped("there is no device key: info.device-key"),
        }
    }

    /// The card's state by ATTEST; its signature is another check's.
    pub fn state(&mut self) -> Checked<Attestation> {
        self.state_since(0)
    }

    /// The same, asked about the orders after `since`.
    pub fn state_since(&mut self, since: u32) -> Checked<Attestation> {
        let challenge = self.challenge();
        let answer = self.ask(Instruction::Attest, &asking(&challenge, since))?;
        let body = answer.data.get(..attestation::LEN).filter(|_| answer.word == 0x9000);
        match body.map(Attestation::from_wire) {
            Some(Ok(state)) => Ok(state),
            _ if self.memo.attest_is_usable => failed("a well-formed attestation", answer),
            _ => skipped("ATTEST cannot be used: attest.layout, attest.fields"),
        }
    }

    /// The state of a card that holds a currency key, and the key.
    pub fn initialised(&mut self) -> Checked<(Attestation, PublicKey)> {
        let state = self.state()?;
        match state.currency_key() {
            Ok(Some(key)) => Ok((state, key)),
            _ => skipped("the card is blank"),
        }
    }

    /// The state of a blank card.
    pub fn blank(&mut self) -> Checked<Attestation> {
        let state = self.state()?;
        match state.currency_key() {
            Ok(None) => Ok(state),
            _ => skipped("the card holds a currency key already"),
        }
    }

    /// The examiner's code, when showing it is safe: a code that the card refuses is shown once and never again.
    pub fn code(&mut self) -> Checked<Code> {
        let info = self.info()?;
        let Some(code) = self.options.code else { return skipped("the card's code was not given") };
        if !info.code_required() {
            skipped("the card has no code")
        } else if self.memo.code_refused {
            skipped("the card did not take the code that was given: code.right")
        } else if info.delay_ticks() > 0 {
            skipped(format_args!("a delay of {} ticks after wrong codes is outstanding", info.delay_ticks()))
        } else if info.tries() < 2 {
            skipped("the card has one try left before a delay: show it the right code first")
        } else {
            Ok(code)
        }
    }

    /// Skips the check when the card has a code that cannot be shown: a lock would stay, a wrong try would count.
    pub fn code_at_hand(&mut self) -> Checked<Option<Code>> {
        if self.info()?.code_required() {
            self.code().map(Some)
        } else {
            Ok(None)
        }
    }

    /// Shows the right code, when the card has one.
    pub fn show_code(&mut self) -> Checked {
        let Some(code) = self.code_at_hand()? else { return Ok(()) };
        let answer = self.ask(Instruction::VerifyCode, code.as_bytes())?;
        if answer.word == 0x9000 {
            return Ok(());
        }
        self.memo.code_refused = true;
        failed("9000 (done) for the code that was given", answer)
    }

    /// A card that signs orders when the code is shown: initialised and not locked.
    pub fn ready(&mut self) -> Checked<(Attestation, PublicKey)> {
        let (state, key) = self.initialised()?;
        if state.sequence > LAST_SEQUENCE {
            return skipped("the card's sequence is near its end");
        }
        self.tell_address(&key)?;
        if !state.locked {
            return Ok((state, key));
        }
        self.unlock()?;
        self.initialised()
    }

    /// Takes a lock away, when that may be done.
    pub fn unlock(&mut self) -> Checked {
        if self.options.reach < Effect::Restored {
            return skipped("the card is locked");
        }
        let code = self.code_at_hand()?;
        let answer = self.ask(Instruction::Unlock, code.as_ref().map_or(&[], Code::as_bytes))?;
        if code.is_some() && answer.word >> 4 == 0x63C {
            self.memo.code_refused = true;
        }
        answer.empty()
    }

    /// Leaves the card locked if it came locked, and unlocked if it came unlocked.
    pub fn leave(&mut self) -> Checked {
        match (self.memo.came_locked, self.state()?.locked) {
            (Some(true), false) => self.ask(Instruction::Lock, &[])?.empty(),
            (Some(false), true) => self.unlock(),
            _ => Ok(()),
        }
    }

    /// The order that the card signs next. It pays nothing to nobody.
    pub fn next_order(&self, state: &Attestation, key: &PublicKey) -> Order {
        Order {
            genesis: self.options.genesis,
            carrier: CarrierId::of(key),
            purpose: Purpose::Transfer,
            sequence: state.sequence.saturating_add(1),
            to: [0; 32],
            amount: 0,
            fee: 0,
            fee_to: [0; 32],
            valid_until: state.last_valid_until.saturating_add(1),
            reference: NO_REFERENCE,
            epoch: 0,
        }
    }
}
