"""How many examples a property test draws: all of them in a proof, a few by hand."""

from __future__ import annotations

import os

from hypothesis import settings

PROOF = os.environ.get("OPSLEDGER_PROOF") == "1"
QUICK_SHARE = 20


def examples(number: int) -> settings:
    """So many examples in a proof, a twentieth of them (at least 3) by hand."""
    drawn = number if PROOF else max(3, number // QUICK_SHARE)
    return settings(max_examples=drawn, deadline=None, derandomize=True)
