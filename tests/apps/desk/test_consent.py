"""Nothing that the contract puts under consent is done without it: parts, data, shutdowns, changes; emergencies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opsledger.apps.contracts.models import Term
from opsledger.apps.desk import services
from opsledger.apps.desk.models import Approval, RuleHit
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.core.terms import Act, ApprovalTerm, Consent, Party, describe, to_dict
from opsledger.kernel import errors

BASE = "/c/demo-2026/tickets"
HOUR = timedelta(hours=1)


def bind(desk, act, consent=Consent.WRITTEN, by=(Party.BUYER,), whole=False):
    item = desk.world.item
    term = ApprovalTerm(
        key=f"c.{act}", clause=f"2.3.{len(act)}", act=Act(act), what=Act(act).label, consent=consent, by=by
    )
    return Term.objects.create(
        contract=item.contract, item=None if whole else item, key=term.key, kind="approval",
        data=to_dict(term), clause=term.clause, summary=describe(term),
    )  # fmt: skip


def ask(desk, ticket, act, *who, **told):
    steps = [services.StepPlan(tuple(desk.world.users[one] for one in who), told.pop("mode", "any"))]
    return services.ask_approval(
        actor=desk.actor("engineer"), ticket=ticket, act=act, subject_text="换主板", steps=steps, **told
    )


def agree(desk, approval, who, yes=True):
    approval.refresh_from_db()
    return services.answer(actor=desk.actor(who), approval=approval, yes=yes, note="" if yes else "不行")


def refusal(do) -> str:
    with pytest.raises(DomainError) as raised:
        do()
    return errors.sentence(raised.value)


def test_no_part_is_replaced_without_the_buyers_word(desk):
    bind(desk, "replace_part", whole=True)
    ticket = desk.working()

    def replace():
        return desk.do(ticket, "provide_spare", "engineer", part="主板")

    said = refusal(replace)
    assert "更换部件" in said and "采购人" in said and "2.3.12" in said
    # The unit's word is not the buyer's.
    agree(desk, ask(desk, ticket, "replace_part", "unit"), "unit")
    assert "采购人" in refusal(replace)
    agree(desk, ask(desk, ticket, "replace_part", "buyer"), "buyer", yes=False)
    refusal(replace)
    agree(desk, ask(desk, ticket, "replace_part", "buyer"), "buyer")
    assert replace().events.filter(kind="spare_delivered").count() == 1
    verbs = list(
        Entry.objects.filter(verb__startswith="approval.").order_by("id").values_list("verb", flat=True)
    )
    once = ["approval.asked", "approval.answered"]
    assert verbs == [*once, "approval.approved", *once, "approval.rejected", *once, "approval.approved"]


def test_what_the_work_touched_is_asked_when_it_is_done(desk):
    bind(desk, "data_change", by=(Party.BUYER, Party.UNIT))
    ticket = desk.working()
    done = {"cause": "录入错误", "solution": "改正三条记录"}
    said = refusal(lambda: desk.do(ticket, "resolve", "engineer", touches=["data_change"], **done))
    assert "修改数据" in said and "采购人、使用单位" in said
    ticket.refresh_from_db()
    assert ticket.state == "working"
    # Both must agree, the unit alone is not enough.
    approval = ask(desk, ticket, "data_change", "buyer", "unit", mode="all")
    agree(desk, approval, "unit")
    refusal(lambda: desk.do(ticket, "resolve", "engineer", touches=["data_change"], **done))
    agree(desk, approval, "buyer")
    assert desk.do(ticket, "resolve", "engineer", touches=["data_change"], **done).state == "resolved"
    assert Approval.objects.get().given == ["buyer", "unit"]


def test_work_that_touches_nothing_needs_nobody(desk):
    bind(desk, "data_change")
    assert (
        desk.do(desk.working(), "resolve", "engineer", cause="a", solution="b", touches=[]).state
        == "resolved"
    )


def test_another_items_term_binds_nobody_here(desk):
    bind(desk, "replace_part")
    Term.objects.filter(kind="approval").update(item=desk.world.other_item)
    assert desk.do(desk.working(), "provide_spare", "engineer", part="主板")


def test_the_parties_may_want_more_than_the_text(desk):
    contract = desk.world.contract
    contract.settings = {"desk": {"consent_acts": ["replace_part"]}}
    contract.save()
    ticket = desk.working()
    assert "双方约定" in refusal(lambda: desk.do(ticket, "provide_spare", "engineer", part="主板"))


def test_who_need_only_be_told_is_told(desk):
    bind(desk, "data_change", consent=Consent.NOTICE, by=(Party.UNIT,))
    ticket = desk.working()
    services.declare(actor=desk.actor("engineer"), ticket=ticket, touches=["data_change"])
    assert desk.world.users["unit"].notices.filter(title__startswith="告知：修改数据").count() == 1
    assert desk.do(ticket, "resolve", "engineer", cause="a", solution="b").state == "resolved"


# -- in an emergency ------------------------------------------------------------------------------


def hurry(desk, ticket, who="buyer", **told):
    said = {"act": "replace_part", "reason": "全市业务中断", "consented_by": desk.world.users[who], **told}
    return services.emergency(actor=desk.actor("engineer"), ticket=ticket, **said)


def allow(desk):
    desk.world.contract.settings = {"desk": {"emergency_acts": ["replace_part"]}}
    desk.world.contract.save()


def test_an_emergency_goes_first_only_where_the_contract_lets_it(desk):
    bind(desk, "replace_part")
    ticket = desk.working()
    assert "没有约定紧急时可以先办后补" in refusal(lambda: hurry(desk, ticket))
    allow(desk)
    ticket = desk.working(title="又坏了")
    assert "不能代表采购人" in refusal(lambda: hurry(desk, ticket, "unit"))
    refusal(lambda: hurry(desk, ticket, reason=" "))
    approval = hurry(desk, ticket)
    # Asked on Wednesday: two working days end on Friday at 18:00.
    assert approval.after and approval.deadline_at == desk.start + timedelta(days=2, hours=8)
    assert desk.do(ticket, "provide_spare", "engineer", part="主板")
    agree(desk, approval, "buyer")
    assert not RuleHit.objects.exists()
    assert Entry.objects.get(verb="ticket.emergency").changes["consented_by"] == "演示buyer"


@pytest.mark.parametrize("end", ["refused", "silence"])
def test_an_emergency_that_nobody_agrees_to_stays_on_record(desk, end):
    bind(desk, "replace_part")
    allow(desk)
    ticket = desk.working()
    approval = hurry(desk, ticket)
    if end == "refused":
        agree(desk, approval, "buyer", yes=False)
    else:
        with desk.later(days=3) as at:
            services.expire_due(at)
    assert (RuleHit.objects.get().rule, RuleHit.objects.get().ticket) == ("consent", ticket)
    assert desk.world.users["buyer"].notices.filter(title__contains="补批：更换部件").exists()
    refusal(lambda: desk.do(ticket, "provide_spare", "engineer", part="第二块主板"))
    shown = desk.world.client("buyer").get(f"{BASE}/{ticket.number}/").content.decode()
    assert "紧急处置后未获补批" in shown and "先办后补，未获补批" in shown


# -- changes --------------------------------------------------------------------------------------


def change(desk, touches, by="submit"):
    ticket = services.report_ticket(
        actor=desk.actor("engineer"), item=desk.world.item, kind="change", title="升级数据库", description="x"
    )
    services.declare(actor=desk.actor("engineer"), ticket=ticket, touches=touches)
    window = {"window_begin": desk.start + HOUR, "window_end": desk.start + 3 * HOUR}
    plan = {"risk": "低", "steps": "备份", "rollback": "还原", "tests": "登录", **window}
    if by == "submit":
        act(desk, ticket, "submit", "engineer", **plan)
        act(desk, ticket, "approve", "buyer")
    elif by == "standard":
        act(desk, ticket, "submit_standard", "manager", template="例行", **window)
    return ticket


def act(desk, ticket, action, who, **given):
    ticket.refresh_from_db()
    return services.table_act(actor=desk.actor(who), ticket=ticket, action=action, given=given)


def test_the_buyers_approval_of_a_change_is_consent_to_what_it_said(desk):
    bind(desk, "shutdown")
    bind(desk, "data_change")
    ticket = change(desk, ["shutdown"])
    with desk.later(hours=2):
        # Added after the approval: not approved.
        ticket.refresh_from_db()
        services.declare(actor=desk.actor("engineer"), ticket=ticket, touches=["shutdown", "data_change"])
        assert "修改数据" in refusal(lambda: act(desk, ticket, "start", "engineer"))
        ticket.refresh_from_db()
        services.declare(actor=desk.actor("engineer"), ticket=ticket, touches=["shutdown"])
        assert act(desk, ticket, "start", "engineer").state == "implementing"


def test_a_standard_change_is_no_way_round(desk):
    bind(desk, "shutdown")
    ticket = change(desk, ["shutdown"], by="standard")
    with desk.later(hours=2):
        assert "停机停用" in refusal(lambda: act(desk, ticket, "start", "engineer"))
        agree(desk, ask(desk, ticket, "shutdown", "buyer"), "buyer")
        assert act(desk, ticket, "start", "engineer").state == "implementing"


def test_the_unit_too_must_agree_where_the_contract_says_so(desk):
    bind(desk, "change", by=(Party.UNIT,))
    ticket = change(desk, [])
    with desk.later(hours=2):
        assert "使用单位" in refusal(lambda: act(desk, ticket, "start", "engineer"))
        agree(desk, ask(desk, ticket, "change", "unit"), "unit")
        assert act(desk, ticket, "start", "engineer").state == "implementing"


def test_an_emergency_change_asks_afterwards_or_not_at_all(desk):
    bind(desk, "replace_part")
    told = {"consented_by": desk.world.users["buyer"], "reason": "冒烟", "rollback": "换回"}
    ticket = change(desk, ["replace_part"], by="")
    assert "先办后补" in refusal(lambda: act(desk, ticket, "start_emergency", "engineer", **told))
    allow(desk)
    ticket = change(desk, ["replace_part"], by="")
    assert act(desk, ticket, "start_emergency", "engineer", **told).state == "implementing"
    assert Approval.objects.get().after


# -- on the page ----------------------------------------------------------------------------------


def test_the_page_says_what_is_needed_and_fills_the_form_in(desk):
    bind(desk, "replace_part")
    allow(desk)
    ticket = desk.working()
    engineer, buyer = desk.world.client("engineer"), desk.world.client("buyer")
    address = f"{BASE}/{ticket.number}"
    shown = engineer.get(f"{address}/").content.decode()
    assert "须先经采购人书面同意（2.3.12）" in shown and "紧急处置" in shown
    assert engineer.post(f"{address}/touches/", {"touches": ["replace_part"]}).status_code == 302
    assert "须先经同意" in engineer.get(f"{address}/").content.decode()
    assert engineer.post(f"{address}/touches/", {"touches": ["nonsense"]}).status_code == 200
    form = engineer.get(f"{address}/approval/?act=replace_part").content.decode()
    assert "更换部件：登录后白屏" in form
    said = {
        "act": "replace_part", "subject": "换主板", "first": [desk.world.users["buyer"].pk], "first_mode": "any",
        "second": [desk.world.users["supervisor"].pk], "second_mode": "all",
        "second_deputy": desk.world.users["buyer"].pk,
    }  # fmt: skip
    assert engineer.post(f"{address}/approval/", said).status_code == 302
    approval = Approval.objects.get()
    for _ in range(2):
        buyer.post(f"{address}/approval/{approval.pk}/", {"answer": "yes"})
    approval.refresh_from_db()
    assert (approval.state, approval.given) == ("approved", ["buyer", "supervisor"])
    assert "已同意" in engineer.get(f"{address}/").content.decode()


def test_an_emergency_from_the_page(desk):
    bind(desk, "replace_part")
    allow(desk)
    ticket = desk.working()
    engineer = desk.world.client("engineer")
    address = f"{BASE}/{ticket.number}/emergency/"
    said = {"act": "replace_part", "consented_by": desk.world.users["buyer"].pk, "reason": ""}
    assert "紧急情况" in engineer.post(address, said).content.decode()
    assert engineer.post(address, {**said, "reason": "冒烟"}).status_code == 302
    assert "待补批" in engineer.get(f"{BASE}/{ticket.number}/").content.decode()
    assert desk.world.client("unit").get(address).status_code == 403
