"""The acts on a sheet: each a small page with what is acted on, a reason, and one button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.assessment import selectors, services
from opsledger.apps.assessment.basis import Basis, basis_of
from opsledger.apps.assessment.forms import ExcludeForm, FillForm, OpinionForm, ReasonForm
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.assessment.services.objecting import current, line_of
from opsledger.apps.contracts.selectors import contract_for
from opsledger.kernel import access
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

B, M, S = access.BUYER, access.MANAGER, access.SUPERVISOR


def _found(request: HttpRequest, slug: str, period_id: str) -> tuple[Basis, Assessment]:
    contract = contract_for(request.actor, slug)
    basis = basis_of(contract)
    if basis is None:
        raise Http404
    assessment = selectors.assessment_for(contract, period_id)
    seen = request.POST.get("version", "")
    if seen.isdigit():
        # What was seen, not what is there now: a page that is stale is refused by the write.
        assessment.version = int(seen)
    return basis, assessment


def _run(
    request: HttpRequest,
    assessment: Assessment,
    form: Any,
    do: Callable[[], object],
    *,
    title: str,
    button: str,
    done: str,
    text: str = "",
    line: dict[str, Any] | None = None,
    tone: str = "primary",
) -> HttpResponse:
    slug, period_id = assessment.contract.slug, assessment.period_id
    if request.method == "POST" and act(request, form, do):
        messages.success(request, done)
        return redirect("assessment:period", slug, period_id)
    told = {
        "contract": assessment.contract,
        "assessment": assessment,
        "form": form,
        "title": title,
        "button": button,
        "text": text,
        "line": line,
        "tone": tone,
        "multipart": form.is_multipart(),
    }
    return page(request, "assessment/act.html", told)


@guard(B, S)
def fill(request: HttpRequest, slug: str, period_id: str) -> HttpResponse:
    basis, assessment = _found(request, slug, period_id)
    form = FillForm(basis, assessment, request.POST or None, request.FILES or None)

    def do() -> object:
        row, kind = form.row_and_kind
        data = form.cleaned_data
        shared: dict[str, Any] = {
            "actor": request.actor,
            "assessment": assessment,
            "indicator_id": row,
            "reason": data["reason"],
            "files": [data["file"]] if data["file"] else [],
        }
        if kind:
            return services.add_manual_fact(kind=kind, happened_on=data["happened_on"], **shared)
        return services.add_manual_row(
            points=data["points"], assessor_id=data.get("assessor") or "", **shared
        )

    return _run(
        request,
        assessment,
        form,
        do,
        title="补充登记",
        button="登记",
        done="已登记，得分已重新计算。",
        text="平台自动取得的超时、漏做与逾期不在此登记；这里登记只有人知道的事实和人工评分。",
    )


@guard(B, S)
def withdraw(request: HttpRequest, slug: str, period_id: str, row_id: int) -> HttpResponse:
    _, assessment = _found(request, slug, period_id)
    row = selectors.manual_row_for(assessment, row_id)
    form = ReasonForm(request.POST or None)
    return _run(
        request,
        assessment,
        form,
        lambda: services.withdraw_manual_row(
            actor=request.actor, row=row, reason=form.cleaned_data["reason"]
        ),
        title="撤销登记",
        button="撤销这条登记",
        done="已撤销，记录仍保留在台账中。",
        text=f"“{row.reason}”将不再计分，登记与撤销都保留在台账中。",
        tone="danger",
    )


@guard(B, S, M)
def exclude(request: HttpRequest, slug: str, period_id: str, fact_id: str) -> HttpResponse:
    basis, assessment = _found(request, slug, period_id)
    line = line_of(current(assessment), fact_id)
    form = ExcludeForm(basis, request.POST or None)
    buyer = B in request.actor.roles(assessment.contract_id)
    return _run(
        request,
        assessment,
        form,
        lambda: services.exclude_fact(
            actor=request.actor,
            assessment=assessment,
            fact_id=fact_id,
            reason=form.cleaned_data["ground"],
            explanation=form.cleaned_data["explanation"],
        ),
        title="免责" if buyer else "申请免责",
        button="批准免责" if buyer else "提交申请",
        done="已免责，这条事实不再扣分。" if buyer else "已提交，采购人批准后不再扣分。",
        text="免责须属于合同约定的情形，并由采购人批准；批准前仍计入得分。",
        line=line,
    )


@guard(B)
def decide_exclusion(request: HttpRequest, slug: str, period_id: str, exclusion_id: int) -> HttpResponse:
    _, assessment = _found(request, slug, period_id)
    row = selectors.exclusion_for(assessment, exclusion_id)
    form = OpinionForm(request.POST or None)
    approve = request.POST.get("verdict") == "yes"
    return _run(
        request,
        assessment,
        form,
        lambda: services.decide_exclusion(
            actor=request.actor, exclusion=row, approve=approve, explanation=form.cleaned_data["reason"]
        ),
        title="审批免责申请",
        button="verdict:批准:不批准",
        done="已批准，这条事实不再扣分。" if approve else "未批准，这条事实仍计入。",
        text=f"{row.fact_title}。申请情形：{row.reason}；说明：{row.note}",
    )


@guard(M)
def object_to(request: HttpRequest, slug: str, period_id: str, fact_id: str) -> HttpResponse:
    _, assessment = _found(request, slug, period_id)
    form = ReasonForm(request.POST or None)
    return _run(
        request,
        assessment,
        form,
        lambda: services.object_to(
            actor=request.actor,
            assessment=assessment,
            fact_id=fact_id,
            reason=form.cleaned_data["reason"],
        ),
        title="提出异议",
        button="提交异议",
        done="异议已提交，等待采购人裁定；裁定前这条扣分仍计入。",
        line=line_of(current(assessment), fact_id),
    )


@guard(B)
def decide_objection(request: HttpRequest, slug: str, period_id: str, objection_id: int) -> HttpResponse:
    _, assessment = _found(request, slug, period_id)
    row = selectors.objection_for(assessment, objection_id)
    form = ReasonForm(request.POST or None)
    uphold = request.POST.get("verdict") == "yes"
    return _run(
        request,
        assessment,
        form,
        lambda: services.decide_objection(
            actor=request.actor, objection=row, uphold=uphold, reason=form.cleaned_data["reason"]
        ),
        title="裁定异议",
        button="verdict:异议成立:异议不成立",
        done="异议成立，这条扣分已取消。" if uphold else "异议不成立，这条扣分仍计入。",
        text=f"{row.fact_title}。异议理由：{row.reason}",
    )


@guard(B, S)
def issue(request: HttpRequest, slug: str, period_id: str) -> HttpResponse:
    basis, assessment = _found(request, slug, period_id)
    form = OpinionForm(request.POST or None)
    del form.fields["reason"]
    return _run(
        request,
        assessment,
        form,
        lambda: services.issue(actor=request.actor, assessment=assessment),
        title="签发考核表",
        button="签发",
        done="已签发，服务商可在异议期内提出异议。",
        text=f"签发后考核表固定为现在的结果，服务商可在{basis.objection_days}个工作日内逐条提出异议。",
    )


@guard(B)
def recall(request: HttpRequest, slug: str, period_id: str) -> HttpResponse:
    _, assessment = _found(request, slug, period_id)
    form = ReasonForm(request.POST or None)
    return _run(
        request,
        assessment,
        form,
        lambda: services.recall(
            actor=request.actor, assessment=assessment, reason=form.cleaned_data["reason"]
        ),
        title="撤回考核表",
        button="撤回为草稿",
        done="已撤回为草稿，可以重新核对后再签发。",
        text="撤回后重新按现有事实计算，已作的签署作废。",
        tone="danger",
    )


@guard(B, M, S)
def sign(request: HttpRequest, slug: str, period_id: str) -> HttpResponse:
    _, assessment = _found(request, slug, period_id)
    form = OpinionForm(request.POST or None)
    return _run(
        request,
        assessment,
        form,
        lambda: services.sign(
            actor=request.actor, assessment=assessment, explanation=form.cleaned_data.get("reason", "")
        ),
        title="签署考核表",
        button="签署",
        done="已签署。",
        text="采购人签署后考核表定稿，以后的更正另立新版，并列出与本版的差异。",
    )


@guard(B)
def correct(request: HttpRequest, slug: str, period_id: str) -> HttpResponse:
    _, assessment = _found(request, slug, period_id)
    form = ReasonForm(request.POST or None)
    return _run(
        request,
        assessment,
        form,
        lambda: services.correct(
            actor=request.actor, assessment=assessment, reason=form.cleaned_data["reason"]
        ),
        title="更正考核表",
        button="开始更正",
        done="已另立新版草稿，原版保留不变。",
        text="已签署的一版保留不变；新版重新签发、签署，并列出与上一版的差异。",
        tone="danger",
    )
