"""Months and quarters are assessed as they end: issued, objected to once, signed by both sides."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from opsledger.apps.assessment import services as assessment
from opsledger.apps.assessment.models import Assessment
from opsledger.core.errors import DomainError
from opsledger.demo.people import Cast
from opsledger.demo.play import Stage
from opsledger.kernel import clock

DAY = timedelta(days=1)
# The last month that is over when the demonstration begins is issued and waits for signatures.
WAITING = "2026-10"
# One deduction of this period is objected to, and the buyer upholds the objection.
DISPUTED = "2026-Q2"


def schedule(stage: Stage, cast: Cast, until: datetime) -> int:
    """Schedule the issuing of every period that is over a week before the demonstration begins."""
    assessment.open_periods(contract=cast.contract)
    number = 0
    for row in Assessment.objects.filter(contract=cast.contract, kind__in=["month", "quarter"]):
        issued = datetime.combine(row.ends_on + 5 * DAY, time(15, 10), clock.zone())
        if issued < until:
            stage.at(issued, lambda at, pk=row.pk: _issue(stage, cast, pk, at))
            number += 1
    return number


def _issue(stage: Stage, cast: Cast, pk: int, at: datetime) -> None:
    row = Assessment.objects.select_related("contract").get(pk=pk)
    assessment.add_manual_row(
        actor=cast.supervisor,
        assessment=row,
        indicator_id="other",
        points=Decimal(0),
        reason="本期没有考核规定以外的扣分事项。",
    )
    row.refresh_from_db()
    assessment.issue(actor=cast.supervisor, assessment=row)
    if row.period_id == WAITING:
        return
    if row.period_id == DISPUTED:
        stage.at(at + DAY, lambda then: _object(stage, cast, pk, then))
    else:
        stage.at(at + 2 * DAY, lambda then: _sign(stage, cast, pk, then))


def _object(stage: Stage, cast: Cast, pk: int, at: datetime) -> None:
    row = Assessment.objects.select_related("contract").get(pk=pk)
    lines = [
        line["fact"]
        for part in row.result["categories"]
        for one in part["rows"]
        for line in one["lines"]
        if line["state"] == "counted"
    ]
    if not lines:
        stage.at(at + DAY, lambda then: _sign(stage, cast, pk, then))
        return
    objection = assessment.object_to(
        actor=cast.manager,
        assessment=row,
        fact_id=lines[0],
        reason="当时使用单位要求改到周末处理，有电话记录，请核减。",
    )
    stage.at(at + DAY, lambda then: _decide(stage, cast, objection, pk, then))


def _decide(stage: Stage, cast: Cast, objection: object, pk: int, at: datetime) -> None:
    assessment.decide_objection(
        actor=cast.buyer, objection=objection, uphold=True, reason="经核对通话记录属实，同意核减。"
    )
    stage.at(at + DAY, lambda then: _sign(stage, cast, pk, then))


def _sign(stage: Stage, cast: Cast, pk: int, at: datetime) -> None:
    try:
        assessment.sign(
            actor=cast.manager, assessment=Assessment.objects.select_related("contract").get(pk=pk)
        )
    except DomainError:
        return
    stage.at(at + DAY, lambda then: _close(cast, pk))


def _close(cast: Cast, pk: int) -> None:
    assessment.sign(actor=cast.buyer, assessment=Assessment.objects.select_related("contract").get(pk=pk))
