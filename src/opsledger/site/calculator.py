"""时限计算器: anyone can check a limit, with the bar of counted and uncounted time and the sum in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from opsledger.core import clock_case
from opsledger.core.errors import DomainError
from opsledger.core.witness import COUNTING, KIND_WORDS, Kind, Stretch, amount_text, sum_in_words, witness
from opsledger.kernel import clock
from opsledger.kernel.access import guard
from opsledger.kernel.errors import sentence
from opsledger.kernel.pages import page

BAR_WIDTH = 1000
WINDOWS = [
    ("7x24", "7×24（全天）"),
    ("5x8", "5×8（工作日 9:00-17:00）"),
    ("周一至周五 9:00-12:00,13:00-18:00", "工作日 9:00-12:00，13:00-18:00"),
    ("周一至周五 8:30-12:00,14:30-18:00", "工作日 8:30-12:00，14:30-18:00"),
    ("每天 9:00-12:00,13:00-18:00", "7×8（每天 9:00-12:00，13:00-18:00）"),
    ("other", "自行填写"),
]
UNITS = [("minutes", "分钟"), ("hours", "小时"), ("workdays", "工作日")]


def _moment(**kwargs: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(widget=widget, input_formats=formats, **kwargs)


class CalculatorForm(forms.Form):
    """One case: begin, limit, window, up to one pause, and a moment to look at."""

    start = _moment(label="受理时间")
    amount = forms.DecimalField(label="时限", min_value=0, max_value=100000, decimal_places=2)
    unit = forms.ChoiceField(label="单位", choices=UNITS)
    window = forms.ChoiceField(label="服务时段", choices=WINDOWS)
    hours = forms.CharField(
        label="自行填写的时段",
        required=False,
        max_length=120,
        help_text="例如：周一至周五 8:30-11:00,13:30-17:00",
    )
    pause_from = _moment(label="暂停起", required=False)
    pause_to = _moment(label="暂停止", required=False)
    at = _moment(label="查看时刻", required=False, help_text="填写后给出截至该时刻的已用时间。")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("window") == "other" and not told.get("hours"):
            self.add_error("hours", "请填写服务时段，或从上面选择一种。")
        if bool(told.get("pause_from")) != bool(told.get("pause_to")):
            self.add_error("pause_to", "暂停须同时填写起止时间。")
        if told.get("unit") == "workdays" and told.get("amount") and told["amount"] % 1:
            self.add_error("amount", "工作日时限须为整数。")
        return told

    def case(self) -> dict[str, Any]:
        """The case as `opsledger clock --json` takes it."""
        told = self.cleaned_data
        amount = told["amount"] * (60 if told["unit"] == "hours" else 1)
        pauses = []
        if told["pause_from"]:
            pauses = [[told["pause_from"].isoformat(), told["pause_to"].isoformat()]]
        return {
            "kind": "workdays" if told["unit"] == "workdays" else "minutes",
            "tz": clock.zone().key,
            "calendar": told["hours"] if told["window"] == "other" else told["window"],
            "holidays": "cn",
            "start": told["start"].isoformat(),
            "target_minutes": None if told["unit"] == "workdays" else float(amount),
            "target_workdays": int(amount) if told["unit"] == "workdays" else None,
            "pauses": pauses,
            "elapsed_at": [told["at"].isoformat()] if told["at"] else [],
        }


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the bar, in units of a thousandth of its width."""

    x: float
    width: float
    kind: str
    title: str


def bar(stretches: tuple[Stretch, ...]) -> list[Piece]:
    """The stretches as pieces side by side."""
    total = sum(stretch.micros for stretch in stretches) or 1
    pieces, x = [], 0.0
    for stretch in stretches:
        width = stretch.micros / total * BAR_WIDTH
        title = f"{stretch.start:%m-%d %H:%M} 至 {stretch.end:%m-%d %H:%M} {stretch.name or KIND_WORDS[stretch.kind]}"
        pieces.append(Piece(round(x, 2), round(width, 2), str(stretch.kind), title))
        x += width
    return pieces


def _answer(form: CalculatorForm) -> dict[str, Any]:
    question = clock_case.read_case(form.case())
    found = clock_case.answer(question)
    told: dict[str, Any] = {
        "due": found.due,
        "explain": found.explain,
        "elapsed": list(found.elapsed.items()),
    }
    if found.due is not None:
        pauses = [(begun, ended) for begun, ended in question.pauses if ended is not None]
        stretches = witness(question.clock, question.start, found.due, pauses)
        told["bar"] = bar(stretches)
        told["counted"] = amount_text(sum(s.micros for s in stretches if s.kind in COUNTING))
        told["kinds"] = [
            (str(kind), KIND_WORDS[kind]) for kind in Kind if any(s.kind is kind for s in stretches)
        ]
        if question.limit and not question.limit.runs_on_clock:
            told["sum"] = sum_in_words(stretches)
    return told


@guard()
def calculator(request: HttpRequest) -> HttpResponse:
    now = clock.local(clock.now()).replace(second=0, microsecond=0)
    first: dict[str, Any] = {"start": now, "amount": 4, "unit": "hours", "window": WINDOWS[2][0]}
    asked = bool(request.GET.get("start"))
    form = CalculatorForm(request.GET if asked else None, initial=first)
    told: dict[str, Any] = {"form": form, "answer": None}
    if asked and form.is_valid():
        try:
            told["answer"] = _answer(form)
        except DomainError as error:
            form.add_error(None, sentence(error))
    told["examples"] = _examples(now)
    return page(request, "calculator.html", told)


def _examples(now: datetime) -> list[tuple[str, str]]:
    """Cases that show what the rules do: lunch, a make-up Saturday, a long holiday."""
    base = f"hours=&pause_from=&pause_to=&at=&window={WINDOWS[2][0]}"
    friday = (now + timedelta(days=(4 - now.weekday()) % 7)).date()
    return [
        (
            f"{friday.month}月{friday.day}日（周五）16:00 起 4 小时",
            f"?start={friday}T16:00&amount=4&unit=hours&{base}",
        ),
        ("国庆前一天起 3 个工作日", f"?start=2026-09-30T10:00&amount=3&unit=workdays&{base}"),
        ("春节前周五起 8 小时（周六调休上班）", f"?start=2026-02-13T16:00&amount=8&unit=hours&{base}"),
    ]
