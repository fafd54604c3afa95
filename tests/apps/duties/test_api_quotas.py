"""Bounded amounts through the API: drawn, corrected, agreed beyond; who may not; what is wrong in words."""

from __future__ import annotations

import pytest

from opsledger.apps.duties import services
from opsledger.apps.duties.models import QuotaDraw

DATA = {"what": "需求变更", "op": "<=", "value": 10, "unit": "人日", "period": "quarter"}


@pytest.fixture
def quota(make_obligation):
    return make_obligation(kind="quota", activity="", data=DATA)


@pytest.fixture
def use(world, quota, at):
    def make(amount, **more):
        return services.draw_quota(
            actor=world.actor("manager"), obligation=quota, amount=amount, on=at.date(), note="改报表", **more
        )

    return make


def test_drawn_down_and_corrected(quota, do):
    at = f"/quotas/{quota.pk}/uses"
    body = {"amount": "4.5", "on": "2026-03-11", "note": "改报表", "ticket_ref": "R-1"}
    key = {"HTTP_IDEMPOTENCY_KEY": "q1"}
    made = do("engineer", "post", at, body, 201, **key)
    assert do("engineer", "post", at, body, 201, **key) == made
    assert do("engineer", "post", at, body, 400)["code"] == "quota.ticket_twice"
    (told,) = do("auditor", "get", "/quotas")
    assert told["unit"] == "人日" and told["balance"] == {
        "first": "2026-01-01", "last": "2026-03-31", "limit": "10", "drawn": "4.5", "extra": "0", "pending": "0",
        "left": "5.5", "percent": 45,
    }  # fmt: skip
    to = f"/quota-uses/{made['id']}/correct"
    assert do("manager", "post", to, {"amount": "3", "reason": "算错"}, 400)["code"] == "quota.lower_by_buyer"
    assert do("buyer", "post", to, {"amount": "3", "reason": ""}, 400)["code"] == "quota.reason_needed"
    assert do("buyer", "post", to, {"amount": "3", "reason": "算错"})["amount"] == "3"
    assert do("supervisor", "get", "/quota-uses?count=true")["items"][0]["correction"] == "算错"


def test_beyond_the_bound(quota, use, do):
    use(9)
    body = {"amount": 2, "on": "2026-03-11", "note": "加班"}
    at = f"/quotas/{quota.pk}/uses"
    told = do("manager", "post", at, body, 400)
    assert told["code"] == "quota.used_up" and "1人日" in told["detail"]
    do("manager", "post", at, {**body, "agreement": "纪要"}, 403)
    assert do("buyer", "post", at, {**body, "agreement": "纪要"}, 201)["standing"] == "agreed"
    pending = use(1)
    QuotaDraw.objects.filter(pk=pending.pk).update(standing="pending", extra=True)
    (row,) = do("buyer", "get", "/quota-uses?standing=pending")["items"]
    to = f"/quota-uses/{row['id']}/decide"
    do("manager", "post", to, {"agree": True, "agreement": "x"}, 403)
    assert do("buyer", "post", to, {"agree": False, "agreement": ""}, 400)["code"] == "quota.agreement_needed"
    assert do("buyer", "post", to, {"agree": False, "agreement": "未事先商量"})["standing"] == "refused"
    assert do("buyer", "post", to, {"agree": True, "agreement": "x"}, 400)["code"] == "quota.decided_already"


def test_which_tickets_draw(quota, do):
    at = f"/quotas/{quota.pk}/rule"
    body = {"kinds": ["change", "change", "request"], "per_ticket": "0.5"}
    assert do("engineer", "put", at, body, 403)["code"] == "access.denied"
    assert do("manager", "put", at, body)["rule"] == {
        "kinds": ["change", "request"], "onsite": False, "per_ticket": "0.5",
    }  # fmt: skip
    assert do("buyer", "put", at, {"kinds": []})["rule"] is None
    do("buyer", "put", at, {"kinds": ["party"]}, 422)


def test_who_may_not_and_what_is_not_there(quota, make_obligation, use, do):
    one = use(1)
    for who in ("unit", "other_unit"):
        do(who, "get", "/quotas", status=403)
        do(who, "get", "/quota-uses", status=403)
    do("stranger", "get", "/quotas", status=404)
    good = {"amount": 1, "on": "2026-03-11", "note": "x"}
    assert do("auditor", "post", f"/quotas/{quota.pk}/uses", good, 403)["code"] == "access.denied"
    supplied = make_obligation(kind="quota", activity="", data={"op": "=", "value": 9, "unit": "条"})
    do("manager", "post", f"/quotas/{supplied.pk}/uses", good, 404)
    do("buyer", "post", "/quota-uses/999999/correct", {"amount": 1, "reason": "x"}, 404)
    for body, code in [
        ({**good, "amount": 0}, "bad_amount"),
        ({**good, "on": "2027-01-01"}, "outside_period"),
    ]:
        assert do("manager", "post", f"/quotas/{quota.pk}/uses", body, 400)["code"] == f"quota.{code}"
    do("buyer", "post", f"/quota-uses/{one.pk}/correct", {"amount": "NaN", "reason": "x"}, 422)


def test_more_rows_cost_no_more_queries(world, make_obligation, quota, use, asks):
    use(1)
    paths = ["/quotas", "/quota-uses"]
    before = [asks("manager", path) for path in paths]
    for _ in range(3):
        make_obligation(kind="quota", activity="", data=DATA)
        use(1)
    assert [asks("manager", path) for path in paths] == before
