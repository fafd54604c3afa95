"""Reports that come again and again, written once with blanks for what differs."""

from __future__ import annotations

from django.db import models


class ReportTemplate(models.Model):
    """What a report is filled in with.  One that is switched off keeps its name and can be switched on again."""

    class Kind(models.TextChoices):
        INCIDENT = "incident", "事件"
        REQUEST = "request", "服务请求"
        QUESTION = "question", "咨询"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=16, choices=Kind.choices, default=Kind.REQUEST)
    item = models.ForeignKey(
        "contracts.ServiceItem", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    severity = models.CharField("等级", max_length=60, blank=True)
    title = models.CharField("一句话说明", max_length=120, blank=True)
    description = models.TextField("详细情况", blank=True)
    position = models.PositiveIntegerField("次序", default=0)
    active = models.BooleanField("在用", default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["contract", "name"], name="desk_report_template_once")]

    def __str__(self) -> str:
        return self.name
