"""What may be done to a ticket and what that asks for; its clocks alone; its sheet; its spare parts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.tokens import must
from opsledger.apps.assets import selectors as assets
from opsledger.apps.desk import bars, folding, selectors
from opsledger.apps.desk.api.on_ticket import AT
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.forms import form_for, has_form
from opsledger.apps.desk.forms.acts import WITH_CHILDREN
from opsledger.apps.desk.offered import offered, why_not
from opsledger.apps.desk.sheets import sheet_file
from opsledger.core import tickets
from opsledger.kernel import clock, tables
from opsledger.kernel.wire import REFUSALS, Number, Slug

router = Router(tags=["acts"])
Action = Annotated[str, Path(pattern=r"^[a-z_]+$", max_length=24)]
HTML: dict[str, Any] = {
    "responses": {200: {"description": "文件内容", "content": {"text/html": {"schema": {"type": "string"}}}}}
}


class WayOut(Schema):
    """One act of the ticket's table; `why_not` is empty where it may be done now."""

    action: str
    word: str
    allowed: bool
    why_not: str


class ChoiceOut(Schema):
    value: str
    word: str


class FactOut(Schema):
    """One fact that an act asks for, by the name under which it is sent."""

    name: str
    word: str
    required: bool
    several: bool = Field(description="可给多个值")
    moment: bool = Field(description="带时区的时间")
    help: str
    value: str | list[str] | None = Field(description="现在填好的内容")
    choices: list[ChoiceOut]


class ActFormOut(WayOut):
    """The form of an act: of changes and problems its facts are sent under `facts`."""

    facts: list[FactOut]


class ClockOut(Schema):
    """A timer as the page tells it, with the sentences that justify its due moment."""

    metric: str
    word: str
    cycle: int
    tone: str
    state: str
    headline: str
    due_at: datetime
    met_at: datetime | None
    limit: str
    clause: str
    summary: str
    lines: list[str]
    retargeted: bool
    changes: list[str] = Field(description="改系统、调整等级后时限如何改变，各一句")


class TicketPartOut(Schema):
    part: str
    quantity: int
    unit: str
    word: str
    assets: list[str]


@router.get(
    AT + "/acts", response={200: list[WayOut], **REFUSALS}, summary="一张工单的全部操作，及不能做的原因"
)
def ways(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """Every act of the ticket's page: those that may be done now first, in the order of its table."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    told = offered(request.actor, found, selectors.events_of(found))
    rows = [(way.action, way.label, "") for way in told.allowed] + told.refused
    return Status(
        200,
        [{"action": action, "word": word, "allowed": not why, "why_not": why} for action, word, why in rows],
    )


@router.get(
    AT + "/acts/{action}/form",
    response={200: ActFormOut, **REFUSALS},
    summary="一个操作需要填写的内容、可选项和已填好的内容",
)
def act_form(request: HttpRequest, slug: Slug, number: Number, action: Action) -> Any:
    """What the act asks for; doing it is a POST to the act itself."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    table = tickets.table(found.kind)
    if action not in table.actions or not has_form(found, action):
        raise Http404
    why = why_not(request.actor, found, action)
    form = form_for(found, action)
    facts = [_fact(form, name) for name in form.fields if name not in ("version", WITH_CHILDREN)]
    return Status(
        200,
        {
            "action": action,
            "word": table.actions[action],
            "allowed": not why,
            "why_not": why,
            "facts": facts,
        },
    )


def _fact(form: forms.Form, name: str) -> dict[str, Any]:
    """A field of the screen's form; people go by user name over the wire, marks of the five parts under `parts`."""
    field, value = form.fields[name], form[name].initial
    return {
        "name": f"parts.{name.removeprefix('part_')}" if name.startswith("part_") else name,
        "word": str(field.label or name),
        "required": field.required,
        "several": isinstance(field, (forms.MultipleChoiceField, forms.FileField)),
        "moment": isinstance(field, forms.DateTimeField),
        "help": str(field.help_text),
        "value": _value(field, value),
        "choices": _choices(field),
    }


def _value(field: forms.Field, value: Any) -> str | list[str] | None:
    if value is None or value == "":
        return None
    if isinstance(value, (list, tuple)):
        return [str(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(field, forms.ModelChoiceField):
        chosen = value if isinstance(value, User) else field.queryset.filter(pk=value).first()
        return chosen.username if chosen else None
    return str(value)


def _choices(field: forms.Field) -> list[dict[str, str]]:
    if not isinstance(field, forms.ChoiceField):
        return []
    names = {}
    if isinstance(field, forms.ModelChoiceField):
        names = {str(user.pk): user.username for user in field.queryset}
    rows = [(str(key), str(word)) for key, word in field.choices if str(key) != ""]
    return [{"value": names.get(key, key), "word": word} for key, word in rows]


@router.get(
    AT + "/timers", response={200: list[ClockOut], **REFUSALS}, summary="一张工单的时限，及怎么算出来的"
)
def timers(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """The clocks alone, the open ones first."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    at = clock.now()
    views = bars.timer_views(folding.fold_ticket(found, selectors.events_of(found), at), at)
    return Status(
        200,
        [
            {
                "metric": view.metric,
                "word": view.word,
                "cycle": view.cycle,
                "tone": view.tone,
                "state": view.state,
                "headline": view.headline,
                "due_at": view.due,
                "met_at": view.met_at,
                "limit": view.limit_text,
                "clause": view.clause,
                "summary": view.summary,
                "lines": view.lines,
                "retargeted": view.retargeted,
                "changes": view.changes,
            }
            for view in views
        ],
    )


@router.get(
    AT + "/sheet", response=REFUSALS, openapi_extra=HTML, summary="下载处理单（可直接打印签字的网页文件）"
)
def sheet(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """The sheet for signature as one file."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    answer = HttpResponse(sheet_file(request.actor, found), content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = tables.attachment(f"{found.number}-处理单.html")
    return answer


@router.get(
    AT + "/parts", response={200: list[TicketPartOut], **REFUSALS}, summary="为这张工单预留、领用、借出的备件"
)
def parts(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """Spare parts as the moves of the stock say."""
    must(request, "tickets:read")
    contract, found = find(request, slug, number)
    return Status(
        200,
        [
            {
                "part": str(row.part),
                "quantity": row.quantity,
                "unit": row.part.unit,
                "word": row.word,
                "assets": [asset.code for asset in row.assets],
            }
            for row in assets.parts_for_ticket(contract, found.number)
        ],
    )
