"""Pages of findings, checklists and samples: by role, with bad input, and what they keep."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.models import Finding, Occurrence, SampleDraw, Template
from opsledger.apps.duties.selectors.samples import drawn
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel.access import SYSTEM
from opsledger.kernel.errors import sentence

FINDINGS = "/c/demo-2026/findings/"
TEMPLATES = "/c/demo-2026/templates/"


@pytest.fixture
def finding(world) -> Finding:
    return services.record_finding(actor=world.actor("engineer"), item=world.item, summary="UPS电池鼓包")


@pytest.mark.parametrize(
    "address", [FINDINGS, TEMPLATES, TEMPLATES + "machine-room/", TEMPLATES + "servers/"]
)
def test_pages_answer_every_role(world, finding, address):
    for who in ("buyer", "unit", "manager", "engineer", "supervisor", "auditor"):
        assert world.client(who).get(address).status_code == 200, who
    assert world.client("stranger").get(address).status_code == 404


@pytest.mark.parametrize(
    "query", ["?show=overdue", "?show=check", "?state=verified", "?level=high", "?item=01", "?export=xlsx"]
)
def test_the_list_of_findings_takes_any_question(world, finding, query):
    assert world.client("manager").get(FINDINGS + query).status_code == 200


def test_a_finding_is_seen_by_its_unit_only(world, finding):
    assert world.client("unit").get(f"{FINDINGS}{finding.pk}/").status_code == 200
    assert world.client("other_unit").get(f"{FINDINGS}{finding.pk}/").status_code == 404


def test_a_finding_goes_its_way_in_the_browser(world, finding, at):
    address = f"{FINDINGS}{finding.pk}/"
    manager, engineer = world.client("manager"), world.client("engineer")
    past = manager.post(
        address, {"action": "remediate", "assignee": world.users["engineer"].pk, "due_at": "2026-03-01T10:00"}
    )
    assert past.status_code == 200 and Finding.objects.get().state == "found"
    good = {"action": "remediate", "assignee": world.users["engineer"].pk, "due_at": "2026-03-20T18:00"}
    assert manager.post(address, good).status_code == 302
    empty = engineer.post(address, {"action": "fix", "measure": ""})
    assert empty.status_code == 200 and "请写明整改措施" in empty.content.decode()
    assert engineer.post(address, {"action": "fix", "measure": "整组更换"}).status_code == 302
    again = engineer.post(address, {"action": "fix", "measure": "再写一遍的内容"})
    assert again.status_code == 200 and "再写一遍的内容" in again.content.decode()
    assert world.client("supervisor").post(address, {"action": "verify"}).status_code == 302
    assert Finding.objects.get().state == "verified"
    assert engineer.post(address, {"action": "burn"}).status_code == 404


def test_a_finding_is_recorded_by_hand(world):
    got = world.client("unit").post(
        FINDINGS + "new/", {"item": world.item.pk, "summary": "门禁失灵", "level": "high"}
    )
    assert got.status_code == 302 and Finding.objects.get().level == "high"
    other = world.client("unit").post(
        FINDINGS + "new/", {"item": world.other_item.pk, "summary": "x", "level": "high"}
    )
    assert other.status_code == 200 and Finding.objects.count() == 1


# -- checklists ---------------------------------------------------------------------------------------


def book(*rows, heads=None) -> SimpleUploadedFile:
    made = Workbook()
    made.active.append(
        heads or ["检查内容", "类型", "单位", "正常下限", "正常上限", "合格下限", "合格上限", "选项"]
    )
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return SimpleUploadedFile("机房日检.xlsx", out.getvalue())


def test_a_workbook_becomes_a_checklist(world):
    sheet = book(
        ["室温", "数值", "℃", 18, 27, 15, 32], ["UPS", "选择", "", "", "", "", "", "市电，!旁路，!!放电"]
    )
    got = world.client("manager").post(TEMPLATES, {"file": sheet, "activities": ["inspection"]})
    row = Template.objects.get()
    assert got.status_code == 302 and row.name == "机房日检" and row.version == 1
    found = selectors.checklist_for(world.contract.pk, row.key)
    assert [option.verdict for option in found.checks[1].options] == ["ok", "warn", "fail"]
    assert found.checks[0].bounds_words == "正常 18–27℃，合格 15–32℃"


@pytest.mark.parametrize(
    ("sheet", "word"),
    [
        (book(heads=["名称", "种类"]), "表头缺少"),
        (book(["室温", "温度计"]), "第2行"),
        (book(["室温", "数值", "", 30, 20]), "大于上限"),
        (book(["UPS", "选择"]), "两个选项"),
        (book(), "至少要有一个检查项"),
        (book(*[["读数", "数值"]] * 400), "300"),
        (SimpleUploadedFile("x.xlsx", b"no workbook at all"), "不是可读取"),
        (SimpleUploadedFile("x.xlsx", b""), ""),
    ],
)
def test_a_wrong_workbook_is_refused_with_its_rows(world, sheet, word):
    got = world.client("manager").post(TEMPLATES, {"file": sheet, "activities": ["inspection"]})
    assert got.status_code == 200 and word in got.content.decode() and not Template.objects.exists()


def _editor(world, key: str) -> dict[str, str]:
    """What the editor would send back unchanged."""
    from opsledger.apps.duties.checklists import to_data
    from opsledger.apps.duties.views.editing import fields_of, line_of

    listed = selectors.checklist_for(world.contract.pk, key)
    said = {
        "action": "save",
        "name": listed.name,
        "minutes": listed.minutes,
        "activities": list(listed.activities),
        "each": list(listed.each),
    }
    return said | fields_of([line_of(one) for one in to_data(listed)["checks"]])


def test_editing_makes_the_contracts_own_version_and_keeps_tables_and_conditions(world):
    before = selectors.checklist_for(world.contract.pk, "servers")
    said = _editor(world, "servers") | {"r1_label": "关键服务都在运行", "r99_label": ""}
    assert world.client("manager").post(TEMPLATES + "servers/", said).status_code == 302
    after = selectors.checklist_for(world.contract.pk, "servers")
    assert after.version == before.version + 1 and after.checks[1].label == "关键服务都在运行"
    assert after.checks[0] == before.checks[0] and after.checks[3].when == before.checks[3].when


def test_two_editors_at_once(world):
    said = _editor(world, "servers")
    manager = world.client("manager")
    assert manager.post(TEMPLATES + "servers/", said).status_code == 302
    version = Template.objects.get().version
    assert manager.post(TEMPLATES + "servers/", said | {"based_on": version}).status_code == 302
    stale = manager.post(TEMPLATES + "servers/", said | {"based_on": version, "name": "我写的新名字"})
    assert stale.status_code == 200 and "我写的新名字" in stale.content.decode()
    assert Template.objects.count() == 2


def test_engineers_read_but_do_not_edit(world):
    assert world.client("engineer").post(TEMPLATES + "servers/", _editor(world, "servers")).status_code == 404
    assert world.client("engineer").get(TEMPLATES + "sample.xlsx").status_code == 403
    assert world.client("manager").get(TEMPLATES + "sample.xlsx").status_code == 200
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.save_template(actor=world.actor("engineer"), contract=world.contract, key="k", data={})


def test_another_contracts_versions_are_not_ours(world):
    services.save_template(
        actor=world.actor("manager"),
        contract=world.contract,
        key="own",
        data={
            "name": "自有",
            "activities": ["inspection"],
            "checks": [{"id": "a", "label": "a", "kind": "text"}],
        },
    )
    assert "own" in selectors.checklists_of(world.contract.pk)
    assert "own" not in selectors.checklists_of(world.contract.pk + 1)
    services.retire_template(actor=world.actor("manager"), template=Template.objects.get())
    assert "own" not in selectors.checklists_of(world.contract.pk)


# -- samples --------------------------------------------------------------------------------------------


@pytest.fixture
def handed_in(world, make_obligation, at):
    make_obligation(
        data={"activity": "inspection", "count": 1, "period": "workday"},
        evidence={"supervisor_verifies": True},
    )
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    services.open_due(at)
    for row in Occurrence.objects.filter(state="open")[:30]:
        services.submit_occurrence(
            actor=world.actor("engineer"), occurrence=row, submission=services.Submission("好")
        )
    return world


def test_a_draw_keeps_its_seed_and_its_pool_and_can_be_drawn_again(handed_in):
    first, second = (
        services.draw_sample(
            actor=handed_in.actor("supervisor"), contract=handed_in.contract, how="random", count=8
        )
        for _ in range(2)
    )
    assert len(set(first.rows)) == 8 and set(first.rows) <= set(first.pool) and len(first.pool) == 30
    assert first.seed != second.seed  # a second draw is another one, and on record as such
    assert drawn(dict.fromkeys(first.pool, 0), "random", 8, first.seed) == first.rows
    assert Entry.objects.filter(verb="sample.drawn").count() == 2
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.draw_sample(
            actor=handed_in.actor("manager"), contract=handed_in.contract, how="random", count=8
        )


@pytest.mark.parametrize(
    ("how", "rows"),
    [("flagged", [7, 3]), ("kind", [1, 2, 3, 4, 7])],
    ids=["most questions first", "all of a kind"],
)
def test_what_is_drawn_from_a_pool(how, rows):
    assert drawn({1: 0, 2: 0, 3: 1, 4: 0, 7: 3}, how, 2, "seed") == rows


def test_ticked_ones_are_verified_and_one_is_returned_with_its_reason(handed_in):
    client = handed_in.client("supervisor")
    made = client.post("/c/demo-2026/samples/", {"how": "random", "count": "5"})
    address = made["Location"]
    assert client.get(address).status_code == 200
    ids = SampleDraw.objects.get().rows
    assert client.post(address, {"occurrence": [ids[0], ids[1], "x", "²"]}).status_code == 302
    assert Occurrence.objects.filter(state="verified").count() == 2
    refused = client.post(address, {"return": ids[2], f"reason_{ids[2]}": " "}, follow=True)
    assert "理由" in refused.content.decode() and not Occurrence.objects.filter(state="returned").exists()
    client.post(address, {"return": ids[2], f"reason_{ids[2]}": "照片看不清"})
    row = Occurrence.objects.get(state="returned")
    assert (row.pk, row.reason) == (ids[2], "照片看不清")
    assert handed_in.client("engineer").get(address).status_code == 403
    assert client.get("/c/demo-2026/samples/999/").status_code == 404
    wrong = client.post("/c/demo-2026/samples/", {"how": "zz", "count": "-1"})
    assert wrong.status_code == 200 and SampleDraw.objects.count() == 1


# -- tables, conditions and devices in the editor and in workbooks ------------------------------------------


def test_columns_conditions_and_devices_are_edited_in_the_browser(world):
    said = _editor(world, "servers")
    places = {label: n for n in range(20) if (label := said.get(f"r{n}_label"))}
    table, log = places["逐台检查"], places["系统日志有无硬件或内核错误"]
    said |= {
        f"r{table}k1_label": "处理器", f"r{table}k1_warn_high": "60", f"r{table}k2_label": "",
        f"r{table}k5_label": "序列号", f"r{table}k5_kind": "text", f"r{table}_each": "security", f"r{table}_rows": "2",
        f"r{log + 1}_when": "system_log=有错误", f"r{log}_watch": "logs.worst", f"r{log}_fresh_minutes": "90",
        f"r{log}_again": "on", "each": ["host"], f"r{places['关键服务全部在运行']}_once": "on",
    }  # fmt: skip
    assert world.client("manager").post(TEMPLATES + "servers/", said).status_code == 302
    after = selectors.checklist_for(world.contract.pk, "servers")
    hosts = after.checks[0]
    assert [column.label for column in hosts.columns] == [
        "主机名或IP",
        "处理器",
        "最满分区",
        "面板灯",
        "序列号",
    ]
    assert hosts.columns[1].id == "cpu" and str(hosts.columns[1].warn.high) == "60"
    assert (hosts.each, hosts.rows) == (("security",), 2)
    check = after.check("system_log")
    assert (check.watch, check.fresh_minutes, check.default) == ("logs.worst", 90, "last")
    assert after.check("log_detail").when.values == ("有错误",) and after.each == ("host",)
    assert after.check("services").once
    page = world.client("manager").get(TEMPLATES + "servers/").content.decode()
    assert "序列号" in page and "system_log=有错误" in page


def test_a_new_table_is_asked_for_its_columns_and_keeps_what_was_typed(world):
    said = _editor(world, "training") | {"r50_label": ""}
    n = max(int(name[1:].split("_")[0]) for name in said if name.endswith("_place")) + 1
    new = {
        f"r{n}_{name}": ""
        for name in ("id", "unit", "options", "warn_low", "warn_high", "fail_low", "fail_high")
    }
    said |= new | {
        f"r{n}_label": "签到表",
        f"r{n}_kind": "table",
        f"r{n}_photo": "none",
        f"r{n}_place": "999",
    }
    first = world.client("manager").post(TEMPLATES + "training/", said)
    page = first.content.decode()
    assert (
        first.status_code == 200 and "至少要有一列" in page and "签到表" in page and f"r{n}k0_label" in page
    )
    said |= {f"r{n}k0_label": "姓名", f"r{n}k0_kind": "text"}
    assert world.client("manager").post(TEMPLATES + "training/", said).status_code == 302
    table = selectors.checklist_for(world.contract.pk, "training").checks[-1]
    assert (table.kind, [column.label for column in table.columns]) == ("table", ["姓名"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"r1_when": "有黄灯"}, "应写成"),
        ({"r1_when": "nobody=是"}, "不存在"),
        ({"r1_fresh_minutes": "半小时"}, "有效分钟应为"),
        ({"r0_rows": "-1"}, "至少行数应为"),
        ({"r0k1_warn_low": "99", "r0k1_warn_high": "1"}, "大于上限"),
        ({"each": ["rockets"]}, "rockets"),
    ],
)
def test_nonsense_in_the_editor_is_named_and_nothing_typed_is_lost(world, change, words):
    said = _editor(world, "servers") | {"r2_label": "我改的字"} | change
    got = world.client("manager").post(TEMPLATES + "servers/", said)
    page = got.content.decode()
    assert got.status_code == 200 and words in page and "我改的字" in page and not Template.objects.exists()


def test_the_sample_workbook_is_read_back_with_its_table_and_condition(world):
    sheet = world.client("manager").get(TEMPLATES + "sample.xlsx").content
    data = services.read_workbook(sheet, "机房.xlsx")
    row = services.save_template(
        actor=world.actor("manager"),
        contract=world.contract,
        key="x",
        data={**data, "activities": ["inspection"]},
    )
    found = selectors.checklist_for(world.contract.pk, row.key)
    hosts = found.check("hosts")
    assert (hosts.each, [(one.id, one.kind) for one in hosts.columns]) == (
        ("host",),
        [("name", "text"), ("cpu", "number")],
    )
    assert found.check("ups_note").when.values == ("旁路", "电池放电")
    assert found.check("temperature").watch == "room.temperature"


def wide(*rows):
    heads = ["检查内容", "类型", "编号", "所属表格", "显示条件", "每台一行"]
    sheet = Workbook()
    for row in (heads, *rows):
        sheet.active.append(row)
    out = io.BytesIO()
    sheet.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["列", "文字", "a", "t"]], "第2行：所属表格“t”不存在"),
        ([["表", "表格", "t", None, None, "飞船"]], "第2行：设备类别“飞船”不认识"),
        ([["字", "文字", "a", None, "灯亮"]], "第2行：显示条件“灯亮”应写成"),
        ([["表", "表格", "t"]], "至少要有一列"),
    ],
)
def test_a_wrong_table_in_a_workbook_is_named(world, rows, words):
    with pytest.raises(DomainError) as refused:
        data = services.read_workbook(wide(*rows), "x.xlsx")
        services.save_template(actor=world.actor("manager"), contract=world.contract, key="x", data=data)
    assert words in sentence(refused.value)
