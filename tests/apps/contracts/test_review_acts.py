"""Acts on proposed terms: who may, what a stale page does, what an undo puts back."""

from __future__ import annotations

import pytest
from tests.apps.contracts.reading_samples import SAMPLE, make_reading, upload

from opsledger.apps.contracts.models import DocumentReading, ProposedTerm, ReviewAct
from opsledger.apps.contracts.review import selectors
from opsledger.apps.contracts.services import reading_acts, reading_intake, reading_items, reading_undo
from opsledger.apps.ledger.services import verify_chain
from opsledger.core.errors import DomainError

HTMX = {"HX-Request": "true"}


@pytest.fixture
def reading(world) -> DocumentReading:
    return make_reading(world.actor("manager"))


def term_of(reading: DocumentReading, text: str) -> ProposedTerm:
    return next(term for term in reading.terms.all() if text in term.summary)


# -- who may -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who, may",
    [
        *[(who, True) for who in ("manager", "buyer", "admin")],
        *[(who, False) for who in ("engineer", "supervisor", "unit", "auditor", "stranger")],
    ],
)
def test_who_may_start_a_reading(world, who, may):
    answer = world.client(who).post("/readings/new/", {"document": upload()})
    assert answer.status_code == (302 if may else 403)
    assert DocumentReading.objects.count() == int(may)


def addresses(reading: DocumentReading) -> list[str]:
    term, item = reading.terms.first(), reading.items.first()
    parts = ["", "status/", "file/", "people/", "text/0/", f"items/{item.pk}/", f"items/{item.pk}/edit/"]
    parts += ["terms/new/", f"terms/{term.pk}/", f"terms/{term.pk}/edit/", "accept/", "findings/", "acts/"]
    parts += ["finish/", "export/", "import/", f"findings/{reading.findings.first().pk}/"]
    return [f"/readings/{reading.pk}/{part}" for part in parts]


# The manager's own organisation is the provider's; the engineer belongs to it but may start no reading.
@pytest.mark.parametrize("who", ["buyer", "engineer", "supervisor", "unit", "auditor", "stranger", "admin"])
def test_a_reading_of_others_looks_missing_everywhere(world, reading, who):
    client = world.client(who)
    for address in addresses(reading):
        assert client.get(address).status_code == 404, address
    for address in (f"terms/{reading.terms.first().pk}/", "undo/", "restart/"):
        posted = client.post(f"/readings/{reading.pk}/{address}", {"act": "accept", "version": 1})
        assert posted.status_code == 404, address
    assert reading.name not in client.get("/readings/").content.decode()
    assert not reading.terms.exclude(state="proposed").exists()


def test_services_refuse_without_the_pages(world, reading):
    term = reading.terms.first()
    with pytest.raises(Exception) as refused:
        reading_acts.decide_term(
            actor=world.actor("engineer"), reading=reading, term=term, version=1, verb="accept"
        )
    assert type(refused.value).__name__ == "Http404"


def test_an_invited_engineer_reviews_and_is_told_once(world, reading):
    client = world.client("manager")
    for _ in range(2):
        client.post(f"/readings/{reading.pk}/people/", {"username": "engineer"})
    assert world.users["engineer"].notices.count() == 1
    engineer = world.client("engineer")
    term = reading.terms.first()
    assert engineer.get(f"/readings/{reading.pk}/").status_code == 200
    engineer.post(f"/readings/{reading.pk}/terms/{term.pk}/", {"act": "accept", "version": 1})
    term.refresh_from_db()
    assert term.acted_by == world.users["engineer"]
    assert (
        "没有用户名为"
        in client.post(f"/readings/{reading.pk}/people/", {"username": "nobody"}).content.decode()
    )


def test_an_invitation_is_taken_back(world, reading):
    client = world.client("manager")
    client.post(f"/readings/{reading.pk}/people/", {"username": "engineer"})
    guest = reading.guests.get()
    assert world.client("engineer").get(f"/readings/{reading.pk}/").status_code == 200
    assert client.post(f"/readings/{reading.pk}/people/", {"guest": "x"}).status_code == 404
    client.post(f"/readings/{reading.pk}/people/", {"guest": guest.pk})
    assert world.client("engineer").get(f"/readings/{reading.pk}/").status_code == 404


def test_a_manager_of_the_same_organisation_sees_it(world, reading):
    world.users["engineer2"].memberships.create(contract=world.contract, role="manager")
    assert world.client("engineer2").get(f"/readings/{reading.pk}/").status_code == 200


# -- stale ---------------------------------------------------------------------------------------------


def test_a_stale_press_changes_nothing_and_says_who_was_faster(world, reading):
    term = reading.terms.first()
    reading_items.invite(actor=world.actor("manager"), reading=reading, username="buyer", url="/x/")
    reading_acts.decide_term(actor=world.actor("buyer"), reading=reading, term=term, version=1, verb="reject")
    answer = world.client("manager").post(
        f"/readings/{reading.pk}/terms/{term.pk}/", {"act": "accept", "version": 1}, headers=HTMX
    )
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "演示buyer" in body and "不采纳" in body and f'id="term-{term.pk}"' in body
    term.refresh_from_db()
    assert term.state == "rejected" and term.version == 2


def test_a_stale_edit_keeps_what_was_typed(world, reading):
    term = term_of(reading, "4小时内解决")
    actor = world.actor("manager")
    reading_acts.decide_term(actor=actor, reading=reading, term=term, version=1, verb="accept")
    typed = {"metric": "resolve", "value": "6", "unit": "hour", "severity": "一般故障（手填）"}
    typed |= {"item": term.item_id, "version": 1, "save": 1, "kind": "sla"}
    answer = world.client("manager").post(f"/readings/{reading.pk}/terms/{term.pk}/edit/", typed)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "一般故障（手填）" in body and 'value="6"' in body and 'name="version" value="2"' in body
    term.refresh_from_db()
    assert term.data["value"] == 4
    # Sent again from the page as it is now, it goes through.
    world.client("manager").post(f"/readings/{reading.pk}/terms/{term.pk}/edit/", typed | {"version": 2})
    term.refresh_from_db()
    assert (term.data["value"], term.state) == (6, "edited")


# -- edit, move, add -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"value": ""}, "请填写数值"),
        ({"value": "很快"}, "应为数字"),
        ({"value": "-3"}, "应为数字"),
        ({"value": "2", "unit": "same_day"}, "只能是 1"),
        ({"unit": "fortnight"}, "没有“fortnight”"),
    ],
)
def test_a_wrong_fact_is_said_beside_its_field(world, reading, typed, said):
    term = term_of(reading, "4小时内解决")
    whole = {"metric": "resolve", "value": "6", "unit": "hour", "item": term.item_id, "version": 1, "save": 1}
    body = (
        world.client("manager")
        .post(f"/readings/{reading.pk}/terms/{term.pk}/edit/", {**whole, **typed})
        .content.decode()
    )
    assert said in body or (typed.get("unit") == "fortnight" and "invalid-feedback" in body)
    term.refresh_from_db()
    assert term.version == 1


def test_moving_to_another_item(world, reading):
    term = reading.terms.get(kind="retention")
    target = reading.items.get(no="1")
    world.client("manager").post(
        f"/readings/{reading.pk}/terms/{term.pk}/edit/",
        {**term.data, "item": target.pk, "version": 1, "save": 1},
    )
    term.refresh_from_db()
    assert (term.item, term.state) == (target, "accepted")
    assert ReviewAct.objects.latest("id").verb == "move"


def test_another_kind_can_be_chosen_while_editing(world, reading):
    term = reading.terms.get(kind="retention")
    client = world.client("manager")
    body = client.get(f"/readings/{reading.pk}/terms/{term.pk}/edit/?kind=quota").content.decode()
    assert "数量" in body
    client.post(
        f"/readings/{reading.pk}/terms/{term.pk}/edit/",
        {"kind": "quota", "what": "备份", "op": ">=", "value": "30", "unit": "份"}
        | {"item": term.item_id, "version": 1, "save": 1},
    )
    term.refresh_from_db()
    assert (term.kind, term.data["unit"]) == ("quota", "份")


def test_adding_from_a_selected_stretch(world, reading):
    start = SAMPLE.index("系统可用性")
    end = SAMPLE.index("。", start)
    client = world.client("manager")
    page = client.get(f"/readings/{reading.pk}/terms/new/?from={start}&to={end}").content.decode()
    # The reader's own guess stands in the form: 可用性 不低于 99.5 %.
    assert "系统可用性不低于99.5%" in page and 'value="99.5"' in page
    client.post(
        f"/readings/{reading.pk}/terms/new/",
        {
            "from": start,
            "to": end,
            "kind": "quota",
            "what": "门户网站",
            "op": "=",
            "value": "1",
            "unit": "套",
        }
        | {"item": reading.items.get(no="1").pk, "save": 1},
    )
    made = ProposedTerm.objects.get(reading=reading, source="person")
    assert (made.quote, made.state) == ("系统可用性不低于99.5%", "accepted")


@pytest.mark.parametrize(
    "query",
    [
        "from=abc&to=2",
        "from=9&to=3",
        "from=0&to=999999",
        "from=-4&to=3",
        "from=99999999999999999999&to=99999999999999999999999",
    ],
)
def test_a_nonsense_selection_is_no_error(world, reading, query):
    assert world.client("manager").get(f"/readings/{reading.pk}/terms/new/?{query}").status_code == 200


@pytest.mark.parametrize("version", ["abc", "", "-1", "9" * 40])
def test_a_nonsense_version_is_a_stale_page(world, reading, version):
    term = reading.terms.get(kind="retention")
    client = world.client("manager")
    typed = {**term.data, "item": term.item_id, "version": version, "save": 1}
    assert client.post(f"/readings/{reading.pk}/terms/{term.pk}/edit/", typed).status_code == 409
    answer = client.post(f"/readings/{reading.pk}/terms/{term.pk}/", {"act": "accept", "version": version})
    assert answer.status_code == 302
    term.refresh_from_db()
    assert term.version == 1


def test_an_unsound_proposal_cannot_be_accepted_before_it_is_completed(world, reading):
    term = reading.terms.get(kind="retention")
    ProposedTerm.objects.filter(pk=term.pk).update(problem="请填写内容。")
    answer = world.client("manager").post(
        f"/readings/{reading.pk}/terms/{term.pk}/", {"act": "accept", "version": 1}, headers=HTMX
    )
    assert answer.status_code == 400 and "还不能接受" in answer.content.decode()
    assert not selectors.acceptable(reading, 0).filter(pk=term.pk).exists()


# -- many, and back ------------------------------------------------------------------------------------


def test_accepting_many_takes_exactly_what_the_preview_counted(world, reading):
    client = world.client("manager")
    # In the sample every limit and duty is read with 95, others with 90 or 85.
    count = reading.terms.filter(confidence_percent__gte=95).count()
    assert 0 < count < reading.terms.count()
    body = client.post(f"/readings/{reading.pk}/accept/", {"minimum": 95, "expected": count + 1}).content
    assert "没有接受任何一条" in body.decode()
    assert not reading.terms.filter(state="accepted").exists()
    client.post(f"/readings/{reading.pk}/accept/", {"minimum": 95, "expected": count})
    assert reading.terms.filter(state="accepted").count() == count
    assert set(reading.terms.filter(state="accepted").values_list("version", flat=True)) == {2}


def test_undo_goes_back_step_by_step_and_leaves_what_others_did(world, reading):
    actor, other = world.actor("manager"), world.actor("buyer")
    reading_items.invite(actor=actor, reading=reading, username="buyer", url="/x/")
    first, second = list(reading.terms.all()[:2])
    chosen = selectors.acceptable(reading, 0)
    count = chosen.count()
    reading_acts.accept_many(
        actor=actor, reading=reading, chosen=chosen, minimum=0, expected=count, label="全部"
    )
    first.refresh_from_db()
    reading_acts.decide_term(actor=actor, reading=reading, term=first, version=2, verb="reject")
    second.refresh_from_db()
    reading_acts.decide_term(actor=other, reading=reading, term=second, version=2, verb="reject")

    act, put_back, left = reading_undo.undo_last(actor=actor, reading=reading)
    assert (act.verb, put_back, left) == ("reject", [first.pk], 0)
    first.refresh_from_db()
    assert (first.state, first.version) == ("accepted", 4)
    # The next undo takes the whole batch back, but not the term that the buyer has since rejected.
    act, put_back, left = reading_undo.undo_last(actor=actor, reading=reading)
    assert (act.verb, len(put_back), left) == ("accept_many", count - 1, 1)
    assert set(reading.terms.exclude(pk=second.pk).values_list("state", flat=True)) == {"proposed"}
    second.refresh_from_db()
    assert second.state == "rejected"
    with pytest.raises(DomainError) as refused:
        reading_undo.undo_last(actor=actor, reading=reading)
    assert refused.value.code == "reading.nothing_to_undo"


def test_undoing_an_addition_takes_the_term_away(world, reading):
    actor = world.actor("manager")
    item = reading.items.first()
    made = reading_acts.add_term(
        actor=actor, reading=reading, item=item, kind="staffing", data={"min": 2, "role": "驻场", "item": ""}
    )
    reading_undo.undo_last(actor=actor, reading=reading)
    assert world.client("manager").get(f"/readings/{reading.pk}/terms/{made.pk}/").status_code == 404


def test_a_finished_reading_takes_no_more_acts(world, reading):
    DocumentReading.objects.filter(pk=reading.pk).update(state="done")
    answer = world.client("manager").post(
        f"/readings/{reading.pk}/terms/{reading.terms.first().pk}/",
        {"act": "accept", "version": 1},
        headers=HTMX,
    )
    assert answer.status_code == 400 and "不能再修改条款" in answer.content.decode()


def test_findings_are_settled_with_a_note_and_opened_again(world, reading):
    client = world.client("manager")
    finding = reading.findings.first()
    address = f"/readings/{reading.pk}/findings/{finding.pk}/"
    assert "请写明" in client.post(address, {"version": 1, "note": " "}).content.decode()
    client.post(address, {"version": 1, "note": "每周一次"})
    finding.refresh_from_db()
    assert (finding.note, finding.settled_by) == ("每周一次", world.users["manager"])
    assert "未提交" in client.post(address, {"version": 1, "note": "每月一次"}).content.decode()
    client.post(address, {"version": 2, "reopen": 1})
    finding.refresh_from_db()
    assert finding.settled_at is None
    still = reading.findings.count()
    client.post(f"/readings/{reading.pk}/findings/", {"expected": still, "note": "按会议纪要"})
    assert not reading.findings.filter(settled_at=None).exists()


def test_an_items_facts_are_corrected_and_numbers_stay_single(world, reading):
    client = world.client("manager")
    item = reading.items.get(no="1")
    said = {"no": "2", "name": "门户", "windows": "7x24、5x8", "version": 1}
    assert (
        "已被另一个服务项使用"
        in client.post(f"/readings/{reading.pk}/items/{item.pk}/edit/", said).content.decode()
    )
    client.post(f"/readings/{reading.pk}/items/{item.pk}/edit/", {**said, "no": "1a"})
    item.refresh_from_db()
    assert (item.no, item.name, item.windows, item.version) == ("1a", "门户", ["7x24", "5x8"], 2)


def test_the_readings_chain_holds(world, reading):
    actor = world.actor("manager")
    for term in reading.terms.all()[:3]:
        reading_acts.decide_term(actor=actor, reading=reading, term=term, version=1, verb="accept")
    report = verify_chain(reading_intake.chain(reading.pk))
    # started, read, three acceptances
    assert report.whole and report.entries == 5
