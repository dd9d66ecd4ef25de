//! A new card's first statement: the key that it has made, for whom and on which terms (F2, F3).
//!
//! The issuer grants a machine a number of initialisations, each with an index. The machine tells the card which of them
//! it uses and on which terms it issues the card:
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 32 | genesis hash of the chain |
//! | 32 | 32 | account of the machine |
//! | 64 | 4 | index of the machine's grant |
//! | 68 | 1 | currency: 0 the chain's own, 1 an asset |
//! | 69 | 4 | the asset's number; zeros for the chain's own |
//! | 73 | 16 | denomination in base units; zeros: any amount |
//! | 89 | 4 | within how many blocks of its registration it is to be funded; zeros: whenever |
//!
//! The device key signs `"specie:initialise:v1" ‖` these 93 bytes `‖` the [`attestation`] of the new key.
//! The domain is this statement's alone: no later attestation of the card can stand for it, so nobody but the machine that
//! made a card can register it, and on no other terms. A machine can do all of it with no network (F5).

use crate::{
    attestation::{self, Attestation},
    crypto::{sha256, verify, Arithmetic, PublicKey, SPolicy, Signature},
    ids::{scale_derives, CurrencyId, MachineId},
    wire::{Message, Reader, Wire, WireError, Writer},
    Balance, BlockNumber,
};

/// The domain of the first statement.
pub const DOMAIN: &[u8] = b"specie:initialise:v1";

/// The length of what the machine tells the card, without the domain.
pub const LEN: usize = 93;

scale_derives! {
    /// The terms on which a carrier is issued.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct CarrierTerms {
        /// What the carrier's money is, for good.
        pub currency: CurrencyId,
        /// The face value in base units of the currency; `None`: any amount.
        pub denomination: Option<Balance>,
        /// Within how many blocks of its registration the carrier is to be funded; `None`: whenever.
        pub fund_within: Option<BlockNumber>,
    }

    /// What the machine tells the card. Field by field the format of the [module](self).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Initialisation {
        /// The genesis hash of the chain that the card is for.
        pub genesis: [u8; 32],
        /// The machine that issues it.
        pub machine: MachineId,
        /// The index of the machine's grant.
        pub grant: u32,
        /// On which terms.
        pub terms: CarrierTerms,
    }

    /// A new card's first statement, as it answers INITIALISE.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct FirstStatement {
        /// The new key: initialised, no order signed.
        pub attestation: Attestation,
        /// The device key's signature over [`message`].
        pub signature: Signature,
    }
}

/// The message that the device key signs. The card takes what it is `told` as it is: currencies that there are not yet are no
/// business of its.
pub fn message(told: &[u8; LEN], made: &Attestation) -> Message<{ 20 + LEN + attestation::LEN }> {
    Message::build(|out| {
        out.bytes(DOMAIN).bytes(told);
        made.write(out);
    })
}

/// What goes into the new key beside the card's own random bytes: SHA-256 of what it is told.
pub fn contribution(told: &[u8; LEN]) -> [u8; 32] {
    sha256(told)
}

impl Initialisation {
    /// What the machine tells the card: the format of the [module](self).
    pub fn told(&self) -> [u8; LEN] {
        let mut told = [0; LEN];
        // The fields fill it exactly: a test holds it.
        let _ = self.to_wire(&mut told);
        told
    }
}

impl FirstStatement {
    /// Whether `device` made it when it was told `asked`.
    pub fn verify<A: Arithmetic>(&self, asked: &Initialisation, device: &PublicKey) -> bool {
        let message = message(&asked.told(), &self.attestation);
        verify::<A>(&self.signature, message.as_bytes(), device, SPolicy::Normalise)
    }
}

impl Wire for CarrierTerms {
    const MAX_LEN: usize = 25;

    fn write(&self, out: &mut Writer<'_>) {
        let (tag, number) = match self.currency {
            CurrencyId::Native => (0, 0),
            CurrencyId::Asset(number) => (1, number),
        };
        out.u8(tag).u32(number).u128(self.denomination.unwrap_or(0)).u32(self.fund_within.unwrap_or(0));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        let currency = match (input.u8()?, input.u32()?) {
            (0, 0) => CurrencyId::Native,
            (0, _) => return Err(WireError::NotCanonical { field: "currency" }),
            (1, number) => CurrencyId::Asset(number),
            (tag, _) => return Err(WireError::UnknownTag { field: "currency", tag }),
        };
        let denomination = Some(input.u128()?).filter(|amount| *amount > 0);
        let fund_within = Some(input.u32()?).filter(|blocks| *blocks > 0);
        Ok(Self { currency, denomination, fund_within })
    }
}

impl Wire for Initialisation {
    const MAX_LEN: usize = LEN;

    fn write(&self, out: &mut Writer<'_>) {
        out.bytes(&self.genesis).bytes(&self.machine.0).u32(self.grant);
        self.terms.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            genesis: input.array()?,
            machine: MachineId(input.array()?),
            grant: input.u32()?,
            terms: CarrierTerms::read(input)?,
        })
    }
}

impl Wire for FirstStatement {
    const MAX_LEN: usize = attestation::LEN + Signature::MAX_LEN;

    fn write(&self, out: &mut Writer<'_>) {
        self.attestation.write(out);
        self.signature.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self { attestation: Attestation::read(input)?, signature: Signature::read(input)? })
    }
}
