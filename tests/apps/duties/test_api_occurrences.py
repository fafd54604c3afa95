"""What the pages of obligations and tasks do, for programs: one obligation, counts, the queue, moving, signing."""

from __future__ import annotations

from datetime import date

import pytest

from opsledger.apps.duties import services
from opsledger.apps.duties.models import Occurrence
from opsledger.kernel.access import SYSTEM


def hand_in(world, row, photo, who="engineer"):
    given = services.Submission(note="已巡检", numbers={"室温": "22"}, uploads=(photo(1),))
    return services.submit_occurrence(actor=world.actor(who), occurrence=row, submission=given)


def test_one_obligation_with_its_clause_and_evidence(march, do):
    at = f"/obligations/{march.obligation_id}"
    told = do("auditor", "get", at)
    assert (told["clause"], told["planned"], told["history"]) == ("2.4 表 序号01", 12, [])
    assert any("照片" in word for word in told["evidence_rule"])
    assert do("unit", "get", at, status=403)["code"] == "access.denied"
    do("manager", "get", "/obligations/999999", status=404)
    assert len(do("buyer", "get", "/obligations?status=missed")["items"]) == 1
    assert do("buyer", "get", "/obligations?q=不存在")["items"] == []


@pytest.mark.parametrize(
    ("query", "windows"),
    [
        ("standing=missed", ["2026-01#1", "2026-02#1"]),
        ("month=2026-03", ["2026-03#1"]),
        ("activity=inspection&standing=due", ["2026-03#1"]),
        ("item=02", []),
        ("item=0", []),
        ("q=每月巡检&month=2026-12", ["2026-12#1"]),
    ],
)
def test_the_list_is_asked_as_on_the_screen(march, do, query, windows):
    assert [row["window"] for row in do("engineer", "get", f"/occurrences?{query}")["items"]] == windows


def test_counts_and_the_queue_of_those_who_check(world, march, do, photo):
    assert do("unit", "get", "/occurrences/counts")["overdue"] == 2
    assert do("other_unit", "get", "/occurrences/counts")["all"] == 0
    hand_in(world, march, photo)
    (row,) = do("supervisor", "get", "/occurrences/to-verify")["items"]
    assert row["id"] == march.pk
    assert do("engineer", "get", "/occurrences/to-verify", status=403)["code"] == "access.denied"
    words = [one["word"] for one in do("unit", "get", f"/occurrences/{march.pk}/history")]
    assert "提交" in words[-1]
    do("other_unit", "get", f"/occurrences/{march.pk}/history", status=404)


def test_a_task_is_moved_inside_its_window(march, do):
    at = f"/occurrences/{march.pk}/move"
    told = do("manager", "post", at, {"day": "2026-03-20", "hour": "14:30", "assignee": "engineer2"})
    assert (told["planned_at"], told["assignee"]) == ("2026-03-20T06:30:00Z", "演示engineer2")
    assert do("manager", "post", at, {"day": "2026-04-02"}, 409)["code"] == "occurrence.outside_window"
    stranger = {"day": "2026-03-21", "assignee": "buyer"}
    assert do("manager", "post", at, stranger, 409)["code"] == "occurrence.not_on_contract"
    assert do("supervisor", "post", at, {"day": "2026-03-21"}, 400)["code"] == "transitions.not_your_role"
    do("other_unit", "post", at, {"day": "2026-03-21"}, 404)
    do("manager", "post", at, {"day": "2026-03-21", "version": 0}, 409)


def test_the_buyer_strikes_a_task_and_nobody_else(march, do):
    at = f"/occurrences/{march.pk}/acts/cancel"
    do("manager", "post", at, {"reason": "不再需要"}, 400)
    assert "理由" in do("buyer", "post", at, {}, 400)["detail"]
    assert do("buyer", "post", at, {"reason": "系统下线"})["state"] == "cancelled"


def test_the_unit_signs_with_a_picture(world, make_obligation, do, send, photo, at):
    make_obligation(evidence={"unit_signs": True, "supervisor_verifies": True})
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    services.open_due(at)
    row = Occurrence.objects.get(window_id="2026-03#1")
    hand_in(world, row, photo)
    assert "verify" not in do("supervisor", "get", f"/occurrences/{row.pk}")["allowed"]
    to = f"/occurrences/{row.pk}/signature"
    send("engineer", to, {"file": photo(2)}, 400)
    send("other_unit", to, {"file": photo(2)}, 404)
    told = send("unit", to, {"file": photo(2, "签名.png")})
    assert told["signed_by"] == "演示unit" and told["signature"][0]["name"] == "签名.png"
    assert "verify" in do("supervisor", "get", f"/occurrences/{row.pk}")["allowed"]
    assert len(told["files"]) == 1


def test_a_file_that_is_too_large_is_told_as_such(march, send, settings, photo):
    settings.MAX_UPLOAD_MB = 0
    body = {"note": "已巡检", "numbers": ["室温=22.5"], "file": [photo(1)]}
    assert send("engineer", f"/occurrences/{march.pk}/files", body, 413)["code"] == "upload.too_large"


def test_more_rows_cost_no_more_queries(world, march, make_obligation, asks):
    paths = ["/occurrences", "/obligations", "/occurrences/counts"]
    before = [asks("engineer", path) for path in paths]
    for _ in range(3):
        make_obligation()
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    assert [asks("engineer", path) for path in paths] == before
    assert Occurrence.objects.filter(due_month=date(2026, 3, 1)).count() == 4
