"""Reading the register of deliverables and the list of reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from opsledger.apps.assessment.periods import KINDS, Span, all_spans, span_of
from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.selectors import occurrences_for, standing_case
from opsledger.apps.ledger.models import Attachment
from opsledger.apps.ledger.selectors import attachments_of
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

SOON = timedelta(days=30)
SEARCHED = ("title", "item__name", "obligation__term__clause")
STANDINGS = [
    ("missed", "应交未交"),
    ("late", "逾期提交"),
    ("due", "待提交"),
    ("fulfilled", "按期提交"),
    ("upcoming", "未到期"),
    ("waived", "已豁免"),
]


def deliverables(actor: Actor, contract: Contract, *, at: datetime) -> QuerySet[Occurrence]:
    """Every deliverable that the contract asks for, with `standing` (as core.occurrences says it) at `at`."""
    rows = occurrences_for(actor, contract).filter(obligation__kind="deliverable").exclude(state="cancelled")
    return rows.select_related("obligation__term", "submitted_by", "contract").annotate(
        standing=standing_case(at)
    )


def counts_of(rows: QuerySet[Occurrence], *, at: datetime) -> dict[str, int]:
    """How the deliverables stand: missing, soon (due within thirty days), late, fulfilled, to_verify, all."""
    return rows.aggregate(
        missing=Count("pk", filter=Q(standing="missed")),
        soon=Count("pk", filter=Q(standing="due", due_at__lt=at + SOON)),
        late=Count("pk", filter=Q(standing="late")),
        fulfilled=Count("pk", filter=Q(standing="fulfilled")),
        to_verify=Count("pk", filter=Q(state="submitted")),
        all=Count("pk"),
    )


def files_of(rows: list[Occurrence]) -> dict[str, list[Attachment]]:
    """The files handed in for these deliverables, by id; one query."""
    return attachments_of("occurrence", [str(row.pk) for row in rows])


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report that can be drafted; `over` once its period has ended."""

    span: Span
    over: bool


def begun_span(contract: Contract, period_id: str, *, at: datetime) -> Span:
    """The period of a report that has begun; Http404 otherwise."""
    span = span_of(period_id, contract.starts_on, contract.ends_on)
    if span is None or span.starts_on > clock.local(at).date():
        raise Http404
    return span


def reports_of(contract: Contract, *, at: datetime) -> list[tuple[str, list[ReportLine]]]:
    """The periods that have begun, by kind, the latest first."""
    today = clock.local(at).date()
    found = [one for one in all_spans(contract.starts_on, contract.ends_on) if one.starts_on <= today]
    return [
        (word, [ReportLine(one, one.ends_on < today) for one in reversed(found) if one.kind == kind])
        for kind, word in KINDS.items()
    ]
