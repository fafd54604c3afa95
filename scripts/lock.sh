#!/bin/sh
# Write the lock files anew (run on purpose, then review the diff).  Needs `uv` on the PATH.
set -eu
cd "$(dirname "$0")/../requirements"
uv pip compile -q --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url base.in -o base.txt
for name in dev bench; do
  uv pip compile -q --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url -c base.txt "$name.in" -o "$name.txt"
done
