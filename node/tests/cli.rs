//! The command line refuses what it cannot serve, in words that an operator can act on, and knows the built-in
//! chains. Nothing here starts a node.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_specie-node")).args(arguments).output().expect("cargo has built the binary")
}

/// What the node says when it refuses `arguments`.
fn refusal(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(!output.status.success(), "{arguments:?} must be refused");
    String::from_utf8(output.stderr).expect("messages are UTF-8")
}

mod chain {
    use super::*;

    #[test]
    fn fails_when_not_given() {
        let message = refusal(&[]);
        assert!(message.contains("use --chain <path>, --dev or --chain local"), "{message}");
    }

    #[test]
    fn fails_when_not_given_to_a_subcommand() {
        let message = refusal(&["chain-info"]);
        assert!(message.contains("use --chain <path>, --dev or --chain local"), "{message}");
    }

    #[test]
    fn fails_when_the_file_does_not_exist() {
        let message = refusal(&["--chain", "/nowhere/specie.json"]);
        assert!(message.contains("`/nowhere/specie.json` is neither `dev` nor `local` nor a file"), "{message}");
    }

    #[test]
    fn fails_when_the_file_is_a_directory() {
        let directory = tempfile::tempdir().expect("the temporary directory is writable");
        let path = directory.path().to_str().expect("the path is UTF-8");
        let message = refusal(&["--chain", path]);
        assert!(message.contains(path), "{message}");
    }

    #[test]
    fn fails_when_the_file_holds_something_else() {
        let directory = tempfile::tempdir().expect("the temporary directory is writable");
        for content in ["", "garbage", "[]", "{\"name\": 7}"] {
            let file = directory.path().join("spec.json");
            std::fs::write(&file, content).expect("the temporary directory is writable");
            let message = refusal(&["--chain", file.to_str().expect("the path is UTF-8")]);
            assert!(message.contains("Error parsing spec file"), "{content:?}: {message}");
        }
    }
}

mod freshness {
    use super::*;

    #[test]
    fn boundary_values_are_accepted() {
        for age in ["1", "86400"] {
            // The options are read first: the complaint about the chain shows that they were accepted.
            let message = refusal(&["--max-best-age", age, "--max-finalized-age", age]);
            assert!(message.contains("no chain given"), "{message}");
        }
    }

    #[test]
    fn fails_outside_the_bounds() {
        for option in ["--max-best-age", "--max-finalized-age"] {
            for age in ["0", "86401", "18446744073709551616", "1.5", "soon", ""] {
                let message = refusal(&[option, age]);
                assert!(message.contains(option), "{option} {age:?}: {message}");
            }
        }
    }
}

mod built_in {
    use super::*;

    fn specification(chain: &str) -> serde_json::Value {
        let output = run(&["export-chain-spec", "--chain", chain]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("a chain specification is JSON")
    }

    #[test]
    fn development_and_local_name_themselves_and_the_currency() {
        for (chain, name, id, chain_type) in [
            ("dev", "Specie Development", "specie_dev", "Development"),
            ("local", "Specie Local", "specie_local", "Local"),
        ] {
            let specification = specification(chain);
            assert_eq!(specification["name"], name);
            assert_eq!(specification["id"], id);
            assert_eq!(specification["chainType"], chain_type);
            let properties = &specification["properties"];
            assert_eq!(properties["tokenSymbol"], "SPC");
            assert_eq!(properties["tokenDecimals"], 12);
            assert_eq!(properties["ss58Format"], 42);
        }
    }

    #[test]
    fn an_exported_specification_can_be_read_again() {
        let directory = tempfile::tempdir().expect("the temporary directory is writable");
        let file = directory.path().join("spec.json");
        let path = file.to_str().expect("the path is UTF-8");
        let written = run(&["export-chain-spec", "--chain", "local", "--output", path]);
        assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
        assert_eq!(specification(path), specification("local"));
    }
}
