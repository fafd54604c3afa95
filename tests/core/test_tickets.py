"""Every state × action × role of every ticket table, against a second statement of the rules written by hand.

A line reads ``action:ROLES>target``; without a target the state stays.  U unit, B buyer, M manager,
E engineer, S supervisor, A admin, D auditor, Y the worker itself.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from opsledger.core import tickets
from opsledger.core.errors import DomainError
from opsledger.core.sentences import SENTENCES
from opsledger.core.sla.model import KINDS
from opsledger.core.transitions import ROLES, Transition, build, rows

LETTERS = {
    "U": "unit",
    "B": "buyer",
    "M": "manager",
    "E": "engineer",
    "S": "supervisor",
    "A": "admin",
    "D": "auditor",
    "Y": "system",
}

# What may be put right about the report itself.
_PUT_RIGHT = "change_item:MBS amend:MEU"
_INTAKE = {
    "new": "report:UBMESY>reported",
    "returned": "complete:UBM>reported remind:UBS change_severity:MBS cancel:UB>cancelled merge:M>merged",
    "reported": """dispatch:MY>dispatched accept:E>working send_back:M>returned escalate:MEY remind:UBS
        change_severity:MBS cancel:UB>cancelled merge:M>merged""",
    "dispatched": """accept:E>working decline:E>reported reassign:ME>dispatched escalate:MEY remind:UBS
        change_severity:MBS cancel:UB>cancelled merge:M>merged""",
    "working": """reassign:ME>dispatched escalate:MEY remind:UBS suspend:EM>suspended resolve:EM>resolved
        change_severity:MBS correct_time:EM confirm_correction:U cancel:UB>cancelled merge:M>merged""",
    "suspended": """remind:UBS resume:EMUBSY>working change_severity:MBS correct_time:EM confirm_correction:U
        cancel:UB>cancelled merge:M>merged""",
    "resolved": """confirm:U>closed confirm_by_rule:Y>closed reopen:UBS>working change_severity:MBS
        correct_time:EM confirm_correction:U""",
    "closed": "rate:U reopen:UBS>working confirm_correction:U",
    "cancelled": "",
    "merged": "",
}


_LIVE = ("reported", "returned", "dispatched", "working", "suspended", "resolved")


def _with(**more: str) -> dict[str, str]:
    return {
        state: f"{_INTAKE.get(state, '')} {more.get(state, '')} {_PUT_RIGHT if state in _LIVE else ''}"
        for state in {**_INTAKE, **more}
    }


_CONVERT = "convert:ME>converted"
GRIDS = {
    "incident": _with(
        working="arrive:EM diagnose:EM mitigate:EM provide_spare:EM submit_report:EM",
        suspended="provide_spare:EM",
        resolved="submit_report:EM",
        closed="submit_report:EM",
    ),
    "request": _with(
        reported="ask_approval:M>approving",
        approving="approve:B>reported reject:B>rejected cancel:UB>cancelled",
        rejected="",
        working="arrive:EM",
    ),
    "question": _with(
        reported=f"answer_at_once:EM>resolved {_CONVERT}",
        dispatched=f"answer_at_once:EM>resolved {_CONVERT}",
        returned=_CONVERT,
        working=_CONVERT,
        suspended=_CONVERT,
        converted="",
    ),
    "change": {
        "new": "draft:ME>draft",
        "draft": """submit:ME>approving submit_standard:M>approved start_emergency:ME>implementing
            change_item:M amend:ME cancel:MB>cancelled""",
        "approving": """approve:B>approved send_back:BS>draft reject:B>rejected
            start_emergency:ME>implementing cancel:MB>cancelled""",
        "approved": """reschedule:M>approving start:EM>implementing start_emergency:ME>implementing
            cancel:MB>cancelled""",
        "implementing": "log_step:EM finish:EM>implemented roll_back:EM>rolled_back",
        "implemented": "roll_back:EM>rolled_back review:BS>closed",
        "rolled_back": "review:BS>closed",
        "closed": "",
        "rejected": "",
        "cancelled": "",
    },
    "problem": {
        "new": "log:MEBSY>logged",
        "logged": "assign:M>analysing link_incident:ME change_item:MBS amend:ME cancel:MB>cancelled",
        "analysing": """reassign:M link_incident:ME record_workaround:EM identify:EM>known_error
            change_item:MBS amend:ME cancel:MB>cancelled""",
        "known_error": """reassign:M link_incident:ME record_workaround:EM resolve:EM>resolved
            accept_risk:B>accepted_risk change_item:MBS amend:ME cancel:MB>cancelled""",
        "resolved": "link_incident:ME amend:ME close:BSM>closed reopen:BSM>analysing",
        "closed": "reopen:BSM>analysing",
        "accepted_risk": "reopen:BSM>analysing",
        "cancelled": "",
    },
}
CLOCKS = {
    "report": "start",
    "suspend": "pause",
    "resume": "resume",
    "resolve": "stop",
    "answer_at_once": "stop",
    "reopen": "start",
    "cancel": "stop",
    "merge": "stop",
    "convert": "stop",
    "reject": "stop",
}
EVENTS = {
    "report": ("reported",),
    "accept": ("accepted",),
    "arrive": ("arrived",),
    "diagnose": ("diagnosed",),
    "mitigate": ("mitigated",),
    "provide_spare": ("spare_delivered",),
    "submit_report": ("report_delivered",),
    "suspend": ("suspended",),
    "resume": ("resumed",),
    "resolve": ("resolved",),
    "answer_at_once": ("accepted", "resolved"),
    "reopen": ("reopened",),
    "cancel": ("cancelled",),
    "merge": ("cancelled",),
    "convert": ("cancelled",),
    "reject": ("cancelled",),
    "change_severity": ("severity_changed",),
    "change_item": ("item_changed",),
    "correct_time": ("corrected",),
}
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
FACTS = {
    "at": AT,
    "now": AT,
    "reported_at": AT - timedelta(hours=3),
    "item": 7,
    "summary": "门户打不开",
    "title": "门户打不开",
    "assignee": 12,
    "reason": "customer",
    "allowed_reasons": {"customer": "等待服务单位配合"},
    "waiting_for": "信息科演示甲",
    "cause": "磁盘写满",
    "solution": "清理日志并扩容",
    "answer": "见操作手册第三章",
    "measure": "切到备机",
    "level": "二线",
    "severity": "二级",
    "allowed_severities": ["一级", "二级"],
    "rating": 5,
    "into": 31,
    "attachment": "a1",
    "part": 3,
    "event": "arrived",
    "correctable_events": ["arrived"],
    "happened_at": AT - timedelta(hours=1),
    "correction": 4,
    "subject": "修改客户数据",
    "approver": 2,
    "risk": "低",
    "steps": "一、备份",
    "rollback": "还原快照",
    "tests": "登录验证",
    "window_begin": AT - timedelta(hours=1),
    "window_end": AT + timedelta(hours=1),
    "template": 1,
    "consented_by": 2,
    "note": "已备份",
    "outcome": "完成",
    "test_result": "通过",
    "conclusion": "符合",
    "incident": 9,
    "workaround": "每日重启",
    "root_cause": "连接泄漏",
}


def expected(kind: str, state: str) -> dict[str, tuple[set[str], str]]:
    found = {}
    for cell in GRIDS[kind][state].split():
        action, _, rest = cell.partition(":")
        letters, _, target = rest.partition(">")
        found[action] = ({LETTERS[letter] for letter in letters}, target or state)
    return found


def told(error: DomainError) -> str:
    return SENTENCES[error.code].format(**error.facts)


@pytest.mark.parametrize("kind", GRIDS)
def test_every_state_action_and_role(kind: str) -> None:
    table = tickets.table(kind)
    assert set(table.states) == set(GRIDS[kind])
    walked = 0
    for state in table.states:
        due = expected(kind, state)
        assert due.keys() <= table.actions.keys()
        for role in ROLES:
            offered = {found.action for found in tickets.allowed(kind, state, [role])}
            assert offered == {action for action, (roles, _) in due.items() if role in roles}
            for action in table.actions:
                walked += 1
                refused = tickets.why_not(kind, state, action, [role])
                if action in offered:
                    assert refused is None
                    taken = tickets.step(kind, state, action, [role], FACTS)
                    assert (taken.source, taken.action, taken.target) == (state, action, due[action][1])
                    continue
                assert refused is not None
                reason = "not_your_role" if action in due else "not_in_this_state"
                assert refused.code == f"transitions.{reason}"
                assert told(refused)
                with pytest.raises(DomainError) as raised:
                    tickets.step(kind, state, action, [role], FACTS)
                assert raised.value.code == refused.code
    assert walked == len(table.states) * len(ROLES) * len(table.actions)


@pytest.mark.parametrize("kind", ["incident", "request", "question"])
def test_events_and_clocks_of_service_tickets(kind: str) -> None:
    for found in tickets.table(kind).transitions:
        assert found.events == EVENTS.get(found.action, ())
        assert found.clock == CLOCKS.get(found.action, "")
        assert set(found.events) <= KINDS


@pytest.mark.parametrize("kind", GRIDS)
def test_each_state_is_reached_and_each_open_one_can_end(kind: str) -> None:
    table = tickets.table(kind)
    onward = {state: {t.target for t in table.transitions if t.source == state} for state in table.states}

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            state = todo.pop()
            if state not in seen:
                seen.add(state)
                todo += onward[state]
        return seen

    assert reach(tickets.NEW) == set(table.states)
    assert all(reach(state) & table.over for state in table.states)
    # What is over is left again only by reopening.
    for found in table.transitions:
        assert found.source not in table.over or found.stays or found.action == "reopen"


@pytest.mark.parametrize("kind", GRIDS)
def test_the_record_belongs_to_neither_admin_nor_auditor(kind: str) -> None:
    assert not any(t.roles & {"admin", "auditor"} for t in tickets.table(kind).transitions)


@pytest.mark.parametrize("kind", ["incident", "request", "question"])
def test_the_provider_has_no_way_to_stop_a_clock_by_cancelling(kind: str) -> None:
    for found in tickets.table(kind).transitions:
        if found.target in ("cancelled", "closed") and not found.stays:
            assert not found.roles & {"manager", "engineer"}


@pytest.mark.parametrize("kind", ["incident", "request", "question"])
def test_an_engineer_alone_never_brings_other_limits(kind: str) -> None:
    for found in tickets.table(kind).transitions:
        if found.action in ("change_item", "change_severity"):
            assert "engineer" not in found.roles
            assert found.stays


def test_an_item_without_levels_asks_for_none() -> None:
    facts = {**FACTS, "severity": None, "allowed_severities": [], "severity_asked": False}
    assert tickets.step("incident", "working", "change_item", ["manager"], facts).events == ("item_changed",)


def test_two_roles_of_one_person_add_up() -> None:
    both = {t.action for t in tickets.allowed("incident", "reported", ["manager", "unit"])}
    one, other = (
        {t.action for t in tickets.allowed("incident", "reported", [role])} for role in ("manager", "unit")
    )
    assert both == one | other


def test_what_is_done_once_is_not_offered_again() -> None:
    offered = [t.action for t in tickets.allowed("incident", "working", ["engineer"], done=["arrive"])]
    assert "arrive" not in offered
    assert "diagnose" in offered
    refused = tickets.why_not("incident", "working", "arrive", ["engineer"], done=["arrive"])
    assert refused is not None
    assert refused.code == "transitions.already_done"
    assert told(refused)


@pytest.mark.parametrize(
    ("kind", "state", "action", "role", "changed", "code", "fact"),
    [
        ("incident", "reported", "dispatch", "manager", {"assignee": None}, "fact_missing", "assignee"),
        ("incident", "working", "resolve", "engineer", {"cause": "  "}, "fact_missing", "cause"),
        ("incident", "working", "resolve", "engineer", {"solution": ""}, "fact_missing", "solution"),
        ("incident", "working", "resolve", "engineer", {"solution": 5}, "bad_fact", "solution"),
        ("incident", "working", "suspend", "engineer", {"reason": None}, "fact_missing", "reason"),
        ("incident", "working", "suspend", "engineer", {"reason": "lunch"}, "choice_not_allowed", "reason"),
        (
            "incident",
            "working",
            "suspend",
            "engineer",
            {"reason": ["customer"]},
            "choice_not_allowed",
            "reason",
        ),
        (
            "incident",
            "working",
            "suspend",
            "engineer",
            {"allowed_reasons": []},
            "choice_not_allowed",
            "reason",
        ),
        ("incident", "working", "suspend", "engineer", {"waiting_for": ""}, "fact_missing", "waiting_for"),
        (
            "incident",
            "working",
            "suspend",
            "engineer",
            {"approval_required": True},
            "fact_missing",
            "approved_by",
        ),
        ("incident", "working", "change_item", "manager", {"item": None}, "fact_missing", "item"),
        ("incident", "working", "change_item", "manager", {"reason": " "}, "fact_missing", "reason"),
        (
            "incident",
            "working",
            "change_item",
            "manager",
            {"severity": "甲", "severity_asked": True},
            "choice_not_allowed",
            "severity",
        ),
        (
            "question",
            "resolved",
            "change_item",
            "buyer",
            {"severity": "", "severity_asked": True},
            "fact_missing",
            "severity",
        ),
        ("request", "reported", "amend", "unit", {"title": " "}, "fact_missing", "title"),
        ("incident", "resolved", "confirm", "unit", {"rating": 6}, "bad_rating", "rating"),
        ("incident", "resolved", "confirm", "unit", {"rating": 0}, "bad_rating", "rating"),
        ("incident", "resolved", "confirm", "unit", {"rating": True}, "bad_rating", "rating"),
        ("incident", "resolved", "confirm", "unit", {"rating": "5"}, "bad_rating", "rating"),
        ("incident", "closed", "reopen", "unit", {"reason": None}, "fact_missing", "reason"),
        ("incident", "closed", "reopen", "unit", {"reopen_until": AT - timedelta(1)}, "too_late", "at"),
        ("incident", "working", "arrive", "engineer", {"at": AT - timedelta(1)}, "too_early", "at"),
        ("incident", "working", "arrive", "engineer", {"at": AT + timedelta(1)}, "too_late", "at"),
        ("incident", "working", "arrive", "engineer", {"at": datetime(2026, 11, 20)}, "bad_fact", "at"),
        (
            "incident",
            "working",
            "change_severity",
            "manager",
            {"severity": "五级"},
            "choice_not_allowed",
            "severity",
        ),
        (
            "incident",
            "working",
            "correct_time",
            "engineer",
            {"event": "resolved"},
            "choice_not_allowed",
            "event",
        ),
        ("change", "draft", "submit", "manager", {"rollback": ""}, "fact_missing", "rollback"),
        (
            "change",
            "draft",
            "submit",
            "manager",
            {"window_end": AT - timedelta(1)},
            "too_early",
            "window_end",
        ),
        ("change", "approved", "start", "engineer", {"at": AT + timedelta(1)}, "too_late", "at"),
        ("change", "implemented", "review", "buyer", {"emergency": True}, "fact_missing", "ratified_by"),
    ],
)
def test_facts_are_asked_for_by_name(
    kind: str, state: str, action: str, role: str, changed: dict[str, object], code: str, fact: str
) -> None:
    with pytest.raises(DomainError) as refused:
        tickets.step(kind, state, action, [role], {**FACTS, **changed})
    assert refused.value.code == f"transitions.{code}"
    assert refused.value.facts["fact"] == fact
    assert told(refused.value)


@pytest.mark.parametrize(
    ("kind", "state", "action", "role", "facts"),
    [
        ("incident", "resolved", "confirm", "unit", {}),
        ("incident", "working", "suspend", "engineer", {"reason": "agreed", "allowed_reasons": ["agreed"]}),
        (
            "incident",
            "working",
            "suspend",
            "engineer",
            {"reason": "agreed", "allowed_reasons": ["agreed"], "approval_required": True, "approved_by": 2},
        ),
        ("incident", "closed", "reopen", "unit", {"reason": "又打不开了", "at": AT, "reopen_until": AT}),
        ("change", "approved", "start", "engineer", {"at": AT, "window_begin": AT, "window_end": AT}),
        ("change", "implemented", "review", "buyer", {"conclusion": "符合", "emergency": False}),
    ],
)
def test_enough_is_enough(kind: str, state: str, action: str, role: str, facts: dict[str, object]) -> None:
    assert tickets.step(kind, state, action, [role], facts).action == action


def test_a_form_hears_of_all_its_gaps_at_once() -> None:
    table = tickets.table("change")
    submit = table.find("draft", "submit")
    assert submit is not None
    names = [error.facts["fact"] for error in table.unmet(submit, {"risk": "低"})]
    assert names == ["steps", "rollback", "tests", "window_begin", "window_end"]


def test_a_stale_page_hears_what_can_be_done_instead() -> None:
    refused = tickets.why_not("incident", "closed", "confirm", ["unit"])
    assert refused is not None
    assert told(refused) == (
        "事件工单现在是“已关闭”，不能确认。您现在可以做的是：评价、重开、认可更正。页面可能已过期，请刷新后再试。"
    )


@pytest.mark.parametrize(
    ("kind", "state", "action", "code"),
    [
        ("wish", "new", "report", "tickets.unknown_kind"),
        ("incident", "asleep", "report", "transitions.unknown_state"),
        ("incident", "new", "sing", "transitions.unknown_action"),
    ],
)
def test_unknown_words_are_refused(kind: str, state: str, action: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        tickets.why_not(kind, state, action, ["unit"])
    assert refused.value.code == code
    assert told(refused.value)


@pytest.mark.parametrize(
    "lines",
    [
        [rows("go", "去", "new > nowhere", "unit")],
        [rows("go", "去", "new > there", "king")],
        [rows("go", "去", "new > there", "")],
        [rows("go", "去", "new > there", "unit"), rows("go", "去", "new > there", "buyer")],
    ],
)
def test_a_table_with_a_mistake_does_not_load(lines: list[list[Transition]]) -> None:
    with pytest.raises(DomainError) as refused:
        build("trip", "旅行", {"there": "到了"}, "there", lines)
    assert refused.value.code == "transitions.bad_table"
    assert told(refused.value)


def test_the_diagram_draws_every_transition_once() -> None:
    for kind in tickets.KINDS:
        table, drawn = tickets.table(kind), tickets.diagram(kind)
        assert drawn.startswith("stateDiagram-v2\n")
        arrows = [line.strip() for line in drawn.splitlines() if "-->" in line and ": " in line]
        labels = [
            (line.split(": ")[0], label) for line in arrows for label in line.split(": ")[1].split(" / ")
        ]
        ways = [
            (f"{'[*]' if t.source == tickets.NEW else t.source} --> {t.target}", t.label)
            for t in table.transitions
        ]
        assert sorted(labels) == sorted(ways)
