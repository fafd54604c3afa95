#!/bin/bash
# The locked dependencies, the front-end packages, the application itself.
set -euo pipefail
cd "$(dirname "$0")/.."
pip=(.venv/bin/python -m pip install -qq --disable-pip-version-check)
echo "Installing the locked Python packages…"
"${pip[@]}" --require-hashes -r requirements/base.txt
"${pip[@]}" --no-deps --no-build-isolation -e .
echo "Fetching the front-end packages…"
npm=$(command -v npm || true)
if [ -z "$npm" ] || [ "$("$npm" --version | cut -d. -f1)" -lt 7 ]; then
  "${pip[@]}" --require-hashes -r requirements/node.txt
  npm=$PWD/.venv/bin/npm
fi
(cd frontend && PATH="$(dirname "$npm"):$PATH" "$npm" ci --ignore-scripts --no-audit --no-fund --silent)
.venv/bin/python scripts/frontend.py
