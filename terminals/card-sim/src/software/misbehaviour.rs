//! What a dishonest card, or a genuine one of another make, does differently. For tests; all off by default.

use crate::memory::Memory;
use specie_card::{
    apdu::{Command, Response, Status},
    protocol::Instruction,
    signatures::CardSignature,
};
use specie_primitives::{attestation, certificate::Certificate, crypto::Scheme};

/// How a software card misbehaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Misbehaviour {
    /// Shows another card's certificate; its own device key stays. Written into the memory, for good.
    pub certificate: Option<Certificate>,
    /// Signs another challenge, or other terms, than it was asked with, in INITIALISE, ATTEST and PROVE.
    pub wrong_challenge: bool,
    /// Signs orders without counting them.
    pub stuck_counter: bool,
    /// Answers ECDSA with the high S, as genuine cards do every other time.
    pub high_s: bool,
}

/// A card's whole memory at one moment, keys included: what a thief with a laboratory has.
#[derive(Clone, Debug)]
pub struct Snapshot(pub(super) Memory);

impl Misbehaviour {
    /// The command as the dishonest card hears it.
    pub(super) fn hear(&self, command: &[u8]) -> Vec<u8> {
        let mut heard = command.to_vec();
        if self.wrong_challenge && takes_challenge(command) {
            // The first byte of the data.
            if let Some(byte) = heard.get_mut(5) {
                *byte ^= 1;
            }
        }
        heard
    }

    /// The answer as the dishonest card says it.
    pub(super) fn say(&self, command: &[u8], response: Vec<u8>, memory: &Memory) -> Vec<u8> {
        if !self.high_s {
            return response;
        }
        let device = memory.personalisation.device.scheme();
        let currency = memory.currency.as_ref().map(|currency| currency.key.scheme());
        let raised = match (instruction(command), currency) {
            (Some(Instruction::Attest | Instruction::Initialise), _) => raise(&response, attestation::LEN, device),
            (Some(Instruction::SignOrder | Instruction::Prove), Some(scheme)) => raise(&response, 0, scheme),
            _ => None,
        };
        raised.unwrap_or(response)
    }
}

/// The response with the high S in the signature that begins at `offset`.
fn raise(response: &[u8], offset: usize, scheme: Scheme) -> Option<Vec<u8>> {
    let response = Response::parse(response).ok().filter(|response| response.status == Status::Success)?;
    let (body, signature) = response.data.split_at_checked(offset)?;
    let signature = CardSignature::from_card(scheme, signature).ok()?.with_high_s();
    let data = [body, &signature.to_card()].concat();
    Some(Response { data: &data, ..response }.to_bytes())
}

pub(super) fn instruction(command: &[u8]) -> Option<Instruction> {
    let command = Command::parse(command).ok()?;
    Instruction::from_bytes(command.cla, command.ins)
}

fn takes_challenge(command: &[u8]) -> bool {
    matches!(instruction(command), Some(Instruction::Initialise | Instruction::Attest | Instruction::Prove))
}
