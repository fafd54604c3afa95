"""Time worked on tickets: what each person entered for which day, and how much of a day is taken."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opsledger.apps.desk.models.tickets import Ticket

# Nobody works longer than a day has minutes, over all tickets and contracts together.
DAY_MINUTES = 1440


class WorkEntry(models.Model):
    """Minutes that one person worked on a ticket on one day; withdrawn it stays, and counts no more."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="work")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField("日期")
    minutes = models.PositiveSmallIntegerField("用时（分钟）")
    note = models.CharField("做了什么", max_length=500)
    entered_at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["ticket", "on"], name="desk_work_ticket")]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=DAY_MINUTES), name="desk_work_within_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.on} {self.minutes}"


class WorkDay(models.Model):
    """How much of one day a person has entered; moved on by conditional update, so that two entries cannot overrun it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "on"], name="desk_work_day_once"),
            models.CheckConstraint(condition=Q(minutes__lte=DAY_MINUTES), name="desk_work_day_full"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.on}: {self.minutes}"
