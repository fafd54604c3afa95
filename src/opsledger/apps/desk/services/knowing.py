"""Knowledge: written from a closed ticket, reviewed before it is published, voted on, counted."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F

from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Article, ArticleVote, Ticket, TicketEvent
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor


def _record(actor: Actor, article: Article, verb: str, **changes: object) -> None:
    ledger.record(
        chain=ledger.contract_chain(article.contract_id),
        actor=actor,
        verb=verb,
        subject=ledger.Subject("article", str(article.pk), article.title),
        changes=changes,
    )


@transaction.atomic
def write_article(
    *,
    actor: Actor,
    contract: Contract,
    title: str,
    solution: str,
    symptom: str = "",
    item: ServiceItem | None = None,
    ticket: Ticket | None = None,
    internal: bool = False,
    article: Article | None = None,
) -> Article:
    """A new article, or a new wording of one; what was published goes back to draft until reviewed again."""
    actor.must(contract.pk, *policies.PROVIDER_ROLES)
    if ticket is not None and not ticket.over:
        raise DomainError("article.ticket_open", state=ticket.state_word)
    at = clock.now()
    said: dict[str, Any] = {
        "title": title.strip()[:120],
        "symptom": symptom.strip(),
        "solution": solution.strip(),
        "item": item,
        "internal": internal,
        "updated_at": at,
        "state": Article.State.DRAFT,
    }
    if article is None:
        article = Article.objects.create(
            contract=contract, ticket=ticket, author_id=actor.user_id, created_at=at, **said
        )
    else:
        for name, value in said.items():
            setattr(article, name, value)
        article.save(update_fields=list(said))
    _record(actor, article, "article.written")
    return article


@transaction.atomic
def move_article(*, actor: Actor, article: Article, to: str) -> Article:
    """Draft to review (the author's side), review to published by another person, published to retired."""
    ways = {("draft", "review"), ("review", "published"), ("review", "draft"), ("published", "retired")}
    if (article.state, to) not in ways:
        raise DomainError("article.not_now", state=article.get_state_display())
    if to == "published":
        actor.must(article.contract_id, access.MANAGER, access.BUYER)
        if article.author_id == actor.user_id:
            raise DomainError("article.own_review")
    else:
        actor.must(article.contract_id, *policies.PROVIDER_ROLES)
    said = {"state": to, "updated_at": clock.now()}
    if to == "published":
        said["reviewed_by_id"] = actor.user_id
    if Article.objects.filter(pk=article.pk, state=article.state).update(**said) != 1:
        raise DomainError("article.not_now", state=article.get_state_display())
    article.refresh_from_db()
    _record(actor, article, f"article.{to}")
    return article


def vote(*, actor: Actor, article: Article, helpful: bool) -> None:
    """Whether it helped: one vote a person, the last one counts."""
    if actor.user_id is None:
        raise DomainError("access.denied")
    ArticleVote.objects.update_or_create(
        article=article, user_id=actor.user_id, defaults={"helpful": helpful}
    )


@transaction.atomic
def use_article(*, actor: Actor, article: Article, ticket: Ticket) -> None:
    """Take an article into a ticket's story; it counts as one use."""
    actor.must(ticket.contract_id, *policies.PROVIDER_ROLES)
    at = clock.now()
    TicketEvent.objects.create(
        ticket=ticket,
        kind="article_used",
        action="use_article",
        happened_at=at,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        note=article.title,
        private=article.internal,
        data={"article": article.pk},
    )
    Article.objects.filter(pk=article.pk).update(uses=F("uses") + 1)
