//! The machine's side of the protocol: drives any card through a [`Transport`].
//!
//! Whatever a card or a link does, the answer here is a value or a [`HostError`]. The host checks form and order,
//! and it refuses to hand on a signature over an order that the currency key did not make. Whether a card is genuine
//! it does not decide: a well-formed attestation with a wrong signature becomes [`Evidence`] like any other, and the
//! verdict calls it what it is.

use crate::{
    apdu::{ApduError, Command, Response, Status},
    code::Code,
    protocol::{Info, Instruction, AID, MAX_CERTIFICATE, VERSION},
    signatures::{identify, to_card, CardSignature},
    transport::{Transport, TransportError},
};
use alloc::{format, string::String, vec, vec::Vec};
use specie_primitives::{
    attestation::{self, Attestation, Challenge, Lifecycle, SignedAttestation},
    certificate::Certificate,
    crypto::{PublicKey, Scheme, Signature},
    evidence::Evidence,
    ids::CarrierId,
    initialisation::{self, FirstStatement, Initialisation},
    order::Order,
    possession,
    wire::{Message, Wire, WireError},
};
use thiserror::Error;

/// Why the host has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HostError {
    /// The link failed. The card may have executed the command.
    #[error("{command}: {source}")]
    Transport {
        /// The command.
        command: &'static str,
        /// What happened.
        #[source]
        source: TransportError,
    },
    /// The answer is none of this protocol: a reader has made it, or another program's application on the card. A fault of the link.
    #[error(
        "{command}: {answer} is no carrier's answer: the reader may have made it, or another program uses the card"
    )]
    Foreign {
        /// The command.
        command: &'static str,
        /// What came.
        answer: String,
    },
    /// There is a card, and it has no Specie application.
    #[error("not a carrier: the card does not have the application")]
    NotACarrier,
    /// The card speaks another version of the protocol.
    #[error("the card speaks version {0} of the protocol, this host version {VERSION}")]
    OtherVersion(u8),
    /// The answer is not in the protocol's form: a fault of the card or the link, and no sign of a fake.
    #[error("{command}: malformed answer: {fault}")]
    Malformed {
        /// The command.
        command: &'static str,
        /// What is wrong.
        #[source]
        fault: AnswerFault,
    },
    /// The card refused.
    #[error("{command}: the card refused: {status} ({word:04X})", word = status.word())]
    Refused {
        /// The command.
        command: &'static str,
        /// Its status word.
        #[source]
        status: Status,
    },
    /// The code is wrong.
    #[error("{command}: wrong code, {tries_left} tries left before a delay")]
    WrongCode {
        /// The command.
        command: &'static str,
        /// How many wrong codes until the next delay begins; 0: it has begun.
        tries_left: u8,
    },
    /// A delay after wrong codes is not worked off yet; [`Host::wait`].
    #[error("{command}: blocked until the delay after wrong codes is worked off")]
    Delayed {
        /// The command.
        command: &'static str,
    },
    /// The card is blank, and the question is for a currency key.
    #[error("the card is blank")]
    Blank,
    /// The order names another carrier than the card in the reader.
    #[error("the order is for another carrier than this card")]
    OtherCarrier,
    /// The signature is well formed, and the currency key did not make it over this message.
    #[error("{command}: the signature is not the card's over this message")]
    WrongSignature {
        /// The command.
        command: &'static str,
    },
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AnswerFault {
    /// It is not a response APDU.
    #[error(transparent)]
    Apdu(#[from] ApduError),
    /// Its data are not in the format.
    #[error("{0}")]
    Format(#[from] WireError),
    /// Its length is not the one that follows from the rest.
    #[error("{got} bytes instead of {expected}")]
    Length {
        /// What was expected.
        expected: usize,
        /// What came.
        got: usize,
    },
    /// It contradicts what was asked.
    #[error("it contradicts the question: {0}")]
    Contradiction(&'static str),
}

/// One card in front of a machine.
#[derive(Debug)]
pub struct Host<T> {
    transport: T,
    info: Option<Info>,
    certificate: Option<Certificate>,
    attestation: Option<Attestation>,
}

impl<T: Transport> Host<T> {
    /// A host for the card behind `transport`. Begin with [`Self::select`].
    pub const fn new(transport: T) -> Self {
        Self { transport, info: None, certificate: None, attestation: None }
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
        (self.info, self.certificate, self.attestation) = (None, None, None);
        let version = match self.exchange_at(Instruction::Select, [0x04, 0x00], &AID, true) {
            Err(HostError::Refused { status: Status::NotFound, .. }) => return Err(HostError::NotACarrier),
            answer => answer?,
        };
        match version.as_slice() {
            [VERSION] => self.info(),
            [other] => Err(HostError::OtherVersion(*other)),
            more => Err(length(Instruction::Select, 1, more.len())),
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
            let part = self.exchange_at(instruction, offset, &[], true)?;
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
            self.read_attested(instruction, &answer, &device, |made| initialisation::message(&told, made))?;
        if attestation.lifecycle != Lifecycle::Initialised || attestation.scheme != scheme {
            return Err(contradiction(instruction, "no key of the scheme that was asked for"));
        }
        if (attestation.sequence, attestation.last_valid_until, attestation.since) != (0, 0, 0) {
            return Err(contradiction(instruction, "a new key that has signed orders"));
        }
        Ok(FirstStatement { attestation, signature })
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
            self.read_attested(instruction, &answer, &device, |said| said.message(challenge))?;
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

    /// Has the card sign an order (F12). What it returns is the currency key's, low S, ready for the chain.
    ///
    /// After any error but a refusal the card's sequence may have moved: ask with [`Self::attest`].
    pub fn sign_order(&mut self, order: &Order) -> Result<Signature, HostError> {
        let key = self.currency_key()?;
        if order.carrier != CarrierId::of(&key) {
            return Err(HostError::OtherCarrier);
        }
        let message = order.message();
        let answer = self.ask(Instruction::SignOrder, message.as_bytes())?;
        read_signature(Instruction::SignOrder, &answer, message.as_bytes(), &key)
    }

    /// Has the card prove that it holds the currency key (F15).
    pub fn prove(&mut self, challenge: &Challenge) -> Result<Signature, HostError> {
        let key = self.currency_key()?;
        let answer = self.ask(Instruction::Prove, challenge)?;
        read_signature(Instruction::Prove, &answer, possession::message(challenge).as_bytes(), &key)
    }

    /// Shows the presence code or PIN.
    pub fn verify_code(&mut self, code: &Code) -> Result<(), HostError> {
        self.tell(Instruction::VerifyCode, code.as_bytes())
    }

    /// How many wrong codes until the next delay begins; `None` when no code is needed (any more).
    pub fn tries_left(&mut self) -> Result<Option<u8>, HostError> {
        match self.tell(Instruction::VerifyCode, &[]) {
            Ok(()) => Ok(None),
            Err(HostError::WrongCode { tries_left, .. }) => Ok(Some(tries_left)),
            Err(error) => Err(error),
        }
    }

    /// Chooses another PIN. A printed code cannot be changed.
    pub fn change_code(&mut self, old: &Code, new: &Code) -> Result<(), HostError> {
        let mut data = vec![u8::try_from(old.as_bytes().len()).unwrap_or(0)];
        data.extend_from_slice(old.as_bytes());
        data.extend_from_slice(new.as_bytes());
        self.tell(Instruction::ChangeCode, &data)
    }

    /// Works off one tick of a delay, which takes the card about a second; returns how many are left.
    pub fn wait(&mut self) -> Result<u16, HostError> {
        let answer = self.ask(Instruction::Wait, &[])?;
        let left = answer.as_slice().try_into().map_err(|_| length(Instruction::Wait, 2, answer.len()))?;
        Ok(u16::from_le_bytes(left))
    }

    /// Makes the card refuse orders (F89, F94).
    pub fn lock(&mut self) -> Result<(), HostError> {
        self.tell(Instruction::Lock, &[])
    }

    /// Makes the card sign orders again (F93). `code` when the card has one.
    pub fn unlock(&mut self, code: Option<&Code>) -> Result<(), HostError> {
        self.tell(Instruction::Unlock, code.map_or(&[], Code::as_bytes))
    }

    /// Destroys the currency key, permitted by the issuer's signature over `specie_primitives::reset::message`.
    pub fn reset(&mut self, permission: &Signature) -> Result<(), HostError> {
        self.attestation = None;
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
    fn read_attested<const N: usize>(
        &mut self,
        instruction: Instruction,
        answer: &[u8],
        device: &PublicKey,
        message: impl Fn(&Attestation) -> Message<N>,
    ) -> Result<(Attestation, Signature), HostError> {
        let Some((body, signature)) = answer.split_at_checked(attestation::LEN) else {
            return Err(length(instruction, attestation::LEN, answer.len()));
        };
        let attestation = Attestation::from_wire(body).map_err(|fault| malformed(instruction, fault))?;
        let scheme = self.known_info()?.device.scheme();
        let signature =
            CardSignature::from_card(scheme, signature).map_err(|fault| malformed(instruction, fault))?;
        let signature = identify(&signature, message(&attestation).as_bytes(), device)
            .unwrap_or_else(|| signature.unidentified());
        self.attestation = Some(attestation);
        Ok((attestation, signature))
    }

    /// A command that answers data.
    fn ask(&mut self, instruction: Instruction, data: &[u8]) -> Result<Vec<u8>, HostError> {
        self.exchange_at(instruction, [0, 0], data, true)
    }

    /// A command that answers nothing.
    fn tell(&mut self, instruction: Instruction, data: &[u8]) -> Result<(), HostError> {
        match self.exchange_at(instruction, [0, 0], data, false)?.len() {
            0 => Ok(()),
            got => Err(length(instruction, 0, got)),
        }
    }

    fn exchange_at(
        &mut self,
        instruction: Instruction,
        [p1, p2]: [u8; 2],
        data: &[u8],
        answers: bool,
    ) -> Result<Vec<u8>, HostError> {
        let command = instruction.name();
        let le = answers.then_some(256);
        let bytes = Command { cla: instruction.cla(), ins: instruction.ins(), p1, p2, data, le }
            .to_bytes()
            .map_err(|fault| HostError::Malformed { command, fault: fault.into() })?;
        let answer = self.transport.transmit(&bytes).map_err(|source| HostError::Transport { command, source })?;
        let response =
            Response::parse(&answer).map_err(|fault| HostError::Malformed { command, fault: fault.into() })?;
        let foreign = |answer: String| HostError::Foreign { command, answer };
        match response.status {
            Status::Success if answers && response.data.is_empty() => Err(foreign("the word 9000 alone".into())),
            Status::Success => Ok(response.data.to_vec()),
            // The card's own words are those of the protocol.
            Status::Other(word) => Err(foreign(format!("status word {word:04X}"))),
            _ if !response.data.is_empty() => Err(length(instruction, 0, response.data.len())),
            Status::WrongCode { tries_left } => Err(HostError::WrongCode { command, tries_left }),
            Status::AuthenticationBlocked => Err(HostError::Delayed { command }),
            status => Err(HostError::Refused { command, status }),
        }
    }
}

/// Reads a signature of the currency key, and refuses one that is not.
fn read_signature(
    instruction: Instruction,
    answer: &[u8],
    message: &[u8],
    key: &PublicKey,
) -> Result<Signature, HostError> {
    let signature =
        CardSignature::from_card(key.scheme(), answer).map_err(|fault| malformed(instruction, fault))?;
    identify(&signature, message, key).ok_or(HostError::WrongSignature { command: instruction.name() })
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
