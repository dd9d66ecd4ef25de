#!/usr/bin/env bash
# Runs main.mjs with a PostgreSQL of its own, in a folder that goes away with it. Needs Debian's package postgresql, and no
# rights: where root runs it, PostgreSQL, which refuses root, runs as another user.
#
# Usage: run.sh URL ORDERS, see orders.mjs.
set -euo pipefail

die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

[ $# -eq 2 ] || die 'usage: run.sh URL ORDERS'
url=$1
orders=$(realpath "$2")
cd "$(dirname "${BASH_SOURCE[0]}")"

initdb=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1) || true
[ -n "$initdb" ] || die 'PostgreSQL is needed: apt-get install postgresql'
bin=$(dirname "$initdb")

folder=$(mktemp -d -t specie-postgresql.XXXXXX)
children=()
# shellcheck disable=SC2317 # the trap calls it
stop() {
	[ ${#children[@]} -eq 0 ] || kill -INT "${children[@]}" 2>/dev/null || true
	wait
	rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP

# So that nothing is left when this script is killed outright.
die_with_us=(setpriv --pdeathsig INT)
as_user=()
if [ "$(id -u)" -eq 0 ]; then
	as_user=(--reuid nobody --regid nogroup --clear-groups)
	chown nobody:nogroup "$folder"
fi

export DB_HOST=127.0.0.1 DB_USER=specie DB_PASS=specie DB_DATABASE=postgres
DB_PORT=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
export DB_PORT

# Nothing of it is to survive, so nothing waits for the disk.
(cd "$folder" && "${die_with_us[@]}" "${as_user[@]}" "$initdb" --pgdata "$folder/data" --username "$DB_USER" --auth trust --no-sync >&2)
(cd "$folder" && exec "${die_with_us[@]}" "${as_user[@]}" "$bin/postgres" -D "$folder/data" -h "$DB_HOST" -p "$DB_PORT" \
	-k "$folder" -c fsync=off >&2) &
children+=($!)
for _ in {1..100}; do
	! "$bin/pg_isready" --quiet --host "$DB_HOST" --port "$DB_PORT" || break
	sleep 0.1
done

"${die_with_us[@]}" node main.mjs "$url" "$orders" &
main=$!
children+=("$main")
wait "$main"
