"""Failures become facts for the assessment, each with its clause and its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from decimal import ROUND_DOWN, Decimal

from opsledger.core.compliance.outcomes import (
    Duty,
    OccurrenceOutcome,
    Source,
    Standing,
    TimerOutcome,
    aware,
    occurrence_standing,
    timer_standing,
)
from opsledger.core.errors import DomainError
from opsledger.core.scoring.facts import Fact

_FACT_KINDS = {
    Duty.TASK: ("occurrence_late", "occurrence_missed"),
    Duty.DELIVERABLE: ("deliverable_late", "deliverable_missing"),
    Duty.DRILL: ("occurrence_late", "drill_missing"),
}


def timer_facts(
    timers: Iterable[TimerOutcome], sources: Mapping[str, Source], *, at: datetime, zone: tzinfo
) -> tuple[Fact, ...]:
    """An ``sla_breach`` fact for each timer that was met late or is past due.

    It happened on the day of the due moment (the breach, not the day it was noticed); its measure is the
    hours over the limit, its id ``sla:<timer id>``, the same each time it is derived.
    """
    found = []
    for timer in timers:
        if timer_standing(timer, at) not in (Standing.LATE, Standing.MISSED):
            continue
        source = _source(sources, timer.obligation_id)
        found.append(
            Fact(
                id=f"sla:{timer.id}",
                kind="sla_breach",
                happened_on=aware(timer.due_at).astimezone(zone).date(),
                title=timer.title or source.title,
                measure=timer.overrun_hours,
                item_no=source.item_no,
                item_category=source.item_category,
                clause=source.clause,
                refs=timer.refs,
                attributes={**source.attributes, **timer.attributes},
            )
        )
    return tuple(found)


def occurrence_facts(
    occurrences: Iterable[OccurrenceOutcome], sources: Mapping[str, Source], *, zone: tzinfo
) -> tuple[Fact, ...]:
    """A fact for each occurrence that is late or missed, of the kind its obligation calls for.

    It happened on the due day; the measure of a late one is the hours from due to done on the wall clock.
    """
    found = []
    for one in occurrences:
        standing = occurrence_standing(one)
        if standing not in (Standing.LATE, Standing.MISSED):
            continue
        source = _source(sources, one.obligation_id)
        late, missed = _FACT_KINDS[source.duty]
        hours = None
        if standing is Standing.LATE and one.done_at is not None:
            seconds = int((one.done_at - one.due_at).total_seconds())
            hours = (Decimal(seconds) / 3600).quantize(Decimal("0.01"), ROUND_DOWN)
        found.append(
            Fact(
                id=f"occurrence:{one.id}",
                kind=late if standing is Standing.LATE else missed,
                happened_on=aware(one.due_at).astimezone(zone).date(),
                title=one.title or source.title,
                measure=hours,
                item_no=source.item_no,
                item_category=source.item_category,
                clause=source.clause,
                refs=one.refs,
                attributes=source.attributes,
            )
        )
    return tuple(found)


def _source(sources: Mapping[str, Source], obligation_id: str) -> Source:
    if obligation_id not in sources:
        raise DomainError("compliance.unknown_obligation", obligation=obligation_id)
    return sources[obligation_id]
