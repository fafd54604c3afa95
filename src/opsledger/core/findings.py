"""Findings (隐患): what a round or a scan turned up, until someone other than the mender has checked it."""

from __future__ import annotations

from datetime import datetime

from opsledger.core.errors import DomainError
from opsledger.core.needs import Need
from opsledger.core.transitions import Table, build, rows

STATES = {
    "found": "待处置",
    "ticketed": "已转工单",
    "remediating": "整改中",
    "fixed": "待复核",
    "verified": "已销项",
    "returned": "复核未通过",
    "accepted_risk": "接受风险",
    "dismissed": "误报",
}
_REASON = Need("reason", "理由")
_DUE = Need("due_at", "整改期限", "moment", not_before="now")

TABLE: Table = build(
    "finding",
    "隐患",
    STATES,
    "verified accepted_risk dismissed",
    [
        rows(
            "record",
            "登记",
            "new > found",
            "engineer manager supervisor unit buyer system",
            (Need("item", "服务项", "reference"), Need("summary", "情况描述")),
            "finding_recorded",
        ),
        rows(
            "make_ticket",
            "转工单",
            "found returned > ticketed",
            "engineer manager",
            (Need("into", "目标工单", "reference"),),
            "finding_ticketed",
        ),
        rows(
            "remediate",
            "安排整改",
            "found returned > remediating",
            "manager supervisor buyer",
            (Need("assignee", "整改人", "reference"), _DUE),
            "remediation_ordered",
        ),
        # More time is the buyer's to give, never the mender's to take.
        rows(
            "extend",
            "延期",
            "remediating ticketed returned > .",
            "buyer supervisor",
            (_DUE, _REASON),
            "remediation_extended",
        ),
        rows(
            "fix",
            "整改完成",
            "ticketed remediating returned > fixed",
            "engineer manager system",
            (
                Need("measure", "整改措施"),
                Need("evidence", "佐证", "reference", only_if="evidence_required"),
            ),
            "finding_fixed",
        ),
        rows(
            "verify",
            "复核通过",
            "fixed > verified",
            "supervisor buyer unit",
            (Need("retest", "复测记录", "reference", only_if="retest_required"),),
            "finding_verified",
        ),
        rows(
            "return",
            "复核不通过",
            "fixed > returned",
            "supervisor buyer unit",
            (_REASON,),
            "finding_returned",
        ),
        rows(
            "accept_risk",
            "接受风险",
            "found ticketed remediating returned > accepted_risk",
            "buyer",
            (_REASON,),
            "risk_accepted",
        ),
        rows("dismiss", "判为误报", "found > dismissed", "supervisor buyer", (_REASON,), "finding_dismissed"),
        rows(
            "reopen",
            "重新登记",
            "verified accepted_risk dismissed > found",
            "supervisor buyer unit system",
            (_REASON,),
            "finding_reopened",
        ),
    ],
)


def is_overdue(state: str, *, due_at: datetime | None, fixed_at: datetime | None, at: datetime) -> bool:
    """Whether the mending of a finding is late at `at`.

    While it waits for its check, or has passed it, the moment of the fix counts (`fixed_at`, of the fix that
    stands); else the moment of asking.  Without a due moment, or where the risk was accepted or the finding
    dismissed, nothing is late.  Raises ``occurrences.naive_moment`` and ``transitions.unknown_state``.
    """
    if state not in TABLE.states:
        raise DomainError("transitions.unknown_state", noun=TABLE.noun, state=state)
    for name, moment in {"due_at": due_at, "fixed_at": fixed_at, "at": at}.items():
        if moment is not None and moment.utcoffset() is None:
            raise DomainError("occurrences.naive_moment", name=name, found=moment.isoformat())
    if due_at is None or state in ("accepted_risk", "dismissed"):
        return False
    if state in ("fixed", "verified"):
        return fixed_at is None or fixed_at > due_at
    return at > due_at
