"""Load the contract and play its year up to the demonstration's moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from opsledger.apps.accounts.selectors import notices_of
from opsledger.apps.accounts.services import mark_read
from opsledger.apps.assets.services import load_equipment
from opsledger.apps.contracts import packs, services
from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties.services import plan_contract
from opsledger.demo import (
    MOMENT,
    PACK,
    agreements,
    assessing,
    duties,
    estate,
    knowledge,
    onsite,
    repeats,
    tickets,
    watching,
)
from opsledger.demo.people import PRICE_CNY, PROVIDER, SUPERVISOR, Cast, cast
from opsledger.demo.play import Stage
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM

ZONE = ZoneInfo("Asia/Shanghai")
# The pack is loaded on the last working days of the year before.
SIGNED = datetime(2025, 12, 29, 9, 30, tzinfo=ZONE)
KICK_OFF = datetime(2025, 12, 30, 15, 0, tzinfo=ZONE)

Progress = Callable[[str, float], None]


def is_loaded() -> bool:
    """Whether the demonstration's contract is in this database."""
    return Contract.objects.filter(slug=PACK).exists()


def load() -> Cast:
    """The contract from its pack, with made-up provider, supervisor, price and people."""
    with clock.pinned(SIGNED):
        pack = packs.load_pack(Path(settings.PACKS_DIR) / PACK)
        report = services.load_pack(
            actor=SYSTEM,
            pack=pack,
            overrides={"provider": PROVIDER, "supervisor": SUPERVISOR, "price_cny": PRICE_CNY},
        )
        made = cast(report.contract)
        load_equipment(actor=SYSTEM, contract=report.contract, groups=pack.equipment())
        services.bind_contract(actor=SYSTEM, contract=report.contract)
        plan_contract(actor=SYSTEM, contract=report.contract)
    return made


def play(progress: Progress, until: datetime = MOMENT) -> dict[str, int]:
    """Load and play everything; `progress(words, share)` is told how far it is."""
    progress("载入合同", 0.0)
    made = load()
    stage = Stage(KICK_OFF)
    with clock.pinned(KICK_OFF):
        counts = {"约定频次": agreements.settle(stage, made)}
        plan_contract(actor=SYSTEM, contract=made.contract)
        counts |= {
            "履约任务": duties.schedule(stage, made, until),
            "工单": tickets.schedule(stage, made, until),
            "反复故障": repeats.schedule(stage, made, until),
            "考核": assessing.schedule(stage, made, until),
            "监测点": watching.schedule(stage, made, until),
            "资产": estate.schedule(stage, made),
            "变更与知识": knowledge.schedule(stage, made, until),
            "驻场人员": onsite.schedule(stage, made, until),
        }
    span = (until - SIGNED).total_seconds()

    def tell(at: datetime) -> None:
        progress(f"{clock.local(at):%Y年%m月%d日}", (at - SIGNED).total_seconds() / span)

    counts["操作"] = stage.run(until, tell)
    with clock.pinned(until):
        _read_old_messages(made, until)
    return counts


def _read_old_messages(made: Cast, until: datetime) -> None:
    """Everybody has read what is older than a day and a half."""
    for user in made.users.values():
        old = notices_of(user.pk).filter(created_at__lt=until - timedelta(hours=36))
        mark_read(user=user, notice_ids=old.values_list("pk", flat=True))
