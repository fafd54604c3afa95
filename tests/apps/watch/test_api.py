"""Outages, availability and requests to leave time out, through the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.watch.models import Exclusion, Outage

BASE = "/contracts/demo-2026"
OUT = {"item": "01", "starts_at": "2026-03-11T08:00:00+08:00", "cause": "断电"}
ASK = {
    "item": "01",
    "kind": "maintenance",
    "starts_at": "2026-03-14T20:00:00+08:00",
    "ends_at": "2026-03-14T22:00:00+08:00",
    "reason": "升级数据库",
    "evidence": "停机通知〔2026〕3号",
}


@pytest.fixture
def outage(through):
    return through("unit", "post", f"{BASE}/outages", OUT, 201)["id"]


@pytest.fixture
def asked(through):
    """asked(**said) -> the number of a request."""
    return lambda **said: through("manager", "post", f"{BASE}/exclusions", {**ASK, **said}, 201)["id"]


def test_an_outage_is_recorded_counted_and_ended(through, outage):
    end = f"{BASE}/outages/{outage}/end"
    told = through("engineer", "post", end, {"ends_at": "2026-03-11T09:00:00+08:00"})
    assert (told["cause"], told["ends_at"]) == ("断电", "2026-03-11T01:00:00Z")
    again = through("engineer", "post", end, {"ends_at": "2026-03-11T09:30:00+08:00"}, 400)
    assert again["code"] == "watch.already_ended" and "已记为 2026-03-11 09:00 恢复" in again["detail"]
    month = through("auditor", "get", f"{BASE}/availability/01?month=2026-03")
    assert (month["outages"], month["seconds"]["down"]) == (1, 3600)
    down = [
        one
        for one in through("unit", "get", f"{BASE}/availability/01/states")["items"]
        if one["state"] == "down"
    ]
    assert [(one["starts_at"], one["word"]) for one in down] == [("2026-03-11T00:00:00Z", "中断")]
    whole = through("auditor", "get", f"{BASE}/availability?month=2026-03")
    assert next(row for row in whole if row["item"] == "01") == month


def test_the_same_call_records_one_outage(through):
    for _ in range(2):
        through("unit", "post", f"{BASE}/outages", OUT, 201, HTTP_IDEMPOTENCY_KEY="a")
    assert Outage.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "status", "code", "words"),
    [
        ({"starts_at": "2026-03-12T08:00:00+08:00"}, 400, "watch.in_the_future", "不能晚于现在"),
        ({"ends_at": "2026-03-11T07:00:00+08:00"}, 400, "watch.ends_before_start", "必须晚于开始时间"),
        ({"starts_at": "2026-03-11T08:00:00"}, 422, "input.invalid", "输入不符合接口说明"),
        ({"item": "99"}, 404, "not_found", "没有这条记录"),
    ],
)
def test_a_wrong_outage_is_refused_in_words(through, said, status, code, words):
    told = through("engineer", "post", f"{BASE}/outages", {**OUT, **said}, status)
    assert told["code"] == code and words in told["detail"] and not Outage.objects.exists()


def test_who_may_record_and_see_outages(through, outage):
    assert through("auditor", "post", f"{BASE}/outages", OUT, 403)["code"] == "access.denied"
    through("other_unit", "post", f"{BASE}/outages", OUT, 404)
    through("other_unit", "post", f"{BASE}/outages/{outage}/end", {"ends_at": OUT["starts_at"]}, 404)
    through("other_unit", "get", f"{BASE}/availability/01", status=404)
    assert through("other_unit", "get", f"{BASE}/outages")["items"] == []
    refused = through("unit", "post", f"{BASE}/outages", OUT, 403, scopes=("watch:read",))
    assert refused["code"] == "api.scope_missing"


def test_time_ahead_is_left_out_by_one_approval(through, asked):
    number = asked()
    decision = f"{BASE}/exclusions/{number}/decision"
    for who in ("manager", "engineer", "unit", "auditor"):
        assert through(who, "post", decision, {"approve": True}, 403)["code"] == "access.denied"
    told = through("buyer", "post", decision, {"approve": True})
    assert (told["state"], told["approved_by"]) == ("approved", "演示buyer")
    assert through("buyer", "post", decision, {"approve": True}, 400)["code"] == "watch.exclusion_decided"
    assert through("auditor", "get", f"{BASE}/exclusions?state=approved")["items"] == [told]


def test_time_gone_needs_a_second_person(through, asked):
    number = asked(starts_at="2026-03-10T20:00:00+08:00", ends_at="2026-03-10T21:00:00+08:00")
    decision = f"{BASE}/exclusions/{number}/decision"
    assert through("buyer", "post", decision, {"approve": True})["state"] == "second"
    assert through("buyer", "post", decision, {"approve": True}, 400)["code"] == "watch.same_approver"
    assert through("supervisor", "post", decision, {"approve": True})["second_by"] == "演示supervisor"


def test_a_refusal_needs_its_reason(through, asked):
    decision = f"{BASE}/exclusions/{asked()}/decision"
    told = through("buyer", "post", decision, {"approve": False}, 400)
    assert told["code"] == "watch.exclusion_incomplete" and "缺少理由" in told["detail"]
    assert (
        through("buyer", "post", decision, {"approve": False, "reason": "已有备机"})["refusal"] == "已有备机"
    )


def test_only_the_provider_asks_and_units_see_their_own(through, asked):
    asked()
    for who in ("buyer", "unit", "auditor"):
        assert through(who, "post", f"{BASE}/exclusions", ASK, 403)["code"] == "access.denied"
    wrong = through("manager", "post", f"{BASE}/exclusions", {**ASK, "ends_at": ASK["starts_at"]}, 400)
    assert wrong["code"] == "watch.ends_before_start"
    assert (
        through("manager", "post", f"{BASE}/exclusions", {**ASK, "kind": "holiday"}, 422)["code"]
        == "input.invalid"
    )
    assert len(through("unit", "get", f"{BASE}/exclusions")["items"]) == 1
    assert through("other_unit", "get", f"{BASE}/exclusions")["items"] == []
    assert Exclusion.objects.count() == 1


def test_more_rows_cost_no_more_queries(through, asked):
    def cost():
        found = []
        for path in ("exclusions", "outages", "availability/01", "availability/01/states"):
            with CaptureQueriesContext(connection) as seen:
                through("manager", "get", f"{BASE}/{path}")
            found.append(len(seen))
        return found

    def more():
        for hour in (1, 2, 3):
            asked()
            told = {
                "starts_at": f"2026-03-0{hour}T08:00:00+08:00",
                "ends_at": f"2026-03-0{hour}T09:00:00+08:00",
            }
            through("engineer", "post", f"{BASE}/outages", {**OUT, **told}, 201)

    more()
    cost()
    before = cost()
    more()
    assert cost() == before
