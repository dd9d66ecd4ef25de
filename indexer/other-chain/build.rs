//! Builds the runtime a second time, as WASM.

fn main() {
    // Checkouts that share a target folder must not take each other's runtime for their own.
    println!("cargo:rerun-if-env-changed=WASM_BUILD_WORKSPACE_HINT");
    #[cfg(feature = "std")]
    substrate_wasm_builder::WasmBuilder::init_with_defaults().build();
}
