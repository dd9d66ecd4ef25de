# The commands of this repository. `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Relative to this folder, as for Cargo. Exported, so that every command below builds to one place.
export CARGO_TARGET_DIR := $(shell . scripts/lib.sh && target_dir)
BIN := $(CARGO_TARGET_DIR)/debug

# The build, the tests and clippy select the same packages and targets, so that Cargo unifies the features of the
# dependencies in one way and compiles each of them once.
EVERYTHING := --workspace --all-targets --locked

# What is type-checked with the lints, but not in the default build: benchmarks, and checks of the state.
CHECKED := --features specie-node/runtime-benchmarks,specie-runtime/runtime-benchmarks,specie-runtime/try-runtime,specie-other-chain/runtime-benchmarks

.PHONY: help setup build demo test clients bench weights node net atm lint format words cycles clippy docs functions

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what the build needs and write .cargo/config.toml
	@scripts/setup.sh

build: setup ## build everything, tests included
	cargo build $(EVERYTHING)

demo: build ## run the story of a card, from the factory to the withdrawn card, on a development node
	@$(BIN)/specie-demo

test: build ## run all tests
	@scripts/test.sh

# SubQuery wants PostgreSQL, which Debian has as `postgresql`. The others run with `make test` too.
clients: build ## have every client that others wrote read every block, SubQuery into PostgreSQL among them
	@compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || { echo 'PostgreSQL is needed: apt-get install postgresql' >&2; exit 1; }
	cargo test --workspace --locked --test clients --test readers -- --include-ignored

bench: build ## measure what docs/benchmarks.md says, on a development node
	@$(BIN)/specie-bench

# Into a folder of its own: the runtime is compiled with its benchmarks in it. The dependencies are compiled there once more.
weights: setup ## measure what every call of our pallets weighs, and write runtime/weights.json
	SPECIE_BENCHMARKS=1 CARGO_TARGET_DIR=$(CARGO_TARGET_DIR)/weights cargo build --workspace --bin specie-node --features specie-node/runtime-benchmarks --locked
	$(CARGO_TARGET_DIR)/weights/debug/specie-node benchmark --out runtime/weights.json

node: build ## run a development node, RPC on port 9944; its chain is deleted when it ends
	$(BIN)/specie-node --dev --tmp --rpc-port 9944

net: build ## run four validators on this machine, until Ctrl-C
	@scripts/net.sh

atm: build ## a machine in the terminal, on a development node: make, fund, check and cash cards by keys
	@scripts/atm.sh

lint: format words cycles clippy ## check the formatting, the words of the glossary, circles of files and clippy's warnings

words: ## refuse the words that docs/glossary.md has given up
	@python3 scripts/words.py

cycles: ## refuse files of one crate that use each other in a circle
	@python3 scripts/cycles.py

format: setup
	@. scripts/lib.sh && need_cargo_tool fmt rustfmt
	cargo fmt --all --check

# The runtime's WASM is not needed to lint. Clippy runs build scripts apart from the build's, so the build's WASM stays.
clippy: setup
	@. scripts/lib.sh && need_cargo_tool clippy clippy
	SKIP_WASM_BUILD=1 cargo clippy $(EVERYTHING) $(CHECKED) -- -D warnings

docs: setup ## build the documentation of our crates; a warning is an error
	SKIP_WASM_BUILD=1 RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked $(CHECKED)

functions: ## list the functions F1 to F119 and the tests that drive each
	@python3 scripts/functions.py
