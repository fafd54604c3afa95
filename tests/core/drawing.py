"""What the pure tests draw from: random examples, few by hand and all in a proof; and tables in YAML."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml
from hypothesis import settings

PROOF = os.environ.get("OPSLEDGER_PROOF") == "1"
QUICK_SHARE = 60
FEWEST = 3


def examples(number: int) -> settings:
    """So many examples in a proof, a few of them (never under 3) by hand."""
    drawn = number if PROOF else max(FEWEST, number // QUICK_SHARE)
    return settings(max_examples=drawn, deadline=None, derandomize=True)


def read_yaml(path: Path) -> Any:
    """The data of a file.  The reader in C, since the tables would otherwise take a tenth of the tests' time;
    it takes on, off, yes and no for truth values, so quote them."""
    return yaml.load(path.read_bytes(), yaml.CSafeLoader)
