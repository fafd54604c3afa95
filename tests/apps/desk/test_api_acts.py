"""What may be done to a ticket, its clocks, its sheet, the rules it met and its parts, for programs."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.apps.desk.test_api_more import BASE, call, do  # noqa: F401

from opsledger.apps.desk.api.schemas import ActIn
from opsledger.apps.desk.forms import has_form
from opsledger.apps.desk.models import Ticket
from opsledger.core import tickets as rules


def at(ticket: Ticket, tail: str = "") -> str:
    return f"{BASE}/tickets/{ticket.number}/{tail}".rstrip("/")


def test_every_act_says_whether_or_why_not(desk, do):  # noqa: F811
    ticket = desk.working()
    ways = {row["action"]: row for row in do("engineer", "get", at(ticket, "acts"))}
    assert ways["resolve"]["allowed"] and ways["resolve"]["word"] == "办结"
    assert not ways["confirm"]["allowed"] and ways["confirm"]["why_not"]
    # What is offered is what the page offers.
    page = desk.world.client("engineer").get(f"/c/demo-2026/tickets/{ticket.number}/")
    buttons = {way.action for way in (*page.context["main"], *page.context["more"], *page.context["rare"])}
    assert {action for action, row in ways.items() if row["allowed"]} == buttons


def test_the_form_of_an_act_names_its_facts_as_they_are_sent(desk, do):  # noqa: F811
    ticket = desk.report()
    form = do("manager", "get", at(ticket, "acts/dispatch/form"))
    facts = {fact["name"]: fact for fact in form["facts"]}
    assert form["allowed"] and facts["assignee"]["required"] and not facts["note"]["required"]
    names = [choice["value"] for choice in facts["assignee"]["choices"]]
    assert set(names) == {"manager", "engineer", "engineer2"}
    assert "在办" in facts["assignee"]["choices"][0]["word"]
    do("manager", "post", at(ticket, "acts/dispatch"), {"assignee": names[0]}, status=200)
    assert do("manager", "get", at(ticket, "acts/dispatch/form"))["why_not"]
    assert do("manager", "get", at(ticket, "acts/no_such/form"), status=404)
    assert do("manager", "get", at(ticket, "acts/report/form"), status=404)


def test_the_facts_of_every_form_are_facts_that_an_act_takes(desk, do):  # noqa: F811
    """The name of a field on the screen is the name on the wire, but for files and the marks of the parts."""
    ticket = desk.working()
    actions = [action for action in rules.table("incident").actions if has_form(ticket, action)]
    assert len(actions) > 10
    for action in actions:
        for fact in do("manager", "get", at(ticket, f"acts/{action}/form"))["facts"]:
            assert fact["name"].partition(".")[0] in {*ActIn.model_fields, "files"}, (action, fact["name"])


def test_the_plan_of_a_change_is_told_and_changed_by_its_acts(desk, do):  # noqa: F811
    made = do("engineer", "post", f"{BASE}/plans/change", {"item": "01", "title": "升级", "description": "x"})
    path = f"{BASE}/tickets/{made['number']}/acts/submit"
    facts = {fact["name"]: fact for fact in do("engineer", "get", f"{path}/form")["facts"]}
    assert facts["window_begin"]["moment"] and facts["rollback"]["value"] is None
    plan = {
        "risk": "短时不可用",
        "steps": "停库、升级",
        "rollback": "还原快照",
        "tests": "登录",
        "window_begin": "2026-03-12T10:00:00+08:00",
        "window_end": "2026-03-12T12:00:00+08:00",
    }
    told = do("engineer", "post", path, {"facts": plan}, status=200)
    assert told["details"]["rollback"] == "还原快照"
    do("buyer", "post", f"{BASE}/tickets/{made['number']}/acts/send_back", {"reason": "改在周末"}, status=200)
    again = {fact["name"]: fact["value"] for fact in do("engineer", "get", f"{path}/form")["facts"]}
    assert again["rollback"] == "还原快照" and again["window_begin"].startswith("2026-03-12T")


def test_the_clocks_alone_with_the_sentences_that_justify_them(desk, do):  # noqa: F811
    ticket = desk.working()
    rows = do("unit", "get", at(ticket, "timers"))
    assert [(row["metric"], row["state"]) for row in rows] == [
        ("arrive", "计时中"),
        ("resolve", "计时中"),
        ("respond", "按时"),
    ]
    assert rows[0]["headline"].startswith("还剩1小时") and rows[0]["lines"] and rows[0]["clause"]
    with desk.later(hours=2):
        assert do("unit", "get", at(ticket, "timers"))[0]["tone"] == "late"


def test_the_sheet_is_one_file_without_private_words(desk, call, do):  # noqa: F811
    ticket = desk.working()
    desk.do(ticket, "add_note", "engineer", note="口令是春眠不觉晓", private=True)
    desk.do(ticket, "suspend", "engineer", reason="customer", waiting_for="单位老王")
    _, _, earlier = call("unit", "get", at(ticket))
    token = earlier.wsgi_request.META["HTTP_AUTHORIZATION"]
    answer = Client().get(at(ticket, "sheet"), HTTP_AUTHORIZATION=token)
    text = answer.content.decode()
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    assert ticket.number in text and "等待单位老王" in text and "签字" in text and "春眠" not in text
    assert "<script" not in text and "http" not in text.replace("http-equiv", "")


def test_the_rules_met_and_the_parts(desk, do):  # noqa: F811
    told = {"device": "UPS-02"}
    for _ in range(3):
        last = desk.report(**told)
    (hit,) = do("unit", "get", at(last, "hits"))
    assert hit["rule"] == "replace" and "UPS-02" in hit["told"] and hit["basis"]
    assert (hit["ticket"], hit["by_term"]) == (last.number, False)
    told = do("unit", "get", f"{BASE}/service-items/01/fault-rules")
    assert [(rule["same"], rule["reached"]) for rule in told["rules"]] == [("device", 3), ("fault", 3)]
    assert told["hits"] == [hit]
    assert do("other_unit", "get", f"{BASE}/service-items/01/fault-rules", status=404)
    assert do("manager", "get", f"{BASE}/service-items/99/fault-rules", status=404)
    assert do("unit", "get", at(last, "parts")) == []


@pytest.mark.parametrize(
    "tail", ["acts", "acts/resolve/form", "timers", "sheet", "hits", "parts", "consents"]
)
def test_another_units_ticket_is_not_there(desk, call, tail):  # noqa: F811
    ticket = desk.working()
    assert call("unit", "get", at(ticket, tail), scopes=("tickets:write",))[0] == 403
    for who in ("other_unit", "stranger"):
        status, told, _ = call(who, "get", at(ticket, tail))
        assert (status, told["code"]) == (404, "not_found")
