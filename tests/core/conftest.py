"""Property tests draw the same examples on every run: a red build can be repeated, and CI never flickers.

By hand the pure tests finish in seconds; `make test` sets OPSLEDGER_PROOF=1 and draws them all.
"""

from __future__ import annotations

import pytest
from hypothesis import settings
from tests.core.drawing import PROOF

DJANGO = ("django_", "_django_", "_dj_", "_live_server", "_template_string", "_fail_for_invalid")

settings.register_profile(
    "core", derandomize=True, deadline=None, database=None, max_examples=100 if PROOF else 5
)
settings.load_profile("core")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Core knows no Django: spare its tests the fixtures that pytest-django wraps around every test."""
    for item in items:
        if "/core/" in item.path.as_posix() and isinstance(item, pytest.Function):
            item.fixturenames[:] = [name for name in item.fixturenames if not name.startswith(DJANGO)]
