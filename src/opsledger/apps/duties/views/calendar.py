"""The calendar of work by day, week, month and team; moving a task inside its window; feeds for other programs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date

from opsledger.apps.accounts import selectors as accounts
from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.feeds import feed_key, feed_of
from opsledger.apps.duties.work_forms import MoveForm
from opsledger.kernel import access, clock
from opsledger.kernel.access import guard, public
from opsledger.kernel.pages import act, page

SHOWN_A_DAY = 4
SHOWN_A_CELL = 8
SHAPES = ("month", "week", "day", "team")


def _asked_day(request: HttpRequest) -> date:
    try:
        found = parse_date(request.GET.get("on", ""))
    except ValueError:
        found = None
    today = clock.today()
    # Beyond a century either way a calendar is a slip of the finger.
    return found if found and abs(found.year - today.year) < 100 else today


def _span(by: str, on: date) -> tuple[date, date, date, date]:
    """First and last day shown, and the days by which one comes to the span before and after."""
    if by == "day":
        return on, on, on - timedelta(days=1), on + timedelta(days=1)
    if by in ("week", "team"):
        first = on - timedelta(days=on.weekday())
        return first, first + timedelta(days=6), first - timedelta(days=7), first + timedelta(days=7)
    start = on.replace(day=1)
    after = (start + timedelta(days=32)).replace(day=1)
    last = after - timedelta(days=1)
    return (
        start - timedelta(days=start.weekday()),
        last + timedelta(days=6 - last.weekday()),
        (start - timedelta(days=1)).replace(day=1),
        after,
    )


def _asked_person(request: HttpRequest, team: list[Any]) -> str:
    """Whose work is asked for: "" for everybody's.  `mine=1` stands in addresses that people have kept."""
    asked = request.GET.get("who", "")
    if request.GET.get("mine") == "1":
        asked = "me"
    if asked == "me":
        return str(request.actor.user_id)
    return asked if asked == selectors.NOBODY or asked in {str(user.pk) for user in team} else ""


@guard()
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    team = selectors.team_of(contract)
    form, said, refused = None, "", ""
    if request.method == "POST":
        form = MoveForm(team, request.POST)
        row = selectors.occurrence_for(request.actor, contract, _number(request.POST.get("id")))
        moved = act(request, form, lambda: _move(request, form, row))
        if moved:
            said = f"“{moved.title}”已移到{clock.local(moved.planned_at):%-m月%-d日 %H:%M}。"
            if not request.headers.get("HX-Request"):
                return redirect(f"{request.path}?{request.GET.urlencode()}")
            form = None
        elif request.headers.get("HX-Request"):
            # A drop that is refused says why; nobody asked for the form.
            refused = "；".join(text for errors in form.errors.values() for text in errors)
            form = None
    told = _told(request, contract, team)
    told |= _moving(request, contract, team, form)
    told |= {"said": said, "refused": refused}
    return page(request, "duties/calendar.html", told)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 18 else 0


def _move(request: HttpRequest, form: MoveForm, row) -> Any:
    said = form.cleaned_data
    return services.move_occurrence(
        actor=request.actor,
        occurrence=row,
        day=said["day"],
        hour=said["hour"],
        assignee=said["assignee"],
        version=_number(request.POST["version"]) if request.POST.get("version") else None,
    )


def _told(request: HttpRequest, contract, team) -> dict[str, Any]:
    by = request.GET.get("by", "")
    by = by if by in SHAPES else "month"
    on = _asked_day(request)
    first, last, before, after = _span(by, on)
    who = _asked_person(request, team) if by != "team" else ""
    days = selectors.calendar_days(request.actor, contract, first, last, at=clock.now(), who=who)
    months = by == "month"
    return {
        "contract": contract,
        "by": by,
        "who": who,
        "me": str(request.actor.user_id),
        "team": team,
        "on": on,
        "today": clock.today(),
        "before": before,
        "after": after,
        "first": first,
        "last": last,
        "days": days,
        "weeks": [days[n : n + 7] for n in range(0, len(days), 7)],
        "lines": selectors.team_week(days, team) if by == "team" else [],
        "shown": SHOWN_A_DAY if months else SHOWN_A_CELL if by == "team" else 200,
        "total": sum(day.total for day in days if not months or day.day.month == on.month),
        "provisional": sorted({day.day.year for day in days if day.provisional}),
        "plans": bool({access.MANAGER, access.ENGINEER} & request.actor.roles(contract.pk)),
        "assigns": access.MANAGER in request.actor.roles(contract.pk),
        "feed": feed_key(request.actor, contract),
    }


def _moving(request: HttpRequest, contract, team, form: MoveForm | None) -> dict[str, Any]:
    """The form by which a task is moved without dragging: asked for with ?move=, or shown again with why not."""
    asked = request.POST.get("id") if form is not None else request.GET.get("move")
    if not asked or (request.method == "POST" and form is None):
        return {"moving": None, "move_form": None}
    row = selectors.occurrence_for(request.actor, contract, _number(asked))
    if form is None:
        stands = row.planned_at or row.due_at
        initial = {"day": clock.local(stands).date(), "assignee": row.assignee_id}
        if row.planned_at:
            initial["hour"] = clock.local(row.planned_at).time()
        form = MoveForm(team, initial=initial)
    return {"moving": row, "move_form": form}


@public("a calendar program carries no session: the signed address is the key")
def calendar_feed(request: HttpRequest, key: str) -> HttpResponse:
    """One person's own tasks on one contract, for a calendar program that asks again and again."""
    found = feed_of(key)
    if found is None:
        raise Http404
    user_id, slug = found
    actor = accounts.actor_of(user_id)
    if actor is None or not actor.roles_on(slug):
        raise Http404
    contract = contracts.contract_for(actor, slug)
    content = selectors.ical_of(actor, contract, at=clock.now(), mine=request.GET.get("all") != "1")
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
