"""Agreement of several probes, and the availability of several services taken together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from opsledger.core.availability.figures import Figures, Ratio, figures_of
from opsledger.core.availability.intervals import Interval
from opsledger.core.availability.states import Segment, State, joined, overlay
from opsledger.core.errors import DomainError


class Voter(NamedTuple):
    """One probe: its name, the network from which it looks (its vantage class), and the states it saw."""

    name: str
    vantage: str
    states: Sequence[Segment]


class Vote(NamedTuple):
    """The states agreed upon, and the seconds in which some probe failed without a majority (`partial`).

    A partial failure is shown and makes no ticket.
    """

    states: list[Segment]
    partial: list[Interval]


def vote(
    period: Interval, voters: Sequence[Voter], *, quorum: int | None = None, failing: int | None = None
) -> Vote:
    """What several probes of one vantage class agree upon for each second of `period`.

    Fewer than `quorum` probes with something to say (default: more than half of all) is UNKNOWN.  DOWN takes
    `failing` probes down, by default more than half of those that report, and at least two where there are
    two or more.  DEGRADED takes as many that are degraded or down.
    Probes of different classes do not vote together, because a site can be up inside and dead outside:
    ``availability.mixed_vantage``.  No voters: ``availability.no_voters``; a quorum or number outside
    1..voters: ``availability.bad_quorum``.
    """
    if not voters:
        raise DomainError("availability.no_voters")
    classes = sorted({voter.vantage for voter in voters})
    if len(classes) > 1:
        raise DomainError("availability.mixed_vantage", classes="、".join(classes))
    count = len(voters)
    needed = count // 2 + 1 if quorum is None else quorum
    for number in (needed, failing or 1):
        if not 1 <= number <= count:
            raise DomainError("availability.bad_quorum", number=number, voters=count)
    segments: list[Segment] = []
    partial: list[Segment] = []
    for begin, end, seen in overlay(period, [voter.states for voter in voters]):
        down, degraded = seen[State.DOWN], seen[State.DEGRADED]
        reporting = down + degraded + seen[State.UP]
        enough = failing or max(reporting // 2 + 1, min(count, 2))
        if reporting < needed:
            state = State.UNKNOWN
        elif down >= enough:
            state = State.DOWN
        else:
            state = State.DEGRADED if down + degraded >= enough else State.UP
        segments.append(Segment(begin, end, state))
        if down and state is not State.DOWN:
            partial.append(Segment(begin, end, State.DOWN))
    return Vote(joined(segments), [Interval(begin, end) for begin, end, _ in joined(partial)])


# --- several services -------------------------------------------------------------------------------------


Rule = Literal["mean", "sums", "all_up", "any_up"]
RULES: dict[Rule, str] = {
    "mean": "各服务可用率的平均",
    "sums": "按服务时长加权",
    "all_up": "全部可用才算可用",
    "any_up": "任一可用即算可用",
}


class Aggregate(NamedTuple):
    """The measured availability of several services under `rule`, and how many of them had no data.

    `measured` is None when none had any.  `figures` are the seconds behind it; under ``mean`` and ``sums``
    those of all services added up.
    """

    rule: Rule
    measured: Ratio | None
    figures: Figures
    without_data: int


def aggregate(period: Interval, timelines: Sequence[Sequence[Segment]], rule: Rule) -> Aggregate:
    """Several services as one figure; the four rules differ, so the contract item names its own.

    ``mean`` is the mean of the measured figures of the services that have one; ``sums`` divides the sum of
    the good seconds by the sum of the observed ones; ``all_up`` and ``any_up`` make one timeline, see
    `together`.  Another rule is ``availability.unknown_rule``.
    """
    if rule not in RULES:
        raise DomainError("availability.unknown_rule", rule=rule, rules="、".join(RULES.values()))
    each = [figures_of(line) for line in timelines]
    measured = [one.measured for one in each if one.measured is not None]
    empty = len(each) - len(measured)
    if rule in ("all_up", "any_up"):
        figures = figures_of(together(period, timelines, rule))
        return Aggregate(rule, figures.measured, figures, empty)
    summed = sum(each, Figures())
    if rule == "sums" or not measured:
        return Aggregate(rule, summed.measured, summed, empty)
    mean = sum((Fraction(*one) for one in measured), Fraction()) / len(measured)
    return Aggregate(rule, Ratio(mean.numerator, mean.denominator), summed, empty)


def together(period: Interval, timelines: Sequence[Iterable[Segment]], rule: Rule) -> list[Segment]:
    """One timeline of several services: down when any is (``all_up``), or when all are (``any_up``).

    In each second the services that are OUT or EXCLUDED have no voice; where none has one, the second is
    EXCLUDED if any is, else OUT.  What is known outweighs what is not: one known to be down makes
    ``all_up`` DOWN whatever is unknown of the others, one known to be up makes ``any_up`` UP.
    """
    pick: Callable[[list[int]], State] = _weakest if rule == "all_up" else _strongest
    return joined(Segment(begin, end, pick(seen)) for begin, end, seen in overlay(period, timelines))


def _weakest(seen: list[int]) -> State:
    return _first(seen, (State.DOWN, State.UNKNOWN, State.DEGRADED, State.UP))


def _strongest(seen: list[int]) -> State:
    return _first(seen, (State.UP, State.DEGRADED, State.UNKNOWN, State.DOWN))


def _first(seen: list[int], order: Iterable[State]) -> State:
    voices = (state for state in (*order, State.EXCLUDED) if seen[state])
    return next(voices, State.OUT)
