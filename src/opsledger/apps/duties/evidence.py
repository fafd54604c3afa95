"""What proves an occurrence, and what is still missing of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from opsledger.apps.contracts.models import Obligation
from opsledger.apps.duties.checklists.judging import SMALLEST
from opsledger.apps.ledger.models import Attachment
from opsledger.core.errors import DomainError


@dataclass(frozen=True, slots=True)
class Rule:
    """The evidence rule of an obligation: least counts of pictures and files, numbers by name, who checks."""

    note: bool = True
    photos: int = 0
    files: int = 0
    numbers: tuple[str, ...] = ()
    supervisor_verifies: bool = False
    unit_signs: bool = False

    @property
    def checked(self) -> bool:
        """Whether somebody has to look at a submission before it stands."""
        return self.supervisor_verifies or self.unit_signs

    def words(self) -> list[str]:
        """The rule in short words for people."""
        said = ["文字说明"] if self.note else []
        if self.photos:
            said.append(f"照片至少{self.photos}张")
        if self.files:
            said.append(f"文件至少{self.files}份")
        said += [f"填写“{name}”" for name in self.numbers]
        if self.unit_signs:
            said.append("服务单位签字")
        if self.supervisor_verifies:
            said.append("监理或采购人复核")
        return said


def rule_of(obligation: Obligation) -> Rule:
    """The rule kept with an obligation."""
    said = obligation.evidence or {}
    return Rule(
        note=bool(said.get("note", True)),
        photos=int(said.get("photos") or 0),
        files=int(said.get("files") or 0),
        numbers=tuple(said.get("numbers") or ()),
        supervisor_verifies=bool(said.get("supervisor_verifies")),
        unit_signs=bool(said.get("unit_signs")),
    )


def read_numbers(given: Mapping[str, str]) -> dict[str, str]:
    """Numbers as plain decimal text, blanks left out; ``occurrence.bad_number`` names the wrong one."""
    found = {}
    for name, text in given.items():
        plain = str(text).strip().replace("，", ",").replace(",", "")
        if not plain:
            continue
        try:
            number = Decimal(plain)
        except InvalidOperation:
            raise DomainError("occurrence.bad_number", name=name, found=str(text)[:40]) from None
        if not number.is_finite() or abs(number) >= Decimal(10) ** 15 or number.adjusted() < SMALLEST:
            raise DomainError("occurrence.bad_number", name=name, found=str(text)[:40])
        found[name] = f"{number:f}"
    return found


def is_picture(attachment: Attachment) -> bool:
    """Whether an attachment counts as a photo."""
    return attachment.file.media_type.startswith("image/")


def missing(rule: Rule, attachments: Iterable[Attachment], numbers: Mapping[str, str]) -> list[str]:
    """Everything that the rule still asks for, in words; the same picture twice counts once."""
    digests = {one.file.digest: is_picture(one) for one in attachments}
    photos = sum(digests.values())
    files = len(digests) - photos
    said = []
    if photos < rule.photos:
        said.append(f"照片还差{rule.photos - photos}张（要求{rule.photos}张，已有{photos}张）")
    if files < rule.files:
        said.append(f"文件还差{rule.files - files}份（要求{rule.files}份，已有{files}份）")
    said += [f"未填写“{name}”" for name in rule.numbers if name not in numbers]
    return said
