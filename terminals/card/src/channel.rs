//! A channel between host and card that nobody in between reads or changes: for codes over the air.
//!
//! Both sides make an ephemeral P-256 key; the card's device key signs both, so that the host knows that it talks to the card whose
//! certificate it has read. Who the host is the card does not know: it need not, a code is shown by whoever holds the card.
//!
//! | | |
//! |---|---|
//! | what the device key signs | `"specie:channel:v1" ‖ host's key 65 ‖ card's key 65`, both uncompressed (SEC 1, first byte `04`) |
//! | keys | SHA-256(`"specie:channel-keys:v1" ‖ x 32 ‖ host's key ‖ card's key`), x the shared point's: the first half encrypts, the second authenticates |
//! | sealed | AES-128-CTR of the plain bytes, then 16 bytes AES-CMAC of `direction u8 ‖ number u32 ‖` the encrypted bytes |
//! | first counter block | `direction u8 ‖ zeros 7 ‖ number u32 ‖ zeros 4`; the last four bytes count the blocks |
//!
//! Numbers here are big endian, as AES modes have them. The direction is 0 to the card and 1 to the host; the number counts the
//! commands of the channel from 0, an answer has that of its command. So no message can be played again, or back.

use aes::Aes128;
use alloc::vec::Vec;
use cmac::{Cmac, Mac as _};
use ctr::{
    cipher::{KeyIvInit as _, StreamCipher as _},
    Ctr32BE,
};
use p256::elliptic_curve::sec1::{FromEncodedPoint as _, ToEncodedPoint as _};
use specie_primitives::crypto::sha256;
use thiserror::Error;

/// The domain of what the device key signs.
pub const DOMAIN: &[u8] = b"specie:channel:v1";

/// The domain of the channel's keys.
pub const KEYS_DOMAIN: &[u8] = b"specie:channel-keys:v1";

/// The length of an ephemeral public key: uncompressed.
pub const KEY_LEN: usize = 65;

/// The length of what authenticates a message.
pub const TAG_LEN: usize = 16;

/// An ephemeral public key: `04 ‖ x ‖ y`.
pub type EphemeralKey = [u8; KEY_LEN];

/// Why there is no channel, or no message of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChannelError {
    /// The random bytes are no private key: try others. Of 2³² one is so.
    #[error("the random bytes are no private key")]
    NotAKey,
    /// The other side's key is no point of the curve.
    #[error("the other side's ephemeral key is not on its curve")]
    NotOnCurve,
    /// The message was made by nobody of this channel, or came before.
    #[error("the message is none of this channel")]
    NotOurs,
}

/// Who a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// A command.
    ToCard,
    /// An answer.
    ToHost,
}

/// One side's ephemeral key.
pub struct Ephemeral {
    secret: p256::NonZeroScalar,
    public: EphemeralKey,
}

/// An open channel. Both sides have the same.
#[derive(Clone)]
pub struct Channel {
    encrypt: [u8; 16],
    authenticate: [u8; 16],
    /// The number of the next command.
    number: u32,
}

impl Ephemeral {
    /// The key of these random bytes.
    pub fn new(random: &[u8; 32]) -> Result<Self, ChannelError> {
        let secret = p256::SecretKey::from_slice(random).map_err(|_| ChannelError::NotAKey)?;
        let point = secret.public_key().to_encoded_point(false);
        let public = point.as_bytes().try_into().map_err(|_| ChannelError::NotAKey)?;
        Ok(Self { secret: secret.to_nonzero_scalar(), public })
    }

    /// The public key.
    pub const fn public(&self) -> &EphemeralKey {
        &self.public
    }

    /// The channel with the card that answered with `card`, at the host.
    pub fn at_host(&self, card: &EphemeralKey) -> Result<Channel, ChannelError> {
        Ok(Channel::of(&self.shared(card)?, &self.public, card))
    }

    /// The channel with the host that asked with `host`, on the card.
    pub fn at_card(&self, host: &EphemeralKey) -> Result<Channel, ChannelError> {
        Ok(Channel::of(&self.shared(host)?, host, &self.public))
    }

    /// The x coordinate of the shared point.
    fn shared(&self, other: &EphemeralKey) -> Result<[u8; 32], ChannelError> {
        let point = p256::EncodedPoint::from_bytes(other).map_err(|_| ChannelError::NotOnCurve)?;
        let key = Option::from(p256::PublicKey::from_encoded_point(&point)).ok_or(ChannelError::NotOnCurve)?;
        let shared = p256::PublicKey::to_projective(&key) * *self.secret;
        let shared = shared.to_affine().to_encoded_point(false);
        let x = shared.x().ok_or(ChannelError::NotOnCurve)?;
        Ok((*x).into())
    }
}

/// What the device key signs.
pub fn message(host: &EphemeralKey, card: &EphemeralKey) -> Vec<u8> {
    [DOMAIN, host, card].concat()
}

impl Channel {
    fn of(shared: &[u8; 32], host: &EphemeralKey, card: &EphemeralKey) -> Self {
        let keys = sha256(&[KEYS_DOMAIN, shared, host, card].concat());
        let (mut encrypt, mut authenticate) = ([0; 16], [0; 16]);
        let (first, second) = keys.split_at(16);
        encrypt.copy_from_slice(first);
        authenticate.copy_from_slice(second);
        Self { encrypt, authenticate, number: 0 }
    }

    /// Seals a message of the exchange in progress.
    pub fn seal(&self, direction: Direction, plain: &[u8]) -> Vec<u8> {
        let mut bytes = plain.to_vec();
        self.crypt(direction, &mut bytes);
        let tag = self.tag(direction, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&tag);
        bytes
    }

    /// Opens a message of the exchange in progress.
    pub fn open(&self, direction: Direction, sealed: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let at = sealed.len().checked_sub(TAG_LEN).ok_or(ChannelError::NotOurs)?;
        let (bytes, tag) = sealed.split_at_checked(at).ok_or(ChannelError::NotOurs)?;
        self.tag(direction, bytes).verify_slice(tag).map_err(|_| ChannelError::NotOurs)?;
        let mut plain = bytes.to_vec();
        self.crypt(direction, &mut plain);
        Ok(plain)
    }

    /// Goes on to the next exchange; `None` after the last that there can be.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Some(Self { number: self.number.checked_add(1)?, ..self })
    }

    fn crypt(&self, direction: Direction, bytes: &mut [u8]) {
        let mut block = [0; 16];
        let (head, tail) = block.split_at_mut(8);
        if let (Some(place), Some(number)) = (head.first_mut(), tail.first_chunk_mut()) {
            (*place, *number) = (direction.tag(), self.number.to_be_bytes());
        }
        Ctr32BE::<Aes128>::new(&self.encrypt.into(), &block.into()).apply_keystream(bytes);
    }

    fn tag(&self, direction: Direction, bytes: &[u8]) -> Cmac<Aes128> {
        Cmac::<Aes128>::new(&self.authenticate.into())
            .chain_update([direction.tag()])
            .chain_update(self.number.to_be_bytes())
            .chain_update(bytes)
    }
}

impl core::fmt::Debug for Channel {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Channel").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Direction {
    const fn tag(self) -> u8 {
        match self {
            Self::ToCard => 0,
            Self::ToHost => 1,
        }
    }
}
