"""The columns of the list of tickets: the usual ones, and those that a person may add."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from opsledger.apps.desk.words import METRIC_WORDS
from opsledger.kernel import clock
from opsledger.kernel.tables import Column

LIST = "tickets"
# The provider's hours, not for service units.
_HOURS = "worked"
# Read only where it is chosen: `selectors.with_parent`.
PARENT = "parent"
_USUAL = ("number", "title", "state", "severity", "item", "assignee", "due", "reported")


def _item_text(ticket: Any) -> str:
    return f"{ticket.item.numbered}（{ticket.unit}）" if ticket.unit else ticket.item.numbered


def _due_text(ticket: Any) -> str:
    if ticket.due_at is None:
        return ""
    return f"{METRIC_WORDS.get(ticket.due_metric, '')} {clock.local(ticket.due_at):%Y-%m-%d %H:%M}"


def _moment(key: str, label: str, name: str) -> Column:
    return Column(key, label, lambda t: getattr(t, name), (name,), f"desk/cells/{key}.html", "narrow")


_ALL = {
    column.key: column
    for column in (
        Column("number", "编号", lambda t: t.number, ("number",), "desk/cells/number.html", "narrow"),
        Column("title", "标题", lambda t: t.title, ("title",), "desk/cells/title.html"),
        Column("state", "状态", lambda t: t.state_word, ("state",), "desk/cells/state.html", "narrow"),
        Column("severity", "等级", lambda t: t.severity, ("severity_rank",), "", "narrow"),
        Column("item", "服务项", _item_text, ("item__position",), "desk/cells/item.html"),
        Column("assignee", "处理人", lambda t: str(t.assignee or ""), ("assignee__full_name",), "", "narrow"),
        Column("due", "最近时限", _due_text, ("due_at",), "desk/cells/due.html", "narrow"),
        _moment("reported", "报修时间", "reported_at"),
        Column("kind", "类型", lambda t: t.get_kind_display(), ("kind",), "", "narrow"),
        Column("unit", "服务单位", lambda t: str(t.unit or ""), ("unit__name",), "", "narrow"),
        Column("scope", "涉及部分", lambda t: t.scope, ("scope",), "", "narrow"),
        Column("contact", "联系人", lambda t: t.contact_name, ("contact_name",), "", "narrow"),
        Column("phone", "联系电话", lambda t: t.contact_phone, (), "", "narrow"),
        Column("place", "地点", lambda t: t.place, ("place",)),
        Column("device", "设备", lambda t: t.device, ("device",)),
        Column("fault", "故障类别", lambda t: t.fault, ("fault",), "", "narrow"),
        Column("source", "来源", lambda t: t.get_source_display(), ("source",), "", "narrow"),
        _moment("updated", "更新时间", "updated_at"),
        _moment("resolved", "办结时间", "resolved_at"),
        _moment("confirmed", "确认时间", "confirmed_at"),
        Column("rating", "满意度", lambda t: t.rating, ("rating",), "", "num"),
        Column("tags", "标签", lambda t: "、".join(t.tags), (), "desk/cells/tags.html"),
        Column(PARENT, "主工单", lambda t: t.parent_number or "", (), "desk/cells/parent.html", "narrow"),
        Column("worked", "工时（分钟）", lambda t: t.worked_minutes, ("worked_minutes",), "", "num"),
        Column("solution", "处理结果", lambda t: t.solution),
    )
}
_PICK = Column("pick", "", lambda t: "", (), "desk/cells/pick.html", "narrow")


def known_columns(keys: Iterable[str]) -> list[str]:
    """Those of `keys` that are columns, in the order in which columns stand; the number is always there."""
    wanted = {*keys, "number"}
    return [key for key in _ALL if key in wanted]


def columns_of(chosen: Sequence[str], *, pick: bool, hours: bool) -> list[Column]:
    """The columns chosen, else the usual ones; with a box to pick rows by, the hours for those who read them."""
    keys = [key for key in chosen if key in _ALL and (hours or key != _HOURS)] or list(_USUAL)
    return [*([_PICK] if pick else []), *(_ALL[key] for key in keys)]


def choices(shown: Iterable[Column], *, hours: bool) -> list[tuple[Column, bool]]:
    """Every column that one may have, and whether it is shown."""
    there = {column.key for column in shown}
    return [(column, column.key in there) for key, column in _ALL.items() if hours or key != _HOURS]


def order_by(key: str) -> tuple[str, ...] | None:
    """The fields to order a list by for `sort=key` ("-due" for downwards); None where no column is sorted so."""
    column = _ALL.get(key.removeprefix("-"))
    if column is None or not column.sort:
        return None
    return tuple(f"-{name}" if key.startswith("-") else name for name in column.sort)
