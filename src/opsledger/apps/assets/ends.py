"""What of an asset ends when: warranty, licence, batteries, vendor support.  Pure."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from opsledger.apps.assets.types import support_end

BATTERY_YEARS = 4
"""The age at which UPS batteries are to be replaced."""
WORDS = {"warranty": "保修", "expires": "授权、证书与域名", "battery": "电池", "support": "厂商支持"}


class Dated(Protocol):
    """What these functions read of an asset."""

    name: str
    model: str
    warranty_until: date | None
    expires_on: date | None
    fields: dict[str, str]


def battery_end(text: str | None) -> date | None:
    """When batteries put to use on this day (ISO) reach the age of replacement; None without a day."""
    try:
        begun = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    if begun is None:
        return None
    return begun.replace(year=begun.year + BATTERY_YEARS, day=min(begun.day, 28))


def ends_of(asset: Dated) -> list[tuple[str, str, date]]:
    """Everything of an asset that has an end: key of `WORDS`, what it is in words, the day."""
    found: list[tuple[str, str, date]] = []
    if asset.warranty_until:
        found.append(("warranty", "保修", asset.warranty_until))
    if asset.expires_on:
        found.append(("expires", "到期", asset.expires_on))
    battery = battery_end(asset.fields.get("battery_on"))
    if battery:
        found.append(("battery", "电池四年", battery))
    support = support_end(asset.name, asset.model, *map(str, asset.fields.values()))
    if support:
        found.append(("support", f"厂商支持（{support[1]}）", support[0]))
    return found
