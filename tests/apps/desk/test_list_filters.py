"""What the list of tickets can be narrowed by: days of the report, who has it, where it came from."""

from __future__ import annotations

import pytest


@pytest.fixture
def shown(desk):
    def ask(query, who="manager"):
        page = desk.world.client(who).get(f"/c/demo-2026/tickets/?{query}")
        assert page.status_code == 200
        return sorted(row.number[-1] for row in page.context["table"].page.object_list)

    return ask


def test_the_days_of_the_report_are_those_of_the_place(desk, shown):
    desk.report()  # Wednesday 11 March, 10:00 in Beijing
    with desk.later(hours=13, minutes=59, seconds=59):
        desk.report()  # 23:59:59 the same day there, 15:59:59 in UTC
    with desk.later(hours=14):
        desk.report()  # midnight there: the 12th
    assert shown("reported_from=2026-03-11&reported_to=2026-03-11") == ["1", "2"]
    assert shown("reported_from=2026-03-12") == ["3"]
    assert shown("reported_to=2026-03-11") == ["1", "2"]
    # What is no day is as if it were not asked.
    assert shown("reported_from=yesterday&reported_to=9999-99-99") == ["1", "2", "3"]


def test_by_who_has_it_line_source_and_fault(desk, shown):
    users = desk.world.users
    desk.report()
    desk.working(title="打印机卡纸")
    desk.do(desk.working(source="phone"), "resolve", "engineer", cause="老化", solution="更换", fault="硬件")
    desk.do(desk.report(), "escalate", "manager", note="一线处理不了")
    assert shown("assignee=none") == ["1", "4"]
    assert shown(f"assignee={users['engineer'].pk}") == ["2", "3"]
    assert shown("source=phone") == ["3"]
    assert shown("fault=硬件") == ["3"]
    assert shown("line=2") == ["4"]
    assert shown(f"assignee={users['engineer'].pk}&source=portal&line=1") == ["2"]


def test_rare_conditions_are_seen_when_they_are_chosen(desk):
    client = desk.world.client("manager")
    desk.report()
    plain = client.get("/c/demo-2026/tickets/").content.decode()
    assert 'class="table-more collapse"' in plain and "更多条件" in plain
    chosen = client.get("/c/demo-2026/tickets/?source=portal").content.decode()
    assert 'class="table-more collapse show"' in chosen
    assert 'value="2026-03-11"' in client.get("/c/demo-2026/tickets/?reported_to=2026-03-11").content.decode()


def test_a_unit_is_not_told_who_works_for_the_provider(desk):
    page = desk.world.client("unit").get("/c/demo-2026/tickets/").content.decode()
    assert 'name="assignee"' not in page and 'name="source"' in page
