"""Calls, codes and what a report can choose from, for programs."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.apps.desk.test_api_more import ALL, BASE, call, do  # noqa: F401

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import ReportCode, Ticket
from opsledger.apps.desk.services.settings import change_settings
from opsledger.apps.desk.services.ways_in import make_code

CALL = {"caller": "演示unit", "item": "档案", "severity": "一般故障", "title": "打不开", "minutes_ago": 5}


def test_a_call_is_noted_from_a_few_characters(desk, do):  # noqa: F811
    desk.world.users["unit"].phone = "138-0000-0001"
    desk.world.users["unit"].save()
    (caller,) = do("engineer", "get", f"{BASE}/callers?q=0001")
    assert (caller["name"], caller["organisation"]) == ("演示unit", "演示档案馆")
    assert {row["name"] for row in do("engineer", "get", f"{BASE}/callers")} == {
        "演示unit",
        "演示other_unit",
        "演示buyer",
    }
    assert do("engineer", "get", f"{BASE}/systems?q=档案") == [{"no": "01", "name": "01 档案管理平台"}]
    made = do("engineer", "post", f"{BASE}/calls", CALL, HTTP_IDEMPOTENCY_KEY="c1")
    assert do("engineer", "post", f"{BASE}/calls", CALL, HTTP_IDEMPOTENCY_KEY="c1") == made
    ticket = Ticket.objects.get()
    assert (ticket.source, ticket.reporter, ticket.contact_phone) == (
        "phone",
        desk.world.users["unit"],
        "138-0000-0001",
    )
    assert (desk.start - ticket.reported_at).total_seconds() == 300


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"item": "平台"}, 400, "phone.which_item"),
        ({"item": "没有的系统"}, 400, "phone.which_item"),
        ({"severity": "特大"}, 409, "ticket.severity_unknown"),
        ({"title": ""}, 422, "input.invalid"),
        ({"minutes_ago": 1441}, 422, "input.invalid"),
    ],
)
def test_a_call_that_cannot_be_noted(desk, do, told, status, code):  # noqa: F811
    refused = do("manager", "post", f"{BASE}/calls", {**CALL, **told}, status=status)
    assert refused["code"] == code and not Ticket.objects.exists()


def test_the_telephone_is_the_providers(desk, call):  # noqa: F811
    for who, status in [("unit", 403), ("buyer", 403), ("auditor", 403), ("stranger", 404)]:
        for path in ("callers", "systems"):
            assert call(who, "get", f"{BASE}/{path}")[0] == status
        assert call(who, "post", f"{BASE}/calls", CALL, scopes=ALL)[0] == status


def test_codes_are_made_and_drawn(desk, do, call):  # noqa: F811
    told = {"item": "01", "place": "三楼", "device": "UPS-02"}
    made = do("manager", "post", f"{BASE}/codes", told, HTTP_IDEMPOTENCY_KEY="q1")
    assert do("manager", "post", f"{BASE}/codes", told, HTTP_IDEMPOTENCY_KEY="q1") == made
    assert made["address"].endswith(f"/r/{made['code']}/")
    assert do("buyer", "get", f"{BASE}/codes?count=true")["count"] == 1
    status, _, image = call_raw(call, "manager", f"{BASE}/codes/{made['code']}/image")
    assert status == 200 and image["Content-Type"] == "image/svg+xml" and b"<svg" in image.content
    assert do("manager", "get", f"{BASE}/codes/no-such/image", status=404)
    # Only the buyer opens a code to all.
    assert do("manager", "post", f"{BASE}/codes", {**told, "open_to_all": True}, status=403)
    assert do("buyer", "post", f"{BASE}/codes", {**told, "open_to_all": True})["open_to_all"]
    contract = Contract.objects.get()
    change_settings(actor=desk.actor("buyer"), contract=contract, given={"open_codes": False})
    closed = do("buyer", "post", f"{BASE}/codes", {**told, "open_to_all": True}, status=400)
    assert closed["code"] == "code.not_open"
    assert do("manager", "post", f"{BASE}/codes", {"item": "99"}, status=404)
    assert do("engineer", "get", f"{BASE}/codes", status=403)
    assert do("unit", "post", f"{BASE}/codes", told, status=403)
    assert do("stranger", "get", f"{BASE}/codes", status=404)
    assert ReportCode.objects.count() == 2


def call_raw(call, who, path):  # noqa: F811
    """A call whose answer is no JSON, with the token of an earlier one."""
    _, _, earlier = call(who, "get", f"{BASE}/codes", scopes=ALL)
    answer = Client().get(path, HTTP_AUTHORIZATION=earlier.wsgi_request.META["HTTP_AUTHORIZATION"])
    return answer.status_code, None, answer


def test_what_a_report_can_choose_from(desk, do):  # noqa: F811
    code = make_code(actor=desk.actor("manager"), item=desk.world.item, place="三楼", device="UPS-02")
    contract = Contract.objects.get()
    change_settings(actor=desk.actor("manager"), contract=contract, given={"away_note": "国庆请拨值班电话"})
    told = do("unit", "get", f"{BASE}/reporting?code={code.code}")
    assert told["away"] == "国庆请拨值班电话" and told["parts"] == []
    assert told["code"] == {"item": "01", "place": "三楼", "device": "UPS-02"}
    assert do("unit", "get", f"{BASE}/reporting?code=no-such", status=404)
    assert do("auditor", "get", f"{BASE}/reporting", status=403)
    assert do("stranger", "get", f"{BASE}/reporting", status=404)
    report = {"item": "01", "title": "告警", "severity": "一般故障", "code": code.code, "place": "别处"}
    made = do("unit", "post", f"{BASE}/tickets", report)
    assert (made["source"], made["place"], made["device"]) == ("qr", "三楼", "UPS-02")
    ReportCode.objects.update(active=False)
    assert do("unit", "post", f"{BASE}/tickets", report, status=404)
