"""Bounded amounts of service, drawn down by tickets and entries."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class QuotaDraw(models.Model):
    """So much of a quota was used up; `extra` is beyond the bound, by agreement."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    obligation = models.ForeignKey("contracts.Obligation", on_delete=models.CASCADE, related_name="draws")
    amount = models.DecimalField("数量", max_digits=12, decimal_places=2)
    on = models.DateField("日期")
    ticket_ref = models.CharField("工单", max_length=60, blank=True)
    note = models.CharField("内容", max_length=300)
    extra = models.BooleanField("约定超额", default=False)
    agreement = models.CharField("约定依据", max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="duties_quota_positive"),
            models.UniqueConstraint(
                fields=["obligation", "ticket_ref"],
                condition=~models.Q(ticket_ref=""),
                name="duties_quota_ticket_once",
            ),
        ]
        indexes = [models.Index(fields=["obligation", "on"], name="duties_quota_day")]

    def __str__(self) -> str:
        return f"{self.amount} {self.note}"
