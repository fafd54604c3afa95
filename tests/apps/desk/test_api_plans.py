"""Changes and problems listed and made by programs."""

from __future__ import annotations

from tests.apps.desk.test_api_more import BASE, call, do  # noqa: F401

from opsledger.apps.desk.models import Ticket

PLAN = {"item": "01", "title": "升级数据库", "description": "补丁", "touches": ["shutdown"]}


def test_a_change_is_drafted_with_what_it_touches_and_listed(desk, do):  # noqa: F811
    made = do("engineer", "post", f"{BASE}/plans/change", PLAN, HTTP_IDEMPOTENCY_KEY="p1")
    assert do("engineer", "post", f"{BASE}/plans/change", PLAN, HTTP_IDEMPOTENCY_KEY="p1") == made
    assert (made["kind"], made["touches"], made["source"]) == ("change", ["shutdown"], "api")
    assert [event["action"] for event in made["events"]] == ["draft", "declare"]
    page = do("unit", "get", f"{BASE}/plans/change?count=true&q=数据库")
    assert (page["count"], page["items"][0]["number"]) == (1, made["number"])
    assert page["items"][0]["planned_from"] is None
    assert do("unit", "get", f"{BASE}/plans/change?state=approved")["items"] == []
    assert do("other_unit", "get", f"{BASE}/plans/change")["items"] == []
    assert do("unit", "get", f"{BASE}/plans/problem")["items"] == []
    assert do("unit", "get", f"{BASE}/plans/incident", status=422)


def test_a_problem_touches_nothing(desk, do):  # noqa: F811
    told = {**PLAN, "touches": []}
    made = do("manager", "post", f"{BASE}/plans/problem", told)
    assert made["kind"] == "problem" and Ticket.objects.get().reporter == desk.world.users["manager"]
    refused = do("manager", "post", f"{BASE}/plans/problem", PLAN, status=400)
    assert refused["code"] == "api.fact_unknown" and Ticket.objects.count() == 1


def test_who_plans(desk, do):  # noqa: F811
    for who in ("unit", "buyer", "supervisor", "auditor"):
        assert do(who, "post", f"{BASE}/plans/change", PLAN, status=403)["code"] == "access.denied"
    assert do("stranger", "post", f"{BASE}/plans/change", PLAN, status=404)
    assert do("stranger", "get", f"{BASE}/plans/change", status=404)
    assert do("engineer", "post", f"{BASE}/plans/change", {**PLAN, "item": "99"}, status=404)
    assert do("engineer", "post", f"{BASE}/plans/change", {**PLAN, "title": " "}, status=422)
    assert do("engineer", "post", f"{BASE}/plans/change", {**PLAN, "touches": ["other"]}, status=422)
    assert not Ticket.objects.exists()


def test_what_came_back_too_often_over_all_units_is_not_for_one_of_them(desk, do):  # noqa: F811
    for _ in range(3):
        desk.do(desk.working(), "resolve", "engineer", cause="x", solution="y", fault="应用程序")
    (row,) = do("auditor", "get", f"{BASE}/suggestions")
    assert (row["item"], row["fault"], row["number"]) == ("01", "应用程序", 3)
    assert do("unit", "get", f"{BASE}/suggestions", status=403)
    page = desk.world.client("manager").get("/c/demo-2026/problems/").content.decode()
    assert "半年内反复出现" in page
    other = desk.world.client("other_unit").get("/c/demo-2026/problems/").content.decode()
    assert "半年内反复出现" not in other and "档案管理平台" not in other
