"""Forms of the contract's pages."""

from __future__ import annotations

from typing import Any

from django import forms

from opsledger.apps.accounts.models import Membership, Organisation, User
from opsledger.apps.contracts.services.agreeing import PERIODS
from opsledger.kernel import access


class AgreeForm(forms.Form):
    """How often, and on what ground."""

    every = forms.IntegerField(label="每", min_value=1, max_value=52)
    period = forms.ChoiceField(label="周期", choices=list(PERIODS.items()))
    count = forms.IntegerField(label="次数", min_value=1, max_value=366)
    note = forms.CharField(
        label="约定依据",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例如：2026年1月8日运维启动会纪要第3条。",
    )


class OwnerForm(forms.Form):
    """Which engineer answers for the item."""

    owner = forms.ModelChoiceField(
        User.objects.none(), label="责任工程师", required=False, empty_label="未指定"
    )

    def __init__(self, contract_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(
            is_active=True, memberships__contract_id=contract_id, memberships__role=access.ENGINEER
        )
        self.fields["owner"].queryset = people.distinct()


class PeriodForm(forms.Form):
    """The confirmed service period of an item."""

    starts_on = forms.DateField(
        label="服务期起", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label="服务期止", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label="确认依据", max_length=200)


class RoleForm(forms.Form):
    """Who gets which role, and on behalf of which body."""

    user = forms.ModelChoiceField(User.objects.filter(is_active=True), label="人员", empty_label="请选择")
    role = forms.ChoiceField(label="角色", choices=Membership.Role.choices)
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label="代表单位", required=False, empty_label="不指定"
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("role") == access.UNIT and not told.get("organisation"):
            self.add_error("organisation", "使用单位的角色必须选择代表哪个单位。")
        return told
