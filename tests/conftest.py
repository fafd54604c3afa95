"""The settings of a test run, before Django is loaded."""

from __future__ import annotations

import gc
import os
import tempfile

import pytest

os.environ.setdefault("OPSLEDGER_DATA_DIR", tempfile.mkdtemp(prefix="opsledger-test-"))
os.environ.setdefault("OPSLEDGER_SECRET_KEY", "test-only")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsledger.site.settings")


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays to the end: the collector need not look at it again for every test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
