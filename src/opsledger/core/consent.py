"""Consent that the contract wants before an act: of whom, and what has been had of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from opsledger.core.terms import Act, ApprovalTerm, Consent, Party


@dataclass(frozen=True, slots=True)
class Demand:
    """What stands before one act.

    `parties` must have consented; `told` need only be told.  `clauses` say where it is written; without one the
    parties have agreed on it beyond the text.  Several terms on the same act add up: nobody can say afterwards which
    of them a particular part or record fell under.
    """

    act: Act
    parties: frozenset[Party]
    told: frozenset[Party]
    clauses: tuple[str, ...]
    what: tuple[str, ...]
    written: bool

    def missing(self, given: Collection[str]) -> tuple[Party, ...]:
        """Who has not consented yet, in the order of the vocabulary; `given` names those who have."""
        return tuple(party for party in Party if party in self.parties and str(party) not in given)

    @property
    def who(self) -> str:
        """Those who must consent, in words."""
        return "、".join(party.label for party in Party if party in self.parties)

    @property
    def where(self) -> str:
        """The clauses, in words."""
        return "、".join(self.clauses) or "双方约定"


def demands(terms: Iterable[ApprovalTerm], agreed: Collection[str] = ()) -> dict[Act, Demand]:
    """Every act that needs something first, from the terms that bind (item and contract alike).

    `agreed` are acts for which the parties want the buyer's consent though no term asks for it; unknown ones are
    passed over.
    """
    found: dict[Act, list[ApprovalTerm]] = {}
    for term in terms:
        found.setdefault(term.act, []).append(term)
    made = {act: _demand(act, rows) for act, rows in found.items()}
    for act in (act for act in Act if act in agreed):
        if act not in made or not made[act].parties:
            known = made.get(act)
            told = known.told if known else frozenset()
            made[act] = Demand(act, frozenset({Party.BUYER}), told, (), (act.label,), True)
    return made


def _demand(act: Act, rows: list[ApprovalTerm]) -> Demand:
    asking = [term for term in rows if term.consent is not Consent.NOTICE]
    kept = asking or rows
    return Demand(
        act=act,
        parties=frozenset(party for term in asking for party in term.by),
        told=frozenset(party for term in rows if term.consent is Consent.NOTICE for party in term.by),
        clauses=tuple(dict.fromkeys(term.clause for term in kept if term.clause)),
        what=tuple(dict.fromkeys(term.what for term in kept)),
        written=any(term.consent is Consent.WRITTEN for term in asking),
    )
