"""The API: tokens and scopes, the same refusals as the screens, once and only once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from opsledger.apps.accounts.services import issue_token
from opsledger.apps.desk.models import Ticket
from opsledger.kernel.access import SYSTEM

BASE = "/api/v1/contracts/demo-2026"


@pytest.fixture
def call(desk):
    """call(who, method, path, body, **headers) -> (status, answer, response)."""
    made: dict[tuple[str, tuple[str, ...]], str] = {}

    def do(who, method, path, body=None, scopes=("tickets:read", "tickets:write"), **headers):
        if (who, scopes) not in made:
            _, secret = issue_token(
                actor=SYSTEM,
                user=desk.world.users[who],
                name="测试",
                scopes=list(scopes),
                expires_at=desk.start + timedelta(days=1),
            )
            made[who, scopes] = secret
        told = {"HTTP_AUTHORIZATION": f"Bearer {made[who, scopes]}", **headers}
        if body is not None:
            told |= {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(Client(), method)(path, **told)
        return answer.status_code, json.loads(answer.content) if answer.content else None, answer

    return do


def report(call, who="unit", **told):
    headers = told.pop("headers", {})
    body = {"item": "01", "title": "登录后白屏", "severity": "一般故障", **told}
    return call(who, "post", f"{BASE}/tickets", body, **headers)


def test_the_whole_way(desk, call):
    status, made, _ = report(call)
    assert status == 201 and made["number"] == "2026-00001"
    assert [timer["metric"] for timer in made["timers"]] == ["respond", "arrive", "resolve"]
    assert "cancel" in made["allowed"] and "dispatch" not in made["allowed"]
    acts = f"{BASE}/tickets/{made['number']}/acts"
    for who, action, body in [
        ("manager", "dispatch", {"assignee": "engineer"}),
        ("engineer", "accept", {}),
        ("engineer", "resolve", {"cause": "缓存", "solution": "清理", "fault": "应用程序"}),
        ("unit", "confirm", {"rating": 5, "parts": {"speed": 5}}),
    ]:
        status, told, _ = call(who, "post", f"{acts}/{action}", body)
        assert status == 200, told
    assert (told["state"], told["rating"]) == ("closed", 5)
    status, page, _ = call("unit", "get", f"{BASE}/tickets?count=true")
    assert (status, page["count"], page["next_offset"]) == (200, 1, None)
    assert call("unit", "get", f"{BASE}/tickets?q=白屏")[1]["items"][0]["number"] == made["number"]
    assert call("unit", "get", f"{BASE}/tickets?state=open")[1]["items"] == []
    assert call("manager", "get", f"{BASE}/counts")[1]["open"] == 0
    assert call("manager", "get", f"{BASE}/items")[1][0]["severities"][0]["word"] == "严重故障"


def test_refusals_have_the_code_of_the_screens(desk, call):
    ticket = desk.report()
    acts = f"{BASE}/tickets/{ticket.number}/acts"
    for who, path, body, status, code in [
        ("unit", f"{acts}/accept", {}, 400, "transitions.not_your_role"),
        ("manager", f"{acts}/dispatch", {"assignee": "nobody"}, 409, "ticket.not_an_engineer"),
        ("manager", f"{acts}/dispatch", {"version": 99, "assignee": "engineer"}, 409, "page.stale"),
        ("manager", f"{acts}/no_such", {}, 400, "transitions.unknown_action"),
        ("engineer", f"{acts}/accept", {"rating": 3}, 400, "api.fact_unknown"),
        ("engineer", f"{acts}/accept", {"colour": "red"}, 422, "input.invalid"),
        ("manager", f"{acts}/merge", {"reason": "x"}, 400, "transitions.fact_missing"),
    ]:
        got, told, answer = call(who, "post", path, body)
        assert (got, told["code"]) == (status, code), told
        assert answer["Content-Type"] == "application/problem+json" and told["detail"]


def test_units_do_not_reach_anothers_ticket(desk, call):
    ticket = desk.report()
    for method, path in [("get", ""), ("post", "/notes"), ("post", "/acts/confirm")]:
        body = {"note": "x"} if path == "/notes" else {} if method == "post" else None
        status, told, _ = call("other_unit", method, f"{BASE}/tickets/{ticket.number}{path}", body)
        assert (status, told["code"]) == (404, "not_found")
    assert call("stranger", "get", f"{BASE}/tickets")[0] == 404
    assert report(call, "other_unit")[0] == 404


def test_tokens(desk, call):
    assert Client().get(f"{BASE}/tickets").status_code == 401
    assert call("unit", "get", f"{BASE}/tickets", HTTP_AUTHORIZATION="Bearer ol_wrong")[0] == 401
    assert call("unit", "get", f"{BASE}/tickets", scopes=("tickets:read",))[0] == 200
    status, told, _ = call(
        "unit", "post", f"{BASE}/tickets", {"item": "01", "title": "x"}, scopes=("tickets:read",)
    )
    assert (status, told["code"]) == (403, "api.scope_missing")
    with desk.later(days=2):
        assert call("unit", "get", f"{BASE}/tickets")[0] == 401


def test_the_same_key_does_it_once(desk, call):
    first = report(call, headers={"HTTP_IDEMPOTENCY_KEY": "abc"})
    again = report(call, headers={"HTTP_IDEMPOTENCY_KEY": "abc"})
    assert first[1] == again[1] and Ticket.objects.count() == 1
    other = report(call, title="另一件", headers={"HTTP_IDEMPOTENCY_KEY": "abc"})
    assert (other[0], other[1]["code"]) == (409, "api.key_reused")
    # A call that was refused leaves its key free.
    bad = report(call, severity="无", headers={"HTTP_IDEMPOTENCY_KEY": "def"})
    assert bad[0] == 409
    assert report(call, headers={"HTTP_IDEMPOTENCY_KEY": "def"})[0] == 201


def test_etags(desk, call):
    ticket = desk.report()
    path = f"{BASE}/tickets/{ticket.number}"
    tag = call("unit", "get", path)[2]["ETag"]
    assert call("unit", "get", path, HTTP_IF_NONE_MATCH=tag)[0] == 304
    with desk.later(minutes=1):
        call("unit", "post", f"{path}/notes", {"note": "补充"})
        assert call("unit", "get", path, HTTP_IF_NONE_MATCH=tag)[0] == 200
        status, told, _ = call("unit", "post", f"{path}/acts/remind", {}, HTTP_IF_MATCH=tag)
        assert (status, told["code"]) == (412, "api.etag_mismatch")


def test_private_notes_stay_private(desk, call):
    ticket = desk.working()
    path = f"{BASE}/tickets/{ticket.number}"
    call("engineer", "post", f"{path}/notes", {"note": "内部", "private": True})
    assert any(event["private"] for event in call("manager", "get", path)[1]["events"])
    assert not any(event["private"] for event in call("unit", "get", path)[1]["events"])
