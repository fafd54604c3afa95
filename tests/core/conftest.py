"""Property tests draw the same examples on every run: a red build can be repeated, and CI never flickers."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("core", derandomize=True, deadline=None, database=None, max_examples=100)
settings.load_profile("core")
