//! The machine's side of the protocol: drives any card through a [`Transport`].
//!
//! Whatever a card or a link does, the answer here is a value or a [`HostError`]. The host checks form and order,
//! and it refuses to hand on a signature over an order that the currency key did not make. Whether a card is genuine
//! it does not decide: a well-formed attestation with a wrong signature becomes [`Evidence`] like any other, and the
//! verdict calls it what it is.

mod codes;
mod error;
mod factory;
mod orders;
mod timed;

pub use error::{AnswerFault, HostError};
pub use factory::Personalisation;
pub use orders::History;
pub use timed::Timed;

use crate::{
    apdu::{Command, Response, Status},
    channel::Channel,
    protocol::{Info, Instruction, AID, MAX_CERTIFICATE, VERSION},
    signatures::{identify, to_card, CardSignature},
    transport::Transport,
};
use alloc::{format, string::String, vec, vec::Vec};
use specie_primitives::{
    attestation::{self, Attestation, Challenge, Lifecycle, SignedAttestation},
    certificate::Certificate,
    crypto::{PublicKey, Scheme, Signature},
    evidence::Evidence,
    ids::CarrierId,
    initialisation::{self, FirstStatement, Initialisation},
    wire::{Wire, WireError},
};

/// One card in front of a machine.
#[derive(Debug)]
pub struct Host<T> {
    transport: T,
    info: Option<Info>,
    certificate: Option<Certificate>,
    attestation: Option<Attestation>,
    channel: Option<Channel>,
    has_contacts: bool,
}

impl<T: Transport> Host<T> {
    /// A host for the card behind `transport`. Begin with [`Self::select`].
    pub const fn new(transport: T) -> Self {
        Self { transport, info: None, certificate: None, attestation: None, channel: None, has_contacts: false }
    }

    /// Over contacts, as whoever built the machine knows: a code may go in clear to a card that wants it so. What a card says about
    /// it is unsigned, and somebody in between may say it.
    #[must_use]
    pub fn over_contacts(self) -> Self {
        Self { has_contacts: true, ..self }
    }

    /// The link.
    pub fn transport_mut(&mut self) -> &mut T {
        &mut self.transport
    }

    /// Gives the link back.
    pub fn into_transport(self) -> T {
        self.transport
    }

    /// Chooses the application and asks what the card is. Forgets everything about a card that was there before.
    pub fn select(&mut self) -> Result<Info, HostError> {
        self.select_application()?;
        self.info()
    }

    /// Chooses the application, which a card has before the factory is done with it too.
    fn select_application(&mut self) -> Result<(), HostError> {
        (self.info, self.certificate, self.attestation, self.channel) = (None, None, None, None);
        let version = match self.exchange_at(Instruction::Select, [0x04, 0x00], &AID) {
            Err(HostError::Refused { status: Status::NotFound, .. }) => return Err(HostError::NotACarrier),
            answer => answer?,
        };
        // Later versions may say more behind their number.
        match version.as_slice() {
            [VERSION, ..] => Ok(()),
            [other, ..] => Err(HostError::OtherVersion(*other)),
            [] => Err(length(Instruction::Select, 1, 0)),
        }
    }

    /// What the card says that it is, unsigned.
    pub fn info(&mut self) -> Result<Info, HostError> {
        let answer = self.ask(Instruction::GetInfo, &[])?;
        let info = Info::from_wire(&answer).map_err(|fault| malformed(Instruction::GetInfo, fault))?;
        if usize::from(info.certificate_len) > MAX_CERTIFICATE {
            return Err(length(Instruction::GetInfo, MAX_CERTIFICATE, info.certificate_len.into()));
        }
        self.info = Some(info);
        Ok(info)
    }

    /// The card's certificate, with the batch to check it against. Read once.
    pub fn certificate(&mut self) -> Result<Certificate, HostError> {
        if let Some(certificate) = self.certificate {
            return Ok(certificate);
        }
        let instruction = Instruction::GetCertificate;
        let expected = usize::from(self.known_info()?.certificate_len);
        let mut bytes = vec![];
        while bytes.len() < expected {
            let offset = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes();
            let part = self.exchange_at(instruction, offset, &[])?;
            bytes.extend_from_slice(&part);
            if part.is_empty() || bytes.len() > expected {
                return Err(length(instruction, expected, bytes.len()));
            }
        }
        let certificate = Certificate::from_wire(&bytes).map_err(|fault| malformed(instruction, fault))?;
        self.certificate = Some(certificate);
        Ok(certificate)
    }

    /// Makes the currency key (F3), for a machine, one of its grants, and on its terms.
    ///
    /// When the link fails the key may have been made: the same call again gives the same statement, as long as the key has
    /// signed no order.
    pub fn initialise(&mut self, asked: &Initialisation, scheme: Scheme) -> Result<FirstStatement, HostError> {
        let instruction = Instruction::Initialise;
        let device = self.certificate()?.device();
        let told = asked.told();
        let data = [told.as_slice(), &[scheme.tag()]].concat();
        let answer = self.ask(instruction, &data)?;
        let (attestation, signature) =
            self.read_attested(&answer, &device, instruction, |made| initialisation::message(&told, made))?;
        if attestation.lifecycle != Lifecycle::Initialised || attestation.scheme != scheme {
            return Err(contradiction(instruction, "no key of the scheme that was asked for"));
        }
        if (attestation.sequence, attestation.last_valid_until, attestation.since) != (0, 0, 0) {
            return Err(contradiction(instruction, "a new key that has signed orders"));
        }
        self.info()?;
        self.ensure_address()?;
        Ok(FirstStatement { attestation, signature })
    }

    /// Sees to it that the card knows the address that belongs to its key. What somebody else has told it before is overwritten: an
    /// order for another address is void everywhere.
    ///
    /// [`HostError::OtherCarrier`]: it keeps to another one.
    fn ensure_address(&mut self) -> Result<(), HostError> {
        let address = self.carrier()?;
        if self.known_info()?.address == Some(address) {
            return Ok(());
        }
        match self.tell(Instruction::SetAddress, address.as_bytes()) {
            Err(HostError::Refused { status: Status::ReferenceNotFound, .. }) => Err(HostError::OtherCarrier),
            told => told,
        }?;
        match self.info()?.address == Some(address) {
            true => Ok(()),
            false => Err(HostError::OtherCarrier),
        }
    }

    /// The card's word on its state over a fresh `challenge` (F4, F13, F15), all its orders considered.
    pub fn attest(&mut self, challenge: &Challenge) -> Result<SignedAttestation, HostError> {
        self.attest_since(challenge, 0)
    }

    /// The card's word on its state over a fresh `challenge`; the expiry is that of its orders after `since`, which must be a
    /// sequence that the chain has accepted for good (`carrier.finalSequence` of a verdict).
    pub fn attest_since(&mut self, challenge: &Challenge, since: u32) -> Result<SignedAttestation, HostError> {
        let instruction = Instruction::Attest;
        let device = self.certificate()?.device();
        let data = [challenge.as_slice(), &since.to_le_bytes()].concat();
        let answer = self.ask(instruction, &data)?;
        let (attestation, signature) =
            self.read_attested(&answer, &device, instruction, |said| said.message(challenge))?;
        if attestation.since != since {
            return Err(contradiction(instruction, "orders after another sequence"));
        }
        Ok(SignedAttestation { challenge: *challenge, attestation, signature })
    }

    /// The certificate and a fresh attestation: what a verdict is asked with (F14, F16).
    pub fn evidence(&mut self, challenge: &Challenge) -> Result<Evidence, HostError> {
        self.evidence_since(challenge, 0)
    }

    /// The same with an attestation about the orders after `since`: see [`Self::attest_since`].
    pub fn evidence_since(&mut self, challenge: &Challenge, since: u32) -> Result<Evidence, HostError> {
        let certificate = self.certificate()?;
        Ok(Evidence::Attested { certificate, attestation: self.attest_since(challenge, since)? })
    }

    /// The currency key (F4), from the last attestation, or a new one when there was none.
    pub fn currency_key(&mut self) -> Result<PublicKey, HostError> {
        let attestation = match self.attestation {
            Some(attestation) => attestation,
            // Nothing is decided by this one, so its challenge may be known.
            None => self.attest(&[0; 32])?.attestation,
        };
        let key = attestation.currency_key().map_err(|fault| malformed(Instruction::Attest, fault))?;
        key.ok_or(HostError::Blank)
    }

    /// The carrier's address (F4).
    pub fn carrier(&mut self) -> Result<CarrierId, HostError> {
        Ok(CarrierId::of(&self.currency_key()?))
    }

    /// Makes the card refuse orders (F89, F94).
    pub fn lock(&mut self) -> Result<(), HostError> {
        self.tell(Instruction::Lock, &[])
    }

    /// Destroys the currency key, permitted by the issuer's signature over `specie_primitives::reset::message`.
    pub fn reset(&mut self, permission: &Signature) -> Result<(), HostError> {
        (self.attestation, self.info) = (None, None);
        self.tell(Instruction::Reset, &to_card(permission))
    }

    fn known_info(&mut self) -> Result<Info, HostError> {
        match self.info {
            Some(info) => Ok(info),
            None => self.info(),
        }
    }

    /// Reads an attestation and the device key's signature over the message that holds it.
    ///
    /// The signature is held against the certificate's key, since that is the key that the verdict will hold it
    /// against. When it is not that key's, it is kept as evidence in a form that cannot verify.
    fn read_attested<M: AsRef<[u8]>>(
        &mut self,
        answer: &[u8],
        device: &PublicKey,
        instruction: Instruction,
        message: impl Fn(&Attestation) -> M,
    ) -> Result<(Attestation, Signature), HostError> {
        // Where a card shows another's certificate, the key that signs is the one in GET INFO.
        let shown = self.known_info()?.device.scheme();
        let read = |scheme| split_attested(instruction, answer, scheme);
        let (attestation, signature) = match (read(device.scheme()), read(shown)) {
            (Ok(read), _) | (Err(_), Ok(read)) => read,
            (Err(fault), Err(_)) => return Err(fault),
        };
        let signature = identify(&signature, message(&attestation).as_ref(), device)
            .unwrap_or_else(|| signature.unidentified());
        self.attestation = Some(attestation);
        Ok((attestation, signature))
    }

    /// A command that answers data.
    fn ask(&mut self, instruction: Instruction, data: &[u8]) -> Result<Vec<u8>, HostError> {
        self.exchange_at(instruction, [0, 0], data)
    }

    /// A command that answers nothing.
    fn tell(&mut self, instruction: Instruction, data: &[u8]) -> Result<(), HostError> {
        let answer = self.exchange_at(instruction, [0, 0], data)?;
        nothing(instruction, &answer)
    }

    fn exchange_at(
        &mut self,
        instruction: Instruction,
        [p1, p2]: [u8; 2],
        data: &[u8],
    ) -> Result<Vec<u8>, HostError> {
        let command = instruction.name();
        let le = instruction.answers().then_some(256);
        let bytes = Command { cla: instruction.cla(), ins: instruction.ins(), p1, p2, data, le }
            .to_bytes()
            .map_err(|fault| HostError::Malformed { command, fault: fault.into() })?;
        let answer = self.transport.transmit(&bytes).map_err(|source| HostError::Transport { command, source })?;
        let response =
            Response::parse(&answer).map_err(|fault| HostError::Malformed { command, fault: fault.into() })?;
        let foreign = |answer: String| HostError::Foreign { command, answer };
        match response.status {
            Status::Success if instruction.answers() && response.data.is_empty() => {
                Err(foreign("the word 9000 alone".into()))
            }
            Status::Success => Ok(response.data.to_vec()),
            // The card's own words are those of the protocol.
            Status::Other(word) => Err(foreign(format!("status word {word:04X}"))),
            _ if !response.data.is_empty() => Err(length(instruction, 0, response.data.len())),
            status => Err(refused(instruction, status)),
        }
    }
}

/// What a card's refusal means.
fn refused(instruction: Instruction, status: Status) -> HostError {
    let command = instruction.name();
    match status {
        Status::WrongCode { tries_left } => HostError::WrongCode { command, tries_left },
        Status::AuthenticationBlocked => HostError::Delayed { command },
        status => HostError::Refused { command, status },
    }
}

/// An attestation and the signature after it, in the form of a scheme.
fn split_attested(
    instruction: Instruction,
    answer: &[u8],
    scheme: Scheme,
) -> Result<(Attestation, CardSignature), HostError> {
    let Some((body, signature)) = answer.split_at_checked(attestation::LEN) else {
        return Err(length(instruction, attestation::LEN, answer.len()));
    };
    let attestation = Attestation::from_wire(body).map_err(|fault| malformed(instruction, fault))?;
    let signature = CardSignature::from_card(scheme, signature).map_err(|fault| malformed(instruction, fault))?;
    Ok((attestation, signature))
}

fn nothing(instruction: Instruction, answer: &[u8]) -> Result<(), HostError> {
    match answer.len() {
        0 => Ok(()),
        got => Err(length(instruction, 0, got)),
    }
}

fn malformed(instruction: Instruction, fault: WireError) -> HostError {
    HostError::Malformed { command: instruction.name(), fault: fault.into() }
}

fn length(instruction: Instruction, expected: usize, got: usize) -> HostError {
    HostError::Malformed { command: instruction.name(), fault: AnswerFault::Length { expected, got } }
}

fn contradiction(instruction: Instruction, what: &'static str) -> HostError {
    HostError::Malformed { command: instruction.name(), fault: AnswerFault::Contradiction(what) }
}
