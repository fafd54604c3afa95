"""Forms of the calendar of work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from opsledger.apps.accounts.models import User


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
