"""What the fold said last of each timer: a cache with an index on the next moment that matters."""

from __future__ import annotations

from django.db import models

from opsledger.apps.desk.models.tickets import Ticket


class Timer(models.Model):
    """One metric of one ticket under its last target; the truth is the fold over the ticket's events."""

    class State(models.TextChoices):
        RUNNING = "running", "计时中"
        PAUSED = "paused", "已暂停"
        MET = "met", "按时"
        BREACHED = "breached", "已超时"
        MET_LATE = "met_late", "超时完成"
        CANCELLED = "cancelled", "不再计时"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="timers")
    metric = models.CharField(max_length=12)
    cycle = models.PositiveSmallIntegerField(default=1)
    term = models.ForeignKey("contracts.Term", on_delete=models.PROTECT, related_name="+")
    # The item for which it counts where that is not the ticket's own: it had ended before the ticket was moved.
    item = models.ForeignKey(
        "contracts.ServiceItem", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=12, choices=State.choices)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField("时限")
    met_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    limit_text = models.CharField(max_length=40)
    elapsed_seconds = models.BigIntegerField(default=0)
    paused_seconds = models.BigIntegerField(default=0)
    overrun_seconds = models.BigIntegerField(default=0)
    # The largest share of the limit (percent) whose passing has been acted on.
    warned_percent = models.PositiveSmallIntegerField(default=0)
    breach_recorded = models.BooleanField(default=False)

    class Meta:
        ordering = ["ticket", "due_at", "id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "metric", "cycle"], name="desk_timer_once")]
        indexes = [models.Index(fields=["due_at", "state"], name="desk_timer_due")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.metric}"
