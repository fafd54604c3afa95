"""A timer as a bar: counted, closed, paused and overdue time, with the sentences that justify its due moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from opsledger.apps.desk.folding import Folded
from opsledger.apps.desk.retargeting import told_changes
from opsledger.apps.desk.words import METRIC_WORDS
from opsledger.core import sla
from opsledger.core.clock import to_micros
from opsledger.core.explain import explain
from opsledger.core.sla import State
from opsledger.core.witness import COUNTING, KIND_WORDS, Kind, Stretch, witness
from opsledger.kernel import clock, shown

WIDTH = 600
_SOON = 0.2
_WORDS = {
    State.RUNNING: ("ok", "计时中"),
    State.PAUSED: ("paused", "已暂停"),
    State.MET: ("ok", "按时"),
    State.BREACHED: ("late", "已超时"),
    State.MET_LATE: ("late", "超时完成"),
    State.CANCELLED: ("idle", "不再计时"),
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the bar in its own units, with what stands there on hover."""

    x: str
    width: str
    css: str
    told: str


@dataclass(frozen=True, slots=True)
class TimerView:
    """What the page shows of one timer."""

    metric: str
    word: str
    cycle: int
    tone: str
    state: str
    headline: str
    due: datetime
    met_at: datetime | None
    limit_text: str
    clause: str
    summary: str
    segments: tuple[Segment, ...]
    lines: tuple[str, ...]
    retargeted: bool
    # How the limit changed while it ran, a sentence each.
    changes: tuple[str, ...]

    @property
    def open(self) -> bool:
        return self.met_at is None and self.state != "不再计时"


def timer_views(folded: Folded, at: datetime) -> list[TimerView]:
    """The timers in the order in which they fall due, the open ones first."""
    made = [_view(timer, folded, at) for timer in folded.timers]
    made.sort(key=lambda view: (not view.open, view.due))
    return made


def _view(timer: sla.Timer, folded: Folded, at: datetime) -> TimerView:
    term, row = folded.term(timer), folded.row(timer)
    tone, word = _WORDS[timer.state]
    if timer.state is State.RUNNING and (timer.due - at) < (timer.due - timer.started_at) * _SOON:
        tone, word = "soon", "即将到期"
    pauses = [(pause.start, pause.end or max(at, pause.start)) for pause in timer.pauses]
    base = timer.targets[-1].counts_from
    own_clock = folded.clock(timer)
    return TimerView(
        metric=timer.metric,
        word=METRIC_WORDS[timer.metric],
        cycle=timer.cycle,
        tone=tone,
        state=word,
        headline=_headline(timer, at),
        due=timer.due,
        met_at=timer.met_at,
        limit_text=term.limit.text,
        clause=row.clause,
        summary=row.summary,
        segments=_segments(timer, folded, pauses, at),
        lines=tuple(explain(term.limit, base, own_clock, term.rules, pauses)),
        retargeted=len(timer.targets) > 1,
        changes=tuple(told_changes(timer, folded)),
    )


def _headline(timer: sla.Timer, at: datetime) -> str:
    """还剩1小时12分，今天 16:42前到场."""
    word = METRIC_WORDS[timer.metric]
    when = shown.moment(timer.due, zone=clock.zone(), today=clock.local(at).date())
    if timer.state is State.MET:
        return f"{_at(timer.met_at, at)}{word}，用时{shown.span(timer.elapsed)}"
    if timer.state is State.MET_LATE:
        return f"{_at(timer.met_at, at)}{word}，超出{shown.span(timer.remaining)}"
    if timer.state is State.CANCELLED:
        return f"已用{shown.span(timer.elapsed)}，之后不再计时"
    if timer.state is State.PAUSED:
        return f"暂停中，恢复后还剩{shown.span(timer.remaining)}"
    if timer.state is State.BREACHED:
        return f"已超时{shown.span(timer.remaining)}，应于{when}前{word}"
    return f"还剩{shown.span(timer.remaining)}，{when}前{word}"


def _at(moment: datetime | None, at: datetime) -> str:
    if moment is None:
        return ""
    return shown.moment(moment, zone=clock.zone(), today=clock.local(at).date())


def _segments(
    timer: sla.Timer, folded: Folded, pauses: Sequence[tuple[datetime, datetime]], at: datetime
) -> tuple[Segment, ...]:
    """Started to due (or to the end, when that is later), cut where something changes."""
    reached = timer.met_at or timer.cancelled_at or max(at, timer.started_at)
    last = max(timer.due, reached)
    if last <= timer.started_at:
        return ()
    cuts = sorted({timer.started_at, min(timer.due, last), min(reached, last), last})
    pieces = [
        (stretch, _css(stretch, timer.due, reached))
        for begun, ended in pairwise(cuts)
        for stretch in witness(folded.clock(timer), begun, ended, pauses)
    ]
    start, whole = to_micros(timer.started_at), to_micros(last) - to_micros(timer.started_at)
    return tuple(
        Segment(
            x=f"{(to_micros(stretch.start) - start) * WIDTH / whole:.2f}",
            width=f"{max(stretch.micros * WIDTH / whole, 0.6):.2f}",
            css=css,
            told=f"{_span(stretch)}{_word(stretch, css)}",
        )
        for stretch, css in pieces
    )


def _css(stretch: Stretch, due: datetime, reached: datetime) -> str:
    if stretch.kind is Kind.PAUSED:
        return "seg-paused"
    if stretch.kind not in COUNTING:
        return "seg-closed"
    if stretch.start >= due:
        return "seg-over"
    return "seg-left" if stretch.start >= reached else "seg-open"


def _word(stretch: Stretch, css: str) -> str:
    if css == "seg-over":
        return "超时"
    if css == "seg-left":
        return "尚余"
    return stretch.name or KIND_WORDS[stretch.kind]


def _span(stretch: Stretch) -> str:
    begun, ended = clock.local(stretch.start), clock.local(stretch.end)
    if begun.date() == ended.date():
        return f"{begun:%m-%d %H:%M}至{ended:%H:%M} "
    return f"{begun:%m-%d %H:%M}至{ended:%m-%d %H:%M} "
