"""Occurrences (履约任务): one due window of a recurring obligation, from the plan to the verified proof.

Whether one was fulfilled, late or missed is never stored: `outcome` derives it from the state, the due moment
and the moment of asking, so that nobody has to open a page for a missed one to be missed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from opsledger.core.errors import DomainError
from opsledger.core.needs import Need
from opsledger.core.transitions import Table, build, rows

STATES = {
    "planned": "未到期",
    "open": "待履行",
    "under_way": "执行中",
    "submitted": "待复核",
    "verified": "已复核",
    "returned": "已退回",
    "waived": "已豁免",
    "cancelled": "已取消",
}
OUTCOMES: Mapping[str, str] = {
    "upcoming": "未到期",
    "due": "待履行",
    "fulfilled": "按期完成",
    "late": "逾期完成",
    "missed": "未完成",
    "waived": "已豁免",
    "cancelled": "已取消",
}
"""What became of an occurrence, in the words of the matrix."""

_REASON = Need("reason", "理由")
_OPEN = "planned open under_way returned"

TABLE: Table = build(
    "occurrence",
    "履约任务",
    STATES,
    "verified waived cancelled",
    [
        rows("plan", "列入计划", "new > planned", "system manager"),
        rows("assign", "派给", f"{_OPEN} > .", "manager", (Need("assignee", "执行人", "reference"),)),
        # Inside its window the day is the provider's to choose; beyond it would be another promise.
        rows(
            "reschedule",
            "改期",
            "planned open > .",
            "manager engineer",
            (Need("planned_at", "计划时间", "moment", not_before="begins_at", not_after="due_at"),),
            "rescheduled",
        ),
        rows("open", "到期开始", "planned > open", "system", (), "opened"),
        rows("start", "开始执行", "open > under_way", "engineer manager", (), "started"),
        rows(
            "submit",
            "提交",
            "open under_way returned > submitted",
            "engineer manager",
            (
                Need("note", "完成情况"),
                Need("evidence", "佐证", "reference", only_if="evidence_required"),
                Need("at", "完成时间", "moment", optional=True, not_before="begins_at", not_after="now"),
            ),
            "submitted",
        ),
        rows("withdraw", "撤回", "submitted > under_way", "engineer manager", (), "withdrawn"),
        rows("sign", "签字", "submitted > .", "unit", (), "signed", once=True),
        rows(
            "verify",
            "复核通过",
            "submitted > verified",
            "supervisor buyer",
            (Need("signature", "服务单位签字", "reference", only_if="signature_required"),),
            "verified",
        ),
        rows("verify_by_rule", "到期自动复核", "submitted > verified", "system", (), "verified"),
        rows("return", "退回", "submitted verified > returned", "supervisor buyer", (_REASON,), "returned"),
        rows("ask_waiver", "申请豁免", f"{_OPEN} > .", "manager engineer", (_REASON,), "waiver_asked"),
        rows("waive", "豁免", f"{_OPEN} > waived", "buyer", (_REASON,), "waived"),
        rows("cancel", "取消", "planned open > cancelled", "buyer system", (_REASON,), "cancelled"),
    ],
)


def outcome(
    state: str,
    *,
    begins_at: datetime,
    due_at: datetime,
    submitted_at: datetime | None = None,
    at: datetime,
) -> str:
    """What became of an occurrence at `at`: a key of `OUTCOMES`.

    `submitted_at` is the moment of the submission that stands; one that was returned or withdrawn does not.
    A submission at the due moment itself is in time, as with every limit.  Until it stands, the occurrence is
    ``upcoming`` before its window, ``due`` up to the due moment, and ``missed`` from then on, even though it
    may still be made up and then is ``late``.
    Raises ``occurrences.naive_moment``, ``occurrences.window_backwards``, ``occurrences.no_submission`` (a
    submitted state without its moment) and ``transitions.unknown_state``.
    """
    moments = {"begins_at": begins_at, "due_at": due_at, "submitted_at": submitted_at, "at": at}
    for name, moment in moments.items():
        if moment is not None and moment.utcoffset() is None:
            raise DomainError("occurrences.naive_moment", name=name, found=moment.isoformat())
    if due_at < begins_at:
        raise DomainError("occurrences.window_backwards", begins_at=begins_at, due_at=due_at)
    if state not in TABLE.states:
        raise DomainError("transitions.unknown_state", noun=TABLE.noun, state=state)
    if state in ("waived", "cancelled"):
        return state
    if state in ("submitted", "verified"):
        if submitted_at is None:
            raise DomainError("occurrences.no_submission", state=STATES[state])
        return "fulfilled" if submitted_at <= due_at else "late"
    if at < begins_at:
        return "upcoming"
    return "due" if at <= due_at else "missed"
