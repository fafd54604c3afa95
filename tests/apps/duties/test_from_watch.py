"""Values that monitoring has are filled in, marked, used only while fresh, and changed only with a reason."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from opsledger.apps.accounts.services import issue_token
from opsledger.apps.assets.models import Asset
from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.models import Answer, Occurrence, Round
from opsledger.apps.duties.services.finishing import answers_digest
from opsledger.apps.watch import services as watch
from opsledger.apps.watch.models import LatestReading
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM

CHECKS = [
    {
        "id": "heat",
        "label": "温度",
        "kind": "number",
        "unit": "℃",
        "warn": [18, 27],
        "watch": "room.temperature",
    },
    {
        "id": "site",
        "label": "网站可用",
        "kind": "yes_no",
        "watch": "首页",
        "fresh_minutes": 5,
        "photo": "none",
    },
    {"id": "hand", "label": "手工项", "kind": "number"},
]


@pytest.fixture
def march(world, make_obligation, at):
    services.save_template(
        actor=world.actor("manager"), contract=world.contract, key="own",
        data={"name": "机房", "activities": ["inspection"], "checks": CHECKS},
    )  # fmt: skip
    make_obligation()
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    services.open_due(at)
    return Occurrence.objects.get(window_id="2026-03#1")


def tell(world, minutes, value="22.5", **more):
    row = {"item": "01", "metric": "room.temperature", "value": value, "unit": "℃", **more}
    row["at"] = clock.now() - timedelta(minutes=minutes)
    return watch.record_readings(
        actor=world.actor("engineer"), contract=world.contract, rows=[row], source="动环"
    )


def begin(world, march) -> Round:
    return services.start_round(actor=world.actor("engineer"), occurrence=march, template_key="own")


def save(world, round_, check, value, note=""):
    change = {"id": uuid4().hex, "check": check, "value": value, "note": note, "at": clock.now().isoformat()}
    return services.save_answers(actor=world.actor("engineer"), round_=round_, changes=[change], device="p")


@pytest.mark.parametrize(("minutes", "used"), [(0, True), (30, True), (31, False), (600, False)])
def test_only_a_fresh_value_is_filled_in(world, march, minutes, used):
    tell(world, minutes)
    begin(world, march)
    assert Answer.objects.filter(check_id="heat", value="22.5").exists() is used


def test_it_is_marked_with_its_time_and_source(world, march, at):
    tell(world, 3)
    round_ = begin(world, march)
    line = selectors.lines_of(round_)[0]
    assert (
        line.seen["at"] == at - timedelta(minutes=3) and line.seen["source"] == "动环" and not line.overridden
    )
    row = Answer.objects.get()
    assert (row.answered_by_id, row.device, row.verdict) == (None, "watch", "ok")
    page = world.client("engineer").get(f"/c/demo-2026/rounds/{round_.pk}/").content.decode()
    assert "来自监测" in page and "22.5℃" in page


@pytest.mark.parametrize(("value", "used"), [("很热", False), ("", False), ("31", True)])
def test_a_value_that_does_not_fit_the_check_is_not_used(world, march, value, used):
    tell(world, 3, value=value)
    begin(world, march)
    assert Answer.objects.exists() is used


def test_a_change_needs_a_reason_and_both_values_stay(world, march):
    tell(world, 3)
    round_ = begin(world, march)
    refused = save(world, round_, "heat", "24").refused
    assert "监测值为22.5℃" in refused[0]["problem"] and Answer.objects.get().value == "22.5"
    assert not save(world, round_, "heat", "22.50").refused  # the same number written otherwise is no change
    assert not save(world, round_, "heat", "24", note="探头贴近出风口，以手持表为准").refused
    row = Answer.objects.get()
    assert (row.value, row.reading["value"]) == ("24", "22.5") and selectors.lines_of(round_)[0].overridden
    digest = answers_digest([row])
    row.reading = {}
    assert answers_digest([row]) != digest


def test_going_on_fills_what_is_still_open_and_touches_nothing_else(world, march):
    round_ = begin(world, march)
    assert not Answer.objects.exists()
    tell(world, 1)
    save(world, round_, "hand", "5")
    begin(world, march)
    assert dict(Answer.objects.values_list("check_id", "value")) == {"hand": "5", "heat": "22.5"}
    tell(world, 0, value="30")
    begin(world, march)
    assert Answer.objects.get(check_id="heat").value == "22.5"


@pytest.mark.parametrize(
    ("state", "ended", "answer"),
    [("up", 2, "yes"), ("down", 2, "no"), ("unknown", 2, None), ("up", 6, None), ("up", None, None)],
    ids=["up", "down", "not observed", "too old", "no end: when it was last seen is not known"],
)
def test_the_state_of_a_target_answers_a_yes_or_no(world, march, state, ended, answer):
    target = watch.create_target(actor=SYSTEM, item=world.item, name="首页")
    ends = None if ended is None else clock.now() - timedelta(minutes=ended)
    span = watch.Span(state, clock.now() - timedelta(hours=1), ends)
    watch.record_spans(actor=SYSTEM, target=target, spans=[span])
    begin(world, march)
    assert (Answer.objects.filter(check_id="site").values_list("value", flat=True).first()) == answer


def test_each_device_has_its_own_value(world, march):
    for code, place in (("A-1", "一楼"), ("A-2", "二楼")):
        Asset.objects.create(
            contract=world.contract, item=world.item, code=code, klass="network", kind="switch", name=code,
            place=place, state="in_use", created_at=clock.now(),
        )  # fmt: skip
    checks = [{**CHECKS[0], "watch": "device.temperature"}]
    services.save_template(
        actor=world.actor("manager"), contract=world.contract, key="own",
        data={"name": "逐台", "activities": ["inspection"], "each": ["*"], "checks": checks},
    )  # fmt: skip
    tell(world, 1, asset="A-2", metric="device.temperature", value="25")
    tell(world, 1, metric="device.temperature", value="19")  # of the item, not of a device
    round_ = begin(world, march)
    asked = [line for line in selectors.lines_of(round_) if not line.skips]
    assert [line.value for line in asked] == [None, "25"]


# -- readings come in ----------------------------------------------------------------------------------


def test_an_older_value_does_not_replace_a_newer_one_and_twice_is_once(world, at):
    assert tell(world, 5).kept == 1
    assert tell(world, 5, value="9").older == 1  # the same moment: what was known stays
    assert tell(world, 9, value="1").older == 1
    assert tell(world, 1, value="23").kept == 1
    assert LatestReading.objects.get().value == "23"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"item": "99"}, "没有资产"),
        ({"metric": ""}, "缺少指标"),
        ({"value": "x" * 61}, "过长"),
        ({"at": "2026-03-11"}, "时区"),
    ],
)
def test_a_wrong_row_is_named_and_the_others_are_kept(world, at, row, words):
    good = {"item": "01", "metric": "m", "value": "1", "at": at}
    taken = watch.record_readings(
        actor=world.actor("engineer"), contract=world.contract, rows=[{**good, "metric": "n"}, {**good, **row}], source="s"
    )  # fmt: skip
    assert taken.kept == 1 and taken.refused[0]["place"] == 1 and words in taken.refused[0]["problem"]


def test_a_value_from_the_future_is_refused(world):
    assert "将来" in tell(world, -6).refused[0]["problem"]


def test_programs_post_values_with_the_scope_for_it(world, at):
    body = json.dumps(
        {"source": "动环", "readings": [{"item": "01", "metric": "m", "value": "1", "at": at.isoformat()}]}
    )

    def post(who, scopes):
        _, secret = issue_token(actor=SYSTEM, user=world.users[who], name="t", scopes=scopes, expires_at=None)
        return world.client(who).post(
            "/api/v1/contracts/demo-2026/readings", body, content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )  # fmt: skip

    assert post("engineer", ["readings:write"]).json() == {"kept": 1, "older": 0, "refused": []}
    assert post("engineer", ["tickets:write"]).status_code == 403
    assert post("unit", ["*"]).status_code == 403 and post("stranger", ["*"]).status_code == 404
    with pytest.raises(DomainError, match="too_many_readings"):
        watch.record_readings(actor=SYSTEM, contract=world.contract, rows=[{}] * 1001, source="s")


def test_the_paper_of_a_round_names_the_device_and_where_a_value_came_from(world, march):
    from opsledger.apps.documents.single import inspection

    Asset.objects.create(
        contract=world.contract, item=world.item, code="A-1", klass="network", kind="switch", name="甲",
        state="in_use", created_at=clock.now(),
    )  # fmt: skip
    services.save_template(
        actor=world.actor("manager"), contract=world.contract, key="own",
        data={"name": "逐台", "activities": ["inspection"], "each": ["*"], "checks": CHECKS[:1]},
    )  # fmt: skip
    tell(world, 1, asset="A-1")
    round_ = begin(world, march)
    key = round_.stops[0]["key"]
    done = services.finish_round(actor=world.actor("engineer"), round_=round_)
    check = inspection(world.contract, done, at=clock.now()).checks[0]
    assert (check.label, check.value) == ("A-1 温度", "22.5℃") and check.note.startswith("来自监测，22.5℃")
    assert Answer.objects.get().check_id == f"{key}_heat"
