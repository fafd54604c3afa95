"""Forms of this room; numbers asked for come from the evidence rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import people
from opsledger.apps.duties.evidence import Rule
from opsledger.kernel import clock

# Days with which one can reckon: the day before the first of all days is none.
_NO_DAY = "请填写有效的日期，例如 2026-11-20"
DAYS = [MinValueValidator(date(1970, 1, 1), _NO_DAY), MaxValueValidator(date(2400, 12, 31), _NO_DAY)]


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files in one field; empty ones are refused later by their content, not here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("allow_empty_file", True)
        super().__init__(*args, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(ManyFilesField, self).clean(one, initial) for one in given]


def _moment_field(label: str, **kwargs: Any) -> forms.DateTimeField:
    told = {"invalid": "请填写有效的日期和时间，例如 2026-11-20 10:30", "required": f"请填写{label}"}
    return forms.DateTimeField(
        label=label,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages=told,
        **kwargs,
    )


class SubmitForm(forms.Form):
    """What the engineer hands in."""

    note = forms.CharField(
        label="完成情况",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "做了什么、结果如何、有无异常"}),
        error_messages={"required": "请写明完成情况"},
    )
    photos = ManyFilesField(
        label="照片",
        required=False,
        widget=ManyFilesInput(attrs={"accept": "image/*", "multiple": True}),
    )
    files = ManyFilesField(label="文件", required=False, widget=ManyFilesInput(attrs={"multiple": True}))
    done_at = _moment_field("完成时间", required=False, help_text="留空即为现在；事后补录会注明补录时间")

    def __init__(self, rule: Rule, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = rule.note
        self.number_fields: list[tuple[str, str]] = []
        for place, name in enumerate(rule.numbers):
            key = f"number_{place}"
            self.fields[key] = forms.CharField(
                label=name,
                required=False,
                max_length=40,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )
            self.number_fields.append((key, name))

    def bound_numbers(self) -> list[Any]:
        """The number fields, bound, for the template."""
        return [self[key] for key, _ in self.number_fields]

    def numbers(self) -> dict[str, str]:
        """The numbers by their names."""
        return {name: self.cleaned_data.get(key, "") for key, name in self.number_fields}

    def uploads(self) -> list[Any]:
        """Pictures and files together; their content decides what they are."""
        return [*self.cleaned_data["photos"], *self.cleaned_data["files"]]


class FinishForm(forms.Form):
    """The end of a round: a word, and when it was done if not now."""

    note = forms.CharField(
        label="总体说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    done_at = _moment_field("完成时间", required=False, help_text="留空即为现在")


class ReasonForm(forms.Form):
    """A reason, for a return, a waiver or a cancellation."""

    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明理由"},
    )


class VerifyForm(forms.Form):
    """A check needs no words, but may have some."""

    note = forms.CharField(label="复核意见", max_length=500, required=False)


class SignForm(forms.Form):
    """The unit's confirmation, with a signature drawn on the phone if it wants to add one."""

    signature = forms.FileField(
        label="签字照片（可不传）", required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )


class RescheduleForm(forms.Form):
    """When, inside the due window."""

    planned_at = _moment_field("计划时间")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            name: clock.local(value) if value else value for name, value in kwargs.get("initial", {}).items()
        }
        super().__init__(*args, **kwargs)


class AssignForm(forms.Form):
    """Who of the people on the contract."""

    assignee = forms.ModelChoiceField(label="执行人", queryset=User.objects.none(), empty_label="请选择")

    def __init__(self, contract_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = people(contract_id, "engineer", "manager")
        self.fields["assignee"].queryset = User.objects.filter(pk__in=[one.pk for one in found])


class RemediateForm(AssignForm):
    """Who mends it, until when."""

    due_at = _moment_field("整改期限")

    field_order = ["assignee", "due_at"]


class ExtendForm(forms.Form):
    """A new due moment and why."""

    due_at = _moment_field("新的整改期限")
    reason = forms.CharField(label="理由", max_length=500, error_messages={"required": "请写明理由"})


class FixForm(forms.Form):
    """What was done."""

    measure = forms.CharField(
        label="整改措施",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明整改措施"},
    )
    files = ManyFilesField(
        label="整改后照片或文件", required=False, widget=ManyFilesInput(attrs={"multiple": True})
    )


class TicketForm(forms.Form):
    """The severity of the ticket, where the item has levels."""

    severity = forms.ChoiceField(label="故障等级", required=False)

    def __init__(self, levels: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["severity"].choices = [(word, word) for word in levels] or [("", "不分等级")]


class FindingForm(forms.Form):
    """A finding by hand."""

    item = forms.ModelChoiceField(
        label="服务项", queryset=None, empty_label="请选择", error_messages={"required": "请选择服务项"}
    )
    summary = forms.CharField(
        label="情况描述",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请描述情况"},
    )
    level = forms.ChoiceField(label="程度", choices=[("medium", "一般"), ("high", "严重"), ("low", "轻微")])

    def __init__(self, items: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items


class DrawForm(forms.Form):
    """One use of a quota."""

    quota = forms.ChoiceField(label="服务")
    amount = forms.DecimalField(
        label="数量",
        max_digits=10,
        decimal_places=2,
        error_messages={"required": "请填写数量", "invalid": "数量应为数字"},
    )
    on = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(label="内容", max_length=300, error_messages={"required": "请写明内容"})
    ticket_ref = forms.CharField(label="工单号", max_length=60, required=False)
    agreement = forms.CharField(
        label="超额约定依据", max_length=200, required=False, help_text="仅在超出限量时由采购人填写"
    )

    def __init__(self, rows: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quota"].choices = [
            (str(row.pk), f"{row.item.no if row.item else '合同'} {row.title}") for row in rows
        ]


def _day_field(label: str, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=DAYS,
        error_messages={"required": f"请填写{label}", "invalid": "请填写有效的日期，例如 2026-11-20"},
    )


class MemberForm(forms.Form):
    """A person for a post."""

    post = forms.ChoiceField(label="合同岗位")
    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填写姓名"})
    role = forms.CharField(label="岗位", max_length=60, error_messages={"required": "请填写岗位"})
    qualification = forms.CharField(label="资质", max_length=120, required=False)
    qualification_until = _day_field("资质有效期", required=False)
    confidentiality_on = _day_field("保密协议签订日", required=False)
    starts_on = _day_field("到岗日")

    def __init__(self, posts: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [
            (str(row.pk), f"{row.item.no if row.item else '合同'} {row.title}") for row in posts
        ]


class _OfMember(forms.Form):
    member = forms.ChoiceField(label="人员")

    def __init__(self, members: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [(str(row.pk), f"{row.name}（{row.role}）") for row in members]


class LeaveForm(_OfMember):
    """Leave of one person."""

    first = _day_field("自")
    last = _day_field("至")
    reason = forms.CharField(label="原因", max_length=200, error_messages={"required": "请写明原因"})


class ReplaceForm(_OfMember):
    """Another person for a post."""

    name = forms.CharField(label="接替人", max_length=60, error_messages={"required": "请填写接替人"})
    qualification = forms.CharField(label="接替人资质", max_length=120, required=False)
    qualification_until = _day_field("资质有效期", required=False)
    from_on = _day_field("接替日")
    reason = forms.CharField(label="更换原因", max_length=300, error_messages={"required": "请写明更换原因"})
    answer_by = forms.DateTimeField(
        label="答复期限",
        required=False,
        help_text="到期没有答复即为逾期，不视为同意。",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "时间格式有误，请重新选择。"},
    )
    after = forms.BooleanField(label="紧急，先换人后补同意（合同允许时）", required=False)
