"""What monitoring last said: values of metrics, and the state of targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from opsledger.apps.watch.models import LatestReading, StateSpan, Target

_STATE_ANSWERS = {"up": "yes", "degraded": "no", "down": "no"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One value as monitoring told it; a target's state is "yes" (up) or "no"."""

    metric: str
    value: str
    unit: str
    at: datetime
    source: str


def latest_of_assets(asset_ids: Iterable[int], metrics: Iterable[str]) -> dict[tuple[int, str], Seen]:
    """The last value of each of the metrics for each of the assets, however old; by (asset id, metric)."""
    rows = LatestReading.objects.filter(asset_id__in=list(asset_ids), metric__in=list(metrics))
    return {(row.asset_id, row.metric): _seen(row) for row in rows if row.asset_id}


def latest_of_items(item_ids: Iterable[int], metrics: Iterable[str]) -> dict[tuple[int, str], Seen]:
    """The same for service items; a name that is no metric but a target of the item gives the target's state.

    A span that has no end yet says nothing about when the target was last seen, so it is left out.
    """
    items, names = list(item_ids), list(metrics)
    found: dict[tuple[int, str], Seen] = {}
    for target in Target.objects.filter(item_id__in=items, name__in=names):
        span = StateSpan.objects.filter(target=target, ends_at__isnull=False).order_by("-ends_at").first()
        answer = _STATE_ANSWERS.get(span.state) if span else None
        if span and span.ends_at and answer:
            found[target.item_id, target.name] = Seen(target.name, answer, "", span.ends_at, span.source)
    rows = LatestReading.objects.filter(asset=None, item_id__in=items, metric__in=names)
    found |= {(row.item_id, row.metric): _seen(row) for row in rows if row.item_id}
    return found


def _seen(row: LatestReading) -> Seen:
    return Seen(row.metric, row.value, row.unit, row.at, row.source)
