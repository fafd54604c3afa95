"""Knowledge: read, written, reviewed, voted on, used."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.selectors import contract_at_hand, item_at_hand
from opsledger.apps.desk import searching, selectors, services
from opsledger.apps.desk.api import shown
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.api.schemas import TicketOut
from opsledger.apps.desk.models import Article
from opsledger.apps.desk.selectors.articles import article_for, visible_articles
from opsledger.kernel.wire import REFUSALS, Id, Key, Line, Number, PageOf, Said, Slug, Words, paged

router = Router(tags=["knowledge"])


class ArticleRow(Schema):
    """An article in a list."""

    id: int
    title: str
    item: str | None
    state: str
    state_word: str
    internal: bool
    helped: int
    not_helped: int
    uses: int
    updated_at: datetime


class ArticleOut(ArticleRow):
    symptom: str
    solution: str
    author: str | None
    ticket: str | None


class ArticleIn(Schema):
    model_config = ConfigDict(extra="forbid")

    title: Line = Field(min_length=1)
    solution: Said
    symptom: Words = ""
    internal: bool = False
    item: Line | None = Field(None, description="服务项序号；不填为通用")
    ticket: Line | None = Field(None, description="来自哪张已关闭的工单；仅新建时有效")


class MoveIn(Schema):
    model_config = ConfigDict(extra="forbid")

    to: Literal["draft", "review", "published", "retired"]


class VoteIn(Schema):
    model_config = ConfigDict(extra="forbid")

    helpful: bool


class UseIn(Schema):
    model_config = ConfigDict(extra="forbid")

    article: int = Field(ge=1, le=9_000_000_000_000_000)


def _row(article: Article) -> dict[str, Any]:
    return {
        "id": article.pk,
        "title": article.title,
        "item": article.item.no if article.item else None,
        "state": article.state,
        "state_word": article.get_state_display(),
        "internal": article.internal,
        "helped": article.helped,  # type: ignore[attr-defined]
        "not_helped": article.not_helped,  # type: ignore[attr-defined]
        "uses": article.uses,
        "updated_at": article.updated_at,
    }


def _whole(article: Article) -> dict[str, Any]:
    return {
        **_row(article),
        "symptom": article.symptom,
        "solution": article.solution,
        "author": str(article.author) if article.author else None,
        "ticket": article.ticket.number if article.ticket else None,
    }


@router.get(
    "/contracts/{slug}/articles",
    response={200: PageOf[ArticleRow], **REFUSALS},
    summary="知识列表；带 q 时按相近程度排列",
)
def articles(
    request: HttpRequest,
    slug: Slug,
    state: Annotated[str, Query(max_length=10)] = "",
    q: Line = "",
    count: bool = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Any:
    """Articles, the latest first; with `q` those that resemble the words, the best first (at most 100)."""
    must(request, "tickets:read")
    rows = visible_articles(request.actor, contract_at_hand(request.actor, slug))
    if state:
        rows = rows.filter(state=state)
    if q:
        found = searching.articles_like(rows, q)
        more = offset + limit if len(found) > offset + limit else None
        page = [_row(one) for one in found[offset : offset + limit]]
        return Status(200, {"items": page, "next_offset": more, "count": len(found) if count else None})
    rows = rows.order_by("-updated_at", "-id")
    return Status(200, paged(rows, limit=limit, offset=offset, count=count, show=_row))


@router.post("/contracts/{slug}/articles", response={201: ArticleOut, **REFUSALS}, summary="新建知识（草稿）")
def write(request: HttpRequest, slug: Slug, told: ArticleIn, key: Key = None) -> Any:
    """A new article as a draft."""
    must(request, "tickets:write")

    def do() -> dict[str, Any]:
        return _written(request, slug, told, None)

    asked = f"article {slug} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


def _written(request: HttpRequest, slug: str, told: ArticleIn, known: Article | None) -> dict[str, Any]:
    contract = contract_at_hand(request.actor, slug)
    ticket = None
    if known is None and told.ticket:
        _, ticket = find(request, slug, told.ticket)
    item = item_at_hand(request.actor, contract, told.item) if told.item else None
    made = services.write_article(
        actor=request.actor,
        contract=contract,
        article=known,
        ticket=ticket,
        item=item or (ticket.item if ticket else known.item if known else None),
        title=told.title,
        symptom=told.symptom,
        solution=told.solution,
        internal=told.internal,
    )
    return _whole(article_for(request.actor, contract, made.pk))


@router.get(
    "/contracts/{slug}/articles/hints",
    response={200: list[ArticleRow], **REFUSALS},
    summary="边写报修边提示：相近的已发布知识，最多 3 条",
)
def hints(request: HttpRequest, slug: Slug, title: Line = "") -> Any:
    """Published articles that may help before a report is sent."""
    must(request, "tickets:read")
    seen = visible_articles(request.actor, contract_at_hand(request.actor, slug))
    return Status(200, [_row(one) for one in searching.hints_for(seen, title)])


@router.get(
    "/contracts/{slug}/articles/{article_id}", response={200: ArticleOut, **REFUSALS}, summary="一条知识"
)
def article(request: HttpRequest, slug: Slug, article_id: Id) -> Any:
    """One article."""
    must(request, "tickets:read")
    contract = contract_at_hand(request.actor, slug)
    return Status(200, _whole(article_for(request.actor, contract, article_id)))


@router.put(
    "/contracts/{slug}/articles/{article_id}",
    response={200: ArticleOut, **REFUSALS},
    summary="修改知识；已发布的回到草稿",
)
def rewrite(request: HttpRequest, slug: Slug, article_id: Id, told: ArticleIn) -> Any:
    """A new wording; what was published is a draft again until it is reviewed."""
    must(request, "tickets:write")
    contract = contract_at_hand(request.actor, slug)
    return Status(200, _written(request, slug, told, article_for(request.actor, contract, article_id)))


@router.post(
    "/contracts/{slug}/articles/{article_id}/move",
    response={200: ArticleOut, **REFUSALS},
    summary="送审、发布、退回、停用",
)
def move(request: HttpRequest, slug: Slug, article_id: Id, told: MoveIn) -> Any:
    """Send for review, publish, send back, retire."""
    must(request, "tickets:write")
    contract = contract_at_hand(request.actor, slug)
    found = article_for(request.actor, contract, article_id)
    services.move_article(actor=request.actor, article=found, to=told.to)
    return Status(200, _whole(article_for(request.actor, contract, article_id)))


@router.put(
    "/contracts/{slug}/articles/{article_id}/vote", response={200: ArticleOut, **REFUSALS}, summary="是否有用"
)
def vote(request: HttpRequest, slug: Slug, article_id: Id, told: VoteIn) -> Any:
    """Whether it helped; one vote a person, the last one counts."""
    must(request, "tickets:write")
    contract = contract_at_hand(request.actor, slug)
    found = article_for(request.actor, contract, article_id)
    services.vote(actor=request.actor, article=found, helpful=told.helpful)
    return Status(200, _whole(article_for(request.actor, contract, article_id)))


@router.post(
    "/contracts/{slug}/tickets/{number}/articles",
    response={201: TicketOut, **REFUSALS},
    summary="在工单中引用知识",
)
def use(request: HttpRequest, slug: Slug, number: Number, told: UseIn, key: Key = None) -> Any:
    """Take an article into a ticket's story."""
    must(request, "tickets:write")
    contract, found = find(request, slug, number)

    def do() -> dict[str, Any]:
        used = article_for(request.actor, contract, told.article)
        services.use_article(actor=request.actor, article=used, ticket=found)
        return shown.whole(selectors.ticket_for(request.actor, contract, number), request.actor)

    asked = f"use {slug} {number} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))
