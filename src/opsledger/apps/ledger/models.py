"""Chains, entries and files.  Rows of `Entry` are written once; triggers in the database hold that too."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from opsledger.core.errors import DomainError


class Chain(models.Model):
    """The head of one hash chain; `name` is "contract:<id>" or "platform"."""

    name = models.CharField(max_length=64, unique=True)
    algorithm = models.CharField(max_length=16)
    head_seq = models.BigIntegerField(default=0)
    head_hash = models.CharField(max_length=128)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries can be read; no path changes or removes one."""

    def update(self, **kwargs: Any) -> int:
        raise DomainError("ledger.append_only")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise DomainError("ledger.append_only")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise DomainError("ledger.append_only")


class Entry(models.Model):
    """One act: who, what, on what, when it happened and when it was recorded, and what changed."""

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="entries")
    seq = models.BigIntegerField("序号")
    happened_at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("记录时间", db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField("操作人", max_length=120)
    verb = models.CharField("动作", max_length=64)
    subject_type = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    subject_label = models.CharField("对象", max_length=300)
    # The service unit concerned, if one is: it narrows what a unit may read.
    unit_id = models.BigIntegerField(null=True, db_index=True)
    changes = models.JSONField("内容", default=dict)
    request_id = models.CharField(max_length=32, blank=True)
    previous_hash = models.CharField(max_length=128)
    hash = models.CharField("校验值", max_length=128)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["chain", "seq"]
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="ledger_entry_seq_once")]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="ledger_entry_subject"),
            models.Index(fields=["chain", "verb"], name="ledger_entry_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}#{self.seq} {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise DomainError("ledger.append_only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise DomainError("ledger.append_only")


class StoredFile(models.Model):
    """The content of a file, kept once under its digest, however often it is attached."""

    digest = models.CharField("内容校验值", max_length=128, unique=True)
    algorithm = models.CharField(max_length=16)
    size = models.BigIntegerField("大小")
    media_type = models.CharField("类型", max_length=120)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:12]


class Attachment(models.Model):
    """A file under a name, attached to one object of a later room (named by type and id)."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField("文件名", max_length=255)
    subject_type = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="ledger_attachment_subject")]

    def __str__(self) -> str:
        return self.name
