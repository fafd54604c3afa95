"""Words to rows: articles that resemble what is typed (tickets: see `search_index`)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from opsledger.apps.desk.models import Article

_HINTS, _HELPS = 3, 5


def bigrams(words: str) -> list[str]:
    """The two-character pieces of Chinese text and whole words of the rest, each once."""
    found: dict[str, None] = {}
    for word in words.split():
        if word.isascii():
            found[word.lower()] = None
        else:
            found |= dict.fromkeys(word[at : at + 2] for at in range(len(word) - 1))
    return list(found)


def articles_like(rows: QuerySet[Article], words: str) -> list[Article]:
    """The articles that share most pieces with `words`, the best first; none that share nothing."""
    pieces = bigrams(words)[:12]
    if not pieces:
        return []
    wanted = Q()
    for piece in pieces:
        wanted |= Q(title__icontains=piece) | Q(symptom__icontains=piece)
    scored = [(_score(article, pieces), article) for article in rows.filter(wanted)[:100]]
    scored.sort(key=lambda pair: (-pair[0], -pair[1].uses, pair[1].pk))
    return [article for _, article in scored]


def _score(article: Article, pieces: list[str]) -> int:
    title, text = article.title.lower(), article.symptom.lower()
    return sum(2 * (piece in title) + (piece in text) for piece in pieces)


def hints_for(rows: QuerySet[Article], title: str) -> list[Article]:
    """The few published articles that may help whoever types this title; none for less than two characters."""
    words = title.strip()
    if len(words) < 2:
        return []
    return articles_like(rows.filter(state=Article.State.PUBLISHED), words)[:_HINTS]


def helps_for(rows: QuerySet[Article], title: str) -> list[Article]:
    """The published articles that may be taken into an answer to a ticket with this title."""
    return articles_like(rows.filter(state=Article.State.PUBLISHED), title)[:_HELPS]
