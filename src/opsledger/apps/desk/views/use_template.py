"""A template chosen on a form that reports: which one, and whether it may take the place of what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import selectors
from opsledger.apps.desk.models import ReportTemplate

FORM_FIELDS = ("item", "severity", "title", "description")


@dataclass(frozen=True, slots=True)
class Use:
    """What was asked for: `filling` while the form is only filled in, not sent.

    Without a `template` what `before` had filled in is taken back; `gone`: the one asked for is not offered.
    """

    templates: list[ReportTemplate]
    filling: bool
    template: ReportTemplate | None
    before: ReportTemplate | None
    overwrite: bool
    gone: bool
    typed: Mapping[str, str]

    @property
    def kind(self) -> str:
        return self.template.kind if self.template else ""


def asked(request: HttpRequest, contract: Contract) -> Use:
    """Read from the buttons of a form, or from `?template=` of an address."""
    rows = list(selectors.offered_templates(request.actor, contract))
    known = {str(row.pk): row for row in rows}
    sent = request.POST if request.method == "POST" else request.GET
    overwrite = "overwrite" in request.POST
    wanted = sent.get("overwrite" if overwrite else "template")
    return Use(
        templates=rows,
        filling=wanted is not None,
        template=known.get(wanted or ""),
        before=known.get(request.POST.get("used", "")),
        overwrite=overwrite,
        gone=bool(wanted) and wanted not in known,
        typed={name: sent.get(name, "") for name in FORM_FIELDS},
    )
