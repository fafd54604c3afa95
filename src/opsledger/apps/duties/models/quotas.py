"""Bounded amounts of service, drawn down by tickets and entries."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class QuotaRule(models.Model):
    """Which tickets draw on a quota when they close; without a row the words of the term say it (quotas.py)."""

    obligation = models.OneToOneField(
        "contracts.Obligation", on_delete=models.CASCADE, related_name="quota_rule"
    )
    kinds = models.JSONField(default=list)
    # Only tickets on which somebody came to the place.
    onsite = models.BooleanField("须到场", default=False)
    # How much one ticket draws; None: the person-days from its own times.
    per_ticket = models.DecimalField("每单扣减", max_digits=8, decimal_places=2, null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.kinds}"


class QuotaDraw(models.Model):
    """So much of a quota was used up; `extra` is beyond the bound, and counts once the buyer has agreed."""

    class Standing(models.TextChoices):
        COUNTED = "counted", "计入限量"
        PENDING = "pending", "超额待采购人约定"
        AGREED = "agreed", "约定超额"
        REFUSED = "refused", "采购人不同意超额"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    obligation = models.ForeignKey("contracts.Obligation", on_delete=models.CASCADE, related_name="draws")
    amount = models.DecimalField("数量", max_digits=12, decimal_places=2)
    on = models.DateField("日期")
    ticket_ref = models.CharField("工单", max_length=60, blank=True)
    ticket = models.ForeignKey(
        "desk.Ticket", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.COUNTED)
    # The amount was reckoned from the ticket's times; somebody should look at it.
    estimated = models.BooleanField("按工单时间估算", default=False)
    correction = models.CharField("更正原因", max_length=200, blank=True)
    note = models.CharField("内容", max_length=300)
    extra = models.BooleanField("约定超额", default=False)
    agreement = models.CharField("约定依据", max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="duties_quota_not_negative"),
            models.UniqueConstraint(
                fields=["obligation", "ticket_ref"],
                condition=~models.Q(ticket_ref=""),
                name="duties_quota_ticket_once",
            ),
        ]
        indexes = [models.Index(fields=["obligation", "on"], name="duties_quota_day")]

    def __str__(self) -> str:
        return f"{self.amount} {self.note}"
