"""Who one is, who is on a contract, and one's own messages, through the API."""

from __future__ import annotations

import pytest

from opsledger.apps.accounts.services import notify

PEOPLE = "/contracts/demo-2026/people"


@pytest.fixture
def told(world):
    """Three messages to the engineer, one to the manager."""
    for n in range(3):
        notify(users=[world.users["engineer"]], title=f"第{n}条", dedupe=f"x:{n}", url="/c/demo-2026/")
    notify(users=[world.users["manager"]], title="给经理", dedupe="y")


def test_who_one_is(through):
    told = through("unit", "get", "/my/profile", scopes=("tickets:read",))
    assert (told["username"], told["token_scopes"]) == ("unit", ["tickets:read"])
    assert [(one["contract"], one["role"], one["organisation"]) for one in told["roles"]] == [
        ("demo-2026", "unit", "演示档案馆")
    ]


def test_the_people_of_a_contract_are_for_those_who_see_the_page(through):
    rows = through("manager", "get", f"{PEOPLE}?count=true&limit=3")
    assert rows["count"] == 8 and rows["next_offset"] == 3
    found = through("auditor", "get", f"{PEOPLE}?role=engineer")["items"]
    assert [one["username"] for one in found] == ["engineer", "engineer2"]
    assert [one["username"] for one in through("buyer", "get", f"{PEOPLE}?q=supervisor")["items"]] == [
        "supervisor"
    ]
    for who in ("unit", "engineer"):
        assert through(who, "get", PEOPLE, status=403)["code"] == "access.denied"
    through("stranger", "get", PEOPLE, status=404)
    assert through("manager", "get", f"{PEOPLE}?role=king", status=422)["code"] == "input.invalid"


def test_ones_own_messages_are_read(through, told):
    page = through("engineer", "get", "/my/messages?count=true")
    assert (page["count"], page["items"][0]["title"], page["items"][0]["read_at"]) == (3, "第2条", None)
    one = page["items"][0]["id"]
    assert through("engineer", "post", f"/my/messages/{one}/read") == {"marked": 1, "unread": 2}
    assert through("engineer", "post", f"/my/messages/{one}/read") == {"marked": 0, "unread": 2}
    assert len(through("engineer", "get", "/my/messages?unread=true")["items"]) == 2
    assert through("engineer", "post", "/my/messages/read", {}) == {"marked": 2, "unread": 0}


def test_anothers_messages_are_left_alone(through, told):
    (theirs,) = through("manager", "get", "/my/messages")["items"]
    through("engineer", "post", f"/my/messages/{theirs['id']}/read", status=404)
    assert through("engineer", "post", "/my/messages/read", {"ids": [theirs["id"], 10**30]})["marked"] == 0
    assert through("manager", "get", "/my/messages?unread=true")["items"]
    refused = through("engineer", "post", "/my/messages/read", {}, 403, scopes=("messages:read",))
    assert refused["code"] == "api.scope_missing" and "权限" in refused["detail"]
    assert through("engineer", "post", "/my/messages/read", {"ids": "all"}, 422)["code"] == "input.invalid"
