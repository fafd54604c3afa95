"""The weekly roster, swaps, and the escalation ladder."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import ladder, selectors, services
from opsledger.apps.desk.models import LadderStep, Shift
from opsledger.apps.desk.selectors import rosters as reads
from opsledger.apps.desk.words import METRIC_WORDS
from opsledger.kernel import access, clock, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page
from opsledger.kernel.shown import WEEKDAYS

_SEES = (access.MANAGER, access.ENGINEER, access.BUYER, access.SUPERVISOR, access.AUDITOR)


def _monday(text: str) -> date:
    day = tables.day_of(text) or clock.today()
    return day - timedelta(days=day.weekday())


def _workbook(contract: Contract, monday: date) -> HttpResponse:
    """The roster of four weeks from the one in view, as people hang it up."""
    rows = [
        (one.on, f"周{WEEKDAYS[one.on.weekday()]}", one.get_part_display(), str(one.user), one.user.phone)
        for one in reads.shifts_between(contract.pk, monday, monday + timedelta(days=28))
    ]
    name = f"{contract}-值班表-{monday}起四周.xlsx"
    return tables.workbook(name, ("日期", "星期", "班次", "值班人", "电话"), rows)


@guard(*_SEES)
def roster(request: HttpRequest, slug: str) -> HttpResponse:
    """A week of shifts; the manager sets them, the others see them."""
    contract = contract_for(request.actor, slug)
    monday = _monday(request.GET.get("week", ""))
    able = [user for user, _ in selectors.engineers_with_load(contract)]
    if request.method == "POST":
        _save_week(request, contract, monday, {str(user.pk): user for user in able})
        messages.success(request, "值班表已保存。")
        return redirect(f"{request.path}?week={monday}")
    if request.GET.get("export") == "xlsx":
        return _workbook(contract, monday)
    shifts = reads.week_of(contract.pk, monday)
    days = [monday + timedelta(days=number) for number in range(7)]
    told = {
        "contract": contract,
        "days": days,
        "rows": [
            (Shift.Part(part).label, part, [(day, shifts.get((day, part))) for day in days])
            for part in Shift.Part.values
        ],
        "able": able,
        "manages": access.MANAGER in request.actor.roles(contract.pk),
        "monday": monday,
        "previous": monday - timedelta(days=7),
        "following": monday + timedelta(days=7),
        "today": clock.today(),
        "on_duty": reads.on_duty(contract.pk, clock.now()),
        "swaps": reads.swaps_for(contract.pk, request.actor.user_id)[:10],
    }
    return page(request, "desk/roster.html", told)


def _save_week(request: HttpRequest, contract: Contract, monday: date, able: dict[str, object]) -> None:
    for number in range(7):
        day = monday + timedelta(days=number)
        for part in Shift.Part.values:
            given = request.POST.get(f"{day}-{part}")
            if given is not None:
                services.set_shift(
                    actor=request.actor, contract=contract, on=day, part=part, user=able.get(given)
                )


class SwapForm(forms.Form):
    """Whom to ask, and why."""

    taker = forms.ChoiceField(label="请谁替班", error_messages={"required": "请选择替班人。"})
    reason = forms.CharField(label="理由", max_length=200, error_messages={"required": "请填写理由。"})


@guard(access.MANAGER, access.ENGINEER)
def ask_swap(request: HttpRequest, slug: str, shift_id: int) -> HttpResponse:
    """Ask another to take one's shift."""
    contract = contract_for(request.actor, slug)
    shift = reads.shift_for(contract, shift_id)
    able = {str(user.pk): user for user, _ in selectors.engineers_with_load(contract)}
    form = SwapForm(request.POST or None)
    form.fields["taker"].choices = [
        ("", "请选择"),
        *((key, str(user)) for key, user in able.items() if user.pk != request.actor.user_id),
    ]

    def do() -> object:
        told = form.cleaned_data
        return services.ask_swap(
            actor=request.actor, shift=shift, taker=able[told["taker"]], reason=told["reason"]
        )

    if request.method == "POST" and act(request, form, do) is not None:
        messages.success(request, "换班申请已发出，对方同意后生效。")
        return redirect("desk:roster", slug)
    return page(request, "desk/swap.html", {"contract": contract, "shift": shift, "form": form})


@guard(access.MANAGER, access.ENGINEER)
@require_POST
def answer_swap(request: HttpRequest, slug: str, swap_id: int) -> HttpResponse:
    """Agree to take a shift, or decline."""
    contract = contract_for(request.actor, slug)
    swap = reads.swaps_for(contract.pk, request.actor.user_id).filter(pk=swap_id).first()
    if swap is None:
        raise Http404
    services.answer_swap(actor=request.actor, swap=swap, agree=request.POST.get("answer") == "yes")
    return redirect("desk:roster", slug)


class StepForm(forms.ModelForm):
    """One rung of the ladder."""

    class Meta:
        model = LadderStep
        fields = ["metric", "severity", "percent", "to", "by", "every_minutes", "raise_line"]

    def __init__(self, contract: Contract, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        levels = [(word, word) for word in selectors.severity_words(contract)]
        self.fields["metric"] = forms.ChoiceField(
            label="时限", required=False, choices=[("", "全部"), *METRIC_WORDS.items()]
        )
        self.fields["severity"] = forms.ChoiceField(
            label="等级", required=False, choices=[("", "全部"), *levels]
        )
        self.fields["by"] = forms.ChoiceField(
            label="渠道", required=False, choices=list(_ways(contract).items())
        )
        self.fields["percent"].widget.attrs.update({"min": 1, "max": 100})

    def clean_by(self) -> str:
        return self.cleaned_data["by"] or LadderStep.By.ALL

    def clean_percent(self) -> int:
        percent = int(self.cleaned_data["percent"])
        if not 1 <= percent <= 100:
            raise forms.ValidationError("百分比应为 1 至 100；100 即超时之时。")
        return percent


def _ways(contract: Contract) -> dict[str, str]:
    """The ways a rung may be told by, in words."""
    own = {f"channel:{one.pk}": f"站内、本人的通道和“{one}”" for one in selectors.shared_channels(contract)}
    return dict(LadderStep.By.choices) | own


@guard(*_SEES)
def steps(request: HttpRequest, slug: str) -> HttpResponse:
    """The ladder of a contract; the manager changes it."""
    contract = contract_for(request.actor, slug)
    manages = access.MANAGER in request.actor.roles(contract.pk)
    form = StepForm(contract, request.POST or None)
    if request.method == "POST":
        request.actor.must(contract.pk, access.MANAGER)
        if request.POST.get("remove"):
            services.remove_step(actor=request.actor, contract=contract, step_id=request.POST["remove"])
            return redirect("desk:ladder", slug)

        def do() -> object:
            return services.add_step(actor=request.actor, contract=contract, **form.cleaned_data)

        if act(request, form, do) is not None:
            messages.success(request, "已加入升级阶梯，对未办结的工单即时生效。")
            return redirect("desk:ladder", slug)
    own = list(LadderStep.objects.filter(contract=contract))
    words = dict(LadderStep.To.choices)
    told = {
        "contract": contract,
        "form": form if manages else None,
        "own": own,
        "plain": [(step, words[step.to]) for step in ladder.DEFAULT_LADDER] if not own else [],
        "metrics": METRIC_WORDS,
        "ways": _ways(contract),
    }
    return page(request, "desk/ladder.html", told)
