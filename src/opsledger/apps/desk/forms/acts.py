"""One form for each act; `version` is that of the page from which it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.selectors import severities_of
from opsledger.apps.desk import agreements, selectors
from opsledger.apps.desk.forms.files import FilesField
from opsledger.apps.desk.forms.work import minutes_field
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.consents import touchable
from opsledger.apps.desk.words import FAULTS, RATING_PARTS
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM

_LONG = 20_000
# On the form of resolving a parent; no fact of its act.
WITH_CHILDREN = "with_children"


def long_text(label: str, rows: int = 3, required: bool = True, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=_LONG,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": f"请填写“{label}”。",
            "max_length": "内容超过 2 万字，请精简，或作为文件上传。",
        },
    )


def moment_field(label: str, hint: str = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=False,
        help_text=hint,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "时间格式有误，请重新选择。"},
    )


def _happened() -> forms.DateTimeField:
    return moment_field("实际时间", "事后补登时填写，须经服务单位认可；不填为现在。")


class ActForm(forms.Form):
    """An act without further words."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"version": ticket.version})
        super().__init__(*args, **kwargs)
        self.ticket = ticket

    def preset(self, asked: Mapping[str, str]) -> None:
        """Take what the address of the page chooses before anything is sent."""

    def again(self, ticket: Ticket) -> ActForm:
        """The form as it is shown after a refusal, `ticket` being as it is now."""
        return self


class MomentForm(ActForm):
    happened_at = _happened()


class ArriveForm(ActForm):
    note = long_text("现场情况", 2, required=False)
    happened_at = _happened()


class ReasonForm(ActForm):
    reason = long_text("理由")


class CompleteForm(ActForm):
    description = long_text("补充内容", 4)


class DiagnoseForm(ActForm):
    cause = long_text("故障原因")
    happened_at = _happened()


class MitigateForm(ActForm):
    measure = long_text("恢复措施")
    happened_at = _happened()


class SpareForm(ActForm):
    part = forms.CharField(
        label="备件", max_length=120, error_messages={"required": "请填写备件名称与型号。"}
    )
    happened_at = _happened()


class ResumeForm(ActForm):
    note = long_text("说明", 2, required=False)
    happened_at = _happened()


class RemindForm(ActForm):
    note = long_text("说明", 2, required=False)


class AssigneeForm(ActForm):
    """Those who may be given the ticket: its own line first, with who is on duty and what each has in hand."""

    assignee = forms.ModelChoiceField(
        User.objects.none(),
        label="处理人",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "请选择处理人。", "invalid_choice": "所选的人已不能接这张工单，请重选。"},
    )
    note = long_text("交代事项", 2, required=False)

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(ticket, *args, **kwargs)
        able = selectors.candidates(ticket, clock.now())
        # Who has it already is not offered, but may be named by a page from before: the act then says what changed.
        named = [ticket.assignee_id, *(one.user.pk for one in able)]
        self.fields["assignee"].queryset = User.objects.filter(pk__in=[pk for pk in named if pk])
        self.fields["assignee"].choices = [(one.user.pk, f"{one.user}（{one.words}）") for one in able]
        if not ticket.assignee_id:
            duty = next((one.user.pk for one in able if one.on_duty), None)
            self.fields["assignee"].initial = ticket.item.owner_id or duty


class ReassignForm(AssigneeForm):
    note = None
    reason = long_text("转派理由", 2)


class SuspendForm(ActForm):
    """Only the reasons that the contract allows."""

    reason = forms.ChoiceField(label="挂起原因", error_messages={"required": "请选择挂起原因。"})
    waiting_for = forms.CharField(
        label="等待对象", max_length=120, required=False, help_text="等待服务单位、第三方或批准时，写明等谁。"
    )
    note = long_text("说明", 2, required=False)
    happened_at = _happened()

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(ticket, *args, **kwargs)
        agreed = agreements.agreement_of(ticket.contract)
        self.fields["reason"].choices = [("", "请选择"), *agreed.reasons.items()]
        needing = [agreed.reasons[key] for key in agreed.pause_approval if key in agreed.reasons]
        if needing:
            self.fields["reason"].help_text = f"以“{'、'.join(needing)}”挂起，须先提请批准并获同意。"


class ResolveForm(ActForm):
    fault = forms.ChoiceField(
        label="故障类别", required=False, choices=[("", "未分类"), *((word, word) for word in FAULTS)]
    )
    cause = long_text("故障原因", 2)
    solution = long_text("处理结果")
    worked_minutes = minutes_field(
        required=False, hint="登记为您当天的工时；可不填，也可以在工单页另行登记。"
    )
    interrupted_from = moment_field("业务中断开始", "没有中断的不填。")
    interrupted_to = moment_field("业务中断结束")
    happened_at = _happened()
    files = FilesField(label="照片或文件")

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(ticket, *args, **kwargs)
        if ticket.kind != "incident":
            for name in ("fault", "cause", "interrupted_from", "interrupted_to"):
                del self.fields[name]
        if ticket.kind == "question":
            self.fields["solution"].label = "答复内容"
        acts = touchable(ticket) if ticket.kind != "question" else {}
        if acts:
            self.fields["touches"] = forms.MultipleChoiceField(
                label="本次涉及的事项",
                required=False,
                choices=list(acts.items()),
                initial=ticket.touches,
                widget=forms.CheckboxSelectMultiple,
                help_text="合同要求先经同意的，未获同意不能办结。",
            )
        children = open_children_field(ticket)
        if children:
            self.fields[WITH_CHILDREN] = children


def open_children_field(ticket: Ticket) -> forms.BooleanField | None:
    """The box for resolving the open children too; None where there are none."""
    number = selectors.open_children(SYSTEM, ticket).count()
    if not number:
        return None
    return forms.BooleanField(
        label=f"同时办结 {number} 张子工单",
        required=False,
        help_text="用同样的原因和处理结果；还没接单的，您能接的先接单。业务中断时间、工时和附件不带过去。"
        "不能办结的会逐张写明原因，不影响这张工单。",
    )


class RateForm(ActForm):
    """One tap gives the whole mark; the five parts are there for those who want them."""

    rating = forms.TypedChoiceField(
        label="满意度",
        coerce=int,
        required=False,
        empty_value=None,
        choices=[(5, "非常满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")],
        widget=forms.RadioSelect,
    )
    note = long_text("意见", 2, required=False)

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(ticket, *args, **kwargs)
        marks = [("", "—"), *((number, f"{number} 分") for number in (5, 4, 3, 2, 1))]
        for key, word in RATING_PARTS.items():
            self.fields[f"part_{key}"] = forms.TypedChoiceField(
                label=word, coerce=int, required=False, empty_value=None, choices=marks
            )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        told["parts"] = {
            key: told.pop(f"part_{key}") for key in RATING_PARTS if told.get(f"part_{key}") is not None
        }
        return {name: value for name, value in told.items() if not name.startswith("part_")}

    def parts(self) -> list[Any]:
        return [self[f"part_{key}"] for key in RATING_PARTS]


class SeverityForm(ActForm):
    severity = forms.ChoiceField(
        label="改为", widget=forms.RadioSelect, error_messages={"required": "请选择等级。"}
    )
    reason = long_text("调整理由", 2, hint="时限按新等级重新计算，已用时间不清零。")

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(ticket, *args, **kwargs)
        self.fields["severity"].choices = [
            (level.word, f"{level.word}：{level.definition}" if level.definition else level.word)
            for level in severities_of(ticket.item, ticket.kind)
            if level.word != ticket.severity
        ]


class ReportFileForm(ActForm):
    files = FilesField(label="报告文件", required=True)
    note = long_text("说明", 2, required=False)


class NoteForm(forms.Form):
    """Words and files added to the story."""

    note = forms.CharField(
        label="补充说明",
        required=False,
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "补充情况、沟通记录"}),
        error_messages={"max_length": "内容超过 2 万字，请精简，或作为文件上传。"},
    )
    files = FilesField(label="照片或文件")
    private = forms.BooleanField(label="仅服务商内部可见", required=False)
    to_children = forms.BooleanField(required=False)
    # The article whose words were taken into the note, counted as a use of it.
    article = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


ACT_FORMS: dict[str, type[ActForm]] = {
    "dispatch": AssigneeForm,
    "accept": MomentForm,
    "decline": ReasonForm,
    "send_back": ReasonForm,
    "complete": CompleteForm,
    "reassign": ReassignForm,
    "remind": RemindForm,
    "arrive": ArriveForm,
    "diagnose": DiagnoseForm,
    "mitigate": MitigateForm,
    "provide_spare": SpareForm,
    "suspend": SuspendForm,
    "resume": ResumeForm,
    "resolve": ResolveForm,
    "answer_at_once": ResolveForm,
    "submit_report": ReportFileForm,
    "confirm": RateForm,
    "rate": RateForm,
    "reopen": ReasonForm,
    "cancel": ReasonForm,
    "change_severity": SeverityForm,
    "approve": ActForm,
    "reject": ReasonForm,
}
