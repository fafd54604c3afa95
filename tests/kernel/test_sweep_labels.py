"""The administrator's page speaks Chinese: every sweep of the worker has a name for people."""

from __future__ import annotations

import re

from opsledger.kernel import sweeps


def test_every_sweep_is_named_in_chinese() -> None:
    names = sweeps.names()
    assert "desk.timers" in names
    unnamed = [name for name in names if not re.search(r"[\u4e00-\u9fff]", sweeps.label_of(name))]
    assert unnamed == []


def test_a_sweep_that_is_gone_keeps_its_own_name() -> None:
    assert sweeps.label_of("gone.sweep") == "gone.sweep"
