"""Contracts through the API: what each role sees on the pages, each term with its clause, gaps settled once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.accounts.models import Membership
from opsledger.apps.contracts import packs, services
from opsledger.apps.contracts.models import Obligation, ServiceItem
from opsledger.apps.ledger.models import Entry
from opsledger.kernel.access import SYSTEM

BASE = "/contracts/anyang-2026"
PACK = Path(__file__).resolve().parents[3] / "packs" / "anyang-2026"


@pytest.fixture(scope="module")
def pack():
    return packs.load_pack(PACK)


@pytest.fixture
def anyang(world, pack):
    """The contract of the pack with a person for every role; the unit is that of item 03."""
    report = services.load_pack(actor=SYSTEM, pack=pack, overrides={"price_cny": "6000000"})
    services.bind_contract(actor=SYSTEM, contract=report.contract)
    unit = ServiceItem.objects.get(contract=report.contract, no="03").unit
    for role in ("buyer", "unit", "manager", "engineer", "supervisor", "auditor"):
        body = unit if role == "unit" else None
        Membership.objects.create(
            user=world.users[role], contract=report.contract, role=role, organisation=body
        )
    return report.contract


def test_the_contracts_one_may_see(anyang, through):
    slugs = [one["slug"] for one in through("auditor", "get", "/contracts?count=true")["items"]]
    assert sorted(slugs) == ["anyang-2026", "demo-2026"]
    told = through("other_unit", "get", "/contracts")["items"]
    assert [(one["slug"], one["roles"]) for one in told] == [("demo-2026", ["unit"])]
    assert through("stranger", "get", "/contracts")["items"] == []
    through("other_unit", "get", BASE, status=404)
    refused = through("auditor", "get", "/contracts", status=403, scopes=("tickets:read",))
    assert refused["code"] == "api.scope_missing"


def test_the_first_page_of_a_contract(anyang, through):
    whole, part = (through(who, "get", BASE) for who in ("auditor", "unit"))
    assert (whole["price_cny"], whole["phase"], whole["counts"]["items"]) == ("6000000.00", "履行中", 30)
    assert {one["id"] for one in whole["windows"]} == set(anyang.windows) and whole["sources"]
    assert part["counts"]["items"] < 30 and len(part["units"]) == 1
    assert sum(one["number"] for one in whole["kinds"]) == whole["counts"]["terms"]


def test_items_and_terms_with_their_clauses(anyang, through):
    rows = through("engineer", "get", f"{BASE}/service-items?limit=200")["items"]
    assert len(rows) == 30 and rows[0]["terms"] > 0
    mine = through("unit", "get", f"{BASE}/service-items")["items"]
    assert "03" in {one["no"] for one in mine} and len(mine) < 30
    hidden = next(one["no"] for one in rows if one["no"] not in {two["no"] for two in mine})
    through("unit", "get", f"{BASE}/service-items/{hidden}", status=404)
    one = through("unit", "get", f"{BASE}/service-items/03")
    assert "馆藏档案" in one["name"] and one["levels"] and one["obligations"]
    terms = through("unit", "get", f"{BASE}/terms?item=03&kind=sla&limit=200")["items"]
    urgent = next(term for term in terms if term["key"] == "03.arrive.core.in")
    assert urgent["clause"] and urgent["state_word"] == "已确认" and "15分钟" in urgent["described"]
    assert (urgent["data"]["value"], urgent["data"]["unit"]) == ("15", "minute") or urgent["data"][
        "value"
    ] == 15
    assert through("unit", "get", f"{BASE}/terms?item={hidden}")["items"] == []
    page = through("auditor", "get", f"{BASE}/terms?q=到场&limit=5&count=true")
    assert page["count"] > 5 and page["next_offset"] == 5
    assert through("auditor", "get", f"{BASE}/terms?kind=poem", status=422)["code"] == "input.invalid"


def test_gaps_are_settled_by_the_parties(anyang, through):
    gaps = through("auditor", "get", f"{BASE}/gaps?count=true")
    first = gaps["items"][0]
    assert gaps["count"] == Obligation.objects.filter(status="gap").count() and first["clause"]
    assert through("unit", "get", f"{BASE}/gaps", status=403)["code"] == "access.denied"
    assert through("unit", "get", f"{BASE}/open-points", status=403)["code"] == "access.denied"
    assert through("auditor", "get", f"{BASE}/open-points")["items"][0]["what"]
    at = f"{BASE}/gaps/{first['id']}/agreement"
    said = {"period": "month", "count": 2, "note": "启动会纪要第3条"}
    for who in ("engineer", "unit", "auditor"):
        assert through(who, "put", at, said, 403)["code"] == "access.denied"
    for bad in ({"count": 0}, {"period": "decade"}, {"note": ""}, {"every": 53}):
        told = through("manager", "put", at, {**said, **bad}, 422)
        assert told["detail"] == "输入不符合接口说明，请核对各字段。"
    through("manager", "put", f"{BASE}/gaps/999999999/agreement", said, 404)
    for _ in range(2):
        told = through("manager", "put", at, said, HTTP_IDEMPOTENCY_KEY="k1")
    assert (told["status"], told["agreed"]["count"], told["agreed"]["note"]) == (
        "active",
        2,
        "启动会纪要第3条",
    )
    assert Entry.objects.filter(verb="obligation.agreed").count() == 1
    agreed = through("buyer", "get", f"{BASE}/gaps?state=agreed")["items"]
    assert [one["id"] for one in agreed] == [first["id"]]


def test_the_owner_and_the_period_of_an_item(anyang, through):
    at = f"{BASE}/service-items/03"
    assert through("manager", "put", f"{at}/owner", {"username": "engineer"})["owner"] == "engineer"
    refused = through("manager", "put", f"{at}/owner", {"username": "buyer"}, 400)
    assert refused["code"] == "item.not_an_engineer" and "不是这份合同的工程师" in refused["detail"]
    assert through("buyer", "put", f"{at}/owner", {"username": None}, 403)["code"] == "access.denied"
    assert through("manager", "put", f"{at}/owner", {"username": None})["owner"] is None
    days = {"starts_on": "2026-02-01", "ends_on": "2026-12-31", "note": "开通确认单"}
    assert through("engineer", "put", f"{at}/period", days, 403)["code"] == "access.denied"
    wrong = through("buyer", "put", f"{at}/period", {**days, "ends_on": "2026-01-01"}, 400)
    assert wrong["code"] == "contract.ends_before_start"
    assert through("buyer", "put", f"{at}/period", days)["starts_on"] == "2026-02-01"


def test_more_rows_cost_no_more_queries(anyang, through):
    for path in ("terms", "service-items", "gaps", "people"):
        asked = []
        for limit in (1, 1, 40):
            with CaptureQueriesContext(connection) as seen:
                through("manager", "get", f"{BASE}/{path}?limit={limit}")
            asked.append(len(seen))
        assert asked[1] == asked[2], path
