"""Forms of this room; the fields of a type come from its data."""

from __future__ import annotations

from typing import Any

from django import forms

from opsledger.apps.assets.lifecycle import TABLE
from opsledger.apps.assets.models import Relation, SpareMove
from opsledger.apps.assets.types import classes, types

MOST = 999_999
"""The largest number of pieces that a form takes: no database can keep every number that can be typed."""


def _kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in types().values():
        groups.setdefault(classes()[one.of], []).append((one.key, one.name))
    return list(groups.items())


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填写有效的日期，例如 2026-11-20"},
    )


class AssetForm(forms.Form):
    """What is written of an asset."""

    kind = forms.ChoiceField(label="类型", choices=_kinds)
    name = forms.CharField(label="名称", max_length=120, error_messages={"required": "请填写名称"})
    model = forms.CharField(label="型号", max_length=200, required=False)
    serial = forms.CharField(label="序列号", max_length=80, required=False)
    item = forms.ModelChoiceField(label="服务项", queryset=None, required=False, empty_label="未指定")
    place = forms.CharField(label="位置", max_length=120, required=False)
    quantity = forms.IntegerField(label="数量", min_value=1, max_value=MOST, initial=1)
    vendor = forms.CharField(label="厂商", max_length=80, required=False)
    domestic = forms.NullBooleanField(
        label="信创",
        required=False,
        widget=forms.Select(choices=[("unknown", "未标注"), ("true", "是"), ("false", "否")]),
    )
    acquired_on = _day("购置日期")
    warranty_until = _day("保修到期")
    expires_on = _day("授权、证书或域名到期")
    note = forms.CharField(label="备注", max_length=300, required=False)

    def __init__(self, items: Any, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items
        self.extra = types()[kind].fields if kind in types() else ()
        for field in self.extra:
            widget = forms.DateInput(attrs={"type": "date"}) if field.kind == "date" else forms.TextInput()
            self.fields[f"f_{field.id}"] = forms.CharField(
                label=field.label, max_length=200, required=False, widget=widget
            )

    def said(self) -> dict[str, Any]:
        """What was typed, with the fields of the type together."""
        found = {name: value for name, value in self.cleaned_data.items() if not name.startswith("f_")}
        found["fields"] = {field.id: self.cleaned_data.get(f"f_{field.id}", "") for field in self.extra}
        return found


class ActForm(forms.Form):
    """One step in the life of an asset."""

    def __init__(self, action: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needs = next(one.needs for one in TABLE.transitions if one.action == action)
        for need in needs:
            self.fields[need.name] = forms.CharField(
                label=need.label, max_length=300, required=need.name != "place"
            )
        if action == "accept":
            self.fields["found_quantity"] = forms.IntegerField(
                label="核对数量", min_value=0, max_value=MOST, required=False
            )


class RelationForm(forms.Form):
    """What this asset hangs on."""

    kind = forms.ChoiceField(label="关系", choices=Relation.Kind.choices)
    code = forms.CharField(
        label="对方资产编号", max_length=40, error_messages={"required": "请填写对方资产编号"}
    )


class UploadForm(forms.Form):
    """A workbook of assets."""

    file = forms.FileField(label="xlsx文件", error_messages={"required": "请选择 xlsx 文件"})


class PartForm(forms.Form):
    """A kind of spare part."""

    name = forms.CharField(label="名称", max_length=120, error_messages={"required": "请填写名称"})
    model = forms.CharField(label="型号", max_length=120, required=False)
    unit = forms.CharField(label="单位", max_length=10, initial="个")
    place = forms.CharField(label="存放", max_length=120, required=False)
    price_cny = forms.DecimalField(
        label="单价（元）", min_value=0, max_digits=12, decimal_places=2, required=False
    )
    minimum = forms.IntegerField(label="最低库存", min_value=0, max_value=MOST, initial=0)


class MoveForm(forms.Form):
    """What happens to the stock."""

    kind = forms.ChoiceField(label="操作", choices=SpareMove.Kind.choices)
    quantity = forms.IntegerField(label="数量", min_value=0, max_value=MOST, initial=1)
    ticket_ref = forms.CharField(label="工单号", max_length=60, required=False)
    code = forms.CharField(label="用于资产", max_length=40, required=False)
    note = forms.CharField(label="说明", max_length=200, required=False)


class PlaceForm(forms.Form):
    """Where several things stand that are as the list prints them."""

    place = forms.CharField(label="位置", max_length=120, error_messages={"required": "请填写所在位置"})


class CheckForm(forms.Form):
    """What is really there, against one row of the contract's list."""

    found_quantity = forms.IntegerField(
        label="核对数量", min_value=0, max_value=MOST, error_messages={"required": "请填写实际数量"}
    )
    found_model = forms.CharField(label="实物型号", max_length=200, required=False)
    place = forms.CharField(label="位置", max_length=120, error_messages={"required": "请填写所在位置"})


class MissingForm(forms.Form):
    """That a thing on the list is not there."""

    reason = forms.CharField(
        label="未找到的情况", max_length=300, error_messages={"required": "请写明查找情况"}
    )


class ConfirmForm(forms.Form):
    """The buyer's word on the take-over."""

    note = forms.CharField(label="差异如何处理", max_length=300, required=False)
