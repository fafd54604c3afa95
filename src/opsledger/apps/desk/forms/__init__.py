"""Forms of the desk: the report, and one for each act."""

from opsledger.apps.desk.forms.acts import ACT_FORMS, ActForm, NoteForm, RateForm
from opsledger.apps.desk.forms.report import ReportForm

__all__ = ["ACT_FORMS", "ActForm", "NoteForm", "RateForm", "ReportForm"]
