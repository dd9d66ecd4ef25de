#!/usr/bin/env bash
# Runs all tests, in two lanes side by side: most tests on real nodes wait for blocks and finality, and leave the processors
# to others meanwhile. Everything has been built before.
#
# The slow lane has the tests that are one long story each; the other has all the rest, the documentation's examples last.
# What a lane has printed is shown when it ends, so that the two are not mixed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh --tests

readonly SLOW='atm_power branches kills network reorg story'
# Tests on real nodes wait most of the time: one more of them at once than this machine has cores.
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-$(($(nproc) + 1))}

# Every test target that is not in the slow lane: a new one is not forgotten.
others() {
	# shellcheck disable=SC2086
	cargo metadata --no-deps --locked --format-version 1 | python3 -c '
import json, sys

slow = set(sys.argv[1:])
targets = [target for package in json.load(sys.stdin)["packages"] for target in package["targets"]]
tests = {target["name"] for target in targets if "test" in target["kind"]}
missing = slow - tests
if missing:
    sys.exit("scripts/test.sh names tests that there are not: " + ", ".join(sorted(missing)))
print("\n".join(sorted(tests - slow)))
' $SLOW
}

# select_tests TEST...: as options of cargo
select_tests() { printf -- '--test %s ' "$@"; }

run() { cargo test --workspace --locked --no-fail-fast "$@"; }

rest=$(others)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# shellcheck disable=SC2046,SC2086
run $(select_tests $SLOW) >"$scratch/slow" 2>&1 &
slow=$!
failed=0
# shellcheck disable=SC2046,SC2086
run --lib --bins $(select_tests $rest) || failed=1
run --doc || failed=1
wait "$slow" || failed=1
printf '\n===== the slow lane: %s\n' "$SLOW"
cat "$scratch/slow"
exit "$failed"
