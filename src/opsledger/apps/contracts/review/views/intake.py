"""The list of readings, the upload, and how a reading is getting on."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from opsledger.apps.contracts.models import DocumentReading
from opsledger.apps.contracts.review import selectors
from opsledger.apps.contracts.review.forms import InviteForm, UploadForm
from opsledger.apps.contracts.review.policies import may_archive, may_create
from opsledger.apps.contracts.review.views.frame import head, posted
from opsledger.apps.contracts.services import reading_intake as services
from opsledger.apps.contracts.services import reading_items
from opsledger.apps.ledger import selectors as ledger_selectors
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock, errors, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


@guard()
def readings(request: HttpRequest) -> HttpResponse:
    columns = [
        tables.Column("name", "名称", lambda r: r.name, ("name",), "contracts/review/cells/name.html"),
        tables.Column(
            "state", "状态", lambda r: r.get_state_display(), ("state",), "contracts/review/cells/state.html"
        ),
        tables.Column("done", "已处理", lambda r: f"{r.total - r.open} / {r.total}", (), "", "num"),
        tables.Column(
            "contract", "合同", lambda r: str(r.contract or ""), (), "contracts/review/cells/contract.html"
        ),
        tables.Column("by", "上传人", lambda r: str(r.created_by), ("created_by__full_name",)),
        tables.Column(
            "at", "上传时间", lambda r: r.created_at, ("created_at",), "contracts/review/cells/at.html"
        ),
    ]
    put_away = request.GET.get("archived") == "1"
    table = tables.Table(
        request,
        selectors.readings_for(request.actor, put_away=put_away),
        columns,
        "-at",
        filters=[tables.Filter("state", "状态", DocumentReading.State.choices, lambda value: Q(state=value))],
        search=["name", "filename"],
        name="readings",
        empty_title="还没有读过文件",
        empty_text="上传一份采购文件或合同，系统会找出其中的服务项与条款，由您逐条确认。",
    )
    if table.wants_export:
        return table.export("读合同.xlsx")
    return page(
        request,
        "contracts/review/list.html",
        {"table": table, "may_create": may_create(request.actor), "put_away": put_away},
    )


@guard()
def start(request: HttpRequest) -> HttpResponse:
    if not may_create(request.actor):
        raise DomainError("access.denied_reading")
    form = UploadForm(*posted(request))
    if request.method == "POST":
        made = act(
            request,
            form,
            lambda: services.start_reading(
                actor=request.actor, upload=form.cleaned_data["document"], name=form.cleaned_data["name"]
            ),
        )
        if made:
            return redirect("contracts:reading", made.pk)
    return page(request, "contracts/review/start.html", {"form": form})


def waiting_page(request: HttpRequest, reading: DocumentReading) -> HttpResponse:
    """How far the reading is; asked again every two seconds until it is over."""
    at = clock.now()
    queued = (at - reading.queued_at).total_seconds() if reading.queued_at else 0
    told = {
        "reading": reading,
        "may_archive": may_archive(request.actor, reading),
        "dead": services.is_dead(reading, at),
        "may_restart": services.can_restart(reading, at),
        "making": reading.state == DocumentReading.State.MAKING,
        "slow": queued > 20
        and (
            reading.state == DocumentReading.State.QUEUED
            or (reading.state == DocumentReading.State.MAKING and reading.heartbeat_at is None)
        ),
    }
    return page(request, "contracts/review/waiting.html", told)


def _where_next(reading: DocumentReading) -> str:
    """Where somebody goes who waited: to the contract, back to the form that failed, or to the review."""
    if reading.contract is not None:
        return reverse("contracts:summary", args=[reading.contract.slug])
    name = "contracts:reading_finish" if reading.failure else "contracts:reading"
    return reverse(name, args=[reading.pk])


@guard()
def status(request: HttpRequest, reading_id: int) -> HttpResponse:
    reading = selectors.reading_for(request.actor, reading_id)
    if reading.state in (DocumentReading.State.REVIEW, DocumentReading.State.DONE):
        there = _where_next(reading)
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = there
        return answer if request.headers.get("HX-Request") else redirect(there)
    return waiting_page(request, reading)


@guard()
@require_POST
def restart(request: HttpRequest, reading_id: int) -> HttpResponse:
    reading = selectors.reading_for(request.actor, reading_id)
    try:
        services.restart_reading(actor=request.actor, reading=reading)
        messages.success(request, "已重新开始读取。")
    except DomainError as error:
        messages.warning(request, errors.sentence(error))
    return redirect("contracts:reading", reading_id)


@guard()
@require_POST
def archive(request: HttpRequest, reading_id: int) -> HttpResponse:
    """Out of the list, or back into it."""
    reading = selectors.reading_for(request.actor, reading_id)
    back = "back" in request.POST
    try:
        reading_items.archive_reading(actor=request.actor, reading=reading, back=back)
        messages.success(request, "已恢复到列表。" if back else "已归档，可在列表中按“已归档”找回。")
    except DomainError as error:
        messages.warning(request, errors.sentence(error))
    return redirect("contracts:readings")


@guard()
def document(request: HttpRequest, reading_id: int) -> HttpResponse | FileResponse | StreamingHttpResponse:
    """The document as it was uploaded."""
    reading = selectors.reading_for(request.actor, reading_id)
    found = ledger_selectors.attachment_of("reading", str(reading.pk), reading.attachment_id or 0)
    if found is None:
        raise Http404
    answer = StreamingHttpResponse(ledger.content(found), content_type="application/octet-stream")
    answer["Content-Disposition"] = tables.attachment(found.name)
    answer["Content-Length"] = str(found.file.size)
    return answer


@guard()
def people(request: HttpRequest, reading_id: int) -> HttpResponse:
    reading = selectors.reading_for(request.actor, reading_id)
    if request.method == "POST" and "guest" in request.POST:
        guest = selectors.guest_for(reading, request.POST["guest"])
        reading_items.uninvite(actor=request.actor, reading=reading, guest=guest)
        messages.success(request, "已取消邀请。")
        if guest.user_id == request.actor.user_id:
            return redirect("contracts:readings")
        return redirect("contracts:reading_people", reading.pk)
    form = InviteForm(posted(request)[0])
    if request.method == "POST":
        url = reverse("contracts:reading", args=[reading.pk])

        def do() -> object:
            return reading_items.invite(
                actor=request.actor, reading=reading, username=form.cleaned_data["username"], url=url
            )

        if act(request, form, do):
            messages.success(request, "已邀请，对方会收到消息。")
            return redirect("contracts:reading_people", reading.pk)
    told = {**head(request, reading), "tab": "people", "guests": selectors.guests_of(reading), "form": form}
    told["may_archive"] = may_archive(request.actor, reading)
    return page(request, "contracts/review/people.html", told)
