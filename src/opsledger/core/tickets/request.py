"""Service requests (服务请求): something wanted that is not broken; some need the buyer's consent first."""

from __future__ import annotations

from opsledger.core.needs import Need
from opsledger.core.tickets import facts
from opsledger.core.tickets.incident import STATES as INCIDENT_STATES
from opsledger.core.tickets.incident import ending, intake, pause, record
from opsledger.core.transitions import Table, build, rows

STATES = {
    "reported": "待派单",
    "approving": "待批准",
    **{state: word for state, word in INCIDENT_STATES.items() if state != "reported"},
    "rejected": "未批准",
}

TABLE: Table = build(
    "request",
    "服务请求",
    STATES,
    "closed cancelled merged rejected",
    [
        *intake("申请"),
        # The clocks go on while the buyer decides; the decision's own moments are on record for the dispute.
        rows(
            "ask_approval",
            "提请批准",
            "reported > approving",
            "manager",
            (Need("subject", "批准事项"), Need("approver", "批准人", "reference")),
            once=True,
        ),
        rows("approve", "批准", "approving > reported", "buyer"),
        rows("reject", "不予批准", "approving > rejected", "buyer", (facts.REASON,), "cancelled", "stop"),
        rows("cancel", "撤销", "approving > cancelled", "unit buyer", (facts.REASON,), "cancelled", "stop"),
        rows("arrive", "到场", "working > .", "engineer manager", (facts.AT,), "arrived", once=True),
        *pause(),
        rows(
            "resolve",
            "办结",
            "working > resolved",
            "engineer manager",
            (facts.SOLUTION, facts.AT),
            "resolved",
            "stop",
        ),
        *ending(),
        *record(),
    ],
)
