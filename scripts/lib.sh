# Helpers that the scripts and the Makefile share. Sourced, never run.
# shellcheck shell=bash

say() { printf '==> %s\n' "$*"; }

die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

# Where Cargo puts what it builds unless CARGO_TARGET_DIR says otherwise. Outside the checkout, so that a second
# clone does not build the thousand dependencies again.
default_target_dir() {
	printf '%s\n' "${SPECIE_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/specie/target}"
}

target_dir() { printf '%s\n' "${CARGO_TARGET_DIR:-$(default_target_dir)}"; }

# need_cargo_tool SUBCOMMAND COMPONENT: ends with a clear message where the subcommand is not installed.
need_cargo_tool() {
	cargo "$1" --version >/dev/null 2>&1 ||
		die "cargo $1 is not installed; install it with: rustup component add $2"
}
