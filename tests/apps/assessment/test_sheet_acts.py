"""Issue, objections, exclusions, signatures, corrections: who may, when, and what stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest

from opsledger.apps.assessment import selectors, services
from opsledger.apps.assessment.basis import basis_of
from opsledger.apps.assessment.models import Assessment, Edition, FactExclusion, Objection
from opsledger.apps.assessment.states import ACTIONS, STATES, TABLE, after, allows
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel import clock

D = Decimal


def fresh(assessment: Assessment) -> Assessment:
    return Assessment.objects.select_related("contract").get(pk=assessment.pk)


def refused(code: str):
    return pytest.raises(DomainError, match=f"^{code.replace('.', chr(92) + '.')}")


@pytest.fixture
def issued(scored, february):
    return services.issue(actor=scored.actor("buyer"), assessment=fresh(february))


def first_fact(assessment: Assessment) -> str:
    table = next(one for one in assessment.result["categories"] if one["id"] == "tickets")
    return table["rows"][0]["lines"][0]["fact"]


def test_every_state_and_action() -> None:
    for state, action in product(STATES, ACTIONS):
        if (state, action) in TABLE:
            assert after(state, action) in STATES
        else:
            assert not allows(state, action)
            with refused("assessment.not_now"):
                after(state, action)


def test_only_a_finished_period_is_issued(scored, february, at) -> None:
    march = Assessment.objects.get(contract=scored.contract, period_id="2026-03")
    with refused("assessment.not_over"):
        services.issue(actor=scored.actor("buyer"), assessment=march)
    assert fresh(march).state == "draft"


@pytest.mark.parametrize("who", ["manager", "auditor", "engineer", "unit", "stranger"])
def test_who_may_not_issue(scored, february, who) -> None:
    with refused("access.denied"):
        services.issue(actor=scored.actor(who), assessment=fresh(february))


def test_an_issued_sheet_keeps_its_figures_when_facts_come_later(scored, month, issued, at) -> None:
    assert issued.result["score"] == "81.50"
    month.timer("resolve", "breached", 25)
    sheet = selectors.sheet_for(basis_of(scored.contract), fresh(issued), at=at)
    assert sheet == issued.result


def test_objections_end_five_working_days_after_the_issue(issued) -> None:
    # Issued on Wednesday 11 March 2026: 12, 13, 16, 17, 18 March.
    assert issued.objections_until == date(2026, 3, 18)


def test_an_upheld_objection_takes_the_fact_out(scored, issued, at) -> None:
    fact = first_fact(issued)
    row = services.object_to(
        actor=scored.actor("manager"), assessment=fresh(issued), fact_id=fact, reason="工单已于时限内电话答复"
    )
    assert fresh(issued).state == "objected"
    # It counts until it is decided: 81.5; without the one point 82.5.
    assert fresh(issued).result["score"] == "81.50"
    services.decide_objection(
        actor=scored.actor("buyer"), objection=row, uphold=True, reason="经核对电话记录，异议成立"
    )
    assert (fresh(issued).state, fresh(issued).result["score"]) == ("issued", "82.50")


def test_a_rejected_objection_changes_nothing(scored, issued) -> None:
    row = services.object_to(
        actor=scored.actor("manager"), assessment=fresh(issued), fact_id=first_fact(issued), reason="有异议"
    )
    services.decide_objection(actor=scored.actor("buyer"), objection=row, uphold=False, reason="证据不足")
    assert fresh(issued).result["score"] == "81.50"
    with refused("assessment.objection_decided"):
        services.decide_objection(
            actor=scored.actor("buyer"),
            objection=Objection.objects.get(pk=row.pk),
            uphold=True,
            reason="再议",
        )


def test_objections_are_refused_to_others_late_twice_and_without_reason(scored, issued, at) -> None:
    fact, manager = first_fact(issued), scored.actor("manager")
    with refused("access.denied"):
        services.object_to(
            actor=scored.actor("engineer"), assessment=fresh(issued), fact_id=fact, reason="异议"
        )
    with refused("assessment.reason_needed"):
        services.object_to(actor=manager, assessment=fresh(issued), fact_id=fact, reason=" ")
    with refused("assessment.unknown_fact"):
        services.object_to(actor=manager, assessment=fresh(issued), fact_id="sla:999999", reason="异议")
    with clock.pinned(at + timedelta(days=8)), refused("assessment.objection_closed"):
        services.object_to(actor=manager, assessment=fresh(issued), fact_id=fact, reason="异议")
    services.object_to(actor=manager, assessment=fresh(issued), fact_id=fact, reason="异议")
    with refused("assessment.objected_already"):
        services.object_to(actor=manager, assessment=fresh(issued), fact_id=fact, reason="异议")


def test_an_exclusion_works_only_once_the_buyer_approves(scored, issued) -> None:
    row = services.exclude_fact(
        actor=scored.actor("manager"),
        assessment=fresh(issued),
        fact_id=first_fact(issued),
        reason="不可抗力",
        explanation="暴雨断电",
    )
    assert (row.state, fresh(issued).result["score"]) == ("asked", "81.50")
    with refused("access.denied"):
        services.decide_exclusion(
            actor=scored.actor("supervisor"), exclusion=row, approve=True, explanation=""
        )
    services.decide_exclusion(actor=scored.actor("buyer"), exclusion=row, approve=True, explanation="")
    assert fresh(issued).result["score"] == "82.50"
    with refused("assessment.exclusion_decided"):
        services.decide_exclusion(
            actor=scored.actor("buyer"),
            exclusion=FactExclusion.objects.get(pk=row.pk),
            approve=False,
            explanation="改判",
        )


def test_a_ground_that_the_contract_does_not_know_is_refused(scored, february) -> None:
    with refused("assessment.not_a_ground"):
        services.exclude_fact(
            actor=scored.actor("buyer"),
            assessment=fresh(february),
            fact_id="sla:1",
            reason="心情不好",
            explanation="无",
        )


def test_the_provider_signs_first_or_its_silence_counts(scored, issued, at) -> None:
    buyer = scored.actor("buyer")
    with refused("assessment.provider_first"):
        services.sign(actor=buyer, assessment=fresh(issued))
    with clock.pinned(at + timedelta(days=8)):
        services.sign(actor=buyer, assessment=fresh(issued))
    assert fresh(issued).state == "signed"


def test_both_signatures_freeze_the_sheet_with_its_digest(scored, issued) -> None:
    services.sign(actor=scored.actor("manager"), assessment=fresh(issued))
    with refused("assessment.party_signed"):
        services.sign(actor=scored.actor("manager"), assessment=fresh(issued))
    services.sign(actor=scored.actor("buyer"), assessment=fresh(issued))
    edition = Edition.objects.get(assessment=issued)
    assert edition.result == fresh(issued).result
    assert {one.digest for one in fresh(issued).signatures.all()} == {edition.digest}
    entry = Entry.objects.filter(verb="assessment.signed").latest("id")
    assert entry.changes["digest"] == edition.digest
    with pytest.raises(ValueError, match="never changed"):
        edition.save()


def test_a_correction_makes_a_new_edition_with_the_difference(scored, month, issued, at) -> None:
    buyer, manager = scored.actor("buyer"), scored.actor("manager")
    services.sign(actor=manager, assessment=fresh(issued))
    services.sign(actor=buyer, assessment=fresh(issued))
    month.timer("resolve", "breached", 25)
    services.correct(actor=buyer, assessment=fresh(issued), reason="补录一张超时工单")
    services.issue(actor=buyer, assessment=fresh(issued))
    services.sign(actor=manager, assessment=fresh(issued))
    services.sign(actor=buyer, assessment=fresh(issued))
    first, second = Edition.objects.filter(assessment=issued).order_by("number")
    assert (first.result["score"], second.result["score"]) == ("81.50", "80.50")
    # One point more is 12,000 more: 18.5 × 12,000 = 222,000, then 19.5 × 12,000 = 234,000.
    changed = {row["what"]: (row["before"], row["now"]) for row in second.difference}
    assert changed["得分"] == ("81.50", "80.50")
    assert changed["扣款"] == ("222000.00", "234000.00")
    assert any("超时" in what and after == "计入，1分" for what, (_, after) in changed.items())
    assert second.reason == "补录一张超时工单"


def test_signed_periods_stay_in_the_forecast_as_they_were_signed(scored, month, issued, at) -> None:
    services.sign(actor=scored.actor("manager"), assessment=fresh(issued))
    services.sign(actor=scored.actor("buyer"), assessment=fresh(issued))
    before = selectors.forecast(scored.contract, at)
    month.timer("resolve", "breached", 25)
    assert selectors.forecast(scored.contract, at) == before
    [line] = [one for one in selectors.payments(basis_of(scored.contract), at=at) if one.assessment]
    # Signed on 11 March 2026; the fifteenth working day after it is 1 April.
    assert (line.final, line.sheet.due_on) == (True, date(2026, 4, 1))
    assert line.sheet.payable == D(1_278_000)


def test_a_stale_page_is_refused(scored, february) -> None:
    seen = fresh(february)
    services.add_manual_row(
        actor=scored.actor("buyer"),
        assessment=fresh(february),
        indicator_id="other",
        points=D(1),
        reason="甲",
    )
    with refused("page.stale"):
        services.add_manual_row(
            actor=scored.actor("buyer"), assessment=seen, indicator_id="other", points=D(1), reason="乙"
        )


def test_bad_rows_are_refused(scored, february) -> None:
    buyer = scored.actor("buyer")
    given = {"actor": buyer, "assessment": fresh(february), "reason": "理由"}
    with refused("assessment.unknown_row"):
        services.add_manual_row(indicator_id="nothing", points=D(1), **given)
    with refused("assessment.points_out_of_range"):
        services.add_manual_row(indicator_id="other", points=D(-1), **given)
    with refused("assessment.kind_needed"):
        services.add_manual_fact(
            indicator_id="staff", kind="data_leak", happened_on=date(2026, 2, 3), **given
        )
    with refused("assessment.day_needed"):
        services.add_manual_fact(
            indicator_id="staff", kind="staff_below", happened_on=date(2026, 3, 3), **given
        )


def test_a_withdrawn_row_no_longer_counts_but_stays(scored, february, at) -> None:
    row = services.add_manual_row(
        actor=scored.actor("buyer"),
        assessment=fresh(february),
        indicator_id="other",
        points=D(2),
        reason="误记",
    )
    services.withdraw_manual_row(actor=scored.actor("buyer"), row=_again(row), reason="登记错误")
    sheet = selectors.sheet_for(basis_of(scored.contract), fresh(february), at=at)
    assert sheet["score"] == "81.50"
    with refused("assessment.row_withdrawn"):
        services.withdraw_manual_row(actor=scored.actor("buyer"), row=_again(row), reason="再撤")


def _again(row):
    return type(row).objects.select_related("assessment__contract").get(pk=row.pk)


def test_deductions_of_a_month_count_in_its_quarter(scored, february, at) -> None:
    services.add_manual_row(
        actor=scored.actor("buyer"),
        assessment=fresh(february),
        indicator_id="other",
        points=D(2),
        reason="扣2分",
    )
    basis = basis_of(scored.contract)
    assert basis.paid_kind == "month"
    line = next(one for one in selectors.overview(basis, at=at) if one.assessment.period_id == "2026-02")
    assert line.score == D("79.50")
