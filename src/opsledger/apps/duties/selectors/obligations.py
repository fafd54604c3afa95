"""Obligations with what has become of them: the next due moment, what is done, late and missed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.http import Http404

from opsledger.apps.contracts.models import Contract, Obligation
from opsledger.apps.contracts.selectors import obligations_for
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.selectors.rows import OPEN
from opsledger.kernel.access import Actor

_DONE = Q(occurrences__state__in=["submitted", "verified"])
_OPEN = Q(occurrences__state__in=OPEN)


def obligations_with_history(actor: Actor, contract: Contract, at: datetime) -> QuerySet[Obligation]:
    """The live obligations that `actor` may see, in one query.

    Annotated: `next_due`, `last_done`, and the numbers `done`, `late`, `missed` and `planned` of occurrences.
    """
    rows = obligations_for(actor, contract).exclude(status=Obligation.Status.ENDED)
    return rows.annotate(
        next_due=Min("occurrences__due_at", filter=_OPEN & Q(occurrences__due_at__gte=at)),
        last_done=Max("occurrences__submitted_at", filter=_DONE),
        done=Count("occurrences", filter=_DONE & Q(occurrences__submitted_at__lte=F("occurrences__due_at"))),
        late=Count("occurrences", filter=_DONE & Q(occurrences__submitted_at__gt=F("occurrences__due_at"))),
        missed=Count("occurrences", filter=_OPEN & Q(occurrences__due_at__lt=at)),
        planned=Count("occurrences", filter=~Q(occurrences__state="cancelled")),
    )


def obligation_for(actor: Actor, contract: Contract, obligation_id: int, at: datetime) -> Obligation:
    """One obligation with its history; Http404 if hidden or missing."""
    found = obligations_with_history(actor, contract, at).filter(pk=obligation_id).first()
    if found is None:
        raise Http404
    return found


def of_status(value: str) -> Q:
    """The obligations of one status, or of those with occurrences missed or late ("missed", "late")."""
    if value == "missed":
        return Q(missed__gt=0)
    return Q(late__gt=0) if value == "late" else Q(status=value)


def occurrences_of(obligation: Obligation) -> QuerySet[Occurrence]:
    """All due windows of an obligation, the latest first."""
    rows = Occurrence.objects.filter(obligation=obligation).exclude(state="cancelled")
    return rows.select_related("contract", "submitted_by", "item").order_by("-due_at", "-id")
