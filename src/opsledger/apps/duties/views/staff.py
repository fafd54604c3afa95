"""People promised and present, check-in, leave, replacement."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.forms import Form as BareForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import forms, selectors, services
from opsledger.apps.duties.work_forms import CareForm
from opsledger.kernel import access, clock, tables
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
    "agree": "已同意更换。", "refuse": "已答复不同意。", "care": "人员信息已更新。",
}  # fmt: skip


@guard(*INSIDERS)
def staff(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    today = clock.today()
    shown = _shown_day(request, today)
    if request.GET.get("export") == "xlsx":
        return _attendance(contract, shown)
    posts = selectors.posts_of(contract)
    members = selectors.members_of(contract, today)
    action = request.POST.get("action", "")
    made = {
        name: kind(posts if name == "add" else members, request.POST if name == action else None)
        for name, kind in FORMS.items()
    }
    bare = BareForm(request.POST or None)
    team = selectors.team_of(contract)
    care, cared = None, request.POST.get("member", "") if action == "care" else request.GET.get("care", "")
    if cared and access.MANAGER in request.actor.roles(contract.pk):
        one = _one(members, cared)
        care = CareForm(team, request.POST if action == "care" else None, initial=_known(one))
    if request.method == "POST":
        if action not in DONE or (action == "care" and care is None):
            raise Http404
        form = care if action == "care" else made.get(action, bare)
        if act(request, form, lambda: _do(request, contract, action, form, posts, members)):
            messages.success(request, DONE[action])
            return redirect("duties:staff", slug)
    roles = request.actor.roles(contract.pk)
    days = selectors.presence(contract, shown - timedelta(days=13), shown)
    replacements = selectors.replacements_of(contract)
    told = {
        "contract": contract,
        "today": today,
        "shown": shown,
        "soon": today + timedelta(days=90),
        "care": care,
        "cared": cared,
        "posts": days[shown],
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


def _shown_day(request: HttpRequest, today: date) -> date:
    """The day that is asked about; none after today."""
    try:
        asked = parse_date(request.GET.get("day", ""))
    except ValueError:
        asked = None
    return asked if asked and asked.year > 2000 and asked <= today else today


def _known(member) -> dict[str, object]:
    return {name: getattr(member, name) for name in services.CHANGEABLE}


def _attendance(contract, shown: date) -> HttpResponse:
    """The month of the shown day as a workbook: who was there from when to when, who was on leave."""
    first = shown.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    rows = (
        [
            one.day, one.member.obligation.title, one.member.name, one.member.role, one.get_kind_display(),
            clock.local(one.in_at).strftime("%H:%M") if one.in_at else "",
            clock.local(one.out_at).strftime("%H:%M") if one.out_at else "",
            one.note, str(one.recorded_by or ""),
        ]
        for one in selectors.attendance_rows(contract, first, last)
    )  # fmt: skip
    heads = ["日期", "合同岗位", "姓名", "岗位", "出勤", "签到", "签退", "说明", "登记人"]
    return tables.workbook(f"{contract}-{first:%Y年%m月}考勤.xlsx", heads, rows)


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
    if action == "care":
        return services.change_member(
            actor=actor, member=_one(members, request.POST.get("member", "")), said=said
        )
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
