"""The board, the wall, the calendar and the people's load for programs: what the pages show, and to whom."""

from __future__ import annotations

import pytest
from tests.apps.desk.test_api_more import BASE, call, do  # noqa: F401


def test_the_board_stands_as_on_the_page(desk, do):  # noqa: F811
    desk.report(), desk.working()
    desk.report("other_unit", item=desk.world.other_item, title="别单位的事")
    columns = do("manager", "get", f"{BASE}/board")
    assert [(one["word"], one["number"]) for one in columns] == [
        ("待派单", 2),
        ("待接单", 0),
        ("处理中", 1),
        ("已挂起", 0),
        ("待确认", 0),
    ]
    page = desk.world.client("manager").get("/c/demo-2026/board/")
    assert [(one.word, one.number) for one in page.context["columns"]] == [
        (one["word"], one["number"]) for one in columns
    ]
    assert "别单位的事" not in str(do("unit", "get", f"{BASE}/board"))


def test_the_wall_tells_figures_and_the_nearest_deadlines(desk, do):  # noqa: F811
    ticket = desk.working()
    with desk.later(hours=5):
        told = do("buyer", "get", f"{BASE}/wall")
    assert [row["number"] for row in told["due"]] == [ticket.number]
    assert (told["counts"]["open"], told["counts"]["overdue"], told["on_duty"]) == (1, 1, None)
    # Accepted in time; not arrived after five hours.
    assert told["rate_percent"] == "33.33"
    assert do("unit", "get", f"{BASE}/wall", status=403)["code"] == "access.denied"
    assert do("auditor", "get", f"{BASE}/wall", status=403)


def test_the_calendar_by_month_and_by_week(desk, do):  # noqa: F811
    for number in range(6):
        desk.report(title=f"第{number}件")
    desk.report("other_unit", item=desk.world.other_item, title="别单位的事")
    month = do("unit", "get", f"{BASE}/due?day=2026-03-20")
    assert (month["first"], month["last"], month["total"]) == ("2026-03-01", "2026-03-31", 6)
    (day,) = [one for one in month["days"] if one["number"]]
    assert (day["day"], day["number"], len(day["tickets"]), day["outside"]) == ("2026-03-11", 6, 4, False)
    assert [one["outside"] for one in month["days"]][:7] == [True] * 6 + [False]
    week = do("unit", "get", f"{BASE}/due?day=2026-03-13&view=week")
    assert [len(one["tickets"]) for one in week["days"]] == [0, 0, 6, 0, 0, 0, 0]
    assert do("unit", "get", f"{BASE}/due?day=9999-12-31", status=422)["code"] == "input.invalid"
    assert do("unit", "get", f"{BASE}/due?view=year", status=422)


def test_who_has_how_much_in_hand(desk, do):  # noqa: F811
    desk.working()
    rows = do("manager", "get", f"{BASE}/engineers")
    assert {row["username"]: row["load"] for row in rows} == {"engineer": 1, "engineer2": 0, "manager": 0}
    assert do("unit", "get", f"{BASE}/engineers", status=403)


@pytest.mark.parametrize("path", ["board", "wall", "due", "engineers"])
def test_who_has_no_role_finds_nothing(desk, call, path):  # noqa: F811
    assert call("stranger", "get", f"{BASE}/{path}")[0] == 404
    assert (
        call("manager", "get", f"{BASE}/{path}", scopes=("tickets:write",))[1]["code"] == "api.scope_missing"
    )


def test_the_list_narrows_as_on_the_page(desk, do):  # noqa: F811
    first, second = desk.working(title="甲"), desk.report(title="乙", severity="严重故障")
    desk.report("other_unit", item=desk.world.other_item, title="丙")

    def found(who: str, query: str) -> list[str]:
        return [row["title"] for row in do(who, "get", f"{BASE}/tickets?{query}")["items"]]

    assert found("manager", "state=hand") == ["甲"]
    assert found("manager", "severity=严重故障") == ["乙"]
    assert found("manager", "unit=演示民政局") == ["丙"] and found("unit", "unit=演示民政局") == []
    assert found("manager", "sort=title") == sorted(["甲", "乙", "丙"])
    assert found("manager", "due=late") == []
    with desk.later(hours=3):
        assert found("manager", "due=late&sort=-severity") == ["甲", "乙"]
        assert found("manager", "overdue=true&due=running") == []
    assert found("manager", "callback=due") == []
    assert do("engineer", "get", f"{BASE}/tickets?callback=due", status=403)["code"] == "access.denied"
    assert do("manager", "get", f"{BASE}/tickets?sort=secret", status=422)
    assert first.number != second.number
