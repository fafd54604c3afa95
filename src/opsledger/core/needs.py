"""What an action needs to know before it may be taken: typed, with the word that stands on the form."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from opsledger.core.errors import DomainError

FactKind = Literal["text", "reference", "choice", "rating", "moment"]


@dataclass(frozen=True, slots=True)
class Need:
    """One fact of an action.

    Kinds: ``text`` (not blank), ``reference`` (anything that is there), ``choice`` (one of those that the
    fact named by `among` lists, or has as keys with their words; the contract decides which), ``rating``
    (1 to 5), ``moment`` (aware; not before and not after the facts so named, where those are known).  An
    `optional` fact may be missing but not wrong.  With `only_if`, the fact is needed when the fact so named
    is true, or, written ``name=a|b``, has one of these values.
    """

    name: str
    label: str
    kind: FactKind = "text"
    optional: bool = False
    only_if: str = ""
    among: str = ""
    not_before: str = ""
    not_after: str = ""

    def wanted(self, facts: Mapping[str, object]) -> bool:
        """Whether this fact has to be given, the other facts being as they are."""
        if self.optional:
            return False
        name, told, values = self.only_if.partition("=")
        if told:
            return str(facts.get(name, "")) in values.split("|")
        return not name or bool(facts.get(name))

    def why_not(self, facts: Mapping[str, object], action: str) -> DomainError | None:
        """What is missing or wrong about this fact for the action with the verb `action`, or None."""
        value = facts.get(self.name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if self.wanted(facts):
                return DomainError(
                    "transitions.fact_missing", fact=self.name, label=self.label, action=action
                )
            return None
        if self.kind == "choice":
            return self._choice(value, facts, action)
        if self.kind == "rating":
            return self._rating(value)
        if self.kind == "moment":
            return self._moment(value, facts, action)
        if self.kind == "text" and not isinstance(value, str):
            return self._wrong(value)
        return None

    def _choice(self, value: object, facts: Mapping[str, object], action: str) -> DomainError | None:
        listed = facts.get(self.among, ())
        choices = list(listed) if isinstance(listed, Collection) and not isinstance(listed, str) else []
        if value in choices:  # a list, because what came from outside may not be hashable
            return None
        words = listed.values() if isinstance(listed, Mapping) else choices
        return DomainError(
            "transitions.choice_not_allowed",
            fact=self.name,
            label=self.label,
            action=action,
            found=str(value)[:80],
            choices="、".join(map(str, words)) or "无",
        )

    def _rating(self, value: object) -> DomainError | None:
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5:
            return None
        return DomainError("transitions.bad_rating", fact=self.name, label=self.label, found=str(value)[:80])

    def _moment(self, value: object, facts: Mapping[str, object], action: str) -> DomainError | None:
        if not isinstance(value, datetime) or value.utcoffset() is None:
            return self._wrong(value)
        first, last = facts.get(self.not_before), facts.get(self.not_after)
        told = {"fact": self.name, "label": self.label, "action": action, "found": value}
        if isinstance(first, datetime) and value < first:
            return DomainError("transitions.too_early", bound=first, **told)
        if isinstance(last, datetime) and value > last:
            return DomainError("transitions.too_late", bound=last, **told)
        return None

    def _wrong(self, value: object) -> DomainError:
        return DomainError("transitions.bad_fact", fact=self.name, label=self.label, found=str(value)[:80])
