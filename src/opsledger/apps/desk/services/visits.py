"""Who has a ticket open now, and which tickets one looked at lately: told among one's own side alone, no record.

Nothing of this is in the ledger and nobody is measured by it: a row is overwritten with every look, counts for a
minute, and goes after a day but for each person's latest few.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from opsledger.apps.desk.models import Visit
from opsledger.apps.desk.selectors.visits import LATELY
from opsledger.kernel.access import Actor

_KEPT = timedelta(days=1)


def be_here(*, actor: Actor, ticket_id: int, side: str, at: datetime, opened: bool, writing: bool) -> None:
    """Say that the actor has the ticket in view (just `opened`, or still), and whether they are writing; one statement."""
    row = Visit(
        ticket_id=ticket_id,
        user_id=actor.user_id,
        side=side,
        opened_at=at,
        seen_at=at,
        writing=writing,
    )
    Visit.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["ticket", "user"],
        update_fields=["side", "seen_at", "writing", *(["opened_at"] if opened else [])],
    )


def sweep_visits(at: datetime) -> int:
    """Forget what was looked at more than a day ago, but for the latest few of each person."""
    by_person = Window(
        RowNumber(), partition_by=F("user_id"), order_by=[F("opened_at").desc(), F("pk").desc()]
    )
    # The rank is taken over all rows, so it stands in a query of its own.
    beyond = Visit.objects.annotate(nth=by_person).filter(nth__gt=LATELY).values("pk")
    number, _ = Visit.objects.filter(seen_at__lt=at - _KEPT, pk__in=beyond).delete()
    return number
