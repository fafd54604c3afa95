"""One line of Chinese for any term, as shown in lists and printed on sheets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from opsledger.core.terms.facts import Anchor
from opsledger.core.terms.kinds import (
    ApprovalTerm,
    DeliverableTerm,
    DutyTerm,
    KpiTerm,
    LicenceTerm,
    QuotaTerm,
    RetentionTerm,
    SlaTerm,
    StaffingTerm,
    Term,
)
from opsledger.core.terms.vocabulary import LimitClock, Period, SlaMetric, TimeUnit


def describe(term: Term, windows: Mapping[str, str] | None = None) -> str:
    """The term in one line, e.g. ``严重故障 2小时内解决（7×24）``.

    `windows` gives the labels of the contract's service windows by id; without it the id is shown, its
    ``x`` as ``×``.
    """
    match term:
        case SlaTerm():
            return _sla(term) + _window(term.window, windows)
        case DutyTerm():
            return _duty(term) + _window(term.window, windows)
        case KpiTerm():
            return _kpi(term) + _window(term.service_window, windows)
        case QuotaTerm():
            period = f"{_per(term.period)}" if term.period else ""
            return f"{period}{term.what}{term.op.label}{_number(term.value)}{term.unit}"
        case DeliverableTerm():
            return _deliverable(term)
        case LicenceTerm():
            return _licence(term)
        case StaffingTerm():
            skill = f"，{term.qualification}" if term.qualification else ""
            return f"{term.role}不少于{term.min}人{term.place and '，' + term.place}{skill}" + _window(
                term.window, windows
            )
        case RetentionTerm():
            length = f"至少{_length(term.value, term.unit)}" if term.value and term.unit else "（期限未定）"
            return f"{term.what}留存{length}"
        case ApprovalTerm():
            return _approval(term)


def _window(window: str | None, labels: Mapping[str, str] | None) -> str:
    if not window:
        return ""
    return f"（{(labels or {}).get(window, window.replace('x', '×'))}）"


def _number(value: Decimal) -> str:
    text = f"{value.normalize():f}"
    return text if value != Decimal("0.5") else "半"


def _length(value: Decimal, unit: TimeUnit) -> str:
    if unit is TimeUnit.SAME_DAY:
        return "当天"
    if value == Decimal("0.5") and unit is TimeUnit.HOUR:
        return "30分钟"
    return f"{value.normalize():f}{unit.label}"


def _sla(term: SlaTerm) -> str:
    words = [term.scope, term.severity or "", term.clock.label if term.clock is not LimitClock.ANY else ""]
    deed = f"{term.channel.label if term.channel else ''}{term.metric.label}"
    if term.metric is SlaMetric.NOTICE:
        words.append(f"提前{_length(term.value, term.unit)}通知")
    elif term.value == 0:
        words.append(f"立即{deed}")
    else:
        words.append(f"{_length(term.value, term.unit)}内{deed}")
    return " ".join(word for word in words if word)


def _per(period: Period, every: int = 1) -> str:
    if period is Period.TERM:
        return "服务期内"
    if every > 1:
        return f"每{every}{'个' if period in (Period.MONTH, Period.QUARTER) else ''}{period.label}"
    return f"每{period.label}" if period is not Period.HALFYEAR else "每半年"


def _duty(term: DutyTerm) -> str:
    what = f"{term.mode.label if term.mode else ''}{term.activity.label}"
    per = f"每{term.per}" if term.per else ""
    if term.period is Period.UNSPECIFIED:
        return f"{per}定期{what}（周期待约定）"
    if term.period is Period.CONTINUOUS:
        return f"{per}持续{what}"
    if term.period is Period.EVENT:
        times = f"{term.count}次" if term.count else ""
        return f"{per}{'、'.join(_anchor(a) for a in term.anchors)}{what}{times}"
    months = f"（{'、'.join(str(m) for m in term.months)}月）" if term.months else ""
    return f"{per}{_per(term.period, term.every)}{what}{term.count}次{months}"


def _anchor(anchor: Anchor) -> str:
    if anchor.value is not None and anchor.unit is not None:
        inside = "内" if anchor.side.value == "after" else ""
        return f"{anchor.event.label}{anchor.side.label}{_length(anchor.value, anchor.unit)}{inside}"
    return f"{anchor.event.label}{anchor.side.label}"


def _kpi(term: KpiTerm) -> str:
    window = term.window.label if term.window else ""
    return (
        f"{term.scope}{window}{term.metric.label}{term.op.label}{term.value.normalize():f}{term.unit.label}"
    )


def _deliverable(term: DeliverableTerm) -> str:
    months = f"（{'、'.join(str(m) for m in term.months)}月）" if term.months else ""
    when = "、".join(_anchor(a) for a in term.anchors)
    rhythm = term.cadence.label if term.cadence and not when else ""
    return f"{rhythm or when or '按约定'}提交{term.name}{months}"


def _licence(term: LicenceTerm) -> str:
    count = f"{term.count}个" if term.count else ""
    if term.start or term.end:
        return f"{term.product}{count}有效期{term.start or ''}至{term.end or ''}"
    return f"{term.product}{count}服务期内保持有效"


def _approval(term: ApprovalTerm) -> str:
    ahead = f"提前{_length(term.value, term.unit)}" if term.value and term.unit else "须先"
    who = "、".join(party.label for party in term.by)
    return (
        f"{term.what}{ahead}经{who}{term.consent.label}"
        if term.consent != "notice"
        else (f"{term.what}{ahead}告知{who}")
    )
