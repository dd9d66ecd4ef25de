#!/usr/bin/env bash
# A development node, a machine that is registered on its chain, and the machine in the terminal. Everything is made in a
# folder of its own; the node ends with the machine, the folder stays.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

bin=$(target_dir)/debug
[ -x "$bin/specie-atm" ] || die "$bin/specie-atm is not there; build it with: make build"

folder=$(mktemp -d -t specie-atm.XXXXXX)
port=${SPECIE_RPC_PORT:-9944}

"$bin/specie-node" --dev --tmp --rpc-port "$port" </dev/null >"$folder/node.log" 2>&1 &
node=$!
# shellcheck disable=SC2317 # the trap calls it
stop() {
	kill "$node" 2>/dev/null || true
	wait "$node" 2>/dev/null || true
}
trap stop EXIT

say "a development node starts, and a machine is registered on its chain: up to a minute"
for _ in {1..100}; do
	kill -0 "$node" 2>/dev/null || die "the node has ended: $(tail -n 3 "$folder/node.log")"
	! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	sleep 0.3
done
"$bin/specie-atm" prepare "$folder/machine" --node "ws://127.0.0.1:$port"
if [ $# -gt 0 ]; then
	"$bin/specie-atm" sim "$folder/machine" "$@"
else
	"$bin/specie-atm" sim "$folder/machine"
fi
say "the machine's folder is $folder/machine; the chain ended with the node. Its statement:
    $bin/specie-atm statement $folder/machine"
