"""Use cases of the desk, one for each verb of the tables."""

from opsledger.apps.desk.services.closing import (
    change_severity,
    complete,
    confirm,
    confirm_by_rule,
    rate,
    remind,
    reopen,
    withdraw,
)
from opsledger.apps.desk.services.notes import add_note, attach
from opsledger.apps.desk.services.reporting import report_ticket
from opsledger.apps.desk.services.timing import refresh_timers, sweep_due
from opsledger.apps.desk.services.working import (
    accept,
    arrive,
    decline,
    diagnose,
    dispatch,
    mitigate,
    provide_spare,
    reassign,
    resolve,
    resume,
    send_back,
    submit_report,
    suspend,
)

__all__ = [
    "accept",
    "add_note",
    "arrive",
    "attach",
    "change_severity",
    "complete",
    "confirm",
    "confirm_by_rule",
    "decline",
    "diagnose",
    "dispatch",
    "mitigate",
    "provide_spare",
    "rate",
    "reassign",
    "refresh_timers",
    "remind",
    "reopen",
    "report_ticket",
    "resolve",
    "resume",
    "send_back",
    "submit_report",
    "suspend",
    "sweep_due",
    "withdraw",
]
