#!/bin/bash
# Print the address of a PostgreSQL on which tests may make databases; start a private one if need be.
set -uo pipefail
cd "$(dirname "$0")/.."
try() { .venv/bin/python - "$1" <<'PY' >/dev/null 2>&1
import sys, psycopg
with psycopg.connect(sys.argv[1].rsplit("/", 1)[0] + "/postgres", connect_timeout=3) as db:
    sys.exit(0 if db.execute("select rolcreatedb or rolsuper from pg_roles where rolname = current_user").fetchone()[0] else 1)
PY
}
for url in "${OPSLEDGER_TEST_POSTGRES:-}" postgresql://postgres@127.0.0.1:5432/opsledger postgresql://root@127.0.0.1:5432/opsledger; do
  [ -n "$url" ] && try "$url" && { echo "$url"; exit 0; }
done
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || exit 1
data=$PWD/var/test-postgres
run=()
if [ "$(id -u)" = 0 ]; then run=(runuser -u postgres --); data=/tmp/opsledger-test-postgres; fi
mkdir -p "$data" && { [ "$(id -u)" = 0 ] && chown postgres "$data"; true; }
[ -s "$data/PG_VERSION" ] || "${run[@]}" "$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 >/dev/null 2>&1 || exit 1
"${run[@]}" "$bin/pg_ctl" -D "$data" -s -w -o "-p 54329 -k $data -c fsync=off" start >/dev/null 2>&1
url=postgresql://postgres@127.0.0.1:54329/opsledger
try "$url" && echo "$url"
