"""The applied rule, in words for people."""

from __future__ import annotations

from collections.abc import Sequence

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
_SINGLE_WORDS = {**_PERIOD_WORDS, Period.MONTH: "月", Period.QUARTER: "季度", Period.HALFYEAR: "半年"}
_NATURAL = {
    Period.WEEK: "自然周",
    Period.MONTH: "自然月",
    Period.QUARTER: "自然季度",
    Period.HALFYEAR: "上、下半年",
    Period.YEAR: "公历年",
}
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
            named = sorted(set(months))
            each = "各" if len(named) > 1 else ""
            return f"每年{'、'.join(f'{month}月' for month in named)}{each}{count}次"
        case BeforeEvent(occasions, lead_days, event, lead):
            return f"{_each(occasions)}{event}前{lead or f'{lead_days}天'}内1次"
        case AfterEvent(occasions, within, event):
            return f"{_each(occasions)}{event}后{within.text}内1次"


def _each(occasions: Sequence[object]) -> str:
    return "每次" if len(occasions) > 1 else ""


def rule_text(frequency: Frequency, rule: RecurrenceRule) -> str:
    """The settings that shaped the windows, "" where the frequency has said it all."""
    if isinstance(frequency, PerPeriod) and frequency.period in (Period.DAY, Period.WORKDAY):
        return _days_text(frequency, rule)
    parts = _periods_text(frequency, rule) if isinstance(frequency, PerPeriod) else []
    parts.append("节假日照常" if rule.days is Days.ALL else _MOVES[rule.move])
    return "，".join(parts)


def rule_sentence(frequency: Frequency, rule: RecurrenceRule) -> str:
    """Frequency and settings in one clause, without a full stop."""
    return "，".join(filter(None, (frequency_text(frequency), rule_text(frequency, rule))))


def _days_text(frequency: PerPeriod, rule: RecurrenceRule) -> str:
    """Days are counted among working days only, unless the rule says all days."""
    if frequency.period is Period.WORKDAY:
        return ""
    return "节假日照常" if rule.days is Days.ALL else "只安排在工作日"


def _periods_text(frequency: PerPeriod, rule: RecurrenceRule) -> list[str]:
    """How periods are laid, how several turns share one, and what a cut one gives."""
    cut = f"均分为{frequency.count}段、每段1次" if frequency.count > 1 else ""
    if frequency.period is Period.TERM:
        return [f"服务期{cut}"] if cut else []
    natural = rule.periods is Periods.NATURAL
    laid = f"按{_NATURAL[frequency.period]}" if natural else "每期自服务开始日起算"
    if cut:
        laid += cut if natural and frequency.every == 1 else f"，每期{cut}"
    part = "段" if cut else "期"
    counted = rule.partial is Partial.STARTED
    return [laid, f"首尾不足一{part}的也计1次" if counted else f"首尾不足一{part}的不计"]
