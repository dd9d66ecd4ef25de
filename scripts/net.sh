#!/usr/bin/env bash
# Runs four validators of the chain `local` on loopback until Ctrl-C, or until the last one has ended. One that ends
# earlier, or is killed on purpose, is reported and the others go on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

readonly NAMES=(alice bob charlie dave)
readonly P2P_PORT_FIRST=30333 RPC_PORT_FIRST=9944 METRICS_PORT_FIRST=9615
# Node i has the network key i + 1: known to everybody, for a network that never leaves this machine.
readonly FIRST_NODE=/ip4/127.0.0.1/tcp/$P2P_PORT_FIRST/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp

node=$(target_dir)/debug/specie-node
[ -x "$node" ] || die "$node is not there; build it with: make build"

folder=$(mktemp -d -t specie-net.XXXXXX)
declare -A name_of=()

# shellcheck disable=SC2317 # the trap calls it
stop_all() {
	trap - EXIT INT TERM
	[ ${#name_of[@]} -eq 0 ] || kill "${!name_of[@]}" 2>/dev/null || true
	wait || true
	rm -rf "${folder:?}"/*/
	say "ended; the chains are deleted, the logs stay in $folder"
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start INDEX
start() {
	local name=${NAMES[$1]} rpc_port=$((RPC_PORT_FIRST + $1)) log
	log=$folder/$name.log
	"$node" --chain local "--$name" --validator --base-path "$folder/$name" \
		--port $((P2P_PORT_FIRST + $1)) --rpc-port "$rpc_port" --prometheus-port $((METRICS_PORT_FIRST + $1)) \
		--node-key "$(printf '%064x' $(($1 + 1)))" --bootnodes "$FIRST_NODE" \
		</dev/null >"$log" 2>&1 &
	name_of[$!]=$name
	printf '%-8s  pid %-8s  ws://127.0.0.1:%s  %s\n' "$name" "$!" "$rpc_port" "$log"
}

# Waits for the next node that ends, whichever it is, and shows why.
report_end() {
	local pid=0 code=0 name
	wait -n -p pid "${!name_of[@]}" || code=$?
	name=${name_of[$pid]}
	unset "name_of[$pid]"
	say "$name ended with status $code; the end of its log:"
	tail -n 5 "$folder/$name.log"
}

for i in "${!NAMES[@]}"; do start "$i"; done
say 'running; Ctrl-C ends all four'
while [ ${#name_of[@]} -gt 0 ]; do report_end; done
die 'no node is left'
