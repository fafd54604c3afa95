"""The API does what the screens do: approvals, links, knowledge, roster, plans, files, duties, availability, scores."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.apps.desk.test_api import BASE, call, report  # noqa: F401

from opsledger.apps.desk.models import Ticket

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
ALL = ("*",)


@pytest.fixture
def do(call):  # noqa: F811
    """do(who, method, path, body) -> answer, with a token of every scope; fails on another status."""

    def run(who, method, path, body=None, status=None, **headers):
        code, told, _ = call(who, method, path, body, scopes=ALL, **headers)
        wanted = status or {"post": 201}.get(method, 200)
        assert code == wanted, (code, told)
        return told

    return run


def test_approvals(desk, do):
    ticket = desk.working()
    at = f"{BASE}/tickets/{ticket.number}/approvals"
    asked = {
        "act": "shutdown",
        "subject": "停机一小时换盘",
        "steps": [
            {"people": ["buyer"], "deputies": {"buyer": "supervisor"}},
            {"people": ["unit"], "mode": "all"},
        ],
    }
    assert do("unit", "post", at, asked, status=403)["code"] == "access.denied"
    unknown = {**asked, "steps": [{"people": ["engineer"]}]}
    assert do("manager", "post", at, unknown, status=400)["code"] == "api.unknown_person"
    (made,) = do("manager", "post", at, asked)
    assert (made["state"], made["step"], [vote["person"] for vote in made["votes"]]) == (
        "waiting",
        1,
        ["演示buyer", "演示unit"],
    )
    waiting = do("supervisor", "get", "/api/v1/my/approvals")
    assert [(row["number"], row["approval"]) for row in waiting] == [(ticket.number, made["id"])]
    word = f"{at}/{made['id']}/answer"
    assert do("unit", "post", word, {"yes": True}, status=400)["code"] == "approval.not_asked"
    (half,) = do("supervisor", "post", word, {"yes": True, "note": "代签"}, status=200)
    assert (half["step"], half["votes"][0]["answered_by"]) == (2, "演示supervisor")
    (done,) = do("unit", "post", word, {"yes": False, "note": "改在周末"}, status=200)
    assert done["state"] == "rejected"


def test_links_split_and_merge(desk, do):
    first, second = desk.working(), desk.working(title="同一件事")
    at = f"{BASE}/tickets/{first.number}"
    do("engineer", "post", f"{at}/links", {"other": second.number, "kind": "caused_by"})
    (row,) = do("unit", "get", f"{at}/links")
    assert (row["word"], row["number"]) == ("起因于", second.number)
    do("engineer", "delete", f"{at}/links/{row['id']}", status=204)
    assert do("unit", "get", f"{at}/links") == []
    part = do("engineer", "post", f"{at}/split", {"title": "另有打印机卡纸"})
    assert part["number"] not in (first.number, second.number) and part["reported_at"]
    merged = do(
        "manager", "post", f"{at}/acts/merge", {"into": second.number, "reason": "同一故障"}, status=200
    )
    assert merged["state"] == "merged"


def test_a_link_to_anothers_ticket_is_not_shown_to_a_unit(desk, do):
    own = desk.working()
    other = desk.report("other_unit", item=desk.world.other_item, title="别单位的事")
    desk.do(own, "link", "manager", other=other, kind="caused_by")
    assert do("manager", "get", f"{BASE}/tickets/{own.number}/links") != []
    assert do("unit", "get", f"{BASE}/tickets/{own.number}/links") == []
    assert (
        "别单位的事"
        not in desk.world.client("unit").get(f"/c/demo-2026/tickets/{own.number}/").content.decode()
    )


def test_watching_and_calling_back(desk, do):
    ticket = desk.resolved()
    at = f"{BASE}/tickets/{ticket.number}"
    assert do("buyer", "put", f"{at}/watch", {"on": True}) == {"watching": True, "watchers": ["演示buyer"]}
    assert do("buyer", "put", f"{at}/watch", {"on": False})["watchers"] == []
    assert (
        do("manager", "post", f"{at}/callback", {"reached": True}, status=409)["code"]
        == "ticket.callback_open"
    )
    do("unit", "post", f"{at}/acts/confirm", {"rating": 4}, status=200)
    told = do("manager", "post", f"{at}/callback", {"reached": True, "satisfied": True, "note": "很快"})
    assert told["events"][-1]["note"].startswith("满意")


def test_severity_suspension_and_corrected_times(desk, do):
    ticket = desk.working()
    at = f"{BASE}/tickets/{ticket.number}"
    told = do(
        "manager",
        "post",
        f"{at}/acts/change_severity",
        {"severity": "严重故障", "reason": "全局不可用"},
        status=200,
    )
    assert told["severity"] == "严重故障"
    missing = do("engineer", "post", f"{at}/acts/suspend", {"reason": "customer"}, status=400)
    assert missing["code"] == "transitions.fact_missing"
    held = do(
        "engineer",
        "post",
        f"{at}/acts/suspend",
        {"reason": "customer", "waiting_for": "单位老王"},
        status=200,
    )
    assert held["state"] == "suspended"
    do("engineer", "post", f"{at}/acts/resume", {}, status=200)
    accepted = next(event for event in told["events"] if event["action"] == "accept")
    with desk.later(minutes=40) as now:
        earlier = {"event": accepted["id"], "happened_at": now.isoformat(), "reason": "当时在路上"}
        claimed = do("engineer", "post", f"{at}/acts/correct_time", earlier, status=200)
        claim = next(event for event in claimed["events"] if event["needs_confirmation"])
        assert do("manager", "post", f"{at}/times/{claim['id']}", {"yes": True}, status=403)
        do("unit", "post", f"{at}/times/{claim['id']}", {"yes": False, "reason": "没有来过"}, status=200)


def test_knowledge(desk, do):
    ticket = desk.resolved()
    do("unit", "post", f"{BASE}/tickets/{ticket.number}/acts/confirm", {}, status=200)
    said = {"title": "登录白屏的处理", "symptom": "登录后白屏", "solution": "清缓存", "ticket": ticket.number}
    assert do("unit", "post", f"{BASE}/articles", said, status=403)
    made = do("engineer", "post", f"{BASE}/articles", said)
    at = f"{BASE}/articles/{made['id']}"
    assert do("unit", "get", at, status=404)
    do("engineer", "post", f"{at}/move", {"to": "review"}, status=200)
    assert do("engineer", "post", f"{at}/move", {"to": "published"}, status=403)
    do("manager", "post", f"{at}/move", {"to": "published"}, status=200)
    assert do("unit", "put", f"{at}/vote", {"helpful": True})["helped"] == 1
    assert [row["id"] for row in do("unit", "get", f"{BASE}/articles?q=白屏")["items"]] == [made["id"]]
    other = desk.working()
    told = do("engineer", "post", f"{BASE}/tickets/{other.number}/articles", {"article": made["id"]})
    assert told["events"][-1]["note"] == "登录白屏的处理"
    assert do("engineer", "get", at)["uses"] == 1
    assert do("engineer", "put", at, {**said, "solution": "清缓存并重启"})["state"] == "draft"


def test_roster(desk, do):
    day = {"on": "2026-03-12", "part": "day", "username": "engineer"}
    assert do("engineer", "put", f"{BASE}/roster", day, status=403)
    (shift,) = do("manager", "put", f"{BASE}/roster", day)["shifts"]
    path, asked = f"{BASE}/roster/shifts/{shift['id']}/swap", {"taker": "engineer2", "reason": "培训"}
    swap = do("engineer", "post", path, asked, HTTP_IDEMPOTENCY_KEY="w1")
    assert do("engineer", "post", path, asked, HTTP_IDEMPOTENCY_KEY="w1") == swap
    assert do("engineer", "post", path, asked, status=400)["code"] == "roster.already_asked"
    assert do("engineer2", "get", f"{BASE}/roster?day=2026-03-12")["swaps"][0]["id"] == swap["id"]
    do("engineer2", "post", f"{BASE}/roster/swaps/{swap['id']}/answer", {"agree": True}, status=200)
    assert do("buyer", "get", f"{BASE}/roster?day=2026-03-12")["shifts"][0]["username"] == "engineer2"
    assert do("unit", "get", f"{BASE}/roster", status=403)
    assert [row["percent"] for row in do("manager", "get", f"{BASE}/ladder")] == [50, 80, 80, 100]


def test_a_change_from_draft_to_review(desk, do):
    made = do("engineer", "post", f"{BASE}/tickets", {"item": "01", "title": "升级数据库", "kind": "change"})
    at = f"{BASE}/tickets/{made['number']}/acts"
    plan = {
        "risk": "短时不可用",
        "steps": "停库、升级、验证",
        "rollback": "还原快照",
        "tests": "登录与检索",
        "window_begin": "2026-03-11T10:00:00+08:00",
        "window_end": "2026-03-11T12:00:00+08:00",
    }
    bad = do("engineer", "post", f"{at}/submit", {"facts": {**plan, "window_begin": "明天"}}, status=400)
    assert bad["code"] == "api.not_a_moment"
    assert do("engineer", "post", f"{at}/submit", {"facts": {**plan, "colour": "red"}}, status=400)
    do("engineer", "post", f"{at}/submit", {"facts": plan}, status=200)
    do("buyer", "post", f"{at}/approve", {}, status=200)
    (window,) = do(
        "unit", "get", f"{BASE}/windows?since=2026-03-01T00:00:00%2B08:00&until=2026-04-01T00:00:00%2B08:00"
    )
    assert window["number"] == made["number"] and window["conflicts"] == []
    assert do("engineer", "post", f"{at}/start", {}, status=200)["state"] == "implementing"
    done = {"facts": {"outcome": "已升级", "test_result": "通过"}}
    assert do("engineer", "post", f"{at}/finish", done, status=200)["details"]["test_result"] == "通过"


def test_a_problem_and_its_incidents(desk, do):
    incident = desk.working()
    made = do("manager", "post", f"{BASE}/tickets", {"item": "01", "title": "反复白屏", "kind": "problem"})
    at = f"{BASE}/tickets/{made['number']}/acts"
    do("manager", "post", f"{at}/assign", {"assignee": "engineer"}, status=200)
    do("engineer", "post", f"{at}/link_incident", {"facts": {"incident": incident.number}}, status=200)
    assert [row["number"] for row in do("unit", "get", f"{BASE}/tickets/{incident.number}/links")] == [
        made["number"]
    ]
    do("engineer", "post", f"{at}/identify", {"facts": {"root_cause": "缓存键冲突"}}, status=200)
    assert do("engineer", "get", f"{BASE}/suggestions") == []


def test_a_question_becomes_a_request(desk, do):
    asked = do("unit", "post", f"{BASE}/tickets", {"item": "01", "title": "怎么开通账号", "kind": "question"})
    at = f"{BASE}/tickets/{asked['number']}/acts"
    do("manager", "post", f"{at}/convert", {"to": "request"}, status=200)
    assert Ticket.objects.get(kind="request").reported_at == Ticket.objects.get(kind="question").reported_at


def test_files_go_up_and_come_down(desk, call, do):  # noqa: F811
    ticket = desk.report()
    at = f"{BASE}/tickets/{ticket.number}"
    _, _, answer = call("unit", "get", at, scopes=ALL)
    token = answer.wsgi_request.META["HTTP_AUTHORIZATION"]
    given = SimpleUploadedFile("现场.png", PNG, "image/png")
    up = Client().post(f"{at}/files", {"file": given}, HTTP_AUTHORIZATION=token)
    assert up.status_code == 201, up.content
    (file,) = up.json()["files"]
    for content, status in [(PNG, 201), (PNG, 201), (PNG + b"x", 409)]:
        given = SimpleUploadedFile("再拍.png", content, "image/png")
        told = {"HTTP_AUTHORIZATION": token, "HTTP_IDEMPOTENCY_KEY": "f1"}
        assert Client().post(f"{at}/files", {"file": given}, **told).status_code == status
    assert len(do("unit", "get", at)["files"]) == 2
    down = Client().get(f"{at}/files/{file['id']}", HTTP_AUTHORIZATION=token)
    assert b"".join(down.streaming_content) == PNG and down["Content-Type"] == "application/octet-stream"
    assert do("other_unit", "get", f"{at}/files/{file['id']}", status=404)


def test_scopes_part_the_rooms(desk, call):  # noqa: F811
    for path in ("occurrences", "obligations", "availability", "assessments"):
        status, told, _ = call("manager", "get", f"{BASE}/{path}", scopes=("tickets:read",))
        assert (status, told["code"]) == (403, "api.scope_missing")


def test_reading_availability_and_scores(desk, do):
    rows = do("unit", "get", f"{BASE}/availability?month=2026-03")
    assert [(row["item"], row["verdict"], row["measured_percent"]) for row in rows] == [("01", "", "")]
    assert len(do("buyer", "get", f"{BASE}/availability")) == 2
    assert do("buyer", "get", f"{BASE}/outages?count=true")["count"] == 0
    assert do("unit", "get", f"{BASE}/assessments", status=403)["code"] == "access.denied"
    assert do("buyer", "get", f"{BASE}/assessments", status=404)
