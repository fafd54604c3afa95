"""Tasks of a ticket and reminders of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from opsledger.apps.accounts.models import User
from opsledger.apps.desk.forms.acts import moment_field
from opsledger.apps.desk.models import Ticket, TicketTask
from opsledger.apps.desk.selectors.tasks import task_people
from opsledger.apps.desk.services import reminders, tasks
from opsledger.core import later
from opsledger.kernel import clock, shown

_PASTED = 10_000
OWN = "own"


class TaskForm(forms.Form):
    """Tasks to add, a line each, for a person and until a moment; or one to say anew."""

    words = forms.CharField(
        label="要做什么",
        max_length=_PASTED,
        error_messages={
            "required": "请写明要做什么，一行一项。",
            "max_length": "一次粘贴的内容太长，请分几次添加。",
        },
    )
    assignee = forms.ChoiceField(
        label="办理人",
        required=False,
        error_messages={"invalid_choice": "所选的人不在这张工单的办理人员里，请重新选择。"},
    )
    due_at = moment_field("期限")

    def __init__(self, ticket: Ticket, *args: Any, task: TicketTask | None = None, **kwargs: Any) -> None:
        if task is not None:
            first = {"words": task.words, "assignee": task.assignee_id or "", "due_at": task.due_at}
            kwargs |= {"initial": first, "auto_id": f"task-{task.pk}-%s"}
        else:
            kwargs |= {"auto_id": "task-new-%s"}
        super().__init__(*args, **kwargs)
        inside, unit = task_people(ticket)
        kept = task.assignee if task and task.assignee else None
        if kept and kept not in inside and kept not in unit:
            # Who has left the contract keeps what was theirs until it is given to somebody else.
            inside = [*inside, kept]
        self._people: dict[str, User] = {str(user.pk): user for user in [*inside, *unit]}
        field = self.fields["assignee"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "不指定"),
            ("服务商", [(str(user.pk), str(user)) for user in inside]),
            *([("服务单位", [(str(user.pk), str(user)) for user in unit])] if unit else []),
        ]
        if task is None:
            self.fields["words"].widget = forms.Textarea(
                attrs={"rows": 2, "placeholder": "如：备份数据库。粘贴几行即添加几项"}
            )
        else:
            self.fields["words"].widget = forms.TextInput(attrs={"maxlength": tasks.MAX_WORDS})

    def clean_assignee(self) -> User | None:
        return self._people.get(self.cleaned_data["assignee"])


class ReminderForm(forms.Form):
    """When, by one of the moments offered or one's own, and a few words."""

    when = forms.ChoiceField(
        label="什么时候",
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选择什么时候提醒。",
            "invalid_choice": "这个时间已经过去，请重新选择。",
        },
    )
    own_at = moment_field("自定时间")
    words = forms.CharField(
        label="提醒内容",
        required=False,
        max_length=reminders.MAX_WORDS,
        widget=forms.TextInput(attrs={"placeholder": "如：回电话问备件到了没有"}),
        error_messages={"max_length": f"最多 {reminders.MAX_WORDS} 字，请精简。"},
    )

    def __init__(self, offered: Mapping[str, datetime], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"when": later.HOUR}, **kwargs)
        self._offered = offered
        today, zone = clock.today(), clock.zone()
        field = self.fields["when"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *(
                (code, f"{later.WORDS[code]}（{shown.moment(moment, zone=zone, today=today)}）")
                for code, moment in offered.items()
            ),
            (OWN, "自定时间"),
        ]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        when = told.get("when")
        if when == OWN and not told.get("own_at") and "own_at" not in self.errors:
            self.add_error("own_at", "请选择提醒的时间。")
        told["due_at"] = told.get("own_at") if when == OWN else self._offered.get(when or "")
        return told
