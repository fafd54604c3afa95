"""Articles, mostly from closed tickets, reviewed before they are published; and words used again and again."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opsledger.apps.desk.models.tickets import Ticket


class Article(models.Model):
    """What is known about one fault or question."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        REVIEW = "review", "待审核"
        PUBLISHED = "published", "已发布"
        RETIRED = "retired", "已停用"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="articles")
    item = models.ForeignKey(
        "contracts.ServiceItem", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ticket = models.ForeignKey(
        Ticket, null=True, blank=True, on_delete=models.SET_NULL, related_name="articles"
    )
    title = models.CharField("标题", max_length=120)
    symptom = models.TextField("现象", blank=True)
    solution = models.TextField("处理方法")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    internal = models.BooleanField("仅服务商可见", default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    uses = models.PositiveIntegerField("引用次数", default=0)

    class Meta:
        ordering = ["-updated_at", "-id"]
        indexes = [models.Index(fields=["contract", "state"], name="desk_article_state")]

    def __str__(self) -> str:
        return self.title


class ArticleVote(models.Model):
    """Whether an article helped one person."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    helpful = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "user"], name="desk_article_vote_once")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.helpful}"


class CannedReply(models.Model):
    """Words for answers that come again and again."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    name = models.CharField("名称", max_length=60)
    text = models.TextField("内容")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["contract", "name"], name="desk_canned_once")]

    def __str__(self) -> str:
        return self.name


class SavedFilter(models.Model):
    """A list as somebody wants to find it again: the query string of its address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    name = models.CharField("名称", max_length=40)
    query = models.CharField(max_length=500)
    shared = models.BooleanField("合同内共用", default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "contract", "name"], name="desk_saved_filter_once")
        ]

    def __str__(self) -> str:
        return self.name


class ColumnChoice(models.Model):
    """Which columns of a list one person wants to see, in this order."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=40)
    keys = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "list_name"], name="desk_columns_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.list_name}"
