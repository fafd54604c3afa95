"""How tickets hang together."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opsledger.apps.desk.models.tickets import Ticket


class TicketLink(models.Model):
    """`ticket` stands in this relation to `other` ("is child of", "is a duplicate of", "was caused by")."""

    class Kind(models.TextChoices):
        PARENT = "parent", "上级工单"
        DUPLICATE = "duplicate", "重复于"
        CAUSED_BY = "caused_by", "起因于"
        BLOCKS = "blocks", "阻塞"
        MERGED = "merged", "并入"
        SPLIT = "split", "拆分自"
        CONVERTED = "converted", "转为"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links_out")
    other = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "other", "kind"], name="desk_link_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"


class Watcher(models.Model):
    """Somebody who wants to be told of a ticket though it is not theirs."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="watchers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="desk_watcher_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.user_id}"


class RuleHit(models.Model):
    """A rule of the contract that the run of tickets has met (a third failure in a month), once per case."""

    class Rule(models.TextChoices):
        REPLACE = "replace", "一个月内三次故障，应提出更换"
        REPEAT = "repeat", "半年内同一故障超过两次"
        CONSENT = "consent", "紧急处置后未获补批"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="rule_hits")
    rule = models.CharField(max_length=12, choices=Rule.choices)
    # What failed: the item with its device or the kind of fault.
    object_key = models.CharField(max_length=200)
    count = models.PositiveSmallIntegerField()
    hit_at = models.DateTimeField()

    class Meta:
        ordering = ["-hit_at"]
        constraints = [models.UniqueConstraint(fields=["ticket", "rule"], name="desk_rule_hit_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.object_key}"
