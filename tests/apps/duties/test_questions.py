"""The questions that a round raises: worked examples, each with the one that raises nothing."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from opsledger.apps.desk.models import Shift
from opsledger.apps.duties import honesty, services
from opsledger.apps.duties.honesty import Day, Entered
from opsledger.apps.duties.models import Attendance, Occurrence, RoundPhoto, StaffMember
from opsledger.core.errors import DomainError
from opsledger.kernel import clock, pictures
from opsledger.kernel.access import SYSTEM
from opsledger.kernel.errors import sentence

# 10:00 in Shanghai on a Wednesday.
T = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)


def entered(seconds, place="", position=None):
    at = T + timedelta(seconds=seconds)
    return Entered(f"c{seconds}", f"项{seconds}", at, at, None, place, position)


def words(at):
    return f"{at:%H:%M}"


@pytest.mark.parametrize(
    ("visits", "needed"),
    [
        ([(0, "三楼 A1"), (2, "三楼 A2"), (4, "三楼 A3")], 6),
        ([(0, "三楼 A1"), (3, "三楼 A2"), (6, "三楼 A3")], None),
        ([(0, "一楼 A1"), (15, "二楼 A1"), (39, "三楼 A1")], 40),
        ([(0, "一楼 A1"), (15, "二楼 A1"), (40, "三楼 A1")], None),
        ([(0, "一楼 A1"), (1, "二楼 A1")], None),
        ([(0, ""), (1, ""), (2, "")], None),
    ],
    ids=[
        "three racks in four seconds",
        "in six",
        "three rooms in 39",
        "in forty",
        "two places say little",
        "no places",
    ],
)
def test_faster_than_walking(visits, needed):
    question = honesty.faster_than_walking([entered(*one) for one in visits])
    assert (question.facts["needed"] if question else None) == needed


@pytest.mark.parametrize(
    ("north", "seconds", "accuracy", "asked"),
    [
        (0.0009, 30, 0, True),  # 100 metres in half a minute
        (0.0009, 40, 0, False),
        (0.0009, 30, 10, False),  # the phones may be twenty metres nearer
        (0.9, 3600, 0, False),  # a hundred kilometres by car in an hour
        (0.9, 1800, 0, True),
    ],
)
def test_two_places_further_apart_than_one_can_get(north, seconds, accuracy, asked):
    rows = [entered(0, "", (36.0, 114.0, accuracy)), entered(seconds, "", (36.0 + north, 114.0, accuracy))]
    assert (honesty.too_far_apart(rows) is not None) is asked


IN, OUT = T - timedelta(hours=1), T + timedelta(hours=8)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (Day("张工"), "absent"),
        (Day("张工", "leave"), "on_leave"),
        (Day("张工", "present", IN, OUT), None),
        (Day("张工", "present", IN), None),
        (Day("张工", "present", T + timedelta(minutes=31)), "not_yet_in"),
        (Day("张工", "present", T + timedelta(minutes=29)), None),
        (Day("张工", "present", IN, T - timedelta(minutes=31)), "not_yet_in"),
    ],
    ids=["no record", "on leave", "there", "not yet gone", "came later", "came a little later", "had gone"],
)
def test_what_attendance_says(day, code):
    question = honesty.out_of_attendance(day, T, T, "3月11日", words)
    assert (question.code if question else None) == code
    if question:
        assert "张工" in question.sentence


@pytest.mark.parametrize(
    ("hours", "due", "code", "late"),
    [
        (11, 100, None, False),
        (12, 100, "done_before", False),
        (30, -10, "done_before", True),
        (30, -40, "done_before", False),
    ],
    ids=["the same half-day", "half a day before", "before the limit but handed in after", "late either way"],
)
def test_work_said_to_be_done_before(hours, due, code, late):
    question = honesty.done_before(T - timedelta(hours=hours), T, T + timedelta(hours=due), "昨天")
    assert (question.code if question else None) == code
    assert not question or ("已过期限" in question.sentence) is late


# -- the same with what the program has on record ------------------------------------------------------


@pytest.fixture
def begin(world, make_obligation, at):
    checks = [
        {"id": "a", "label": "甲", "kind": "number"},
        {"id": "p", "label": "照片", "kind": "photo", "required": False},
    ]
    services.save_template(
        actor=world.actor("manager"), contract=world.contract, key="own",
        data={"name": "小表", "activities": ["inspection"], "checks": checks},
    )  # fmt: skip
    make_obligation()
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    services.open_due(at)

    def make():
        occurrence = Occurrence.objects.get(window_id="2026-03#1")
        return services.start_round(actor=world.actor("engineer"), occurrence=occurrence, template_key="own")

    return make


def asked(world, round_, moment, **more) -> list[str]:
    """The codes of the questions that one answer at `moment` raises."""
    with clock.pinned(moment):
        change = {"id": "m", "check": "a", "value": "1", "at": moment.isoformat()}
        services.save_answers(actor=world.actor("engineer"), round_=round_, changes=[change])
        services.finish_round(actor=world.actor("engineer"), round_=round_, **more)
    round_.refresh_from_db()
    return [one["code"] for one in round_.questions]


NIGHT = datetime(2026, 3, 11, 14, 0, tzinfo=UTC)  # 22:00


@pytest.mark.parametrize(
    ("moment", "on_duty", "codes"),
    [
        (NIGHT, "engineer2", ["off_roster"]),
        (NIGHT, "engineer", []),
        (NIGHT, None, []),
        (T, "engineer2", []),
    ],
    ids=["at night, somebody else is on duty", "at night, on duty", "no roster is kept", "in office hours"],
)
def test_the_roster_is_asked(world, begin, moment, on_duty, codes):
    if on_duty:
        part = "night" if moment == NIGHT else "day"
        Shift.objects.create(
            contract=world.contract, on=date(2026, 3, 11), part=part, user=world.users[on_duty]
        )
    assert asked(world, begin(), moment) == codes


@pytest.fixture
def member(world, make_obligation):
    post = make_obligation(kind="staffing", data={"min": 1}, activity="")
    people = {}
    for who in ("engineer", "engineer2"):
        people[who] = StaffMember.objects.create(
            contract=world.contract, obligation=post, user=world.users[who], name=who, role="驻场",
            starts_on=date(2026, 1, 1),
        )  # fmt: skip
    return people


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([], []),
        ([("engineer2", "present", 10)], ["absent"]),
        ([("engineer", "present", 11)], []),
        ([("engineer", "leave", 11)], ["on_leave"]),
    ],
    ids=["attendance is not kept", "kept, but not for this person", "checked in", "on leave"],
)
def test_attendance_of_the_day_is_asked(world, begin, member, rows, codes):
    for who, kind, day in rows:
        Attendance.objects.create(
            member=member[who], day=date(2026, 3, day), kind=kind, in_at=T if kind == "present" else None
        )
    assert asked(world, begin(), T) == codes


def test_a_completion_set_back_by_two_days_is_asked(world, begin):
    assert asked(world, begin(), T, done_at=T - timedelta(days=2)) == ["done_before"]


# -- pictures ------------------------------------------------------------------------------------------


def picture(size, kind="JPEG", **more) -> SimpleUploadedFile:
    image = Image.linear_gradient("L").resize(size)
    out = io.BytesIO()
    image.save(out, kind, **more)
    name, media = {"JPEG": ("大图.jpg", "image/jpeg"), "PNG": ("大图.png", "image/png")}[kind]
    return SimpleUploadedFile(name, out.getvalue(), media)


def add(world, round_, upload, check="p", mutation="x"):
    return services.add_photo(
        actor=world.actor("engineer"), round_=round_, check_id=check, mutation=mutation, upload=upload
    )


def test_a_photo_of_forty_megapixels_is_kept_and_looked_at(world, begin):
    kept = add(world, begin(), picture((7300, 5500), quality=50))
    assert len(kept.looks) == 16 and kept.attachment.file.size > 100_000


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (lambda: picture((8000, 8000), quality=30), "6400万像素，超过6000万像素"),
        (lambda: picture((7300, 5500), "PNG"), "4000万像素，超过1600万像素"),
        (lambda: picture((7300, 5500), quality=30, progressive=True), "超过1600万像素"),
    ],
    ids=["larger than any phone's", "a format that must be held whole", "a JPEG that must be held whole"],
)
def test_a_picture_that_cannot_be_looked_at_in_bounded_memory_is_refused_in_words(
    world, begin, upload, words
):
    round_ = begin()
    with pytest.raises(DomainError) as refused:
        add(world, round_, upload())
    assert words in sentence(refused.value) and not RoundPhoto.objects.exists()


def test_the_size_is_read_from_the_head_alone():
    whole = picture((7300, 5500), quality=50).read()
    assert pictures.size_of(io.BytesIO(whole[:2000])).pixels == 7300 * 5500
    assert pictures.size_of(io.BytesIO(b"not a picture")) is None


def test_the_same_picture_at_two_checks_is_asked(world, begin):
    round_ = begin()
    content = picture((320, 240), quality=90).read()
    for n, check in enumerate(["p", "a"]):
        add(world, round_, SimpleUploadedFile(f"{n}.jpg", content, "image/jpeg"), check, f"m{n}")
    assert asked(world, round_, T) == ["photo_twice"]
