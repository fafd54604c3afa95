"""What the other rooms feed into an assessment: facts, marks, periods and the money at stake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from opsledger.core.errors import DomainError

FACT_KINDS: Mapping[str, str] = {
    "sla_breach": "时限超时",
    "occurrence_missed": "履约任务漏做",
    "occurrence_late": "履约任务逾期完成",
    "deliverable_late": "交付物逾期",
    "deliverable_missing": "交付物缺失",
    "deliverable_false": "交付物内容不实",
    "staff_below": "驻场人员不足",
    "availability_below": "可用性未达标",
    "target_missed": "约定指标未达到",
    "finding_overdue": "隐患逾期未整改",
    "drill_missing": "应急演练未开展",
    "security_event": "安全事件",
    "serious_accident": "严重事故",
    "data_leak": "数据泄露",
    "measure": "实测值",
    "demand": "需求",
    "manual": "人工登记",
}
"""The kinds every scheme may name; a scheme declares any further kind of its own under ``kinds``."""

Attribute = str | int | bool | Decimal


class Objection(StrEnum):
    """Where the provider's objection to a fact stands.  Only an upheld one takes the fact out."""

    NONE = "none"
    RAISED = "raised"
    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A ground for not counting a fact; it takes effect only when the buyer has approved it.

    `approved_by` is None while it is only asked for: the fact then counts and the trace says why.
    """

    reason: str
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that happened and may move the score.

    `measure` is a bare number whose unit the indicator names (percent, hours).  `refs` are
    ``"type:id"`` strings of the evidence.  `attributes` hold what matchers look at: severity,
    metric, activity.  `happened_on` is a day in the contract's own time zone.
    """

    id: str
    kind: str
    happened_on: date
    title: str
    measure: Decimal | None = None
    item_no: str = ""
    item_category: str = ""
    clause: str = ""
    refs: tuple[str, ...] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    exclusion: Exclusion | None = None
    objection: Objection = Objection.NONE

    def attribute(self, name: str) -> Attribute | None:
        """The value of an attribute; ``kind``, ``item_no`` and ``item_category`` can be asked for too."""
        if name in ("kind", "item_no", "item_category"):
            return str(getattr(self, name))
        return self.attributes.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What one assessor gives one row in one period, with the reason.

    `points` are the points awarded, or the points deducted where the row says ``gives: deduction``.
    `assessor_id` may stay empty when the scheme names no assessors.
    """

    indicator_id: str
    period_id: str
    points: Decimal
    reason: str
    assessor_id: str = ""
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """The contract's whole price and the money that hangs on the period, in yuan."""

    total_cny: Decimal
    period_cny: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One assessment period: both days belong to it.

    `weight` is used by the weighted roll-up only; `money` is None where nothing is paid on the period.
    """

    id: str
    title: str
    start_on: date
    end_on: date
    weight: Decimal = Decimal(1)
    money: Money | None = None

    def holds(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.start_on <= day <= self.end_on


def as_if_upheld(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The same facts with every open objection decided for the provider: what is at stake in them."""
    return tuple(
        replace(fact, objection=Objection.UPHELD) if fact.objection is Objection.RAISED else fact
        for fact in facts
    )


def in_order(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts by day, then id, so that the order in which they are fed never matters.

    Raises ``scoring.duplicate_fact`` when two facts share an id: one would be counted twice.
    """
    seen: set[str] = set()
    for fact in facts:
        if fact.id in seen:
            raise DomainError("scoring.duplicate_fact", fact=fact.id)
        seen.add(fact.id)
    return tuple(sorted(facts, key=lambda fact: (fact.happened_on, fact.id)))
