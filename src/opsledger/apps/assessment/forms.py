"""Forms of the assessment's pages."""

from __future__ import annotations

from typing import Any

from django import forms

from opsledger.apps.assessment.basis import Basis
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.assessment.selectors import fillable
from opsledger.apps.assessment.services import grounds_of


class ReasonForm(forms.Form):
    """A reason, and nothing else."""

    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class OpinionForm(forms.Form):
    """An opinion that may be left out."""

    reason = forms.CharField(
        label="意见", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ExcludeForm(forms.Form):
    """The ground on which a fact is not to count."""

    ground = forms.ChoiceField(label="免责情形")
    explanation = forms.CharField(
        label="说明与依据", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, basis: Basis, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [(one, one) for one in grounds_of(basis)]  # type: ignore[attr-defined]


class FillForm(forms.Form):
    """Points on a row filled by hand, or a fact of a row's kinds."""

    entry = forms.ChoiceField(label="登记到")
    assessor = forms.ChoiceField(label="评分方", required=False)
    points = forms.DecimalField(
        label="分值",
        required=False,
        min_value=0,
        max_digits=7,
        decimal_places=2,
        help_text="人工评分的行填写",
    )
    happened_on = forms.DateField(
        label="发生日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="登记事实时填写",
    )
    reason = forms.CharField(label="事由与依据", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(label="佐证文件", required=False)

    def __init__(self, basis: Basis, assessment: Assessment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in fillable(basis):
            groups.setdefault(one.group, []).append((f"{one.indicator.id}|{one.kind}", one.word))
        self.fields["entry"].choices = list(groups.items())  # type: ignore[attr-defined]
        if basis.scheme.assessors:
            assessors = [("", "请选择")] + [(one.id, one.title) for one in basis.scheme.assessors]
            self.fields["assessor"].choices = assessors  # type: ignore[attr-defined]
        else:
            del self.fields["assessor"]
        self.fields["happened_on"].widget.attrs |= {
            "min": assessment.starts_on.isoformat(),
            "max": assessment.ends_on.isoformat(),
        }

    @property
    def row_and_kind(self) -> tuple[str, str]:
        """The row that was chosen, and the kind of fact ("" for points)."""
        row, _, kind = str(self.cleaned_data["entry"]).partition("|")
        return row, kind


class ReadingForm(forms.Form):
    """Which reading of an open point the parties agree on, and on what ground."""

    point = forms.CharField(widget=forms.HiddenInput)
    reading = forms.CharField(widget=forms.HiddenInput)
    ground = forms.CharField(label="依据", max_length=300)
