"""The contract's own lists: loaded once, taken over row by row, confirmed; totals that do not add up are told."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from opsledger.apps.assets import selectors, services
from opsledger.apps.assets.models import Asset, EquipmentList
from opsledger.apps.contracts.packs import load_pack
from opsledger.apps.contracts.packs.model import AssetGroup, Device
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel.access import SYSTEM

BASE = "/c/demo-2026/assets/takeover/"
PACKS = Path(__file__).resolve().parents[3] / "packs"
NET = AssetGroup(
    "net",
    "网络设备",
    "01",
    "4.1",
    (Device("核心交换机", 2, "台", "S9306", 2015, "2018年"), Device("路由器", 3, "台", "AR3260")),
    printed_total=7,
)
OVER = AssetGroup("all", "设备总数", "01", "4.1", (), printed_total=5, covers=("net",))
LOOSE = AssetGroup("item-02", "养老设备", "02", "", (Device("防火墙"),))


@pytest.fixture
def loaded(world):
    services.load_equipment(actor=SYSTEM, contract=world.contract, groups=[NET, OVER, LOOSE])
    return world


def take(world, name: str, **said) -> Asset:
    row = Asset.objects.get(name=name)
    services.act_on_asset(actor=world.actor("engineer"), asset=row, action="accept", place="A1", **said)
    return row


def test_loading_again_keeps_what_people_changed_and_adds_new_rows(loaded):
    core = Asset.objects.get(name="核心交换机")
    assert (core.state, core.kind, core.item, core.quantity, core.warranty_until) == (
        "listed", "switch", loaded.item, 2, date(2018, 12, 31),
    )  # fmt: skip
    assert core.source == "条款4.1 网络设备 第1行"
    services.change_asset(
        actor=loaded.actor("engineer"), asset=core, said={"name": "核心交换机甲", "serial": "S1"}
    )
    longer = AssetGroup("net", "网络设备", "01", "4.1", (*NET.devices, Device("防火墙", 1)), printed_total=7)
    counts = services.load_equipment(actor=SYSTEM, contract=loaded.contract, groups=[longer, OVER, LOOSE])
    assert counts == {"新增": 1, "已有": 3}
    core.refresh_from_db()
    assert (core.name, core.serial) == ("核心交换机甲", "S1") and Asset.objects.count() == 4
    assert len({row.code for row in Asset.objects.all()}) == 4


def test_totals_that_do_not_add_up_are_told_with_the_clause(loaded):
    (only,) = selectors.discrepancies(loaded.contract)
    assert only.sentence == "条款4.1 网络设备：印为7，各行合计5，多印2"
    assert only.sentence in loaded.client("buyer").get(BASE).content.decode()


def test_the_real_list_of_guangdong_prints_seven_more_than_it_has(world):
    pack = load_pack(PACKS / "guangdong-2024")
    counts = services.load_equipment(actor=SYSTEM, contract=world.contract, groups=pack.equipment())
    assert counts["新增"] == 55  # 9 + 34 + 5 + 7 rows
    assert sum(Asset.objects.values_list("quantity", flat=True)) == 10 + 93 + 5 + 7
    assert [(one.clause, one.printed, one.counted) for one in selectors.discrepancies(world.contract)] == [
        ("4.1.1.2", 100, 93),
        ("4.1.1.2", 112, 105),
    ]


@pytest.mark.parametrize(
    ("said", "differs"),
    [
        ({}, ""),
        ({"found_quantity": 2, "found_model": "s 9306"}, ""),  # the same model, spelled otherwise
        ({"found_quantity": 1}, "少1台"),
        ({"found_quantity": 3}, "多1台"),
        ({"found_quantity": 2, "found_model": "S7706"}, "型号不符"),
        ({"found_quantity": 0, "found_model": "S7706"}, "少2台，型号不符"),
    ],
)
def test_quantity_and_model_are_held_against_the_print(loaded, said, differs):
    take(loaded, "核心交换机", **said)
    (net, _) = selectors.takeovers(loaded.actor("buyer"), loaded.contract)
    assert net.rows[0].differs == differs and net.open == 1


def test_a_row_without_a_count_promises_none(loaded):
    take(loaded, "防火墙", found_quantity=4)
    (_, loose) = selectors.takeovers(loaded.actor("buyer"), loaded.contract)
    assert loose.rows[0].outcome == ("ok", "一致")


def test_changing_the_asset_later_does_not_change_what_was_promised(loaded):
    core = take(loaded, "核心交换机", found_quantity=1)
    core.refresh_from_db()
    services.change_asset(actor=loaded.actor("engineer"), asset=core, said={"quantity": 1})
    (net, _) = selectors.takeovers(loaded.actor("buyer"), loaded.contract)
    assert net.rows[0].differs == "少1台" and net.promised == 5


def test_the_buyer_confirms_once_all_rows_are_looked_at(loaded):
    listed = EquipmentList.objects.get(key="net")
    buyer = loaded.actor("buyer")
    take(loaded, "核心交换机", found_quantity=1)
    with pytest.raises(DomainError, match="rows_open"):
        services.confirm_takeover(actor=buyer, listed=listed)
    router = Asset.objects.get(name="路由器")
    services.act_on_asset(
        actor=loaded.actor("engineer"), asset=router, action="not_found", reason="机房各处找过"
    )
    with pytest.raises(DomainError, match="note_needed"):
        services.confirm_takeover(actor=buyer, listed=listed)
    with pytest.raises(DomainError, match=r"access\."):
        services.confirm_takeover(actor=loaded.actor("manager"), listed=listed, note="x")
    services.confirm_takeover(actor=buyer, listed=listed, note="按实物计")
    entry = Entry.objects.get(verb="asset.takeover_confirmed")
    assert entry.changes["differs"] == 2 and listed.confirmed_note == "按实物计"
    with pytest.raises(DomainError, match="confirmed_already"):
        services.confirm_takeover(actor=buyer, listed=listed, note="再来")


def test_the_way_through_the_page(loaded):
    engineer, buyer = loaded.client("engineer"), loaded.client("buyer")
    core, router = Asset.objects.get(name="核心交换机"), Asset.objects.get(name="路由器")
    shown = engineer.get(f"{BASE}?check={core.code}").content.decode()
    assert "实物型号" in shown and "全选待核对" in shown
    told = {"action": "accept", "list": "net", "code": core.code, "found_quantity": "", "place": "A排"}
    again = engineer.post(BASE, told).content.decode()
    assert "请填写实际数量" in again and "A排" in again  # what was typed stays
    assert engineer.post(BASE, {**told, "found_quantity": "1"}).status_code == 302
    assert "没有选中" in engineer.post(BASE, {"action": "bulk", "list": "net", "place": "B"}).content.decode()
    bulk = {"action": "bulk", "list": "net", "place": "B排", "codes": [router.code]}
    assert engineer.post(BASE, bulk)["Location"].endswith("#list-net")
    assert engineer.post(BASE, {"action": "fly"}).status_code == 404
    assert buyer.post(BASE, {**bulk, "list": "item-02"}).status_code in (200, 403)
    done = buyer.post(BASE, {"action": "confirm", "list": "net", "note": "少的一台由甲方补"})
    assert done.status_code == 302 and "采购人已确认" in buyer.get(BASE).content.decode()
    book = load_workbook(BytesIO(engineer.get(BASE + "?export=xlsx").content))
    assert [cell.value for cell in book.active[2]][:7] == [
        "4.1",
        "网络设备",
        1,
        "核心交换机",
        "S9306",
        "台",
        2,
    ]
    assert loaded.client("stranger").get(BASE).status_code == 404
    unit = loaded.client("unit").get(BASE).content.decode()
    assert "核心交换机" in unit and "养老设备" not in unit
