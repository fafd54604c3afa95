"""Move a task to another day inside its due window, and to another person."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

from django.db import transaction

from opsledger.apps.accounts.models import User
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.moving import moment_on
from opsledger.apps.duties.services.acting import assign_occurrence, reschedule_occurrence
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


@transaction.atomic
def move_occurrence(
    *,
    actor: Actor,
    occurrence: Occurrence,
    day: date,
    hour: time | None = None,
    assignee: User | None = None,
    version: int | None = None,
) -> Occurrence:
    """Plan a task for `day` (and give it to `assignee`, if named and another).

    Refused outside the due window with the days between which it may stand; who may plan and who may give
    work to whom is said by the transition table.
    """
    moment = moment_on(
        day,
        title=occurrence.title,
        begins_at=occurrence.begins_at,
        due_at=occurrence.due_at,
        planned_at=occurrence.planned_at,
        today=clock.today(),
        zone=ZoneInfo(occurrence.contract.time_zone),
        hour=hour,
    )
    if moment != occurrence.planned_at:
        occurrence = reschedule_occurrence(
            actor=actor, occurrence=occurrence, planned_at=moment, version=version
        )
        version = None
    if assignee is not None and assignee.pk != occurrence.assignee_id:
        occurrence = assign_occurrence(actor=actor, occurrence=occurrence, assignee=assignee, version=version)
    return occurrence
