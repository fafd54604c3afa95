"""Run every benchmark of this directory, each in a process of its own, and print what it measured."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(names: list[str]) -> int:
    """Run the benches named (``time`` for time_bench.py), or all; the worst exit code wins."""
    found = sorted(HERE.glob("*_bench.py"))
    chosen = [path for path in found if not names or path.stem.removesuffix("_bench") in names]
    if not chosen:
        print(f"no such bench; there are: {', '.join(path.stem.removesuffix('_bench') for path in found)}")
        return 2
    paths = [str(HERE.parent / "src"), os.environ.get("PYTHONPATH", "")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    worst = 0
    for path in chosen:
        print(f"== {path.stem}", flush=True)
        with tempfile.TemporaryDirectory(prefix="opsledger-bench-") as empty:
            # Each fills a database of its own, whatever directory the installation uses.
            own = {**env, "OPSLEDGER_DATA_DIR": empty}
            worst = max(worst, subprocess.run([sys.executable, str(path)], env=own, check=False).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
