"""Use cases of the desk, one for each verb of the tables."""

from opsledger.apps.desk.services.amending import (
    amend,
)
from opsledger.apps.desk.services.analysis import (
    sweep_reports,
)
from opsledger.apps.desk.services.approving import ACTS as APPROVED_ACTS
from opsledger.apps.desk.services.approving import (
    StepPlan,
    answer,
    ask_approval,
    expire_due,
    waiting_for,
)
from opsledger.apps.desk.services.calls import (
    note_call,
)
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
from opsledger.apps.desk.services.confirming import (
    call_back,
    sweep_unconfirmed,
)
from opsledger.apps.desk.services.consents import (
    declare,
    emergency,
    must_have_consent,
)
from opsledger.apps.desk.services.escalating import (
    escalate,
)
from opsledger.apps.desk.services.family import (
    Part,
    new_child,
    resolve_children,
    tell_children,
)
from opsledger.apps.desk.services.joining import (
    join_call,
    me_too,
)
from opsledger.apps.desk.services.knowing import (
    move_article,
    use_article,
    vote,
    write_article,
)
from opsledger.apps.desk.services.ladders import (
    add_step,
    remove_step,
)
from opsledger.apps.desk.services.linking import (
    convert,
    link,
    merge,
    split,
    unlink,
)
from opsledger.apps.desk.services.moving import (
    change_item,
)
from opsledger.apps.desk.services.notes import (
    add_note,
    attach,
)
from opsledger.apps.desk.services.outbox import (
    send_due,
)
from opsledger.apps.desk.services.planning import (
    draft_plan,
)
from opsledger.apps.desk.services.reminders import (
    cancel_reminder,
    moments_for,
    set_reminder,
    sweep_reminders,
)
from opsledger.apps.desk.services.report_templates import (
    add_report_template,
    change_report_template,
    move_report_template,
    restore_report_template,
    switch_off_report_template,
)
from opsledger.apps.desk.services.reporting import (
    report_ticket,
)
from opsledger.apps.desk.services.rosters import (
    answer_swap,
    ask_swap,
    set_shift,
)
from opsledger.apps.desk.services.rules import (
    suggestions,
)
from opsledger.apps.desk.services.tabled import (
    known_facts,
    table_act,
)
from opsledger.apps.desk.services.tags import (
    add_tags,
    drop_tag,
    set_tags,
)
from opsledger.apps.desk.services.tasks import (
    add_tasks,
    change_task,
    finish_task,
    move_task,
    reopen_task,
    withdraw_task,
)
from opsledger.apps.desk.services.times import (
    confirm_time,
    correct_time,
    correctable,
    refuse_time,
)
from opsledger.apps.desk.services.timing import (
    refresh_timers,
    sweep_due,
)
from opsledger.apps.desk.services.work import (
    enter_work,
    withdraw_work,
)
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
    "APPROVED_ACTS",
    "Part",
    "StepPlan",
    "accept",
    "add_note",
    "add_report_template",
    "add_step",
    "add_tags",
    "add_tasks",
    "amend",
    "answer",
    "answer_swap",
    "arrive",
    "ask_approval",
    "ask_swap",
    "attach",
    "call_back",
    "cancel_reminder",
    "change_item",
    "change_report_template",
    "change_severity",
    "change_task",
    "complete",
    "confirm",
    "confirm_by_rule",
    "confirm_time",
    "convert",
    "correct_time",
    "correctable",
    "declare",
    "decline",
    "diagnose",
    "dispatch",
    "draft_plan",
    "drop_tag",
    "emergency",
    "enter_work",
    "escalate",
    "expire_due",
    "finish_task",
    "join_call",
    "known_facts",
    "link",
    "me_too",
    "merge",
    "mitigate",
    "moments_for",
    "move_article",
    "move_report_template",
    "move_task",
    "must_have_consent",
    "new_child",
    "note_call",
    "provide_spare",
    "rate",
    "reassign",
    "refresh_timers",
    "refuse_time",
    "remind",
    "remove_step",
    "reopen",
    "reopen_task",
    "report_ticket",
    "resolve",
    "resolve_children",
    "restore_report_template",
    "resume",
    "send_back",
    "send_due",
    "set_reminder",
    "set_shift",
    "set_tags",
    "split",
    "submit_report",
    "suggestions",
    "suspend",
    "sweep_due",
    "sweep_reminders",
    "sweep_reports",
    "sweep_unconfirmed",
    "switch_off_report_template",
    "table_act",
    "tell_children",
    "unlink",
    "use_article",
    "vote",
    "waiting_for",
    "withdraw",
    "withdraw_task",
    "withdraw_work",
    "write_article",
]
