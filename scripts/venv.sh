#!/bin/bash
# Make .venv with pip in it, also on a Debian whose Python lacks ensurepip.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-$(command -v python3.11 || command -v python3)}
"$python" - <<'PY'
import sys
if sys.version_info < (3, 11):
    sys.exit(f"OpsLedger needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. Set PYTHON to another.")
PY
[ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1 && exit 0
rm -rf .venv
if "$python" -c 'import ensurepip' 2>/dev/null; then
  "$python" -m venv .venv
else
  echo "This Python has no ensurepip: taking pip from the package registry."
  "$python" -m venv --without-pip .venv
  .venv/bin/python scripts/get_pip.py
fi
