"""People promised and present, check-in, leave, replacement."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.forms import Form as BareForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import forms, selectors, services
from opsledger.kernel import access, clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

INSIDERS = (access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR)
FORMS = {
    "add": forms.MemberForm,
    "leave": forms.LeaveForm,
    "replace": forms.ReplaceForm,
}
DONE = {
    "add": "已登记。", "leave": "请假已登记。", "replace": "申请已送采购人。", "check_in": "已签到或签退。",
    "agree": "已同意更换。", "refuse": "已答复不同意。",
}  # fmt: skip


@guard(*INSIDERS)
def staff(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    today = clock.today()
    posts = selectors.posts_of(contract)
    members = selectors.members_of(contract, today)
    action = request.POST.get("action", "")
    made = {
        name: kind(posts if name == "add" else members, request.POST if name == action else None)
        for name, kind in FORMS.items()
    }
    bare = BareForm(request.POST or None)
    if request.method == "POST":
        if action not in DONE:
            raise Http404
        form = made.get(action, bare)
        if act(request, form, lambda: _do(request, contract, action, form, posts, members)):
            messages.success(request, DONE[action])
            return redirect("duties:staff", slug)
    roles = request.actor.roles(contract.pk)
    days = selectors.presence(contract, today - timedelta(days=13), today)
    replacements = selectors.replacements_of(contract)
    told = {
        "contract": contract,
        "today": today,
        "posts": days[today],
        "days": [
            {
                "day": day,
                "promised": sum(post.promised for post in line),
                "present": sum(len(post.present) for post in line),
                "short": sum(post.short for post in line),
            }
            for day, line in reversed(days.items())
        ],
        "members": members,
        "forms": made if access.MANAGER in roles else {},
        "bare": bare,
        "me": request.actor.user_id,
        "manages": access.MANAGER in roles,
        "mine": {row.pk for row in replacements if services.speaks_for(request.actor, row)},
        "replacements": replacements,
        "wanted": selectors.replacement_demands(members),
    }
    return page(request, "duties/staff.html", told)


def _one(rows, number: str):
    found = next((row for row in rows if str(row.pk) == number), None)
    if found is None:
        raise Http404
    return found


def _do(request: HttpRequest, contract, action: str, form, posts, members) -> object:
    actor = request.actor
    if action == "check_in":
        return services.check_in(actor=actor, member=_one(members, request.POST.get("member", "")))
    if action in ("agree", "refuse"):
        row = _one(selectors.replacements_of(contract), request.POST.get("replacement", ""))
        return services.decide_replacement(
            actor=actor, replacement=row, agree=action == "agree", answer=request.POST.get("answer", "")
        )
    said = dict(form.cleaned_data)
    if action == "add":
        return services.add_member(actor=actor, obligation=_one(posts, said.pop("post")), said=said)
    member = _one(members, said.pop("member"))
    if action == "leave":
        return services.record_leave(actor=actor, member=member, **said)
    answer_by, after = said.pop("answer_by"), said.pop("after")
    return services.request_replacement(
        actor=actor, member=member, said=said, answer_by=answer_by, after=after
    )


@guard(access.BUYER, access.UNIT, access.SUPERVISOR, access.MANAGER)
def replacement(request: HttpRequest, slug: str, replacement_id: int) -> HttpResponse:
    """One request for replacement, for those whose consent the contract wants."""
    contract = contracts.contract_for(request.actor, slug)
    row = selectors.replacement_for(request.actor, contract, replacement_id)
    form = BareForm(request.POST or None)

    def do() -> object:
        return services.decide_replacement(
            actor=request.actor,
            replacement=row,
            agree=request.POST.get("action") == "agree",
            answer=request.POST.get("answer", ""),
        )

    if request.method == "POST" and act(request, form, do):
        messages.success(request, "已答复。")
        return redirect("duties:replacement", slug, replacement_id)
    told = {
        "contract": contract,
        "row": row,
        "form": form,
        "mine": services.speaks_for(request.actor, row),
        "inside": bool(request.actor.roles(contract.pk) & set(INSIDERS)),
        "typed": request.POST.get("answer", ""),
    }
    return page(request, "duties/replacement.html", told)
