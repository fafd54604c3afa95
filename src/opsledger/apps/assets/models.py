"""Assets, relations, imports, reminders, spare parts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opsledger.apps.assets.lifecycle import STATES
from opsledger.apps.assets.types import classes, types


class Asset(models.Model):
    """One thing that is looked after; `code` is what its label shows, `fields` hold what its type has."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="assets")
    item = models.ForeignKey(
        "contracts.ServiceItem", null=True, blank=True, on_delete=models.SET_NULL, related_name="assets"
    )
    code = models.CharField("资产编号", max_length=40)
    kind = models.CharField("类型", max_length=20)
    klass = models.CharField("类别", max_length=20)
    name = models.CharField("名称", max_length=120)
    model = models.CharField("型号", max_length=200, blank=True)
    serial = models.CharField("序列号", max_length=80, blank=True)
    quantity = models.PositiveIntegerField("数量", default=1)
    place = models.CharField("位置", max_length=120, blank=True)
    vendor = models.CharField("厂商", max_length=80, blank=True)
    domestic = models.BooleanField("信创", null=True, blank=True)
    acquired_on = models.DateField("购置日期", null=True, blank=True)
    warranty_until = models.DateField("保修到期", null=True, blank=True)
    expires_on = models.DateField("到期日", null=True, blank=True)
    fields = models.JSONField(default=dict)
    note = models.CharField("备注", max_length=300, blank=True)
    state = models.CharField("状态", max_length=12, choices=list(STATES.items()), default="listed")
    holder = models.CharField("借用人", max_length=60, blank=True)
    # Where the contract's own list names it; empty if people entered it.
    source = models.CharField("清单出处", max_length=200, blank=True)
    equipment = models.ForeignKey(
        "assets.EquipmentList", null=True, blank=True, on_delete=models.SET_NULL, related_name="assets"
    )
    # The place in that list, from 1: loading the list again finds the asset by it.
    list_row = models.PositiveSmallIntegerField(null=True, blank=True)
    accepted_at = models.DateTimeField("接管时间", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    found_quantity = models.PositiveIntegerField("核对数量", null=True, blank=True)
    # What stands on the device; empty if it is what the list says.
    found_model = models.CharField("实物型号", max_length=200, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["contract", "code"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "code"], name="assets_code_once"),
            models.UniqueConstraint(
                fields=["contract", "serial"], condition=~Q(serial=""), name="assets_serial_once"
            ),
            models.UniqueConstraint(fields=["equipment", "list_row"], name="assets_list_row_once"),
        ]
        indexes = [
            models.Index(fields=["contract", "klass", "state"], name="assets_class"),
            models.Index(fields=["contract", "expires_on"], name="assets_expiry"),
            models.Index(fields=["contract", "warranty_until"], name="assets_warranty"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def kind_word(self) -> str:
        found = types().get(self.kind)
        return found.name if found else self.kind

    @property
    def class_word(self) -> str:
        return classes().get(self.klass, self.klass)


class EquipmentList(models.Model):
    """A list of equipment as the contract prints it, kept as it is: people change assets, never this.

    A total printed over several lists has no rows but `covers` their keys.
    """

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.CASCADE, related_name="equipment_lists"
    )
    item = models.ForeignKey(
        "contracts.ServiceItem", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    key = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    title = models.CharField("清单", max_length=120)
    clause = models.CharField("条款", max_length=60, blank=True)
    printed_total = models.PositiveIntegerField("印出的合计", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    # [{"name", "model", "count", "unit", "year", "warranty", "note"}], in the order of the print.
    rows = models.JSONField(default=list)
    covers = models.JSONField(default=list)
    confirmed_at = models.DateTimeField("接管确认时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_note = models.CharField("确认意见", max_length=300, blank=True)

    class Meta:
        ordering = ["contract", "position"]
        constraints = [models.UniqueConstraint(fields=["contract", "key"], name="assets_list_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def total(self) -> int:
        """The sum of the rows that have a count."""
        return sum(row["count"] or 0 for row in self.rows)


class Relation(models.Model):
    """One asset hangs on another: if `target` fails, what `source` does fails with it (not for `connects`)."""

    class Kind(models.TextChoices):
        RUNS_ON = "runs_on", "运行于"
        PART_OF = "part_of", "属于"
        DEPENDS_ON = "depends_on", "依赖"
        BACKS_UP = "backs_up", "备份"
        CONNECTS = "connects", "连接"

    source = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="uses")
    target = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="used_by")
    kind = models.CharField("关系", max_length=12, choices=Kind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="assets_relation_once"),
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="assets_relation_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_kind_display()} {self.target}"


class ImportBatch(models.Model):
    """A workbook of assets: what it would change, whether that was done, and how to undo it."""

    class State(models.TextChoices):
        PREVIEW = "preview", "待确认"
        APPLIED = "applied", "已导入"
        UNDONE = "undone", "已撤销"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    filename = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.PREVIEW)
    # {"create": [fields], "update": [{"id", "version", "before", "after"}], "same": n, "wrong": [{"row", "problem"}]}
    plan = models.JSONField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename


class Reminder(models.Model):
    """That people were told `days` before `on` that an asset's `what` runs out: told once."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="reminders")
    what = models.CharField(max_length=12)
    on = models.DateField()
    days = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "what", "on", "days"], name="assets_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.asset} {self.what} {self.days}"


class SparePart(models.Model):
    """A kind of spare part: how many lie there, how many are reserved, how many should be there at least."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="spares")
    name = models.CharField("名称", max_length=120)
    model = models.CharField("型号", max_length=120, blank=True)
    unit = models.CharField("单位", max_length=10, default="个")
    place = models.CharField("存放", max_length=120, blank=True)
    price_cny = models.DecimalField("单价", max_digits=12, decimal_places=2, null=True, blank=True)
    stock = models.PositiveIntegerField("库存", default=0)
    reserved = models.PositiveIntegerField("已预留", default=0)
    loaned = models.PositiveIntegerField("借出备机", default=0)
    minimum = models.PositiveIntegerField("最低库存", default=0)

    class Meta:
        ordering = ["name", "model"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "name", "model"], name="assets_spare_once"),
            models.CheckConstraint(
                condition=Q(reserved__lte=models.F("stock")), name="assets_spare_reserved_in_stock"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.model}".strip()

    @property
    def free(self) -> int:
        return self.stock - self.reserved

    @property
    def short(self) -> bool:
        return self.free < self.minimum


class SpareMove(models.Model):
    """Something that happened to the stock of a part."""

    class Kind(models.TextChoices):
        IN = "in", "入库"
        RESERVE = "reserve", "预留"
        RELEASE = "release", "取消预留"
        USE = "use", "领用"
        LOAN = "loan", "借出备机"
        BACK = "back", "备机归还"
        COUNT = "count", "盘点"

    part = models.ForeignKey(SparePart, on_delete=models.CASCADE, related_name="moves")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    quantity = models.IntegerField("数量")
    ticket_ref = models.CharField("工单", max_length=60, blank=True)
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="parts")
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity}"
