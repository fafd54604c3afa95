"""A contract under Anyang's scheme, and a hand-made February with everything that can cost points."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from opsledger.apps.assessment import services
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.contracts.models import Obligation, ServiceItem, Term
from opsledger.apps.desk.models import Ticket, Timer
from opsledger.apps.duties.models import Occurrence

SCHEME = Path(__file__).parents[3] / "packs" / "anyang-2026" / "scheme.yaml"

# One quarter of 6,000,000 hangs on February; the rest is paid at the signing of the contract.
PLAN = {
    "id": "test",
    "title": "付款计划",
    "milestones": [
        {"id": "first", "title": "首付款", "trigger": "signed", "share_percent": 75, "due_workdays": 15},
        {
            "id": "feb",
            "title": "二月服务费",
            "trigger": "assessed",
            "share_percent": 25,
            "period": "2026-02",
            "due_workdays": 15,
        },
    ],
}


def morning(day: int, month: int = 2) -> datetime:
    """Nine o'clock in Shanghai."""
    return datetime(2026, month, day, 1, 0, tzinfo=UTC)


@dataclass
class Month:
    """Makes the facts of the hand-made month, one call each."""

    world: object
    tickets: list[Ticket] = field(default_factory=list)
    count: int = 0

    def timer(
        self, metric: str, state: str, day: int, month: int = 2, item: ServiceItem | None = None
    ) -> Timer:
        """One timer of one ticket, due that morning."""
        self.count += 1
        item = item or self.world.item
        due = morning(day, month)
        term = self._term("sla", f"故障{metric}", {"metric": metric}, item)
        ticket = Ticket.objects.create(
            contract=self.world.contract,
            number=f"GD-{self.count:04d}",
            item=item,
            unit=item.unit,
            title=f"登录失败{self.count}",
            state="confirmed",
            severity="一般故障",
            reported_at=due - timedelta(hours=4),
            updated_at=due,
            over=True,
        )
        self.tickets.append(ticket)
        late = state in ("breached", "met_late")
        return Timer.objects.create(
            ticket=ticket,
            metric=metric,
            term=term,
            state=state,
            started_at=due - timedelta(hours=4),
            due_at=due,
            met_at=None if state == "breached" else due + timedelta(hours=2 if late else -1),
            breached_at=due if late else None,
            limit_text="4小时",
            overrun_seconds=7200 if late else 0,
        )

    def duty(
        self, activity: str, outcome: str, day: int, *, kind: str = "duty", month: int = 2, item=None
    ) -> Occurrence:
        """One occurrence due that morning: fulfilled, late or missed."""
        self.count += 1
        item = item or self.world.item
        due = morning(day, month)
        term = self._term(kind, f"{activity}{self.count}", {"activity": activity}, item)
        obligation = Obligation.objects.create(
            contract=self.world.contract,
            item=item,
            term=term,
            kind=kind,
            activity=activity if kind == "duty" else "",
            title=term.summary,
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
        )
        done = {"fulfilled": due - timedelta(hours=1), "late": due + timedelta(hours=30), "missed": None}
        return Occurrence.objects.create(
            contract=self.world.contract,
            obligation=obligation,
            item=item,
            window_id=f"2026-{month:02d}#1",
            title=term.summary,
            opens_on=date(2026, month, 1),
            begins_at=morning(1, month) - timedelta(hours=9),
            closes_on=due.date(),
            due_at=due,
            due_month=date(2026, month, 1),
            state="open" if outcome == "missed" else "verified",
            submitted_at=done[outcome],
            late=outcome == "late",
        )

    def _term(self, kind: str, summary: str, data: dict, item: ServiceItem) -> Term:
        return Term.objects.create(
            contract=self.world.contract,
            item=item,
            key=f"t{self.count}",
            kind=kind,
            data=data,
            clause=f"2.4 表 序号{item.no}",
            summary=summary,
        )


@pytest.fixture
def scored(world):
    """The world's contract with Anyang's scheme and the plan above; its periods are open."""
    contract = world.contract
    contract.scheme = YAML(typ="safe").load(SCHEME)
    contract.payment = PLAN
    contract.save()
    services.open_periods(contract=contract)
    return world


@pytest.fixture
def month(scored) -> Month:
    """A maker of facts."""
    return Month(scored)


@pytest.fixture
def february(month) -> Assessment:
    """The hand-made month before anybody has entered anything: 18.5 points are lost (see test_hand_made_month)."""
    for day in range(2, 8):
        month.timer("resolve", "breached", day)
    for day in (9, 10, 11):
        month.timer("respond", "met_late", day)
    month.timer("mitigate", "met_late", 12)
    for day in (12, 13, 14, 15):
        month.timer("resolve", "met", day)
    for day in (3, 10, 17):
        month.duty("inspection", "missed", day)
    month.duty("inspection", "late", 20)
    month.duty("inspection", "fulfilled", 21)
    for day in (5, 6):
        month.duty("backup", "missed", day)
    month.duty("backup", "late", 7)
    month.duty("", "missed", 27, kind="deliverable")
    month.duty("vuln_scan", "missed", 26)
    # Neither January nor March belongs to February.
    month.timer("resolve", "breached", 31, month=1)
    month.duty("inspection", "missed", 2, month=3)
    return Assessment.objects.get(contract=month.world.contract, period_id="2026-02")
