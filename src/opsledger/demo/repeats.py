"""A device that fails three times within a month, the last time badly: what the rules of the contract make of it.

Played beside the year with dice of its own, so that the rest of the year falls as it did.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.contracts.selectors import severities_of
from opsledger.apps.desk import services as desk
from opsledger.apps.desk.models import Ticket
from opsledger.core.errors import DomainError
from opsledger.demo.people import Cast
from opsledger.demo.play import Stage

ITEM, DEVICE = "20", "UPS电源设备"
# Days before the demonstration's moment.
DAYS = (24, 15, 9)
_TITLE, _TEXT = "UPS告警后自动旁路", "控制室蜂鸣器告警，面板显示电池故障。"


def schedule(stage: Stage, cast: Cast, until: datetime) -> int:
    """Three failures of one device on the item whose contract has a rule about that."""
    item = (
        ServiceItem.objects.filter(contract=cast.contract, no=ITEM).select_related("unit", "contract").first()
    )
    if item is None:
        return 0
    dice = Random(ITEM)
    for number, days in enumerate(DAYS, start=1):
        moment = until - timedelta(days=days, minutes=dice.randint(5, 90))
        stage.at(moment, _failure(stage, cast, item, worst=number == len(DAYS)))
    return len(DAYS)


def _failure(stage: Stage, cast: Cast, item: ServiceItem, *, worst: bool) -> Callable[[datetime], None]:
    def report(at: datetime) -> None:
        levels = severities_of(item)
        unit = cast.unit_of(item)
        user = cast.users[unit.user_id or 0]
        try:
            ticket = desk.report_ticket(
                actor=unit,
                item=item,
                severity=levels[0 if worst else -1].word if levels else "",
                title=_TITLE,
                description=_TEXT,
                device=DEVICE,
                place="指挥中心控制室",
                reporter=user,
                contact_phone=user.phone,
            )
        except DomainError:
            return  # before the item's service begins there is nothing to report
        engineer = cast.owner_of(item)
        owner = cast.users[engineer.user_id or 0]
        desk.dispatch(actor=cast.manager, ticket=ticket, assignee=owner)

        def work(act: str, after: int, **facts: object) -> None:
            def do(_: datetime) -> None:
                ticket.refresh_from_db()
                getattr(desk, act)(actor=engineer, ticket=ticket, **facts)

            stage.at(at + timedelta(minutes=after), do)

        work("accept", 6)
        work("arrive", 22)
        work(
            "resolve",
            70,
            cause="电池组老化，单体压差过大",
            solution="更换一节电池并校准，恢复市电供电，观察正常。",
            fault="硬件",
        )
        stage.at(at + timedelta(hours=20), lambda _: _confirm(cast, item, ticket.pk))

    return report


def _confirm(cast: Cast, item: ServiceItem, pk: int) -> None:
    desk.confirm(actor=cast.unit_of(item), ticket=Ticket.objects.get(pk=pk), rating=4)
