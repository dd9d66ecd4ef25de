//! Factories and cards that sign for real, for the tests and the benchmarks.

use k256::ecdsa::signature::hazmat::PrehashSigner;
use specie_primitives::{
    attestation::{Attestation, Challenge, SignedAttestation},
    certificate::{native_message, Certificate},
    crypto::{sha256, PublicKey, Scheme, Signature},
    ids::{BatchId, CarrierId},
    initialisation::{self, FirstStatement, Initialisation},
    order::Order,
    records::BatchKey,
};

/// A private key.
#[derive(Clone)]
pub enum Key {
    Secp256k1(k256::ecdsa::SigningKey),
    P256(p256::ecdsa::SigningKey),
    Ed25519(ed25519_zebra::SigningKey),
}

impl Key {
    /// The key whose secret is SHA-256 of `name`, which is below both curves' orders for all but one in 2³².
    pub fn named(scheme: Scheme, name: &[u8]) -> Self {
        let secret = sha256(name);
        match scheme {
            Scheme::Secp256k1 => {
                Self::Secp256k1(k256::ecdsa::SigningKey::from_slice(&secret).expect("a scalar in range; qed"))
            }
            Scheme::P256 => {
                Self::P256(p256::ecdsa::SigningKey::from_slice(&secret).expect("a scalar in range; qed"))
            }
            Scheme::Ed25519 => Self::Ed25519(ed25519_zebra::SigningKey::from(secret)),
        }
    }

    pub fn public(&self) -> PublicKey {
        match self {
            Self::Secp256k1(_) => PublicKey::Secp256k1(self.compressed()),
            Self::P256(_) => PublicKey::P256(self.compressed()),
            Self::Ed25519(key) => PublicKey::Ed25519(ed25519_zebra::VerificationKey::from(key).into()),
        }
    }

    /// The public key as compressed SEC1; ECDSA only.
    pub fn compressed(&self) -> [u8; 33] {
        let bytes = match self {
            Self::Secp256k1(key) => key.verifying_key().to_encoded_point(true).as_bytes().try_into(),
            Self::P256(key) => key.verifying_key().to_encoded_point(true).as_bytes().try_into(),
            Self::Ed25519(_) => panic!("Ed25519 keys have 32 bytes"),
        };
        bytes.expect("a compressed point has 33 bytes; qed")
    }

    /// The signature over `message` in the form that a machine sends: low S, with its recovery id.
    pub fn sign(&self, message: &[u8]) -> Signature {
        let digest = sha256(message);
        match self {
            Self::Secp256k1(key) => {
                let (signature, id) =
                    key.sign_prehash_recoverable(&digest).expect("the digest is long enough; qed");
                let mut bytes = [id.to_byte(); 65];
                bytes[..64].copy_from_slice(&signature.to_bytes());
                Signature::Secp256k1(bytes)
            }
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature =
                    key.sign_prehash(&digest).expect("the digest is long enough; qed");
                Signature::P256(signature.normalize_s().unwrap_or(signature).to_bytes().into())
            }
            Self::Ed25519(key) => Signature::Ed25519(key.sign(message).to_bytes()),
        }
    }

    /// `r ‖ s ‖ recovery id` over `message`; secp256k1 only.
    fn sign_recoverable(&self, message: &[u8]) -> [u8; 65] {
        match self.sign(message) {
            Signature::Secp256k1(bytes) => bytes,
            _ => panic!("only secp256k1 signatures can be recovered from"),
        }
    }

    /// Coinkite's `header ‖ r ‖ s` over `message`, the header being 39 plus the recovery id; secp256k1 only.
    fn sign_coinkite(&self, message: &[u8]) -> [u8; 65] {
        let signature = self.sign_recoverable(message);
        let mut bytes = [signature[64] + 39; 65];
        bytes[1..].copy_from_slice(&signature[..64]);
        bytes
    }
}

/// The format of a factory's certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Native(Scheme),
    Keycard,
    Coinkite,
}

impl Format {
    /// The scheme of the batch's key; the foreign formats know secp256k1 alone.
    pub fn scheme(self) -> Scheme {
        match self {
            Self::Native(scheme) => scheme,
            Self::Keycard | Self::Coinkite => Scheme::Secp256k1,
        }
    }
}

/// A factory at work on one batch.
#[derive(Clone)]
pub struct Factory {
    pub batch: BatchId,
    pub key: Key,
    format: Format,
}

impl Factory {
    pub fn new(format: Format, batch: BatchId) -> Self {
        let name = [&b"specie test batch"[..], &batch.0.to_le_bytes()].concat();
        Self { batch, key: Key::named(format.scheme(), &name), format }
    }

    /// What the manufacturer writes to the chain.
    pub fn batch_key(&self) -> BatchKey {
        match self.format {
            Format::Native(_) => BatchKey::Native(self.key.public()),
            Format::Keycard => BatchKey::Keycard(self.key.compressed()),
            Format::Coinkite => BatchKey::CoinkiteRoot(self.key.compressed()),
        }
    }

    /// The certificate of a device key; the foreign formats know secp256k1 alone.
    pub fn certify(&self, device: &Key) -> Certificate {
        let batch = self.batch;
        match self.format {
            Format::Native(_) => {
                let device = device.public();
                let signature = self.key.sign(native_message(batch, &device).as_bytes());
                Certificate::Native { batch, device, signature }
            }
            Format::Keycard => {
                let device = device.compressed();
                Certificate::Keycard { batch, device, signature: self.key.sign_recoverable(&device) }
            }
            Format::Coinkite => {
                let device = device.compressed();
                let line = Key::named(Scheme::Secp256k1, b"specie test production line");
                Certificate::Coinkite {
                    batch,
                    device,
                    card_signature: line.sign_coinkite(&device),
                    batch_signature: self.key.sign_coinkite(&line.compressed()),
                }
            }
        }
    }
}

/// A genuine card that has made its currency key.
#[derive(Clone)]
pub struct TestCard {
    pub device: Key,
    pub currency: Key,
    pub generation: u32,
    pub certificate: Certificate,
    pub number: u32,
}

impl TestCard {
    /// Card `number` of `factory`, device and currency key of one scheme, with its first currency key.
    pub fn new(factory: &Factory, scheme: Scheme, number: u32) -> Self {
        let device = Key::named(scheme, &[&b"specie test device"[..], &number.to_le_bytes()].concat());
        let certificate = factory.certify(&device);
        Self { device, currency: Self::currency_key(scheme, number, 1), generation: 1, certificate, number }
    }

    /// The card after the issuer let it destroy its currency key and make the next.
    pub fn reset(&self) -> Self {
        let generation = self.generation + 1;
        let scheme = self.currency.public().scheme();
        Self { currency: Self::currency_key(scheme, self.number, generation), generation, ..self.clone() }
    }

    fn currency_key(scheme: Scheme, number: u32, generation: u32) -> Key {
        let name = [&b"specie test currency"[..], &number.to_le_bytes(), &generation.to_le_bytes()].concat();
        Key::named(scheme, &name)
    }

    pub fn id(&self) -> CarrierId {
        CarrierId::of(&self.currency.public())
    }

    /// What the card says of itself, before its first order.
    pub fn attest(&self, challenge: Challenge) -> SignedAttestation {
        let said = Attestation::initialised(&self.currency.public(), self.generation, 0, 0, false);
        self.attest_as(challenge, said)
    }

    /// The card's signature under anything that it could say.
    pub fn attest_as(&self, challenge: Challenge, attestation: Attestation) -> SignedAttestation {
        let signature = self.device.sign(attestation.message(&challenge).as_bytes());
        SignedAttestation { challenge, attestation, signature }
    }

    /// What the card answers when a machine has it make its key.
    pub fn initialise(&self, asked: &Initialisation) -> FirstStatement {
        let said = Attestation::initialised(&self.currency.public(), self.generation, 0, 0, false);
        self.initialise_as(asked, said)
    }

    /// The card's first statement, whatever it says.
    pub fn initialise_as(&self, asked: &Initialisation, attestation: Attestation) -> FirstStatement {
        FirstStatement {
            attestation,
            signature: self.device.sign(initialisation::message(&asked.told(), &attestation).as_bytes()),
        }
    }

    pub fn sign(&self, order: &Order) -> Signature {
        self.currency.sign(order.message().as_bytes())
    }
}
