"""Forms of this room."""

from __future__ import annotations

from typing import Any

from django import forms

from opsledger.core.availability import EXCLUSION_KINDS


def _moment(label: str, **kwargs: Any) -> forms.DateTimeField:
    told = {"invalid": "请填写有效的日期和时间，例如 2026-11-20 10:30", "required": f"请填写{label}"}
    return forms.DateTimeField(
        label=label,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages=told,
        **kwargs,
    )


class OutageForm(forms.Form):
    """An interruption that somebody noticed."""

    starts_at = _moment("中断开始")
    ends_at = _moment("恢复时间", required=False, help_text="尚未恢复请留空")
    cause = forms.CharField(label="原因", max_length=300, required=False)
    ticket_ref = forms.CharField(label="工单号", max_length=60, required=False)


class EndForm(forms.Form):
    """It works again."""

    ends_at = _moment("恢复时间")
    cause = forms.CharField(label="原因", max_length=300, required=False)


class ExclusionForm(forms.Form):
    """Time that should not count."""

    kind = forms.ChoiceField(label="类别", choices=list(EXCLUSION_KINDS.items()))
    starts_at = _moment("开始")
    ends_at = _moment("结束")
    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明理由"},
    )
    evidence = forms.CharField(
        label="依据",
        max_length=300,
        help_text="通知文号、审批单号或邮件主题",
        error_messages={"required": "请写明依据"},
    )


class RejectForm(forms.Form):
    """Why the time keeps counting."""

    reason = forms.CharField(label="驳回理由", max_length=300, error_messages={"required": "请写明驳回理由"})
