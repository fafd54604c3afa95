"""Who else has a ticket open, told among one side alone; what one looked at lately; how little it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.accounts.models import Membership
from opsledger.apps.desk.models import Visit
from opsledger.apps.desk.services.visits import sweep_visits
from opsledger.apps.ledger.models import Entry
from opsledger.kernel import clock

BASE = "/c/demo-2026"


def here(desk, ticket, who, **told) -> str:
    answer = desk.world.client(who).post(f"{BASE}/tickets/{ticket.number}/here/", {"opened": "1", **told})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("one", "other", "sees"),
    [
        ("engineer", "manager", True),
        ("engineer", "engineer2", True),
        ("buyer", "supervisor", True),
        ("auditor", "buyer", True),
        ("engineer", "unit", False),
        ("unit", "engineer", False),
        ("buyer", "unit", False),
        ("unit", "buyer", False),
        ("manager", "buyer", False),
        ("supervisor", "engineer", False),
    ],
)
def test_only_ones_own_side_is_told(desk, ticket, one, other, sees):
    here(desk, ticket, one, writing="1")
    assert (f"演示{one}正在写" in here(desk, ticket, other)) is sees
    shown = here(desk, ticket, one)
    assert f"演示{one}正在" not in shown and (f"演示{other}正在看" in shown) is sees


def test_people_of_one_unit_see_each_other(desk, ticket):
    Membership.objects.filter(user=desk.world.users["stranger"]).delete()
    unit = desk.world.item.unit
    Membership.objects.create(
        user=desk.world.users["stranger"], contract=desk.world.contract, role="unit", organisation=unit
    )
    here(desk, ticket, "unit")
    assert "演示unit正在看" in here(desk, ticket, "stranger")


def test_a_ticket_that_went_to_another_unit_keeps_the_two_apart(desk, ticket):
    here(desk, ticket, "unit")
    desk.do(ticket, "change_item", "manager", item=desk.world.other_item, reason="报错了系统")
    # Who reported it still reads it, and is not seen by the unit that has it now.
    here(desk, ticket, "unit")
    assert here(desk, ticket, "other_unit").strip() == ""
    assert here(desk, ticket, "unit").strip() == ""


@pytest.mark.parametrize("who", ["other_unit", "stranger"])
def test_who_does_not_see_the_ticket_leaves_no_trace(desk, ticket, who):
    answer = desk.world.client(who).post(f"{BASE}/tickets/{ticket.number}/here/", {"opened": "1"})
    assert answer.status_code == 404 and not Visit.objects.exists()


def test_it_is_a_post_of_somebody_signed_in(desk, ticket, client):
    path = f"{BASE}/tickets/{ticket.number}/here/"
    assert desk.world.client("engineer").get(path).status_code == 405
    assert client.post(path).status_code == 302
    assert client.post(path, headers={"hx-request": "true"}).status_code == 204
    assert desk.world.client("engineer").post(f"{BASE}/tickets/2026-99999/here/").status_code == 404


def test_a_minute_later_one_is_forgotten_and_writing_ends(desk, ticket):
    here(desk, ticket, "engineer", writing="1")
    with desk.later(seconds=59):
        assert "演示engineer正在写" in here(desk, ticket, "manager")
    with desk.later(seconds=61):
        assert here(desk, ticket, "manager").strip() == ""
        here(desk, ticket, "engineer", writing="")
        assert "演示engineer正在看" in here(desk, ticket, "manager")
    # One row a person and ticket, however often they look.
    assert Visit.objects.count() == 2


def test_it_costs_three_statements_and_touches_no_record(desk, ticket):
    client = desk.world.client("engineer")
    path = f"{BASE}/tickets/{ticket.number}/here/"
    for who in ("manager", "engineer2"):
        here(desk, ticket, who)
    client.post(path, {"opened": "1"})
    entries = Entry.objects.count()
    ticket.refresh_from_db()
    before = (ticket.version, ticket.updated_at)
    with CaptureQueriesContext(connection) as caught:
        client.post(path, {"writing": "1"}, headers={"x-background": "1"})
    about = [query["sql"] for query in caught if "desk_" in query["sql"]]
    assert len(about) == 3 and len(caught) <= 7, [query["sql"] for query in caught]
    ticket.refresh_from_db()
    assert Entry.objects.count() == entries and (ticket.version, ticket.updated_at) == before


def test_lately_seen_are_the_last_eight_opened_that_one_may_still_see(desk):
    tickets = [desk.report(title=f"第{number}张") for number in range(10)]
    for number, ticket in enumerate(tickets):
        with desk.later(minutes=number):
            here(desk, ticket, "engineer")
    with desk.later(minutes=30):
        # Still open in another window: that is no opening.
        here(desk, tickets[3], "engineer", opened="")
        here(desk, tickets[1], "engineer")
        client = desk.world.client("engineer")
        shown = client.get("/me/recent/").content.decode()
        assert [shown.count(f"第{n}张") for n in range(10)] == [0, 1, 0, 1, 1, 1, 1, 1, 1, 1]
        assert shown.index("第1张") < shown.index("第9张") < shown.index("第3张")
        assert "第9张" in client.get("/me/todo/").content.decode()
        assert 'hx-get="/me/recent/"' in client.get(f"{BASE}/tickets/").content.decode()
        # Nobody else's, and nothing of a contract that one has left.
        assert "第9张" not in desk.world.client("manager").get("/me/recent/").content.decode()
        Membership.objects.filter(user=desk.world.users["engineer"]).delete()
        assert "第9张" not in desk.world.client("engineer").get("/me/recent/").content.decode()


def test_the_sweep_forgets_all_but_each_persons_latest(desk):
    tickets = [desk.report(title=f"第{number}张") for number in range(11)]
    for number, ticket in enumerate(tickets):
        with desk.later(minutes=number):
            here(desk, ticket, "engineer")
    here(desk, tickets[0], "manager")
    with desk.later(hours=24, minutes=2, seconds=30) as at:
        # Of the three beyond the latest eight all have been a day away.
        assert sweep_visits(at) == 3
        assert sweep_visits(at) == 0
    left = Visit.objects.filter(user=desk.world.users["engineer"])
    assert set(left.values_list("ticket__title", flat=True)) == {f"第{n}张" for n in range(3, 11)}
    assert Visit.objects.filter(user=desk.world.users["manager"]).count() == 1
    for number in range(8):
        with clock.pinned(desk.start + timedelta(days=2, minutes=number)):
            here(desk, desk.report(title=f"新{number}"), "engineer")
    with clock.pinned(desk.start + timedelta(days=2, hours=1)) as _:
        # What was looked at within the day stays, the older eight go.
        assert sweep_visits(desk.start + timedelta(days=2, hours=1)) == 8
