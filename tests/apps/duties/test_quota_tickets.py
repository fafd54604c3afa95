"""A closing ticket draws on the quota that its term names; beyond the bound the buyer says what it rests on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from opsledger.apps.accounts.models import Notice
from opsledger.apps.desk import services as desk
from opsledger.apps.desk.models import Ticket
from opsledger.apps.duties import services
from opsledger.apps.duties.models import QuotaDraw
from opsledger.apps.duties.quotas import default_rule, limit_of, person_days
from opsledger.apps.duties.services.quotas import balance_of
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel import clock

BASE = "/c/demo-2026/quotas/"
TODAY = date(2026, 3, 11)
BEGUN = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "kinds", "onsite", "each"),
    [
        ({"what": "需求变更", "unit": "次"}, ("change",), False, Decimal(1)),
        ({"what": "需求调整服务", "unit": "工日"}, ("change",), False, None),
        ({"what": "上门服务", "unit": "次"}, ("incident", "request", "question", "change"), True, Decimal(1)),
        ({"what": "技术支持", "unit": "人天"}, ("request",), False, None),
        ({"what": "电话咨询", "unit": "次"}, ("question",), False, Decimal(1)),
    ],
)
def test_what_the_words_of_a_term_say_of_tickets(data, kinds, onsite, each):
    rule = default_rule(data)
    assert (rule.kinds, rule.onsite, rule.per_ticket) == (kinds, onsite, each)


@pytest.mark.parametrize(
    "data",
    [{"what": "微信文章", "unit": "篇"}, {"what": "短信", "unit": "条"}, {"what": "变更", "unit": "Mbps"}],
)
def test_articles_and_messages_are_entered_by_hand(data):
    assert default_rule(data) is None


def test_a_fixed_amount_of_effort_is_used_up_and_lines_are_not():
    assert limit_of({"op": "=", "value": "12", "unit": "人日", "what": "大会保障"}) == 12
    assert limit_of({"op": "=", "value": "600000", "unit": "条", "what": "短信条数"}) == 600000
    assert limit_of({"op": "=", "value": "9", "unit": "条", "what": "专线链路"}) is None


@pytest.mark.parametrize(
    ("span", "days", "effort"),
    [(4, 1, "0.5"), (5, 1, "1"), (60, 3, "3"), (48, 0, "0.5")],
)
def test_effort_from_the_times_of_a_ticket(span, days, effort):
    assert person_days(BEGUN, BEGUN + timedelta(hours=span), days) == Decimal(effort)
    assert person_days(None, BEGUN, days) == Decimal("0.5")


@pytest.fixture
def quota(make_obligation):
    return make_obligation(
        kind="quota",
        activity="",
        data={"what": "服务请求", "op": "<=", "value": 2, "unit": "次", "period": "quarter"},
    )


@pytest.fixture
def close(world):
    """A maker of tickets that are closed by the unit."""

    def make(kind="request", item=None, *, arrive=False, until="confirm", **told) -> Ticket:
        severity = "一般故障" if kind == "incident" else ""
        unit, engineer = world.actor("unit"), world.actor("engineer")
        ticket = desk.report_ticket(
            actor=unit, reporter=world.users["unit"], item=item or world.item, kind=kind,
            title="改报表口径", severity=severity, **told,
        )  # fmt: skip
        if ticket.state == "approving":
            pytest.fail("the small contract asks for no approval")
        desk.dispatch(actor=world.actor("manager"), ticket=ticket, assignee=world.users["engineer"])
        desk.accept(actor=engineer, ticket=ticket)
        if arrive:
            desk.arrive(actor=engineer, ticket=ticket)
        desk.resolve(actor=engineer, ticket=ticket, cause="口径调整", solution="已改")
        if until == "confirm":
            desk.confirm(actor=unit, ticket=ticket)
        ticket.refresh_from_db()
        return ticket

    return make


def test_closing_draws_and_the_entry_names_the_ticket(world, quota, close, at):
    waiting = close(until="resolve")
    assert not QuotaDraw.objects.exists()  # resolved is not closed
    desk.confirm(actor=world.actor("unit"), ticket=waiting)
    (row,) = QuotaDraw.objects.all()
    assert (row.amount, row.ticket, row.on, row.standing) == (Decimal(1), waiting, TODAY, "counted")
    entry = Entry.objects.get(verb="quota.drawn")
    assert entry.changes["ticket"] == waiting.number
    desk.rate(actor=world.actor("unit"), ticket=waiting, rating=5)
    assert QuotaDraw.objects.count() == 1  # an act on a closed ticket draws nothing more


def test_other_kinds_other_items_and_withdrawn_tickets_draw_nothing(world, quota, close, at):
    close(kind="question")
    close(kind="incident")
    other = desk.report_ticket(
        actor=world.actor("unit"), reporter=world.users["unit"], item=world.item, kind="request", title="撤了"
    )
    desk.withdraw(actor=world.actor("unit"), ticket=other, reason="不用了")
    assert not QuotaDraw.objects.exists()


def test_what_is_reopened_is_given_back_and_drawn_again(world, quota, close, at):
    ticket = close()
    desk.reopen(actor=world.actor("unit"), ticket=ticket, reason="没改对")
    assert balance_of(quota, TODAY).drawn == 0
    desk.resolve(actor=world.actor("engineer"), ticket=ticket, cause="口径", solution="再改")
    desk.confirm(actor=world.actor("unit"), ticket=ticket)
    (row,) = QuotaDraw.objects.all()
    assert row.amount == 1 and balance_of(quota, TODAY).drawn == 1
    assert list(Entry.objects.filter(verb__startswith="quota.").order_by("id").values_list("verb", flat=True)) == [
        "quota.drawn", "quota.corrected", "quota.corrected",
    ]  # fmt: skip


def test_beyond_the_bound_waits_for_the_buyer(world, quota, close, at):
    close(), close()
    assert Notice.objects.filter(user=world.users["buyer"], title__contains="用完").count() == 1
    third = close()
    assert Notice.objects.filter(user=world.users["buyer"], title__contains="已用完，又有新单").count() == 1
    row = QuotaDraw.objects.get(ticket=third)
    balance = balance_of(quota, TODAY)
    assert row.standing == "pending" and (balance.drawn, balance.extra, balance.pending) == (2, 0, 1)
    for who in ("manager", "engineer", "supervisor"):
        with pytest.raises(DomainError, match=r"access\.denied"):
            services.decide_extra(actor=world.actor(who), draw=row, agree=True, agreement="x")
    buyer = world.actor("buyer")
    with pytest.raises(DomainError, match="agreement_needed"):
        services.decide_extra(actor=buyer, draw=row, agree=True, agreement=" ")
    services.decide_extra(actor=buyer, draw=row, agree=True, agreement="3月例会纪要")
    assert balance_of(quota, TODAY).extra == 1
    with pytest.raises(DomainError, match="decided_already"):
        services.decide_extra(actor=buyer, draw=row, agree=False, agreement="反悔")
    fourth = QuotaDraw.objects.get(ticket=close())
    services.decide_extra(actor=buyer, draw=fourth, agree=False, agreement="应含在维护内")
    balance = balance_of(quota, TODAY)
    assert (balance.extra, balance.pending) == (1, 0)


def test_a_visit_draws_only_when_somebody_came(world, make_obligation, close, at):
    visits = make_obligation(
        kind="quota", activity="", data={"what": "上门服务", "op": "<=", "value": 10, "unit": "次"}
    )
    close(kind="incident")
    assert balance_of(visits, TODAY).drawn == 0
    close(kind="incident", arrive=True)
    assert balance_of(visits, TODAY).drawn == 1


def test_person_days_come_from_the_times_and_are_marked(world, make_obligation, close, at):
    effort = make_obligation(
        kind="quota", activity="", data={"what": "技术支持", "op": "<=", "value": 10, "unit": "人日"}
    )
    close()
    (row,) = QuotaDraw.objects.all()
    assert (row.amount, row.estimated) == (Decimal("0.5"), True)
    # An estimate that nobody has looked at may be set right by the manager, downwards too.
    services.correct_draw(actor=world.actor("manager"), draw=row, amount=Decimal(0), reason="未占用人力")
    services.correct_draw(actor=world.actor("manager"), draw=row, amount=Decimal(3), reason="实际三人一天")
    assert balance_of(effort, TODAY).drawn == 3 and not row.estimated
    with pytest.raises(DomainError, match="lower_by_buyer"):
        services.correct_draw(actor=world.actor("manager"), draw=row, amount=Decimal(1), reason="少算点")
    with pytest.raises(DomainError, match="reason_needed"):
        services.correct_draw(actor=world.actor("buyer"), draw=row, amount=Decimal(1), reason=" ")
    services.correct_draw(actor=world.actor("buyer"), draw=row, amount=Decimal(2), reason="双方核定")
    assert Entry.objects.filter(verb="quota.corrected").count() == 3
    services.correct_draw(actor=world.actor("manager"), draw=row, amount=Decimal(11), reason="记错")
    assert row.standing == "pending"  # eleven is more than the ten agreed


def test_the_parties_set_which_tickets_draw(world, quota, close, at):
    manager = world.actor("manager")
    services.set_rule(
        actor=manager, obligation=quota, kinds=["question"], onsite=False, per_ticket=Decimal("0.5")
    )
    close()
    close(kind="question")
    assert balance_of(quota, TODAY).drawn == Decimal("0.5")
    services.set_rule(actor=manager, obligation=quota, kinds=[], onsite=False, per_ticket=None)
    close(kind="question")
    assert QuotaDraw.objects.count() == 1
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.set_rule(
            actor=world.actor("engineer"), obligation=quota, kinds=[], onsite=False, per_ticket=None
        )
    with pytest.raises(DomainError, match="bad_rule"):
        services.set_rule(actor=manager, obligation=quota, kinds=["wish"], onsite=False, per_ticket=None)


def test_a_ticket_after_the_service_period_draws_nothing(world, quota, close, at):
    ticket = close(until="resolve")
    with clock.pinned(datetime(2027, 1, 5, 2, 0, tzinfo=UTC)):
        desk.reopen(actor=world.actor("unit"), ticket=ticket, reason="又坏")
        desk.resolve(actor=world.actor("engineer"), ticket=ticket, cause="x", solution="y")
        desk.confirm(actor=world.actor("unit"), ticket=ticket)
    assert not QuotaDraw.objects.exists()


def test_agreeing_correcting_and_setting_in_the_browser(world, quota, close, at):
    close(), close()
    row = QuotaDraw.objects.get(ticket=close())
    buyer, manager = world.client("buyer"), world.client("manager")
    page = buyer.get(BASE).content.decode()
    assert "超额待约定" in page and f"tickets/{row.ticket.number}/" in page
    empty = buyer.post(BASE, {"action": "agree", "draw": row.pk, "agreement": ""})
    assert "请写明依据" in empty.content.decode()
    assert manager.post(BASE, {"action": "agree", "draw": row.pk, "agreement": "x"}).status_code in (200, 403)
    row.refresh_from_db()
    assert row.standing == "pending"
    told = {"action": "agree", "draw": row.pk, "agreement": "例会纪要"}
    assert buyer.post(BASE, told).status_code == 302
    assert 'id="correct"' in manager.get(f"{BASE}?draw={row.pk}").content.decode()
    bad = manager.post(BASE, {"action": "correct", "draw": row.pk, "amount": "一", "reason": "写错"})
    assert "数量应为数字" in bad.content.decode() and "写错" in bad.content.decode()
    fix = {"action": "correct", "draw": row.pk, "amount": "2", "reason": "两次"}
    assert manager.post(BASE, fix).status_code == 302
    rule = {"action": "rule", "quota": quota.pk, "kinds": ["change", "request"], "per_ticket": "1"}
    assert manager.post(BASE, {**rule, "per_ticket": "-1"}).status_code == 200
    assert manager.post(BASE, rule).status_code == 302
    assert manager.post(BASE, {**fix, "draw": "99999"}).status_code == 404
    assert manager.post(BASE, {"action": "fly"}).status_code == 404
