"""Reports by code and by chat."""

from __future__ import annotations

import json

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import agreements, selectors
from opsledger.apps.desk.models import ReportCode, Ticket
from opsledger.apps.desk.services import ways_in
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock, errors
from opsledger.kernel.access import guard, public
from opsledger.kernel.pages import act, page


class CodeForm(forms.Form):
    item = forms.ChoiceField(label="服务项", error_messages={"required": "请选择服务项。"})
    place = forms.CharField(label="地点", max_length=120, required=False)
    device = forms.CharField(label="设备", max_length=120, required=False)
    open_to_all = forms.BooleanField(label="无需登录即可报修（由采购人决定）", required=False)


@guard(access.MANAGER, access.BUYER)
def codes(request: HttpRequest, slug: str) -> HttpResponse:
    """The codes of a contract, to be printed and put up."""
    contract = contract_for(request.actor, slug)
    items = {str(item.pk): item for item in selectors.reportable_items(request.actor, contract)}
    form = CodeForm(request.POST or None)
    form.fields["item"].choices = [("", "请选择"), *((key, item.numbered) for key, item in items.items())]

    def do() -> object:
        told = dict(form.cleaned_data)
        return ways_in.make_code(actor=request.actor, item=items[told.pop("item")], **told)

    if request.method == "POST" and act(request, form, do) is not None:
        messages.success(request, "报修码已生成，可打印张贴。")
        return redirect("desk:codes", slug)
    told = {"contract": contract, "form": form, "rows": selectors.codes_of(contract)}
    return page(request, "desk/codes.html", told)


@guard(access.MANAGER, access.BUYER)
def code_image(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The code itself as SVG."""
    contract = contract_for(request.actor, slug)
    found = selectors.code_for(contract, code)
    address = request.build_absolute_uri(reverse("desk:by_code", args=[found.code]))
    return HttpResponse(ways_in.code_image(address), content_type="image/svg+xml")


class QuickForm(forms.Form):
    """A first report without signing in: what, who, and a number to call back."""

    title = forms.CharField(
        label="出了什么问题", max_length=120, error_messages={"required": "请写一句话说明。"}
    )
    description = forms.CharField(
        label="详细情况", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    name = forms.CharField(label="您的姓名", max_length=60, error_messages={"required": "请填写姓名。"})
    phone = forms.CharField(
        label="联系电话", max_length=40, error_messages={"required": "请填写电话，便于联系您。"}
    )


@public(
    "a code on a device opens the form without a login where the buyer allows it; reports are limited by address"
)
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """The form that a code opens: for people signed in the full one, for others a short one."""
    found = (
        ReportCode.objects.select_related("contract", "item__contract").filter(code=code, active=True).first()
    )
    if found is None:
        raise Http404
    if request.user.is_authenticated:
        return redirect(
            f"{reverse('desk:report', args=[found.contract.slug])}?item={found.item_id}&code={found.code}"
        )
    if not found.open_to_all or not agreements.agreement_of(found.contract).open_codes:
        return redirect(f"{reverse('accounts:login')}?next={request.path}")
    form = QuickForm(request.POST or None)
    done: Ticket | None = None
    if request.method == "POST":
        address = request.META.get("REMOTE_ADDR", "")
        done = act(
            request, form, lambda: ways_in.report_by_code(code=found, address=address, **form.cleaned_data)
        )
    return render(
        request,
        "desk/by_code.html",
        {
            "code": found,
            "form": form,
            "done": done,
            "away": agreements.away_of(found.contract, clock.today()),
        },
    )


@csrf_exempt
@public("a chat robot carries no session: it signs each message with the contract's secret")
@require_POST
def chat(request: HttpRequest, slug: str) -> JsonResponse:
    """A message from a chat group."""
    contract = Contract.objects.filter(slug=slug).first()
    if contract is None:
        raise Http404
    body = request.body
    try:
        ways_in.check_signature(
            agreements.agreement_of(contract).chat_secret,
            request.headers.get("X-Timestamp", ""),
            body,
            request.headers.get("X-Signature", ""),
            clock.now(),
        )
        told = json.loads(body)
        made = ways_in.report_from_chat(
            contract=contract,
            text=str(told["text"])[:2000],
            sender=str(told.get("sender", ""))[:60],
            message_id=str(told["id"])[:200],
        )
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"reply": "消息格式不对，需要 id、text、sender。"}, status=400)
    except DomainError as error:
        return JsonResponse(
            {"reply": errors.sentence(error), "code": error.code}, status=errors.status(error)
        )
    if made is None:
        return JsonResponse({"reply": ""})
    return JsonResponse({"reply": f"已登记，工单编号 {made.number}。", "number": made.number}, status=201)
