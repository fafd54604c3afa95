"""Forms of acts on several tickets, of times, approvals, and of changes and problems from their table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import people
from opsledger.apps.contracts.selectors import severities_of
from opsledger.apps.desk import agreements, services
from opsledger.apps.desk.forms.acts import ActForm, long_text, moment_field
from opsledger.apps.desk.forms.consents import touches_field
from opsledger.apps.desk.models import Ticket, TicketLink
from opsledger.core import tickets
from opsledger.core.needs import Need
from opsledger.core.terms import Act
from opsledger.kernel import access


def _number(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "2026-00001", "autocomplete": "off"}),
        error_messages={"required": f"请填写“{label}”。"},
    )


class MergeForm(ActForm):
    into = _number("并入的工单编号")
    reason = long_text("理由", 2)


class ConvertForm(ActForm):
    """A question becomes a fault or a request; the level is of the new kind."""

    to = forms.ChoiceField(label="转为", choices=[("incident", "事件（故障）"), ("request", "服务请求")])
    severity = forms.ChoiceField(label="等级", required=False)

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(ticket, *args, **kwargs)
        levels = [*severities_of(ticket.item, "incident"), *severities_of(ticket.item, "request")]
        self.fields["severity"].choices = [("", "无"), *((level.word, level.word) for level in levels)]


class EscalateForm(ActForm):
    note = long_text("交接情况", 3)

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(ticket, *args, **kwargs)
        lines = agreements.agreement_of(ticket.contract).lines
        following = lines[ticket.line] if ticket.line < len(lines) else "（已是最高）"
        self.fields["note"].help_text = f"现在：{lines[ticket.line - 1]}，升级到：{following}。"


class CorrectForm(ActForm):
    event = forms.ChoiceField(label="更正的事项", error_messages={"required": "请选择更正的事项。"})
    happened_at = moment_field("实际时间", "须经服务单位认可。")
    reason = long_text("理由", 2)

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(ticket, *args, **kwargs)
        self.fields["event"].choices = [("", "请选择"), *services.correctable(ticket).items()]


class LinkForm(forms.Form):
    """How this ticket stands to another."""

    kind = forms.ChoiceField(
        label="关系",
        choices=[
            (TicketLink.Kind.PARENT, "主工单是"),
            (TicketLink.Kind.DUPLICATE, "重复于"),
            (TicketLink.Kind.CAUSED_BY, "起因于"),
            (TicketLink.Kind.BLOCKS, "阻塞着"),
        ],
    )
    other = _number("对方编号")


class SplitForm(forms.Form):
    """The second matter of a report."""

    title = forms.CharField(
        label="拆出的事项", max_length=120, error_messages={"required": "请填写拆出的事项。"}
    )
    description = long_text("情况描述", 3, required=False)


class CallBackForm(forms.Form):
    reached = forms.TypedChoiceField(
        label="是否接通", choices=[("1", "接通"), ("0", "未接通")], coerce=lambda value: value == "1"
    )
    satisfied = forms.TypedChoiceField(
        label="是否满意", choices=[("1", "满意"), ("0", "不满意")], coerce=lambda value: value == "1"
    )
    note = long_text("意见", 2, required=False)


PEOPLE = {
    "assignee": (access.ENGINEER, access.MANAGER),
    "consented_by": (access.BUYER, access.UNIT),
    "ratified_by": (access.BUYER,),
}
NUMBERS = frozenset({"incident", "change", "into"})


class NeedsForm(ActForm):
    """A form made from what the table says that the act needs, filled with what the ticket already says."""

    def __init__(self, ticket: Ticket, action: str, *args: Any, **kwargs: Any) -> None:
        known = services.known_facts(ticket)
        given = {name: value for name, value in known.items() if value}
        super().__init__(ticket, *args, initial={"version": ticket.version, **given}, **kwargs)
        found = tickets.table(ticket.kind).find(ticket.state, action)
        for need in found.needs if found else ():
            if need.name not in ("at", "item", "summary") and (not need.only_if or need.wanted(known)):
                self.fields[need.name] = _field(need, ticket)


def _field(need: Need, ticket: Ticket) -> forms.Field:
    required = not need.optional
    told = {"required": f"请填写“{need.label}”。"}
    if need.kind == "moment":
        field = moment_field(need.label)
        field.required, field.error_messages["required"] = required, told["required"]
        return field
    if need.name in PEOPLE:
        rows = people(ticket.contract_id, *PEOPLE[need.name])
        users = User.objects.filter(pk__in=[user.pk for user in rows])
        return forms.ModelChoiceField(users, label=need.label, required=required, error_messages=told)
    if need.name in NUMBERS:
        return forms.CharField(
            label=f"{need.label}编号", max_length=20, required=required, error_messages=told
        )
    if need.kind == "reference":
        return forms.CharField(label=need.label, max_length=120, required=required, error_messages=told)
    return long_text(need.label, 3, required=required)


_TOUCHED = {str(act): act.label for act in (Act.DATA_CHANGE, Act.SHUTDOWN, Act.REPLACE_PART, Act.ACCESS)}


class PlanForm(forms.Form):
    """A new change or problem: item, title, words; of a change also what it touches."""

    item = forms.ChoiceField(label="服务项", error_messages={"required": "请选择服务项。"})
    title = forms.CharField(label="标题", max_length=120, error_messages={"required": "请填写标题。"})
    description = long_text("内容与原因", 4)

    def __init__(self, items: Any, *args: Any, touches: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if touches:
            self.fields["touches"] = touches_field(
                _TOUCHED, "“停机停用”的窗口批准后，自动作为计划停机从可用性中剔除。"
            )
        self.items = {str(item.pk): item for item in items}
        self.fields["item"].choices = [
            ("", "请选择"),
            *((key, item.numbered) for key, item in self.items.items()),
        ]


WEEK = timedelta(days=7)
