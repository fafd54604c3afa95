"""The escalation ladder: steps as data, each claimed once for a timer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from opsledger.apps.desk.models import LadderFired, LadderStep, Ticket, Timer
from opsledger.core import sla

_OPEN = (sla.State.RUNNING, sla.State.BREACHED)
FULL = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: at `percent`, and after the breach every so many minutes, tell `to`."""

    key: str
    percent: int
    to: str
    metric: str = ""
    severity: str = ""
    every_minutes: int | None = None
    raise_line: bool = False
    by: str = LadderStep.By.ALL

    def fits(self, ticket: Ticket, metric: str) -> bool:
        return self.metric in ("", metric) and self.severity in ("", ticket.severity)


# What holds where the parties have laid down no ladder of their own.
DEFAULT_LADDER = (
    Step("d50", 50, "assignee"),
    Step("d80a", 80, "assignee"),
    Step("d80m", 80, "manager"),
    Step("d100", FULL, "manager", every_minutes=240),
)


def ladder_of(contract_id: int) -> tuple[Step, ...]:
    """The contract's ladder, or the default one."""
    rows = LadderStep.objects.filter(contract_id=contract_id)
    own = tuple(
        Step(
            f"s{row.pk}",
            row.percent,
            row.to,
            row.metric,
            row.severity,
            row.every_minutes,
            row.raise_line,
            row.by,
        )
        for row in rows
    )
    return own or DEFAULT_LADDER


def percents(steps: Iterable[Step]) -> tuple[int, ...]:
    """The shares of a limit that the ladder asks to be told of."""
    return tuple(sorted({step.percent for step in steps if step.percent < FULL}))


@dataclass(frozen=True, slots=True)
class Rung:
    """A step that has come for a timer and was claimed: it is now to be told."""

    row: Timer
    step: Step
    number: int
    moment: datetime


def climb(
    ticket: Ticket, pairs: Sequence[tuple[Timer, sla.Timer]], steps: Sequence[Step], at: datetime
) -> tuple[list[Rung], datetime | None]:
    """Claim every rung that has come by `at`; returns them and the moment of the next repetition.

    A claim is a row under a unique constraint, so of two workers one tells.
    """
    claimed: list[Rung] = []
    ahead: list[datetime] = []
    for row, timer in pairs:
        if timer.state not in _OPEN:
            continue
        for step in steps:
            if not step.fits(ticket, timer.metric):
                continue
            number, moment, later = _where(step, timer, at)
            if later is not None:
                ahead.append(later)
            if moment is not None and _claim(row, step, number, timer.due, at):
                claimed.append(Rung(row, step, number, moment))
    return claimed, min(ahead, default=None)


def _where(step: Step, timer: sla.Timer, at: datetime) -> tuple[int, datetime | None, datetime | None]:
    """The rung now due (its number and moment), and when the next repetition comes."""
    if step.percent < FULL:
        return 0, dict(timer.warned).get(step.percent), None
    if timer.state is not sla.State.BREACHED or timer.breached_at is None:
        return 0, None, None
    if not step.every_minutes:
        return 0, timer.breached_at, None
    every = timedelta(minutes=step.every_minutes)
    number = (at - timer.breached_at) // every
    return number, timer.breached_at + number * every, timer.breached_at + (number + 1) * every


def _claim(row: Timer, step: Step, number: int, due: datetime, at: datetime) -> bool:
    told = {"timer": row, "step_key": step.key, "number": number, "due_at": due}
    if LadderFired.objects.filter(**told).exists():
        return False
    try:
        with transaction.atomic():
            LadderFired.objects.create(**told, fired_at=at)
    except IntegrityError:
        return False
    return True
