"""Targets, spans of state, outages, exclusions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opsledger.core.availability import EXCLUSION_KINDS


class Target(models.Model):
    """Something of an item that is watched: an address, a port, a device, a business process."""

    class Kind(models.TextChoices):
        HTTP = "http", "网站或接口"
        TCP = "tcp", "端口"
        PING = "ping", "设备连通"
        DATA = "data", "数据到达"
        MANUAL = "manual", "人工观察"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="targets")
    item = models.ForeignKey("contracts.ServiceItem", on_delete=models.CASCADE, related_name="targets")
    name = models.CharField("监测点", max_length=120)
    kind = models.CharField("方式", max_length=12, choices=Kind.choices, default=Kind.HTTP)
    interval_seconds = models.PositiveIntegerField("间隔（秒）", default=60)

    class Meta:
        ordering = ["item", "name"]
        constraints = [models.UniqueConstraint(fields=["item", "name"], name="watch_target_once")]

    def __str__(self) -> str:
        return self.name


class StateSpan(models.Model):
    """From `starts_at` to `ends_at` the target was seen in `state`; an open end holds until it is closed."""

    class State(models.TextChoices):
        UP = "up", "正常"
        DOWN = "down", "中断"
        DEGRADED = "degraded", "性能下降"
        UNKNOWN = "unknown", "无监测数据"

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="spans")
    state = models.CharField(max_length=10, choices=State.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField("来源", max_length=40, default="probe")

    class Meta:
        ordering = ["target", "starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["target", "starts_at"], name="watch_span_once"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="watch_span_forward"
            ),
        ]
        indexes = [models.Index(fields=["target", "ends_at"], name="watch_span_end")]

    def __str__(self) -> str:
        return f"{self.target} {self.get_state_display()}"


class Outage(models.Model):
    """A service did not work, as people (or a resolved ticket) put it on record."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="outages")
    item = models.ForeignKey("contracts.ServiceItem", on_delete=models.CASCADE, related_name="outages")
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("恢复", null=True, blank=True)
    cause = models.CharField("原因", max_length=300, blank=True)
    # The ticket's number, as people know it; the desk stands above this room.
    ticket_ref = models.CharField("工单", max_length=60, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-starts_at", "-id"]
        indexes = [models.Index(fields=["item", "starts_at"], name="watch_outage_item")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="watch_outage_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} 中断"


class Exclusion(models.Model):
    """Time that is asked to be taken out of the account; it counts only once it has been approved."""

    class State(models.TextChoices):
        REQUESTED = "requested", "待批准"
        SECOND = "second", "待第二人批准"
        APPROVED = "approved", "已批准"
        REJECTED = "rejected", "已驳回"
        WITHDRAWN = "withdrawn", "已随变更撤销"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="exclusions")
    item = models.ForeignKey("contracts.ServiceItem", on_delete=models.CASCADE, related_name="exclusions")
    kind = models.CharField("类别", max_length=16, choices=list(EXCLUSION_KINDS.items()))
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    reason = models.CharField("理由", max_length=500)
    evidence = models.CharField("依据", max_length=300)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.REQUESTED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    requested_at = models.DateTimeField("申请时间")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    second_at = models.DateTimeField(null=True, blank=True)
    # Asked for or approved after it had begun: two people must approve.
    retroactive = models.BooleanField("事后申请", default=False)
    closed_at = models.DateTimeField("提前结束", null=True, blank=True)
    # The number of the change that brings this downtime with it; such a row goes with its change.
    change_ref = models.CharField("变更", max_length=60, blank=True)
    refusal = models.CharField("驳回理由", max_length=300, blank=True)

    class Meta:
        ordering = ["-starts_at", "-id"]
        indexes = [models.Index(fields=["item", "state", "starts_at"], name="watch_exclusion_item")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="watch_exclusion_forward"),
            models.UniqueConstraint(
                fields=["item", "change_ref"], condition=~Q(change_ref=""), name="watch_exclusion_change_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_kind_display()}"


class LatestReading(models.Model):
    """The last value that monitoring told of one metric of an item or of one of its assets.

    Only the last is kept: what it was used for (an answer in a round) keeps its own copy with the moment.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(
        "contracts.ServiceItem", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    asset = models.ForeignKey(
        "assets.Asset", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    metric = models.CharField("指标", max_length=60)
    # A number as plain decimal text, or a word ("正常").
    value = models.CharField("数值", max_length=60)
    unit = models.CharField("单位", max_length=20, blank=True)
    at = models.DateTimeField("测得时间")
    source = models.CharField("来源", max_length=60)

    class Meta:
        ordering = ["metric", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "metric"], condition=Q(asset=None), name="watch_reading_item_once"
            ),
            models.UniqueConstraint(
                fields=["asset", "metric"], condition=Q(asset__isnull=False), name="watch_reading_asset_once"
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=False) | Q(asset__isnull=False), name="watch_reading_of_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.value}{self.unit}"
