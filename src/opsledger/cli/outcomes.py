"""What loading and planning did, as lines for people."""

from __future__ import annotations

from collections.abc import Mapping

WORDS = {"loaded": "载入条款与服务项", "bound": "确立义务", "assets": "设备清单", "planned": "排定任务"}


def lines(told: Mapping[str, object]) -> list[str]:
    """One line for each step; counts of nothing are left out, a step without any says so."""
    found = []
    for part, word in WORDS.items():
        counts = told.get(part)
        if isinstance(counts, Mapping):
            said = "，".join(f"{name}{number}" for name, number in counts.items() if number)
            found.append(f"  {word}：{said or '没有变化'}")
    return found
