#!/bin/bash
# Every gate but the tests. Each line says what it holds.
set -uo pipefail
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE
bin=.venv/bin
failed=0
gate() {
  local name=$1; shift
  if out=$("$@" 2>&1); then printf 'ok    %s\n' "$name"; else printf 'FAIL  %s\n%s\n' "$name" "$out"; failed=1; fi
}
export OPSLEDGER_DATA_DIR=${OPSLEDGER_DATA_DIR:-$(mktemp -d)}
gate "lint (with the ban on clocks)" $bin/ruff check .
gate "format" $bin/ruff format --check .
gate "types: core, reader, kernel" $bin/mypy
gate "import contracts" $bin/lint-imports
gate "migrations are complete" $bin/python manage.py makemigrations --check --dry-run
gate "django system check" $bin/python manage.py check
gate "templates" $bin/djlint --quiet --lint src/opsledger
exit $failed
