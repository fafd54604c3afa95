"""The desk's settings of a contract as a form; what the actor may not change is shown and cannot be sent."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import people
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.agreements import DEFAULT_PAUSED_METRICS, DISPATCH_RULES, agreement_of
from opsledger.apps.desk.words import METRIC_WORDS
from opsledger.core.sla import Retarget
from opsledger.core.terms import Act
from opsledger.core.tickets import SUSPENSION_REASONS
from opsledger.kernel import access

_RETARGET = {
    Retarget.CREATION: "从报修时起算",
    Retarget.CHANGE: "从调整时起算",
    Retarget.BETTER: "取对服务商有利的",
}
_ACTS = [(str(act), act.label) for act in Act if act is not Act.OTHER]
MAX_LINES = 6


def _number(label: str, low: int, high: int, hint: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=low,
        max_value=high,
        help_text=hint,
        error_messages={
            "required": f"请填写“{label}”。",
            "invalid": "请填写整数。",
            "min_value": f"不能小于 {low}。",
            "max_value": f"不能大于 {high}。",
        },
    )


def _many(label: str, choices: list[tuple[str, str]], hint: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, help_text=hint, widget=forms.CheckboxSelectMultiple
    )


class SettingsForm(forms.Form):
    """Every setting of the desk."""

    confirm_after_workdays = _number(
        "办结后自动确认（工作日）", 3, 60, "期间在三分之一和三分之二处各提醒一次。"
    )
    confirm_sample_percent = _number("关闭后回访比例（%）", 0, 100, "按编号抽取，不能挑选。")
    at_once_minutes = _number("“立即”按多少分钟计", 1, 240)
    late_entry_minutes = _number("补登超过多少分钟须认可", 0, 1440)
    retarget = forms.ChoiceField(
        label="调整等级、改系统后的时限", choices=[(str(key), word) for key, word in _RETARGET.items()]
    )
    pause_reasons = _many("可以暂停计时的原因", list(SUSPENSION_REASONS.items()))
    pause_approval = _many("其中须先经批准的", list(SUSPENSION_REASONS.items()))
    pause_metrics = _many(
        "暂停哪些时限", [(key, METRIC_WORDS[key]) for key in ("respond", *DEFAULT_PAUSED_METRICS)]
    )
    consent_acts = _many("条款之外也须采购人同意的事项", _ACTS)
    emergency_acts = _many("紧急时可先办后补同意的事项", _ACTS)
    ratify_workdays = _number("补批期限（工作日）", 1, 30)
    replace_count = _number("同一设备故障几次提示更换", 2, 99)
    replace_days = _number("在多少天内", 1, 366)
    repeat_count = _number("同一故障超过几次提示", 1, 99)
    repeat_days = _number("在多少天内", 1, 366)
    report_rank = _number("须写分析报告的故障等级", 1, 9, "1 为最高一级，2 为前两级，依此类推。")
    report_workdays = _number("办结后几个工作日内提交", 0, 60, "0 为不要求。")
    open_codes = forms.BooleanField(label="允许扫码免登录报修", required=False)
    lines = forms.CharField(
        label="支持线",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="每行一级，从一线到最高一线。",
        error_messages={"required": "请至少填写一级支持线。"},
    )
    auto_dispatch = forms.ChoiceField(
        label="新报修自动派单给",
        required=False,
        choices=list(DISPATCH_RULES.items()),
        help_text="系统负责人不能接时派给值班人员；没有合适的人时仍为待派单。只派给本合同在用的工程师和项目经理。",
    )
    mail_address = forms.EmailField(
        label="本合同的服务台邮箱",
        required=False,
        max_length=120,
        help_text="发到这个地址的邮件归入本合同；须由邮件服务器转到系统的邮箱。",
        error_messages={"invalid": "这不是邮箱地址，请核对。"},
    )
    away_note = forms.CharField(
        label="服务变动说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="如“国庆期间请拨打值班电话”。显示在报修页面上方。",
    )  # fmt: skip
    away_until = forms.DateField(
        label="显示到", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期格式有误，请重新选择。"},
    )  # fmt: skip

    def __init__(self, contract: Contract, may: Collection[str], *args: Any, **kwargs: Any) -> None:
        agreed = agreement_of(contract)
        first = {name: getattr(agreed, name) for name in self.base_fields if hasattr(agreed, name)}
        first |= {"lines": "\n".join(agreed.lines), "retarget": str(agreed.retarget)}
        super().__init__(*args, initial=first, **kwargs)
        self.may = may
        able = people(contract.pk, access.ENGINEER, access.MANAGER)
        rows = User.objects.filter(pk__in=[user.pk for user in able])
        for number, line in enumerate(agreed.lines, start=1):
            self.fields[f"team_{number}"] = forms.ModelMultipleChoiceField(
                rows,
                label=f"{line}人员",
                required=False,
                initial=list(agreed.teams.get(str(number), ())),
                widget=forms.CheckboxSelectMultiple,
            )
        for name, held in self.fields.items():
            held.disabled = ("teams" if name.startswith("team_") else name) not in may

    def clean_lines(self) -> list[str]:
        told = self.cleaned_data["lines"]
        rows = told if isinstance(told, (list, tuple)) else str(told).splitlines()
        found = [row.strip()[:20] for row in rows if row.strip()]
        if len(found) > MAX_LINES:
            raise forms.ValidationError(f"最多 {MAX_LINES} 级支持线。")
        return found

    def teams(self) -> list[forms.BoundField]:
        """The fields of the lines' people."""
        return [self[name] for name in self.fields if name.startswith("team_")]

    def given(self) -> dict[str, Any]:
        """What the actor may set, as it is kept."""
        told = {name: value for name, value in self.cleaned_data.items() if name in self.may}
        if "away_until" in told:
            told["away_until"] = told["away_until"].isoformat() if told["away_until"] else ""
        if "teams" in self.may:
            rows = {name: value for name, value in self.cleaned_data.items() if name.startswith("team_")}
            told["teams"] = {
                name[5:]: sorted(user.pk for user in users) for name, users in rows.items() if users
            }
        return told
