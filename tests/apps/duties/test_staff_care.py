"""Qualifications, agreements and missing people are told in time; shortfalls are facts for the score."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from opsledger.apps.accounts.models import Notice
from opsledger.apps.assessment.facts import gather
from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.models import Attendance, StaffMember
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel import clock

ADDRESS = "/c/demo-2026/staff/"
TODAY = date(2026, 3, 11)


@pytest.fixture
def post(world, make_obligation):
    world.contract.status = "active"
    world.contract.save()
    return make_obligation(kind="staffing", activity="", data={"min": 2, "role": "驻场工程师"})


@pytest.fixture
def hire(world, post):
    def make(name="演示甲", **said) -> StaffMember:
        told = {
            "name": name,
            "role": "驻场工程师",
            "starts_on": date(2026, 3, 2),
            "confidentiality_on": date(2026, 3, 1),
        }
        return services.add_member(actor=world.actor("manager"), obligation=post, said=told | said)

    return make


def titles(world, who):
    return list(Notice.objects.filter(user=world.users[who]).order_by("id").values_list("title", flat=True))


def test_a_qualification_is_told_at_each_step_and_to_the_buyer_from_a_month_on(world, hire, at):
    hire(qualification="信息安全工程师", qualification_until=TODAY + timedelta(days=90))
    assert (services.remind_staff(at), services.remind_staff(at)) == (1, 0)
    for days, sent in [(29, 0), (30, 1), (60, 1), (82, 0), (83, 1), (90, 1), (91, 1), (120, 0)]:
        assert services.remind_staff(at + timedelta(days=days)) == sent, days
    assert len(titles(world, "manager")) == 6 and len(titles(world, "buyer")) == 4
    assert "已过期" in titles(world, "manager")[-1]


def test_a_late_worker_tells_the_nearest_step_only(world, hire, at):
    hire(qualification_until=TODAY + timedelta(days=20))
    assert services.remind_staff(at) == 1
    assert "还有20天" in titles(world, "manager")[0]


def test_whoever_has_left_is_not_told_of(world, hire, at):
    hire(qualification_until=TODAY + timedelta(days=5), ends_on=TODAY - timedelta(days=1))
    assert services.remind_staff(at) == 0


def test_a_missing_agreement_is_told_a_week_after_the_first_day(world, hire, at):
    hire(confidentiality_on=None, starts_on=TODAY - timedelta(days=6))
    assert services.remind_staff(at) == 0
    assert services.remind_staff(at + timedelta(days=1)) == 1
    assert services.remind_staff(at + timedelta(days=2)) == 0
    assert "保密协议未签" in titles(world, "manager")[0]


def test_from_noon_on_the_missing_are_told_once_a_day(world, hire, at):
    member = hire(user=world.users["engineer"])
    hire("演示乙")
    noon = datetime(2026, 3, 11, 4, 0, tzinfo=UTC)
    with clock.pinned(noon - timedelta(hours=2)):
        services.check_in(actor=world.actor("engineer"), member=member)
    assert services.miss_people(noon - timedelta(minutes=1)) == 0
    assert (services.miss_people(noon), services.miss_people(noon + timedelta(hours=1))) == (1, 0)
    assert "1人未签到" in titles(world, "manager")[0]
    assert services.miss_people(noon + timedelta(days=3)) == 0  # a Saturday promises nobody


def test_where_nobody_is_registered_nobody_is_missed(world, post, at):
    assert services.miss_people(datetime(2026, 3, 11, 6, 0, tzinfo=UTC)) == 0


def test_what_is_known_of_a_person_changes_with_its_trace(world, hire, at):
    member = hire(confidentiality_on=None)
    said = {
        "confidentiality_on": date(2026, 3, 10),
        "qualification": "二级建造师",
        "user": world.users["engineer"],
    }
    services.change_member(actor=world.actor("manager"), member=member, said=said)
    entry = Entry.objects.get(verb="staff.changed")
    assert entry.changes["confidentiality_on"]["to"] == "2026-03-10"
    services.change_member(actor=world.actor("manager"), member=member, said=said)
    assert Entry.objects.filter(verb="staff.changed").count() == 1
    with pytest.raises(DomainError, match="signed_in_future"):
        services.change_member(
            actor=world.actor("manager"), member=member, said={"confidentiality_on": date(2026, 3, 12)}
        )
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.change_member(actor=world.actor("buyer"), member=member, said={"role": "x"})


def present(member, day):
    Attendance.objects.create(member=member, day=day, kind="present")


def test_shortfalls_begin_with_the_first_kept_day_and_end_yesterday(world, hire, at):
    one, two = hire(), hire("演示乙")
    assert selectors.shortfalls(world.contract, date(2026, 3, 1), TODAY, today=TODAY) == []
    for member, day in [(one, 5), (two, 5), (one, 6), (one, 9), (two, 9)]:
        present(member, date(2026, 3, day))
    services.record_leave(
        actor=world.actor("manager"), member=two, first=date(2026, 3, 6), last=date(2026, 3, 6), reason="病假"
    )
    rows = selectors.shortfalls(world.contract, date(2026, 3, 1), TODAY, today=TODAY)
    # 5th full, 6th one on leave, 7th and 8th a weekend, 9th full, 10th nobody; today is not over.
    assert [(row.day.day, row.present, row.away) for row in rows] == [(6, 1, ("演示乙",)), (10, 0, ())]


def test_a_shortfall_is_a_fact_with_its_clause_and_its_evidence(world, hire, at):
    present(hire(), date(2026, 3, 9))
    found = gather(world.contract, date(2026, 3, 1), date(2026, 3, 9), at=at)
    (fact,) = [one for one in found.facts if one.kind == "staff_below"]
    assert (fact.happened_on, fact.measure, fact.clause) == (date(2026, 3, 9), 1, "2.4 表 序号01")
    assert found.evidence[fact.refs[0]].url == ADDRESS + "?day=2026-03-09"
    assert world.client("buyer").get(found.evidence[fact.refs[0]].url).status_code == 200


def test_the_page_by_day_with_care_and_workbook(world, hire, at):
    member = hire(qualification_until=TODAY + timedelta(days=30))
    present(member, TODAY)
    manager, buyer = world.client("manager"), world.client("buyer")
    assert "请续期" in buyer.get(ADDRESS).content.decode()
    assert 'id="care"' not in buyer.get(f"{ADDRESS}?care={member.pk}").content.decode()
    assert 'id="care"' in manager.get(f"{ADDRESS}?care={member.pk}").content.decode()
    told = {"action": "care", "member": member.pk, "role": "", "qualification": "网络工程师"}
    again = manager.post(ADDRESS, told).content.decode()
    assert "请填写岗位" in again and "网络工程师" in again
    assert manager.post(ADDRESS, {**told, "role": "驻场工程师"}).status_code == 302
    assert buyer.post(ADDRESS, {**told, "role": "驻场工程师"}).status_code == 404
    for odd in ("?day=2026-99-01", "?day=x", "?day=2099-01-01"):
        assert manager.get(ADDRESS + odd).status_code == 200
    assert manager.get(ADDRESS + "?care=999").status_code == 404
    book = load_workbook(BytesIO(buyer.get(ADDRESS + "?export=xlsx").content))
    assert [cell.value for cell in book.active[2]][2:5] == ["演示甲", "驻场工程师", "在岗"]
