//! Puts the version and the git commit into the binary. Outside a git repository the commit is all zeros.

use substrate_build_script_utils::{generate_cargo_keys, rerun_if_git_head_changed};

fn main() {
    generate_cargo_keys();
    rerun_if_git_head_changed();
}
