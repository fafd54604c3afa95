"""Knowledge as one actor may read it."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Article
from opsledger.kernel import access
from opsledger.kernel.access import Actor


def visible_articles(actor: Actor, contract: Contract) -> QuerySet[Article]:
    """The provider sees all, the others what is published and not internal; with their votes."""
    rows = Article.objects.filter(contract=contract).select_related("item", "author", "ticket", "contract")
    if not policies.is_provider(actor, contract.pk):
        seen = Q(state=Article.State.PUBLISHED, internal=False)
        if actor.roles(contract.pk) & {access.BUYER}:
            seen |= Q(state=Article.State.REVIEW, internal=False)
        rows = rows.filter(seen)
    return rows.annotate(
        helped=Count("votes", filter=Q(votes__helpful=True)),
        not_helped=Count("votes", filter=Q(votes__helpful=False)),
    )


def article_for(actor: Actor, contract: Contract, article_id: int) -> Article:
    """One article; Http404 if hidden or missing."""
    found = visible_articles(actor, contract).filter(pk=article_id).first()
    if found is None:
        raise Http404
    return found
