"""Templates of reports: who keeps them, what one may hold, and the same for programs."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.models import ReportTemplate
from opsledger.apps.desk.report_templates import blanks_in
from opsledger.apps.ledger.models import Entry
from opsledger.apps.ledger.verbs import word
from opsledger.core.errors import DomainError

BASE = "/c/demo-2026"
PAGE = f"{BASE}/report-templates/"
BLANKS = "姓名：____\n账号：____"
ACCOUNT = {"name": "开通账号", "kind": "request", "title": "开通账号", "description": BLANKS}


@pytest.fixture
def elsewhere(desk) -> ReportTemplate:
    """A template of another contract."""
    world = desk.world
    other = Contract.objects.create(
        slug="other",
        name="另一项目",
        buyer=world.contract.buyer,
        provider=world.contract.provider,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        created_at=desk.start,
    )
    return ReportTemplate.objects.create(contract=other, name="别处的", title="别处的标题")


def test_kept_by_manager_and_buyer_and_on_record(desk, keep):
    made = keep("buyer", item=desk.world.item, kind="incident", severity="一般故障")
    with desk.later(minutes=1):
        said = {**ACCOUNT, "name": " 开通  帐号 ", "description": f"{BLANKS}  \r\n"}
        services.change_report_template(actor=desk.actor("manager"), template=made, **said)
    assert (made.name, made.description, made.item, made.severity) == ("开通 帐号", BLANKS, None, "")
    services.switch_off_report_template(actor=desk.actor("buyer"), template=made)
    services.switch_off_report_template(actor=desk.actor("buyer"), template=made)
    services.restore_report_template(actor=desk.actor("manager"), template=made)
    told = Entry.objects.filter(subject_type="report_template", subject_id=str(made.pk)).order_by("seq")
    verbs = ["added", "changed", "switched_off", "restored"]
    assert [entry.verb for entry in told] == [f"report_template.{verb}" for verb in verbs]
    assert told[0].changes["severity"] == "一般故障"
    assert told[1].changes == {
        "name": {"from": "开通账号", "to": "开通 帐号"},
        "kind": {"from": "事件", "to": "服务请求"},
        "item": {"from": "01 档案管理平台", "to": ""},
        "severity": {"from": "一般故障", "to": ""},
    }
    # A wording that changes nothing leaves no trace.
    services.change_report_template(actor=desk.actor("manager"), template=made, **said)
    assert told.count() == 4
    assert [word(entry.verb) for entry in told][2:] == ["停用报修模板", "恢复报修模板"]


@pytest.mark.parametrize("who", ["engineer", "unit", "supervisor", "auditor"])
def test_others_may_not(desk, keep, who):
    made, actor = keep(), desk.actor(who)
    for refused in (
        lambda: keep(who, name="再一个"),
        lambda: services.change_report_template(actor=actor, template=made, **{**ACCOUNT, "name": "x"}),
        lambda: services.move_report_template(actor=actor, template=made, up=True),
        lambda: services.switch_off_report_template(actor=actor, template=made),
        lambda: services.restore_report_template(actor=actor, template=made),
    ):
        with pytest.raises(DomainError, match=r"access\.denied"):
            refused()
    client = desk.world.client(who)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"do": f"off:{made.pk}"}).status_code == 403
    assert ReportTemplate.objects.get().active
    assert desk.world.client("stranger").get(PAGE).status_code == 404


def test_what_a_template_may_hold(desk, keep):
    def refused(code: str, **told) -> None:
        with pytest.raises(DomainError) as caught:
            keep(**told)
        assert caught.value.code == f"report_template.{code}", told

    keep()
    refused("name_taken")
    refused("no_name", name="  ")
    refused("too_long", name="字" * 61)
    refused("too_long", name="x", title="字" * 121)
    refused("too_long", name="x", description="字" * 5001)
    refused("unknown_kind", name="x", kind="change")
    refused("empty", name="x", title=" ", description="\n ")
    refused("severity", name="x", severity="一般故障")  # those are levels of incidents
    refused("severity", name="x", kind="incident", severity="没有的", item=desk.world.item)
    keep(name="字" * 60, title="字" * 120, description="字" * 5000)
    keep(name="有等级", kind="incident", severity="严重故障")
    assert ReportTemplate.objects.count() == 3


def test_a_hundred_in_use_and_not_one_more(desk, keep):
    rows = [ReportTemplate(contract=desk.world.contract, name=f"模板{n}", title="x") for n in range(99)]
    ReportTemplate.objects.bulk_create(rows)
    last = keep()
    with pytest.raises(DomainError, match=r"report_template\.too_many"):
        keep(name="第一百零一个")
    services.switch_off_report_template(actor=desk.actor("manager"), template=last)
    # Its name stays its own, its place is free.
    with pytest.raises(DomainError, match=r"report_template\.name_off"):
        keep()
    keep(name="第一百个")
    with pytest.raises(DomainError, match=r"report_template\.too_many"):
        services.restore_report_template(actor=desk.actor("manager"), template=last)


def test_a_closed_contract_keeps_them_as_they_are(desk, keep):
    made = keep()
    Contract.objects.update(status=Contract.Status.CLOSED)
    made = selectors.template_of(Contract.objects.get(), made.pk)
    with pytest.raises(DomainError, match=r"ticket\.contract_closed"):
        services.switch_off_report_template(actor=desk.actor("manager"), template=made)


def test_the_page_writes_changes_orders_switches_off_and_undoes(desk, keep):
    buyer = desk.world.client("buyer")
    assert "还没有报修模板" in buyer.get(PAGE).content.decode()
    assert buyer.post(PAGE, {**ACCOUNT, "item": ""}).status_code == 302
    second = keep(name="打印机加粉", title="打印机加粉")
    first = ReportTemplate.objects.get(name="开通账号")

    def order() -> list[str]:
        return [row.name for row in buyer.get(PAGE).context["rows"]]

    assert order() == ["开通账号", "打印机加粉"]
    buyer.post(PAGE, {"do": f"up:{second.pk}"})
    buyer.post(PAGE, {"do": f"up:{second.pk}"})
    assert order() == ["打印机加粉", "开通账号"]
    buyer.post(PAGE, {"do": f"down:{second.pk}"})
    assert order() == ["开通账号", "打印机加粉"]
    edit = f"{PAGE}?edit={first.pk}"
    assert BLANKS in buyer.get(edit).content.decode()
    # What cannot be kept is shown again with why.
    refused = buyer.post(edit, {**ACCOUNT, "name": "打印机加粉", "item": ""}).content.decode()
    assert "已有名为“打印机加粉”的报修模板" in refused and BLANKS in refused
    buyer.post(edit, {**ACCOUNT, "name": "开账号", "item": str(desk.world.item.pk)})
    first.refresh_from_db()
    assert (first.name, first.item) == ("开账号", desk.world.item)
    off = buyer.post(PAGE, {"do": f"off:{first.pk}"})
    shown = buyer.get(off.url).content.decode()
    assert "“开账号”已停用" in shown and f'value="on:{first.pk}"' in shown and "已停用（1）" in shown
    assert order() == ["打印机加粉"]
    refused = buyer.post(PAGE, {**ACCOUNT, "name": "开账号", "item": ""}).content.decode()
    assert "已停用的报修模板里有“开账号”" in refused
    buyer.post(PAGE, {"do": f"on:{first.pk}"})
    assert order() == ["开账号", "打印机加粉"]


@pytest.mark.parametrize("wanted", ["up:999999", "off:x", "off:", "drop:1", "", "on:²"])
def test_nonsense_of_buttons_is_not_found(desk, keep, wanted):
    keep()
    assert desk.world.client("manager").post(PAGE, {"do": wanted}).status_code == 404


def test_templates_of_another_contract_are_not_there(desk, keep, elsewhere):
    manager = desk.world.client("manager")
    assert manager.get(f"{PAGE}?edit={elsewhere.pk}").status_code == 404
    assert manager.post(PAGE, {"do": f"off:{elsewhere.pk}"}).status_code == 404
    shown = manager.get(f"{BASE}/report/?template={elsewhere.pk}")
    assert shown.status_code == 200 and "别处的标题" not in shown.content.decode()
    assert "这个模板已停用或不能使用" in shown.content.decode()
    assert elsewhere.name not in manager.get(PAGE).content.decode()


def test_a_ticket_becomes_a_template(desk, keep):
    ticket = desk.report(title="大屏黑屏", description="会议前一小时", kind="request")
    link = f"{PAGE}?ticket={ticket.number}"
    for who, sees in {"manager": True, "buyer": True, "engineer": False, "unit": False}.items():
        shown = desk.world.client(who).get(f"{BASE}/tickets/{ticket.number}/").content.decode()
        assert (f"{link}#write" in shown) is sees, who
    form = desk.world.client("buyer").get(link).context["form"]
    assert [form[name].value() for name in ("name", "kind", "item", "title", "description")] == [
        "大屏黑屏",
        "request",
        str(desk.world.item.pk),
        "大屏黑屏",
        "会议前一小时",
    ]
    assert desk.world.client("buyer").get(f"{PAGE}?ticket=2026-99999").status_code == 404


def test_blanks_are_counted():
    assert [blanks_in(text) for text in ("账号：____", "a_b", "＿＿，__", "")] == [1, 0, 2, 0]


def test_the_pages_do_not_ask_more_for_more_templates(desk, keep):
    manager = desk.world.client("manager")

    def cost(path: str) -> int:
        manager.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert manager.get(path).status_code == 200
        return len(caught)

    keep(item=desk.world.item)
    paths = (PAGE, f"{BASE}/report/", f"{BASE}/phone/")
    before = [cost(path) for path in paths]
    for number in range(8):
        keep(name=f"模板{number}", item=desk.world.other_item)
    assert [cost(path) for path in paths] == before


def test_programs_read_and_keep_them(desk, keep, elsewhere, through):
    rows = "/contracts/demo-2026/report-templates"
    said = {"name": "会议保障", "kind": "request", "item": "01", "title": "会议保障", "description": BLANKS}
    made = through("buyer", "post", rows, said, 201, scopes=("settings:write",))
    assert (made["item"], made["blanks"], made["active"]) == ("01", 2, True)
    one = f"{rows}/{made['id']}"
    keep(name="别单位的", item=desk.world.other_item)
    for who, names in {"unit": ["会议保障"], "engineer": ["会议保障", "别单位的"]}.items():
        assert [row["name"] for row in through(who, "get", rows, scopes=("tickets:read",))] == names
        assert through(who, "post", rows, said, 403)["code"] == "access.denied"
        assert through(who, "delete", one, status=403)["code"] == "access.denied"
        assert through(who, "get", f"{rows}?off=true", status=403)["code"] == "access.denied"
    through("auditor", "get", rows, status=403)
    through("manager", "post", rows, said, 403, scopes=("tickets:write",))
    through("manager", "get", rows, status=403, scopes=("settings:write",))
    assert through("manager", "post", rows, said, 400)["code"] == "report_template.name_taken"
    assert through("manager", "put", one, {**said, "item": "99"}, 404)
    changed = through("manager", "put", one, {**said, "item": None, "title": "保障会议"})
    assert (changed["item"], changed["title"]) == (None, "保障会议")
    moved = through("manager", "post", f"{one}/move", {"to": "down"})
    assert [row["name"] for row in moved] == ["别单位的", "会议保障"]
    through("manager", "delete", one, status=204)
    assert [row["name"] for row in through("manager", "get", rows)] == ["别单位的"]
    assert {row["name"]: row["active"] for row in through("manager", "get", f"{rows}?off=true")} == {
        "会议保障": False,
        "别单位的": True,
    }
    assert through("manager", "post", f"{one}/move", {"to": "up"}, 400)["code"] == "report_template.off"
    assert through("manager", "post", f"{one}/restore")["active"] is True
    for method, path in (("put", ""), ("delete", ""), ("post", "/move"), ("post", "/restore")):
        body = said if method == "put" else {"to": "up"} if path == "/move" else None
        through("manager", method, f"{rows}/{elsewhere.pk}{path}", body, 404)


def test_a_call_noted_by_a_program_may_be_a_request(desk, through):
    told = {
        "caller": "演示unit",
        "item": "档案",
        "title": "开账号",
        "kind": "request",
        "description": "账号：x",
    }
    made = through("engineer", "post", "/contracts/demo-2026/calls", told, 201)
    assert (made["kind"], made["description"]) == ("request", "账号：x")
