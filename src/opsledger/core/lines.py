"""Several lines of words, pasted at once, as a list: each line one matter, marks and numbers of lists taken off."""

from __future__ import annotations

import re

# "- a", "* a", "• a", "□ a", "[ ] a", "1. a", "2、a", "（3）a"; a number that goes on ("10.0.0.1") is no mark.
_MARK = re.compile(
    r"^(?:[-*+](?:\s+|$)|[•·●○□☐☑✓]\s*|\[[ xX]?\]\s*|[(（]\d{1,2}[)）]\s*|\d{1,2}(?:[、)）]\s*|[.．](?!\d)\s*))+"
)


def matters(text: str) -> list[str]:
    """The matters of a pasted list in order, without empty lines; blanks within a line become one.

    >>> matters("1. 备份数据\\n\\n- 更换硬盘")
    ['备份数据', '更换硬盘']
    """
    lines = (_MARK.sub("", " ".join(line.split())) for line in text.splitlines())
    return [line for line in lines if line]
