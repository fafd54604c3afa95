"""Forms of checklists, what goes with them, and samples of what was done by them."""

from __future__ import annotations

from django import forms

from opsledger.apps.duties.words import ACTIVITIES, devices


class WorkbookForm(forms.Form):
    """A checklist from a workbook."""

    file = forms.FileField(label="xlsx文件", error_messages={"required": "请选择 xlsx 文件"})
    name = forms.CharField(label="检查表名称", max_length=80, required=False, help_text="留空即用文件名")
    activities = forms.MultipleChoiceField(
        label="用于哪些活动", choices=ACTIVITIES, error_messages={"required": "请至少选择一种活动"}
    )


class EditForm(forms.Form):
    """The head of a checklist."""

    name = forms.CharField(label="名称", max_length=80, error_messages={"required": "请填写名称"})
    minutes = forms.IntegerField(label="通常用时（分钟）", min_value=1, max_value=1440)
    intro = forms.CharField(label="开头提示", max_length=300, required=False)
    activities = forms.MultipleChoiceField(label="用于哪些活动", choices=ACTIVITIES)
    each = forms.MultipleChoiceField(
        label="逐台检查", choices=devices, required=False, help_text="不选则整张表只查一遍"
    )


class PlacesForm(forms.Form):
    """Whether phones may add where they are."""

    allowed = forms.TypedChoiceField(
        label="检查时记录定位",
        choices=[("yes", "允许，由检查人自行在单项上记录"), ("no", "不允许，不取也不存手机位置")],
        coerce=lambda value: value == "yes",
    )
    note = forms.CharField(
        label="约定依据", max_length=200, error_messages={"required": "请写明约定依据，例如会议纪要"}
    )


class SampleForm(forms.Form):
    """How a sample is drawn."""

    how = forms.ChoiceField(
        label="抽查方式", choices=[("flagged", "有疑问的优先"), ("random", "随机抽取"), ("kind", "某类全查")]
    )
    count = forms.IntegerField(label="数量", min_value=1, max_value=200, initial=10)
    activity = forms.ChoiceField(label="活动", choices=[("", "全部"), *ACTIVITIES], required=False)
