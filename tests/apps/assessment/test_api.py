"""The assessment through the API: the figures of the pages, values by hand, grounds, objections, decisions."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.assessment import selectors, services
from opsledger.apps.assessment.basis import basis_of
from opsledger.apps.assessment.models import Assessment, ManualRow
from opsledger.apps.ledger.models import Attachment

BASE = "/contracts/demo-2026"
FEB = f"{BASE}/assessments/2026-02"


def fresh(assessment: Assessment) -> Assessment:
    return Assessment.objects.select_related("contract").get(pk=assessment.pk)


@pytest.fixture
def choices(scored, february, through):
    return through("buyer", "get", f"{FEB}/choices")


@pytest.fixture
def by_points(choices):
    return next(row for row in choices["rows"] if not row["kind"])


@pytest.fixture
def by_fact(choices):
    return next(row for row in choices["rows"] if row["kind"] and not row["needs_measure"])


@pytest.fixture
def issued(scored, february):
    return services.issue(actor=scored.actor("buyer"), assessment=fresh(february))


def fact_of(through, who="manager") -> str:
    sheet = through(who, "get", FEB)["sheet"]
    table = next(one for one in sheet["categories"] if one["id"] == "tickets")
    return table["rows"][0]["lines"][0]["fact"]


def test_the_figures_are_those_of_the_page(scored, february, through, at):
    told = through("auditor", "get", FEB)
    assert told["sheet"]["score"] == "81.50" and told["sheet"]["categories"][0]["rows"][0]["clause"]
    rows = through("buyer", "get", f"{BASE}/assessments")
    assert next(row for row in rows if row["id"] == "2026-02")["score"] == "81.50"
    outlook = through("supervisor", "get", f"{BASE}/assessment-outlook")
    assert outlook["term_payable_cny"] == str(selectors.forecast(scored.contract, at).term_payable)
    paid = through("manager", "get", f"{BASE}/payments")
    assert [one["id"] for one in paid["instalments"]] == ["first", "feb"] and paid["assessed"]
    lines = selectors.payments(basis_of(scored.contract), at=at)
    assert [one["payable_cny"] for one in paid["instalments"]] == [str(line.sheet.payable) for line in lines]
    assert paid["instalments"][1]["steps"] and paid["instalments"][1]["period"] == "2026-02"


@pytest.mark.parametrize("who", ["engineer", "unit"])
def test_the_assessment_is_for_those_who_answer_for_it(scored, february, through, who):
    for path in ("assessments", "assessments/2026-02", "assessments/2026-02/record", "assessments/2026-02/choices",
                 "payments", "assessment-outlook", "scheme-readings"):  # fmt: skip
        assert through(who, "get", f"{BASE}/{path}", status=403)["code"] == "access.denied"
    through("stranger", "get", f"{BASE}/payments", status=404)
    assert (
        through(who, "post", f"{FEB}/rows", {"indicator": "x", "reason": "y"}, 403)["code"] == "access.denied"
    )


def test_without_a_scheme_there_is_nothing(world, through):
    for path in ("assessments", "payments", "scheme-readings", "assessment-outlook"):
        told = through("buyer", "get", f"{BASE}/{path}", status=404)
        assert (told["status"], told["code"]) == (404, "not_found"), path


def test_points_are_entered_and_taken_back(scored, through, by_points):
    said = {"indicator": by_points["indicator"], "points": "1.5", "reason": "现场检查发现标签缺失"}
    told = through("supervisor", "post", f"{FEB}/rows", said, 201)
    (row,) = told["rows"]
    assert (row["points"], row["by"], told["version"]) == ("1.50", "演示supervisor", 2)
    at = f"{FEB}/rows/{row['id']}/withdraw"
    assert through("manager", "post", at, {"reason": "误填"}, 403)["code"] == "access.denied"
    stale = through("buyer", "post", at, {"reason": "误填", "version": 1}, 409)
    assert stale["code"] == "page.stale"
    gone = through("buyer", "post", at, {"reason": "误填" * 250, "version": 2})["rows"][0]
    assert gone["withdrawn_at"] and len(gone["withdrawn_reason"]) == 500
    assert through("buyer", "post", at, {"reason": "误填"}, 400)["code"] == "assessment.row_withdrawn"


def test_a_fact_is_entered_with_its_proof_once(scored, through, by_fact):
    said = {
        "indicator": by_fact["indicator"],
        "kind": by_fact["kind"],
        "happened_on": "2026-02-10",
        "item": "01",
        "reason": "采购人书面投诉",
    }
    for _ in range(2):
        through("buyer", "post", f"{FEB}/rows", said, 201, HTTP_IDEMPOTENCY_KEY="f1")
    assert ManualRow.objects.get().item == scored.item
    proof = SimpleUploadedFile("投诉函.txt", "投诉内容".encode())
    told = through("buyer", "post", f"{FEB}/rows/with-file", files={**said, "file": proof}, status=201)
    assert len(told["rows"]) == 2 and Attachment.objects.get().name == "投诉函.txt"


@pytest.mark.parametrize(
    ("said", "status", "code", "words"),
    [
        ({"points": None}, 400, "assessment.points_needed", "请填写分值"),
        ({"points": "100000"}, 422, "input.invalid", "输入不符合接口说明"),
        ({"indicator": "none"}, 400, "assessment.unknown_row", "没有这一行"),
        ({"kind": "complaint", "indicator": "none"}, 400, "assessment.unknown_row", "没有这一行"),
        ({"reason": ""}, 422, "input.invalid", "输入不符合接口说明"),
        ({"points": "-1"}, 422, "input.invalid", "输入不符合接口说明"),
        ({"points": "1E+99999"}, 422, "input.invalid", "输入不符合接口说明"),
        ({"item": "99", "kind": "complaint"}, 404, "not_found", "没有这条记录"),
    ],
)
def test_bad_input_enters_nothing(through, by_points, said, status, code, words):
    whole = {"indicator": by_points["indicator"], "points": "1", "reason": "现场检查", **said}
    told = through("buyer", "post", f"{FEB}/rows", whole, status)
    assert told["code"] == code and words in told["detail"] and not ManualRow.objects.exists()


def test_what_is_found_by_itself_is_not_entered_by_hand(scored, choices, through):
    assert not {row["kind"] for row in choices["rows"]} & {"sla_breach", "occurrence_missed"}
    row = next(
        one
        for one in basis_of(scored.contract).scheme.indicators
        if one.match and "sla_breach" in one.match.kinds
    )
    said = {"indicator": row.id, "kind": "sla_breach", "happened_on": "2026-02-10", "reason": "超时"}
    told = through("buyer", "post", f"{FEB}/rows", said, 400)
    assert told["code"] == "assessment.found_by_itself" and "自动取得" in told["detail"]


def test_a_ground_is_asked_for_and_decided(scored, february, choices, through):
    fact, ground = fact_of(through), choices["grounds"][0]
    at = f"{FEB}/facts/{fact}/exclusion"
    said = {"ground": ground, "explanation": "停电通知〔2026〕5号"}
    assert through("auditor", "post", at, said, 403)["code"] == "access.denied"
    wrong = through("manager", "post", at, {**said, "ground": "天气不好"}, 400)
    assert wrong["code"] == "assessment.not_a_ground"
    (asked,) = through("manager", "post", at, said, 201)["exclusions"]
    assert (asked["state"], asked["fact"], asked["by"]) == ("asked", fact, "演示manager")
    assert through("manager", "post", at, said, 400)["code"] == "assessment.excluded_already"
    decision = f"{FEB}/exclusions/{asked['id']}/decision"
    assert through("manager", "post", decision, {"yes": True}, 403)["code"] == "access.denied"
    assert through("buyer", "post", decision, {"yes": False}, 400)["code"] == "assessment.reason_needed"
    assert through("buyer", "post", decision, {"yes": True})["exclusions"][0]["state"] == "approved"
    assert through("buyer", "post", decision, {"yes": True}, 400)["code"] == "assessment.exclusion_decided"
    unknown = through("manager", "post", f"{FEB}/facts/nothing/exclusion", said, 400)
    assert unknown["code"] == "assessment.unknown_fact"


def test_an_objection_is_raised_and_decided(scored, issued, through):
    fact = fact_of(through)
    assert "object" in through("manager", "get", f"{FEB}/record")["allowed"]
    at = f"{FEB}/facts/{fact}/objection"
    assert through("buyer", "post", at, {"reason": "x"}, 403)["code"] == "access.denied"
    told = through("manager", "post", at, {"reason": "已于时限内电话答复"}, 201)
    assert (told["state"], told["objections"][0]["state"]) == ("objected", "raised")
    assert through("manager", "post", at, {"reason": "再次"}, 400)["code"].startswith("assessment.")
    decision = f"{FEB}/objections/{told['objections'][0]['id']}/decision"
    assert (
        through("supervisor", "post", decision, {"yes": True, "reason": "属实"}, 403)["code"]
        == "access.denied"
    )
    assert through("buyer", "post", decision, {"yes": True}, 400)["code"] == "assessment.reason_needed"
    done = through("buyer", "post", decision, {"yes": True, "reason": "录音属实"})
    assert (done["state"], done["objections"][0]["decision"]) == ("issued", "录音属实")
    through(
        "buyer",
        "post",
        f"{BASE}/assessments/2026-03/objections/1/decision",
        {"yes": True, "reason": "x"},
        404,
    )


def test_issuing_and_signing_have_no_operation(scored, february, through):
    for act in ("issue", "sign", "recall", "correct"):
        through("buyer", "post", f"{FEB}/{act}", {}, 404)
    assert fresh(february).state == "draft"


def test_a_reading_is_settled_by_the_buyer(scored, february, through):
    points = through("auditor", "get", f"{BASE}/scheme-readings")
    first = points[0]
    other = next(one["id"] for one in first["readings"] if not one["chosen"])
    at, said = f"{BASE}/scheme-readings/{first['id']}", {"reading": other, "ground": "补充协议第2条"}
    assert not first["settled"]
    assert through("manager", "put", at, said, 403)["code"] == "access.denied"
    assert through("buyer", "put", at, {**said, "reading": "none"}, 400)["detail"]
    assert through("buyer", "put", at, {**said, "ground": " "}, 422)["code"] == "input.invalid"
    told = next(one for one in through("buyer", "put", at, said) if one["id"] == first["id"])
    assert told["settled"] and [one["id"] for one in told["readings"] if one["chosen"]] == [other]


def test_an_edition_is_read_as_it_was_signed(scored, issued, through):
    through("buyer", "get", f"{FEB}?edition=1", status=404)
    for who in ("manager", "buyer"):
        services.sign(actor=scored.actor(who), assessment=fresh(issued), explanation="")
    told = through("auditor", "get", f"{FEB}?edition=1")
    assert (told["state"], told["sheet"]["score"]) == ("signed", "81.50")
    record = through("auditor", "get", f"{FEB}/record")
    assert [one["number"] for one in record["editions"]] == [1] and record["allowed"] == []
    assert {one["party_word"] for one in record["signatures"]} >= {"采购人"}


def test_more_entries_cost_no_more_queries(scored, february, through, by_points):
    said = {"indicator": by_points["indicator"], "points": "0.1", "reason": "现场检查"}

    def cost():
        with CaptureQueriesContext(connection) as seen:
            through("buyer", "get", f"{FEB}/record")
        return len(seen)

    through("buyer", "post", f"{FEB}/rows", said, 201)
    cost()
    before = cost()
    for _ in range(4):
        through("buyer", "post", f"{FEB}/rows", said, 201)
    assert cost() == before
