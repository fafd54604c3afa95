"""Occurrences: one due window of a recurring obligation each."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opsledger.core.occurrences import STATES


class Occurrence(models.Model):
    """One due window.  Whether it was fulfilled, late or missed is derived (core.occurrences.outcome).

    `window_id` names the natural period ("2026-03#1") and stays when the contract is planned anew.
    `next_at` is the next moment that matters: the opening while it is planned, the due moment while work is
    open, the end of the time for objections once it is submitted; None when nothing more is expected.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="occurrences")
    obligation = models.ForeignKey(
        "contracts.Obligation", on_delete=models.CASCADE, related_name="occurrences"
    )
    item = models.ForeignKey(
        "contracts.ServiceItem", null=True, blank=True, on_delete=models.CASCADE, related_name="occurrences"
    )
    window_id = models.CharField(max_length=60)
    title = models.CharField("任务", max_length=300)
    # How this very window came about, in words (moved off a holiday, a cut period).
    rule = models.CharField("排期规则", max_length=400, blank=True)
    opens_on = models.DateField("开始日")
    begins_at = models.DateTimeField("开始时间")
    closes_on = models.DateField("周期末日")
    # A window that runs to 24:00 ends at 23:59:59 here, so that day and month are those of the due day.
    due_at = models.DateTimeField("到期时间", db_index=True)
    # The first day of the month of the due moment, in the contract's zone: the matrix groups by it.
    due_month = models.DateField()
    # The rule named a year whose official calendar is not published yet.
    provisional = models.BooleanField(default=False)
    planned_at = models.DateTimeField("计划时间", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=list(STATES.items()), default="planned")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # When the work was done (as entered), and when that was entered.
    submitted_at = models.DateTimeField("完成时间", null=True, blank=True)
    submission_recorded_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    signed_at = models.DateTimeField("签字时间", null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    verified_at = models.DateTimeField("复核时间", null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The reason for a return, a waiver or a cancellation.
    reason = models.CharField("理由", max_length=500, blank=True)
    late = models.BooleanField("逾期", default=False)
    # Stamped with the due moment itself once it has passed without a submission, and kept.
    missed_at = models.DateTimeField("超期时刻", null=True, blank=True)
    note = models.TextField("完成情况", blank=True)
    numbers = models.JSONField("数值", default=dict)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    # Counts changes; a page that shows an older one is stale.
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["obligation", "window_id"], name="duties_occurrence_once"),
        ]
        indexes = [
            models.Index(fields=["contract", "due_month"], name="duties_occurrence_month"),
            models.Index(fields=["contract", "state", "due_at"], name="duties_occurrence_state"),
            models.Index(fields=["assignee", "state", "due_at"], name="duties_occurrence_mine"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """What the ledger and messages call it."""
        return f"{self.title}（{self.window_id}）"
