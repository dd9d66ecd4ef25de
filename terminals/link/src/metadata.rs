//! Names in the chain's metadata, and their numbers.

use crate::{
    amount::{DECIMALS, SYMBOL},
    answers,
    call::Call,
    event::Event,
    words::Words,
};
use codec::{Compact, Decode, Encode as _, Input};
use frame_metadata::{v15::RuntimeMetadataV15, RuntimeMetadata, RuntimeMetadataPrefixed};
use merkleized_metadata::{generate_metadata_digest, ExtraInfo};
use scale_decode::visitor::{decode_with_visitor, IgnoreVisitor};
use scale_info::{form::PortableForm, PortableRegistry, TypeDef, Variant};
use serde_json::Value;
use sp_runtime::{DispatchError, ModuleError};
use std::sync::{Mutex, PoisonError};
use thiserror::Error;

/// Why the metadata do not help.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MetadataError {
    /// They are not in the form that this client reads.
    #[error("the chain's metadata cannot be read: {0}")]
    Unreadable(String),
    /// The chain has no such call.
    #[error("the chain has no call {0}.{1}")]
    NoCall(String, String),
    /// A transaction has to say something that this client does not know.
    #[error("the chain asks for {0} in a transaction, which this client does not know; it needs an update")]
    UnknownExtension(String),
}

/// A transaction extension: its name, and whether it says anything.
pub(crate) struct Extension {
    pub(crate) name: String,
    pub(crate) is_silent: bool,
}

/// The metadata of one version of the runtime.
pub(crate) struct Metadata {
    known: RuntimeMetadataV15,
    pub(crate) extensions: Vec<Extension>,
    /// Their hash, by the version of the runtime: it takes a tenth of a second.
    hash: Mutex<Option<(u32, [u8; 32])>>,
}

impl Metadata {
    /// From the runtime's word, version 15.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, MetadataError> {
        let unreadable = |why: String| MetadataError::Unreadable(why);
        let prefixed =
            RuntimeMetadataPrefixed::decode(&mut &*bytes).map_err(|error| unreadable(error.to_string()))?;
        let RuntimeMetadata::V15(known) = prefixed.1 else {
            return Err(unreadable(format!("version {}, not 15", prefixed.1.version())));
        };
        let is_empty = |ty: u32| is_empty(&known.types, ty, 0);
        let extensions = known
            .extrinsic
            .signed_extensions
            .iter()
            .map(|extension| Extension {
                name: extension.identifier.clone(),
                is_silent: is_empty(extension.ty.id) && is_empty(extension.additional_signed.id),
            })
            .collect();
        Ok(Self { known, extensions, hash: Mutex::default() })
    }

    /// The hash of these metadata, as the chain has that of its own (RFC 78 of the Polkadot fellowship).
    pub(crate) fn hash(&self, spec_version: u32, spec_name: &str) -> Result<[u8; 32], MetadataError> {
        let mut known = self.hash.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, hash)) = known.filter(|(version, _)| *version == spec_version) {
            return Ok(hash);
        }
        let info = ExtraInfo {
            spec_version,
            spec_name: spec_name.into(),
            base58_prefix: answers::account::PREFIX,
            decimals: DECIMALS,
            token_symbol: SYMBOL.into(),
        };
        let digest = generate_metadata_digest(&RuntimeMetadata::V15(self.known.clone()), info);
        let hash = digest.map_err(|why| MetadataError::Unreadable(format!("no hash: {why}")))?.hash();
        *known = Some((spec_version, hash));
        Ok(hash)
    }

    /// The bytes of a call.
    pub(crate) fn encode(&self, call: &Call) -> Result<Vec<u8>, MetadataError> {
        let missing = || MetadataError::NoCall(call.pallet.into(), call.name.into());
        let pallet = self.known.pallets.iter().find(|pallet| pallet.name == call.pallet).ok_or_else(missing)?;
        let calls = pallet.calls.as_ref().ok_or_else(missing)?.ty.id;
        let index = self.variants(calls).iter().find(|known| known.name == call.name).map(|known| known.index);
        let mut bytes = vec![pallet.index, index.ok_or_else(missing)?];
        bytes.extend(call.arguments(|inner| self.encode(inner))?);
        Ok(bytes)
    }

    /// Their bytes, as [`Metadata::read`] takes them.
    pub(crate) fn encoded(&self) -> Vec<u8> {
        RuntimeMetadataPrefixed::from(self.known.clone()).encode()
    }

    /// What a call says; all of the bytes, and nothing else.
    pub(crate) fn call_in_words(&self, call: &[u8]) -> Result<Value, MetadataError> {
        let unreadable = |why: String| MetadataError::Unreadable(format!("call: {why}"));
        let mut left = call;
        let said = decode_with_visitor(&mut left, self.known.extrinsic.call_ty.id, &self.known.types, Words)
            .map_err(|error| unreadable(error.to_string()))?;
        match left {
            [] => Ok(said),
            _ => Err(unreadable(format!("{} bytes more than there should be", left.len()))),
        }
    }

    /// The events of one extrinsic, by its place in the block, from the value of `System.Events`.
    pub(crate) fn events(&self, bytes: &[u8], extrinsic: u32) -> Result<Vec<Event>, MetadataError> {
        let unreadable = |what: &str| MetadataError::Unreadable(format!("events: {what}"));
        let mut input = bytes;
        let count = Compact::<u32>::decode(&mut input).map_err(|_| unreadable("count"))?.0;
        let mut events = Vec::new();
        for _ in 0..count {
            let phase = input.read_byte().map_err(|_| unreadable("phase"))?;
            let of = match phase {
                0 => Some(u32::decode(&mut input).map_err(|_| unreadable("phase"))?),
                _ => None,
            };
            let event = self.event(&mut input)?;
            // The topics.
            Vec::<[u8; 32]>::decode(&mut input).map_err(|_| unreadable("topics"))?;
            if of == Some(extrinsic) {
                events.push(event);
            }
        }
        Ok(events)
    }

    fn event(&self, input: &mut &[u8]) -> Result<Event, MetadataError> {
        let unreadable = |what: String| MetadataError::Unreadable(format!("event {what}"));
        let index = input.read_byte().map_err(|_| unreadable("pallet".into()))?;
        let pallet = self.known.pallets.iter().find(|pallet| pallet.index == index);
        let pallet = pallet.ok_or_else(|| unreadable(format!("of pallet {index}")))?;
        let events = pallet.event.as_ref().map(|event| event.ty.id);
        let variant = *input.first().ok_or_else(|| unreadable("variant".into()))?;
        let known = events.and_then(|ty| self.variants(ty).iter().find(|known| known.index == variant));
        let (ty, known) = events.zip(known).ok_or_else(|| unreadable(format!("{}.{variant}", pallet.name)))?;
        let before = *input;
        decode_with_visitor(input, ty, &self.known.types, IgnoreVisitor::<PortableRegistry>::new())
            .map_err(|error| unreadable(format!("{}.{}: {error}", pallet.name, known.name)))?;
        let fields = before.get(1..before.len() - input.len()).unwrap_or_default();
        Ok(Event { pallet: pallet.name.clone(), name: known.name.clone(), fields: fields.to_vec() })
    }

    /// `Pallet.Error`, or the runtime's own word.
    pub(crate) fn error_name(&self, error: &DispatchError) -> String {
        let DispatchError::Module(ModuleError { index, error: [code, ..], .. }) = error else {
            return <&str>::from(*error).into();
        };
        let pallet = self.known.pallets.iter().find(|pallet| pallet.index == *index);
        let name = pallet.and_then(|pallet| {
            let errors = self.variants(pallet.error.as_ref()?.ty.id);
            Some(format!("{}.{}", pallet.name, errors.iter().find(|known| known.index == *code)?.name))
        });
        name.unwrap_or_else(|| format!("error {code} of pallet {index}"))
    }

    fn variants(&self, ty: u32) -> &[Variant<PortableForm>] {
        match self.known.types.resolve(ty).map(|ty| &ty.type_def) {
            Some(TypeDef::Variant(variants)) => &variants.variants,
            _ => &[],
        }
    }
}

/// How deep types are looked into.
const MAX_DEPTH: u8 = 8;

/// Whether every value of a type takes no bytes.
fn is_empty(types: &PortableRegistry, ty: u32, depth: u8) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let inner = |ty: u32| is_empty(types, ty, depth.saturating_add(1));
    match types.resolve(ty).map(|ty| &ty.type_def) {
        Some(TypeDef::Composite(composite)) => composite.fields.iter().all(|field| inner(field.ty.id)),
        Some(TypeDef::Tuple(tuple)) => tuple.fields.iter().all(|field| inner(field.id)),
        Some(TypeDef::Array(array)) => array.len == 0 || inner(array.type_param.id),
        _ => false,
    }
}
