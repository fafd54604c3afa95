"""People on posts through the API: taken on, there or away, replaced only with the consent that the contract wants."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from opsledger.apps.duties import services
from opsledger.apps.duties.models import Attendance, StaffMember
from opsledger.kernel import clock


@pytest.fixture
def post(make_obligation):
    return make_obligation(kind="staffing", activity="", data={"min": 2, "role": "驻场工程师"})


@pytest.fixture
def member(world, post) -> StaffMember:
    said = {
        "name": "演示甲",
        "role": "驻场工程师",
        "starts_on": date(2026, 1, 4),
        "user": world.users["engineer"],
    }
    return services.add_member(actor=world.actor("manager"), obligation=post, said=said)


def test_taken_on_and_cared_for(post, do):
    (told,) = do("auditor", "get", "/staff/posts")
    assert (told["id"], told["people"]) == (post.pk, 2)
    body = {"post": post.pk, "name": "演示甲", "role": "驻场工程师", "starts_on": "2026-03-01"}
    key = {"HTTP_IDEMPOTENCY_KEY": "m1"}
    made = do("manager", "post", "/staff", body, 201, **key)
    assert do("manager", "post", "/staff", body, 201, **key) == made and StaffMember.objects.count() == 1
    assert do("engineer", "post", "/staff", body, 403)["code"] == "access.denied"
    do("manager", "post", "/staff", {**body, "post": 999999}, 404)
    do("manager", "post", "/staff", {**body, "starts_on": "0001-01-01"}, 422)
    at = f"/staff/{made['id']}"
    told = do("manager", "patch", at, {"user": "engineer", "confidentiality_on": "2026-03-02"})
    assert (told["user"], told["confidentiality_on"], told["role"]) == (
        "engineer",
        "2026-03-02",
        "驻场工程师",
    )
    assert do("manager", "patch", at, {"user": None})["user"] is None
    assert (
        do("manager", "patch", at, {"confidentiality_on": "2026-03-12"}, 400)["code"]
        == "staff.signed_in_future"
    )
    assert do("manager", "patch", at, {"user": "buyer"}, 409)["code"] == "occurrence.not_on_contract"
    do("engineer", "patch", at, {"role": "组长"}, 403)
    assert [row["name"] for row in do("buyer", "get", "/staff")["items"]] == ["演示甲"]
    assert do("buyer", "get", "/staff?on=2026-02-01")["items"] == []


def test_there_gone_and_on_leave(member, do, at):
    to = f"/staff/{member.pk}/check-in"
    key = {"HTTP_IDEMPOTENCY_KEY": "in"}
    first = do("engineer", "post", to, **key)
    # The same call again is not the leaving.
    assert do("engineer", "post", to, **key) == first and first["out_at"] is None
    do("engineer2", "post", to, status=403)
    with clock.pinned(at + timedelta(hours=8)):
        assert do("manager", "post", to)["out_at"] == "2026-03-11T10:00:00Z"
    (day, *_) = do("supervisor", "get", "/staff/presence?days=2")
    assert day["posts"] == [
        {"post": member.obligation_id, "promised": 2, "present": ["演示甲"], "away": [], "short": 1}
    ]
    leave = {"first": "2026-03-12", "last": "2026-03-13", "reason": "婚假"}
    assert do("manager", "post", f"/staff/{member.pk}/leave", leave, 201) == {"days": 2}
    backwards = {**leave, "last": "2026-03-10"}
    assert do("manager", "post", f"/staff/{member.pk}/leave", backwards, 400)["code"] == "staff.bad_leave"
    do("engineer", "post", f"/staff/{member.pk}/leave", leave, 403)
    rows = do("buyer", "get", "/staff/attendance?first=2026-03-01&last=2026-03-31&limit=2&count=true")
    assert (rows["count"], rows["next_offset"], rows["items"][0]["kind_word"]) == (3, 2, "在岗")


def test_units_see_no_staff_and_a_stranger_nothing(member, do):
    for path in ("/staff", "/staff/posts", "/staff/presence", "/staff/attendance", "/replacements"):
        assert do("unit", "get", path, status=403)["code"] == "access.denied"
        do("stranger", "get", path, status=404)
    do("manager", "post", "/staff/999999/check-in", status=404)


def test_a_successor_with_the_buyers_consent(member, do):
    assert do("manager", "get", f"/staff/{member.pk}/consent") == {
        "written": False, "parties": ["buyer"], "told": [], "clauses": [],
    }  # fmt: skip
    to = f"/staff/{member.pk}/replacements"
    body = {"name": "演示乙", "from_on": "2026-03-20", "reason": "调岗"}
    do("engineer", "post", to, body, 403)
    assert do("manager", "post", to, {**body, "answer_by": "2026-03-01T00:00:00Z"}, 400)["code"] == (
        "staff.answer_by_past"
    )
    assert do("manager", "post", to, {**body, "after": True}, 400)["code"] == "staff.no_emergency"
    made = do("manager", "post", to, body, 201)
    assert do("manager", "post", to, body, 400)["code"] == "staff.already_asked"
    at = f"/replacements/{made['id']}"
    assert [row["mine"] for row in do("buyer", "get", "/replacements")["items"]] == [True]
    do("unit", "get", at, status=404)
    do("manager", "post", f"{at}/answer", {"agree": True}, 403)
    assert do("buyer", "post", f"{at}/answer", {"agree": False}, 400)["code"] == "staff.reason_needed"
    told = do("buyer", "post", f"{at}/answer", {"agree": True, "answer": "同意"})
    assert (told["state"], told["answers"][0]["by"], told["mine"]) == ("agreed", "演示buyer", False)
    assert do("buyer", "post", f"{at}/answer", {"agree": True}, 400)["code"] == "staff.already_decided"
    assert [row["name"] for row in do("buyer", "get", "/staff?on=2026-03-20")["items"]] == ["演示乙"]


def test_more_people_cost_no_more_queries(world, post, member, asks):
    paths = ["/staff", "/staff/presence", "/staff/attendance", "/replacements"]

    def one_more(n):
        said = {"name": f"演示{n}", "role": "驻场工程师", "starts_on": date(2026, 1, 4)}
        made = services.add_member(actor=world.actor("manager"), obligation=post, said=said)
        services.check_in(actor=world.actor("manager"), member=made)
        wanted = {"name": "演示乙", "reason": "调岗", "from_on": date(2026, 4, 1)}
        services.request_replacement(actor=world.actor("manager"), member=made, said=wanted)

    one_more(0)
    before = [asks("buyer", path) for path in paths]
    for n in range(1, 4):
        one_more(n)
    assert [asks("buyer", path) for path in paths] == before
    assert Attendance.objects.count() == 4
