"""A device or system that could not be visited: one more answer, whose reason takes the place of its checks.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from opsledger.apps.duties.checklists import Check

REASONS = ("已停用", "无法进入", "送修", "设备已搬走")
LONGEST = 200
_PREFIX = "skip_"


def check_of(key: str) -> Check:
    """The question whether the stop `key` was left out and why; never required, asked beside the checklist."""
    return Check(id=f"{_PREFIX}{key}", label="本次未查", kind="text", required=False, photo="none", stop=key)


def checks_of(stops: Iterable[Mapping[str, Any]]) -> list[Check]:
    """One such question for each stop of a round, in their order."""
    return [check_of(str(one["key"])) for one in stops]


def reasons_of(stops: Iterable[Mapping[str, Any]], values: Mapping[str, Any]) -> dict[str, str]:
    """The stops that were left out, each with its reason, from the values of a round's answers by check."""
    found = {str(one["key"]): values.get(f"{_PREFIX}{one['key']}") for one in stops}
    return {key: str(reason) for key, reason in found.items() if reason}
