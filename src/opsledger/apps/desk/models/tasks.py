"""What remains to be done on a ticket, line by line, and when a person wants to be reminded of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opsledger.apps.desk.models.tickets import Ticket


class TicketTask(models.Model):
    """One line of words on a ticket, for a person or for nobody yet; withdrawn it stays to be read.

    `for_unit` says that it is the service unit's part: given to one of its people, and seen by them.  `next_at` is
    when the worker tells that it is due; empty once told, and while there is nothing to tell.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="tasks")
    words = models.CharField("事项", max_length=200)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    for_unit = models.BooleanField("由服务单位办理", default=False)
    due_at = models.DateTimeField("期限", null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    position = models.PositiveIntegerField("次序", default=0)
    added_at = models.DateTimeField("添加时间")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(
                fields=["assignee", "due_at"],
                condition=models.Q(done_at=None, withdrawn_at=None),
                name="desk_task_in_hand",
            )
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.withdrawn_at is None


class Reminder(models.Model):
    """When a person wants to be told of a ticket again: their own matter, which nobody else sees.

    `next_at` is the moment for the worker; empty once it has told, or the person has taken it back.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    words = models.CharField("提醒内容", max_length=100, blank=True)
    due_at = models.DateTimeField("提醒时间")
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["user", "ticket", "due_at"],
                condition=models.Q(next_at__isnull=False),
                name="desk_reminder_waits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.due_at}"
