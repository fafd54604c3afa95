"""Escalation ladders as data, and the roster from which the person on duty is taken."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opsledger.apps.desk.models.timers import Timer


class LadderStep(models.Model):
    """At `percent` of a limit (and after 100 every so many minutes) tell `to` by `channel`."""

    class To(models.TextChoices):
        ASSIGNEE = "assignee", "处理人"
        ON_DUTY = "on_duty", "值班人员"
        MANAGER = "manager", "项目经理"
        BUYER = "buyer", "采购人"
        UNIT = "unit", "服务单位"
        SUPERVISOR = "supervisor", "监理"

    class By(models.TextChoices):
        ALL = "all", "站内、本人的通道和合同的通道"
        APP = "app", "仅站内"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="ladder_steps")
    metric = models.CharField("时限", max_length=12, blank=True)
    severity = models.CharField("等级", max_length=60, blank=True)
    percent = models.PositiveSmallIntegerField("到时限的百分比", default=80)
    every_minutes = models.PositiveIntegerField("超时后每隔（分钟）", null=True, blank=True)
    to = models.CharField("告知", max_length=12, choices=To.choices)
    # One of By, or "channel:<id>": in the application, by the person's own ways, and by this one of the contract.
    by = models.CharField("渠道", max_length=30, default=By.ALL)
    raise_line = models.BooleanField("同时升级到下一线", default=False)

    class Meta:
        ordering = ["contract", "percent", "id"]

    def __str__(self) -> str:
        return f"{self.percent}% {self.get_to_display()}"


class LadderFired(models.Model):
    """A step that was taken for a timer; unique, so that two workers and a crash fire once."""

    timer = models.ForeignKey(Timer, on_delete=models.CASCADE, related_name="fired")
    step_key = models.CharField(max_length=40)
    number = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["timer", "step_key", "number", "due_at"], name="desk_ladder_once")
        ]

    def __str__(self) -> str:
        return f"{self.timer_id} {self.step_key} {self.number}"


class Shift(models.Model):
    """Who is on duty on a day (8:00 to 20:00) or in the night that follows it (20:00 to 8:00)."""

    class Part(models.TextChoices):
        DAY = "day", "白班"
        NIGHT = "night", "夜班"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="shifts")
    on = models.DateField("日期")
    part = models.CharField("班次", max_length=8, choices=Part.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["on", "part"]
        constraints = [models.UniqueConstraint(fields=["contract", "on", "part"], name="desk_shift_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.get_part_display()}"


class Swap(models.Model):
    """One asks another to take a shift; it changes hands when the other agrees."""

    class State(models.TextChoices):
        ASKED = "asked", "待对方同意"
        AGREED = "agreed", "已换班"
        DECLINED = "declined", "对方未同意"

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="swaps")
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField("理由", max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.shift} {self.state}"
