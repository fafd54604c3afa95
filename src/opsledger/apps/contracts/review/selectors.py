"""Reading readings: lists, groups, sections, counts.  The number of queries does not grow with the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404

from opsledger.apps.contracts.models import (
    DocumentReading,
    ProposedTerm,
    ReadingFinding,
    ReadingGuest,
    ReadingItem,
    ReadingSection,
    ReviewAct,
)
from opsledger.apps.contracts.review.fields import KIND_LABELS
from opsledger.apps.contracts.review.policies import visible_readings
from opsledger.apps.contracts.review.sections import Line, lines
from opsledger.kernel.access import Actor

ACCEPTED = (ProposedTerm.State.ACCEPTED, ProposedTerm.State.EDITED)
CONFIDENCES = (("95", "不低于95%"), ("90", "不低于90%"), ("80", "不低于80%"), ("-80", "低于80%"))
STATES = (*ProposedTerm.State.choices, ("problem", "内容不完整"))
PER_GROUP = 100


def readings_for(actor: Actor, *, put_away: bool = False) -> QuerySet[DocumentReading]:
    """The readings that `actor` may see, with how many terms are open; those put away only when asked for."""
    seen = DocumentReading.objects.filter(visible_readings(actor)).values("pk")
    return (
        DocumentReading.objects.filter(pk__in=seen, archived_at__isnull=not put_away)
        .select_related("created_by", "organisation", "contract")
        .annotate(
            total=Count("terms", filter=Q(terms__live=True)),
            open=Count("terms", filter=Q(terms__live=True, terms__state=ProposedTerm.State.PROPOSED)),
        )
    )


def reading_for(actor: Actor, reading_id: int) -> DocumentReading:
    """One reading; Http404 if hidden or missing."""
    rows = DocumentReading.objects.filter(visible_readings(actor), pk=reading_id)
    found = rows.select_related("contract", "created_by").distinct().first()
    if found is None:
        raise Http404
    return found


def term_for(reading: DocumentReading, term_id: int) -> ProposedTerm:
    found = (
        ProposedTerm.objects.filter(reading=reading, pk=term_id, live=True)
        .select_related("item", "acted_by")
        .first()
    )
    if found is None:
        raise Http404
    return found


def item_for(reading: DocumentReading, item_id: int) -> ReadingItem:
    found = ReadingItem.objects.filter(reading=reading, live=True, pk=item_id).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class Filters:
    """What the terms are narrowed by; unknown values count as none."""

    kind: str = ""
    state: str = ""
    confidence: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> Filters:
        kind, state = str(asked.get("kind", "")), str(asked.get("state", ""))
        confidence = str(asked.get("confidence", ""))
        return cls(
            kind if kind in KIND_LABELS else "",
            state if state in dict(STATES) else "",
            confidence if confidence in dict(CONFIDENCES) else "",
        )

    @property
    def any(self) -> bool:
        return bool(self.kind or self.state or self.confidence)

    def query(self) -> str:
        parts = (("kind", self.kind), ("state", self.state), ("confidence", self.confidence))
        return "&".join(f"{name}={value}" for name, value in parts if value)

    def q(self, prefix: str = "") -> Q:
        found = Q(**{f"{prefix}live": True})
        if self.kind:
            found &= Q(**{f"{prefix}kind": self.kind})
        if self.state == "problem":
            found &= ~Q(**{f"{prefix}problem": ""})
        elif self.state:
            found &= Q(**{f"{prefix}state": self.state})
        if self.confidence.startswith("-"):
            found &= Q(**{f"{prefix}confidence_percent__lt": int(self.confidence[1:])})
        elif self.confidence:
            found &= Q(**{f"{prefix}confidence_percent__gte": int(self.confidence)})
        return found


def groups(reading: DocumentReading, filters: Filters) -> list[ReadingItem]:
    """The items in order with `matched`, `total` and `open`; without matches only where nothing is filtered."""
    rows = ReadingItem.objects.filter(reading=reading, live=True).order_by("position")
    found = {item.pk: item for item in rows}
    for item in found.values():
        item.matched = item.total = item.open = 0  # type: ignore[attr-defined]
    live = ProposedTerm.objects.filter(reading=reading, live=True).order_by()
    counted = live.values("item").annotate(
        total=Count("pk"),
        open=Count("pk", filter=Q(state=ProposedTerm.State.PROPOSED)),
        matched=Count("pk", filter=filters.q()),
    )
    for row in counted:
        item = found[row["item"]]
        item.total, item.open, item.matched = row["total"], row["open"], row["matched"]  # type: ignore[attr-defined]
    return [item for item in found.values() if item.matched or not filters.any]  # type: ignore[attr-defined]


def group_counts(item: ReadingItem) -> dict[str, int]:
    rows = ProposedTerm.objects.filter(item=item, live=True)
    return rows.aggregate(total=Count("pk"), open=Count("pk", filter=Q(state=ProposedTerm.State.PROPOSED)))


def terms_of(item: ReadingItem, filters: Filters) -> QuerySet[ProposedTerm]:
    """The terms of one item as they stand in the text."""
    rows = ProposedTerm.objects.filter(filters.q(), item=item)
    return rows.select_related("item", "acted_by").order_by("start", "end", "pk")


def totals(reading: DocumentReading) -> dict[str, int]:
    """Total, done, open, accepted, rejected, unsound."""
    state = ProposedTerm.State
    found = ProposedTerm.objects.filter(reading=reading, live=True).aggregate(
        total=Count("pk"),
        open=Count("pk", filter=Q(state=state.PROPOSED)),
        accepted=Count("pk", filter=Q(state__in=ACCEPTED)),
        rejected=Count("pk", filter=Q(state=state.REJECTED)),
        unsound=Count("pk", filter=Q(state=state.PROPOSED) & ~Q(problem="")),
    )
    return {**found, "done": found["total"] - found["open"]}


def sections_of(reading: DocumentReading) -> QuerySet[ReadingSection]:
    """The sections without their text, with whether any term stands in them."""
    inside = ProposedTerm.objects.filter(
        reading=reading, live=True, end__gt=0, start__gte=OuterRef("start"), start__lt=OuterRef("end")
    )
    return (
        ReadingSection.objects.filter(reading=reading)
        .defer("text")
        .annotate(marked=Exists(inside))
        .order_by("position")
    )


def section_for(reading: DocumentReading, position: int) -> ReadingSection:
    found = ReadingSection.objects.filter(reading=reading, position=position).first()
    if found is None:
        raise Http404
    return found


def section_at(reading: DocumentReading, offset: int) -> ReadingSection | None:
    """The section in which an offset of the text lies."""
    return ReadingSection.objects.filter(reading=reading, start__lte=offset, end__gt=offset).first()


def section_lines(section: ReadingSection) -> list[Line[ProposedTerm]]:
    """The section's lines with the terms marked in them."""
    terms = (
        ProposedTerm.objects.filter(
            reading_id=section.reading_id, live=True, start__lt=section.end, end__gt=section.start
        )
        .only("pk", "item", "kind", "state", "start", "end", "summary")
        .order_by("start", "pk")
    )
    return lines(section.text, section.start, [(term.start, term.end, term) for term in terms])


def text_between(reading: DocumentReading, start: int, end: int) -> str:
    """The text from `start` to `end`, across sections."""
    rows = ReadingSection.objects.filter(reading=reading, start__lt=end, end__gt=start).order_by("position")
    return "".join(row.text[max(start - row.start, 0) : end - row.start] for row in rows)


def item_at(reading: DocumentReading, offset: int) -> ReadingItem | None:
    """The narrowest item whose text holds the offset, else the first common one, else the first."""
    rows = list(ReadingItem.objects.filter(reading=reading, live=True))
    around = [item for item in rows if item.start <= offset < item.end]
    if around:
        return min(around, key=lambda item: item.end - item.start)
    return next((item for item in rows if item.common), rows[0] if rows else None)


def acceptable(
    reading: DocumentReading, minimum: int, kind: str = "", item_id: int | None = None
) -> QuerySet[ProposedTerm]:
    """The open, complete terms with at least this confidence."""
    rows = ProposedTerm.objects.filter(
        reading=reading,
        live=True,
        state=ProposedTerm.State.PROPOSED,
        problem="",
        confidence_percent__gte=minimum,
    )
    if kind in KIND_LABELS:
        rows = rows.filter(kind=kind)
    return rows.filter(item_id=item_id) if item_id else rows


def kinds_in(rows: QuerySet[ProposedTerm]) -> list[tuple[str, int]]:
    """(kind, number) in the order of the vocabulary."""
    found = dict(rows.order_by().values_list("kind").annotate(number=Count("pk")))
    return [(kind, found[kind]) for kind in KIND_LABELS if found.get(kind)]


def findings_of(reading: DocumentReading) -> QuerySet[ReadingFinding]:
    return ReadingFinding.objects.filter(reading=reading).select_related("settled_by").order_by("position")


def findings_like(
    reading: DocumentReading, *, code: str = "", severity: str = "", state: str = ""
) -> QuerySet[ReadingFinding]:
    """The findings of one kind, severity, state ("open", "settled"); "" for all."""
    rows = findings_of(reading)
    if code:
        rows = rows.filter(code=code)
    if severity:
        rows = rows.filter(severity=severity)
    return rows.filter(settled_at__isnull=state == "open") if state else rows


def finding_codes(reading: DocumentReading) -> list[tuple[str, int]]:
    """(kind, number), the most frequent last so that the telling ones stand first."""
    rows = ReadingFinding.objects.filter(reading=reading).order_by().values_list("code")
    return sorted(rows.annotate(number=Count("pk")), key=lambda row: row[1])


def finding_for(reading: DocumentReading, finding_id: int) -> ReadingFinding:
    found = findings_of(reading).filter(pk=finding_id).first()
    if found is None:
        raise Http404
    return found


def open_findings(reading: DocumentReading) -> int:
    return ReadingFinding.objects.filter(reading=reading, settled_at=None).count()


def acts_of(reading: DocumentReading) -> QuerySet[ReviewAct]:
    return ReviewAct.objects.filter(reading=reading).select_related("actor")


def history_of(term: ProposedTerm) -> list[ReviewAct]:
    """Who did what to one term, newest first."""
    return list(ReviewAct.objects.filter(changes__term=term).select_related("actor").distinct()[:20])


def guests_of(reading: DocumentReading) -> QuerySet[ReadingGuest]:
    return ReadingGuest.objects.filter(reading=reading).select_related(
        "user", "user__organisation", "invited_by"
    )


def guest_for(reading: DocumentReading, guest_id: str) -> ReadingGuest:
    found = (
        guests_of(reading).filter(pk=int(guest_id)).first()
        if guest_id.isascii() and guest_id.isdigit()
        else None
    )
    if found is None:
        raise Http404
    return found
