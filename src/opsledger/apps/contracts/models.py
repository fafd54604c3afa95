"""Contract -> items -> terms -> obligations."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models

from opsledger.apps.accounts.models import Organisation


class Contract(models.Model):
    """One procurement contract; `slug` names it in addresses and is the id of the pack it came from."""

    class Status(models.TextChoices):
        DRAFT = "draft", "起草"
        ACTIVE = "active", "履行中"
        CLOSED = "closed", "已结束"

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField("合同名称", max_length=200)
    short_name = models.CharField("简称", max_length=60, blank=True)
    number = models.CharField("合同编号", max_length=80, blank=True)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    price_cny = models.DecimalField("合同价款", max_digits=14, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField("服务期起")
    ends_on = models.DateField("服务期止")
    # Fulfilment is kept in this system from this day on; what fell due before is not planned.
    tracked_from = models.DateField("履约记录起", null=True, blank=True)
    time_zone = models.CharField(max_length=40, default="Asia/Shanghai")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ACTIVE)
    # Service windows by id, as the pack gives them ({"7x24": {...}, "5x8": {...}}).
    windows = models.JSONField(default=dict)
    office_hours = models.JSONField(default=dict)
    # The assessment scheme and the payment plan, as core.scoring and core.payment read them.
    scheme = models.JSONField(default=dict)
    payment = models.JSONField(default=dict)
    # Readings chosen for what the contract leaves open, and other agreed settings.
    settings = models.JSONField(default=dict)
    sources = models.JSONField(default=list)
    open_points = models.JSONField("待约定事项", default=list)
    default_window = models.CharField(max_length=40, default="7x24")
    # What the pack last said of the fields above; a field that differs from it was changed by people.
    pack_data = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_on", "slug"]

    def __str__(self) -> str:
        return self.short_name or self.name

    def phase_on(self, day: date) -> str:
        """Where the contract stands on a day: 起草, 未开始, 履行中, 已期满 or 已结束."""
        if self.status != self.Status.ACTIVE:
            return str(self.get_status_display())
        if day < self.starts_on:
            return "未开始"
        return "已期满" if day > self.ends_on else "履行中"


class SeverityLevel(models.Model):
    """A level in the contract's own words; a lower rank is worse. Items name the set they use."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="severities")
    set_id = models.CharField(max_length=40)
    # The kind of ticket that these levels are for: incident, request or question.
    ticket = models.CharField(max_length=16, default="incident")
    word = models.CharField("等级", max_length=60)
    definition = models.CharField("定义", max_length=300, blank=True)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["contract", "set_id", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "set_id", "word"], name="contracts_severity_once")
        ]

    def __str__(self) -> str:
        return self.word


class ServiceItem(models.Model):
    """One numbered thing to look after, with a period of its own."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="items")
    no = models.CharField("序号", max_length=20)
    position = models.PositiveIntegerField(default=0)
    name = models.CharField("服务项", max_length=200)
    short_name = models.CharField("简称", max_length=60, blank=True)
    unit = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="items"
    )
    category = models.CharField("类别", max_length=60, blank=True)
    starts_on = models.DateField("服务期起")
    ends_on = models.DateField("服务期止")
    # True while the period hangs on an event that has not been confirmed (e.g. 确认运维开始之日).
    period_provisional = models.BooleanField(default=False)
    windows = models.JSONField("服务时段", default=list)
    # Ids of the sets of severity levels that reports on this item choose from.
    severity_sets = models.JSONField(default=list)
    location = models.CharField("地点", max_length=120, blank=True)
    clause = models.CharField("条款出处", max_length=200, blank=True)
    facts = models.JSONField("概况", default=dict)
    # What the text leaves open, with the default taken: [{"what", "default", "readings"}].
    open_points = models.JSONField("待约定事项", default=list)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    pack_data = models.JSONField(default=dict)

    class Meta:
        ordering = ["contract", "position", "no"]
        constraints = [models.UniqueConstraint(fields=["contract", "no"], name="contracts_item_once")]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def numbered(self) -> str:
        return f"{self.no} {self}"


class Term(models.Model):
    """One binding statement, typed and sourced; `data` is the term as core.terms writes it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        ACCEPTED = "accepted", "已确认"
        EDITED = "edited", "已修改"
        REJECTED = "rejected", "不采纳"

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="terms")
    # None: the term holds for every item, or for the contract as a whole.
    item = models.ForeignKey(
        ServiceItem, null=True, blank=True, on_delete=models.CASCADE, related_name="terms"
    )
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    data = models.JSONField()
    clause = models.CharField("条款出处", max_length=200)
    summary = models.CharField("内容", max_length=400)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACCEPTED)
    source = models.CharField(max_length=12, default="pack")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    pack_data = models.JSONField(default=dict)

    class Meta:
        ordering = ["contract", "item__position", "key"]
        constraints = [models.UniqueConstraint(fields=["contract", "key"], name="contracts_term_once")]
        indexes = [models.Index(fields=["contract", "kind", "state"], name="contracts_term_kind")]

    def __str__(self) -> str:
        return self.summary


class Obligation(models.Model):
    """An accepted term bound to an item, an owner, a clock and a rule of evidence."""

    class Status(models.TextChoices):
        ACTIVE = "active", "履行中"
        GAP = "gap", "待约定"
        ENDED = "ended", "已终止"

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="obligations")
    item = models.ForeignKey(
        ServiceItem, null=True, blank=True, on_delete=models.CASCADE, related_name="obligations"
    )
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="obligations")
    kind = models.CharField(max_length=20)
    # The activity of a duty (inspection, backup, ...), the metric of a limit or target, else "".
    activity = models.CharField(max_length=40, blank=True)
    title = models.CharField("义务", max_length=300)
    owner_role = models.CharField(max_length=16, default="engineer")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    window = models.CharField("服务时段", max_length=40, blank=True)
    evidence = models.JSONField("佐证规则", default=dict)
    # How the frequency was turned into due windows, in words; "" where nothing recurs.
    rule_text = models.CharField("排期规则", max_length=400, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ACTIVE)
    gap_reason = models.CharField("待约定事项", max_length=300, blank=True)
    # An agreed override of what the contract leaves open, e.g. {"count": 1, "period": "month", "note": "..."}.
    agreed = models.JSONField(default=dict)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["contract", "item__position", "kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["term", "item"], name="contracts_obligation_once"),
            models.UniqueConstraint(
                fields=["term"], condition=models.Q(item=None), name="contracts_obligation_whole_once"
            ),
        ]
        indexes = [models.Index(fields=["contract", "kind", "status"], name="contracts_obligation_kind")]

    def __str__(self) -> str:
        return self.title


from opsledger.apps.contracts.models_reading import (  # noqa: E402
    DocumentReading,
    ProposedTerm,
    ReadingFinding,
    ReadingGuest,
    ReadingItem,
    ReadingSection,
    ReviewAct,
    ReviewChange,
)

__all__ = [
    "Contract",
    "DocumentReading",
    "Obligation",
    "ProposedTerm",
    "ReadingFinding",
    "ReadingGuest",
    "ReadingItem",
    "ReadingSection",
    "ReviewAct",
    "ReviewChange",
    "ServiceItem",
    "SeverityLevel",
    "Term",
]
