"""Forms of a major incident: a child made, the children resolved together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from opsledger.apps.contracts.models import ServiceItem, SeverityLevel
from opsledger.apps.desk.forms.acts import long_text, moment_field
from opsledger.apps.desk.models import Ticket


class ChildForm(forms.Form):
    """A further ticket: what, on which system (the same, unless told), how bad."""

    title = forms.CharField(
        label="一句话说明", max_length=120, error_messages={"required": "请写一句话说明。"}
    )
    item = forms.ChoiceField(
        label="服务项",
        error_messages={"required": "请选择服务项。", "invalid_choice": "请从列表中选择服务项。"},
    )
    severity = forms.ChoiceField(
        label="等级",
        required=False,
        error_messages={"required": "请选择等级。", "invalid_choice": "这个服务项没有所选的等级，请重选。"},
    )
    description = long_text("详细情况", 3, required=False)

    def __init__(
        self,
        ticket: Ticket,
        items: Sequence[ServiceItem],
        levels: Mapping[int, Sequence[SeverityLevel]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = {str(item.pk): item for item in items}
        self.fields["item"].choices = [(key, item.numbered) for key, item in self.items.items()]
        self.fields["item"].initial = str(ticket.item_id)
        asked = self.data.get("item") if self.is_bound else self.initial.get("item")
        chosen = self.items.get(str(asked or ticket.item_id))
        words = [level.word for level in levels.get(chosen.pk, ())] if chosen else []
        self.fields["severity"].choices = [("", "请选择"), *((word, word) for word in words)]
        self.fields["severity"].required = bool(words)
        if ticket.severity in words:
            self.fields["severity"].initial = ticket.severity
        self.has_levels = bool(words)

    def clean_item(self) -> ServiceItem:
        return self.items[self.cleaned_data["item"]]


class ChildrenForm(forms.Form):
    """The words with which the children are resolved: those of the parent, unless changed.

    Many are done in parts: `after` is the number of the last one of the part before.
    """

    cause = long_text("故障原因", 2)
    solution = long_text("处理结果")
    happened_at = moment_field("实际时间")
    after = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        first = {"cause": ticket.cause, "solution": ticket.solution}
        super().__init__(*args, initial={**first, **kwargs.pop("initial", {})}, **kwargs)
        self.fields["cause"].required = ticket.kind not in ("request", "question")
        self.fields["happened_at"].widget = forms.HiddenInput()
