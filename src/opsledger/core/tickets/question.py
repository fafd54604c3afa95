"""Questions (咨询): an answer is the whole service, and may be given at once by whoever knows it."""

from __future__ import annotations

from opsledger.core.tickets import facts
from opsledger.core.tickets.incident import STATES as INCIDENT_STATES
from opsledger.core.tickets.incident import UNDER_WAY, ending, intake, pause, record
from opsledger.core.transitions import Table, build, rows

STATES = {**INCIDENT_STATES, "converted": "已转单"}

TABLE: Table = build(
    "question",
    "咨询",
    STATES,
    "closed cancelled merged converted",
    [
        *intake("提问"),
        # Whoever answers on the spot has responded and resolved in one breath, and both clocks must know.
        rows(
            "answer_at_once",
            "直接答复",
            "reported dispatched > resolved",
            "engineer manager",
            (facts.ANSWER, facts.AT),
            "accepted resolved",
            "stop",
        ),
        *pause(),
        rows(
            "resolve",
            "答复",
            "working > resolved",
            "engineer manager",
            (facts.ANSWER, facts.AT),
            "resolved",
            "stop",
        ),
        rows(
            "convert",
            "转为事件或请求",
            f"{UNDER_WAY} > converted",
            "manager engineer",
            (facts.INTO,),
            "cancelled",
            "stop",
        ),
        *ending(),
        *record(),
    ],
)
