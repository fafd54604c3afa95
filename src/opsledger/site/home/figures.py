"""The figures that several homes show, each from the room that owns it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from opsledger.apps.assessment import selectors as assessment
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import selectors as desk
from opsledger.apps.duties import selectors as duties
from opsledger.apps.watch import selectors as watch
from opsledger.core.compliance import SlaRate
from opsledger.kernel import clock


def month_bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of the month of `day`, and of the next one."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    zone = clock.zone()
    return (
        datetime(first.year, first.month, 1, tzinfo=zone),
        datetime(following.year, following.month, 1, tzinfo=zone),
    )


@dataclass(frozen=True, slots=True)
class ContractCard:
    """One contract on the buyer's home."""

    contract: Contract
    progress: dict[str, int]
    sla: SlaRate
    worst: Any
    forecast: Any
    breaches: list[Any]
    health: tuple[str, str]


def card(contract: Contract, at: datetime) -> ContractCard:
    """Everything that the buyer wants to know of one contract this month."""
    today = clock.local(at).date()
    since, until = month_bounds(today)
    progress = duties.month_progress(contract, today, at=at)
    sla = desk.sla_rate(contract, since, until, at)
    breaches = desk.recent_breaches(contract, at - timedelta(days=7), at)
    forecast = assessment.forecast(contract, at)
    return ContractCard(
        contract,
        progress,
        sla,
        watch.worst_availability(contract, today, at=at),
        forecast,
        breaches,
        health(progress, sla, forecast),
    )


def health(progress: dict[str, int], sla: SlaRate, forecast: Any) -> tuple[str, str]:
    """A contract's state in a word, by the worst of score, limits and routine: (tone, word).

    Good: forecast at full payment, limits kept at 95 % and nothing missed.  Poor: below the band of full
    payment, or limits kept under 90 %.
    """
    rate = sla.percent if sla.percent is not None else Decimal(100)
    if (forecast is not None and bool(forecast.deduction)) or rate < 90:
        return "late", "须关注"
    if rate < 95 or progress["missed"]:
        return "soon", "基本正常"
    return "ok", "正常"
