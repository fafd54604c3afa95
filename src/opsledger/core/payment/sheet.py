"""What one instalment pays after its assessment and penalties, with its due day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from opsledger.core.errors import DomainError
from opsledger.core.payment.plan import (
    TRIGGER_WORDS,
    ZERO,
    Milestone,
    PaymentPlan,
    instalments,
    milestone,
)
from opsledger.core.scoring.results import MoneyResult, TraceStep
from opsledger.core.scoring.scales import fen, num, yuan

AddWorkdays = Callable[[date, int], date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """A sum taken off beside the score, such as damages stated elsewhere in the contract."""

    title: str
    amount_cny: Decimal
    clause: str
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSheet:
    """One instalment worked out: `instalment` = `deduction` + `payable` + `withheld`, none negative.

    `waived` is what the formulas would have taken beyond the cap.  `due_on` is None until the trigger has
    happened, or where the contract states no limit.
    """

    milestone: Milestone
    instalment: Decimal
    deduction: Decimal
    waived: Decimal
    payable: Decimal
    withheld: Decimal
    settled: bool
    due_on: date | None
    trace: tuple[TraceStep, ...]


def payable(
    plan: PaymentPlan,
    milestone_id: str,
    *,
    result: MoneyResult | None = None,
    penalties: Sequence[Penalty] = (),
    triggered_on: date | None = None,
    add_workdays: AddWorkdays | None = None,
) -> PaymentSheet:
    """One instalment minus what its assessment and penalties take, never below zero nor beyond the cap.

    `result` is the money result of the milestone's period, computed on exactly this instalment.
    `add_workdays(day, n)` is the calendar's n-th working day after a day.  Raises ``plan.no_result`` when the
    milestone pays by a result and none is given, ``plan.base_differs`` when it was worked out on other money.
    """
    one = milestone(plan, milestone_id)
    instalment = instalments(plan)[one.id]
    if one.period_id and result is None:
        raise DomainError("plan.no_result", milestone=one.title)
    if result is not None and one.period_id and result.base_cny != instalment:
        base, due = yuan(result.base_cny), yuan(instalment)
        raise DomainError("plan.base_differs", milestone=one.title, assessed=base, instalment=due)
    scored = result if one.period_id else None
    withheld = scored.withheld if scored else ZERO
    wanted = (scored.deduction if scored else ZERO) + sum((fen(p.amount_cny) for p in penalties), ZERO)
    cap = min(fen(instalment * plan.deduction_cap_percent / 100), instalment - withheld)
    deduction = min(wanted, cap)
    sheet = PaymentSheet(
        milestone=one,
        instalment=instalment,
        deduction=deduction,
        waived=wanted - deduction,
        payable=instalment - deduction - withheld,
        withheld=withheld,
        settled=scored is None or scored.settled,
        due_on=_due_on(one, triggered_on, add_workdays),
        trace=(),
    )
    return _traced(plan, sheet, scored, penalties, triggered_on)


def _due_on(one: Milestone, triggered_on: date | None, add_workdays: AddWorkdays | None) -> date | None:
    if triggered_on is None or add_workdays is None or one.due_workdays is None:
        return None
    return add_workdays(triggered_on, one.due_workdays)


def _traced(
    plan: PaymentPlan,
    sheet: PaymentSheet,
    scored: MoneyResult | None,
    penalties: Sequence[Penalty],
    triggered_on: date | None,
) -> PaymentSheet:
    one = sheet.milestone
    steps = [_step("instalment", one, _share_said(plan, one, sheet.instalment), sheet.instalment)]
    if scored is not None:
        steps.append(_step("assessment", one, scored.text, scored.deduction))
    for penalty in penalties:
        text = f"{penalty.title}，扣{yuan(penalty.amount_cny)}"
        steps.append(
            TraceStep(
                stage="penalty",
                subject=one.id,
                clause=penalty.clause,
                refs=penalty.refs,
                amount=fen(penalty.amount_cny),
                text=text,
            )
        )
    if sheet.waived:
        over = f"扣款合计{yuan(sheet.deduction + sheet.waived)}，本节点最多扣{yuan(sheet.deduction)}"
        steps.append(_step("cap", one, over, sheet.deduction))
    sums = f"{yuan(sheet.instalment)} − {yuan(sheet.deduction)}"
    if sheet.withheld:
        sums += f" − 暂不支付{yuan(sheet.withheld)}"
    steps.append(_step("payable", one, f"应付：{sums} = {yuan(sheet.payable)}", sheet.payable))
    steps.append(_step("due", one, _due_said(one, sheet.due_on, triggered_on)))
    return replace(sheet, trace=tuple(steps))


def _step(stage: str, one: Milestone, text: str, amount: Decimal | None = None) -> TraceStep:
    return TraceStep(stage=stage, subject=one.id, clause=one.clause, refs=(), amount=amount, text=text)


def _share_said(plan: PaymentPlan, one: Milestone, instalment: Decimal) -> str:
    if one.share_percent is not None:
        return f"{one.title}：{yuan(plan.price_cny)} × {num(one.share_percent)}% = {yuan(instalment)}"
    if one.amount_cny is not None:
        return f"{one.title}：约定金额{yuan(instalment)}"
    return f"{one.title}：合同总价扣除其他节点后的余额{yuan(instalment)}"


def _due_said(one: Milestone, due_on: date | None, triggered_on: date | None) -> str:
    event = TRIGGER_WORDS[one.trigger]
    if one.due_workdays is None:
        return f"支付期限：{event}后支付，合同没有写明天数"
    limit = f"{event}后{one.due_workdays}个工作日内"
    if triggered_on is None:
        return f"支付期限：{limit}，{event}日期待定"
    if due_on is None:
        return f"支付期限：{limit}，自{triggered_on}起"
    return f"支付期限：{limit}，自{triggered_on}次日起算，最迟{due_on}"
