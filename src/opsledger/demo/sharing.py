"""On some tickets the work is shared: a few lines for a colleague, one for the unit, ticked by the time it is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from opsledger.apps.desk import services as desk
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.selectors import tasks_of
from opsledger.demo.people import Cast

LINES = (
    "备份当前数据与配置\n查看最近一次变更记录",
    "导出故障时段日志\n核对监测曲线",
    "准备备用节点\n通知值班人员留意告警",
)
UNITS_PART = "请安排一位同志配合验证"


def share(cast: Cast, ticket: Ticket, at: datetime) -> None:
    """By the second of the report, so that the dice of the year fall as they did."""
    second = ticket.reported_at.second
    if ticket.kind != "incident" or second % 4:
        return
    owner = cast.owner_of(ticket.item)
    others = [actor for actor in cast.engineers if actor.user_id != owner.user_id]
    helper = cast.users[others[second // 4 % len(others)].user_id or 0]
    words = LINES[second // 4 % len(LINES)]
    desk.add_tasks(actor=owner, ticket=ticket, words=words, assignee=helper, due_at=at + timedelta(hours=3))
    if second % 8 == 0:
        unit = cast.users[cast.unit_of(ticket.item).user_id or 0]
        desk.add_tasks(actor=owner, ticket=ticket, words=UNITS_PART, assignee=unit)


def tick(cast: Cast, ticket: Ticket) -> None:
    """Everything that is open is done: the unit's part by the unit, the rest by who has the ticket."""
    owner = cast.owner_of(ticket.item)
    for task in tasks_of(owner, ticket):
        if task.is_open:
            desk.finish_task(actor=cast.unit_of(ticket.item) if task.for_unit else owner, task=task)
