#!/bin/bash
# Every test: on SQLite, again on PostgreSQL, and the journeys in a real browser.
# What cannot be run here is named with its reason; nothing is skipped in silence.
set -uo pipefail
cd "$(dirname "$0")/.."
# Compiled once, not by every worker, server and browser journey anew.
unset PYTHONDONTWRITEBYTECODE
pytest=(.venv/bin/python -m pytest -rs -n "${TEST_WORKERS:-2}" --dist loadgroup)
failed=0
run() { printf '\n== %s\n' "$1"; shift; "$@" || failed=1; }

run "core, reader, kernel and apps on SQLite" env OPSLEDGER_PROOF=1 "${pytest[@]}" tests -m "not browser"

if url=$(scripts/postgres.sh); then
  run "kernel and apps on PostgreSQL" env OPSLEDGER_DATABASE_URL="$url" "${pytest[@]}" tests/kernel tests/apps -m "not browser"
else
  printf '\n== skipped: PostgreSQL (no server answers and its programs are not installed)\n'
fi

if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then
  run "journeys in the browser" .venv/bin/python -m pytest tests/browser -m browser
else
  printf '\n== skipped: browser journeys (chromium is not installed)\n'
fi
exit $failed
