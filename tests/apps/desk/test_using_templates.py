"""Using a template of a report: it fills what is empty, says what it leaves, and never takes what was typed."""

from __future__ import annotations

import re
from datetime import date

from opsledger.apps.contracts.models import ServiceItem, SeverityLevel
from opsledger.apps.desk import services
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.ways_in import make_code

BASE = "/c/demo-2026"
BLANKS = "姓名：____\n账号：____"


def shown_form(answer) -> dict[str, str]:
    form = answer.context["form"]
    return {name: form[name].value() or "" for name in ("item", "severity", "title", "description")}


def test_a_unit_is_offered_those_without_an_item_and_its_own(desk, keep):
    keep(name="不限")
    mine = keep(name="我的", item=desk.world.item)
    theirs = keep(name="别人的", item=desk.world.other_item, title="别人的标题")
    services.switch_off_report_template(actor=desk.actor("manager"), template=keep(name="停用的"))

    def offered(who: str) -> list[str]:
        return [row.name for row in desk.world.client(who).get(f"{BASE}/report/").context["use"].templates]

    assert offered("unit") == ["不限", "我的"]
    assert offered("other_unit") == ["不限", "别人的"]
    assert offered("engineer") == offered("supervisor") == ["不限", "我的", "别人的"]
    unit = desk.world.client("unit")
    refused = unit.get(f"{BASE}/report/?template={theirs.pk}")
    assert "别人的标题" not in refused.content.decode() and shown_form(refused)["title"] == ""
    assert shown_form(unit.get(f"{BASE}/report/?template={mine.pk}"))["title"] == "开通账号"


def test_an_address_fills_the_form_and_the_report_is_of_its_kind(desk, keep):
    made = keep()
    unit = desk.world.client("unit")
    answer = unit.get(f"{BASE}/report/?template={made.pk}")
    shown = answer.content.decode()
    assert shown_form(answer)["description"] == BLANKS and answer.context["kind"] == "request"
    assert "还有 2 处" in shown and 'action="?kind=request"' in shown
    assert 'data-draft="report-demo-2026-request"' in shown
    told = {"item": desk.world.item.pk, "title": "开通账号", "description": "姓名：演示甲", "used": made.pk}
    assert unit.post(f"{BASE}/report/?kind=request", told).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.title, ticket.description) == ("request", "开通账号", "姓名：演示甲")


def test_typed_words_stay_unless_one_says_otherwise(desk, keep):
    made = keep(kind="incident", item=desk.world.item, severity="一般故障")
    manager = desk.world.client("manager")
    typed = {"item": "", "title": "打不开", "description": " ", "phone": "138-0000-0009"}
    answer = manager.post(f"{BASE}/report/?kind=incident", {**typed, "template": made.pk})
    shown = answer.content.decode()
    assert shown_form(answer) == {
        "item": str(desk.world.item.pk),
        "severity": "一般故障",
        "title": "打不开",
        "description": BLANKS,
    }
    assert "填好：系统、详细情况、等级" in shown and "一句话说明已有您填写的内容，没有改动" in shown
    assert "138-0000-0009" in shown and f'name="overwrite" value="{made.pk}"' in shown
    assert f'value="{made.pk}" checked' not in shown and 'value="一般故障"' in shown
    answer = manager.post(f"{BASE}/report/?kind=incident", {**typed, "overwrite": made.pk})
    assert shown_form(answer)["title"] == "开通账号"
    # Nothing was reported by any of it.
    assert not Ticket.objects.exists()


def test_one_template_after_another_and_none_again(desk, keep):
    first = keep(kind="incident", item=desk.world.item, severity="一般故障")
    second = keep(name="加粉", title="打印机加粉", description="")
    unit = desk.world.client("manager")
    given = shown_form(unit.get(f"{BASE}/report/?template={first.pk}"))
    # What the first put there and nobody touched makes room, browsers' line ends or not.
    given["description"] = given["description"].replace("\n", "\r\n")
    told = {**given, "used": first.pk, "template": second.pk}
    answer = unit.post(f"{BASE}/report/?kind=incident", told)
    assert shown_form(answer) == {"item": "", "severity": "", "title": "打印机加粉", "description": ""}
    assert answer.context["kind"] == "request"
    touched = {**told, "description": "姓名：演示甲"}
    assert shown_form(unit.post(f"{BASE}/report/?kind=incident", touched))["description"] == "姓名：演示甲"
    answer = unit.post(f"{BASE}/report/?kind=incident", {**touched, "template": ""})
    assert shown_form(answer) == {
        "item": "",
        "severity": "",
        "title": "",
        "description": "姓名：演示甲",
    }
    assert "模板填写的内容已去掉" in answer.content.decode()


def test_what_is_no_longer_valid_is_left_out_and_the_rest_filled(desk, keep):
    made = keep(kind="incident", item=desk.world.item, severity="一般故障")
    manager = desk.world.client("manager")
    SeverityLevel.objects.filter(word="一般故障").delete()
    answer = manager.get(f"{BASE}/report/?template={made.pk}")
    assert shown_form(answer)["severity"] == "" and shown_form(answer)["title"] == "开通账号"
    assert "等级“一般故障”在这里不适用" in answer.content.decode()
    ServiceItem.objects.filter(pk=desk.world.item.pk).update(ends_on=date(2026, 2, 1))
    answer = manager.get(f"{BASE}/report/?template={made.pk}")
    assert shown_form(answer)["item"] == "" and shown_form(answer)["description"] == BLANKS
    assert "服务项现在不能报修" in answer.content.decode()


def test_a_level_of_another_kind_goes_and_is_told(desk, keep):
    made = keep()
    typed = {"item": str(desk.world.item.pk), "severity": "严重故障", "template": made.pk}
    answer = desk.world.client("unit").post(f"{BASE}/report/?kind=incident", typed)
    assert shown_form(answer)["severity"] == ""
    assert "等级“严重故障”不适用于这类报修，已去掉" in answer.content.decode()


def test_the_level_comes_with_the_item_that_is_chosen_later(desk, keep):
    made = keep(kind="incident", severity="一般故障")
    manager = desk.world.client("manager")
    assert f"kind=incident&amp;template={made.pk}" in (
        manager.get(f"{BASE}/report/?template={made.pk}").content.decode()
    )
    query = f"{BASE}/report/?kind=incident&template={made.pk}&item={desk.world.item.pk}"
    assert shown_form(manager.get(query))["severity"] == "一般故障"


def test_by_a_code_the_place_stays_with_the_report(desk, keep):
    made = keep(kind="incident", severity="一般故障")
    code = make_code(actor=desk.actor("manager"), item=desk.world.item, place="三楼机房", device="交换机")
    unit = desk.world.client("unit")
    opened = unit.get(f"/r/{code.code}/")
    address = opened.url
    shown = unit.get(address).content.decode()
    assert f"code={code.code}" in re.search(r'action="(\?[^"]*)"', shown)[1]
    answer = unit.post(address, {"item": desk.world.item.pk, "template": made.pk})
    action = re.search(r'action="(\?[^"]*)"', answer.content.decode())[1].replace("&amp;", "&")
    sent = unit.post(f"{BASE}/report/{action}", {**shown_form(answer), "used": made.pk})
    assert sent.status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.place, ticket.device, ticket.source) == ("三楼机房", "交换机", Ticket.Source.QR)


def test_the_form_keeps_six_fields_and_enter_sends_it(desk, keep):
    keep()
    shown = desk.world.client("manager").get(f"{BASE}/report/?template={keep(name='二').pk}").content.decode()
    form = shown[shown.index('id="report-form"') : shown.index("</form>", shown.index('id="report-form"'))]
    names = set(re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]*name="(\w+)"', form))
    assert names <= {"item", "severity", "title", "description", "phone", "files"}
    # The first button that belongs to the form chooses nothing.
    first = re.search(r'<button[^>]*form="report-form"[^>]*>', shown)[0]
    assert "name=" not in first


def test_the_telephone_takes_them_too(desk, keep):
    made = keep(item=desk.world.item)
    plain = keep(name="断网", kind="incident", severity="严重故障", title="断网了", description="")
    engineer = desk.world.client("engineer")
    phone = f"{BASE}/phone/"
    typed = {"caller": "演示unit", "phone": "", "item": "", "severity": "", "title": "", "minutes_ago": "7"}
    answer = engineer.post(phone, {**typed, "template": made.pk})
    shown = answer.content.decode()
    assert shown_form(answer)["item"] == "01 档案管理平台" and BLANKS in shown
    assert 'value="演示unit"' in shown and 'value="7"' in shown and "登记服务请求" in shown
    told = {**typed, **shown_form(answer), "kind": "request", "description": "账号：demo", "used": made.pk}
    # A refusal keeps the kind and the words.
    refused = engineer.post(phone, {**told, "caller": ""}).content.decode()
    assert "账号：demo" in refused and "登记服务请求" in refused
    assert engineer.post(phone, told).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.title, ticket.description) == ("request", "开通账号", "账号：demo")
    answer = engineer.post(phone, {**typed, "title": "没网", "template": plain.pk})
    assert (shown_form(answer)["severity"], shown_form(answer)["title"]) == ("严重故障", "没网")
    assert 'name="description"' not in answer.content.decode()
    assert engineer.post(phone, {**told, "kind": "change"}).status_code == 200
    assert Ticket.objects.count() == 1
