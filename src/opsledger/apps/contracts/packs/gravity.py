"""How grave a severity's own word is; drafts of packs and contracts from a review rank alike."""

from __future__ import annotations

import re

# From the gravest down; what fits none is ranked by its shortest limit.
_GRAVITY = (
    re.compile(r"特别重大|特大|特级|瘫痪|崩溃"),
    re.compile(r"重大|严重|紧急|灾难|一级|1级|Ⅰ级|I级|核心|(?<!较)大故障|大面积"),
    re.compile(r"较大|重要|二级|2级|Ⅱ级|II级"),
    re.compile(r"一般|普通|三级|3级|Ⅲ级|III级|非紧急"),
    re.compile(r"轻微|较小|小故障|四级|4级|Ⅳ级|IV级"),
)
_UNRANKED = 2.5


def gravity(word: str) -> float:
    """How grave a level's own word is, 0 the gravest; a word that says nothing stands in the middle."""
    plain = word.replace("非紧急", "一般")
    for grade, pattern in enumerate(_GRAVITY):
        if pattern.search(plain):
            return float(grade)
    return _UNRANKED
