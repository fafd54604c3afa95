"""Who is told something in the application may hear of it elsewhere as well.

The room of people keeps the message; a later room that knows the ways out of the house listens here.  The one
table of listeners stands in site/subscriptions.py.  Listeners run in the transaction of the act and only write
down what is to be sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A message to some people; `dedupe` names what it is about, so that it is told once."""

    user_ids: tuple[int, ...]
    title: str
    body: str
    url: str
    contract_slug: str
    dedupe: str
    at: datetime


Listener = Callable[[Told], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    if listener not in _listeners:
        _listeners.append(listener)


def tell(told: Told) -> None:
    """Tell every listener; nobody told, nothing done."""
    if told.user_ids:
        for listener in _listeners:
            listener(told)
