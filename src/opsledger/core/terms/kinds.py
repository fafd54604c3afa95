"""The nine kinds of binding term, frozen and typed.

Every fact that the interchange form of the reader knows has a field of the same name here; the
rest is what the product needs to bind a term: a stable key, a clause, our own summary, an owner,
an evidence rule and the points that the text leaves open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from opsledger.core.terms.facts import Anchor, Evidence, OpenPoint
from opsledger.core.terms.vocabulary import (
    Act,
    Activity,
    Cadence,
    Channel,
    Consent,
    KpiMetric,
    KpiUnit,
    LimitClock,
    MeasureWindow,
    Mode,
    Op,
    Owner,
    Party,
    Period,
    SlaMetric,
    TermKind,
    TicketKind,
    TimeUnit,
)

ALL_ITEMS = frozenset({"", "*"})
NOTE_ONLY = Evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    """What every term has.

    `key` is stable and unique within the contract (``"09.resolve"``); `item` is the number of the
    service item, ``""`` or ``"*"`` for all of them; `clause` says where it stands; `summary` is our own
    short wording, never the document's; `quote` and `span` are filled only by the reader.
    """

    kind: ClassVar[TermKind]

    key: str
    item: str = ""
    clause: str = ""
    summary: str = ""
    owner: Owner = Owner.ENGINEER
    evidence: Evidence = NOTE_ONLY
    open_points: tuple[OpenPoint, ...] = ()
    quote: str = ""
    span: tuple[int, int] | None = None

    @property
    def is_common(self) -> bool:
        """Whether the term applies to every item of the contract."""
        return self.item in ALL_ITEMS


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaTerm(_Bound):
    """A limit of `value` `unit` on reaching `metric` for tickets of kind `ticket` and `severity`.

    `severity` holds the contract's own word, None for all; `scope` the part of the item ("硬件"),
    "" for all of it.  `clock` says in which hours the report must fall for the limit to bind; `window` is the
    id of the service window in which minutes and hours count, None where the text leaves it open.  `value`
    0 minutes stands for "at once"; a ``notice`` runs backward from the act.
    """

    kind: ClassVar[TermKind] = TermKind.SLA

    metric: SlaMetric
    value: Decimal
    unit: TimeUnit
    severity: str | None = None
    channel: Channel | None = None
    clock: LimitClock = LimitClock.ANY
    window: str | None = None
    ticket: TicketKind = TicketKind.INCIDENT
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyTerm(_Bound):
    """An activity due `count` times in every `every` `period`s of the item's service period.

    `count` is None exactly for ``unspecified``, ``event`` and ``continuous``.  `months` fixes the months
    (5 and 12), `anchors` the events of an ``event`` duty; `per` names the object that each count is for
    (every station); `window` is the id of the service window in which it is done.
    """

    kind: ClassVar[TermKind] = TermKind.DUTY

    activity: Activity
    period: Period
    count: int | None = None
    every: int = 1
    mode: Mode | None = None
    per: str = ""
    months: tuple[int, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    window: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiTerm(_Bound):
    """A target: `metric` `op` `value` `unit`, measured over `window`, for the part named by `scope`.

    `service_window` is the id of the hours that count, None where the text does not say.
    """

    kind: ClassVar[TermKind] = TermKind.KPI

    metric: KpiMetric
    op: Op
    value: Decimal
    unit: KpiUnit
    window: MeasureWindow | None = None
    scope: str = ""
    service_window: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaTerm(_Bound):
    """A bounded amount of service: `what` `op` `value` `unit` (free word: 人日, 次, Mbps) within `period`."""

    kind: ClassVar[TermKind] = TermKind.QUOTA

    what: str
    op: Op
    value: Decimal
    unit: str
    period: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverableTerm(_Bound):
    """A document due to the buyer, every `cadence` (None where the text names no rhythm)."""

    kind: ClassVar[TermKind] = TermKind.DELIVERABLE

    name: str
    cadence: Cadence | None = None
    months: tuple[int, ...] = ()
    anchors: tuple[Anchor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceTerm(_Bound):
    """A licence, certificate, line or subscription to be kept up from `start` to `end` (both included)."""

    kind: ClassVar[TermKind] = TermKind.LICENCE

    product: str
    start: date | None = None
    end: date | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingTerm(_Bound):
    """At least `min` people of `role`, with `qualification`, present in `window` at `place`."""

    kind: ClassVar[TermKind] = TermKind.STAFFING

    min: int
    role: str
    window: str | None = None
    place: str = ""
    qualification: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionTerm(_Bound):
    """`what` is kept for at least `value` `unit`; None for both where no length is printed."""

    kind: ClassVar[TermKind] = TermKind.RETENTION

    what: str
    value: Decimal | None = None
    unit: TimeUnit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalTerm(_Bound):
    """An `act` (told in `what`) that needs `consent` of `by` first, `value` `unit` ahead if printed."""

    kind: ClassVar[TermKind] = TermKind.APPROVAL

    act: Act
    what: str
    consent: Consent = Consent.CONSENT
    by: tuple[Party, ...] = (Party.BUYER,)
    value: Decimal | None = None
    unit: TimeUnit | None = None


Term = (
    SlaTerm
    | DutyTerm
    | KpiTerm
    | QuotaTerm
    | DeliverableTerm
    | LicenceTerm
    | StaffingTerm
    | RetentionTerm
    | ApprovalTerm
)

TERM_CLASSES: dict[TermKind, type[Term]] = {
    TermKind.SLA: SlaTerm,
    TermKind.DUTY: DutyTerm,
    TermKind.KPI: KpiTerm,
    TermKind.QUOTA: QuotaTerm,
    TermKind.DELIVERABLE: DeliverableTerm,
    TermKind.LICENCE: LicenceTerm,
    TermKind.STAFFING: StaffingTerm,
    TermKind.RETENTION: RetentionTerm,
    TermKind.APPROVAL: ApprovalTerm,
}
