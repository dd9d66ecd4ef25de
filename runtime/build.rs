//! Builds the runtime a second time, as WASM, and puts the metadata hash into it.

fn main() {
    // Checkouts that share a target folder must not take each other's runtime for their own.
    println!("cargo:rerun-if-env-changed=WASM_BUILD_WORKSPACE_HINT");
    // The WASM alone gets the benchmarks (`make weights`): with the feature on this crate Cargo would compile the SDK anew.
    println!("cargo:rerun-if-env-changed=SPECIE_BENCHMARKS");
    #[cfg(feature = "std")]
    {
        let builder = substrate_wasm_builder::WasmBuilder::init_with_defaults().enable_metadata_hash("SPC", 12);
        match std::env::var_os("SPECIE_BENCHMARKS") {
            Some(_) => builder.enable_feature("runtime-benchmarks").build(),
            None => builder.build(),
        }
    }
}
