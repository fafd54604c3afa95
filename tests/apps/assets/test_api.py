"""The API does what the asset pages do: the same roles, the same refusals, each move once."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.assets.models import Asset
from opsledger.apps.ledger.models import Entry

BASE = "/contracts/demo-2026"
SERVER = {
    "kind": "server",
    "name": "应用服务器",
    "item": "01",
    "place": "A排3柜",
    "fields": {"ip": "10.0.0.11"},
}


@pytest.fixture
def made(through):
    """made(**said) -> the code of an asset registered through the API."""

    def one(**said):
        return through("engineer", "post", f"{BASE}/assets", {**SERVER, **said}, 201)["code"]

    return one


def test_register_read_and_change(world, through, made):
    code = made(serial="SN-1", acquired_on="2024-05-01")
    told = through("auditor", "get", f"{BASE}/assets/{code}")
    assert (told["code"], told["item"], told["fields"], told["state"]) == (
        "ZC-00001",
        "01",
        {"ip": "10.0.0.11"},
        "in_use",
    )
    assert told["allowed"] == [] and "move" in through("engineer", "get", f"{BASE}/assets/{code}")["allowed"]
    changed = through(
        "manager",
        "patch",
        f"{BASE}/assets/{code}",
        {"place": "B排1柜", "fields": {"os": "麒麟V10"}, "version": 0},
    )
    assert (changed["place"], changed["name"], changed["serial"]) == ("B排1柜", "应用服务器", "SN-1")
    assert changed["fields"] == {"ip": "10.0.0.11", "os": "麒麟V10"}
    stale = through("manager", "patch", f"{BASE}/assets/{code}", {"place": "C", "version": 0}, 409)
    assert stale["code"] == "page.stale"
    assert through("manager", "patch", f"{BASE}/assets/{code}", {"item": ""})["item"] is None
    words = [one["word"] for one in through("buyer", "get", f"{BASE}/assets/{code}/history")["items"]]
    assert words == ["登记资产", "修改资产", "修改资产"]


@pytest.mark.parametrize(
    ("said", "status", "code", "words"),
    [
        ({"kind": "spaceship"}, 400, "asset.unknown_kind", "资产类型“spaceship”不认识"),
        ({"serial": "SN-1"}, 400, "asset.serial_taken", "序列号“SN-1”已登记"),
        ({"code": "ZC-00001"}, 400, "asset.code_taken", "资产编号“ZC-00001”已被"),
        ({"fields": {"wheels": "4"}}, 400, "asset.unknown_field", "“服务器”没有“wheels”这一栏"),
        ({"fields": {"memory_gb": "many"}}, 400, "asset.bad_field", "应为数字"),
        (
            {"acquired_on": "2026-01-01", "warranty_until": "2025-01-01"},
            400,
            "asset.ends_before_start",
            "早于购置日期",
        ),
        ({"item": "99"}, 404, "not_found", "没有这条记录"),
        ({"name": " "}, 422, "input.invalid", "输入不符合接口说明"),
        ({"quantity": 10**20}, 422, "input.invalid", "输入不符合接口说明"),
        ({"code": "A/1"}, 422, "input.invalid", "输入不符合接口说明"),
        ({"colour": "red"}, 422, "input.invalid", "输入不符合接口说明"),
    ],
)
def test_bad_input_registers_nothing_and_says_why(through, made, said, status, code, words):
    made(serial="SN-1")
    told = through("engineer", "post", f"{BASE}/assets", {**SERVER, **said}, status)
    assert told["code"] == code and words in told["detail"]
    assert Asset.objects.count() == 1


def test_what_a_change_leaves_out_is_held_against_what_is_known(through, made):
    code = made(acquired_on="2026-01-01")
    told = through("engineer", "patch", f"{BASE}/assets/{code}", {"warranty_until": "2025-01-01"}, 400)
    assert told["code"] == "asset.ends_before_start"


def test_only_keepers_register_and_units_see_their_own(world, through, made):
    mine, theirs = made(), made(item="02", name="别单位的机器")
    for who in ("buyer", "unit", "supervisor", "auditor"):
        assert through(who, "post", f"{BASE}/assets", SERVER, 403)["code"] == "access.denied"
        assert through(who, "patch", f"{BASE}/assets/{mine}", {"place": "x"}, 403)["code"] == "access.denied"
    assert [one["code"] for one in through("unit", "get", f"{BASE}/assets")["items"]] == [mine]
    assert through("unit", "get", f"{BASE}/asset-summary")["all"] == 1
    through("unit", "get", f"{BASE}/assets/{theirs}", status=404)
    through("unit", "get", f"{BASE}/assets/{theirs}/history", status=404)
    assert [one["code"] for one in through("unit", "get", f"{BASE}/asset-map")["nodes"]] == [mine]
    through("stranger", "get", f"{BASE}/assets", status=404)
    refused = through("engineer", "get", f"{BASE}/assets", status=403, scopes=("tickets:read",))
    assert refused["code"] == "api.scope_missing"
    through("engineer", "post", f"{BASE}/assets", SERVER, 403, scopes=("assets:read",))


def test_the_list_is_narrowed_as_on_the_page(through, made):
    made(name="旧服务器", warranty_until="2026-01-01")
    made(name="新服务器", warranty_until="2026-05-01", item="02")
    made(kind="switch", name="交换机", fields={}, place="B排")

    def names(asked):
        return [one["name"] for one in through("buyer", "get", f"{BASE}/assets?{asked}")["items"]]

    assert names("warranty=over") == ["旧服务器"] and names("warranty=soon") == ["新服务器"]
    assert (
        names("kind=switch") == ["交换机"]
        and names("item=02") == ["新服务器"]
        and names("q=B排") == ["交换机"]
    )
    assert names("state=stored") == []
    page = through("buyer", "get", f"{BASE}/assets?limit=2&count=true")
    assert (page["count"], page["next_offset"], len(page["items"])) == (3, 2, 2)
    assert through("buyer", "get", f"{BASE}/assets?state=broken", status=422)["code"] == "input.invalid"
    (ending, later) = through("buyer", "get", f"{BASE}/asset-endings")["items"]
    assert (ending["on"], ending["days_left"], later["word"]) == ("2026-01-01", -69, "保修")


def test_the_steps_of_an_assets_life(through, made):
    code = made()
    act = f"{BASE}/assets/{code}/acts"
    assert through("engineer", "post", f"{act}/store", {"place": "库房"})["state"] == "stored"
    assert through("engineer", "post", f"{act}/loan", {"to": "演示档案馆"})["holder"] == "演示档案馆"
    wrong = through("engineer", "post", f"{act}/move", {"place": "x"}, 400)
    assert wrong["code"].startswith("transitions.") and wrong["detail"]
    through("engineer", "post", f"{act}/return", {"place": "库房"})
    assert (
        through("engineer", "post", f"{act}/retire", {"reason": "损坏"}, 400)["code"]
        == "transitions.not_your_role"
    )
    assert through("buyer", "post", f"{act}/retire", {}, 400)["code"] == "transitions.fact_missing"
    assert through("buyer", "post", f"{act}/retire", {"reason": "损坏"})["state"] == "retired"
    assert through("unit", "post", f"{act}/move", {"place": "x"}, 400)["code"]
    assert through("engineer", "post", f"{act}/explode", {}, 422)["code"] == "input.invalid"


def test_relations_and_the_map(through, made):
    server, line = made(), made(kind="switch", name="交换机", fields={})
    at = f"{BASE}/assets/{server}/relations"
    told = through("engineer", "post", at, {"kind": "depends_on", "code": line}, 200)
    assert [(one["uses"], one["code"]) for one in told["relations"]] == [(True, line)]
    circle = through(
        "engineer", "post", f"{BASE}/assets/{line}/relations", {"kind": "depends_on", "code": server}, 400
    )
    assert circle["code"] == "asset.relation_circle"
    through("engineer", "post", at, {"kind": "depends_on", "code": "ZC-9"}, 404)
    through("buyer", "post", at, {"kind": "connects", "code": line}, 403)
    assert [hit["code"] for hit in through("unit", "get", f"{BASE}/assets/{line}")["impact"]] == [server]
    drawn = through("buyer", "get", f"{BASE}/asset-map?item=01")
    assert drawn["edges"] == [{"source": server, "target": line, "kind": "depends_on", "word": "依赖"}]
    one = f"{at}/{told['relations'][0]['id']}"
    through("buyer", "delete", one, status=403)
    through("engineer", "delete", one, status=204)
    through("engineer", "delete", one, status=404)
    assert through("buyer", "get", f"{BASE}/asset-map")["edges"] == []


def test_a_longer_list_costs_no_more_queries(
    through, made, django_assert_num_queries, django_assert_max_num_queries
):
    paths = [
        "assets",
        "asset-endings",
        "asset-map",
        "spares",
        "spares/moves",
        "spares/held",
        "ledger",
        "asset-summary",
    ]

    def costs():
        found = []
        for path in paths:
            with CaptureQueriesContext(
                connection,
            ) as seen:
                through("manager", "get", f"{BASE}/{path}?count=true")
            found.append(len(seen))
        return found

    def more():
        for _ in range(3):
            one = made(warranty_until=str(date(2026, 5, 1)), item="02")
            part = through("engineer", "post", f"{BASE}/spares", {"name": f"硬盘{one}"}, 201)["id"]
            for kind in ("in", "reserve"):
                through("engineer", "post", f"{BASE}/spares/{part}/moves", {"kind": kind, "asset": one}, 201)

    more()
    costs()
    before = costs()
    more()
    assert costs() == before


def test_the_ledger_tells_what_the_program_did_as_what_a_person_did(world, through, made):
    made()
    entry = Entry.objects.get(verb="asset.registered")
    assert (entry.actor_id, entry.actor_name) == (world.users["engineer"].pk, "演示engineer")
