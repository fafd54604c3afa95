"""One occurrence: what is asked, the form, the checks, the history; and its files."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.forms import Form as BareForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import evidence, forms, selectors, services
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.policies import table_roles
from opsledger.apps.duties.views.findings import one_tap
from opsledger.apps.ledger import selectors as ledger_rows
from opsledger.apps.ledger import verbs
from opsledger.kernel import access, clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

PROVIDER = frozenset({access.ENGINEER, access.MANAGER})
DONE = {
    "submit": "已提交。",
    "start": "已开始执行。",
    "withdraw": "已撤回，可以修改后重新提交。",
    "sign": "已签字确认。",
    "verify": "已复核通过。",
    "return": "已退回，提交人会收到消息。",
    "waive": "已豁免。",
    "cancel": "已取消。",
    "ask_waiver": "豁免申请已送采购人。",
    "reschedule": "计划时间已保存。",
    "assign": "已派给执行人。",
}


def _form(action: str, row: Occurrence, data: object = None, files: object = None) -> BaseForm:
    """The form of one action."""
    if action == "submit":
        return forms.SubmitForm(evidence.rule_of(row.obligation), data, files, initial=_typed(row))
    if action == "sign":
        return forms.SignForm(data, files)
    if action == "verify":
        return forms.VerifyForm(data, prefix=action if data is None else None)
    if action == "reschedule":
        return forms.RescheduleForm(data, initial={"planned_at": row.planned_at})
    if action == "assign":
        return forms.AssignForm(row.contract_id, data, initial={"assignee": row.assignee_id})
    if action in ("return", "waive", "cancel", "ask_waiver"):
        return forms.ReasonForm(data, auto_id=f"id_{action}_%s")
    return BareForm(data)


def _typed(row: Occurrence) -> dict[str, object]:
    """What had been handed in before a return or a withdrawal."""
    rule = evidence.rule_of(row.obligation)
    said: dict[str, object] = {
        f"number_{n}": row.numbers.get(name, "") for n, name in enumerate(rule.numbers)
    }
    return {**said, "note": row.note}


def _run(
    action: str, request: HttpRequest, row: Occurrence, form: BaseForm, version: int | None
) -> Occurrence:
    given = {"actor": request.actor, "occurrence": row, "version": version}
    if action == "submit":
        handed = services.Submission(
            note=form.cleaned_data["note"],
            numbers=form.numbers(),
            uploads=form.uploads(),
            done_at=form.cleaned_data["done_at"],
        )
        return services.submit_occurrence(**given, submission=handed)
    acts: dict[str, Callable[..., Occurrence]] = {
        "start": services.start_occurrence,
        "withdraw": services.withdraw_occurrence,
        "sign": services.sign_occurrence,
        "verify": services.verify_occurrence,
        "return": services.return_occurrence,
        "waive": services.waive_occurrence,
        "cancel": services.cancel_occurrence,
        "ask_waiver": services.ask_waiver,
        "reschedule": services.reschedule_occurrence,
        "assign": services.assign_occurrence,
    }
    return acts[action](**given, **form.cleaned_data)


@guard()
def occurrence(request: HttpRequest, slug: str, occurrence_id: int) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    row = selectors.occurrence_for(request.actor, contract, occurrence_id)
    refused: dict[str, BaseForm] = {}
    if request.method == "POST":
        action = request.POST.get("action", "")
        if action not in DONE:
            raise Http404
        version = request.POST.get("version", "")
        form = _form(action, row, request.POST, request.FILES)
        asked = int(version) if version.isdigit() and len(version) < 10 else None
        if act(request, form, lambda: _run(action, request, row, form, asked)):
            messages.success(request, DONE[action])
            following = _after(request, contract, row, action)
            return redirect("duties:occurrence", slug, following or row.pk)
        row = selectors.occurrence_for(request.actor, contract, occurrence_id)
        refused[action] = form
    return page(request, "duties/occurrence.html", _told(request, contract, row, refused))


def _after(request: HttpRequest, contract, row: Occurrence, action: str) -> int | None:
    """After a check, the next submission that waits, if that was asked for."""
    if action not in ("verify", "return") or not request.POST.get("onward"):
        return None
    following = selectors.next_to_verify(request.actor, contract, row)
    if following is None:
        messages.info(request, "待复核的任务已全部看完。")
    return following.pk if following else None


def _told(request: HttpRequest, contract, row: Occurrence, refused: dict[str, BaseForm]) -> dict[str, object]:
    roles = table_roles(request.actor, contract.pk)
    allowed = selectors.ways_on(request.actor, row, clock.now())
    rule = evidence.rule_of(row.obligation)
    made = {action: refused.get(action) or _form(action, row) for action in allowed}
    found = ledger_rows.attachments_of("occurrence", [str(row.pk)]).get(str(row.pk), [])
    history = [
        {"entry": entry, "word": verbs.word(entry.verb), "text": verbs.changes_text(entry.changes)}
        for entry in ledger_rows.history_of("occurrence", str(row.pk))
    ]
    round_ = selectors.live_round(row)
    return {
        "round": round_,
        "groups": selectors.groups_of(selectors.lines_of(round_)) if round_ and row.submitted_at else [],
        "questions": selectors.questions_asked(round_)
        if round_ and selectors.reads_questions(request.actor, row)
        else [],
        "may_answer": bool(PROVIDER & roles),
        "findings": one_tap(request.actor, selectors.findings_of(request.actor, row)),
        "fitting": selectors.fitting(request.actor, row) if "submit" in allowed and not round_ else [],
        "signature": ledger_rows.attachments_of("signature", [str(row.pk)]).get(str(row.pk), [])[-1:],
        "contract": contract,
        "row": row,
        "rule": rule,
        "rule_words": rule.words(),
        "forms": made,
        # An act that is no longer possible (a stale page) has no form to stand in: its words are kept apart.
        "refused": {action: form for action, form in refused.items() if action not in made},
        "photos": [one for one in found if evidence.is_picture(one)],
        "files": [one for one in found if not evidence.is_picture(one)],
        "history": history,
        "waits_for_signature": rule.unit_signs and row.state == "submitted" and not row.signed_at,
        "backdated": row.submitted_at and row.submission_recorded_at != row.submitted_at,
    }


@guard(access.SUPERVISOR, access.BUYER)
def verify_queue(request: HttpRequest, slug: str) -> HttpResponse:
    """Go to the oldest submission that waits for a check."""
    contract = contracts.contract_for(request.actor, slug)
    first = selectors.to_verify(request.actor, contract).first()
    if first is None:
        messages.info(request, "没有待复核的任务。")
        return redirect("duties:occurrences", slug)
    return redirect("duties:occurrence", slug, first.pk)
