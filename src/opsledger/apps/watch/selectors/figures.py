"""Availability, derived from spans, outages and approved exclusions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.contracts.selectors import live_terms
from opsledger.apps.watch.models import Exclusion, Outage, StateSpan, Target
from opsledger.core import availability as rules
from opsledger.core.availability import Figures, Interval, Segment, State
from opsledger.core.calendars import ServiceWindow, WorkingCalendar, parse_window
from opsledger.core.clock import ServiceClock
from opsledger.core.errors import DomainError

_STATES = {"up": State.UP, "down": State.DOWN, "degraded": State.DEGRADED, "unknown": State.UNKNOWN}
FLOOR = Decimal(99)


@dataclass(frozen=True, slots=True)
class Promise:
    """What the contract asks of an item: target in percent, over which period, in which hours, where it says so."""

    percent: Decimal
    operator: str
    window: str
    clause: str
    summary: str

    @property
    def sign(self) -> str:
        """≥ or >, as people write it."""
        return {">=": "≥"}.get(self.operator, self.operator)


@dataclass(frozen=True, slots=True)
class ItemAvailability:
    """The availability of one item over a period, with everything from which it was worked out.

    `verdict` is pass, fail, insufficient, no_data, or "" where the contract sets no target.
    """

    item: ServiceItem
    period: Interval
    figures: Figures
    timeline: list[Segment]
    promise: Promise | None
    verdict: str
    hours: str
    excluded: list[Exclusion] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)

    @property
    def word(self) -> str:
        """达标, 未达标, 证据不足, 无数据, or 未设指标."""
        return rules.VERDICT_WORDS.get(self.verdict, "未设指标")  # type: ignore[call-overload]

    @property
    def measured(self) -> str:
        """The measured figure in percent, cut to three places; "" without data."""
        return self.figures.measured.percent(3) if self.figures.measured else ""

    @property
    def worst(self) -> str:
        return self.figures.worst.percent(3) if self.figures.worst else ""

    @property
    def best(self) -> str:
        return self.figures.best.percent(3) if self.figures.best else ""

    @property
    def coverage(self) -> str:
        return self.figures.coverage.percent(2) if self.figures.coverage else ""

    @property
    def is_covered(self) -> bool:
        """Whether enough of the time was observed for the figure to mean anything."""
        covered = self.figures.coverage
        return covered is not None and covered.num * 100 >= FLOOR * covered.den

    @property
    def is_only_outages(self) -> bool:
        """Whether nothing but outages is on record: a share of them alone would read as never up."""
        measured = self.figures.measured
        return measured is not None and measured.num == 0 and not self.is_covered

    @property
    def reliability(self) -> rules.Reliability:
        """Outages in number and length."""
        return rules.reliability(self.timeline)


@dataclass(slots=True)
class Records:
    """Everything on record for the items of a contract within a period, read in four queries."""

    spans: dict[int, list[StateSpan]] = field(default_factory=dict)
    outages: dict[int, list[Outage]] = field(default_factory=dict)
    exclusions: dict[int, list[Exclusion]] = field(default_factory=dict)
    promises: dict[int, Promise] = field(default_factory=dict)
    targets: dict[int, list[Target]] = field(default_factory=dict)


def records(
    contract: Contract, since: datetime, until: datetime, items: Iterable[int] | None = None
) -> Records:
    """Read what touches [since, until); for some items only, if named."""
    found = Records(promises=promises(contract))
    only = Q() if items is None else Q(item_id__in=list(items))
    span_only = Q() if items is None else Q(target__item_id__in=list(items))
    for target in Target.objects.filter(only, contract=contract):
        found.targets.setdefault(target.item_id, []).append(target)
    live = Q(ends_at=None) | Q(ends_at__gt=since)
    spans = StateSpan.objects.filter(span_only, live, target__contract=contract, starts_at__lt=until)
    for span in spans.select_related("target"):
        found.spans.setdefault(span.target.item_id, []).append(span)
    for outage in Outage.objects.filter(only, live, contract=contract, starts_at__lt=until):
        found.outages.setdefault(outage.item_id, []).append(outage)
    rows = Exclusion.objects.filter(
        only, contract=contract, state=Exclusion.State.APPROVED, starts_at__lt=until, ends_at__gt=since
    )
    for row in rows.select_related("approved_by", "second_by"):
        found.exclusions.setdefault(row.item_id, []).append(row)
    return found


def promises(contract: Contract) -> dict[int, Promise]:
    """The availability target of each item that has one (key: item id; 0 for a target of every item)."""
    found: dict[int, Promise] = {}
    for term in live_terms(contract, "kpi"):
        data: Mapping[str, Any] = term.data
        if data.get("metric") != "availability" or data.get("unit") != "percent" or data.get("scope"):
            continue
        if data.get("op") not in (">=", ">"):
            continue
        made = Promise(
            Decimal(str(data["value"])),
            data["op"],
            data.get("service_window") or "",
            term.clause,
            term.summary,
        )
        key = term.item_id or 0
        # Of several targets for one item the strictest is judged; the others are read on the contract's page.
        if key not in found or made.percent > found[key].percent:
            found[key] = made
    return found


def _hours(contract: Contract, item: ServiceItem, promise: Promise | None) -> tuple[str, ServiceWindow]:
    """The service window in which time counts: the target's own, else the item's, else the contract's."""
    names = [promise.window if promise else "", *item.windows[:1], contract.default_window]
    for name in names:
        window = contract.windows.get(name) if name else None
        text = window["hours"] if window else name
        if not text:
            continue
        try:
            return (window["name"] if window else text), parse_window(text)
        except DomainError:
            continue
    return "7×24", ServiceWindow.always()


def availability(
    contract: Contract,
    item: ServiceItem,
    since: datetime,
    until: datetime,
    *,
    at: datetime,
    known: Records | None = None,
) -> ItemAvailability:
    """The availability of an item in [since, until), as far as it lies before `at`.

    Time that nobody observed is unknown.  Overrun of planned downtime counts as down; what was asked for or
    approved after it began is taken out only with two approvals.
    """
    end = max(since, min(until, at))
    known = known or records(contract, since, end, [item.pk])
    promise = known.promises.get(item.pk) or known.promises.get(0)
    period = rules.between(since, end)
    words, window = _hours(contract, item, promise)
    excluded = known.exclusions.get(item.pk, [])
    outages = known.outages.get(item.pk, [])
    observed = _observed(known, item, outages, period, at)
    timeline = rules.timeline(
        period,
        observed,
        service_hours=_service_hours(contract, window, since, end),
        exclusions=_exclusions(excluded),
        life=_life(contract, item),
    )
    figures = rules.figures_of(timeline)
    verdict = ""
    if promise is not None:
        verdict = rules.verdict(figures, promise.percent, coverage_floor_percent=FLOOR)
    return ItemAvailability(
        item, period, figures, timeline, promise, verdict, words, list(excluded), _within(outages, since, end)
    )


def _within(outages: Iterable[Outage], since: datetime, until: datetime) -> list[Outage]:
    return [one for one in outages if one.starts_at < until and (one.ends_at is None or one.ends_at > since)]


def _service_hours(
    contract: Contract, window: ServiceWindow, since: datetime, until: datetime
) -> list[Interval] | None:
    if window.is_always_open:
        return None
    hours = ServiceClock(WorkingCalendar.china(), window, contract.time_zone)
    return [rules.between(first, last) for first, last in hours.intervals(since, until)]


def _life(contract: Contract, item: ServiceItem) -> Interval:
    zone = ZoneInfo(contract.time_zone)
    first = datetime.combine(item.starts_on, time.min, zone)
    last = datetime.combine(date.fromordinal(item.ends_on.toordinal() + 1), time.min, zone)
    return rules.between(first.astimezone(UTC), last.astimezone(UTC))


def _observed(
    known: Records, item: ServiceItem, outages: Iterable[Outage], period: Interval, at: datetime
) -> list[Segment]:
    """What was seen: all targets of the item together (down when any is), and the outages on record."""
    now = rules.second_of(at)
    lines: dict[int, list[Segment]] = {one.pk: [] for one in known.targets.get(item.pk, [])}
    for span in known.spans.get(item.pk, []):
        begin, end = rules.second_of(span.starts_at), rules.second_of(span.ends_at) if span.ends_at else now
        lines.setdefault(span.target_id, []).append(Segment(begin, end, _STATES[span.state]))
    each = [rules.timeline(period, [s for s in line if s.begin < s.end]) for line in lines.values()]
    seen = each[0] if len(each) == 1 else rules.together(period, each, "all_up") if each else []
    found = [one for one in seen if one.state is not State.UNKNOWN]
    for outage in outages:
        begin = rules.second_of(outage.starts_at)
        end = rules.second_of(outage.ends_at) if outage.ends_at else now
        if begin < end:
            found.append(Segment(begin, end, State.DOWN))
    return found


def _exclusions(rows: Iterable[Exclusion]) -> list[rules.Exclusion]:
    """Approved rows as core.availability takes them; planned downtime by its own stricter rules."""
    windows, others = [], []
    for row in rows:
        begin, end = rules.second_of(row.starts_at), rules.second_of(row.ends_at)
        if row.kind == "maintenance":
            windows.append(
                rules.Window(
                    begin,
                    end,
                    created_at=rules.second_of(row.requested_at),
                    reason=row.reason,
                    evidence=row.evidence,
                    approver=str(row.approved_by or "采购人"),
                    approved_at=rules.second_of(row.approved_at) if row.approved_at else None,
                    second_approver=str(row.second_by or ""),
                    closed_at=rules.second_of(row.closed_at) if row.closed_at else None,
                )
            )
        else:
            others.append(
                rules.Exclusion(
                    begin,
                    end,
                    row.kind,
                    row.reason,
                    str(row.approved_by or "采购人"),
                    row.evidence,
                    row.retroactive,
                )
            )
    return [*rules.maintenance(windows).exclusions, *others]


def month_bounds(contract: Contract, month: date) -> tuple[datetime, datetime]:
    """The first moment of a month and of the next, in the contract's zone."""
    zone = ZoneInfo(contract.time_zone)
    first = month.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return datetime.combine(first, time.min, zone), datetime.combine(after, time.min, zone)


def availability_rows(
    contract: Contract,
    month: date,
    *,
    at: datetime,
    items: Iterable[ServiceItem] | None = None,
    known: Records | None = None,
) -> list[ItemAvailability]:
    """The availability of every item (or those named) in one month, in the contract's order."""
    since, until = month_bounds(contract, month)
    if items is None:
        items = ServiceItem.objects.filter(contract=contract).order_by("position", "no")
    known = known or records(contract, since, min(until, max(since, at)))
    return [availability(contract, item, since, until, at=at, known=known) for item in items]


def worst_availability(contract: Contract, month: date, *, at: datetime) -> ItemAvailability | None:
    """The item with the lowest measured figure in a month; None when nothing was observed well enough.

    Without enough coverage (below the floor) a figure says nothing: a single outage on record would read 0 %.
    """
    rows = [
        row for row in availability_rows(contract, month, at=at) if row.figures.measured and row.is_covered
    ]
    return min(rows, key=lambda row: row.figures.measured.num / row.figures.measured.den, default=None)  # type: ignore[union-attr]
