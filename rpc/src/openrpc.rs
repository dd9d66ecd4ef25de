//! The OpenRPC document, which tells programs what the methods are. The shapes come from the types themselves.

use crate::{
    bounds::{MAX_BRIEF_VERDICTS, MAX_HISTORY, MAX_LIST, MAX_VERDICTS, MAX_WATCHED},
    safes::{MAX_MEMBERS, MAX_REQUESTS},
};
use schemars::{generate::SchemaSettings, JsonSchema, Schema, SchemaGenerator};
use serde_json::{json, Value};
use specie_rpc_types::{
    BatchRecord, Batches, CarrierEvent, Currencies, Detail, ErrorCode, Grants, Health, History, Manufacturers,
    Membership, SafeContent, SafeRequests, Supply, Verdict, VerdictQuery, Verdicts,
};

/// The version of OpenRPC that the document is written in.
const OPENRPC: &str = "1.3.2";

/// A parameter: name, whether it must be given, shape, and what it is.
struct Param(&'static str, bool, Schema, String);

/// The document.
pub fn document() -> Value {
    let mut shapes = SchemaSettings::draft07()
        .with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        })
        .into_generator();
    let methods = methods(&mut shapes);
    json!({
        "openrpc": OPENRPC,
        "info": {
            "title": "Specie",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What is this carrier worth, and is it valid now? Amounts are decimal strings of base \
                units, byte strings 0x hex, addresses SS58 (prefix 42).",
            "license": { "name": env!("CARGO_PKG_LICENSE") },
        },
        "methods": methods,
        "components": {
            "schemas": shapes.take_definitions(true),
            "errors": ErrorCode::all()
                .map(|code| (code.number(), code.meaning()))
                .map(|(code, message)| (code.to_string(), json!({ "code": code, "message": message })))
                .collect::<serde_json::Map<_, _>>(),
        },
    })
}

fn methods(shapes: &mut SchemaGenerator) -> Vec<Value> {
    let address = || "the carrier's address: SS58, or 32 bytes of hex".to_owned();
    let page = || "the `cursor` of the page before; none: the first page".to_owned();
    vec![
        method::<Verdict>(
            shapes,
            "carrier_verdict",
            "What a carrier is worth, and whether it is valid now",
            |shapes| {
                vec![required::<VerdictQuery>(shapes, "query", "an address, a card's evidence, or both".into())]
            },
        ),
        method::<Verdicts>(shapes, "carrier_verdicts", "The same for many, from one snapshot", |shapes| {
            let most = format!("{MAX_VERDICTS} at most, {MAX_BRIEF_VERDICTS} if `detail` is `brief`");
            vec![
                required::<Vec<VerdictQuery>>(shapes, "queries", most),
                optional::<Detail>(shapes, "detail", "how much is said about each; none: everything".into()),
            ]
        }),
        method::<History>(shapes, "carrier_history", "What happened to a carrier, newest first", |shapes| {
            vec![
                required::<String>(shapes, "address", address()),
                optional::<String>(shapes, "cursor", page()),
                optional::<u32>(shapes, "limit", format!("the most entries in the page, up to {MAX_HISTORY}")),
            ]
        }),
        subscription::<CarrierEvent>(shapes, |shapes| {
            vec![
                required::<Vec<String>>(shapes, "addresses", format!("{MAX_WATCHED} at most")),
                optional::<String>(shapes, "cursor", "of the last event that was heard".into()),
            ]
        }),
        method::<bool>(shapes, "carrier_unsubscribe", "Ends a subscription", |shapes| {
            vec![required::<String>(shapes, "subscription", "its id".into())]
        }),
        method::<BatchRecord>(shapes, "batch_get", "A batch, at the last final block", |shapes| {
            vec![required::<u64>(shapes, "batch", "its id".into())]
        }),
        method::<Batches>(shapes, "batch_list", "The batches of a manufacturer", |shapes| {
            vec![
                required::<u32>(shapes, "manufacturer", "its number".into()),
                optional::<u32>(shapes, "cursor", format!("{} ({MAX_LIST} batches)", page())),
            ]
        }),
        method::<Manufacturers>(shapes, "manufacturer_list", "The manufacturers", |shapes| {
            vec![optional::<u32>(shapes, "cursor", page())]
        }),
        method::<Grants>(
            shapes,
            "machine_grants",
            "What a machine may do and the grants that it may use",
            |shapes| {
                vec![
                    required::<String>(shapes, "machine", "its account: SS58, or 32 bytes of hex".into()),
                    optional::<u32>(shapes, "cursor", page()),
                ]
            },
        ),
        method::<Currencies>(shapes, "currency_list", "The currencies, at the last final block", |shapes| {
            vec![optional::<u32>(shapes, "cursor", page())]
        }),
        method::<Supply>(
            shapes,
            "currency_supply",
            "How much there is of a currency, and where it came from and went, at the last final block",
            |shapes| vec![required::<String>(shapes, "currency", "`native`, or `asset:` and a number".into())],
        ),
        method::<SafeContent>(
            shapes,
            "safe_v1_content",
            "A safe and what its cards hold, from one snapshot",
            |shapes| {
                vec![
                    required::<u32>(shapes, "pool", "the number of its pool".into()),
                    optional::<String>(shapes, "cursor", format!("{} ({MAX_MEMBERS} cards)", page())),
                ]
            },
        ),
        method::<Membership>(
            shapes,
            "safe_v1_membership",
            "What pool a carrier belongs to, at the last final block",
            |shapes| vec![required::<String>(shapes, "address", address())],
        ),
        method::<SafeRequests>(
            shapes,
            "safe_v1_requests",
            "What is asked of a safe, at the last final block",
            |shapes| {
                vec![
                    required::<u32>(shapes, "pool", "the number of its pool".into()),
                    optional::<String>(shapes, "cursor", format!("{} ({MAX_REQUESTS} requests)", page())),
                ]
            },
        ),
        method::<Health>(shapes, "specie_health", "Whether the node can answer", |_| Vec::new()),
        method::<Value>(shapes, "rpc.discover", "This document", |_| Vec::new()),
    ]
}

fn method<T: JsonSchema>(
    shapes: &mut SchemaGenerator,
    name: &str,
    summary: &str,
    params: impl FnOnce(&mut SchemaGenerator) -> Vec<Param>,
) -> Value {
    let params: Vec<_> = params(shapes)
        .into_iter()
        .map(|Param(name, required, schema, description)| {
            json!({ "name": name, "required": required, "schema": schema, "description": description })
        })
        .collect();
    let errors: Vec<_> =
        ErrorCode::all().map(|code| json!({ "$ref": format!("#/components/errors/{}", code.number()) })).collect();
    json!({
        "name": name,
        "summary": summary,
        "paramStructure": "either",
        "params": params,
        "result": { "name": "result", "schema": shapes.subschema_for::<T>() },
        "errors": errors,
    })
}

/// The subscription answers with an id; its events come as notifications, which OpenRPC has no word for.
fn subscription<T: JsonSchema>(
    shapes: &mut SchemaGenerator,
    params: impl FnOnce(&mut SchemaGenerator) -> Vec<Param>,
) -> Value {
    let event = shapes.subschema_for::<T>();
    let summary = "Verdicts as they change: notifications `carrier_event`; ended by `carrier_unsubscribe`";
    let mut subscription = method::<String>(shapes, "carrier_subscribe", summary, params);
    if let Some(fields) = subscription.as_object_mut() {
        fields.insert("x-notification".into(), json!({ "name": "carrier_event", "schema": event }));
    }
    subscription
}

fn required<T: JsonSchema>(shapes: &mut SchemaGenerator, name: &'static str, description: String) -> Param {
    Param(name, true, shapes.subschema_for::<T>(), description)
}

fn optional<T: JsonSchema>(shapes: &mut SchemaGenerator, name: &'static str, description: String) -> Param {
    Param(name, false, shapes.subschema_for::<Option<T>>(), description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_names_every_shape_that_it_refers_to() {
        let document = document();
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#/").skip(1) {
            let path = reference.split('"').next().unwrap();
            assert!(document.pointer(&format!("/{path}")).is_some(), "{path} is missing");
        }
    }
}
