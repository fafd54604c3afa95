"""Forms that put a report right: its system, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.contracts.selectors import items_for
from opsledger.apps.desk import selectors
from opsledger.apps.desk.forms.acts import ActForm, long_text
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.amending import amendable
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM


class MoveForm(ActForm):
    """The right system, and what that one asks for: its levels, its parts.

    Until a system is chosen every level and part of the contract is offered, to programs; the page shows those of
    the chosen one.
    """

    item = forms.ChoiceField(
        label="改为",
        error_messages={"required": "请选择系统。", "invalid_choice": "请从列表中选择系统。"},
    )
    severity = forms.ChoiceField(
        label="等级", required=False, error_messages={"invalid_choice": "请从所选系统的等级中选择。"}
    )
    scope = forms.ChoiceField(label="涉及部分", required=False)
    reason = long_text("理由", 2, hint="时限按新系统的条款重新计算，已用时间和暂停保留。")

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(ticket, *args, **kwargs)
        day = clock.local(ticket.reported_at).date()
        rows = [
            item
            for item in items_for(SYSTEM, ticket.contract)
            if item.pk != ticket.item_id and item.starts_on <= day <= item.ends_on
        ]
        self.items = {item.no: item for item in rows}
        self.levels = selectors.levels_by_item(rows, ticket.contract, ticket.kind)
        self.scopes = selectors.scopes_of(ticket.contract)
        self.fields["item"].choices = [("", "请选择"), *((item.no, _word(item)) for item in rows)]
        self.choose(str(self.data.get("item", "")) if self.is_bound else "")

    def preset(self, asked: Mapping[str, str]) -> None:
        """What was chosen before anything is sent."""
        self.initial["item"] = asked.get("item", "")
        self.choose(asked.get("item", ""))

    def choose(self, no: str) -> None:
        """Offer what belongs to this system."""
        self.chosen: ServiceItem | None = self.items.get(no)
        of = [self.chosen] if self.chosen else list(self.items.values())
        levels = {level.word: level for item in of for level in self.levels.get(item.pk, ())}
        parts = list(dict.fromkeys(part for item in of for part in self.scopes.get(item.pk, ())))
        self.fields["severity"].choices = [
            (word, f"{word}：{level.definition}" if level.definition and self.chosen else word)
            for word, level in levels.items()
        ]
        self.fields["scope"].choices = [("", "整个系统"), *((part, part) for part in parts)]
        self.initial["severity"] = self.ticket.severity if self.ticket.severity in levels else ""
        self.initial["scope"] = self.ticket.scope if self.ticket.scope in parts else ""
        self.has_levels, self.has_parts = bool(levels), bool(parts)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        told["item"] = self.items.get(told.get("item", ""))
        if "scope" not in self.data:
            told["scope"] = None
        levels = [level.word for level in self.levels.get(self.chosen.pk, ())] if self.chosen else []
        missing = levels and not told.get("severity") and self.ticket.severity not in levels
        if missing and "severity" not in self.errors and self.chosen:
            self.add_error("severity", f"请选择“{self.chosen.numbered}”的等级。")
        return told


def _word(item: ServiceItem) -> str:
    return f"{item.numbered}（{item.unit}）" if item.unit else item.numbered


class AmendForm(ActForm):
    """The words of the report as they stand; only what was changed on the page is sent on.

    What stood there when the page was opened comes back with it, so that another's amendment is never undone by
    a form that was only open meanwhile.
    """

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        known = amendable(ticket)
        first = {name: getattr(ticket, name) for name in known}
        super().__init__(ticket, *args, initial={"version": ticket.version, **first}, **kwargs)
        for name, (word, limit) in known.items():
            self.fields[name] = _line(name, word, limit)
        self.fields["note"] = long_text("说明", 2, required=False, hint="为什么更正，可不填。")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        kept = {"version", "note", *self.changed_data}
        return {name: value for name, value in told.items() if name in kept}

    @property
    def originals(self) -> list[str]:
        """What stood in the fields when the page was opened, as hidden fields."""
        shown = [self[name] for name, field in self.fields.items() if field.show_hidden_initial]
        return [bound.as_hidden(only_initial=True) for bound in shown]

    def again(self, ticket: Ticket) -> AmendForm:
        """After a refusal: what was typed stays, the rest is as it is now, and what others changed stands beside."""
        refusals = list(self.non_field_errors())
        if not refusals:
            return self
        told: dict[str, Any] = {"note": self.data.get("note", ""), "version": ticket.version}
        beside = {}
        for name in amendable(ticket):
            now = getattr(ticket, name)
            touched = name in self.changed_data
            told[name] = self.data.get(name, "") if touched else now
            told[self.add_initial_prefix(name)] = now
            if touched and _plain(self.data.get(self.add_initial_prefix(name))) != _plain(now):
                beside[name] = f"现在的内容（他人已更正）：{now or '空'}"
        fresh = AmendForm(ticket, told)
        for name, words in beside.items():
            fresh.fields[name].help_text = words
        fresh.full_clean()
        for sentence in refusals:
            fresh.add_error(None, sentence)
        return fresh


def _line(name: str, word: str, limit: int) -> forms.CharField:
    required = name == "title"
    if name == "description":
        field = long_text(word, 6, required=False)
    else:
        field = forms.CharField(
            label=word,
            max_length=limit,
            required=required,
            error_messages={
                "required": f"请填写“{word}”。",
                "max_length": f"“{word}”不能超过 {limit} 个字，请精简。",
            },
        )
    field.show_hidden_initial = True
    return field


def _plain(text: object) -> str:
    return "\n".join(str(text or "").split())
