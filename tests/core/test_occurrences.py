"""Occurrences and findings: every state × action × role against a grid by hand, and what became of them.

A grid line reads ``action:ROLES>target``; U unit, B buyer, M manager, E engineer, S supervisor, Y the worker.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from opsledger.core import findings, occurrences
from opsledger.core.errors import DomainError
from opsledger.core.sentences import SENTENCES
from opsledger.core.transitions import ROLES, Table

LETTERS = {"U": "unit", "B": "buyer", "M": "manager", "E": "engineer", "S": "supervisor", "Y": "system"}
GRIDS = {
    "occurrence": {
        "new": "plan:YM>planned",
        "planned": """assign:M reschedule:ME open:Y>open ask_waiver:ME waive:B>waived cancel:BY>cancelled""",
        "open": """assign:M reschedule:ME start:EM>under_way submit:EM>submitted ask_waiver:ME waive:B>waived
            cancel:BY>cancelled""",
        "under_way": "assign:M submit:EM>submitted ask_waiver:ME waive:B>waived",
        "submitted": """withdraw:EM>under_way sign:U verify:SB>verified verify_by_rule:Y>verified
            return:SB>returned""",
        "verified": "return:SB>returned",
        "returned": "assign:M submit:EM>submitted ask_waiver:ME waive:B>waived",
        "waived": "",
        "cancelled": "",
    },
    "finding": {
        "new": "record:EMSUBY>found",
        "found": """make_ticket:EM>ticketed remediate:MSB>remediating accept_risk:B>accepted_risk
            dismiss:SB>dismissed""",
        "ticketed": "extend:BS fix:EMY>fixed accept_risk:B>accepted_risk",
        "remediating": "extend:BS fix:EMY>fixed accept_risk:B>accepted_risk",
        "fixed": "verify:SBU>verified return:SBU>returned",
        "returned": """make_ticket:EM>ticketed remediate:MSB>remediating extend:BS fix:EMY>fixed
            accept_risk:B>accepted_risk""",
        "verified": "reopen:SBUY>found",
        "accepted_risk": "reopen:SBUY>found",
        "dismissed": "reopen:SBUY>found",
    },
}
TABLES = [occurrences.TABLE, findings.TABLE]
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FACTS: dict[str, object] = {
    "now": AT,
    "at": AT,
    "begins_at": AT - 5 * HOUR,
    "due_at": AT + 5 * HOUR,
    "planned_at": AT + HOUR,
    "assignee": 4,
    "note": "已巡检，温度 23 ℃",
    "evidence": "f0",
    "signature": "s0",
    "reason": "机房断电改造",
    "item": 3,
    "summary": "电池鼓包",
    "into": 8,
    "measure": "更换电池",
    "retest": "r1",
}


def told(error: DomainError) -> str:
    return SENTENCES[error.code].format(**error.facts)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_every_state_action_and_role(table: Table) -> None:
    grid = GRIDS[table.kind]
    assert set(grid) == set(table.states)
    for state, line in grid.items():
        cells = [cell.partition(":") for cell in line.split()]
        due = {action: rest.partition(">") for action, _, rest in cells}
        for role in ROLES:
            for action in table.actions:
                letters, _, target = due.get(action, ("", "", ""))
                if role in {LETTERS[letter] for letter in letters}:
                    assert table.step(state, action, [role], FACTS).target == (target or state)
                    continue
                with pytest.raises(DomainError) as refused:
                    table.step(state, action, [role], FACTS)
                reason = "not_your_role" if action in due else "not_in_this_state"
                assert refused.value.code == f"transitions.{reason}"
                assert told(refused.value)


@pytest.mark.parametrize(
    ("table", "state", "action", "role", "changed", "code"),
    [
        (TABLES[0], "open", "submit", "engineer", {"note": ""}, "fact_missing"),
        (
            TABLES[0],
            "open",
            "submit",
            "engineer",
            {"evidence": None, "evidence_required": True},
            "fact_missing",
        ),
        (TABLES[0], "open", "submit", "engineer", {"at": AT + HOUR}, "too_late"),
        (TABLES[0], "planned", "reschedule", "manager", {"planned_at": AT + 6 * HOUR}, "too_late"),
        (TABLES[0], "planned", "reschedule", "manager", {"planned_at": AT - 6 * HOUR}, "too_early"),
        (TABLES[0], "open", "waive", "buyer", {"reason": " "}, "fact_missing"),
        (TABLES[0], "submitted", "return", "supervisor", {"reason": None}, "fact_missing"),
        (
            TABLES[0],
            "submitted",
            "verify",
            "supervisor",
            {"signature": None, "signature_required": True},
            "fact_missing",
        ),
        (
            TABLES[1],
            "fixed",
            "verify",
            "supervisor",
            {"retest": None, "retest_required": True},
            "fact_missing",
        ),
        (TABLES[1], "found", "remediate", "manager", {"due_at": AT - HOUR}, "too_early"),
    ],
)
def test_facts_that_are_asked_for(
    table: Table, state: str, action: str, role: str, changed: dict[str, object], code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        table.step(state, action, [role], {**FACTS, **changed})
    assert refused.value.code == f"transitions.{code}"
    assert told(refused.value)


def test_evidence_is_asked_for_only_where_the_obligation_says_so() -> None:
    facts = {**FACTS, "evidence": None, "evidence_required": False}
    assert occurrences.TABLE.step("open", "submit", ["engineer"], facts).target == "submitted"


BEGIN, DUE = AT, AT + 8 * HOUR
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("state", "submitted_at", "at", "expected"),
    [
        ("planned", None, BEGIN - SECOND, "upcoming"),
        ("planned", None, BEGIN, "due"),  # the window is open, whether or not the worker has said so
        ("open", None, DUE, "due"),
        ("open", None, DUE + SECOND, "missed"),
        ("planned", None, DUE + SECOND, "missed"),
        ("under_way", None, DUE + SECOND, "missed"),
        ("submitted", DUE, DUE + 9 * HOUR, "fulfilled"),
        ("submitted", DUE + SECOND, DUE + 9 * HOUR, "late"),
        ("verified", BEGIN, DUE, "fulfilled"),
        ("verified", DUE + SECOND, DUE + HOUR, "late"),
        ("returned", BEGIN, DUE, "due"),  # what was returned does not stand
        ("returned", BEGIN, DUE + SECOND, "missed"),
        ("waived", None, DUE + HOUR, "waived"),
        ("cancelled", None, DUE + HOUR, "cancelled"),
    ],
)
def test_what_became_of_it(state: str, submitted_at: datetime | None, at: datetime, expected: str) -> None:
    found = occurrences.outcome(state, begins_at=BEGIN, due_at=DUE, submitted_at=submitted_at, at=at)
    assert found == expected
    assert found in occurrences.OUTCOMES


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"at": datetime(2026, 1, 1)}, "occurrences.naive_moment"),
        ({"due_at": BEGIN - SECOND}, "occurrences.window_backwards"),
        ({"state": "submitted"}, "occurrences.no_submission"),
        ({"state": "lost"}, "transitions.unknown_state"),
    ],
)
def test_outcome_refuses_what_it_cannot_judge(changed: dict[str, object], code: str) -> None:
    asked = {"state": "open", "begins_at": BEGIN, "due_at": DUE, "at": AT, **changed}
    with pytest.raises(DomainError) as refused:
        occurrences.outcome(asked.pop("state"), **asked)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert told(refused.value)


@pytest.mark.parametrize(
    ("state", "due_at", "fixed_at", "at", "expected"),
    [
        ("found", None, None, AT, False),
        ("remediating", DUE, None, DUE, False),
        ("remediating", DUE, None, DUE + SECOND, True),
        ("fixed", DUE, DUE, DUE + HOUR, False),
        ("fixed", DUE, DUE + SECOND, DUE + HOUR, True),
        ("verified", DUE, DUE, DUE + HOUR, False),
        ("returned", DUE, DUE, DUE + HOUR, True),  # a fix that was refused is none
        ("accepted_risk", DUE, None, DUE + HOUR, False),
        ("dismissed", DUE, None, DUE + HOUR, False),
    ],
)
def test_a_finding_is_late(
    state: str, due_at: datetime | None, fixed_at: datetime | None, at: datetime, expected: bool
) -> None:
    assert findings.is_overdue(state, due_at=due_at, fixed_at=fixed_at, at=at) is expected


def test_a_finding_cannot_be_judged_by_a_moment_without_a_zone() -> None:
    with pytest.raises(DomainError) as refused:
        findings.is_overdue("found", due_at=datetime(2026, 1, 1), fixed_at=None, at=AT)
    assert told(refused.value)


def test_nobody_verifies_his_own_work() -> None:
    for table in TABLES:
        for found in table.transitions:
            if found.target == "verified":
                assert not found.roles & {"engineer", "manager"}
