"""A document that is being read: its text by sections, its items, the proposed terms and what people did."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opsledger.apps.accounts.models import Organisation


class DocumentReading(models.Model):
    """One uploaded document on its way to a contract; seen by its organisation and the people invited."""

    class State(models.TextChoices):
        QUEUED = "queued", "等待读取"
        RUNNING = "running", "正在读取"
        FAILED = "failed", "未能读取"
        REVIEW = "review", "审阅中"
        MAKING = "making", "正在生成合同"
        DONE = "done", "已生成合同"

    name = models.CharField("名称", max_length=200)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("上传时间")
    # The document itself: an attachment of the ledger (subject "reading"), kept under its digest.
    attachment_id = models.BigIntegerField(null=True)
    filename = models.CharField("文件", max_length=255)
    size = models.BigIntegerField("大小", default=0)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField("进度", default=0)
    step = models.CharField("步骤", max_length=60, blank=True)
    attempt = models.PositiveSmallIntegerField("次数", default=0)
    queued_at = models.DateTimeField(null=True)
    # The job writes here while it lives; a running job whose last beat is old has died.
    heartbeat_at = models.DateTimeField(null=True, db_index=True)
    failure = models.CharField("原因", max_length=500, blank=True)
    warnings = models.JSONField(default=list)
    characters = models.PositiveIntegerField("字数", default=0)
    # What was typed on the finishing form, so that it can be left and taken up again.
    details = models.JSONField(default=dict)
    # What the worker was asked to make: the ending, the role, and who asked.
    making = models.JSONField(default=dict)
    # The order and meaning of the severities as people put them; empty: as the words themselves tell.
    levels = models.JSONField(default=list)
    archived_at = models.DateTimeField("归档时间", null=True, blank=True)
    contract = models.ForeignKey(
        "contracts.Contract", null=True, blank=True, on_delete=models.SET_NULL, related_name="readings"
    )

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name


class ReadingGuest(models.Model):
    """Somebody of another organisation, or without a creating role, invited to review with the others."""

    reading = models.ForeignKey(DocumentReading, on_delete=models.CASCADE, related_name="guests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField("邀请时间")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading", "user"], name="contracts_guest_once")]

    def __str__(self) -> str:
        return str(self.user)


class ReadingItem(models.Model):
    """A service item as read; a common one holds what is said for all the others."""

    reading = models.ForeignKey(DocumentReading, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    no = models.CharField("序号", max_length=20)
    name = models.CharField("服务项", max_length=200)
    section = models.CharField("章节", max_length=200, blank=True)
    unit = models.CharField("服务单位", max_length=120, blank=True)
    starts_on = models.DateField("服务期起", null=True, blank=True)
    ends_on = models.DateField("服务期止", null=True, blank=True)
    windows = models.JSONField("服务时段", default=list)
    common = models.BooleanField("通用要求", default=False)
    # False for an item that was merged into another one or taken out; an undo brings it back.
    live = models.BooleanField(default=True)
    start = models.PositiveIntegerField(default=0)
    end = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["reading", "position"]
        constraints = [models.UniqueConstraint(fields=["reading", "no"], name="contracts_reading_item_once")]

    def __str__(self) -> str:
        return f"{'' if self.common else self.no} {self.name}".strip()


class ReadingSection(models.Model):
    """A stretch of the document's text; the sections in order are the whole text without a gap."""

    reading = models.ForeignKey(DocumentReading, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["reading", "position"]
        constraints = [models.UniqueConstraint(fields=["reading", "position"], name="contracts_section_once")]

    def __str__(self) -> str:
        return self.title


class ProposedTerm(models.Model):
    """A term that the reader or a person proposes; `data` is the term as core.terms writes it.

    `version` moves on with every act; an act that names an older version is stale.  `live` is False for a
    term whose adding was undone.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "待处理"
        ACCEPTED = "accepted", "已接受"
        EDITED = "edited", "已修改"
        REJECTED = "rejected", "不采纳"

    class Source(models.TextChoices):
        READER = "reader", "自动识别"
        PERSON = "person", "人工新增"
        SHEET = "sheet", "表格导入"

    reading = models.ForeignKey(DocumentReading, on_delete=models.CASCADE, related_name="terms")
    item = models.ForeignKey(ReadingItem, on_delete=models.CASCADE, related_name="terms")
    kind = models.CharField("类别", max_length=20)
    data = models.JSONField()
    summary = models.CharField("内容", max_length=400)
    start = models.PositiveIntegerField(default=0)
    end = models.PositiveIntegerField(default=0)
    quote = models.TextField("原文", blank=True)
    rule = models.CharField("规则", max_length=120, blank=True)
    confidence_percent = models.PositiveSmallIntegerField("把握", default=100)
    # Why it cannot be accepted as it is; "" when the term is sound.
    problem = models.CharField(max_length=300, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.PROPOSED)
    source = models.CharField("来源", max_length=12, choices=Source.choices, default=Source.READER)
    live = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    acted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["reading", "item__position", "start", "id"]
        indexes = [
            models.Index(fields=["reading", "item", "start"], name="contracts_proposed_item"),
            models.Index(fields=["reading", "state", "confidence_percent"], name="contracts_proposed_state"),
            models.Index(fields=["reading", "start"], name="contracts_proposed_start"),
        ]

    def __str__(self) -> str:
        return self.summary


class ReviewAct(models.Model):
    """One act of one person on a reading; it may have touched many terms, and can be undone whole."""

    reading = models.ForeignKey(DocumentReading, on_delete=models.CASCADE, related_name="acts")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField("动作", max_length=40)
    label = models.CharField("内容", max_length=400)
    count = models.PositiveIntegerField("条数", default=1)
    at = models.DateTimeField("时间")
    undone_at = models.DateTimeField(null=True, blank=True)
    # What an act on an item or a finding changed: [{"model", "pk", "before", "version"}].
    rows = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["reading", "actor", "undone_at"], name="contracts_act_undo")]

    def __str__(self) -> str:
        return self.label


class ReviewChange(models.Model):
    """What one act changed on one term: how it was before, and the version that the act left behind."""

    act = models.ForeignKey(ReviewAct, on_delete=models.CASCADE, related_name="changes")
    term = models.ForeignKey(ProposedTerm, on_delete=models.CASCADE, related_name="changes")
    before = models.JSONField(default=dict)
    after_version = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.term_id}@{self.after_version}"


class ReadingFinding(models.Model):
    """Something in the document that will lead to a quarrel, with its clauses side by side."""

    reading = models.ForeignKey(DocumentReading, on_delete=models.CASCADE, related_name="findings")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=60)
    severity = models.CharField("程度", max_length=12)
    title = models.CharField("疑点", max_length=300)
    advice = models.CharField("建议约定", max_length=500, blank=True)
    # [{"item": "12", "start": 1, "end": 9, "quote": "..."}]
    places = models.JSONField(default=list)
    note = models.CharField("处理说明", max_length=500, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["reading", "position"]

    def __str__(self) -> str:
        return self.title
