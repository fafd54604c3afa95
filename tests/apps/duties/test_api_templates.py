"""Checklists through the API: read, the next version, a workbook, whether places are kept."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from opsledger.apps.duties.models import Template

HEAD = {"name": "小机房", "minutes": 25, "activities": ["inspection"]}
CHECKS = [
    {"id": "heat", "label": "室温", "kind": "number", "unit": "℃", "warn": [18, 27], "fail": [None, "35.5"]},
    {"id": "ups", "label": "UPS", "kind": "choice", "options": [{"value": "市电"}, {"value": "电池", "verdict": "fail"}]},
    {"id": "why", "label": "原因", "kind": "text", "when": {"check": "ups", "is": ["电池"]}},
    {"id": "hosts", "label": "逐台", "kind": "table", "columns": [{"id": "name", "label": "设备", "kind": "text"}]},
]  # fmt: skip


@pytest.fixture
def shipped(do) -> str:
    return do("manager", "get", "/templates")[0]["key"]


def test_the_next_version_of_a_shipped_one(shipped, do):
    at = f"/templates/{shipped}"
    before = do("auditor", "get", at)
    assert not before["own"] and before["checks"] and before["versions"] == []
    made = do("supervisor", "put", at, {**HEAD, "checks": CHECKS})
    assert (made["own"], made["version"], made["name"]) == (True, before["version"] + 1, "小机房")
    assert made["checks"][0]["fail"] == [None, "35.5"] and made["fits"] == before["fits"]
    assert made["versions"][0]["saved_by"] == "演示supervisor"
    # What was read can be sent back.
    again = do("manager", "put", at, {**HEAD, "checks": made["checks"], "based_on": made["version"]})
    assert again["checks"] == made["checks"]
    stale = do("manager", "put", at, {**HEAD, "checks": CHECKS, "based_on": made["version"]}, 409)
    assert stale["code"] == "page.stale"


def test_who_may_not_and_what_is_wrong(shipped, do):
    at = f"/templates/{shipped}"
    for who in ("engineer", "unit", "auditor"):
        assert do(who, "put", at, {**HEAD, "checks": CHECKS}, 403)["code"] == "access.denied"
    do("manager", "put", "/templates/nix", {**HEAD, "checks": CHECKS}, 404)
    do("stranger", "get", at, status=404)
    wrong = [{"id": "Heat", "label": "室温", "kind": "number"}, {"id": "b", "label": "乙", "kind": "laser"}]
    told = do("manager", "put", at, {**HEAD, "checks": wrong}, 400)
    assert told["code"] == "template.invalid" and "第1项" in told["detail"] and "laser" in told["detail"]
    nan = [{"id": "a", "label": "甲", "kind": "number", "warn": ["NaN", 3]}]
    assert "不是数字" in do("manager", "put", at, {**HEAD, "checks": nan}, 400)["detail"]
    do("manager", "put", at, {**HEAD, "activities": ["dancing"], "checks": CHECKS}, 422)
    do("manager", "put", at, {**HEAD, "each": ["spaceship"], "checks": CHECKS}, 422)
    assert not Template.objects.exists()


def test_the_sample_is_taken_in_again(client, token, send, do):
    answer = client.get("/api/v1/contracts/demo-2026/template-sample", **token("manager"))
    assert answer.status_code == 200
    assert load_workbook(io.BytesIO(answer.content)).active["B2"].value == "机房温度"
    assert client.get("/api/v1/contracts/demo-2026/template-sample", **token("unit")).status_code == 403

    def workbook(content=answer.content):
        return {"activities": ["inspection"], "file": SimpleUploadedFile("机房.xlsx", content)}

    key = {"HTTP_IDEMPOTENCY_KEY": "w1"}
    made = send("buyer", "/templates", workbook(), 201, **key)
    assert send("buyer", "/templates", workbook(), 201, **key) == made and Template.objects.count() == 1
    assert send("buyer", "/templates", {**workbook(), "name": "乙"}, 409, **key)["code"] == "api.key_reused"
    assert (made["name"], len(made["checks"])) == ("机房", 4)
    assert made["key"] in [one["key"] for one in do("engineer", "get", "/templates")]
    assert send("manager", "/templates", workbook(b"no workbook"), 400)["code"] == "template.no_workbook"
    assert send("engineer", "/templates", workbook(), 403)["code"] == "access.denied"


def test_places_are_the_buyers_to_allow(do):
    assert do("engineer", "get", "/places") == {"allowed": False}
    body = {"allowed": True, "note": "会议纪要3号"}
    assert do("manager", "put", "/places", body, 403)["code"] == "access.denied"
    do("buyer", "put", "/places", {"allowed": True, "note": ""}, 422)
    assert do("buyer", "put", "/places", body) == do("unit", "get", "/places") == {"allowed": True}
