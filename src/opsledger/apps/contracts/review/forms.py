"""Forms of the review: the upload, the facts of a term, an item, the end."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings

from opsledger.apps.contracts.models import DocumentReading, ProposedTerm, ReadingItem
from opsledger.apps.contracts.review.conversion import EACH_ITEM
from opsledger.apps.contracts.review.fields import FIELDS, KIND_LABELS, Field
from opsledger.apps.contracts.review.values import read, shown
from opsledger.apps.contracts.services.reading_intake import EXTENSIONS
from opsledger.core.calendars import parse_window
from opsledger.core.errors import DomainError


class UploadForm(forms.Form):
    """The document to be read."""

    document = forms.FileField(
        label="采购文件或合同",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(f".{e}" for e in EXTENSIONS)}),
        allow_empty_file=True,
        error_messages={"required": "请选择要读取的文件。"},
    )
    name = forms.CharField(label="名称", max_length=200, required=False, help_text="不填则用文件名。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = settings.MAX_UPLOAD_MB
        self.fields["document"].widget.attrs["data-most"] = most
        self.fields[
            "document"
        ].help_text = (
            f"可读 Word（docx、doc、wps）、PDF（有文字的）、网页、Excel 和文本文件，不超过 {most} MB。"
        )


def _widget(field: Field) -> forms.Field:
    if field.type == "choice":
        assert field.words is not None
        options = [(word.value, word.label) for word in field.words]
        if not field.needed:
            options = [("", "—"), *options]
        return forms.ChoiceField(label=field.label, choices=options, required=False, help_text=field.hint)
    attrs = {"autocomplete": "off"}
    if field.type == "day":
        return forms.CharField(
            label=field.label,
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
    if field.type in ("number", "whole"):
        attrs["inputmode"] = "decimal" if field.type == "number" else "numeric"
    return forms.CharField(
        label=field.label, required=False, help_text=field.hint, widget=forms.TextInput(attrs=attrs)
    )


class TermForm(forms.Form):
    """The facts of a term of one kind, and where it belongs; what is wrong is said beside its field."""

    item = forms.ModelChoiceField(
        ReadingItem.objects.none(),
        label="归入服务项",
        empty_label=None,
        error_messages={"required": "请选择服务项。"},
    )
    applies = forms.ChoiceField(
        label="适用于",
        required=False,
        choices=[("", "合同整体"), (EACH_ITEM, "每个服务项")],
        help_text="只对通用要求里的条款有效：整份合同履行一份，还是每个服务项各履行一份。",
    )

    # The sentences of this form stand beside the fields; the browser's own would come first and in its words.
    use_required_attribute = False

    def __init__(self, reading: DocumentReading, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.term_data: dict[str, Any] = {}
        if not ReadingItem.objects.filter(reading=reading, live=True, common=True).exists():
            del self.fields["applies"]
        self.fields["item"].queryset = ReadingItem.objects.filter(reading=reading, live=True).order_by(
            "position"
        )  # type: ignore[attr-defined]
        for field in FIELDS[kind]:
            self.fields[field.name] = _widget(field)
            if field.needed:
                self.fields[field.name].required = True
                self.fields[field.name].error_messages["required"] = f"请填写{field.label}。"

    @property
    def facts(self) -> list[Any]:
        """The bound fields of the kind's own facts, in order."""
        return [self[field.name] for field in FIELDS[self.kind]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        item = cleaned.get("item")
        scope = cleaned.get("applies", "") if item is not None and item.common else ""
        raw = {field.name: cleaned.get(field.name) for field in FIELDS[self.kind]}
        self.term_data, wrong = read(self.kind, raw, scope)
        for name, sentence in wrong.items():
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, sentence)
        return cleaned


def initial_of(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """What the form shows of a term's data."""
    found: dict[str, Any] = {"applies": data.get("item", "")}
    for field in FIELDS[kind]:
        value = data.get(field.name)
        found[field.name] = value if field.type in ("choice", "day") else shown(field, value)
    return found


def kind_choices() -> list[tuple[str, str]]:
    return list(KIND_LABELS.items())


class ItemForm(forms.Form):
    """What a service item is called and for how long it is served."""

    no = forms.CharField(label="序号", max_length=20)
    name = forms.CharField(label="服务项", max_length=200)
    unit = forms.CharField(label="服务单位", max_length=120, required=False)
    starts_on = forms.DateField(
        label="服务期起", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label="服务期止", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    windows = forms.CharField(
        label="服务时段",
        required=False,
        max_length=200,
        help_text="例如 7x24，或写明钟点：周一至周五 8:30-12:00,14:00-18:00；多个用顿号隔开，文件没有写明则不填。",
    )
    common = forms.BooleanField(
        label="通用要求", required=False, help_text="写给所有服务项的要求，生成合同时不单列为服务项。"
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "截止日期早于起始日期，请核对。")
        windows, unread = windows_of(cleaned.get("windows") or "")
        cleaned["windows"] = windows
        if unread:
            self.add_error(
                "windows", f"看不懂时段“{unread}”，请写成 7x24、5x8 或“周一至周五 8:30-12:00,14:00-18:00”。"
            )
        if bool(starts) != bool(ends):
            self.add_error("ends_on", "服务期的起止日期须同时填写，或都不填。")
        return cleaned


def windows_of(text: str) -> tuple[list[str], str]:
    """The windows that were typed, and the first one that cannot be read ("custom": in words, no hours yet)."""
    found = []
    for part in re.split(r"[、;；\n]+", text.replace("×", "x").replace("*", "x")):
        words = part.strip()
        shapes = re.split(r"[,，\s]+", words)
        several = len(shapes) > 1 and all(re.fullmatch(r"[567]x\d{1,2}|custom", one) for one in shapes)
        found += shapes if several else [words]
    found = [words for words in dict.fromkeys(found) if words]
    for words in found:
        try:
            if words != "custom":
                parse_window(words)
        except DomainError:
            return found, words
    return found, ""


class LevelsForm(forms.Form):
    """A place and a meaning for every severity."""

    def __init__(self, levels: list[dict[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levels = levels
        for place, level in enumerate(levels, start=1):
            self.fields[f"place-{place}"] = forms.IntegerField(
                label=f"“{level['word']}”的次序",
                min_value=1,
                max_value=len(levels),
                initial=place,
                error_messages={"required": "请填写次序。"},
                widget=forms.NumberInput(
                    attrs={"class": "form-control", "aria-label": f"“{level['word']}”的次序"}
                ),
            )
            self.fields[f"means-{place}"] = forms.CharField(
                label=f"“{level['word']}”的定义",
                max_length=300,
                required=False,
                initial=level["definition"],
                widget=forms.TextInput(
                    attrs={
                        "class": "form-control",
                        "placeholder": "什么情况算这一级，可不填",
                        "aria-label": f"“{level['word']}”的定义",
                    }
                ),
            )

    @property
    def rows(self) -> list[tuple[str, Any, Any]]:
        """Word, place and meaning of each level, as the page shows them."""
        return [
            (level["word"], self[f"place-{n}"], self[f"means-{n}"]) for n, level in enumerate(self.levels, 1)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        seen: set[int] = set()
        for name in [f"place-{n}" for n in range(1, len(self.levels) + 1)]:
            place = cleaned.get(name)
            if place in seen:
                self.add_error(name, "次序与另一个等级相同，请改成不同的数字。")
            if place:
                seen.add(place)
        return cleaned

    def ordered(self) -> list[dict[str, str]]:
        """The levels by the places that were typed."""
        said = self.cleaned_data
        rows = [
            (said[f"place-{n}"], {"word": level["word"], "definition": said[f"means-{n}"]})
            for n, level in enumerate(self.levels, start=1)
        ]
        return [level for _, level in sorted(rows, key=lambda row: row[0])]


class MergeForm(forms.Form):
    """Into which other item the terms of one go; none takes an empty item out."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput())
    into = forms.ModelChoiceField(
        ReadingItem.objects.none(), label="并入", required=False, empty_label="（不并入，删去空的服务项）"
    )

    def __init__(self, item: ReadingItem, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = ReadingItem.objects.filter(reading_id=item.reading_id, live=True).exclude(pk=item.pk)
        self.fields["into"].queryset = others.order_by("position")  # type: ignore[attr-defined]
        self.possible = others.exists()


class AcceptManyForm(forms.Form):
    """Down to which confidence, and of what, open terms are accepted in one go."""

    minimum = forms.IntegerField(label="把握不低于（%）", min_value=0, max_value=100, initial=90)
    kind = forms.ChoiceField(label="类别", required=False)
    item = forms.IntegerField(required=False, widget=forms.HiddenInput())
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "全部"), *kind_choices()]  # type: ignore[attr-defined]


class VersionForm(forms.Form):
    """One press of a button on one term, as it stood on the page."""

    version = forms.IntegerField(min_value=1)
    act = forms.ChoiceField(choices=[("accept", ""), ("reject", ""), ("reset", "")])


class SettleForm(forms.Form):
    """How a finding was settled."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput())
    note = forms.CharField(
        label="处理说明",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明怎样处理的。"},
    )
    reopen = forms.BooleanField(required=False)


class SettleManyForm(forms.Form):
    """One note for all the findings on the list."""

    expected = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)
    note = forms.CharField(
        label="处理说明", max_length=500, error_messages={"required": "请写明怎样处理的，再一并处理。"}
    )


class SheetForm(forms.Form):
    """A corrected workbook."""

    sheet = forms.FileField(
        label="改好的表格",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text="从本页导出的 xlsx 文件。",
        allow_empty_file=True,
        error_messages={"required": "请选择改好的表格。"},
    )


class ImportForm(forms.Form):
    """The number of changes that the preview showed."""

    expected = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)


class InviteForm(forms.Form):
    """Whom to invite, by user name."""

    username = forms.CharField(
        label="用户名", max_length=150, help_text="对方的登录用户名；邀请后对方会收到消息。"
    )


STATE_TONES = {
    ProposedTerm.State.PROPOSED: "waiting",
    ProposedTerm.State.ACCEPTED: "ok",
    ProposedTerm.State.EDITED: "ok",
    ProposedTerm.State.REJECTED: "idle",
}
