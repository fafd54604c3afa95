"""The same thing is not entered twice: what the desk sees at the telephone, what a reporter is shown, joining."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.accounts.models import Membership, Notice, User
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.models import Ticket, TicketEvent, Watcher
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError

BASE = "/c/demo-2026"


def body(answer) -> str:
    return answer.content.decode()


def watching(ticket) -> set[str]:
    return set(Watcher.objects.filter(ticket=ticket).values_list("user__username", flat=True))


# -- beside the call ------------------------------------------------------------------------------


def test_the_desk_sees_who_calls_and_what_is_open(desk):
    users = desk.world.users
    User.objects.filter(username="unit").update(phone="138-0000-0001")
    done, slow, white = (
        desk.resolved(title="打印慢"),
        desk.report(title="导出很慢"),
        desk.report(title="登录后白屏"),
    )
    desk.report("other_unit", item=desk.world.other_item, title="登录后白屏")
    manager = desk.world.client("manager")
    told = {"caller": "演示unit", "item": "档案", "title": "登录白屏"}
    answer = manager.get(f"{BASE}/phone/panel/", told)
    around = answer.context["around"]
    assert (around.caller, around.number_open, around.near) == (users["unit"], 2, 1)
    assert list(around.open_now) == [white, slow] and list(around.last) == [white, slow, done]
    shown = body(answer)
    assert "演示档案馆" in shown and "138-0000-0001" in shown and "该系统未办结 2 张" in shown
    # What is done is opened, not joined.
    assert shown.count('name="join"') == 4 and "待确认" in shown
    assert "选好来电人和系统后" in body(
        manager.get(f"{BASE}/phone/panel/", {"caller": "不认识", "item": "平台"})
    )
    assert body(manager.get(f"{BASE}/phone/")).count('data-phone="138-0000-0001"') == 1


@pytest.mark.parametrize("who", ["unit", "other_unit", "buyer", "supervisor", "auditor"])
def test_only_the_desk_stands_at_the_telephone(desk, through, who):
    ticket = desk.report()
    client = desk.world.client(who)
    assert client.get(f"{BASE}/phone/panel/").status_code == 403
    assert client.post(f"{BASE}/phone/", {"join": ticket.number, "caller": "x"}).status_code == 403
    told = {"number": ticket.number, "caller": "演示unit"}
    through(who, "post", "/contracts/demo-2026/calls/join", told, status=403)
    through(who, "get", "/contracts/demo-2026/calls/around", status=403)
    with pytest.raises(DomainError):
        services.join_call(actor=desk.actor(who), ticket=ticket, caller="x")
    assert desk.world.client("stranger").get(f"{BASE}/phone/panel/").status_code == 404


def test_a_call_joins_the_ticket_and_everything_typed_goes_with_it(desk):
    ticket = desk.working()
    engineer = desk.world.client("engineer2")
    told = {
        "join": ticket.number,
        "caller": "演示unit",
        "phone": "138-0000-0001",
        "title": "还是白屏",
        "description": "三楼全部",
        "minutes_ago": "5",
    }
    answer = engineer.post(f"{BASE}/phone/", told, follow=True)
    assert "没有另开工单" in body(answer) and Ticket.objects.count() == 1
    event = TicketEvent.objects.get(action="joined")
    assert event.note == "演示unit来电反映同一情况：\n还是白屏\n三楼全部\n来电号码：138-0000-0001"
    assert (desk.start - event.happened_at).total_seconds() == 300 and event.actor_name == "演示engineer2"
    assert watching(ticket) == {"unit"}
    entry = Entry.objects.get(verb="ticket.joined")
    assert entry.subject_id == str(ticket.pk) and "还是白屏" in entry.changes["note"]
    assert not Entry.objects.filter(verb="ticket.reminded").exists()
    assert (
        Notice.objects.filter(user__username="engineer", title__startswith="又有人反映同一情况").count() == 1
    )
    # The clocks and the page of whoever works on it are as they were.
    before = ticket.version
    ticket.refresh_from_db()
    assert ticket.version == before


def test_it_counts_as_a_reminder_only_when_the_desk_says_so(desk):
    ticket = desk.working()
    manager = desk.world.client("manager")
    manager.post(f"{BASE}/phone/", {"join": ticket.number, "caller": "路人", "remind": "1"})
    event = ticket.events.get(action="remind")
    assert event.note == "路人来电反映同一情况并催办。" and watching(ticket) == set()
    assert Entry.objects.filter(verb="ticket.reminded").count() == 1
    assert not Entry.objects.filter(verb="ticket.joined").exists()


def test_nothing_typed_is_lost_when_joining_is_refused(desk):
    ticket = desk.resolved()
    manager = desk.world.client("manager")
    told = {"caller": "演示unit", "phone": "1", "item": "档案", "title": "又坏了", "join": ticket.number}
    shown = body(manager.post(f"{BASE}/phone/", told))
    assert "现在是“待确认”" in shown and "又坏了" in shown and 'value="档案"' in shown
    for number in ("2026-99999", "\x00", "😀", "x" * 500):
        shown = body(manager.post(f"{BASE}/phone/", {**told, "join": number}))
        assert "找不到编号" in shown and "又坏了" in shown
    shown = body(manager.post(f"{BASE}/phone/", {**told, "caller": ""}))
    assert "又坏了" in shown and "is-invalid" in shown
    assert "又坏了" in body(manager.post(f"{BASE}/phone/", {**told, "join": "", "look": "1"}))
    assert Ticket.objects.count() == 1 and not TicketEvent.objects.filter(action="joined").exists()


def test_a_caller_of_another_unit_follows_nothing_and_is_named_to_nobody(desk):
    ticket = desk.report()
    manager = desk.world.client("manager")
    said = manager.post(f"{BASE}/phone/", {"join": ticket.number, "caller": "演示other_unit"}, follow=True)
    assert "仅服务商内部可见" in body(said)
    assert watching(ticket) == set() and ticket.events.get(action="joined").private
    shown = body(desk.world.client("unit").get(f"{BASE}/tickets/{ticket.number}/"))
    assert "other_unit" not in shown
    assert Entry.objects.get(verb="ticket.joined").changes == {"private": True}
    assert not Notice.objects.filter(user__username__in=["unit", "other_unit"]).exists()


def test_of_two_with_one_name_the_telephone_tells(desk):
    first = desk.world.users["unit"]
    User.objects.filter(pk=first.pk).update(phone="1")
    second = User.objects.create(username="second", full_name="演示unit", phone="2")
    role = {"role": "unit", "organisation": desk.world.item.unit}
    Membership.objects.create(user=second, contract=desk.world.contract, **role)
    manager = desk.world.client("manager")
    shown = manager.get(f"{BASE}/phone/panel/", {"caller": "演示unit"})
    assert shown.context["around"].caller is None and "有 2 位同名" in body(shown)
    told = {"caller": "演示unit", "item": "档案", "severity": "一般故障", "title": "打不开"}
    manager.post(f"{BASE}/phone/", told)
    assert Ticket.objects.get().reporter is None
    assert (
        manager.get(f"{BASE}/phone/panel/", {"caller": "演示unit", "phone": "2"}).context["around"].caller
        == second
    )
    manager.post(f"{BASE}/phone/", {**told, "phone": "2"})
    assert Ticket.objects.first().reporter == second


@pytest.mark.parametrize(
    "path", ["phone/panel/?caller=演示unit&item=档案&title=登录", "report/alike/?item={item}&title=登录"]
)
def test_what_is_shown_costs_the_same_however_much_is_open(desk, path):
    client = desk.world.client("manager")
    path = f"{BASE}/{path.format(item=desk.world.item.pk)}"

    def cost() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    desk.report(title="登录慢")
    few = cost()
    for number in range(8):
        desk.report(title=f"登录白屏{number}")
    assert cost() == few <= 11


# -- while a report is typed ----------------------------------------------------------------------


def alike(desk, who, **told):
    answer = desk.world.client(who).get(f"{BASE}/report/alike/", told)
    assert answer.status_code == 200
    return [row.number for row in answer.context["rows"]]


def test_a_unit_is_shown_its_own_open_reports_that_are_alike(desk):
    own, item = desk.report(title="登录后白屏"), desk.world.item.pk
    desk.resolved(title="登录后白屏")
    desk.report(title="打印机卡纸")
    other = desk.report("other_unit", item=desk.world.other_item, title="登录后白屏")
    for who in ("unit", "manager", "buyer", "supervisor"):
        assert alike(desk, who, item=item, title="登录白屏") == [own.number]
    assert alike(desk, "unit", item=desk.world.other_item.pk, title="登录白屏") == []
    assert alike(desk, "other_unit", item=item, title="登录白屏") == []
    assert alike(desk, "buyer", item=f"{desk.world.other_item.pk}|硬件", title="登录白屏") == [other.number]
    for told in (
        {},
        {"item": "x", "title": "登录"},
        {"item": item, "title": "登"},
        {"item": item, "title": "\x00"},
    ):
        assert alike(desk, "unit", **told) == []
    assert desk.world.client("auditor").get(f"{BASE}/report/alike/").status_code == 403


def test_i_have_it_too(desk):
    ticket = desk.working()
    colleague = User.objects.create(username="colleague", full_name="演示同事", phone="139-0000-0000")
    role = {"role": "unit", "organisation": desk.world.item.unit}
    Membership.objects.create(user=colleague, contract=desk.world.contract, **role)
    desk.world.users["colleague"] = colleague
    client = desk.world.client("colleague")
    shown = body(client.get(f"{BASE}/report/alike/", {"item": desk.world.item.pk, "title": "白屏"}))
    assert "可能已有人报过" in shown and "我也遇到了" in shown
    told = {"join": ticket.number, "title": "白屏", "description": "二楼也是", "phone": "139-0000-0000"}
    for _ in range(2):
        answer = client.post(f"{BASE}/report/?kind=incident", told, follow=True)
        assert "没有另开工单" in body(answer)
    event = ticket.events.get(action="joined")
    assert event.note == "演示同事也遇到了同一情况：\n白屏\n二楼也是" and watching(ticket) == {"colleague"}
    assert Ticket.objects.count() == 1
    # Those who have it are told; who joined is told from now on.
    told_of = Notice.objects.filter(title__startswith="又有人反映同一情况").values_list(
        "user__username", flat=True
    )
    assert set(told_of) == {"engineer", "unit"}
    desk.do(ticket, "add_note", "engineer", note="已定位")
    assert Notice.objects.filter(user=colleague).count() == 1


def test_what_is_done_or_not_ones_own_is_not_joined(desk):
    ticket = desk.resolved()
    unit = desk.world.client("unit")
    told = {"join": ticket.number, "title": "又白屏了", "item": desk.world.item.pk}
    shown = body(unit.post(f"{BASE}/report/", told))
    assert "另行登记" in shown and "又白屏了" in shown
    open_one = desk.report()
    told |= {"join": open_one.number, "item": desk.world.other_item.pk}
    shown = body(desk.world.client("other_unit").post(f"{BASE}/report/", told))
    assert "找不到编号" in shown
    with pytest.raises(DomainError, match=r"ticket\.no_right_to_attach"):
        services.me_too(actor=desk.actor("other_unit"), ticket=open_one)
    with pytest.raises(DomainError, match=r"ticket\.no_right_to_attach"):
        services.me_too(actor=desk.actor("auditor"), ticket=open_one)
    assert Watcher.objects.count() == 0


def test_who_resolves_first_wins(desk):
    """One reads the ticket as open, another resolves it: the first is told so, nothing is written."""
    ticket = desk.working()
    stale = selectors.ticket_for(desk.actor("unit"), desk.world.contract, ticket.number)
    desk.do(ticket, "resolve", "engineer", cause="缓存", solution="重启")
    with pytest.raises(DomainError, match=r"ticket\.join_closed"):
        services.me_too(actor=desk.actor("unit"), ticket=stale)
    with pytest.raises(DomainError, match=r"ticket\.join_closed"):
        services.join_call(actor=desk.actor("manager"), ticket=stale, caller="演示unit")
    assert Watcher.objects.count() == 0 and not TicketEvent.objects.filter(action="joined").exists()


def test_enter_sends_the_report_and_joins_nothing(desk):
    """The first button of a form is what Enter presses."""
    desk.report()
    for path in ("report/", "phone/"):
        shown = body(desk.world.client("manager").get(f"{BASE}/{path}"))
        first = shown[shown.index('form="report-form"') :]
        assert "提交</button>" in first[:80]


# -- for programs ---------------------------------------------------------------------------------


def test_programs_do_the_same(desk, through):
    ticket = desk.report()
    base = "/contracts/demo-2026"
    rows = through("unit", "get", f"{base}/alike?item=01&title=登录白屏")
    assert [row["number"] for row in rows] == [ticket.number]
    through("other_unit", "get", f"{base}/alike?item=01&title=登录白屏", status=404)
    told = through("unit", "post", f"{base}/tickets/{ticket.number}/join", {"title": "也是"}, status=201)
    assert told["events"][-1]["word"] == "反映同一情况"
    through("other_unit", "post", f"{base}/tickets/{ticket.number}/join", {}, status=404)
    around = through("engineer", "get", f"{base}/calls/around?caller=演示unit&item=档案&title=白屏")
    assert around["caller"]["username"] == "unit" and around["open_number"] == around["near"] == 1
    call = {"number": ticket.number, "caller": "演示unit", "remind": True}
    headers = {"HTTP_IDEMPOTENCY_KEY": "call-1"}
    for _ in range(2):
        told = through("engineer", "post", f"{base}/calls/join", call, status=201, **headers)
    assert [event["action"] for event in told["events"]].count("remind") == 1
    through("engineer", "post", f"{base}/calls/join", {**call, "number": "2026-99999"}, status=409)
