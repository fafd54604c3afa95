"""Forms and words: a report's facts amended, two at once, the page and the programs, the search, many at once."""

from __future__ import annotations

import pytest
from tests.apps.desk.test_many import found
from tests.apps.desk.test_rules import bind, fail

from opsledger.apps.accounts.models import Notice
from opsledger.apps.contracts.models import ServiceItem, SeverityLevel
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.models import RuleHit, Ticket
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError

BASE = "/c/demo-2026"
API = "/contracts/demo-2026"


def act(ticket, action: str) -> str:
    return f"{BASE}/tickets/{ticket.number}/do/{action}/"


def filled(client, ticket) -> dict[str, str]:
    """The form as the browser would send it untouched."""
    form = client.get(act(ticket, "amend")).context["form"]
    told = {name: form[name].value() or "" for name in form.fields}
    return told | {f"initial-{name}": told[name] for name in form.fields if name not in ("version", "note")}


# -- amending -------------------------------------------------------------------------------------


def test_old_and_new_words_stand_in_the_story_and_the_ledger(desk):
    ticket = desk.working(description="一打开就白屏", contact_phone="1380000")
    clocks = list(ticket.timers.values_list("metric", "due_at", "state"))
    desk.do(
        ticket, "amend", "engineer", title="登录报错500", contact_phone="13800001111", note="与报修人核对"
    )
    ticket.refresh_from_db()
    assert (ticket.title, ticket.contact_phone, ticket.description) == (
        "登录报错500",
        "13800001111",
        "一打开就白屏",
    )
    entry = Entry.objects.get(verb="ticket.amended")
    assert entry.changes["title"] == {"from": "登录后白屏", "to": "登录报错500"}
    assert entry.changes["contact_phone"] == {"from": "1380000", "to": "13800001111"}
    assert set(entry.changes) == {"title", "contact_phone", "note"}
    page = desk.world.client("unit").get(f"{BASE}/tickets/{ticket.number}/").content.decode()
    assert "登录后白屏</s> → 登录报错500" in page and "与报修人核对" in page
    assert list(ticket.timers.values_list("metric", "due_at", "state")) == clocks
    assert "标题“登录后白屏”改为“登录报错500”" in (
        desk.world.client("unit").get(f"{BASE}/tickets/{ticket.number}/sheet/").content.decode()
    )


def test_the_new_words_are_found_and_the_old_are_not(desk):
    ticket = desk.working(title="打印机卡纸", description="三楼的那台")
    desk.do(ticket, "amend", "manager", title="扫描仪不动", description="五楼档案室")
    assert found("扫描仪") == {"扫描仪不动"} and found("档案室") == {"扫描仪不动"}
    assert not found("卡纸") and not found("三楼")
    # What was said on the way is found as before.
    desk.do(ticket, "add_note", "engineer", note="已换硒鼓")
    assert found("硒鼓")


@pytest.mark.parametrize("who", ["manager", "engineer", "unit"])
def test_those_who_may_amend(desk, who):
    assert desk.do(desk.working(), "amend", who, place="五楼").place == "五楼"


@pytest.mark.parametrize("who", ["engineer2", "other_unit", "buyer", "supervisor", "auditor", "stranger"])
def test_those_who_may_not_amend(desk, who):
    with pytest.raises(DomainError):
        desk.do(desk.working(), "amend", who, place="五楼")


def test_the_unit_no_more_when_it_is_closed_and_not_one_that_is_gone(desk):
    closed = desk.do(desk.resolved(), "confirm", "unit")
    with pytest.raises(DomainError, match=r"transitions\.not_in_this_state"):
        desk.do(closed, "amend", "unit", place="五楼")
    moved = desk.working()
    desk.do(moved, "change_item", "manager", item=desk.world.other_item, reason="报错了系统")
    with pytest.raises(DomainError, match=r"transitions\.not_your_role"):
        desk.do(moved, "amend", "unit", place="五楼")
    assert desk.do(moved, "amend", "other_unit", place="五楼").place == "五楼"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({}, "ticket.nothing_amended"),
        ({"title": "登录后白屏 "}, "ticket.nothing_amended"),
        ({"title": "  "}, "transitions.fact_missing"),
        ({"title": "长" * 121}, "ticket.amend_too_long"),
        ({"contact_phone": "1" * 41}, "ticket.amend_too_long"),
    ],
)
def test_what_cannot_be_amended(desk, told, code):
    with pytest.raises(DomainError) as refused:
        desk.do(desk.working(), "amend", "manager", **told)
    assert refused.value.code == code


def test_a_plan_has_no_telephone(desk):
    change = services.report_ticket(
        actor=desk.actor("manager"), item=desk.world.item, kind="change", title="升级", description="x"
    )
    with pytest.raises(DomainError, match=r"ticket\.not_amendable"):
        desk.do(change, "amend", "manager", place="五楼")
    assert desk.do(change, "amend", "manager", title="升级数据库").title == "升级数据库"
    form = desk.world.client("manager").get(act(change, "amend")).context["form"]
    assert "place" not in form.fields and "title" in form.fields


def test_those_concerned_hear_of_it(desk):
    ticket = desk.working()
    Notice.objects.all().delete()
    desk.do(ticket, "amend", "manager", place="五楼")
    told = set(Notice.objects.filter(title__contains="更正了信息").values_list("user__username", flat=True))
    assert told == {"engineer", "unit"}


# -- the page -------------------------------------------------------------------------------------


def test_only_what_was_changed_on_the_page_is_sent_on(desk):
    ticket = desk.working(description="一打开就白屏")
    client = desk.world.client("unit")
    told = filled(client, ticket)
    assert 'name="initial-title"' in client.get(act(ticket, "amend")).content.decode()
    answer = client.post(act(ticket, "amend"), {**told, "place": "五楼503"})
    assert answer.status_code == 302
    assert set(Entry.objects.get(verb="ticket.amended").changes) == {"place"}
    again = client.post(act(ticket, "amend"), filled(client, ticket)).content.decode()
    assert "没有任何改动" in again


def test_of_two_at_once_the_second_sees_what_changed_and_loses_nothing(desk):
    """Both opened the form.  The manager amends title and place; the unit typed another title and a telephone."""
    ticket = desk.working(description="一打开就白屏")
    unit, manager = desk.world.client("unit"), desk.world.client("manager")
    mine, theirs = filled(unit, ticket), filled(manager, ticket)
    assert (
        manager.post(act(ticket, "amend"), {**theirs, "title": "报错500", "place": "五楼"}).status_code == 302
    )
    answer = unit.post(act(ticket, "amend"), {**mine, "title": "登录后黑屏", "contact_phone": "13900002222"})
    assert answer.status_code == 409
    shown, form = answer.content.decode(), answer.context["form"]
    assert "演示manager" in shown and "更正信息" in shown
    assert form["title"].value() == "登录后黑屏" and form["contact_phone"].value() == "13900002222"
    assert "现在的内容（他人已更正）：报错500" in shown
    # What the unit had not touched is as the manager left it, and goes on so.
    assert form["place"].value() == "五楼"
    told = {name: form[name].value() or "" for name in form.fields}
    told |= {name: form.data[name] for name in form.data if name.startswith("initial-")}
    assert unit.post(act(ticket, "amend"), told).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.title, ticket.place, ticket.contact_phone) == ("登录后黑屏", "五楼", "13900002222")


def test_a_blank_title_keeps_what_else_was_typed(desk):
    ticket = desk.working()
    client = desk.world.client("manager")
    shown = client.post(
        act(ticket, "amend"), {**filled(client, ticket), "title": "", "device": "交换机SW-07"}
    )
    assert shown.status_code == 200
    page = shown.content.decode()
    assert "请填写“标题”" in page and "交换机SW-07" in page


def test_the_buttons_stand_where_they_may_be_used(desk):
    ticket = desk.working()
    ways = {}
    for who in ("manager", "engineer", "unit", "buyer"):
        page = desk.world.client(who).get(f"{BASE}/tickets/{ticket.number}/")
        ways[who] = {
            way.action for way in (*page.context["main"], *page.context["more"], *page.context["rare"])
        }
    assert {"change_item", "amend"} <= ways["manager"]
    assert "amend" in ways["engineer"] and "change_item" not in ways["engineer"]
    assert "amend" in ways["unit"] and "change_item" not in ways["unit"]
    assert "change_item" in ways["buyer"] and "amend" not in ways["buyer"]


def test_the_form_of_a_move_shows_the_levels_of_the_chosen_system(desk):
    SeverityLevel.objects.create(contract=desk.world.contract, set_id="other", word="一级", rank=1)
    ServiceItem.objects.filter(pk=desk.world.other_item.pk).update(severity_sets=["other"])
    ticket = desk.working()
    client = desk.world.client("manager")
    first = client.get(act(ticket, "change_item")).content.decode()
    assert "02 养老服务平台（演示民政局）" in first and 'name="severity"' not in first
    assert '<option value="01"' not in first
    chosen = client.get(act(ticket, "change_item") + "?item=02").content.decode()
    assert 'value="一级"' in chosen and "“演示档案馆”除报修人外" in chosen
    assert client.get(act(ticket, "change_item") + "?item=%00x").status_code == 200
    told = {"version": ticket.version, "item": "02", "reason": "报错了系统"}
    refused = client.post(act(ticket, "change_item"), told).content.decode()
    assert "请选择“02 养老服务平台”的等级" in refused and "报错了系统" in refused
    wrong = client.post(act(ticket, "change_item"), {**told, "severity": "一般故障"}).content.decode()
    assert "请从所选系统的等级中选择" in wrong
    assert client.post(act(ticket, "change_item"), {**told, "severity": "一级"}).status_code == 302
    shown = client.get(f"{BASE}/tickets/{ticket.number}/").content.decode()
    assert "01 档案管理平台</s> → 02 养老服务平台" in shown and "演示档案馆</s> → 演示民政局" in shown
    nothing = client.post(act(ticket, "change_item"), {"item": "99", "reason": "x"}).content.decode()
    assert "请从列表中选择系统" in nothing


# -- programs -------------------------------------------------------------------------------------


def test_programs_move_and_amend(desk, through):
    ticket = desk.working()
    path = f"{API}/tickets/{ticket.number}"
    form = through("manager", "get", f"{path}/acts/change_item/form")
    facts = {fact["name"]: fact for fact in form["facts"]}
    assert [one["value"] for one in facts["item"]["choices"]] == ["02"] and facts["reason"]["required"]
    with desk.later(hours=1):
        told = through("manager", "post", f"{path}/acts/change_item", {"item": "02", "reason": "报错了系统"})
        clocks = {row["metric"]: row["changes"] for row in through("manager", "get", f"{path}/timers")}
    assert (told["item"], told["unit"]) == ("02", "演示民政局")
    (event,) = [one for one in told["events"] if one["action"] == "change_item"]
    assert [one["field"] for one in event["changed"]] == ["item", "unit"]
    assert "改系统" in clocks["resolve"][0]
    told = through("engineer", "post", f"{path}/acts/amend", {"title": "报错500", "version": told["version"]})
    (event,) = [one for one in told["events"] if one["action"] == "amend"]
    assert told["title"] == "报错500" and event["changed"][0]["was"] == "登录后白屏"
    stale = through("engineer", "post", f"{path}/acts/amend", {"place": "五楼", "version": 1}, 409)
    assert "更正信息" in str(stale)
    assert through("unit", "get", path)["allowed"] == []
    through("other_unit", "post", f"{path}/acts/amend", {"place": "五楼"})


@pytest.mark.parametrize(
    ("who", "action", "body", "code"),
    [
        ("engineer", "change_item", {"item": "02", "reason": "x"}, "transitions.not_your_role"),
        ("unit", "change_item", {"item": "01", "reason": "x"}, "transitions.not_your_role"),
        ("manager", "change_item", {"item": "99", "reason": "x"}, "ticket.unknown_item"),
        ("manager", "change_item", {"reason": "x"}, "transitions.fact_missing"),
        ("manager", "change_item", {"item": "02"}, "transitions.fact_missing"),
        ("manager", "change_item", {"item": "02", "reason": "x", "scope": "无"}, "ticket.unknown_scope"),
        ("manager", "amend", {}, "ticket.nothing_amended"),
        ("manager", "amend", {"severity": "x"}, "api.fact_unknown"),
        ("supervisor", "amend", {"place": "x"}, "transitions.not_your_role"),
    ],
)
def test_programs_are_told_what_is_wrong(desk, through, who, action, body, code):
    path = f"{API}/tickets/{desk.working().number}/acts/{action}"
    status = 409 if code.startswith("ticket.") else 400
    assert through(who, "post", path, body, status)["code"] == code
    through("other_unit", "post", path, body, 404)


def test_programs_put_drafts_right_too(desk, through):
    made = through(
        "manager", "post", f"{API}/plans/change", {"item": "01", "title": "升级", "description": "x"}, 201
    )
    path = f"{API}/tickets/{made['number']}/acts"
    assert through("manager", "post", f"{path}/amend", {"title": "升级数据库"})["title"] == "升级数据库"
    assert through("manager", "post", f"{path}/change_item", {"item": "02", "reason": "x"})["item"] == "02"


def test_many_at_once(desk, through):
    first, second = desk.working(), desk.resolved()
    closed = desk.do(desk.resolved(), "confirm", "unit")
    client = desk.world.client("manager")
    assert 'name="item"' in client.get(f"{BASE}/tickets/").content.decode()
    numbers = [one.number for one in (first, second, closed)]
    told = {"number": numbers, "act": "item", "item": "02", "words": "报错了系统"}
    shown = client.post(f"{BASE}/bulk/", told).content.decode()
    assert "2 张可以办理" in shown and 'name="item" value="02"' in shown
    assert Ticket.objects.filter(item=desk.world.other_item).count() == 0
    client.post(f"{BASE}/bulk/", {**told, "number": [first.number], "go": "1"})
    assert Ticket.objects.get(item=desk.world.other_item) == first
    body = {"numbers": [second.number], "act": "item", "item": "02", "words": "报错了系统"}
    assert through("manager", "post", f"{API}/bulk", body)["done"] == 1
    body["item"] = "99"
    assert through("manager", "post", f"{API}/bulk", body, 409)["code"] == "ticket.unknown_item"


# -- failures counted anew ------------------------------------------------------------------------


def test_a_misfiled_failure_is_counted_for_its_own_system(desk):
    bind(desk)
    third = fail(desk, 0, 10, 20)
    assert RuleHit.objects.get().ticket == third
    first = Ticket.objects.order_by("pk").first()
    with desk.later(days=21):
        desk.do(first, "change_item", "manager", item=desk.world.other_item, reason="报错了系统")
    # Without the first there are only two on 01, and one on 02.
    assert not RuleHit.objects.exists()
    assert Entry.objects.get(verb="ticket.rule_lifted").subject_id == str(third.pk)
    with desk.later(days=22):
        desk.do(first, "change_item", "manager", item=desk.world.item, reason="还是原来的系统")
    hit = RuleHit.objects.get()
    assert (hit.ticket, hit.count, hit.hit_at) == (third, 3, third.reported_at)


def test_a_fourth_becomes_a_third(desk):
    bind(desk)
    fourth = fail(desk, 0, 5, 10, 15)
    first = Ticket.objects.order_by("pk").first()
    with desk.later(days=16):
        desk.do(first, "change_item", "manager", item=desk.world.other_item, reason="报错了系统")
    hit = RuleHit.objects.get()
    assert (hit.ticket, hit.count) == (fourth, 3) and "第3次" in hit.words
    assert Entry.objects.get(verb="ticket.rule_recounted").changes["count"] == {"from": 4, "to": 3}


def test_the_right_device_makes_it_the_third(desk):
    bind(desk)
    fail(desk, 0, 10)
    third = fail(desk, 20, device="UPS-O2")
    assert not RuleHit.objects.exists()
    with desk.later(days=20):
        desk.do(third, "amend", "engineer", device="UPS-02")
    assert RuleHit.objects.get().ticket == third
    with desk.later(days=20):
        desk.do(third, "amend", "engineer", place="机房")
    assert RuleHit.objects.count() == 1


def test_the_story_is_the_same_for_programs_and_the_page(desk):
    ticket = desk.working()
    desk.do(ticket, "amend", "manager", place="五楼")
    (event,) = [one for one in selectors.story_of(desk.actor("unit"), ticket) if one.action == "amend"]
    assert event.data["changed"] == [{"field": "place", "word": "地点", "was": "", "now": "五楼"}]
