"""Findings through the API: on record, into somebody's hands, mended, checked by another; units see their own."""

from __future__ import annotations

import pytest

from opsledger.apps.duties import services
from opsledger.apps.duties.models import Finding


@pytest.fixture
def found(world, at) -> Finding:
    return services.record_finding(actor=world.actor("engineer"), item=world.item, summary="滤网积灰")


@pytest.fixture
def theirs(world, at) -> Finding:
    return services.record_finding(actor=world.actor("engineer"), item=world.other_item, summary="UPS告警")


def test_recorded_by_hand(world, do, at):
    body = {"item": "01", "summary": "机房漏水", "level": "high"}
    key = {"HTTP_IDEMPOTENCY_KEY": "f1"}
    made = do("unit", "post", "/findings", body, 201, **key)
    assert do("unit", "post", "/findings", body, 201, **key) == made and Finding.objects.count() == 1
    assert (made["state_word"], made["level_word"], made["found_by"]) == ("待处置", "严重", "演示unit")
    assert do("auditor", "post", "/findings", body, 403)["code"] == "access.denied"
    do("unit", "post", "/findings", {**body, "item": "02"}, 404)
    do("unit", "post", "/findings", {**body, "summary": ""}, 422)


def test_from_the_remediation_to_the_check(found, do, send, photo, call):
    at = f"/findings/{found.pk}"
    order = {"assignee": "engineer2", "due_at": "2026-03-20T10:00:00+08:00"}
    assert do("unit", "post", f"{at}/acts/remediate", order, 400)["code"] == "transitions.not_your_role"
    assert do("manager", "post", f"{at}/acts/remediate", {"assignee": "engineer2"}, 400)["code"] == (
        "transitions.fact_missing"
    )
    stranger = {**order, "assignee": "buyer"}
    assert (
        do("manager", "post", f"{at}/acts/remediate", stranger, 409)["code"] == "occurrence.not_on_contract"
    )
    told = do("manager", "post", f"{at}/acts/remediate", order)
    assert (told["state"], told["assignee"], told["late"]) == ("remediating", "演示engineer2", False)
    later = {"due_at": "2026-03-25T10:00:00+08:00", "reason": "待备件"}
    do("engineer", "post", f"{at}/acts/extend", later, 400)
    assert do("buyer", "post", f"{at}/acts/extend", later)["due_at"] == "2026-03-25T02:00:00Z"
    told = send("engineer2", f"{at}/files", {"measure": "已更换滤网", "file": [photo(1)]})
    assert (told["state"], told["files"][0]["name"]) == ("fixed", "现场.png")
    status, _, answer = call("unit", "get", at)
    tag = answer["ETag"]
    assert status == 200 and call("unit", "get", at, HTTP_IF_NONE_MATCH=tag)[0] == 304
    do("engineer2", "post", f"{at}/acts/verify", {}, 400)
    assert do("supervisor", "post", f"{at}/acts/return", {}, 400)["code"] == "transitions.fact_missing"
    do("supervisor", "post", f"{at}/acts/return", {"reason": "仍有积灰"})
    stale = do("unit", "post", f"{at}/acts/verify", {}, 412, HTTP_IF_MATCH=tag)
    assert stale["code"] == "api.etag_mismatch"
    do("manager", "post", f"{at}/acts/fix", {"measure": "再次清洗"})
    told = do("unit", "post", f"{at}/acts/verify", {})
    assert (told["state_word"], told["closed_by"], told["allowed"]) == ("已销项", "演示unit", [])
    assert [one["verb"] for one in told["history"]][-1] == "finding.verified"


def test_into_a_ticket(found, do):
    at = f"/findings/{found.pk}/acts/make_ticket"
    do("supervisor", "post", at, {"severity": "一般故障"}, 400)
    told = do("engineer", "post", at, {"severity": "一般故障"})
    assert told["ticket"] == "2026-00001" and told["state"] == "ticketed"


def test_accepted_or_dismissed_with_a_reason(found, theirs, do):
    do("supervisor", "post", f"/findings/{found.pk}/acts/accept_risk", {"reason": "x"}, 400)
    told = do("buyer", "post", f"/findings/{found.pk}/acts/accept_risk", {"reason": "将下线"})
    assert (told["state"], told["reason"]) == ("accepted_risk", "将下线")
    assert (
        do("supervisor", "post", f"/findings/{theirs.pk}/acts/dismiss", {"reason": "误读"})["state"]
        == "dismissed"
    )


def test_a_unit_sees_its_own(found, theirs, do):
    assert [row["id"] for row in do("unit", "get", "/findings?count=true")["items"]] == [found.pk]
    assert do("unit", "get", "/findings/counts")["open"] == 1
    do("unit", "get", f"/findings/{theirs.pk}", status=404)
    do("unit", "post", f"/findings/{theirs.pk}/acts/verify", {}, 404)
    assert do("buyer", "get", "/findings?count=true&show=live&limit=1")["count"] == 2
    assert do("buyer", "get", "/findings?q=UPS")["items"][0]["id"] == theirs.pk


def test_a_file_of_a_finding(found, send, token, photo, client):
    Finding.objects.filter(pk=found.pk).update(state="remediating")
    told = send(
        "engineer", f"/findings/{found.pk}/files", {"measure": "已清洗", "file": [photo(1), photo(2)]}
    )
    address = f"/api/v1/contracts/demo-2026/findings/{found.pk}/files/{told['files'][1]['id']}"
    down = client.get(address, **token("unit"))
    assert down.status_code == 200 and b"".join(down.streaming_content)[:4] == b"\x89PNG"
    assert client.get(address, **token("other_unit")).status_code == 404


def test_more_rows_cost_no_more_queries(world, found, asks):
    before = asks("engineer", "/findings")
    for n in range(5):
        services.record_finding(actor=world.actor("manager"), item=world.other_item, summary=f"第{n}条")
    assert asks("engineer", "/findings") == before
