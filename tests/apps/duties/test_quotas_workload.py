"""Quotas drawn down to the last; the forecast of work; the calendar for other programs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from icalendar import Calendar

from opsledger.apps.accounts.models import Notice
from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.models import QuotaDraw
from opsledger.apps.duties.quotas import Balance, limit_of, period_of
from opsledger.apps.duties.services.quotas import balance_of
from opsledger.apps.duties.workload import usual_minutes, weeks
from opsledger.core.errors import DomainError
from opsledger.kernel.access import SYSTEM

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
TODAY = date(2026, 3, 11)


@pytest.fixture
def quota(make_obligation):
    return make_obligation(
        kind="quota",
        activity="",
        data={"what": "需求变更", "op": "<=", "value": 10, "unit": "人日", "period": "quarter"},
    )


def draw(world, quota, amount, who="manager", on=TODAY, **more):
    return services.draw_quota(
        actor=world.actor(who), obligation=quota, amount=Decimal(str(amount)), on=on, note="改报表", **more
    )


def test_it_is_drawn_down_within_its_quarter(world, quota, at):
    draw(world, quota, "2.5")
    draw(world, quota, 4)
    balance = balance_of(quota, TODAY)
    assert (balance.drawn, balance.left, balance.percent, balance.tone) == (
        Decimal("6.5"),
        Decimal("3.5"),
        65,
        "ok",
    )
    assert balance_of(quota, date(2026, 4, 1)).drawn == 0


def test_at_eighty_percent_and_at_the_end_people_are_told_once(world, quota, at):
    for amount in (7, 1, 1, 1):
        draw(world, quota, amount)
    told = list(
        Notice.objects.filter(user=world.users["buyer"]).order_by("id").values_list("title", flat=True)
    )
    assert [("80%" in title, "用完" in title) for title in told] == [(True, False), (False, True)]


def test_beyond_the_bound_only_the_buyer_with_an_agreement(world, quota, at):
    draw(world, quota, 9)
    with pytest.raises(DomainError, match="used_up"):
        draw(world, quota, 2)
    with pytest.raises(DomainError, match=r"access\.denied"):
        draw(world, quota, 2, agreement="补充协议1号")
    row = draw(world, quota, 2, who="buyer", agreement="补充协议1号")
    balance = balance_of(quota, TODAY)
    assert row.extra and (balance.drawn, balance.extra, balance.left) == (Decimal(9), Decimal(2), Decimal(1))


def test_bad_draws_are_refused(world, quota, at):
    draw(world, quota, 1, ticket_ref="R-1")
    for more, code in [
        ({"amount": 1, "ticket_ref": "R-1"}, "ticket_twice"),
        ({"amount": 0}, "bad_amount"),
        ({"amount": 1, "on": date(2027, 1, 1)}, "outside_period"),
    ]:
        with pytest.raises(DomainError, match=code):
            draw(world, quota, **more)
    with pytest.raises(DomainError, match=r"access\.denied"):
        draw(world, quota, 1, who="auditor")
    assert QuotaDraw.objects.count() == 1


@pytest.mark.parametrize(
    ("period", "bounds"),
    [
        ("month", (date(2026, 3, 1), date(2026, 3, 31))),
        ("quarter", (date(2026, 1, 1), date(2026, 3, 31))),
        ("halfyear", (date(2026, 1, 1), date(2026, 6, 30))),
        ("year", YEAR),
        ("term", YEAR),
        (None, YEAR),
        ("week", (date(2026, 3, 9), date(2026, 3, 15))),
        ("day", (TODAY, TODAY)),
    ],
)
def test_the_period_in_which_a_quota_holds(period, bounds):
    assert period_of({"period": period}, TODAY, *YEAR) == bounds


def test_what_is_a_bound_and_what_is_not():
    assert limit_of({"op": "<=", "value": "60"}) == 60
    assert limit_of({"op": "=", "value": "12", "period": "year"}) == 12
    assert limit_of({"op": "=", "value": "150", "unit": "Mbps"}) is None
    assert limit_of({"op": ">=", "value": "5"}) is None
    assert (
        Balance(Decimal(3), Decimal("2.39")).percent == 79 and Balance(Decimal(0), Decimal(0)).tone == "late"
    )


def test_quotas_in_the_browser(world, quota, at):
    address = "/c/demo-2026/quotas/"
    told = {"quota": quota.pk, "amount": "3", "on": "2026-03-11", "note": "改报表"}
    client = world.client("engineer")
    assert client.post(address, told).status_code == 302
    much = client.post(address, {**told, "amount": "99"})
    assert much.status_code == 200 and "只剩7人日" in much.content.decode()
    assert client.post(address, {**told, "amount": "x"}).status_code == 200
    assert world.client("auditor").post(address, told).status_code == 404
    assert world.client("unit").get(address).status_code == 403


# -- workload -------------------------------------------------------------------------------------------


def test_hours_by_week_by_hand():
    # 120 minutes from 2 to 15 March, due on Sunday the 15th: two weeks of 60; and one hour on Monday the 9th.
    tasks = [(date(2026, 3, 2), date(2026, 3, 15), "a"), (date(2026, 3, 9), date(2026, 3, 9), "b")]
    found = weeks(tasks, {"a": 120, "b": 60})
    assert [(week.monday, week.minutes, week.tasks, week.hours, week.people) for week in found] == [
        (date(2026, 3, 2), 60, 0, 1, 1),
        (date(2026, 3, 9), 120, 2, 2, 1),
    ]
    assert weeks([], {}) == []


def test_what_is_learned_from_rounds_wins_over_the_table():
    assert usual_minutes("drill", None, [10, 20, 30, 40, 50]) == 30
    assert usual_minutes("drill", 120, [10]) == 120
    assert usual_minutes("drill", None, []) == 240 and usual_minutes("", None, []) == 60


def test_the_forecast_counts_what_is_still_to_be_done(world, make_obligation, at):
    make_obligation(data={"activity": "drill", "count": 1, "period": "month"}, activity="drill")
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    rows = selectors.forecast(world.contract, since=TODAY)
    # From March on ten drills of 120 minutes each (the shipped checklist says so) are still to come.
    assert sum(week.tasks for week in rows) == 10
    assert abs(sum(week.minutes for week in rows) - 1200) <= len(rows)
    assert rows[0].monday == TODAY - timedelta(days=TODAY.weekday())


def test_a_calendar_for_other_programs(world, make_obligation, at):
    make_obligation()
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    first = world.client("engineer").get("/c/demo-2026/calendar.ics")
    found = Calendar.from_ical(first.content)
    events = list(found.walk("VEVENT"))
    assert [event["dtstart"].dt for event in events] == [
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 29),
    ]
    assert len({str(event["uid"]) for event in events}) == 3
    assert world.client("stranger").get("/c/demo-2026/calendar.ics").status_code == 404


@pytest.mark.parametrize("query", ["", "?mine=1"])
def test_the_forecast_page(world, make_obligation, at, query):
    make_obligation()
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    for who in ("buyer", "manager", "engineer", "supervisor", "auditor"):
        assert world.client(who).get("/c/demo-2026/workload/" + query).status_code == 200
    assert world.client("unit").get("/c/demo-2026/workload/").status_code == 403
