"""Reading the desk: lists and single tickets for an actor, figures for the rooms above."""

from opsledger.apps.desk.selectors.attention import FINAL_STATES, at_risk, unassigned
from opsledger.apps.desk.selectors.figures import (
    TimerRow,
    open_counts,
    recent_breaches,
    satisfaction,
    sla_rate,
    timer_outcomes,
)
from opsledger.apps.desk.selectors.lists import (
    due_first,
    engineers_with_load,
    events_of,
    levels_by_item,
    mails_of,
    my_channels,
    my_work,
    report_code,
    reportable_items,
    saved_filters,
    scopes_of,
    severity_words,
    story_of,
    ticket_for,
    tickets_for,
)
from opsledger.apps.desk.selectors.related import (
    approvals_of,
    is_watching,
    links_of,
    planned_changes,
    rule_hits_of,
)
from opsledger.apps.desk.selectors.rosters import on_duty

__all__ = [
    "FINAL_STATES",
    "TimerRow",
    "approvals_of",
    "at_risk",
    "due_first",
    "engineers_with_load",
    "events_of",
    "is_watching",
    "levels_by_item",
    "links_of",
    "mails_of",
    "my_channels",
    "my_work",
    "on_duty",
    "open_counts",
    "planned_changes",
    "recent_breaches",
    "report_code",
    "reportable_items",
    "rule_hits_of",
    "satisfaction",
    "saved_filters",
    "scopes_of",
    "severity_words",
    "sla_rate",
    "story_of",
    "ticket_for",
    "tickets_for",
    "timer_outcomes",
    "unassigned",
]
