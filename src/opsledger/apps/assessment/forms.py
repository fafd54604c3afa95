"""Forms of the assessment's pages."""

from __future__ import annotations

from typing import Any

from django import forms

from opsledger.apps.assessment.basis import Basis
from opsledger.apps.assessment.models import Assessment
from opsledger.core.scoring import FACT_KINDS
from opsledger.core.scoring.scheme import Manual, Steps


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
        grounds = basis.scheme.exclusion_reasons or ("不可抗力", "采购人原因", "第三方原因")
        self.fields["ground"].choices = [(one, one) for one in grounds]  # type: ignore[attr-defined]


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
        groups = []
        for category in basis.scheme.categories:
            options = [option for row in category.indicators for option in _options(basis, row)]
            if options:
                groups.append((category.title, options))
        bonus = [option for row in basis.scheme.bonus for option in _options(basis, row)]
        if bonus:
            groups.append(("加分", bonus))
        self.fields["entry"].choices = groups  # type: ignore[attr-defined]
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


# What other rooms find by themselves is not entered by hand.
_FOUND_BY_ITSELF = frozenset({"sla_breach", "occurrence_missed", "occurrence_late", "deliverable_missing"})
_FOUND_BY_ITSELF |= {"deliverable_late", "availability_below"}


def _options(basis: Basis, row: Any) -> list[tuple[str, str]]:
    if isinstance(row.rule, Manual | Steps):
        return [(f"{row.id}|", f"{row.title}（评分）")]
    kinds = row.match.kinds if row.match else ()
    words = {**FACT_KINDS, **basis.scheme.kinds}
    return [
        (f"{row.id}|{kind}", f"{row.title}：{words.get(kind, kind)}")
        for kind in kinds
        if kind not in _FOUND_BY_ITSELF
    ]


class ReadingForm(forms.Form):
    """Which reading of an open point the parties agree on, and on what ground."""

    point = forms.CharField(widget=forms.HiddenInput)
    reading = forms.CharField(widget=forms.HiddenInput)
    ground = forms.CharField(label="依据", max_length=300)
