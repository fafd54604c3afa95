"""Organisations, users, memberships, messages, tokens."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from opsledger.apps.accounts import scopes
from opsledger.kernel import access


class Organisation(models.Model):
    """A bureau, a department, a provider or a supervisor."""

    class Kind(models.TextChoices):
        BUYER = "buyer", "采购人"
        UNIT = "unit", "服务单位"
        PROVIDER = "provider", "服务商"
        SUPERVISOR = "supervisor", "监理"
        OTHER = "other", "其他"

    name = models.CharField("名称", max_length=120)
    short_name = models.CharField("简称", max_length=40, blank=True)
    kind = models.CharField("类别", max_length=16, choices=Kind.choices)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="accounts_organisation_once")]

    def __str__(self) -> str:
        return self.short_name or self.name


class User(AbstractUser):
    """A person; the name is one field, as Chinese names are."""

    full_name = models.CharField("姓名", max_length=60)
    phone = models.CharField("电话", max_length=40, blank=True)
    title = models.CharField("职务", max_length=60, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    must_change_password = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return str(self)


class Membership(models.Model):
    """One role of one person on one contract; for the role `unit`, on behalf of which service unit."""

    class Role(models.TextChoices):
        BUYER = access.BUYER, "采购人"
        UNIT = access.UNIT, "服务单位"
        MANAGER = access.MANAGER, "项目经理"
        ENGINEER = access.ENGINEER, "工程师"
        SUPERVISOR = access.SUPERVISOR, "监理"
        AUDITOR = access.AUDITOR, "审计"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField("角色", max_length=16, choices=Role.choices)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "contract", "role", "organisation"], name="accounts_membership_once"
            ),
            models.UniqueConstraint(
                fields=["user", "contract", "role"],
                condition=models.Q(organisation=None),
                name="accounts_membership_alone_once",
            ),
        ]
        indexes = [models.Index(fields=["contract", "role"], name="accounts_membership_role")]

    def __str__(self) -> str:
        return f"{self.user}（{self.get_role_display()}）"


class Notice(models.Model):
    """A message to one person inside the application; `dedupe` makes it exactly one per event and person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    contract_slug = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    dedupe = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["user", "dedupe"], name="accounts_notice_once")]
        indexes = [models.Index(fields=["user", "read_at"], name="accounts_notice_unread")]

    def __str__(self) -> str:
        return self.title


class ApiToken(models.Model):
    """A token for programs; only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField("用途", max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    @property
    def scope_words(self) -> str:
        """What it may do, in words."""
        return scopes.words(self.scopes)

    def __str__(self) -> str:
        return self.name


class ApiOnce(models.Model):
    """The answer that was given to an idempotency key, given again to the same call."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="accounts_api_once")]

    def __str__(self) -> str:
        return self.key
