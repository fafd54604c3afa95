"""A round done by a program: begun, answered, photographed, handed in, and what it may not do."""

from __future__ import annotations

import pytest

from opsledger.apps.assets.models import Asset
from opsledger.apps.duties import services
from opsledger.apps.duties.models import Answer, Occurrence, Round, RoundPhoto
from opsledger.kernel.access import SYSTEM

CHECKS = [
    {"id": "heat", "label": "室温", "kind": "number", "unit": "℃", "warn": [18, 27], "fail": [10, 35], "photo": "none"},
    {"id": "leak", "label": "无漏水", "kind": "yes_no"},
    {"id": "shot", "label": "全景", "kind": "photo", "required": False},
]  # fmt: skip


@pytest.fixture
def monthly(world, make_obligation, at):
    def make(**head):
        data = {"name": "小机房", "activities": ["inspection"], "checks": CHECKS, **head}
        services.save_template(actor=world.actor("manager"), contract=world.contract, key="own", data=data)
        make_obligation(evidence={"supervisor_verifies": True})
        services.plan_contract(actor=SYSTEM, contract=world.contract)
        services.open_due(at)
        return Occurrence.objects.get(window_id="2026-03#1")

    return make


@pytest.fixture
def begun(world, monthly) -> str:
    """The address of a round under way."""
    made = services.start_round(actor=world.actor("engineer"), occurrence=monthly(), template_key="own")
    return f"/rounds/{made.pk}"


def said(check, value, n, **more):
    return {"id": f"m{n}", "check": check, "value": value, **more}


def test_from_the_checklist_to_the_submission(monthly, do):
    row = monthly()
    assert "own" in [one["key"] for one in do("engineer", "get", f"/occurrences/{row.pk}/checklists")]
    begin = f"/occurrences/{row.pk}/round"
    assert do("supervisor", "post", begin, {"template": "own"}, 403)["code"] == "access.denied"
    assert do("engineer", "post", begin, {"template": "nix"}, 400)["code"] == "round.unknown_template"
    made = do("engineer", "post", begin, {"template": "own"})
    assert [line["check"]["id"] for line in made["lines"]] == ["heat", "leak", "shot"]
    assert do("engineer2", "post", begin, {"template": "own"})["id"] == made["id"]
    at = f"/rounds/{made['id']}"
    told = do("engineer", "post", f"{at}/finish", {}, 400)
    assert told["code"] == "round.incomplete" and "室温" in told["detail"]
    changes = [said("heat", 29.5, 1, note="空调报修"), said("leak", True, 2)]
    assert do("engineer", "post", f"{at}/answers", {"changes": changes})["saved"] == ["m1", "m2"]
    line = do("unit", "get", at)["lines"][0]
    assert (line["value"], line["verdict_word"], line["answered_by"], line["note"]) == (
        "29.5", "关注", "演示engineer", "空调报修",
    )  # fmt: skip
    assert do("engineer", "post", f"{at}/finish", {"note": "滤网下月换"})["state"] == "submitted"
    # Sent twice: the first time has done it.
    assert do("engineer", "post", f"{at}/finish", {})["round"] == made["id"]
    assert do("engineer", "post", f"{at}/answers", {"changes": changes}, 400)["code"] == "round.finished"


def test_answers_sent_twice_or_wrong(begun, do):
    body = {"changes": [said("heat", "22", 1), said("nix", "x", 2), said("leak", "vielleicht", 3)]}
    first, second = (do("engineer", "post", f"{begun}/answers", body) for _ in range(2))
    assert first["saved"] == second["saved"] == ["m1"] and Answer.objects.get().version == 1
    assert [one["id"] for one in first["refused"]] == ["m2", "m3"] and first["answers"]["heat"][
        "value"
    ] == "22"
    theirs = {"device": "b", "changes": [said("heat", "25", 4, base=0)]}
    (conflict,) = do("engineer2", "post", f"{begun}/answers", theirs)["conflicts"]
    assert (conflict["yours"], conflict["theirs"]["value"]) == ("25", "22")


@pytest.mark.parametrize("number", ["1E-99999999", "0E-99999999", "NaN", "1E+30"])
def test_a_number_that_is_a_slip_is_refused_in_words(begun, do, number):
    told = do("engineer", "post", f"{begun}/answers", {"changes": [said("heat", number, 1)]})
    assert "超出" in told["refused"][0]["problem"] and not Answer.objects.exists()


def test_a_photo_is_kept_once_and_can_be_read(begun, do, send, photo, call):
    fields = {"check": "shot", "id": "p1"}
    one = send("engineer", f"{begun}/photos", {**fields, "file": photo(1)})
    assert send("engineer", f"{begun}/photos", {**fields, "file": photo(1)}) == one
    assert RoundPhoto.objects.count() == 1
    told = do("supervisor", "get", begun)
    assert told["lines"][2]["files"][0]["id"] == one["file"]
    send("engineer", f"{begun}/photos", {"check": "nix", "id": "p2", "file": photo(2)}, 400)
    send("buyer", f"{begun}/photos", {**fields, "file": photo(3)}, 403)


def test_devices_in_another_order_and_one_left_out_with_its_reason(world, monthly, do):
    for code in ("SW-1", "SW-2"):
        Asset.objects.create(
            contract=world.contract, item=world.item, code=code, klass="network", kind="switch", name=code,
            place="三楼", state="in_use", created_at=world.contract.created_at,
        )  # fmt: skip
    row = monthly(each=["switch"])
    made = do("engineer", "post", f"/occurrences/{row.pk}/round", {"template": "own"})
    first, second = made["stops"]
    at = f"/rounds/{made['id']}"
    told = do("engineer", "post", f"{at}/order", {"keys": [second["key"]]})
    assert [one["code"] for one in told["stops"]] == ["SW-2", "SW-1"]
    do("supervisor", "post", f"{at}/order", {"keys": []}, 403)
    body = {"changes": [said(first["skip_check"], "送修", 1)]}
    assert do("engineer", "post", f"{at}/answers", body)["saved"] == ["m1"]
    stops = do("engineer", "get", at)["stops"]
    assert [(one["left_out"], one["all"]) for one in stops] == [("", 3), ("送修", 1)]


def test_questions_are_read_by_those_who_check_and_answered_by_those_who_work(world, begun, do):
    changes = [said("heat", "22", 1, at="2026-03-10T02:00:00Z"), said("leak", "yes", 2)]
    do("engineer", "post", f"{begun}/answers", {"changes": changes})
    do("engineer", "post", f"{begun}/finish", {})
    (question,) = do("supervisor", "get", begun)["questions"]
    assert "才上传" in question["sentence"]
    assert do("unit", "get", begun)["questions"] == []
    to = f"{begun}/questions/0"
    do("supervisor", "post", to, {"text": "?"}, 403)
    assert do("engineer", "post", to, {"text": " "}, 400)["code"] == "round.answer_needed"
    assert do("engineer", "post", f"{begun}/questions/7", {"text": "x"}, 400)["code"] == "round.no_question"
    told = do("engineer", "post", to, {"text": "现场没有网络"})
    assert (told["questions"][0]["answer"], told["questions"][0]["answered_by"]) == (
        "现场没有网络",
        "演示engineer",
    )


def test_another_units_round_is_not_there(begun, do):
    for who in ("other_unit", "stranger"):
        assert do(who, "get", begun, status=404)["code"] == "not_found"
    assert do("other_unit", "post", f"{begun}/answers", {"changes": []}, 403)["code"] == "access.denied"


def test_more_answers_cost_no_more_queries(world, begun, asks):
    before = asks("engineer", begun)
    round_ = Round.objects.get()
    changes = [said("heat", "22", 1), said("leak", "yes", 2)]
    for who in ("engineer", "manager"):
        services.save_answers(actor=world.actor(who), round_=round_, changes=changes)
    assert asks("engineer", begun) == before
