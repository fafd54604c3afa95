"""The register: life cycle, relations, imports with preview and undo, reminders, spare parts."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from opsledger.apps.accounts.models import Notice
from opsledger.apps.assets import selectors, services
from opsledger.apps.assets.lifecycle import STATES, TABLE
from opsledger.apps.assets.models import Asset, ImportBatch, SparePart
from opsledger.apps.assets.services.reading import HEADINGS, read_day
from opsledger.apps.assets.types import classes, guess, support_end, types
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError

BASE = "/c/demo-2026/assets/"


@pytest.fixture
def make(world):
    """A maker of assets of the first item."""

    def one(name="应用服务器", kind="server", **said) -> Asset:
        code = said.pop("code", "")
        state = said.pop("state", "in_use")
        said = {"kind": kind, "name": name, "item": world.item, "quantity": 1, "place": "A排3柜", **said}
        return services.register_asset(
            actor=world.actor("engineer"), contract=world.contract, said=said, code=code, state=state
        )

    return one


def test_types_are_sound():
    assert set(classes()) >= {
        "environment",
        "network",
        "host",
        "storage",
        "platform",
        "application",
        "data",
        "security",
    }
    assert guess("80KVA UPS主机蓄电池").key == "ups" and guess("核心交换机").key == "switch"
    assert guess("精密空调").key == "ac" and guess("说不清的东西").key == "other"
    for name, key in {
        "VPN系统": "secdevice",
        "漏洞扫描系统": "secdevice",
        "无线控制器授权": "licence",
    }.items():
        assert guess(name).key == key, name
    assert (
        guess("电子监察系统", "DELL PowerEdge 2950").key == "server"
        and guess("审批系统").key == "application"
    )
    assert all(one.of in classes() for one in types().values())
    assert support_end("应用服务器", "CentOS 7.9")[0] == date(2024, 6, 30) and support_end("麒麟V10") is None


def test_assets_are_numbered_and_keep_the_fields_of_their_type(make):
    one = make(fields={"ip": "10.1.1.1", "memory_gb": "64", "nonsense": "x"})
    assert (
        one.code == "ZC-00001" and one.fields == {"ip": "10.1.1.1", "memory_gb": "64"} and one.klass == "host"
    )
    assert make().code == "ZC-00002"
    with pytest.raises(DomainError, match="bad_field"):
        make(fields={"memory_gb": "很多"})


def test_codes_and_serials_are_taken_once(make):
    make(code="K-1", serial="SN1")
    with pytest.raises(DomainError, match="code_taken"):
        make(code="K-1")
    with pytest.raises(DomainError, match="serial_taken"):
        make(serial="SN1")
    with pytest.raises(DomainError, match="ends_before_start"):
        make(acquired_on=date(2024, 1, 1), warranty_until=date(2023, 1, 1))


@pytest.mark.parametrize("who", ["buyer", "unit", "supervisor", "auditor"])
def test_only_the_provider_keeps_the_register(world, who):
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.register_asset(
            actor=world.actor(who), contract=world.contract, said={"kind": "server", "name": "x"}
        )


@pytest.mark.parametrize("state", list(STATES))
@pytest.mark.parametrize("action", [one for one in TABLE.actions if one != "register"])
def test_every_state_and_action_goes_by_the_table(world, make, state, action):
    asset = make(state=state)
    wanted = TABLE.find(state, action)
    actor = world.actor("manager")
    if wanted is None:
        with pytest.raises(DomainError, match="not_in_this_state"):
            services.act_on_asset(actor=actor, asset=asset, action=action, place="B", reason="r", to="甲")
        return
    row = services.act_on_asset(actor=actor, asset=asset, action=action, place="B", reason="r", to="甲")
    assert row.state == wanted.target and row.place == "B"
    assert Entry.objects.filter(verb=f"asset.{action}", subject_id=str(asset.pk)).count() == 1


def test_what_fails_with_it(world, make):
    host, vm, db, app, spare = (make(name=n) for n in ("宿主机", "虚拟机", "数据库", "应用", "备机"))
    actor = world.actor("engineer")
    for source, target, kind in [
        (vm, host, "runs_on"), (db, vm, "runs_on"), (app, db, "depends_on"), (spare, host, "backs_up"), (host, spare, "connects"),
    ]:  # fmt: skip
        services.relate(actor=actor, source=source, target=target, kind=kind)
    assert [(hit.asset.name, hit.steps) for hit in selectors.impact_of(host)] == [
        ("虚拟机", 1),
        ("数据库", 2),
        ("应用", 3),
    ]
    assert selectors.impact_of(app) == []
    with pytest.raises(DomainError, match="relation_circle"):
        services.relate(actor=actor, source=host, target=app, kind="depends_on")


def test_a_stale_change_is_refused(world, make):
    asset = make()
    actor = world.actor("engineer")
    stale = Asset.objects.get(pk=asset.pk)
    services.change_asset(actor=actor, asset=asset, said={"place": "B1"})
    with pytest.raises(DomainError, match=r"page\.stale"):
        services.change_asset(actor=actor, asset=stale, said={"place": "C1"})
    entry = Entry.objects.get(verb="asset.changed")
    assert entry.changes == {"place": {"from": "A排3柜", "to": "B1"}}


# -- imports ------------------------------------------------------------------------------------------


def book(*rows, heads=None) -> bytes:
    made = Workbook(write_only=True)
    sheet = made.create_sheet()
    sheet.append(heads or ["资产编号", "类型", "名称", "序列号", "服务项", "数量", "保修到期", "位置"])
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def preview(world, content, name="资产.xlsx") -> ImportBatch:
    return services.preview_import(
        actor=world.actor("engineer"), contract=world.contract, content=content, filename=name
    )


def test_a_preview_changes_nothing_and_an_import_can_be_undone(world, make):
    old = make(name="旧名", code="K-1", serial="S1")
    content = book(
        ["K-1", "服务器", "新名", "S1", "01", 1, "2027-01-01", ""],
        ["", "交换机", "接入交换机", "S2", "1", 2, datetime(2026, 5, 1), "B1"],
    )
    batch = preview(world, content)
    old.refresh_from_db()
    assert old.name == "旧名" and Asset.objects.count() == 1
    assert len(batch.plan["create"]) == 1 and batch.plan["update"][0]["after"]["name"] == "新名"
    services.apply_import(actor=world.actor("engineer"), batch=batch)
    old.refresh_from_db()
    assert old.name == "新名" and old.place == "A排3柜"  # an empty cell leaves what is known
    assert Asset.objects.get(serial="S2").warranty_until == date(2026, 5, 1)
    with pytest.raises(DomainError, match="not_preview"):
        services.apply_import(actor=world.actor("engineer"), batch=batch)
    services.undo_import(actor=world.actor("engineer"), batch=batch)
    old.refresh_from_db()
    assert old.name == "旧名" and Asset.objects.count() == 1
    assert [e.verb for e in Entry.objects.filter(verb__startswith="asset.import")] == [
        "asset.imported", "asset.import_undone",
    ]  # fmt: skip


def test_what_was_touched_since_is_not_taken_back(world, make):
    batch = preview(world, book(["", "服务器", "甲", "S9"]))
    services.apply_import(actor=world.actor("engineer"), batch=batch)
    made = Asset.objects.get(serial="S9")
    services.change_asset(actor=world.actor("engineer"), asset=made, said={"place": "Z"})
    with pytest.raises(DomainError, match="changed_since"):
        services.undo_import(actor=world.actor("engineer"), batch=batch)


def test_a_preview_that_has_grown_old_is_refused(world, make):
    asset = make(code="K-1")
    batch = preview(world, book(["K-1", "服务器", "新名"]))
    services.change_asset(actor=world.actor("engineer"), asset=asset, said={"place": "B"})
    with pytest.raises(DomainError, match=r"import\.stale"):
        services.apply_import(actor=world.actor("engineer"), batch=batch)


def test_every_wrong_row_is_named_and_the_right_ones_stay(world, make):
    make(serial="TAKEN")
    batch = preview(
        world,
        book(
            ["", "飞船", "甲"],
            ["", "服务器", ""],
            ["", "服务器", "乙", "D1"],
            ["", "服务器", "丙", "D1"],
            ["K-9", "服务器", "丁", "TAKEN"],
            ["", "服务器", "戊", "", "99"],
            ["", "服务器", "己", "", "", "三台"],
            ["", "服务器", "庚", "", "", "", "明年"],
        ),
    )
    told = {one["row"]: one["problem"] for one in batch.plan["wrong"]}
    assert len(batch.plan["create"]) == 1 and set(told) == {2, 3, 5, 6, 7, 8, 9}
    for row, word in [
        (2, "飞船"),
        (3, "缺少名称"),
        (5, "第4行重复"),
        (6, "已登记"),
        (7, "不在合同"),
        (8, "三台"),
        (9, "不是日期"),
    ]:
        assert word in told[row]


@pytest.mark.parametrize(
    "text", ["2026-05-01", "2026/5/1", "2026.05.01", "2026年5月1日", "20260501", "2026-05-01 00:00:00"]
)
def test_days_written_as_text_are_read(text):
    assert read_day(text) == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK no workbook", "no_workbook"),
        (b"", "no_workbook"),
        (book(heads=["名字", "品种"]), "wrong_headings"),
    ],
)
def test_what_is_no_register_is_refused(world, content, code):
    with pytest.raises(DomainError, match=code):
        preview(world, content)


def test_a_hundred_thousand_rows_are_refused_and_nothing_is_kept(world):
    content = book(*(["", "服务器", "n"] for _ in range(100_000)))
    with pytest.raises(DomainError, match="too_many"):
        preview(world, content)
    assert not ImportBatch.objects.exists()


def test_a_thousand_assets_are_numbered_without_a_clash(world):
    content = book(*(["", "服务器", f"服务器{n}", f"SN{n}", "01", 1, "2027-01-01", "A"] for n in range(1000)))
    services.apply_import(actor=world.actor("engineer"), batch=preview(world, content))
    assert len(set(Asset.objects.values_list("code", flat=True))) == 1000


def test_an_export_can_be_imported_again(world, make):
    make(serial="S1", warranty_until=date(2027, 1, 1))
    content = world.client("engineer").get(BASE + "?export=xlsx").content
    batch = preview(world, content)
    assert batch.plan["same"] == 1 and not batch.plan["update"] and not batch.plan["wrong"]
    assert set(HEADINGS) >= {"资产编号", "到期日"}


# -- what runs out ----------------------------------------------------------------------------------


def test_reminders_come_at_each_step_once(world, make, at):
    make(expires_on=date(2026, 6, 9), kind="domain", name="门户域名")  # 90 days after 11 March
    assert services.remind_expiring(at) == 1
    assert services.remind_expiring(at) == 0
    for days, sent in [(29, 0), (30, 1), (60, 1), (82, 0), (83, 1), (91, 0)]:
        assert services.remind_expiring(at + timedelta(days=days)) == sent, days
    assert Notice.objects.filter(user=world.users["manager"], title__contains="门户域名").count() == 4


def test_endings_stand_in_the_order_of_days(world, make, at):
    make(name="UPS", kind="ups", fields={"battery_on": "2022-05-01"})
    make(name="数据库", kind="database", fields={"edition": "MySQL 8.0"})
    make(name="旧", warranty_until=date(2026, 1, 31))
    rows = selectors.endings(world.actor("buyer"), world.contract, today=date(2026, 3, 11))
    assert [(one.on, one.word[:4]) for one in rows] == [
        (date(2026, 1, 31), "保修"), (date(2026, 4, 30), "厂商支持"), (date(2026, 5, 1), "电池四年"),
    ]  # fmt: skip
    assert [one.tone for one in rows] == ["late", "waiting", "waiting"]


def test_the_share_of_domestic_it_leaves_out_what_is_not_marked(world, make):
    for domestic, count in [(True, 3), (False, 4), (None, 5)]:
        make(domestic=domestic, quantity=count)
    (row,) = selectors.domestic_share(world.actor("buyer"), world.contract)
    # 3 of 7 marked: 42.857..., cut.
    assert (row["domestic"], row["foreign"], row["unknown"], row["percent"]) == (3, 4, 5, 42)


# -- spare parts ------------------------------------------------------------------------------------


@pytest.fixture
def part(world) -> SparePart:
    actor = world.actor("engineer")
    made = services.add_part(actor=actor, contract=world.contract, name="硬盘", model="2.4T SAS", minimum=2)
    return services.move_part(actor=actor, part=made, kind="in", quantity=5)


def move(world, part, kind, quantity, **more):
    return services.move_part(
        actor=world.actor("engineer"), part=part, kind=kind, quantity=quantity, **{"note": "演示", **more}
    )


def test_stock_is_reserved_and_used_by_its_ticket(world, part, make):
    move(world, part, "reserve", 3, ticket_ref="I-1")
    assert (part.stock, part.reserved, part.free) == (5, 3, 2)
    with pytest.raises(DomainError, match="not_enough"):
        move(world, part, "use", 3, ticket_ref="I-2")  # only two are free for another ticket
    move(world, part, "use", 3, ticket_ref="I-1", asset=make())
    assert (part.stock, part.reserved) == (2, 0)
    move(world, part, "use", 1)
    assert part.short and part.stock == 1


def test_lent_units_come_back_and_counting_sets_the_truth(world, part):
    move(world, part, "loan", 2)
    assert (part.stock, part.loaned) == (3, 2)
    with pytest.raises(DomainError, match="not_loaned"):
        move(world, part, "back", 3)
    move(world, part, "back", 2)
    move(world, part, "count", 4)
    assert part.stock == 4


@pytest.mark.parametrize(
    ("kind", "quantity", "code"),
    [
        ("in", 0, "bad_quantity"),
        ("use", -1, "bad_quantity"),
        ("use", 6, "not_enough"),
        ("release", 1, "not_reserved"),
        ("loan", 9, "not_enough"),
    ],
)
def test_impossible_moves_are_refused_and_nothing_changes(world, part, kind, quantity, code):
    with pytest.raises(DomainError, match=code):
        move(world, part, kind, quantity)
    part.refresh_from_db()
    assert (part.stock, part.reserved, part.loaned) == (5, 0, 0)


# -- pages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["", "endings/", "?klass=host&warranty=over&export=xlsx", "?state=zz&sort=x", "a/ZC-00001/"]
)
def test_pages_answer_every_role(world, make, path):
    make()
    for who in ("buyer", "unit", "manager", "engineer", "supervisor", "auditor"):
        assert world.client(who).get(BASE + path).status_code == 200, who
    assert world.client("stranger").get(BASE + path).status_code == 404


def test_a_unit_sees_its_own_assets_only(world, make):
    make()
    assert world.client("other_unit").get(BASE + "a/ZC-00001/").status_code == 404
    assert world.client("unit").get(BASE + "new/").status_code == 403


def test_the_way_through_the_browser(world, at):
    client = world.client("engineer")
    told = {"kind": "server", "name": "应用服务器", "quantity": 1, "f_memory_gb": "64", "domestic": "true"}
    bad = client.post(BASE + "new/", {**told, "f_memory_gb": "很多"})
    assert bad.status_code == 200 and "应为数字" in bad.content.decode()
    assert client.post(BASE + "new/", told)["Location"].endswith("/a/ZC-00001/")
    asset = Asset.objects.get()
    assert asset.domestic is True and asset.fields == {"memory_gb": "64"}
    address = BASE + "a/ZC-00001/"
    assert client.post(address, {"action": "move", "place": "B2"}).status_code == 302
    assert client.post(address, {"action": "retire", "reason": ""}).status_code == 200
    assert client.post(address, {"action": "fly"}).status_code == 404
    gone = client.post(address, {"action": "relate", "kind": "runs_on", "code": "ZC-99999"})
    assert gone.status_code == 200 and "没有这个编号" in gone.content.decode()
    edited = client.post(
        address + "edit/", {**told, "name": "数据库服务器", "version": Asset.objects.get().version}
    )
    assert edited.status_code == 302 and Asset.objects.get().name == "数据库服务器"
    stale = client.post(address + "edit/", {**told, "name": "又改一次", "version": 0})
    assert stale.status_code == 200 and "又改一次" in stale.content.decode()
    labels = client.get(BASE + "labels/")
    assert labels.status_code == 200 and "<path d=" in labels.content.decode()


def test_an_import_through_the_browser(world):
    client = world.client("engineer")
    fake = SimpleUploadedFile("x.xlsx", b"nothing")
    assert "不是可读取" in client.post(BASE + "imports/", {"file": fake}).content.decode()
    good = SimpleUploadedFile("x.xlsx", book(["", "服务器", "甲", "S1"], ["", "飞船", "乙"]))
    address = client.post(BASE + "imports/", {"file": good})["Location"]
    text = client.get(address).content.decode()
    assert "飞船" in text and "确认导入" in text
    assert client.post(address, {"action": "apply"}).status_code == 302
    assert client.post(address, {"action": "apply"}).status_code == 200
    assert client.post(address, {"action": "undo"}).status_code == 302 and not Asset.objects.exists()
    assert client.get(BASE + "imports/sample.xlsx").status_code == 200
    assert world.client("buyer").get(BASE + "imports/").status_code == 403


def test_spares_through_the_browser(world, part):
    client = world.client("engineer")
    address = BASE + "spares/"
    assert (
        client.post(address, {"action": "move", "part": part.pk, "kind": "use", "quantity": 99}).status_code
        == 200
    )
    assert (
        client.post(address, {"action": "move", "part": part.pk, "kind": "use", "quantity": 1}).status_code
        == 302
    )
    assert (
        client.post(address, {"action": "add", "name": "电源", "unit": "个", "minimum": 1}).status_code == 302
    )
    assert world.client("buyer").get(address).status_code == 200
