"""The form that asks for what the text has not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from opsledger.apps.contracts.review.packing import Ending
from opsledger.core.calendars import parse_window
from opsledger.core.errors import DomainError
from opsledger.kernel import access

_DAY = {"type": "date"}
DETAIL_NAMES = (
    "name",
    "short_name",
    "number",
    "slug",
    "buyer",
    "provider",
    "supervisor",
    "starts_on",
    "ends_on",
    "price_cny",
    "default_window",
    "tracked_from",
    "role",
)


def _named(known: str) -> forms.TextInput:
    """A field that offers the names of a list while one types."""
    return forms.TextInput(attrs={"list": known, "autocomplete": "off"})


class EndingForm(forms.Form):
    """Parties, term, price, default window, and one's own role."""

    name = forms.CharField(label="合同名称", max_length=200)
    short_name = forms.CharField(
        label="简称", max_length=60, required=False, help_text="显示在页面上方，不填则用合同名称。"
    )
    number = forms.CharField(label="合同编号", max_length=80, required=False)
    slug = forms.CharField(
        label="网址代号", max_length=80, help_text="小写字母、数字和短横线，生成后不能修改。"
    )
    buyer = forms.CharField(label="采购人", max_length=120, widget=_named("buyers"))
    provider = forms.CharField(label="服务商", max_length=120, widget=_named("providers"))
    supervisor = forms.CharField(
        label="监理",
        max_length=120,
        required=False,
        widget=_named("supervisors"),
        help_text="没有监理则不填。",
    )
    starts_on = forms.DateField(label="服务期起", widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    ends_on = forms.DateField(label="服务期止", widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    price_cny = forms.DecimalField(
        label="合同价款（元）",
        max_digits=14,
        decimal_places=2,
        min_value=Decimal(0),
        required=False,
        help_text="未定则不填，以后在合同页补上。",
    )
    default_window = forms.CharField(
        label="默认服务时段",
        max_length=120,
        help_text="条款没有写明时段时用它计时：7x24、5x8，或写明钟点，例如“周一至周五 8:30-12:00,14:00-18:00”。",
    )
    tracked_from = forms.DateField(
        label="从哪一天起在这里记录履约",
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text="服务期已经开始时填接手的日子：之前到期的任务不排期，也不记超期。不填则从服务期起全部排期。",
    )
    role = forms.ChoiceField(
        label="您在这份合同中的角色",
        choices=[(access.MANAGER, "项目经理（服务商）"), (access.BUYER, "采购人")],
    )
    leave_open = forms.BooleanField(label="未处理的条款不列入合同", required=False)

    def clean_default_window(self) -> str:
        words = str(self.cleaned_data["default_window"]).strip().replace("×", "x").replace("*", "x")
        try:
            parse_window(words)
        except DomainError:
            raise forms.ValidationError(
                "看不懂这个时段，请写成 7x24、5x8 或“周一至周五 9:00-17:00”。"
            ) from None
        return words

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "服务期止早于服务期起，请核对。")
        return cleaned

    def ending(self) -> Ending:
        """The cleaned data as the services take it."""
        said = self.cleaned_data
        names = [name for name in DETAIL_NAMES if name != "role"]
        return Ending(**{name: said[name] for name in names})

    def details(self) -> dict[str, str]:
        """What was typed, to be kept as it is."""
        return {name: str(self.data.get(name, ""))[:200] for name in DETAIL_NAMES}
