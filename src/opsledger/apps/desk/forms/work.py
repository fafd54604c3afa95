"""Time worked: how long, on which day, what was done."""

from __future__ import annotations

from typing import Any

from django import forms

from opsledger.apps.desk.models.work import DAY_MINUTES
from opsledger.apps.desk.services.work import MAX_NOTE
from opsledger.kernel import clock

_BOUNDS = "用时应为 1 至 1440 分钟（24 小时）。"


def minutes_field(*, required: bool, hint: str = "") -> forms.IntegerField:
    """Minutes of one day."""
    return forms.IntegerField(
        label="用时（分钟）",
        required=required,
        min_value=1,
        max_value=DAY_MINUTES,
        help_text=hint,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "请填写用时。",
            "invalid": "请填写整数分钟。",
            "min_value": _BOUNDS,
            "max_value": _BOUNDS,
        },
    )


class WorkForm(forms.Form):
    """One entry of hours."""

    minutes = minutes_field(required=True)
    on = forms.DateField(
        label="日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期格式有误，请重新选择。", "required": "请选择日期。"},
    )
    note = forms.CharField(
        label="做了什么",
        max_length=MAX_NOTE,
        widget=forms.TextInput(attrs={"placeholder": "如：到场更换硬盘并重建阵列"}),
        error_messages={
            "required": "请写明做了什么。",
            "max_length": f"最多 {MAX_NOTE} 字，请精简。",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = clock.today()
        super().__init__(*args, initial={"on": today}, **kwargs)
        self.fields["on"].widget.attrs["max"] = today.isoformat()
