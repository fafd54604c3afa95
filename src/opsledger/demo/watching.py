"""What the probes saw: systems with an availability target are watched all year, up but for a few stretches."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.watch import services as watch
from opsledger.apps.watch.models import Outage, Target
from opsledger.apps.watch.selectors import promises
from opsledger.demo.people import Cast
from opsledger.demo.play import Stage
from opsledger.kernel import clock

# Systems that are watched without a target in the contract: their figure is shown, nothing hangs on it.
ALSO = ("14", "17", "18")
DAY = timedelta(days=1)


def schedule(stage: Stage, cast: Cast, until: datetime) -> int:
    """A target for each watched item; the days' spans are taken in once a week, the last up to `until`."""
    promised = promises(cast.contract)
    items = [
        item
        for item in ServiceItem.objects.filter(contract=cast.contract).order_by("position")
        if item.pk in promised or item.no in ALSO
    ]
    targets = [
        watch.create_target(actor=cast.manager, item=item, name=f"{item.name[:60]}首页", kind="http")
        for item in items
    ]
    begins = datetime.combine(date(2026, 1, 1), time.min, clock.zone())
    while begins < until:
        ends = min(begins + 7 * DAY, until)
        stage.at(ends, lambda at, first=begins: _take_in(stage, cast, targets, first, at))
        begins = ends
    _maintenance(stage, cast, items, until)
    return len(targets)


def _take_in(stage: Stage, cast: Cast, targets: list[Target], since: datetime, until: datetime) -> None:
    for target in targets:
        cuts = _cuts(stage, target, since, until)
        spans, at = [], since
        for begin, end, state in cuts:
            if begin > at:
                spans.append(watch.Span("up", at, begin))
            spans.append(watch.Span(state, max(begin, at), end))
            at = end
        if at < until:
            spans.append(watch.Span("up", at, until))
        watch.record_spans(actor=cast.manager, target=target, spans=spans, log=False)


def _cuts(
    stage: Stage, target: Target, since: datetime, until: datetime
) -> list[tuple[datetime, datetime, str]]:
    """The outages on record, as the probe saw them, now and then a short one of its own, a gap in the watching."""
    found = [
        (max(row.starts_at, since), min(row.ends_at, until), "down")
        for row in Outage.objects.filter(item_id=target.item_id, starts_at__lt=until, ends_at__gt=since)
    ]
    lot = stage.random.random()
    if lot < 0.10:
        begin = since + (until - since) * stage.random.random()
        found.append(
            (begin, min(until, begin + stage.between(timedelta(minutes=2), timedelta(minutes=11))), "down")
        )
    elif lot < 0.16:
        begin = since + (until - since) * stage.random.random()
        found.append(
            (begin, min(until, begin + stage.between(timedelta(minutes=20), timedelta(hours=2))), "unknown")
        )
    ordered, last = [], since
    for begin, end, state in sorted(found):
        begin = max(begin, last)
        if begin < end:
            ordered.append((begin, end, state))
            last = end
    return ordered


def _maintenance(stage: Stage, cast: Cast, items: list[ServiceItem], until: datetime) -> None:
    """A planned night in every quarter, asked for and approved beforehand; one request still waits."""
    for number, item in enumerate(items[:3]):
        for month in (3, 6, 9):
            night = datetime.combine(date(2026, month, 14 + number), time(23, 0), clock.zone())
            if night - 3 * DAY < until:
                stage.at(night - 3 * DAY, lambda at, item=item, night=night: _plan(stage, cast, item, night))
    stage.at(until - timedelta(hours=20), lambda at: _ask(cast, items[0], until + 2 * DAY))


def _ask(cast: Cast, item: ServiceItem, night: datetime) -> watch.Exclusion:
    return watch.request_exclusion(
        actor=cast.manager,
        item=item,
        kind="maintenance",
        starts_at=night,
        ends_at=night + timedelta(hours=2),
        reason="数据库补丁更新与备份校验，期间停止服务。",
        evidence="停机维护申请单（演示）",
    )


def _plan(stage: Stage, cast: Cast, item: ServiceItem, night: datetime) -> None:
    row = _ask(cast, item, night)
    stage.at(
        stage.now + timedelta(hours=20), lambda at: watch.approve_exclusion(actor=cast.buyer, exclusion=row)
    )
