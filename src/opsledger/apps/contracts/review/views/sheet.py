"""The terms as a workbook: out, back in with a preview, and the import itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts.models import DocumentReading
from opsledger.apps.contracts.review import selectors
from opsledger.apps.contracts.review.forms import ImportForm, SheetForm
from opsledger.apps.contracts.review.views.frame import head, posted
from opsledger.apps.contracts.services import reading_sheet as services
from opsledger.kernel import tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

SHOWN = 300


@guard()
def export(request: HttpRequest, reading_id: int) -> HttpResponse:
    reading = selectors.reading_for(request.actor, reading_id)
    if reading.state not in (DocumentReading.State.REVIEW, DocumentReading.State.DONE):
        raise Http404
    answer = HttpResponse(services.export_terms(reading=reading), content_type=tables.XLSX)
    answer["Content-Disposition"] = tables.attachment(f"{reading.name}-条款.xlsx")
    return answer


@guard()
def upload(request: HttpRequest, reading_id: int) -> HttpResponse:
    reading = selectors.reading_for(request.actor, reading_id)
    form = SheetForm(*posted(request))
    if request.method == "POST":
        kept = act(
            request,
            form,
            lambda: services.keep_sheet(
                actor=request.actor, reading=reading, upload=form.cleaned_data["sheet"]
            ),
        )
        if kept:
            return redirect("contracts:reading_import_confirm", reading.pk, kept)
    return page(
        request, "contracts/review/sheet.html", {**head(request, reading), "tab": "sheet", "form": form}
    )


@guard()
def confirm(request: HttpRequest, reading_id: int, attachment_id: int) -> HttpResponse:
    """What would change, row by row; then, asked once more, the import."""
    reading = selectors.reading_for(request.actor, reading_id)
    plan = services.plan_sheet(reading=reading, attachment_id=attachment_id)
    if plan is None:
        raise Http404
    form = ImportForm(posted(request)[0])

    def do() -> object:
        return services.apply_sheet(
            actor=request.actor,
            reading=reading,
            attachment_id=attachment_id,
            expected=form.cleaned_data["expected"],
        )

    if request.method == "POST":
        done = act(request, form, do)
        if done:
            messages.success(
                request, f"已导入 {len(plan.changes)} 处改动。如有不妥，可点“撤销”一次全部退回。"
            )
            return redirect("contracts:reading", reading.pk)
    told = {
        **head(request, reading),
        "tab": "sheet",
        "plan": plan,
        "changes": plan.changes[:SHOWN],
        "problems": plan.problems[:SHOWN],
        "form": form,
    }
    return page(request, "contracts/review/sheet_preview.html", told)
