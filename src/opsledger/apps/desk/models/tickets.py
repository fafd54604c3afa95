"""A ticket and what happened to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opsledger.core import tickets

# For filters: "NOT over" keeps SQLite from using an index that has `over` in it, "over IN (0)" does not.
NOT_OVER = (False,)


class TicketNumber(models.Model):
    """The last number given out on a contract; moved on by conditional update."""

    contract = models.OneToOneField("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.last}"


class Ticket(models.Model):
    """One report and the work on it.  What its clocks say is derived from its events; the rest is said once.

    `version` grows with every change of state, so that two people who act at once do not overwrite each other.
    `next_due_at` is the next moment at which something changes by itself; `due_at` the nearest unmet deadline.
    """

    class Source(models.TextChoices):
        PORTAL = "portal", "网页报修"
        PHONE = "phone", "电话"
        QR = "qr", "扫码"
        MAIL = "mail", "邮件"
        API = "api", "接口"
        CHAT = "chat", "群消息"
        MONITOR = "monitor", "监测告警"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="tickets")
    number = models.CharField("编号", max_length=20)
    kind = models.CharField("类型", max_length=16, choices=list(tickets.KINDS.items()), default="incident")
    item = models.ForeignKey("contracts.ServiceItem", on_delete=models.PROTECT, related_name="tickets")
    unit = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="tickets"
    )
    # The part of the item concerned, where the contract sets limits for parts ("硬件").
    scope = models.CharField("涉及部分", max_length=60, blank=True)
    severity = models.CharField("等级", max_length=60, blank=True)
    severity_rank = models.PositiveSmallIntegerField(default=9)
    title = models.CharField("标题", max_length=120)
    description = models.TextField("情况描述", blank=True)
    state = models.CharField("状态", max_length=16, default=tickets.NEW)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contact_name = models.CharField("联系人", max_length=60, blank=True)
    contact_phone = models.CharField("联系电话", max_length=40, blank=True)
    # The line of support that has it: first line, second line, developer, maker.
    line = models.PositiveSmallIntegerField("支持线", default=1)
    device = models.CharField("设备", max_length=120, blank=True)
    # What kind of fault it was, said when it is resolved; repeats are counted by it.
    fault = models.CharField("故障类别", max_length=30, blank=True)
    place = models.CharField("地点", max_length=120, blank=True)
    source = models.CharField("来源", max_length=12, choices=Source.choices, default=Source.PORTAL)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    reported_at = models.DateTimeField("报修时间")
    updated_at = models.DateTimeField("更新时间")
    next_due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    due_at = models.DateTimeField("最近时限", null=True, blank=True)
    due_metric = models.CharField(max_length=12, blank=True)
    breached = models.BooleanField("有超时", default=False)
    over = models.BooleanField(default=False)
    resolved_at = models.DateTimeField("办结时间", null=True, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    # The words of its `tag_rows`, in order, as lists and the page show them.
    tags = models.JSONField("标签", default=list, blank=True)
    # The sum of what was entered and not withdrawn, kept in the transaction of each entry.
    worked_minutes = models.PositiveIntegerField("工时（分钟）", default=0)
    cause = models.TextField("原因", blank=True)
    solution = models.TextField("处理结果", blank=True)
    interrupted_from = models.DateTimeField("业务中断起", null=True, blank=True)
    interrupted_to = models.DateTimeField("业务中断止", null=True, blank=True)
    # Acts of the contract's consent terms that the work touches ("data_change", "shutdown"), said by the provider.
    touches = models.JSONField("涉及事项", default=list, blank=True)
    # Until when the analysis of a major fault is expected where the contract states no limit of its own.
    report_due_at = models.DateTimeField("分析报告（缺省）", null=True, blank=True, db_index=True)
    # When the worker reminds of, or closes, what the unit has not confirmed.
    confirm_due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    # Drawn for a call-back when it was closed (by its number, so that nobody can choose), and when it was made.
    sampled = models.BooleanField("抽中回访", default=False)
    called_back_at = models.DateTimeField("回访时间", null=True, blank=True)
    # Of changes and problems: the plan and the findings, by the names of the table's needs.
    details = models.JSONField(default=dict, blank=True)
    planned_from = models.DateTimeField("计划开始", null=True, blank=True)
    planned_to = models.DateTimeField("计划结束", null=True, blank=True)
    # Satisfaction in five parts (响应 质量 态度 效果 沟通), each 1 to 5; `rating` is the whole.
    rating = models.PositiveSmallIntegerField("满意度", null=True, blank=True)
    rating_parts = models.JSONField(default=dict, blank=True)
    rating_note = models.CharField("评价意见", max_length=500, blank=True)

    # The facts of a ticket just made, for whoever made it; None on a row read from the database.
    just_told: list[TicketEvent] | None = None

    class Meta:
        ordering = ["-reported_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="desk_ticket_number_once")]
        indexes = [
            models.Index(fields=["contract", "over", "-reported_at"], name="desk_ticket_open"),
            models.Index(fields=["contract", "-reported_at"], name="desk_ticket_recent"),
            models.Index(fields=["contract", "unit", "-reported_at"], name="desk_ticket_unit"),
            # What a service unit still waits for, without its long past.
            models.Index(
                fields=["contract", "unit"],
                condition=models.Q(over__in=NOT_OVER),
                name="desk_ticket_unit_open",
            ),
            models.Index(fields=["assignee", "over", "due_at"], name="desk_ticket_assignee"),
            models.Index(fields=["contract", "item", "-reported_at"], name="desk_ticket_item"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def state_word(self) -> str:
        return tickets.table(self.kind).states[self.state]

    @property
    def numbered(self) -> str:
        return f"工单{self.number} {self.title}"


class TicketEvent(models.Model):
    """One fact about a ticket: written once; corrections are facts of their own.

    `action` is the word of the transition table, "" where one act gives a second fact to the fold.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=24)
    action = models.CharField(max_length=24, blank=True)
    happened_at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("记录时间")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_name = models.CharField("操作人", max_length=120)
    # Strings that the fold reads (severity, item, reason, waiting_for, target) and what the act said.
    data = models.JSONField(default=dict)
    note = models.TextField("说明", blank=True)
    private = models.BooleanField("仅服务商可见", default=False)
    # Entered afterwards: the service unit has yet to accept the time.
    needs_confirmation = models.BooleanField(default=False)

    class Meta:
        ordering = ["recorded_at", "id"]
        indexes = [models.Index(fields=["ticket", "recorded_at"], name="desk_event_story")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"
