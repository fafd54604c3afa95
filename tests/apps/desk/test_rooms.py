"""The rooms beside the tickets: who sees them, and that they work from the page."""

from __future__ import annotations

import pytest

from opsledger.apps.desk import services
from opsledger.apps.desk.models import Article, LadderStep, Shift, Swap, Ticket
from opsledger.kernel import clock

BASE = "/c/demo-2026"
SEEN = {
    "board/": {"buyer", "unit", "manager", "engineer", "supervisor", "auditor"},
    "wall/": {"buyer", "manager", "engineer", "supervisor"},
    "changes/": {"buyer", "unit", "manager", "engineer", "supervisor", "auditor"},
    "problems/": {"buyer", "unit", "manager", "engineer", "supervisor", "auditor"},
    "windows/": {"buyer", "unit", "manager", "engineer", "supervisor", "auditor"},
    "plans/change/new/": {"manager", "engineer"},
    "roster/": {"buyer", "manager", "engineer", "supervisor", "auditor"},
    "ladder/": {"buyer", "manager", "engineer", "supervisor", "auditor"},
    "articles/": {"buyer", "unit", "manager", "engineer", "supervisor", "auditor"},
    "articles/new/": {"manager", "engineer"},
    "approvals/": {"buyer", "unit", "supervisor"},
}


@pytest.mark.parametrize("path", SEEN)
def test_who_sees_which_room(desk, path):
    desk.working()
    for who in ("buyer", "unit", "manager", "engineer", "supervisor", "auditor"):
        expected = 200 if who in SEEN[path] else 403
        assert desk.world.client(who).get(f"{BASE}/{path}").status_code == expected, who
    assert desk.world.client("stranger").get(f"{BASE}/{path}").status_code == 404


def test_a_change_is_drafted_planned_and_shown_in_the_calendar(desk):
    engineer = desk.world.client("engineer")
    told = {"item": desk.world.item.pk, "title": "扩容存储", "description": "空间不足"}
    assert engineer.post(f"{BASE}/plans/change/new/", {**told, "title": ""}).status_code == 200
    assert engineer.post(f"{BASE}/plans/change/new/", told).status_code == 302
    ticket = Ticket.objects.get()
    address = f"{BASE}/tickets/{ticket.number}/do/submit/"
    plan = {
        "risk": "低",
        "steps": "加盘",
        "rollback": "下线新盘",
        "tests": "读写",
        "window_begin": "2026-03-14T20:00",
        "window_end": "2026-03-14T22:00",
    }
    back = engineer.post(address, {**plan, "window_end": "2026-03-14T19:00"}).content.decode()
    assert "下线新盘" in back and "计划结束时间" in back
    assert engineer.post(address, plan).status_code == 302
    other = services.report_ticket(
        actor=desk.actor("engineer"), item=desk.world.item, kind="change", title="打补丁", description="x"
    )
    engineer.post(f"{BASE}/tickets/{other.number}/do/submit/", {**plan, "window_begin": "2026-03-14T21:00"})
    shown = desk.world.client("buyer").get(f"{BASE}/windows/?month=2026-03").content.decode()
    assert "扩容存储" in shown and f"与 {other.number} 时间重叠" in shown
    assert desk.world.client("buyer").get(f"{BASE}/windows/?month=nonsense").status_code == 200


def test_the_manager_fills_the_week_and_people_swap(desk):
    day = clock.local(desk.start).date()
    users = desk.world.users
    manager = desk.world.client("manager")
    told = {f"{day}-day": users["engineer"].pk, f"{day}-night": "999"}
    assert manager.post(f"{BASE}/roster/?week={day}", told).status_code == 302
    shift = Shift.objects.get()
    assert (shift.user, shift.part) == (users["engineer"], "day")
    assert desk.world.client("engineer").post(f"{BASE}/roster/?week={day}", told).status_code == 403
    engineer = desk.world.client("engineer")
    asked = {"taker": users["engineer2"].pk, "reason": "外出培训"}
    assert engineer.post(f"{BASE}/roster/shift/{shift.pk}/", asked).status_code == 302
    swap = Swap.objects.get()
    assert engineer.post(f"{BASE}/roster/swap/{swap.pk}/", {"answer": "yes"}).status_code == 400
    other = desk.world.client("engineer2")
    assert other.post(f"{BASE}/roster/swap/{swap.pk}/", {"answer": "yes"}).status_code == 302
    shift.refresh_from_db()
    assert shift.user == users["engineer2"]


def test_the_ladder_is_laid_by_the_manager(desk):
    told = {"metric": "respond", "severity": "", "percent": 50, "to": "buyer", "every_minutes": ""}
    manager = desk.world.client("manager")
    assert "缺省" in manager.get(f"{BASE}/ladder/").content.decode()
    assert manager.post(f"{BASE}/ladder/", {**told, "percent": 150}).status_code == 200
    assert manager.post(f"{BASE}/ladder/", told).status_code == 302
    step = LadderStep.objects.get()
    assert desk.world.client("buyer").post(f"{BASE}/ladder/", told).status_code == 403
    assert manager.post(f"{BASE}/ladder/", {"remove": step.pk}).status_code == 302
    assert not LadderStep.objects.exists()


def test_knowledge_from_a_closed_ticket_helps_the_next_reporter(desk):
    ticket = desk.resolved()
    desk.do(ticket, "confirm", "unit")
    engineer = desk.world.client("engineer")
    form = engineer.get(f"{BASE}/articles/new/?ticket={ticket.number}").content.decode()
    assert "重启服务" in form
    told = {"title": "登录白屏的处理", "symptom": "登录后白屏", "solution": "清理缓存"}
    assert engineer.post(f"{BASE}/articles/new/?ticket={ticket.number}", told).status_code == 302
    article = Article.objects.get()
    unit = desk.world.client("unit")
    assert unit.get(f"{BASE}/articles/{article.pk}/").status_code == 404
    engineer.post(f"{BASE}/articles/{article.pk}/move/", {"to": "review"})
    assert engineer.post(f"{BASE}/articles/{article.pk}/move/", {"to": "published"}).status_code == 403
    desk.world.client("manager").post(f"{BASE}/articles/{article.pk}/move/", {"to": "published"})
    assert "清理缓存" in unit.get(f"{BASE}/articles/{article.pk}/").content.decode()
    assert "登录白屏的处理" in unit.get(f"{BASE}/articles/hints/?title=页面白屏了").content.decode()
    assert "登录白屏的处理" not in unit.get(f"{BASE}/articles/hints/?title=打印机").content.decode()
    unit.post(f"{BASE}/articles/{article.pk}/move/", {"helpful": "1"})
    assert article.votes.get().helpful


def test_consent_is_given_on_the_page(desk):
    ticket = desk.working()
    manager = desk.world.client("manager")
    users = desk.world.users
    told = {"act": "shutdown", "subject": "周六停机", "first": [users["buyer"].pk], "mode": "any"}
    address = f"{BASE}/tickets/{ticket.number}/approval/"
    assert "请至少选择一位批准人" in manager.post(address, {**told, "first": []}).content.decode()
    assert manager.post(address, told).status_code == 302
    buyer = desk.world.client("buyer")
    assert "周六停机" in buyer.get(f"{BASE}/approvals/").content.decode()
    approval = ticket.approvals.get()
    assert (
        desk.world.client("supervisor").post(f"{address}{approval.pk}/", {"answer": "yes"}).status_code == 400
    )
    assert buyer.post(f"{address}{approval.pk}/", {"answer": "yes"}).status_code == 302
    approval.refresh_from_db()
    assert approval.state == "approved"


def test_links_and_call_back_on_the_page(desk):
    first, second = desk.resolved(), desk.report()
    manager = desk.world.client("manager")
    address = f"{BASE}/tickets/{first.number}/"
    wrong = manager.post(f"{address}link/", {"kind": "parent", "other": "2026-99999"}).content.decode()
    assert "2026-99999" in wrong and "找不到编号" in wrong
    assert manager.post(f"{address}link/", {"kind": "parent", "other": second.number}).status_code == 302
    assert second.number in manager.get(address).content.decode()
    assert manager.post(f"{address}callback/", {"reached": "1", "satisfied": "1"}).status_code == 200
    desk.do(first, "confirm", "unit")
    assert manager.post(f"{address}callback/", {"reached": "1", "satisfied": "1"}).status_code == 302
    unit = desk.world.client("unit")
    assert unit.post(f"{address}watch/", {"on": "1"}).status_code == 302
    assert "取消关注" in unit.get(address).content.decode()


def test_the_wall_counts_what_is_late(desk):
    desk.report()
    with desk.later(hours=1) as at:
        services.sweep_due(at)
        shown = desk.world.client("buyer").get(f"{BASE}/wall/").content.decode()
    assert "响应已超时45分钟" in shown
