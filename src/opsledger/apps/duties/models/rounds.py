"""Templates (a contract's own, versioned), rounds, answers, photos."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Template(models.Model):
    """A contract's own version of a checklist; the shipped ones are data of the program.

    A version is never changed: editing makes the next one, and a round keeps the version it was made by.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField("名称", max_length=80)
    data = models.JSONField()
    retired = models.BooleanField("停用", default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "key", "version"], name="duties_template_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}（第{self.version}版）"


class Round(models.Model):
    """One going through a checklist for one occurrence; `checklist` is frozen when it begins."""

    class State(models.TextChoices):
        UNDER_WAY = "under_way", "进行中"
        FINISHED = "finished", "已完成"
        DISCARDED = "discarded", "已作废"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="rounds")
    occurrence = models.ForeignKey("duties.Occurrence", on_delete=models.CASCADE, related_name="rounds")
    item = models.ForeignKey(
        "contracts.ServiceItem", null=True, blank=True, on_delete=models.CASCADE, related_name="rounds"
    )
    template_key = models.CharField(max_length=60)
    template_version = models.PositiveIntegerField()
    checklist = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.UNDER_WAY)
    started_at = models.DateTimeField("开始时间")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    # Where the phone was, if its owner allowed it: {"latitude", "longitude", "accuracy_metres"}.
    place = models.JSONField(default=dict)
    # The devices or systems it goes over, in the order in which they are visited:
    # [{"key": "a12", "code", "name", "place"}]; empty where the checklist is gone through once.
    stops = models.JSONField(default=list)
    # What the program asks the supervisor about this round: [{"code", "facts", "answer": {"text", "by", "at"}}].
    questions = models.JSONField(default=list)

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["occurrence"],
                condition=models.Q(state__in=["under_way", "finished"]),
                name="duties_round_one_live",
            )
        ]
        indexes = [models.Index(fields=["item", "template_key", "finished_at"], name="duties_round_last")]

    def __str__(self) -> str:
        return str(self.checklist.get("name", self.template_key))


class Answer(models.Model):
    """The answer that stands for one check of a round; `version` counts how often it was changed."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="answers")
    check_id = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    number = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    verdict = models.CharField(max_length=4, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    # When it was entered on the phone, and when it reached us.
    answered_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    device = models.CharField(max_length=40, blank=True)
    # What monitoring said and when: {"metric", "value", "unit", "at", "source"}; it stays if people differ.
    reading = models.JSONField(default=dict)
    # Where the phone was, only where the contract allows it: {"latitude", "longitude", "accuracy_metres"}.
    place = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "check_id"], name="duties_answer_once")]

    def __str__(self) -> str:
        return f"{self.check_id}={self.value}"


class RoundMutation(models.Model):
    """A change that a phone sent, by the id that the phone gave it: sent twice, it is applied once."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="mutations")
    mutation = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "mutation"], name="duties_mutation_once")]

    def __str__(self) -> str:
        return self.mutation


class RoundPhoto(models.Model):
    """A photo or file of one check; the file itself is an attachment of the occurrence."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="photos")
    check_id = models.CharField(max_length=60)
    attachment = models.ForeignKey("ledger.Attachment", on_delete=models.PROTECT, related_name="+")
    mutation = models.CharField(max_length=40)
    # A 64-bit hash of how the picture looks, 16 hex digits; "" for what is no picture.
    looks = models.CharField(max_length=16, blank=True, db_index=True)
    taken_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["round", "mutation"], name="duties_photo_once")]

    def __str__(self) -> str:
        return self.attachment.name
