"""The parts of a checklist, frozen and typed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

KINDS = {
    "yes_no": "是/否",
    "choice": "选择",
    "number": "数值",
    "text": "文字",
    "date": "日期",
    "photo": "照片",
    "file": "文件",
    "signature": "签字",
    "table": "表格",
}
FRESH_MINUTES = 30
"""How old a value of monitoring may be, where the check says nothing else."""
SYSTEMS = "systems"
"""In `each`: the service items themselves, not devices."""
PHOTO_RULES = {"optional": "可附照片", "on_fail": "异常时必须拍照", "always": "必须拍照", "none": "不需照片"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range, both ends included; None is open."""

    low: Decimal | None = None
    high: Decimal | None = None

    def holds(self, value: Decimal) -> bool:
        """Whether `value` lies within."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    @property
    def words(self) -> str:
        """18–27, ≥18, ≤27."""
        if self.low is not None and self.high is not None:
            return f"{self.low}–{self.high}"
        if self.low is not None:
            return f"≥{self.low}"
        return f"≤{self.high}" if self.high is not None else ""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice and what it means: ok, warn or fail."""

    value: str
    verdict: str = "ok"


@dataclass(frozen=True, slots=True)
class When:
    """A check is asked only if another one was answered with one of `values`."""

    check: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of a checklist.

    `warn` and `fail` are the ranges in which a number is still good: outside `fail` it fails, outside `warn` it
    is only worth a look.  A yes/no check is good when answered ``yes`` (or `good`).  A table has `columns`, each
    a check without a table, and at least `rows` rows.  `default` is "last" where the last round's answer is
    offered; a number is never offered, only shown beside.  `number` names the value that the evidence rule of
    the obligation asks for, if this is it.  `watch` names a metric or a target of monitoring whose latest value,
    if it is no older than `fresh_minutes`, fills the answer.  A table with `each` has a row per device of these
    kinds.  In a checklist that goes over devices, `once` is asked once for the whole round; `stop` is the device
    that a check of a round belongs to, `devices` are the first cells of a table's rows (neither in a template).
    """

    id: str
    label: str
    kind: str
    help: str = ""
    unit: str = ""
    warn: Bounds | None = None
    fail: Bounds | None = None
    options: tuple[Option, ...] = ()
    good: str = "yes"
    required: bool = True
    photo: str = "on_fail"
    when: When | None = None
    default: str = ""
    number: str = ""
    rows: int = 0
    columns: tuple[Check, ...] = ()
    watch: str = ""
    fresh_minutes: int = FRESH_MINUTES
    each: tuple[str, ...] = ()
    once: bool = False
    stop: str = ""
    devices: tuple[str, ...] = ()

    @property
    def kind_word(self) -> str:
        return KINDS[self.kind]

    @property
    def bounds_words(self) -> str:
        """The ranges in words for people: 正常18–27℃，超出10–35℃为异常."""
        parts = []
        if self.warn and self.warn.words:
            parts.append(f"正常 {self.warn.words}{self.unit}")
        if self.fail and self.fail.words:
            parts.append(f"合格 {self.fail.words}{self.unit}")
        return "，".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """A template: for which activities and classes of assets, how long it usually takes, its checks in order.

    With `each` (kinds or classes of assets, "*" for all, "systems" for service items) the checks are asked of
    every one of them.
    """

    key: str
    name: str
    version: int = 1
    activities: tuple[str, ...] = ()
    # Classes of assets (GB/T 28827.4) or words in the item's name or category for which it is offered first.
    fits: tuple[str, ...] = ()
    minutes: int = 20
    intro: str = ""
    each: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()

    def check(self, check_id: str) -> Check | None:
        """The check with this id, if there is one."""
        return next((one for one in self.checks if one.id == check_id), None)
