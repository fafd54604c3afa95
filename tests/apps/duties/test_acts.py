"""Handing in, checking, returning, waiving: allowed and refused, complete and incomplete, fresh and stale."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from opsledger.apps.accounts.models import Notice
from opsledger.apps.duties import services
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.words import standing
from opsledger.apps.ledger.models import Attachment, Entry
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM
from opsledger.kernel.errors import sentence


def _hand_in(world, row, *uploads, who="engineer", numbers=None, done_at=None, version=None):
    numbers = {"室温": "23.5"} if numbers is None else numbers
    handed = services.Submission("机房正常", numbers, list(uploads), done_at)
    return services.submit_occurrence(
        actor=world.actor(who), occurrence=row, submission=handed, version=version
    )


def test_complete_evidence_is_taken(world, march, photo, at):
    row = _hand_in(world, march, photo())
    assert row.state == "submitted" and row.submitted_at == at and not row.late
    assert row.numbers == {"室温": "23.5"}
    entry = Entry.objects.get(verb="occurrence.submitted")
    assert entry.changes["numbers"] == {"室温": "23.5"} and "现场.png" in entry.changes["files"][0]
    assert entry.unit_id == world.item.unit_id


def test_what_is_missing_is_all_said_at_once_and_nothing_is_kept(world, march):
    with pytest.raises(DomainError) as refused:
        _hand_in(world, march, numbers={})
    text = sentence(refused.value)
    assert "照片还差1张" in text and "未填写“室温”" in text
    march.refresh_from_db()
    assert march.state == "open" and not Attachment.objects.exists()


def test_the_same_picture_twice_is_one_picture(world, make_obligation, photo, at):
    obligation = make_obligation(evidence={"photos": 2})
    services.plan_contract(actor=world.actor("manager"), contract=world.contract)
    row = Occurrence.objects.get(obligation=obligation, window_id="2026-03#1")
    with pytest.raises(DomainError, match="evidence_missing"):
        _hand_in(world, row, photo(1), photo(1, "另一张.png"), numbers={})
    assert _hand_in(world, row, photo(1), photo(2), numbers={}).state == "submitted"


@pytest.mark.parametrize("number", ["二十三", "23;5", "NaN", "1e999"])
def test_a_number_must_be_one(world, march, photo, number):
    with pytest.raises(DomainError, match="bad_number"):
        _hand_in(world, march, photo(), numbers={"室温": number})


def test_an_exe_named_jpg_is_refused(world, march):
    fake = SimpleUploadedFile("现场.jpg", b"MZ\x90\x00" + b"\x00" * 200, "image/jpeg")
    with pytest.raises(DomainError, match=r"upload\."):
        _hand_in(world, march, fake)
    assert Occurrence.objects.get(pk=march.pk).state == "open"


@pytest.mark.parametrize("who", ["buyer", "unit", "supervisor", "auditor"])
def test_only_the_provider_hands_in(world, march, photo, who):
    with pytest.raises(DomainError, match="not_your_role"):
        _hand_in(world, march, photo(), who=who)


def test_done_after_the_deadline_is_late_and_entered_afterwards_is_marked(world, march, photo):
    after = march.due_at + timedelta(hours=2)
    with clock.pinned(after):
        row = _hand_in(world, march, photo())
        assert row.late and standing(row, after) == "late"
    other = Occurrence.objects.get(window_id="2026-02#1", obligation=march.obligation)
    with clock.pinned(after):
        row = _hand_in(world, other, photo(3), done_at=other.due_at - timedelta(hours=1))
    assert not row.late and row.submission_recorded_at == after
    entry = Entry.objects.filter(verb="occurrence.submitted").last()
    assert entry.happened_at < entry.recorded_at == after


def test_work_is_not_done_before_its_window_or_in_the_future(world, march, photo, at):
    for moment in (march.begins_at - timedelta(minutes=1), at + timedelta(minutes=1)):
        with pytest.raises(DomainError, match=r"too_early|too_late"):
            _hand_in(world, march, photo(), done_at=moment)


def test_a_second_submission_and_a_stale_page_are_refused(world, march, photo):
    stale = Occurrence.objects.get(pk=march.pk)
    _hand_in(world, march, photo())
    with pytest.raises(DomainError, match=r"page\.stale"):
        _hand_in(world, stale, photo(1))
    with pytest.raises(DomainError, match="not_in_this_state"):
        _hand_in(world, march, photo(2))
    assert Entry.objects.filter(verb="occurrence.submitted").count() == 1


def test_return_tells_the_engineer_why_and_the_work_is_open_again(world, march, photo, at):
    row = _hand_in(world, march, photo())
    row = services.return_occurrence(actor=world.actor("supervisor"), occurrence=row, reason="照片看不清")
    assert row.state == "returned" and row.next_at == row.due_at and standing(row, at) == "due"
    notice = Notice.objects.get(user=world.users["engineer"])
    assert "照片看不清" in notice.body
    row = _hand_in(world, row)  # the picture of the first time still counts
    row = services.verify_occurrence(actor=world.actor("supervisor"), occurrence=row)
    assert row.state == "verified" and row.verified_by_id == world.users["supervisor"].pk


def test_returning_needs_a_reason(world, march, photo):
    row = _hand_in(world, march, photo())
    with pytest.raises(DomainError, match="fact_missing"):
        services.return_occurrence(actor=world.actor("supervisor"), occurrence=row, reason="  ")


@pytest.mark.parametrize("who", ["engineer", "manager", "unit", "auditor"])
def test_nobody_checks_their_own_side(world, march, photo, who):
    row = _hand_in(world, march, photo())
    with pytest.raises(DomainError, match="not_your_role"):
        services.verify_occurrence(actor=world.actor(who), occurrence=row)


def test_a_signature_comes_before_the_check_and_only_from_the_own_unit(world, make_obligation):
    obligation = make_obligation(evidence={"unit_signs": True, "supervisor_verifies": True})
    services.plan_contract(actor=world.actor("manager"), contract=world.contract)
    row = Occurrence.objects.get(obligation=obligation, window_id="2026-03#1")
    row = _hand_in(world, row, numbers={})
    with pytest.raises(DomainError, match="fact_missing"):
        services.verify_occurrence(actor=world.actor("supervisor"), occurrence=row)
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.sign_occurrence(actor=world.actor("other_unit"), occurrence=row)
    row = services.sign_occurrence(actor=world.actor("unit"), occurrence=row)
    with pytest.raises(DomainError, match="already_done"):
        services.sign_occurrence(actor=world.actor("unit"), occurrence=row)
    assert services.verify_occurrence(actor=world.actor("supervisor"), occurrence=row).state == "verified"


def test_a_waiver_is_asked_by_the_provider_and_given_by_the_buyer(world, march, at):
    row = services.ask_waiver(actor=world.actor("manager"), occurrence=march, reason="机房停电改造")
    assert Notice.objects.filter(user=world.users["buyer"], title__contains="豁免").exists()
    with pytest.raises(DomainError, match="not_your_role"):
        services.waive_occurrence(actor=world.actor("manager"), occurrence=row, reason="x")
    row = services.waive_occurrence(actor=world.actor("buyer"), occurrence=row, reason="同意")
    assert row.state == "waived" and row.next_at is None and standing(row, at) == "waived"


def test_a_day_is_chosen_inside_the_window_only(world, march):
    inside = datetime(2026, 3, 20, 2, tzinfo=UTC)
    row = services.reschedule_occurrence(actor=world.actor("engineer"), occurrence=march, planned_at=inside)
    assert row.planned_at == inside and row.due_at == march.due_at
    with pytest.raises(DomainError, match="too_late"):
        services.reschedule_occurrence(
            actor=world.actor("engineer"), occurrence=row, planned_at=row.due_at + timedelta(seconds=1)
        )


def test_work_is_given_only_to_people_of_the_contract(world, march):
    row = services.assign_occurrence(
        actor=world.actor("manager"), occurrence=march, assignee=world.users["engineer2"]
    )
    assert row.assignee_id == world.users["engineer2"].pk
    with pytest.raises(DomainError, match="not_on_contract"):
        services.assign_occurrence(
            actor=world.actor("manager"), occurrence=row, assignee=world.users["stranger"]
        )


def test_a_submission_may_be_taken_back_until_it_is_checked(world, march, photo):
    row = _hand_in(world, march, photo())
    row = services.withdraw_occurrence(actor=world.actor("engineer"), occurrence=row)
    assert row.state == "under_way" and row.next_at == row.due_at


# -- the unit signs on its phone -----------------------------------------------------------------------


@pytest.fixture
def to_sign(world, make_obligation):
    obligation = make_obligation(evidence={"unit_signs": True, "supervisor_verifies": True})
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    services.open_due(clock.now())
    row = Occurrence.objects.get(obligation=obligation, window_id="2026-03#1")
    return services.submit_occurrence(
        actor=world.actor("engineer"), occurrence=row, submission=services.Submission("做完了")
    )


def test_a_drawn_signature_stands_beside_the_confirmation_and_is_no_evidence(world, to_sign, photo):
    address = f"/c/demo-2026/occurrences/{to_sign.pk}/"
    assert world.client("engineer").post(address, {"action": "sign"}).status_code != 302
    client = world.client("unit")
    assert "data-signing" in client.get(address).content.decode()
    said = {"action": "sign", "version": to_sign.version, "signature": photo(3, "签字.png")}
    assert client.post(address, said).status_code == 302
    to_sign.refresh_from_db()
    assert to_sign.signed_by_id == world.users["unit"].pk
    kept = Attachment.objects.get()
    assert kept.subject_type == "signature"
    page = world.client("supervisor").get(address).content.decode()
    assert f"/files/{kept.pk}/" in page and "的签字" in page
    assert world.client("supervisor").get(f"{address}files/{kept.pk}/").status_code == 200
    assert world.client("other_unit").get(f"{address}files/{kept.pk}/").status_code == 404


def test_a_signature_that_is_no_picture_is_refused_and_nothing_is_signed(world, to_sign):
    fake = SimpleUploadedFile("签字.txt", "不是图".encode(), "text/plain")
    got = world.client("unit").post(
        f"/c/demo-2026/occurrences/{to_sign.pk}/", {"action": "sign", "signature": fake}
    )
    to_sign.refresh_from_db()
    assert (
        "不是图片" in got.content.decode() and to_sign.signed_at is None and not Attachment.objects.exists()
    )


def test_a_confirmation_without_a_drawing_is_valid(world, to_sign):
    row = services.sign_occurrence(actor=world.actor("unit"), occurrence=to_sign)
    assert services.verify_occurrence(actor=world.actor("supervisor"), occurrence=row).state == "verified"
