"""The settings of a test run, before Django is loaded."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("OPSLEDGER_DATA_DIR", tempfile.mkdtemp(prefix="opsledger-test-"))
os.environ.setdefault("OPSLEDGER_SECRET_KEY", "test-only")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsledger.site.settings")
