"""How an assessment moves: one table for buttons, services and tests."""

from __future__ import annotations

from collections.abc import Mapping

from opsledger.core.errors import DomainError

STATES: Mapping[str, str] = {
    "draft": "草稿",
    "issued": "已签发",
    "objected": "有异议",
    "signed": "已签署",
}
TONES: Mapping[str, str] = {"draft": "idle", "issued": "waiting", "objected": "gap", "signed": "ok"}

ACTIONS: Mapping[str, str] = {
    "fill": "补充登记",
    "exclude": "申请免责",
    "issue": "签发",
    "object": "提出异议",
    "decide": "裁定异议",
    "recall": "撤回",
    "sign": "签署",
    "correct": "更正",
}

# (state, action) -> state; an act that is not here is refused.  `decide` leads back to issued with the
# last open objection, `sign` to signed with the last signature needed: the services say when.
TABLE: Mapping[tuple[str, str], str] = {
    ("draft", "fill"): "draft",
    ("draft", "exclude"): "draft",
    ("draft", "issue"): "issued",
    ("issued", "exclude"): "issued",
    ("issued", "object"): "objected",
    ("issued", "recall"): "draft",
    ("issued", "sign"): "signed",
    ("objected", "exclude"): "objected",
    ("objected", "object"): "objected",
    ("objected", "decide"): "issued",
    ("objected", "recall"): "draft",
    ("signed", "correct"): "draft",
}


def after(state: str, action: str) -> str:
    """The state that the action leads to; raises ``assessment.not_now``."""
    if (state, action) not in TABLE:
        raise DomainError("assessment.not_now", action=ACTIONS[action], state=STATES[state])
    return TABLE[state, action]


def allows(state: str, action: str) -> bool:
    """Whether the action is possible in the state."""
    return (state, action) in TABLE
