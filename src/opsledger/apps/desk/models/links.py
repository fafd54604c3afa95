"""How tickets hang together."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opsledger.apps.desk.models.tickets import Ticket


class TicketLink(models.Model):
    """`ticket` stands in this relation to `other` ("is child of", "is a duplicate of", "was caused by")."""

    class Kind(models.TextChoices):
        PARENT = "parent", "主工单"
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
        constraints = [
            models.UniqueConstraint(fields=["ticket", "other", "kind"], name="desk_link_once"),
            # Whoever is quicker: a ticket has one parent.
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(kind="parent"), name="desk_link_one_parent"
            ),
        ]

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


class KeptSight(models.Model):
    """Who reported a ticket that has gone to another unit and still reads it; their colleagues do not."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="kept_sights")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="desk_kept_sight_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.user_id}"


class RuleHit(models.Model):
    """A rule of the contract that the run of tickets has met (a third failure in a month), once per case."""

    class Rule(models.TextChoices):
        REPLACE = "replace", "一个月内三次故障，应提出更换"
        REPEAT = "repeat", "半年内同一故障超过两次"
        CONSENT = "consent", "紧急处置后未获补批"
        COUNT = "count", "故障次数超出约定"
        REPORT = "report", "重大故障未提交分析报告"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="rule_hits")
    rule = models.CharField(max_length=12, choices=Rule.choices)
    # What failed: the item with its device or the kind of fault.
    object_key = models.CharField(max_length=200)
    count = models.PositiveSmallIntegerField()
    # The clause that says so; without one it is a default of the installation and no duty of the contract.
    term = models.ForeignKey(
        "contracts.Term", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    clause = models.CharField("条款", max_length=200, blank=True)
    words = models.CharField("事由", max_length=200, blank=True)
    hit_at = models.DateTimeField()

    class Meta:
        ordering = ["-hit_at"]
        constraints = [models.UniqueConstraint(fields=["ticket", "rule"], name="desk_rule_hit_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.object_key}"

    @property
    def told(self) -> str:
        """What has happened, in words."""
        return self.words or f"{self.get_rule_display()}：{self.object_key}，第{self.count}次"

    @property
    def basis(self) -> str:
        """The clause, or that it is none."""
        if self.rule == self.Rule.CONSENT:
            return self.clause
        return self.clause or "缺省提示，合同未写"
