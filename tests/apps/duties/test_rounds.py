"""Rounds: answers that come late, twice or from two phones; findings; what comes over the wire."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.apps.duties.rounds import GOOD, change, fill, finish, picture, save, upload

from opsledger.apps.accounts.models import Notice  # noqa: F401  (the table must exist for subscribers)
from opsledger.apps.desk.models import Ticket
from opsledger.apps.duties import looks, services
from opsledger.apps.duties.models import Answer, Finding, Occurrence, RoundPhoto
from opsledger.apps.duties.services.finishing import answers_digest
from opsledger.apps.ledger.models import Attachment, Entry
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM
from opsledger.kernel.errors import sentence


def test_a_round_is_begun_once_and_gone_on_with(world, monthly, begun):
    monthly.refresh_from_db()
    assert monthly.state == "under_way"
    again = services.start_round(actor=world.actor("engineer2"), occurrence=monthly, template_key="own")
    assert again.pk == begun.pk
    assert Entry.objects.filter(verb="round.started").count() == 1
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.start_round(actor=world.actor("supervisor"), occurrence=monthly, template_key="own")


def test_a_finished_round_submits_its_occurrence(world, begun):
    fill(world, begun, temperature="30")
    row = finish(world, begun, note="滤网下月更换")
    assert (
        row.state == "submitted" and "关注1项" in row.note and "室温：30℃" in row.note and "滤网" in row.note
    )
    entry = Entry.objects.get(verb="round.finished")
    assert (entry.changes["checks"], entry.changes["normal"], entry.changes["watch"]) == (4, 2, 1)
    begun.refresh_from_db()
    assert entry.changes["answers_digest"] == answers_digest(begun.answers.all())


def test_a_changed_answer_no_longer_fits_the_digest(world, begun):
    fill(world, begun)
    finish(world, begun)
    Answer.objects.filter(check_id="temperature").update(value="19")
    told = Entry.objects.get(verb="round.finished").changes["answers_digest"]
    assert answers_digest(begun.answers.all()) != told


def test_all_that_is_missing_is_said_and_nothing_is_handed_in(world, begun):
    save(world, begun, change("temperature", "50"))
    with pytest.raises(DomainError) as refused:
        finish(world, begun)
    text = sentence(refused.value)
    assert "3项" in text and "室温须附照片" in text and "湿度未填写" in text and "无漏水未填写" in text
    begun.refresh_from_db()
    assert begun.state == "under_way"


def test_sent_twice_is_kept_once(world, begun):
    rows = [change(check, value) for check, value in GOOD.items()]
    first, second = save(world, begun, *rows), save(world, begun, *rows)
    assert first.saved == second.saved == [row["id"] for row in rows]
    assert Answer.objects.count() == 3 and set(Answer.objects.values_list("version", flat=True)) == {1}


def test_a_sync_cut_off_in_the_middle_is_sent_again_whole(world, begun, monkeypatch):
    rows = [change(check, value) for check, value in GOOD.items()]
    monkeypatch.setattr(
        "opsledger.apps.duties.models.RoundMutation.objects.bulk_create", lambda *a, **k: 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        save(world, begun, *rows)
    assert not Answer.objects.exists()  # the whole batch or nothing: the phone still holds it
    monkeypatch.undo()
    assert len(save(world, begun, *rows).saved) == 3


def test_two_phones_that_differ_are_both_told(world, begun):
    save(world, begun, change("temperature", "22", base=0))
    result = save(world, begun, change("temperature", "25", base=0), device="phone-2", who="engineer2")
    assert not result.saved and result.conflicts[0]["theirs"]["value"] == "22"
    assert result.conflicts[0]["yours"] == "25"
    same = save(world, begun, change("temperature", "22", base=0), device="phone-2")
    assert same.saved and not same.conflicts
    forced = save(world, begun, change("temperature", "25", base=0, force=True), device="phone-2")
    assert forced.saved and Answer.objects.get(check_id="temperature").value == "25"


def test_a_wrong_value_is_refused_by_name_and_the_rest_is_saved(world, begun):
    result = save(world, begun, change("temperature", "很热"), change("humidity", "50"), change("nope", "1"))
    assert [one["check"] for one in result.refused] == ["temperature", "nope"] and len(result.saved) == 1


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01T00:00:00Z", "2099-01-01T00:00:00Z", None])
def test_a_phone_with_a_wrong_clock_is_taken_at_our_time(world, begun, moment):
    save(world, begun, change("temperature", "22") | {"at": moment})
    assert Answer.objects.get().answered_at == clock.now()


def test_photos_come_twice_and_are_kept_once(world, begun):
    for _ in range(2):
        services.add_photo(
            actor=world.actor("engineer"),
            round_=begun,
            check_id="leak",
            mutation="m1",
            upload=upload(picture(1)),
        )
    assert RoundPhoto.objects.count() == Attachment.objects.count() == 1
    with pytest.raises(DomainError, match="unknown_check"):
        services.add_photo(
            actor=world.actor("engineer"),
            round_=begun,
            check_id="zz",
            mutation="m2",
            upload=upload(picture(1)),
        )


def test_a_photo_of_forty_megapixels_is_read_in_a_moment():
    content = picture(3, size=(7300, 5500), quality=60)
    begun = time.process_time()
    found = looks.looks_of(content)
    assert time.process_time() - begun < 2 and looks.apart(found, looks.looks_of(picture(3))) <= looks.NEAR


@pytest.mark.parametrize(
    "content", [b"", b"not a picture", picture(1)[:400], b"\xff\xd8\xff\xe0" + b"\x00" * 50]
)
def test_what_is_no_picture_has_no_looks(content):
    assert looks.looks_of(content) == ""


def test_pictures_that_look_alike_are_near_and_others_far():
    one, smaller, other = (looks.looks_of(c) for c in (picture(1), picture(1, (640, 480), 40), picture(9)))
    assert looks.apart(one, smaller) <= looks.NEAR < looks.apart(one, other)


# -- findings ---------------------------------------------------------------------------------------


@pytest.fixture
def failed(world, begun) -> Finding:
    fill(world, begun, leak="no")
    services.add_photo(
        actor=world.actor("engineer"), round_=begun, check_id="leak", mutation="p", upload=upload(picture(1))
    )
    finish(world, begun)
    return Finding.objects.select_related("item").get()


def test_a_failed_check_becomes_a_finding_and_the_next_round_asks(world, failed, begun):
    assert (
        failed.summary == "不符合：无漏水"
        and failed.state == "found"
        and failed.occurrence_id == begun.occurrence_id
    )
    with clock.pinned(clock.now() + timedelta(days=30)):
        services.open_due(clock.now())
        april = Occurrence.objects.get(window_id="2026-04#1")
        round_ = services.start_round(actor=world.actor("engineer"), occurrence=april, template_key="own")
        key = f"finding_{failed.pk}"
        assert round_.checklist["checks"][0]["id"] == key
        fill(world, round_, **{key: "仍存在", "leak": "no"})
        services.add_photo(
            actor=world.actor("engineer"),
            round_=round_,
            check_id="leak",
            mutation="q",
            upload=upload(picture(5)),
        )
        finish(world, round_)
    failed.refresh_from_db()
    assert failed.asked_again == 1 and Finding.objects.count() == 1  # the same thing is not found twice


def test_a_finding_becomes_a_ticket_with_one_act(world, failed):
    row = services.make_ticket(actor=world.actor("engineer"), finding=failed, severity="一般故障")
    ticket = Ticket.objects.get()
    assert row.state == "ticketed" and row.ticket_number == ticket.number and ticket.item == world.item


def test_from_the_task_one_tap_makes_a_ticket_or_orders_the_remediation(world, failed, begun, at):
    page = f"/c/demo-2026/occurrences/{begun.occurrence_id}/"
    shown = world.client("engineer").get(page).content.decode()
    assert "转工单（一般故障）" in shown and "安排整改" not in shown
    shown = world.client("manager").get(page).content.decode()
    assert "安排整改（至" in shown
    assert "转工单" not in world.client("unit").get(page).content.decode()
    form = {
        "action": "remediate",
        "back": "occurrence",
        "assignee": failed.found_by_id,
        "due_at": "2026-03-21T10:00",
    }
    got = world.client("manager").post(f"/c/demo-2026/findings/{failed.pk}/", form)
    assert got["Location"] == page
    failed.refresh_from_db()
    assert (failed.state, failed.due_at) == ("remediating", at + timedelta(days=10))


def test_remediation_has_its_own_due_moment_and_someone_else_closes_it(world, failed, at):
    due = at + timedelta(days=3)
    row = services.order_remediation(
        actor=world.actor("manager"), finding=failed, assignee=world.users["engineer2"], due_at=due
    )
    assert row.due_at == due == row.next_at
    with clock.pinned(due + timedelta(minutes=1)):
        assert services.stamp_overdue(clock.now()) == 1
        assert services.stamp_overdue(clock.now()) == 0
        entry = Entry.objects.get(verb="finding.overdue")
        assert entry.happened_at == due
        row.refresh_from_db()
        row = services.fix_finding(actor=world.actor("engineer"), finding=row, measure="更换排水管")
        with pytest.raises(DomainError, match="not_your_role"):
            services.verify_finding(actor=world.actor("engineer"), finding=row)
        with pytest.raises(DomainError, match=r"access\.denied"):
            services.verify_finding(actor=world.actor("other_unit"), finding=row)
        row = services.verify_finding(actor=world.actor("unit"), finding=row)
    assert row.state == "verified" and row.closed_by_id == world.users["unit"].pk


def test_what_a_round_finds_gone_waits_for_its_check(world, failed, at):
    services.order_remediation(
        actor=world.actor("manager"),
        finding=failed,
        assignee=world.users["engineer"],
        due_at=at + timedelta(days=60),
    )
    with clock.pinned(at + timedelta(days=30)):
        services.open_due(clock.now())
        april = Occurrence.objects.get(window_id="2026-04#1")
        round_ = services.start_round(actor=world.actor("engineer"), occurrence=april, template_key="own")
        fill(world, round_, **{f"finding_{failed.pk}": "已消除"})
        finish(world, round_)
    failed.refresh_from_db()
    assert failed.state == "fixed"


# -- over the wire ----------------------------------------------------------------------------------


def test_a_phone_syncs_two_hundred_answers_in_time(world, monthly):
    checks = [{"id": f"n{n}", "label": f"读数{n}", "kind": "number"} for n in range(200)]
    services.save_template(
        actor=world.actor("manager"), contract=world.contract, key="own",
        data={"name": "大表", "activities": ["inspection"], "checks": checks},
    )  # fmt: skip
    client = world.client("engineer")
    answer = client.post(f"/c/demo-2026/occurrences/{monthly.pk}/round/", {"template": "own"})
    body = json.dumps({"device": "d", "changes": [change(f"n{n}", str(n)) for n in range(200)]})
    begun = time.process_time()
    got = client.post(f"{answer['Location']}sync/", body, content_type="application/json")
    assert time.process_time() - begun < 3
    assert got.status_code == 200 and len(got.json()["saved"]) == 200
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"changes": 1}', '{"changes": [1]}', "\xff"])
def test_nonsense_over_the_wire_is_refused_with_a_sentence(world, begun, body):
    got = world.client("engineer").post(
        f"/c/demo-2026/rounds/{begun.pk}/sync/", body, content_type="application/json"
    )
    assert got.status_code == 400 and "不是检查答案" in got.json()["sentence"]


def test_others_cannot_write_and_strangers_cannot_see(world, begun):
    address = f"/c/demo-2026/rounds/{begun.pk}/"
    assert world.client("supervisor").get(address).status_code == 200
    assert world.client("other_unit").get(address).status_code == 404
    body = json.dumps({"changes": [change("leak", "no")]})
    assert (
        world.client("supervisor").post(f"{address}sync/", body, content_type="application/json").status_code
        == 403
    )


def test_without_a_script_the_form_does_it_all(world, begun):
    client = world.client("engineer")
    address = f"/c/demo-2026/rounds/{begun.pk}/"
    half = client.post(address, {"action": "save", "v_temperature": "abc", "v_leak": "yes"})
    assert half.status_code == 200 and "不是数字" in half.content.decode()
    told = {"v_temperature": "22", "v_humidity": "50", "v_leak": "yes", "action": "finish", "note": ""}
    assert client.post(address, told).status_code == 302
    begun.refresh_from_db()
    assert begun.state == "finished"


def test_a_photo_that_is_no_photo_is_refused_over_the_wire(world, begun):
    fake = SimpleUploadedFile("x.jpg", b"MZ\x90\x00" + b"\x00" * 200, "image/jpeg")
    got = world.client("engineer").post(
        f"/c/demo-2026/rounds/{begun.pk}/photos/", {"file": fake, "check": "leak", "id": "a"}
    )
    assert got.status_code == 400 and "sentence" in got.json()


def test_after_a_return_the_same_round_is_mended(world, begun):
    fill(world, begun)
    row = finish(world, begun)
    row = services.return_occurrence(actor=world.actor("supervisor"), occurrence=row, reason="室温请复测")
    again = services.start_round(actor=world.actor("engineer"), occurrence=row, template_key="own")
    assert again.pk == begun.pk and again.state == "under_way" and again.answers.count() == 3
    save(world, again, change("temperature", "23"))
    assert finish(world, again).state == "submitted"


def test_the_evidence_rule_adds_what_the_template_lacks(world, make_obligation):
    make_obligation(
        data={"activity": "backup", "count": 1, "period": "month"}, activity="backup",
        evidence={"numbers": ["备份大小GB", "带库剩余"], "files": 1},
    )  # fmt: skip
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    row = Occurrence.objects.get(window_id="2026-03#1")
    round_ = services.start_round(actor=world.actor("engineer"), occurrence=row, template_key="backup-check")
    labels = [one["label"] for one in round_.checklist["checks"]]
    assert "带库剩余" in labels and "备份大小GB" not in labels and labels[-1].startswith("文件")
