"""Templates of reports: the blanks in their words, and filling a form without taking away what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.desk.models import ReportTemplate

MAX_NAME = 60
MAX_TEXT = 5000
_BLANK = re.compile(r"[_＿]{2,}")
WORDS = {"item": "系统", "severity": "等级", "title": "一句话说明", "description": "详细情况"}

# The value by which a form chooses an item, and the levels that may be chosen for such a value (None: not known yet).
Naming = Callable[[ServiceItem], str]
Levels = Callable[[str], Collection[str] | None]


def blanks_in(text: str) -> int:
    """How many places in a text are left to be filled in (“账号：____”)."""
    return len(_BLANK.findall(text))


@dataclass(slots=True)
class Filled:
    """A form after a template was applied: its values, and what became of each part, in words."""

    template: ReportTemplate | None
    values: dict[str, str]
    put: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def blanks(self) -> int:
        return blanks_in(self.values["title"]) + blanks_in(self.values["description"])


def fill(
    template: ReportTemplate | None,
    typed: Mapping[str, str],
    *,
    items: Mapping[str, ServiceItem],
    name_of: Naming,
    levels: Levels,
    before: ReportTemplate | None = None,
    overwrite: bool = False,
) -> Filled:
    """`typed` with what it leaves empty taken from the template; what was typed stays, unless `overwrite`.

    `items` are those that may be reported on, by the form's own value.  What the template `before` had put there
    and nobody has changed counts as empty; with no `template` it is only taken back.  An item or a level that is no
    longer valid is left out, and said.
    """
    values = {name: typed.get(name, "") for name in WORDS}
    done = Filled(template, values)
    offered, old = _offered(template, name_of), _offered(before, name_of)
    if offered["item"] and offered["item"] not in items:
        done.left_out.append("模板里的服务项现在不能报修，请另选")
        offered["item"] = ""
    for name in ("item", "title", "description"):
        _put(done, name, offered[name], old[name], overwrite)
    words = levels(values["item"])
    if words is None:
        # Nothing to choose from yet: the level comes with the item.
        untouched = values["severity"] in ("", old["severity"])
        values["severity"] = offered["severity"] if untouched else values["severity"]
        return done
    if offered["severity"] and offered["severity"] not in words:
        done.left_out.append(f"等级“{offered['severity']}”在这里不适用")
        offered["severity"] = ""
    _put(done, "severity", offered["severity"], old["severity"], overwrite)
    if values["severity"] and values["severity"] not in words:
        done.left_out.append(f"等级“{values['severity']}”不适用于这类报修，已去掉")
        values["severity"] = ""
    return done


def _offered(template: ReportTemplate | None, name_of: Naming) -> dict[str, str]:
    if template is None:
        return dict.fromkeys(WORDS, "")
    return {
        "item": name_of(template.item) if template.item else "",
        "severity": template.severity,
        "title": template.title,
        "description": template.description,
    }


def _put(done: Filled, name: str, offered: str, old: str, overwrite: bool) -> None:
    typed = done.values[name].strip()
    untouched = not typed or (bool(old) and _same(typed, old))
    if offered and not _same(typed, offered):
        if untouched or overwrite:
            done.values[name] = offered
            done.put.append(WORDS[name])
        else:
            done.kept.append(WORDS[name])
    elif not offered and untouched:
        done.values[name] = ""


def _same(typed: str, offered: str) -> bool:
    """Alike but for the line ends that browsers send; a part of an item ("5|大屏") is of that item."""
    plain = "\n".join(typed.splitlines())
    return plain == "\n".join(offered.strip().splitlines()) or typed.partition("|")[0] == offered
