"""Assessments with what people add to them: manual rows, exclusions, objections, signatures, versions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from opsledger.apps.assessment.states import STATES


class Assessment(models.Model):
    """One period of one contract under assessment.

    While it is a draft its figures are computed when they are looked at and `result` is empty; from the
    issue on `result` holds the sheet as it was issued, and it changes only with an act that says so.
    `version` counts acts, so that two people who act at once do not overwrite each other.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="assessments")
    period_id = models.CharField(max_length=20)
    kind = models.CharField("周期", max_length=10)
    title = models.CharField("考核期", max_length=60)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    state = models.CharField("状态", max_length=12, choices=list(STATES.items()), default="draft")
    result = models.JSONField(default=dict, blank=True)
    edition = models.PositiveIntegerField("版次", default=1)
    correction_reason = models.CharField("更正理由", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    issued_at = models.DateTimeField("签发时间", null=True, blank=True)
    objections_until = models.DateField("异议截止", null=True, blank=True)
    signed_at = models.DateTimeField("签署时间", null=True, blank=True)

    class Meta:
        ordering = ["contract", "starts_on", "-ends_on"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "period_id"], name="assessment_period_once")
        ]
        indexes = [models.Index(fields=["contract", "state"], name="assessment_state")]

    def __str__(self) -> str:
        return f"{self.title}考核"


class ManualRow(models.Model):
    """Something people enter: points on a row that is filled by hand, or a fact that no other room knows.

    With `points` it is a mark; with `kind` it is a fact of that kind on `happened_on`, and the scheme's rule
    says what it costs.  A withdrawn row stays, with who withdrew it.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="manual_rows")
    indicator_id = models.CharField(max_length=60)
    points = models.DecimalField("分值", max_digits=7, decimal_places=2, null=True, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    happened_on = models.DateField("发生日期", null=True, blank=True)
    measure = models.DecimalField("数值", max_digits=12, decimal_places=3, null=True, blank=True)
    item = models.ForeignKey(
        "contracts.ServiceItem", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    assessor_id = models.CharField(max_length=60, blank=True)
    reason = models.CharField("理由", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.reason[:40]


class FactExclusion(models.Model):
    """A ground for not counting one fact; it works once the buyer has approved it."""

    class State(models.TextChoices):
        ASKED = "asked", "待批准"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="exclusions")
    fact_id = models.CharField(max_length=80)
    fact_title = models.CharField("事实", max_length=300)
    reason = models.CharField("免责情形", max_length=100)
    note = models.CharField("说明", max_length=500)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField("审批意见", max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "fact_id"],
                condition=models.Q(state__in=["asked", "approved"]),
                name="assessment_exclusion_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.fact_title}（{self.reason}）"


class Objection(models.Model):
    """The provider objects to one deduction; the buyer upholds or rejects it with a reason."""

    class State(models.TextChoices):
        RAISED = "raised", "待裁定"
        UPHELD = "upheld", "成立"
        REJECTED = "rejected", "不成立"

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="objections")
    fact_id = models.CharField(max_length=80)
    fact_title = models.CharField("事实", max_length=300)
    reason = models.CharField("异议理由", max_length=1000)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RAISED)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    raised_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField("裁定理由", max_length=1000, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "fact_id"], name="assessment_objection_once")
        ]

    def __str__(self) -> str:
        return self.fact_title


class Signature(models.Model):
    """One party's signature under one edition of the sheet, with the digest of what was signed."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="signatures")
    edition = models.PositiveIntegerField()
    party = models.CharField("签署方", max_length=12)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("签署人", max_length=120)
    note = models.CharField("意见", max_length=500, blank=True)
    signed_at = models.DateTimeField("签署时间")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "edition", "party"], name="assessment_signature_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.party}）"


class Edition(models.Model):
    """A signed sheet, kept for good; `difference` says what changed against the edition before."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField("版次")
    result = models.JSONField()
    digest = models.CharField("校验值", max_length=64)
    reason = models.CharField("更正理由", max_length=500, blank=True)
    difference = models.JSONField(default=list, blank=True)
    signed_at = models.DateTimeField("签署时间")

    class Meta:
        ordering = ["assessment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="assessment_edition_once")
        ]

    def __str__(self) -> str:
        return f"第{self.number}版"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written once: a signed sheet does not change."""
        if not self._state.adding:
            raise ValueError("a signed edition is never changed")
        super().save(*args, **kwargs)
