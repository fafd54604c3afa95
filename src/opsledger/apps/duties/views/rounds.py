"""A round on the phone: the page, what it sends, its photos; and the worker script that keeps it offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import selectors, services, skips
from opsledger.apps.duties.checklists import Check, to_data
from opsledger.apps.duties.forms import FinishForm
from opsledger.apps.duties.frozen import checklist_of, told
from opsledger.apps.duties.models import Round
from opsledger.apps.duties.selectors.rounds import Line
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock, errors, uploads
from opsledger.kernel.access import guard, public
from opsledger.kernel.pages import act, page

WORKERS = (access.ENGINEER, access.MANAGER)
# In the order in which they build on one another.
SCRIPT_PARTS = ("judge", "cards", "store", "files", "sync", "stops", "scan", "place", "skip", "round")
WORKER_SCRIPT = Path(__file__).resolve().parents[3] / "site" / "static" / "opsledger" / "round-worker.js"


@public("a script without any data; its scope must be the whole site so that it can keep rounds offline")
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(WORKER_SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@guard(*WORKERS)
@require_POST
def begin(request: HttpRequest, slug: str, occurrence_id: int) -> HttpResponse:
    """Begin a round by the chosen checklist, or go on with the one that was begun."""
    contract = contracts.contract_for(request.actor, slug)
    occurrence = selectors.occurrence_for(request.actor, contract, occurrence_id)
    key = request.POST.get("template", "")
    try:
        found = services.start_round(actor=request.actor, occurrence=occurrence, template_key=key)
    except DomainError as error:
        messages.error(request, errors.sentence(error))
        return redirect("duties:occurrence", slug, occurrence_id)
    return redirect("duties:round", slug, found.pk)


@guard(*WORKERS)
@require_POST
def order(request: HttpRequest, slug: str, round_id: int) -> HttpResponse:
    """Put the devices in the order of the numbers given; the next round begins with it."""
    contract = contracts.contract_for(request.actor, slug)
    found = selectors.round_for(request.actor, contract, round_id)
    given = []
    for n, one in enumerate(found.stops):
        text = request.POST.get(f"place_{one['key']}", "").strip()
        given.append((int(text) if text.isdecimal() and len(text) < 6 else n + 1, n, one["key"]))
    try:
        keys = [key for _, _, key in sorted(given)]
        services.order_stops(actor=request.actor, round_=found, keys=keys)
        messages.success(request, "次序已保存，下次检查也按此次序。")
    except DomainError as error:
        messages.error(request, errors.sentence(error))
    return redirect("duties:round", slug, round_id)


@guard(*WORKERS)
@require_POST
def answer(request: HttpRequest, slug: str, round_id: int) -> HttpResponse:
    """What the engineer says to one of the questions about a round."""
    contract = contracts.contract_for(request.actor, slug)
    found = selectors.round_for(request.actor, contract, round_id)
    number = request.POST.get("number", "")
    try:
        services.answer_question(
            actor=request.actor,
            round_=found,
            number=int(number) if number.isdecimal() and len(number) < 5 else -1,
            text=request.POST.get("text", ""),
        )
        messages.success(request, "说明已记入。")
    except DomainError as error:
        messages.error(request, errors.sentence(error))
    return redirect("duties:occurrence", slug, found.occurrence_id)


@guard()
def round_(request: HttpRequest, slug: str, round_id: int) -> HttpResponse:
    """The round as a form of all checks; with its script, one card after the other and offline."""
    contract = contracts.contract_for(request.actor, slug)
    found = selectors.round_for(request.actor, contract, round_id)
    works = bool(set(WORKERS) & request.actor.roles(contract.pk))
    form = FinishForm(request.POST or None)
    if request.method == "POST" and works:
        if found.state == Round.State.FINISHED and request.POST.get("action") == "finish":
            # Sent twice: the first time has done it.
            messages.info(request, "这次检查已经提交过了。")
            return redirect("duties:occurrence", slug, found.occurrence_id)
        if _posted(request, found, form):
            messages.success(request, "检查已提交。")
            return redirect("duties:occurrence", slug, found.occurrence_id)
        found = selectors.round_for(request.actor, contract, round_id)
    lines = selectors.lines_of(found)
    told_ = {
        "contract": contract,
        "round": found,
        "row": found.occurrence,
        "lines": lines,
        "form": form,
        "writes": works and found.state == Round.State.UNDER_WAY,
        "data": _data(slug, found, lines),
        "name": found.checklist["name"],
        "yes_no": [("yes", "是"), ("no", "否"), ("na", "不适用")],
        "intro": found.checklist.get("intro", ""),
        "stops": selectors.progress(found, lines),
        "parts": [f"opsledger/round/{part}.js" for part in SCRIPT_PARTS],
        "stops_word": _stops_word(found),
        "places": services.takes_places(contract),
        "skip_reasons": skips.REASONS,
    }
    return page(request, "duties/round.html", told_)


def _data(slug: str, found: Round, lines: list[Line]) -> dict[str, Any]:
    """What the script needs to know."""
    return {
        "round": found.pk,
        "sync": reverse("duties:sync", args=[slug, found.pk]),
        "photos": reverse("duties:round_photo", args=[slug, found.pk]),
        "checks": to_data(checklist_of(found))["checks"]
        + [_skip(one) for one in skips.checks_of(found.stops)],
        "answers": {line.check.id: told(line.answer) for line in lines if line.answer},
        "files": {line.check.id: len(line.files) for line in lines if line.files},
        "photo_ids": [one.mutation for line in lines for one in line.files],
        "stops": found.stops,
        "stops_word": _stops_word(found),
        "places": services.takes_places(found.contract),
        "readings": {
            line.check.id: {"value": line.seen["value"], "words": f"{line.seen['value']}{line.seen['unit']}"}
            for line in lines
            if line.seen
        },
    }


def _skip(check: Check) -> dict[str, Any]:
    return {"id": check.id, "label": check.label, "kind": "text", "required": False, "photo": "none",
            "stop": check.stop, "skip": True}  # fmt: skip


def _stops_word(found: Round) -> str:
    """What the round goes over, as it is counted."""
    return "个系统" if any(one["key"].startswith("i") for one in found.stops) else "台设备"


def _posted(request: HttpRequest, found: Round, form: FinishForm) -> bool:
    """Save what the form holds (without the script), then finish if that was asked."""
    changes = _changes(request, found)
    finishing = request.POST.get("action") == "finish"

    def save() -> bool:
        if changes:
            result = services.save_answers(actor=request.actor, round_=found, changes=changes, device="form")
            for one in result.refused:
                label = next(c.label for c in _asked(found) if c.id == one["check"])
                form.add_error(None, f"{label}：{one['problem']}")
        for check in checklist_of(found).checks:
            for upload in request.FILES.getlist(f"p_{check.id}"):
                services.add_photo(
                    actor=request.actor, round_=found, check_id=check.id, mutation=uuid4().hex, upload=upload
                )
        return not form.non_field_errors()

    if not act(request, form, save) or not finishing:
        if not finishing and not form.non_field_errors():
            messages.success(request, "已保存，可以稍后继续。")
        return False
    return bool(
        act(
            request,
            form,
            lambda: services.finish_round(
                actor=request.actor,
                round_=found,
                note=form.cleaned_data["note"],
                done_at=form.cleaned_data["done_at"],
            ),
        )
    )


def _asked(found: Round) -> list[Check]:
    """Everything that a round's form may answer: its checks, and why a device was left out."""
    return [*checklist_of(found).checks, *skips.checks_of(found.stops)]


def _changes(request: HttpRequest, found: Round) -> list[dict[str, Any]]:
    """What the form says of every check, as a phone would send it."""
    changes = []
    known = set(found.answers.values_list("check_id", flat=True))
    left_out = {one.id for one in skips.checks_of(found.stops)}
    for check in _asked(found):
        if check.kind in ("photo", "file", "signature"):
            continue
        value = _table(request, check) if check.kind == "table" else request.POST.get(f"v_{check.id}")
        if value is None or (check.id in left_out - known and not value):
            continue
        note, at = request.POST.get(f"n_{check.id}", ""), clock.now().isoformat()
        changes.append({"id": uuid4().hex, "check": check.id, "value": value, "note": note, "at": at})
    return changes


def _table(request: HttpRequest, check: Check) -> list[dict[str, str]] | None:
    """The lines of a table as posted: v_<check>__<line>__<column>."""
    rows, place = [], 0
    while place < 2000:
        names = {column.id: f"v_{check.id}__{place}__{column.id}" for column in check.columns}
        if not any(name in request.POST for name in names.values()):
            break
        rows.append({key: request.POST.get(name, "") for key, name in names.items()})
        place += 1
    return rows if place else None


def _refused(error: DomainError) -> JsonResponse:
    return JsonResponse({"code": error.code, "sentence": errors.sentence(error)}, status=errors.status(error))


@guard(*WORKERS)
@require_POST
def sync(request: HttpRequest, slug: str, round_id: int) -> HttpResponse:
    """Take in what a phone has gathered: {"device", "changes": [...]}; the answer says what became of each."""
    contract = contracts.contract_for(request.actor, slug)
    found = selectors.round_for(request.actor, contract, round_id)
    try:
        sent = json.loads(request.body)
        changes = sent["changes"]
        if not isinstance(changes, list) or not all(isinstance(one, dict) for one in changes):
            raise TypeError
    except (ValueError, KeyError, TypeError, UnicodeDecodeError, RecursionError):
        return _refused(DomainError("page.bad_input", problem="提交的内容不是检查答案"))
    try:
        result = services.save_answers(
            actor=request.actor, round_=found, changes=changes, device=str(sent.get("device") or "")[:40]
        )
    except DomainError as error:
        return _refused(error)
    return JsonResponse(
        {
            "saved": result.saved,
            "conflicts": result.conflicts,
            "refused": result.refused,
            "answers": result.answers,
        }
    )


@guard(*WORKERS)
@require_POST
def round_photo(request: HttpRequest, slug: str, round_id: int) -> HttpResponse:
    """Take in one photo or file of one check."""
    contract = contracts.contract_for(request.actor, slug)
    found = selectors.round_for(request.actor, contract, round_id)
    upload = request.FILES.get("file")
    try:
        uploads.check_request(request)
        if upload is None:
            raise DomainError("page.bad_input", problem="没有收到文件")
        kept = services.add_photo(
            actor=request.actor,
            round_=found,
            check_id=request.POST.get("check", ""),
            mutation=request.POST.get("id", "")[:40],
            upload=upload,
            taken_at=request.POST.get("at"),
        )
    except DomainError as error:
        return _refused(error)
    return JsonResponse({"saved": request.POST.get("id", ""), "photo": kept.pk})
