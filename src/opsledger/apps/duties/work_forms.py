"""Forms of the calendar of work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from opsledger.apps.accounts.models import User
from opsledger.apps.duties.forms import DAYS
from opsledger.apps.duties.workload import BASES


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=DAYS,
        error_messages={"invalid": "请填写有效的日期，例如 2026-11-20"},
    )


class MoveForm(forms.Form):
    """The day inside the due window, the hour if it matters, and who."""

    day = forms.DateField(
        label="改到",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选择日期", "invalid": "请填写有效的日期，例如 2026-11-20"},
    )
    hour = forms.TimeField(
        label="时间（可不填）",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "请填写有效的时间，例如 14:30"},
    )
    assignee = forms.ModelChoiceField(
        label="执行人", queryset=User.objects.none(), required=False, empty_label="不变"
    )

    def __init__(self, team: Sequence[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = User.objects.filter(pk__in=[user.pk for user in team])


PERIODS = [
    ("day", "每日"), ("week", "每周"), ("month", "每月"), ("quarter", "每季度"), ("halfyear", "每半年"), ("year", "每年"),
]  # fmt: skip


class WhatIfForm(forms.Form):
    """What might be added: a system like one of ours, one of another pack, or one activity."""

    add = forms.ChoiceField(
        label="增加什么", choices=[("item", "与本合同某项相同的系统"), ("pack", "其他合同包中的服务项"), ("act", "一项活动")]
    )  # fmt: skip
    item = forms.ChoiceField(label="本合同服务项", required=False)
    pack = forms.ChoiceField(label="合同包", required=False)
    no = forms.ChoiceField(label="包中的服务项", required=False)
    activity = forms.ChoiceField(label="活动", required=False)
    count = forms.IntegerField(
        label="次数", min_value=1, max_value=31, required=False,
        error_messages={"min_value": "次数至少为1", "max_value": "次数最多为31", "invalid": "次数应为整数"},
    )  # fmt: skip
    period = forms.ChoiceField(label="周期", choices=PERIODS, required=False)
    times = forms.IntegerField(
        label="几个", min_value=1, max_value=50, required=False,
        error_messages={"min_value": "至少1个", "max_value": "最多50个", "invalid": "个数应为整数"},
    )  # fmt: skip

    def __init__(self, choices: dict[str, Sequence[tuple[str, str]]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, found in choices.items():
            self.fields[name].choices = [("", "请选择"), *found]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        wanted = {"item": ["item"], "pack": ["pack", "no"], "act": ["activity", "period"]}
        for name in wanted.get(str(said.get("add")), []):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, f"请选择{self.fields[name].label}")
        return said


class MinutesForm(forms.Form):
    """How long one task of an activity takes, on what it rests, and why."""

    activity = forms.ChoiceField(
        label="活动",
        required=False,
        error_messages={"invalid_choice": "请从列表中选择活动"},
    )
    minutes = forms.IntegerField(
        label="每次用时（分钟）", required=False, help_text="留空则恢复按检查学习",
        error_messages={"invalid": "每次用时应为整数，单位是分钟"},
    )  # fmt: skip
    basis = forms.ChoiceField(
        label="依据", choices=list(BASES.items()), error_messages={"required": "请选择依据"}
    )
    reason = forms.CharField(
        label="说明", max_length=200, error_messages={"required": "请写明理由或约定的依据"}
    )

    def __init__(self, activities: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activity"].choices = list(activities)


KINDS = [("incident", "事件"), ("request", "服务请求"), ("question", "咨询"), ("change", "变更")]


class RuleForm(forms.Form):
    """Which tickets draw on a quota, and how much each."""

    kinds = forms.MultipleChoiceField(
        label="关闭时扣减的工单", choices=KINDS, required=False, widget=forms.CheckboxSelectMultiple
    )
    onsite = forms.BooleanField(label="只算到过现场的", required=False)
    per_ticket = forms.DecimalField(
        label="每单扣减", required=False, min_value=0, max_digits=8, decimal_places=2,
        help_text="留空则按工单的起止时间折算人日",
        error_messages={"invalid": "每单扣减应为数字", "min_value": "每单扣减不能小于零"},
    )  # fmt: skip


class CorrectForm(forms.Form):
    """The right amount of one use, and why."""

    amount = forms.DecimalField(
        label="更正为", min_value=0, max_digits=10, decimal_places=2,
        error_messages={"required": "请填写数量", "invalid": "数量应为数字", "min_value": "数量不能小于零"},
    )  # fmt: skip
    reason = forms.CharField(label="原因", max_length=200, error_messages={"required": "请写明更正的原因"})


class ExtraForm(forms.Form):
    """What an agreement on more than the bound rests on, or why there is none."""

    agreement = forms.CharField(
        label="依据或理由", max_length=200, error_messages={"required": "请写明依据或理由"}
    )


class CareForm(forms.Form):
    """What is known of a person on a post."""

    user = forms.ModelChoiceField(
        label="系统账号（本人签到用）", queryset=User.objects.none(), required=False, empty_label="没有账号"
    )
    role = forms.CharField(label="岗位", max_length=60, error_messages={"required": "请填写岗位"})
    qualification = forms.CharField(label="资质", max_length=120, required=False)
    qualification_until = _day("资质有效期")
    confidentiality_on = _day("保密协议签订日")

    def __init__(self, team: Sequence[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(pk__in=[user.pk for user in team])
