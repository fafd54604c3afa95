"""Workbooks with a type's own fields, what ends told in time, spare parts with their notices."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from openpyxl import Workbook, load_workbook

from opsledger.apps.accounts.models import Notice
from opsledger.apps.assets import selectors, services
from opsledger.apps.assets.ends import battery_end, ends_of
from opsledger.apps.assets.models import Asset
from opsledger.core.errors import DomainError

BASE = "/c/demo-2026/assets/"
HEADS = ["资产编号", "类型", "名称", "信创", "IP地址", "内存GB", "电池投用日期"]


def book(*rows, heads=HEADS) -> bytes:
    made = Workbook()
    made.active.append(heads)
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture
def bring(world):
    def make(*rows, heads=HEADS):
        return services.preview_import(
            actor=world.actor("engineer"),
            contract=world.contract,
            content=book(*rows, heads=heads),
            filename="a.xlsx",
        )

    return make


@pytest.fixture
def make(world):
    def one(name="应用服务器", kind="server", **said) -> Asset:
        said = {"kind": kind, "name": name, "item": world.item, "quantity": 1, **said}
        return services.register_asset(actor=world.actor("engineer"), contract=world.contract, said=said)

    return one


def test_a_types_own_fields_come_with_the_workbook(world, bring):
    batch = bring(
        ["", "服务器", "甲", "是", "10.1.1.1", 64, ""],
        ["", "UPS", "乙", "否", "", "", "2023年5月1日"],
        ["", "服务器", "丙", "也许", "10.1.1.3", "很多", ""],
        ["", "交换机", "丁", "", "10.1.1.4", "", "2023-05-01"],
    )
    told = {one["row"]: one["problem"] for one in batch.plan["wrong"]}
    assert set(told) == {4, 5}
    assert "应为“是”或“否”" in told[4] and "内存GB“很多”不是数字" in told[4]
    assert "“交换机”没有“电池投用日期”这一栏" in told[5]
    services.apply_import(actor=world.actor("engineer"), batch=batch)
    one, two = Asset.objects.get(name="甲"), Asset.objects.get(name="乙")
    assert (one.domestic, one.fields) == (True, {"ip": "10.1.1.1", "memory_gb": "64"})
    assert (two.domestic, two.fields) == (False, {"battery_on": "2023-05-01"})


def test_an_update_keeps_the_fields_it_does_not_name_and_can_be_undone(world, bring, make):
    asset = make(fields={"ip": "10.0.0.1", "os": "麒麟V10"})
    batch = bring([asset.code, "服务器", "应用服务器", "", "10.0.0.2", "", ""])
    assert batch.plan["update"][0]["after"] == {"fields": {"ip": "10.0.0.2", "os": "麒麟V10"}}
    page = world.client("engineer").get(f"{BASE}imports/{batch.pk}/").content.decode()
    assert "IP地址：" in page and "10.0.0.2" in page and "麒麟" not in page
    services.apply_import(actor=world.actor("engineer"), batch=batch)
    services.undo_import(actor=world.actor("engineer"), batch=batch)
    asset.refresh_from_db()
    assert asset.fields == {"ip": "10.0.0.1", "os": "麒麟V10"}


def test_unknown_columns_are_named_and_doubled_ones_refused(world, bring):
    batch = bring(["", "服务器", "甲", "x"], heads=["资产编号", "类型", "名称", "序列号码"])
    assert batch.plan["ignored"] == ["序列号码"] or batch.plan["ignored"] == ("序列号码",)
    page = world.client("engineer").get(f"{BASE}imports/{batch.pk}/").content.decode()
    assert "“序列号码”" in page
    with pytest.raises(DomainError, match="heading_twice"):
        bring(["", "服务器", "甲", "乙"], heads=["资产编号", "类型", "名称", "名称"])


def test_what_is_exported_with_its_fields_comes_back_the_same(world, bring, make):
    make(fields={"ip": "10.0.0.1"}, domestic=True)
    make("UPS", "ups", fields={"battery_on": "2023-05-01"}, domestic=False)
    content = world.client("engineer").get(BASE + "?export=xlsx").content
    heads = [cell.value for cell in load_workbook(io.BytesIO(content)).active[1]]
    assert {"IP地址", "电池投用日期", "信创"} <= set(heads) and "微码版本" not in heads
    batch = services.preview_import(
        actor=world.actor("engineer"), contract=world.contract, content=content, filename="b.xlsx"
    )
    assert batch.plan["same"] == 2 and not batch.plan["wrong"] and not batch.plan["update"]


# -- what ends ------------------------------------------------------------------------------------------


def test_batteries_are_four_years_old_on_the_day():
    assert battery_end("2022-05-01") == date(2026, 5, 1)
    assert battery_end("2024-02-29") == date(2028, 2, 28)
    assert battery_end("x") is None and battery_end(None) is None


def test_everything_of_an_asset_that_ends(make):
    asset = make("库", "database", fields={"edition": "MySQL 8.0"}, warranty_until=date(2027, 1, 1))
    assert [(key, on) for key, _, on in ends_of(asset)] == [
        ("warranty", date(2027, 1, 1)), ("support", date(2026, 4, 30)),
    ]  # fmt: skip


def test_batteries_and_vendor_support_are_told_as_well(world, make, at):
    make("机房UPS", "ups", fields={"battery_on": "2022-05-01"})  # 51 days after 11 March
    make("库", "database", fields={"edition": "MySQL 8.0"})  # 30 April, 50 days
    assert (services.remind_expiring(at), services.remind_expiring(at)) == (2, 0)
    titles = set(Notice.objects.filter(user=world.users["manager"]).values_list("title", flat=True))
    assert any("电池将满四年：还有51天" in one for one in titles)
    assert any("厂商支持将终止：还有50天" in one for one in titles)
    assert services.remind_expiring(at + timedelta(days=21)) == 2  # the next step


def test_the_line_of_time_counts_by_month(world, make, at):
    make(warranty_until=date(2026, 1, 31))
    make(warranty_until=date(2026, 3, 20))
    make("域名", "domain", expires_on=date(2026, 3, 25))
    rows = selectors.endings(world.actor("buyer"), world.contract, today=date(2026, 3, 11))
    months, lines = selectors.time_line(rows, today=date(2026, 3, 11))
    assert (months[0], months[6], len(months)) == (date(2025, 9, 1), date(2026, 3, 1), 19)
    warranty, expires = lines
    assert (warranty.cells[4], warranty.cells[6], expires.cells[6]) == ((1, "late"), (1, "soon"), (1, "soon"))
    assert "哪个月有东西到期" in world.client("buyer").get(BASE + "endings/").content.decode()


# -- spare parts ------------------------------------------------------------------------------------------


@pytest.fixture
def part(world):
    actor = world.actor("engineer")
    made = services.add_part(actor=actor, contract=world.contract, name="硬盘", minimum=2, price_cny=800)
    return services.move_part(actor=actor, part=made, kind="in", quantity=4)


def test_below_the_minimum_is_told_when_it_is_passed(world, part):
    actor = world.actor("engineer")
    told = Notice.objects.filter(user=world.users["manager"], title__contains="备件不足")
    services.move_part(actor=actor, part=part, kind="reserve", quantity=2, ticket_ref="T-1")
    assert told.count() == 0  # two are free, as many as there should be
    services.move_part(actor=actor, part=part, kind="use", quantity=1)
    assert told.count() == 1
    services.move_part(actor=actor, part=part, kind="use", quantity=1)
    assert told.count() == 1  # it was short already
    services.move_part(actor=actor, part=part, kind="in", quantity=5)
    services.move_part(actor=actor, part=part, kind="use", quantity=4)
    assert told.count() == 2


def test_what_is_out_is_known_by_its_ticket(world, part, make):
    actor = world.actor("engineer")
    asset = make()
    services.move_part(actor=actor, part=part, kind="reserve", quantity=2, ticket_ref="T-1")
    services.move_part(actor=actor, part=part, kind="use", quantity=1, ticket_ref="T-1", asset=asset)
    with pytest.raises(DomainError, match="loan_to_whom"):
        services.move_part(actor=actor, part=part, kind="loan", quantity=1)
    services.move_part(actor=actor, part=part, kind="loan", quantity=1, note="档案馆二楼")
    assert [(one.word, one.what_for, one.quantity) for one in selectors.held_of(world.contract)] == [
        ("预留", "T-1", 1), ("借出", "档案馆二楼", 1),
    ]  # fmt: skip
    assert [move.quantity for move in selectors.parts_used_on(asset)] == [1]
    page = world.client("buyer").get(BASE + "spares/").content.decode()
    assert "尚未了结" in page and "¥1,600.00" in page  # two of 800 are left in stock
    assert "用过的备件" in world.client("buyer").get(f"{BASE}a/{asset.code}/").content.decode()
    assert world.client("buyer").get(f"{BASE}spares/?part={part.pk}&export=xlsx").status_code == 200
    assert world.client("buyer").get(BASE + "spares/?part=x").status_code == 200


def test_more_labels_than_ten_sheets_are_not_dropped_in_silence(world, bring):
    rows = [["", "服务器", f"机{n}", "", "", "", ""] for n in range(250)]
    services.apply_import(actor=world.actor("engineer"), batch=bring(*rows))
    page = world.client("engineer").get(BASE + "labels/").content.decode()
    assert "符合条件的有 250 项" in page and page.count('class="label"') == 240
    few = world.client("engineer").get(BASE + "labels/?q=机24").content.decode()
    assert few.count('class="label"') == 11 and "分批打印" not in few  # 24 and 240 to 249


@pytest.mark.parametrize(
    "path", ["map/?focus=%00", "labels/?kind=%00", "a/%00/", "?q=%00", "spares/?part=%00"]
)
def test_a_null_byte_in_an_address_breaks_nothing(world, path):
    assert world.client("engineer").get(BASE + path).status_code in (200, 404)
