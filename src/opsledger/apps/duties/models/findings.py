"""Findings (隐患): what a round turned up, until someone other than the mender has checked it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opsledger.core.findings import STATES

LIVE = ("found", "ticketed", "remediating", "fixed", "returned")
"""States in which something is still to be done about a finding."""


class Finding(models.Model):
    """One thing that needs mending; `next_at` is when its mending will be overdue, until that is on record."""

    class Level(models.TextChoices):
        HIGH = "high", "严重"
        MEDIUM = "medium", "一般"
        LOW = "low", "轻微"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="findings")
    item = models.ForeignKey("contracts.ServiceItem", on_delete=models.CASCADE, related_name="findings")
    occurrence = models.ForeignKey(
        "duties.Occurrence", null=True, blank=True, on_delete=models.SET_NULL, related_name="findings"
    )
    round = models.ForeignKey(
        "duties.Round", null=True, blank=True, on_delete=models.SET_NULL, related_name="findings"
    )
    check_id = models.CharField(max_length=60, blank=True)
    # The device, where the round went over several; assets name themselves by code.
    asset_code = models.CharField("资产编号", max_length=40, blank=True)
    summary = models.CharField("情况描述", max_length=300)
    level = models.CharField("程度", max_length=8, choices=Level.choices, default=Level.MEDIUM)
    state = models.CharField("状态", max_length=16, choices=list(STATES.items()), default="found")
    found_at = models.DateTimeField("发现时间")
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_at = models.DateTimeField("整改期限", null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ticket_id = models.BigIntegerField(null=True, blank=True)
    ticket_number = models.CharField("工单", max_length=40, blank=True)
    measure = models.TextField("整改措施", blank=True)
    fixed_at = models.DateTimeField("整改完成", null=True, blank=True)
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField("销项时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField("理由", max_length=500, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    # How often a later round asked and was told that it is still there.
    asked_again = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-found_at", "-id"]
        indexes = [
            models.Index(fields=["contract", "state", "due_at"], name="duties_finding_state"),
            models.Index(fields=["item", "state"], name="duties_finding_item"),
        ]

    def __str__(self) -> str:
        return self.summary
