"""Major incidents: children hung on a parent, made, told and resolved with it; a unit learns nothing of another's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.accounts.models import Notice
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.models import Ticket, TicketLink
from opsledger.apps.desk.services import bulk, linking
from opsledger.apps.desk.services.bulk import Order, run_bulk
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel import events

BASE = "/c/demo-2026"
SECRET = "核心交换机故障"  # the parent's title, which no other unit may read


@pytest.fixture
def parent(desk) -> Ticket:
    return desk.working(title=SECRET)


def hang(desk, parent, *children, who="manager"):
    for child in children:
        services.link(actor=desk.actor(who), ticket=child, other=parent, kind="parent")


def foreign(desk, **told) -> Ticket:
    """A report of the other unit."""
    return desk.report("other_unit", item=desk.world.other_item, title="养老平台打不开", **told)


def page_of(desk, who, ticket, more="") -> str:
    answer = desk.world.client(who).get(f"{BASE}/tickets/{ticket.number}/{more}")
    assert answer.status_code == 200
    return answer.content.decode()


def states(*tickets) -> list[str]:
    return [Ticket.objects.get(pk=one.pk).state for one in tickets]


# -- hanging --------------------------------------------------------------------------------------


def test_a_ticket_has_one_parent(desk, parent):
    child, second = desk.report(), desk.report(title="另一张主工单")
    hang(desk, parent, child, child)
    assert TicketLink.objects.filter(kind="parent").count() == 1
    with pytest.raises(DomainError, match=r"ticket\.has_parent"):
        hang(desk, second, child)
    with pytest.raises(DomainError, match=r"ticket\.link_circle"):
        hang(desk, child, parent)
    # Whoever asked before the other wrote is stopped by the database itself.
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        TicketLink.objects.create(ticket=child, other=second, kind="parent", created_at=desk.start)


def test_in_bulk_the_preview_tells_the_truth(desk, parent, monkeypatch):
    """Three tickets, room for two: the preview says so, takes all back, and the act does the same."""
    monkeypatch.setattr(linking, "MAX_CHILDREN", 2)
    rows = [desk.report(title=f"报修{number}") for number in range(3)]
    manager = desk.world.client("manager")
    told = {"number": [one.number for one in [*rows, parent]], "act": "parent", "words": parent.number}
    shown = manager.post(f"{BASE}/bulk/", told).content.decode()
    assert "预览：2 张可以办理，共 4 张" in shown and "最多挂 2 张" in shown and "不能与自身关联" in shown
    assert f'主工单：<a href="{BASE}/tickets/{parent.number}/"' in shown
    assert TicketLink.objects.count() == 0 and not Entry.objects.filter(verb="ticket.linked").exists()
    manager.post(f"{BASE}/bulk/", {**told, "go": "1"})
    assert TicketLink.objects.filter(other=parent, kind="parent").count() == 2
    assert Entry.objects.filter(verb="ticket.linked").count() == 2
    shown = manager.post(f"{BASE}/bulk/", {**told, "words": "2026-99999"}).content.decode()
    assert "找不到编号为“2026-99999”" in shown


@pytest.mark.parametrize(
    ("who", "done"), [("manager", True), ("engineer", True), ("buyer", True), ("unit", False)]
)
def test_who_may_hang_tickets(desk, parent, who, done):
    child = desk.report()
    seen = selectors.tickets_for(desk.actor(who), desk.world.contract).filter(pk=child.pk)
    order = Order("parent", words=parent.number, parent=parent)
    outcomes = run_bulk(actor=desk.actor(who), tickets=seen, order=order, preview=False)
    assert [one.done for one in outcomes] == [done]
    offered = "挂到主工单" in desk.world.client(who).get(f"{BASE}/tickets/").content.decode()
    assert offered is done


def test_the_list_shows_and_filters_by_the_parent(desk, parent):
    own, other = desk.report(), foreign(desk)
    hang(desk, parent, own, other)
    manager, unit, stranger = (desk.world.client(who) for who in ("manager", "unit", "other_unit"))
    for client in (manager, unit, stranger):
        client.post(f"{BASE}/columns/", {"column": ["title", "parent"]})
    found = manager.get(f"{BASE}/tickets/?parent={parent.number}").context["table"].page
    assert {one.number for one in found} == {own.number, other.number}
    assert manager.get(f"{BASE}/tickets/").content.decode().count(f">{parent.number}</a>") == 3
    # The other unit neither reads the number of a ticket that is not its own nor may try numbers out.
    assert parent.number not in stranger.get(f"{BASE}/tickets/").content.decode()
    assert not list(stranger.get(f"{BASE}/tickets/?parent={parent.number}").context["table"].page)
    assert [
        one.number for one in unit.get(f"{BASE}/tickets/?parent={parent.number}").context["table"].page
    ] == [own.number]
    assert SECRET in manager.get(f"{BASE}/parents/?parent=交换机").content.decode()
    assert "option" not in stranger.get(f"{BASE}/parents/?parent=交换机").content.decode()
    assert manager.get(f"{BASE}/tickets/?export=xlsx").status_code == 200


def test_the_column_costs_no_query(desk, parent):
    client = desk.world.client("manager")

    def cost() -> int:
        client.get(f"{BASE}/tickets/")
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"{BASE}/tickets/").status_code == 200
        return len(caught)

    before = cost()
    client.post(f"{BASE}/columns/", {"column": ["title", "parent"]})
    hang(desk, parent, *[desk.report(title=f"报修{number}") for number in range(6)])
    assert cost() <= before


def test_another_unit_never_learns_on_which_ticket_its_own_hangs(desk, parent):
    child = foreign(desk)
    hang(desk, parent, child)
    assert parent.number in page_of(desk, "manager", child) and parent.number not in page_of(
        desk, "other_unit", child
    )
    made = TicketLink.objects.get()
    services.unlink(actor=desk.actor("manager"), ticket=child, link_id=made.pk)
    assert "取消关联" not in page_of(desk, "other_unit", child)
    entries = Entry.objects.filter(subject_id=str(child.pk), verb__in=["ticket.linked", "ticket.unlinked"])
    assert [entry.unit_id for entry in entries] == [None, None]
    found = desk.world.client("other_unit").get(f"{BASE}/tickets/?q={parent.number}").context["table"]
    assert not list(found.page)


# -- the overview ---------------------------------------------------------------------------------


def test_the_parent_shows_its_children_and_a_unit_only_its_own(desk, parent):
    done, waiting, other = desk.resolved(title="甲"), desk.report(title="乙"), foreign(desk)
    hang(desk, parent, done, waiting, other)
    shown = page_of(desk, "manager", parent)
    assert "2 张未办结，共 3 张" in shown and "新建子工单" in shown
    shown = page_of(desk, "unit", parent)
    assert "1 张未办结，共 2 张" in shown and other.number not in shown and "新建子工单" not in shown
    for who in ("unit", "buyer", "supervisor", "auditor"):
        shown = page_of(desk, who, parent, "children/")
        assert (other.number in shown) is (who != "unit") and "一并办结" not in shown
    # From the child one goes to the parent, where one may see it.
    assert SECRET in page_of(desk, "unit", waiting) and SECRET not in page_of(desk, "other_unit", other)
    assert desk.world.client("other_unit").get(f"{BASE}/tickets/{parent.number}/children/").status_code == 404


def test_two_hundred_children_cost_the_page_no_query(desk, parent):
    client = desk.world.client("manager")

    def cost(path) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    paths = [f"{BASE}/tickets/{parent.number}/", f"{BASE}/tickets/{parent.number}/children/"]
    hang(desk, parent, desk.report())
    few = [cost(path) for path in paths]
    hang(desk, parent, *[desk.report(title=f"报修{number}") for number in range(10)])
    assert [cost(path) for path in paths] == few and few[0] <= 16


# -- a note to all --------------------------------------------------------------------------------


def test_a_note_is_told_to_every_open_child(desk, parent):
    own, other, done = desk.report(title="甲"), foreign(desk), desk.resolved(title="丙")
    hang(desk, parent, own, other, done)
    address = f"{BASE}/tickets/{parent.number}/note/"
    engineer = desk.world.client("engineer2")
    assert "同时告知 2 张子工单的报修人" in page_of(desk, "engineer", parent)
    assert "同时告知" not in page_of(desk, "unit", parent) + page_of(desk, "buyer", parent)
    told = {"note": "备机已启用，预计 11 点恢复", "to_children": "on"}
    assert "已告知 2 张子工单" in engineer.post(address, told, follow=True).content.decode()
    assert own.events.get(action="update").note == f"主工单{parent.number}的进展：备机已启用，预计 11 点恢复"
    assert other.events.get(action="update").note == "处理进展：备机已启用，预计 11 点恢复"
    assert not done.events.filter(action="update").exists()
    shown = page_of(desk, "other_unit", other)
    assert "备机已启用" in shown and parent.number not in shown and SECRET not in shown
    # The reporter is told, on the child's own entry; the parent's own unit does not learn how many there are.
    assert Notice.objects.filter(user__username="other_unit", title__startswith="处理有新进展").count() == 1
    assert Entry.objects.filter(verb="ticket.update_told").count() == 2
    entry = Entry.objects.get(verb="ticket.children_told")
    assert entry.changes == {"children": 2} and entry.unit_id is None
    assert "已告知 2 张" in page_of(desk, "manager", parent)
    assert "已告知 2 张" not in page_of(desk, "unit", parent)


def test_what_is_private_or_empty_is_told_to_nobody(desk, parent):
    child = desk.report()
    hang(desk, parent, child)
    address = f"{BASE}/tickets/{parent.number}/note/"
    manager = desk.world.client("manager")
    told = {"note": "怀疑被攻击", "private": "on", "to_children": "on"}
    shown = manager.post(address, told).content.decode()
    assert "内部说明不能告知子工单的报修人" in shown and "怀疑被攻击" in shown
    assert "请填写内容" in manager.post(address, {"note": " ", "to_children": "on"}).content.decode()
    assert not child.events.filter(action="update").exists()
    assert not parent.events.filter(action="note").exists()
    for who in ("unit", "buyer", "supervisor", "auditor"):
        with pytest.raises(DomainError, match=r"access\.denied"):
            services.tell_children(actor=desk.actor(who), ticket=parent, note="x")
    # A unit that sends the box by hand is refused, and what it typed stays on the form.
    shown = (
        desk.world.client("unit").post(address, {"note": "请告知大家", "to_children": "on"}).content.decode()
    )
    assert "请告知大家</textarea>" in shown and not parent.events.filter(action="note").exists()


# -- resolving together ---------------------------------------------------------------------------


def words(**more):
    return {"cause": "交换机电源模块损坏", "solution": "更换电源模块", **more}


def test_children_are_resolved_with_the_parent_each_by_its_own_table(desk, parent):
    mine, fresh, question = (
        desk.working(title="甲"),
        desk.report(title="乙"),
        desk.report(kind="question", title="为何断网"),
    )
    theirs = desk.report(title="丙")
    desk.do(theirs, "dispatch", "manager", assignee=desk.world.users["engineer2"])
    waiting = desk.working(title="丁")
    desk.do(waiting, "suspend", "engineer", reason=next(iter(_reasons(desk))), waiting_for="厂家")
    other = foreign(desk)
    hang(desk, parent, mine, fresh, question, theirs, waiting, other)
    engineer = desk.world.client("engineer")
    address = f"{BASE}/tickets/{parent.number}/do/resolve/"
    assert "同时办结 6 张子工单" in engineer.get(address).content.decode()
    with desk.later(minutes=30):
        told = words(
            version=parent.version,
            with_children="on",
            interrupted_from="2026-03-11T10:00",
            interrupted_to="2026-03-11T10:20",
        )
        shown = engineer.post(address, told).content.decode()
    assert states(parent, mine, fresh, question, other) == ["resolved"] * 5
    assert states(theirs, waiting) == ["dispatched", "suspended"]
    assert "已办结 4 张" in shown and theirs.number in shown and waiting.number in shown
    assert "已派给演示engineer2，由其本人操作" in shown and "已挂起" in shown
    fresh.refresh_from_db()
    assert (fresh.cause, fresh.solution, fresh.assignee, fresh.interrupted_from) == (
        "交换机电源模块损坏",
        "更换电源模块",
        desk.world.users["engineer"],
        None,
    )
    assert [event.action for event in fresh.events.order_by("id")] == [
        "report",
        "linked",
        "accept",
        "resolve",
    ]
    # Its clocks: answered after the 15 minutes, mended within the four hours.
    assert desk.timer(fresh, "respond").state == "met_late" and desk.timer(fresh, "resolve").state == "met"
    assert Entry.objects.filter(verb="ticket.resolved").count() == 5
    entry = Entry.objects.get(verb="ticket.children_resolved")
    assert entry.changes == {"children": 4, "children_left": 2} and entry.unit_id is None
    told = Notice.objects.filter(user__username="other_unit")
    assert [row.title for row in told.filter(title__startswith="请确认办结")] == [
        f"请确认办结：{other.number} {other.title}"
    ]
    assert not Notice.objects.filter(user__username="other_unit", title__contains=SECRET).exists()
    shown = page_of(desk, "other_unit", other)
    assert "更换电源模块" in shown and SECRET not in shown


def _reasons(desk):
    from opsledger.apps.desk.agreements import agreement_of

    return agreement_of(desk.world.contract).reasons


def test_the_parent_is_resolved_in_any_case_and_the_rest_later(desk, parent):
    child = desk.report()
    hang(desk, parent, child)
    manager = desk.world.client("manager")
    told = words(version=parent.version, with_children="on")
    shown = manager.post(f"{BASE}/tickets/{parent.number}/do/resolve/", told).content.decode()
    # A manager does not accept in an engineer's place: the child waits, and the page says why.
    assert states(parent, child) == ["resolved", "reported"] and child.number in shown and "待派单" in shown
    assert "更换电源模块" in shown
    desk.do(child, "dispatch", "manager", assignee=desk.world.users["engineer"])
    address = f"{BASE}/tickets/{parent.number}/children/"
    engineer = desk.world.client("engineer")
    assert "办结 1 张子工单" in engineer.get(address).content.decode()
    assert "is-invalid" in engineer.post(address, {"cause": "", "solution": ""}).content.decode()
    assert "已办结 1 张子工单" in engineer.post(address, words(), follow=True).content.decode()
    assert states(child) == ["resolved"]
    assert "没有未办结的子工单" in engineer.post(address, words(), follow=True).content.decode()


def test_many_are_resolved_in_parts(desk, parent, monkeypatch):
    """Five children, two at a time: each part says what is left, the last one that all is done."""
    rows = [desk.working(title=f"报修{number}") for number in range(4)] + [foreign(desk)]
    hang(desk, parent, *rows)
    defaults = dict(services.resolve_children.__kwdefaults__)
    monkeypatch.setattr(services.resolve_children, "__kwdefaults__", {**defaults, "most": 2})
    client = desk.world.client("engineer")
    address = f"{BASE}/tickets/{parent.number}/children/"
    told, left = words(), []
    for _ in range(3):
        answer = client.post(address, told)
        part = answer.context["part"]
        left.append(part.left)
        told["after"] = answer.context["form"]["after"].value()
    assert left == [3, 1, 0] and states(*rows) == ["resolved"] * 5
    assert "全部处理完毕" in answer.content.decode()
    assert Entry.objects.filter(verb="ticket.children_resolved").count() == 3


def test_without_the_tick_children_stay_as_they_are(desk, parent):
    child = desk.working()
    hang(desk, parent, child)
    manager = desk.world.client("manager")
    manager.post(f"{BASE}/tickets/{parent.number}/do/resolve/", words(version=parent.version))
    assert states(parent, child) == ["resolved", "working"]


def test_a_stale_page_resolves_neither_parent_nor_children(desk, parent):
    child = desk.working()
    hang(desk, parent, child)
    version = parent.version
    desk.do(parent, "arrive", "engineer")
    told = words(version=version, with_children="on")
    answer = desk.world.client("manager").post(f"{BASE}/tickets/{parent.number}/do/resolve/", told)
    assert answer.status_code == 409 and "更换电源模块" in answer.content.decode()
    assert states(parent, child) == ["working", "working"]


def test_a_child_that_another_resolves_meanwhile_is_told(desk, parent, monkeypatch):
    """While the first child is resolved with the parent, the manager is quicker with the second."""
    first, second = desk.working(title="甲"), desk.working(title="乙")
    hang(desk, parent, first, second)

    def overtake(event) -> None:
        if event.subject_id == str(first.pk):
            desk.do(second, "resolve", "manager", cause="x", solution="我先修好了")

    monkeypatch.setattr(events, "_subscribers", [*events._subscribers, ("ticket.resolved", overtake)])
    part = services.resolve_children(actor=desk.actor("engineer"), ticket=parent, **words())
    assert [(one.ticket.pk, one.done) for one in part.outcomes] == [(first.pk, True), (second.pk, False)]
    assert "演示manager" in part.refused[0].why
    second.refresh_from_db()
    assert (second.state, second.solution) == ("resolved", "我先修好了")


@pytest.mark.parametrize("who", ["unit", "buyer", "supervisor", "auditor"])
def test_only_the_provider_resolves(desk, parent, who):
    child = desk.working()
    hang(desk, parent, child)
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.resolve_children(actor=desk.actor(who), ticket=parent, **words())
    client = desk.world.client(who)
    assert client.post(f"{BASE}/tickets/{parent.number}/children/", words()).status_code == 403
    assert client.get(f"{BASE}/tickets/{parent.number}/child/").status_code == 403
    assert states(child) == ["working"]


# -- one more child -------------------------------------------------------------------------------


def test_a_child_is_a_ticket_of_its_own_from_now(desk, parent):
    engineer = desk.world.client("engineer")
    address = f"{BASE}/tickets/{parent.number}/child/"
    shown = engineer.get(address).content.decode()
    assert f'value="{desk.world.item.pk}" selected' in shown and "一般故障" in shown
    told = {"title": "更换电源模块", "item": desk.world.item.pk, "severity": "严重故障"}
    with desk.later(hours=1) as now:
        assert "时限从现在起算" in engineer.post(address, told, follow=True).content.decode()
        child = Ticket.objects.get(title="更换电源模块")
        assert (child.reported_at, child.kind, child.reporter) == (now, "incident", parent.reporter)
        # Two hours for a severe one, from now and not from the parent's report.
        assert (desk.timer(child, "resolve").due_at - now).total_seconds() == 7200
    assert selectors.links_of(child, desk.actor("manager"))[0].ticket == parent
    assert Entry.objects.filter(verb="ticket.linked", subject_id=str(child.pk)).count() == 1


def test_a_child_on_another_system_belongs_to_its_unit(desk, parent):
    engineer = desk.world.client("engineer")
    address = f"{BASE}/tickets/{parent.number}/child/"
    told = {"title": "养老平台断网", "item": desk.world.other_item.pk, "severity": "一般故障"}
    engineer.post(address, told)
    child = Ticket.objects.get(title="养老平台断网")
    assert (child.unit, child.reporter, child.contact_name) == (desk.world.other_item.unit, None, "")
    assert SECRET not in page_of(desk, "other_unit", child)
    shown = engineer.post(address, {**told, "severity": "没有这级", "title": "又一张"}).content.decode()
    assert "没有所选的等级" in shown and "又一张" in shown
    shown = engineer.post(address, {**told, "item": "x", "title": "又一张"}).content.decode()
    assert "请从列表中选择" in shown and "又一张" in shown
    desk.do(parent, "resolve", "engineer", cause="x", solution="y")
    desk.do(parent, "confirm", "unit")
    shown = engineer.post(address, {**told, "title": "迟到的"}).content.decode()
    assert "不能再新建子工单" in shown and "迟到的" in shown
    assert Ticket.objects.count() == 2


# -- for programs ---------------------------------------------------------------------------------


def test_programs_do_the_same(desk, parent, through):
    base = f"/contracts/demo-2026/tickets/{parent.number}"
    own, other = desk.working(title="甲"), foreign(desk)
    numbers = [own.number, other.number]
    order = {"numbers": numbers, "act": "parent", "parent": parent.number}
    assert through("manager", "post", "/contracts/demo-2026/bulk/preview", order)["done"] == 2
    assert TicketLink.objects.count() == 0
    assert through("buyer", "post", "/contracts/demo-2026/bulk", order)["done"] == 2
    wrong = through("manager", "post", "/contracts/demo-2026/bulk/preview", {**order, "parent": "2026-99999"})
    assert wrong["done"] == 0 and "找不到编号" in wrong["outcomes"][0]["why"]
    told = through("manager", "get", f"{base}/children")
    assert (told["total"], told["open"]) == (2, 2)
    assert {row["number"] for row in through("unit", "get", f"{base}/children")["tickets"]} == {own.number}
    through("other_unit", "get", f"{base}/children", status=404)
    rows = through("manager", "get", f"/contracts/demo-2026/tickets?parent={parent.number}")["items"]
    assert {row["number"] for row in rows} == set(numbers)
    through("engineer", "post", f"{base}/notes", {"note": "已定位", "children": True}, status=201)
    assert other.events.filter(action="update").count() == 1
    through("engineer", "post", f"{base}/notes", {"note": "x", "children": True, "private": True}, status=409)
    through("unit", "post", f"{base}/notes", {"note": "x", "children": True}, status=403)
    made = through(
        "engineer", "post", f"{base}/children", {"title": "换模块", "severity": "一般故障"}, status=201
    )
    assert made["item"] == "01" and made["title"] == "换模块"
    through("unit", "post", f"{base}/children", {"title": "x"}, status=403)
    through("engineer", "post", f"{base}/children/resolve", {}, status=400)
    names = [fact["name"] for fact in through("engineer", "get", f"{base}/acts/resolve/form")["facts"]]
    assert "solution" in names and "with_children" not in names
    through("engineer", "post", f"{base}/acts/resolve", {"facts": {"cause": "a", "solution": "b"}})
    told = through("engineer", "post", f"{base}/children/resolve", {})
    assert told["done"] == 3 and all(row["done"] for row in told["outcomes"])
    assert states(own, other) == ["resolved", "resolved"]
    through("unit", "post", f"{base}/children/resolve", {}, status=403)


def test_a_limit_is_a_limit(desk, parent):
    assert linking.MAX_CHILDREN == bulk.MAX_TICKETS == 200
