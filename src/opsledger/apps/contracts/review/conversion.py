"""From what the reader proposes to a term's data, and from data to its line of Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opsledger.apps.contracts.review.fields import FIELDS, told
from opsledger.apps.contracts.review.values import facts_of, parse
from opsledger.core import terms
from opsledger.core.errors import DomainError

KIND_OF = {
    "licences": "licence",
    "sla": "sla",
    "duties": "duty",
    "kpis": "kpi",
    "quotas": "quota",
    "deliverables": "deliverable",
    "staffing": "staffing",
    "retention": "retention",
    "approvals": "approval",
}
EACH_ITEM = "*"
# Said once for all items: a limit or a target binds each of them, anything else the contract as a whole.
_OF_EACH = frozenset({"sla", "kpi"})


def term_data(section: str, fields: Mapping[str, Any], *, common: bool) -> tuple[str, dict[str, Any], str]:
    """Kind, data and problem ("" when sound) of a proposal of the reader.

    Data that is not sound is kept as it was read, so that a person can complete it.
    """
    kind = KIND_OF[section]
    data: dict[str, Any] = {"item": EACH_ITEM if common and kind in _OF_EACH else ""}
    problem = ""
    for field in FIELDS[kind]:
        value = _plain(fields.get(field.name))
        try:
            if field.type == "choice":
                value = parse(field, value)
        except DomainError as error:
            problem = problem or told(error.code, kind, field.name, error.facts)
        if value is not None:
            data[field.name] = value
    wrong = [] if problem else terms.problems(kind, {**data, "key": "x"})
    if wrong:
        problem = told(wrong[0].code, kind, wrong[0].field, wrong[0].facts)
    return (kind, data, problem) if problem else (kind, facts_of(kind, data), "")


def described(kind: str, data: Mapping[str, Any], fallback: str = "") -> str:
    """The term in one line; `fallback` where the data is not sound."""
    if terms.problems(kind, {**data, "key": "x"}):
        return fallback or "内容不完整，请补充"
    return terms.describe(terms.from_dict(kind, {**data, "key": "x"}))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, float) else value
