"""One line of Chinese for any term, as shown in lists and printed on sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from opsledger.core.terms.vocabulary import (
    Activity,
    AnchorEvent,
    Cadence,
    KpiMetric,
    LimitClock,
    Op,
    Period,
    Side,
    SlaMetric,
    TimeUnit,
)


def describe(term: Term, windows: Mapping[str, str] | None = None) -> str:
    """The term in one line, e.g. ``严重故障 2小时内解决（7×24）``.

    `windows` gives the labels of the contract's service windows by id; without it the id is shown, its
    ``x`` as ``×``.
    """
    match term:
        case SlaTerm():
            return _sla(term) + _window(term.window, windows)
        case DutyTerm():
            return _duty(term, _window(term.window, windows))
        case KpiTerm():
            return _kpi(term) + _window(term.service_window, windows)
        case QuotaTerm():
            period = f"{_per(term.period)}" if term.period else ""
            least = "不少于" if term.op is Op.GE else term.op.label
            return f"{period}{term.what}{least}{_number(term.value)}{term.unit}"
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
        words.append(f"提前{_length(term.value, term.unit)}通知" if term.value else "立即通知")
    elif term.value == 0:
        words.append(f"立即{deed}")
    else:
        inside = "" if term.unit is TimeUnit.SAME_DAY else "内"
        words.append(f"{_length(term.value, term.unit)}{inside}{deed}")
    return " ".join(word for word in words if word)


def _per(period: Period, every: int = 1) -> str:
    if period is Period.TERM:
        return "服务期内"
    if every > 1:
        return f"每{every}{'个' if period in (Period.MONTH, Period.QUARTER) else ''}{period.label}"
    return f"每{period.label}" if period is not Period.HALFYEAR else "每半年"


def _duty(term: DutyTerm, window: str) -> str:
    if term.activity is Activity.OTHER:
        return _named(term, window)
    what = f"{term.mode.label if term.mode else ''}{term.activity.label}"
    per = f"每{term.per}" if term.per else ""
    if term.period is Period.UNSPECIFIED:
        return f"{per}定期开展{what}（周期待约定）{window}"
    if term.period is Period.CONTINUOUS:
        return f"{per}持续开展{what}{window}"
    if term.period is Period.EVENT:
        times = f"{term.count}次" if term.count else ""
        return f"{_whenever(term.anchors)}{per and '对' + per}开展{what}{times}{window}"
    return f"{per}{_per(term.period, term.every)}{what}{term.count}次{_months(term.months)}{window}"


def _named(term: DutyTerm, window: str) -> str:
    """A duty that no activity names is told by its own summary, the rhythm behind it."""
    if term.period is Period.UNSPECIFIED:
        rhythm = "定期，周期待约定"
    elif term.period is Period.CONTINUOUS:
        rhythm = "持续"
    elif term.period is Period.EVENT:
        rhythm = _whenever(term.anchors) + (f"{term.count}次" if term.count else "")
    else:
        rhythm = f"{_per(term.period, term.every)}{term.count}次{_months(term.months)}"
    notes = [term.mode.label if term.mode else "", f"每{term.per}" if term.per else "", rhythm]
    told = "，".join(filter(None, [*notes, window.strip("（）")]))
    summary = term.summary or "其他服务事项"
    return summary if told in summary else f"{summary}（{told}）"


def _months(months: Sequence[int]) -> str:
    return f"（{'、'.join(str(month) for month in months)}月）" if months else ""


def event_words(event: AnchorEvent, side: Side) -> str:
    """The moment that a due window hangs on: 中标通知书发出后, 重要时期保障期间."""
    return f"{_EVENTS.get((event, side), _EVENT_NAMES.get(event, event.label))}{side.label}"


_EVENT_NAMES = {AnchorEvent.AWARD: "中标通知书发出", AnchorEvent.PERIOD_END: "每期结束"}
_EVENTS = {
    (AnchorEvent.ASSURANCE, Side.BEFORE): "重要时期保障开始",
    (AnchorEvent.ASSURANCE, Side.AFTER): "重要时期保障结束",
}


def _whenever(anchors: Sequence[Anchor]) -> str:
    return "、".join(_anchor(anchor) for anchor in anchors)


def _anchor(anchor: Anchor) -> str:
    words = event_words(anchor.event, anchor.side)
    if anchor.value is not None and anchor.unit is not None:
        inside = "内" if anchor.side is Side.AFTER else ""
        return f"{words}{_length(anchor.value, anchor.unit)}{inside}"
    return "按采购人或使用单位要求" if anchor.event is AnchorEvent.DEMAND else words


def _kpi(term: KpiTerm) -> str:
    window = term.window.label if term.window else ""
    bound = f"{term.op.label}{term.value.normalize():f}{term.unit.label}"
    # 访问时延性能, 监测数据数据时延: the part measured says already what is measured.
    metric = "" if term.scope and term.metric is KpiMetric.PERFORMANCE else term.metric.label
    if not window and term.metric is KpiMetric.DATA_LATENCY and term.scope.endswith("数据"):
        metric = metric.removeprefix("数据")
    return f"{term.scope}{window}{metric}{bound}"


def _deliverable(term: DeliverableTerm) -> str:
    when = _whenever(term.anchors)
    rhythm = "服务期内" if term.cadence is Cadence.TERM else term.cadence.label if term.cadence else ""
    return f"{when or rhythm or '按约定'}提交{term.name}{_months(term.months)}"


def _licence(term: LicenceTerm) -> str:
    count = f"（{term.count}个）" if term.count else ""
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
