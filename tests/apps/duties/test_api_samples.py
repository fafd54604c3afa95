"""Samples through the API: drawn by those who check, each row with its questions, several verified at once."""

from __future__ import annotations

import pytest

from opsledger.apps.duties import services
from opsledger.apps.duties.models import Occurrence
from opsledger.kernel.access import SYSTEM


@pytest.fixture
def handed_in(world, make_obligation, at) -> list[Occurrence]:
    """Three submissions that wait for a check."""
    for _ in range(3):
        make_obligation(evidence={"supervisor_verifies": True})
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    services.open_due(at)
    rows = list(Occurrence.objects.filter(window_id="2026-03#1").order_by("pk"))
    for row in rows:
        given = services.Submission(note="已做")
        services.submit_occurrence(actor=world.actor("engineer"), occurrence=row, submission=given)
    return rows


def test_drawn_looked_at_and_verified(handed_in, do):
    assert do("supervisor", "get", "/samples/waiting") == {"waiting": 3, "flagged": 0}
    key = {"HTTP_IDEMPOTENCY_KEY": "s1"}
    made = do("supervisor", "post", "/samples", {"how": "random", "count": 2}, 201, **key)
    assert do("supervisor", "post", "/samples", {"how": "random", "count": 2}, 201, **key) == made
    assert len(made["rows"]) == 2 and made["pool"] == [row.pk for row in handed_in] and made["seed"]
    first, second = (row["id"] for row in made["rows"])
    do("buyer", "post", f"/occurrences/{second}/acts/return", {"reason": "照片不清"})
    told = do("buyer", "post", f"/samples/{made['id']}/verify", {"occurrences": [first, second]})
    assert told["verified"] == [first]
    assert (told["failed"][0]["occurrence"], told["failed"][0]["code"][:12]) == (second, "transitions.")
    again = do("buyer", "get", f"/samples/{made['id']}")
    assert [row["state"] for row in again["rows"]] == ["verified", "returned"]
    assert [row["id"] for row in do("buyer", "get", "/samples")["items"]] == [made["id"]]


def test_only_those_who_check(handed_in, do):
    made = do("buyer", "post", "/samples", {"how": "kind", "activity": "inspection"}, 201)
    assert made["drawn"] == 3
    for who in ("manager", "engineer", "unit", "auditor"):
        do(who, "get", "/samples", status=403)
        do(who, "post", "/samples", {"how": "kind"}, 403)
        do(who, "get", f"/samples/{made['id']}", status=403)
    do("stranger", "get", "/samples", status=404)
    do("buyer", "get", "/samples/999999", status=404)
    do("buyer", "post", f"/samples/{made['id']}/verify", {"occurrences": [999999]}, 404)
    do("buyer", "post", "/samples", {"how": "guess"}, 422)


def test_more_rows_cost_no_more_queries(world, handed_in, do, asks):
    small = do("buyer", "post", "/samples", {"how": "random", "count": 1}, 201)
    cost, listed = asks("buyer", f"/samples/{small['id']}"), asks("buyer", "/samples")
    large = do("buyer", "post", "/samples", {"how": "random", "count": 3}, 201)
    assert asks("buyer", f"/samples/{large['id']}") == cost
    assert asks("buyer", "/samples") == listed
