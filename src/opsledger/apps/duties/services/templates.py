"""A contract's own versions of the checklists: edit, import, retire."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zipfile import BadZipFile

from django.db import IntegrityError, transaction
from django.db.models import Max
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties.checklists import KINDS, Problem, read_checklist, to_data
from opsledger.apps.duties.models import Template
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

MAX_SHOWN = 12
COLUMNS = {
    "编号": "id",
    "检查内容": "label",
    "类型": "kind",
    "单位": "unit",
    "正常下限": "warn_low",
    "正常上限": "warn_high",
    "合格下限": "fail_low",
    "合格上限": "fail_high",
    "选项": "options",
    "必填": "required",
    "照片": "photo",
    "说明": "help",
}
_KIND_OF = {word: kind for kind, word in KINDS.items()} | {"是否": "yes_no"}
_PHOTO_OF = {"必拍": "always", "异常时拍": "on_fail", "可拍": "optional", "不需": "none"}


def _told(problems: list[Problem]) -> DomainError:
    lines = "；".join(f"{one.place}：{one.text}" for one in problems[:MAX_SHOWN])
    more = f"；另有{len(problems) - MAX_SHOWN}处" if len(problems) > MAX_SHOWN else ""
    return DomainError("template.invalid", problems=lines + more, count=len(problems))


@transaction.atomic
def save_template(
    *, actor: Actor, contract: Contract, key: str, data: Mapping[str, Any], based_on: int | None = None
) -> Template:
    """The next version of a template of this contract.

    `based_on` is the version that the editor saw; if there is a newer one meanwhile, the page is stale.
    """
    actor.must(contract.pk, access.MANAGER, access.BUYER, access.SUPERVISOR)
    problems: list[Problem] = []
    checklist = read_checklist(data, problems)
    if checklist is None:
        raise _told(problems)
    last = Template.objects.filter(contract=contract, key=key).aggregate(last=Max("version"))["last"] or 0
    if based_on is not None and last and last != based_on:
        raise DomainError("page.stale", by="他人", what=f"模板已有第{last}版")
    version = max(last, int(data.get("version") or 0) if not last else 0) + 1
    plain = {**to_data(checklist), "key": key, "version": version}
    try:
        with transaction.atomic():
            row = Template.objects.create(
                contract=contract,
                key=key,
                version=version,
                name=checklist.name,
                data=plain,
                created_at=clock.now(),
                created_by_id=actor.user_id,
            )
    except IntegrityError:
        raise DomainError("page.stale", by="他人", what="模板已有新版本") from None
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb="template.saved",
        subject=ledger.Subject("template", str(row.pk), f"{row.name}（第{version}版）"),
        changes={"count": len(checklist.checks), "version": version},
    )
    return row


def read_workbook(content: bytes, name: str) -> dict[str, Any]:
    """A template from a workbook: the first sheet, one check a row, the headings of `COLUMNS`.

    Every row that is wrong is named (``template.invalid``); a file that is no workbook is ``template.no_workbook``.
    """
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, OSError, KeyError, ValueError, EOFError) as error:
        raise DomainError("template.no_workbook", name=name) from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    heads = [str(cell or "").strip() for cell in next(rows, ())]
    missing = [head for head in ("检查内容", "类型") if head not in heads]
    if missing:
        raise DomainError("template.wrong_headings", missing="、".join(missing), expected="、".join(COLUMNS))
    checks: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for place, cells in enumerate(rows, start=2):
        said = {
            COLUMNS[head]: cell
            for head, cell in zip(heads, cells, strict=False)
            if head in COLUMNS and cell not in (None, "")
        }
        if not said:
            continue
        if len(checks) >= 300:
            problems.append(Problem(f"第{place}行", "检查项不能超过300个"))
            break
        checks.append(_row(said, place, problems))
    if problems:
        raise _told(problems)
    return {"name": re.sub(r"\.xlsx$", "", name, flags=re.I)[:80], "checks": checks}


def _row(said: dict[str, Any], place: int, problems: list[Problem]) -> dict[str, Any]:
    kind_word = str(said.get("kind", "")).strip()
    kind = _KIND_OF.get(kind_word, kind_word)
    if kind not in KINDS or kind == "table":
        words = "、".join(word for key, word in KINDS.items() if key != "table")
        problems.append(Problem(f"第{place}行", f"类型“{kind_word}”不认识，应为：{words}"))
    photo = str(said.get("photo", "")).strip()
    options = str(said.get("options", "")).replace("、", "，").replace(",", "，").split("，")
    label = said.get("label")
    return {
        "id": str(said.get("id") or f"c{place}").strip().lower(),
        "label": label.isoformat() if isinstance(label, date) else str(label or ""),
        "kind": kind,
        "unit": str(said.get("unit", "")),
        "warn": _pair(said, "warn"),
        "fail": _pair(said, "fail"),
        "options": [one.strip() for one in options if one.strip()] if kind == "choice" else [],
        "required": str(said.get("required", "是")).strip() not in ("否", "不", "0", "False"),
        "photo": _PHOTO_OF.get(photo, "on_fail"),
        "help": str(said.get("help", "")),
    }


def _pair(said: dict[str, Any], name: str) -> list[Any] | None:
    low, high = said.get(f"{name}_low"), said.get(f"{name}_high")
    return None if low is None and high is None else [low, high]


@transaction.atomic
def retire_template(*, actor: Actor, template: Template) -> None:
    """Offer this template no more; rounds that were made by it keep it."""
    actor.must(template.contract_id, access.MANAGER, access.BUYER, access.SUPERVISOR)
    Template.objects.filter(contract_id=template.contract_id, key=template.key).update(retired=True)
    ledger.record(
        chain=ledger.contract_chain(template.contract_id),
        actor=actor,
        verb="template.retired",
        subject=ledger.Subject("template", str(template.pk), str(template)),
    )
