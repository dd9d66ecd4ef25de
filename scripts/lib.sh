# Helpers that the scripts and the Makefile share. Sourced, never run.
# shellcheck shell=bash

say() { printf '==> %s\n' "$*"; }

die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

# Where Cargo puts what it builds: into the checkout, unless CARGO_TARGET_DIR says otherwise. Called in the checkout's root.
target_dir() { printf '%s\n' "${CARGO_TARGET_DIR:-$PWD/target}"; }

# need_cargo_tool SUBCOMMAND COMPONENT: ends with a clear message where the subcommand is not installed.
need_cargo_tool() {
	cargo "$1" --version >/dev/null 2>&1 ||
		die "cargo $1 is not installed; install it with: rustup component add $2"
}
