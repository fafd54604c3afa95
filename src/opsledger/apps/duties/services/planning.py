"""Obligations become due windows for the whole term; planning again keeps what people have done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from opsledger.apps.contracts.models import Contract, Obligation
from opsledger.apps.contracts.services import set_rule_text
from opsledger.apps.duties import planning
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.ledger import services as ledger
from opsledger.core.calendars import WorkingCalendar
from opsledger.core.recurrence import Window
from opsledger.kernel.access import Actor
from opsledger.kernel.bulk import insert_rows

RECURRING = ("duty", "deliverable", "licence")
_LAYOUT = ("title", "rule", "opens_on", "begins_at", "closes_on", "due_at", "due_month", "provisional")
_OWN = ("obligation_id", "item_id", "title", "assignee_id")
_SLOT = (
    "window_id", "rule", "opens_on", "begins_at", "closes_on", "due_at", "due_month", "provisional", "next_at",
)  # fmt: skip
_BATCH = 500


def calendar_of(contract: Contract) -> WorkingCalendar:
    """The working calendar of a contract: the official one, with notices imported for it, if any."""
    return WorkingCalendar.china()


@transaction.atomic
def plan_contract(*, actor: Actor, contract: Contract) -> dict[str, int]:
    """Lay out every due window of the contract's active obligations.

    Repeating it changes nothing.  A window that is no longer called for is dropped while nothing has been
    done about it, cancelled while it is open, and kept once it was fulfilled or missed.  Returns how many
    windows were planned, made, moved, dropped and cancelled, and how many obligations are still gaps; windows
    that fell due before `contract.tracked_from` are not planned, only counted.
    """
    rows = Obligation.objects.filter(contract=contract, kind__in=RECURRING).select_related(
        "term", "item", "contract"
    )
    counts = _plan(contract, list(rows))
    if counts["新增"] or counts["调整"] or counts["删除"] or counts["取消"]:
        ledger.record(
            chain=ledger.contract_chain(contract.pk),
            actor=actor,
            verb="contract.planned",
            subject=ledger.Subject("contract", str(contract.pk), contract.name),
            changes=counts,
        )
    return counts


@transaction.atomic
def plan_obligation(*, actor: Actor, obligation: Obligation) -> dict[str, int]:
    """Plan one obligation anew, e.g. after its frequency has been agreed."""
    counts = _plan(obligation.contract, [obligation])
    ledger.record(
        chain=ledger.contract_chain(obligation.contract_id),
        actor=actor,
        verb="obligation.planned",
        subject=ledger.Subject(
            "obligation",
            str(obligation.pk),
            obligation.title,
            obligation.item.unit_id if obligation.item else None,
        ),
        changes=counts,
    )
    return counts


def _plan(contract: Contract, obligations: list[Obligation]) -> dict[str, int]:
    draft = _Draft(contract, obligations)
    for obligation in obligations:
        draft.add(obligation)
    insert_rows(
        Occurrence,
        [*_OWN, *_SLOT],
        draft.made,
        {"contract_id": contract.pk, "state": "planned", "version": 0},
    )
    moved = [row for row in _rows(draft.differ) if _follow(row, draft.differ[row.pk])]
    Occurrence.objects.bulk_update(moved, [*_LAYOUT, "next_at", "state"], batch_size=_BATCH)
    set_rule_text(rules=draft.rules)
    dropped, cancelled = _retire(_rows(draft.stale))
    return {
        "任务": draft.planned,
        "新增": len(draft.made),
        "调整": len(moved),
        "删除": dropped,
        "取消": cancelled,
        "待约定": draft.gaps,
        **({"接手前": draft.before} if draft.before else {}),
    }


def _tracked(contract: Contract, windows: tuple[Window, ...]) -> tuple[tuple[Window, ...], int]:
    """The windows that fall due once fulfilment is kept here, and how many fell due before that."""
    if contract.tracked_from is None:
        return windows, 0
    begins = datetime.combine(contract.tracked_from, time.min, ZoneInfo(contract.time_zone))
    kept = tuple(window for window in windows if window.due_at > begins)
    return kept, len(windows) - len(kept)


class _Draft:
    """What planning would change: rows to make, to move (by id, with their new layout) and to retire."""

    def __init__(self, contract: Contract, obligations: list[Obligation]) -> None:
        self.calendar = calendar_of(contract)
        self.slots = _Slots(ZoneInfo(contract.time_zone), self.calendar)
        self.made: list[tuple[Any, ...]] = []
        self.differ: dict[int, dict[str, Any]] = {}
        self.stale: list[int] = []
        self.rules: dict[int, str] = {}
        self.gaps = self.planned = self.before = 0
        self.contract = contract
        self.known: dict[int, dict[str, _Known]] = {}
        rows = Occurrence.objects.filter(obligation__in=[one.pk for one in obligations])
        for pk, obligation_id, window_id, state, *layout in rows.values_list(
            "pk", "obligation_id", "window_id", "state", *_LAYOUT
        ):
            self.known.setdefault(obligation_id, {})[window_id] = _Known(pk, state, tuple(layout))

    def add(self, obligation: Obligation) -> None:
        """Lay out one obligation against what is there."""
        self.gaps += obligation.status == Obligation.Status.GAP
        windows: tuple[Window, ...] = ()
        if obligation.status == Obligation.Status.ACTIVE:
            said = _said(obligation)
            windows = planning.plan(said, self.calendar)
            self.rules[obligation.pk] = planning.rule_line(said, windows)
            windows, passed = _tracked(self.contract, windows)
            self.before += passed
        self.planned += len(windows)
        old = self.known.get(obligation.pk, {})
        owner = obligation.owner_id or (obligation.item.owner_id if obligation.item else None)
        title = obligation.title[:300]
        for window in windows:
            slot = self.slots.of(window)
            row = old.pop(window.id, None)
            if row is None:
                self.made.append((obligation.pk, obligation.item_id, title, owner, *slot.values()))
                continue
            fresh = {"title": title, **slot}
            if row.state == "cancelled" or row.layout != tuple(fresh[name] for name in _LAYOUT):
                self.differ[row.pk] = fresh
        self.stale += [row.pk for row in old.values()]


class _Known(NamedTuple):
    """What is needed of an occurrence to see whether its window is still the same."""

    pk: int
    state: str
    layout: tuple[Any, ...]


def _rows(ids: Iterable[int]) -> list[Occurrence]:
    """The occurrences themselves, of the few that differ from what is planned now."""
    found, wanted = [], list(ids)
    for first in range(0, len(wanted), _BATCH):
        found += Occurrence.objects.filter(pk__in=wanted[first : first + _BATCH])
    return found


def _said(obligation: Obligation) -> planning.Said:
    contract = obligation.contract
    window = contract.windows.get(obligation.window) if obligation.window else None
    return planning.Said(
        kind=obligation.kind,
        data=obligation.term.data,
        agreed=obligation.agreed,
        first=obligation.starts_on,
        last=obligation.ends_on,
        tz=contract.time_zone,
        window_hours=window["hours"] if window else "",
    )


class _Slots:
    """What a window says of every occurrence in it; a contract says "monthly" hundreds of times over."""

    def __init__(self, zone: ZoneInfo, calendar: WorkingCalendar) -> None:
        self.zone, self.calendar = zone, calendar
        self.known: dict[int, tuple[Window, dict[str, Any]]] = {}

    def of(self, window: Window) -> dict[str, Any]:
        """The values of `_SLOT`, in their order."""
        found = self.known.get(id(window))
        if found is None:
            # The window is kept beside, so that its id stays its own.
            found = self.known[id(window)] = (window, self._laid(window))
        return found[1]

    def _laid(self, window: Window) -> dict[str, Any]:
        begins = datetime.combine(window.opens_on, time.min, self.zone).astimezone(UTC)
        return {
            "window_id": window.id,
            "rule": window.rule[:400],
            "opens_on": window.opens_on,
            "begins_at": begins,
            "closes_on": window.closes_on,
            "due_at": _due_moment(window, self.zone),
            "due_month": window.due_on.replace(day=1),
            "provisional": bool(self.calendar.provisional(window.opens_on, window.closes_on)),
            "next_at": begins,
        }


def _due_moment(window: Window, zone: ZoneInfo) -> datetime:
    """The due moment as it is kept: 24:00 of a day is written 23:59:59.

    Otherwise the last day of a month would be shown, and counted by every later room, in the next one.
    """
    due = window.due_at.astimezone(zone)
    if due.time() == time.min:
        due -= timedelta(seconds=1)
    return due.astimezone(UTC)


def _follow(row: Occurrence, fresh: Mapping[str, Any]) -> bool:
    """Bring an occurrence in line with its window as now planned; what was done about it stays."""
    revived = row.state == "cancelled" and row.submitted_at is None
    if row.state not in ("planned", "open", "under_way", "returned") and not revived:
        return False
    changed = [name for name in _LAYOUT if getattr(row, name) != fresh[name]]
    for name in changed:
        setattr(row, name, fresh[name])
    if revived:
        row.state, row.missed_at = "planned", None
    if changed or revived:
        row.next_at = row.begins_at if row.state == "planned" else row.due_at
        if row.missed_at is not None:
            row.next_at = None
    return bool(changed) or revived


def _retire(rows: Iterable[Occurrence]) -> tuple[int, int]:
    """Drop what nothing has been done about; cancel what is open; leave what is decided."""
    untouched, live = [], []
    for row in rows:
        if row.state == "planned" and row.version == 0:
            untouched.append(row.pk)
        elif row.state in ("planned", "open") and row.missed_at is None:
            live.append(row.pk)
    dropped, _ = Occurrence.objects.filter(pk__in=untouched, state="planned", version=0).delete()
    cancelled = Occurrence.objects.filter(pk__in=live, state__in=["planned", "open"]).update(
        state="cancelled", reason="重新排期后不再需要", next_at=None, version=F("version") + 1
    )
    return dropped, cancelled
