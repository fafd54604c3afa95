"""The one kind of error that the rules raise."""

from __future__ import annotations


class DomainError(Exception):
    """A rule of the domain was broken by what was asked.

    `code` is stable and dotted (``clock.unknown_zone``); `facts` are the values a person needs to put
    it right.  The Chinese sentence for a code stands in the ``sentences.py`` of the room that raises it,
    as a ``str.format`` template over the facts.
    """

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code, facts)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({told})"
