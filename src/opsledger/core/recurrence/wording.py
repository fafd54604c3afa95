"""The applied rule, in words for people."""

from __future__ import annotations

from opsledger.core.recurrence.model import (
    AfterEvent,
    BeforeEvent,
    Days,
    FixedMonths,
    Frequency,
    Move,
    Partial,
    Period,
    Periods,
    PerPeriod,
    RecurrenceRule,
)

_PERIOD_WORDS = {
    Period.DAY: "天",
    Period.WORKDAY: "个工作日",
    Period.WEEK: "周",
    Period.MONTH: "个月",
    Period.QUARTER: "个季度",
    Period.HALFYEAR: "个半年",
    Period.YEAR: "年",
    Period.TERM: "服务期",
}
_SINGLE_WORDS = {**_PERIOD_WORDS, Period.WORKDAY: "工作日", Period.MONTH: "月", Period.QUARTER: "季度"}
_SINGLE_WORDS[Period.HALFYEAR] = "半年"
_MOVES = {
    Move.PREVIOUS: "到期日遇非工作日提前到前一个工作日",
    Move.NEXT: "到期日遇非工作日顺延到下一个工作日",
    Move.NONE: "到期日遇非工作日不移动",
}


def frequency_text(frequency: Frequency) -> str:
    """The frequency as people say it: 每年4次, 每2周1次, 每年5月、12月各1次."""
    match frequency:
        case PerPeriod(count, Period.TERM, _):
            return f"服务期内{count}次"
        case PerPeriod(count, period, 1):
            return f"每{_SINGLE_WORDS[period]}{count}次"
        case PerPeriod(count, period, every):
            return f"每{every}{_PERIOD_WORDS[period]}{count}次"
        case FixedMonths(months, count):
            return f"每年{'、'.join(f'{month}月' for month in sorted(set(months)))}各{count}次"
        case BeforeEvent(_, lead_days):
            return f"每次保障事件前{lead_days}天内1次"
        case AfterEvent(_, within):
            return f"事件发生后{within.text}内1次"


def rule_text(frequency: Frequency, rule: RecurrenceRule) -> str:
    """The settings that shaped the windows."""
    parts = []
    if isinstance(frequency, PerPeriod) and frequency.period is not Period.TERM:
        natural = rule.periods is Periods.NATURAL
        parts.append("按自然周期" if natural else "周期自服务开始日起算")
        parts.append("已开始的每一期计1次" if rule.partial is Partial.STARTED else "不足整期的不计")
    if rule.days is Days.ALL:
        parts.append("节假日照常")
    else:
        parts.append(_MOVES[rule.move])
    return "，".join(parts)
