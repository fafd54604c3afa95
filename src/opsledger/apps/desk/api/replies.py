"""Words used again and again: kept by the provider's people, and filled in for the ticket at hand."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.desk import replies as canned
from opsledger.apps.desk import searching, selectors
from opsledger.apps.desk.api.on_ticket import AT, must_be
from opsledger.apps.desk.api.routes import contract_with, find
from opsledger.apps.desk.models import CannedReply
from opsledger.apps.desk.selectors.articles import visible_articles
from opsledger.apps.desk.services.habits import drop_reply, keep_reply
from opsledger.kernel import access
from opsledger.kernel.wire import REFUSALS, Id, Key, Line, Number, Said, Slug, Strict

router = Router(tags=["replies"])
_PROVIDER = (access.MANAGER, access.ENGINEER)


class ReplyOut(Schema):
    id: int
    name: str
    text: str


class RepliesOut(Schema):
    replies: list[ReplyOut]
    places: list[str] = Field(description="可写在花括号中、由工单填好的内容")


class ReplyIn(Strict):
    name: Annotated[Line, StringConstraints(min_length=1, max_length=60)]
    text: Annotated[Said, StringConstraints(max_length=5000)]


class FilledOut(Schema):
    name: str
    text: str


class HelpArticleOut(Schema):
    """An article that may fit; taking it into the story is a POST to the ticket's articles."""

    id: int
    title: str
    solution: str
    internal: bool
    uses: int
    helped: int
    not_helped: int


class AnswerHelpOut(Schema):
    replies: list[FilledOut]
    articles: list[HelpArticleOut]


def _reply(row: CannedReply) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name, "text": row.text}


@router.get(
    "/contracts/{slug}/replies", response={200: RepliesOut, **REFUSALS}, summary="常用语（最多 100 条）"
)
def replies(request: HttpRequest, slug: Slug) -> Any:
    """The canned replies of a contract, by name."""
    must(request, "settings:read")
    contract = contract_with(request, slug, *_PROVIDER)
    rows = [_reply(row) for row in selectors.replies_of(contract)]
    return Status(200, {"replies": rows, "places": canned.PLACES})


@router.post(
    "/contracts/{slug}/replies", response={201: ReplyOut, **REFUSALS}, summary="保存常用语；同名的以新的为准"
)
def save_reply(request: HttpRequest, slug: Slug, told: ReplyIn, key: Key = None) -> Any:
    """Keep words under a name."""
    must(request, "settings:write")
    contract = contract_with(request, slug, *_PROVIDER)

    def do() -> dict[str, Any]:
        return _reply(keep_reply(actor=request.actor, contract=contract, **told.model_dump()))

    asked = f"reply {slug} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


@router.delete("/contracts/{slug}/replies/{reply_id}", response={204: None, **REFUSALS}, summary="删除常用语")
def forget_reply(request: HttpRequest, slug: Slug, reply_id: Id) -> Any:
    """Forget a canned reply."""
    must(request, "settings:write")
    contract = contract_with(request, slug, *_PROVIDER)
    known = {row.pk: row for row in selectors.replies_of(contract)}
    if reply_id not in known:
        raise Http404
    drop_reply(actor=request.actor, contract=contract, name=known[reply_id].name)
    return Status(204, None)


@router.get(
    AT + "/answer-help",
    response={200: AnswerHelpOut, **REFUSALS},
    summary="答复这张工单可用的常用语（已填好）和知识",
)
def answer_help(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """Canned replies filled in from the ticket, and articles that resemble it."""
    must(request, "tickets:read")
    contract, found = find(request, slug, number)
    must_be(request, found, *_PROVIDER)
    seen = visible_articles(request.actor, contract)
    return Status(
        200,
        {
            "replies": [
                {"name": one.name, "text": one.text}
                for one in canned.filled(selectors.replies_of(contract), found, request.actor)
            ],
            "articles": [
                {
                    "id": one.pk,
                    "title": one.title,
                    "solution": one.solution,
                    "internal": one.internal,
                    "uses": one.uses,
                    "helped": one.helped,  # type: ignore[attr-defined]
                    "not_helped": one.not_helped,  # type: ignore[attr-defined]
                }
                for one in searching.helps_for(seen, found.title)
            ],
        },
    )
