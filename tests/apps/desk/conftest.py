"""A contract with limits: respond 15 minutes, arrive 1 hour, resolve 4 hours (2 when severe) on item 01."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from opsledger.apps.contracts.models import ServiceItem, Term
from opsledger.apps.desk import services
from opsledger.apps.desk.models import ReportTemplate, Ticket
from opsledger.core.terms import SlaMetric, SlaTerm, TicketKind, TimeUnit, describe, to_dict
from opsledger.kernel import clock

LIMITS = [
    {"key": "01.respond", "metric": SlaMetric.RESPOND, "value": 15, "unit": TimeUnit.MINUTE},
    {"key": "01.arrive", "metric": SlaMetric.ARRIVE, "value": 1, "unit": TimeUnit.HOUR},
    {"key": "01.resolve", "metric": SlaMetric.RESOLVE, "value": 4, "unit": TimeUnit.HOUR},
    {
        "key": "01.resolve.severe",
        "metric": SlaMetric.RESOLVE,
        "value": 2,
        "unit": TimeUnit.HOUR,
        "severity": "严重故障",
    },
    {
        "key": "01.answer",
        "metric": SlaMetric.ANSWER,
        "value": 4,
        "unit": TimeUnit.HOUR,
        "ticket": TicketKind.QUESTION,
    },
]


def add_term(item: ServiceItem, **said: Any) -> Term:
    """A live limit on an item."""
    said["value"] = Decimal(said["value"])
    term = SlaTerm(item=item.no, clause=f"2.4 序号{item.no} 服务标准", **said)
    return Term.objects.create(
        contract=item.contract,
        item=item,
        key=term.key,
        kind="sla",
        data=to_dict(term),
        clause=term.clause,
        summary=describe(term),
    )


@dataclass
class Desk:
    """Short words for tests: report, act, move the clock."""

    world: Any
    start: datetime

    def actor(self, who: str) -> Any:
        return self.world.actor(who)

    def report(self, who: str = "unit", **told: Any) -> Ticket:
        said = {"title": "登录后白屏", "severity": "一般故障", "item": self.world.item, **told}
        if said.get("kind", "incident") != "incident":
            said["severity"] = told.get("severity", "")
        return services.report_ticket(actor=self.actor(who), reporter=self.world.users[who], **said)

    @contextmanager
    def later(self, **amount: int) -> Iterator[datetime]:
        """The moment so much after the start (10:00 on a Wednesday)."""
        moment = self.start + timedelta(**amount)
        with clock.pinned(moment):
            yield moment

    def do(self, ticket: Ticket, verb: str, who: str, **told: Any) -> Ticket:
        ticket.refresh_from_db()
        return getattr(services, verb)(actor=self.actor(who), ticket=ticket, **told)

    def working(self, **told: Any) -> Ticket:
        """A ticket in the engineer's hands."""
        ticket = self.report(**told)
        self.do(ticket, "dispatch", "manager", assignee=self.world.users["engineer"])
        return self.do(ticket, "accept", "engineer")

    def resolved(self, **told: Any) -> Ticket:
        return self.do(self.working(**told), "resolve", "engineer", cause="缓存失效", solution="重启服务")

    def add_term(self, item: ServiceItem, **said: Any) -> Term:
        return add_term(item, **said)

    def timer(self, ticket: Ticket, metric: str, cycle: int = 1) -> Any:
        return ticket.timers.get(metric=metric, cycle=cycle)


@pytest.fixture
def desk(world, at) -> Desk:
    world.contract.windows = {"7x24": {"name": "7×24", "hours": "7x24"}}
    world.contract.office_hours = {"default": "周一至周五 8:30-12:00,14:30-18:00"}
    world.contract.save()
    for said in LIMITS:
        add_term(world.item, **said)
    return Desk(world, at)


@pytest.fixture
def ticket(desk) -> Ticket:
    return desk.report()


ACCOUNT = {
    "name": "开通账号",
    "kind": "request",
    "title": "开通账号",
    "description": "姓名：____\n账号：____",
}


@pytest.fixture
def keep(desk):
    """keep(name=..., ...) -> a template of the small contract, kept by the manager."""

    def do(who: str = "manager", **told) -> ReportTemplate:
        said = {**ACCOUNT, **told}
        return services.add_report_template(actor=desk.actor(who), contract=desk.world.contract, **said)

    return do
