"""Payment plans as data: milestones whose instalments always add up to the price.

All money is Decimal yuan, rounded half up to the fen; what rounding leaves over lies in the milestone that
takes the rest (else in the last one).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from opsledger.core.errors import DomainError
from opsledger.core.scoring.cursor import Cursor, unique
from opsledger.core.scoring.facts import Money
from opsledger.core.scoring.scales import fen, yuan

ZERO = Decimal(0)


class Trigger(StrEnum):
    """What sets an instalment going."""

    SIGNED = "signed"
    ACCEPTED = "accepted"
    ASSESSED = "assessed"
    PERIOD_ENDED = "period_ended"
    INVOICED = "invoiced"


TRIGGER_WORDS: Mapping[Trigger, str] = {
    Trigger.SIGNED: "合同签订",
    Trigger.ACCEPTED: "验收报告出具",
    Trigger.ASSESSED: "考核完成",
    Trigger.PERIOD_ENDED: "当期届满",
    Trigger.INVOICED: "收到发票",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One instalment: a share of the price, an amount, or (neither) the rest.

    `period_id` names the assessment period whose result it pays by, empty where it is paid regardless.
    `due_workdays` counts working days after the day of the trigger, which itself does not count.
    """

    id: str
    title: str
    clause: str
    trigger: Trigger
    share_percent: Decimal | None
    amount_cny: Decimal | None
    due_workdays: int | None
    period_id: str

    @property
    def takes_rest(self) -> bool:
        """Whether it takes what the other milestones leave of the price."""
        return self.share_percent is None and self.amount_cny is None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPlan:
    """The price and how it is paid.

    `deduction_cap_percent` limits everything taken off one instalment, as a percent of it.
    """

    id: str
    title: str
    clause: str
    price_cny: Decimal
    deduction_cap_percent: Decimal
    milestones: tuple[Milestone, ...]


def parse_plan(data: object) -> PaymentPlan:
    """A payment plan from plain data.

    Raises ``DomainError("plan.invalid", path=…, problem=…)``: among others when the shares and amounts do not
    make up the price, or when more than one milestone takes the rest.
    """
    cursor = Cursor(data, code="plan.invalid")
    parts = cursor.children("milestones", at_least=1)
    unique(parts)
    plan = PaymentPlan(
        id=cursor.text("id"),
        title=cursor.text("title"),
        clause=cursor.text("clause", ""),
        price_cny=cursor.decimal("price_cny", low=0),
        deduction_cap_percent=cursor.decimal("deduction_cap_percent", Decimal(100), low=0, high=100),
        milestones=tuple(_milestone(part) for part in parts),
    )
    cursor.close()
    if plan.price_cny != fen(plan.price_cny):
        cursor.fail("金额最多两位小数", "price_cny")
    rests = [
        i for i, one in enumerate(plan.milestones) if one.share_percent is None and one.amount_cny is None
    ]
    if len(rests) > 1:
        parts[rests[1]].fail("只能有一个付款节点取余额，请写比例或金额", "share_percent")
    hung = [one.period_id for one in plan.milestones]
    for i, period_id in enumerate(hung):
        if period_id and period_id in hung[:i]:
            parts[i].fail(f"考核期间“{period_id}”已有付款节点", "period")
    _check_sum(cursor, plan, rests)
    return plan


def _milestone(cursor: Cursor) -> Milestone:
    share = cursor.maybe_decimal("share_percent", low=0)
    amount = cursor.maybe_decimal("amount_cny", low=0)
    if share is not None and amount is not None:
        cursor.fail("比例和金额只写一个", "amount_cny")
    one = Milestone(
        id=cursor.text("id"),
        title=cursor.text("title"),
        clause=cursor.text("clause", ""),
        trigger=cursor.choice("trigger", Trigger),
        share_percent=share,
        amount_cny=amount,
        due_workdays=cursor.integer("due_workdays") if cursor.has("due_workdays") else None,
        period_id=cursor.text("period", ""),
    )
    cursor.close()
    return one


def _check_sum(cursor: Cursor, plan: PaymentPlan, rests: Sequence[int]) -> None:
    stated = fen(sum((_stated(plan, one) for one in plan.milestones), ZERO))
    if rests and stated > plan.price_cny:
        cursor.fail(f"各节点合计{yuan(stated)}，超过总价{yuan(plan.price_cny)}", "milestones")
    if not rests and stated != plan.price_cny:
        cursor.fail(f"各节点合计{yuan(stated)}，与总价{yuan(plan.price_cny)}不符", "milestones")
    if min(instalments(plan).values()) < 0:
        cursor.fail("总价太小，按分取整后有节点为负数", "price_cny")


def _stated(plan: PaymentPlan, one: Milestone) -> Decimal:
    if one.amount_cny is not None:
        return one.amount_cny
    return plan.price_cny * (one.share_percent or ZERO) / 100


def instalments(plan: PaymentPlan) -> Mapping[str, Decimal]:
    """What each milestone is worth before any deduction, to the fen; together exactly the price."""
    found = {one.id: fen(_stated(plan, one)) for one in plan.milestones}
    rest = next(
        (one.id for one in plan.milestones if one.takes_rest),
        plan.milestones[-1].id,
    )
    found[rest] += plan.price_cny - sum(found.values(), ZERO)
    return found


def milestone(plan: PaymentPlan, milestone_id: str) -> Milestone:
    """The milestone with this id; raises ``plan.unknown_milestone``."""
    for one in plan.milestones:
        if one.id == milestone_id:
            return one
    raise DomainError("plan.unknown_milestone", milestone=milestone_id)


def money_at_stake(plan: PaymentPlan, period_id: str) -> Money | None:
    """The money an assessment period decides on: the instalment that hangs on it; None when none does."""
    for one in plan.milestones:
        if one.period_id and one.period_id == period_id:
            return Money(total_cny=plan.price_cny, period_cny=instalments(plan)[one.id])
    return None
