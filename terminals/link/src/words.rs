//! SCALE values in words: what a call says, for whoever is to sign it.

use crate::{bytes::hex_of, Account};
use scale_decode::visitor::{
    types::{Array, Composite, Sequence, Str, Tuple, Variant},
    DecodeError, TypeIdFor, Visitor,
};
use scale_info::PortableRegistry;
use serde_json::{json, Map, Value};

/// The name of an account's type.
const ACCOUNT: &str = "AccountId32";

/// Makes JSON of a value: fields by their names; bytes as `0x` and hex, or as text where they are one; accounts as SS58; numbers of
/// more than 32 bits as texts.
pub(crate) struct Words;

type Said = Result<Value, DecodeError>;

/// A number that a person and a program read alike.
macro_rules! number {
    ($($name:ident: $ty:ty),*) => {
        $(fn $name<'scale, 'resolver>(self, value: $ty, _: TypeIdFor<Self>) -> Result<Self::Value<'scale, 'resolver>, DecodeError> {
            Ok(json!(value))
        })*
    };
}

/// One that JSON has no room for.
macro_rules! large_number {
    ($($name:ident: $ty:ty),*) => {
        $(fn $name<'scale, 'resolver>(self, value: $ty, _: TypeIdFor<Self>) -> Result<Self::Value<'scale, 'resolver>, DecodeError> {
            Ok(json!(value.to_string()))
        })*
    };
}

impl Visitor for Words {
    type Value<'scale, 'resolver> = Value;
    type Error = DecodeError;
    type TypeResolver = PortableRegistry;

    number!(visit_bool: bool, visit_u8: u8, visit_u16: u16, visit_u32: u32, visit_i8: i8, visit_i16: i16, visit_i32: i32);
    large_number!(visit_char: char, visit_u64: u64, visit_u128: u128, visit_i64: i64, visit_i128: i128);

    fn visit_str<'scale, 'resolver>(
        self,
        value: &mut Str<'scale>,
        _: TypeIdFor<Self>,
    ) -> Result<Self::Value<'scale, 'resolver>, DecodeError> {
        Ok(json!(value.as_str()?))
    }

    fn visit_sequence<'scale, 'resolver>(
        self,
        value: &mut Sequence<'scale, 'resolver, PortableRegistry>,
        _: TypeIdFor<Self>,
    ) -> Result<Self::Value<'scale, 'resolver>, DecodeError> {
        let items = items(value.remaining(), || value.decode_item(Self))?;
        Ok(bytes_of(&items).map_or(Value::Array(items), |bytes| json!(text_of(&bytes).unwrap_or(hex_of(&bytes)))))
    }

    fn visit_array<'scale, 'resolver>(
        self,
        value: &mut Array<'scale, 'resolver, PortableRegistry>,
        _: TypeIdFor<Self>,
    ) -> Result<Self::Value<'scale, 'resolver>, DecodeError> {
        let items = items(value.remaining(), || value.decode_item(Self))?;
        Ok(bytes_of(&items).map_or(Value::Array(items), |bytes| json!(hex_of(&bytes))))
    }

    fn visit_tuple<'scale, 'resolver>(
        self,
        value: &mut Tuple<'scale, 'resolver, PortableRegistry>,
        _: TypeIdFor<Self>,
    ) -> Result<Self::Value<'scale, 'resolver>, DecodeError> {
        items(value.remaining(), || value.decode_item(Self)).map(unwrapped)
    }

    fn visit_composite<'scale, 'resolver>(
        self,
        value: &mut Composite<'scale, 'resolver, PortableRegistry>,
        _: TypeIdFor<Self>,
    ) -> Result<Self::Value<'scale, 'resolver>, DecodeError> {
        let is_account = value.name().is_some_and(|name| name == ACCOUNT);
        let raw = value.bytes_from_start();
        let said = fields(value)?;
        match raw.first_chunk() {
            Some(account) if is_account => Ok(json!(Account(*account))),
            _ => Ok(said),
        }
    }

    fn visit_variant<'scale, 'resolver>(
        self,
        value: &mut Variant<'scale, 'resolver, PortableRegistry>,
        _: TypeIdFor<Self>,
    ) -> Result<Self::Value<'scale, 'resolver>, DecodeError> {
        let name = value.name();
        Ok(match value.fields().fields().len() {
            0 => json!(name),
            _ => json!({ name: fields(value.fields())? }),
        })
    }
}

/// By name, or in their order.
fn fields(value: &mut Composite<'_, '_, PortableRegistry>) -> Said {
    let names: Vec<Option<String>> = value.fields().iter().map(|field| field.name.map(Into::into)).collect();
    let said = items(value.remaining(), || value.decode_item(Words))?;
    let names: Option<Vec<String>> = names.into_iter().collect();
    Ok(match names {
        Some(names) if !names.is_empty() => names.into_iter().zip(said).collect::<Map<_, _>>().into(),
        _ => unwrapped(said),
    })
}

fn items(count: usize, mut next: impl FnMut() -> Option<Said>) -> Result<Vec<Value>, DecodeError> {
    (0..count).map_while(|_| next()).collect()
}

/// One alone needs no brackets.
fn unwrapped(mut items: Vec<Value>) -> Value {
    match items.len() {
        1 => items.remove(0),
        _ => items.into(),
    }
}

/// The bytes, if they are.
fn bytes_of(items: &[Value]) -> Option<Vec<u8>> {
    let byte = |item: &Value| u8::try_from(item.as_u64()?).ok();
    items.iter().map(byte).collect()
}

/// The text, if somebody wrote one: so that it cannot be taken for something else, printable ASCII alone.
fn text_of(bytes: &[u8]) -> Option<String> {
    let is_plain =
        !bytes.is_empty() && bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) && !bytes.starts_with(b"0x");
    is_plain.then(|| bytes.iter().map(|byte| char::from(*byte)).collect())
}
