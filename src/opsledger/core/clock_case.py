"""A clock case as data: what was asked, the answer, and the sum in words.

The form is that of `opsledger clock --json` (docs/rules-of-time.md); the web page asks the same way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from opsledger.core.calendars import ServiceWindow, WeeklyHours, WorkingCalendar, YearNotice, parse_window
from opsledger.core.clock import ServiceClock, from_micros, to_micros
from opsledger.core.errors import DomainError
from opsledger.core.explain import explain, explain_backward
from opsledger.core.limits import DayEnd, Limit, LimitRules, Unit, due_micros, workdays_back
from opsledger.core.spans import Span, joined, net_open

_MINUTE = 60_000_000
KINDS = ("minutes", "workdays", "backward")


@dataclass(frozen=True, slots=True)
class Question:
    """A case read and checked.  `due` is asked for when `limit` is not None."""

    kind: str
    clock: ServiceClock
    start: datetime
    pauses: tuple[tuple[datetime, datetime | None], ...]
    limit: Limit | None
    rules: LimitRules
    elapsed_at: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`due` (for backward the begin), None without a target or while a pause has no end; minutes
    elapsed at each moment asked for; the sum in words."""

    due: datetime | None
    elapsed: dict[str, int | float]
    explain: list[str]

    def as_json(self, ident: object) -> dict[str, object]:
        """The answer line of the protocol."""
        due = None if self.due is None else self.due.isoformat()
        return {"id": ident, "due": due, "elapsed": self.elapsed, "explain": self.explain}


def read_case(case: Mapping[str, Any]) -> Question:
    """The question that a case asks; ``case.*`` where it cannot be read."""
    kind = case.get("kind") or "minutes"
    if kind not in KINDS:
        raise DomainError("case.bad_field", field="kind", value=kind)
    clock = _clock_of(case, kind)
    end_of_day = case.get("end_of_day")
    rules = LimitRules(workday_ends=DayEnd.SAME_TIME if end_of_day is False else DayEnd.CLOSE)
    return Question(
        kind=kind,
        clock=clock,
        start=_moment(_needed(case, "start"), "start"),
        pauses=tuple(_pause(pair) for pair in _items(case, "pauses")),
        limit=_limit(case, kind),
        rules=rules,
        elapsed_at=tuple((text, _moment(text, "elapsed_at")) for text in _items(case, "elapsed_at")),
    )


def answer(question: Question) -> Answer:
    """Due, elapsed and the reasons."""
    due, told = _due(question)
    elapsed = {text: _minutes(_elapsed(question, to_micros(at))) for text, at in question.elapsed_at}
    return Answer(due, elapsed, told)


def answer_case(case: object) -> dict[str, object]:
    """The answer line of one case, or a line with ``error`` that says what to put right."""
    ident = case.get("id") if isinstance(case, Mapping) else None
    try:
        if not isinstance(case, Mapping):
            raise DomainError("case.not_an_object")
        return answer(read_case(case)).as_json(ident)
    except DomainError as error:
        from opsledger.core.sentences import SENTENCES

        told = SENTENCES[error.code].format(**error.facts)
        facts = {name: str(value) for name, value in error.facts.items()}
        problem = {"code": error.code, "facts": facts, "message": told}
        return {"id": ident, "due": None, "elapsed": {}, "explain": [told], "error": problem}


def _due(question: Question) -> tuple[datetime | None, list[str]]:
    """The moment asked for and the sentences; without a target there is nothing to justify."""
    limit, clock, start = question.limit, question.clock, question.start
    if limit is None:
        return None, ["没有设定时限，只计算已用时间。"]
    closed = [(begun, ended) for begun, ended in question.pauses if ended is not None]
    spans = _spans(closed)
    if question.kind == "backward":
        begin = _begin(question, limit, spans)
        return begin, explain_backward(start, begin, clock, closed)
    due = from_micros(due_micros(limit, to_micros(start), clock, question.rules, spans)).astimezone(clock.tz)
    if any(ended is None and begun < due for begun, ended in question.pauses):
        return None, ["暂停尚未结束，恢复之后才能算出到期时间。"]
    return due, explain(limit, start, clock, question.rules, closed)


def _begin(question: Question, limit: Limit, spans: Sequence[Span]) -> datetime:
    """The latest moment from which the limit runs until `start`, the open time of pauses added."""
    clock, end = question.clock, to_micros(question.start)
    if limit.runs_on_clock:
        plain = clock.subtract_micros(end, limit.micros)
    else:
        plain = to_micros(workdays_back(int(limit.value), question.start, clock, question.rules))
    begin, lost = plain, 0
    for opens, closes in reversed(spans):
        if closes <= begin:
            break
        if opens < end:
            lost += clock.between_micros(opens, min(closes, end))
            if lost:
                begin = clock.subtract_micros(plain, lost)
    return from_micros(begin).astimezone(clock.tz)


def _elapsed(question: Question, at: int) -> int:
    """Counted microseconds between the start and a moment; backward counts from the moment up to it."""
    start = to_micros(question.start)
    first, last = (min(start, at), start) if question.kind == "backward" else (start, max(start, at))
    spans = _spans((begun, question.start if ended is None else ended) for begun, ended in question.pauses)
    unended = [(to_micros(begun), last) for begun, ended in question.pauses if ended is None]
    return net_open(question.clock, joined([*spans, *unended]), first, last)


def _spans(pauses: Any) -> list[Span]:
    return joined((to_micros(begun), to_micros(ended)) for begun, ended in pauses)


def _minutes(micros: int) -> int | float:
    whole, rest = divmod(micros, _MINUTE)
    return whole if not rest else round(micros / _MINUTE, 6)


def _limit(case: Mapping[str, Any], kind: str) -> Limit | None:
    minutes, workdays = case.get("target_minutes"), case.get("target_workdays")
    if kind == "workdays" or (kind == "backward" and minutes is None):
        return None if workdays is None else Limit(_number(workdays, "target_workdays"), Unit.WORKDAY)
    return None if minutes is None else Limit(_number(minutes, "target_minutes"), Unit.MINUTE)


def _number(value: object, field: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise DomainError("case.bad_field", field=field, value=value)
    return str(value)


def _needed(case: Mapping[str, Any], field: str) -> Any:
    if case.get(field) is None:
        raise DomainError("case.missing_field", field=field)
    return case[field]


def _items(case: Mapping[str, Any], field: str) -> Sequence[Any]:
    found = case.get(field)
    if found is None:
        return ()
    if not isinstance(found, list | tuple):
        raise DomainError("case.bad_field", field=field, value=found)
    return found


def _moment(text: object, field: str) -> datetime:
    try:
        found = datetime.fromisoformat(str(text).strip())
    except ValueError:
        raise DomainError("case.bad_field", field=field, value=text) from None
    if found.tzinfo is None:
        raise DomainError("clock.naive_moment", moment=text)
    return found


def _pause(pair: object) -> tuple[datetime, datetime | None]:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise DomainError("case.bad_field", field="pauses", value=pair)
    begun = _moment(pair[0], "pauses")
    ended = None if pair[1] is None else _moment(pair[1], "pauses")
    if ended is not None and ended < begun:
        raise DomainError("clock.pause_reversed", start=pair[0], end=pair[1])
    return begun, ended


def _clock_of(case: Mapping[str, Any], kind: str) -> ServiceClock:
    """The clock of a case; the same description gives the same instance, layout and all."""
    parts = {name: case.get(name) for name in ("calendar", "holidays", "workdays_extra", "extra_hours")}
    if parts["calendar"] is None:
        parts["calendar"] = "5x8" if kind == "workdays" else "7x24"
    try:
        key = json.dumps(parts, sort_keys=True)
    except TypeError:
        raise DomainError("case.bad_field", field="calendar", value=parts["calendar"]) from None
    return _clock(key, str(case.get("tz") or "Asia/Shanghai"))


@lru_cache(maxsize=512)
def _clock(key: str, tz: str) -> ServiceClock:
    parts = json.loads(key)
    hours = parts["extra_hours"]
    if hours is not None and not isinstance(hours, list):
        raise DomainError("case.bad_field", field="extra_hours", value=hours)
    described = parts["calendar"]
    weekend = frozenset((5, 6))
    if isinstance(described, str):
        window = parse_window(described, makeup=hours)
    elif isinstance(described, dict):
        week = WeeklyHours.from_mapping(described, hours)
        window = ServiceWindow.weekly(week, name=week.text or "全周不开放")
        # Of a week spelled out, the days without hours are the weekend.
        weekend = frozenset(day for day, open_hours in enumerate(week.days) if not open_hours)
    else:
        raise DomainError("case.bad_field", field="calendar", value=described)
    return ServiceClock(_calendar(parts, weekend), window, tz)


def _calendar(parts: dict[str, Any], weekend: frozenset[int]) -> WorkingCalendar:
    extra = frozenset(_day(text, "workdays_extra") for text in _items(parts, "workdays_extra"))
    holidays = parts["holidays"]
    if holidays == "cn":
        official = WorkingCalendar.china()
        return official.with_notice(YearNotice(0, frozenset(), extra)) if extra else official
    return WorkingCalendar.of_days(
        {_day(text, "holidays") for text in _items(parts, "holidays")}, extra, weekend
    )


def _day(text: object, field: str) -> date:
    try:
        return date.fromisoformat(str(text).strip()[:10])
    except ValueError:
        raise DomainError("case.bad_field", field=field, value=text) from None
