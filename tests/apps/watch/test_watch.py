"""Outages, exclusions and the figures that follow from them, each with its sum."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from opsledger.apps.contracts.models import Term
from opsledger.apps.ledger.models import Entry
from opsledger.apps.watch import selectors, services
from opsledger.apps.watch.models import Outage
from opsledger.apps.watch.services import Span
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM

FEBRUARY = date(2026, 2, 1)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# 1 February 2026, 00:00 in Shanghai; the month has 28 days, 672 hours.
START = datetime(2026, 1, 31, 16, 0, tzinfo=UTC)


@pytest.fixture
def watched(world):
    """The first item with a probe that saw it up all February, and a target of 99.9 %."""
    target = services.create_target(actor=world.actor("manager"), item=world.item, name="门户首页")
    services.record_spans(actor=SYSTEM, target=target, spans=[Span("up", START, START + 28 * DAY)])
    Term.objects.create(
        contract=world.contract,
        item=world.item,
        key="01.availability",
        kind="kpi",
        data={"metric": "availability", "op": ">=", "value": "99.9", "unit": "percent"},
        clause="2.4 表 序号01",
        summary="可用性不低于99.9%",
    )
    return world


def _february(world, **more):
    since, until = selectors.month_bounds(world.contract, FEBRUARY)
    return selectors.availability(world.contract, world.item, since, until, at=clock.now(), **more)


def _outage(world, starts, hours, **more):
    return services.record_outage(
        actor=world.actor("engineer"),
        item=world.item,
        starts_at=starts,
        ends_at=starts + hours * HOUR,
        **more,
    )


def test_without_interruption_the_month_is_whole(watched):
    result = _february(watched)
    assert (result.measured, result.worst, result.best, result.coverage) == (
        "100.000",
        "100.000",
        "100.000",
        "100.00",
    )
    assert result.verdict == "pass" and result.word == "达标"


def test_two_hours_down_of_672(watched):
    _outage(watched, START + 5 * DAY, 2, cause="数据库宕机")
    result = _february(watched)
    # 670 / 672 = 99.70238...: cut, not rounded.
    assert result.measured == "99.702" and result.verdict == "fail"
    assert result.reliability.outages == 1 and result.reliability.longest_seconds == 7200
    assert [one.cause for one in result.outages] == ["数据库宕机"]


def test_planned_downtime_approved_beforehand_does_not_count(watched):
    with clock.pinned(START + 2 * DAY):
        row = services.request_exclusion(
            actor=watched.actor("manager"),
            item=watched.item,
            kind="maintenance",
            starts_at=START + 5 * DAY,
            ends_at=START + 5 * DAY + 10 * HOUR,
            reason="数据库升级",
            evidence="变更单 C-001",
        )
        row = services.approve_exclusion(actor=watched.actor("buyer"), exclusion=row)
        assert row.state == "approved" and not row.retroactive
    _outage(watched, START + 5 * DAY + 9 * HOUR, 2)  # one hour inside, one hour overrun
    result = _february(watched)
    # E = 672 - 10 = 662 h, down 1 h of overrun: 661 / 662 = 99.84894...
    assert result.measured == "99.848" and result.figures.excluded == 10 * 3600


def test_what_is_asked_afterwards_needs_two_people(watched):
    _outage(watched, START + 5 * DAY, 2)
    row = services.request_exclusion(
        actor=watched.actor("engineer"),
        item=watched.item,
        kind="force_majeure",
        starts_at=START + 5 * DAY,
        ends_at=START + 5 * DAY + 2 * HOUR,
        reason="市政停电",
        evidence="供电公司通知",
    )
    assert row.retroactive
    row = services.approve_exclusion(actor=watched.actor("buyer"), exclusion=row)
    assert row.state == "second" and _february(watched).verdict == "fail"
    with pytest.raises(DomainError, match="same_approver"):
        services.approve_exclusion(actor=watched.actor("buyer"), exclusion=row)
    row = services.approve_exclusion(actor=watched.actor("supervisor"), exclusion=row)
    result = _february(watched)
    # Two hours out of the account: 670 / 670.
    assert row.state == "approved" and result.measured == "100.000" and result.verdict == "pass"
    with pytest.raises(DomainError, match="exclusion_decided"):
        services.reject_exclusion(actor=watched.actor("buyer"), exclusion=row, reason="x")


@pytest.mark.parametrize("who", ["manager", "engineer", "unit", "supervisor", "auditor"])
def test_only_the_buyer_approves_first(watched, who):
    row = services.request_exclusion(
        actor=watched.actor("manager"),
        item=watched.item,
        kind="maintenance",
        starts_at=clock.now() + DAY,
        ends_at=clock.now() + 2 * DAY,
        reason="升级",
        evidence="变更单",
    )
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.approve_exclusion(actor=watched.actor(who), exclusion=row)


def test_time_that_nobody_saw_is_never_up(world):
    target = services.create_target(actor=world.actor("manager"), item=world.item, name="探测")
    services.record_spans(actor=SYSTEM, target=target, spans=[Span("up", START, START + 14 * DAY)])
    Term.objects.create(
        contract=world.contract,
        item=world.item,
        key="01.a",
        kind="kpi",
        data={"metric": "availability", "op": ">=", "value": "99", "unit": "percent"},
        clause="c",
        summary="s",
    )
    result = _february(world)
    assert (result.measured, result.worst, result.coverage) == ("100.000", "50.000", "50.00")
    assert result.word == "证据不足"
    other = selectors.availability(world.contract, world.other_item, START, START + 28 * DAY, at=clock.now())
    assert other.measured == "" and other.word == "未设指标"


def test_service_hours_bound_the_account(watched):
    watched.contract.windows = {"5x8": {"name": "5×8", "hours": "5x8"}}
    watched.contract.save()
    watched.item.windows = ["5x8"]
    watched.item.save()
    _outage(watched, datetime(2026, 2, 2, 12, 0, tzinfo=UTC), 2)  # Monday 20:00-22:00: out of hours
    result = _february(watched)
    # Working days of February 2026: 20 weekdays, less 16-20 and 23 off (6), plus 14 and 28 made up: 16 × 8 h.
    assert result.figures.eligible == 16 * 8 * 3600
    assert result.measured == "100.000" and result.hours == "5×8"


def test_the_month_under_way_ends_now_and_an_open_outage_runs_until_now(watched, at):
    services.record_outage(actor=watched.actor("unit"), item=watched.item, starts_at=at - HOUR)
    since, until = selectors.month_bounds(watched.contract, date(2026, 3, 1))
    result = selectors.availability(watched.contract, watched.item, since, until, at=at)
    assert result.figures.period == int((at - since).total_seconds()) and result.figures.down == 3600


def test_a_ticket_tells_its_outage_once(watched):
    first = _outage(watched, START + DAY, 1, ticket_ref="I-0001")
    again = _outage(watched, START + DAY, 2, ticket_ref="I-0001")
    assert again.pk == first.pk and Outage.objects.count() == 1
    assert Entry.objects.filter(verb="outage.corrected").count() == 1


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [(HOUR, 2 * HOUR, "in_the_future"), (-HOUR, HOUR, "in_the_future"), (-HOUR, -2 * HOUR, "ends_before")],
)
def test_impossible_times_are_refused(watched, at, starts, ends, code):
    with pytest.raises(DomainError, match=code):
        services.record_outage(
            actor=watched.actor("engineer"), item=watched.item, starts_at=at + starts, ends_at=at + ends
        )


def test_an_outage_ends_once(watched, at):
    outage = services.record_outage(actor=watched.actor("engineer"), item=watched.item, starts_at=at - HOUR)
    services.end_outage(actor=watched.actor("engineer"), outage=outage, ends_at=at)
    with pytest.raises(DomainError, match="already_ended"):
        services.end_outage(actor=watched.actor("engineer"), outage=outage, ends_at=at)
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.record_outage(actor=watched.actor("auditor"), item=watched.item, starts_at=at - HOUR)


def test_spans_can_be_sent_twice(watched):
    target = watched.item.targets.get()
    spans = [Span("down", START + n * HOUR, START + (n + 1) * HOUR) for n in range(3)]
    assert services.record_spans(actor=SYSTEM, target=target, spans=spans) == 3
    services.record_spans(actor=SYSTEM, target=target, spans=spans)
    assert target.spans.count() == 3  # the first began with the long one and replaced it


def test_the_worst_of_a_month(watched):
    target = services.create_target(actor=SYSTEM, item=watched.other_item, name="接口")
    services.record_spans(actor=SYSTEM, target=target, spans=[Span("up", START, START + 28 * DAY)])
    _outage(watched, START + DAY, 3)
    assert selectors.worst_availability(watched.contract, FEBRUARY, at=clock.now()).item == watched.item
    assert selectors.worst_availability(watched.contract, date(2026, 1, 1), at=clock.now()) is None


PAGES = [
    "/c/demo-2026/availability/",
    "/c/demo-2026/availability/?export=xlsx",
    "/c/demo-2026/availability/exclusions/",
    "/c/demo-2026/availability/items/01/",
    "/c/demo-2026/availability/items/01/?month=2026-02",
    "/c/demo-2026/availability/items/01/?month=nonsense",
]


@pytest.mark.parametrize("address", PAGES)
def test_pages_answer_every_role(watched, address):
    _outage(watched, START + DAY, 3)
    for who in ("buyer", "unit", "manager", "engineer", "supervisor", "auditor"):
        assert watched.client(who).get(address).status_code == 200, who
    assert watched.client("stranger").get(address).status_code == 404


def test_a_unit_does_not_see_anothers_service(watched):
    assert watched.client("unit").get("/c/demo-2026/availability/items/02/").status_code == 404
    assert "养老" not in watched.client("unit").get("/c/demo-2026/availability/").content.decode()


def test_an_outage_is_entered_and_ended_in_the_browser(watched, at):
    client = watched.client("engineer")
    address = "/c/demo-2026/availability/items/01/"
    bad = client.post(address, {"starts_at": "2026-03-11T12:00", "cause": "交换机故障"})
    assert bad.status_code == 200 and "不能晚于现在" in bad.content.decode()
    assert "交换机故障" in bad.content.decode()
    assert client.post(address, {"starts_at": "2026-03-11T09:00"}).status_code == 302
    outage = Outage.objects.get()
    assert outage.starts_at == datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
    ended = client.post(
        f"/c/demo-2026/availability/outages/{outage.pk}/end/",
        {"ends_at": "2026-03-11T09:30", "cause": "已更换"},
    )
    assert ended.status_code == 302
    outage.refresh_from_db()
    assert outage.ends_at - outage.starts_at == HOUR / 2
    assert watched.client("auditor").post(address, {"starts_at": "2026-03-11T09:00"}).status_code == 200
    assert Outage.objects.count() == 1


def test_exclusions_are_decided_in_the_browser(watched, at):
    asked = watched.client("manager").post(
        "/c/demo-2026/availability/items/01/exclude/",
        {
            "kind": "maintenance",
            "starts_at": "2026-03-20T22:00",
            "ends_at": "2026-03-21T02:00",
            "reason": "升级",
            "evidence": "变更单",
        },
    )
    assert asked.status_code == 302
    row = watched.contract.exclusions.get()
    buyer = watched.client("buyer")
    address = "/c/demo-2026/availability/exclusions/"
    refused = buyer.post(address, {"exclusion": row.pk, "decision": "reject", "reason": ""})
    assert refused.status_code == 200 and "请写明驳回理由" in refused.content.decode()
    assert buyer.post(address, {"exclusion": row.pk, "decision": "approve"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "approved"
    assert buyer.post(address, {"exclusion": "x"}).status_code == 404
    again = buyer.post(address, {"exclusion": row.pk, "decision": "approve"})
    assert again.status_code == 200
