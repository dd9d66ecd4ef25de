//! What clients have to rely on: the indices, names and fields of every call, event, error and record of ours.
//!
//! `interface.txt` beside this file is what clients know. A change of a line that is there breaks them: orders that are
//! signed already, blocks that are indexed already, firmware that is out. New lines at the end of a type are harmless.
//! After a change that is meant, `cargo test -p specie-runtime -- --ignored write_interface` writes the file anew.

use crate::{RuntimeCall, RuntimeError, RuntimeEvent, RuntimeHoldReason};
use scale_info::{
    form::PortableForm, meta_type, Field, MetaType, Path, PortableRegistry, Registry, TypeDef, TypeInfo,
};
use specie_primitives::{
    api::{ChainInfo, ManufacturerInfo, VerdictError},
    currency::{CurrencyInfo, Supply, SupplyPage},
    evidence::Evidence,
    index::{CarrierEntry, Happening},
    request::Request,
    verdict::{Verdict, View},
};
use std::{fmt::Write as _, fs};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/interface.txt");

/// The SDK's own types are the SDK's to keep stable, but for where the runtime puts its pallets.
const OURS: [&str; 7] = [
    "specie_primitives",
    "specie_runtime",
    "pallet_carriers",
    "pallet_machines",
    "pallet_manufacturers",
    "pallet_issuance",
    "pallet_requests",
];

fn of<T: TypeInfo + 'static>() -> MetaType {
    meta_type::<T>()
}

fn registry() -> PortableRegistry {
    let mut registry = Registry::new();
    registry.register_types([
        of::<RuntimeCall>(),
        of::<RuntimeEvent>(),
        of::<RuntimeError>(),
        of::<RuntimeHoldReason>(),
        of::<ChainInfo>(),
        of::<ManufacturerInfo>(),
        of::<VerdictError>(),
        of::<Evidence>(),
        of::<Happening>(),
        of::<CarrierEntry>(),
        of::<Request<[u8; 32]>>(),
        of::<CurrencyInfo>(),
        of::<Supply>(),
        of::<SupplyPage>(),
        of::<Verdict>(),
        of::<View>(),
    ]);
    registry.into()
}

fn name(path: &Path<PortableForm>) -> String {
    path.segments.join("::")
}

fn fields(fields: &[Field<PortableForm>]) -> String {
    let field = |field: &Field<PortableForm>| match (&field.name, &field.type_name) {
        (Some(name), Some(of)) => format!("{name}: {of}"),
        (Some(name), None) => name.clone(),
        (None, of) => of.clone().unwrap_or_default(),
    };
    fields.iter().map(field).collect::<Vec<_>>().join(", ")
}

/// Every enumeration and structure of ours, one line for each variant and field list, in the order of their names.
fn interface() -> String {
    let registry = registry();
    let mut types: Vec<String> = Vec::new();
    for portable in &registry.types {
        let path = &portable.ty.path;
        if !path.segments.first().is_some_and(|first| OURS.contains(&first.as_str())) {
            continue;
        }
        let mut text = String::new();
        match &portable.ty.type_def {
            TypeDef::Variant(variants) => {
                let mut variants = variants.variants.clone();
                variants.sort_by_key(|variant| variant.index);
                for variant in variants {
                    let fields = fields(&variant.fields);
                    writeln!(text, "{} {} {} ({fields})", name(path), variant.index, variant.name)
                        .expect("a text can be written to; qed");
                }
            }
            TypeDef::Composite(structure) => {
                writeln!(text, "{} ({})", name(path), fields(&structure.fields))
                    .expect("a text can be written to; qed");
            }
            _ => {}
        }
        types.push(text);
    }
    types.sort();
    types.dedup();
    types.concat()
}

#[test]
fn what_clients_rely_on_has_not_changed() {
    let known = fs::read_to_string(FILE).expect("the file lies beside the test");
    let now = interface();
    let gone: Vec<&str> = known.lines().filter(|line| !now.lines().any(|other| other == *line)).collect();
    let new: Vec<&str> = now.lines().filter(|line| !known.lines().any(|other| other == *line)).collect();
    assert!(gone.is_empty() && new.is_empty(), "no longer so:\n{}\nnew:\n{}", gone.join("\n"), new.join("\n"));
}

#[test]
#[ignore = "writes the file that the other test compares with"]
fn write_interface() {
    fs::write(FILE, interface()).expect("the file can be written");
}
