"""Many tickets at once, lists under a name and the choice of columns, for programs."""

from __future__ import annotations

import pytest
from tests.apps.desk.test_api_more import ALL, BASE, call, do  # noqa: F401

from opsledger.apps.desk.models import SavedFilter, Ticket


def test_bulk_is_looked_at_first_and_done_then(desk, do):  # noqa: F811
    first, second = desk.report(), desk.working()
    order = {"numbers": [first.number, second.number], "act": "dispatch", "assignee": "engineer2"}
    shown = do("manager", "post", f"{BASE}/bulk/preview", order, status=200)
    assert (shown["preview"], shown["done"], shown["word"]) == (True, 1, "派单或转派")
    assert [(one["number"], one["done"]) for one in shown["outcomes"]] == [
        (first.number, True),
        (second.number, False),
    ]
    assert "理由" in shown["outcomes"][1]["why"]
    assert not Ticket.objects.filter(assignee=desk.world.users["engineer2"]).exists()
    done = do("manager", "post", f"{BASE}/bulk", {**order, "words": "调整分工"}, status=200)
    assert (done["preview"], done["done"]) == (False, 2)
    assert Ticket.objects.filter(assignee=desk.world.users["engineer2"]).count() == 2


def test_bulk_says_of_each_why_not_and_reaches_only_ones_own(desk, do):  # noqa: F811
    own, running = desk.resolved(), desk.report()
    other = desk.report("other_unit", item=desk.world.other_item)
    order = {"numbers": [own.number, other.number, running.number, "2099-00001"], "act": "confirm"}
    told = do("unit", "post", f"{BASE}/bulk", order, status=200)
    assert [one["done"] for one in told["outcomes"]] == [True, False, False, False]
    # What is another's looks like what is not there.
    assert told["outcomes"][1]["why"].replace(other.number, "2099-00001") == told["outcomes"][3]["why"]
    assert told["outcomes"][1]["title"] == "" and told["outcomes"][2]["why"]


def test_bulk_with_a_key_is_done_once(desk, do):  # noqa: F811
    ticket = desk.report()
    order = {"numbers": [ticket.number], "act": "note", "words": "已通知机房"}
    for _ in range(2):
        do("manager", "post", f"{BASE}/bulk", order, status=200, HTTP_IDEMPOTENCY_KEY="b1")
    assert ticket.events.filter(action="note").count() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"numbers": [], "act": "note"}, 422, "input.invalid"),
        ({"numbers": ["2026-00001"], "act": "delete"}, 422, "input.invalid"),
        ({"numbers": ["2026-00001"] * 201, "act": "note"}, 422, "input.invalid"),
        ({"numbers": ["2026-00001"], "act": "dispatch", "assignee": "unit"}, 409, "ticket.not_an_engineer"),
    ],
)
def test_a_bad_order_is_refused_whole(desk, do, body, status, code):  # noqa: F811
    desk.report()
    for path in ("bulk", "bulk/preview"):
        assert do("manager", "post", f"{BASE}/{path}", body, status=status)["code"] == code


def test_who_may_order_in_bulk(desk, call):  # noqa: F811
    ticket = desk.report()
    order = {"numbers": [ticket.number], "act": "note", "words": "看过"}
    for who, status in [("engineer", 200), ("buyer", 200), ("supervisor", 403), ("auditor", 403)]:
        assert call(who, "post", f"{BASE}/bulk/preview", order, scopes=ALL)[0] == status
        assert call(who, "post", f"{BASE}/bulk", order, scopes=ALL)[0] == status
    assert call("stranger", "post", f"{BASE}/bulk", order, scopes=ALL)[0] == 404
    assert call("manager", "post", f"{BASE}/bulk", order, scopes=("tickets:read",))[0] == 403


def test_lists_under_a_name(desk, do):  # noqa: F811
    told = {"name": "超时的", "query": "?due=late&page=3", "shared": True}
    made = do("manager", "post", f"{BASE}/filters", told)
    assert (made["query"], made["shared"], made["mine"], made["by"]) == (
        "due=late",
        True,
        True,
        "演示manager",
    )
    again = do("manager", "post", f"{BASE}/filters", {**told, "query": "state=open"})
    assert (again["id"], again["query"]) == (made["id"], "state=open")
    do("manager", "post", f"{BASE}/filters", {"name": "私用"})
    (seen,) = do("unit", "get", f"{BASE}/filters")
    assert (seen["name"], seen["mine"]) == ("超时的", False)
    at = f"{BASE}/filters/{made['id']}"
    assert do("unit", "delete", at, status=403)["code"] == "access.denied"
    do("manager", "delete", at, status=204)
    do("manager", "delete", at, status=404)
    assert [one.name for one in SavedFilter.objects.all()] == ["私用"]
    private = SavedFilter.objects.get().pk
    assert do("unit", "delete", f"{BASE}/filters/{private}", status=404)
    assert do("manager", "post", f"{BASE}/filters", {"name": "  "}, status=422)
    assert do("stranger", "post", f"{BASE}/filters", told, status=404)


def test_the_columns_that_one_wants_to_see(desk, do):  # noqa: F811
    usual = [row["key"] for row in do("unit", "get", "/api/v1/my/columns") if row["shown"]]
    assert usual[0] == "number" and "place" not in usual
    rows = do("unit", "put", "/api/v1/my/columns", {"keys": ["title", "place"]})
    assert [row["key"] for row in rows if row["shown"]] == ["number", "title", "place"]
    assert "地点" in desk.world.client("unit").get("/c/demo-2026/tickets/").content.decode()
    refused = do("unit", "put", "/api/v1/my/columns", {"keys": ["title", "colour"]}, status=400)
    assert refused["code"] == "columns.unknown" and "colour" in refused["detail"]
    # The provider's hours are not a unit's to see.
    assert do("unit", "put", "/api/v1/my/columns", {"keys": ["worked"]}, status=400)
    do("manager", "put", "/api/v1/my/columns", {"keys": ["worked"]})
    rows = do("unit", "put", "/api/v1/my/columns", {"keys": []})
    assert [row["key"] for row in rows if row["shown"]] == usual
