"""The report: at most six fields, and what can be known is filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from opsledger.apps.contracts.models import ServiceItem, SeverityLevel
from opsledger.apps.desk.forms.files import FilesField

MAX_DESCRIPTION = 20_000


class ReportForm(forms.Form):
    """What is broken, how badly, how to reach you.  The item and its part are one choice."""

    item = forms.ChoiceField(label="系统或设备", error_messages={"invalid_choice": "请从列表中选择系统。"})
    severity = forms.ChoiceField(label="等级", required=False, widget=forms.RadioSelect)
    title = forms.CharField(
        label="一句话说明",
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": "例如：登录后白屏", "autocomplete": "off"}),
    )
    description = forms.CharField(
        label="详细情况",
        required=False,
        max_length=MAX_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "何时开始、影响多少人、屏幕上的提示"}),
        error_messages={"max_length": "内容超过 2 万字，请精简，或作为文件上传。"},
    )
    phone = forms.CharField(
        label="联系电话", max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    files = FilesField(label="照片或文件")

    def __init__(
        self,
        items: Sequence[ServiceItem],
        scopes: Mapping[int, Sequence[str]],
        levels: Mapping[int, Sequence[SeverityLevel]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = {str(item.pk): item for item in items}
        self.levels = levels
        choices = list(_choices(items, scopes))
        self.only_item = len(items) == 1 and len(choices) == 1
        self.fields["item"].choices = choices if self.only_item else [("", "请选择"), *choices]
        if self.only_item:
            self.fields["item"].initial = choices[0][0]
        chosen = self.chosen_item
        self.chosen_levels = list(levels.get(chosen.pk, ())) if chosen else []
        self.fields["severity"].choices = [(level.word, level.word) for level in self.chosen_levels]
        self.fields["severity"].required = bool(self.chosen_levels)

    def about(self, number: str) -> None:
        """It is about the ticket of this number: which system and how bad is said there."""
        if number:
            for name in ("item", "severity", "title"):
                self.fields[name].required = False

    @property
    def chosen_item(self) -> ServiceItem | None:
        """The item chosen so far, also while the form is still being filled in."""
        value = self.data.get("item") if self.is_bound else self.initial.get("item")
        value = value or self.fields["item"].initial
        return self.items.get(str(value or "").split("|")[0])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        item_id, _, scope = str(told.get("item", "")).partition("|")
        told["scope"] = scope
        told["item"] = self.items.get(item_id)
        return told


def _choices(items: Sequence[ServiceItem], scopes: Mapping[int, Sequence[str]]) -> list[tuple[str, str]]:
    found = []
    for item in items:
        found.append((str(item.pk), item.numbered))
        found += [(f"{item.pk}|{scope}", f"{item.numbered}：{scope}") for scope in scopes.get(item.pk, ())]
    return found
