"""Service windows: 7×24, 5×8, 24小时响应, and hours spelled out."""

from __future__ import annotations

import re

from opsledger.reader.blocks import Span

_CODE = re.compile(r"(?<![\d*])([57])\s*[*Xx×]\s*(8|9|10|12|16|24)(?!\d)")
_REVERSED = re.compile(r"(?<![\d*])24\s*[*Xx×]\s*7(?!\d)")
_DAY_LONG = re.compile(
    r"(?<![\d*])24\s*(?:小时|h)?(?:的)?(?:故障(?:响应|受理)|响应|热线|值班|值守|电话|不间断|无间断(?:服务)?|技术支持|监测|监控|安全事件应急|应急响应)"
)
_SPELLED = re.compile(
    r"(?:(?:星期|周)[一至日天五六~\-到]{2,8}|工作日|每天|每日)[^。;]{0,24}?\d{1,2}\s*:\s*\d{2}\s*(?:至|-|到)\s*\d{1,2}\s*:\s*\d{2}"
    r"(?:\s*[,、和及]?\s*(?:上午|下午|晚上)?\s*\d{1,2}\s*:\s*\d{2}\s*(?:至|-|到)\s*\d{1,2}\s*:\s*\d{2})*"
)


def read(key: str, start: int, end: int) -> list[tuple[str, Span]]:
    """(window, place) pairs between two offsets."""
    found = [(f"{m[1]}x{m[2]}", Span(m.start(), m.end())) for m in _CODE.finditer(key, start, end)]
    for pattern, name in ((_REVERSED, "7x24"), (_DAY_LONG, "7x24"), (_SPELLED, "custom")):
        found += [(name, Span(m.start(), m.end())) for m in pattern.finditer(key, start, end)]
    return found


def spelled(key: str, start: int, end: int) -> list[str]:
    """The hours that are spelled out between two offsets, as they are printed: 周一至周五8:30-12:00,14:00-18:00."""
    found = (re.sub(r"\s+", "", m[0]).replace("、", ",") for m in _SPELLED.finditer(key, start, end))
    return list(dict.fromkeys(found))
