"""Take in values from monitoring: the last of each metric is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from opsledger.apps.assets import selectors as assets
from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.watch.models import LatestReading
from opsledger.apps.watch.services.outages import PROVIDER, must
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

MAX_READINGS = 1000
_AHEAD = timedelta(minutes=5)


@dataclass(slots=True)
class ReadingsTaken:
    """How many values were kept, how many were older than what was known, and what was wrong with the others."""

    kept: int = 0
    older: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)


@transaction.atomic
def record_readings(
    *, actor: Actor, contract: Contract, rows: Iterable[Mapping[str, Any]], source: str
) -> ReadingsTaken:
    """Values of metrics: {"asset" or "item", "metric", "value", "unit", "at"} each, `at` an aware datetime.

    A value older than the one known is left aside.  A wrong row is named and the others are kept; a value from
    the future (by more than five minutes) is wrong.  Values are measurements, not acts: the ledger holds those
    that were used, with the answer that they filled.
    """
    must(actor, contract.pk, *PROVIDER)
    sent = list(rows)
    if len(sent) > MAX_READINGS:
        raise DomainError("watch.too_many_readings", limit=MAX_READINGS)
    codes = {str(one.get("asset") or "") for one in sent}
    asset_of = {row.code: row for row in assets.assets_for(actor, contract).filter(code__in=codes)}
    item_of = {row.no: row for row in ServiceItem.objects.filter(contract=contract)}
    taken = ReadingsTaken()
    for place, one in enumerate(sent):
        asset, item = asset_of.get(str(one.get("asset") or "")), item_of.get(str(one.get("item") or ""))
        problem = _problem(one, asset, item)
        if problem:
            taken.refused.append({"place": place, "problem": problem})
            continue
        _keep(contract, one, asset, item, source, taken)
    return taken


def _problem(one: Mapping[str, Any], asset: object, item: object) -> str:
    """What is wrong with a row, in words; "" if nothing."""
    at = one.get("at")
    if asset is None and item is None:
        return f"没有资产“{one.get('asset') or ''}”或服务项“{one.get('item') or ''}”"
    if not str(one.get("metric") or "").strip() or not str(one.get("value") or "").strip():
        return "缺少指标或数值"
    if len(str(one["metric"])) > 60 or len(str(one["value"])) > 60 or len(str(one.get("unit") or "")) > 20:
        return "指标、数值或单位过长"
    if not isinstance(at, datetime) or at.utcoffset() is None:
        return "测得时间应带时区"
    if at > clock.now() + _AHEAD:
        return "测得时间在将来"
    return ""


def _keep(
    contract: Contract, one: Mapping[str, Any], asset: Any, item: Any, source: str, taken: ReadingsTaken
) -> None:
    about = {"asset": asset} if asset else {"asset": None, "item": item}
    said = {
        "value": str(one["value"]).strip(),
        "unit": str(one.get("unit") or ""),
        "at": one["at"],
        "source": source[:60],
    }
    row, made = LatestReading.objects.get_or_create(
        metric=str(one["metric"]).strip(),
        **about,
        defaults={**said, "contract": contract, "item": asset.item if asset else item},
    )
    newer = LatestReading.objects.filter(pk=row.pk, at__lt=one["at"])
    if made or newer.update(**said):
        taken.kept += 1
    else:
        taken.older += 1
