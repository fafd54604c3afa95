"""Eight further schemes seen in real contracts (A to H), each with a sum by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.core.schemes.load import FOLDER, data, fact, mark, month, scheme, several, year

from opsledger.core.scoring import (
    Exclusion,
    Fact,
    FactState,
    Money,
    assess,
    assess_term,
    evaluate,
    find_holes,
    parse_scheme,
)

NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_every_scheme_holds_and_an_empty_period_with_full_marks_loses_nothing(name: str) -> None:
    found = scheme(name)
    who = [one.id for one in found.assessors] or [""]
    marks = [
        mark(row.id, str(row.points), by=one)
        for row in found.indicators
        if row.points is not None and type(row.rule).__name__ == "Manual"
        for one in who
    ]
    result = evaluate(found, [], period=year(), marks=marks)
    assert result.score == found.base


def test_a_video_month_by_hand() -> None:
    # 接通率 88.4 %: 1.6 points below × 0.5 = 0.8
    # camera 7: 5 + 4 = 9 h > 8 → 1; camera 8: exactly 8 h → 0
    # arrival late twice 2; 巡检 one missed 5; report false 3 and missing 1 = 4
    # callback 1 % with faults: 2 × 0.5 = 1; assurance missing without demand: 0
    # lost 0.8 + 1 + 2 + 5 + 1 + 0 + 4 = 13.8 → 86.2 一般
    facts = [
        fact("h", "hotline", "88.4"),
        fact("c1", "camera_fault", "5", camera="7"),
        fact("c2", "camera_fault", "4", camera="7"),
        fact("c3", "camera_fault", "8", camera="8"),
        *several(2, "sla_breach", metric="arrive"),
        fact("i", "occurrence_missed", activity="inspection"),
        fact("f", "fault"),
        fact("cb", "callback", "1"),
        fact("as", "assurance_missing"),
        fact("df", "deliverable_false"),
        fact("dm", "deliverable_missing"),
    ]
    result = evaluate(scheme("a_video"), facts, period=month(6))
    lost = {row.indicator.id: row.deduction for row in result.rows if row.deduction}
    assert lost == {
        "hotline": Decimal("0.8"),
        "cameras": 1,
        "arrival": 2,
        "rounds": 5,
        "callback": 1,
        "reports": 4,
    }
    assert (result.score, result.band.id) == (Decimal("86.2"), "fair")
    states = {line.fact.id: line.state for line in result.lines}
    assert states["as"] is FactState.NO_DEMAND
    assert states["f"] is FactState.UNMATCHED


def test_a_no_demand_no_deduction_turns_with_the_demand() -> None:
    missing = [fact("as", "assurance_missing")]
    asked = [*missing, fact("d", "assurance")]
    assert evaluate(scheme("a_video"), missing, period=year()).score == 100
    assert evaluate(scheme("a_video"), asked, period=year()).score == 97


def test_a_mean_of_the_year_fixes_the_fee() -> None:
    # January loses 5, February 25, March nothing: (95 + 75 + 100) / 3 = 90 → 合格, paid in full.
    facts = [fact("jan", "occurrence_missed", on=date(2026, 1, 9), activity="inspection")]
    facts += [
        fact(f"feb{i}", "occurrence_missed", on=date(2026, 2, 9), activity="inspection") for i in range(5)
    ]
    money = Money(total_cny=Decimal(600_000), period_cny=Decimal(600_000))
    term = assess_term(scheme("a_video"), facts, periods=[month(n) for n in (3, 1, 2)], money=money)
    assert [one.score for one in term.evaluations] == [95, 75, 100]
    assert (term.score, term.band.id, term.payable_cny) == (90, "pass", 600_000)


def test_b_help_earns_points_and_whole_number_bands_have_holes() -> None:
    # Named once 5, three plain events 3, help twice +4: 100 − 8 + 4 = 96.
    found = scheme("b_environment")
    facts = [fact("n", "named"), *several(2, "outage"), *several(1, "left_post"), *several(2, "help")]
    result = evaluate(found, facts, period=year())
    assert (result.deduction, result.bonus, result.score) == (8, 4, 96)
    assert evaluate(found, several(3, "help"), period=year()).score == 106
    assert [(hole.interval.low, hole.interval.high) for hole in find_holes(found)] == [(74, 75), (89, 90)]
    whole = parse_scheme({**data("b_environment"), "score_places": 0})
    assert find_holes(whole) == ()  # 89.5 cannot be scored there


def test_c_weights_over_categories() -> None:
    # 工作协作: 20 + 10 = 30 of 100 at 10 % → 3; 故障处理: 2×10 + 5×20 = 120, at most 100, at 30 % → 30
    # others −15 of 100 at 60 % → 9;  100 − 3 − 30 − 9 = 58 → 不合格
    facts = [
        fact("l", "task_late"),
        fact("p", "task_poor"),
        *several(2, "sla_breach", metric="arrive"),
        *several(5, "recovery_slow"),
    ]
    result = evaluate(scheme("c_port"), facts, period=year(), marks=[mark("others", "15")])
    assert [one.contribution for one in result.categories] == [3, 30, 9]
    assert [one.capped for one in result.categories] == [False, True, False]
    assert (result.score, result.band.id) == (58, "fail")


def test_d_rows_never_lose_more_than_they_have() -> None:
    # progress 6 late × 4 = 24, at most 20; rude 3 × 1, at most 2; first level 2 × 5 = 10; a second level: no
    # row of facts; manual rows 25 of 30 and 20 of 20.  100 − 20 − 2 − 10 − 5 = 63.
    facts = [
        *several(6, "key_task_late"),
        *several(3, "rude"),
        *several(2, "sla_breach", "one", severity="一级", metric="respond"),
        *several(2, "sla_breach", "two", severity="二级", metric="respond"),
    ]
    marks = [mark("lower", "25"), mark("rest", "20")]
    result = evaluate(scheme("d_hospital"), facts, period=year(), marks=marks)
    assert [one.deduction for one in result.categories] == [20, 2, 15, 0]
    assert (result.score, [row.capped for row in result.rows[:2]]) == (63, [True, True])


def test_e_two_assessors_share_nine_services() -> None:
    # Eight services: 90 by the bureau and 80 by the third party: 90×60 + 80×40 over 100 = 86; 8 × 86 = 688.
    # The ninth is marked by the bureau alone with 50 and stays pending: 688 + 50 = 738 of 900.
    found = scheme("e_education")
    marks = [mark(f"s{i}_mark", "90", by="buyer") for i in range(1, 9)]
    marks += [mark(f"s{i}_mark", "80", by="third") for i in range(1, 9)]
    marks.append(mark("s9_mark", "50", by="buyer"))
    result = evaluate(found, [], period=year(), marks=marks)
    assert (result.score, result.band.id, result.pending) == (738, "pass", ("s9_mark",))
    assert "（90×60 + 80×40）÷100 = 86分" in result.rows[0].text
    # With the third party's mark of 0 for it: 688 + 50×0.6 = 718 < 720 → 80 % of 100,000 is paid.
    marks.append(mark("s9_mark", "0", by="third"))
    failed = evaluate(found, [], period=year(100_000), marks=marks)
    assert (failed.score, failed.band.id, failed.pending) == (718, "fail", ())
    assert failed.money is not None and failed.money.payable == 80_000


def test_e_an_unmarked_service_is_worth_nothing_there() -> None:
    assert evaluate(scheme("e_education"), [], period=year()).score == 0


def kpi(reason: str | None, by: str | None = None) -> Fact:
    exclusion = None if reason is None else Exclusion(reason=reason, approved_by=by)
    outage = fact("o", "measure", "95", metric="outage_minutes")
    return Fact(
        id=outage.id,
        kind=outage.kind,
        happened_on=outage.happened_on,
        title=outage.title,
        measure=outage.measure,
        attributes=outage.attributes,
        exclusion=exclusion,
    )


@pytest.mark.parametrize(
    ("exclusion", "payable", "said"),
    [
        (kpi(None), 500_000, "计100分"),
        (kpi("不可抗力", "信息中心"), 1_000_000, "由信息中心批准"),
        (kpi("不可抗力"), 500_000, "尚未批准"),
        (kpi("人手不足", "信息中心"), 500_000, "不属于合同约定的免责情形"),
    ],
)
def test_f_only_stated_and_approved_reasons_exclude(exclusion: Fact, payable: int, said: str) -> None:
    # Missed: 50 % of 1,000,000.  The excluded outage stays on the sheet and does not count.
    result = evaluate(scheme("f_hospital_kpi"), [exclusion], period=year(1_000_000))
    assert result.money is not None and result.money.payable == payable
    assert said in result.lines[0].text


def test_f_sixty_minutes_are_still_allowed_and_the_draft_took_ten_percent() -> None:
    at_limit = fact("o", "measure", "60", metric="outage_minutes")
    assert evaluate(scheme("f_hospital_kpi"), [at_limit], period=year()).score == 100
    result = assess(scheme("f_hospital_kpi"), [kpi(None)], period=year(1_000_000))
    draft = result.alternatives[0].evaluation.money
    assert draft is not None and draft.payable == 900_000


def g_term(failed: list[int], first: int = 1, n: int = 14) -> list[str]:
    """The consequences when these of n months (counted from 1) fail, the first being month `first` of 2026."""
    periods = [month((first + i - 1) % 12 + 1, of=2026 + (first + i - 1) // 12) for i in range(n)]
    marks = [mark("mark", "40" if i in failed else "95", one.id) for i, one in enumerate(periods, start=1)]
    return [hit.rule.id for hit in assess_term(scheme("g_website"), [], periods=periods, marks=marks).hits]


def test_g_trial_and_failed_months() -> None:
    assert g_term([3]) == ["trial"]
    assert g_term([4]) == []
    assert g_term([4, 9]) == ["year"]
    assert g_term([12, 13]) == []  # one in each service year
    assert g_term([2, 9]) == ["trial", "year"]
    # From April on, the service year runs to March: months 9 and 12 are December and March.
    assert g_term([9, 12], first=4) == ["year"]


def test_h_a_visit_signed_on_the_spot() -> None:
    # 10 + 5 + 10 + 6 + 8 = 39 of 45.
    given = {"on_time": "10", "quiet": "5", "restored": "10", "terminal": "6", "monitoring": "8"}
    result = evaluate(
        scheme("h_visit"), [], period=year(), marks=[mark(row, points) for row, points in given.items()]
    )
    assert (result.score, result.base) == (39, 45)
    assert [row.awarded for row in result.rows] == [10, 5, 10, 6, 8]
