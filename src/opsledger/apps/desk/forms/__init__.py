"""Forms of the desk: the report, one for each act, and those of rooms beside the ticket."""

from __future__ import annotations

from typing import Any

from opsledger.apps.desk.forms.acts import ACT_FORMS, ActForm, NoteForm, RateForm
from opsledger.apps.desk.forms.consents import AskApprovalForm, EmergencyForm, TouchesForm
from opsledger.apps.desk.forms.more import (
    CallBackForm,
    ConvertForm,
    CorrectForm,
    EscalateForm,
    LinkForm,
    MergeForm,
    NeedsForm,
    PlanForm,
    SplitForm,
)
from opsledger.apps.desk.forms.put_right import AmendForm, MoveForm
from opsledger.apps.desk.forms.report import ReportForm
from opsledger.apps.desk.models import Ticket

_FORMS: dict[str, type[ActForm]] = {
    **ACT_FORMS,
    "merge": MergeForm,
    "convert": ConvertForm,
    "escalate": EscalateForm,
    "correct_time": CorrectForm,
    "change_item": MoveForm,
    "amend": AmendForm,
}
# Of every kind of ticket, changes and problems too.
PUT_RIGHT = frozenset({"change_item", "amend"})
# Acts that have a place of their own on the page, or are the worker's.
_ELSEWHERE = frozenset({"report", "draft", "log", "confirm_by_rule", "confirm_correction", "ask_approval"})
_BY_TABLE = frozenset({"change", "problem"})


def has_form(ticket: Ticket, action: str) -> bool:
    """Whether an act of the ticket's table is done through a form of its page."""
    if action in _ELSEWHERE:
        return False
    return ticket.kind in _BY_TABLE or action in _FORMS


def form_for(ticket: Ticket, action: str, *args: Any) -> ActForm:
    """The form of an act."""
    if ticket.kind in _BY_TABLE and action not in PUT_RIGHT:
        return NeedsForm(ticket, action, *args)
    return _FORMS[action](ticket, *args)


__all__ = [
    "PUT_RIGHT",
    "ActForm",
    "AskApprovalForm",
    "CallBackForm",
    "EmergencyForm",
    "LinkForm",
    "NoteForm",
    "PlanForm",
    "RateForm",
    "ReportForm",
    "SplitForm",
    "TouchesForm",
    "form_for",
    "has_form",
]
