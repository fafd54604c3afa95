"""What an addition would mean: an item like one of ours or of another pack, or one activity so many times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from opsledger.apps.contracts import packs
from opsledger.apps.contracts.models import Contract, Obligation, ServiceItem
from opsledger.apps.contracts.packs.model import Item, Pack
from opsledger.apps.duties import planning, words
from opsledger.apps.duties.selectors.workload import Task
from opsledger.apps.duties.services.planning import RECURRING, calendar_of
from opsledger.core.errors import DomainError
from opsledger.core.terms import serial

MOST_TIMES = 50


@dataclass(frozen=True, slots=True)
class Addition:
    """What is added, in words, and the windows and activities it would bring."""

    title: str
    tasks: list[Task]
    # Duties whose frequency the text leaves open: they bring work that no forecast can count.
    uncounted: int = 0


def addition_asked(
    contract: Contract, items: Iterable[ServiceItem], said: Mapping[str, Any], *, since: date
) -> Addition | None:
    """What `said` would add: {"add": item, pack or act, ...} as the page asks; None if there is no such thing."""
    times = said.get("times") or 1
    if said["add"] == "item":
        item = next((one for one in items if one.no == said["item"]), None)
        return like_item(contract, item, since=since, times=times) if item else None
    if said["add"] == "pack":
        return like_pack_item(contract, said["pack"], said["no"], since=since, times=times)
    word = words.activity_word(said["activity"])
    count, period = said.get("count") or 1, said["period"]
    return one_activity(
        contract, said["activity"], word, count=count, period=period, since=since, times=times
    )


def like_item(contract: Contract, item: ServiceItem, *, since: date, times: int = 1) -> Addition:
    """`times` more systems with the duties of one of ours, from `since` to the end of the contract."""
    rows = Obligation.objects.filter(contract=contract, item=item, kind__in=RECURRING)
    found = [
        planning.Said(row.kind, row.term.data, row.agreed, since, contract.ends_on, contract.time_zone)
        for row in rows.exclude(status=Obligation.Status.ENDED).select_related("term")
    ]
    return _addition(f"与“{item.numbered}”相同的系统{times}个", contract, found, times)


def like_pack_item(
    contract: Contract, pack_id: str, no: str, *, since: date, times: int = 1
) -> Addition | None:
    """`times` systems with the duties of an item of another pack; None if there is no such item."""
    pack = pack_named(pack_id)
    item = next((one for one in pack.items if one.no == no), None) if pack else None
    if item is None:
        return None
    found = [
        planning.Said(str(term.kind), serial.to_dict(term), {}, since, contract.ends_on, contract.time_zone)
        for term in item.terms
        if str(term.kind) in RECURRING
    ]
    return _addition(f"{pack.name}“{item.no} {item.name}”{times}个", contract, found, times)


def one_activity(
    contract: Contract, activity: str, word: str, *, count: int, period: str, since: date, times: int = 1
) -> Addition:
    """One activity, `count` times a `period`, for `times` systems."""
    data: dict[str, Any] = {"activity": activity, "count": count, "period": period, "every": 1}
    said = planning.Said("duty", data, {}, since, contract.ends_on, contract.time_zone)
    words = {
        "day": "每日",
        "week": "每周",
        "month": "每月",
        "quarter": "每季度",
        "halfyear": "每半年",
        "year": "每年",
    }
    return _addition(f"{words.get(period, '')}{count}次{word}，{times}个系统", contract, [said], times)


def _addition(title: str, contract: Contract, found: list[planning.Said], times: int) -> Addition:
    calendar = calendar_of(contract)
    tasks: list[Task] = []
    uncounted = 0
    for said in found:
        windows = planning.plan(said, calendar)
        uncounted += not windows and said.kind == "duty"
        activity = str(said.data.get("activity") or "") if said.kind == "duty" else ""
        tasks += [(window.opens_on, window.closes_on, activity) for window in windows]
    return Addition(title, tasks * times, uncounted)


def pack_choices() -> list[tuple[str, str]]:
    """The packs of this installation: id and name."""
    found = []
    for folder in packs.list_packs(Path(settings.PACKS_DIR)):
        pack = pack_named(folder.name)
        if pack is not None:
            found.append((pack.id, pack.name))
    return found


@lru_cache(maxsize=32)
def _loaded(folder: Path, stamp: float) -> Pack | None:
    try:
        return packs.load_pack(folder)
    except DomainError:
        return None  # a pack that is being written is not offered


def pack_named(pack_id: str) -> Pack | None:
    """A sound pack by its id; read once while its files stay as they are."""
    for folder in packs.list_packs(Path(settings.PACKS_DIR)):
        if folder.name == pack_id:
            return _loaded(folder, max(one.stat().st_mtime for one in folder.rglob("*.yaml")))
    return None


def items_of_pack(pack_id: str) -> list[Item]:
    """The items of a pack that bring recurring work."""
    pack = pack_named(pack_id)
    if pack is None:
        return []
    return [one for one in pack.items if any(str(term.kind) in RECURRING for term in one.terms)]
