"""People promised against people present; leave; replacement only with the buyer's consent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from opsledger.apps.contracts.models import Term
from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.models import Attendance, Replacement, StaffMember
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.core.terms import Act, ApprovalTerm, Consent, Party, to_dict
from opsledger.kernel import clock

TODAY = date(2026, 3, 11)
ADDRESS = "/c/demo-2026/staff/"


@pytest.fixture
def post(make_obligation):
    return make_obligation(kind="staffing", activity="", data={"min": 2, "role": "驻场工程师"})


@pytest.fixture
def member(world, post) -> StaffMember:
    return services.add_member(
        actor=world.actor("manager"),
        obligation=post,
        said={
            "name": "演示甲",
            "role": "驻场工程师",
            "starts_on": date(2026, 1, 4),
            "user": world.users["engineer"],
        },
    )


def ask(world, member, **more):
    said = {"name": "演示乙", "reason": "调岗", "from_on": TODAY + timedelta(days=5), **more}
    return services.request_replacement(actor=world.actor("manager"), member=member, said=said)


def test_one_is_there_one_is_missing(world, member, at):
    services.check_in(actor=world.actor("engineer"), member=member)
    (line,) = selectors.presence(world.contract, TODAY, TODAY)[TODAY]
    assert (line.promised, line.present, line.short) == (2, ["演示甲"], 1)
    with clock.pinned(at + timedelta(hours=8)):
        row = services.check_in(actor=world.actor("engineer"), member=member)
    assert row.out_at - row.in_at == timedelta(hours=8) and Attendance.objects.count() == 1


def test_nothing_is_promised_on_days_off_unless_the_post_is_manned_all_week(world, post, at):
    days = selectors.presence(world.contract, date(2026, 2, 14), date(2026, 2, 16))
    # 14 February is made up, the 15th a Sunday of the holiday, the 16th New Year's Eve.
    assert [line[0].promised for line in days.values()] == [2, 0, 0]
    post.window = "7x24"
    post.save()
    days = selectors.presence(world.contract, date(2026, 2, 14), date(2026, 2, 16))
    assert [line[0].promised for line in days.values()] == [2, 2, 2]


def test_nobody_signs_in_for_another_but_the_manager(world, member, at):
    for who in ("engineer2", "buyer"):
        with pytest.raises(DomainError, match=r"access\.denied"):
            services.check_in(actor=world.actor(who), member=member)
    assert services.check_in(actor=world.actor("manager"), member=member).kind == "present"


def test_leave_keeps_what_was_and_bars_the_check_in(world, member, at):
    services.check_in(actor=world.actor("engineer"), member=member)
    tomorrow = TODAY + timedelta(days=1)
    made = services.record_leave(
        actor=world.actor("manager"), member=member, first=TODAY, last=tomorrow, reason="婚假"
    )
    assert made == 1
    with clock.pinned(at + timedelta(days=1)), pytest.raises(DomainError, match="on_leave"):
        services.check_in(actor=world.actor("engineer"), member=member)
    (line,) = selectors.presence(world.contract, tomorrow, tomorrow)[tomorrow]
    assert line.away == ["演示甲"] and line.short == 2
    for first, last, reason, code in [
        (tomorrow, TODAY, "x", "bad_leave"), (TODAY, TODAY + timedelta(days=200), "x", "bad_leave"),
        (TODAY, TODAY, " ", "reason_needed"), (date(2026, 1, 1), TODAY, "x", "not_on_post"),
    ]:  # fmt: skip
        with pytest.raises(DomainError, match=code):
            services.record_leave(
                actor=world.actor("manager"), member=member, first=first, last=last, reason=reason
            )


def test_a_successor_comes_only_with_the_buyers_consent(world, member, at):
    row = ask(world, member)
    with pytest.raises(DomainError, match="already_asked"):
        ask(world, member)
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.decide_replacement(actor=world.actor("manager"), replacement=row, agree=True)
    assert StaffMember.objects.count() == 1
    services.decide_replacement(actor=world.actor("buyer"), replacement=row, agree=True)
    with pytest.raises(DomainError, match="already_decided"):
        services.decide_replacement(actor=world.actor("buyer"), replacement=row, agree=False, answer="x")
    names = [
        [one.name for one in selectors.members_of(world.contract, day)]
        for day in (TODAY, TODAY + timedelta(days=5))
    ]
    assert names == [["演示甲"], ["演示乙"]]


def test_a_refusal_needs_a_reason_and_changes_nothing(world, member, at):
    row = ask(world, member)
    with pytest.raises(DomainError, match="reason_needed"):
        services.decide_replacement(actor=world.actor("buyer"), replacement=row, agree=False)
    services.decide_replacement(actor=world.actor("buyer"), replacement=row, agree=False, answer="资质不符")
    member.refresh_from_db()
    assert member.ends_on is None and StaffMember.objects.count() == 1


def test_the_page_by_role_and_its_acts(world, post, at):
    for who in ("buyer", "manager", "engineer", "supervisor", "auditor"):
        assert world.client(who).get(ADDRESS).status_code == 200, who
    assert world.client("unit").get(ADDRESS).status_code == 403
    manager = world.client("manager")
    bad = manager.post(
        ADDRESS, {"action": "add", "post": post.pk, "name": "演示丙", "role": "", "starts_on": ""}
    )
    assert bad.status_code == 200 and "演示丙" in bad.content.decode()
    first_of_days = {
        "action": "add",
        "post": post.pk,
        "name": "演示丙",
        "role": "工程师",
        "starts_on": "0001-01-01",
    }
    assert "请填写有效的日期" in manager.post(ADDRESS, first_of_days).content.decode()
    good = {"action": "add", "post": post.pk, "name": "演示丙", "role": "工程师", "starts_on": "2026-03-01"}
    assert manager.post(ADDRESS, good).status_code == 302
    member = StaffMember.objects.get()
    assert manager.post(ADDRESS, {"action": "check_in", "member": member.pk}).status_code == 302
    refused = world.client("engineer").post(ADDRESS, {"action": "check_in", "member": member.pk})
    assert refused.status_code == 200 and "不能执行" in refused.content.decode()
    asked = {
        "action": "replace",
        "member": member.pk,
        "name": "演示丁",
        "from_on": "2026-03-20",
        "reason": "离职",
    }
    assert manager.post(ADDRESS, asked).status_code == 302
    row = Replacement.objects.get()
    assert world.client("buyer").post(ADDRESS, {"action": "agree", "replacement": row.pk}).status_code == 302
    assert manager.post(ADDRESS, {"action": "dance"}).status_code == 404


# -- whose consent the contract wants -------------------------------------------------------------


def bind(world, item, consent=Consent.WRITTEN, by=(Party.BUYER,)):
    term = ApprovalTerm(
        key="p", clause="4.2", act=Act.REPLACE_PERSON, what="更换运维工程师", consent=consent, by=by
    )
    Term.objects.create(
        contract=world.contract, item=item, key="p", kind="approval", data=to_dict(term), clause="4.2"
    )


def test_buyer_and_unit_must_both_agree_where_the_contract_says_so(world, member, at):
    bind(world, member.obligation.item, by=(Party.BUYER, Party.UNIT))
    row = ask(world, member)
    assert (row.parties, row.clause) == (["buyer", "unit"], "4.2")
    services.decide_replacement(actor=world.actor("unit"), replacement=row, agree=True)
    assert row.state == "requested" and StaffMember.objects.count() == 1
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.decide_replacement(actor=world.actor("unit"), replacement=row, agree=True)
    address = f"{ADDRESS}replacements/{row.pk}/"
    shown = world.client("buyer").get(address).content.decode()
    assert "演示unit：同意" in shown and "4.2" in shown
    assert world.client("buyer").post(address, {"action": "agree"}).status_code == 302
    assert StaffMember.objects.count() == 2
    assert Entry.objects.filter(verb="staff.replacement_answered").count() == 1
    assert world.client("unit").get(address).status_code == 200
    assert world.client("other_unit").get(address).status_code == 404
    assert world.client("engineer").get(address).status_code == 403


def test_a_notice_is_enough_where_the_contract_wants_no_more(world, member, at):
    bind(world, None, consent=Consent.NOTICE, by=(Party.BUYER,))
    row = ask(world, member)
    assert row.state == "agreed" and StaffMember.objects.count() == 2
    assert world.users["buyer"].notices.filter(title__startswith="告知更换人员").count() == 1


def test_silence_is_no_consent(world, member, at):
    said = {"name": "演示乙", "reason": "调岗", "from_on": TODAY + timedelta(days=5)}
    told = {"actor": world.actor("manager"), "member": member, "said": said}
    with pytest.raises(DomainError, match="answer_by_past"):
        services.request_replacement(**told, answer_by=at)
    row = services.request_replacement(**told, answer_by=at + timedelta(days=1))
    later = at + timedelta(days=2)
    with clock.pinned(later):
        assert services.expire_replacements(later) == 1
        assert services.expire_replacements(later) == 0
        row.refresh_from_db()
        assert row.state == "expired" and StaffMember.objects.count() == 1
        ask(world, member)


def test_in_an_emergency_the_successor_comes_first_where_the_contract_allows_it(world, member, at):
    said = {"name": "演示乙", "reason": "突发疾病", "from_on": TODAY}
    told = {"actor": world.actor("manager"), "member": member, "said": said, "after": True}
    with pytest.raises(DomainError, match="no_emergency"):
        services.request_replacement(**told)
    world.contract.settings = {"desk": {"emergency_acts": ["replace_person"]}}
    world.contract.save()
    row = services.request_replacement(**{**told, "member": StaffMember.objects.get()})
    assert (row.state, row.after, StaffMember.objects.count()) == ("requested", True, 2)
    services.decide_replacement(actor=world.actor("buyer"), replacement=row, agree=False, answer="资质不符")
    entry = Entry.objects.get(verb="staff.replacement_refused")
    assert (
        entry.changes["after"] is True and "先换后补" in world.client("buyer").get(ADDRESS).content.decode()
    )
