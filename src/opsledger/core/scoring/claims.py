"""Which fact belongs to which row: matchers, periods, exclusions and objections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opsledger.core.scoring.cursor import plain
from opsledger.core.scoring.facts import Fact, Objection, Period
from opsledger.core.scoring.results import FactState
from opsledger.core.scoring.scheme import Indicator, Match, Scheme


def matches(match: Match, fact: Fact) -> bool:
    """Whether the fact meets every stated condition of the matcher."""
    if fact.kind not in match.kinds:
        return False
    if match.items and fact.item_no not in match.items:
        return False
    if match.item_categories and fact.item_category not in match.item_categories:
        return False
    if not all(_is(fact, name, values) for name, values in match.where.items()):
        return False
    if any(_is(fact, name, values) for name, values in match.unless.items()):
        return False
    if match.measure.low is None and match.measure.high is None:
        return True
    return fact.measure is not None and match.measure.holds(fact.measure)


def _is(fact: Fact, name: str, values: tuple[str, ...]) -> bool:
    found = fact.attribute(name)
    return found is not None and plain(found) in values


class Claim:
    """A fact with the row that it belongs to and whether it counts there."""

    __slots__ = ("fact", "indicator", "note", "state")

    def __init__(self, fact: Fact, indicator: Indicator | None, state: FactState, note: str) -> None:
        self.fact = fact
        self.indicator = indicator
        self.state = state
        self.note = note

    @property
    def counts(self) -> bool:
        """Whether the row's rule may count it."""
        return self.state is FactState.COUNTED


def standing(scheme: Scheme, fact: Fact) -> tuple[FactState, str]:
    """Whether a fact of the period counts as far as exclusions and objections go, and why."""
    if fact.objection is Objection.UPHELD:
        return FactState.UPHELD, "异议成立，不计"
    if fact.exclusion is not None:
        reason, allowed = fact.exclusion.reason, scheme.exclusion_reasons
        if allowed and reason not in allowed:
            return FactState.COUNTED, f"申请以“{reason}”排除，但不属于合同约定的免责情形，仍计入"
        if fact.exclusion.approved_by is None:
            return FactState.COUNTED, f"申请以“{reason}”排除，采购人尚未批准，仍计入"
        return FactState.EXCLUDED, f"因“{reason}”排除，由{fact.exclusion.approved_by}批准，不计"
    notes = {Objection.RAISED: "服务商已提异议，处理前仍计入", Objection.REJECTED: "异议不成立，计入"}
    return FactState.COUNTED, notes.get(fact.objection, "")


def claim_facts(scheme: Scheme, facts: Sequence[Fact], period: Period) -> tuple[Claim, ...]:
    """Give each fact to the first row of the scheme that matches it.

    Facts on days outside the period, and facts that no row matches, are kept and say so.
    """
    demanded = demand(scheme, facts, period)
    return tuple(_claim(scheme, fact, period, demanded) for fact in facts)


def demand(scheme: Scheme, facts: Sequence[Fact], period: Period) -> Mapping[str, bool]:
    """For each row, whether the period called for it: always, unless the row names its demand."""
    inside = [
        fact
        for fact in facts
        if period.holds(fact.happened_on) and standing(scheme, fact)[0] is FactState.COUNTED
    ]
    return {
        row.id: row.demand is None or any(matches(row.demand, fact) for fact in inside)
        for row in scheme.indicators
    }


def _claim(scheme: Scheme, fact: Fact, period: Period, demanded: Mapping[str, bool]) -> Claim:
    if not period.holds(fact.happened_on):
        return Claim(fact, None, FactState.OUTSIDE, f"发生在{fact.happened_on}，不在{period.title}内，不计")
    rows = [row for row in scheme.indicators if row.match is not None and matches(row.match, fact)]
    if not rows:
        return Claim(fact, None, FactState.UNMATCHED, _unmatched(scheme, fact))
    state, note = standing(scheme, fact)
    if state is FactState.COUNTED and not demanded[rows[0].id]:
        state, note = FactState.NO_DEMAND, "本期没有相应需求，不扣分"
    if len(rows) > 1:
        others = "、".join(f"“{row.title}”" for row in rows[1:])
        also = f"同时符合{others}，按方案顺序只计入“{rows[0].title}”"
        note = f"{note}；{also}" if note else also
    return Claim(fact, rows[0], state, note)


def _unmatched(scheme: Scheme, fact: Fact) -> str:
    vetoes = [veto.title for veto in scheme.vetoes if matches(veto.match, fact)]
    if vetoes:
        return f"不计分，用于一票否决“{vetoes[0]}”"
    if any(row.demand is not None and matches(row.demand, fact) for row in scheme.indicators):
        return "说明本期有相应需求，本身不计分"
    return "方案中没有对应的指标，不计分"
