"""How alike two short reports are, so that one fault is not entered twice.

Chinese has no spaces, so words are taken as pairs of neighbouring characters; Latin letters and digits count as whole
words.  Pairs that stand in every other report ("无法", "系统") say nothing about which fault it is and do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

_RUNS = re.compile(r"[0-9a-z]+|[\u3400-\u9fff]+")
_MAX_TEXT = 500
# From this share on two reports are shown beside each other.
ALIKE_PERCENT = 34
_EMPTY = frozenset(
    """
    无法 不能 不了 不上 出现 系统 平台 软件 页面 问题 故障 异常 报错 错误 提示 一直 突然 现在 今天 昨天 我们 单位 用户
    有时 经常 需要 请求 帮忙 处理 使用 情况 显示
    """.split()  # noqa: SIM905  read like a sentence
)


def pieces(text: str) -> frozenset[str]:
    """What of a text counts: pairs of neighbouring Chinese characters and whole Latin words, in lower case.

    Only the first 500 characters are read.  A single Chinese character gives nothing.
    """
    found: set[str] = set()
    for run in _RUNS.findall(text[:_MAX_TEXT].lower()):
        found |= {run} if run[0] < "\u3400" else {left + right for left, right in pairwise(run)}
    return frozenset(found - _EMPTY)


def likeness(typed: str, title: str, more: str = "") -> int:
    """How much of `typed` a known report says, in whole percent (0 to 100).

    Against the title the shorter of the two decides ("打不开" is all of "打不开", however much more is typed); against
    title and description together (`more`) it is the share of `typed` alone, for a long text has every pair.
    """
    asked = pieces(typed)
    if not asked:
        return 0
    named, told = pieces(title), pieces(f"{title} {more}")
    by_title = 100 * len(asked & named) // min(len(asked), len(named)) if named else 0
    return max(by_title, 100 * len(asked & told) // len(asked))


def alike(typed: str, rows: Iterable[tuple[str, str]]) -> list[int]:
    """The places of those `rows` (title, description) that are like `typed`, the likest first, equals in their order."""
    marks = [(likeness(typed, title, more), place) for place, (title, more) in enumerate(rows)]
    near = [(mark, place) for mark, place in marks if mark >= ALIKE_PERCENT]
    return [place for _, place in sorted(near, key=lambda pair: (-pair[0], pair[1]))]
