"""From obligations to due windows: what is planned, what stays, what goes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.contracts.models import Obligation, ServiceItem, Term
from opsledger.apps.contracts.services import agree_frequency
from opsledger.apps.duties import services
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.ledger.models import Entry
from opsledger.kernel.access import SYSTEM


def _plan(world):
    return services.plan_contract(actor=SYSTEM, contract=world.contract)


def test_a_monthly_duty_gives_twelve_windows_and_keeps_its_rule(world, make_obligation):
    obligation = make_obligation()
    counts = _plan(world)
    assert counts == {"任务": 12, "新增": 12, "调整": 0, "删除": 0, "取消": 0, "待约定": 0}
    rows = list(Occurrence.objects.order_by("due_at"))
    assert [row.window_id for row in rows] == [f"2026-{month:02d}#1" for month in range(1, 13)]
    # 31 January 2026 is a Saturday: the due day goes back to Friday the 30th, 24:00 written 23:59:59.
    assert rows[0].due_at == datetime(2026, 1, 30, 15, 59, 59, tzinfo=UTC)
    assert rows[0].opens_on == date(2026, 1, 1) and rows[0].closes_on == date(2026, 1, 31)
    assert rows[0].due_month == date(2026, 1, 1)
    assert "移至1月30日" in rows[0].rule
    obligation.refresh_from_db()
    assert obligation.rule_text.startswith("每月1次") and "共12次" in obligation.rule_text


def test_planning_again_changes_nothing_and_writes_one_entry(world, make_obligation):
    make_obligation()
    _plan(world)
    before = list(Occurrence.objects.values_list("pk", "window_id", "due_at"))
    assert _plan(world)["新增"] == 0
    assert list(Occurrence.objects.values_list("pk", "window_id", "due_at")) == before
    assert Entry.objects.filter(verb="contract.planned").count() == 1


AWARD = [{"event": "award", "side": "after", "value": 1, "unit": "week"}]


@pytest.mark.parametrize(
    ("data", "count"),
    [
        ({"count": 1, "period": "workday"}, 248),  # working days of 2026 by the State Council's notice
        ({"count": 1, "period": "day"}, 248),  # daily duties fall on working days ...
        ({"count": 1, "period": "day", "window": "7x24"}, 365),  # ... unless their window runs all week
        ({"count": 4, "period": "year"}, 4),
        ({"count": 1, "period": "quarter"}, 4),
        ({"count": 1, "period": "halfyear"}, 2),
        ({"count": 1, "period": "term"}, 1),
        ({"count": 1, "period": "year", "months": [5, 12]}, 2),
        ({"period": "continuous"}, 0),
        ({"period": "unspecified"}, 0),
        ({"period": "event", "anchors": [{"event": "demand", "side": "after"}]}, 0),
        ({"period": "event", "anchors": AWARD}, 1),
    ],
)
def test_how_many_windows_a_frequency_gives(world, make_obligation, data, count):
    world.contract.windows = {"7x24": {"name": "7×24", "hours": "7x24"}}
    world.contract.save()
    obligation = make_obligation(data={"activity": "inspection", "every": 1, **data})
    obligation.window = data.get("window", "")
    obligation.save()
    assert _plan(world)["任务"] == count


def test_deliverables_and_licence_renewals_are_planned_too(world, make_obligation):
    make_obligation(kind="deliverable", data={"name": "月报", "cadence": "month"})
    licence = make_obligation(kind="licence", data={"product": "防火墙授权", "end": "2026-06-30"})
    assert _plan(world)["任务"] == 13
    row = Occurrence.objects.get(obligation=licence)
    assert row.closes_on == date(2026, 6, 30) and row.opens_on == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("anchor", "opens", "closes", "told"),
    [
        (AWARD[0], date(2026, 1, 1), date(2026, 1, 8), "中标通知书发出后1周内1次"),
        # 1 January is off and 4 January works: 4, 5 and 6 January.
        (
            {"event": "start", "value": 3, "unit": "workday"},
            *(date(2026, 1, 1), date(2026, 1, 6), "服务开始后3个工作日内1次"),
        ),
        (
            {"event": "start", "value": 6, "unit": "month"},
            date(2026, 1, 1),
            date(2026, 7, 1),
            "服务开始后6个月内1次",
        ),
        (
            {"event": "start", "value": 36, "unit": "hour"},
            date(2026, 1, 1),
            date(2026, 1, 3),
            "服务开始后2天内1次",
        ),
        (
            {"event": "term_end", "side": "before", "value": 1, "unit": "month"},
            *(date(2026, 11, 30), date(2026, 12, 30), "服务期满前1个月内1次"),
        ),
        (
            {"event": "signing"},
            date(2026, 1, 1),
            date(2026, 1, 16),
            "（合同未写天数，暂按15天；日期暂按服务开始日推算）",
        ),
    ],
)
def test_the_event_is_named_and_its_distance_kept_in_the_contracts_unit(
    world, make_obligation, anchor, opens, closes, told
):
    data = {"activity": "inspection", "period": "event", "anchors": [{"side": "after", **anchor}]}
    obligation = make_obligation(data=data)
    assert _plan(world)["任务"] == 1
    row = Occurrence.objects.get(obligation=obligation)
    assert (row.opens_on, row.closes_on) == (opens, closes)
    obligation.refresh_from_db()
    assert told in obligation.rule_text and "共1次" not in obligation.rule_text


def test_sentences_kept_from_before_are_put_right_by_planning_again(world, make_obligation):
    obligation = make_obligation(data={"activity": "inspection", "period": "event", "anchors": AWARD})
    _plan(world)
    Occurrence.objects.update(rule="每次保障事件前15天内1次。")
    Obligation.objects.update(rule_text="事件发生后7天内1次，共1次")
    assert _plan(world)["调整"] == 1
    obligation.refresh_from_db()
    assert obligation.rule_text.startswith("中标通知书发出后1周内1次")
    assert Occurrence.objects.get().rule.startswith("中标通知书发出后1周内1次")


def test_a_gap_gets_windows_once_the_parties_have_agreed(world, make_obligation):
    data = {"key": "gap", "item": "01", "activity": "inspection", "period": "unspecified"}
    gap = make_obligation(data=data, status="gap")
    assert _plan(world)["待约定"] == 1
    assert not Occurrence.objects.exists()
    agree_frequency(
        actor=world.actor("manager"), obligation=gap, count=1, period="quarter", note="3月例会纪要"
    )
    assert Occurrence.objects.filter(obligation=gap).count() == 4  # planned by the subscription
    gap.refresh_from_db()
    assert "双方约定：3月例会纪要" in gap.rule_text


def test_what_was_done_or_missed_survives_another_frequency(world, make_obligation, at):
    obligation = make_obligation()
    _plan(world)
    services.open_due(at)
    services.stamp_missed(at)  # January and February are past
    march = Occurrence.objects.get(window_id="2026-03#1")
    services.submit_occurrence(
        actor=world.actor("engineer"), occurrence=march, submission=services.Submission("已巡检")
    )
    obligation.agreed = {"count": 1, "period": "halfyear", "note": "补充协议"}
    obligation.save()
    counts = _plan(world)
    assert counts["新增"] == 2 and counts["删除"] == 9  # April to December had not begun
    kept = set(Occurrence.objects.values_list("window_id", "state"))
    assert ("2026-03#1", "submitted") in kept
    missed = Occurrence.objects.filter(missed_at__isnull=False).values_list("window_id", flat=True)
    assert set(missed) == {"2026-01#1", "2026-02#1"}


def test_a_window_that_has_begun_is_cancelled_not_lost(world, make_obligation, at):
    obligation = make_obligation()
    _plan(world)
    services.open_due(at)
    Obligation.objects.filter(pk=obligation.pk).update(status="ended")
    counts = _plan(world)
    assert counts["取消"] >= 1
    assert Occurrence.objects.get(window_id="2026-03#1").state == "cancelled"
    Obligation.objects.filter(pk=obligation.pk).update(status="active")
    _plan(world)
    revived = Occurrence.objects.get(window_id="2026-03#1")
    assert revived.state == "planned" and revived.next_at is not None


def _thousand(world) -> None:
    year = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    items = ServiceItem.objects.bulk_create(
        ServiceItem(contract=world.contract, no=f"{n:04d}", position=n, name=f"系统{n}", **year)
        for n in range(100, 1100)
    )
    data = {"activity": "inspection", "count": 1, "period": "month", "every": 1}
    shared = {"contract": world.contract, "kind": "duty"}
    terms = Term.objects.bulk_create(
        Term(item=item, key=f"k{item.no}", data=data, clause="c", summary="每月巡检", **shared)
        for item in items
    )
    Obligation.objects.bulk_create(
        Obligation(item=item, term=term, activity="inspection", title="每月巡检", **shared, **year)
        for item, term in zip(items, terms, strict=True)
    )


def test_planning_reads_no_more_often_for_a_thousand_items(world):
    """The seconds stand in bench/; what must not grow with the rows is the number of reads."""
    _thousand(world)
    with CaptureQueriesContext(connection) as seen:
        counts = _plan(world)
    assert counts["新增"] == 12_000
    assert sum(one["sql"].startswith("SELECT") for one in seen.captured_queries) <= 12
