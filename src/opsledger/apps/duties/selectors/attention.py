"""What went wrong lately and what must not be forgotten, for the home pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.selectors.rows import OPEN

FORTNIGHT = timedelta(days=14)


def recently_missed(contract: Contract, since: datetime, until: datetime) -> QuerySet[Occurrence]:
    """Occurrences whose due moment lay in [since, until) and that nobody has done since, latest first."""
    rows = Occurrence.objects.filter(contract=contract, state__in=OPEN, due_at__gte=since, due_at__lt=until)
    return rows.select_related("item", "contract").order_by("-due_at", "-id")


def pending_waivers(contract: Contract) -> int:
    """How many requests to waive an occurrence wait for the buyer."""
    asked = Occurrence.objects.filter(contract=contract, state__in=OPEN, reason__startswith="申请豁免")
    return asked.count()


def documents_due(contract: Contract, at: datetime) -> QuerySet[Occurrence]:
    """Deliverables due within the fortnight around `at` and not handed in, the next first."""
    rows = Occurrence.objects.filter(
        contract=contract,
        obligation__kind="deliverable",
        state__in=OPEN,
        due_at__range=(at - FORTNIGHT, at + FORTNIGHT),
    )
    return rows.select_related("item", "item__unit", "contract").order_by("due_at", "id")
