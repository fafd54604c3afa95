"""Use cases on occurrences: plan them, fulfil, check, waive, move; and what the worker does at due moments."""

from opsledger.apps.duties.services.acting import (
    Submission,
    ask_waiver,
    assign_occurrence,
    cancel_occurrence,
    reschedule_occurrence,
    return_occurrence,
    start_occurrence,
    submit_occurrence,
    verify_occurrence,
    waive_occurrence,
    withdraw_occurrence,
)
from opsledger.apps.duties.services.findings import (
    close_finding,
    extend_finding,
    fix_finding,
    make_ticket,
    order_remediation,
    record_finding,
    return_finding,
    stamp_overdue,
    verify_finding,
)
from opsledger.apps.duties.services.finishing import finish_round
from opsledger.apps.duties.services.hours import set_minutes
from opsledger.apps.duties.services.importing import take_workbook
from opsledger.apps.duties.services.moving import move_occurrence
from opsledger.apps.duties.services.photos import add_photo
from opsledger.apps.duties.services.planning import plan_contract, plan_obligation
from opsledger.apps.duties.services.questions import answer_question
from opsledger.apps.duties.services.quota_tickets import correct_draw, decide_extra, set_rule
from opsledger.apps.duties.services.quotas import draw_quota
from opsledger.apps.duties.services.replacing import (
    decide_replacement,
    demand_on,
    expire_replacements,
    request_replacement,
    speaks_for,
)
from opsledger.apps.duties.services.rounds import agree_places, order_stops, start_round, takes_places
from opsledger.apps.duties.services.sampling import draw_sample, verify_sampled
from opsledger.apps.duties.services.signing import sign_occurrence
from opsledger.apps.duties.services.staff import (
    add_member,
    check_in,
    record_leave,
)
from opsledger.apps.duties.services.staff_care import CHANGEABLE, change_member, miss_people, remind_staff
from opsledger.apps.duties.services.sweeping import accept_unopposed, open_due, stamp_missed
from opsledger.apps.duties.services.syncing import save_answers
from opsledger.apps.duties.services.templates import retire_template, save_template
from opsledger.apps.duties.services.workbook import read_workbook

__all__ = [
    "CHANGEABLE",
    "Submission",
    "accept_unopposed",
    "add_member",
    "add_photo",
    "agree_places",
    "answer_question",
    "ask_waiver",
    "assign_occurrence",
    "cancel_occurrence",
    "change_member",
    "check_in",
    "close_finding",
    "correct_draw",
    "decide_extra",
    "decide_replacement",
    "demand_on",
    "draw_quota",
    "draw_sample",
    "expire_replacements",
    "extend_finding",
    "finish_round",
    "fix_finding",
    "make_ticket",
    "miss_people",
    "move_occurrence",
    "open_due",
    "order_remediation",
    "order_stops",
    "plan_contract",
    "plan_obligation",
    "read_workbook",
    "record_finding",
    "record_leave",
    "remind_staff",
    "request_replacement",
    "reschedule_occurrence",
    "retire_template",
    "return_finding",
    "return_occurrence",
    "save_answers",
    "save_template",
    "set_minutes",
    "set_rule",
    "sign_occurrence",
    "speaks_for",
    "stamp_missed",
    "stamp_overdue",
    "start_occurrence",
    "start_round",
    "submit_occurrence",
    "take_workbook",
    "takes_places",
    "verify_finding",
    "verify_occurrence",
    "verify_sampled",
    "waive_occurrence",
    "withdraw_occurrence",
]
