"""A checklist from a workbook becomes a template of the contract; the sample that shows how one is written."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties.models import Template
from opsledger.apps.duties.selectors.templates import checklists_of, versions_of
from opsledger.apps.duties.services.templates import save_template
from opsledger.apps.duties.services.workbook import read_workbook
from opsledger.kernel import access
from opsledger.kernel.access import Actor

SAMPLE_ROWS: list[list[object]] = [
    ["temperature", "机房温度", "数值", "℃", 18, 27, 15, 32, "", "是", "异常时拍", "取冷通道中部读数",
     "", "", "否", "room.temperature", 30, ""],
    ["ups", "UPS状态", "选择", "", "", "", "", "", "市电逆变，!旁路，!!电池放电", "是", "异常时拍",
     "!为关注，!!为异常", "", "", "否", "", "", ""],
    ["ups_note", "旁路或放电的原因", "文字", "", "", "", "", "", "", "是", "可拍", "", "", "ups=旁路，电池放电",
     "否", "", "", ""],
    ["hosts", "服务器逐台", "表格", "", "", "", "", "", "", "是", "不需", "每台一行", "", "", "否", "", "", "主机"],
    ["name", "设备", "文字", "", "", "", "", "", "", "是", "", "", "hosts", "", "", "", "", ""],
    ["cpu", "CPU", "数值", "%", 0, 70, 0, 90, "", "是", "", "", "hosts", "", "", "", "", ""],
]  # fmt: skip
"""Rows that show how, a table with two columns among them; their headings are `workbook.COLUMNS`."""


@transaction.atomic
def take_workbook(
    *, actor: Actor, contract: Contract, upload: UploadedFile, activities: Sequence[str], name: str = ""
) -> Template:
    """A new template from a workbook, under a key that nobody has; its name is that of the file where none is given."""
    actor.must(contract.pk, access.MANAGER, access.BUYER, access.SUPERVISOR)
    data = read_workbook(upload.read(), upload.name or "")
    data["activities"] = list(activities)
    data["name"] = name or data["name"]
    key = f"own-{len(checklists_of(contract.pk)) + 1}"
    while versions_of(contract.pk, key):
        key += "x"
    return save_template(actor=actor, contract=contract, key=key, data=data)
