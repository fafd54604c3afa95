"""The API of spare parts, take-over and imports: each move once, row by row, seen before it is done."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from tests.apps.assets.test_api import BASE, made  # noqa: F401

from opsledger.apps.assets import services
from opsledger.apps.assets.models import Asset, SparePart
from opsledger.apps.contracts.packs.model import AssetGroup, Device
from opsledger.kernel.access import SYSTEM


def test_a_move_of_the_stock_counts_once(through, made):  # noqa: F811
    code = made()
    disk = through(
        "engineer", "post", f"{BASE}/spares", {"name": "硬盘", "minimum": 2, "price_cny": "800.50"}, 201
    )
    assert (disk["price_cny"], disk["short"]) == ("800.50", True)
    at = f"{BASE}/spares/{disk['id']}/moves"
    for _ in range(2):
        told = through(
            "engineer", "post", at, {"kind": "in", "quantity": 5}, 201, HTTP_IDEMPOTENCY_KEY="box-1"
        )
        assert told["stock"] == 5
    reused = through("engineer", "post", at, {"kind": "in", "quantity": 6}, 409, HTTP_IDEMPOTENCY_KEY="box-1")
    assert reused["code"] == "api.key_reused"
    through("engineer", "post", at, {"kind": "reserve", "quantity": 2, "ticket": "2026-00001"}, 201)
    (held,) = through("buyer", "get", f"{BASE}/spares/held")["items"]
    assert (held["what_for"], held["quantity"]) == ("2026-00001", 2)
    used = through("engineer", "post", at, {"kind": "use", "ticket": "2026-00001", "asset": code}, 201)
    assert (used["stock"], used["reserved"]) == (4, 1)
    assert through("auditor", "get", f"{BASE}/assets/{code}")["parts"][0]["part"] == "硬盘"
    for body, status, refusal in [
        ({"kind": "use", "quantity": 9}, 400, "spare.not_enough"),
        ({"kind": "in", "quantity": 0}, 400, "spare.bad_quantity"),
        ({"kind": "loan", "quantity": 1}, 400, "spare.loan_to_whom"),
        ({"kind": "use", "asset": "ZC-9"}, 404, "not_found"),
        ({"kind": "steal"}, 422, "input.invalid"),
        ({"kind": "in", "quantity": 10**18}, 422, "input.invalid"),
    ]:
        assert through("engineer", "post", at, body, status)["code"] == refusal
    assert SparePart.objects.get().stock == 4
    moves = through("supervisor", "get", f"{BASE}/spares/moves?part={disk['id']}&count=true")
    assert (moves["count"], [one["kind"] for one in moves["items"]]) == (3, ["use", "reserve", "in"])


def test_units_do_not_see_the_stock_and_readers_do_not_move_it(through):
    part = through("manager", "post", f"{BASE}/spares", {"name": "硬盘"}, 201)
    for path in ("spares", "spares/moves", "spares/held"):
        assert through("unit", "get", f"{BASE}/{path}", status=403)["code"] == "access.denied"
    for who in ("buyer", "auditor"):
        through(who, "post", f"{BASE}/spares", {"name": "内存"}, 403)
        through(who, "post", f"{BASE}/spares/{part['id']}/moves", {"kind": "in"}, 403)
    through("manager", "post", f"{BASE}/spares/{part['id'] + 1}/moves", {"kind": "in"}, 404)


@pytest.fixture
def listed(world):
    group = AssetGroup(
        id="room", title="机房设备", item="01", clause="3.2", printed_total=4,
        devices=[Device(name="服务器", model="R1", count=2), Device(name="交换机", model="S1", count=1)],
    )  # fmt: skip
    services.load_equipment(actor=SYSTEM, contract=world.contract, groups=[group])
    return [one.code for one in Asset.objects.order_by("list_row")]


def test_take_over_row_by_row(through, listed):
    first, second = listed
    told = through("auditor", "get", f"{BASE}/takeover")
    assert [(one["key"], one["rows"], one["open"]) for one in told["lists"]] == [("room", 2, 2)]
    assert "印为4，各行合计3" in told["discrepancies"][0]["sentence"]
    confirm = f"{BASE}/takeover/room/confirm"
    assert through("buyer", "post", confirm, {}, 400)["code"] == "takeover.rows_open"
    accept = f"{BASE}/takeover/accept"
    assert (
        through("buyer", "post", accept, {"codes": [first], "place": "A"}, 400)["code"]
        == "transitions.not_your_role"
    )
    assert (
        through("engineer", "post", accept, {"codes": ["x"], "place": "A"}, 400)["code"]
        == "takeover.none_chosen"
    )
    assert through("engineer", "post", accept, {"codes": [first], "place": "A排"}) == {"accepted": 1}
    through("engineer", "post", f"{BASE}/assets/{second}/acts/accept", {"place": "B", "found_quantity": 0})
    rows = through("unit", "get", f"{BASE}/takeover/room/rows")["items"]
    assert [one["outcome"] for one in rows] == ["一致", "少1"]
    assert through("buyer", "post", confirm, {}, 400)["code"] == "takeover.note_needed"
    assert through("manager", "post", confirm, {"note": "按实物计"}, 403)["code"] == "access.denied"
    assert through("buyer", "post", confirm, {"note": "按实物计"})["lists"][0]["confirmed_by"] == "演示buyer"
    assert through("buyer", "post", confirm, {"note": "再次"}, 400)["code"] == "takeover.confirmed_already"
    through("buyer", "get", f"{BASE}/takeover/none/rows", status=404)


def _book(*rows) -> SimpleUploadedFile:
    book = Workbook()
    book.active.append(["资产编号", "类型", "名称", "位置"])
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return SimpleUploadedFile("资产.xlsx", kept.getvalue())


def test_an_import_is_seen_done_and_taken_back(through, made):  # noqa: F811
    code = made()
    at = f"{BASE}/asset-imports"
    book = _book(
        [code, "服务器", "应用服务器", "C排"], ["", "交换机", "新交换机", "C排"], ["", "飞船", "x", ""]
    )
    told = through("manager", "post", at, status=201, files={"file": book})
    assert (told["create"], told["update"], told["wrong"], told["state"]) == (1, 1, 1, "preview")
    assert told["updates"][0]["changes"] == [{"heading": "位置", "before": "A排3柜", "after": "C排"}]
    assert told["wrong_rows"][0]["row"] == 4 and Asset.objects.count() == 1
    one = f"{at}/{told['id']}"
    assert through("manager", "post", f"{one}/undo", status=400)["code"] == "import.not_preview"
    assert through("manager", "post", f"{one}/apply")["state"] == "applied" and Asset.objects.count() == 2
    assert through("engineer", "post", f"{one}/apply", status=400)["code"] == "import.not_preview"
    assert through("engineer", "post", f"{one}/undo")["state"] == "undone" and Asset.objects.count() == 1
    assert [row["state_word"] for row in through("engineer", "get", at)] == ["已撤销"]
    assert through("engineer", "get", one)["filename"] == "资产.xlsx"


def test_imports_are_for_keepers_and_a_bad_file_is_refused(through):
    at = f"{BASE}/asset-imports"
    for who in ("buyer", "unit", "auditor"):
        assert through(who, "get", at, status=403)["code"] == "access.denied"
        assert through(who, "post", at, status=403, files={"file": _book()})["code"] == "access.denied"
    bad = SimpleUploadedFile("资产.xlsx", b"no workbook")
    told = through("manager", "post", at, status=400, files={"file": bad})
    assert told["code"] == "import.no_workbook" and "另存为" in told["detail"]


def test_a_code_that_no_address_can_hold_is_refused_before_it_breaks_the_list(world):
    keeper = world.client("engineer")
    seen = keeper.post(
        "/c/demo-2026/assets/imports/", {"file": _book(["A/1", "服务器", "应用服务器", "C排"])}
    )
    assert "资产编号“A/1”不能含有“/”" in keeper.get(seen["Location"]).content.decode()
    keeper.post(seen["Location"], {"action": "apply"})
    assert not Asset.objects.exists() and keeper.get("/c/demo-2026/assets/").status_code == 200


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("spares/", {"action": "add", "name": "硬盘", "unit": "个", "minimum": "9" * 20}),
        ("spares/", {"action": "move", "kind": "in", "quantity": "9" * 20}),
        ("a/ZC-00001/", {"action": "accept", "place": "A排", "found_quantity": "9" * 20}),
    ],
)
def test_a_number_that_no_database_can_hold_is_refused_on_the_page(world, address, told):
    keeper = {"actor": world.actor("engineer"), "contract": world.contract}
    part = services.add_part(**keeper, name="内存")
    services.register_asset(**keeper, said={"kind": "server", "name": "应用服务器"}, state="listed")
    answer = world.client("engineer").post(f"/c/demo-2026/assets/{address}", {"part": part.pk, **told})
    assert answer.status_code == 200 and "999999" in answer.content.decode()
