"""Cells, their colour, the SLA rate and the facts that failures become."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.core import occurrences
from opsledger.core.compliance import (
    STANDING_WORDS,
    WORST_FIRST,
    Cell,
    Duty,
    Month,
    OccurrenceOutcome,
    Source,
    Standing,
    TimerOutcome,
    matrix,
    occurrence_facts,
    occurrence_standing,
    sla_rate,
    timer_facts,
    timer_outcome,
    timer_standing,
)
from opsledger.core.errors import DomainError
from opsledger.core.sla import State, Timer

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TIMER_STATES = ("running", "paused", "met", "met_late", "breached", "cancelled")
OUTCOMES = ("upcoming", "due", "fulfilled", "late", "missed", "waived", "cancelled")


def timer(name: str, state: str, hours: int = 1) -> TimerOutcome:
    """A timer due so many hours after `AT`."""
    return TimerOutcome(id=name, obligation_id="o1", state=state, due_at=AT + timedelta(hours=hours))


def occurrence(name: str, outcome: str, due_at: datetime = AT, obligation: str = "o1") -> OccurrenceOutcome:
    return OccurrenceOutcome(id=name, obligation_id=obligation, outcome=outcome, due_at=due_at)


@pytest.mark.parametrize(
    ("state", "hours", "standing"),
    [
        ("running", 1, Standing.DUE),
        ("running", 0, Standing.DUE),  # due exactly now is not yet a breach
        ("running", -1, Standing.MISSED),  # nobody looked, still a breach
        ("paused", 1, Standing.DUE),
        ("paused", -1, Standing.DUE),
        ("met", -1, Standing.FULFILLED),
        ("met_late", -1, Standing.LATE),
        ("breached", -1, Standing.MISSED),
        ("cancelled", -1, Standing.WAIVED),
    ],
)
def test_what_becomes_of_a_timer(state: str, hours: int, standing: Standing) -> None:
    assert timer_standing(timer("t", state, hours), AT) is standing


def test_the_rate_counts_only_what_is_decided() -> None:
    # met 3; breached: met_late 1 + breached 1 + running past due 1 = 3;
    # open: running 1 + paused 1; left out: cancelled 1.
    states = [("met", -9)] * 3 + [("met_late", -9), ("breached", -9), ("running", -1)]
    states += [("running", 5), ("paused", -1), ("cancelled", 0)]
    rate = sla_rate([timer(str(i), state, hours) for i, (state, hours) in enumerate(states)], AT)
    assert (rate.met, rate.breached, rate.open, rate.left_out) == (3, 3, 2, 1)
    assert rate.percent == Decimal("50.00")


def test_no_decided_timer_is_no_rate_and_a_rate_is_cut_not_rounded() -> None:
    assert sla_rate([timer("a", "running"), timer("b", "cancelled")], AT).percent is None
    many = [timer("a", "met")] * 29_999 + [timer("x", "met_late")]
    assert sla_rate(many, AT).percent == Decimal("99.99")  # 99.9966… never prints as 100


def test_the_worst_standing_colours_the_cell() -> None:
    # Every subset of standings: the cell shows the first of WORST_FIRST that it holds.
    names = [one for one in WORST_FIRST if one is not Standing.EMPTY]
    for chosen in product((0, 1), repeat=len(names)):
        cell = Cell(**{one.value: held for one, held in zip(names, chosen, strict=True)})
        held = [one for one, n in zip(names, chosen, strict=True) if n]
        assert cell.state is (held[0] if held else Standing.EMPTY)
    assert [one.value for one in WORST_FIRST] == [
        *("missed", "late", "gap", "due", "upcoming", "fulfilled", "waived", "empty")
    ]
    assert set(STANDING_WORDS) == set(Standing)


def test_the_month_is_that_of_the_bureau() -> None:
    # 2026-10-31 16:00 UTC is already 1 November in Shanghai.
    late = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
    found = matrix(occurrences=[occurrence("a", "fulfilled", late)], at=AT, zone=ZONE)
    assert list(found.cells) == [("o1", Month(2026, 11))]


def test_a_month_by_hand() -> None:
    # o1 in November: fulfilled 2, late 1, breached timer 1 → missed 1;
    # decided 4, in time 2 → 50 %; o2: a gap.
    found = matrix(
        occurrences=[
            occurrence("a", "fulfilled"),
            occurrence("b", "fulfilled"),
            occurrence("c", "late"),
            occurrence("d", "waived"),
        ],
        timers=[timer("t", "breached", -1)],
        gaps=[("o2", Month(2026, 11))],
        at=AT,
        zone=ZONE,
    )
    cell = found.cells["o1", Month(2026, 11)]
    assert cell == Cell(fulfilled=2, late=1, missed=1, waived=1)
    assert (cell.state, cell.decided, cell.percent) == (Standing.MISSED, 4, Decimal("50.00"))
    assert found.cells["o2", Month(2026, 11)].state is Standing.GAP
    assert found.total == Cell(fulfilled=2, late=1, missed=1, waived=1, gap=1)


@given(
    things=st.lists(
        st.tuples(
            st.sampled_from(OUTCOMES),
            st.sampled_from("abc"),
            st.integers(0, 400),
        ),
        max_size=40,
    ),
    seed=st.integers(0, 99),
)
def test_rows_and_columns_recount_the_cells(things: list[tuple[str, str, int]], seed: int) -> None:
    given_ = [
        occurrence(str(i), outcome, AT + timedelta(days=days), name)
        for i, (outcome, name, days) in enumerate(things)
    ]
    found = matrix(occurrences=given_, at=AT, zone=ZONE)
    shuffled = given_[:]
    random.Random(seed).shuffle(shuffled)
    assert matrix(occurrences=shuffled, at=AT, zone=ZONE) == found
    assert sum(found.rows.values(), Cell()) == sum(found.columns.values(), Cell()) == found.total
    assert found.total.fulfilled == sum(outcome == "fulfilled" for outcome, _, _ in things)
    for name in "abc":
        late = sum(outcome == "late" and obligation == name for outcome, obligation, _ in things)
        assert found.rows.get(name, Cell()).late == late


def test_failures_become_facts_with_clause_and_evidence() -> None:
    sources = {
        "o1": Source(
            title="每月巡检",
            item_no="3",
            item_category="视频会议",
            clause="三、2",
            attributes={"activity": "inspection"},
        ),
        "o2": Source(title="年度报告", duty=Duty.DELIVERABLE, clause="六"),
        "o3": Source(title="应急演练", duty=Duty.DRILL),
    }
    due = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
    late = OccurrenceOutcome(
        id="7",
        obligation_id="o1",
        outcome="late",
        due_at=due,
        done_at=due + timedelta(hours=5, minutes=30),
        refs=("occurrence:7", "file:ab"),
    )
    facts = occurrence_facts(
        [
            late,
            occurrence("8", "missed", due, "o2"),
            occurrence("9", "missed", due, "o3"),
            occurrence("10", "fulfilled", due),
        ],
        sources,
        zone=ZONE,
    )
    assert [fact.kind for fact in facts] == ["occurrence_late", "deliverable_missing", "drill_missing"]
    first = facts[0]
    assert (first.measure, first.happened_on) == (Decimal("5.50"), date(2026, 11, 1))
    assert (first.clause, first.item_no, first.refs) == ("三、2", "3", ("occurrence:7", "file:ab"))
    assert first.attribute("activity") == "inspection"


def test_a_breach_is_the_same_fact_each_time_it_is_derived() -> None:
    sources = {"o1": Source(title="响应", attributes={"metric": "respond"})}
    timers = [timer("t1", "running", -1), timer("t2", "met", -1), timer("t3", "met_late", -30)]
    facts = timer_facts(timers, sources, at=AT, zone=ZONE)
    assert [fact.id for fact in facts] == ["sla:t1", "sla:t3"]
    assert facts == timer_facts(timers, sources, at=AT + timedelta(hours=2), zone=ZONE)


def folded(state: State, over_minutes: int) -> Timer:
    """A four-hour timer that stands so many minutes over its limit (negative: still left)."""
    over = timedelta(minutes=over_minutes)
    return Timer(
        metric="resolve",
        term_id="t",
        cycle=1,
        state=state,
        started_at=AT - timedelta(hours=4) - over,
        due=AT - over,
        elapsed=timedelta(hours=4) + over,
        remaining=-over,
        paused=timedelta(0),
        pauses=(),
        met_at=None,
        breached_at=None,
        cancelled_at=None,
        next_at=None,
        warned=(),
        targets=(),
    )


@pytest.mark.parametrize(
    ("state", "over", "standing", "hours"),
    [
        (State.RUNNING, -30, Standing.DUE, None),
        (State.PAUSED, -30, Standing.DUE, None),
        (State.MET, -30, Standing.FULFILLED, None),
        (State.BREACHED, 100, Standing.MISSED, "1.66"),  # 100 minutes are 1.666 hours, cut
        (State.MET_LATE, 30, Standing.LATE, "0.50"),
        (State.CANCELLED, 30, Standing.WAIVED, None),
    ],
)
def test_a_folded_timer_counts_as_its_state(
    state: State, over: int, standing: Standing, hours: str | None
) -> None:
    found = timer_outcome(
        folded(state, over), id="t9", obligation_id="o1", refs=("ticket:9",), attributes={"severity": "一级"}
    )
    assert timer_standing(found, AT) is standing
    assert found.overrun_hours == (None if hours is None else Decimal(hours))
    assert found.attributes == {"severity": "一级", "metric": "resolve"}
    facts = timer_facts([found], {"o1": Source(title="解决")}, at=AT, zone=ZONE)
    assert len(facts) == (1 if hours else 0)


def test_every_timer_state_has_its_standing() -> None:
    for state in State:
        assert timer_standing(timer("t", state.value), AT) in Standing
    for outcome in OUTCOMES:
        assert occurrence_standing(occurrence("o", outcome)) in Standing
    assert set(OUTCOMES) == set(occurrences.OUTCOMES)


def test_what_cannot_be_counted_says_why() -> None:
    naive = datetime(2026, 1, 1)
    for act, code in [
        (lambda: sla_rate([timer("t", "asleep")], AT), "compliance.unknown_state"),
        (
            lambda: matrix(occurrences=[occurrence("x", "lost")], at=AT, zone=ZONE),
            "compliance.unknown_state",
        ),
        (
            lambda: matrix(occurrences=[occurrence("x", "due", naive)], at=AT, zone=ZONE),
            "compliance.naive_moment",
        ),
        (
            lambda: timer_facts([timer("t", "breached")], {}, at=AT, zone=ZONE),
            "compliance.unknown_obligation",
        ),
    ]:
        with pytest.raises(DomainError) as told:
            act()
        assert told.value.code == code
