"""The calendar of work: where a task stands, moving it inside its window, team and feeds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.moving import moment_on
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError

ZONE = ZoneInfo("Asia/Shanghai")
BASE = "/c/demo-2026/calendar/"
BEGINS = datetime(2026, 3, 2, 8, 30, tzinfo=ZONE)
DUE = datetime(2026, 3, 31, 17, 30, tzinfo=ZONE)


def at_day(day: date, **more) -> datetime:
    told = {
        "title": "巡检", "begins_at": BEGINS, "due_at": DUE, "planned_at": None, "today": date(2026, 3, 1), "zone": ZONE,
    } | more  # fmt: skip
    return moment_on(day, **told).astimezone(ZONE)


@pytest.mark.parametrize(
    ("day", "more", "hour"),
    [
        (date(2026, 3, 10), {}, (9, 0)),
        (date(2026, 3, 10), {"hour": time(14, 30)}, (14, 30)),
        (date(2026, 3, 10), {"planned_at": datetime(2026, 3, 5, 15, 0, tzinfo=ZONE)}, (15, 0)),
        (date(2026, 3, 2), {"hour": time(6, 0)}, (8, 30)),  # the window has not begun at six
        (date(2026, 3, 31), {"hour": time(23, 0)}, (17, 30)),  # and is over at eleven
    ],
)
def test_the_hour_on_the_day(day, more, hour):
    found = at_day(day, **more)
    assert (found.date(), (found.hour, found.minute)) == (day, hour)


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 4, 1)])
def test_outside_the_window_it_is_refused_with_the_days_between(day):
    with pytest.raises(DomainError, match="outside_window") as told:
        at_day(day)
    assert (told.value.facts["first"], told.value.facts["last"]) == (date(2026, 3, 2), date(2026, 3, 31))


def test_a_day_that_is_gone_is_refused():
    with pytest.raises(DomainError, match="day_gone"):
        at_day(date(2026, 3, 5), today=date(2026, 3, 6))


def move(world, row, day, who="engineer", **more):
    return services.move_occurrence(actor=world.actor(who), occurrence=row, day=day, **more)


def test_a_task_moves_and_the_calendar_follows(world, march, at):
    shown = {
        day.day: [row.pk for row in day.rows]
        for day in selectors.calendar_days(
            world.actor("engineer"), world.contract, date(2026, 3, 1), date(2026, 3, 31), at=at
        )
    }
    assert shown[date(2026, 3, 31)] == [march.pk]
    move(world, march, date(2026, 3, 18))
    days = selectors.calendar_days(
        world.actor("engineer"), world.contract, date(2026, 3, 1), date(2026, 3, 31), at=at
    )
    stands = {day.day: [row.pk for row in day.rows] for day in days if day.rows}
    assert stands == {date(2026, 3, 18): [march.pk]}
    assert march.planned_at == datetime(2026, 3, 18, 1, 0, tzinfo=UTC)
    assert march.due_at.astimezone(ZONE).date() == date(2026, 3, 31)  # the promise stays where it was
    assert Entry.objects.filter(verb="occurrence.rescheduled").count() == 1
    move(world, march, date(2026, 3, 18))  # to where it stands already: nothing to record
    assert Entry.objects.filter(verb="occurrence.rescheduled").count() == 1


def test_only_the_manager_gives_it_to_another(world, march, at):
    other = world.users["engineer2"]
    with pytest.raises(DomainError):
        move(world, march, date(2026, 3, 19), assignee=other)
    march.refresh_from_db()
    assert march.planned_at is None and march.assignee_id is None  # nothing half-done
    move(world, march, date(2026, 3, 19), who="manager", assignee=other)
    assert march.assignee_id == other.pk
    days = selectors.calendar_days(
        world.actor("manager"), world.contract, date(2026, 3, 16), date(2026, 3, 22), at=at
    )
    (line,) = [one for one in selectors.team_week(days, selectors.team_of(world.contract)) if one.total]
    assert line.user.pk == other.pk and len(line.cells[3][1]) == 1


@pytest.mark.parametrize("who", ["buyer", "supervisor", "unit"])
def test_others_may_not_plan(world, march, who):
    with pytest.raises(DomainError):
        move(world, march, date(2026, 3, 19), who=who)


def test_moving_in_the_browser(world, march):
    client = world.client("engineer")
    address = BASE + "?by=week&on=2026-03-18"
    assert 'id="move"' in client.get(f"{address}&move={march.pk}").content.decode()
    told = {"id": march.pk, "version": march.version, "day": "2026-03-20", "hour": "14:30"}
    outside = client.post(address, {**told, "day": "2026-04-02"}).content.decode()
    assert "应在 2026-03-" in outside and 'value="2026-04-02"' in outside  # what was typed stays
    dropped = client.post(address, {**told, "day": "2026-04-02", "hour": ""}, HTTP_HX_REQUEST="true")
    assert "不能移到 2026-04-02" in dropped.content.decode() and 'id="move"' not in dropped.content.decode()
    assert client.post(address, told).status_code == 302
    march.refresh_from_db()
    assert march.planned_at == datetime(2026, 3, 20, 6, 30, tzinfo=UTC)
    stale = client.post(address, {**told, "day": "2026-03-23"})
    assert stale.status_code == 200 and "已" in stale.content.decode()
    assert client.post(address, {"id": "x", "day": "2026-03-20"}).status_code == 404
    assert client.post(address, {**told, "day": "2026-02-31"}).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["?by=day&on=2026-03-31", "?by=team", "?by=zz", "?who=none", "?who=99999999", "?who=x", "?move=99", "?mine=1"],
)  # fmt: skip
def test_the_calendar_takes_any_question(world, march, query):
    wanted = 404 if "move" in query else 200
    for who in ("engineer", "buyer"):
        assert world.client(who).get(BASE + query).status_code == wanted


def test_the_feed_needs_its_key_and_ends_with_the_role(world, march, client):
    page = world.client("engineer").get(BASE).content.decode()
    address = page.split('readonly value="http://testserver')[1].split('"')[0]
    move(world, march, date(2026, 3, 18), who="manager", assignee=world.users["engineer"])
    (event,) = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    assert event["dtstart"].dt == datetime(2026, 3, 18, 1, 0, tzinfo=UTC)
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=1)
    assert client.get(address.replace("feeds/duties/", "feeds/duties/x")).status_code == 404
    world.users["engineer"].memberships.all().delete()
    assert client.get(address).status_code == 404
