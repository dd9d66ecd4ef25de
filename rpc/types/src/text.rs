//! Values whose JSON is their text.

/// Gives a type that has `Display` and `FromStr` the JSON of its text, and the schema of a string.
macro_rules! as_text {
    ([$($generics:tt)*] $kind:ty) => {
        impl<$($generics)*> ::serde::Serialize for $kind {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de, $($generics)*> ::serde::Deserialize<'de> for $kind {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as ::serde::Deserialize>::deserialize(from)?;
                text.parse().map_err(::serde::de::Error::custom)
            }
        }

        impl<$($generics)*> ::schemars::JsonSchema for $kind {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                "Text".into()
            }

            fn json_schema(shapes: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                <String as ::schemars::JsonSchema>::json_schema(shapes)
            }
        }
    };
    ($kind:ty) => {
        as_text!([] $kind);
    };
}

pub(crate) use as_text;
