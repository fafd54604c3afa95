"""Forms of consent: what the work touches, asking for an approval, going before it in an emergency."""

from __future__ import annotations

from typing import Any

from django import forms

from opsledger.apps.accounts.models import User
from opsledger.apps.desk import services
from opsledger.apps.desk.forms.acts import long_text, moment_field
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.approving import ACTS
from opsledger.apps.desk.services.consents import demands_of, lacking, people_of, touchable
from opsledger.core.terms import Act, Party

_MODES = [("any", "任一人同意即可"), ("all", "须全部同意")]


def touches_field(choices: dict[str, str], hint: str = "") -> forms.MultipleChoiceField:
    """Tick what the work touches."""
    return forms.MultipleChoiceField(
        label="涉及的事项",
        required=False,
        choices=list(choices.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=hint,
    )


class TouchesForm(forms.Form):
    """What the work on this ticket touches."""

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"touches": ticket.touches})
        super().__init__(*args, **kwargs)
        self.fields["touches"] = touches_field(
            touchable(ticket), "勾选后，合同要求先经同意的，未获同意不能实施或办结。"
        )


class EmergencyForm(forms.Form):
    """Which act, on whose word, why it cannot wait."""

    act = forms.ChoiceField(label="事项", error_messages={"required": "请选择事项。"})
    consented_by = forms.ModelChoiceField(
        User.objects.none(), label="口头同意人", error_messages={"required": "请选择口头同意的人。"}
    )
    reason = long_text("紧急情况", 2, hint="系统会立即向有权同意的人提请补批；未获补批会记入台账。")

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = demands_of(ticket)
        acts = lacking(ticket, [str(act) for act in wanted])
        self.fields["act"].choices = [(act, Act(act).label) for act in acts]
        able = [
            user.pk for act in acts for party in wanted[Act(act)].parties for user in people_of(ticket, party)
        ]
        self.fields["consented_by"].queryset = User.objects.filter(pk__in=able)


class AskApprovalForm(forms.Form):
    """One, two or three steps; in each any or all of the chosen, and one who may stand in for them."""

    STEPS = (("first", "第一步"), ("second", "第二步"), ("third", "第三步"))

    act = forms.ChoiceField(label="类别", choices=list(ACTS.items()))
    subject = forms.CharField(
        label="批准事项", max_length=300, error_messages={"required": "请填写批准事项。"}
    )
    deadline_at = moment_field("批准期限", "到期没有答复即为逾期，不视为同意。")

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = {
            user.pk: f"{user}（{party.label}）"
            for party in (Party.SUPERVISOR, Party.UNIT, Party.BUYER)
            for user in (people_of(ticket, party) if party is not Party.UNIT or ticket.unit_id else ())
        }
        rows = User.objects.filter(pk__in=able)
        for name, word in self.STEPS:
            first = name == "first"
            self.fields[name] = forms.ModelMultipleChoiceField(
                rows,
                label=f"{word}批准人",
                required=first,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": "请至少选择一位批准人。"},
            )
            self.fields[name].label_from_instance = lambda user: able[user.pk]
            self.fields[f"{name}_mode"] = forms.ChoiceField(
                label=f"{word}方式", choices=_MODES, required=False
            )
            self.fields[f"{name}_deputy"] = forms.ModelChoiceField(
                rows, label=f"{word}代理人", required=False, empty_label="无"
            )
        self.order_fields(
            [
                "act",
                "subject",
                *(f"{name}{part}" for name, _ in self.STEPS for part in ("", "_mode", "_deputy")),
            ]
        )

    @classmethod
    def first_words(cls, ticket: Ticket, act: str) -> dict[str, Any]:
        """What can be filled in for an act that the contract names: the matter, and whose consent it wants."""
        demand = demands_of(ticket).get(Act(act)) if act in Act.__members__.values() else None
        if demand is None:
            return {"act": "request"} if ticket.kind == "request" else {}
        asked = [user.pk for party in demand.missing(()) for user in people_of(ticket, party)]
        mode = "all" if len(demand.parties) > 1 else "any"
        subject = f"{demand.act.label}：{ticket.title}"[:300]
        return {"act": act, "subject": subject, "first": asked, "first_mode": mode}

    def rows(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """The steps for the page: heading, fields, and whether to show it open."""
        found = []
        for name, word in self.STEPS:
            fields = [self[f"{name}{part}"] for part in ("", "_mode", "_deputy")]
            wanted = name == "first" or bool(fields[0].value()) or bool(fields[0].errors)
            found.append((word, fields, wanted))
        return found

    def steps(self) -> list[services.StepPlan]:
        """The steps in which somebody was chosen."""
        told, found = self.cleaned_data, []
        for name, _ in self.STEPS:
            chosen, deputy = tuple(told[name]), told.get(f"{name}_deputy")
            deputies = tuple((user.pk, deputy) for user in chosen if deputy and deputy.pk != user.pk)
            if chosen:
                found.append(services.StepPlan(chosen, told.get(f"{name}_mode") or "any", deputies))
        return found
