"""服务台统计: what came, what was done, how long it took; a unit sees its own, and never who works for the provider."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opsledger.apps.accounts.services import issue_token
from opsledger.apps.desk.periods import period_of
from opsledger.apps.desk.selectors import sla_rate
from opsledger.apps.desk.selectors.statistics import limits_between
from opsledger.kernel.access import SYSTEM

PATH = "/c/demo-2026/desk-figures/"


@pytest.fixture
def month(desk):
    """Three reports on 11 March 2026: one done in two hours with a mark, one done late, one open; one of another unit."""
    first = desk.working(source="phone")
    late = desk.working()
    desk.report()
    desk.report("other_unit", item=desk.world.other_item)
    with desk.later(hours=2):
        desk.do(first, "resolve", "engineer", cause="缓存", solution="清理")
        desk.do(first, "confirm", "unit", rating=4)
    with desk.later(days=3):
        desk.do(late, "resolve", "engineer", cause="磁盘", solution="扩容")
    return desk


def ask(desk, who="manager", query="from=2026-03-01&to=2026-03-31"):
    with desk.later(days=20):
        answer = desk.world.client(who).get(f"{PATH}?{query}")
    assert answer.status_code == 200
    return answer


def test_the_figures_of_a_month(month):
    told = ask(month).context
    whole = told["whole"]
    assert (whole.reported, whole.resolved, whole.left) == (4, 2, 2)
    # Resolved after 2 h and after 72 h: the middle of the two is 37 h.
    assert whole.median_time.total_seconds() == 37 * 3600
    # One of two broke its limit of 8 hours.
    assert (whole.late, whole.in_time, whole.mean_rating) == (1, Decimal("50.00"), Decimal("4.00"))
    limits = {row.metric: row for row in told["limits"]}
    # First answers: two were accepted in time, one of this system was taken by nobody; the other system has no limits.
    assert (limits["respond"].rate.met, limits["respond"].rate.breached) == (2, 1)
    assert [(*row[1:2], row[2].reported) for row in told["items"]["rows"]] == [
        ("01 档案管理平台", 3),
        ("02 养老服务平台", 1),
    ]
    by = {group["key"]: group["rows"] for column in told["columns"] for group in column}
    assert {word: figures.resolved for _, word, figures in by["assignee"]} == {
        "演示engineer": 2,
        "（还没有派）": 0,
    }
    assert {word: figures.reported for _, word, figures in by["source"]} == {"网页报修": 3, "电话": 1}
    # The row leads to the tickets it counts.
    address = next(address for address, word, _ in by["source"] if word == "电话")
    with month.later(days=20):
        page = month.world.client("manager").get(f"/c/demo-2026/tickets/{address}")
    assert page.context["table"].count == 1


def test_a_unit_sees_its_own_and_not_who_works(month):
    told = ask(month, "unit").context
    assert told["whole"].reported == 3
    assert "assignee" not in {group["key"] for column in told["columns"] for group in column}
    assert ask(month, "other_unit").context["whole"].reported == 1
    assert month.world.client("stranger").get(PATH).status_code == 404


def test_the_limits_are_counted_as_the_assessment_counts_them(month):
    with month.later(days=20) as at:
        since, until = at - timedelta(days=30), at + timedelta(days=1)
        rate = sla_rate(month.world.contract, since, until, at)
        rows = limits_between(month.actor("manager"), month.world.contract, since, until, at)
    assert sum(row.rate.met for row in rows) == rate.met > 0
    assert sum(row.rate.breached for row in rows) == rate.breached > 0
    assert sum(row.rate.open for row in rows) == rate.open


def test_programs_read_the_same(month):
    _, secret = issue_token(
        actor=SYSTEM, user=month.world.users["manager"], name="测试", scopes=["tickets:read"], expires_at=None
    )
    with month.later(days=20):
        answer = Client().get(
            "/api/v1/contracts/demo-2026/figures?first=2026-03-01&last=2026-03-31",
            HTTP_AUTHORIZATION=f"Bearer {secret}",
        )
    told = answer.json()
    assert (told["whole"]["reported"], told["whole"]["median_seconds"]) == (4, 37 * 3600)
    assert (told["whole"]["in_time"], told["groups"][0]["rows"][0]["word"]) == ("50.00", "01 档案管理平台")


def test_nothing_in_these_days(month):
    page = ask(month, query="from=2025-01-01&to=2025-01-31")
    assert "这段时间没有工单" in page.content.decode()


def test_the_workbook_has_every_row(month):
    book = openpyxl.load_workbook(
        io.BytesIO(ask(month, query="from=2026-03-01&to=2026-03-31&export=xlsx").content)
    )
    rows = list(book.active.values)
    assert rows[0][:5] == ("分组", "名称", "新增", "办结", "期末未办结")
    assert rows[1][:5] == ("服务项", "01 档案管理平台", 3, 2, 1)
    assert {row[0] for row in rows[1:]} == {
        "服务项",
        "服务单位",
        "处理人",
        "等级",
        "故障类别",
        "类型",
        "来源",
    }


def test_changes_and_problems_are_no_reports(desk):
    desk.report()
    before = ask(desk).context["whole"].reported
    desk.report("manager", kind="problem", title="登录反复白屏")
    assert ask(desk).context["whole"].reported == before == 1


def test_queries_do_not_grow_with_the_tickets(month):
    client = month.world.client("manager")

    def cost():
        with month.later(days=20):
            client.get(PATH)
            with CaptureQueriesContext(connection) as caught:
                client.get(PATH)
        return len(caught)

    few = cost()
    for _ in range(8):
        month.working()
    assert cost() == few <= 15


TODAY = date(2026, 3, 18)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, date(2026, 3, 1), TODAY),
        ({"span": "last"}, date(2026, 2, 1), date(2026, 2, 28)),
        ({"span": "quarter"}, date(2026, 1, 1), TODAY),
        ({"span": "year"}, date(2025, 4, 1), TODAY),
        ({"span": "nonsense"}, date(2026, 3, 1), TODAY),
        ({"from": "2026-02-03", "to": "2026-02-03"}, date(2026, 2, 3), date(2026, 2, 3)),
        ({"from": "2026-02-03", "to": "2026-02-02"}, date(2026, 3, 1), TODAY),
        ({"from": "1900-01-01", "to": "2026-02-02"}, date(2026, 3, 1), TODAY),
        ({"from": "2020-01-01", "to": "2026-02-02"}, date(2026, 3, 1), TODAY),
        ({"from": "02/03/2026", "to": "\x00"}, date(2026, 3, 1), TODAY),
    ],
)
def test_the_days_asked_for(asked, first, last):
    found = period_of(asked, TODAY, date(2025, 1, 1))
    assert (found.first, found.last) == (first, last)
    assert (found.before.last - found.before.first) == (found.last - found.first)


def test_twelve_months_begin_with_the_service():
    assert period_of({"span": "year"}, TODAY, date(2026, 1, 1)).first == date(2026, 1, 1)
    assert period_of({"span": "year"}, TODAY, date(2026, 7, 1)).first == TODAY
