//! The test vectors in `primitives/vectors`, which `primitives/vectors/README.md` describes.
//!
//! Two independent readings hold them in place: [`generate`] makes every file again from named private keys, and the
//! files must be the same to the byte; [`check`] reads the files as a firmware engineer would, without knowing how
//! they were made. After a change of the formats: `cargo test -p specie-primitives --test vectors -- --ignored`.

#![cfg(feature = "std")]

#[path = "../common/mod.rs"]
mod common;

mod check;
mod file;
mod generate;

#[test]
fn files_are_what_is_generated() {
    for file in generate::files() {
        let kept = std::fs::read_to_string(file.path()).unwrap_or_default();
        assert!(kept == file.text(), "{} is not what is generated", file.path().display());
    }
}

#[test]
#[ignore = "writes the files"]
fn regenerate() {
    for file in generate::files() {
        std::fs::write(file.path(), file.text()).unwrap();
    }
}
