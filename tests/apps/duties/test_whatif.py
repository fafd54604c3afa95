"""The forecast with an addition: weeks with holidays, whole term, items like ours or of another pack."""

from __future__ import annotations

from datetime import date

import pytest

from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.workload import Week, compare, short_weeks, weeks
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel.access import SYSTEM

TODAY = date(2026, 3, 11)
BASE = "/c/demo-2026/workload/"


def test_a_week_with_a_holiday_needs_more_people():
    # 72 hours: two people in a week of five days (36 hours each), four in one of three (21.6 hours each).
    assert Week(TODAY, 1, 72 * 60, 5).people == 2
    assert Week(TODAY, 1, 72 * 60, 3).people == 4
    assert Week(TODAY, 1, 60, 0).people == 1


def test_the_weeks_know_their_working_days():
    monday = date(2026, 3, 9)
    (week,) = weeks([(monday, monday, "a")], {"a": 60}, lambda day: day.weekday() < 3)
    assert week.days == 3
    assert short_weeks([week, Week(TODAY, 1, 73 * 60)], 2) == [Week(TODAY, 1, 73 * 60)]


def test_with_and_without_stand_side_by_side():
    one, two, three = date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)
    found = compare(
        [Week(one, 1, 60), Week(two, 1, 60)], [Week(one, 1, 60), Week(two, 2, 150), Week(three, 1, 30)]
    )
    assert [(row.monday, row.more) for row in found] == [(one, 0), (two, 2), (three, 1)]
    assert found[2].before is None


@pytest.fixture
def planned(world, make_obligation, at):
    make_obligation()
    make_obligation(kind="deliverable", data={"name": "月报", "cadence": "month"}, item=world.item)
    make_obligation(data={"activity": "backup", "period": "unspecified"}, activity="backup", status="gap")
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    return world


def test_a_system_like_ours_brings_what_ours_has(planned):
    found = selectors.like_item(planned.contract, planned.item, since=TODAY, times=3)
    # From March on ten months of a round and of a report, three times; the backup is not settled.
    assert len(found.tasks) == 3 * 20 and found.uncounted == 1
    before = selectors.forecast(planned.contract, since=TODAY)
    after = selectors.forecast(planned.contract, since=TODAY, added=found.tasks)
    assert sum(w.tasks for w in after) - sum(w.tasks for w in before) == 60
    assert sum(w.minutes for w in after) > sum(w.minutes for w in before)


def test_an_item_of_another_pack(planned):
    found = selectors.like_pack_item(planned.contract, "guangdong-2024", "4.1.2.1", since=date(2026, 12, 1))
    days = {activity for _, _, activity in found.tasks}
    # Daily maintenance on the 23 working days of December, weekly monitoring in its five weeks.
    assert len(found.tasks) == 23 + 5 and len(days) >= 1
    assert selectors.like_pack_item(planned.contract, "guangdong-2024", "99", since=TODAY) is None
    assert selectors.like_pack_item(planned.contract, "../etc", "1", since=TODAY) is None


def test_one_activity_so_many_times(planned):
    found = selectors.one_activity(
        planned.contract, "vuln_scan", "漏洞扫描", count=1, period="quarter", since=TODAY, times=5
    )
    assert len(found.tasks) == 5 * 4 and found.title == "每季度1次漏洞扫描，5个系统"


def test_the_whole_term_counts_what_is_done_as_well(planned):
    rest = selectors.forecast(planned.contract, since=TODAY)
    whole = selectors.forecast(planned.contract, since=None)
    assert sum(w.tasks for w in whole) == 24 and sum(w.tasks for w in rest) == 20


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?add=item&item=01&times=2", "相同的系统2个"),
        ("?add=pack&pack=guangdong-2024&no=4.1.2.1&times=1", "4.1.2.1"),
        ("?add=act&activity=vuln_scan&period=quarter&count=1&times=5", "每季度1次"),
        ("?add=item", "请选择本合同服务项"),
        ("?add=pack&pack=guangdong-2024", "请选择包中的服务项"),
        ("?add=item&item=01&times=999", "最多50个"),
        ("?add=act&activity=vuln_scan&period=month&count=x", "次数应为整数"),
        ("?add=zz", "如果增加"),
        ("?span=term&mine=1", "整个服务期"),
    ],
)
def test_the_question_in_the_browser(planned, query, words):
    answer = planned.client("manager").get(BASE + query)
    assert answer.status_code == 200 and words in answer.content.decode()


# -- the contract's own times ---------------------------------------------------------------------------


def own(world, minutes, who="manager", **said):
    told = {"activity": "inspection", "basis": "both", "note": "会议纪要第3条", **said}
    return services.set_minutes(actor=world.actor(who), contract=world.contract, minutes=minutes, **told)


def hours(world) -> int:
    return sum(week.minutes for week in selectors.forecast(world.contract, since=None))


def test_a_time_set_by_the_contract_goes_before_what_was_learned(world, make_obligation, at):
    make_obligation()
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    (activity,) = selectors.minutes_by_activity(world.contract)
    own(world, 600, activity=activity)
    found = selectors.minutes_by_activity(world.contract)[activity]
    assert (found.minutes, found.source) == (600, "双方约定")
    # Twelve months of one task each.
    assert abs(hours(world) - 12 * 600) <= 60
    entry = Entry.objects.filter(verb="contract.changed").latest("pk")
    assert entry.changes["workload.minutes"] == {"from": "按检查学习", "to": 600}
    own(world, None, activity=activity)
    assert selectors.minutes_by_activity(world.contract)[activity].source == "检查表或常用值"


def test_who_may_set_times_and_which(world, at):
    for who in ("buyer", "engineer", "supervisor", "auditor", "unit"):
        with pytest.raises(DomainError, match=r"access\.denied"):
            own(world, 60, who)
    for minutes, code in [(0, "bad_minutes"), (-5, "bad_minutes"), (9601, "bad_minutes")]:
        with pytest.raises(DomainError, match=code):
            own(world, minutes)
    with pytest.raises(DomainError, match="reason_needed"):
        own(world, 60, note=" ")
    assert "workload" not in world.contract.settings


def test_times_are_set_in_the_browser(planned):
    (activity, *_) = [key for key in selectors.minutes_by_activity(planned.contract) if key]
    told = {"activity": activity, "minutes": "95", "basis": "manager", "reason": "按去年工时"}
    manager = planned.client("manager")
    assert "设定某项活动的用时" in manager.get(BASE).content.decode()
    bad = manager.post(BASE, {**told, "minutes": "一小时"})
    assert (
        bad.status_code == 200 and "应为整数" in bad.content.decode() and "按去年工时" in bad.content.decode()
    )
    assert "应为1至9600分钟" in manager.post(BASE, {**told, "minutes": "99999"}).content.decode()
    assert manager.post(BASE, {**told, "activity": "zz"}).status_code == 200
    shown = manager.post(BASE, told, follow=True).content.decode()
    assert "项目经理设定" in shown and "95" in shown
    engineer = planned.client("engineer")
    assert "设定某项活动的用时" not in engineer.get(BASE).content.decode()
    engineer.post(BASE, {**told, "minutes": "5"})
    planned.contract.refresh_from_db()
    assert planned.contract.settings["workload"][activity]["minutes"] == 95
