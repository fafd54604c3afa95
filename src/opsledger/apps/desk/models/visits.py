"""Who has which ticket open, and who had: one row of a person and a ticket, no part of the record."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opsledger.apps.desk.models.tickets import Ticket


class Visit(models.Model):
    """A person's last look at a ticket.  Kept for a day, and the latest few of each person for longer.

    `side` is on whose side they look: the same side alone is told (`policies.side_of`).
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="visits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=24)
    opened_at = models.DateTimeField("打开时间")
    seen_at = models.DateTimeField("最近在看")
    writing = models.BooleanField("正在写", default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="desk_visit_once")]
        indexes = [
            models.Index(fields=["user", "-opened_at"], name="desk_visit_lately"),
            models.Index(fields=["seen_at"], name="desk_visit_seen"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.ticket_id}"
