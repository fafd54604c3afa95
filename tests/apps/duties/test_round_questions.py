"""The questions that a round raises: its speed, its numbers, its photos, when it arrived."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.apps.duties.rounds import GOOD, change, fill, finish, picture, save, upload

from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.ledger.models import Entry
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM


def _codes(round_):
    round_.refresh_from_db()
    return [one["code"] for one in round_.questions]


def _at(rows, begin, step):
    return [row | {"at": (begin + n * timedelta(seconds=step)).isoformat()} for n, row in enumerate(rows)]


@pytest.fixture
def long_template(world):
    checks = [{"id": f"n{n}", "label": f"读数{n}", "kind": "number"} for n in range(12)]
    services.save_template(
        actor=world.actor("manager"), contract=world.contract, key="own",
        data={"name": "长表", "minutes": 20, "activities": ["inspection"], "checks": checks},
    )  # fmt: skip
    return checks


@pytest.mark.parametrize(("step", "asked"), [(1, True), (30, False)])
def test_a_round_faster_than_a_person_raises_a_question(world, monthly, long_template, at, step, asked):
    round_ = services.start_round(actor=world.actor("engineer"), occurrence=monthly, template_key="own")
    with clock.pinned(at + timedelta(minutes=20)):
        save(world, round_, *_at([change(f"n{n}", str(n + 1)) for n in range(12)], at, step))
        finish(world, round_)
    assert ("speed" in _codes(round_)) is asked


def test_numbers_like_the_last_five_rounds_raise_a_question(world, make_obligation, long_template, at):
    make_obligation(data={"activity": "inspection", "count": 1, "period": "workday"})
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    services.open_due(at)
    rows = list(Occurrence.objects.filter(begins_at__lte=at).order_by("due_at")[:8])
    asked = []
    for place, row in enumerate(rows):
        with clock.pinned(at + timedelta(hours=place)):
            round_ = services.start_round(actor=world.actor("engineer"), occurrence=row, template_key="own")
            last = "99" if place == 7 else "12"
            values = [str(n) for n in range(11)] + [last]
            save(world, round_, *_at([change(f"n{n}", v) for n, v in enumerate(values)], clock.now(), 0))
            finish(world, round_)
            asked.append("identical" in _codes(round_))
    # The first five have too few before them; the sixth and seventh repeat; the eighth measured anew.
    assert asked == [False] * 5 + [True, True, False]


def test_what_arrives_half_a_day_later_raises_a_question(world, begun, at):
    with clock.pinned(at + timedelta(hours=15)):
        save(world, begun, *[change(c, v) | {"at": at.isoformat()} for c, v in GOOD.items()])
        finish(world, begun)
    assert _codes(begun) == ["backdated"]


def test_an_old_photo_raises_a_question_whether_copied_or_only_alike(world, make_obligation, monthly, at):
    make_obligation()
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    others = list(Occurrence.objects.filter(begins_at__lte=at).exclude(pk=monthly.pk)[:3])
    codes = []
    for row, content in zip(
        [monthly, *others], [picture(1), picture(1), picture(1, (640, 480), 50), picture(9)], strict=True
    ):
        round_ = services.start_round(actor=world.actor("engineer"), occurrence=row, template_key="own")
        fill(world, round_)
        services.add_photo(
            actor=world.actor("engineer"),
            round_=round_,
            check_id="leak",
            mutation=uuid4().hex,
            upload=upload(content),
        )
        finish(world, round_)
        codes.append([code for code in _codes(round_) if code.startswith("photo")])
    assert codes == [[], ["photo_same"], ["photo_alike"], []]


def test_a_question_is_shown_to_both_and_answered_by_the_engineer(world, begun, at):
    with clock.pinned(at + timedelta(hours=15)):
        save(world, begun, *[change(c, v) | {"at": at.isoformat()} for c, v in GOOD.items()])
        finish(world, begun)
        address = f"/c/demo-2026/occurrences/{begun.occurrence_id}/"
        assert "是否现场无网络" in world.client("supervisor").get(address).content.decode()
        assert "是否现场无网络" in world.client("engineer").get(address).content.decode()
        assert "是否现场无网络" not in world.client("unit").get(address).content.decode()
        say = f"/c/demo-2026/rounds/{begun.pk}/answer/"
        assert world.client("supervisor").post(say, {"number": "0", "text": "x"}).status_code == 403
        for bad in ({"number": "7", "text": "x"}, {"number": "0", "text": " "}, {}):
            world.client("engineer").post(say, bad)
        begun.refresh_from_db()
        assert "answer" not in begun.questions[0]
        world.client("engineer").post(say, {"number": "0", "text": "地下机房没有信号"})
        assert "地下机房没有信号" in world.client("supervisor").get(address).content.decode()
    entry = Entry.objects.get(verb="round.question_answered")
    assert entry.changes["note"] == "地下机房没有信号" and "现场无网络" in entry.changes["question"]
    assert selectors.flagged(world.actor("supervisor"), world.contract).count() == 1
