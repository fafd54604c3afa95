"""Full-text search that works for Chinese, the same on SQLite and PostgreSQL.

Trigram indexes cannot look up words of two characters, which most Chinese words are.  So text is cut into
overlapping pairs of characters (and whole words of Latin letters and digits), which both engines index as plain
tokens: FTS5 with `unicode61` and a tsvector of the configuration `simple` under GIN.  A word of any length is
then a phrase of its pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from django.db import connection
from django.db.models import Q

from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.desk.selectors.story_files import open_files
from opsledger.apps.ledger.selectors import attachments_of
from opsledger.kernel.events import Event

_RUNS = re.compile(r"[0-9a-z_]+|[\u3400-\u9fff]+")
_MAX_TEXT = 40_000
_MAX_TERMS = 8
MAX_HITS = 2000


def tokens(text: str) -> list[str]:
    """Pairs of neighbouring Chinese characters and whole Latin words, in order; the last character alone too.

    "登录白屏 DB01" gives 登录 录白 白屏 屏 db01.
    """
    found: list[str] = []
    for run in _RUNS.findall(text.lower()[:_MAX_TEXT]):
        if run[0] < "\u3400":
            found += [part for part in re.split("_+", run) if part]
            continue
        found += [left + right for left, right in pairwise(run)]
        found.append(run[-1])
    return found


def _pieces(words: str) -> list[list[str]]:
    """What must be found: one list of neighbouring tokens for each run of the query."""
    runs = _RUNS.findall(words.lower()[:100])[:_MAX_TERMS]
    found = []
    for run in runs:
        if run[0] < "\u3400" or len(run) == 1:
            found.append([run.strip("_")])
        else:
            found.append([left + right for left, right in pairwise(run)])
    return [piece for piece in found if piece[0]]


def matching(words: str, contract_id: int, units: Sequence[int] | None = None, kept: Sequence[int] = ()) -> Q:
    """The tickets of a contract (of these service units, if named, and those `kept`) in which all of `words` occur.

    The newest `MAX_HITS` of them, found here and now by one query: so a word that stands in every other ticket
    costs no more than a rare one.  An empty or unreadable query finds nothing.
    """
    pieces = _pieces(words)
    if not pieces:
        return Q(pk__in=[])
    given: list[object] = [_asked(pieces), contract_id]
    narrowed = ""
    if units is not None:
        narrowed = f" AND (t.unit_id IN ({_marks(units)})"
        narrowed += f" OR t.id IN ({_marks(kept)}))" if kept else ")"
        given = [*given, *units, *kept]
    with connection.cursor() as cursor:
        cursor.execute(_FIND[connection.vendor].format(narrowed=narrowed), [*given, MAX_HITS])
        return Q(pk__in=[row[0] for row in cursor.fetchall()])


def _marks(values: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(values)) or "NULL"


_FIND = {
    "postgresql": (
        "SELECT s.ticket_id FROM desk_search s JOIN desk_ticket t ON t.id = s.ticket_id "
        "WHERE s.tokens @@ to_tsquery('simple', %s) AND t.contract_id = %s{narrowed} "
        "ORDER BY s.ticket_id DESC LIMIT %s"
    ),
    # CROSS JOIN keeps the order of the tables: the index is walked from its newest hit.
    "sqlite": (
        "SELECT s.rowid FROM desk_search s CROSS JOIN desk_ticket t ON t.id = s.rowid "
        "WHERE s.tokens MATCH %s AND t.contract_id = %s{narrowed} ORDER BY s.rowid DESC LIMIT %s"
    ),
}


def _asked(pieces: list[list[str]]) -> str:
    """The query in the language of the engine."""
    if connection.vendor == "postgresql":
        # The last token of a run is a beginning: "db0" finds db01, "白" finds 白屏.
        return " & ".join(
            "(" + " <-> ".join(f"'{token}'" + (":*" if _open(piece, token) else "") for token in piece) + ")"
            for piece in pieces
        )
    return " AND ".join(
        '"' + " ".join(piece) + '"' + ("*" if _open(piece, piece[-1]) else "") for piece in pieces
    )


def _open(piece: list[str], token: str) -> bool:
    return len(piece) == 1 and (token.isascii() or len(token) == 1)


def text_of(ticket: Ticket) -> str:
    """Everything that is said on a ticket but private notes, which a unit must not find.

    What was amended is found no more: the description stands on the ticket, not where it was first told.
    """
    events = list(TicketEvent.objects.filter(ticket=ticket).order_by("recorded_at", "id"))
    files = attachments_of("ticket", [str(ticket.pk)]).get(str(ticket.pk), [])
    notes = [one.note for one in events if not one.private and one.action not in ("report", "draft", "log")]
    return _text(ticket, [*notes, *(file.name for file in open_files(events, files))])


def _text(ticket: Ticket, more: Iterable[str]) -> str:
    # The description is the note of the first fact as well.
    parts = dict.fromkeys(
        [
            ticket.number,
            ticket.title,
            ticket.description,
            ticket.cause,
            ticket.solution,
            ticket.contact_name,
            ticket.device,
            ticket.place,
            *ticket.tags,
            *more,
        ]
    )
    return "\n".join(part for part in parts if part)


def index_ticket(ticket: Ticket) -> None:
    """Put what is said on a ticket into the index, in place of what was there."""
    write(ticket.pk, text_of(ticket))


def write(ticket_id: int, text: str) -> None:
    """One row of the index."""
    told = " ".join(tokens(text))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO desk_search (ticket_id, tokens) VALUES (%s, to_tsvector('simple', %s)) "
                "ON CONFLICT (ticket_id) DO UPDATE SET tokens = EXCLUDED.tokens",
                (ticket_id, told),
            )
        else:
            cursor.execute(
                "INSERT OR REPLACE INTO desk_search (rowid, tokens) VALUES (%s, %s)", (ticket_id, told)
            )


# With these a ticket begins, and everything said on it is in hand.
_FIRST = frozenset({"ticket.reported", "ticket.drafted", "ticket.logged"})
_WORDLESS = frozenset(
    {
        "ticket.breached",
        "ticket.breach_lifted",
        "ticket.confirm_reminded",
        "ticket.rule_hit",
        "ticket.rule_lifted",
        "ticket.rule_recounted",
        "ticket.moved_away",
        # What was done is not for everybody who finds the ticket.
        "ticket.worked",
        "ticket.work_withdrawn",
        "ticket.children_told",
        "ticket.children_resolved",
    }
)


def on_ticket(event: Event) -> None:
    """Index a ticket whenever something was said on it."""
    if event.subject_type != "ticket" or event.verb in _WORDLESS:
        return
    ticket = event.about
    if isinstance(ticket, Ticket) and event.verb in _FIRST:
        files = event.changes.get("files")
        write(ticket.pk, _text(ticket, files if isinstance(files, list) else ()))
        return
    index_ticket(Ticket.objects.get(pk=event.subject_id))
