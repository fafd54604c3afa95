"""Samples that a supervisor drew: how, from how many, by which seed, and what came out."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SampleDraw(models.Model):
    """One drawing of submissions to look at; with its seed anybody can draw it again and get the same."""

    class How(models.TextChoices):
        FLAGGED = "flagged", "有疑问的优先"
        RANDOM = "random", "随机抽取"
        KIND = "kind", "某类全查"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    drawn_at = models.DateTimeField("抽取时间")
    how = models.CharField("抽查方式", max_length=8, choices=How.choices)
    activity = models.CharField("活动", max_length=40, blank=True)
    count = models.PositiveIntegerField("数量")
    seed = models.CharField("随机种子", max_length=32)
    # The submissions that waited then, and those that came out, in order: ids of occurrences.
    pool = models.JSONField(default=list)
    rows = models.JSONField(default=list)

    class Meta:
        ordering = ["-drawn_at", "-id"]
        indexes = [models.Index(fields=["contract", "drawn_at"], name="duties_draw_day")]

    def __str__(self) -> str:
        return f"{self.get_how_display()} {len(self.rows)}/{len(self.pool)}"
