"""People promised by the contract: who they are, when they were there, who takes their place."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class StaffMember(models.Model):
    """One person on a post that the contract promises (an obligation of the kind staffing)."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    obligation = models.ForeignKey("contracts.Obligation", on_delete=models.CASCADE, related_name="staff")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField("姓名", max_length=60)
    role = models.CharField("岗位", max_length=60)
    qualification = models.CharField("资质", max_length=120, blank=True)
    qualification_until = models.DateField("资质有效期", null=True, blank=True)
    confidentiality_on = models.DateField("保密协议签订日", null=True, blank=True)
    starts_on = models.DateField("到岗日")
    ends_on = models.DateField("离岗日", null=True, blank=True)

    class Meta:
        ordering = ["obligation", "starts_on", "id"]

    def __str__(self) -> str:
        return self.name


class Attendance(models.Model):
    """One person on one day: there, or on leave with the reason."""

    class Kind(models.TextChoices):
        PRESENT = "present", "在岗"
        LEAVE = "leave", "请假"

    member = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="attendance")
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    in_at = models.DateTimeField("签到", null=True, blank=True)
    out_at = models.DateTimeField("签退", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-day", "member"]
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="duties_attendance_once")]
        indexes = [models.Index(fields=["day"], name="duties_attendance_day")]

    def __str__(self) -> str:
        return f"{self.member} {self.day}"


class Replacement(models.Model):
    """Another person for a post; it takes effect only with the buyer's consent."""

    class State(models.TextChoices):
        REQUESTED = "requested", "待同意"
        AGREED = "agreed", "已同意"
        REFUSED = "refused", "未同意"
        EXPIRED = "expired", "逾期未答复"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    leaving = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="replacements")
    name = models.CharField("接替人", max_length=60)
    qualification = models.CharField("资质", max_length=120, blank=True)
    qualification_until = models.DateField("资质有效期", null=True, blank=True)
    reason = models.CharField("更换原因", max_length=300)
    from_on = models.DateField("接替日")
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    # Whose consent the contract wants ("buyer", "unit"), where it says so, and who has given it.
    parties = models.JSONField(default=list)
    clause = models.CharField("条款", max_length=200, blank=True)
    answers = models.JSONField(default=list)
    answer_by = models.DateTimeField("答复期限", null=True, blank=True, db_index=True)
    # Who went at once, on somebody's word: the consent follows.
    after = models.BooleanField("先换后补", default=False)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answer = models.CharField("意见", max_length=300, blank=True)

    class Meta:
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["leaving"], condition=models.Q(state="requested"), name="duties_replacement_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.leaving} → {self.name}"
