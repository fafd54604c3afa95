"""Who listens to which event: the one table, read from top to bottom."""

from __future__ import annotations

from opsledger.apps.assets import services as asset_services
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.services.reading_intake import revive_readings
from opsledger.apps.desk import notices as desk_notices
from opsledger.apps.desk import outages as desk_outages
from opsledger.apps.desk import search_index as desk_search
from opsledger.apps.desk import services as desk
from opsledger.apps.desk.services import analysis as desk_analysis
from opsledger.apps.desk.services import recounting as desk_recounting
from opsledger.apps.desk.services import rules as desk_rules
from opsledger.apps.desk.services import telling as desk_telling
from opsledger.apps.desk.services.visits import sweep_visits
from opsledger.apps.desk.views import my_channels
from opsledger.apps.desk.views.beside import item_panel
from opsledger.apps.duties import notices as duties
from opsledger.apps.duties import services as duty_services
from opsledger.apps.duties.services import quota_tickets as duty_quotas
from opsledger.kernel import events, panels, sweeps, telling


def plan_read_contract(event: events.Event) -> None:
    """A contract made from a document is planned at once."""
    contract = Contract.objects.get(pk=int(event.subject_id))
    duty_services.plan_contract(actor=event.actor, contract=contract)


SUBSCRIPTIONS: list[tuple[str, events.Subscriber]] = [
    ("contract.read", plan_read_contract),
    ("obligation.agreed", duties.on_agreed),
    ("occurrence.missed", duties.on_missed),
    ("ticket.", duty_quotas.on_ticket),
    ("occurrence.returned", duties.on_returned),
    ("occurrence.waiver_asked", duties.on_waiver_asked),
    ("ticket.resolved", desk_outages.on_resolved),
    ("ticket.item_changed", desk_outages.on_moved),
    ("ticket.", desk_outages.on_change),
    ("approval.approved", desk_outages.on_change),
    ("ticket.", desk_notices.tell),
    ("ticket.", desk_rules.on_ticket),
    ("ticket.item_changed", desk_recounting.on_put_right),
    ("ticket.amended", desk_recounting.on_put_right),
    ("ticket.", desk_analysis.on_ticket),
    ("ticket.", desk_search.on_ticket),
    ("ticket.", desk_telling.on_event),
]


def connect() -> None:
    """Hang every subscriber on its verb, every sweep on the worker, every panel on one's own page."""
    telling.listen(desk_telling.on_told)
    panels.register("me", "desk/parts/my_todo.html", lambda _: {})
    panels.register("me", "desk/parts/my_channels.html", my_channels.panel)
    panels.register("item", "desk/parts/item_hits.html", item_panel)
    for pattern, subscriber in SUBSCRIPTIONS:
        events.subscribe(pattern, subscriber)
    sweeps.register("assets.reminders", asset_services.remind_expiring, every_seconds=3600, label="到期提醒")
    sweeps.register("duties.open", duty_services.open_due, every_seconds=60, label="任务到期开始")
    sweeps.register(
        "duties.staff", duty_services.remind_staff, every_seconds=3600, label="人员资质与保密协议提醒"
    )
    sweeps.register("duties.presence", duty_services.miss_people, every_seconds=900, label="岗位缺人提醒")
    sweeps.register("duties.missed", duty_services.stamp_missed, every_seconds=30, label="任务超期盖章")
    sweeps.register("duties.findings", duty_services.stamp_overdue, every_seconds=60, label="隐患超期盖章")
    sweeps.register(
        "duties.replacements", duty_services.expire_replacements, every_seconds=60, label="更换人员逾期"
    )
    sweeps.register(
        "duties.accepted", duty_services.accept_unopposed, every_seconds=300, label="无异议自动通过"
    )
    sweeps.register("contracts.readings", revive_readings, every_seconds=15, label="读合同进度")
    sweeps.register("desk.timers", desk.sweep_due, every_seconds=5, label="工单时限")
    sweeps.register(
        "desk.unconfirmed", desk.sweep_unconfirmed, every_seconds=60, label="待确认提醒与自动关闭"
    )
    sweeps.register("desk.outbox", desk.send_due, every_seconds=5, label="消息发送")
    sweeps.register("desk.reminders", desk.sweep_reminders, every_seconds=15, label="待办到期与提醒")
    sweeps.register("desk.visits", sweep_visits, every_seconds=3600, label="清理查看痕迹")
    sweeps.register("desk.reports", desk.sweep_reports, every_seconds=300, label="分析报告到期")
    sweeps.register("desk.approvals", desk.expire_due, every_seconds=60, label="审批到期")
