"""Lists as each likes them: columns, lists shared with others, tickets by the day on which they are due; and their cost."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

BASE = "/c/demo-2026"


def heads(page) -> list[str]:
    return [column.label for column in page.context["table"].columns if column.label]


def test_columns_are_ones_own_and_the_workbook_has_the_same(desk):
    desk.report(place="二楼机房", contact_phone="12345")
    manager, buyer = desk.world.client("manager"), desk.world.client("buyer")
    usual = heads(manager.get(f"{BASE}/tickets/"))
    chosen = {"column": ["place", "title", "phone", "no_such"], "query": "state=open"}
    answer = manager.post(f"{BASE}/columns/", chosen)
    assert answer.url == f"{BASE}/tickets/?state=open"
    page = manager.get(answer.url)
    assert heads(page) == ["编号", "标题", "联系电话", "地点"] and "二楼机房" in page.content.decode()
    assert heads(buyer.get(f"{BASE}/tickets/")) == usual
    book = openpyxl.load_workbook(io.BytesIO(manager.get(f"{BASE}/tickets/?export=xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0] == ("编号", "标题", "联系电话", "地点") and rows[1][3] == "二楼机房"
    manager.post(f"{BASE}/columns/", {"usual": "1", "column": ["place"]})
    assert heads(manager.get(f"{BASE}/tickets/")) == usual


@pytest.mark.parametrize("who", ["manager", "unit", "auditor"])
def test_every_column_draws_every_state(desk, who):
    desk.resolved()
    client = desk.world.client(who)
    page = client.get(f"{BASE}/tickets/")
    every = [column.key for column, _ in page.context["columns"]]
    client.post(f"{BASE}/columns/", {"column": every})
    page = client.get(f"{BASE}/tickets/")
    assert page.status_code == 200 and len(heads(page)) == len(every)
    assert client.get(f"{BASE}/tickets/?export=xlsx").status_code == 200


def test_a_shared_list_is_seen_by_others_and_dropped_by_its_owner_alone(desk):
    manager, unit = desk.world.client("manager"), desk.world.client("unit")
    manager.post(f"{BASE}/filters/", {"name": "超时的", "query": "due=late", "shared": "1"})
    manager.post(f"{BASE}/filters/", {"name": "私用", "query": "state=open"})
    seen = unit.get(f"{BASE}/tickets/").context["saved"]
    assert [(one.name, one.query) for one in seen] == [("超时的", "due=late")]
    assert desk.world.client("stranger").post(f"{BASE}/filters/", {"name": "x"}).status_code == 404
    unit.post(f"{BASE}/filters/", {"drop": "超时的"})
    assert len(manager.get(f"{BASE}/tickets/").context["saved"]) == 2


def test_the_calendar_of_what_is_due(desk):
    desk.working()
    desk.report("other_unit", item=desk.world.other_item, title="别单位的")
    page = desk.world.client("unit").get(f"{BASE}/due/?day=2026-03-11")
    (day,) = [cell for row in page.context["weeks"] for cell in row if cell.number]
    assert (f"{day.day}", day.number, page.context["total"]) == ("2026-03-11", 1, 1)
    for query, status in [
        ("view=week", 200),
        ("day=无", 200),
        ("day=9999-12-31", 200),
        ("day=2027-01-01", 200),
    ]:
        assert desk.world.client("unit").get(f"{BASE}/due/?{query}").status_code == status
    assert desk.world.client("stranger").get(f"{BASE}/due/").status_code == 404


def test_a_crowded_day_leads_to_its_week(desk):
    for number in range(6):
        desk.report(title=f"第{number}件")
    client = desk.world.client("manager")
    page = client.get(f"{BASE}/due/?day=2026-03-11").content.decode()
    assert "另有 2 张" in page and "view=week&amp;day=2026-03-11" in page
    week = client.get(f"{BASE}/due/?view=week&day=2026-03-11").content.decode()
    assert all(f"第{number}件" in week for number in range(6))


# What a page asks the database, with everything it remembers in hand.
COSTS = [
    ("manager", f"{BASE}/tickets/", 18),
    ("unit", f"{BASE}/tickets/", 18),
    ("manager", f"{BASE}/tickets/?q=登录", 21),
    ("manager", f"{BASE}/tickets/2026-00001/", 16),
    ("unit", f"{BASE}/tickets/2026-00001/", 16),
    ("manager", f"{BASE}/board/", 10),
    ("manager", f"{BASE}/wall/", 11),
    ("manager", f"{BASE}/due/", 10),
    ("manager", "/", 31),
    ("engineer", "/", 13),
    ("unit", "/", 18),
    ("buyer", "/", 29),
    ("supervisor", "/", 14),
]


@pytest.mark.parametrize(("who", "path", "most"), COSTS)
def test_queries_of_a_page_do_not_grow_with_its_rows(desk, who, path, most):
    def cost() -> int:
        client.get(path)  # what was written since is read anew
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    first = desk.working()
    client = desk.world.client(who)
    few = cost()
    for number in range(12):
        ticket = desk.working() if number % 2 else desk.report(title="登录慢")
        for note in range(3):
            desk.do(ticket, "add_note", "manager", note=f"说明{note}")
    for _ in range(20):
        desk.do(first, "add_note", "manager", note="又一条")
    assert cost() <= few <= most


@pytest.mark.parametrize(
    ("path", "most"), [("?state=open", 3), ("?q=登录", 6), ("/2026-00001", 5), ("/2026-00001/links", 4)]
)
def test_queries_of_the_api_do_not_grow_either(desk, path, most):
    from datetime import timedelta

    from django.test import Client

    from opsledger.apps.accounts.services import issue_token
    from opsledger.kernel.access import SYSTEM

    desk.working()
    until = desk.start + timedelta(days=1)
    _, secret = issue_token(
        actor=SYSTEM, user=desk.world.users["manager"], name="x", scopes=["*"], expires_at=until
    )
    told = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    client = Client()

    def cost() -> int:
        client.get(f"/api/v1/contracts/demo-2026/tickets{path}", **told)
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(f"/api/v1/contracts/demo-2026/tickets{path}", **told)
        assert answer.status_code == 200
        return len(caught)

    few = cost()
    for _ in range(8):
        desk.working(title="登录慢")
    assert cost() <= few <= most
