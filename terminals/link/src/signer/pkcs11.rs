//! A key in a token: a hardware security module, a smart card, or SoftHSM.
//!
//! Named by a URI of RFC 7512: `pkcs11:token=specie;object=machine?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/etc/specie/pin`.
//! The key is one of Ed25519 (`CKK_EC_EDWARDS`, signing by `CKM_EDDSA`) or of secp256k1 (`CKK_EC`, by `CKM_ECDSA`); both are kinds of
//! accounts on the chain. Private and public key have the same label.

use super::{Signed, Signer, SignerError};
use crate::Account;
use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error as CryptokiError, RvError},
    mechanism::{
        eddsa::{EddsaParams, EddsaSignatureScheme},
        Mechanism,
    },
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    types::AuthPin,
};
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use sp_crypto_hashing::blake2_256;
use std::{
    path::PathBuf,
    str::FromStr,
    sync::{Mutex, PoisonError},
};
use thiserror::Error;

/// What a URI begins with.
pub const SCHEME: &str = "pkcs11:";

/// DER of the curve's object identifier, 1.3.132.0.10.
const SECP256K1: [u8; 7] = [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a];

/// Why the token does not sign.
#[derive(Debug, Error)]
pub enum TokenError {
    /// The URI does not name a key.
    #[error("{0:?} is not as pkcs11:token=…;object=…?module-path=…&pin-source=file:…")]
    Uri(String),
    /// The PIN's file cannot be read.
    #[error("the token's PIN: {0}")]
    Pin(#[source] std::io::Error),
    /// The module or the token refuses.
    #[error("the token: {0}")]
    Token(#[from] CryptokiError),
    /// There is no such token in the module's slots.
    #[error("no token is called {0:?}")]
    NoToken(String),
    /// The token has no such key, or several.
    #[error("the token has {1} keys that are called {0:?}: there must be one, with its public key")]
    NoKey(String, usize),
    /// The key is of no kind that the chain knows.
    #[error("the key is neither of Ed25519 nor of secp256k1")]
    Kind,
    /// What the token gave is no signature of its key.
    #[error("the token gave what is no signature of its key")]
    BadSignature,
}

/// Where a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUri {
    /// The module, a shared library.
    pub module: PathBuf,
    /// The token's label.
    pub token: String,
    /// The key's label.
    pub object: String,
    /// The file with the user's PIN on its first line.
    pub pin: PathBuf,
}

impl FromStr for TokenUri {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let wrong = || TokenError::Uri(text.into());
        let (path, query) = text.strip_prefix(SCHEME).and_then(|rest| rest.split_once('?')).ok_or_else(wrong)?;
        let field = |fields: &str, between: char, name: &str| {
            let mut found = fields.split(between).filter_map(|field| field.split_once('='));
            let value = found.find(|(known, _)| *known == name).map(|(_, value)| value);
            value.and_then(unescaped).filter(|value| !value.is_empty()).ok_or_else(wrong)
        };
        let pin = field(query, '&', "pin-source")?;
        Ok(Self {
            module: field(query, '&', "module-path")?.into(),
            token: field(path, ';', "token")?,
            object: field(path, ';', "object")?,
            pin: pin.strip_prefix("file:").unwrap_or(&pin).into(),
        })
    }
}

/// `%20` and its like.
fn unescaped(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// What kind of key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Ed25519,
    Secp256k1(VerifyingKey),
}

/// A key in a token.
pub struct TokenKey {
    session: Mutex<Session>,
    key: ObjectHandle,
    kind: Kind,
    account: Account,
}

impl TokenKey {
    /// Logs in, and finds the key.
    pub fn open(uri: &TokenUri) -> Result<Self, TokenError> {
        let module = Pkcs11::new(&uri.module)?;
        match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // By another key of this process.
            Ok(()) | Err(CryptokiError::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(error.into()),
        }
        let mut slot = None;
        for known in module.get_slots_with_token()? {
            if module.get_token_info(known)?.label() == uri.token {
                slot = Some(known);
            }
        }
        let slot = slot.ok_or_else(|| TokenError::NoToken(uri.token.clone()))?;
        let pin = std::fs::read_to_string(&uri.pin).map_err(TokenError::Pin)?;
        let session = module.open_ro_session(slot)?;
        let pin = AuthPin::new(pin.lines().next().unwrap_or_default().trim().into());
        match session.login(UserType::User, Some(&pin)) {
            Ok(()) => {}
            Err(CryptokiError::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(error) => return Err(error.into()),
        }
        let find = |class| -> Result<ObjectHandle, TokenError> {
            let label = Attribute::Label(uri.object.clone().into_bytes());
            let found = session.find_objects(&[Attribute::Class(class), label])?;
            match found.as_slice() {
                [one] => Ok(*one),
                other => Err(TokenError::NoKey(uri.object.clone(), other.len())),
            }
        };
        let (key, public) = (find(ObjectClass::PRIVATE_KEY)?, find(ObjectClass::PUBLIC_KEY)?);
        let wanted = [AttributeType::KeyType, AttributeType::EcParams, AttributeType::EcPoint];
        let (mut kind, mut curve, mut point) = (None, Vec::new(), Vec::new());
        for attribute in session.get_attributes(public, &wanted)? {
            match attribute {
                Attribute::KeyType(known) => kind = Some(known),
                Attribute::EcParams(known) => curve = known,
                Attribute::EcPoint(known) => point = known,
                _ => {}
            }
        }
        // An OCTET STRING around the point.
        let point = match point.as_slice() {
            [0x04, length, inner @ ..] if usize::from(*length) == inner.len() => inner,
            bare => bare,
        };
        let (kind, account) = match kind {
            Some(KeyType::EC_EDWARDS) => {
                let account = point.try_into().map(Account).map_err(|_| TokenError::Kind)?;
                (Kind::Ed25519, account)
            }
            Some(KeyType::EC) if curve == SECP256K1 => {
                let key = VerifyingKey::from_sec1_bytes(point).map_err(|_| TokenError::Kind)?;
                let compressed = key.to_encoded_point(true);
                (Kind::Secp256k1(key), Account(blake2_256(compressed.as_bytes())))
            }
            _ => return Err(TokenError::Kind),
        };
        Ok(Self { session: Mutex::new(session), key, kind, account })
    }

    fn sign(&self, mechanism: &Mechanism<'_>, message: &[u8]) -> Result<[u8; 64], TokenError> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let signature = session.sign(mechanism, self.key, message)?;
        signature.try_into().map_err(|_| TokenError::BadSignature)
    }

    fn try_sign(&self, message: &[u8]) -> Result<Signed, TokenError> {
        match &self.kind {
            Kind::Ed25519 => {
                let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Ed25519));
                self.sign(&mechanism, message).map(Signed::Ed25519)
            }
            Kind::Secp256k1(key) => {
                let hash = blake2_256(message);
                let raw = self.sign(&Mechanism::Ecdsa, &hash)?;
                let signature = Signature::from_slice(&raw).map_err(|_| TokenError::BadSignature)?;
                let signature = signature.normalize_s().unwrap_or(signature);
                let id = RecoveryId::trial_recovery_from_prehash(key, &hash, &signature)
                    .map_err(|_| TokenError::BadSignature)?;
                let mut bytes = [0; 65];
                bytes[..64].copy_from_slice(&signature.to_bytes());
                bytes[64] = id.to_byte();
                Ok(Signed::Ecdsa(bytes))
            }
        }
    }
}

impl Signer for TokenKey {
    fn account(&self) -> Account {
        self.account
    }

    fn signature(&self, message: &[u8]) -> Result<Signed, SignerError> {
        Ok(self.try_sign(message)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_names_module_token_key_and_pin() {
        let text = "pkcs11:token=My%20token;object=machine?module-path=/usr/lib/x.so&pin-source=file:/etc/pin";
        let known: TokenUri = text.parse().unwrap();
        let (module, pin) = (PathBuf::from("/usr/lib/x.so"), PathBuf::from("/etc/pin"));
        assert_eq!(known, TokenUri { module, token: "My token".into(), object: "machine".into(), pin });
        for wrong in [
            "machine.key",
            "pkcs11:",
            "pkcs11:token=x;object=y",
            "pkcs11:token=x?module-path=/a&pin-source=/b",
            "pkcs11:token=;object=y?module-path=/a&pin-source=/b",
            "pkcs11:token=x;object=%zz?module-path=/a&pin-source=/b",
            "pkcs11:token=x;object=y?module-path=/a",
        ] {
            assert!(matches!(wrong.parse::<TokenUri>(), Err(TokenError::Uri(_))), "{wrong}");
        }
    }

    #[test]
    fn a_module_that_is_not_there_is_an_error() {
        let uri = TokenUri {
            module: "/nowhere/module.so".into(),
            token: "x".into(),
            object: "y".into(),
            pin: "/nowhere/pin".into(),
        };
        assert!(matches!(TokenKey::open(&uri), Err(TokenError::Token(_))));
    }
}
