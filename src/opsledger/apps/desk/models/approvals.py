"""Consent that must be had before an act: steps in order, any or all of their people, deputies, a deadline."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opsledger.apps.desk.models.tickets import Ticket


class Approval(models.Model):
    """One question put for consent; `step` is the step now waiting."""

    class State(models.TextChoices):
        WAITING = "waiting", "待批准"
        APPROVED = "approved", "已批准"
        REJECTED = "rejected", "未批准"
        EXPIRED = "expired", "逾期未批"
        WITHDRAWN = "withdrawn", "已撤回"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="approvals")
    act = models.CharField(max_length=20)
    subject = models.CharField("批准事项", max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    step = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Asked for after the act, which was done in an emergency on somebody's word.
    after = models.BooleanField("事后补批", default=False)
    # Which parties consented by it ("buyer", "unit"), kept when it was decided.
    given = models.JSONField(default=list, blank=True)
    deadline_at = models.DateTimeField(null=True, blank=True, db_index=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return self.subject


class ApprovalStep(models.Model):
    """One step: `any` of its people suffices, or `all` must agree."""

    class Mode(models.TextChoices):
        ANY = "any", "任一人同意"
        ALL = "all", "全部同意"

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=4, choices=Mode.choices, default=Mode.ANY)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["approval", "number"], name="desk_approval_step_once")]

    def __str__(self) -> str:
        return f"{self.approval_id}.{self.number}"


class ApprovalVote(models.Model):
    """One person's part in a step; the deputy may speak for them."""

    class Answer(models.TextChoices):
        WAITING = "waiting", "待答复"
        YES = "yes", "同意"
        NO = "no", "不同意"

    step = models.ForeignKey(ApprovalStep, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.CharField(max_length=8, choices=Answer.choices, default=Answer.WAITING)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["step", "user"], name="desk_approval_vote_once")]

    def __str__(self) -> str:
        return f"{self.step_id} {self.user_id} {self.answer}"
