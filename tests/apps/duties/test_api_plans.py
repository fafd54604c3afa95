"""The calendar, the matrix and the forecast of work through the API."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from opsledger.apps.duties import services
from opsledger.kernel.access import SYSTEM


def test_the_calendar_day_by_day(world, march, do):
    services.assign_occurrence(
        actor=world.actor("manager"), occurrence=march, assignee=world.users["engineer"]
    )
    days = do("unit", "get", "/calendar?first=2026-03-29&days=3")
    assert [(day["day"], day["rests"], len(day["tasks"])) for day in days] == [
        ("2026-03-29", True, 0), ("2026-03-30", False, 0), ("2026-03-31", False, 1),
    ]  # fmt: skip
    task = days[2]["tasks"][0]
    assert (task["id"], task["movable"], task["first_day"], days[2]["counts"]) == (
        march.pk, True, "2026-03-01", {"due": 1},
    )  # fmt: skip
    for who, count in (("engineer", 1), ("engineer2", 0), ("none", 0), ("me", 0)):
        days = do("manager", "get", f"/calendar?first=2026-03-31&days=1&who={who}")
        assert len(days[0]["tasks"]) == count, who
    do("manager", "get", "/calendar?who=buyer", status=404)
    do("manager", "get", "/calendar?days=43", status=422)
    assert do("other_unit", "get", "/calendar?first=2026-03-31&days=1")[0]["tasks"] == []
    do("stranger", "get", "/calendar", status=404)
    team = do("unit", "get", "/calendar/team")
    assert [one["username"] for one in team] == ["manager", "engineer", "engineer2"]


def test_the_calendar_for_other_programs(world, march, do, client, token):
    services.assign_occurrence(
        actor=world.actor("manager"), occurrence=march, assignee=world.users["engineer"]
    )
    address = do("engineer", "get", "/calendar/feed")["url"]
    for got in (
        client.get(address),
        client.get("/api/v1/contracts/demo-2026/calendar.ics?mine=true", **token("engineer")),
    ):
        assert got.status_code == 200
        (event,) = Calendar.from_ical(got.content).walk("VEVENT")
        assert str(event["uid"]) == f"occurrence-{march.pk}@opsledger"
    hidden = client.get("/api/v1/contracts/demo-2026/calendar.ics", **token("other_unit"))
    assert Calendar.from_ical(hidden.content).walk("VEVENT") == []


def test_the_matrix(march, do, world):
    told = do("auditor", "get", "/matrix")
    assert told["months"][0] == "2026-01" and [row["item"] for row in told["rows"]] == ["01"]
    assert [cell["state"] for cell in told["rows"][0]["cells"][:4]] == ["missed", "missed", "due", "upcoming"]
    assert told["total"]["missed"] == 2 and told["total"]["percent"] == "0.00"
    unit = told["units"][1]["id"]
    assert do("auditor", "get", f"/matrix?unit={unit}")["rows"] == []
    assert do("auditor", "get", "/matrix?activity=inspection&kind=duty")["total"]["missed"] == 2
    assert do("other_unit", "get", "/matrix")["rows"] == []
    do("auditor", "get", "/matrix?activity=dancing", status=422)
    do("stranger", "get", "/matrix", status=404)


def test_the_forecast_and_what_an_addition_would_mean(march, do):
    told = do("auditor", "get", "/workload")
    assert told["people"] == 2 and told["weeks"][0]["monday"] == "2026-03-09"
    assert do("engineer", "get", "/workload?mine=true")["weeks"] == []
    assert len(do("buyer", "get", "/workload?whole=true")["weeks"]) > len(told["weeks"])
    more = do("buyer", "get", "/workload/what-if?add=item&item=01&times=3")
    assert more["hours_after"] > more["hours_before"] and "3个" in more["title"]
    act = do("buyer", "get", "/workload/what-if?add=act&activity=backup&period=week")
    assert act["weeks"][0]["more"] >= 0 and "每周1次备份" in act["title"]
    packs = do("buyer", "get", "/workload/packs")
    pack = next(one for one in packs if one["items"])
    query = f"add=pack&pack={pack['id']}&no={pack['items'][0]['no']}"
    assert pack["items"][0]["name"] in do("buyer", "get", f"/workload/what-if?{query}")["title"]
    for query in ("add=item&item=99", "add=pack&pack=nix&no=1", "add=act"):
        assert do("buyer", "get", f"/workload/what-if?{query}", status=400)["code"] == "page.bad_input"
    do("buyer", "get", "/workload/what-if?add=act&activity=backup&times=51", status=422)
    for path in ("/workload", "/workload/packs", "/workload/what-if?add=item&item=01"):
        do("unit", "get", path, status=403)
        do("stranger", "get", path, status=404)


def test_the_usual_time_is_the_managers_to_set(march, do):
    body = {"activity": "inspection", "minutes": 90, "basis": "both", "reason": "会议纪要"}
    (told,) = [
        one for one in do("manager", "put", "/workload/minutes", body) if one["activity"] == "inspection"
    ]
    assert (told["minutes"], told["source"]) == (90, "双方约定")
    assert do("buyer", "get", "/workload")["minutes"][0]["minutes"] == 90
    assert do("buyer", "put", "/workload/minutes", body, 403)["code"] == "access.denied"
    wrong = {**body, "minutes": 0}
    assert do("manager", "put", "/workload/minutes", wrong, 400)["code"] == "workload.bad_minutes"
    assert "列表" in do("manager", "put", "/workload/minutes", {**body, "activity": "drill"}, 400)["detail"]
    do("manager", "put", "/workload/minutes", {**body, "reason": " "}, 422)
    back = do("manager", "put", "/workload/minutes", {**body, "minutes": None})
    assert next(one for one in back if one["activity"] == "inspection")["basis"] == ""


@pytest.mark.parametrize("path", ["/calendar?first=2026-03-01&days=42", "/matrix", "/workload"])
def test_more_tasks_cost_no_more_queries(world, march, make_obligation, asks, path):
    before = asks("manager", path)
    for _ in range(3):
        make_obligation()
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    assert asks("manager", path) == before
