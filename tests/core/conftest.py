"""Property tests draw the same examples on every run: a red build can be repeated, and CI never flickers.

By hand the pure tests finish in seconds; `make test` sets OPSLEDGER_PROOF=1 and draws them all.
"""

from __future__ import annotations

from hypothesis import settings
from tests.core.drawing import PROOF

settings.register_profile(
    "core", derandomize=True, deadline=None, database=None, max_examples=100 if PROOF else 8
)
settings.load_profile("core")
