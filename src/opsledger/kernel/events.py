"""Who is told when something has been recorded.

A later room learns of an earlier one, and an earlier of a later, only through here.  The one table of
subscriptions stands in site/subscriptions.py.  Subscribers run in the transaction of the act, after its
entry is written; what leaves the process (mail, chat) goes through the outbox instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from opsledger.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was recorded: `verb` ("ticket.resolved") on the subject ("ticket", "12")."""

    verb: str
    chain: str
    subject_type: str
    subject_id: str
    subject_label: str
    actor: Actor
    happened_at: datetime
    recorded_at: datetime
    changes: Mapping[str, object]
    entry_id: int
    # The row itself as the act's transaction holds it, where the act has it in hand; saves reading it again.
    about: object = field(default=None, compare=False)


Subscriber = Callable[[Event], None]
_subscribers: list[tuple[str, Subscriber]] = []


def subscribe(pattern: str, subscriber: Subscriber) -> None:
    """Call `subscriber` on verbs equal to `pattern`, or beginning with it where it ends with a dot."""
    if (pattern, subscriber) not in _subscribers:
        _subscribers.append((pattern, subscriber))


def publish(event: Event) -> None:
    """Tell every subscriber, in the order of the table."""
    for pattern, subscriber in _subscribers:
        if event.verb == pattern or (pattern.endswith(".") and event.verb.startswith(pattern)):
            subscriber(event)
