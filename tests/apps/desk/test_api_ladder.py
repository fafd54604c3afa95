"""The escalation ladder laid by programs."""

from __future__ import annotations

import pytest
from tests.apps.desk.test_api_more import BASE, call, do  # noqa: F401

from opsledger.apps.ledger.models import Entry

RUNG = {"metric": "resolve", "severity": "严重故障", "percent": 60, "to": "buyer", "raise_line": True}


def test_the_first_rung_replaces_the_default_and_the_last_brings_it_back(desk, do):  # noqa: F811
    assert {row["id"] for row in do("buyer", "get", f"{BASE}/ladder")} == {None}
    (rung,) = do("manager", "post", f"{BASE}/ladder", RUNG, HTTP_IDEMPOTENCY_KEY="l1")
    assert do("manager", "post", f"{BASE}/ladder", RUNG, HTTP_IDEMPOTENCY_KEY="l1") == [rung]
    assert (rung["percent"], rung["to_word"], rung["severity"]) == (60, "采购人", "严重故障")
    assert do("engineer", "get", f"{BASE}/ladder") == [rung]
    at = f"{BASE}/ladder/{rung['id']}"
    assert do("buyer", "delete", at, status=403)
    do("manager", "delete", at, status=204)
    do("manager", "delete", at, status=404)
    assert {row["id"] for row in do("manager", "get", f"{BASE}/ladder")} == {None}
    assert Entry.objects.filter(verb__startswith="ladder.").count() == 2


def test_a_rung_holds_from_the_next_act_on(desk, do):  # noqa: F811
    do("manager", "post", f"{BASE}/ladder", {"percent": 10, "to": "buyer"})
    ticket = desk.report()
    page = do("manager", "get", f"{BASE}/tickets/{ticket.number}")
    assert page["timers"] and ticket.next_due_at < ticket.due_at


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"percent": 0}, 422, "input.invalid"),
        ({"percent": 101}, 422, "input.invalid"),
        ({"to": "mayor"}, 422, "input.invalid"),
        ({"metric": "lunch"}, 422, "input.invalid"),
        ({"every_minutes": 0}, 422, "input.invalid"),
        ({"severity": "特大"}, 409, "ticket.severity_unknown"),
    ],
)
def test_a_rung_that_is_none(desk, do, told, status, code):  # noqa: F811
    assert do("manager", "post", f"{BASE}/ladder", {**RUNG, **told}, status=status)["code"] == code
    assert {row["id"] for row in do("manager", "get", f"{BASE}/ladder")} == {None}


def test_only_the_manager_lays_it(desk, do, call):  # noqa: F811
    for who in ("engineer", "buyer", "supervisor", "auditor", "unit"):
        assert do(who, "post", f"{BASE}/ladder", RUNG, status=403)["code"] == "access.denied"
    assert do("stranger", "post", f"{BASE}/ladder", RUNG, status=404)
    refused = call("manager", "post", f"{BASE}/ladder", RUNG, scopes=("tickets:write",))
    assert (refused[0], refused[1]["code"]) == (403, "api.scope_missing")
